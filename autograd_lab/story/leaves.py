"""What if a leaf held something else? Which leaves can be changed in a Scene, how, and what came of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import values
from .words import say

if TYPE_CHECKING:
    from .recording import Recording
    from .things import Thing

MOST = 16  # numbers of a leaf that can be changed one by one


def mark(scene: dict[str, Any], recording: Recording) -> None:
    """Add to a Scene that can be run again which nodes can be changed, and to one that was what changed."""
    again = recording.again
    if again is None:
        return
    scene["again"] = {"why_not": again.why_not} if again.why_not else {}
    for node in scene["nodes"]:
        thing = recording.things[node]
        if changeable(recording, thing) and not again.why_not:
            scene["nodes"][node]["edit"] = _editor(thing.value)
        if thing.origin in again.changed:
            scene["nodes"][node]["changed"] = True
    large = [scene["nodes"][i]["label"] for i in scene["nodes"] if _large(recording.things[i])]
    if large and not again.why_not:
        scene["again"]["large"] = say("too_large", names=", ".join(large), most=MOST)
    if again.first is not None and again.changed:
        told = _difference(scene, recording, again.first)
        scene["again"]["told"] = f"{told}. {say('replayed')}" if again.replayed else told


def changeable(recording: Recording, thing: Thing) -> bool:
    """Whether a leaf can be given other numbers: few, and not overwritten before they are used."""
    if thing.op is not None or thing.origin is None or not thing.drawn or "grad_of" in thing.params:
        return False
    array = np.asarray(thing.value)
    if array.dtype.kind not in "fi" or not array.size or _large(thing):
        return False
    if not np.isfinite(array).all():  # neither JSON nor a slider has such numbers
        return False
    for event in recording.events:
        if event.kind == "inplace" and event.node == thing.id:
            return False
        if event.kind == "op" and thing.id in recording.things[event.node or ""].inputs:
            return True
    return True


def _large(thing: Thing) -> bool:
    """Whether a leaf holds too many numbers, or along too many axes, for a box each."""
    return thing.op is None and thing.drawn and (np.size(thing.value) > MOST or np.ndim(thing.value) > 2)


def _editor(value: Any) -> dict[str, Any]:
    """A leaf's numbers as they are, and how far a slider goes."""
    array = np.asarray(value)
    whole = array.dtype.kind == "i"
    top = float(np.abs(array).max()) or 0.5
    bound = nice(2 * top)
    step = 1 if whole else bound / 100
    return {"data": array.tolist(), "bound": max(bound, 1) if whole else bound, "step": step}


def nice(x: float) -> float:
    """The next of 1, 2, 5, 10, 20, … and their like below 1.

    >>> nice(6.0), nice(0.03), nice(20.0)
    (10.0, 0.05, 20.0)
    """
    power = math.floor(math.log10(x))
    return next(round(n * 10.0**power, 12) for n in (1, 2, 5, 10) if n * 10.0**power >= x * (1 - 1e-9))


def _difference(scene: dict[str, Any], recording: Recording, first: Recording) -> str:
    """What became of the result, in a few characters: ``z 12 → 20``."""
    from .graph import result_of

    old, new = result_of(first), result_of(recording)
    if old is None or new is None:
        return ""
    shown = [values.value(part.things[node].value) for part, node in ((first, old), (recording, new))]
    told = [one.get("told") or values.text(one.get("data", "")) for one in shown]
    return say("what_became", name=scene["nodes"][new]["label"], old=told[0], new=told[1])


class Probe(NamedTuple):
    """What a finite difference says of one number of a leaf, beside what backward said."""

    slope: float  # (z(x + eps) - z(x - eps)) / 2 eps
    gradient: float | None  # None: nothing arrived
    eps: float
    told: str  # both in a sentence


def probed(
    recording: Recording, leaf: Thing, index: tuple[int, ...], run: Callable[[Any], Recording]
) -> Probe:
    """Nudge one number of a leaf both ways, and see by how much the last backward pass's root changes.

    ``run`` records the cell with another array for the leaf; in float64 where the array is that. The error of
    a central difference is of the order of eps squared (Griewank and Walther, *Evaluating Derivatives*, 2008,
    section 1.2), that of rounding of 1/eps. Raises ValueError where there was no backward pass, the leaf was
    changed in place before it, or ``index`` is no number's place.
    """
    seed = next((e for e in reversed(recording.events) if e.kind == "seed"), None)
    if seed is None:
        raise ValueError(say("no_backward"))
    array = np.asarray(leaf.value)
    if len(index) != array.ndim or not all(-n <= k < n for k, n in zip(index, array.shape, strict=True)):
        raise ValueError(say("probe_index", shape=array.shape, index=index))
    before = recording.events[: recording.events.index(seed)]
    if any(e.kind == "inplace" and e.node == leaf.id for e in before):
        raise ValueError(say("probe_moved"))
    start = _outcome(recording, seed.data["gradient"])
    wide = np.asarray(array, float)
    # where random numbers or a cast make the wide run another one, the cell runs as it is
    same = abs(_outcome(run(wide), seed.data["gradient"]) - start) <= 1e-3 * max(1e-3, abs(start))
    array, eps = (wide, 1e-4) if same else (array, 1e-2)
    eps *= max(1e-2, abs(float(array[index])))
    ends = []
    for sign in (1, -1):
        nudged = array.copy()
        nudged[index] += sign * eps
        ends.append((_outcome(run(nudged), seed.data["gradient"]), float(nudged[index])))
    (high, right), (low, left) = ends
    slope = (high - low) / (right - left)
    place = recording.events.index(seed)
    totals = [e.data["total"] for e in recording.events[place:] if e.kind == "store" and e.node == leaf.id]
    gradient = float(np.asarray(totals[-1])[index]) if totals else None
    return Probe(slope, gradient, eps, _compared(slope, gradient, eps, 1e-3 if same else 2e-2))


def _outcome(recording: Recording, gradient: Any) -> float:
    """The number that backward differentiates: its root, weighted by the gradient that it starts with."""
    seed = next((e for e in reversed(recording.events) if e.kind == "seed"), None)
    if seed is None:
        raise ValueError(say("no_backward"))
    return float(
        np.sum(np.asarray(recording.things[seed.node or ""].value, float) * np.asarray(gradient, float))
    )


def _compared(slope: float, gradient: float | None, eps: float, tolerance: float) -> str:
    parts = {"eps": values.number(eps), "slope": values.number(slope)}
    if gradient is None:
        return say("probed_alone", **parts)
    near = abs(slope - gradient) <= tolerance * max(
        1e-3, abs(slope), abs(gradient)
    )  # backward may be in float32
    return say("probed_agree" if near else "probed_differ", gradient=values.number(gradient), **parts)
