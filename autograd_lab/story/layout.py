"""Where everything stands: layered, time from left to right, edges routed round the nodes.

Graphviz's dot does it where pygraphviz is there (Gansner, Koutsofios, North and Vo, "A technique for
drawing directed graphs", 1993); elsewhere a shorter layout of our own does (layers.py).
"""

from __future__ import annotations

from typing import Any

import networkx as nx

from . import layers
from .layers import BETWEEN, CLOSE, Point
from .plates import plates

MARGIN = 16  # around the picture


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
        centres, routes = layers.layered(graph, gap)
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
    shifted = {
        key: [(round(x - left, 1), round(y - top, 1)) for x, y in route] for key, route in routes.items()
    }
    labels = {key: graph.graph["labels"].get(key, 40) for key in routes}
    middles = plates(shifted, labels, nodes.values())
    edges = {
        key: {"points": [list(p) for p in shifted[key]], "label": [round(v, 1) for v in middles[key]]}
        for key in routes
    }
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
