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
    with warnings.catch_warnings(), contextlib.redirect_stdout(out):
        warnings.simplefilter("ignore")  # PyTorch says some of its own only once a process
        try:
            exec(compile(code, "<snippet>", "exec"), space)
        except Exception as error:  # noqa: BLE001
            print("raises", type(error).__name__)
    return out.getvalue().splitlines()


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
NUMBERS = [
    "5.0", "5", "-5", "True", "0.0", "-0.0", "1e-5", "1e10", "123456789", "0.1", "-0.1", "3.14159265",
    "1e8", "1e9",
    "float('nan')", "float('inf')", "-float('inf')", "99999.5", "16777217.", "[]", "[1]", "[1, 10, 100]",
    "[1, -10, 100]", "[True, False]", "[1., 2., 3.]", "[1., -2., 3.]", "[1.5, 2.]", "[1.5, -2.]",
    "[-0.5, -22.25]",
    "[0., 0.]", "[0., -0.]", "[1e-5, 1.]", "[1e-3, 1.]", "[1., 1000.]", "[1., 1001.]", "[1.5, 1500.]",
    "[1.5, 1501.]",
    "[1e5, 1e5]", "[12345.678, 1.]", "[1e9, 2e9]", "[1e8, 2.]", "[-1e-5, 1e-5]", "[1e-4, 2e-4]",
    "[9e-5, 1e-4]",
    "[1e-30, 1.]", "[1e-40, 1.]", "[float('nan'), 1.]", "[float('nan'), 1.5]", "[float('inf'), 1.]",
    "[-float('inf'), 1.5]", "[-float('inf'), 1.]", "[float('nan'), float('nan')]",
    "[float('inf'), -float('inf')]",
    "[float('nan'), 100000.5, -1.]", "[float('nan'), 1e-7, -1.]", "[0., float('inf'), 1e-9]", "[0.99999, 1.]",
    "[9.99999, 1.5]", "[999999., 1.5]", "[0.00005, 0.5]", "[1.00001, 1.]", "[2.**31, 1.]", "[2**40, 1]",
    "[-2**63, 1]",
    "[[1., 2.], [3., 4.]]", "[[1.5, -2.], [3., 400.]]", "[[1, 2], [3, 4]]", "[[]]", "[[], []]", "[[[]]]",
    "[[[1., 2.], [3., 4.]], [[5., 6.], [7., 8.]]]", "[[[[1.]]]]", "[[True], [False]]",
    "[[[1], [2]], [[3], [4]]]",
    "list(range(7))", "list(range(30))", "list(range(100))", "[k / 7 for k in range(50)]",
    "[-k / 7 for k in range(13)]",
    "list(range(1000))", "list(range(1001))", "[k * 1. for k in range(1001)]",
    "[k * .5 for k in range(2000)]",
    "[[k * 1. for k in range(40)] for _ in range(3)]", "[[k / 3 for k in range(11)] for _ in range(2)]",
    "[[k * 1. for k in range(40)] for _ in range(40)]", "[[[1.] * 3] * 8] * 60", "[[1.] * 2] * 600",
    "[[1.] * 600] * 2", "[1e-8 if k == 500 else 1. for k in range(1001)]", "[[0.25] * 7] * 150",
    "[[1000000.5] * 12] * 2", "[[[[1.] * 2] * 2] * 2] * 2", "[k * 1e-6 for k in range(20)]",
    "[[k * 1e6 for k in range(20)] for _ in range(60)]", "[1e38, 1.]", "[1, 2.5]", "[True, 2]",
    "[[1, 2.], [3, True]]",
    "[0] * 1001", "[False] * 1001", "[1e-3] * 3", "[1., 1e3, 1e-3]", "[99999999.]", "[100000001.]",
    "[1e8, 1e8]",
    "[[float('nan')] * 3] * 2", "[1 / 3] * 8", "[1 / 3] * 9", "[-1 / 3] * 8", "[-1 / 3] * 9",
]  # fmt: skip


@pytest.mark.parametrize("data", NUMBERS)
def test_printing(data: str, torch: Any) -> None:
    same(f"x = torch.tensor({data}); print(x); print(repr(x)); print(f'{{x}}')", torch)
    same(f"print(torch.tensor({data}, dtype=torch.float64))", torch)


FLOATS = [d for d in NUMBERS if "." in d or "float" in d]


@pytest.mark.parametrize("data", FLOATS)
def test_printing_with_a_suffix(data: str, torch: Any) -> None:
    same(f"x = torch.tensor({data}, requires_grad=True); print(x); print(x * 1); print(x.detach())", torch)
    same(f"x = torch.tensor({data}, dtype=torch.float64, requires_grad=True); print(x); print(x + 0)", torch)


SHAPES = ["0", "1", "0, 3", "3, 0", "2, 0, 3", "1, 1", "4, 1", "1, 4", "2, 3, 4", "1, 1, 1, 5", "3, 400",
          "30, 40, 2"]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("make", ["zeros", "ones", "rand"])
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
PLAIN = ("float", "int", "True")
BINARY = ["+", "-", "*", "/", "**", "==", "!=", "<", "<=", ">", ">="]
PAIRS = [(a, b) for a, b in itertools.product(MADE, MADE) if a not in PLAIN or b not in PLAIN]
UNARY = ["exp", "log", "sin", "cos", "tanh", "sqrt", "sigmoid", "relu", "neg"]


def all_same(codes: list[str], torch: Any) -> None:
    """As ``same`` for many, all differences in one message."""
    differ = [(c, ours, theirs) for c in codes if (ours := run(c, autograd_lab)) != (theirs := run(c, torch))]
    assert not differ, "\n".join(
        f"{c}\n    ours    {ours}\n    PyTorch {theirs}" for c, ours, theirs in differ
    )


@pytest.mark.parametrize("sign", BINARY)
def test_every_operator_between_every_two_kinds_of_value(sign: str, torch: Any) -> None:
    """Value, dtype, shape and exception."""
    pairs = [(a, b) for a, b in PAIRS if sign != "**" or "bool" not in f"{a}{b}" or not {a, b} <= BOOLS]
    all_same([f"z = {MADE[a]} {sign} {MADE[b]}; print(z, z.dtype, z.shape)" for a, b in pairs], torch)


BOOLS = {"bool", "bool 0-d", "True"}  # a power of one by another: see KNOWN_DIFFERENCES


@pytest.mark.parametrize("name", UNARY)
def test_every_function_of_every_kind_of_value(name: str, torch: Any) -> None:
    made = [code for kind, code in MADE.items() if kind not in PLAIN]
    all_same([f"z = torch.{name}({code}); print(z, z.dtype)" for code in made], torch)
    all_same([f"z = {code}.{name}(); print(z, z.dtype)" for code in made], torch)
    kinks = "x = torch.tensor([-30., -1., 0., 2., 30., float('nan'), float('inf')], requires_grad=True)"
    all_same([f"{kinks}; z = torch.{name}(x); print(z); z.sum().backward(); print(x.grad)"], torch)


@pytest.mark.parametrize("sign", BINARY[:5])
def test_gradients_of_every_operator(sign: str, torch: Any) -> None:
    """With a Variable or a number on each side, 0 and infinity among the values."""
    values = [
        "[0., 1., 2.]",
        "[-1., 0., 3.]",
        "[0., 0., -1.]",
        "2.",
        "0.",
        "[[1.], [2.]]",
        "[float('inf'), 0., 1.]",
    ]
    codes = [
        f"x = torch.tensor({a}, requires_grad=True); y = torch.tensor({b}, requires_grad=True)\n"
        f"z = x {sign} y; print(z); z.sum().backward(); print(x.grad, y.grad)"
        for a, b in itertools.product(values, values)
    ]
    numbers = ["0", "1", "2", "-1", "0.5", "3."] if sign != "-" else ["0", "2", "-1.5"]
    for a, number in itertools.product(values, numbers):
        for form in (f"x {sign} {number}", f"{number} {sign} x"):
            shown = "z.detach()" if sign == "/" else "z"  # 1/x: see KNOWN_DIFFERENCES
            codes.append(f"x = torch.tensor({a}, requires_grad=True)\nz = {form}; print({shown})\n"
                         "z.sum().backward(); print(x.grad)")  # fmt: skip
    all_same(codes, torch)


MATRICES = ["()", "1", "3", "2", "0", "2, 3", "3, 2", "3, 3", "1, 3", "0, 3", "3, 0", "4, 2, 3", "4, 3, 2",
            "1, 3, 2",
            "5, 1, 2, 3"]  # fmt: skip


@pytest.mark.parametrize("left", MATRICES)
def test_matmul(left: str, torch: Any) -> None:
    """Every combination of axes, also those that don't fit: values, gradients, exceptions."""
    all_same([f"""
torch.manual_seed(3)
x, y = torch.randn({left}, dtype=torch.float64), torch.randn({right}, dtype=torch.float64)
x.requires_grad_(), y.requires_grad_()
z = x @ y
print(z.detach())
(z * z).sum().backward()
print(x.grad)
print(y.grad)""" for right in MATRICES], torch)  # fmt: skip


DIMS = ["", "0", "1", "-1", "-2", "2", "-3", "(0, 1)", "(0,)", "[0, 1]", "(1, -1)", "()", "(0, 0)", "0, True",
        "1, True", "dim=1", "dim=(0, 1), keepdim=True", "dim=5", "(0, 1), True", "None, True"]  # fmt: skip
SUMMED = [
    "torch.tensor([[1., 2., 3.], [4., 5., 6.]], requires_grad=True)",
    "torch.tensor([[1, 2, 3], [4, 5, 6]])",
    "torch.tensor([[True, False], [True, True]])",
    "torch.tensor(2., requires_grad=True)",
    "torch.tensor([1., 2.], requires_grad=True)",
    "torch.ones(2, 3, 4, requires_grad=True)",
    "torch.zeros(0, 3)",
]


@pytest.mark.parametrize("name", ["sum", "mean"])
@pytest.mark.parametrize("dims", DIMS)
def test_reductions(name: str, dims: str, torch: Any) -> None:
    for made in SUMMED:
        same(f"x = {made}; z = x.{name}({dims}); print(z, z.dtype); z.sum().backward(); print(x.grad)", torch)
    same(f"print(torch.{name}({SUMMED[0]}, {dims}))", torch)


INDICES = ["0", "-1", "1:3", ":", "...", "None", "0, 1", ":, 1", "0, 1:3", "1:2, 0", "None, 0", "0, None",
           "[0, 1]",
           "torch.tensor([0, 0, 2])", "x > 0", "0, ...", "..., 0", "1:3, :", ":, 1:3", "0, [1, 1]",
           "torch.tensor(1)",
           "[0, 0], [1, 1]", ":, None", ":, :", "..., 0:2", "::2", "5", "0, 0, 0", "-4",
           "torch.tensor([7])", "1.5",
           "np.int64(1)", "2:1", "[2, 2, 2], 1:"]  # fmt: skip


@pytest.mark.parametrize("index", INDICES)
def test_indexing(index: str, torch: Any) -> None:
    make = "x = torch.tensor([[1., -2., 3., 4.], [5., 6., -7., 8.], [9., 1., 2., 3.]], requires_grad=True)"
    same(f"{make}; z = x[{index}]; print(z, z.shape); (z * z).sum().backward(); print(x.grad)", torch)
    same(f"x = torch.ones(3, 4); x[{index}] = 7; print(x)", torch)


def drawn(torch: Any, seed: int, size: int, dtype: str) -> list[Any]:
    torch.manual_seed(seed)
    draws = (torch.randn, torch.rand, torch.randn)
    sizes = ((size, dtype), (3, "float32"), ((1, 5), "float32"), (2, "float64"))
    return [draw(size, dtype=getattr(torch, dtype)).numpy() for draw in draws for size, dtype in sizes]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 15, 16, 17, 18, 31, 32, 33, 100, 10_001])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_random_numbers(size: int, dtype: str, torch: Any) -> None:
    """One stream: what is drawn before decides what is drawn after.

    To six digits: PyTorch's vectorised logarithm and cosine round otherwise than NumPy's.
    """
    for seed in (0, 42, 2**31, 2**40 + 5, -1):
        for ours, theirs in zip(
            drawn(autograd_lab, seed, size, dtype), drawn(torch, seed, size, dtype), strict=True
        ):
            assert ours.dtype == theirs.dtype
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


# ---------------------------------------------------------------------- whole snippets
SNIPPETS = """
x = torch.tensor([1, 2], requires_grad=True)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.backward()

x = torch.tensor(1.0)
x.backward()

x = torch.tensor(1.0, requires_grad=True)
x.backward()
print(x.grad)
x.backward()
print(x.grad)

x = torch.tensor(1.0, requires_grad=True)
y = x * x
y.backward()
y.backward()

x = torch.tensor(1.0, requires_grad=True)
y = x + x
y.backward()
y.backward()
print(x.grad)

x = torch.tensor(1.0, requires_grad=True)
y = x * 3
y.backward()
y.backward()
print(x.grad)

x = torch.tensor(1.0, requires_grad=True)
y = x.exp()
y.backward()
y.backward()
print(x.grad)

x = torch.tensor(1.0, requires_grad=True)
y = x ** 2
y.backward()
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.sum()
y.backward()
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.mean()
y.backward()
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (x / 2).sum()
y.backward()
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.relu().sum()
y.backward()
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (2 ** x).sum()
y.backward()
print(x.grad)
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (2 / x).sum()
y.backward()
print(x.grad)
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (2 - x).sum()
y.backward()
print(x.grad)
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x += 1

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.zero_()

x = torch.tensor([1.0, 2.0], requires_grad=True)
with torch.no_grad():
    x += 1
print(x, x.is_leaf, x.requires_grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 1
z = y * y
y += 1
print(y)
z.sum().backward()

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.exp()
y *= 2
print(y)
y.sum().backward()

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y += 3
y *= x
print(y)
y.sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y -= x
y /= 2
print(y)
y.sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0])
w = torch.tensor([3.0, 4.0], requires_grad=True)
x += w
print(x, x.requires_grad, x.is_leaf)
x.sum().backward()
print(w.grad)

x = torch.tensor([1, 2])
x += 1.5
print(x)

x = torch.tensor([1, 2])
x /= 2

x = torch.tensor([1.0, 2.0])
x += torch.ones(2, 2)

x = torch.tensor([1.0, 2.0])
x += torch.ones(2, dtype=torch.float64)
print(x)

x = torch.tensor([1.0, 2.0])
y = x
y **= 2
print(x, y)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.detach()
y += 1
print(x, y)
print(y.requires_grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
z = x * x
y = x.detach()
y += 1
z.sum().backward()

x = torch.tensor([1.0, 2.0], requires_grad=True)
z = x * x
y = x.data
y += 1
z.sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.data = torch.tensor([5.0, 6.0])
print(x)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.data = x.data - 0.1
print(x)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.data -= 0.1
print(x)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.sum().backward()
g = x.grad
g.zero_()
print(x.grad)
x.sum().backward()
print(g is x.grad, g)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.sum().backward()
g = x.grad
x.grad = None
(x * 2).sum().backward()
print(g, x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.grad = torch.zeros(3)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.grad = torch.zeros(2, dtype=torch.float64)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.grad = 5

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.grad = torch.ones(2)
(x * x).sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
print(y.grad)
y.retain_grad()
y.sum().backward()
print(y.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.retain_grad()
(y * y).sum().backward()
(x * 2).sum().backward()
print(y.grad, x.grad)

x = torch.tensor([1.0, 2.0])
x.retain_grad()

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.retain_grad()
x.sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.retain_grad()
y.sum().backward(retain_graph=True)
y.sum().backward()
print(y.grad, y.retains_grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.backward(torch.tensor([1.0, 10.0]))
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.backward(torch.tensor([1.0, 10.0, 3.0]))
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.backward(gradient=torch.ones(2))
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.backward(torch.ones(2, dtype=torch.float64))
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.backward([1.0, 2.0])
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (x * 2).sum(0, keepdim=True)
y.backward()
print(x.grad)

x = torch.tensor(2.0, requires_grad=True)
y = x ** 3
print(torch.autograd.grad(y, x))

x = torch.tensor(2.0, requires_grad=True)
y = x ** 3
g, = torch.autograd.grad(y, x, create_graph=True)
print(g)
h, = torch.autograd.grad(g, x, create_graph=True)
print(h)
print(torch.autograd.grad(h, x))

x = torch.tensor(2.0, requires_grad=True)
w = torch.tensor(2.0, requires_grad=True)
y = x ** 3
print(torch.autograd.grad(y, [x, w], allow_unused=True))

x = torch.tensor(2.0, requires_grad=True)
w = torch.tensor(2.0, requires_grad=True)
y = x ** 3
print(torch.autograd.grad(y, [x, w]))

x = torch.tensor(2.0, requires_grad=True)
w = torch.tensor(2.0)
y = x ** 3
print(torch.autograd.grad(y, [x, w]))

x = torch.tensor(2.0, requires_grad=True)
y = x ** 3
print(torch.autograd.grad(y, y))

x = torch.tensor(2.0, requires_grad=True)
y = x ** 3
z = y * y
print(torch.autograd.grad(z, [y, x]))
print(x.grad, y.is_leaf)

x = torch.tensor([2.0, 3.0], requires_grad=True)
y = x ** 3
print(torch.autograd.grad(y, x, grad_outputs=torch.tensor([1.0, 0.0])))

x = torch.tensor([2.0, 3.0], requires_grad=True)
y = x ** 3
print(torch.autograd.grad(y, x))

x = torch.tensor([2.0, 3.0], requires_grad=True)
y = x ** 3
print(torch.autograd.grad([y.sum(), (y * 2).sum()], [x]))

x = torch.tensor(2.0, requires_grad=True)
y = x * x
torch.autograd.backward(y)
print(x.grad)

x = torch.tensor(2.0, requires_grad=True)
torch.autograd.backward([x * x, x * 3])
print(x.grad)

x = torch.tensor(2.0, requires_grad=True)
torch.autograd.backward([x * x, x * 3], [torch.tensor(2.0), torch.tensor(3.0)])
print(x.grad)

x = torch.tensor(2.0, requires_grad=True)
torch.autograd.backward([x * x, x * 3], [torch.tensor(2.0)])
print(x.grad)

x = torch.tensor(2.0, requires_grad=True)
y = x * x
with torch.no_grad():
    y.backward()
print(x.grad)

x = torch.tensor(2.0, requires_grad=True)
@torch.no_grad()
def f(x):
    return x * x
print(f(x))

x = torch.tensor(2.0, requires_grad=True)
with torch.no_grad():
    with torch.enable_grad():
        print(x * x)
    print(x * x, torch.is_grad_enabled())
print(torch.is_grad_enabled())

torch.set_grad_enabled(False)
x = torch.tensor(2.0, requires_grad=True)
print(x * x)
torch.set_grad_enabled(True)
print(x * x)

with torch.set_grad_enabled(False):
    print(torch.is_grad_enabled())
print(torch.is_grad_enabled())

x = torch.tensor(2.0, requires_grad=True)
print(x.item(), float(x), int(x), bool(x), round(x.item()))

x = torch.tensor([2.0, 3.0])
x.item()

x = torch.tensor([2.0, 3.0])
bool(x)

x = torch.tensor([2.0, 3.0])
float(x)

x = torch.tensor([2.0, 3.0], requires_grad=True)
x.numpy()

x = torch.tensor([2.0, 3.0], requires_grad=True)
np.asarray(x)

x = torch.tensor([2.0, 3.0])
print(x.numpy(), np.array(x), x.tolist())
x.numpy()[0] = 7
print(x)

a = np.array([1.0, 2.0])
x = torch.tensor(a)
a[0] = 9
print(x)

x = torch.tensor([2.0, 3.0])
y = Variable(x, requires_grad=True)
y.data += 1
print(x, x.requires_grad, y)

x = Variable(torch.tensor([1, 2]), requires_grad=True)

x = torch.tensor([2.0, 3.0])
print(x.size(), x.size(0), x.dim(), x.numel(), x.ndim, len(x), tuple(x.shape))

x = torch.tensor(2.0)
len(x)

x = torch.tensor([2.0, 3.0])
x.size(3)

x = torch.tensor([[2.0, 3.0]])
print(x.T, x.t(), x.view(2, 1), x.reshape(-1), x.view(-1, 1), x.reshape((2, 1)), x.T.T)

x = torch.ones(2, 3)
x.reshape(4)

x = torch.ones(2, 3)
x.view(4)

x = torch.ones(2, 3, 4)
x.t()

x = torch.ones(2)
y = torch.ones(3)
x + y

x = torch.ones(2, 3)
y = torch.ones(2, 3)
x @ y

x = torch.ones(2)
x + 'a'

x = torch.ones(2)
x + [1, 2]

x = torch.ones(2)
x + None

x = torch.ones(2)
print(x == None, x != None, x == 'a')

x = torch.ones(2)
x < None

x = torch.ones(2)
print(x + np.array([1.0, 2.0]))

x = torch.ones(2)
print(np.float64(2.0) * x, x * np.float64(2.0), np.float32(2.0) * x)

x = torch.ones(2, requires_grad=True)
print(np.float64(2.0) * x, x * np.float64(2.0))

x = torch.ones(2)
print(np.exp(x))

x = torch.ones(2)
torch.exp(2.0)

torch.matmul(torch.ones(2, 3), 2)

torch.ones(2, 3) @ 2

torch.tensor([[1, 2], [3]])

torch.tensor('a')

torch.tensor([1, 'a'])

print(torch.tensor(torch.tensor([1.0, 2.0])))

print(torch.tensor([torch.tensor(1.0), torch.tensor(2.0)]))

print(torch.tensor(np.array([1, 2], dtype=np.int32)), torch.tensor(np.array([True])))

print(torch.tensor([]), torch.tensor([[]]))

print(torch.tensor((1, 2.0)), torch.tensor(range(3)))

print(torch.tensor(1.5, dtype=torch.int64))

print(torch.zeros(()), torch.zeros([2]), torch.zeros(2, 2), torch.zeros(torch.tensor([1.0, 2.0]).shape))

torch.zeros(-1)

torch.zeros(2.5)

print(torch.zeros(3, dtype=torch.int64), torch.ones(2, dtype=torch.bool))

torch.zeros(3, dtype=torch.int64, requires_grad=True)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.requires_grad_(False)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.requires_grad = False

x = torch.tensor([1, 2])
x.requires_grad = True

x = torch.tensor([1.0, 2.0])
x.requires_grad = True
print(x)
x.requires_grad = False
print(x)

x = torch.tensor([1.0, 2.0], requires_grad=True)
print(x.requires_grad, x.is_leaf, (x * 2).is_leaf, x.detach().is_leaf, x.data.requires_grad)

x = torch.ones(2, 3, requires_grad=True)
b = torch.ones(3, requires_grad=True)
c = torch.tensor(2.0, requires_grad=True)
((x + b) * c).sum().backward()
print(x.grad, b.grad, c.grad)

x = torch.ones(2, 3, requires_grad=True)
b = torch.ones(2, 1, requires_grad=True)
(x / b - b * x).mean().backward()
print(x.grad, b.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
z = (x * y).sum()
print(z)
z.backward()
print(x.grad, y.grad)

x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
(x ** 3).sum().backward()
print(x.grad)

x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
(x ** 0).sum().backward()
print(x.grad)

x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
(x ** 0.5).sum().backward()
print(x.grad)

x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
(x ** (-1)).sum().backward()
print(x.grad)

x = torch.tensor([0.0, 1.0, 2.0], requires_grad=True)
y = torch.tensor([0.0, 2.0, -1.0], requires_grad=True)
(x ** y).sum().backward()
print(x.grad, y.grad)

x = torch.tensor([0.0, 0.0, 0.0], requires_grad=True)
y = torch.tensor([0.0, 2.0, -1.0], requires_grad=True)
(x ** y).sum().backward()
print(x.grad, y.grad)

x = torch.tensor([-2.0, -2.0, 0.0], requires_grad=True)
y = torch.tensor([2.0, 2.5, 0.5], requires_grad=True)
(x ** y).sum().backward()
print(x.grad, y.grad)

x = torch.tensor([0.0, -1.0], requires_grad=True)
x.log().sum().backward()
print(x.grad)

x = torch.tensor([0.0, -1.0, float('nan')], requires_grad=True)
x.relu().sum().backward()
print(x.relu(), x.grad)

x = torch.tensor([100.0, -100.0], requires_grad=True)
y = x.sigmoid()
y.sum().backward()
print(y, x.grad, x.exp(), x.tanh())

print(torch.tensor([2]) ** (-1))

print(torch.tensor([2]) ** 2.5, torch.tensor([2]) ** 2, 2 ** torch.tensor([2]))
print(torch.tensor(2) ** torch.tensor([3]))

print(-torch.tensor([True]))

print(torch.tensor([True]) - torch.tensor([True]))

print(torch.tensor([True]) + torch.tensor([True]), torch.tensor([True]) * True)

print(torch.tensor([1, 2]).mean())

print(torch.tensor([1, 2]).sum(), torch.tensor([True, True]).sum())
print(torch.tensor([1, 2], dtype=torch.int32).sum())

print(torch.tensor([1, 2]).exp(), torch.sigmoid(torch.tensor(0)), torch.relu(torch.tensor([-1, 2])))

print(torch.add(torch.ones(2), 1), torch.mul(torch.ones(2), 3), torch.sub(2, torch.ones(2)))

print(torch.pow(2, torch.ones(2)), torch.pow(torch.ones(2), 2), torch.div(torch.ones(2), 2))

print(torch.ones(2).add(1).sub(1).mul(2).div(4).pow(2).matmul(torch.ones(2)))

x = torch.tensor([1.0, 2.0])
print(x[0], x[-1])

x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
print(x[0], x[:, 1], x[0, 1], x[..., 0], x[None].shape == (1, 2, 2))
print(x[torch.tensor([0, 0])], x[[0, 1]], x[x > 2])

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
(x[0] * x[2]).backward()
print(x.grad)

x = torch.tensor([1.0, 2.0, 3.0])
x[5]

x = torch.tensor([1.0, 2.0, 3.0])
x[0] = 5
print(x)

x = torch.tensor([1.0, 2.0, 3.0])
print([v for v in x], list(x))

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
print(hash(x) == hash(x), x in [x], {x: 1}[x])

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
print(f'{x.sum()}', f'{x.sum():.2f}', f'{x}', str(x), '%.2f' % x.sum())

x = torch.tensor([1.0, 2.0, 3.0])
f'{x:.2f}'

x = torch.tensor([[1.0]])
f'{x:.2f}'

import copy
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = copy.deepcopy(x)
y.data += 1
print(x, y)

import pickle
x = torch.tensor([1.0, 2.0], requires_grad=True)
print(pickle.loads(pickle.dumps(x)))

x = torch.tensor([1.0, 2.0], requires_grad=True)
for _ in range(2):
    loss = (x * x).sum()
    loss.backward()
    with torch.no_grad():
        x -= 0.1 * x.grad
    x.grad.zero_()
print(x, x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
for _ in range(2):
    loss = (x * x).sum()
    loss.backward()
    with torch.no_grad():
        x = x - 0.1 * x.grad
print(x, x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x = x - 0.1
x.sum().backward()
print(x.grad)

x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
y = x.T
z = y * y
y += 1

x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
v = x.T
v += 1
print(x)

x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
v = x.view(4)
v *= 2
print(x)

x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
z = x * x
with torch.no_grad():
    v = x.view(4)
    v += 1
z.sum().backward()

x = torch.tensor(3.0, requires_grad=True)
with torch.no_grad():
    x *= 2
print(x)
y = x * x
y.backward()
print(x.grad)
x.grad.zero_()
print(x.grad)

x = torch.tensor(3.0, requires_grad=True)
y = x * 1
y += 1
y *= y
print(y)
y.backward()
print(x.grad)

x = torch.tensor(3.0, requires_grad=True)
y = x * 1
y.zero_()
print(y)
y.backward()
print(x.grad)

x = torch.tensor([3.0], requires_grad=True)
a = x.detach()
b = x.data
print(a.requires_grad, a.grad_fn, b)

x = torch.ones(3, requires_grad=True)
y = x.sum()
y.backward()
y.backward()
print(x.grad)

x = torch.ones(2, 2, requires_grad=True)
y = x.T.sum()
y.backward()
y.backward()
print(x.grad)

x = torch.ones(2, 2, requires_grad=True)
y = (x @ x).sum()
y.backward()
y.backward()
print(x.grad)

print(torch.float32, torch.float64, torch.int64, torch.bool, torch.ones(1).dtype == torch.float32)

print(torch.ones(2, 3).shape, torch.ones(2, 3).size(), torch.ones(1).shape)

x = torch.ones(2, 3)
a, b = x.shape
print(a, b, x.shape[0], x.shape == (2, 3), x.shape[1:], x.shape + (1,))

x = torch.tensor(1.0, requires_grad=True)
y = x * 2
del x
y.backward()
print(y)

x = torch.tensor(1.0, requires_grad=True)
x.backward(torch.tensor([1.0]))

x = torch.tensor(1.0, requires_grad=True)
y = x.detach().requires_grad_()
(y * y).backward()
print(y.grad, x.grad)

x = torch.tensor(1.0, requires_grad=True)
y = x.clone()
y += 1
print(x, y)

print(torch.tensor(7) / 2, 7 / torch.tensor(2), torch.tensor(7.0) - 1)

x = torch.tensor(2.0, requires_grad=True)
y = x * x
g, = torch.autograd.grad(y, x, retain_graph=True)
y.backward()
print(g, x.grad)

x = torch.tensor(2.0, requires_grad=True)
y = x * x
g, = torch.autograd.grad(y, x)
y.backward()
print(g, x.grad)

x = torch.tensor(2.0, requires_grad=True)
y = x * x
print(torch.autograd.grad(y, x, torch.tensor(3.0)))

x = torch.tensor(2.0, requires_grad=True)
y = x * x
print(torch.autograd.grad(outputs=y, inputs=x, grad_outputs=None, retain_graph=True))
print(torch.autograd.grad(y, x, create_graph=False, allow_unused=None))

torch.autograd.grad([], [])

x = torch.ones(2, requires_grad=True)
y = Variable(x)
print(y, y.grad_fn, y.requires_grad)

x = torch.ones(2, requires_grad=True)
y = Variable(x * 2, requires_grad=True)
print(y, y.is_leaf)

x = torch.ones(2, requires_grad=True)
print(isinstance(x, Variable), isinstance(x, torch.Tensor), type(Variable(x)) == type(x))

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
picked = x[[0, 2]]
picked *= 2
print(picked)
picked.sum().backward()
print(x.grad)

print(torch.zeros(size=(2, 3)), torch.ones(size=[1]), torch.rand(size=(0, 2)))

k = torch.tensor(2)
print([5, 6, 7][k], list(range(k)), int(torch.tensor(2.7)), max(torch.tensor([1.0, 5.0])))

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
z = y * y
print(torch.autograd.grad(z.sum(), y))
y.sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.retain_grad()
y.sum().backward()
y.grad.zero_()
print(y.grad, x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * torch.tensor([3.0, 4.0], dtype=torch.float64)
(g,) = torch.autograd.grad(y.sum(), x, create_graph=True)
print(g.dtype)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = torch.tensor([3.0, 4.0], dtype=torch.float64)
(g,) = torch.autograd.grad((x * x * y).sum(), x, create_graph=True)
print(g.detach(), torch.autograd.grad(g.sum(), x))

print(torch.sigmoid(torch.tensor([-10.0, -20.0, -50.0])))

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
with torch.no_grad():
    x[0] = 5.0
    x[1:] += 1
print(x)
(x * x).sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x * x
with torch.no_grad():
    x[0] = 5.0
y.sum().backward()

x = torch.zeros(3)
x[:2] = torch.ones(3)

x = torch.zeros(2, 3)
x[:, 1] = torch.tensor([5.0, 6.0])
x[0] += 1
row = x[1]
row *= 2
print(x, row)

x = torch.ones(2, 3, 4)
a, b, c = x.shape
print(a, b, c, x.shape[1:], x.shape + (1,), x.shape[-1], x.shape.numel(), x.size(-1), len(x.shape))
"""


@pytest.mark.parametrize("code", SNIPPETS.strip().split("\n\n"), ids=lambda code: code.splitlines()[-1][:60])
def test_snippet(code: str, torch: Any) -> None:
    same(code, torch)


LEARNS = "x = torch.tensor([1., 2.], requires_grad=True)\n"
KNOWN_DIFFERENCES = {
    "1/x is one node, a division; PyTorch multiplies by a reciprocal":
        LEARNS + "print(1 / x)",
    "a matrix product is one node at any number of axes; PyTorch reshapes around it":
        "print(torch.ones(2, 2, 2, requires_grad=True) @ torch.ones(2))",
    "a vector times a matrix is one node; PyTorch squeezes the row it made":
        LEARNS + "print(x @ torch.ones(2, 2))",
    ".t() is .T: one name for one thing":
        "print(torch.ones(1, 2, requires_grad=True).t())",
    ".T of a vector is itself; PyTorch warns that it will be an error":
        LEARNS + "print(x.T)",
    ".T of more than two axes is an error already; PyTorch warns that it will be":
        "print(torch.ones(1, 2, 3).T.shape)",
    "a node is shown without its address, so that a lesson's output is the same each time":
        LEARNS + "print((x * 2).grad_fn)",
    "manual_seed returns nothing, so that a cell that ends with it shows nothing":
        "print(torch.manual_seed(0) is None)",
    "Variable takes numbers in lists":
        "print(Variable([1., 2.]))",
    "NumPy arrays work on either side, and in what learns":
        LEARNS + "print(x * np.array([1., 2.]))",
    "a NumPy array plus a Variable is a Variable":
        "print(np.array([1., 2.]) + torch.ones(2))",
    "NumPy numbers in lists count as Python's, which they are":
        "print(torch.tensor([np.float64(1.5)]).dtype)",
    "what is no number is a TypeError, also None":
        "torch.tensor(None)",
    "a bool to the power of a bool is a small integer, as in NumPy; PyTorch refuses most":
        "print(torch.tensor(True) ** torch.tensor(True))",
    "sum(keepdim=True) needs no dim":
        "print(torch.ones(2).sum(keepdim=True))",
    "a part of a Variable with a history can't be changed in place":
        LEARNS + "y = x * 2\ny[0] = 5.",
    "a view of a Variable with a history can't be changed in place":
        LEARNS + "y = x * 2\nv = y.view(1, 2)\nv += 1\nprint(y)",
    "slices may step backwards":
        "print(torch.ones(2)[::-1])",
    "a gradient with a history is the sum itself, not a copy of it":
        LEARNS + "(x * x).sum().backward(create_graph=True)\nprint(x.grad)",
    "a result can be copied deeply, and its history with it":
        LEARNS + "import copy\nprint(copy.deepcopy(x * 2).shape)",
}  # fmt: skip


@pytest.mark.parametrize("reason", KNOWN_DIFFERENCES)
def test_a_known_difference_is_still_one(reason: str, torch: Any) -> None:
    code = KNOWN_DIFFERENCES[reason]
    assert run(code, autograd_lab) != run(code, torch)
