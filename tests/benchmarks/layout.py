"""Crossings, overlaps and steadiness of the layout on twelve graphs, against Graphviz dot's own.

python tests/benchmarks/layout.py
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import networkx as nx

from autograd_lab.story import layout
from tests.layout_corpus import GAP, PROGRAMS, crossings, dot_alone, graph_of, overlaps, run_over

FRESH = 20  # processes, each with a hash seed of its own
ALL = (
    "import json; from autograd_lab.story.layout import layout;"
    "from tests.layout_corpus import GAP, PROGRAMS, graph_of;"
    "print(json.dumps([layout(graph_of(name), GAP) for name in PROGRAMS]))"
)


def measured(graph: nx.MultiDiGraph) -> tuple[int, int]:
    """Crossings; and whatever lies on something else: cards, numbers on edges, edges."""
    placed = layout.layout(graph, GAP)
    routes = {key: edge["points"] for key, edge in placed["edges"].items()}
    return crossings(graph, routes), overlaps(placed) + run_over(graph, placed)


def ratio(ours: int, dots: int) -> str:
    return f"{ours / dots:.2f}" if dots else "1.00" if not ours else "–"


def main() -> None:
    print(f"{'':20} nodes   dot  ours ratio overlaps | without Graphviz: crossings ratio overlaps")
    for name in PROGRAMS:
        graph = graph_of(name)
        dots, (ours, over) = crossings(graph, dot_alone(graph)), measured(graph)
        there, sys.modules["pygraphviz"] = sys.modules["pygraphviz"], None  # type: ignore[assignment]
        plain, plain_over = measured(graph)
        sys.modules["pygraphviz"] = there
        print(f"{name:20} {len(graph):5} {dots:5} {ours:5} {ratio(ours, dots):>5} {over:8}"
              f" | {plain:27} {ratio(plain, dots):>5} {plain_over:8}", flush=True)  # fmt: skip
    print(f"{FRESH} fresh processes, {FRESH} hash seeds: {len(places())} different results")


def places() -> set[str]:
    found = set()
    for seed in range(FRESH):
        env = os.environ | {"PYTHONHASHSEED": str(seed), "PYTHONPATH": str(Path(__file__).parents[2])}
        command = [sys.executable, "-c", ALL]
        found.add(subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout)
    return found


if __name__ == "__main__":
    main()
