"""One step, or all of them, drawn with networkx and matplotlib: for slides, papers and scripts."""

from __future__ import annotations

import textwrap
from typing import Any

import networkx as nx
from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .scene_text import Scene, fill, index, shown_gradient, state_at, value_text

VALUE, VALUE_NOW, GRAD, GRAD_NOW = "#ddf0fb", "#56b4e9", "#faebcd", "#e69f00"
LINE, LEARNS, FLOW = "#7f868e", "#00795a", "#c65500"
INCH = 92  # pixels of the layout on an inch of the figure


def draw(scene: Scene, step: int = -1, ax: Axes | None = None) -> Figure:
    """The graph as it is once a step was taken, the last unless told otherwise.

    Draws into ``ax`` where one is given, else into a new figure, which pyplot does not know, so that a
    notebook shows it once. Raises IndexError where there is no such step.
    """
    step = index(scene, step) if scene["steps"] else -1
    if ax is None:
        wide, tall = (
            max(length, least) / INCH
            for length, least in zip(scene["layout"]["size"], (520, 180), strict=True)
        )
        ax = Figure(figsize=(wide, tall + 0.7), layout="constrained").add_subplot()
    graph, at = _graph(scene)
    state = state_at(scene, step) if scene["steps"] else state_at(scene)
    now = (
        scene["steps"][step]
        if scene["steps"]
        else {"node": None, "edge": None, "phase": "", "title": "", "say": ""}
    )
    _edges(ax, scene, graph, at, state, now)
    _cards(ax, scene, at, state, now)
    ax.set_title(
        f"{step + 1} · {now['phase']} · {now['title']}\n{_sentence(scene, now)}", fontsize=10, loc="left"
    )
    wide, tall = scene["layout"]["size"]
    ax.set(xlim=(0, max(wide, 1)), ylim=(-max(tall, 1), 0))
    ax.set_axis_off()
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("draw(ax=…): these axes belong to no figure")
    return figure


def animation(scene: Scene, interval: int = 1000) -> FuncAnimation:
    """All steps, ``interval`` milliseconds each."""
    figure = draw(scene, 0)
    (ax,) = figure.axes

    def show(step: int) -> list[Any]:
        ax.clear()
        draw(scene, step, ax)
        return []

    return FuncAnimation(figure, show, frames=len(scene["steps"]), interval=interval, repeat=False)


def _sentence(scene: Scene, step: dict[str, Any]) -> str:
    room = max(60, int(scene["layout"]["size"][0] / 7.5))
    return "\n".join(textwrap.wrap(fill(step["say"], scene), room)[:2])


def _graph(scene: Scene) -> tuple[nx.MultiDiGraph, dict[str, tuple[float, float]]]:
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(scene["nodes"])
    for name, edge in scene["edges"].items():
        graph.add_edge(edge["from"], edge["to"], key=name)
    at = {n: (x + w / 2, -(y + h / 2)) for n, (x, y, w, h) in scene["layout"]["nodes"].items()}
    return graph, at


def _edges(ax: Axes, scene: Scene, graph: Any, at: Any, state: Any, now: Any) -> None:
    """Forward grey; orange and the other way round once a contribution flowed."""
    half = {n: w / 2 for n, (_, _, w, _) in scene["layout"]["nodes"].items()}
    for start, end, name in graph.edges(keys=True):
        flowed = name in state["edge"]
        ends = {start: (at[start][0] + half[start], at[start][1]), end: (at[end][0] - half[end], at[end][1])}
        many = list(graph[start][end])
        bend = 0.25 * (many.index(name) - (len(many) - 1) / 2)
        nx.draw_networkx_edges(
            nx.DiGraph([(end, start) if flowed else (start, end)]), ends, ax=ax, node_size=0, arrowsize=11,
            width=2.6 if name == now["edge"] else 1.3, edge_color=FLOW if flowed else LINE,
            style="solid" if flowed or scene["edges"][name]["reached"] else "dashed",
            connectionstyle=f"arc3,rad={-bend if flowed else bend}",
        )  # fmt: skip
        if flowed:
            x, y = scene["layout"]["edges"][name]["label"]
            box = {
                "boxstyle": "round,pad=0.25",
                "fc": GRAD_NOW if name == now["edge"] else GRAD,
                "ec": "white",
            }
            ax.text(
                x,
                -y,
                _short(scene, state["edge"][name]),
                ha="center",
                va="center",
                fontsize=8,
                bbox=box,
                zorder=5,
            )


def _cards(ax: Axes, scene: Scene, at: Any, state: Any, now: Any) -> None:
    """Each node as networkx draws labels: name, value, gradient; square for leaves, round for the rest."""
    for node, data in scene["nodes"].items():
        key = state["value"].get(node)
        lines = [f"{data['label']}  ({data['note']})", _short(scene, key) if key else "–"]
        if data.get("grad"):
            lines.append(f"grad {shown_gradient(scene, state, node)[:24]}")
        active = node == now["node"]
        known = (
            (GRAD_NOW if now["phase"] == "backward" else VALUE_NOW) if active else VALUE if key else "white"
        )
        style = "square,pad=0.5" if data["kind"] == "leaf" else "round,pad=0.5,rounding_size=0.8"
        nx.draw_networkx_labels(
            nx.DiGraph({node: []}), at, {node: "\n".join(lines)}, ax=ax, font_size=8,
            bbox={"boxstyle": style, "fc": known, "ec": LEARNS if data["learns"] else LINE,
                  "lw": 2.2 if data["kind"] == "result" or active else 1.2,
                  "ls": "--" if data["kind"] == "leaf" and not data["learns"] else "-"},
        )  # fmt: skip


def _short(scene: Scene, key: str) -> str:
    value = scene["values"][key]
    text = value_text(value)
    return (
        text
        if len(text) <= 24
        else f"{value['shape']}, mean {value['stats'][1]}"
        if "stats" in value
        else text[:23] + "…"
    )
