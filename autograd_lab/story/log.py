"""The log: what the core announced while it ran, kept as it came. Nothing is copied, looked up or formatted.

Whoever records wants the cell to run as fast as without, so an event is one tuple that refers to what took
part. Arrays are referred to as well; only when one is about to be changed in place is it copied first.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..core.modes import GENERATOR, local
from ..core.node import clock, owner
from . import source

LIMIT = 2000  # operations
getframe = sys._getframe
SAME = None, 0, None  # the place of the entry before
# (kind, the user's frames, the place in the innermost, what that had called, ...what its kind has): flat, as
# each tuple more is one more for the garbage collector.
Entry = tuple[Any, ...]


class Log:
    """Listens as ``core.modes.Listener`` says, until ``limit`` operations are in."""

    def __init__(
        self, limit: int, top: Any = None, given: dict[int, Any] | None = None, wide: bool = False
    ) -> None:
        self.limit = limit
        self.given = given or {}  # other arrays for leaves, by which of those it is that are made meanwhile
        self.wide = wide  # whether leaves of float32 become float64
        self.leaves = 0
        self.top = top  # the outermost frame that is the user's
        self.entries: list[Entry] = []
        self.operations = 0
        self.full = False
        self._frame: Any = None  # the user's innermost frame when something was last noted,
        self._calls: source.Calls = ()  # and those around it, which stand still meanwhile
        self.born = clock()
        self._saved: dict[
            int, tuple[Any, Any, Any]
        ] = {}  # what earlier nodes saved, before backward frees it

    def saved_by(self, node: Any) -> tuple[Any, Any, Any]:
        """What a node had saved of its two first inputs and its output before backward came by."""
        return self._saved.get(id(node)) or _saved(node)

    def start(self) -> None:
        if local.now.listener is not None:
            raise RuntimeError("a recording is running already: end it before another one starts")
        local.now.listener = self

    def stop(self) -> None:
        local.now.listener = None
        self.top, self._frame, self._calls = None, None, ()

    def _add(self, kind: str, *data: Any) -> None:
        """Note an event with the line it came from."""
        if not self.full:
            self.entries.append((kind, *self._place(getframe(2)), *data))

    def _place(self, frame: Any) -> tuple[source.Calls, int, Any]:
        """Where the user's code is, from this frame outwards."""
        called = None
        if frame is not self._frame:
            frame, called = source.innermost(frame)
            if frame is None:
                return (), 0, None
            if frame is not self._frame:
                self._calls = source.running(frame, self.top)
                self._frame = None if frame.f_code.co_flags & GENERATOR else frame
        return self._calls, frame.f_lasti, called

    def order(self) -> Iterator[int]:
        """The places of its entries in the order they are told: a leaf stores when all has arrived there.

        The core stores at the end of a pass, which is faster and, but for hooks, the same.
        """
        sent: dict[int, list[int]] = {}  # by node: the place of what it sent last
        arrived: dict[int, list[int]] = {}  # by leaf: the same, of the node that sent to it last
        after: dict[int, list[int]] = {}
        for k, (kind, _, _, _, *data) in enumerate(self.entries):
            if kind == "flow":
                last = arrived[id(data[1])] = sent.setdefault(id(data[0]), [k])
                last[0] = k
            elif kind == "hook":
                arrived[id(data[0])] = [k]
            elif kind == "store":
                after.setdefault(arrived.pop(id(data[0]), [k])[0], []).append(k)
        for k, entry in enumerate(self.entries):
            if entry[0] != "store":
                yield k
            yield from after.get(k, ())

    # ------------------------------------------------------------------ forward
    def leaf(self, made: Any) -> None:
        if self.leaves in self.given:
            made._array = self.given[self.leaves].copy()[()]
        if self.wide and made._array.dtype == np.float32:
            made._array = made._array.astype(np.float64)
        self._add("leaf", made, self.leaves)
        self.leaves += 1

    def op(self, op: Any, inputs: Any, params: dict[str, Any], out: Any) -> None:
        if self.operations >= self.limit:
            self._add("limit")
            self.full = True
            return
        self.operations += 1
        frame, calls, called = getframe(2), self._calls, None
        if frame is self._frame:  # as it mostly is
            at = frame.f_lasti
        else:
            calls, at, called = self._place(frame)
        self.entries.append(("op", calls, at, called, op, inputs, params, out, out._array, out._fn))

    def changing(self, array: Any) -> None:
        """An array is about to be changed in place: what was logged before has to keep its numbers."""
        if not self.full:
            buffer = owner(array)
            self.entries.append(("changing", *SAME, buffer, buffer.copy(order="K")))

    def inplace(
        self, op: Any, before: Any, changed: Any, inputs: tuple[Any, ...], params: dict[str, Any]
    ) -> None:
        self._add("inplace", op, before, changed, changed._array, history(changed), inputs, params)

    def alias(self, name: str, source_: Any, out: Any) -> None:
        self._add("alias", name, source_, out)

    def failed(self, op: Any, inputs: Any, error: Exception) -> None:
        self._add("failed", op, inputs, error)

    def mode(self, name: str, entered: bool) -> None:
        if entered:
            self._add("mode", name)

    def regrad(self, leaf: Any) -> None:
        """A ``.grad`` is about to be set by the user."""
        self._add("regrad", leaf, leaf._grad)

    # ------------------------------------------------------------------ backward: the line is the seed's
    def seed(self, root: Any, gradient: Any, targets: Any, storing: bool) -> None:
        self._add("seed", root, gradient, targets, storing)

    def flow(self, node: Any, target: Any, upstream: Any, new: Any, total: Any) -> None:
        if not self.full:
            if node.tick < self.born:
                self._saved.setdefault(id(node), _saved(node))
            self.entries.append(("flow", None, 0, None, node, target, upstream, new, total))

    def ended(self) -> None:
        if not self.full:
            self.entries.append(("ended", *SAME))

    def hook(self, target: Any, hook: Any, kind: str, given: Any, after: Any) -> None:
        if not self.full:
            self.entries.append(("hook", *SAME, target, hook, kind, given, after))

    def call(self, function: Any, entered: bool) -> None:
        """What runs from here to its end is a hook's, or a custom Function's."""
        if not self.full:
            self.entries.append(("call", *SAME, entered))

    def store(self, leaf: Any, total: Any) -> None:
        if not self.full:
            self.entries.append(("store", None, 0, None, leaf, total, leaf._grad))


def history(variable: Any) -> Any:
    """The node that a Variable comes from; None for a leaf, and for a view that lost it."""
    try:
        return variable._fn
    except RuntimeError:  # whoever uses it will be told
        return None


def _saved(node: Any) -> tuple[Any, Any, Any]:
    held = node.held() if node.op and node.saved is not None else {}
    return held.get("x"), held.get("y"), held.get("out")
