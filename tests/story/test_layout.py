"""Pictures: nothing overlaps, time runs to the right, and the same comes out every time."""

from __future__ import annotations

import os
import subprocess
import sys

import networkx as nx
import pytest

import autograd_lab as lab
from autograd_lab import Record
from autograd_lab.story import layers, layout

from ..layout_corpus import GAP, PROGRAMS, crossings, dot_alone, graph_of, overlaps, run_over

SCRIPT = """
import json, sys
import autograd_lab as lab
with lab.record() as rec:
    xs = [lab.tensor(float(k), requires_grad=True) for k in range(4)]
    hidden = [sum((x * (k + 1) for x in xs[1:]), xs[0]).tanh() for k in range(3)]
    (hidden[0] * hidden[1] + hidden[2]).backward()
print(json.dumps(rec.scene["layout"]))
"""


def network() -> Record:
    with lab.record() as rec:
        xs = [lab.tensor(float(k), requires_grad=True) for k in range(3)]
        hidden = [(xs[0] * k + xs[1] * 2 + xs[2]).tanh() for k in range(3)]
        (hidden[0] * hidden[1] + hidden[2]).backward()
    return rec


@pytest.fixture(params=["Graphviz", "networkx alone"])
def picture(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    if request.param == "networkx alone":
        monkeypatch.setitem(sys.modules, "pygraphviz", None)
    else:
        pytest.importorskip("pygraphviz", reason="pygraphviz has no wheel here")
    return network().scene


def test_no_two_cards_overlap(picture: dict) -> None:
    boxes = list(picture["layout"]["nodes"].values())
    for k, (x, y, w, h) in enumerate(boxes):
        for a, b, c, d in boxes[k + 1 :]:
            assert x + w <= a or a + c <= x or y + h <= b or b + d <= y


def test_time_runs_from_left_to_right(picture: dict) -> None:
    at = picture["layout"]["nodes"]
    for edge in picture["edges"].values():
        assert at[edge["from"]][0] + at[edge["from"]][2] <= at[edge["to"]][0]


def test_every_edge_has_a_route_and_a_place_for_its_number_inside_the_picture(picture: dict) -> None:
    wide, tall = picture["layout"]["size"]
    assert set(picture["layout"]["edges"]) == set(picture["edges"])
    for route in picture["layout"]["edges"].values():
        assert len(route["points"]) % 3 == 1
        assert all(0 <= x <= wide and 0 <= y <= tall for x, y in [*route["points"], route["label"]])


def test_the_same_places_in_fresh_processes() -> None:
    outputs = {
        subprocess.run([sys.executable, "-c", SCRIPT], env=os.environ | {"PYTHONHASHSEED": str(seed)},
                       capture_output=True, text=True, check=True).stdout
        for seed in range(3)
    }  # fmt: skip
    assert len(outputs) == 1


def test_an_empty_graph_has_an_empty_picture() -> None:
    assert layout.layout(nx.MultiDiGraph(labels={}), 90) == {"size": [0, 0], "nodes": {}, "edges": {}}


# ---------------------------------------------------------------- the corpus; its largest is the benchmark's
CORPUS = [name for name in PROGRAMS if name != "scalar MLP, large"]


@pytest.mark.parametrize("name", CORPUS)
@pytest.mark.parametrize("how", ["Graphviz", "networkx alone"])
def test_nothing_overlaps_and_few_lines_cross(how: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graph_of(name)
    dots = crossings(graph, dot_alone(graph))
    if how == "networkx alone":
        monkeypatch.setitem(sys.modules, "pygraphviz", None)
    placed = layout.layout(graph, GAP)
    assert overlaps(placed) == 0 and run_over(graph, placed) == 0
    ours = crossings(graph, {key: edge["points"] for key, edge in placed["edges"].items()})
    assert ours <= 1.3 * dots


@pytest.mark.parametrize("name", CORPUS)
def test_ranks_make_edges_as_short_as_they_can_be(name: str) -> None:
    """Nobody gets shorter edges by moving one node, nor by moving all that hangs on one edge."""
    graph = graph_of(name)
    rank = layers.ranks(graph)
    assert all(rank[start] < rank[end] for start, end in graph.edges())
    for node in graph:
        before, after = graph.in_degree(node), graph.out_degree(node)
        low = max((rank[m] + 1 for m in graph.predecessors(node)), default=rank[node])
        high = min((rank[m] - 1 for m in graph.successors(node)), default=rank[node])
        assert rank[node] == (low if before > after else high if before < after else rank[node])
