"""One step, or all of them, drawn with networkx and matplotlib: for slides, papers and scripts."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
from matplotlib.animation import FuncAnimation
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.path import Path

from . import look
from .look import Heat, Word
from .moment import Moment, moment
from .scene_text import Scene, index, phase, plain, word

INCH, WIDEST = 92, 60  # pixels of the layout on an inch of the figure; the most inches across
LEAST, TITLE = (520, 120), 13  # pixels of the layout: the smallest picture; the smallest title
ACROSS, LINES = (
    120,
    5.8,
)  # a wide picture's title grows with it; room for it and its sentence, in its own size
SIZE = {
    "name": 13,
    "value": 12,
    "grad": 12,
    "shape": 11,
    "stat": 10.5,
    "chip": 11,
    "note": 10.5,
    "slot": 10.5,
}
SANS = ("note", "slot")
SCALE = LinearSegmentedColormap.from_list("contribution", [look.NEGATIVE, look.GROUND, look.POSITIVE])
Point = tuple[float, float]


def draw(scene: Scene, step: int = -1, ax: Axes | None = None) -> Figure:
    """The graph as it is once a step was taken, the last unless told otherwise.

    Draws into ``ax`` where one is given, else into a new figure, which pyplot does not know, so that a
    notebook shows it once. Raises IndexError where there is no such step.
    """
    at = moment(scene, step)
    wide, tall = (max(length, least) for length, least in zip(scene["layout"]["size"], LEAST, strict=True))
    title = max(TITLE, wide / ACROSS)
    if ax is None:
        above = LINES * title
        share = tall / (tall + above)
        inch = max(INCH, wide / WIDEST)
        ax = Figure(figsize=(wide / inch, (tall + above) / inch)).add_axes((0, 0, 1, share))
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("draw(ax=…): these axes belong to no figure")
    ax.set(xlim=(0, wide), ylim=(-tall, 0), aspect="equal", anchor="NW")
    ax.set_axis_off()
    place = ax.get_window_extent()
    point = min(place.width / wide, place.height / tall) * 72 / figure.dpi  # points a pixel of the layout
    _frames(ax, at, point)
    _edges(ax, at, point)
    for node in scene["layout"]["nodes"]:
        _card(ax, at, node, point)
    _words(ax, at, point)
    _chips(ax, at, point)
    _flags(ax, at, point)
    ax.set(xlim=(0, wide), ylim=(-tall, 0))  # drawing edges moves them
    number = index(scene, step) + 1 if scene["steps"] else 0
    parts = [word(scene, "step_of", k=number, n=len(scene["steps"])), phase(scene, at.step), at.step["title"]]
    head = plain(" · ".join(part for part in parts if part))
    said = textwrap.wrap(at.sentence, max(30, int(wide / title * 1.8)), max_lines=3, placeholder=" …")
    ax.set_title(
        "\n".join([head, *said]),
        loc="left",
        x=14 / wide,
        fontsize=title * point,
        pad=title * point / 2,
        parse_math=False,
        color=look.INK,
    )
    return figure


def animation(scene: Scene, interval: int = 1000) -> FuncAnimation:
    """All steps, ``interval`` milliseconds each."""
    figure = draw(scene, 0)
    (ax,) = figure.axes

    def show(step: int) -> list[Any]:
        ax.clear()
        draw(scene, step, ax)
        return []

    return FuncAnimation(figure, show, frames=max(1, len(scene["steps"])), interval=interval, repeat=False)


def _frames(ax: Axes, at: Moment, point: float) -> None:
    """Groups that are open, each with its name above."""
    for group, (x, y, w, h) in at.scene["layout"].get("frames", {}).items():
        _box(ax, x, y, w, h, 8, fc=look.FRAME, ec=look.LINE, lw=point, alpha=0.6, zorder=0.5)
        ax.text(x + 12, -y - 17, plain(at.scene["groups"][group]["label"]), fontsize=SIZE["slot"] * point,
                color=look.INK, family="monospace", weight="bold", parse_math=False, zorder=4)  # fmt: skip


def _edges(ax: Axes, at: Moment, point: float) -> None:
    """The wires, along the layout's ways; each with its head at the end that something flowed to."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(at.scene["nodes"])
    graph.add_edges_from((edge["from"], edge["to"], name) for name, edge in at.scene["edges"].items())
    names = [name for *_, name in graph.edges(keys=True)]
    centres = {n: (x + w / 2, -(y + h / 2)) for n, (x, y, w, h) in at.scene["layout"]["nodes"].items()}
    looks = [look.wire(at, name) for name in names]
    drawn = nx.draw_networkx_edges(
        graph, centres, ax=ax, arrows=True, node_size=0, arrowsize=13 * point,
        edge_color=[colour for colour, *_ in looks], width=[thick * point for _, thick, _ in looks],
        style=["dashed" if dashed else "solid" for *_, dashed in looks],
        arrowstyle=["-|>" if at.contribution(name) is None else "<|-" for name in names],
    )  # fmt: skip
    for arrow, name in zip(drawn, names, strict=True):
        arrow.set_connectionstyle(_along(ax, at.route(name)))


def _along(ax: Axes, route: list[Point]) -> Callable[..., Path]:
    """The layout's way for an edge, in the form in which an arrow asks for it: in pixels of the screen."""
    codes = [Path.MOVETO] + [Path.CURVE4] * (len(route) - 1)

    def connect(*_: Any, **__: Any) -> Path:
        return Path(ax.transData.transform([(x, -y) for x, y in route]), codes)

    return connect


def _card(ax: Axes, at: Moment, node: str, point: float) -> None:
    """Square corners for leaves, round ones for operations, a second outline for a result."""
    data = at.scene["nodes"][node]
    x, y, w, h = at.scene["layout"]["nodes"][node]
    radius = 2 if data["kind"] == "leaf" else 13
    ground, slot = look.grounds(at, node)
    colour, thick, dashed = look.outline(at, node)
    whole = _box(ax, x, y, w, h, radius, fc=ground, ec="none")
    if data.get("grad"):
        lower = _box(ax, x, y + h - look.FOOT, w, look.FOOT, 0, fc=slot, ec=look.LINE, lw=point)
        lower.set_clip_path(whole)
    _box(ax, x, y, w, h, radius, fc="none", ec=colour, lw=thick * point, ls="--" if dashed else "-")
    if data["kind"] == "group":
        _box(ax, x + 4, y + 4, w, h, radius, fc=look.GROUND, ec=look.LINE, lw=point, zorder=1.5)
    if data["kind"] == "result":
        _box(ax, x - 4, y - 4, w + 8, h + 8, radius + 4, fc="none", ec=look.SOFT, lw=point)
    for part in look.card(at, node):
        if isinstance(part, Heat):
            _heat(ax, part)


def _box(ax: Axes, x: float, y: float, w: float, h: float, radius: float, **kind: Any) -> FancyBboxPatch:
    shape = f"round,pad=0,rounding_size={radius}" if radius else "square,pad=0"
    box = FancyBboxPatch((x, -y - h), w, h, boxstyle=shape, **{"zorder": 2, **kind})
    ax.add_patch(box)
    return box


def _heat(ax: Axes, strip: Heat, above: float = 3) -> None:
    x, y, w, h = strip.x, strip.y, strip.width, strip.height
    cells = np.array([[np.nan if c is None else c for c in row] for row in strip.rows], dtype=float)
    _box(ax, x, y, w, h, 0, fc=look.SOFT, ec=look.LINE, lw=0.75, zorder=above)  # what is nan shows this
    ax.imshow(cells, cmap=SCALE, vmin=-1, vmax=1, extent=(x, x + w, -y - h, -y), aspect="equal",
              interpolation="nearest", zorder=above + 0.1)  # fmt: skip


def _words(ax: Axes, at: Moment, point: float) -> None:
    """What stands on the cards: one call of networkx a kind of word and end it is aligned by."""
    groups: dict[tuple[str, str, str, int], list[tuple[str, Word]]] = {}
    for node in at.scene["layout"]["nodes"]:
        of_kind: Counter[tuple[str, str]] = Counter()
        for part in look.card(at, node):
            if isinstance(part, Word):
                before = of_kind[part.kind, part.anchor]  # a call takes one word a node
                of_kind[part.kind, part.anchor] += 1
                key = part.kind, part.anchor, look.ink(at, node, part), before
                groups.setdefault(key, []).append((node, part))
    for (kind, anchor, colour, _), placed in groups.items():
        graph, where = nx.Graph(), {node: (word.x, -word.y) for node, word in placed}
        graph.add_nodes_from(where)
        texts = nx.draw_networkx_labels(
            graph, where, {node: word.text for node, word in placed}, ax=ax, font_size=SIZE[kind] * point,
            font_family="sans-serif" if kind in SANS else "monospace", font_color=colour,
            font_weight="bold" if kind == "name" else "normal", verticalalignment="baseline",
            horizontalalignment={"start": "left", "middle": "center", "end": "right"}[anchor],
        )  # fmt: skip
        for text in texts.values():
            text.set_parse_math(False)  # a $ in somebody's code is no formula
            text.set_zorder(4)


def _chips(ax: Axes, at: Moment, point: float) -> None:
    """The contributions that flowed, standing on their wires."""
    for edge in at.scene["layout"]["edges"]:
        if at.contribution(edge) is not None:
            text, heat, x, y, wide = look.chip(at, edge)
            ground = look.GRAD_NOW if at.active("edge", edge) else look.GRAD
            _box(ax, x - wide / 2, y - 9.5, wide, 19, 5, fc=ground, ec=look.GROUND, lw=point, zorder=5)
            if heat is not None:
                _heat(ax, Heat(heat, x - 20, y - 4, 40, 8), above=6)
            ax.text(x, -y, text, ha="center", va="center_baseline", fontsize=SIZE["chip"] * point,
                    color=look.INK, family="monospace", parse_math=False, zorder=7)  # fmt: skip


def _flags(ax: Axes, at: Moment, point: float) -> None:
    """Gradients that went wrong, on dark plates at their cards' upper edges."""
    for node in at.state["flag"]:
        text, x, y, wide = look.flag(at, node)
        _box(ax, x, y, wide, 17, 4, fc=look.INK, ec="none", zorder=8)
        ax.text(x + wide / 2, -y - 8.5, text, ha="center", va="center_baseline", parse_math=False,
                fontsize=SIZE["note"] * point, color=look.GROUND, family="sans-serif", zorder=9)  # fmt: skip
