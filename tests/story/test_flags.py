"""Gradients that went wrong are flagged where they first appear: in words, at the node, in the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import autograd_lab as lab
from autograd_lab import Record
from autograd_lab.faces import picture
from autograd_lab.faces.scene_text import rows, state_at


def recorded(run: Callable[[Any], Any], *values: float) -> Record:
    with lab.record() as rec:
        x = lab.tensor([*values], requires_grad=True)
        run(x).sum().backward()
    return rec


def flagged(rec: Record) -> list[tuple[str, str]]:
    """Each flag that a step sets: the step's title and the flag."""
    return [
        (s["title"], flag) for s in rec.steps for what, _, flag in s["effects"] if what == "flag" and flag
    ]


@pytest.mark.parametrize(
    ("run", "values", "wanted"),
    [
        (lambda x: x.sqrt() * 0, (0.0, 1.0), [("x.sqrt() * 0 → x.sqrt()", "zero"), ("x.sqrt() → x", "NaN")]),
        (lambda x: x.sqrt(), (0.0, 1.0), [("x.sqrt() → x", "infinite")]),
        (lambda x: (x - 3).relu() * 2, (1.0, 2.0), [("(x - 3).relu() → x - 3", "zero")]),
        (lambda x: x * 1e-3 * 1e-3 * 2, (1.0,), [("x * 1e-3 → x", "vanishing")]),
        (lambda x: (x * 1e3 * 1e3) * 2, (1.0,), [("x * 1e3 → x", "exploding")]),
        (lambda x: x * x * 2, (1.0,), []),
    ],
    ids=["nan", "inf", "zero", "vanishing", "exploding", "nothing"],
)
def test_what_goes_wrong_is_flagged_where_it_first_appears(
    run: Callable[[Any], Any], values: tuple[float, ...], wanted: list[tuple[str, str]]
) -> None:
    rec = recorded(run, *values)
    assert flagged(rec) == wanted


def test_a_contribution_of_zero_is_no_flag_where_another_makes_up_for_it() -> None:
    rec = recorded(lambda x: x * 0 + x, 1.0)
    assert flagged(rec) == []


def test_nan_that_a_sum_of_contributions_makes_is_flagged_there() -> None:
    rec = recorded(lambda x: x.sqrt() - x.sqrt(), 0.0)
    assert [flag for _, flag in flagged(rec)] == ["infinite", "NaN"]


def test_the_flag_is_in_the_sentence_in_the_table_and_in_the_picture() -> None:
    rec = recorded(lambda x: x.sqrt() * 0, 0.0)
    k = next(k for k, step in enumerate(rec.steps) if step["title"] == "x.sqrt() → x")
    assert "NaN appears here, in the gradient of `x`" in rec.steps[k]["say"]
    assert "0 × infinity" in rec.steps[k]["say"]
    assert rows(rec.scene)[k][3].startswith("! NaN: ")
    assert "! NaN" not in picture.svg(rec.scene, k - 1)
    assert "! NaN" in picture.svg(rec.scene, k)


def test_a_new_pass_starts_without_flags() -> None:
    with lab.record() as rec:
        x = lab.tensor(0.0, requires_grad=True)
        x.sqrt().backward()
        (x * 2).backward()
    first, second = (k for k, step in enumerate(rec.steps) if step["kind"] == "seed")
    assert state_at(rec.scene, second - 1)["flag"] and not state_at(rec.scene, second)["flag"]
    assert state_at(rec.scene, first)["flag"] == {}


def test_what_counts_is_how_it_compares_with_the_seed() -> None:
    with lab.record() as rec:
        x = lab.tensor(1.0, requires_grad=True)
        (x * 2).backward(lab.tensor(1e-9))
    assert flagged(rec) == []


@pytest.mark.parametrize("cleared", ["", "None", "zero"])
def test_what_an_earlier_pass_left_is_flagged_once_where_it_is_first_added_to(cleared: str) -> None:
    with lab.record() as rec:
        w = lab.tensor(3.0, requires_grad=True)
        for _ in range(3):
            (w * w).backward()
            if cleared == "None":
                w.grad = None
            elif cleared:
                w.grad.zero_()
    assert [flag for _, flag in flagged(rec)] == ([] if cleared else ["added to .grad"])
    told = [step["say"] for step in rec.steps if step["kind"] == "store"]
    assert any("nothing had cleared" in text for text in told) == (not cleared)


@pytest.mark.parametrize("clear", ["w.grad = None", "w.grad.zero_()"])
def test_a_flag_goes_with_the_gradient(clear: str) -> None:
    with lab.record() as rec:
        w = lab.tensor(3.0, requires_grad=True)
        for _ in range(2):
            (w * w).backward()
        exec(clear, {"w": w})
    assert ["flag", "n0", None] in rec.steps[-1]["effects"]
    assert state_at(rec.scene, -1)["flag"].get("n0") is None
