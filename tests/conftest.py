"""What all tests share: the real PyTorch to compare with, and in CI nothing is skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from .fidelity import both

settings.register_profile("always", deadline=None)  # a test asserts what is done, never how fast
settings.load_profile("always")
# --hypothesis-profile=nightly: ten times as many
settings.register_profile("nightly", settings.get_profile("always"), max_examples=1000)

ROOT = Path(__file__).parents[1]
IN_CI = os.environ.get("CI", "").lower() in ("1", "true")


def _fail_instead(report: Any) -> None:
    """In CI everything is installed, so a skipped test is a test that was lost."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"skipped in CI, where nothing may be: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_instead(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole module can skip itself while it is collected, before any test of it runs."""
    report = yield
    _fail_instead(report)
    return report


@pytest.fixture(scope="session")
def torch() -> Any:
    """The real PyTorch."""
    real = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch==2.13.0")
    real.set_num_threads(1)
    return real


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is shipped, built from this folder."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.iterdir()
    return path


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist hands its count to the process that prints it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["comparisons"] = both.comparisons


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    both.comparisons += getattr(node, "workeroutput", {}).get("comparisons", 0)  # a crashed one has none


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if both.comparisons:
        terminalreporter.write_line(f"fidelity: {both.comparisons} comparisons with PyTorch")
