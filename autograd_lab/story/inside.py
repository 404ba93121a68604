"""What runs while backward does: hooks, custom Functions, and the operations of a pass that is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .things import Thing


class Calls:
    """The user's own functions that the engine calls, and what each of them works out."""

    def __init__(self, things: dict[str, Thing]) -> None:
        self.things = things
        self.running: list[Any] = []  # of each that runs: what was so before it began
        self._before: list[list[tuple[str, Any]]] = []
        self._inside: list[tuple[str, Any]] = []  # what the innermost worked out: things, their arrays
        self.done: list[list[tuple[str, Any]]] = []  # the same of those that ended and no step has told of

    def enter(self, state: Any) -> None:
        self.running.append(state)
        self._before.append(self._inside)
        self._inside = []

    def leave(self) -> Any:
        self.done.append(self._inside)
        self._inside = self._before.pop()
        return self.running.pop()

    def note(self, thing: str, array: Any) -> None:
        self._inside.append((thing, array))

    def take(self) -> list[tuple[str, Any]]:
        """What the function that ended last worked out."""
        return self.done.pop() if self.done else []

    def leading_to(self, array: Any, worked_out: list[tuple[str, Any]]) -> list[str]:
        """The things that one result was worked out from; all where that can't be told."""
        wanted = {thing for thing, one in worked_out if one is array}
        found: list[str] = []
        for thing, _ in reversed(worked_out):
            if thing in wanted or not wanted:
                wanted.update(ref for ref in self.things[thing].inputs if isinstance(ref, str))
                found.insert(0, thing)
        return found


class Parts:
    """In a pass that is recorded: which of the things that it makes are the contributions and totals."""

    def __init__(self, things: dict[str, Thing]) -> None:
        self.things = things
        self.root = ""
        self._arrived: dict[
            str, tuple[str, str]
        ] = {}  # by receiver: what arrived last; who sent it, if alone

    def begin(self, root: str) -> None:
        self.root, self._arrived = root, {}

    def arrive(self, receiver: str, giver: str, new: str, total: str) -> None:
        """Something new arrives, and is added to what was there already."""
        whole, earlier = ("total", self.root, receiver), self._arrived.get(receiver)
        if earlier is not None:
            before, first = earlier
            if before and self.things[before].part == whole:  # it was not the total after all
                self.things[before].part = ("new", self.root, receiver, first) if first else ("rule",)
            self._name(new, "new", self.root, receiver, giver)
        self._name(total, *whole)
        self._arrived[receiver] = total, "" if earlier else giver

    def _name(self, thing: str, *part: str) -> None:
        if thing and self.things[thing].part == ("rule",):
            self.things[thing].part = part
