"""Losses of nn.functional: each reduction, weights, smoothing, odd targets, and the gradients."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from .both import all_same, shown

F = "torch.nn.functional."
REDUCTIONS = ["", ", reduction='mean'", ", reduction='sum'", ", reduction='none'"]

DISTANCES = [
    "x, y = torch.tensor([1., 2., 4.], requires_grad=True), torch.tensor([1., 0., 7.], requires_grad=True)",
    "x, y = torch.tensor([[1., 2.], [3., 4.]]).double().requires_grad_(), torch.zeros(2, 2).double()",
    "x, y = torch.tensor([1., 2.], requires_grad=True), torch.tensor([1., 2.], dtype=torch.float64)",
    "x, y = torch.tensor([[1.], [2.]], requires_grad=True), torch.tensor([1., 3.])",
    "x, y = torch.tensor(2., requires_grad=True), torch.tensor(5.)",
    "x, y = torch.tensor([1., 2.], requires_grad=True), torch.tensor([1, 3])",
    "x, y = torch.zeros(0, requires_grad=True), torch.zeros(0)",
    "x, y = torch.ones(2, requires_grad=True), torch.ones(3)",
    "x, y = torch.tensor([1., 2.], requires_grad=True), 1.",
    "x, y = torch.ones(2, 3).T.requires_grad_(), torch.zeros(3, 2)",
]


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_distance(name: str, reduction: str, torch: Any) -> None:
    calls = [f"{F}{name}(x, y{reduction})", f"{F}{name}(input=x, target=y{reduction})"]
    all_same(shown(DISTANCES, calls, "x, y", named=False), torch)


CLASSES = [
    ("[[1., 2., 0.5], [0., -1., 3.]]", "[0, 2]", "[1, 1]", "[-100, 1]", "[-100, -100]"),
    ("[[1., 1., 1.], [100., 0., -100.]]", "[0, 2]", "[1, 1]"),
    ("[1., 2., 3.]", "1", "-100"),
]
SHARES = [
    ("[[1., 2., 0.5], [0., -1., 3.]]", "[[0.2, 0.3, 0.5], [1., 0., 0.]]"),
    ("[1., 2., 3.]", "[0., 0., 1.]", "[0.25, 0.5, 0.25]"),
]
MISUSED = [
    ("[[1., 2., 0.5], [0., -1., 3.]]", "[3, 0]", "[-1, 0]", "[0]", "1", "[0, 1, 2]", "[0., 1.]",
     "[[0, 1, 0], [1, 0, 0]]"),
    ("[1., 2., 3.]", "[0]", "3", "[1, 1]"),
    ("[[0.], [1.]]", "[0, 0]", "[1, 0]"),
]  # fmt: skip


def pairs(table: list[tuple[str, ...]]) -> list[str]:
    """Each row is what is predicted, and the targets it is compared with."""
    return [
        f"x, y = torch.tensor({x}, requires_grad=True), torch.tensor({y})" for x, *ys in table for y in ys
    ]


WEIGHTED = ["", ", weight=torch.tensor([1., 2., 0.5])", ", ignore_index=1", ", label_smoothing=0.1",
            ", weight=torch.tensor([1., 2., 0.5]), label_smoothing=0.2",
            ", ignore_index=1, label_smoothing=0.3",
            ", ignore_index=2, weight=torch.tensor([1., 2., 0.5]), label_smoothing=0.3"]  # fmt: skip


@pytest.mark.parametrize(("weighted", "reduction"), list(itertools.product(WEIGHTED, REDUCTIONS)))
def test_cross_entropy(weighted: str, reduction: str, torch: Any) -> None:
    calls = [f"{F}cross_entropy(x, y{weighted}{reduction})"]
    all_same(shown(pairs(CLASSES + SHARES), calls, named=False), torch)


@pytest.mark.parametrize(("weighted", "reduction"), list(itertools.product(WEIGHTED[:3], REDUCTIONS)))
def test_nll_loss(weighted: str, reduction: str, torch: Any) -> None:
    all_same(shown(pairs(CLASSES), [f"{F}nll_loss(x, y{weighted}{reduction})"]), torch)


def test_misused_targets_and_options(torch: Any) -> None:
    calls = [f"{F}cross_entropy(x, y)", f"{F}nll_loss(x, y)"]
    all_same(shown(pairs(MISUSED), calls, named=False), torch)
    options = ["weight=torch.ones(2)", "label_smoothing=1.5", "weight=[1., 2., 3.]", "ignore_index=None"]
    calls = [f"{F}cross_entropy(x, y, {option})" for option in options]
    all_same(shown(pairs(CLASSES[:1] + SHARES[:1]), calls, named=False), torch)


def test_cross_entropy_of_more_axes(torch: Any) -> None:
    """Classes along axis 1, as for an image; in double precision; what learns in the target."""
    made = [
        "x = torch.arange(12.).reshape(1, 3, 2, 2).requires_grad_(); y = torch.tensor([[[0, 1], [2, 0]]])",
        "x = torch.arange(12.).reshape(2, 3, 2).requires_grad_(); y = torch.tensor([[0, 1], [2, -100]])",
        "x = torch.ones(2, 3).double().requires_grad_(); y = torch.tensor([0, 1])",
        "x, y = torch.zeros(2, 2, requires_grad=True), torch.tensor([[0.5, 0.5], [1., 0.]]).requires_grad_()",
        "x = torch.ones(2, 3).T.requires_grad_(); y = torch.tensor([0, 1, 1])",
        "x = torch.zeros(0, 3, requires_grad=True); y = torch.zeros(0, dtype=torch.int64)",
        "x = torch.ones(2, 3, requires_grad=True); y = torch.tensor([0, 1], dtype=torch.int32)",
        "x = torch.tensor([[1, 2], [3, 4]]); y = torch.tensor([0, 1])",
    ]
    calls = [f"{F}cross_entropy(x, y{r})" for r in REDUCTIONS]
    all_same(shown(made, calls, "x, y", named=False), torch)
    all_same(
        shown(made, [f"{F}cross_entropy(input=x, target=y)", f"{F}nll_loss(x, y)"], "x", named=False), torch
    )


def test_cross_entropy_by_hand(torch: Any) -> None:
    made = ["x = torch.tensor([[1., 2.], [0., 1.]], requires_grad=True); y = torch.tensor([1, 0])"]
    calls = [f"{F}nll_loss({F}log_softmax(x, dim=1), y)", f"{F}cross_entropy(x, y)",
             f"{F}nll_loss({F}log_softmax(x, dim=-1), y, reduction='sum')", f"{F}cross_entropy(x)",
             f"-{F}log_softmax(x, 1)[torch.arange(2), y].mean()",
             f"-({F}one_hot(y, 2) * {F}log_softmax(x, 1)).sum(1).mean()"]  # fmt: skip
    all_same(shown(made, calls, named=False), torch)


CHANCES = [
    ("[0.25, 0.75, 0.5]", "[1., 0., 1.]", "[0., 1., 0.5]", "[1, 0, 1]"),
    ("[0., 1., 0.5]", "[1., 0., 1.]", "[0., 1., 0.5]"),
    ("[[0.5], [0.25]]", "[[1.], [0.]]", "[1., 0.]"),
    ("0.5", "1.", "[1.]"),
    ("[1.5, 0.5, 0.1]", "[1., 0., 1.]"),
    ("[]", "[]"),
]
LOGITS = [
    ("[0., 2., -1.]", "[1., 0., 1.]", "[0., 1., 0.5]", "[1, 0, 1]"),
    ("[100., -100., 0.]", "[1., 0., 1.]", "[0., 1., 0.5]"),
    ("[[0.5], [-3.]]", "[[1.], [0.]]", "[1., 0.]"),
    ("2.", "1.", "[1.]"),
    ("[]", "[]"),
]
WEIGHTS = ["", ", weight=torch.tensor([1., 2., 3.])", ", weight=torch.tensor(2.)"]
POSITIVE = [", pos_weight=torch.tensor([1., 2., 3.])", ", pos_weight=torch.tensor(2.)"]


@pytest.mark.parametrize(("weight", "reduction"), list(itertools.product(WEIGHTS, REDUCTIONS)))
def test_binary_cross_entropy(weight: str, reduction: str, torch: Any) -> None:
    calls = [f"{F}binary_cross_entropy(x, y{weight}{reduction})"]
    all_same(shown(pairs(CHANCES), calls, named=False), torch)


@pytest.mark.parametrize(("weight", "reduction"), list(itertools.product(WEIGHTS + POSITIVE, REDUCTIONS)))
def test_binary_cross_entropy_with_logits(weight: str, reduction: str, torch: Any) -> None:
    calls = [f"{F}binary_cross_entropy_with_logits(x, y{weight}{reduction})"]
    all_same(shown(pairs(LOGITS), calls, named=False), torch)


NAMES = ["binary_cross_entropy", "binary_cross_entropy_with_logits", "mse_loss", "l1_loss"]


def test_who_learns_in_a_target(torch: Any) -> None:
    learn = "requires_grad=True"
    made = [f"x, y = torch.tensor([0.25, 0.5], {learn}), torch.tensor([0.5, 0.75], {learn})"]
    all_same(shown(made, [f"{F}{name}(x, y)" for name in NAMES], "x, y", named=False), torch)


def test_no_such_reduction(torch: Any) -> None:
    made = ["x, y = torch.tensor([0.25, 0.5]), torch.tensor([0.5, 0.75])"]
    calls = [f"{F}{name}(x, y, reduction='other')" for name in [*NAMES, "cross_entropy", "nll_loss"]]
    all_same(shown(made, calls, "x, y"), torch)
