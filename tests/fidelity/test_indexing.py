"""Everything that goes between square brackets: what is taken, and what is put there."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same, same, shown

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


MADE = {
    "learning": "x = torch.arange(24.).reshape(2, 3, 4).requires_grad_()",
    "whole": "x = torch.arange(24).reshape(2, 3, 4)",
    "transposed": "x = torch.arange(24.).reshape(4, 3, 2).transpose(0, 2).requires_grad_()",
    "vector": "x = torch.tensor([1., 2., 3., 4.], dtype=torch.float64, requires_grad=True)",
    "bool": "x = torch.tensor([[True, False, True], [False, True, False]])",
    "number": "x = torch.tensor(5., requires_grad=True)",
    "empty": "x = torch.zeros(0, 3, requires_grad=True)",
}
TAKEN = [
    "0", "-1", "1", "2", "7", "-7", "True", "False", "None", "...", ":", "::2", "1:", ":-1", "5:", "1:1",
    "-2:",
    "0, 1", "0, 1, 2", "0, 1, 2, 3", "1, -1, -1", ":, 0", ":, :, 1", "..., 1", "..., 1, 2", "0, ...",
    "0, ..., 1",
    "..., None", "None, ...", ":, None, 1", "0, None, 1:", "None, None", ":, ::2, 1:3",
    "1:, :2, ::3",
    "[0, 1]", "[0]", "[[0, 1]]", "[[0, 1], [1, 0]]", "[0, 0, 1]", "[-1, 0]", "[]", "(0, 1)", "[0, 1], [1, 2]",
    "[0, 1], :, [1, 2]", ":, [0, 2], [1, 2]", ":, [0, 2]", "..., [0, 2]", "0, [0, 2]", "[0, 1], 1",
    "[[0], [1]], [0, 2]",
    "[0, 1], [1]", "[0, 1], [0, 1, 2]", "[0, 1], None, [1, 2]", "[0, 1], ..., [1, 2]", "None, [0, 1]",
    "[0, 1], 1:",
    "1:, [0, 1]", ":, 1:, [0, 3]", "[1, 1, 1], [0, 0, 0], [3, 3, 2]", "[9]", "[-9]", "torch.tensor(1)",
    "torch.tensor([1, 0, 1])", "torch.tensor([[0, 1], [1, 1]])", "torch.tensor([0, 1], dtype=torch.int32)",
    "torch.tensor([], dtype=torch.int64)", "torch.tensor([0.])", "torch.tensor([True, False])",
    "torch.tensor(True)",
    "torch.tensor([True, False, True])", ":, torch.tensor([True, False, True])", "[True, False]", "x > 2",
    "x > 100",
    "x == x", "(x > 2) & (x < 9)", "~(x > 2)", "x[0] > 2", "torch.tensor([False, True]), [1]", "0, x[0] > 2",
    "torch.tensor([True, True]), torch.tensor([True, False, True])", "torch.tensor(0), torch.tensor([2, 1])",
    "np.array([1, 0])", "np.int64(1)", "np.array([True, False])", "slice(0, 1)", "(slice(None), 0)",
    "range(2)",
    "torch.tensor(1):", ":torch.tensor(2)", "1.", "'a'", "{}", "[None]", "[[0, 1], [0]]", "::0",
]  # fmt: skip


@pytest.mark.parametrize("index", TAKEN)
def test_taking(index: str, torch: Any) -> None:
    """As NumPy takes it; the gradient adds up where an element was taken more than once."""
    all_same(shown(MADE.values(), [f"x[{index}]"]), torch)


VALUES = ["7", "7.5", "torch.tensor(7.)", "torch.tensor([1., 2., 3., 4.])",
          "torch.tensor([[1.], [2.], [3.]])",
          "torch.tensor(7., requires_grad=True)", "torch.tensor(7)", "True", "None", "[1., 2.]", "'a'",
          "torch.arange(4., requires_grad=True)", "np.float64(2.5)", "torch.ones(9)",
          "torch.zeros(0)"]  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_putting_each_value(value: str, torch: Any) -> None:
    made = [MADE["learning"] + "\nv = x * 1", MADE["whole"].replace("x =", "x = v ="),
            "x = v = torch.zeros(2, 3, 4)",
            "x = v = torch.zeros(2, 3, 4, dtype=torch.bool)"]  # fmt: skip
    places = ["v[0]", "v[:, 1]", "v[...]", "v[v > 3]", "v[[0, 1], [0, 2]]", "v[..., None]", "v[1, 2, 3]"]
    if "requires_grad" in value:  # what is whole can't learn
        made = made[::2]
    ends = [f"w = {value}\n{place} = w\nshow(v, x, w, named=False)" for place in places]
    all_same([f"{make}\n{end}" for make in made for end in ends], torch)


@pytest.mark.parametrize("index", [i for i in TAKEN if i not in ("[1, 1, 1], [0, 0, 0], [3, 3, 2]",)])
def test_putting_at_each_index(index: str, torch: Any) -> None:
    makes = [make.replace("requires_grad=True", "") for make in MADE.values()]
    makes = [make.replace(".requires_grad_()", "") for make in makes]
    all_same([f"{make}\nx[{index}] = 1\nprint(x)\nx[{index}] += 1\nprint(x)" for make in makes], torch)


WRITTEN = """
x = torch.zeros(3, requires_grad=True)
x[0] = 1.

x = torch.zeros(3, requires_grad=True)
y = x * 1
y[0] = 5.
y[1:] *= 2
print(y)
y.sum().backward()
print(x.grad)

x = torch.ones(3, requires_grad=True)
y = x * 1
y[y > 0] = 0.
print(y)
y.sum().backward()
print(x.grad)

x = torch.ones(3, requires_grad=True)
y = torch.zeros(2, 3)
y[0] = x
y[1] = x * 2
print(y, y.requires_grad)
(y * y).sum().backward()
print(x.grad)

x = torch.ones(3, requires_grad=True)
y = x ** 2
z = y * y
y[0] = 7.
z.sum().backward()

x = torch.zeros(3)
x[[0, 0, 1]] += 1
print(x)

x = torch.zeros(4)
x[1:3] = torch.tensor([1., 2.])
x[-1] = x[1]
print(x)

x = torch.arange(6).reshape(2, 3)
x[:, 0], x[:, 2] = x[:, 2].clone(), x[:, 0].clone()
print(x)

x = torch.zeros(2, 3)
x.T[0] = 1
x.view(-1)[5] = 2
print(x)

x = torch.tensor([1., 2., 3., 4.])
x[::2] = -x[::2]
x[x < 0] = 0
print(x)

x = torch.zeros(3, dtype=torch.int64)
x[0] = 2.7
print(x)

x = torch.eye(3)
x[torch.arange(3), torch.arange(3)] = torch.tensor([1., 2., 3.])
x[torch.tensor([0, 1]), torch.tensor([1, 2])] = 9
print(x)

x = torch.arange(12.).reshape(3, 4)
i = torch.tensor([2, 0, 3])
print(x[torch.arange(3), i], x[range(3), i], x[:, i], x[[0, 2]][:, [1, 3]])

x = torch.zeros(2, 2)
x[5] = 1

x = torch.zeros(2, 2)
x[0, 0, 0] = 1

x = torch.zeros(3)
x[torch.tensor([True, False])] = 1

x = torch.tensor([1., 2.], requires_grad=True)
print(x[0].item(), x[0].grad_fn is not None, x[0].is_leaf, [v.item() for v in x])
a, b = x
print(a, b, 2. in x, 3. in x)
(a * b).backward()
print(x.grad)

x = torch.zeros(3)
x.index_put_((torch.tensor([0, 0, 1]),), torch.tensor(1.), accumulate=True)
print(x)

x = torch.arange(4.)
x.index_fill_(0, torch.tensor([0, 2]), 9.)
x.index_copy_(0, torch.tensor([1]), torch.tensor([5.]))
print(x)
"""


@pytest.mark.parametrize("code", WRITTEN.strip().split("\n\n"), ids=lambda code: code.splitlines()[1])
def test_writing(code: str, torch: Any) -> None:
    same(code, torch)
