"""The steps as a text table: what nbval compares, what a screen reader reads, what a script prints."""

from __future__ import annotations

from typing import Any

from .scene_text import Scene, fill, value_text

HEADS = ("step", "phase", "what", "how", "line")
WIDEST = (5, 8, 28, 62, 5)


def table(scene: Scene) -> str:
    """One row a step: which phase, what happened, its formula in numbers, and the line of code."""
    rows = [HEADS, *(_row(scene, k, step) for k, step in enumerate(scene["steps"]))]
    if len(rows) == 1:
        return "no step was recorded"
    cut = [[_clip(cell, wide) for cell, wide in zip(row, WIDEST, strict=True)] for row in rows]
    wide = [max(map(len, column)) for column in zip(*cut, strict=True)]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)).rstrip() for row in cut]
    return "\n".join([lines[0], "  ".join("─" * w for w in wide), *lines[1:]])


def _row(scene: Scene, k: int, step: dict[str, Any]) -> tuple[str, ...]:
    line = scene["lines"][step["line"]]["no"] if step["line"] is not None else ""
    phase = step["kind"] if step["kind"] in ("note", "error") else step["phase"]
    return str(k + 1), phase, step["title"], how(scene, step), str(line)


def how(scene: Scene, step: dict[str, Any]) -> str:
    """A step's formula in numbers, on one line; or its sentence where it has none."""
    rows = [equation["rows"][-1] for equation in step["formula"]]
    if not rows:
        return fill(step["say"], scene).replace("\n", " ")
    return "; ".join(" ".join(filter(None, (_cell(scene, cell) for cell in row))) for row in rows)


def _cell(scene: Scene, cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    return _tree(scene, cell if "v" in cell else cell.get("n") or cell.get("m"))


def _tree(scene: Scene, tree: Any) -> str:
    """A formula's tokens as plain text."""
    if isinstance(tree, dict):
        return value_text(scene["values"][tree["v"]])
    tag, *children = tree
    if isinstance(children[0], str):
        return children[0]
    parts = [_tree(scene, child) for child in children]
    return {"msup": "^", "mfrac": "/", "msub": "_"}.get(tag, "").join(parts)


def _clip(text: str, wide: int) -> str:
    return text if len(text) <= wide else text[: wide - 1] + "…"
