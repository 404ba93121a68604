"""`autograd-lab doctor`: one line for each thing the lessons need: ok, or what to do."""

from __future__ import annotations

import io
import os
import platform
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement


class Finding(Exception):
    """Something to mend: what is wrong, and what to do."""


def main() -> int:
    """Print a line for each check; return 0 if there is nothing to mend, else 1."""
    healthy = True
    for check in _checks():
        try:
            print(f"ok    {check()}")
        except Finding as finding:
            healthy = False
            print(f"MEND  {finding}")
        except Exception as error:  # noqa: BLE001 - here, whatever goes wrong is a finding
            healthy = False
            print(f"MEND  {type(error).__name__}: {error} - {_install('autograd-lab[lab]')}")
    return 0 if healthy else 1


def _checks() -> list[Callable[[], str]]:
    packages = [partial(_package, requirement) for requirement in _requirements()]
    front_end = [
        partial(_front_end, "@jupyter-widgets/jupyterlab-manager", "jupyterlab_widgets"),
        partial(_front_end, "anywidget", "anywidget"),
    ]
    return [_python, *packages, *front_end, _saving, _kernel, _recording]


def _requirements() -> list[Requirement]:
    """What the package's own metadata asks for on this machine, extra `lab` included."""
    try:
        lines = requires("autograd-lab") or []
    except PackageNotFoundError:  # a folder that was never installed
        lines = ["autograd-lab"]
    found = [Requirement(line) for line in lines]
    return [r for r in found if r.marker is None or r.marker.evaluate({"extra": "lab"})]


def _python() -> str:
    return f"python {platform.python_version()} at {sys.executable}"


def _package(requirement: Requirement) -> str:
    name = requirement.name
    wanted = f"{name}{requirement.specifier}"
    try:
        found = version(name)
    except PackageNotFoundError:
        raise Finding(f"{name} is missing: {_install(wanted)}") from None
    if not requirement.specifier.contains(found, prereleases=True):
        raise Finding(f"{name} {found} is not {wanted}: {_install(wanted)}")
    return f"{name} {found}"


def _front_end(extension: str, package: str) -> str:
    """The widget's half that runs in the browser, where JupyterLab looks for it."""
    from jupyter_core.paths import jupyter_path

    for folder in jupyter_path("labextensions"):
        if Path(folder, extension, "package.json").is_file():
            return f"front end {extension} in {folder}"
    raise Finding(f"Jupyter does not find the front end {extension}: {_install(package)} --force-reinstall")


def _saving() -> str:
    """Whether Jupyter saves a stepper with its notebook, unless its user turned that off."""
    from jupyter_server.services.config import ConfigManager

    manager: Any = ConfigManager(config_dir_name="labconfig")
    defaults = manager.get("default_setting_overrides")
    if not defaults.get("@jupyter-widgets/jupyterlab-manager:plugin", {}).get("saveState"):
        raise Finding(
            "Jupyter saves no steppers with a notebook, which then opens without them: "
            f"{_install('autograd-lab')} --force-reinstall --no-deps, "
            "or tick Settings > Save Widget State Automatically"
        )
    return "steppers are saved with their notebook"


def _kernel() -> str:
    """`python3` must be this Python: a stale kernel of another one shadows it easily."""
    from jupyter_client.kernelspec import KernelSpecManager

    program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    major, minor = sys.version_info[:2]
    if program in ("python", "python3", f"python{major}.{minor}"):  # Jupyter puts its own here
        program = sys.executable
    if _folder(program) != _folder(sys.executable):
        raise Finding(
            f"the kernel python3 runs {program}, not this Python: "
            f"{sys.executable} -m ipykernel install --sys-prefix"
        )
    return f"kernel python3 runs {program}"


def _folder(program: str) -> str:
    """Links stay unresolved: a virtual environment's Python is one."""
    return os.path.normcase(os.path.dirname(os.path.abspath(program)))


def _recording() -> str:
    lab: Any = import_module("autograd_lab")  # with its operators, which types do not show
    with lab.record() as recording:
        a = lab.tensor([5.0, 4.0], requires_grad=True)
        z = (a**2).mean()
        z.backward()
    picture = io.BytesIO()
    recording.draw(step=-1).savefig(picture, format="svg")
    return f"a recording of {len(recording.scene['steps'])} steps, drawn"


def _install(what: str) -> str:
    return f'{sys.executable} -m pip install "{what}"'
