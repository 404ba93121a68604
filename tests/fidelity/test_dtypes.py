"""Which dtype comes out: conversions, promotion, the default, what refuses."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from .both import all_same, shown

DTYPES = ["float32", "float64", "int64", "int32", "bool"]
VALUES = {"float32": "[1.5, -2.]", "float64": "[1.5, -2.]", "int64": "[3, -2]", "int32": "[3, -2]",
          "bool": "[True, False]"}  # fmt: skip


def made(dtype: str) -> str:
    return f"torch.tensor({VALUES[dtype]}, dtype=torch.{dtype})"


CONVERSIONS = [
    "float()", "double()", "long()", "int()", "bool()", "to(torch.float64)", "to(torch.float32)",
    "to(torch.int64)",
    "to(torch.bool)", "to('cpu')", "to(torch.device('cpu'))", "to('cpu', torch.float64)",
    "to(dtype=torch.int32)",
    "to(torch.ones(1).double())", "type(torch.float64)", "type(torch.int64)", "type()",
    "type('torch.DoubleTensor')",
    "type_as(torch.ones(1).double())", "to(int)", "to('float32')", "to(torch.float64, copy=True)", "cpu()",
    "to()",
    "to(device='cpu', dtype=torch.float64)", "to(None)", "type(torch.FloatTensor)", "dtype",
    "is_floating_point()",
    "dtype.is_floating_point", "dtype.itemsize", "float().dtype", "item()", "tolist()", "numpy().dtype",
]  # fmt: skip


@pytest.mark.parametrize("call", CONVERSIONS)
def test_conversion(call: str, torch: Any) -> None:
    """The gradient goes back in the leaf's dtype; nothing to convert is the Variable itself."""
    makes = [f"x = {made(d)}" for d in DTYPES]
    makes += [f"x = {made(d)}.requires_grad_()" for d in DTYPES[:2]]
    makes += ["x = torch.tensor([0., -1.7, 2.5, float('inf')]).requires_grad_()", "x = torch.tensor(2.5)"]
    if call in ("long()", "int()", "to(torch.int64)", "to(dtype=torch.int32)", "type(torch.int64)"):
        makes.remove(
            "x = torch.tensor([0., -1.7, 2.5, float('inf')]).requires_grad_()"
        )  # depends on the machine
    all_same(shown(makes, [f"x.{call}"]), torch)
    all_same([f"{make}\nprint(x.{call} is x)" for make in makes], torch)


DTYPE = "z.dtype if torch.is_tensor(z) else ''"
PAIRS = list(itertools.product(DTYPES, DTYPES))
OPERATIONS = ["x + y", "x - y", "x * y", "x / y", "x // y", "x ** y", "x % y", "x == y", "x < y", "x @ y",
              "torch.maximum(x, y)", "torch.where(x > y, x, y)", "torch.cat((x, y))", "torch.stack((x, y))",
              "torch.atan2(x, y)", "x & y", "torch.result_type(x, y)", "x.dot(y)",
              "torch.outer(x, y)"]  # fmt: skip


@pytest.mark.parametrize("call", OPERATIONS)
def test_promotion(call: str, torch: Any) -> None:
    """Of two dtypes, of a Variable with axes and one without, and of numbers."""
    safe = [(a, b) for a, b in PAIRS if "**" not in call or not {a, b} <= {"int64", "int32", "bool"}]
    safe = [(a, b) for a, b in safe if call not in ("x // y", "x % y") or b != "bool"]
    all_same(
        [f"x, y = {made(a)}, {made(b)}\nz = {call}\nprint(z, {DTYPE})" for a, b in safe],
        torch,
    )
    all_same(
        [f"x, y = {made(a)}, {made(b)}[0]\nz = {call}\nprint(z, {DTYPE})" for a, b in safe],
        torch,
    )


@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "//", "%", "**", "==", "<"])
def test_a_number_never_widens(sign: str, torch: Any) -> None:
    """It changes the kind (bool, whole, floating) where it must, and else takes the Variable's dtype."""
    numbers = ["2", "2.5", "True", "1e300", "2**40", "np.float64(2.5)", "np.float32(2.5)", "np.int64(2)"]
    for dtype, number in itertools.product(DTYPES, numbers):
        if (sign, dtype, number) in SKIPPED or (dtype == "int32" and number == "2**40"):
            continue  # overflows: undefined
        if number == "np.float64(2.5)" and not dtype.startswith("float"):
            continue  # see test_known_differences
        if number.startswith("np") or (sign in ("//", "%", "**") and dtype not in DTYPES[:2]):
            orders = [f"x {sign} n"]
        else:
            orders = [f"x {sign} n", f"n {sign} x"]
        all_same(
            [f"x, n = {made(dtype)}, {number}\nz = {order}\nprint(z, z.dtype)" for order in orders], torch
        )


SKIPPED = {("**", "int64", "2**40"), ("**", "int32", "2**40"), ("**", "bool", "True")}
ACCUMULATED = ["sum()", "mean()", "prod()", "cumsum(0)", "cumprod(0)", "max()", "argmax()", "exp()", "abs()",
               "sqrt()",
               "sigmoid()", "floor()", "sign()", "std()", "norm()", "softmax(0)", "any()", "all()",
               "clamp(0)",
               "clamp(0.5)", "square()", "neg()", "relu()", "reciprocal()", "pow(2)", "pow(0.5)", "matmul(x)",
               "masked_fill(x > 0, 1.5)", "sum(dtype=torch.float64)", "mean(dtype=torch.float64)", "round()",
               "logical_not()", "isnan()", "log_softmax(0)", "var()", "median()", "sort()",
               "dot(x)"]  # fmt: skip


@pytest.mark.parametrize("call", ACCUMULATED)
def test_what_a_dtype_becomes(call: str, torch: Any) -> None:
    all_same(shown([f"x = {made(d)}" for d in DTYPES], [f"x.{call}"]), torch)


ASKED = ["torch.float32 == torch.float", "torch.long is torch.int64", "torch.double", "torch.int, torch.bool",
         "torch.result_type(torch.ones(1), 1.5), torch.result_type(torch.tensor(1), 1.5)",
         "torch.promote_types(torch.int32, torch.float32)", "torch.promote_types(torch.bool, torch.int64)",
         "torch.can_cast(torch.float32, torch.int64)", "torch.can_cast(torch.int64, torch.float32)",
         "torch.finfo(torch.float32).eps, torch.finfo(torch.float64).max", "torch.finfo(torch.float32).tiny",
         "torch.iinfo(torch.int64).max", "torch.finfo().dtype", "torch.pi, torch.inf, torch.e", "torch.nan",
         "torch.get_default_dtype()", "torch.float32 in {torch.float32: 1}", "repr(torch.float64)",
         "isinstance(torch.float32, torch.dtype)", "torch.int64.is_floating_point", "torch.float64.itemsize",
         "torch.tensor(1.).dtype == 'float32'", "torch.newaxis"]  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_asking(asked: str, torch: Any) -> None:
    all_same([f"print({asked})"], torch)


DEFAULT = ["torch.tensor(1.5)", "torch.tensor([1, 2])", "torch.ones(2)", "torch.arange(3.)",
           "torch.arange(3)",
           "torch.tensor([1, 2]) / 2", "torch.tensor([1]).exp()", "torch.linspace(0, 1, 3)", "torch.eye(2)",
           "torch.tensor(np.float32(1.5))", "torch.zeros(2, requires_grad=True)", "torch.full((2,), 1.5)",
           "torch.tensor([1.5], dtype=torch.float32)", "torch.ones(2) * torch.ones(2, dtype=torch.float32)",
           "torch.tensor(np.array([1.5]))", "torch.tensor([1]) * 1.5", "torch.tensor([True]).sum() * 0.5",
           "torch.get_default_dtype()", "torch.ones(2, dtype=torch.float32) * 1.5",
           "torch.Tensor([1.])"]  # fmt: skip


DEFAULTED = """
torch.set_default_dtype(torch.{})
try:
    z = {}
    print(z, z.dtype if torch.is_tensor(z) else '')
finally:
    torch.set_default_dtype(torch.float32)"""


@pytest.mark.parametrize("made", DEFAULT)
def test_default_dtype(made: str, torch: Any) -> None:
    all_same([DEFAULTED.format(dtype, made) for dtype in ("float64", "float32", "int64")], torch)
