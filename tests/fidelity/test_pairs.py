"""Functions of two and three Variables, element by element: broadcasting, ties, options, who learns."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from .both import all_same, forms, shown

KINDS = [
    "torch.tensor([1., -2., 0.5], requires_grad=True)",
    "torch.tensor([1., 2., 0.], dtype=torch.float64, requires_grad=True)",
    "torch.tensor([1, 2, -3])",
    "torch.tensor([True, False, True])",
    "torch.tensor(2.5, requires_grad=True)",
    "torch.tensor(2)",
    "torch.tensor([[1.], [-2.]], requires_grad=True)",
    "2",
    "0.5",
]
COUPLES = [(a, b) for a, b in itertools.product(KINDS, KINDS) if "tensor" in a]
FLOATS = [kind for kind in KINDS if "." in kind.removeprefix("torch.")]
PAIRS = [f"x, y = {a}, {b}" for a, b in COUPLES]
NO_BOOLS = [f"x, y = {a}, {b}" for a, b in COUPLES if "True" not in a + b]
TENSORS = [f"x, y = {a}, {b}" for a, b in COUPLES if "tensor" in b]
POWERS = [f"x, y = {a}, {b}" for a, b in COUPLES if "True" not in a + b and (a in FLOATS or b in FLOATS)]
ODD = [
    "x, y = torch.zeros(0, 3, requires_grad=True), torch.ones(3, requires_grad=True)",
    "x, y = torch.zeros(0, requires_grad=True), torch.ones(1, requires_grad=True)",
    "x, y = torch.ones(2), torch.ones(3)",
    "x, y = torch.arange(1., 5.).view(2, 2).T.requires_grad_(), torch.tensor([1., 5.], requires_grad=True)",
    "x, y = torch.tensor([1., 2.]).expand(2, 2), torch.tensor([[1., 2.], [3., 4.]])",
    "x, y = torch.tensor([1., 2.], requires_grad=True), 'a'",
    "x, y = torch.tensor([1., 2.]), None",
    "x, y = torch.ones(3, 1, 2, requires_grad=True), torch.ones(4, 1, requires_grad=True)",
    "x, y = torch.tensor([float('nan'), float('inf'), 0.]), torch.tensor([0., float('inf'), float('nan')])",
]

NAMES = [
    "add", "sub", "subtract", "mul", "multiply", "div", "divide", "true_divide", "pow", "remainder", "fmod",
    "eq",
    "ne", "lt", "le", "gt", "ge", "logical_and", "logical_or", "logical_xor", "maximum", "minimum", "atan2",
    "floor_divide", "bitwise_and", "bitwise_or", "bitwise_xor", "isclose",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_function(name: str, torch: Any) -> None:
    pairs = {"pow": POWERS, "atan2": NO_BOOLS}.get(name, PAIRS)
    all_same(shown(pairs + ODD, forms(name, "y"), "x, y"), torch)


@pytest.mark.parametrize("sign", ["//", "%", "&", "|", "^"])
def test_operator(sign: str, torch: Any) -> None:
    all_same(shown(PAIRS + ODD, [f"x {sign} y"], "x, y"), torch)
    all_same(shown((TENSORS if sign == "%" else PAIRS) + ODD, [f"y {sign} x"], "x, y"), torch)


OPTIONS = [
    ("add", "y, alpha=2"), ("add", "y, alpha=0.5"), ("sub", "y, alpha=3"), ("add", "other=y"),
    ("div", "y, rounding_mode='floor'"), ("div", "y, rounding_mode='trunc'"),
    ("div", "y, rounding_mode='other'"), ("isclose", "y, atol=2."),
    ("isclose", "y, rtol=0.5, equal_nan=True"), ("allclose", "y, atol=2."), ("pow", "exponent=y"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), OPTIONS)
def test_options(name: str, arguments: str, torch: Any) -> None:
    all_same(shown(POWERS if name == "pow" else PAIRS, forms(name, arguments), "x, y"), torch)


TIED = "x, y = (torch.tensor(n, requires_grad=True) for n in ([1., 2., 3., 0.], [2., 2., 1., 0.]))"


@pytest.mark.parametrize("call", ["torch.maximum(x, y)", "torch.minimum(x, y)", "torch.max(x, y)", "x.min(y)",
                                  "x.atan2(y)", "x % y", "x / y", "x ** y"])  # fmt: skip
def test_ties(call: str, torch: Any) -> None:
    """Equal elements share the gradient."""
    all_same(shown([TIED], [call], "x, y"), torch)


DIVIDED = "x, y = torch.tensor([7., -7., 7., -7., 6.]), torch.tensor([2., 2., -2., -2., 3.])"


@pytest.mark.parametrize("learns", ["", "; x.requires_grad_()", "; y.requires_grad_()"])
def test_division_of_negative_numbers(learns: str, torch: Any) -> None:
    calls = ["x // y", "x % y", "7 // y", "-7. // y", "x // 2", "x % -2", "x.remainder(3)",
             "x.fmod(y)",
             "torch.div(x, y, rounding_mode='trunc')", "torch.div(x, y, rounding_mode='floor')"]  # fmt: skip
    all_same(shown([DIVIDED + learns], calls, "x, y"), torch)
    whole = DIVIDED.replace(".", "").replace("torchtensor", "torch.tensor")
    all_same(shown([whole], calls, "x, y"), torch)
    zero = [
        "x, y = torch.tensor([1., 0., -1.]), torch.zeros(3)",
        "x, y = torch.tensor([1, 2]), torch.tensor([0, 1])",
    ]
    all_same(shown(zero, ["x // y", "x % y", "x / y"], "x, y"), torch)


CHOICES = [
    "torch.tensor([1., 2., 3.], requires_grad=True)", "torch.tensor(5., requires_grad=True)",
    "torch.tensor([4, 5, 6])",
    "torch.tensor([[1.], [2.]], dtype=torch.float64, requires_grad=True)", "7", "0.5", "True",
]  # fmt: skip


@pytest.mark.parametrize("asked", ["[True, False, True]", "[[True], [False]]", "True", "[]", "[1, 0, 1]"])
def test_where(asked: str, torch: Any) -> None:
    made = [f"c, x, y = torch.tensor({asked}), {a}, {b}" for a, b in itertools.product(CHOICES, CHOICES)]
    all_same(shown(made, ["torch.where(c, x, y)"], "x, y"), torch)
    all_same(shown(made, ["x.where(c, y)"], "x, y"), torch)
    all_same([f"print(torch.where(torch.tensor({asked})))"], torch)


def test_where_stops_the_gradient_of_the_other(torch: Any) -> None:
    """The classic: a NaN in the branch not taken still reaches the leaf."""
    made = ["x = torch.tensor([0., 1., 4.], requires_grad=True)"]
    calls = ["torch.where(x > 0, x.sqrt(), 0.)", "torch.where(x > 0, x, torch.tensor(1.)).sqrt()",
             "torch.where(x > 0, x, -x)"]  # fmt: skip
    all_same(shown(made, calls), torch)


COMPARED = ["[1., 2.]", "[1., 2.000001]", "[1., 3.]", "[1.]", "[[1., 2.]]", "[1, 2]", "[True, True]", "[]",
            "[float('nan'), 2.]", "[float('inf'), 2.]"]  # fmt: skip


@pytest.mark.parametrize("call", ["torch.equal(x, y)", "x.equal(y)", "torch.allclose(x, y)", "x.allclose(y)",
                                  "torch.allclose(x, y, equal_nan=True)", "torch.isclose(x, y)",
                                  "torch.allclose(x, y, rtol=1., atol=0.)"])  # fmt: skip
def test_equality(call: str, torch: Any) -> None:
    made = [f"x, y = torch.tensor({a}), torch.tensor({b})" for a, b in itertools.product(COMPARED, COMPARED)]
    all_same(shown(made, [call], "x, y"), torch)


OUT = """
x, y, z = torch.tensor([[1., 2.], [3., 4.]]), torch.ones(2, 2), torch.zeros(2, 2)
r = torch.{}, out=z)
print(z, r is z)
"""
WRONG_OUT = """
x, z = torch.ones(2, requires_grad={}), torch.zeros(2{})
torch.mul(x, x, out=z)
print(z)
"""


def test_out(torch: Any) -> None:
    calls = ["add(x, y", "mul(x, y", "matmul(x, y", "exp(x", "sub(x, 1", "sum(x, 0", "maximum(x, y",
             "div(x, y",
             "pow(x, 2", "mm(x, y", "cat((x[:1], y[:1])", "clamp(x, 2, 3", "sqrt(x"]  # fmt: skip
    all_same([OUT.format(call) for call in calls], torch)
    wrong = [("True", ""), ("False", ", requires_grad=True"), ("False", ", dtype=torch.int64"),
             ("False", ", dtype=torch.float64")]  # fmt: skip
    all_same([WRONG_OUT.format(*case) for case in wrong], torch)
