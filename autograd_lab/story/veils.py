"""What stands for a Variable, in every face, until the question whether it gets a gradient is answered."""

from __future__ import annotations

from typing import Any

import networkx as nx

from . import graph as graphs
from .names import Names
from .recording import Recording
from .things import Event, Thing
from .words import say

Veils = dict[str, int]  # by node, the step whose question its card would answer


def of(recording: Recording, names: Names, events: list[Event], asks: dict[int, Any]) -> Veils:
    """Which question hides each node: that of its own name, or else the last one before the next pass.

    Nobody gets past an open question, so that nothing is hidden any more when its gradient arrives.
    """
    asked = [k for k, ask in asks.items() if ask["kind"] == "grad"]
    own = {names.base[events[k].node or ""]: k for k in asked}
    seeds = [k for k, event in enumerate(events) if event.kind == "seed"]
    made: dict[str | None, int] = {}
    for k, event in enumerate(events):
        made.setdefault(event.node, k)
    veils = {}
    for thing in recording.things.values():
        end = next((k for k in seeds if k > made.get(thing.id, -1)), len(events))
        before = [k for k in asked if k < end]
        if before and thing.drawn and not thing.failed:
            mine = own.get(names.base[thing.id], end)
            veils[thing.id] = mine if mine < end else before[-1]
    return veils


def plain(event: Event, told: str, name: str, value: str) -> str:
    """A step's sentence, without what says whether the Variable learns."""
    if event.kind == "leaf":
        return say("starts", name=name, value=value)
    return told.replace(say("cut"), ".").removesuffix(say("unrecorded")).removesuffix(say("stepped"))


def even(graph: nx.MultiDiGraph, things: dict[str, Thing]) -> None:
    """Make each card and wire as large as it would be with any answer: no size tells it."""
    for node, data in graph.nodes.items():
        op = things[node].op
        notes = [say("card_result", op=op)] if op else [say("card_learns"), say("card_fixed")]
        wide = len(data["label"]) * graphs.CHAR + max(map(len, notes)) * graphs.META + 34
        data["width"] = min(max(data["width"], round(wide)), graphs.WIDEST)
        data["height"] += 0 if data["requires_grad"] else graphs.SLOT
    widest = max(graph.graph["labels"].values(), default=0)
    graph.graph["labels"] = {name: widest for *_, name in graph.edges(keys=True)}


def hang(scene: dict[str, Any], veils: Veils, things: dict[str, Thing]) -> None:
    """Give each question what stands ``instead`` of nodes, groups and edges while it is open."""

    def put(what: str, by: int, **instead: Any) -> None:
        scene["steps"][by]["ask"].setdefault("instead", {})[what] = instead

    unknown = {"asked": True, "grad": "grad", "reached": True, "requires_grad": False, "stored": False}
    for node, by in veils.items():
        op = things[node].op
        note = {"kind": "op", "note": op} if op else {"kind": "leaf", "note": say("card_leaf")}
        put(node, by, learns=False, **note, **unknown)
    for group, data in scene["groups"].items():
        if data["stands"] in veils:
            put(group, veils[data["stands"]], **unknown)
    for edge, data in scene["edges"].items():
        ends = [veils[end] for end in (data["from"], data["to"]) if end in veils]
        if ends and not data["reached"]:
            put(edge, max(ends), reached=True)
