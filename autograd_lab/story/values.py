"""Arrays as a Scene shows them: numbers already written out, or a small heat map with its range."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from .words import say

MOST, WIDEST = 6, 18  # more numbers, or more characters than a wire has room for: a heat map instead
ROWS, COLUMNS, LISTED, TOLD = (
    8,
    32,
    16,
    40,
)  # numbers are listed up to 16; told in a sentence up to 40 characters


def number(x: Any) -> str:
    """One number, short: at most four decimals, or three digits and an exponent.

    >>> number(55.5), number(-0.12345), number(3e-7), number(12.0)
    ('55.5', '-0.1235', '3e-07', '12')
    """
    if isinstance(x, bool | np.bool_):
        return str(bool(x))
    x = float(x)
    if not math.isfinite(x):
        return str(x)
    if x == 0 or 1e-3 <= abs(x) < 1e6:
        return f"{x + 0:.4f}".rstrip("0").rstrip(".")  # + 0: minus zero is zero to a reader
    return f"{x:.3g}"


def shape_text(shape: tuple[int, ...]) -> str:
    """``scalar`` for no axes, else as Python writes a tuple."""
    return str(tuple(shape)) if shape else say("scalar")


def _nested(array: Any) -> Any:
    return number(array) if array.ndim == 0 else [_nested(row) for row in array]


def text(data: Any) -> str:
    """Written-out numbers as text: ``[5, 4]``; a single element stands alone."""
    while isinstance(data, list) and len(data) == 1:
        data = data[0]
    return _listed(data)


def _listed(data: Any) -> str:
    return f"[{', '.join(map(_listed, data))}]" if isinstance(data, list) else str(data)


def value(array: Any) -> dict[str, Any]:
    """One value of a Scene."""
    array = np.asarray(array)
    shown: dict[str, Any] = {"shape": shape_text(array.shape), "dtype": _name(array.dtype)}
    if array.size <= LISTED:
        shown["data"] = _nested(array)
        few = array.size <= MOST and len(text(shown["data"])) <= WIDEST
        if few or array.size == 1:
            return shown
    numbers = array.astype(float)
    finite = numbers[np.isfinite(numbers)]
    if array.size == 0:
        return shown
    some = finite if finite.size else np.array([np.nan])
    shown["heat"] = heat(numbers)
    shown["stats"] = [number(some.min()), number(some.mean()), number(some.max())]
    shown["nan"], shown["inf"] = int(np.isnan(numbers).sum()), int(np.isinf(numbers).sum())
    low, mean, high = shown["stats"]
    written = text(shown["data"]) if "data" in shown else ""
    if 0 < len(written) <= TOLD:
        shown["told"] = written
        return shown
    told = say("range", shape=shown["shape"], low=low, mean=mean, high=high)
    shown["told"] = ", ".join([told, *(f"{shown[odd]} {odd}" for odd in ("nan", "inf") if shown[odd])])
    return shown


@cache
def _name(dtype: Any) -> str:
    return str(dtype)


def heat(numbers: Any) -> list[list[float | None]]:
    """At most 8 rows of 32 numbers from -1 to 1, the longer side across; None for NaN."""
    grid = numbers.reshape(1, -1) if numbers.ndim < 2 else numbers.reshape(-1, numbers.shape[-1])
    if grid.shape[0] > grid.shape[1]:
        grid = grid.T
    rows, columns = (np.linspace(0, n - 1, min(n, most)).round().astype(int)
                     for n, most in zip(grid.shape, (ROWS, COLUMNS), strict=True))  # fmt: skip
    grid = np.clip(grid[np.ix_(rows, columns)], -1e300, 1e300)
    top = np.nanmax(np.abs(grid)) if np.isfinite(grid).any() else 1.0
    scaled = (grid / (top or 1.0)).round(2)
    return [[None if math.isnan(x) else float(x) for x in row] for row in scaled.tolist()]
