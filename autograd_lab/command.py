"""`autograd-lab`: open the lessons in JupyterLab, or find out why that fails."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from autograd_lab import __version__, doctor, lessons


class Problem(Exception):
    """Something the user can mend; its message is one sentence that says how."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Problem(f"{message}; autograd-lab --help lists what can be given.")


def main(argv: Sequence[str] | None = None) -> int:
    try:
        return _run(argv)
    except Problem as problem:
        print(f"autograd-lab: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130  # what a shell expects after Ctrl-C


def _run(argv: Sequence[str] | None) -> int:
    options = _parser().parse_args(argv)
    if options.action == "doctor":
        return doctor.main()
    if options.port is not None:
        _check_port(options.port)
    server = _server()
    folder = options.dir.expanduser().absolute()
    lesson = _first_lesson(folder)
    # In this process, so that a signal meant for us reaches the server, until
    # Ctrl-C. Jupyter prints the address, with its token.
    server.launch_instance(argv=_arguments(lesson, folder, options.port, options.browser))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="autograd-lab",
        description="Open the lessons in JupyterLab, at the first one. They are copied to a "
        "folder of your own; what you change there stays yours.",
        epilog="autograd-lab doctor says, line by line, whether all is in place.",
    )
    parser.add_argument("action", nargs="?", choices=["doctor"], help="check the installation")
    parser.add_argument(
        "--dir",
        type=Path,
        default=Path("~/autograd_lab_lessons"),
        help="the folder of your lessons (default: %(default)s)",
    )
    parser.add_argument(
        "--port", type=_port, help="the port to serve on (default: the first free one from 8888)"
    )
    parser.add_argument(
        "--no-browser",
        dest="browser",
        action="store_false",
        help="print the address only; open no browser",
    )
    parser.add_argument("--version", action="version", version=__version__)
    return parser


def _port(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")


def _check_port(port: int) -> None:
    """Jupyter would fail on a busy port too, but late and in many lines."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            socket.create_server((host, port), family=family).close()
        except OSError as error:
            if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                continue  # a machine without IPv6
            raise Problem(
                f"port {port} can't be used ({os.strerror(error.errno or 0)}): give another one with "
                "--port, or none at all and a free one is found."
            ) from error


def _first_lesson(folder: Path) -> str:
    """Bring the learner's folder up to date; return the name of the first lesson."""
    source = lessons.shipped()
    names = sorted(file.name for file in source.glob("*.ipynb"))
    if not names:
        raise Problem("this installation has no lessons: install autograd-lab again.")
    try:
        news = lessons.copy_lessons(source, folder)
    except OSError as error:
        raise Problem(
            f"the lessons can't be written to {folder} ({error.strerror}): "
            "choose a folder of your own with --dir."
        ) from error
    _trust(source, folder)
    print(f"Your lessons are in {folder}.", *news, sep="\n", flush=True)
    return names[0]


def _trust(source: Path, folder: Path) -> None:
    """Sign what is still as we shipped it: Jupyter shows stored pictures only in notebooks it trusts."""
    from nbformat import read
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    for file in source.glob("*.ipynb"):
        if (folder / file.name).read_bytes() == file.read_bytes():
            notary.sign(read(file, as_version=4))


def _server() -> Any:
    """JupyterLab's application, which an installation without the extra `lab` lacks."""
    try:
        from jupyterlab.labapp import LabApp
    except ImportError as error:
        raise Problem('JupyterLab is not installed: run pip install "autograd-lab[lab]".') from error
    return LabApp


def _arguments(lesson: str, folder: Path, port: int | None, browser: bool) -> list[str]:
    arguments = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{lesson}",
        "--ServerApp.answer_yes=True",  # one Ctrl-C stops it, with no question asked
    ]
    if port is not None:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        arguments.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")  # containers: there root is the only user
    return arguments
