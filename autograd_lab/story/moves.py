"""Operations that only move numbers: where each went; and what broadcasting stretched, along which axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.op import TABLE
from .words import escaped, say

if TYPE_CHECKING:
    from .things import Thing

PICKING = {"getitem", "narrow", "select", "diagonal", "gather", "index_select", "windows"}
MOVING = PICKING | {"flip", "roll", "permute", "transpose", "t", "repeat", "expand"}
MOST, FEW = 4096, 16  # elements that are followed; and that are drawn


def source(thing: Thing, shape: tuple[int, ...]) -> Any:
    """For each element of a result, which element of the input it is, counted in order.

    None where the operation does more than move numbers, or there are too many to follow.
    """
    if thing.op not in MOVING or max(prod(shape), np.size(thing.value)) > MOST:
        return None
    entry = TABLE[thing.op]
    params = {name: thing.params[name] for name in entry.params if name in thing.params}
    found = entry.forward(np.arange(prod(shape)).reshape(shape), **params)
    return found if np.shape(found) == np.shape(thing.value) else None


def stretched(small: tuple[int, ...], big: tuple[int, ...]) -> list[int]:
    """The axes of ``big`` along which ``small`` was stretched.

    >>> stretched((3, 1), (2, 3, 4)), stretched((), (2,)), stretched((2,), (2,))
    ([0, 2], [0], [])
    """
    padded = (0,) * (len(big) - len(small)) + small
    return [
        k for k, (a, b) in enumerate(zip(padded, big, strict=True)) if a != b or k < len(big) - len(small)
    ]


def copies(shape: tuple[int, ...], big: tuple[int, ...]) -> Any:
    """As ``source``, for what broadcasting does; None where there are too many to draw."""
    return np.broadcast_to(np.arange(prod(shape)).reshape(shape), big) if prod(big) <= FEW else None


def lines(found: Any, shape: tuple[int, ...]) -> list[list[int]] | None:
    """Pairs of an element of the input and one of the result that it became, to draw a line between.

    >>> lines(np.array([0, 0, 2]), (3,))
    [[0, 0], [0, 1], [2, 2]]
    """
    if found is None or max(np.size(found), prod(shape)) > FEW or not np.size(found):
        return None
    return [[int(k), j] for j, k in enumerate(np.ravel(found))]


def repeated(found: Any, shape: tuple[int, ...]) -> list[tuple[Sequence[int], int]]:
    """The places that were picked more than once, and how often.

    >>> repeated(np.array([0, 0, 2]), (3,))
    [((0,), 2)]
    """
    counts = np.bincount(np.ravel(found), minlength=1)
    return [(tuple(map(int, np.unravel_index(k, shape))), int(counts[k])) for k in np.flatnonzero(counts > 1)]


class Moves:
    """Says where numbers went in one recording; ``teller`` knows labels, keys and what things hold."""

    def __init__(self, teller: Any) -> None:
        self.teller = teller

    def small(self, thing: Thing) -> list[str]:
        """The inputs that broadcasting stretched; a single number fits everywhere, and is not told of."""
        if thing.op not in TABLE or not TABLE[thing.op].elementwise:
            return []
        refs = dict.fromkeys(ref for ref in thing.inputs if isinstance(ref, str))
        shapes = {ref: np.shape(self.teller.held_array(ref)) for ref in refs}
        return [ref for ref, shape in shapes.items() if shape and shape != np.shape(thing.value)]

    def forward(self, thing: Thing) -> dict[str, Any]:
        """Where each number of an input went: for a picture with a line a number."""
        drawn = []
        for ref in self.small(thing):
            held = self.teller.held_array(ref)
            found = copies(np.shape(held), np.shape(thing.value))
            if found is not None:
                full = np.broadcast_to(held, np.shape(thing.value))
                drawn.append(self._lines(found, ref, ref, held, full))
        if isinstance(thing.inputs[0] if thing.inputs else None, str):
            held = self.teller.held_array(thing.inputs[0])
            found = source(thing, np.shape(held))
            drawn.append(self._lines(found, thing.inputs[0], thing.id, held, thing.value))
        return {"moves": [one for one in drawn if one]} if any(drawn) else {}

    def _lines(self, found: Any, upper: str, lower: str, top: Any, bottom: Any) -> dict[str, Any]:
        drawn = lines(found, np.shape(top))
        if drawn is None:
            return {}
        ends = {"top": self.teller.key(top), "bottom": self.teller.key(bottom)}
        return ends | {"names": [self.teller.label(upper), self.teller.label(lower)], "lines": drawn}

    def back(self, giver: Thing, k: int, data: dict[str, Any]) -> dict[str, Any]:
        """The same lines, with the gradients that go back along them."""
        target, shape = giver.inputs[k], np.shape(data["new"])
        if np.shape(data["product"]) != shape:
            found, bottom = copies(shape, np.shape(data["product"])), data["product"]
        else:
            found, bottom = source(giver, shape), data["upstream"]
        drawn = self._lines(found, target, giver.id, data["new"], bottom)
        return {"moves": [drawn]} if drawn else {}

    def repeated(self, giver: Thing, shape: tuple[int, ...], key: str) -> str:
        """What was picked more than once, if anything was."""
        found = source(giver, shape) if giver.op in PICKING else None
        often = repeated(found, shape) if found is not None and np.size(found) else []
        name = self.teller.label(giver.inputs[0])
        told = [say("times", who=escaped(f"{name}[{', '.join(map(str, at))}]"), n=n) for at, n in often]
        told = [*told[:3], say("more", n=len(told) - 3)] if len(told) > 3 else told
        return say(key, who=", ".join(told)) if told else ""
