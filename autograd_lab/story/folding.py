"""Groups into the Scene: what each card says; each inside, laid out once with its own groups closed."""

from __future__ import annotations

from typing import Any

import networkx as nx

from . import layout
from .graph import CARD, CHAR, HEAD, META, WIDEST
from .groups import FEW, Group
from .place import Data, chains, place, way
from .recording import Thing
from .words import say

AT_FIRST = 30  # groups open by themselves only as far as this many nodes are shown
PORTS = 6  # more wires than these enter, or leave, an open group at one place


def scene_of(top: Group, things: dict[str, Thing], graph: nx.MultiDiGraph, gap: float) -> Data:
    """The Scene's ``groups``, those ``open`` at first, and the ``layout`` that this gives."""
    groups = [top, *top.groups()]
    top.id = "all"
    if len(groups) == 1 and len(graph) <= FEW:
        return {"groups": {}, "open": [], "layout": layout.layout(graph, gap)}
    edges = {name: (start, end) for start, end, name in graph.edges(keys=True)}
    made: dict[str, Data] = {}
    for group in reversed(groups):  # inner ones first
        made[group.id] = _card(group, things, graph)
    above = chains({g: data["members"] for g, data in made.items()})
    _ends(made, above, edges, things, graph)
    for name, level in _levels(made, above, edges).items():
        _lay_out(made, name, level, graph, gap)
    made = {group.id: made[group.id] for group in groups}
    opened = [group.id for group in groups[1:]] if len(graph) <= FEW else _open_at_first(top)
    flat = len(graph) <= FEW  # as if there were no groups
    shown = layout.layout(graph, gap) if flat else place(made, edges, opened)
    return {"groups": made, "open": opened, "layout": shown}


def _open_at_first(top: Group) -> list[str]:
    """Those without which there would be little to see: outer ones first; of a loop all rounds or none."""
    opened: list[str] = []
    shown, near = len(top.children), [top]
    while near:
        families: dict[Any, list[Group]] = {}
        for group in near:
            for child in group.children:
                if isinstance(child, Group):
                    which = child.part.which[:-1] if child.kind == "round" and child.part else ()
                    families.setdefault((group, child.kind, which), []).append(child)
        near = []
        for family in families.values():
            more = sum(len(group.children) - 1 for group in family)
            if shown + more <= AT_FIRST:
                shown += more
                opened += [group.id for group in family]
                near += family
    return opened


def _card(group: Group, things: dict[str, Thing], graph: nx.MultiDiGraph) -> Data:
    """What the card of a closed group says."""
    members = list(group.members())
    made = [member for member in members if things[member].op is not None]
    count = say("operation" if len(made) == 1 else "operations", n=len(made))
    count = count if made else say("leaves", n=len(members))
    note = group.part.made if group.kind == "module" and group.part else count
    return {
        "kind": "group", "learns": False, "label": group.label, "note": note, "told": count,
        "parent": group.parent.id if group.parent else None,
        "members": [child if isinstance(child, str) else child.id for child in group.children],
        "width": round(min(max(CARD, len(group.label) * CHAR + len(note) * META + 54), WIDEST + 44)),
    }  # fmt: skip


def _ends(
    made: dict[str, Data],
    above: dict[str, list[str]],
    edges: dict[str, tuple[str, str]],
    things: dict[str, Thing],
    graph: nx.MultiDiGraph,
) -> None:
    """The inputs and outputs of each group; the last output stands for the group."""
    ends: dict[str, tuple[dict[str, None], dict[str, None]]] = {group: ({}, {}) for group in made}
    last: dict[str, str] = {}
    order = {node: k for k, node in enumerate(graph)}
    for node in graph:
        for group in above[node] if things[node].op is not None else ():
            last[group] = node
    for start, end in edges.values():
        for group in above[end]:
            if group not in above[start]:
                ends[group][0][start] = None
        for group in above[start]:
            if group not in above[end]:
                ends[group][1][start] = None
    for group, data in made.items():
        inputs, outputs = map(list, ends[group])
        worked_out = [node for node in outputs if things[node].op is not None]
        stands = max(worked_out, key=order.__getitem__) if worked_out else last.get(group)
        shown = graph.nodes[stands] if stands else {"shape": "", "reached": True, "requires_grad": False}
        data |= {"inputs": inputs, "outputs": outputs, "stands": stands, "stored": False}
        data |= {name: shown[name] for name in ("shape", "reached", "requires_grad")}
        data["height"] = shown.get("height", HEAD)
        if data["requires_grad"]:
            data["grad"] = "grad"


Level = dict[str, tuple[str, str]]  # the wires inside a group: name -> from, to


def _levels(
    made: dict[str, Data], above: dict[str, list[str]], edges: dict[str, tuple[str, str]]
) -> dict[str, Level]:
    """The wires that each group's own layout has: between its children, and to and from its ports."""
    levels: dict[str, Level] = {group: {} for group in made}
    for data in made.values():
        data["few"] = [len(data[ends]) <= PORTS for ends in ("inputs", "outputs")]
    few = {group: data["few"] for group, data in made.items()}
    for name, (start, end) in edges.items():
        for group, a, b in way(above, start, end, few):
            levels[group][name if (a, b) == (start, end) else f"{a}>{b}"] = a, b
    return levels


def _lay_out(made: dict[str, Data], group: str, level: Level, graph: nx.MultiDiGraph, gap: float) -> None:
    """A group's inside, with the groups in it closed."""
    inner = nx.MultiDiGraph(labels={}, sides=True)
    for child in made[group]["members"]:
        size = made[child] if child in made else graph.nodes[child]
        inner.add_node(child, width=size["width"], height=size["height"])
    for name, (a, b) in level.items():
        for end, rank in ((a, "min"), (b, "max")):
            if end not in inner:
                inner.add_node(end, width=2, height=2, rank=rank)
        leaf = graph.nodes[a]["kind"] == "leaf" if a in graph else a not in made
        inner.add_edge(a, b, key=name, weight=1 if leaf else 8)  # what goes on and on does so straight
    inner.graph["labels"] = {name: graph.graph["labels"].get(name, 40) for name in level}
    made[group]["inside"] = {
        **layout.layout(inner, gap),
        "ends": {name: list(ends) for name, ends in level.items()},
    }
