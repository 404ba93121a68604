"""Operations that only move numbers: where each went; and what broadcasting stretched, along which axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.op import TABLE

if TYPE_CHECKING:
    from .recording import Thing

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
