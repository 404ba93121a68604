"""Where everything stands: layered, time from left to right, edges routed round the nodes.

Graphviz's dot does it where pygraphviz is there (Gansner, Koutsofios, North and Vo, "A technique for
drawing directed graphs", 1993); elsewhere a short layout on networkx's own layers does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import networkx as nx

MARGIN, BETWEEN, CLOSE = 16, 34, 10  # around the picture; between two cards of a layer; between wires
COLUMN = 240
Point = tuple[float, float]
Box = tuple[float, float, float, float]  # x, y, width, height


def layout(graph: nx.MultiDiGraph, gap: float) -> dict[str, Any]:
    """Positions of the nodes (which carry ``width`` and ``height``) and routes of the edges.

    ``gap`` is the distance between layers: room for the widest number that stands on an edge. A node with a
    ``rank``, "min" or "max", stands in the first layer, or the last; the greater an edge's ``weight``, the
    straighter it is; with ``sides``, of the graph, edges leave and reach nodes at the middle of their sides.
    Returns the Scene's ``layout``: ``size``, ``nodes`` as x, y, width, height, ``edges`` as Béziers.
    """
    if not graph:
        return {"size": [0, 0], "nodes": {}, "edges": {}}
    try:
        import pygraphviz
    except ImportError:
        centres, routes = _layers(graph, gap)
    else:
        centres, routes = _dot(pygraphviz, graph, gap)
    return _placed(graph, centres, routes)


def _dot(
    pygraphviz: Any, graph: nx.MultiDiGraph, gap: float
) -> tuple[dict[str, Point], dict[str, list[Point]]]:
    # fixed sizes and no labels: Graphviz never has to look for a font
    sides = {"tailport": "e", "headport": "w"} if graph.graph.get("sides") else {}
    # where no wire ends above or below a card, room there belongs to the card, and wires pass close together
    room = BETWEEN - CLOSE if sides else 0
    drawn = pygraphviz.AGraph(directed=True, strict=False, rankdir="LR", splines="spline",
                              nodesep=(BETWEEN - room) / 72, ranksep=gap / 72)  # fmt: skip
    for node, data in graph.nodes(data=True):
        tall = data["height"] + (0 if "rank" in data else room)
        drawn.add_node(
            node, shape="box", fixedsize=True, label="", width=data["width"] / 72, height=tall / 72
        )
    for rank in ("min", "max"):  # a group's wires come in at its left and go out at its right
        drawn.add_subgraph(
            [node for node, data in graph.nodes(data=True) if data.get("rank") == rank], rank=rank
        )
    for start, end, key, data in graph.edges(keys=True, data=True):
        drawn.add_edge(start, end, key=key, dir="none", weight=data.get("weight", 1), **sides)
    drawn.layout(prog="dot")
    centres = {}
    for node in graph:
        x, y = drawn.get_node(node).attr["pos"].split(",")
        centres[node] = (float(x), -float(y))
    routes = {}
    for start, end, key in graph.edges(keys=True):
        pairs = drawn.get_edge(start, end, key).attr["pos"].split()
        routes[key] = [(float(x), -float(y)) for x, y in (p.split(",")[-2:] for p in pairs)]
    return centres, routes


def _layers(graph: nx.MultiDiGraph, gap: float) -> tuple[dict[str, Point], dict[str, list[Point]]]:
    """In columns; within one, nodes in the order of what they are connected to."""
    columns = _columns(graph)
    place = {node: float(k) for layer in columns for k, node in enumerate(layer)}
    for sweep in range(4):
        for layer in columns if sweep % 2 == 0 else columns[::-1]:
            near = graph.predecessors if sweep % 2 == 0 else graph.successors
            wish = {n: [place[m] for m in near(n)] or [place[n]] for n in layer}
            layer.sort(key=lambda n: (sum(wish[n]) / len(wish[n]), n))
            for k, node in enumerate(layer):
                place[node] = k - len(layer) / 2
    centres, x = {}, 0.0
    for layer in columns:
        wide = max(graph.nodes[n]["width"] for n in layer)
        y = -sum(graph.nodes[n]["height"] + BETWEEN for n in layer) / 2
        for node in layer:
            tall = graph.nodes[node]["height"]
            centres[node] = (x + wide / 2, y + tall / 2)
            y += tall + BETWEEN
        x += wide + gap
    routes = {}
    for start, end, key in graph.edges(keys=True):
        place_in, many = list(graph[start][end]).index(key), len(graph[start][end])
        shift = 24 * (place_in - (many - 1) / 2)
        (ax, ay), (bx, by) = centres[start], centres[end]
        ax, bx = ax + graph.nodes[start]["width"] / 2, bx - graph.nodes[end]["width"] / 2
        middle = (ax + bx) / 2
        routes[key] = [
            (ax, ay + shift / 2),
            (middle, ay + shift),
            (middle, by + shift),
            (bx, by + shift / 2),
        ]
    return centres, routes


def _columns(graph: nx.MultiDiGraph) -> list[list[str]]:
    """Nodes by layer: each as late as what it is used in lets it, so that leaves stand beside their use."""
    columns = [list(layer) for layer in nx.topological_generations(graph)]
    rank = {node: k for k, layer in enumerate(columns) for node in layer}
    for node in [node for layer in columns[::-1] for node in layer]:
        if graph.nodes[node].get("rank") != "min":  # a group's wires come in at its left
            rank[node] = min((rank[after] - 1 for after in graph.successors(node)), default=rank[node])
    late: list[list[str]] = [[] for _ in columns]
    for node in graph:
        late[rank[node]].append(node)
    return [layer for layer in late if layer]


def _placed(
    graph: nx.MultiDiGraph, centres: dict[str, Point], routes: dict[str, list[Point]]
) -> dict[str, Any]:
    """Everything shifted to start at the margin, in whole pixels, with a place for each edge's number."""
    size = {n: (d["width"], d["height"]) for n, d in graph.nodes(data=True)}
    xs = [centres[n][0] - w / 2 for n, (w, _) in size.items()] + [p[0] for r in routes.values() for p in r]
    ys = [centres[n][1] - h / 2 for n, (_, h) in size.items()] + [p[1] for r in routes.values() for p in r]
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    nodes = {n: [round(centres[n][0] - w / 2 - left), round(centres[n][1] - h / 2 - top), w, h]
             for n, (w, h) in size.items()}  # fmt: skip
    edges: dict[str, Any] = {}
    taken = _Taken((x, y, w, h) for x, y, w, h in nodes.values())
    for key, route in routes.items():
        points = [(round(x - left, 1), round(y - top, 1)) for x, y in route]
        label = _free_place(points, graph.graph["labels"].get(key, 40), taken)
        edges[key] = {"points": [list(p) for p in points], "label": list(label)}
    wide = max(
        max(x + w for x, _, w, _ in nodes.values()),
        max((p[0] - left for r in routes.values() for p in r), default=0),
    )
    tall = max(
        max(y + h for _, y, _, h in nodes.values()),
        max((p[1] - top for r in routes.values() for p in r), default=0),
    )
    # below the lowest card there is room for one line: how its number came about
    return {
        "size": [round(wide + MARGIN), round(tall + MARGIN + 12)],
        "nodes": nodes,
        "edges": edges,
    }


class _Taken:
    """Boxes that are in the way, sorted into columns so that only near ones are compared."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self.columns: dict[int, list[Box]] = {}
        for box in boxes:
            self.add(box)

    def _columns(self, box: Box) -> range:
        return range(int(box[0] // COLUMN), int((box[0] + box[2]) // COLUMN) + 1)

    def add(self, box: Box) -> None:
        for column in self._columns(box):
            self.columns.setdefault(column, []).append(box)

    def overlap(self, box: Box) -> float:
        near = {other for column in self._columns(box) for other in self.columns.get(column, ())}
        return math.fsum(_overlap(box, other) for other in near)


def _free_place(points: list[Point], width: float, taken: _Taken) -> Point:
    """The point of the route nearest its middle where a number of ``width`` covers nothing else."""
    best = (math.inf, 0.0, 0.0)
    for t in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74):
        x, y = at(points, t)
        cost = taken.overlap((x - width / 2, y - 10, width, 20))
        if cost < best[0]:
            best = (cost, x, y)
        if cost == 0:
            break
    taken.add((best[1] - width / 2, best[2] - 10, width, 20))
    return round(best[1], 1), round(best[2], 1)


def _overlap(a: Box, b: Box) -> float:
    """The area that two boxes share."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    tall = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(0.0, wide) * max(0.0, tall)


def at(points: list[Point], t: float) -> Point:
    """The point at ``t``, from 0 to 1, of a route of cubic Béziers."""
    pieces = (len(points) - 1) // 3
    k = min(int(t * pieces), pieces - 1)
    u = t * pieces - k
    p = points[3 * k : 3 * k + 4]
    a, b, c, d = (1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u * u * (1 - u), u**3
    # not sum(): from Python 3.12 on it rounds otherwise, and stored pictures would differ in a digit
    x, y = (a * p[0][k] + b * p[1][k] + c * p[2][k] + d * p[3][k] for k in (0, 1))
    return x, y
