"""The same code in both libraries: what is printed, and which exceptions are raised, must be equal."""

from __future__ import annotations

import contextlib
import io
import itertools
import warnings
from typing import Any

import numpy as np
import pytest

import autograd_lab


def run(code: str, torch: Any) -> list[str]:
    """What a snippet prints, line by line, with ``torch`` bound to one library or the other."""
    out = io.StringIO()
    space = {"torch": torch, "Variable": torch.autograd.Variable, "np": np}
    with warnings.catch_warnings(record=True) as heard, contextlib.redirect_stdout(out):
        warnings.simplefilter("always")
        try:
            exec(compile(code, "<snippet>", "exec"), space)
        except Exception as error:
            print("raises", type(error).__name__)
    return [*out.getvalue().splitlines(), *(f"warns {w.category.__name__}" for w in heard)]


def same(code: str, torch: Any) -> None:
    assert run(code, autograd_lab) == run(code, torch), code


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


# ---------------------------------------------------------------------- printing
LEARNS = "requires_grad=True"
NUMBERS = [
    "5.0", "5", "-5", "True", "0.0", "-0.0", "1e-5", "1e10", "123456789", "0.1", "-0.1", "3.14159265", "1e8", "1e9",
    "float('nan')", "float('inf')", "-float('inf')", "99999.5", "16777217.", "[]", "[1]", "[1, 10, 100]",
    "[1, -10, 100]", "[True, False]", "[1., 2., 3.]", "[1., -2., 3.]", "[1.5, 2.]", "[1.5, -2.]", "[-0.5, -22.25]",
    "[0., 0.]", "[0., -0.]", "[1e-5, 1.]", "[1e-3, 1.]", "[1., 1000.]", "[1., 1001.]", "[1.5, 1500.]", "[1.5, 1501.]",
    "[1e5, 1e5]", "[12345.678, 1.]", "[1e9, 2e9]", "[1e8, 2.]", "[-1e-5, 1e-5]", "[1e-4, 2e-4]", "[9e-5, 1e-4]",
    "[1e-30, 1.]", "[1e-40, 1.]", "[float('nan'), 1.]", "[float('nan'), 1.5]", "[float('inf'), 1.]",
    "[-float('inf'), 1.5]", "[-float('inf'), 1.]", "[float('nan'), float('nan')]", "[float('inf'), -float('inf')]",
    "[float('nan'), 100000.5, -1.]", "[float('nan'), 1e-7, -1.]", "[0., float('inf'), 1e-9]", "[0.99999, 1.]",
    "[9.99999, 1.5]", "[999999., 1.5]", "[0.00005, 0.5]", "[1.00001, 1.]", "[2.**31, 1.]", "[2**40, 1]", "[-2**63, 1]",
    "[[1., 2.], [3., 4.]]", "[[1.5, -2.], [3., 400.]]", "[[1, 2], [3, 4]]", "[[]]", "[[], []]", "[[[]]]",
    "[[[1., 2.], [3., 4.]], [[5., 6.], [7., 8.]]]", "[[[[1.]]]]", "[[True], [False]]", "[[[1], [2]], [[3], [4]]]",
    "list(range(7))", "list(range(30))", "list(range(100))", "[k / 7 for k in range(50)]", "[-k / 7 for k in range(13)]",
    "list(range(1000))", "list(range(1001))", "[k * 1. for k in range(1001)]", "[k * .5 for k in range(2000)]",
    "[[k * 1. for k in range(40)] for _ in range(3)]", "[[k / 3 for k in range(11)] for _ in range(2)]",
    "[[k * 1. for k in range(40)] for _ in range(40)]", "[[[1.] * 3] * 8] * 60", "[[1.] * 2] * 600",
    "[[1.] * 600] * 2", "[1e-8 if k == 500 else 1. for k in range(1001)]", "[[0.25] * 7] * 150",
    "[[1000000.5] * 12] * 2", "[[[[1.] * 2] * 2] * 2] * 2", "[k * 1e-6 for k in range(20)]",
    "[[k * 1e6 for k in range(20)] for _ in range(60)]", "[1e38, 1.]", "[1, 2.5]", "[True, 2]", "[[1, 2.], [3, True]]",
    "[0] * 1001", "[False] * 1001", "[1e-3] * 3", "[1., 1e3, 1e-3]", "[99999999.]", "[100000001.]", "[1e8, 1e8]",
    "[[float('nan')] * 3] * 2", "[1 / 3] * 8", "[1 / 3] * 9", "[-1 / 3] * 8", "[-1 / 3] * 9",
]  # fmt: skip


@pytest.mark.parametrize("data", NUMBERS)
def test_printing(data: str, torch: Any) -> None:
    same(f"x = torch.tensor({data}); print(x); print(repr(x)); print(f'{{x}}')", torch)
    same(f"print(torch.tensor({data}, dtype=torch.float64))", torch)


FLOATS = [d for d in NUMBERS if "." in d or "float" in d]


@pytest.mark.parametrize("data", FLOATS)
def test_printing_with_a_suffix(data: str, torch: Any) -> None:
    make = f"x = torch.tensor({data}, requires_grad=True);"
    same(make + "print(x); print(x * 1); print((x * 1).sum()); print(x.detach())", torch)
    same(make.replace(")", ", dtype=torch.float64)"[-len(", dtype=torch.float64)"):], 1)
         if False else f"print(torch.tensor({data}, dtype=torch.float64, requires_grad=True) + 0)", torch)  # fmt: skip


SHAPES = [
    "0",
    "1",
    "0, 3",
    "3, 0",
    "2, 0, 3",
    "1, 1",
    "4, 1",
    "1, 4",
    "2, 3, 4",
    "1, 1, 1, 5",
    "3, 400",
    "30, 40, 2",
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("make", ["zeros", "ones", "rand", "randn"])
def test_printing_shapes(make: str, shape: str, torch: Any) -> None:
    same(f"torch.manual_seed(1); print(torch.{make}({shape}))", torch)
    same(
        f"torch.manual_seed(1); print(torch.{make}(({shape},), dtype=torch.float64, requires_grad=True))",
        torch,
    )


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64", "bool", "double", "float"])
def test_printing_dtypes(dtype: str, torch: Any) -> None:
    same(f"x = torch.tensor([1, 0, 1], dtype=torch.{dtype}); print(x, x.dtype, x.shape)", torch)
    same(f"print(torch.zeros(2, 0, dtype=torch.{dtype}))", torch)
    same(f"print(torch.{dtype})", torch)


# ---------------------------------------------------------------------- operations
MADE = {
    "f32": "torch.tensor([1.5, -2.])",
    "f64": "torch.tensor([1.5, -2.], dtype=torch.float64)",
    "i64": "torch.tensor([3, 2])",
    "i32": "torch.tensor([3, 2], dtype=torch.int32)",
    "bool": "torch.tensor([True, False])",
    "f32 0-d": "torch.tensor(1.5)",
    "f64 0-d": "torch.tensor(1.5, dtype=torch.float64)",
    "i64 0-d": "torch.tensor(3)",
    "i32 0-d": "torch.tensor(3, dtype=torch.int32)",
    "bool 0-d": "torch.tensor(True)",
    "float": "2.5",
    "int": "2",
    "True": "True",
}
BINARY = ["+", "-", "*", "/", "**", "==", "!=", "<", "<=", ">", ">="]
PAIRS = [
    (a, b)
    for a, b in itertools.product(MADE, MADE)
    if not (a in ("float", "int", "True") and b in ("float", "int", "True"))
]


@pytest.mark.parametrize("sign", BINARY)
def test_dtypes_of_pairs(sign: str, torch: Any) -> None:
    """Every operator between every two kinds of value: value, dtype, exception."""
    differ = []
    for a, b in PAIRS:
        code = f"z = {MADE[a]} {sign} {MADE[b]}; print(z, z.dtype, z.shape)"
        if (ours := run(code, autograd_lab)) != (theirs := run(code, torch)):
            differ.append((a, sign, b, ours, theirs))
    assert not differ, "\n".join(map(str, differ))
