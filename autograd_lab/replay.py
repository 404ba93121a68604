"""Running the recorded operations again with other values, where their code can't be run again."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from .core import engine, inplace
from .core.modes import local, set_grad_enabled
from .core.node import Port, Several
from .core.record import apply, made
from .core.variable import Variable
from .story.recording import Recording
from .story.things import Event, Held, Thing, snapshot
from .story.words import say

Origin = tuple[str, int]  # which leaf, as rerun.Origin has it
KINDS = {"leaf", "op", "inplace", "note", "seed", "flow", "store"}  # of events that can be replayed


class Tape:
    """The operations of a recording, one after the other; Python around them stands still."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording

    @cached_property
    def why(self) -> str:
        """A sentence where it can't be replayed, else ""; with its own values it must give the same again."""
        events = self.recording.events
        word = next(filter(None, map(_refused, events)), "not_replayed" if self._unheard() else "")
        if word:
            return say(word)
        try:
            again = self.run({}, self.recording.limit)
        except (RuntimeError, ValueError, TypeError, KeyError, IndexError, AttributeError):
            return say("not_replayed")
        pairs = [
            *((self.recording.things[i].value, thing.value) for i, thing in again.things.items()),
            *(
                (one.data.get("total"), two.data.get("total"))
                for one, two in zip(events, again.events, strict=True)
            ),
        ]
        return "" if all(_same(*pair) for pair in pairs) else say("not_replayed")

    def _unheard(self) -> bool:
        """Whether it uses what was worked out where nobody listened, and not before it began.

        Those are what ``autograd.grad`` returned, and the places that ``max`` and ``sort`` return, too.
        """
        worked_out = False
        for event in self.recording.events:
            gives = getattr(event.data.get("entry"), "gives", ())
            worked_out = worked_out or bool(gives) or event.data.get("storing") is False
            origin = self.recording.things[event.node].origin if event.node else None
            if worked_out and event.kind == "leaf" and origin and origin[0] == "before":
                return True
        return False

    def run(self, values: dict[Origin, Any], limit: int, wide: bool = False) -> Recording:
        """The same recording with the numbers that come of other arrays for some leaves.

        With ``wide``, leaves of float32 become float64. ``limit`` was kept when it was recorded. Raises what
        the operations raise.
        """
        player = Player(self.recording, values, wide)
        player.play()
        new, old = Recording(limit), self.recording
        new.file, new.lines, new.operations = old.file, old.lines, old.operations
        new.things, new.events = player.things, player.events
        return new


def _refused(event: Event) -> str:
    """Which sentence says why an event can't be replayed; "" where it can."""
    if event.kind == "hook" or "inside" in event.data or "recorded" in event.data:
        return "not_replayed_own"
    if event.kind == "error":
        return "not_replayed_error"
    return "" if event.kind in KINDS else "not_replayed"


def _same(one: Any, other: Any) -> bool:
    return one is other or np.array_equal(one, other, equal_nan=np.asarray(one).dtype.kind == "f")


class Player:
    """Takes one event after the other through the core, and puts into copies of them what comes of it."""

    def __init__(self, recording: Recording, values: dict[Origin, Any], wide: bool) -> None:
        self.values, self.wide = values, wide
        self.things = {i: replace(thing) for i, thing in recording.things.items()}
        self.events = [replace(event, data=dict(event.data)) for event in recording.events]
        self.now: dict[str, Any] = {}  # a Thing's id -> its Variable
        self.heard: Any = Heard()
        self.seeds: list[Event] = []  # where the next pass begins: at several roots, perhaps

    def play(self) -> None:
        for k, event in enumerate(self.events):
            if event.kind == "seed":
                self.seeds.append(event)
                if k + 1 == len(self.events) or self.events[k + 1].kind != "seed":
                    self._backward()
            else:
                getattr(self, event.kind)(event)

    def _given(self, refs: Any) -> list[Any]:
        return [self._given_one(ref) if isinstance(ref, str) else ref for ref in refs]

    def _given_one(self, node: str) -> Any:
        if node not in self.now:  # no event tells of one that is only read by changes in place
            self._begin(self.things[node])
            self._show(node)
        return self.now[node]

    def _with(self, given: Any) -> Any:
        """An operation's parameters, with what things hold now."""
        if isinstance(given, dict):
            return {name: self._with(value) for name, value in given.items()}
        if isinstance(given, list | tuple):
            return type(given)(map(self._with, given)) if type(given) in (list, tuple) else given
        return self._given_one(given.thing)._array if isinstance(given, Held) else given

    def _show(self, node: str) -> None:
        self.things[node].value = snapshot(self.now[node]._array)

    # ------------------------------------------------------------------ forward
    def leaf(self, event: Event) -> None:
        thing = self.things[event.node or ""]
        self._begin(thing)
        if event.data["stored"] is not None:
            self.now[thing.id]._grad = made(np.array(event.data["stored"]))
        self._show(thing.id)

    def _begin(self, thing: Thing) -> None:
        """A leaf is there from now on; or a ``.grad``, which is another Variable's."""
        if "grad_of" in thing.params:
            self.now[thing.id] = self.now[thing.params["grad_of"]]._grad
            return
        if thing.shares in self.now:
            array = self.now[thing.shares]._array
        else:
            array = np.array(self.values.get(thing.origin, thing.value) if thing.origin else thing.value)[()]
            array = array.astype(np.float64) if self.wide and array.dtype == np.float32 else array
        self.now[thing.id] = leaf = made(array)
        leaf._learns = thing.requires_grad

    def op(self, event: Event) -> None:
        thing = self.things[event.node or ""]
        inputs = self._given(thing.inputs)
        with set_grad_enabled(thing.requires_grad):
            entry = event.data.get("entry")
            out = (
                getattr(inputs[0], thing.op or "")()
                if entry is None
                else _applied(entry, inputs, self._with(event.data["given"]))
            )
        self.now[thing.id] = out
        self._show(thing.id)

    def inplace(self, event: Event) -> None:
        thing, data = self.things[event.node or ""], event.data
        recorded = "value" not in data
        first, *others = self._given(thing.inputs if recorded else [thing.id, *data["inputs"]])
        if not recorded:
            data["old"] = snapshot(first._array)
        with set_grad_enabled(recorded):
            inplace.change(first, data["entry"], thing.op or "", tuple(others), self._with(data["given"]))
        self.now[thing.id] = first
        data["also"] = {i: snapshot(self.now[i]._array) for i in data["also"]}
        if recorded:
            self._show(thing.id)
        else:
            data["value"] = snapshot(first._array)

    def note(self, event: Event) -> None:
        for leaf in event.data.get("cleared", ()):
            self.now[leaf]._grad = None
        if "entry" in event.data:  # a change of a .grad
            grad = self.now[event.node or ""]._grad
            inplace.change(
                grad,
                event.data["entry"],
                "",
                tuple(self._given(event.data["inputs"])),
                self._with(event.data["given"]),
            )
            event.data["stored"] = snapshot(grad._array)

    # ------------------------------------------------------------------ backward
    def _backward(self) -> None:
        seeds, self.seeds = self.seeds, []
        roots = [self.now[seed.node or ""] for seed in seeds]
        gradients = [
            seed.data["gradient"].astype(root._array.dtype) for seed, root in zip(seeds, roots, strict=True)
        ]
        for leaf in (leaf for seed in seeds for leaf in seed.data["cleared"]):
            self.now[leaf]._grad = None
        targets, storing = (seeds[0].data[name] for name in ("targets", "storing"))
        ends = None if targets is None else [self.now[one]._fn or self.now[one] for one in targets]
        before, local.now.listener = local.now.listener, self.heard
        try:
            engine.run(roots, gradients, True, False, ends, storing)
        finally:
            local.now.listener = before

    def flow(self, event: Event) -> None:
        event.data.update(self.heard.flows.pop(0))

    def store(self, event: Event) -> None:
        event.data.update(self.heard.stored.pop(id(self.now[event.node or ""])))


class Heard:
    """What a backward pass announced, in the form of events."""

    def __init__(self) -> None:
        self.flows: list[dict[str, Any]] = []
        self.stored: dict[int, dict[str, Any]] = {}  # by the leaf's id

    def seed(self, *_: Any) -> None: ...
    def changing(self, _: Any) -> None: ...
    def ended(self) -> None: ...

    def flow(self, node: Any, target: Any, upstream: Any, new: Any, total: Any) -> None:
        if isinstance(upstream, Several):  # told of the first output that a gradient came to
            upstream = next(iter(upstream.values()))
        if not isinstance(node, Port):
            self.flows.append(
                {"upstream": snapshot(upstream), "new": snapshot(new), "total": snapshot(total)}
            )

    def store(self, leaf: Any, total: Any) -> None:
        total, before = snapshot(total), None if leaf._grad is None else snapshot(leaf._grad._array)
        stored = total if before is None else before + total
        self.stored[id(leaf)] = {"total": total, "before": before, "stored": stored}


def _applied(entry: Any, inputs: list[Any], params: dict[str, Any]) -> Variable:
    out = apply(entry, (inputs,) if entry.joint else tuple(inputs), params)
    return out[0] if entry.gives else out  # type: ignore[no-any-return]
