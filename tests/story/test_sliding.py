"""Convolutions, one cell in full: the terms that are shown add up to what came out."""

from __future__ import annotations

from typing import Any

import pytest

import autograd_lab as lab
from autograd_lab.story import sliding

conv1d, conv2d = lab.nn.functional.conv1d, lab.nn.functional.conv2d


def numbers(*shape: int) -> Any:
    return (lab.arange(float(lab.tensor(shape).prod())).reshape(shape) % 7 - 2).requires_grad_()


def added_up(cell: dict[str, Any]) -> float:
    return sum(float(a) * float(b) for a, b in cell["terms"]) + float(cell.get("bias", 0))


CASES = [
    ((1, 1, 3, 3), (1, 1, 2, 2), {}),
    ((1, 2, 3, 3), (2, 1, 2, 2), {"groups": 2, "padding": 1, "stride": 2}),
    ((2, 1, 4), (1, 1, 2), {"dilation": 2, "padding": 1}),
]


@pytest.mark.parametrize(("x", "w", "options"), CASES)
def test_each_cell_is_the_sum_of_its_terms_forward_and_backward(x: Any, w: Any, options: Any) -> None:
    with lab.record() as rec:
        a, b, c = numbers(*x), numbers(*w), numbers(w[0])
        out = (conv1d if len(x) == 3 else conv2d)(a, b, c, **options)
        (out * numbers(*out.shape).detach()).sum().backward()
    steps = [step for step in rec.steps if "cells" in step]
    assert [step["title"] for step in steps] == ["out", "out → a", "out → b"]
    for step, full in zip(steps, (out.detach(), a.grad, b.grad), strict=True):
        whole = [cell for cell in step["cells"]["cells"] if not cell["more"]]
        assert whole
        for cell in whole:
            assert added_up(cell) == pytest.approx(float(cell["out"]))
            assert float(cell["out"]) == full[tuple(cell["at"])].item()


def test_of_many_terms_the_first_are_shown_and_of_big_images_none() -> None:
    with lab.record() as rec:
        conv2d(numbers(1, 2, 4, 4), numbers(1, 2, 3, 3))
    (step,) = (step for step in rec.steps if "cells" in step)
    assert [(len(cell["terms"]), cell["more"]) for cell in step["cells"]["cells"]] == [(9, 9)] * 4
    with lab.record() as rec:
        conv2d(numbers(1, 1, 60, 60), numbers(1, 1, 3, 3))
    assert not any("cells" in step for step in rec.steps) and sliding.MOST < 58 * 58 * 9
