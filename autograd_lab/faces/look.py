"""What a step looks like in a picture: its colours, and where each word of a card stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .moment import Moment
from .scene_text import is_big, odd, plain, typeset, value_text, word

Value = dict[str, Any]
Grid = list[list[float | None]]

# the stepper's colours, on a white ground
INK, SOFT, LINE, LEARNS, GROUND = "#1f2328", "#565c64", "#7f868e", "#00795a", "#ffffff"
VALUE, VALUE_NOW, FED = "#ddeffb", "#56b4e9", "#0072b2"
GRAD, GRAD_NOW, FLOW = "#faeacc", "#e69f00", "#c65500"
NEGATIVE, POSITIVE = "#cc79a7", "#009e73"
ASK = "#fcfad7"  # asked for and hidden
FRAME = "#f3f4f5"  # of an open group

FOOT = 24  # the height of a card's gradient slot
# pixels a character takes, by kind of word: monospace is 0.6 of its size everywhere, the rest a safe guess
WIDE = {
    "name": 7.9,
    "value": 7.3,
    "grad": 7.3,
    "shape": 6.7,
    "chip": 6.7,
    "stat": 6.4,
    "note": 6.2,
    "slot": 6.2,
}


# ---------------------------------------------------------------- where the words of a card stand
@dataclass(frozen=True)
class Word:
    """Text at a point of its base line; ``kind`` decides its font, ``anchor`` which end the point is."""

    kind: str
    text: str
    x: float
    y: float
    anchor: str = "start"


@dataclass(frozen=True)
class Heat:
    """A big value as a strip of cells from -1 to 1."""

    rows: Grid
    x: float
    y: float
    width: float
    height: float


def width(text: str, kind: str) -> float:
    """How many pixels a text takes, nearly: East Asian characters are wider, and the m of a note.

    >>> round(width("ab", "value"), 1), round(width("損", "value"), 1)
    (14.6, 13.1)
    """
    broad = "mwMW@" if kind in ("note", "slot") else ""
    return WIDE[kind] * sum(1.8 if c > "\u2e80" or c in broad else 1 for c in text)


def clip(text: str, room: float, kind: str) -> str:
    """The text, or as much of it as there is room for.

    >>> clip("weights", 60, "name"), clip("weights", 40, "name")
    ('weights', 'weig…')
    """
    if width(text, kind) <= room:
        return text
    while text and width(text + "…", kind) > room:
        text = text[:-1]
    return text + "…"


def card(at: Moment, node: str) -> list[Word | Heat]:
    """What stands on a node's card: name and note, value and shape, gradient and its name."""
    data = at.scene["nodes"][node]
    x, y, w, h = at.scene["layout"]["nodes"][node]
    x, room = x + 10, w - 20
    cut = y + h - (FOOT if data.get("grad") else 0)
    label = plain(data["label"])
    # an error is told by a cross and a word, not by colour, and the word is never cut off
    told, share = (f"× {word(at.scene, 'failed')}", 0.6) if data.get("failed") else (plain(data["note"]), 0.4)
    note = clip(told, max(room - 8 - width(label, "name"), room * share), "note")
    parts: list[Word | Heat] = [
        Word("name", clip(label, room - 8 - width(note, "note"), "name"), x, y + 18),
        Word("note", note, x + room, y + 18, "end"),
        *_row("value", at.value(node), data["shape"], "shape", x, y + 37, room),
    ]
    value = at.value(node)
    if value and is_big(value) and cut - y >= 58:
        parts += _stats(value, x, y + 55, room)
    if data.get("grad"):
        parts += _row("grad", at.gradient(node), plain(at.slot(node)), "slot", x, cut + 16.5, room)
    return parts


def _row(
    kind: str, value: Value | None, name: str, named: str, x: float, y: float, room: float
) -> list[Word | Heat]:
    """A value at the left, what it is at the right, said shorter, or not at all, where both don't fit."""
    big = is_big(value or {})
    words = "–" if value is None else clip(typeset(value_text(value)), room, kind)
    least = 40 if big else width(words, kind)
    names = (name, ".grad" if name.endswith(".grad") else "")
    said = next((one for one in names if least + 8 + width(one, named) <= room), "")
    beside = width(said, named) + 8 if said else 0
    shown: Word | Heat = Word(kind, words, x, y)
    if value and big:
        shown = Heat(value["heat"], x, y - 10, room - beside, 12)
    return [shown, Word(named, said, x + room, y, "end")] if said else [shown]


def _stats(value: Value, x: float, y: float, room: float) -> list[Word | Heat]:
    """Min, mean and max, or as many of them as fit."""
    low, mean, high = map(typeset, value["stats"])
    for texts in ([low, mean, high, *odd(value)], [low, "…", high, *odd(value)], odd(value)):
        wide = [width(text, "stat") for text in texts]
        if texts and sum(wide) + 6 * (len(texts) - 1) <= room:
            gap = (room - sum(wide)) / max(1, len(texts) - 1)  # the same between all: no two meet
            starts = [x + sum(wide[:k]) + k * gap for k in range(len(texts))]
            return [Word("stat", text, start, y) for text, start in zip(texts, starts, strict=True)]
    return []


def chip(at: Moment, edge: str) -> tuple[str, Grid | None, float, float, float]:
    """The contribution on an edge: its text or heat map; the middle of its plate, and how wide that is."""
    value = at.contribution(edge) or {}
    x, y = at.scene["layout"]["edges"][edge]["label"]
    if is_big(value):
        return "", value["heat"], x, y, 48.0
    text = typeset(value_text(value))
    return text, None, x, y, width(text, "chip") + 12


def flag(at: Moment, node: str) -> tuple[str, float, float, float]:
    """What is wrong with a node's gradient, on a plate that straddles its card's upper edge; its left, top, width."""  # noqa: E501
    x, y, w, _ = at.scene["layout"]["nodes"][node]
    text = f"! {plain(at.state['flag'][node])}"
    wide = width(text, "note") + 14
    return text, x + w - wide - 8, y - 12, wide


# ---------------------------------------------------------------- how cards and wires are painted
def grounds(at: Moment, node: str) -> tuple[str, str]:
    """The colours of a card's value and of its gradient slot: strong for what this step changed."""
    value = VALUE_NOW if at.active("value", node) else VALUE
    grad = GRAD_NOW if at.active("grad", node) else GRAD
    group = at.scene["nodes"][node]["kind"] == "group"  # is lit by any step in it
    known = (at.value(node) or (group and at.active("value", node))) and not at.faded(node)
    arrived = at.gradient(node) or (group and at.active("grad", node))
    if "asked" in at.scene["nodes"][node]:
        grad = ASK
    return value if known else GROUND, grad if arrived else GROUND


def outline(at: Moment, node: str) -> tuple[str, float, bool]:
    """The colour and thickness of a card's outline, and whether it is dashed: a leaf that does not learn."""
    data = at.scene["nodes"][node]
    active = at.step["node"] == node
    if data["learns"]:
        return LEARNS, 2.75 if active else 2, False
    return INK if active else LINE, 2 if active else 1.25, data["kind"] == "leaf" and "asked" not in data


def ink(at: Moment, node: str, word: Word) -> str:
    """The colour of a word on a card."""
    if at.active("grad" if word.kind in ("grad", "slot") else "value", node) and not at.faded(node):
        return INK
    if word.kind == "note" and at.scene["nodes"][node]["learns"]:
        return LEARNS
    pale = at.faded(node) or word.text == "–" or (word.kind == "name" and not at.value(node))
    return SOFT if pale or word.kind in ("shape", "stat", "note", "slot") else INK


def wire(at: Moment, edge: str) -> tuple[str, float, bool]:
    """The colour and thickness of an edge, and whether it is dashed because no gradient will flow here.

    Blue leads into what was just computed; orange is where a contribution flowed.
    """
    ends = at.scene["edges"][edge]
    if at.contribution(edge) is not None:
        return FLOW, 3 if at.active("edge", edge) else 1.75, False
    if at.active("value", ends["to"]):
        return FED, 2.25, False
    return LINE, 1.25, at.backward and not ends.get("reached", True)
