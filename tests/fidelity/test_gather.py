"""Picking, placing, masking and sorting by index."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from .both import all_same, forms, shown

KINDS = [
    "x = torch.tensor([[1., 2., 3.], [4., 5., 6.]], requires_grad=True)\n",
    "x = torch.tensor([[1., 2., 3.], [4., 5., 6.]], dtype=torch.float64, requires_grad=True)\n",
    "x = torch.tensor([[1., 4.], [2., 5.], [3., 6.]]).T.requires_grad_()\n",
    "x = torch.tensor([[1, 2, 3], [4, 5, 6]])\n",
]
INDICES = [
    "torch.tensor([[0, 1, 1]])", "torch.tensor([[0, 0], [1, 0]])", "torch.tensor([[2], [0]])",
    "torch.tensor([[-1]])",
    "torch.tensor([0, 1])", "torch.tensor([[5]])", "torch.tensor([[0.]])",
    "torch.zeros(0, 3, dtype=torch.int64)",
    "torch.tensor([[0]], dtype=torch.int32)", "torch.tensor([[0, 1, 0], [1, 0, 1], [0, 0, 0]])",
]  # fmt: skip


@pytest.mark.parametrize(("index", "dim"), list(itertools.product(INDICES, ["0", "1", "-1"])))
def test_gather(index: str, dim: str, torch: Any) -> None:
    calls = forms("gather", f"{dim}, i", f"dim={dim}, index=i")
    calls += forms("take_along_dim", f"i, {dim}", f"i, dim={dim}")
    all_same(shown([f"{kind}i = {index}" for kind in KINDS], calls), torch)


VECTORS = ["torch.tensor([0, 1, 1])", "torch.tensor([1])", "torch.tensor(0)",
           "torch.tensor([], dtype=torch.int64)",
           "torch.tensor([-1])", "torch.tensor([9])", "torch.tensor([[0]])", "torch.tensor([0.])",
           "torch.tensor([0, 1], dtype=torch.int32)", "[0, 1]"]  # fmt: skip


@pytest.mark.parametrize(("index", "dim"), list(itertools.product(VECTORS, ["0", "-1", "2"])))
def test_index_select(index: str, dim: str, torch: Any) -> None:
    made = [f"{kind}i = {index}" for kind in [*KINDS, "x = torch.tensor([7., 8.], requires_grad=True)\n"]]
    all_same(shown(made, forms("index_select", f"{dim}, i", f"dim={dim}, index=i")), torch)


PLACES = ["[[0, 1]]", "[[1, 0], [0, 1]]", "[[0], [1]]", "[[7]]"]
SOURCES = [
    "torch.arange(10., 10. + i.numel()).view(i.shape).to(x.dtype).requires_grad_(x.requires_grad)", "9.", "9",
    "torch.arange(6).view(2, 3).to(x.dtype)", "torch.ones(1, 1)", "torch.ones(2, 3, dtype=torch.int64)",
    "torch.tensor(9.)",
]  # fmt: skip


@pytest.mark.parametrize(("index", "source"), list(itertools.product(PLACES, SOURCES)))
def test_scatter(index: str, source: str, torch: Any) -> None:
    made = [f"{kind}i = torch.tensor({index})\ns = {source}" for kind in KINDS]
    arguments = [f"{dim}, i, s" for dim in (0, 1)]
    all_same(shown(made, forms("scatter", *arguments), "x, s", named=False), torch)
    all_same(shown(made, forms("scatter_add", *arguments), "x, s"), torch)
    calls = ["torch.zeros(2, 3).scatter_(1, i, s)", "x.detach().clone().scatter_add_(0, i, s)",
             "torch.zeros(2, 3).scatter_(1, i, value=1)",
             "torch.zeros(2, 3).scatter_(dim=1, index=i, value=2.)"]  # fmt: skip
    all_same(shown(made, calls, "x, s", named=False), torch)


def test_scatter_add_with_repeats(torch: Any) -> None:
    made = ["i, s = torch.tensor([0, 0, 1, 0]), torch.tensor([1., 2., 3., 4.], requires_grad=True)"]
    calls = ["torch.zeros(3).scatter_add(0, i, s)", "torch.zeros(3).scatter_add_(0, i, s)",
             "torch.zeros(3).index_add(0, i, s)", "torch.zeros(3).index_add_(0, i, s, alpha=2)"]  # fmt: skip
    all_same(shown(made, calls, "s"), torch)


ADDED = ["0, torch.tensor([0, 0]), torch.ones(2, 3)", "1, torch.tensor([2, 0]), torch.ones(2, 2)",
         "0, torch.tensor([1]), torch.ones(1, 3), alpha=2", "0, torch.tensor([1]), torch.ones(2, 3)",
         "dim=0, index=torch.tensor([1, 1]), source=torch.ones(2, 3, requires_grad=True)",
         "0, torch.tensor([1, 1]), torch.ones(2, 2)", "0, torch.tensor([5]), torch.ones(1, 3)",
         "-1, torch.tensor([0, 0, 0]), torch.tensor([[1., 2., 3.], [4., 5., 6.]])"]  # fmt: skip


@pytest.mark.parametrize("arguments", ADDED)
def test_index_add(arguments: str, torch: Any) -> None:
    all_same(shown(KINDS, forms("index_add", arguments)), torch)


MASKS = ["x > 2", "x == 0", "torch.tensor([True, False, True])", "torch.tensor([[True], [False]])",
         "torch.tensor(True)", "torch.tensor([1, 0, 1])", "torch.tensor([True, False])",
         "torch.tensor([True, False, True])[None, None]"]  # fmt: skip
FILLS = [
    "0",
    "7.5",
    "-float('inf')",
    "torch.tensor(5., requires_grad=True)",
    "torch.tensor([1.])",
    "True",
    "None",
]


@pytest.mark.parametrize(("mask", "fill"), list(itertools.product(MASKS, FILLS)))
def test_masked_fill(mask: str, fill: str, torch: Any) -> None:
    made = [f"{kind}m, s = {mask}, {fill}" for kind in KINDS]
    all_same(shown(made, [*forms("masked_fill", "m, s"), "(x * 1.).masked_fill_(m, s)"], "x, s"), torch)


@pytest.mark.parametrize("mask", MASKS)
def test_masked_select(mask: str, torch: Any) -> None:
    made = [f"{kind}m = {mask}" for kind in KINDS]
    all_same(shown(made, [*forms("masked_select", "m"), "torch.nonzero(m)", "m.nonzero()",
                          "m.nonzero(as_tuple=True)",
                          "torch.argwhere(m)", "torch.nonzero(m, as_tuple=True)"]), torch)  # fmt: skip


SORTED = [
    "x = torch.tensor([[3., 1., 2.], [-4., 6., 5.]], requires_grad=True)",
    "x = torch.tensor([[3., 1., 2.], [-4., 6., 5.]], dtype=torch.float64).T.requires_grad_()",
    "x = torch.tensor([3, 1, 2])",
    "x = torch.tensor([True, False])",
    "x = torch.tensor(2., requires_grad=True)",
    "x = torch.zeros(0, requires_grad=True)",
    "x = torch.tensor([2., float('nan'), -1., float('inf')], requires_grad=True)",
]
ORDERS = {
    "sort": ["", "0", "1", "-1", "dim=0", "descending=True", "-1, True", "dim=0, descending=True",
    "stable=True", "5"],
    "argsort": ["", "0", "-1", "descending=True", "dim=0, descending=True", "stable=True"],
    "topk": ["1", "2", "0", "k=2", "1, 0", "2, dim=-1", "1, largest=False", "2, -1, False", "9", "1, dim=5"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), [(n, a) for n, given in ORDERS.items() for a in given])
def test_order(name: str, arguments: str, torch: Any) -> None:
    all_same(shown(SORTED, forms(name, arguments)), torch)


def test_a_stable_order_of_equal_elements(torch: Any) -> None:
    made = ["x = torch.tensor([2., 1., 2., 1., 2.], requires_grad=True)", "x = torch.tensor([1, 0, 1, 0])"]
    calls = ["x.sort(stable=True)", "x.sort(descending=True, stable=True)", "x.argsort(stable=True)",
             "torch.sort(x, stable=True, dim=0)", "x.sort(stable=True, descending=True, dim=-1)"]  # fmt: skip
    all_same(shown(made, calls), torch)


def test_one_hot_and_embedding(torch: Any) -> None:
    """Looking up a row is indexing; the gradient adds up over repeated rows."""
    functional = "torch.nn.functional"
    made = [f"i = {i}" for i in ("torch.tensor([0, 2, 1])", "torch.tensor([[0, 2], [2, 2]])",
            "torch.tensor(1)",
                                 "torch.tensor([], dtype=torch.int64)", "torch.tensor([-1])",
                                 "torch.tensor([0.])",
                                 "torch.tensor([7])")]  # fmt: skip
    calls = [f"{functional}.one_hot(i{more})" for more in ("", ", 4", ", num_classes=5", ", 2", ", -1")]
    all_same(shown(made, calls, "i"), torch)
    weight = "; w = torch.tensor([[1., 2.], [3., 4.], [5., 6.]], requires_grad=True)"
    calls = [f"{functional}.embedding(i, w{more})" for more in ("", ", padding_idx=2", ", padding_idx=-1")]
    all_same(shown([make + weight for make in made], calls, "w"), torch)
