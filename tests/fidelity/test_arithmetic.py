"""The operators, between every two kinds of value."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from .both import all_same, same

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


SNIPPETS = """
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

torch.matmul(torch.ones(2, 3), 2)

torch.ones(2, 3) @ 2

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

x = torch.tensor([1.0, 2.0], requires_grad=True)
x = x - 0.1
x.sum().backward()
print(x.grad)

print(torch.tensor(7) / 2, 7 / torch.tensor(2), torch.tensor(7.0) - 1)

print(torch.sigmoid(torch.tensor([-10.0, -20.0, -50.0])))
"""


@pytest.mark.parametrize("code", SNIPPETS.strip().split("\n\n"), ids=lambda code: code.splitlines()[-1][:60])
def test_snippet(code: str, torch: Any) -> None:
    same(code, torch)
