"""What all faces share in reading a Scene: values, sentences and steps as text; what is known at a step."""

from __future__ import annotations

import re
from typing import Any

Scene = dict[str, Any]
Value = dict[str, Any]
State = dict[str, dict[str, str]]
PART = re.compile(r"\{(\w+)\}")  # and no more: words may come from a file, and format() obeys them
BRACED = re.compile(r"\{\{|\}\}|\{([^{}]+)\}")
# what XML may not hold, a terminal would obey, or would turn the rest of a line round
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


# ---------------------------------------------------------------- values and sentences
def is_big(value: Value) -> bool:
    """Whether a value is shown as a heat map, because its numbers would not fit."""
    return "heat" in value


def word(scene: Scene, key: str, **parts: object) -> str:
    """One of the words that go along in a Scene, in its language, with its parts put in.

    >>> word({"words": {"step_of": "Step {k} of {n}"}}, "step_of", k=2, n=9)
    'Step 2 of 9'
    """
    return PART.sub(lambda part: str(parts.get(part[1], part[0])), scene["words"][key])


def value_text(value: Value) -> str:
    """A Scene's value in a few words.

    >>> value_text({"shape": "(2,)", "data": ["5", "4"]})
    '[5, 4]'
    >>> value_text({"shape": "(1, 1)", "data": [["3"]]})
    '3'
    >>> value_text({"shape": "(8,)", "heat": [[1.0]], "told": "(8,) min 1, mean 2, max 3"})
    '(8,) min 1, mean 2, max 3'
    """
    return str(value["told"]) if is_big(value) else _listed(_alone(value["data"]))


def odd(value: Value) -> list[str]:
    """How many numbers of a big value are none: ``["2 nan"]``."""
    return [f"{value[kind]} {kind}" for kind in ("nan", "inf") if value[kind]]


def _alone(data: Any) -> Any:
    while isinstance(data, list) and len(data) == 1:
        data = data[0]
    return data


def _listed(data: Any) -> str:
    return f"[{', '.join(map(_listed, data))}]" if isinstance(data, list) else str(data)


def typeset(text: str) -> str:
    """Numbers as they are printed, with a true minus.

    >>> typeset("[-1, 2e-07]")
    '[−1, 2e−07]'
    """
    return text.replace("-", "−")


def plain(text: str) -> str:
    """Text on one line, with nothing in it that a reader would not see.

    >>> plain("d['\\x1b[31m']\\n + 1")
    "d['�[31m'] + 1"
    """
    return CONTROL.sub("\ufffd", re.sub(r"\s+", " ", text))


def fill(template: str, scene: Scene, typed: bool = False) -> str:
    """A sentence with its values put in and its backticks taken out; ``typed`` for true minus signs.

    >>> fill("`a-b` is {v0}, not {{v0}}.", {"values": {"v0": {"shape": "scalar", "data": "-3"}}}, True)
    'a-b is −3, not {v0}.'
    """

    def put(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][0]
        text = value_text(scene["values"][match[1]])
        return typeset(text) if typed else text

    return plain(BRACED.sub(put, template.replace("`", "")))


# ---------------------------------------------------------------- what is known at a step
def index(scene: Scene, step: int) -> int:
    """A step's place from 0; negative ones count from the end. Raises IndexError where there is none."""
    count = len(scene["steps"])
    if not -count <= step < count:
        raise IndexError(f"step {step}: this recording has {count} steps, from 0 to {count - 1}")
    return step % count


def state_at(scene: Scene, step: int = -1) -> State:
    """What is known once a step was taken: keys of values by node, of gradients by node and by edge.

    ``store`` is what ``.grad`` holds; ``arriving`` the sum of a pass that has not been stored yet; ``flag``
    what is wrong with a gradient, in words.
    """
    state: State = {"value": {}, "grad": {}, "edge": {}, "store": {}, "arriving": {}, "flag": {}}
    if not scene["steps"]:
        return state
    for taken in scene["steps"][: index(scene, step) + 1]:
        for what, which, key in taken["effects"]:
            _put(state[what], which, key)
            if what in ("grad", "store"):
                _put(state["arriving"], which, key if what == "grad" else None)
    return state


def _put(known: dict[str, str], which: str, key: str | None) -> None:
    if key is None:
        known.pop(which, None)
    else:
        known[which] = key


# ---------------------------------------------------------------- the steps as rows of a table
def rows(scene: Scene) -> list[tuple[str, str, str, str, str]]:
    """A row a step: its number, its phase, what happened, its formula in numbers, its line of code."""
    return [_row(scene, k, step) for k, step in enumerate(scene["steps"], start=1)]


def _row(scene: Scene, k: int, step: dict[str, Any]) -> tuple[str, str, str, str, str]:
    line = "" if step["line"] is None else str(scene["lines"][step["line"]]["no"])
    changed = step["kind"] == "leaf" and scene["nodes"][step["node"]].get("changed")
    title = f"{step['title']} ({word(scene, 'changed')})" if changed else step["title"]
    return str(k), phase(scene, step), plain(title), how(scene, step), line


def heads(scene: Scene) -> tuple[str, ...]:
    """What stands over the columns of ``rows``."""
    return tuple(word(scene, f"head_{name}") for name in ("step", "phase", "what", "how", "line"))


def phase(scene: Scene, step: dict[str, Any]) -> str:
    """``forward`` or ``backward``; for what belongs to neither, ``note`` or ``error``."""
    return word(scene, step["kind"] if step["kind"] in ("note", "error") else step["phase"])


def how(scene: Scene, step: dict[str, Any]) -> str:
    """A step's formula in numbers, on one line; or its sentence where it has none."""
    flagged = [flag for what, _, flag in step["effects"] if what == "flag" and flag]
    mark = "".join(f"! {flag}: " for flag in flagged)
    written = [[cell for cell in equation["rows"][-1] if cell] for equation in step["formula"]]
    if not written or step["kind"] == "error":
        return fill(" ".join([step["say"], *step.get("facts", [])]), scene)
    # what goes in is named by its shape where it is big: there is room for one range, the result's
    cells = [[_cell(scene, cell, k == len(row) - 1) for k, cell in enumerate(row)] for row in written]
    return plain(mark + "; ".join(" ".join(row) for row in cells))


def _cell(scene: Scene, cell: Any, whole: bool) -> str:
    if isinstance(cell, str):
        return cell
    return _tree(scene, cell if "v" in cell else cell.get("n") or cell.get("m"), whole)


def _tree(scene: Scene, tree: Any, whole: bool) -> str:
    """A formula's tokens as plain text."""
    if isinstance(tree, dict):
        value = scene["values"][tree["v"]]
        return value_text(value) if whole or not is_big(value) else str(value["shape"])
    tag, *children = tree
    if children and isinstance(children[0], str):
        return children[0]
    parts = [_tree(scene, child, whole) for child in children]
    if tag == "msup" and parts[0].startswith("-"):
        parts[0] = f"({parts[0]})"  # -1^2 would be read as -(1^2)
    return {"msup": "^", "mfrac": "/", "msub": "_"}.get(tag, "").join(parts)
