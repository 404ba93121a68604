"""What arrays and ``.grad`` held at each place in a log, though they were changed since."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.node import owner
from .log import Log


class Memory:
    """What arrays held at some place in the log, though they may have been changed in place since."""

    def __init__(self, log: Log) -> None:
        self._kept: dict[int, list[tuple[int, Any]]] = {}  # by the id of a buffer: (place in the log, a copy)
        for k, (kind, _, _, _, *data) in enumerate(log.entries):
            if kind == "changing":
                self._kept.setdefault(id(data[0]), []).append((k, data[1]))

    def at(self, place: int, value: Any) -> Any:
        """A snapshot of an array, or of a Variable's, as it was at a place in the log."""
        array = getattr(value, "_array", value)
        if not isinstance(array, np.ndarray):
            return array
        buffer = owner(array)
        for k, copy in self._kept.get(id(buffer), ()):
            if k > place:
                return _same_part(array, buffer, copy)
        return array.copy()


def _same_part(array: Any, buffer: Any, copy: Any) -> Any:
    """The part of ``copy``, laid out as ``buffer`` is, that ``array`` is of it."""
    if array is buffer:
        return copy
    offset = array.__array_interface__["data"][0] - buffer.__array_interface__["data"][0]
    return np.ndarray(array.shape, array.dtype, copy.ravel("K"), offset, array.strides)


class Grads:
    """Which Variable was whose ``.grad``, read from the log."""

    def __init__(self, log: Log) -> None:
        self.owner: dict[int, Any] = {}  # id(a .grad, or its array) -> its leaf
        self._then: dict[int, list[tuple[int, Any]]] = {}  # id(leaf) -> (place, .grad until then)
        self._end: dict[int, Any] = {}
        for k, (kind, _, _, _, *data) in enumerate(log.entries):
            if kind in ("store", "regrad"):
                self._then.setdefault(id(data[0]), []).append((k, data[-1]))
                self._own(data[0], data[-1])
                self._own(data[0], data[0]._grad)

    def _own(self, leaf: Any, grad: Any) -> None:
        if grad is not None:
            self.owner[id(grad)] = self.owner[id(grad._array)] = leaf

    def at(self, place: int, leaf: Any) -> Any:
        """What a leaf's ``.grad`` was at a place in the log."""
        if leaf._grad is not None:
            self._own(leaf, leaf._grad)
        return next((grad for k, grad in self._then.get(id(leaf), ()) if k >= place), leaf._grad)
