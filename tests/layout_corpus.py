"""Twelve programs whose graphs a layout is judged by, and what is judged: overlaps and crossings."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest

import autograd_lab as lab
from autograd_lab import Variable
from autograd_lab.story import graph, plates
from autograd_lab.story.names import Names

GAP, SAMPLES = 90, 5  # between layers, in px; straight pieces of a Bézier: odd, for many cross in its middle


def leaf(value: Any = 0.5) -> Variable:
    return lab.tensor(value, requires_grad=True)


def chain(length: int) -> None:
    y = leaf()
    for _ in range(length):
        y = y.tanh()
    y.backward()


def diamond(count: int) -> None:
    y = leaf()
    for _ in range(count):
        y = y.sin() * y.cos()
    y.backward()


def scalar_mlp(*widths: int) -> None:
    h = [lab.tensor(0.1 * k) for k in range(widths[0])]
    for wide in widths[1:]:
        rows = [[leaf(0.1 * (i - j)) for j in range(len(h))] for i in range(wide)]
        h = [sum((w * x for w, x in zip(row, h, strict=True)), leaf(0.1)).tanh() for row in rows]
    sum(h[1:], h[0]).backward()


def tensor_mlp() -> None:
    h = lab.ones(4, 3)
    for wide, to in ((3, 5), (5, 5), (5, 1)):
        h = (h @ leaf([[0.1] * to] * wide) + leaf([0.1] * to)).relu()
    (h - lab.ones(4, 1)).pow(2).mean().backward()


def rnn() -> None:
    w, u, b, h = leaf(0.3), leaf(0.4), leaf(0.1), lab.tensor(0.0)
    for k in range(10):
        h = (w * lab.tensor(0.1 * k) + u * h + b).tanh()
    h.backward()


def attention() -> None:
    x = lab.ones(3, 4)
    q, k, v = (x @ leaf([[0.1 * n] * 4] * 4) for n in (1, 2, 3))
    ((q @ k.t() / 2.0).softmax(-1) @ v).sum().backward()


def broadcasting() -> None:
    a, b, c = leaf([[1.0], [2.0]]), leaf([3.0, 4.0, 5.0]), leaf(2.0)
    ((a * b + c) * (b - c) / (a + c)).sum().backward()


def second_order() -> None:
    x, y = leaf(0.5), leaf(0.7)
    slopes = lab.autograd.grad((x * x * y).sin(), (x, y), create_graph=True)
    (slopes[0] * slopes[1]).backward()


PROGRAMS: dict[str, Callable[[], None]] = {
    "chain of 8": lambda: chain(8),
    "chain of 60": lambda: chain(60),
    "one diamond": lambda: diamond(1),
    "eight diamonds": lambda: diamond(8),
    "scalar MLP, small": lambda: scalar_mlp(3, 4, 1),
    "scalar MLP, middle": lambda: scalar_mlp(3, 5, 4, 1),
    "scalar MLP, large": lambda: scalar_mlp(4, 13, 13, 6, 1),
    "tensor MLP": tensor_mlp,
    "RNN over 10 rounds": rnn,
    "attention": attention,
    "broadcasting": broadcasting,
    "second order": second_order,
}


def graph_of(name: str) -> nx.MultiDiGraph:
    """The program's graph, run by the real core, with the size of each card."""
    with lab.record() as rec:
        PROGRAMS[name]()
    made = graph.build(rec._recording, Names(rec._recording))
    made.graph["labels"] = {}
    return made


def dot_alone(graph: nx.MultiDiGraph) -> dict[str, list[Any]]:
    """The routes that Graphviz draws by itself for cards of these sizes."""
    pygraphviz = pytest.importorskip("pygraphviz", reason="pygraphviz has no wheel here")
    drawn = pygraphviz.AGraph(directed=True, strict=False, rankdir="LR", ranksep=GAP / 72)
    for node, data in graph.nodes(data=True):
        drawn.add_node(node, shape="box", fixedsize=True, label="",
                       width=data["width"] / 72, height=data["height"] / 72)  # fmt: skip
    for start, end, key in graph.edges(keys=True):
        drawn.add_edge(start, end, key=key, dir="none")
    drawn.layout(prog="dot")
    return {
        key: [tuple(map(float, p.split(",")[-2:])) for p in drawn.get_edge(a, b, key).attr["pos"].split()]
        for a, b, key in graph.edges(keys=True)
    }


def overlaps(placed: dict[str, Any]) -> int:
    """Pairs that share a point: of cards, of numbers on edges, and of a number and a card."""
    boxes = np.array(list(placed["nodes"].values()), float)
    xy = np.array([edge["label"] for edge in placed["edges"].values()])
    numbers = np.column_stack([xy[:, 0] - 20, xy[:, 1] - 10, np.full((len(xy), 2), (40, 20))])
    return sum(int(_overlapping(all_, all_).sum() - len(all_)) // 2 for all_ in (boxes, numbers)) + int(
        _overlapping(numbers, boxes).sum()
    )


def run_over(made: nx.MultiDiGraph, placed: dict[str, Any]) -> int:
    """How many edges run over cards that are not their own."""
    count = 0
    for start, end, key in made.edges(keys=True):
        route = placed["edges"][key]["points"]
        points = np.array([plates.at(route, k / (16 * len(route))) for k in range(16 * len(route) + 1)])
        strangers = [box for node, box in placed["nodes"].items() if node not in (start, end)]
        for x, y, wide, tall in strangers:
            inside = (points > (x + 1, y + 1)) & (points < (x + wide - 1, y + tall - 1))
            count += bool(inside.all(-1).any())
    return count


def _overlapping(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    from_, to = np.maximum(a[:, None, :2], b[None, :, :2]), a[:, None, :2] + a[:, None, 2:]
    return (np.minimum(to, (b[:, :2] + b[:, 2:])[None]) > from_).all(-1)


def crossings(made: nx.MultiDiGraph, routes: dict[str, list[Any]]) -> int:
    """How often two routes cross; those that begin or end at one node are not counted at all."""
    pieces, ends = [], []
    for start, end, key in made.edges(keys=True):
        count = SAMPLES * (len(routes[key]) - 1) // 3
        points = [plates.at(routes[key], k / count) for k in range(count + 1)]
        pieces += [(*a, *b) for a, b in itertools.pairwise(points)]
        ends += [(start, end)] * count
    number = {node: k for k, node in enumerate(made)}
    p, who = np.array(pieces), np.array([[number[n] for n in pair] for pair in ends])
    return sum(_crossed(p[k], p[k + 1 :], who[k], who[k + 1 :]) for k in range(len(p) - 1))


def _crossed(one: np.ndarray, rest: np.ndarray, who: np.ndarray, whose: np.ndarray) -> int:
    near = (np.minimum(rest[:, 0], rest[:, 2]) <= max(one[0], one[2])) & (
        np.maximum(rest[:, 0], rest[:, 2]) >= min(one[0], one[2])
    )
    rest, whose = rest[near], whose[near]

    def side(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
        return np.sign((b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1])
                       - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0]))  # fmt: skip

    a, b, c, d = one[:2], one[2:], rest[:, :2], rest[:, 2:]
    apart = (side(a, b, c) != side(a, b, d)) & (side(c, d, a) != side(c, d, b))
    strangers = ~np.isin(whose, who).any(-1)
    return int((apart & strangers).sum())
