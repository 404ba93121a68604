"""Running a cell again with other values, in a copy of what it stood on: the notebook stays as it is."""

from __future__ import annotations

import contextlib
import copy
import random
import types
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from .core.variable import Variable
from .generator import default_generator
from .story.recording import Recording
from .story.words import say

# ("made", which of the leaves that the cell makes), or ("before", the id of an earlier one)
Origin = tuple[str, int]
SHARED = types.ModuleType | types.BuiltinFunctionType | type
UNSAFE = {"get_ipython", "open", "input", "exec", "eval", "__import__"}  # may change more than a copy


class Cell:
    """A cell's code, and copies of what it used, taken before it runs.

    Functions of the notebook get the copies, too, as their globals. ``why`` is a sentence where the cell
    can't be run again, else "".
    """

    def __init__(self, code: Any, namespace: dict[str, Any], lines: tuple[int, int]) -> None:
        self.code, self.lines = code, lines
        self.namespace = dict(namespace)
        self.names = used(code, namespace)
        self.randoms = _randoms()
        self.why, self.lost = "", set[str]()
        self.kept: dict[str, Any] = {}
        self._memo: dict[int, Any] = {}
        unsafe = sorted(UNSAFE & self.names)
        if unsafe:
            self.why = say("not_again_call", name=unsafe[0])
            return
        for name in sorted(self.names & set(namespace)):
            value = namespace[name]
            if isinstance(value, SHARED) or own(value, namespace):
                continue
            try:
                self.kept[name] = copy.deepcopy(value, self._memo)
            except Exception:  # noqa: BLE001 - objects of any kind, which say no in their own ways
                del self.namespace[name]  # it may not be needed: y, say, which the cell computes anew
                self.lost.add(name)

    def run(self, values: dict[Origin, Any], limit: int) -> Recording:
        """Record the cell once more, with other arrays for some leaves; what it prints is not shown.

        Raises RuntimeError where it uses something of which no copy could be made.
        """
        memo: dict[int, Any] = {}
        namespace = self.namespace | copy.deepcopy(self.kept, memo)
        for name, value in self.namespace.items():
            if own(value, self.namespace):
                namespace[name] = _elsewhere(value, namespace)
        origins = {}
        for key, kept in self._memo.items():
            fresh = memo.get(id(kept))
            if isinstance(fresh, Variable):
                origins[id(fresh)] = "before", key
                if ("before", key) in values:
                    fresh._array = values["before", key]
        made = {k: array for (kind, k), array in values.items() if kind == "made"}
        recording = Recording(limit)
        recording.file, recording.lines = self.code.co_filename, self.lines
        error = None
        with _quiet(), _same_randoms(self.randoms):
            recording.start(given=made)
            try:
                exec(self.code, namespace)  # noqa: S102 - the learner's own cell
            except Exception as raised:  # noqa: BLE001 - the story's last step tells it
                error = raised
            recording.stop(error, namespace)
        if isinstance(error, NameError) and error.name in self.lost:
            raise RuntimeError(say("not_again_copy", name=error.name))
        for thing in recording.things.values():
            thing.origin = origins.get(thing.origin[1], thing.origin) if thing.origin else None
        return recording


def own(value: Any, namespace: dict[str, Any]) -> bool:
    """Whether it is a function that the notebook itself defines."""
    return isinstance(value, types.FunctionType) and value.__module__ == namespace.get("__name__")


def used(code: Any, namespace: dict[str, Any]) -> set[str]:
    """The names that a code uses, also in the functions and classes of the notebook that it uses."""
    found: set[str] = set()
    codes = [code]
    while codes:
        one = codes.pop()
        codes += [const for const in one.co_consts if isinstance(const, types.CodeType)]
        for name in set(one.co_names) - found:
            found.add(name)
            value: Any = namespace.get(name)
            if own(value, namespace):
                codes.append(value.__code__)
            elif isinstance(value, type) and value.__module__ == namespace.get("__name__"):
                methods = (part for part in vars(value).values() if isinstance(part, types.FunctionType))
                codes += [method.__code__ for method in methods]
    return found


def _elsewhere(function: Any, namespace: dict[str, Any]) -> Any:
    """The same function with other globals."""
    made = types.FunctionType(
        function.__code__, namespace, function.__name__, function.__defaults__, function.__closure__
    )
    made.__kwdefaults__ = function.__kwdefaults__
    made.__dict__.update(function.__dict__)
    return made


def _randoms() -> tuple[Any, Any, Any]:
    return default_generator.get_state(), random.getstate(), np.random.get_state()


@contextlib.contextmanager
def _same_randoms(then: tuple[Any, Any, Any]) -> Iterator[None]:
    """The same random numbers as then; afterwards those that come next are as if nothing was drawn."""
    now = _randoms()
    try:
        _set_randoms(then)
        yield
    finally:
        _set_randoms(now)


def _set_randoms(states: tuple[Any, Any, Any]) -> None:
    default_generator.set_state(states[0])
    random.setstate(states[1])
    np.random.set_state(states[2])


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """What is printed, displayed or warned of was shown when the cell first ran."""
    from IPython.utils.capture import capture_output

    with warnings.catch_warnings(), capture_output():
        warnings.simplefilter("ignore")
        yield
