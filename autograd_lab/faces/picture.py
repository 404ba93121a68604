"""One step as a static SVG, in the stepper's look: for GitHub, nbviewer, nbconvert, and no kernel at all.

Only presentation attributes and generic fonts: no script, no style sheet, nothing fetched, no ids that
could clash on a page with several. It brings its own light ground, because it can't know the page's.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from . import look
from .look import Heat, Word
from .moment import Moment, moment
from .scene_text import Scene, plain, typeset, value_text, word

FONT = {"name": ("monospace", 13), "value": ("monospace", 12), "grad": ("monospace", 12),
        "shape": ("monospace", 11), "stat": ("monospace", 10.5), "chip": ("monospace", 11),
        "note": ("sans-serif", 11), "slot": ("sans-serif", 11), "say": ("sans-serif", 13)}  # fmt: skip
LEAST, CHARACTER, BELOW = 480, 6.9, 18  # px: the narrowest picture; of its sentence, a character and a line


def svg(scene: Scene, step: int = -1) -> str:
    """The picture of one step, the last unless told otherwise; with its text alternative.

    Raises IndexError where there is no such step.
    """
    at = moment(scene, step)
    wide, tall = scene["layout"]["size"]
    wide = max(wide, LEAST)
    said = _wrapped(at.sentence, int((wide - 32) // CHARACTER))
    high = tall + BELOW * len(said) + 10
    parts = [_frame(at, group) for group in scene["layout"].get("frames", {})]
    parts += [_edge(at, edge) for edge in scene["layout"]["edges"]]
    parts += [_node(at, node) for node in scene["layout"]["nodes"]]
    parts += [_chip(at, edge) for edge in scene["layout"]["edges"] if at.contribution(edge)]
    parts += [_flag(at, node) for node in at.state["flag"]]
    parts += [_word(Word("say", line, 16, tall + BELOW * (k + 1) - 4)) for k, line in enumerate(said)]
    title = plain(word(scene, "graph", name=scene["name"], text=scene["text"]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{wide:g}" height="{high:g}" '
        f'viewBox="0 0 {wide:g} {high:g}"><title>{escape(title)}</title><desc>{escape(_told(at))}</desc>'
        f"{_shape('rect', width='100%', height='100%', fill=look.GROUND)}{''.join(parts)}</svg>"
    )


def _told(at: Moment) -> str:
    """The step, then every node in words: what a picture's reader sees."""
    told, scene = [at.sentence], at.scene
    for node, data in at.scene["nodes"].items():
        value, gradient = at.value(node), at.gradient(node)
        held, sum_ = (typeset(value_text(v)) if v else "" for v in (value, gradient))
        name = f"{data['label']} ({data['note']})"
        words = [word(scene, "is" if value else "is_not_computed", name=name, value=held)]
        if data.get("grad"):
            words.append(f"{at.slot(node)} {sum_}" if gradient else word(scene, "no_gradient"))
        told.append(", ".join(words))
    return plain(" · ".join(told))


def _wrapped(text: str, most: int) -> list[str]:
    """At most three lines; what is longer ends with an ellipsis."""
    lines: list[str] = []
    while text and len(lines) < 3:
        cut = len(text) if len(text) <= most else text.rfind(" ", 0, most + 1)
        cut = cut if cut > 0 else most
        lines.append(text[:cut])
        text = text[cut:].lstrip()
    return [*lines[:-1], lines[-1][: most - 1] + "…"] if text else lines


def _shape(tag: str, **attributes: Any) -> str:
    """An element; numbers rounded, so that a picture is the same byte for byte everywhere.

    >>> _shape("rect", x=1 / 3, stroke_width=2.0, ry=None)
    '<rect x="0.33" stroke-width="2"/>'
    """
    given = {k.replace("_", "-"): v for k, v in attributes.items() if v is not None}
    texts = {k: v if isinstance(v, str) else f"{round(v, 2) + 0:g}" for k, v in given.items()}
    return f"<{tag}{''.join(f' {k}={quoteattr(v)}' for k, v in texts.items())}/>"


def _word(word: Word, colour: str = look.INK) -> str:
    family, size = FONT[word.kind]
    bold = "bold" if word.kind == "name" else None
    anchor = None if word.anchor == "start" else word.anchor
    font = {"font_family": family, "font_size": size, "font_weight": bold, "text_anchor": anchor}
    return f"{_shape('text', x=word.x, y=word.y, **font, fill=colour)[:-2]}>{escape(word.text)}</text>"


def _frame(at: Moment, group: str) -> str:
    """A group that is open: a ground behind what is in it, and its name."""
    x, y, w, h = at.scene["layout"]["frames"][group]
    ground = _shape("rect", x=x, y=y, width=w, height=h, rx=8, fill=look.FRAME, fill_opacity=0.6, stroke=look.LINE)  # fmt: skip # noqa: E501
    return ground + _word(Word("name", plain(at.scene["groups"][group]["label"]), x + 12, y + 17))


def _node(at: Moment, node: str) -> str:
    """A card: square corners for leaves, round ones for operations, a second outline for a result."""
    data = at.scene["nodes"][node]
    x, y, w, h = at.scene["layout"]["nodes"][node]
    radius = 2 if data["kind"] == "leaf" else 13
    box = {"x": x, "y": y, "width": w, "height": h, "rx": radius}
    ground, slot = look.grounds(at, node)
    parts = [_shape("rect", **box, fill=ground)]
    if data["kind"] == "group":  # a second card behind it
        behind = {**box, "x": x + 4, "y": y + 4}
        parts.insert(0, _shape("rect", **behind, fill=look.GROUND, stroke=look.LINE))
    if data["kind"] == "result":
        echo = {"x": x - 4, "y": y - 4, "width": w + 8, "height": h + 8, "rx": radius + 4}
        parts.append(_shape("rect", **echo, fill="none", stroke=look.SOFT))
    if data.get("grad"):
        foot, top = look.FOOT, y + h - look.FOOT
        arc = f"a{radius} {radius} 0 0 1 -{radius}"
        d = f"M{x:g} {top:g}h{w:g}v{foot - radius}{arc} {radius}h{2 * radius - w:g}{arc} -{radius}z"
        parts.append(_shape("path", d=d, fill=slot))
        parts.append(_shape("path", d=f"M{x:g} {top:g}h{w:g}", stroke=look.LINE))
    colour, thick, dashed = look.outline(at, node)
    line = {"stroke": colour, "stroke_width": thick, "stroke_dasharray": "4 3" if dashed else None}
    parts.append(_shape("rect", **box, fill="none", **line))
    # a nested picture cuts off what an unusually wide font would let run over, and needs no id for it
    inside = _shape("svg", x=x, y=y, width=w, height=h, viewBox=f"{x:g} {y:g} {w:g} {h:g}")
    words = [
        _heat(part) if isinstance(part, Heat) else _word(part, look.ink(at, node, part))
        for part in look.card(at, node)
    ]
    return "".join([*parts, inside[:-2], ">", *words, "</svg>"])


def _heat(strip: Heat) -> str:
    """Eight shades a sign, and one path a shade; what is nan is grey."""
    x, y, wide, tall = strip.x, strip.y, strip.width, strip.height
    cell, high = wide / len(strip.rows[0]), tall / len(strip.rows)
    shades: dict[tuple[str, float], str] = {}
    for j, row in enumerate(strip.rows):
        for k, number in enumerate(row):
            colour = look.SOFT if number is None else look.POSITIVE if number > 0 else look.NEGATIVE
            shade = (colour, 1.0 if number is None else round(8 * abs(number)) / 8)
            place = f"M{x + k * cell:.1f} {y + j * high:.1f}h{cell:.2f}v{high:.2f}h{-cell:.2f}z"
            shades[shade] = shades.get(shade, "") + place
    box = {"x": x - 0.5, "y": y - 0.5, "width": wide + 1, "height": tall + 1}
    paths = [
        _shape("path", d=d, fill=c, fill_opacity=much) for (c, much), d in sorted(shades.items()) if much
    ]
    return _shape("rect", **box, fill=look.GROUND, stroke=look.LINE) + "".join(paths)


def _edge(at: Moment, edge: str) -> str:
    """A wire, with its head at the end that something flowed to."""
    points = at.route(edge)
    if at.contribution(edge) is not None:
        points = points[::-1]
    colour, thick, dashed = look.wire(at, edge)
    tip, tail, shaft = _arrow(points[-1], points[-2])
    path = f"M{_pair(points[0])}C{' '.join(map(_pair, [*points[1:-1], shaft]))}"
    line = {"stroke": colour, "stroke_width": thick, "stroke_dasharray": "4 3" if dashed else None}
    return _shape("path", d=path, fill="none", **line) + _shape("path", d=f"M{tip}L{tail}z", fill=colour)


def _pair(point: tuple[float, float]) -> str:
    return " ".join(f"{round(number, 1) + 0:g}" for number in point)


def _arrow(tip: tuple[float, float], before: tuple[float, float]) -> tuple[str, str, tuple[float, float]]:
    """The corners of an arrow's head, and where its shaft ends: inside the head, not at its tip."""
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    ux, uy = dx / length, dy / length
    back = (tip[0] - 9 * ux, tip[1] - 9 * uy)
    tail = [_pair((back[0] + side * uy, back[1] - side * ux)) for side in (4.5, -4.5)]
    return _pair(tip), " ".join(tail), (tip[0] - 6 * ux, tip[1] - 6 * uy)


def _flag(at: Moment, node: str) -> str:
    """A gradient that went wrong: told by a dark plate and a word."""
    text, x, y, wide = look.flag(at, node)
    plate = _shape("rect", x=x, y=y, width=wide, height=17, rx=4, fill=look.INK)
    return plate + _word(Word("note", text, x + wide / 2, y + 12.5, "middle"), look.GROUND)


def _chip(at: Moment, edge: str) -> str:
    """The contribution that flowed, standing on its wire."""
    text, heat, x, y, wide = look.chip(at, edge)
    ground = look.GRAD_NOW if at.active("edge", edge) else look.GRAD
    box = {"x": x - wide / 2, "y": y - 9.5, "width": wide, "height": 19, "rx": 5}
    plate = _shape("rect", **box, fill=ground, stroke=look.GROUND)
    shown = (
        _word(Word("chip", text, x, y + 4, "middle"))
        if heat is None
        else _heat(Heat(heat, x - 20, y - 4, 40, 8))
    )
    return plate + shown
