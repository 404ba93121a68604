"""One step as a static SVG, in the stepper's look: for GitHub, nbviewer, nbconvert, and no kernel at all.

Only presentation attributes and generic fonts: no script, no style sheet, nothing fetched. It brings its
own light ground, because it can't know the page's.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from .scene_text import Scene, fill, index, is_big, shown_gradient, state_at, value_text

INK, SOFT, LINE, LEARNS = "#1f2328", "#565c64", "#7f868e", "#00795a"
VALUE, GRAD, FLOW, GROUND = "#ddf0fb", "#faebcd", "#c65500", "#ffffff"
NEGATIVE, POSITIVE = "#cc79a7", "#009e73"
MONO, SANS = "monospace", "sans-serif"
FOOT = 46  # room below the graph for the step's sentence


def svg(scene: Scene, step: int = -1) -> str:
    """The picture of one step, the last unless told otherwise; with its text alternative.

    Raises IndexError where there is no such step.
    """
    wide, tall = scene["layout"]["size"]
    wide = max(wide, 480)
    state = state_at(scene, step)
    sentence = fill(scene["steps"][index(scene, step)]["say"], scene) if scene["steps"] else ""
    parts = [_edge(scene, state, edge) for edge in scene["layout"]["edges"]]
    parts += [_node(scene, state, node) for node in scene["layout"]["nodes"]]
    parts += [_chip(scene, state, edge) for edge in scene["layout"]["edges"] if edge in state["edge"]]
    parts += [
        _text(16, tall + 18 + 18 * k, row, SANS, 13) for k, row in enumerate(_wrapped(sentence, wide - 32))
    ]
    title = f"Graph of {scene['name']}: {scene['text']}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{wide}" height="{tall + FOOT}" '
        f'viewBox="0 0 {wide} {tall + FOOT}"><title>{escape(title)}</title>'
        f"<desc>{escape(_told(scene, state))}</desc>"
        f'<rect width="100%" height="100%" fill="{GROUND}"/>{"".join(parts)}</svg>'
    )


def _told(scene: Scene, state: Any) -> str:
    """Every node in words: what a picture's reader sees."""
    told = []
    for node, data in scene["nodes"].items():
        key = state["value"].get(node)
        value = value_text(scene["values"][key]) if key else "not computed"
        words = f"{data['label']} ({data['note']}) is {value}"
        told.append(words + (f", gradient {shown_gradient(scene, state, node)}" if data.get("grad") else ""))
    return "; ".join(told)


def _text(x: float, y: float, text: str, font: str, size: float, fill_: str = INK, **more: Any) -> str:
    extra = "".join(f" {name.replace('_', '-')}={quoteattr(str(value))}" for name, value in more.items())
    fonts = f'font-family="{font}" font-size="{size}" fill="{fill_}"'
    return f'<text x="{x:g}" y="{y:g}" {fonts}{extra}>{escape(text)}</text>'


def _clip(text: str, room: float, wide: float = 7.3) -> str:
    most = max(1, int(room // wide))
    return text if len(text) <= most else text[: most - 1] + "…"


def _wrapped(text: str, room: float) -> list[str]:
    """At most two lines."""
    most = int(room // 6.6)
    if len(text) <= most:
        return [text]
    cut = text.rfind(" ", 0, most)
    return [text[:cut], _clip(text[cut + 1 :], room, 6.6)]


def _node(scene: Scene, state: Any, node: str) -> str:
    data = scene["nodes"][node]
    x, y, w, h = scene["layout"]["nodes"][node]
    slot = 24 if data.get("grad") else 0
    key = state["value"].get(node)
    round_ = 2 if data["kind"] == "leaf" else 13
    outline = LEARNS if data["learns"] else LINE
    dashes = ' stroke-dasharray="4 3"' if data["kind"] == "leaf" and not data["learns"] else ""
    ground = VALUE if key and data["reached"] else GROUND
    parts = [f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{round_}" fill="{ground}"/>']
    if data["kind"] == "result":
        parts.append(
            f'<rect x="{x - 4}" y="{y - 4}" width="{w + 8}" height="{h + 8}" rx="{round_ + 4}" '
            f'fill="none" stroke="{LINE}"/>'
        )
    if slot:
        parts.append(_slot(scene, state, node, slot))
    thick = 2 if data["learns"] else 1.25
    parts.append(
        f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{round_}" fill="none" stroke="{outline}" '
        f'stroke-width="{thick}"{dashes}/>'
    )
    note = data["note"]
    room = w - 24 - len(note) * 6.2
    parts.append(_text(x + 10, y + 18, _clip(data["label"], room, 7.8), MONO, 13, font_weight="bold"))
    tint = LEARNS if data["learns"] else SOFT
    parts.append(_text(x + w - 10, y + 18, note, SANS, 11, tint, text_anchor="end"))
    parts.append(_value(scene["values"].get(key), x + 10, y + 37, w - 20, data["shape"]))
    return "".join(parts)


def _value(value: dict[str, Any] | None, x: float, y: float, room: float, shape: str) -> str:
    """A value's row: its numbers, or its heat map over min, mean and max; its shape where there is room."""
    big = value is not None and is_big(value)
    words = "–" if value is None else "" if big else _clip(value_text(value), room)
    beside = len(shape) * 6.6 + 8
    parts = [_text(x, y, words, MONO, 12)]
    if big or len(words) * 7.3 + beside <= room:
        parts.append(_text(x + room, y, shape, MONO, 11, SOFT, text_anchor="end"))
    if value is not None and big:
        parts.append(_heat(value["heat"], x, y - 10, room - beside, 12))
        spread = "  ".join(value["stats"]) if room > 150 else f"{value['stats'][0]} … {value['stats'][2]}"
        parts.append(_text(x, y + 16, _clip(spread, room, 6.7), MONO, 11, SOFT, **{"xml:space": "preserve"}))
    return "".join(parts)


def _slot(scene: Scene, state: Any, node: str, tall: int) -> str:
    """The lower part of a card: its gradient, and what that is called."""
    data = scene["nodes"][node]
    x, y, w, h = scene["layout"]["nodes"][node]
    top, round_ = y + h - tall, 2 if data["kind"] == "leaf" else 13
    key = state["store"].get(node) or state["grad"].get(node)
    ground = GRAD if key else GROUND
    arc = f"a{round_} {round_} 0 0 1 -{round_}"
    curve = f"{arc} {round_}H{x + round_}{arc} -{round_}z"
    shape = f'<path d="M{x} {top}H{x + w}V{y + h - round_}{curve}" fill="{ground}"/>'
    rule = f'<path d="M{x} {top}H{x + w}" stroke="{LINE}"/>'
    value = scene["values"].get(key)
    name = data["grad"]
    beside = len(name) * 6.2 + 8
    if value is not None and is_big(value):
        shown = _heat(value["heat"], x + 10, top + 6, max(20, w - 20 - beside), 12)
        used = 20.0
    else:
        words = _clip("–" if value is None else value_text(value), w - 20)
        shown, used = _text(x + 10, top + 16.5, words, MONO, 12), len(words) * 7.3
    label = _text(x + w - 10, top + 16.5, name, SANS, 11, SOFT, text_anchor="end")
    return shape + rule + shown + (label if used + beside <= w - 20 else "")


def _heat(rows: list[list[float | None]], x: float, y: float, wide: float, tall: float) -> str:
    cell, high = wide / len(rows[0]), tall / len(rows)
    parts = [
        f'<rect x="{x:g}" y="{y:g}" width="{wide:.1f}" height="{tall:g}" fill="{GROUND}" stroke="{LINE}"/>'
    ]
    for j, row in enumerate(rows):
        for k, number in enumerate(row):
            if number:
                fill_ = POSITIVE if number > 0 else NEGATIVE
                parts.append(
                    f'<rect x="{x + k * cell:.1f}" y="{y + j * high:.1f}" width="{cell:.1f}" '
                    f'height="{high:.1f}" fill="{fill_}" fill-opacity="{abs(number):.2f}"/>'
                )
    return "".join(parts)


def _edge(scene: Scene, state: Any, edge: str) -> str:
    """A wire: grey forward, orange and the other way round once its contribution flowed."""
    points = [tuple(p) for p in scene["layout"]["edges"][edge]["points"]]
    flowed = edge in state["edge"]
    colour, thick = (FLOW, 1.75) if flowed else (LINE, 1.25)
    dashes = "" if flowed or scene["edges"][edge]["reached"] else ' stroke-dasharray="4 3"'
    curves = " ".join(f"{x:g} {y:g}" for x, y in points[1:])
    path = f"M{points[0][0]:g} {points[0][1]:g}C{curves}"
    wire = f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{thick}"{dashes}/>'
    tip, before = (points[0], points[1]) if flowed else (points[-1], points[-2])
    return wire + _arrow(tip, before, colour)


def _arrow(tip: Any, before: Any, colour: str) -> str:
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    ux, uy = dx / length, dy / length
    left = (tip[0] - 8 * ux + 4 * uy, tip[1] - 8 * uy - 4 * ux)
    right = (tip[0] - 8 * ux - 4 * uy, tip[1] - 8 * uy + 4 * ux)
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in (tip, left, right))
    return f'<polygon points="{corners}" fill="{colour}"/>'


def _chip(scene: Scene, state: Any, edge: str) -> str:
    """The contribution that flowed, standing on its wire."""
    value = scene["values"][state["edge"][edge]]
    x, y = scene["layout"]["edges"][edge]["label"]
    words = "" if is_big(value) else value_text(value)
    wide = 44 if is_big(value) else len(words) * 6.8 + 12
    plate = (
        f'<rect x="{x - wide / 2:.1f}" y="{y - 9.5:.1f}" width="{wide:.1f}" height="19" rx="5" '
        f'fill="{GRAD}" stroke="{GROUND}"/>'
    )
    if is_big(value):
        return plate + _heat(value["heat"], x - 18, y - 4, 36, 8)
    return plate + _text(x, y + 4, words, MONO, 11, text_anchor="middle")
