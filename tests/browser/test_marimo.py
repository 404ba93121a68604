"""The stepper in marimo: as an app that is run, and in the notebook that is edited."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import free_port
from .test_jupyter import place

pytest.importorskip("marimo", reason="marimo is not installed")
APP = """import marimo

app = marimo.App()


@app.cell
def _():
    import autograd_lab as torch

    return (torch,)


@app.cell
def _(torch):
    with torch.record() as rec:
        a = torch.tensor([5.0, 4.0], requires_grad=True)
        z = (a**2).mean()
        z.backward()
    rec.show(predict="a")
    return (rec,)


if __name__ == "__main__":
    app.run()
"""
SETTINGS = """[tool.marimo]
display = {{ theme = "{}" }}
runtime = {{ auto_instantiate = true }}
"""


@pytest.fixture
def marimo(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a marimo that runs, or lets edit, one notebook."""
    action, theme = request.param
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "pyproject.toml").write_text(SETTINGS.format(theme))
    port = free_port()
    options = ["--headless", "--no-token", "--host=127.0.0.1", f"--port={port}"]
    command = [sys.executable, "-m", "marimo", "-q", "-y", action, "app.py", *options]
    env = os.environ | {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    env |= {"MARIMO_SKIP_UPDATE_CHECK": "1"}
    with (tmp_path / "log.txt").open("w") as log:
        process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        _wait(f"{address}/health", process)
        yield address
        process.terminate()
        process.wait(30)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError("marimo did not start")


@pytest.mark.parametrize(
    "marimo", [("run", "light"), ("edit", "dark")], indirect=True, ids=lambda how: how[0]
)
def test_the_stepper_steps_asks_changes_and_follows_the_theme(
    marimo: str, seen: Any, request: pytest.FixtureRequest
) -> None:
    theme = request.node.callspec.params["marimo"][1]
    page = seen(scheme="dark" if theme == "light" else "light")  # not what marimo says
    page.page.goto(marimo)
    stepper = page.page.locator(".ag")
    stepper.wait_for(timeout=60_000)
    said = stepper.locator(".ag-say")
    assert said.evaluate("(el) => getComputedStyle(el).colorScheme") == theme
    assert (
        stepper.locator(".ag-node").first.evaluate("(el) => getComputedStyle(el.lastChild).outlineStyle")
        == "none"
    )
    slider = stepper.get_by_role("slider", name="Step")
    slider.focus()
    before = page.sent
    page.page.keyboard.press("End")  # as far as the question
    assert place(stepper) == (7, 7) and page.sent == before
    assert stepper.locator(".ag-stage .name").all_text_contents() == ["a", "a**2", "z"]
    stepper.get_by_role("textbox").fill("[5, 4]")
    page.page.keyboard.press("Enter")
    stepper.get_by_text("Right").first.wait_for()
    assert stepper.locator(".ag-vars").inner_text().count("[5, 4]") == 2
    stepper.get_by_text("What if").click()
    stepper.get_by_role("spinbutton", name="a[1]").fill("6")
    stepper.locator("output", has_text="z 20.5 → 30.5").wait_for(timeout=20_000)
    assert page.errors == [] and page.elsewhere == []
