"""Groups into the Scene: what each card says; each inside, laid out once with its own groups closed."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import networkx as nx

from . import layout
from .graph import CARD, CHAR, HEAD, WIDEST, note_width
from .groups import FEW, Group
from .place import Data, Edges, Level, boxes_in, chains, levels, place, way
from .recording import Recording
from .things import Thing
from .words import say

AT_FIRST = 30  # groups open by themselves only as far as this many nodes are shown
STEP = 46  # between the widths of cards where there are many


def scene_of(top: Group, recording: Recording, graph: nx.MultiDiGraph, gap: float) -> Data:
    """The Scene's ``groups``, those ``open`` at first, and the ``layout`` that this gives."""
    things, groups = recording.things, [top, *top.groups()]
    top.id = "all"
    if len(groups) == 1 and len(graph) <= FEW:
        return {"groups": {}, "insides": [], "open": [], "layout": layout.layout(graph, gap)}
    edges = {name: (start, end) for start, end, name in graph.edges(keys=True)}
    made: dict[str, Data] = {}
    for group in reversed(groups):  # inner ones first
        made[group.id] = _card(group, things, graph)
    above = chains({g: data["members"] for g, data in made.items()})
    _ends(made, above, edges, things, graph)
    flat = layout.layout(graph, gap) if len(graph) <= FEW else None  # as if there were no groups
    if not flat:
        _even(graph)
    insides = _Insides(graph, gap)
    wires = levels(made, edges)
    _widest(graph.graph["labels"], above, made, edges)
    passes = _passes_before(recording)
    for group in groups:
        after = _after(group, passes)
        made[group.id]["inside"] = insides.of(made[group.id], made, wires[group.id], after)
    made = {group.id: made[group.id] for group in groups}
    opened = [group.id for group in groups[1:]] if flat else _open_at_first(top)
    shown = flat or place(made, insides.all, edges, opened)
    return {"groups": made, "insides": insides.all, "open": opened, "layout": shown}


def _widest(labels: dict[str, float], above: Any, made: dict[str, Data], edges: Edges) -> None:
    """What stands on a wire of several edges, one after the other, is as wide as the widest."""
    for name, (start, end) in edges.items():
        for _, a, b in way(above, made, start, end):
            labels[f"{a}>{b}"] = max(labels.get(f"{a}>{b}", 0), labels.get(name, 40))


def _even(graph: nx.MultiDiGraph) -> None:
    """Cards of a few widths only, so that most rounds of a loop look the same."""
    for node in graph.nodes.values():
        node["width"] = CARD + STEP * math.ceil((node["width"] - CARD) / STEP)


def _passes_before(recording: Recording) -> dict[str | None, int]:
    """Of each result, how many backward passes had begun when it was made."""
    begun, before = 0, {}
    for event in recording.events:
        begun += event.kind == "seed"
        if event.kind == "op":
            before[event.node] = begun
    return before


def _after(group: Group, passes: dict[str | None, int]) -> list[tuple[str, str]]:
    """Rounds of a loop between which backward ran: the later ones stand on what it left behind, unseen."""
    rounds = [
        child for child in group.children if isinstance(child, Group) and child.kind in ("round", "run")
    ]
    first = {
        one: min((passes[node] for node in one.members() if node in passes), default=0) for one in rounds
    }
    return [(one.id, other.id) for one, other in pairwise(rounds) if first[one] < first[other]]


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
        "width": round(min(max(CARD, len(group.label) * CHAR + note_width(note) + 54), WIDEST + 44)),
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
    for node in sorted(graph, key=lambda node: things[node].requires_grad):  # those that learn are last
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


def _size(name: str, made: dict[str, Data], graph: nx.MultiDiGraph) -> tuple[float, float, str | None]:
    """The width and height of a child or a port, and in which layer it has to be."""
    if name.startswith(("in:", "out:")):
        return 2, 2, "min" if name.startswith("in:") else "max"
    data = made[name] if name in made else graph.nodes[name]
    return data["width"], data["height"], None


class _Insides:
    """The inside of each group, with the groups in it closed. Rounds that look the same are laid out once."""

    def __init__(self, graph: nx.MultiDiGraph, gap: float) -> None:
        self.graph, self.gap = graph, gap
        self.all: list[Data] = []
        self._known: dict[Any, int] = {}

    def of(self, group: Data, made: dict[str, Data], level: Level, after: list[tuple[str, str]]) -> int:
        """Where in ``all`` the inside of a group is; of each pair in ``after`` the second has to be later."""
        names = boxes_in(group["members"], level)
        boxes = tuple(_size(name, made, self.graph) for name in names)
        place = {name: k for k, name in enumerate(names)}
        wires = tuple((place[a], place[b], *self._wire(name, a, made)) for name, (a, b) in level.items())
        shape = boxes, wires, tuple((place[a], place[b]) for a, b in after)
        if shape not in self._known:
            self._known[shape] = len(self.all)
            self.all.append(self._laid_out(*shape))
        return self._known[shape]

    def _wire(self, name: str, start: str, made: dict[str, Data]) -> tuple[int, int]:
        """How straight a wire is to be, straighter where things go on; and how wide what stands on it is."""
        leaf = self.graph.nodes[start]["kind"] == "leaf" if start in self.graph else start not in made
        return 1 if leaf else 8, 10 * math.ceil(self.graph.graph["labels"].get(name, 40) / 10)

    def _laid_out(self, boxes: Any, wires: Any, after: Any) -> Data:
        inner = nx.MultiDiGraph(labels={}, sides=True)
        for k, (width, height, rank) in enumerate(boxes):
            inner.add_node(f"{k:04}", width=width, height=height, **({"rank": rank} if rank else {}))
        for k, (a, b, weight, wide) in enumerate(wires):
            inner.add_edge(f"{a:04}", f"{b:04}", key=f"{k:04}", weight=weight)
            inner.graph["labels"][f"{k:04}"] = wide
        for k, (a, b) in enumerate(after):
            inner.add_edge(f"{a:04}", f"{b:04}", key=f"after {k}", weight=8)
        found = layout.layout(inner, self.gap)
        nodes, routes, labels = found["nodes"], found["edges"], inner.graph["labels"]
        return {
            "nodes": [nodes[name] for name in sorted(nodes)],
            "edges": [{"points": routes[name]["points"], "wide": labels[name]} for name in sorted(labels)],
        }
