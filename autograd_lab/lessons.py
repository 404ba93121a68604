"""The learner's own copy of the lessons.

Lessons are made to be changed, so a newer release may replace only what the
learner has left as it was. What we wrote is remembered as hashes, in a small
hidden file beside the lessons.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MEMORY = ".autograd_lab.json"


def shipped() -> Path:
    """The folder of the lessons as released: in the wheel, or in a clone."""
    package = Path(__file__).resolve().parent
    inside = package / "notebooks"
    return inside if inside.is_dir() else package.parent / "notebooks"


def copy_lessons(source: Path, folder: Path) -> list[str]:
    """Bring `folder` up to date with `source`; return what the learner should know.

    No file that the learner changed, or made, is ever written over: a newer
    lesson is then put beside theirs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = _remembered(folder)
    news = []
    for file in _files(source):
        name = file.relative_to(source).as_posix()
        content = file.read_bytes()
        place = _place_for(name, _digest(content), folder, written)
        if place is None:
            continue
        _write(folder / place, content)
        written[place] = _digest(content)
        if place != name:
            news.append(f"You changed {name}, so its newer version is beside it, as {place}.")
    # Written even when nothing changed: a folder that can't be written to should
    # be noticed now, not when the learner saves their first answer.
    _write(folder / MEMORY, json.dumps(written, indent=1).encode())
    return news


def _place_for(name: str, digest: str, folder: Path, written: dict[str, str]) -> str | None:
    """Where a lesson goes in the learner's folder; None if they were given it before."""
    for place in itertools.chain([name], _beside(name)):
        target = folder / place
        if written.get(place) == digest and (target.exists() or place != name):
            return None  # what is there is this version, or grew out of it
        if not target.exists() or _digest(target.read_bytes()) in (digest, written.get(place)):
            return place  # nothing there, or what we left there
    raise AssertionError("unreachable: the names beside a lesson never end")


def _beside(name: str) -> Iterator[str]:
    """`a.ipynb` -> `a.new.ipynb`, `a.new-2.ipynb`, `a.new-3.ipynb`, …"""
    path = PurePosixPath(name)
    yield str(path.with_suffix(f".new{path.suffix}"))
    for number in itertools.count(2):
        yield str(path.with_suffix(f".new-{number}{path.suffix}"))


def _files(source: Path) -> list[Path]:
    """What is shipped, first lesson first; nothing hidden (checkpoints are)."""
    return sorted(
        file
        for file in source.rglob("*")
        if file.is_file() and not any(part.startswith((".", "__")) for part in file.relative_to(source).parts)
    )


def _remembered(folder: Path) -> dict[str, str]:
    """File name -> hash of what we last wrote there. If unreadable, nothing is
    known to be ours, and so everything there counts as the learner's."""
    try:
        memory = json.loads((folder / MEMORY).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return memory if isinstance(memory, dict) else {}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing: half a lesson would look like a change of the learner's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)
