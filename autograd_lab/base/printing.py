"""A Variable as text, as PyTorch prints it: one width for all numbers, wrapped and summarised by options."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from . import dtypes

PROFILES: dict[str, dict[str, Any]] = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 80},
    "full": {"precision": 4, "threshold": math.inf, "edgeitems": 3, "linewidth": 80},
}
OPTIONS: dict[str, Any] = {**PROFILES["default"], "sci_mode": None}


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Say how Variables are printed from now on; what is not named stays, but for ``sci_mode``.

    Args:
        precision: how many decimals floats have.
        threshold: more elements than this are summarised.
        edgeitems: how many are left of a summarised axis at either end.
        linewidth: where lines are wrapped.
        profile: ``default``, ``short`` or ``full`` (never summarised): all of the above at once.
        sci_mode: whether floats are written with an exponent; None lets the numbers decide.

    >>> set_printoptions(precision=2)
    >>> print(text(np.array([1.12345], np.float32), []))
    tensor([1.12])
    >>> set_printoptions(profile="default")
    """
    named = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    OPTIONS.update(PROFILES.get(profile or "", {}))
    OPTIONS.update({name: value for name, value in named.items() if value is not None}, sci_mode=sci_mode)


def get_printoptions() -> dict[str, Any]:
    """The options in force, as ``set_printoptions`` takes them.

    >>> get_printoptions()["precision"]
    4
    """
    return dict(OPTIONS)


@contextlib.contextmanager
def printoptions(**options: Any) -> Iterator[None]:
    """Print with other options inside a ``with`` block.

    >>> with printoptions(precision=1):
    ...     print(text(np.array([1.12345], np.float32), []))
    tensor([1.1])
    """
    before = get_printoptions()
    set_printoptions(**options)
    try:
        yield
    finally:
        set_printoptions(**before)


def formatter(values: Any) -> tuple[Callable[[Any], str], int]:
    """A function from one number to text, right-aligned, and the width it aims at."""
    if values.dtype.kind != "f":
        wide = max(map(len, map(str, values.tolist())), default=1)
        return lambda v: str(v).rjust(wide), wide
    finite = [v for v in values.tolist() if v and math.isfinite(v)]
    whole = all(v.is_integer() for v in finite)
    sizes = [abs(v) for v in finite] or [1.0]
    exponent = max(sizes) / min(sizes) > 1000 or max(sizes) > 1e8 or min(sizes) < 1e-4
    if finite and (exponent if OPTIONS["sci_mode"] is None else OPTIONS["sci_mode"]):
        spec, point = f".{OPTIONS['precision']}e", ""
    else:
        spec, point = (".0f", ".") if whole else (f".{OPTIONS['precision']}f", "")
    wide = max((len(format(v, spec)) for v in finite), default=0) + len(point)
    return lambda v: (format(v, spec) + point * math.isfinite(v)).rjust(wide), wide


def body(array: Any, one: Callable[[Any], str], wide: int, indent: int, shorten: bool) -> str:
    """The numbers of ``array`` in nested brackets, lines wrapped and aligned under ``indent``."""
    if array.ndim == 0:
        return one(array.item())
    edge = OPTIONS["edgeitems"]
    gap = shorten and len(array) > 2 * edge
    parts = array.tolist() if array.ndim == 1 else list(array)
    if gap:
        parts = parts[:edge] + parts[len(parts) - edge :]
    if array.ndim == 1:
        texts = [one(v) for v in parts]
        per_line, between = max(1, (OPTIONS["linewidth"] - indent) // (wide + 2)), ",\n"
    else:
        texts = [body(part, one, wide, indent + 1, shorten) for part in parts]
        per_line, between = 1, "," + "\n" * int(array.ndim - 1)
    if gap:
        texts.insert(edge, " ..." if array.ndim == 1 and edge else "...")
    lines = [", ".join(texts[k : k + per_line]) for k in range(0, len(texts), per_line)]
    return "[" + (between + " " * (indent + 1)).join(lines) + "]"


def shown(array: Any, shorten: bool) -> Any:
    """The numbers that will be printed, flat: they alone decide the width."""
    if not shorten:
        return array.ravel()
    edge = OPTIONS["edgeitems"]
    for axis, length in enumerate(array.shape):
        if length > 2 * edge:
            array = np.take(array, [*range(edge), *range(length - edge, length)], axis=axis)
    return array.ravel()


def text(array: Any, suffixes: list[str], prefix: str = "tensor(") -> str:
    """``tensor([5., 4.], requires_grad=True)`` and its like.

    >>> print(text(np.array([[1.5, -2.0]], np.float32), []))
    tensor([[ 1.5000, -2.0000]])
    """
    array = np.asarray(array)
    # The default dtype goes without saying; so do what int and bool become, where numbers show it.
    if array.dtype != dtypes.DEFAULT and not (array.size and array.dtype in (np.int64, np.bool_)):
        suffixes = [f"dtype=torch.{array.dtype}", *suffixes]
    size_shows = OPTIONS["edgeitems"] if array.size else array.ndim == 1
    if not size_shows:
        suffixes = [f"size={array.shape}", *suffixes]
    shorten = array.size > OPTIONS["threshold"]
    numbers = body(array, *formatter(shown(array, shorten)), len(prefix), shorten) if array.size else "[]"
    out = prefix + numbers
    last = len(out) - out.rfind("\n") + 1
    for suffix in suffixes:
        if last + len(suffix) + 2 > OPTIONS["linewidth"]:
            out += ",\n" + " " * len(prefix) + suffix
            last = len(prefix) + len(suffix)
        else:
            out += ", " + suffix
            last += len(suffix) + 2
    return out + ")"
