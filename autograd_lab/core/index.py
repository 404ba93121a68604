"""What stands between the square brackets, as NumPy takes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from .shapes import views


def plain_index(index: Any) -> Any:
    """An index as NumPy takes it: arrays for Variables; and ``...``, so that one element is a view too."""
    if isinstance(index, list) and any(
        one is None or one is Ellipsis or hasattr(one, "__len__") for one in index
    ):
        index = tuple(index)  # as in PyTorch, a list that holds more than numbers is several parts
    plain = tuple(map(_part, index if isinstance(index, tuple) else (index,)))
    return (*plain, Ellipsis) if views(plain) and Ellipsis not in plain else plain


def once(part: Any) -> bool:
    """Whether a part of an index picks no place twice: an array of positions may."""
    return not hasattr(part, "dtype") or bool(part.dtype == np.bool_)


def _part(one: Any) -> Any:
    """One part of an index as NumPy takes it."""
    if one is None or one is Ellipsis or type(one) in (int, slice):
        return one
    array = np.asarray(getattr(one, "_array", one))
    if not array.size and isinstance(one, list):
        return array.astype(int)
    return int(array) if not array.ndim and array.dtype.kind in "iu" else array
