"""Random programs, recorded: the story can be told, says what happened, and changes nothing."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import autograd_lab as lab
from autograd_lab.faces.moment import moment
from autograd_lab.story.log import history

from ..core.test_programs import leaves, outcome, steps

FILE = "<a random program>"


def that_runs(program: list[tuple[str, str, int, int]], seed: int) -> list[str]:
    """The lines of a program that raise nothing, with the names of what there is by then."""
    space, names, lines = leaves(lab, seed), ["v0", "v1", "v2", "v3"], []
    for form, mode, a, b in program:
        new = f"v{len(names)}"
        line = mode + form.format(n=new, a=names[a % len(names)], b=names[b % len(names)])
        before = dict(space)
        if outcome(line, space) != "done":
            return lines  # what a line that failed has left half done is another test's
        lines.append(line)
        if new in space and new not in before:
            names.append(new)
    return lines


def run(lines: list[str], given: dict[str, Any], record: bool) -> tuple[dict[str, Any], Any]:
    text = "\n".join(
        ["def program(torch, v0, v1, v2, v3):", *(f"    {line}" for line in lines), "    return locals()"]
    )
    linecache.cache[FILE] = len(text), None, text.splitlines(keepends=True), FILE
    space: dict[str, Any] = {}
    exec(compile(text, FILE, "exec"), space)
    if not record:
        return space["program"](**given), None
    with lab.record() as recorded:
        found = space["program"](**given)
    return found, recorded


def held(space: dict[str, Any]) -> dict[str, Any]:
    """The numbers of every Variable, and of its gradient."""
    found = {}
    for name, value in space.items():
        if isinstance(value, lab.Tensor):
            found[name] = value.detach().numpy().copy()
            if history(value) is None and value.grad is not None:
                found[f"{name}.grad"] = value.grad.detach().numpy().copy()
    return found


@pytest.mark.filterwarnings("ignore")
@settings(
    max_examples=settings.default.max_examples,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, min_size=4, max_size=30), st.integers(0, 2**16))
def test_any_program_is_told_and_does_the_same(program: list[tuple[str, str, int, int]], seed: int) -> None:
    lines = that_runs(program, seed)
    for line in lines:
        note(line)
    plain = run(lines, leaves(lab, seed), record=False)[0]
    found, record = run(lines, leaves(lab, seed), record=True)
    ours, theirs = held(found), held(plain)
    assert ours.keys() == theirs.keys()
    for name, array in ours.items():
        np.testing.assert_array_equal(array, theirs[name], err_msg=name)
    assert str(record)
    end = moment(record.scene)
    for variable in record.scene["variables"]:
        shown, array = end.value(variable["nodes"][-1]), ours.get(variable["name"])
        if array is not None and shown and "data" in shown and array.dtype.kind == "f":
            numbers = [float(x) for x in np.ravel(np.array(shown["data"], dtype=object))]
            np.testing.assert_allclose(numbers, array.ravel(), 1e-3, 1e-4, err_msg=variable["name"])
    assert record.graph.number_of_nodes() == len(record.scene["nodes"])
