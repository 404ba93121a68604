"""Where each number went: indexing and broadcasting, forward and backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lab as lab
from autograd_lab import Record
from autograd_lab.faces.scene_text import fill


def recorded(run: Callable[[Any], Any], x: Any) -> Record:
    with lab.record() as rec:
        x = lab.tensor(np.asarray(x, dtype=float), requires_grad=True)
        y = run(x)
        (y * y).sum().backward()
    return rec


def drawn(rec: Record, kind: str) -> list[dict[str, Any]]:
    return [one for step in rec.steps if step["kind"] == kind for one in step.get("moves", [])]


def flat(rec: Record, key: str) -> list[str]:
    return [str(x) for x in np.ravel(rec.scene["values"][key]["data"])]


GRID = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
MOVED = [
    (lambda x: x[[0, 0, 2]], [1.0, 2.0, 3.0]),
    (lambda x: x[:, 1:], GRID),
    (lambda x: x[1, 2], GRID),
    (lambda x: x[x > 2], GRID),
    (lambda x: x.gather(1, lab.tensor([[0, 0], [2, 1]])), GRID),
    (lambda x: x.index_select(1, lab.tensor([2, 2])), GRID),
    (lambda x: x.flip(1), GRID),
    (lambda x: x.roll(1, 0), GRID),
    (lambda x: x.T, GRID),
    (lambda x: x.permute(1, 0), GRID),
    (lambda x: x.diagonal(), GRID),
    (lambda x: x.repeat(2), [1.0, 2.0]),
    (lambda x: x.expand(2, 3), [1.0, 2.0, 3.0]),
    (lambda x: x.narrow(0, 1, 1), GRID),
    (lambda x: x.unfold(0, 2, 1), [1.0, 2.0, 3.0]),
]


@pytest.mark.parametrize(("run", "x"), MOVED)
def test_lines_lead_from_each_number_to_where_it_stands(run: Callable[[Any], Any], x: Any) -> None:
    rec = recorded(run, x)
    (forward,) = drawn(rec, "op")[:1]
    above, below = flat(rec, forward["top"]), flat(rec, forward["bottom"])
    assert [above[a] for a, _ in forward["lines"]] == [below[b] for _, b in forward["lines"]] == below


@pytest.mark.parametrize(("run", "x"), MOVED)
def test_back_along_the_lines_gradients_are_added_up(run: Callable[[Any], Any], x: Any) -> None:
    rec = recorded(run, x)
    back = drawn(rec, "flow")[-1]
    sums = np.zeros(np.size(x))
    below = flat(rec, back["bottom"])
    for a, b in back["lines"]:
        sums[a] += float(below[b])
    assert [float(one) for one in flat(rec, back["top"])] == sums.tolist()


def test_broadcasting_says_along_which_axes_and_draws_the_copies() -> None:
    with lab.record() as rec:
        a, b = lab.ones(2, 3, requires_grad=True), lab.tensor([1.0, 2.0, 3.0], requires_grad=True)
        (a * b).sum().backward()
    forward, back = rec.steps[2], rec.steps[-3]
    assert "`b` is stretched from (3,) to (2, 3) along axis 0, to fit." in forward["say"]
    assert "so its gradient is summed along axis 0." in back["say"]
    lines = [[0, 0], [1, 1], [2, 2], [0, 3], [1, 4], [2, 5]]
    assert [one["lines"] for step in (forward, back) for one in step["moves"]] == [lines, lines]


def test_both_inputs_may_be_stretched() -> None:
    with lab.record() as rec:
        lab.ones(2, 1, requires_grad=True) + lab.ones(1, 3)
    said = rec.steps[2]["say"]
    assert "from (2, 1) to (2, 3) along axis 1" in said and "from (1, 3) to (2, 3) along axis 0" in said
    assert len(rec.steps[2]["moves"]) == 2


def test_what_was_picked_more_than_once_is_named() -> None:
    rec = recorded(lambda x: x[[0, 0, 2]], [1.0, 2.0, 3.0])
    back = next(step for step in rec.steps if step["title"].endswith("→ x"))
    assert "More than once: x[0] (2 times)." in fill(rec.steps[1]["say"], rec.scene)
    assert "the sum of what its copies got: x[0] (2 times)." in fill(back["say"], rec.scene)


def test_many_numbers_are_not_drawn() -> None:
    rec = recorded(lambda x: x[::2], np.arange(40.0))
    assert drawn(rec, "op") == [] == drawn(rec, "flow")
