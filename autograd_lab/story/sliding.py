"""Convolutions, cell by cell: which numbers are multiplied and added up, forward and backward."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from .values import number

CELLS, TERMS = 16, 9  # that can be chosen; that are written out
MOST = 20_000  # meetings of window and input: beyond that none are looked for
Index = tuple[int, ...]
Term = tuple[Index, Index, Index]  # places in what comes out, in the input, in the weight


def cells(
    k: int | None, parts: tuple[Any, Any, Any], bias: Any, params: dict[str, Any]
) -> list[dict[str, Any]]:
    """The first cells of what comes out, or of what goes to the k-th input, each as a sum of products.

    ``parts``: what came out (or its gradient), the input and the weight; the array that is looked at is the
    first, or the (k + 1)-th.
    """
    out, x, weight = parts
    if np.size(weight) * np.size(out) // max(1, len(weight)) > MOST:
        return []
    which = 0 if k is None else k + 1
    found: dict[Index, list[Term]] = {}
    for term in _terms(np.shape(out), np.shape(x), np.shape(weight), **params):
        if _inside(parts[which], term[which]):
            found.setdefault(term[which], []).append(term)
    a, b = [part for part in (0, 2, 1) if part != which]  # the gradient, the weight, the input: in this order
    shown = []
    for at in itertools.islice(sorted(found), CELLS):
        terms = [[number(_at(parts[part], term[part])) for part in (a, b)] for term in found[at][:TERMS]]
        cell = {"at": list(at), "terms": terms, "more": max(0, len(found[at]) - TERMS)}
        cell |= {"bias": number(bias[at[1]])} if bias is not None and k is None else {}
        shown.append(cell)
    return shown


def _terms(out: Index, x: Index, weight: Index, window: Any, groups: int) -> Iterator[Term]:
    """Everywhere that the window meets the input, what is added around it included."""
    each = weight[0] // groups
    for n, o, c in itertools.product(range(out[0]), range(out[1]), range(weight[1])):
        for place in itertools.product(*map(range, out[2:])):
            for cell in itertools.product(*map(range, weight[2:])):
                steps = zip(place, cell, window.stride, window.dilation, window.margins, strict=True)
                under = tuple(p * s + q * d - before for p, q, s, d, (before, _) in steps)
                yield (n, o, *place), (n, o // each * weight[1] + c, *under), (o, c, *cell)


def _at(array: Any, index: Index) -> Any:
    """The number there; 0 in what was added around the input."""
    return array[index] if _inside(array, index) else 0.0


def _inside(array: Any, index: Index) -> bool:
    return all(0 <= k < n for k, n in zip(index, np.shape(array), strict=True))
