"""A recording as a networkx graph: a node a Variable, an edge a use of it, both with what a picture shows."""

from __future__ import annotations

from typing import Any

import networkx as nx

from .names import Names
from .recording import Recording
from .things import Thing
from .values import value
from .words import say

CARD, WIDEST, HEAD, SLOT, STATS = 128, 220, 46, 24, 16
CHAR, META = 7.8, 6.3  # width of a character of a name, and of a note, in pixels


def build(recording: Recording, names: Names) -> nx.MultiDiGraph:
    """The graph, with each node's card size and each edge's place among its operation's inputs.

    Edge keys are ``from>to.k`` for the k-th input, so that ``x * x`` has two edges.
    """
    graph = nx.MultiDiGraph(labels={})
    result = result_of(recording)
    drawn = [thing for thing in recording.things.values() if thing.drawn]
    for thing in drawn:
        graph.add_node(thing.id, **card(thing, names, thing.id == result))
    for thing in drawn:
        for k, ref in enumerate(thing.inputs):
            if isinstance(ref, str):
                graph.add_edge(ref, thing.id, key=f"{ref}>{thing.id}.{k}", place=k, reached=thing.flows[k])
    _fade(graph, {event.node for event in recording.events if event.kind in ("seed", "flow", "store")})
    return graph


def _fade(graph: nx.MultiDiGraph, got: set[str | None]) -> None:
    """What learns may still get no gradient: after a ``detach()``, say, nothing leads back to it.

    Where a backward pass was recorded, only what a way leads to from where a gradient was is reached.
    """
    if not got:
        return
    ways = nx.DiGraph((b, a) for a, b, reached in graph.edges(data="reached") if reached)
    ways.add_edges_from(("start", node) for node in got)
    led_to = nx.descendants(ways, "start")
    for node, data in graph.nodes(data=True):
        data["reached"] &= node in led_to
    for _, b, data in graph.edges(data=True):
        data["reached"] &= b in led_to


def result_of(recording: Recording) -> str | None:
    """The node that the last backward pass started from, or else the last operation's."""
    roots = [e.node for e in recording.events if e.kind == "seed"]
    made = [t.id for t in recording.things.values() if t.op is not None and t.drawn and not t.failed]
    return roots[-1] if roots else made[-1] if made else None


def note_width(note: str) -> float:
    """How wide a note is, nearly: in its font an m takes as much room as two other letters.

    >>> note_width("add") < note_width("mmm")
    True
    """
    return (len(note) + sum(c in "mwMW@" for c in note)) * META


def card(thing: Thing, names: Names, is_result: bool) -> dict[str, Any]:
    """What a node's card says, and how large that makes it."""
    leaf, label = thing.op is None, names.labels[thing.id]
    kind = "leaf" if leaf else "result" if is_result else "op"
    note = say("card_learns" if thing.requires_grad else "card_fixed") if leaf else thing.op or ""
    if thing.failed:
        note = say("card_failed", op=note)
    elif is_result and not leaf:
        note = say("card_result", op=note)
    shown = value(thing.value) if thing.value is not None else {"shape": ""}
    big = "heat" in shown
    wide = len(label) * CHAR + note_width(note) + 34
    if not big and thing.value is not None:
        wide = max(wide, len(str(shown["data"]).replace("'", "")) * CHAR + 24)
    data = {
        "kind": kind, "learns": leaf and thing.requires_grad, "label": label, "note": note,
        "shape": shown["shape"], "reached": thing.requires_grad,
        "requires_grad": thing.requires_grad, "stored": leaf,
        "width": round(min(max(CARD, wide), WIDEST)),
        "height": HEAD + (STATS if big else 0) + (SLOT if thing.requires_grad else 0),
    }  # fmt: skip
    if thing.requires_grad:
        data["grad"] = f"{label}.grad" if leaf else "grad"
        if leaf:
            data["so_far"] = say("card_so_far")
    if thing.failed:
        data["failed"] = True
    return data
