"""What a story is made of, as plain data: things, and events that happened to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import rounds, source


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
    reflected: bool = False  # whether the code names its second input first
    frames: source.Frames = ()
    path: rounds.Path = ()  # the calls and rounds that it was made in, outermost first
    names: list[str] = field(default_factory=list)  # names in the cell that were still bound to it at the end
    title: str = ""  # a label for what has no source expression
    failed: bool = False
    # Made while backward ran, by a rule: what it is there, and of what; see names.py
    part: tuple[str, ...] = ()
    drawn: bool = True  # False: only worked out inside a hook or a custom Function
    # Of a leaf: ("made", which of those that were made meanwhile), or ("before", its id)
    origin: tuple[str, int] | None = None
    shares: str = ""  # of a leaf: an earlier one whose memory it uses

    @property
    def written(self) -> list[Any]:
        """Its inputs in the order in which the code names them."""
        return self.inputs[::-1] if self.reflected else self.inputs


@dataclass(frozen=True)
class Held:
    """What a thing holds, as a parameter of an operation; no thing, where it can't be told."""

    thing: str


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
