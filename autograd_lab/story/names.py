"""What each node is called: its name in the user's code, or else the expression that made it."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from . import rounds, source
from .recording import Recording
from .things import Thing
from .values import number
from .words import say

DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

SIGNS = {"add": " + ", "sub": " - ", "mul": " * ", "div": " / ", "matmul": " @ ", "pow": "**"}
MOST = 40


class Names:
    """Labels and places for all of a recording's things, looked up once."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self._places: dict[Any, source.Place | None] = {}
        # what a module of the library worked out on its way: the line that called it tells of its result only
        last = {rounds.inside_module(thing.path): i for i, thing in recording.things.items()}
        self._results = set(last.values())
        self.operands: dict[str, list[source.Place | None]] = {}
        for thing in recording.things.values():
            self.operands[thing.id] = self._operands(thing)
        self.uses = self._uses()
        self._changed = {e.node for e in recording.events if e.kind == "inplace" and "value" not in e.data}
        self.base: dict[str, str] = {}  # before rounds of a loop are told apart
        self.labels: dict[str, str] = {}
        times: dict[str, int] = {}
        for thing in recording.things.values():
            base = self.base[thing.id] = self._label(thing)
            if not thing.drawn:  # a name inside a hook is another one
                self.labels[thing.id] = base
                continue
            times[base] = times.get(base, 0) + 1
            self.labels[thing.id] = base if times[base] == 1 else numbered(base, times[base])

    def place(self, frames: source.Frames) -> source.Place | None:
        """The innermost of the user's expressions that can be shown."""
        return next(iter(self.places(frames[:1])), None)

    def places(self, frames: source.Frames) -> list[source.Place]:
        """All of them, innermost first: an operation in a helper, then the call of the helper."""
        found = []
        for frame in frames:
            if frame not in self._places:
                self._places[frame] = source.place(*frame)
            where = self._places[frame]
            if where is None:  # code without source, such as exec's: its caller's words don't fit it
                break
            found.append(where)
        return found

    def _operands(self, thing: Thing) -> list[source.Place | None]:
        where = self.place(thing.frames)
        if where is None or thing.op is None or thing.part or rounds.inside_module(thing.path):
            return [None] * len(thing.inputs)
        nodes = source.operands(where, len(thing.inputs), thing.op)
        if thing.reflected:
            nodes.reverse()
        return [None if n is None else source.of_node(where.file, n, where.function) for n in nodes]

    def _uses(self) -> dict[str, source.Place]:
        """For each thing the expression that stood for it where it was first used."""
        uses: dict[str, source.Place] = {}
        for thing in self.recording.things.values():
            for ref, where in zip(thing.inputs, self.operands[thing.id], strict=True):
                if isinstance(ref, str) and where is not None:
                    uses.setdefault(ref, where)
        return uses

    def _label(self, thing: Thing) -> str:
        if "grad_of" in thing.params:
            return f"{self.base[thing.params['grad_of']]}.grad"
        if thing.part:
            return next(iter(thing.names), "") or self._part_label(thing)
        inner = rounds.inside_module(thing.path) and thing.id not in self._results
        if thing.op is None and thing.title:
            return thing.title
        if thing.op and inner:
            return next(iter(thing.names), "") or thing.title or f"{thing.op}()"
        if thing.id in self._changed and thing.op and not thing.names and isinstance(thing.inputs[0], str):
            was = self.recording.things[thing.inputs[0]]
            if was.frames or not was.op:  # of what was made earlier the name is not known
                return self.base[was.id]  # what is changed in place keeps its name
        written = self._written(thing)
        if thing.names:  # a loop over parameters calls each `p` for a while; what it was made as tells more
            attribute = "." in written and _is_name(written)
            return written if attribute or written in thing.names else thing.names[0]
        use = self.uses.get(thing.id)
        if use is not None and isinstance(use.expression, ast.Name | ast.Attribute) and not _is_name(written):
            made = {where.function for where in self.places(thing.frames)}
            if not written or use.function in made:  # not what a helper calls it that it was handed to
                return source.text_of(use)
        if written:
            return written
        return (source.text_of(use) if use else "") or thing.title or thing.op or say("leaf", id=thing.id)

    def _part_label(self, thing: Thing) -> str:
        """What a recorded backward pass worked out: a gradient, or a part of one as an expression."""
        kind, *of = thing.part
        known = [self.labels.get(one, "") for one in of]
        if kind == "rule":
            return _expression(
                thing.op or "", [self._operand(ref) for ref in thing.inputs if ref is not None]
            )
        if kind == "stored":
            return f"{known[0]}.grad"
        through = say("through", name=known[2]) if kind == "new" else ""
        top, bottom = (name if _is_name(name) else f"({name})" for name in known[:2])
        return f"∂{top}/∂{bottom}{through}"

    def _operand(self, ref: Any) -> str:
        if not isinstance(ref, str):
            return number(ref) if np.size(ref) == 1 else "…"
        label = self.labels.get(ref, "")
        return f"({label})" if " " in label else label

    def _written(self, thing: Thing) -> str:
        """The name it was assigned to where it was made, or the expression that made it."""
        text = ""
        for where in self.places(thing.frames):
            name = source.assigned_name(where)
            if name:
                return name
            if not (source.is_target(where.expression) and len(thing.inputs) == 1):
                text = text or source.text_of(where)
            if not source.is_returned(where):
                break
        return text


def _expression(op: str, inputs: list[str]) -> str:
    """An operation as it would be written in code.

    >>> _expression("mul", ["x", "2"]), _expression("sin", ["x"])
    ('x * 2', 'sin(x)')
    """
    text = SIGNS[op].join(inputs) if op in SIGNS else f"{op}({', '.join(inputs)})"
    return text if len(text) <= MOST else text[: MOST - 1] + "…"


def numbered(label: str, k: int) -> str:
    """The label of the k-th round: W₂ for a name, ``w * 2 #2`` for an expression."""
    return label + str(k).translate(DIGITS) if _is_name(label) else f"{label} #{k}"


def _is_name(text: str) -> bool:
    return text.replace(".", "").isidentifier()
