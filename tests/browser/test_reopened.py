"""A notebook that was run, saved and opened again without running: what is left of its steppers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import Jupyter, Seen
from .test_jupyter import CELL, SMALL, complaints, place, steppers

SETTING = "lab/@jupyter-widgets/jupyterlab-manager/plugin.jupyterlab-settings"
SAVE_AND_STOP = """async () => {
  await window.jupyterapp.commands.execute('docmanager:save');
  await window.jupyterapp.shell.currentWidget.sessionContext.shutdown();
}"""
OPEN = """async (path) => {
  await window.jupyterapp.started;
  await window.jupyterapp.restored;
  await window.jupyterapp.commands.execute('docmanager:open', { path, factory: 'Notebook' });
}"""


@pytest.fixture(params=[True, False], ids=["with state", "without"])
def saving(request: pytest.FixtureRequest, tmp_path: Path, browser: Any) -> Iterator[tuple[Jupyter, bool]]:
    """A JupyterLab in which Settings → Save Widget State Automatically is on, or off as it comes."""
    running = Jupyter("jupyterlab", tmp_path)
    setting = tmp_path / SETTING
    setting.parent.mkdir(parents=True)
    setting.write_text(json.dumps({"saveState": request.param}))
    yield running, request.param
    running.stop()


def reopened(jupyter: Jupyter, seen: Any, name: str) -> Seen:
    """The notebook, run, saved, its kernel shut down, and opened in a new page."""
    first = seen()
    first.run_all(jupyter, name)
    steppers(first)
    first.page.evaluate(SAVE_AND_STOP)
    first.close()
    again: Seen = seen()
    again.page.goto(jupyter.url(name))
    again.page.wait_for_function("window.jupyterapp?.started", timeout=60_000)
    again.page.evaluate(OPEN, name)
    return again


def test_a_notebook_opened_again(saving: tuple[Jupyter, bool], seen: Any) -> None:
    jupyter, saves = saving
    asking = CELL.replace("%%step", "%%step --predict a")
    page = reopened(jupyter, seen, jupyter.write("again.ipynb", SMALL, asking))
    if not saves:
        page.page.get_by_text("Error displaying widget: model not found").wait_for(timeout=60_000)
        return
    stepper = steppers(page).first
    stepper.get_by_role("slider", name="Step").focus()
    page.page.keyboard.press("End")
    stepper.get_by_role("textbox").fill("[5, 4]")
    page.page.keyboard.press("Enter")
    stepper.get_by_text("Right").first.wait_for()
    page.page.keyboard.press("End")
    assert place(stepper) == (7, 7)
    stepper.get_by_text("What if").click()  # which needs the kernel
    stepper.get_by_role("spinbutton", name="a[1]").fill("6")
    stepper.get_by_text("run its cells first").first.wait_for(timeout=15_000)
    assert complaints(page) == []
