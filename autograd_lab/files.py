"""A Scene as a file to take along, by its ending: a page, a picture, an animation, or the Scene itself."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from .faces.scene_text import BRACED, plain, word
from .story import place, words
from .story.scene import FORMAT, Scene

SCHEMA = Path(__file__).parent / "story" / "scene.schema.json"
SHOWN_AT = 1  # steps a second
DOTS, LONGEST = 110, 1920  # dots an inch of a frame; the most pixels along a side of it


# ---------------------------------------------------------------- saving
def save(scene: Scene, path: str | Path, step: int = -1) -> Path:
    """Write a Scene to a file, whole or not at all; see :meth:`autograd_lab.recorder.Replay.save`."""
    path = Path(path)
    write = WRITERS.get(path.suffix.lower())
    if write is None:
        raise ValueError(f"save({str(path)!r}): give the file one of these endings: {', '.join(WRITERS)}")
    if step != -1 and write is not _figure:
        raise ValueError(f"save({str(path)!r}): every step is in it; step= is for .svg, .png and .pdf")
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"save({str(path)!r}): there is no folder {str(path.parent)!r}: make it first"
        )
    # beside it, because a file can only be put in another's place on the same disk
    with tempfile.TemporaryDirectory(prefix=".saving-", dir=path.parent) as beside:
        draft = Path(beside, path.name)
        write(scene, draft, step)
        os.replace(draft, path)
    return path


def _page(scene: Scene, path: Path, step: int) -> None:
    from .faces import page

    path.write_text(page.html(scene), encoding="utf-8", newline="\n")


def _json(scene: Scene, path: Path, step: int) -> None:
    path.write_text(
        json.dumps(scene, separators=(",", ":"), allow_nan=False) + "\n", encoding="utf-8", newline="\n"
    )


def _figure(scene: Scene, path: Path, step: int) -> None:
    from matplotlib import rc_context

    from .faces import figure

    kind = path.suffix[1:].lower()
    dated = {"svg": "Date", "pdf": "CreationDate"}  # the same recording is to give the same bytes
    with rc_context({"svg.hashsalt": "autograd_lab", "svg.fonttype": "none", "pdf.fonttype": 42}):
        shown = figure.draw(scene, step)
        titled = plain(word(scene, "graph", name=scene["name"], text=scene["text"]))
        metadata: dict[str, Any] = {"Title": titled} | ({dated[kind]: None} if kind in dated else {})
        shown.savefig(path, format=kind, dpi=2 * DOTS, metadata=metadata)


def _animation(scene: Scene, path: Path, step: int) -> None:
    from matplotlib.animation import FFMpegWriter, PillowWriter
    from tqdm import tqdm

    from .faces import figure

    film = path.suffix.lower() == ".mp4"
    if film and not FFMpegWriter.isAvailable():
        raise RuntimeError(
            f"save({path.name!r}): a film is made by ffmpeg, which is not on this machine. "
            "Install it (https://ffmpeg.org), or save as .gif, which needs nothing else."
        )
    writer = (FFMpegWriter if film else PillowWriter)(fps=SHOWN_AT)
    moving = figure.animation(scene)
    dots = min(DOTS, LONGEST / max(moving._fig.get_size_inches()))  # type: ignore[attr-defined]
    with tqdm(total=max(1, len(scene["steps"])), desc=path.name, unit=" steps", leave=False) as bar:
        moving.save(path, writer=writer, dpi=dots, progress_callback=lambda done, _: bar.update())


WRITERS: dict[str, Callable[[Scene, Path, int], None]] = {
    ".html": _page, ".svg": _figure, ".png": _figure, ".pdf": _figure,
    ".gif": _animation, ".mp4": _animation, ".json": _json,
}  # fmt: skip


# ---------------------------------------------------------------- opening again
@cache
def _schema() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def load(path: str | Path) -> Scene:
    """The Scene that ``save`` wrote to a ``.json`` file; see :func:`autograd_lab.recorder.load`."""
    text = Path(path).read_bytes()
    try:
        scene: Any = json.loads(text, parse_constant=_no_number)
        if not isinstance(scene, dict) or type(scene.get("format")) is not int:
            raise ValueError("it has no format number")
        if scene["format"] <= FORMAT:
            return _checked(scene)
    except (ValueError, RecursionError) as error:  # no JSON; or nested without end
        why = "its text is no JSON" if isinstance(error, json.JSONDecodeError | UnicodeDecodeError) else error
        raise ValueError(
            f"{str(path)!r} is not a whole recording: {why}. Save it again with rec.save('….json'), "
            "or get another copy of the file."
        ) from error
    raise ValueError(
        f"{str(path)!r} was saved by a newer autograd_lab (format {scene['format']}; this one reads "
        f"up to {FORMAT}). Upgrade: pip install --upgrade autograd-lab"
    )


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


def _checked(scene: Scene) -> Scene:
    """The same, once it is known to hold all that it should, and all that it names."""
    for finding in _schema().iter_errors(scene):
        raise ValueError(f"{finding.json_path} is not what it should be")
    scene.setdefault("groups", {})  # it may be older than these
    scene.setdefault("insides", [])
    scene.setdefault("open", [])
    for lost in _lost(scene):
        raise ValueError(f"it names {lost}, which is not in it")
    if scene["groups"] and not _fits(scene):
        raise ValueError("its groups are not in one another as groups are")
    scene["words"] = words.language("en").faces | scene["words"]  # it may be older than a word
    return scene


def _lost(scene: Scene) -> list[str]:
    """What a Scene names but does not have: the part of it that a schema can't say."""
    nodes, edges, values, layout = (scene[name] for name in ("nodes", "edges", "values", "layout"))
    groups = scene["groups"]
    shown = {member for group in groups.values() for member in group["members"]} | {*layout["nodes"]}
    drawn = {edge for name, wire in layout["edges"].items() for edge in wire.get("of", [name])}
    lines = range(len(scene["lines"]))
    named: list[tuple[Any, Any]] = [(nodes, scene["result"])]  # where it should be, what is named
    named += [({**nodes, **groups}, node) for node in shown] + [(shown, node) for node in nodes]
    named += [(edges, edge) for edge in drawn] + [(drawn, edge) for edge in edges if not groups]
    named += [(groups, group) for group in [*scene["open"], *layout.get("frames", ())]]
    for group in groups.values():
        named += [(nodes, node) for node in [group["stands"], *group["inputs"], *group["outputs"]]]
        named += [(range(len(scene["insides"])), group["inside"])]
    named += [(nodes, edge[end]) for edge in edges.values() for end in ("from", "to")]
    named += [(nodes, node) for variable in scene["variables"] for node in variable["nodes"]]
    for step in scene["steps"]:
        spans = [*step.get("spans", []), step["span"], step["operand"]]
        named += [(nodes, step["node"]), (edges, step["edge"]), (lines, step["line"])]
        named += [(lines, span[0]) for span in spans if span]
        named += [(edges if what == "edge" else nodes, which) for what, which, _ in step["effects"]]
        keys = [key for what, _, key in step["effects"] if what != "flag"] + _keys(step["formula"])
        keys += [match[1] for match in BRACED.finditer(step["say"] + step.get("caption", ""))]
        named += [(values, key) for key in keys]
    return [repr(name) for place, name in named if name is not None and name not in place]


def _fits(scene: Scene) -> bool:
    """Whether everything is in one group, up to the outermost, and each inside has what its group has."""
    groups, insides = scene["groups"], scene["insides"]
    members = sorted(member for group in groups.values() for member in group["members"])
    if members != sorted([*scene["nodes"], *groups.keys() - {"all"}]):
        return False
    edges = {name: (edge["from"], edge["to"]) for name, edge in scene["edges"].items()}
    for group, level in place.levels(groups, edges).items():
        inside = insides[groups[group]["inside"]]
        boxes = place.boxes_in(groups[group]["members"], level)
        if (len(boxes), len(level)) != (len(inside["nodes"]), len(inside["edges"])):
            return False
    return True


def _keys(formula: Any) -> list[str]:
    """The keys of all values in a formula."""
    if isinstance(formula, dict):
        own = [formula["v"]] if "v" in formula else []
        return own + [key for part in formula.values() for key in _keys(part)]
    return [key for part in formula for key in _keys(part)] if isinstance(formula, list) else []
