"""Rules for arrays alone, and for Variables alone: the same code, where names stand for what is quicker.

A rule is written once, in entries of the table and in NumPy's functions, and both take either. Each call then
looks at what it was given; in a backward pass that is known beforehand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

HOUSE = __name__.partition(".")[0]
BY_UFUNC: dict[Any, Any] = {}  # NumPy's function -> the entry
Names = dict[str, dict[str, Any]]  # by module


class _Recording:
    """NumPy, with the table's entries in place of its functions."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(np, name)
        entry = BY_UFUNC.get(found, found) if isinstance(found, np.ufunc) else found
        setattr(self, name, entry)
        return entry


def _computing(value: Any) -> Any:
    """What an entry computes; anything else as it is."""
    entry = hasattr(value, "vjp") and not value.extras and not value.joint
    return value.forward if entry else value


def _recording(value: Any) -> Any:
    return RECORDING if value is np else value


def for_arrays(run: Any) -> Any:
    """The same function, where an entry that it calls just computes."""
    return _twin(run, _computing, ARRAYS)


def for_variables(run: Any) -> Any:
    """The same function, where a function of NumPy's that it calls is an entry."""
    return _twin(run, _recording, VARIABLES)


RECORDING = _Recording()
ARRAYS: Names = {}
VARIABLES: Names = {}


def _twin(run: Any, other: Callable[[Any], Any], known: Names) -> Any:
    if type(run) is not FunctionType or run.__closure__ or not run.__module__.startswith(HOUSE):
        return run
    if run.__module__ not in known:
        names = known[run.__module__] = dict(sys.modules[run.__module__].__dict__)
        for name, value in names.items():
            names[name] = _twin(other(value), other, known)
    twin = FunctionType(run.__code__, known[run.__module__], run.__name__, run.__defaults__)
    twin.__kwdefaults__ = run.__kwdefaults__
    return twin
