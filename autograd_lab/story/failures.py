"""What an error is about: which node, what it had saved, who changed it or let go of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..base.errors import Phrase
from ..core.op import INPUTS
from . import source
from .values import shape_text
from .words import escaped, headline, said, say

if TYPE_CHECKING:
    from .log import Log
    from .things import Event, Thing


def said_of(error: BaseException) -> Phrase | str:
    """What an error says: in any language, where it is one of ours."""
    told = getattr(error, "about", {}).get("told")
    return told if isinstance(told, Phrase) else str(error)


def looked_into(
    error: BaseException, log: Log, ids: dict[int, str], things: dict[str, Thing], events: list[Event]
) -> tuple[str | None, dict[str, Any]]:
    """The thing an error is about, None where it is about none; and what else there is to tell of it."""
    about: dict[str, Any] = getattr(error, "about", {})
    found = (ids.get(id(about[name])) for name in ("node", "variable") if about.get(name) is not None)
    node = next((i for i in found if i is not None and things[i].drawn), None)
    if node is None:
        return None, {}
    if about["kind"] == "changed":
        return node, {"fn": about["node"].name(), **_changed(about, log, node, things)}
    if about["kind"] == "freed":
        return node, {"fn": about["node"].name(), **_freed(node, events, things)}
    return node, {"kind": "other"}


def _changed(about: dict[str, Any], log: Log, node: str, things: dict[str, Thing]) -> dict[str, Any]:
    """Who saved the value, at which version; who changed it, and how often that has been done by now."""
    change, array = about["change"], about["array"]
    born = next(
        (k for k, entry in enumerate(log.entries) if entry[0] == "op" and entry[-1] is about["node"]), -1
    )
    buffer = change.buffer()
    since = sum(entry[0] == "changing" and entry[4] is buffer for entry in log.entries[born + 1 :])
    return {
        "kind": "changed",
        "saved": _saved(about["node"], array, things[node]),
        "before": max(0, change.count - since),
        "now": change.count,
        "how": change.how,
        "by": (change.place,),
    }


def _saved(node: Any, array: Any, thing: Thing) -> str | None:
    """The thing whose value a node saved: its own result, or an input."""
    held = node.held() if node.op else {}
    name = next((name for name, one in held.items() if np.may_share_memory(one, array)), "")
    if name == "out":
        return thing.id
    ref = thing.inputs[INPUTS.index(name)] if name in INPUTS else None
    return ref if isinstance(ref, str) else None


def _freed(node: str, events: list[Event], things: dict[str, Thing]) -> dict[str, Any]:
    """Which pass let go of what a node saved; and which result from before it was used afterwards."""
    passed = [k for k, e in enumerate(events) if e.kind == "flow" and e.data["giver"] == node]
    if not passed:
        return {"kind": "other"}
    leading = {node}  # from which gradients flow back to it
    for thing in things.values():
        if not leading.isdisjoint(_learning(thing)):
            leading.add(thing.id)
    made = [(e.node or "", k > passed[-1]) for k, e in enumerate(events) if e.kind in ("op", "inplace")]
    before = {one for one, since in made if not since} & leading
    used = (ref for one, since in made if since for ref in _learning(things[one]))
    carried = next((ref for ref in used if ref in before), None)
    return {"kind": "freed", "by": events[passed[-1]].frames, "carried": carried}


def _learning(thing: Thing) -> list[str]:
    """The inputs that a gradient can flow back to."""
    return [ref for ref, flows in zip(thing.inputs, thing.flows, strict=True) if flows]


class Failures:
    """Says errors of one recording; ``teller`` knows labels, things and where they come from."""

    def __init__(self, teller: Any) -> None:
        self.teller = teller

    def told(self, event: Event) -> dict[str, Any]:
        text, why = event.data["text"], event.data["why"]
        facts = self._facts(event, why)
        text = f"{headline(text)}." if facts else said(text)  # they say all but the beginning
        told, written = f"{event.data['error']}: {text}", []
        if why.get("kind") == "operation":  # its shapes are told, and stand in the formula
            thing = self.teller.things[event.node or ""]
            told = " ".join(line for line in told.splitlines() if not line.startswith("  "))
            told += say("failed_shapes", shapes=self._shapes(thing))
            written = self.teller.equations.failed(thing)
        return {"say": say("error", text=told), "formula": written, "facts": facts}

    def _shapes(self, thing: Thing) -> str:
        held = {
            ref: shape_text(np.shape(self.teller.held_array(ref)))
            for ref in thing.inputs
            if isinstance(ref, str)
        }
        return say("and").join(f"{self.teller.said(ref)} {shape}" for ref, shape in held.items())

    def _facts(self, event: Event, why: dict[str, Any]) -> list[str]:
        """What an error is about, in sentences: what was saved, what happened to it, and the cure."""
        kind, node = why.get("kind"), event.node
        if kind not in ("changed", "freed"):
            return []
        told = {"fn": escaped(why["fn"]), "line": self._line(event.frames), "by": self._line(why["by"])}
        told |= {"made": self._line(self.teller.things[node or ""].frames)}
        if kind == "changed":
            told |= {name: why[name] for name in ("before", "now")}
            told |= {"name": self.teller.said(why["saved"] or node), "how": escaped(why["how"])}
        cure = "cure"
        if why.get("carried"):
            cure, told["name"] = "carried", self.teller.said(why["carried"])
        return [say(f"{kind}_{part}", **told) for part in ("saved", "since", cure)]

    def _line(self, frames: source.Frames) -> str:
        """A line of the user's code, with its number."""
        where = self.teller.names.place(frames)
        if where is None:
            return say("elsewhere")
        text = source.source(where.file).splitlines()[where.line - 1].strip()
        return say("line_of_code", n=where.line, code=escaped(text))
