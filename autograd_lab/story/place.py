"""Where everything stands with some groups open: the rest shifts, and nothing overlaps.

Each group was laid out once, with its own groups closed (folding.py). Two cards that stand apart there stand
apart along x or along y, and what grows pushes whatever lies beyond it along both.
``faces/stepper/place.js`` is the same in the browser.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable
from typing import Any

from .plates import plates

MARGIN = 16  # around the picture
PORTS = 6  # more wires than these enter, or leave, an open group at one place
TITLE = 24  # the height of what stands above an open group
PLATE = 40  # a number on a wire of which nothing is known
Data = dict[str, Any]
Box = list[float]
Edges = dict[str, tuple[str, str]]  # by name, from and to
Level = dict[str, tuple[str, str]]  # the same of the wires in one group


def chains(members: dict[str, list[str]]) -> dict[str, list[str]]:
    """Of each node and group, the groups around it, outermost first."""
    above: dict[str, list[str]] = {"all": []}
    waiting = ["all"]
    while waiting:
        group = waiting.pop()
        for child in members[group]:
            above[child] = [*above[group], group]
            if child in members:
                waiting.append(child)
    return above


def way(
    above: dict[str, list[str]], groups: dict[str, Data], start: str, end: str
) -> Iterable[tuple[str, str, str]]:
    """Through which groups an edge goes: out of its start's, across the one around both, into its end's.

    Of each the group, and from where to where in it: children, or the ports ``in:…`` and ``out:…``.
    """
    ups, downs = [*above[start], start], [*above[end], end]
    k = next(k for k, (a, b) in enumerate(zip(ups, downs, strict=False)) if a != b)
    for depth in range(len(ups) - 2, k - 1, -1):
        few = len(groups[ups[depth]]["outputs"]) <= PORTS
        yield ups[depth], ups[depth + 1], f"out:{start}" if few else "out:*"
    yield ups[k - 1], ups[k], downs[k]
    for depth in range(k, len(downs) - 1):
        few = len(groups[downs[depth]]["inputs"]) <= PORTS
        yield downs[depth], f"in:{start}" if few else "in:*", downs[depth + 1]


def levels(groups: dict[str, Data], edges: Edges) -> dict[str, Level]:
    """The wires in each group, between its children and to and from its ports, in the order of its inside."""
    above = chains({group: data["members"] for group, data in groups.items()})
    found: dict[str, Level] = {group: {} for group in groups}
    for name, (start, end) in edges.items():
        for group, a, b in way(above, groups, start, end):
            found[group][name if (a, b) == (start, end) else f"{a}>{b}"] = a, b
    return found


def boxes_in(members: list[str], level: Level) -> list[str]:
    """What has a box in a group: its children, then its ports, in the order of its inside."""
    return list(dict.fromkeys([*members, *(end for ends in level.values() for end in ends)]))


def place(groups: dict[str, Data], insides: list[Data], edges: Edges, opened: Collection[str]) -> Data:
    """The layout with these groups open: as the Scene's ``layout``, with ``frames`` around open groups.

    A wire between two shown nodes may stand for several edges: those are its ``of``.
    """
    inner: dict[str, _Inside] = {}
    wires_in = levels(groups, edges)
    for group in reversed(groups):  # inner ones first
        if group == "all" or group in opened:
            data = groups[group]
            inner[group] = _Inside(insides[data["inside"]], data["members"], wires_in[group], inner)
    above = chains({group: data["members"] for group, data in groups.items()})
    corner = {"all": (0.0, 0.0)}
    nodes: dict[str, Box] = {}
    frames: dict[str, Box] = {}
    for group in groups:
        if group not in corner:
            continue
        x, y = corner[group]
        for child, (left, top, wide, tall) in inner[group].boxes.items():
            if child in inner:
                corner[child] = x + left, y + top + TITLE
                frames[child] = [x + left, y + top, wide, tall]
            elif not child.startswith(("in:", "out:")):
                nodes[child] = [x + left, y + top, wide, tall]
    wires: dict[str, Data] = {}
    for name, (start, end) in edges.items():
        a, b = (next(one for one in [*above[n], n][1:] if one not in inner) for n in (start, end))
        if a == b:
            continue
        wire = name if (a, b) == (start, end) else f"{a}>{b}"
        if wire in wires:
            wires[wire]["of"].append(name)
            continue
        steps = [step for step in way(above, groups, start, end) if step[0] in corner]
        wires[wire] = _joined(steps, name, inner, corner)
        if wire != name:
            wires[wire] |= {"from": a, "to": b, "of": [name]}
    routes = {wire: data["points"] for wire, data in wires.items()}
    middles = plates(routes, {wire: data.pop("wide") for wire, data in wires.items()}, nodes.values())
    for wire, data in wires.items():
        data["points"] = [[round(v, 1) for v in point] for point in data["points"]]
        data["label"] = [round(v, 1) for v in middles[wire]]
    return {"size": inner["all"].size, "nodes": nodes, "frames": frames, "edges": wires}


def everywhere(scene: Data) -> dict[str, Box]:
    """Where all nodes are, with every group open."""
    if set(scene["layout"]["nodes"]) == set(scene["nodes"]):
        return dict(scene["layout"]["nodes"])
    return dict(place(scene["groups"], scene["insides"], {}, scene["groups"])["nodes"])


class _Inside:
    """An open group, with what is open in it: where its children are, and its wires go."""

    def __init__(self, inside: Data, members: list[str], level: Level, inner: dict[str, _Inside]) -> None:
        self.old: dict[str, Box] = dict(zip(boxes_in(members, level), inside["nodes"], strict=False))
        self.grown = {child: _growth(box, inner.get(child)) for child, box in self.old.items()}
        self.right: dict[str, float] = {}  # how far each moves
        self.down: dict[str, float] = {}
        self.up: dict[str, float] = {}
        for child in sorted(self.old, key=lambda c: self.old[c][0]):
            self.right[child] = self._right(self.old[child][0])
        for child in sorted(self.old, key=lambda c: self.old[c][1]):
            self.down[child] = self.grown[child][1] / 2 + self._down(self.old[child][1])
        for child in sorted(self.old, key=lambda c: -(self.old[c][1] + self.old[c][3])):
            self.up[child] = self.grown[child][1] / 2 + self._up(self.old[child][1] + self.old[child][3])
        self.boxes = {child: self._box(child) for child in self.old}
        self.routes: dict[str, list[Box]] = {}
        self.wide: dict[str, float] = {}  # what stands on each
        for (name, ends), wire in zip(level.items(), inside["edges"], strict=False):
            self.routes[name] = self._route(wire["points"], ends)
            self.wide[name] = wire.get("wide", PLATE)
        self._settle()

    def _right(self, x: float) -> float:
        """How far what stands at x moves: past all that has grown to its left."""
        return max((self.right[c] + self.grown[c][0] for c, (left, _, w, _) in self.old.items() if left + w <= x), default=0)  # fmt: skip # noqa: E501

    def _down(self, y: float) -> float:
        return max((self.down[c] + self.grown[c][1] / 2 for c, (_, top, _, h) in self.old.items() if top + h <= y), default=0)  # fmt: skip # noqa: E501

    def _up(self, y: float) -> float:
        return max((self.up[c] + self.grown[c][1] / 2 for c, (_, top, _, _) in self.old.items() if top >= y), default=0)  # fmt: skip # noqa: E501

    def _lower(self, child: str) -> float:
        """How far its middle goes down: what is level with what grew stays level with its middle."""
        return (self.down[child] - self.up[child]) / 2

    def _box(self, child: str) -> Box:
        (x, y, w, h), (wider, taller) = self.old[child], self.grown[child]
        return [x + self.right[child], y + self._lower(child) - taller / 2, w + wider, h + taller]

    def _route(self, points: list[list[float]], ends: tuple[str, str]) -> list[list[float]]:
        """A knot moves as the cards around it do, its two handles with it; the ends with their cards."""
        a, b = ends
        shifts = [(self.right[a] + self.grown[a][0], self._lower(a))]
        shifts += [(self._right(x), (self._down(y) - self._up(y)) / 2) for x, y in points[3:-1:3]]
        shifts += [(self.right[b], self._lower(b))]
        return [[x + shifts[(k + 1) // 3][0], y + shifts[(k + 1) // 3][1]] for k, (x, y) in enumerate(points)]

    def _settle(self) -> None:
        """Everything moved so that it starts at the margin."""
        corners = [(x, y) for x, y, _, _ in self.boxes.values()]
        corners += [(x + w, y + h) for x, y, w, h in self.boxes.values()]
        corners += [(x, y) for route in self.routes.values() for x, y in route]
        left, top = min(x for x, _ in corners) - MARGIN, min(y for _, y in corners) - MARGIN
        for point in [*self.boxes.values(), *(p for r in self.routes.values() for p in r)]:
            point[0], point[1] = point[0] - left, point[1] - top
        wide, tall = max(x for x, _ in corners) - left, max(y for _, y in corners) - top
        self.size = [round(wide + MARGIN), round(tall + MARGIN + 12)]


def _growth(box: Box, inside: _Inside | None) -> tuple[float, float]:
    """By how much a card grows where it opens."""
    if inside is None:
        return 0, 0
    return max(0, inside.size[0] - box[2]), max(0, inside.size[1] + TITLE - box[3])


def _joined(
    pieces: list[tuple[str, str, str]], name: str, inner: dict[str, _Inside], corner: dict[str, Any]
) -> Data:
    """One way from the pieces of it in each group: through ports, straight through the frames of groups."""
    routes: list[list[list[float]]] = []
    for group, a, b in pieces:
        (x, y), inside = corner[group], inner[group]
        wire = name if name in inside.routes else f"{a}>{b}"
        routes.append([[px + x, py + y] for px, py in inside.routes[wire]])
        if not a.startswith("in:") and not b.startswith("out:"):
            wide, across = inside.wide[wire], len(routes) - 1
    for k, (before, after) in enumerate(itertools.pairwise(routes)):
        goes_in = k >= across  # the port decides at which height the wire goes through the frame
        ends, height = (before[-2:], after[0][1]) if goes_in else (after[:2], before[-1][1])
        bend = height - ends[-1 if goes_in else 0][1]
        for point in ends:
            point[1] += bend
    points = routes[0]
    for route in routes[1:]:
        (x, y), (u, v) = points[-1], route[0]
        points = [*points, [(2 * x + u) / 3, (2 * y + v) / 3], [(x + 2 * u) / 3, (y + 2 * v) / 3], *route]
    return {"points": points, "wide": wide}
