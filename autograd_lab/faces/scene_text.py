"""What all faces share in reading a Scene: values and sentences as text, and what is known at a step."""

from __future__ import annotations

import re
from typing import Any

Scene = dict[str, Any]
BRACED = re.compile(r"\{\{|\}\}|\{([^{}]+)\}")


def is_big(value: dict[str, Any]) -> bool:
    """Whether a value is shown as a heat map, because its numbers would not fit."""
    return "heat" in value


def value_text(value: dict[str, Any]) -> str:
    """A Scene's value in a few words.

    >>> value_text({"shape": "(2,)", "data": ["5", "4"]}), value_text({"shape": "(1, 1)", "data": [["3"]]})
    ('[5, 4]', '3')
    >>> value_text({"shape": "(8,)", "heat": [[1.0]], "stats": ["1", "2", "3"], "nan": 2, "inf": 0})
    '(8,) min 1, mean 2, max 3, 2 nan'
    """
    if not is_big(value):
        return _listed(_alone(value["data"]))
    low, mean, high = value["stats"]
    odd = "".join(f", {value[kind]} {kind}" for kind in ("nan", "inf") if value[kind])
    return f"{value['shape']} min {low}, mean {mean}, max {high}{odd}"


def _alone(data: Any) -> Any:
    while isinstance(data, list) and len(data) == 1:
        data = data[0]
    return data


def _listed(data: Any) -> str:
    return f"[{', '.join(map(_listed, data))}]" if isinstance(data, list) else str(data)


def fill(template: str, scene: Scene) -> str:
    """A sentence with its values put in and its backticks taken out.

    >>> fill("`a` is {v0}, not {{v0}}.", {"values": {"v0": {"shape": "scalar", "data": "3"}}})
    'a is 3, not {v0}.'
    """

    def put(match: re.Match[str]) -> str:
        key = match[1]
        return match[0][0] if key is None else value_text(scene["values"][key])

    return BRACED.sub(put, template.replace("`", ""))


def index(scene: Scene, step: int) -> int:
    """A step's place from 0; negative ones count from the end. Raises IndexError where there is none."""
    count = len(scene["steps"])
    if not -count <= step < count:
        raise IndexError(f"step {step}: this recording has {count} steps, from 0 to {count - 1}")
    return step % count


def state_at(scene: Scene, step: int = -1) -> dict[str, dict[str, str]]:
    """What is known once a step was taken: keys of values by node, of gradients by node and by edge."""
    state: dict[str, dict[str, str]] = {"value": {}, "grad": {}, "edge": {}, "store": {}}
    if not scene["steps"]:
        return state
    for taken in scene["steps"][: index(scene, step) + 1]:
        for what, which, key in taken["effects"]:
            if key is None:
                state[what].pop(which, None)
            else:
                state[what][which] = key
    return state


def shown_gradient(scene: Scene, state: dict[str, dict[str, str]], node: str) -> str:
    """What a node's gradient slot says: what arrived in this pass, or what ``.grad`` holds, or –."""
    key = state["store"].get(node) or state["grad"].get(node)
    return value_text(scene["values"][key]) if key else "–"
