"""Reductions: of all elements and of some axes, with ties, zeros and nothing to reduce."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same, forms, same, shown

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


MADE = [
    "x = torch.tensor([[1., 2., 3.], [6., 5., 4.]], requires_grad=True)",
    "x = torch.tensor([[1., 2., 3.], [6., 5., 4.]], dtype=torch.float64, requires_grad=True)",
    "x = torch.tensor([[3, 1, 2], [4, 6, 5]])",
    "x = torch.tensor([[True, False, True], [False, True, True]])[:, :2]",
    "x = torch.tensor([[1., 4.], [3., 2.], [0., 7.]]).T.requires_grad_()",
    "x = torch.tensor([2., -1., 4.], requires_grad=True)",
    "x = torch.tensor(2., requires_grad=True)",
    "x = torch.tensor(3)",
    "x = torch.zeros(0, requires_grad=True)",
    "x = torch.zeros(2, 0, requires_grad=True)",
    "x = torch.tensor([[[1., 2.], [3., 5.]], [[8., 7.], [6., 4.]]], requires_grad=True)",
    "x = torch.tensor([1., float('nan'), 3.], requires_grad=True)",
    "x = torch.tensor([1., float('inf'), -float('inf')], requires_grad=True)",
]
ONE_DIM = ["", "0", "1", "-1", "dim=0", "1, True", "dim=-1, keepdim=True", "2", "0, keepdim=False"]
MANY_DIMS = [*ONE_DIM, "(0, 1)", "[0]", "()", "dim=(0, 1), keepdim=True", "dim=(0, 0)", "None", "dim=None"]
REDUCED = {
    "sum": [*MANY_DIMS, "dtype=torch.float64", "0, dtype=torch.int64", "axis=0", "axis=0, keepdims=True"],
    "mean": [*MANY_DIMS, "dtype=torch.float64", "dtype=torch.int64", "axis=-1"],
    "prod": [*ONE_DIM, "dtype=torch.float64", "0, dtype=torch.int64"],
    "var": [*MANY_DIMS, "unbiased=False", "False", "0, False", "0, unbiased=False, keepdim=True",
            "correction=0", "0, correction=2", "dim=0, correction=1, keepdim=True", "correction=10"],
    "std": [*MANY_DIMS, "unbiased=False", "False", "0, False", "dim=1, correction=0", "correction=10"],
    "max": ONE_DIM,
    "min": ONE_DIM,
    "amax": MANY_DIMS,
    "amin": MANY_DIMS,
    "argmax": [*ONE_DIM, "keepdim=True"],
    "argmin": [*ONE_DIM, "keepdim=True"],
    "median": ONE_DIM,
    "cumsum": ["0", "1", "-1", "dim=0", "0, dtype=torch.float64", "", "2"],
    "cumprod": ["0", "1", "-1", "dim=0", "0, dtype=torch.float64", ""],
    "logsumexp": MANY_DIMS[1:],
    "norm": ["", "2", "1", "p=3", "float('inf')", "-float('inf')", "'fro'", "2, 0", "p=1, dim=1",
    "2, 0, True",
             "dim=0", "2, (0, 1)", "p=float('inf'), dim=-1, keepdim=True", "4"],
    "all": MANY_DIMS,
    "any": MANY_DIMS,
    "count_nonzero": ["", "0"],
}  # fmt: skip


# what test_known_differences.py tells of
DIFFER = {(name, "()") for name in ("all", "any", "var", "std", "logsumexp")}
DIFFER |= {("var", "correction=10"), ("amax", "dim=(0, 0)"), ("amin", "dim=(0, 0)")}


@pytest.mark.parametrize(("name", "arguments"), [(n, a) for n, given in REDUCED.items() for a in given])
def test_reduction(name: str, arguments: str, torch: Any) -> None:
    made = (
        [one for one in MADE if "inf" not in one and "nan" not in one]
        if name in ("prod", "cumprod")
        else MADE
    )
    if (name, arguments) not in DIFFER:
        all_same(shown(made, forms(name, arguments), named=name not in ("sum", "mean")), torch)


TIED = [
    "x = torch.tensor([2., 2., 1.], requires_grad=True)",
    "x = torch.tensor([[2., 2.], [2., 0.]], requires_grad=True)",
    "x = torch.tensor([[1., 1.], [1., 1.]], dtype=torch.float64, requires_grad=True)",
    "x = torch.tensor([0., 2., 3.], requires_grad=True)",
    "x = torch.tensor([0., 0., 3.], requires_grad=True)",
    "x = torch.tensor([[0., 2.], [0., 0.]], requires_grad=True)",
    "x = torch.zeros(3, requires_grad=True)",
    "x = torch.tensor([1., 0., -1.], requires_grad=True)",
]
KINKS = [
    "x.max()", "x.min()", "x.max(0)[0]", "x.min(-1).values", "x.amax()", "x.amin()", "x.amax(0)",
    "x.amin(-1)",
    "x.prod()", "x.prod(0)", "x.prod(-1)", "x.cumprod(0)", "x.cumprod(-1)", "x.norm()", "x.norm(1)",
    "x.norm(p=3)",
    "x.norm(float('inf'))", "x.norm(2, 0)", "x.std()", "x.var(0)", "x.std(-1, correction=0)", "x.abs().sum()",
    "x.median()", "torch.linalg.norm(x)", "torch.linalg.vector_norm(x, 1)", "x.argmax()",
    "x.argmin()",
]  # fmt: skip


@pytest.mark.parametrize("call", KINKS)
def test_ties_and_kinks(call: str, torch: Any) -> None:
    all_same(shown(TIED, [call]), torch)


NAMED_PARTS = """
x = torch.tensor([[1., 3., 2.], [6., 5., 4.]])
m = {}
print(m, m.values, m.indices, m[0], m[1], len(m), isinstance(m, tuple))
values, indices = m
print(values, indices, indices.dtype)
"""


def test_what_has_values_and_indices(torch: Any) -> None:
    calls = [
        "x.max(0)",
        "x.min(1)",
        "torch.max(x, dim=1, keepdim=True)",
        "x.median(1)",
        "x.sort()",
        "x.topk(1)",
    ]
    all_same([NAMED_PARTS.format(call) for call in calls], torch)


def test_norms_of_linalg(torch: Any) -> None:
    given = [
        "",
        "ord=1",
        "ord=float('inf')",
        "dim=0",
        "ord=2, dim=1, keepdim=True",
        "ord='fro'",
        "ord='other'",
    ]
    made = [one for one in MADE if "zeros(2, 0" not in one]
    all_same(shown(made, [f"torch.linalg.norm(x, {a})" for a in given], named=False), torch)
    all_same(shown(MADE, [f"torch.linalg.vector_norm(x, {a})" for a in given[:5]], named=False), torch)
