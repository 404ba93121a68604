"""Recording: what happened, in order, as plain data.

While the cell runs a Log only listens. When it is over the log is read once, and everything worked out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .log import LIMIT, Log
from .reader import Reader
from .things import Event, Thing


@dataclass
class Again:
    """What is known of running a recording again with other values for some of its leaves."""

    why_not: str = ""  # a sentence, where that can't be
    replayed: bool = False  # the recorded operations ran again, not the code around them
    first: Recording | None = None  # the recording with its own values, of one that was run again
    changed: frozenset[tuple[str, int]] = frozenset()  # which leaves got other values: their origins


def drawn_too(things: dict[str, Thing]) -> None:
    """What a drawn thing was worked out from is drawn as well, wherever it was made."""
    for thing in reversed(things.values()):
        for ref in thing.inputs if thing.drawn else ():
            if isinstance(ref, str):
                things[ref].drawn = True


class Recording:
    """Everything that happened between ``start()`` and ``stop()``, in order."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.things: dict[str, Thing] = {}
        self.events: list[Event] = []
        self.operations = 0
        self.file: str | None = None  # whose lines are shown first, and which
        self.lines: tuple[int, int] | None = None
        self.again: Again | None = None  # how it can be run again with other values, or was
        self._log = Log(limit)

    def start(self, top: Any = None, given: dict[int, Any] | None = None, wide: bool = False) -> None:
        """Begin to listen; ``top`` is the outermost frame that is the user's own.

        ``given``: other arrays for leaves, by which of those it is that are made from now on; with ``wide``
        leaves of float32 become float64.
        """
        self._log = Log(self.limit, top, given, wide)
        self._log.start()

    def stop(self, error: BaseException | None = None, names: dict[str, Any] | None = None) -> None:
        """End it, and work out what happened: with the error that ended it, and the names that are still bound."""  # noqa: E501
        self._log.stop()
        self.operations = self._log.operations
        reader = Reader(self._log)
        reader.read(error, names or {})
        drawn_too(reader.things)
        used = {ref for thing in reader.things.values() for ref in thing.inputs if isinstance(ref, str)}
        used |= {event.node for event in reader.events if event.kind != "leaf" and event.node}
        inputs = (ref for event in reader.events for ref in event.data.get("inputs", ()))
        read = {ref for ref in inputs if isinstance(ref, str)} | reader.held
        for i, thing in reader.things.items():
            if thing.op is None and i in read - used:  # nothing with an edge reads it
                thing.drawn = False
        used |= read
        self.things = {i: t for i, t in reader.things.items() if t.op is not None or i in used}
        shown = {i for i, thing in self.things.items() if thing.drawn} | {None}
        self.events = [e for e in reader.events if e.node in shown]
        self._log = Log(self.limit)  # lets go of the Variables
