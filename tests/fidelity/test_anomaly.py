"""Anomaly mode: a NaN in a backward pass is an error where it is made."""

from __future__ import annotations

from typing import Any

import pytest

from .both import same

SNIPPETS = """
print(torch.is_anomaly_enabled())
with torch.autograd.detect_anomaly():
    print(torch.is_anomaly_enabled())
    with torch.autograd.set_detect_anomaly(False):
        print(torch.is_anomaly_enabled())
    print(torch.is_anomaly_enabled())
print(torch.is_anomaly_enabled())

torch.autograd.set_detect_anomaly(True)
print(torch.is_anomaly_enabled())
torch.autograd.set_detect_anomaly(False)
print(torch.is_anomaly_enabled())

x = torch.tensor([0., 1.], requires_grad=True)
(x.sqrt() * 0).sum().backward()
print(x.grad)

x = torch.tensor([0., 1.], requires_grad=True)
with torch.autograd.detect_anomaly():
    (x.sqrt() * 0).sum().backward()

x = torch.tensor([0., 1.], requires_grad=True)
with torch.autograd.set_detect_anomaly(True):
    y = (x.sqrt() * 0).sum()
    y.backward()

x = torch.tensor([0., 1.], requires_grad=True)
with torch.autograd.detect_anomaly():
    y = (x.sqrt() * 0).sum()
y.backward()
print(x.grad)

x = torch.tensor([0., 1.], requires_grad=True)
y = (x.sqrt() * 0).sum()
with torch.autograd.detect_anomaly():
    y.backward()

# an infinite gradient is none of its business
x = torch.tensor([0., 1.], requires_grad=True)
with torch.autograd.detect_anomaly():
    x.sqrt().sum().backward()
print(x.grad)

x = torch.tensor([0., 1.], requires_grad=True)
with torch.autograd.detect_anomaly(check_nan=False):
    (x.sqrt() * 0).sum().backward()
print(x.grad)

x = torch.tensor([-1., 1.], requires_grad=True)
with torch.autograd.detect_anomaly():
    y = x.log()
    print(y)
    y.sum().backward()
print(x.grad)

x = torch.tensor([-1., 1.], requires_grad=True)
with torch.autograd.detect_anomaly():
    torch.autograd.grad((x ** 0.5).sum(), x)

class Bad(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()
    @staticmethod
    def backward(ctx, g):
        return g * float('nan')
x = torch.ones(2, requires_grad=True)
with torch.autograd.detect_anomaly():
    Bad.apply(x).sum().backward()

class Bad(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()
    @staticmethod
    def backward(ctx, g):
        raise KeyError('no')
x = torch.ones(2, requires_grad=True)
with torch.autograd.detect_anomaly():
    Bad.apply(x).sum().backward()

x = torch.tensor([0., 1.], requires_grad=True)
try:
    with torch.autograd.detect_anomaly():
        (x.sqrt() * 0).sum().backward()
except RuntimeError:
    print(torch.is_anomaly_enabled(), x.grad)
""".strip().split("\n\n")


@pytest.mark.parametrize("code", SNIPPETS, ids=lambda code: code.splitlines()[-1][:60])
def test_anomaly(code: str, torch: Any) -> None:
    same(code, torch)
