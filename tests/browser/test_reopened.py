"""A notebook that was run, saved and opened again without running: what is left of its steppers."""

from __future__ import annotations

import json
import zipfile
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
LOST = "Error displaying widget: model not found"


@pytest.fixture
def installed(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jupyter with the configuration that the wheel brings, and no other of a user's."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "wheel")
    (configuration,) = (tmp_path / "wheel").glob("*.data/data/etc/jupyter")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(configuration))


@pytest.fixture(params=["jupyterlab", "notebook"])
def fresh(request: pytest.FixtureRequest, installed: None, tmp_path: Path, browser: Any) -> Iterator[Jupyter]:
    """One that nobody has set anything in."""
    running = Jupyter(request.param, tmp_path)
    yield running
    running.stop()


@pytest.fixture
def unsaving(installed: None, tmp_path: Path, browser: Any) -> Iterator[Jupyter]:
    """A JupyterLab in which Settings → Save Widget State Automatically was turned off."""
    setting = tmp_path / SETTING
    setting.parent.mkdir(parents=True)
    setting.write_text(json.dumps({"saveState": False}))
    running = Jupyter("jupyterlab", tmp_path)
    yield running
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
    if jupyter.app == "jupyterlab":  # Notebook opens what its address says
        again.page.evaluate(OPEN, name)
    return again


def test_a_notebook_opens_with_its_steppers(fresh: Jupyter, seen: Any) -> None:
    asking = CELL.replace("%%step", "%%step --predict a")
    page = reopened(fresh, seen, fresh.write("again.ipynb", SMALL, asking))
    stepper = steppers(page).first
    assert page.page.get_by_text(LOST).count() == 0
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


def test_whoever_wants_small_files_can_say_so(unsaving: Jupyter, seen: Any) -> None:
    """Then Jupyter shows no stepper until the cell runs again, as the README says."""
    name = unsaving.write("again.ipynb", SMALL, CELL)
    page = reopened(unsaving, seen, name)
    page.page.get_by_text(LOST).wait_for(timeout=60_000)
    saved = json.loads((unsaving.folder / name).read_text())
    assert "widgets" not in saved["metadata"]
    assert "image/svg+xml" in saved["cells"][1]["outputs"][0]["data"]  # what GitHub and nbviewer show
