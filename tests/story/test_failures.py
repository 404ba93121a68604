"""An error step says what failed, where, why, and what to do."""

from __future__ import annotations

import linecache
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd_lab as lab
from autograd_lab import Record
from autograd_lab.faces import page
from autograd_lab.faces.scene_text import fill, how

from .test_matrices import shapes
from .test_own_functions import marked


def failing(run: Callable[[], Any]) -> Record:
    with pytest.raises(RuntimeError), lab.record() as rec:
        run()
    assert rec.steps[-1]["kind"] == "error"
    return rec


def stopped(code: str) -> Record:
    """The recording of a snippet that an error ends."""
    linecache.cache["<cell>"] = len(code), None, code.splitlines(keepends=True), "<cell>"
    with warnings.catch_warnings(), pytest.raises(Exception), lab.record() as rec:  # noqa: B017, PT011
        warnings.simplefilter("ignore")  # anomaly mode warns that it is slow
        exec(compile(code, "<cell>", "exec"), {"torch": lab, "np": np})
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


@pytest.mark.parametrize("changed", [False, True])
def test_what_was_carried_over_from_before_an_earlier_pass_is_named(changed: bool) -> None:
    def run() -> None:
        w = lab.tensor(2.0, requires_grad=True)
        mean = lab.tensor(0.0)
        for _ in range(2):
            if changed:
                mean *= 0.5
                mean += w * w
            else:
                mean = 0.5 * mean + w * w
            (mean * 1).backward()

    cure = facts(failing(run))[-1]
    assert cure.startswith("Cure: mean") and "was carried over from before that pass" in cure
    assert "detach()" in cure


def test_what_was_not_computed_with_since_is_not_called_carried_over() -> None:
    def run() -> None:
        x = lab.tensor(2.0, requires_grad=True)
        y, other = x * x, x * 3
        y.backward()
        other * 2
        y.backward()

    assert facts(failing(run))[-1].startswith("Cure: run the forward pass again")


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


# ---------------------------------------------------------------- in the language that was chosen
@pytest.fixture
def spanish() -> Iterator[None]:
    lab.set_language("es")
    yield
    lab.set_language("en")


@pytest.mark.usefixtures("spanish")
def test_the_facts_are_told_in_the_language_that_was_chosen() -> None:
    told = fill(failing(changed(1)).steps[-1]["facts"][1], {})
    assert told.startswith("Cambiado: add_() escribió en ella, y ahora está en la versión 1 (línea ")
    assert told.endswith(": z += 1).")


SPANISH = [
    ("(x * 2).backward()", "RuntimeError: El gradiente inicial solo se puede crear por sí solo"),
    ("x.add_(1)", "RuntimeError: Una hoja que pide gradiente se usa en una operación en el sitio (línea 2: "),
    ("x.detach().sum().backward()", "RuntimeError: una Variable de forma () no pide gradiente"),
    ("x[5]", "IndexError: El índice 5 se sale de la dimensión 0, de tamaño 2 (línea 2: x[5])"),
    ("x[0, 0]", "IndexError: Demasiados índices: el número de ejes del tensor es 1, pero se indicaron 2"),
    ("float(x)", "ValueError: Un tensor de 2 elementos no se puede convertir en un escalar"),
    ("x + torch.ones(3)", "RuntimeError: add: los tamaños de los tensores tienen que coincidir en cada eje"),
    ("1 / 0", "ZeroDivisionError: division by zero"),
]


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize(("code", "told"), SPANISH, ids=[code for code, _ in SPANISH])
def test_an_error_that_is_raised_in_english_is_told_in_the_language(code: str, told: str) -> None:
    rec = stopped(f"x = torch.tensor([1.0, 2.0], requires_grad=True)\n{code}")
    assert fill(rec.steps[-1]["say"], rec.scene).startswith(f"Aquí se detuvo. {told}")
    assert "Aquí se detuvo. " in str(rec).splitlines()[-1]


def test_the_language_may_be_chosen_when_it_has_happened() -> None:
    with pytest.raises(RuntimeError), lab.record() as rec:
        lab.tensor([1.0, 2.0], requires_grad=True).backward()
    lab.set_language("es")
    try:
        assert "escalares" in rec.steps[-1]["say"]
    finally:
        lab.set_language("en")


@pytest.mark.usefixtures("spanish")
def test_names_in_an_error_are_text_whatever_they_hold() -> None:
    def run() -> None:
        lab.tensor([1.0, 2.0]).to("<b>{v0}</b>")

    with pytest.raises(RuntimeError), lab.record() as rec:
        lab.tensor(2.0)
        run()
    assert "<b>{{v0}}</b>" in rec.steps[-1]["say"]
    assert "<b>{v0}" not in page.html(rec.scene).split("<script", 1)[0]


def test_names_and_lines_in_an_error_are_marked_as_code() -> None:
    say = stopped("x = torch.ones(2, requires_grad=True)\nx.backward()").steps[-1]["say"]
    assert "(line 2: `x.backward()`): `x` has shape (2,)." in say


def test_what_an_error_says_holds_on_to_no_variable() -> None:
    with pytest.raises(RuntimeError) as found:
        (lab.ones(2, requires_grad=True) * 2).backward()
    said = found.value.about["told"]  # type: ignore[attr-defined]
    assert {type(part) for part in said.parts.values()} <= {str, type(said)}
