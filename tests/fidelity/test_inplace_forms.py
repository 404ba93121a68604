"""In place, in every form: the underscore, augmented assignment, and what backward needs unchanged."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same, same

IN_PLACE = [
    "add_(1)", "add_(2.5)", "add_(o)", "add_(o, alpha=2)", "sub_(1)", "sub_(o, alpha=3)", "mul_(2)",
    "mul_(o)", "div_(2)",
    "div_(o)", "div_(2, rounding_mode='floor')", "pow_(2)", "pow_(o)", "remainder_(2)", "floor_divide_(2)",
    "neg_()",
    "abs_()", "sign_()", "exp_()", "log_()", "sqrt_()", "rsqrt_()", "square_()", "reciprocal_()", "sin_()",
    "cos_()",
    "tan_()", "tanh_()", "sigmoid_()", "relu_()", "floor_()", "ceil_()", "round_()", "clamp_(0)",
    "clamp_(-1, 1)",
    "clamp_(max=o)", "clamp_(min=0.5)", "clip_(0, 1)", "fill_(3)", "fill_(2.5)", "fill_(torch.tensor(4.))",
    "zero_()",
    "copy_(o)", "copy_(torch.tensor(5))", "masked_fill_(x > 0, 0)", "cumsum_(0)", "tril_()", "triu_(1)",
    "bitwise_and_(1)",
    "requires_grad_()", "requires_grad_(False)", "detach_()", "atan2_(o)", "exp2_()", "expm1_()", "log1p_()",
    "erf_()",
    "addcmul_(o, o, value=0.5)", "addcdiv_(o, o + 2, value=-1)",
    "mul_(torch.ones(3, 2, 2))", "add_('a')",
    "add_(None)", "add_(torch.ones(3))", "add_(o.double())",
    "index_fill_(0, torch.tensor([0]), 1)", "nan_to_num_()",
]  # fmt: skip
CHANGED = [
    "x = torch.tensor([[1., -2.], [0.5, 3.]])\ny = x",
    "x = torch.tensor([[1., -2.], [0.5, 3.]], dtype=torch.float64)\ny = x",
    "x = torch.tensor([[1, -2], [4, 3]])\ny = x",
    "x = torch.tensor([[True, False], [False, True]])\ny = x",
    "x = torch.tensor([[1., -2.], [0.5, 3.]], requires_grad=True)\ny = x",
    "x = torch.tensor([[1., -2.], [0.5, 3.]], requires_grad=True)\ny = x * 1",
    "x = torch.tensor([[1., -2.], [0.5, 3.]], requires_grad=True)\ny = x.detach()",
    "x = torch.tensor([[1., -2.], [0.5, 3.]])\ny = x.T",
]
AFTER = "o = torch.tensor([[2., 1.], [0., -1.]])\nr = y.{}\nprint(r is y, x)\nshow(r, x)"


@pytest.mark.parametrize("call", IN_PLACE)
def test_underscore(call: str, torch: Any) -> None:
    """The result is the Variable itself; a leaf that learns refuses, a result goes on learning."""
    all_same([f"{make}\n{AFTER.format(call)}" for make in CHANGED], torch)
    unrecorded = f"o = torch.ones(2, 2)\nwith torch.no_grad():\n    y.{call}\nprint(x, y)"
    all_same([f"{make}\n{unrecorded}" for make in CHANGED[4:6]], torch)


TURNED = ["t_()", "transpose_(0, 1)", "swapaxes_(0, 1)", "unsqueeze_(0)", "squeeze_()", "squeeze_(0)"]


@pytest.mark.parametrize("call", TURNED)
def test_turning(call: str, torch: Any) -> None:
    """A change of shape; PyTorch has other nodes for it than for the same view."""
    after = AFTER.format(call).replace("show(r, x)", "show(r, x, named=False)")
    all_same([f"{make}\n{after}" for make in CHANGED], torch)


def test_logic(torch: Any) -> None:
    all_same([f"{make}\n{AFTER.format('logical_not_()')}" for make in CHANGED if "grad" not in make], torch)


AUGMENTED = ["+=", "-=", "*=", "/=", "//=", "%=", "**=", "@=", "&=", "|=", "^="]
OTHERS = ["2", "0.5", "True", "torch.tensor([[2., 1.], [1., 2.]])", "torch.tensor(2)", "torch.tensor([1, 2])",
          "torch.tensor([True, False])", "torch.ones(2, 2, dtype=torch.float64)", "torch.ones(1, 2, 2)", "y",
          "None",
          "torch.tensor([3., 2.], requires_grad=True)"]  # fmt: skip


@pytest.mark.parametrize("sign", AUGMENTED)
def test_augmented_assignment(sign: str, torch: Any) -> None:
    codes = [f"{make}\nz, o = y, {other}\ny {sign} o\nprint(y is z, x)\nshow(y, x, o, named=False)"
             for make in CHANGED for other in OTHERS
             if sign != "**=" or not ("True" in make + other or (other == "y" and "[1, -2]" in make))]  # fmt: skip
    all_same(codes, torch)


SAVED = ["exp", "tanh", "sigmoid", "sqrt", "relu", "sin", "log", "abs", "neg", "square", "softmax(0)", "sum",
         "mean", "clamp(0, 1)", "cumsum(0)", "norm(dim=0)", "reciprocal", "view(-1)", "t", "clone",
         "log_softmax(0)", "std(0)", "sort", "floor", "rsqrt", "expm1", "logsumexp(0)", "amax(0)"]  # fmt: skip


@pytest.mark.parametrize("name", SAVED)
def test_changing_what_backward_needs(name: str, torch: Any) -> None:
    """Which of its input and its result an operation keeps shows in what may be changed after it."""
    call = name if "(" in name else f"{name}()"
    start = "x = torch.tensor([[1., 4.], [2., 3.]], requires_grad=True)\ny = x * 1\n"
    end = "\n(z[0] if isinstance(z, tuple) else z).sum().backward()\nprint(x.grad)"
    all_same([f"{start}z = y.{call}\ny += 1{end}", f"{start}z = y.{call}\nz += 1{end}"], torch)


SHARED = """
y = x * 1
y.mul_(y).add_(y)
print(y)
y.sum().backward()
print(x.grad)

y = x * 1
v = y[0]
v *= 2
print(y, v)
y.sum().backward()
print(x.grad)

y = x * 1
y.t().add_(1)
y.view(-1)[0] = 9.
print(y)
(y * y).sum().backward()
print(x.grad)

y = x * x
y.zero_()
y.add_(x)
y.sum().backward()
print(x.grad)

y = torch.zeros(2)
for row in x:
    y += row
print(y)
(y * y).sum().backward()
print(x.grad)

x.data.fill_(7.)
x.data[0, 0] = 1.
print(x)

v = x.view(-1)
v += 1

v = x.detach().view(-1)
v += 1
print(x)

with torch.no_grad():
    x.add_(1).mul_(2)
    x -= x.mean()
print(x, x.requires_grad)

x.sum().backward()
x.grad.mul_(2)
x.grad += 1
x.grad[0] = 0
print(x.grad)
x.grad.data.zero_()
x.grad.zero_()
print(x.grad)
x.grad = None
print(x.grad)

print(x._version)
with torch.no_grad():
    x += 1
    x[0] = 1
print(x._version)

y = x * 1
y += x
y -= 1
y *= 2
y /= 4
y **= 2
print(y)
y.sum().backward()
print(x.grad)

y = torch.ones(2, 2)
y.copy_(x)
print(y.requires_grad)
(y * y).sum().backward()
print(x.grad)
"""


@pytest.mark.parametrize("code", SHARED.strip().split("\n\n"), ids=lambda code: code.replace("\n", "; ")[:50])
def test_views_and_history(code: str, torch: Any) -> None:
    same("x = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)\n" + code, torch)
