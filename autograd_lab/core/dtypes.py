"""PyTorch's dtypes: their names, the default, and which one an operation works in."""

from __future__ import annotations

from typing import Any

import numpy as np

float32, float64, int32, int64 = map(np.dtype, ("float32", "float64", "int32", "int64"))
bool_ = np.dtype(bool)
DEFAULT = float32
RANK = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}  # a NumPy kind -> bool, integer, float, complex


def default_for(data: Any) -> Any:
    """The dtype of Python data turned into a Variable: float32 for floats, as in PyTorch."""
    kind = np.asarray(data).dtype if not hasattr(data, "dtype") else data.dtype
    return DEFAULT if kind == float64 and not hasattr(data, "dtype") else kind


def result_dtype(values: list[Any], floats: bool) -> Any:
    """The dtype an operation works in.

    Arrays with axes decide; a 0-d array, and after it a Python number, only where it is of a higher rank
    (bool < integer < float < complex). Between an integer and a float the float's dtype counts.
    """
    best: Any = None
    levels: list[list[Any]] = [[], [], []]
    for value in values:
        if not hasattr(value, "dtype"):
            number = bool_ if isinstance(value, bool) else int64 if isinstance(value, int) else DEFAULT
            levels[2].append(number)
        else:
            levels[0 if value.ndim else 1].append(value.dtype)
    for level in filter(None, levels):
        top = max(RANK[dtype.kind] for dtype in level)
        if best is None or top > RANK[best.kind]:
            best = np.result_type(*(dtype for dtype in level if RANK[dtype.kind] == top))
    return DEFAULT if floats and RANK[best.kind] < RANK["f"] else best


def promote(values: list[Any], floats: bool) -> list[Any]:
    """The same values, arrays among them cast to the dtype the operation works in."""
    dtype = result_dtype(values, floats)
    return [x.astype(dtype) if hasattr(x, "dtype") and x.dtype != dtype else x for x in values]
