"""Products of matrices: their shapes, and one cell in full."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_lab as lab
from autograd_lab import Record
from autograd_lab.faces import picture, scene_text
from autograd_lab.faces.scene_text import how


def multiplied(left: Any, right: Any) -> Record:
    with lab.record() as rec:
        a, b = (lab.tensor(np.asarray(value, dtype=float), requires_grad=True) for value in (left, right))
        (a @ b).sum().backward()
    return rec


def shapes(step: dict[str, Any]) -> list[list[str]]:
    """The shapes over each formula of a step that has them."""
    rows = [row for equation in step["formula"] for row in equation["rows"]]
    return [[c["s"] for c in row if "s" in c] for row in rows if any("s" in c for c in row)]


def steps(rec: Record) -> list[dict[str, Any]]:
    """The step that multiplies, and the two that send gradients through it."""
    return [step for step in rec.steps if "product" in step]


def test_a_product_shows_its_shapes_forward_and_backward() -> None:
    rec = multiplied(np.ones((3, 2)), np.ones((2, 4)))
    assert [shapes(step) for step in steps(rec)] == [
        [["(3, 2)", "(2, 4)", "(3, 4)"]],
        [["(3, 4)", "(4, 2)", "(3, 2)"]],
        [["(2, 3)", "(3, 4)", "(2, 4)"]],
    ]


def test_a_product_over_a_batch_is_shown_before_it_is_summed() -> None:
    rec = multiplied(np.ones((2, 2, 3)), np.ones((3, 2)))
    last = steps(rec)[-1]
    assert shapes(last) == [["(2, 3, 2)", "(2, 2, 2)", "(2, 3, 2)"], ["(2, 3, 2)", "(3, 2)"]]
    assert how(rec.scene, last).endswith("→ [[4, 4], [4, 4], [4, 4]]")
    assert "was stretched from (3, 2) to (2, 3, 2)" in last["say"]


def test_the_first_cell_of_big_matrices_is_written_out_in_part() -> None:
    rec = multiplied(np.arange(60.0).reshape(2, 30), np.full((30, 2), -0.5))
    first = steps(rec)[0]["product"]["first"]
    assert first == {"terms": [[str(k), "-0.5"] for k in range(4)], "more": 26, "out": "-217.5"}


def test_up_to_16_numbers_are_told_and_more_are_a_range() -> None:
    rec = multiplied([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    assert "[[19, 22], [43, 50]]" in how(rec.scene, rec.steps[2])
    rec = multiplied(np.ones((5, 2)), np.ones((2, 5)))
    assert how(rec.scene, rec.steps[2]).endswith("(5, 5) min 2, mean 2, max 2")


def test_a_product_of_vectors_has_one_cell() -> None:
    rec = multiplied([1, 2], [3, 4])
    assert steps(rec)[0]["product"]["first"]["terms"] == [["1", "3"], ["2", "4"]]


def test_a_card_has_room_for_its_gradient() -> None:
    rec = multiplied([[1, 2], [3, 4]], [[1, 2], [3, 4]])
    assert "[[3, 7], [3, 7]]" in picture.svg(rec.scene)


def test_what_stands_under_a_card_says_how_its_gradient_came_about() -> None:
    rec = multiplied([[1, 2], [3, 4]], [[1, 2], [3, 4]])
    captions = [scene_text.fill(step["caption"], rec.scene) for step in steps(rec)[1:]]
    assert captions == ["= [[1, 1], [1, 1]] @ [[1, 3], [2, 4]]", "= [[1, 3], [2, 4]] @ [[1, 1], [1, 1]]"]
