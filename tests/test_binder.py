"""What Binder will build, read without building it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
BINDER = ROOT / "binder"


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory):
    pytest.importorskip("repo2docker", reason="jupyter-repo2docker is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(ROOT)],
        cwd=tmp_path_factory.mktemp("elsewhere"),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_pins_are_a_layer_below_the_repository(dockerfile):
    """So a change of ours does not install every dependency again."""
    lines = [
        'pip install --no-cache-dir -r "binder/requirements.txt"',
        " src/ ${REPO_DIR}/",
        "RUN ./binder/postBuild",
    ]
    places = [dockerfile.find(line) for line in lines]
    assert -1 not in places
    assert places == sorted(places)


def pins() -> dict[str, Requirement]:
    lines = (BINDER / "requirements.txt").read_text().splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {pin.name.replace("_", "-"): pin for pin in found}


def test_every_pin_is_exact():
    assert all(re.fullmatch(r"==[\d.]+", str(pin.specifier)) for pin in pins().values())


def test_every_dependency_is_pinned_where_the_package_allows_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["lab"]]
    for requirement in map(Requirement, wanted):
        (pin,) = pins()[requirement.name].specifier
        assert requirement.specifier.contains(pin.version), requirement


def test_the_package_goes_on_top_without_its_dependencies():
    script = BINDER / "postBuild"
    text = script.read_text()
    assert os.access(script, os.X_OK)
    assert "\nset -e\n" in text
    assert re.search(r"^pip install .*--no-deps \.$", text, re.M)


def test_it_opens_at_a_lesson_that_is_there():
    (lesson,) = set(re.findall(r'"/lab/tree/(.*)"', (BINDER / "postBuild").read_text()))
    assert (ROOT / lesson).is_file()
