"""Recording: listens to the core, keeps what happened as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..core.engine import reachable
from ..core.function import Node
from ..core.modes import state
from ..core.rules import Op
from . import source

LIMIT = 2000  # operations


@dataclass
class Thing:
    """A Variable of the story: a leaf, or the result of an operation. Becomes one node of the picture."""

    id: str
    op: str | None  # None: a leaf
    value: Any  # a snapshot: an array or NumPy number; None where it was computed before the recording
    requires_grad: bool
    inputs: list[Any] = field(default_factory=list)  # a Thing's id, or a plain number or array
    flows: list[bool] = field(default_factory=list)  # whether a gradient can flow back to each input
    params: dict[str, Any] = field(default_factory=dict)
    frames: source.Frames = ()
    names: list[str] = field(default_factory=list)  # names in the cell that were still bound to it at the end
    title: str = ""  # a label for what has no source expression
    failed: bool = False


@dataclass
class Event:
    """One thing that happened. ``data`` holds what its kind needs; see the methods that make them."""

    kind: str
    phase: str
    node: str | None
    frames: source.Frames
    data: dict[str, Any] = field(default_factory=dict)


def snapshot(array: Any) -> Any:
    """A copy that no later in-place change reaches; NumPy numbers can't change."""
    return array if array is None or isinstance(array, np.generic) else array.copy()


class Recording:
    """Everything that happened between ``start()`` and ``stop()``, in order. Listens as core.modes says."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.things: dict[str, Thing] = {}
        self.events: list[Event] = []
        self.operations = 0
        self.full = False
        self.file: str | None = None  # whose lines are shown first, and which
        self.lines: tuple[int, int] | None = None
        self._ids: dict[int, str] = {}  # id(Variable or Node) -> a Thing's id
        self._alive: list[Any] = []  # holds them, so that no id is used twice while recording
        self._leaves: dict[str, Any] = {}  # id -> the Variable, to see what its .grad holds
        self._stored: dict[str, Any] = {}  # id -> the array last seen in .grad
        self._failure: tuple[Any, Thing, Any] | None = None

    # ------------------------------------------------------------------ starting and stopping
    def start(self) -> None:
        if state.listener is not None:
            raise RuntimeError("a recording is running already: end it before another one starts")
        state.listener = self

    def stop(self, error: BaseException | None = None, names: dict[str, Any] | None = None) -> None:
        """End it: note an error that ended it, take the names that are still bound, let go of Variables."""
        state.listener = None
        for name, value in (names or {}).items():
            thing = self._ids.get(id(value))
            if thing is not None and not name.startswith("_") and any(value is v for v in self._alive):
                self.things[thing].names.append(name)
        if error is not None:
            self._fail(error)
        used = {ref for thing in self.things.values() for ref in thing.inputs if isinstance(ref, str)}
        used |= {event.node for event in self.events if event.kind != "leaf" and event.node}
        self.events = [e for e in self.events if e.kind != "leaf" or e.node in used]
        self.things = {i: t for i, t in self.things.items() if t.op is not None or i in used}
        self._ids, self._alive, self._leaves, self._failure = {}, [], {}, None

    def _fail(self, error: BaseException) -> None:
        frames = self._failure[2] if self._failure and self._failure[0] is error else _frames_of(error)
        node = None
        if self._failure and self._failure[0] is error:
            thing = self._failure[1]
            self.things[thing.id], node = thing, thing.id
        text = f"{type(error).__name__}: {error}"
        self.events.append(Event("error", self._phase(), node, frames, {"text": text}))

    def _phase(self) -> str:
        return self.events[-1].phase if self.events else "forward"

    # ------------------------------------------------------------------ who is who
    def _new(self, op: str | None, value: Any, requires_grad: bool, *owners: Any) -> Thing:
        thing = Thing(f"n{len(self.things)}", op, snapshot(value), requires_grad)
        self.things[thing.id] = thing
        for owner in owners:
            if owner is not None:
                self._ids[id(owner)] = thing.id
                self._alive.append(owner)
        return thing

    def _add(self, kind: str, phase: str, node: str | None, frames: source.Frames = (), **data: Any) -> None:
        self.events.append(Event(kind, phase, node, frames, data))

    def _leaf(self, variable: Any, frames: source.Frames) -> str:
        """A leaf seen for the first time, made in the cell or before it."""
        thing = self._new(None, variable._array, variable.requires_grad, variable)
        thing.frames = frames
        self._leaves[thing.id] = variable
        held = variable._grad
        if held is not None:
            self._stored[thing.id] = snapshot(held._array)
        self._add("leaf", "forward", thing.id, frames, stored=self._stored.get(thing.id))
        return thing.id

    def _known(self, value: Any) -> Any:
        """The id of the Thing behind an input, making one where it is new; plain numbers stay."""
        if not hasattr(value, "grad_fn"):
            return value
        thing = self._ids.get(id(value))
        if thing and not self._outdated(thing, value):
            return thing
        if value.grad_fn is not None:
            return self._adopt(value.grad_fn, value)
        for i, leaf in self._leaves.items():
            if leaf._grad is value:
                made = self._new(None, value._array, False, value)
                made.params["grad_of"] = i
                self._add("leaf", "forward", made.id, source.running(), stored=None)
                return made.id
        return self._leaf(value, ())

    def _outdated(self, thing: str, value: Any) -> bool:
        """Whether a leaf's ``.grad`` was met before, but has gathered more since."""
        seen = self.things[thing]
        return "grad_of" in seen.params and not np.array_equal(seen.value, value._array)

    def _adopt(self, root: Node, variable: Any = None) -> str:
        """A part of the graph that was built before the recording began."""
        for node in reversed(reachable([root])[0]):
            if id(node) in self._ids:
                continue
            thing = self._new(node.op.name, node.out, True, node)
            thing.title = node.name().split("Backward")[0].lower()
            for k, edge in enumerate(node.edges):
                saved = (node.inputs or [None] * len(node.edges))[k]
                known = self._ids.get(id(edge)) if edge is not None else None
                if known is None and edge is not None:
                    known = self._leaf(edge, ())
                if known and saved is not None and self.things[known].value is None:
                    self.things[known].value = snapshot(getattr(saved, "_array", saved))
                plain = np.zeros(node.shapes[k]) if saved is None else getattr(saved, "_array", saved)
                thing.inputs.append(known or plain)
                thing.flows.append(edge is not None)
            thing.params = dict(node.params)
            self._add("earlier", "forward", thing.id)
        found = self._ids[id(root)]
        if variable is not None:
            self._ids[id(variable)] = found
            self._alive.append(variable)
            self.things[found].value = snapshot(variable._array)
        return found

    # ------------------------------------------------------------------ what the core announces
    def leaf(self, made: Any) -> None:
        if not self.full:
            self._leaf(made, source.running())

    def op(self, op: Op, inputs: tuple[Any, ...], params: dict[str, Any], out: Any) -> None:
        if not self.full:
            self._op(op.name, inputs, params, out, "op")

    def _op(self, name: str, inputs: tuple[Any, ...], params: dict[str, Any], out: Any, kind: str) -> None:
        if self.operations >= self.limit:
            self.full = True
            self._add("note", self._phase(), None, source.running(), note="limit")
            return
        self.operations += 1
        refs = [self._known(x) for x in inputs]
        node = out.grad_fn
        thing = self._new(name, out._array, out.requires_grad, out, node)
        thing.inputs, thing.params, thing.frames = refs, params, source.running()
        edges = node.edges if node is not None else [None] * len(refs)
        thing.flows = [edge is not None for edge in edges]
        self._add(kind, "forward", thing.id, thing.frames)

    def alias(self, name: str, source_: Any, out: Any) -> None:
        if self.full:
            return
        origin = self._known(source_)
        if source_.requires_grad:
            self._op(name, (source_,), {}, out, "op")
        else:  # the same numbers, and no gradient either way: the same thing to a learner
            self._ids[id(out)] = origin
            self._alive.append(out)

    def inplace(self, op: Op, before: Any, changed: Any, inputs: tuple[Any, ...]) -> None:
        if self.full:
            return
        for i, leaf in self._leaves.items():
            if leaf._grad is not None and leaf._grad._array is changed._array:
                self._stored[i] = snapshot(changed._array)
                note = "zero_grad" if op.name == "zero" else "grad_changed"
                self._add("note", "forward", i, source.running(), note=note, stored=self._stored[i])
                return
        recorded = changed.grad_fn is not None and id(changed.grad_fn) not in self._ids
        if recorded:
            self._ids[id(before)] = self._known(changed) if id(changed) in self._ids else self._known(before)
            self._alive.append(before)
            self._op(op.name, (before, *inputs), {}, changed, "inplace")
            return
        sharing = [i for i, leaf in self._leaves.items() if leaf._array is changed._array]
        node = sharing[0] if sharing else self._known(changed)
        refs = [self._known(x) for x in inputs]
        old, new = before_value(self.things[node], self.events), snapshot(changed._array)
        frames = source.running()
        self._add("inplace", "forward", node, frames, op=op.name, inputs=refs, old=old, value=new)

    def failed(self, op: Op, inputs: tuple[Any, ...], error: Exception) -> None:
        if self.full:
            return
        refs = [self._known(x) for x in inputs]
        thing = Thing(f"n{len(self.things)}", op.name, None, False, refs, [False] * len(refs), failed=True)
        thing.frames = source.running()
        self._failure = (error, thing, thing.frames)

    def mode(self, name: str, entered: bool) -> None:
        if entered and not self.full:
            self._add("note", "forward", None, source.running(), note=name)

    def seed(self, root: Any, gradient: Any) -> None:
        if self.full:
            return
        node = self._known(root)
        cleared = [i for i, leaf in self._leaves.items() if i in self._stored and leaf._grad is None]
        for i in cleared:
            del self._stored[i]
        self._add("seed", "backward", node, source.running(), gradient=_array(gradient), cleared=cleared)

    def flow(self, node: Any, k: int, target: Any, upstream: Any, new: Any, total: Any) -> None:
        if self.full:
            return
        giver = self._ids.get(id(node)) or self._adopt(node)
        taker = self._ids.get(id(target)) or (
            self._adopt(target) if isinstance(target, Node) else self._leaf(target, ())
        )
        self._add("flow", "backward", taker, source.running(), giver=giver, place=k,
                  upstream=_array(upstream), new=_array(new), total=_array(total))  # fmt: skip

    def store(self, leaf: Any, total: Any, before: Any) -> None:
        if self.full:
            return
        node = self._known(leaf)
        total, before = _array(total), snapshot(_array(before))
        self._stored[node] = total if before is None else before + total
        self._add("store", "backward", node, source.running(),
                  total=total, before=before, stored=self._stored[node])  # fmt: skip


def before_value(thing: Thing, events: list[Event]) -> Any:
    """What a thing held before its latest in-place change."""
    for event in reversed(events):
        if event.kind == "inplace" and event.node == thing.id and "value" in event.data:
            return event.data["value"]
    return thing.value


def _array(value: Any) -> Any:
    return snapshot(getattr(value, "_array", value))


def _frames_of(error: BaseException) -> source.Frames:
    """Where an error came from, as far as the user's own code goes."""
    found = []
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if not name.startswith(source.LIBRARIES):
            found.append((trace.tb_frame.f_code, trace.tb_lasti))
        trace = trace.tb_next
    return tuple(reversed(found))
