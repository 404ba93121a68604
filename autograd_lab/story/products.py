"""Products of matrices, one cell in full: a row of the left with a column of the right."""

from __future__ import annotations

from typing import Any

import numpy as np

from .values import number

MOST = 4  # terms that are written out where the matrices are too big to be


def first_cell(left: Any, right: Any, out: Any) -> dict[str, Any]:
    """The first cell of a product: its first terms as pairs of numbers, how many more, and what it is.

    >>> first_cell(np.ones((2, 6)), np.full((6, 3), 2.0), np.full((2, 3), 12.0))
    {'terms': [['1', '2'], ['1', '2'], ['1', '2'], ['1', '2']], 'more': 2, 'out': '12'}
    """
    row = left[(0,) * (np.ndim(left) - 1)]
    column = right[(0,) * max(0, np.ndim(right) - 2)]
    column = column[:, 0] if np.ndim(column) == 2 else column
    terms = [[number(a), number(b)] for a, b in zip(row[:MOST], column[:MOST], strict=True)]
    return {"terms": terms, "more": max(0, len(row) - MOST), "out": number(np.ravel(out)[0])}
