"""The lessons as stored: whole, in order, and compared by nbval, so that one changed digit is noticed."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
from pathlib import Path

import hypothesis.strategies as st
import nbformat
import numpy as np
import pytest
from hypothesis import given

from autograd_lab import Variable, tensor
from autograd_lab.course import Question

LESSONS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
WIDGET = "application/vnd.jupyter.widget-view+json"
SVG = "image/svg+xml"
RAISES = "raises-exception"
NBVAL_COMMENT = re.compile(r"#\s*(NBVAL_|PYTEST_VALIDATE_)", re.IGNORECASE)


def read(path: Path):
    return nbformat.read(path, as_version=4)


def problems(notebook) -> list[str]:
    """Why nbval would compare less than everything in this notebook, or a reader see less than everything."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = []
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        found.append("not every code cell has run, in order")
    if "widgets" in notebook.metadata:
        found.append("widget state is stored")
    for cell in cells:
        found += [f"{cell.id}: {problem}" for problem in cell_problems(cell)]
    return found


def cell_problems(cell) -> list[str]:
    found = []
    tags = cell.metadata.get("tags", [])
    if set(tags) - {RAISES} or NBVAL_COMMENT.search(cell.source):
        found.append("something tells nbval to skip or to ignore")
    raised = any(output.output_type == "error" for output in cell.outputs)
    if raised is not (RAISES in tags):
        found.append(f"it raised, or it is tagged {RAISES}, but not both")
    shown = [output.data for output in cell.outputs if "data" in output]
    if any(WIDGET in data for data in shown):
        found.append("the widget itself is stored")
    if any("text/plain" not in data for data in shown):
        found.append("an output has no text")
    steppers = [data for data in shown if data.get("text/plain", "").startswith("Stepper(")]
    if any("<svg" not in data.get(SVG, "") for data in steppers):
        found.append("a stepper has no picture")
    if cell.source.startswith("%%step") and len(steppers) != 1:
        found.append("%%step shows no stepper")
    return found


@pytest.fixture(scope="module")
def lesson():
    return read(LESSONS[0])


def first_with(notebook, kind):
    """The first output that has this kind of data, or is a stream."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if kind in output.get("data", {}) or output.output_type == kind:
                return output
    raise AssertionError(f"no {kind} in this notebook")


def code(notebook, number):
    return [cell for cell in notebook.cells if cell.cell_type == "code"][number]


# ---------------------------------------------------------------------- what is stored
def test_there_are_lessons():
    assert len(LESSONS) >= 4


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_stored_whole(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert problems(notebook) == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_its_parts(path):
    text = "\n".join(cell.source for cell in read(path).cells)
    for part in (
        "minutes you can",
        "## Predict",
        "## Change",
        "## Build",
        "What you can do now",
        "In PyTorch",
    ):
        assert part in text, part


def spoil_order(notebook):
    code(notebook, 1).execution_count = 7


def spoil_run(notebook):
    code(notebook, -1).execution_count = None


def spoil_tag(notebook):
    code(notebook, 0).metadata["tags"] = ["nbval-ignore-output"]


def spoil_comment(notebook):
    code(notebook, 0).source += "\n# NBVAL_IGNORE_OUTPUT"


def spoil_raises(notebook):
    code(notebook, 0).metadata["tags"] = [RAISES]


def spoil_state(notebook):
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}


def spoil_widget(notebook):
    first_with(notebook, SVG).data[WIDGET] = {"model_id": "0"}


def spoil_picture(notebook):
    del first_with(notebook, SVG).data[SVG]


def spoil_text(notebook):
    del first_with(notebook, SVG).data["text/plain"]


SPOILS = [value for name, value in list(globals().items()) if name.startswith("spoil_")]


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_the_guard_sees(lesson, spoil):
    spoiled = copy.deepcopy(lesson)
    spoil(spoiled)
    assert len(problems(spoiled)) >= 1


# ---------------------------------------------------------------------- what is asked
def questions(path):
    """The questions of a lesson, by name, from the folded cell that makes them."""
    names = {"Question": Question}
    exec(next(cell.source for cell in read(path).cells if cell.id == "questions"), names)
    return {name: value for name, value in names.items() if isinstance(value, Question)}


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_each_wrong_answer_gets_its_own_reason(path):
    asked = questions(path)
    assert asked
    for question in asked.values():
        assert question.says(question.expected) == f"Right: {question.right}"
        for answer, why in question.wrong:
            assert question.says(answer) == f"Not yet: {why}"


NUMBERS = st.integers() | st.floats() | st.booleans() | st.none() | st.text()
ANSWERS = st.recursive(NUMBERS, st.lists, max_leaves=6) | st.sampled_from(
    [..., Variable, print, {}, {1}, 1j, np.float32(2), np.array(["a"]), tensor(1), tensor([[1.0], [2.0]])]
)


@given(ANSWERS, ANSWERS)
def test_whatever_is_answered_gets_one_sentence(expected, answer):
    says = Question(expected, ([10, 8], "that is dy/da."), hint="look again.").says(answer)
    assert says.startswith(("Right: ", "Not yet: ", "Not answered yet: "))
    assert "\n" not in says


# ---------------------------------------------------------------------- what nbval compares
def nbval(path: Path):
    """Run nbval on one notebook, as the settings of this project do, in a process of its own."""
    (path.parent / "pytest.ini").write_text("[pytest]\n")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--nbval", "--nbval-current-env"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, path.name],
        cwd=path.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def other_digit(text: str) -> str:
    """The same text, its last digit another."""
    changed = re.sub(r"\d(?=\D*$)", lambda digit: str((int(digit[0]) + 1) % 10), text)
    assert changed != text
    return changed


def test_an_unchanged_copy_passes(lesson, tmp_path):
    nbformat.write(lesson, tmp_path / "copy.ipynb")
    done = nbval(tmp_path / "copy.ipynb")
    assert done.returncode == 0, done.stdout + done.stderr
    cells = sum(cell.cell_type == "code" for cell in lesson.cells)
    assert f"{cells} passed" in done.stdout


@pytest.mark.parametrize("kind", ["stream", "text/plain", SVG])
def test_one_changed_digit_fails(lesson, tmp_path, kind):
    changed = copy.deepcopy(lesson)
    output = first_with(changed, kind)
    if kind == "stream":
        output.text = other_digit(output.text)
    else:
        output.data[kind] = other_digit(output.data[kind])
    nbformat.write(changed, tmp_path / "copy.ipynb")
    done = nbval(tmp_path / "copy.ipynb")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed" in done.stdout
