"""Reads a log when it is over, and works out what happened to whom."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.node import Node, Port, Several, owner
from ..core.op import TABLE, Op, Recorded, Reflected
from ..core.order import reachable
from . import rounds, source
from .failures import looked_into, said_of
from .inside import Calls, Parts
from .log import Log, history
from .memory import Grads, Memory
from .things import Event, Held, Thing


class Reader:
    """Reads a log from its beginning, and knows at each place who is who. An entry's kind names its method."""  # noqa: E501

    def __init__(self, log: Log) -> None:
        self.log = log
        self.things: dict[str, Thing] = {}
        self.events: list[Event] = []
        self._memory, self._grads = Memory(log), Grads(log)
        self._place = 0
        self._frames: source.Frames = ()  # of the entry that is read
        self._path: rounds.Path = ()
        self._paths = rounds.Paths()
        self._ids: dict[int, str] = {}  # id(Variable or Node) -> a Thing's id
        self._outputs: dict[
            tuple[int, int], str
        ] = {}  # id(a Node that has several), and which -> a Thing's id
        self._alive: list[Any] = []  # holds them, so that no id is used twice while reading
        self._leaves: dict[str, Any] = {}  # a Thing's id -> the leaf
        self._buffers: dict[
            int, list[tuple[str, Any]]
        ] = {}  # by id(what owns the memory): things, their arrays
        self.held: set[str] = set()  # things that are parameters of operations
        self._homes: dict[int, str] = {}  # id(an array) -> the first leaf that had it
        self._stored: dict[str, Any] = {}  # a Thing's id -> what was last seen in .grad
        self._failure: tuple[Any, Thing, Any] | None = None
        self._sent: tuple[Any, int] = (None, -1)  # the node that sends, and along which of its edges last
        self._passing = False  # whether backward runs, and works things out by the rules of the table
        self._parts, self._calls = Parts(self.things), Calls(self.things)
        self._storing: Event | None = None  # whose .grad the next operation of a recorded pass makes
        self._own: list[tuple[str, Any]] = []  # what the backward of the node that sends worked out
        self._by: tuple[Any, dict[int, str]] = (
            None,
            {},
        )  # a node; by place, the hook that changed what it sends

    def read(self, error: BaseException | None, names: dict[str, Any]) -> None:
        for self._place in self.log.order():  # noqa: B020
            kind, calls, at, called, *data = self.log.entries[self._place]
            if calls is not None:
                self._frames, self._path = source.pairs(calls, at), self._paths.of(calls, at, called)
            if kind != "changing":
                getattr(self, kind)(*data)
        for parameter, title in self._paths.titles.items():  # also of modules that were made meanwhile
            leaf = self.things.get(self._ids.get(parameter, ""))
            if leaf is not None and leaf.op is None:
                leaf.title = title
        for name, value in names.items():
            thing = self._ids.get(id(value))
            if thing is not None and not name.startswith("_") and any(value is v for v in self._alive):
                self.things[thing].names.append(name)
        if error is not None:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        frames = self._failure[2] if self._failure and self._failure[0] is error else _frames_of(error)
        node, why = looked_into(error, self.log, self._ids, self.things, self.events)
        if self._failure and self._failure[0] is error:
            thing = self._failure[1]
            self.things[thing.id], node, why = thing, thing.id, {"kind": "operation"}
        facts = {"error": type(error).__name__, "text": said_of(error), "why": why}
        self.events.append(Event("error", self._phase(), node, frames, facts))

    def _during(self) -> str:
        return (
            "backward" if self._passing or any(passing for _, passing in self._calls.running) else "forward"
        )

    def _phase(self) -> str:
        return self.events[-1].phase if self.events else "forward"

    # ------------------------------------------------------------------ who is who
    def _value(self, value: Any) -> Any:
        return self._memory.at(self._place, value)

    def _new(self, op: str | None, value: Any, requires_grad: bool, *owners: Any) -> Thing:
        thing = Thing(f"n{len(self.things)}", op, self._value(value), requires_grad)
        thing.drawn = requires_grad or not (self._passing or self._calls.running)
        self.things[thing.id] = thing
        array = getattr(value, "_array", value)
        if isinstance(array, np.ndarray):
            self._buffers.setdefault(id(owner(array)), []).append((thing.id, array))
        for one in owners:
            if one is not None:
                self._ids[id(one)] = thing.id
                self._alive.append(one)
        return thing

    def _add(self, kind: str, phase: str, node: str | None, frames: source.Frames = (), **data: Any) -> None:
        self.events.append(Event(kind, phase, node, frames, data))

    def _leaf(
        self, variable: Any, frames: source.Frames, path: rounds.Path = (), which: int | None = None
    ) -> str:
        """A leaf seen for the first time, made in the cell or before it."""
        learns = history(variable) is None and variable.requires_grad
        thing = self._new(None, variable, learns, variable)
        thing.origin = ("before", id(variable)) if which is None else ("made", which)
        thing.frames, thing.path = frames, path
        thing.title = self._paths.titles.get(id(variable), "")
        self._leaves[thing.id] = variable
        if isinstance(variable._array, np.ndarray):
            first = self._homes.setdefault(id(variable._array), thing.id)
            thing.shares = first if first != thing.id else ""
        held = self._grads.at(self._place, variable)
        if held is not None:
            self._stored[thing.id] = self._value(held)
        self._add("leaf", self._during(), thing.id, frames, stored=self._stored.get(thing.id))
        return thing.id

    def _known(self, value: Any) -> Any:
        """The id of the Thing behind an input, making one where it is new; plain numbers stay."""
        if not isinstance(value, Recorded):
            return value
        thing = self._ids.get(id(value))
        if thing and not self._outdated(thing, value):
            return thing
        node = history(value)  # which a later change in place may have given it
        if node is not None and (node.tick < self.log.born or id(node) in self._ids):
            return self._adopt(node, value)
        leaf = self._grads.owner.get(id(value))
        if leaf is not None and id(leaf) in self._ids and self._grads.at(self._place, leaf) is value:
            made = self._new(None, value, False, value)
            made.params["grad_of"] = self._ids[id(leaf)]
            self._add("leaf", "forward", made.id, self._frames, stored=None)
            return made.id
        return self._leaf(value, ())

    def _known_before(self, changed: Any) -> Any:
        """The same of what was changed just now, as it was before."""
        place, self._place = self._place, self._place - 2  # the entry in between says that it will be changed
        try:
            return self._known(changed)
        finally:
            self._place = place

    def _outdated(self, thing: str, value: Any) -> bool:
        """Whether a leaf's ``.grad`` was met before, but has gathered more since."""
        seen = self.things[thing]
        return "grad_of" in seen.params and not np.array_equal(seen.value, self._value(value))

    def _adopt(self, root: Node, variable: Any = None) -> str:
        """A part of the graph that was built before the recording began."""
        for node in reversed(reachable([root])[0]):
            if id(node) in self._ids:
                continue
            if isinstance(node, Port):
                self._ids[id(node)] = self._ids[id(node.edges[0])]
                continue
            self._adopt_one(node)
        found = self._ids[id(root)]
        if variable is not None:
            self._ids[id(variable)] = found
            self._alive.append(variable)
            self.things[found].value = self._value(variable)
        return found

    def _adopt_one(self, node: Node) -> None:
        *saved, out = self.log.saved_by(node)
        thing = self._new(node.op.name if node.op else "custom", out, True, node)
        thing.title = repr(node)[1:].split("Backward")[0].lower()
        leading = dict(zip(node.plan.places, node.edges, strict=True))
        for k in range(max(node.op.arity if node.op else 0, max(leading) + 1)):
            edge, value = leading.get(k), saved[k] if k < len(saved) else None
            known = self._ids.get(id(edge)) if edge is not None else None
            if known is None and edge is not None:
                known = self._leaf(edge, ())
            if known and value is not None and self.things[known].value is None:
                self.things[known].value = self._value(value)
            thing.inputs.append(known or (np.zeros(()) if value is None else value))
            thing.flows.append(edge is not None)
        thing.params = dict(getattr(node, "params", ()))
        self._add("earlier", "forward", thing.id)

    def _end_of(self, edge: Any) -> str:
        """The id of the Thing that an edge of the backward graph leads to."""
        known = self._ids.get(id(edge))
        return known or (self._adopt(edge) if isinstance(edge, Node) else self._leaf(edge, ()))

    # ------------------------------------------------------------------ forward
    def leaf(self, made: Any, which: int) -> None:
        self._leaf(made, self._frames, self._path, which)

    def op(self, op: Op, inputs: Any, params: dict[str, Any], out: Any, array: Any, fn: Any) -> None:
        name = "t" if op.name in TURNS and array.ndim == 2 else op.name
        name = "clone" if name == "kept_copy" else name
        facts: dict[str, Any] = {"entry": op, "given": self._traced(params)}
        if TABLE.get(op.name) is not op:  # a custom one
            facts |= {"inside": self._worked_out(), "code": source.code_of(op.forward)}
        self._op(name, inputs, params, out, array, fn, "op", **facts)

    def _op(
        self, name: str, inputs: Any, params: Any, out: Any, array: Any, fn: Any, kind: str, **facts: Any
    ) -> None:
        refs = [self._known(x) for x in inputs]
        thing = self._new(name, array, fn is not None, out, fn)
        thing.reflected = isinstance(inputs, Reflected)
        thing.inputs, thing.params, thing.frames, thing.path = refs, params, self._frames, self._path
        if isinstance(fn, Port):
            self._outputs[id(fn.edges[0]), fn.output] = thing.id
            fn = fn.edges[0]
            self._ids.setdefault(id(fn), thing.id)
        learning = fn.plan.places if fn is not None else ()
        thing.flows = [k in learning for k in range(len(refs))]
        if self._calls.running:
            self._calls.note(thing.id, array)
        elif self._storing is not None:  # the step that stores it shows it
            thing.part, self._storing.data["made"] = ("stored", self._storing.node or ""), thing.id
            self._storing = None
            return
        elif self._passing:
            thing.part = ("rule",)
        self._add(kind, self._during(), thing.id, thing.frames, **facts)

    def limit(self) -> None:
        self._add("note", self._phase(), None, self._frames, note="limit")

    def alias(self, name: str, origin: Any, out: Any) -> None:
        thing = self._known(origin)
        if isinstance(
            self.things[thing].value, np.generic
        ):  # a number, which is in memory of its own from now on
            self._buffers.setdefault(id(owner(out._array)), []).append((thing, out._array))
        if self.things[thing].requires_grad:
            self._op(name, (origin,), {}, out, out._array, None, "op")
        else:  # the same numbers, and no gradient either way: the same thing to a learner
            self._ids[id(out)] = thing
            self._alive.append(out)

    def inplace(
        self, op: Op, before: Any, changed: Any, array: Any, fn: Any, inputs: Any, params: Any
    ) -> None:
        facts = {"entry": op, "given": self._traced(params)}
        leaf = self._grads.owner.get(id(array))
        if leaf is not None and id(leaf) in self._ids:
            i = self._ids[id(leaf)]
            self._stored[i] = self._value(array)
            note = "zero_grad" if op.name == "zero" else "grad_changed"
            facts["inputs"] = [self._known(x) for x in inputs]
            self._add("note", self._during(), i, self._frames, note=note, stored=self._stored[i], **facts)
            return
        if fn is not None and id(fn) not in self._ids:
            was = self._ids[id(before)] = self._known(changed if id(changed) in self._ids else before)
            self._alive.append(before)
            facts["also"] = self._sharing(array, was)
            self._buffers[id(owner(array))] = [
                one for one in self._buffers.get(id(owner(array)), []) if one[0] != was
            ]
            self._op(op.name, (before, *inputs), {}, changed, array, fn, "inplace", **facts)
            return
        sharing = [i for i, leaf in self._leaves.items() if leaf._array is array]
        node = self._ids.get(id(changed)) or (sharing[-1] if sharing else self._known_before(changed))
        facts["also"] = self._sharing(array, node)
        refs = [self._known(x) for x in inputs]
        old, new = before_value(self.things[node], self.events), self._value(array)
        self._add("inplace", self._during(), node, self._frames, op=op.name, inputs=refs, old=old, value=new,
                  **facts)  # fmt: skip

    def _traced(self, given: Any) -> Any:
        """An operation's parameters, where arrays that things hold are told by these: a mask, an index."""
        if isinstance(given, dict):
            return {name: self._traced(value) for name, value in given.items()}
        if isinstance(given, list | tuple):
            return type(given)(map(self._traced, given)) if type(given) in (list, tuple) else given
        if isinstance(given, np.bool_):  # of which there are but two
            return Held("")
        if isinstance(given, np.ndarray):
            held = [i for i, one in self._buffers.get(id(owner(given)), ()) if one is given]
            self.held.update(held[-1:])
            return Held(held[-1]) if held else given
        return given

    def _sharing(self, array: Any, node: str) -> dict[str, Any]:
        """What other things hold now that look into the memory of an array that was changed."""
        found = self._buffers.get(id(owner(array)), [])
        return {i: self._value(one) for i, one in found if i != node}

    def failed(self, op: Op, inputs: Any, error: Exception) -> None:
        refs = [self._known(x) for x in inputs]
        thing = Thing(f"n{len(self.things)}", op.name, None, False, refs, [False] * len(refs), failed=True)
        thing.frames, thing.path = self._frames, self._path
        self._failure = (error, thing, thing.frames)

    def call(self, entered: bool) -> None:
        """A hook or a custom Function begins, or has ended: what runs in between is its own."""
        if entered:
            self._calls.enter((self._frames, self._passing))
            self._passing = False
        else:
            self._frames, self._passing = self._calls.leave()

    def _worked_out(self) -> list[str]:
        """The things that the function that ended last worked out."""
        return [thing for thing, _ in self._calls.take()]

    def mode(self, name: str) -> None:
        if not self._calls.running:
            self._add("note", "forward", None, self._frames, note=name)

    def regrad(self, leaf: Any, old: Any) -> None:
        """A ``.grad`` was set: where to None, that is a step, and one for several that a line lets go of."""
        node = self._ids.get(id(leaf), "")
        if node not in self._stored or self._grads.at(self._place + 1, leaf) is not None:
            return
        del self._stored[node]
        last = self.events[-1]
        if last.data.get("note") == "grad_cleared" and last.frames == self._frames:
            last.data["cleared"].append(node)
        else:
            self._add("note", self._during(), node, self._frames, note="grad_cleared", cleared=[node])

    # ------------------------------------------------------------------ backward
    def seed(self, root: Any, gradient: Any, targets: Any, storing: bool) -> None:
        node, self._sent = self._known(root), (None, -1)
        now = {i: self._grads.at(self._place, self._leaves[i]) for i in self._stored}
        cleared = [i for i, grad in now.items() if grad is None]
        for i in cleared:
            del self._stored[i]
        ends = None if targets is None else [self._end_of(one) for one in targets]
        facts = {"gradient": self._value(gradient), "cleared": cleared, "targets": ends, "storing": storing}
        if isinstance(gradient, Recorded):  # the pass is recorded
            facts["recorded"] = True
            if id(gradient) not in self._ids:
                made = self._new(None, gradient, False, gradient)
                made.part, made.drawn, facts["made"] = ("seed", node, node), False, made.id
        self._add("seed", "backward", node, self._frames, **facts)
        self._passing = True
        self._parts.begin(node)

    def ended(self) -> None:
        self._passing, self._storing, self._calls.done = False, None, []

    def flow(self, node: Any, target: Any, upstream: Any, new: Any, total: Any) -> None:
        if isinstance(node, Port):
            return
        again = self._sent[0] is node
        at = next(
            k for k in range(self._sent[1] + 1 if again else 0, len(node.edges)) if node.edges[k] is target
        )
        self._sent, k = (node, at), node.plan.places[at]
        giver = self._ids.get(id(node)) or self._adopt(node)
        if isinstance(upstream, Several):  # told of the first output that a gradient came to
            output, upstream = next(iter(upstream.items()))
            giver = self._outputs.get((id(node), output), giver)
        facts: dict[str, Any] = {"by": self._by[1][k]} if self._by[0] is node and k in self._by[1] else {}
        if node.op is None:  # a custom one
            if not again:
                self._own = self._calls.take()
            led = self._calls.leading_to(getattr(new, "_array", new), self._own)
            facts |= {"inside": led, "code": source.code_of(node.rule)}
        receiver = self._end_of(target)
        if isinstance(new, Recorded):
            ends = (self._ids.get(id(one), "") for one in (new, total))
            self._parts.arrive(receiver, giver, *ends)
        facts |= {"upstream": self._value(upstream), "new": self._value(new), "total": self._value(total)}
        self._add("flow", "backward", receiver, self._frames, giver=giver, place=k, **facts)

    def hook(self, target: Any, hook: Any, kind: str, given: Any, after: Any) -> None:
        meant = getattr(hook, "func", hook)  # of a partial
        name = getattr(meant, "__name__", type(meant).__name__)
        old, new = ([getattr(one, "_array", one) for one in some] for some in (given, after))
        changed = [k for k, one in enumerate(old) if one is not new[k]]
        if kind == "after":
            earlier = self._by[1] if self._by[0] is target else {}
            self._by = target, earlier | dict.fromkeys(changed, name)
        facts: dict[str, Any] = {
            "old": [*map(self._value, old)],
            "new": [*map(self._value, new)],
            "changed": bool(changed),
        }
        if kind in ("gradient", "before") and len(new) == 1:
            facts["total"] = facts["new"][0]
        self._add("hook", "backward", self._end_of(target), self._frames, hook=name, how=kind,
                  code=source.code_of(hook), inside=self._worked_out(), **facts)  # fmt: skip

    def store(self, leaf: Any, total: Any, grad: Any) -> None:
        node, recorded = self._known(leaf), isinstance(total, Recorded)
        self._leaves.setdefault(node, leaf)  # an operation may have made it: x.detach().clone()
        total, before = self._value(total), None if grad is None else self._value(grad)
        self._stored[node] = total if before is None else before + total
        self._add("store", "backward", node, self._frames,
                  total=total, before=before, stored=self._stored[node])  # fmt: skip
        if recorded:
            self._storing = self.events[-1]


def before_value(thing: Thing, events: list[Event]) -> Any:
    """What a thing held before its latest in-place change."""
    for event in reversed(events):
        if event.kind == "inplace" and event.node == thing.id and "value" in event.data:
            return event.data["value"]
    return thing.value


TURNS = ("permute", "transpose", "mT", "t")  # ways to write a matrix's transpose


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
