"""A Variable as text, as PyTorch prints it: four decimals, one width, wrapped at 80 columns."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

PRECISION, LINE, THRESHOLD, EDGE = 4, 80, 1000, 3
QUIET = ("float32", "int64", "bool")  # dtypes that go without saying


def formatter(values: Any) -> Callable[[Any], str]:
    """A function from one number to text, all texts of ``values`` equally wide."""
    if values.dtype.kind != "f":
        wide = max((len(str(v)) for v in values.tolist()), default=1)
        return lambda v: f"{v!s:>{wide}}"
    finite = [v for v in values.astype(float).tolist() if math.isfinite(v) and v != 0]
    low, high = min(map(abs, finite), default=1.0), max(map(abs, finite), default=1.0)
    whole = all(v == int(v) for v in finite)
    if finite and (high / low > 1000 or high > 1e8 or (not whole and low < 1e-4)):
        spec = f".{PRECISION}e"
    else:
        spec = ".0f" if whole else f".{PRECISION}f"

    def text(v: float) -> str:
        return format(v, spec) + ("." if spec == ".0f" and math.isfinite(v) else "")

    wide = max((len(text(v)) for v in finite), default=1)
    return lambda v: f"{text(v):>{wide}}"


def body(array: Any, one: Callable[[Any], str], wide: int, indent: int, shorten: bool) -> str:
    """The numbers of ``array`` in nested brackets, lines wrapped and aligned under ``indent``."""
    if array.ndim == 0:
        return one(array.item())
    gap = shorten and len(array) > 2 * EDGE
    if array.ndim == 1:
        items = array.tolist()
        texts = [one(v) for v in (items[:EDGE] + items[-EDGE:] if gap else items)]
        if gap:
            texts.insert(EDGE, " ...")
        per_line = max(1, (LINE - indent) // (wide + 2))
        lines = [", ".join(texts[k : k + per_line]) for k in range(0, len(texts), per_line)]
        return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
    picked = [*array[:EDGE], *array[-EDGE:]] if gap else list(array)
    rows = [body(row, one, wide, indent + 1, shorten) for row in picked]
    if gap:
        rows.insert(EDGE, "...")
    return "[" + ("," + "\n" * int(array.ndim - 1) + " " * (indent + 1)).join(rows) + "]"


def shown(array: Any, shorten: bool) -> Any:
    """The numbers that will be printed, flat: they alone decide the width."""
    if not shorten:
        return array.ravel()
    for axis, length in enumerate(array.shape):
        if length > 2 * EDGE:
            array = np.take(array, [*range(EDGE), *range(length - EDGE, length)], axis=axis)
    return array.ravel()


def text(array: Any, suffixes: list[str], prefix: str = "tensor(") -> str:
    """``tensor([5., 4.], requires_grad=True)`` and its like.

    >>> import numpy as np
    >>> print(text(np.array([[1.5, -2.0]], np.float32), []))
    tensor([[ 1.5000, -2.0000]])
    """
    array = np.asarray(array)
    if str(array.dtype) not in (QUIET if array.size else QUIET[:1]):
        suffixes = [f"dtype=torch.{array.dtype}", *suffixes]
    shorten = array.size > THRESHOLD
    if array.size == 0:
        numbers = "[]"
        suffixes = ([f"size={array.shape}"] if array.ndim != 1 else []) + suffixes
    else:
        values = shown(array, shorten)
        one = formatter(values)
        numbers = body(array, one, max(len(one(v)) for v in values.tolist()), len(prefix), shorten)
    out = prefix + numbers
    last = len(out) - out.rfind("\n") + 1
    for suffix in suffixes:
        if last + len(suffix) + 2 > LINE:
            out += ",\n" + " " * len(prefix) + suffix
            last = len(prefix) + len(suffix)
        else:
            out += ", " + suffix
            last += len(suffix) + 2
    return out + ")"
