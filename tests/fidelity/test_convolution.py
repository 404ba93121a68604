"""Convolution along three axes, transposed convolution, and their layers."""

from __future__ import annotations

from typing import Any

import pytest

from .both import same

F = "torch.nn.functional."

TRANSPOSED = [
    "", ", stride=2", ", padding=1", ", stride=2, padding=1, output_padding=1", ", dilation=2", ", groups=2",
    ", stride=3, dilation=2, output_padding=2", ", dilation=3, output_padding=2", ", bias=b", ", b2, groups=2, stride=2",
    ", padding=9", ", output_padding=1", ", groups=3", ", bias=b2", ", stride=0", ", padding=-1", ", stride=(1, 2, 3)",
]  # fmt: skip
TAIL = """
print(y.shape, y.detach(), y.grad_fn.name())
y.cumsum(-1).square().sum().backward()
print(x.grad, w.grad, b.grad, b2.grad)"""


@pytest.mark.parametrize("shape", ["2, 3", "1, 2, 3"])
@pytest.mark.parametrize("options", TRANSPOSED)
def test_transposed_1d(options: str, shape: str, torch: Any) -> None:
    code = f"""x = torch.arange(6.).reshape({shape}).double().requires_grad_()
w = (torch.arange(12.) - 5).reshape(2, 2, 3).double().requires_grad_()
b, b2 = (torch.arange(n).double().requires_grad_() for n in (2., 4.))
y = {F}conv_transpose1d(x, w{options})"""
    same(code + TAIL, torch)


@pytest.mark.parametrize("options", [*TRANSPOSED, ", stride=(2, 1), padding=(0, 1), output_padding=(1, 0)"])
def test_transposed_2d(options: str, torch: Any) -> None:
    code = f"""x = torch.arange(24.).reshape(1, 2, 3, 4).double().requires_grad_()
w = (torch.arange(24.) - 9).reshape(2, 2, 2, 3).double().requires_grad_()
b, b2 = (torch.arange(n).double().requires_grad_() for n in (2., 4.))
y = {F}conv_transpose2d(x, w{options})"""
    same(code + TAIL, torch)


@pytest.mark.parametrize(
    "options", ["", ", stride=2, padding=1", ", groups=2", ", dilation=(1, 1, 2)", ", padding='same'"]
)
@pytest.mark.parametrize("shape", ["2, 2, 3, 4", "1, 2, 2, 3, 4"])
def test_conv3d(options: str, shape: str, torch: Any) -> None:
    code = f"""x = torch.arange(48.).reshape({shape}).double().requires_grad_()
w = (torch.arange(32.) - 9).reshape(2, 2, 2, 2, 2).double().requires_grad_()
w = w[:, :1].detach().requires_grad_() if 'groups' in {options!r} else w
b, b2 = (torch.arange(n).double().requires_grad_() for n in (2., 4.))
y = {F}conv3d(x, w, b{options})"""
    same(code + TAIL, torch)


def test_second_order(torch: Any) -> None:
    same("""x = torch.arange(6.).reshape(1, 2, 3).double().requires_grad_()
w = (torch.arange(12.) - 5).reshape(2, 2, 3).double().requires_grad_()
y = torch.nn.functional.conv_transpose1d(x, w, stride=2, output_padding=1)
gx, gw = torch.autograd.grad((y ** 3).sum(), (x, w), create_graph=True)
((gx ** 2).sum() + (gw ** 2).sum()).backward()
print(x.grad, w.grad)""", torch)  # fmt: skip


@pytest.mark.parametrize(
    "layer",
    [
        "ConvTranspose2d(2, 4, 3)", "ConvTranspose2d(2, 4, (3, 2), stride=2, padding=1, output_padding=1, groups=2)",
        "ConvTranspose2d(2, 1, 2, dilation=2, bias=False)", "ConvTranspose2d(2, 3, 3, 2, 1, 1)",
        "ConvTranspose2d(2, 3, 2, groups=2)",
    ],
)  # fmt: skip
def test_layer(layer: str, torch: Any) -> None:
    same(f"""torch.manual_seed(0)
m = torch.nn.{layer}
print(m, list(m.parameters()))
x = torch.randn(1, 2, 3, 4).double().requires_grad_()
m.double()(x).square().sum().backward()
print(x.grad, [p.grad for p in m.parameters()])""", torch)  # fmt: skip


@pytest.mark.parametrize("size", ["(6,)", "(5,)", "(7,)", "(4,)", "(1, 3, 6)", "(6, 6)"])
def test_output_size(size: str, torch: Any) -> None:
    same(f"""torch.manual_seed(0)
m = torch.nn.ConvTranspose1d(2, 3, 3, stride=2, padding=1).double()
print(m(torch.ones(1, 2, 3).double(), output_size={size}).detach(), torch.nn.Conv3d(1, 2, 3, padding=1))""", torch)  # fmt: skip
