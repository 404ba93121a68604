"""A real JupyterLab or Notebook, in a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]  # fmt: skip
OPTIONS = ["--no-browser", "--expose-app-in-browser", "--allow-root", "--IdentityProvider.token="]
PLACES = {
    "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "JUPYTERLAB_SETTINGS_DIR": "lab", "IPYTHONDIR": "ipython",
}  # fmt: skip
RUN_ALL = """async (path) => {
  const app = window.jupyterapp;
  const panel = app.shell.currentWidget?.context?.path === path ? app.shell.currentWidget
    : await app.commands.execute('docmanager:open', { path, factory: 'Notebook' });
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  app.shell.activateById?.(panel.id);
  await app.commands.execute('notebook:run-all-cells');
}"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine: install it (Debian: apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


class Jupyter:
    """One running server, with configuration, data and runtime folders of its own."""

    def __init__(self, app: str, home: Path) -> None:
        self.app, self.port, self.visits = app, free_port(), 0
        self.folder = home / "lessons"
        shutil.copytree(NOTEBOOKS, self.folder)
        settings = home / "lab" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True)
        (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
        env = os.environ | {name: str(home / folder) for name, folder in PLACES.items()}
        options = [f"--ServerApp.port={self.port}", f"--ServerApp.root_dir={self.folder}"]
        command = [sys.executable, "-m", app, *OPTIONS, *options]
        self.log = (home / "log.txt").open("w")
        self.process = subprocess.Popen(command, env=env, stdout=self.log, stderr=self.log)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api", timeout=2).close()
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        raise RuntimeError(f"{self.app} did not start")

    def url(self, notebook: str) -> str:
        if self.app == "notebook":
            return f"http://127.0.0.1:{self.port}/notebooks/{notebook}"
        self.visits += 1  # a workspace of its own, or Lab opens the last page's tabs again
        return f"http://127.0.0.1:{self.port}/lab/workspaces/visit-{self.visits}"

    def write(self, name: str, *cells: str) -> str:
        """A notebook of the test's own, in the server's folder."""
        empty = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
        made = [{**empty, "id": f"c{k}", "source": cell} for k, cell in enumerate(cells)]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        text = json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
        (self.folder / name).write_text(text)
        return name

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


def server(app: str, factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    running = Jupyter(app, factory.mktemp(app))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Jupyter]:
    yield from server("jupyterlab", tmp_path_factory)


@pytest.fixture(scope="session")
def notebook7(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Jupyter]:
    yield from server("notebook", tmp_path_factory)


class Seen:
    """A page: what it complained about, what it asked of other machines, what it told the kernel."""

    def __init__(self, browser: Any, width: int = 1200, scheme: str = "light", **options: Any) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
            **options,
        )
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        self.sent = 0
        self.page.on("console", lambda m: m.type == "error" and self.errors.append(m.text))
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("request", lambda r: self._asked(r.url))
        self.page.on("websocket", lambda ws: ws.on("framesent", lambda _: self._told()))

    def _asked(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1", "data:", "blob:", "file:")):
            self.elsewhere.append(url)

    def _told(self) -> None:
        self.sent += 1

    def run_all(self, jupyter: Jupyter, notebook: str) -> None:
        self.page.goto(jupyter.url(notebook))
        self.page.wait_for_function("window.jupyterapp?.started", timeout=60_000)
        self.page.evaluate(
            "async () => { await window.jupyterapp.started; await window.jupyterapp.restored; }"
        )
        self.opened = time.perf_counter()  # the kernel starts with the notebook
        self.page.evaluate(RUN_ALL, notebook)

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def seen(browser: Any) -> Iterator[Any]:
    """Makes pages to look at; closes them at the end."""
    made: list[Seen] = []

    def make(**options: Any) -> Seen:
        made.append(Seen(browser, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()
