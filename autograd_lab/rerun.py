"""Running a cell again with other values, on a copy of what it stood on: the notebook stays as it is."""

from __future__ import annotations

import contextlib
import copy
import functools
import os
import random
import sys
import threading
import types
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from .base import dtypes
from .core.modes import local
from .core.variable import Variable
from .generator import default_generator
from .story.recording import Recording
from .story.words import say

# ("made", which of the leaves that the cell makes), or ("before", the id of an earlier one)
Origin = tuple[str, int]
SHARED = types.ModuleType | types.BuiltinFunctionType | type
UNSAFE = {"get_ipython", "input"}  # reach outside in ways that can't be stopped
MOST = 2**24  # bytes of arrays that are copied before a cell runs


class Cell:
    """A cell's code, and copies of what it uses, taken before it runs.

    ``why`` is a sentence where the cell can't be run again, else "".
    """

    def __init__(self, code: Any, namespace: dict[str, Any], lines: tuple[int, int]) -> None:
        self.code, self.lines = code, lines
        self.globals = namespace  # the notebook's own: functions and methods look their names up there
        names = used(code, namespace)
        # no other names: among these are earlier recordings, each of which would keep the one before it alive
        self.before = {k: v for k, v in namespace.items() if k in names or k.startswith("__")}
        self.randoms = _randoms()
        self.why, self.lost = "", set[str]()
        self.kept: dict[str, Any] = {}
        self._memo: dict[int, Any] = {}
        for name in sorted(names & UNSAFE):
            self.why = say("not_again_call", name=name)
        for name in sorted(names & set(namespace)):
            if not self.why:
                self._keep(name, namespace[name])

    def _keep(self, name: str, value: Any) -> None:
        if isinstance(value, SHARED) or (isinstance(value, types.FunctionType) and not value.__closure__):
            return
        if _size(value) > MOST:
            self.why = say("not_again_large", name=name)
            return
        closed = _closed(value)
        try:
            self.kept[name] = copy.deepcopy(closed or value, self._memo)
        except Exception:  # noqa: BLE001 - objects of any kind, which say no in their own ways
            del self.before[name]  # it may not be needed: y, say, which the cell computes anew
            self.lost.add(name)

    def run(self, values: dict[Origin, Any], limit: int, wide: bool = False) -> Recording:
        """Record the cell once more, with other arrays for some leaves; what it prints is not shown.

        With ``wide``, leaves of float32 become float64. Raises RuntimeError where the cell uses something of
        which no copy could be made, or would change something outside of Python.
        """
        memo: dict[int, Any] = {}
        names = self.before | copy.deepcopy(self.kept, memo)
        for name in self.kept:
            if _closed(self.before[name]):
                names[name] = _with(self.before[name], names[name])
        origins = self._origins(memo, values, wide)
        made = {k: array for (kind, k), array in values.items() if kind == "made"}
        recording = Recording(limit)
        recording.file, recording.lines = self.code.co_filename, self.lines
        error: BaseException | None = None
        with _quiet(), _as_before(self.randoms), _swapped(self.globals, names):
            recording.start(given=made, wide=wide)
            try:
                with _inside():
                    exec(self.code, self.globals)  # noqa: S102 - the learner's own cell
            except BaseException as raised:  # noqa: BLE001 - the story's last step tells it
                error = raised
            recording.stop(error, self.globals)
        if isinstance(error, KeyboardInterrupt | Outside):
            raise error
        if isinstance(error, NameError) and error.name in self.lost:
            raise RuntimeError(say("not_again_copy", name=error.name))
        for thing in recording.things.values():
            thing.origin = origins.get(thing.origin[1], thing.origin) if thing.origin else None
        return recording

    def _origins(self, memo: dict[int, Any], values: dict[Origin, Any], wide: bool) -> dict[int, Origin]:
        """Which earlier leaf each copy stands for, by the copy's id; they get their values here."""
        origins: dict[int, Origin] = {}
        for key, kept in self._memo.items():
            fresh = memo.get(id(kept))
            if isinstance(fresh, Variable):
                origins[id(fresh)] = "before", key
                array = values.get(("before", key), fresh._array)
                fresh._array = array.astype(np.float64) if wide and array.dtype == np.float32 else array
        return origins


def _closed(value: Any) -> list[Any]:
    """What a function closes over, and may change."""
    cells = value.__closure__ or () if isinstance(value, types.FunctionType) else ()
    return [cell.cell_contents for cell in cells]


def _with(function: Any, contents: list[Any]) -> Any:
    """The same function, closing over something else."""
    cells = tuple(map(types.CellType, contents))
    made = types.FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, cells
    )
    made.__kwdefaults__ = function.__kwdefaults__
    made.__dict__.update(function.__dict__)
    return made


def _size(value: Any) -> int:
    """How many bytes of arrays it holds, as far as can be seen from outside."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return sum(map(_size, value))
    if hasattr(value, "parameters"):  # a Module
        return sum(_size(p) for p in value.parameters())
    return int(getattr(getattr(value, "_array", value), "nbytes", 0))


def used(code: Any, namespace: dict[str, Any]) -> set[str]:
    """The names that a code uses, also in the functions and classes of the notebook that it uses."""
    found: set[str] = set()
    codes, home = [code], namespace.get("__name__")
    while codes:
        one = codes.pop()
        codes += [const for const in one.co_consts if isinstance(const, types.CodeType)]
        for name in set(one.co_names) - found:
            found.add(name)
            codes += _codes(namespace.get(name), home)
    return found


def _codes(value: Any, home: Any) -> list[Any]:
    """The code of a function or class of the notebook's, and of those in a list, or behind a decorator."""
    if isinstance(value, list | tuple | dict):
        return [
            code
            for one in (value.values() if isinstance(value, dict) else value)
            for code in _codes(one, home)
        ]
    if isinstance(value, types.FunctionType) and value.__module__ == home:
        return [value.__code__, *_codes(_closed(value), home)]
    kind = value if isinstance(value, type) else type(value)
    if kind.__module__ == home:
        return [part.__code__ for part in vars(kind).values() if isinstance(part, types.FunctionType)]
    return []


# -------------------------------------------------------------------- leaving no trace
@contextlib.contextmanager
def _swapped(real: dict[str, Any], names: dict[str, Any]) -> Iterator[None]:
    """The notebook's own names stand for copies meanwhile: its functions and methods see these, too."""
    now = dict(real)
    _fill(real, names)
    try:
        yield
    finally:
        _fill(real, now)


def _fill(names: dict[str, Any], content: dict[str, Any]) -> None:
    names.clear()
    names.update(content)


@contextlib.contextmanager
def _as_before(randoms: tuple[Any, Any, Any]) -> Iterator[None]:
    """The same random numbers as then; afterwards they, modes and the default dtype are as they were."""
    numbers, modes = _randoms(), {name: getattr(local.now, name) for name in local.now.__slots__}
    dtype = dtypes.get_default_dtype()
    _set_randoms(randoms)
    try:
        yield
    finally:
        _set_randoms(numbers)
        dtypes.set_default_dtype(dtype)
        for name, value in modes.items():
            setattr(local.now, name, value)


def _randoms() -> tuple[Any, Any, Any]:
    return default_generator.get_state(), random.getstate(), np.random.get_state()


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


class Outside(RuntimeError):
    """A cell that is run again would change something outside of Python."""


CHANGES = ("os.", "shutil.", "subprocess.", "socket.connect")  # audit events, as sys.audit's table has them
READS = {"os.listdir", "os.scandir", "os.walk", "os.fwalk", "os.getxattr", "os.listxattr"}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# While a cell is run again: the threads that were there before, but for its own.
_watched: list[frozenset[int]] = []


@contextlib.contextmanager
def _inside() -> Iterator[None]:
    """Nothing but Python's own objects may be changed meanwhile, and of those copies."""
    _listen()
    _watched.append(frozenset(one.ident or 0 for one in threading.enumerate()) - {threading.get_ident()})
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # an import may be of something new
    try:
        yield
    finally:
        _watched.clear()
        sys.dont_write_bytecode = bytecode


@functools.cache
def _listen() -> None:
    """Once: Python can't be told to stop auditing."""
    sys.addaudithook(_audit)


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if not _watched or threading.get_ident() in _watched[0]:
        return
    writes = bool(args[2] & WRITES) if event == "open" else event.startswith(CHANGES) and event not in READS
    if writes:
        raise Outside(say("not_again_outside", what=args[0] if args and event == "open" else event))
