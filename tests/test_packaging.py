"""What is shipped, and what an import costs."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile

import autograd_lab

from .conftest import ROOT

HEAVY = ("networkx", "matplotlib", "ipywidgets", "anywidget", "IPython", "pygraphviz")


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_is_for_every_machine(wheel):
    assert wheel.name == f"autograd_lab-{autograd_lab.__version__}-py3-none-any.whl"


def test_the_wheel_carries_all_that_a_learner_needs_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "autograd_lab").rglob("*")
        if path.suffix in (".py", ".js", ".css", ".json", ".typed")
    }
    package.add("autograd_lab/py.typed")
    lessons = {f"autograd_lab/notebooks/{path.name}" for path in ROOT.glob("notebooks/*.ipynb")}
    assert package <= names
    assert lessons
    assert lessons <= names
    ours = f"autograd_lab-{autograd_lab.__version__}"
    assert {name.split("/")[0] for name in names} == {"autograd_lab", f"{ours}.dist-info", f"{ours}.data"}
    settings = "data/etc/jupyter/labconfig/default_setting_overrides.d/autograd_lab.json"
    assert {name for name in names if name.startswith(f"{ours}.data")} == {f"{ours}.data/{settings}"}


def test_the_wheel_says_what_it_is(wheel):
    info = f"autograd_lab-{autograd_lab.__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"{info}/METADATA").decode()
        scripts = archive.read(f"{info}/entry_points.txt").decode()
        assert {f"{info}/licenses/LICENSE", f"{info}/licenses/LICENSE-lessons"} <= set(archive.namelist())
    assert "License-Expression: BSD-3-Clause AND CC-BY-4.0\n" in metadata
    assert "Requires-Python: >=3.11\n" in metadata
    assert "autograd-lab = autograd_lab.command:main" in scripts


def test_the_citation_is_of_this_version():
    citation = (ROOT / "CITATION.cff").read_text()
    assert re.search(r"^version: (.*)$", citation, re.M)[1] == autograd_lab.__version__


def test_importing_the_package_loads_numpy_and_nothing_heavier():
    loaded = python("import autograd_lab, sys; print(*sys.modules)").split()
    assert "numpy" in loaded
    assert not set(HEAVY) & set(loaded)
    assert "autograd_lab.base.messages" not in loaded  # what errors say is loaded once there is one


def test_the_story_is_told_without_anything_that_draws():
    """A Scene needs no matplotlib and no widgets: they may be absent, or broken."""
    steps = python(
        "import sys\n"
        "for name in ('matplotlib', 'ipywidgets', 'anywidget', 'IPython'):\n"
        "    sys.modules[name] = None  # from now on, importing it fails\n"
        "import autograd_lab as lab\n"
        "with lab.record() as recording:\n"
        "    a = lab.tensor([5.0, 4.0], requires_grad=True)\n"
        "    (a**2).mean().backward()\n"
        "print(len(recording.scene['steps']))\n"
    )
    assert int(steps) > 3
