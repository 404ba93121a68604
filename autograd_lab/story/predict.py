"""Predict before reveal: which steps ask, what each hides, and what to say to a wrong answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..core.op import INPUTS
from . import choices, formula, mistakes, values, veils
from .explain import Explainer
from .names import Names
from .recording import Recording
from .things import Event
from .words import say

Wanted = bool | str | Sequence[str] | None
RESULTS = ("new", "total", "stored", "product", "local")


class Predictions:
    """Which steps of one recording ask, and for each hidden step the step whose answer shows it."""

    def __init__(self, recording: Recording, names: Names, wanted: Wanted) -> None:
        self.recording, self.names = recording, names
        self.events = [e for e in recording.events if e.kind != "earlier"]
        self.kinds = _kinds(wanted)
        known = {base for base in names.base.values() if base.replace(".", "_").isidentifier()}
        for kind in self.kinds - {"flow", "store", "named", *choices.KINDS}:
            if kind not in known:
                wanted = "'flow', 'store', 'edge', 'grad', or a name in the cell"
                raise ValueError(f"predict={kind!r}: this is {wanted}")
        self.by: dict[int, int] = {}
        recorded = False  # a pass that is recorded shows what it works out before it sends it
        for k, event in enumerate(self.events):
            recorded = event.data.get("recorded", False) if event.kind == "seed" else recorded
            if self.kinds and not recorded and self._asks(event):
                self.by[k] = k
        for k in [k for k in self.by if self.events[k].kind == "store"]:
            self.by |= {j: k for j in self._into(k) if j not in self.by}
        self._spread()
        self.choices = choices.Choices(recording, names, self.events, self.kinds).asks
        self.veils = veils.of(recording, names, self.events, self.choices)

    def _spread(self) -> None:
        """What is worked out from a hidden gradient is hidden with it, up to the next question."""
        by: dict[str, int] = {}  # the question that hides what has arrived at a node
        for k, event in enumerate(self.events):
            if event.kind == "seed":
                by = {}
            source = event.data["giver"] if event.kind == "flow" else event.node
            if event.kind in ("flow", "store", "hook") and k not in self.by and source in by:
                self.by[k] = by[source]
            if event.kind == "flow" and k in self.by:
                by[event.node or ""] = self.by[k]

    def _asks(self, event: Event) -> bool:
        if event.kind not in ("flow", "store"):
            return False
        if not all(map(_written_out, self._needed(event))):
            return False
        base = self.names.base[event.node or ""]
        if event.kind == "flow":  # a leaf's gradient is asked for where it is stored
            leaf = self.recording.things[event.node or ""].op is None
            named = "named" in self.kinds and base.isidentifier()
            return "flow" in self.kinds or named or (base in self.kinds and not leaf)
        if self.kinds & {"flow", "named"}:  # what arrived was asked for already; what it is added to was not
            return event.data["before"] is not None
        return "store" in self.kinds or base in self.kinds

    def _needed(self, event: Event) -> list[Any]:
        """The answer, and what a learner works it out from."""
        if event.kind == "store":
            return [event.data["stored"], event.data["total"]]
        inputs = self.recording.things[event.data["giver"]].inputs
        held = [self.recording.things[ref].value if isinstance(ref, str) else ref for ref in inputs]
        return [event.data["new"], event.data["upstream"], *(value for value in held if value is not None)]

    def _into(self, store: int) -> list[int]:
        """The contributions of the same pass that a store adds up; not those that bring one of several."""
        if "flow" in self.kinds or "named" in self.kinds:
            return []
        node, found = self.events[store].node, []
        for k in range(store - 1, -1, -1):
            if self.events[k].kind == "seed":
                break
            if self.events[k].kind == "flow" and self.events[k].node == node:
                found.append(k)
        return found


def _written_out(array: Any) -> bool:
    """Whether its numbers are shown, and can be typed: no heat map, no NaN, no more than rows and columns."""
    array = np.asarray(array)
    few = (
        array.size > 0 and array.dtype.kind in "fiub" and array.ndim < 3 and "heat" not in values.value(array)
    )
    return few and bool(np.all(np.isfinite(array)))


def _kinds(wanted: Wanted) -> set[str]:
    if wanted is None or wanted is False:
        return set()
    if wanted is True:
        return {"named"}
    return {wanted} if isinstance(wanted, str) else set(wanted)


def apart(event: Event, totals: dict[str, Any], stored: dict[str, Any], hidden: bool) -> Event:
    """The event with what it was given as the story holds it; a hidden result as an array of its own.

    The engine hands arrays on as they are: hiding one must hide neither what came before it nor more than it.
    """
    data = dict(event.data)
    if event.kind == "flow" and data["giver"] in totals:
        data["upstream"] = totals[data["giver"]]
    if event.kind == "store" and event.node in totals:
        data["total"] = totals[event.node]
        if data["before"] is None:
            data["stored"] = data["total"]
        elif event.node in stored and np.array_equal(data["before"], stored[event.node]):
            data["before"] = stored[event.node]  # what an earlier pass wrote
    if hidden and event.kind == "hook":
        data |= {
            name: [None if one is None else np.array(one) for one in data[name]] for name in ("old", "new")
        }
        if "total" in data:
            data["total"] = data["new"][0]
    elif hidden:
        copies = {id(data[name]): np.array(data[name]) for name in ("new", "total", "stored") if name in data}
        keep = event.kind == "store" and data["before"] is not None  # the total was seen as it arrived
        for name in ("new", "stored") if keep else ("new", "total", "stored"):
            if name in data:
                data[name] = copies[id(data[name])]
    return replace(event, data=data)


def hides(event: Event, teller: Explainer, asked: bool) -> list[str]:
    """The keys of what tells the answer at a step; a local derivative only where the step itself asks."""
    kept = event.kind == "store" and event.data["before"] is not None
    names = [name for name in RESULTS if not (kept and name == "total") and (asked or name != "local")]
    told = [event.data.get(name) for name in names]
    if event.kind == "hook":
        told = [*event.data["old"], *event.data["new"]]
    told += [teller.things[thing].value for thing in event.data.get("inside", ())]
    return list(dict.fromkeys(teller.key(one) for one in told if one is not None))


def question(event: Event, teller: Explainer, contributions: Sequence[Any]) -> dict[str, Any]:
    """What a step asks, the right answer, and the wrong ones that can be told apart."""
    data, flow = event.data, event.kind == "flow"
    right = data["new"] if flow else data["stored"]
    made = mistakes.of_flow(_flow(event, teller)) if flow else _store(event, teller, contributions)
    needed = ("upstream",) if flow else ("total", "before")
    told = {"target": teller.said(event.node)}
    if flow:
        told |= {"giver": teller.said(data["giver"]), "upstream": teller.value(data["upstream"])}
        told["other"] = _other_name(event, teller)
    return {
        **{name: say(f"{event.kind}_{name}", **told) for name in ("say", "question", "hint")},
        "form": _form(np.shape(right)),
        "right": np.asarray(right, float).tolist(),
        "mistakes": [
            {
                "kind": kind,
                "value": np.asarray(value, float).tolist(),
                "say": say(f"mistake_{kind}", **told),
            }
            for kind, value in made
        ],
        "tolerance": mistakes.TOLERANCE,
        "needs": [teller.key(data[name]) for name in needed if data[name] is not None],
    }


def _form(shape: tuple[int, ...]) -> str:
    """What to type.

    >>> _form(()), _form((1, 2)), _form((2, 2))
    ('a number', '2 numbers, such as 1, 2', '2 rows of 2, such as 1 2; 3 4')
    """
    sides = [n for n in shape if n != 1]
    if not sides:
        return say("form_number")
    if len(sides) == 1:
        return say("form_numbers", n=sides[0], example=", ".join(str(k + 1) for k in range(sides[0])))
    rows, columns = sides
    example = "; ".join(" ".join(str(j * columns + k + 1) for k in range(columns)) for j in range(rows))
    return say("form_rows", rows=rows, columns=columns, example=example)


def _flow(event: Event, teller: Explainer) -> mistakes.Flow:
    data, things = event.data, teller.things
    giver, k = things[data["giver"]], data["place"]
    twice = giver.inputs.count(giver.inputs[k]) > 1
    before, after = _changed(event, teller)
    return mistakes.Flow(
        right=data["new"],
        upstream=data["upstream"],
        local=data["local"],
        product=data["product"],
        old=data["old"],
        value=teller.now.get(event.node or ""),
        out=giver.value,
        other=None
        if twice or len(giver.inputs) != 2 or not isinstance(giver.inputs[1 - k], str)
        else _by_rule(event, teller, 1 - k, {}),
        before=before,
        after=after,
        n=teller.n(giver),
    )


def _store(event: Event, teller: Explainer, flows: Sequence[Any]) -> list[mistakes.Mistake]:
    data = event.data
    return mistakes.of_store(
        mistakes.Store(
            right=data["stored"],
            total=data["total"],
            before=data["before"],
            contributions=tuple(flow["new"] for flow in flows),
            value=teller.now.get(event.node or ""),
            local=flows[-1]["local"] if flows else None,
        )
    )


def _other_name(event: Event, teller: Explainer) -> str:
    giver = teller.things[event.data["giver"]]
    return teller.said(giver.inputs[1 - event.data["place"]]) if len(giver.inputs) == 2 else ""


def _by_rule(event: Event, teller: Explainer, k: int, instead: dict[str, Any]) -> Any:
    """What would go to the k-th input, with some values instead of those held; None where it isn't known."""
    giver = teller.things[event.data["giver"]]
    numbers = teller.numbers(giver) | instead | {"g": event.data["upstream"]}
    rule = teller.rule(giver, k)
    names = formula.names(rule)
    if names is None or any((formula.NUMBERS | numbers).get(name) is None for name in names):
        return None
    try:
        found = formula.evaluate(rule, numbers)
        found = found if "g" in names else event.data["upstream"] * found
        return _like(found, giver, k, teller)
    except (AttributeError, TypeError, ValueError):  # a rule for arrays, met by a plain number
        return None


def _like(found: Any, giver: Any, k: int, teller: Explainer) -> Any:
    """Summed to the shape of the k-th input, as its contribution is."""
    ref = giver.inputs[k]
    like: Any = teller.now.get(ref) if isinstance(ref, str) else ref
    return mistakes.summed(found, like) if np.shape(found) != np.shape(like) else found


def _changed(event: Event, teller: Explainer) -> tuple[Any, Any]:
    """The contribution with each changed input as it was before its change in place, and as it is after."""
    data, giver = event.data, teller.things[event.data["giver"]]
    found: dict[str, Any] = {"old": None, "value": None}
    for name, ref in zip(INPUTS, giver.inputs, strict=False):
        for change in (e for e in teller.changes if e.node == ref and data["local"] is not None):
            which = "old" if change in teller.happened else "value"
            found[which] = _by_rule(event, teller, data["place"], {name: change.data[which]})
    return found["old"], found["value"]
