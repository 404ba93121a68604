"""In which calls and loop rounds of the user's code something happened: the path that folding follows.

A call is told by its frame. Python does not say when a loop goes round: that is seen where a frame comes
back to an instruction, or to an earlier one of the same loop.
"""

from __future__ import annotations

import ast
import builtins
from functools import lru_cache
from types import CodeType
from typing import Any, NamedTuple

from . import source

COMPREHENSIONS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}  # frames of their own, but no calls
Spot = tuple[CodeType, int]


class Part(NamedTuple):
    """A call, a module's call or a round: one step of the way from the cell to what happened."""

    kind: str  # "call", "module" or "round"
    which: tuple[int, ...]  # tells it from all others; a round's last number is its own
    spot: Spot | None  # where it was called from; of a round, something in it
    name: str = ""  # of a module
    made: str = ""  # a module's class, a function's name


class Step(NamedTuple):
    """A part of the path, and where in it the code stood."""

    part: Part | None  # None: the cell itself
    spot: Spot | None


Path = tuple[Step, ...]


def inside_module(path: Path) -> Part | None:
    """The outermost module whose own code is running, which is none of the user's."""
    found = None
    for step in reversed(path):
        if step.part is None or step.part.kind != "module" or step.spot is not None:
            break
        found = step.part
    return found


class Loop(NamedTuple):
    """A loop of some code, by its place in the source."""

    line: int
    column: int


class Paths:
    """Reads the calls of one event after another, in order."""

    def __init__(self) -> None:
        self.titles: dict[int, str] = {}  # of modules' parameters, by their id: ``model[0].weight``
        self._written: dict[int, str] = {}  # modules, as they are written in code
        self._numbers: dict[Any, int] = {}  # of frames
        self._parts: dict[Any, Part] = {}
        self._last: dict[Any, tuple[Spot, Any]] = {}  # by frame: where it stood last, and what it had called
        self._rounds: dict[Any, dict[Loop, tuple[int, int]]] = {}  # by frame: entered how often, which round

    def of(self, calls: source.Calls, at: int, called: Any) -> Path:
        """The path of what happened while these calls, innermost first, were running.

        The innermost one stood at ``at``, and had called ``called``: a frame, or those of modules.
        """
        steps: list[Step] = []
        modules = called if isinstance(called, tuple) else ()
        frames = [*reversed(calls), *((frame, source.MODULE, None) for frame in modules)]
        spot: Spot | None = None  # what the next frame is called from
        module: Any = None
        entered = False  # a module, whose forward is no call of its own
        for frame, instruction, inner in frames:
            number = self._numbers.setdefault(frame, len(self._numbers))
            if instruction == source.MODULE:
                owner, module = module, frame.f_locals.get("self")
                name, made = _name_in(owner, module), type(module).__name__
                steps.append(Step(self._part("module", (number,), spot, name, made), None))
                self._title(module, owner, name, spot)
                spot, entered = None, True
                continue
            code = frame.f_code
            if calls and frame is calls[0][0]:
                instruction, inner = at, modules[0] if modules else called
            outer, spot = spot, (code, instruction)
            if not steps:
                steps.append(Step(None, spot))
            elif not entered and code.co_name not in COMPREHENSIONS:
                steps.append(Step(self._part("call", (number,), outer, made=code.co_name), spot))
            else:
                steps[-1] = Step(steps[-1].part, steps[-1].spot or spot)
            entered = False
            for loop, (times, n) in self._round(frame, spot, inner).items():
                which = (number, loop.line, loop.column, times, n)
                steps.append(Step(self._part("round", which, spot), spot))
        return tuple(steps)

    def _title(self, module: Any, owner: Any, name: str, spot: Spot | None) -> None:
        """Name a module's parameters as they would be written where it is called."""
        if id(module) in self._written:
            return
        around = self._written.get(id(owner), "")
        written = around + (name if name.startswith("[") else f".{name}") if name else _called_at(spot)
        self._written[id(module)] = written
        for parameter, held in getattr(module, "_parameters", {}).items():
            if held is not None:
                self.titles.setdefault(id(held), f"{written}.{parameter}")

    def _part(
        self, kind: str, which: tuple[int, ...], spot: Spot | None, name: str = "", made: str = ""
    ) -> Part:
        """One object for each: a round is the same whatever in it is running."""
        return self._parts.setdefault((kind, which), Part(kind, which, spot, name, made))

    def _round(self, frame: Any, spot: Spot, called: Any) -> dict[Loop, tuple[int, int]]:
        """Of each loop that a frame is in now: how often it was entered, and the round, from 1."""
        before = self._last.get(frame)
        self._last[frame] = spot, called
        known = self._rounds.setdefault(frame, {})
        here, there = loops(*spot), loops(*before[0]) if before else ()
        both = [loop for loop in here if loop in there]
        if before and both and _again(before, (spot, called)):
            times, n = known[both[-1]]
            known[both[-1]] = times, n + 1
        for loop in here:
            if loop not in there:
                known[loop] = known.get(loop, (0, 0))[0] + 1, 1
        return {loop: known[loop] for loop in here}


def _again(before: tuple[Spot, Any], now: tuple[Spot, Any]) -> bool:
    """Whether a frame has come back to where it was, and does not merely go on there."""
    (code, instruction), called = now
    if instruction != before[0][1]:
        return instruction < before[0][1]
    return (called is None or called is not before[1]) and not calls_often(code, instruction)


def _name_in(owner: Any, module: Any) -> str:
    """A module's name in the one that calls it: ``fc1``, ``[0]``."""
    parts = getattr(owner, "_modules", {})
    name = next((name for name, one in parts.items() if one is module), "")
    return f"[{name}]" if name.isdigit() else name


def _called_at(spot: Spot | None) -> str:
    """What is called there, as it is written."""
    where = source.place(*spot) if spot else None
    called = where.expression.func if where and isinstance(where.expression, ast.Call) else None
    return ast.unparse(called) if isinstance(called, ast.Name | ast.Attribute | ast.Subscript) else "module"


@lru_cache(maxsize=4096)
def loops(code: CodeType, instruction: int) -> tuple[Loop, ...]:
    """The loops of its function that an instruction is in the body of, outermost first."""
    where = source.place(code, instruction)
    if where is None or where.expression is None:
        return ()
    parents = source.parsed(source.source(where.file))[1]
    found: list[Loop] = []
    node, parent = where.expression, parents.get(where.expression)
    while parent is not None and not isinstance(node, ast.FunctionDef | ast.Lambda | ast.AsyncFunctionDef):
        if any(node is one for one in _body(parent)):
            found.insert(0, Loop(parent.lineno, parent.col_offset))  # type: ignore[attr-defined]
            if code.co_name in COMPREHENSIONS and isinstance(parent, ast.expr):
                break  # what is around it belongs to another frame
        node, parent = parent, parents.get(parent)
    return tuple(found)


def _body(node: ast.AST) -> list[Any]:
    """What a loop runs each round; nothing for what is no loop."""
    if isinstance(node, ast.For | ast.AsyncFor):
        return list(node.body)
    if isinstance(node, ast.While):
        return [node.test, *node.body]
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        return [node.elt]
    return [node.key, node.value] if isinstance(node, ast.DictComp) else []


@lru_cache(maxsize=4096)
def calls_often(code: CodeType, instruction: int) -> bool:
    """Whether one run of an instruction calls many times: ``sum`` adds and adds."""
    where = source.place(code, instruction)
    called = where.expression.func if where and isinstance(where.expression, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in MANY


MANY = {"reduce", "accumulate", "prod", *vars(builtins)}
