"""One step of a Scene, and what is known there: all that a picture of it may show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .folded import as_drawn
from .scene_text import Scene, State, fill, index, state_at, word

Value = dict[str, Any]
UNKNOWN = {"shape": "", "data": "?"}  # of a gradient: whether there is one is the question
NOTHING: dict[str, Any] = {
    "phase": "forward", "kind": "note", "title": "", "node": None, "edge": None, "line": None,
    "effects": [], "formula": [],
}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """One step of a Scene, the last unless told otherwise, and all that a picture of it shows."""

    scene: Scene
    step: dict[str, Any]
    state: State

    @property
    def sentence(self) -> str:
        """What happened, in words."""
        return fill(self.step["say"], self.scene, typed=True)

    @property
    def backward(self) -> bool:
        return bool(self.step["phase"] == "backward")

    def value(self, node: str) -> Value | None:
        return self._get(self.state["value"].get(node))

    def gradient(self, node: str) -> Value | None:
        """What its slot shows: what arrived in this pass so far, or else what ``.grad`` holds."""
        if "asked" in self.scene["nodes"][node]:
            return UNKNOWN
        return self._get(self.state["arriving"].get(node) or self.state["store"].get(node))

    def contribution(self, edge: str) -> Value | None:
        return self._get(self.state["edge"].get(edge))

    def _get(self, key: str | None) -> Value | None:
        return None if key is None else self.scene["values"][key]

    def slot(self, node: str) -> str:
        """The name of what the slot shows; empty where there is no slot."""
        data = self.scene["nodes"][node]
        name = data.get("so_far") if node in self.state["arriving"] else None
        return str(name or data.get("grad") or "")

    def active(self, what: str, which: str) -> bool:
        """Whether this step changed a ``value``, a ``grad`` (stored ones too) or an ``edge``."""
        if what == "value" and self.step["kind"] == "inplace" and self.step["node"] == which:
            return True
        names = ("grad", "store") if what == "grad" else (what,)
        return any(w in names and i == which for w, i, _ in self.step["effects"])

    def faded(self, node: str) -> bool:
        """Whether no gradient will come here, once gradients are what is looked at."""
        data = self.scene["nodes"][node]
        fixed = data["kind"] == "leaf" and not data["learns"] and "asked" not in data
        return self.backward and (fixed or not data.get("reached", True))

    def route(self, edge: str) -> list[tuple[float, float]]:
        """An edge's Béziers, from the outline of one card to that of another (a result has two)."""
        ends = self.scene["edges"][edge]
        gap = [4 if self.scene["nodes"][ends[end]]["kind"] == "result" else 0 for end in ("from", "to")]
        points = [(float(x), float(y)) for x, y in self.scene["layout"]["edges"][edge]["points"]]
        (x, y), (u, v) = points[0], points[-1]
        return [(x + gap[0], y), *points[1:-1], (u - gap[1], v)]


def moment(scene: Scene, step: int = -1) -> Moment:
    """The step and what is known there. Raises IndexError where there is no such step."""
    nothing = {**NOTHING, "say": word(scene, "no_step")}
    at = index(scene, step) if scene["steps"] else -1
    taken = scene["steps"][at] if scene["steps"] else nothing
    return Moment(*as_drawn(*_unanswered(scene, taken, at), state_at(scene, step)))


def _unanswered(scene: Scene, step: dict[str, Any], at: int) -> tuple[Scene, dict[str, Any]]:
    """The Scene and a step as they look before the questions from that step on are answered."""
    asks = [one["ask"] for one in scene["steps"][max(at, 0) :] if "choices" in one.get("ask", ())]
    instead: dict[str, Any] = {}
    for ask in asks:
        instead |= ask.get("instead", {})
    if "choices" in step.get("ask", ()):
        step = {**step, "say": step["ask"]["say"]}
    elif step.get("hidden", -1) >= at:
        step = {**step, "say": step.get("before", step["say"])}
    shown = {
        what: {name: {**data, **instead.get(name, {})} for name, data in scene.get(what, {}).items()}
        for what in ("nodes", "edges", "groups")
    }
    return ({**scene, **shown} if instead else scene), step
