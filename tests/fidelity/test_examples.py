"""The seed's three examples, as they are printed."""

from __future__ import annotations

from typing import Any

import pytest

import autograd_lab

from .both import run, same

EXAMPLE_1 = """
a = Variable(torch.tensor([5., 4.]), requires_grad=True)
b = Variable(torch.tensor([6., 8.]))

# polynomial function with a, b as variable
y = ((a**2) + (5*b))
z = y.mean()
print('Z value is:', z)
"""
EXAMPLE_2 = """
a = Variable(torch.tensor([5., 4.]), requires_grad=True)
b = Variable(torch.tensor([6., 8.]))

y = ((a**2) + (5*b))
z = y.mean()

# computing gradient
z.backward()

print('Gradient of a', a.grad)
print('Gradient of b', b.grad)
"""
EXAMPLE_3 = """
x = Variable(torch.randn(1, 10), requires_grad=False)
W = Variable(torch.randn(10, 1), requires_grad=True)  # weight matrix
b = Variable(torch.randn(1), requires_grad=True)  # bias vector
y = Variable(torch.tensor([[0.822]]))

y_pred = torch.matmul(x, W)+b
loss = (y_pred-y).pow(2)
print(loss)

loss.backward()
print(W.grad)
print(b.grad)

lr = 0.001
with torch.no_grad():
    W = W-(lr*W.grad.data)
print(W, W.requires_grad)
"""


def test_seed_example_1() -> None:
    assert run(EXAMPLE_1, autograd_lab) == ["Z value is: tensor(55.5000, grad_fn=<MeanBackward0>)"]


def test_seed_example_2() -> None:
    assert run(EXAMPLE_2, autograd_lab) == ["Gradient of a tensor([5., 4.])", "Gradient of b None"]


def test_seed_example_3() -> None:
    printed = run("torch.manual_seed(0)" + EXAMPLE_3, autograd_lab)
    assert len(printed) == 1 + 10 + 1 + 10
    assert printed[0].endswith("grad_fn=<PowBackward0>)")
    assert printed[-1].endswith("]]) False")


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "code", [EXAMPLE_1, EXAMPLE_2, EXAMPLE_3], ids=["example 1", "example 2", "example 3"]
)
def test_seed_examples_as_in_pytorch(code: str, seed: int, torch: Any) -> None:
    same(f"torch.manual_seed({seed})" + code, torch)
