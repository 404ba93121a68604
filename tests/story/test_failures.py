"""An error step says what failed, where, why, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import autograd_lab as lab
from autograd_lab import Record
from autograd_lab.faces.scene_text import fill, how

from .test_matrices import shapes
from .test_own_functions import marked


def failing(run: Callable[[], Any]) -> Record:
    with pytest.raises(RuntimeError), lab.record() as rec:
        run()
    assert rec.steps[-1]["kind"] == "error"
    return rec


def facts(rec: Record) -> list[str]:
    """The facts of the error step, without their places in the code."""
    return [fill(one, rec.scene).split(" (line")[0] for one in rec.steps[-1].get("facts", [])]


def changed(times: int) -> Callable[[], Any]:
    def run() -> None:
        y = lab.tensor([1.0, 2.0], requires_grad=True) * 1
        y += 1
        z = y.exp()
        for _ in range(times):
            z += 1
        z.sum().backward()

    return run


@pytest.mark.parametrize("times", [1, 3])
def test_a_value_changed_after_it_was_saved(times: int) -> None:
    rec = failing(changed(times))
    assert facts(rec)[:2] == [
        "Saved: ExpBackward0 keeps z for backward as it was then, at version 0",
        f"Changed: add_() wrote into it, and it is at version {times} now",
    ]
    assert marked(rec, rec.steps[-1]) == ["y.exp()", "z += 1"]
    assert rec.scene["lines"][rec.steps[-1]["line"]]["text"].strip() == "z.sum().backward()"


def test_versions_count_from_before_the_recording() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    y = x * 1
    y += 1

    def run() -> None:
        z = y * y
        y.mul_(2)
        z.sum().backward()

    rec = failing(run)
    assert facts(rec)[:2] == [
        "Saved: MulBackward0 keeps y for backward as it was then, at version 1",
        "Changed: mul_() wrote into it, and it is at version 2 now",
    ]


def test_what_an_earlier_pass_let_go_of() -> None:
    def run() -> None:
        y = lab.tensor([1.0, 2.0], requires_grad=True).exp().sum()
        y.backward()
        y.backward()

    rec = failing(run)
    assert [fact.split(":")[0] for fact in facts(rec)] == ["Saved", "Let go", "Cure"]
    assert marked(rec, rec.steps[-1])[-1] == "y.backward()"
    assert rec.scene["nodes"][rec.steps[-1]["node"]]["note"] == "exp"
    assert ["flag", rec.steps[-1]["node"], "let go of"] in rec.steps[-1]["effects"]
    assert "retain_graph=True" in how(rec.scene, rec.steps[-1])


def test_shapes_that_do_not_fit_stand_in_the_formula() -> None:
    rec = failing(lambda: lab.ones(2, 3) @ lab.ones(2, 3))
    assert shapes(rec.steps[-1]) == [["(2, 3)", "(2, 3)"]]
    assert "^" not in rec.steps[-1]["say"] and "Reshape or transpose" in rec.steps[-1]["say"]


@pytest.mark.parametrize(
    "run",
    [
        lambda x: (x * 2).backward(),
        lambda x: (x * 2).backward(lab.ones(3)),
        lambda x: (x * 2).detach().sum().backward(),
        lambda x: x.add_(1),
        lambda x: (x * 2).numpy(),
    ],
    ids=["not scalar", "wrong shape", "does not learn", "leaf in place", "numpy"],
)
def test_what_an_error_is_about_is_shown_on_the_graph(run: Callable[[Any], Any]) -> None:
    rec = failing(lambda: run(lab.tensor([1.0, 2.0], requires_grad=True)))
    node = rec.steps[-1]["node"]
    assert ["flag", node, "error"] in rec.steps[-1]["effects"] and node in rec.scene["nodes"]


def test_the_facts_are_told_in_the_language_that_was_chosen() -> None:
    lab.set_language("es")
    try:
        rec = failing(changed(1))
        rec.scene  # noqa: B018 - words are put in when it is made
    finally:
        lab.set_language("en")
    assert (
        facts(rec)[1] == "Cambiado: add_() escribió en ella, y ahora está en la versión 1 (línea 36: z += 1)."
    )
