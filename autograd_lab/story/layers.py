"""A layered layout of our own, for machines without Graphviz: ranks, order, heights, routes.

The four steps of Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs" (1993). An
edge across several layers gets a bend in each, which keeps its place there as a card does: so no wire runs
through a card.
"""

from __future__ import annotations

import itertools
from typing import Any

import networkx as nx
import numpy as np

BETWEEN, CLOSE = 34, 10  # between two cards of a layer; between wires
SWEEPS = 36  # over all layers, forth or back: for the order, and for the heights
PATIENCE = 12  # sweeps without a better order, and the search ends
DOCK = 14  # between the ends of wires at one side of a card
Point = tuple[float, float]
Layers = list[list[str]]
Sides = dict[str, tuple[list[str], list[str]]]  # of each node its neighbours in the layer before, and after
Wires = dict[str, list[str]]  # by edge, what it passes: its start, a bend a layer, its end


def layered(graph: nx.MultiDiGraph, gap: float) -> tuple[dict[str, Point], dict[str, list[Point]]]:
    """Centres of the nodes, and routes of the edges as Béziers, from left to right."""
    rank = ranks(graph)
    whole, wires = _with_bends(graph, rank)
    layers = _ordered(whole)
    y = _heights(whole, layers)
    edges, x = [], 0.0  # where each layer begins and ends
    for layer in layers:
        edges.append((x, x + max(whole.nodes[node]["width"] for node in layer)))
        x = edges[-1][1] + gap
    centres = {}
    for node, data in graph.nodes(data=True):
        left, right = edges[rank[node]]
        side = {"min": left + data["width"] / 2, "max": right - data["width"] / 2}
        centres[node] = side.get(data.get("rank", ""), (left + right) / 2), y[node]
    docks, routes = _docked(graph, wires, y), {}
    for key, (start, *bends, end) in wires.items():
        (a, _), (b, _) = centres[start], centres[end]
        right, left = a + graph.nodes[start]["width"] / 2, b - graph.nodes[end]["width"] / 2
        places = [(right, edges[rank[start]][1], docks["out", key])]
        places += [(*edges[whole.nodes[bend]["rank"]], y[bend]) for bend in bends]
        places += [(edges[rank[end]][0], left, docks["in", key])]
        routes[key] = _route(places)
    return centres, routes


# ---------------------------------------------------------------- in which layer
def ranks(graph: nx.MultiDiGraph) -> dict[str, int]:
    """The layer of each node, such that edges are as short as they can be in all.

    The flow that is dual to it has a price at each node: that is its layer.
    """
    lengths = nx.DiGraph()
    lengths.add_nodes_from(graph, demand=0)
    for start, end, data in graph.edges(data=True):
        lengths.nodes[start]["demand"] -= data.get("weight", 1)
        lengths.nodes[end]["demand"] += data.get("weight", 1)
        lengths.add_edge(start, end, cost=-1)
    flow = nx.network_simplex(lengths, weight="cost")[1]
    for start, end in list(lengths.edges):
        if flow[start][end]:
            lengths.add_edge(end, start, cost=1)
    lengths.add_edges_from((("", node) for node in graph), cost=0)  # no node's name is empty
    price = nx.single_source_bellman_ford_path_length(lengths, "", weight="cost")
    first, last = -max(price[node] for node in graph), -min(price[node] for node in graph)
    at = {"min": first, "max": last}  # a group's wires come in at its left and go out at its right
    return {node: at.get(data.get("rank", ""), -price[node]) for node, data in graph.nodes(data=True)}


def _with_bends(graph: nx.MultiDiGraph, rank: dict[str, int]) -> tuple[nx.Graph, Wires]:
    """The graph with a bend in each layer that an edge crosses; neighbours are in neighbouring layers."""
    whole, wires = nx.Graph(), {}
    for node, data in graph.nodes(data=True):
        whole.add_node(node, rank=rank[node], width=data["width"], height=data["height"], bend=False)
    for start, end, key, data in graph.edges(keys=True, data=True):
        bends = [f"{key} {k}" for k in range(rank[start] + 1, rank[end])]
        for k, bend in enumerate(bends, rank[start] + 1):
            whole.add_node(bend, rank=k, width=0, height=0, bend=True)
        wires[key] = [start, *bends, end]
        for a, b in itertools.pairwise(wires[key]):
            straight = (1, 2, 16)[whole.nodes[a]["bend"] + whole.nodes[b]["bend"]]
            more = whole[a][b]["weight"] if whole.has_edge(a, b) else 0
            whole.add_edge(a, b, weight=more + straight * data.get("weight", 1))
    return whole, wires


# ---------------------------------------------------------------- in which order within a layer
def _ordered(whole: nx.Graph) -> Layers:
    """The better of two: each from a first order of its own, mended until it gets no better."""
    rank, sides = whole.nodes(data="rank"), {}
    for node in whole:
        before = [m for m in whole[node] if rank[m] < rank[node]]
        sides[node] = before, [m for m in whole[node] if rank[m] > rank[node]]
    found = [_mended(_first(whole, sides, side), sides) for side in (0, 1)]
    return min(found, key=lambda layers: _crossings(layers, sides))


def _first(whole: nx.Graph, sides: Sides, side: int) -> Layers:
    """In the order of a walk from the ends: what belongs to one node stands together."""
    rank = whole.nodes(data="rank")
    layers: Layers = [[] for _ in range(1 + max(dict(rank).values()))]
    ends = sorted(whole, key=lambda node: rank[node], reverse=side == 1)
    waiting, seen = ends, set()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            layers[rank[node]].append(node)
            waiting += reversed(sides[node][side])
    return layers


def _mended(layers: Layers, sides: Sides) -> Layers:
    best, fewest, tired = layers, _crossings(layers, sides), 0
    for sweep in range(SWEEPS):
        if not fewest or tired == PATIENCE:
            break
        layers = _by_medians(layers, sides, sweep % 2)
        _swapped(layers, sides, even=sweep % 4 > 1)
        now, tired = _crossings(layers, sides), tired + 1
        if now < fewest:
            best, fewest, tired = [list(layer) for layer in layers], now, 0
    return best


def _by_medians(layers: Layers, sides: Sides, side: int) -> Layers:
    """Each node at the median of its neighbours in the layer before, or after."""
    place = {node: float(k) for layer in layers for k, node in enumerate(layer)}
    made = []
    for layer in layers[:: 1 - 2 * side]:
        wish = {
            node: _median(sorted(place[m] for m in sides[node][side])) for node in layer if sides[node][side]
        }
        free = iter(sorted(wish, key=lambda node: wish[node]))  # a node without neighbours stays where it is
        made.append([next(free) if node in wish else node for node in layer])
        place.update((node, float(k)) for k, node in enumerate(made[-1]))
    return made[:: 1 - 2 * side]


def _median(places: list[float]) -> float:
    """Of an even number, nearer to where the others stand closer together."""
    half = len(places) // 2
    if len(places) % 2:
        return places[half]
    below, above = places[half - 1] - places[0], places[-1] - places[half]
    if len(places) == 2 or below + above == 0:
        return (places[half - 1] + places[half]) / 2
    return (places[half - 1] * above + places[half] * below) / (below + above)


def _swapped(layers: Layers, sides: Sides, even: bool) -> None:
    """Neighbours swap where fewer wires cross then; or, if ``even``, as many."""
    place = {node: k for layer in layers for k, node in enumerate(layer)}
    better = True
    while better:
        better = False
        for layer in layers:
            for k in range(len(layer) - 1):
                (a, b), gain = layer[k : k + 2], 0
                for side in (0, 1):
                    ours, theirs = ([place[m] for m in sides[node][side]] for node in (a, b))
                    gain += sum((x > y) - (x < y) for x in ours for y in theirs)
                if gain > 0 or (even and gain == 0):
                    layer[k], layer[k + 1] = b, a
                    place[a], place[b] = k + 1, k
                    better = better or gain > 0
        even = False


def _crossings(layers: Layers, sides: Sides) -> int:
    place = {node: k for layer in layers for k, node in enumerate(layer)}
    count = 0
    for layer in layers:
        ends = np.array([(place[node], place[m]) for node in layer for m in sides[node][1]]).reshape(-1, 2)
        apart = ends[:, None] - ends[None]
        count += int(((apart[..., 0] < 0) & (apart[..., 1] > 0)).sum())
    return count


# ---------------------------------------------------------------- at which height
def _heights(whole: nx.Graph, layers: Layers) -> dict[str, float]:
    """Wires as straight as the order and the room between cards let them be."""
    y: dict[str, float] = {}
    gaps = []
    for layer in layers:
        gaps.append([0.0, *(_apart(whole.nodes[a], whole.nodes[b]) for a, b in itertools.pairwise(layer))])
        places = list(itertools.accumulate(gaps[-1]))
        y.update((node, place - places[-1] / 2) for node, place in zip(layer, places, strict=True))
    for sweep in range(SWEEPS):
        for layer, gap in list(zip(layers, gaps, strict=True))[:: 1 - 2 * (sweep % 2)]:
            weights, wishes = [], []
            for node in layer:
                pulls = [(y[m], wire["weight"]) for m, wire in whole[node].items()] or [(y[node], 1)]
                weights.append(sum(pull for _, pull in pulls))
                wishes.append(sum(place * pull for place, pull in pulls) / weights[-1])
            y.update(zip(layer, _spread(wishes, weights, gap), strict=True))
    return y


def _apart(a: dict[str, Any], b: dict[str, Any]) -> float:
    between = (BETWEEN, BETWEEN / 2, CLOSE)[a["bend"] + b["bend"]]
    return float((a["height"] + b["height"]) / 2 + between)


def _spread(wishes: list[float], weights: list[float], gaps: list[float]) -> list[float]:
    """Nearest to where each wishes to be, in this order and so far apart.

    Those that would come too close move as one (isotonic regression, by pooling adjacent violators).

    >>> _spread([0.0, 0.0, 30.0], [1, 1, 1], [0, 10, 10])
    [-5.0, 5.0, 30.0]
    """
    offsets = list(itertools.accumulate(gaps))
    blocks: list[tuple[float, float, int]] = []  # where, how heavy, how many
    for wish, weight, offset in zip(wishes, weights, offsets, strict=True):
        block = (wish - offset, weight, 1)
        while blocks and blocks[-1][0] >= block[0]:
            (x, w, n), (u, v, k) = blocks.pop(), block
            block = (x * w + u * v) / (w + v), w + v, n + k
        blocks.append(block)
    places = [x for x, _, count in blocks for _ in range(count)]
    return [x + offset for x, offset in zip(places, offsets, strict=True)]


# ---------------------------------------------------------------- the wires
def _docked(graph: nx.MultiDiGraph, wires: Wires, y: dict[str, float]) -> dict[tuple[str, str], float]:
    """At which height each wire leaves one card and reaches another: in order, and apart."""
    docks: dict[tuple[str, str], float] = {}
    for node, data in graph.nodes(data=True):
        outgoing = [(y[wires[key][1]], key) for _, _, key in graph.out_edges(node, keys=True)]
        incoming = [(y[wires[key][-2]], key) for _, _, key in graph.in_edges(node, keys=True)]
        for side, found in (("out", outgoing), ("in", incoming)):
            step = min(DOCK, 0.6 * data["height"] / max(1, len(found)))
            for k, (_, key) in enumerate(sorted(found, key=lambda one: one[0])):
                docks[side, key] = y[node] + step * (k - (len(found) - 1) / 2)
    return docks


def _route(places: list[tuple[float, float, float]]) -> list[Point]:
    """Béziers through places given as left, right and height: level in each, and curved between them."""
    points = [(places[0][0], places[0][2])]
    for left, right, y in places:
        x, before = points[-1]
        if left > x:
            points += [((x + left) / 2, before), ((x + left) / 2, y), (left, y)]
        if right > left:
            points += [((2 * left + right) / 3, y), ((left + 2 * right) / 3, y), (right, y)]
    return points
