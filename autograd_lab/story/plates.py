"""Where on its edge each number stands: near the middle, or wherever it covers nothing.

``faces/stepper/plates.js`` is the same in the browser, where groups open.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

Point = Sequence[float]
Box = Sequence[float]  # x, y, width, height
TALL, COLUMN = 20, 240  # px: a number's height; what is in the way is kept in columns
ALONG = [
    0.5,
    0.42,
    0.58,
    0.34,
    0.66,
    0.26,
    0.74,
    *(0.5 + side * k / 50 for k in range(1, 22) for side in (-1, 1)),
]
TRIED = [(t, beside) for beside in (0, -9, 9) for t in ALONG]  # of its way, and how far beside it


def plates(
    routes: Mapping[str, Sequence[Point]], wide: dict[str, float], cards: Iterable[Box]
) -> dict[str, Point]:
    """The middle of each number, of which ``wide`` says how wide it is; short ways have least room, so first.

    >>> plates({"a": [(0, 0), (30, 0), (60, 0), (90, 0)]}, {"a": 40}, [(0, -5, 40, 10)])
    {'a': (66.6, 0.0)}
    """
    taken = _Taken(cards)
    found = {}
    for name in sorted(routes, key=lambda name: routes[name][-1][0] - routes[name][0][0]):
        best, least = (0.0, 0.0), math.inf
        for t, beside in TRIED:
            x, y = at(routes[name], t)
            y += beside
            cost = taken.overlap((x - wide[name] / 2, y - TALL / 2, wide[name], TALL))
            if cost < least - 1e-6:
                best, least = (x, y), cost
            if cost == 0:
                break
        taken.add((best[0] - wide[name] / 2, best[1] - TALL / 2, wide[name], TALL))
        found[name] = best
    return {name: found[name] for name in routes}


class _Taken:
    """Boxes that are in the way, sorted into columns so that only near ones are compared."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self.columns: dict[int, list[tuple[float, ...]]] = {}
        for box in boxes:
            self.add(box)

    def _columns(self, box: Box) -> range:
        return range(int(box[0] // COLUMN), int((box[0] + box[2]) // COLUMN) + 1)

    def add(self, box: Box) -> None:
        for column in self._columns(box):
            self.columns.setdefault(column, []).append(tuple(box))

    def overlap(self, box: Box) -> float:
        near = {other: None for column in self._columns(box) for other in self.columns.get(column, ())}
        return sum(_overlap(box, other) for other in near)


def _overlap(a: Box, b: Box) -> float:
    """The area that two boxes share."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    tall = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(0.0, wide) * max(0.0, tall)


def at(points: Sequence[Point], t: float) -> tuple[float, float]:
    """The point at ``t``, from 0 to 1, of a route of cubic Béziers."""
    pieces = (len(points) - 1) // 3
    k = min(int(t * pieces), pieces - 1)
    u = t * pieces - k
    p = points[3 * k : 3 * k + 4]
    a, b, c, d = (1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u * u * (1 - u), u**3
    # not sum(): from Python 3.12 on it rounds otherwise, and stored pictures would differ in a digit
    x, y = (a * p[0][k] + b * p[1][k] + c * p[2][k] + d * p[3][k] for k in (0, 1))
    return x, y
