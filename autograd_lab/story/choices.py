"""Questions with a choice of answers: which edge is next, and who gets a gradient."""

from __future__ import annotations

from typing import Any

from . import equations, source
from .names import Names
from .recording import Recording
from .things import Event, Thing
from .words import escaped, say

Ask = dict[str, Any]
KINDS = ("edge", "grad")
MOST = 4  # answers to choose from
Edge = tuple[str, int]  # who sends, and to which of its inputs


class Choices:
    """The choice that each step of one recording offers, by the step's number."""

    def __init__(self, recording: Recording, names: Names, events: list[Event], kinds: set[str]) -> None:
        self.things, self.names, self.events = recording.things, names, events
        self.file = recording.file
        self.asks: dict[int, Ask] = {}
        if "grad" in kinds:
            self._ask_for_gradients()
        if "edge" in kinds:
            for first, end in self._passes():
                self._ask_for_edges(first, end)

    def said(self, ref: str) -> str:
        return escaped(self.names.labels[ref])

    # ------------------------------------------------------------------ which edge is next
    def _passes(self) -> list[tuple[int, int]]:
        """Where each backward pass begins and ends; one that is recorded tells too much to ask."""
        seeds = [k for k, event in enumerate(self.events) if event.kind == "seed"]
        ends = [*seeds[1:], len(self.events)]
        return [(a, b) for a, b in zip(seeds, ends, strict=True) if "recorded" not in self.events[a].data]

    def _ask_for_edges(self, first: int, end: int) -> None:
        flows = [k for k in range(first, end) if self.events[k].kind == "flow"]
        for k in flows:
            wrong = self._wrong_edges(k, first, flows)
            if wrong and k - 1 not in self.asks:
                right = self._edge(k)
                told = {edge: reason for edge, reason in wrong.items() if edge != right}
                self.asks[k - 1] = self._choice("edge", right, told)

    def _edge(self, k: int) -> Edge:
        return self.events[k].data["giver"], self.events[k].data["place"]

    def _wrong_edges(self, k: int, first: int, flows: list[int]) -> dict[Edge, str]:
        """Edges that might be taken for the next one, each with the reason why it is not."""
        wrong: dict[Edge, str] = {}
        giver = self.things[self._edge(k)[0]]
        for place, (ref, sends) in enumerate(zip(giver.inputs, giver.flows, strict=True)):
            if isinstance(ref, str) and not sends:
                wrong[giver.id, place] = "fixed"
        for later in flows:
            if later > k:
                wrong.setdefault(
                    self._edge(later), self._reason(self._edge(later)[0], giver, k, first, flows)
                )
        return wrong

    def _reason(self, other: str, giver: Thing, k: int, first: int, flows: list[int]) -> str:
        if other == giver.id:
            return "place"
        came = [j for j in flows if self.events[j].node == other]
        if all(j < k for j in came):
            return "order"
        started = any(j < k for j in came) or self.events[first].node == other
        return "waiting" if started else "empty"

    def _choice(self, kind: str, right: Edge, wrong: dict[Edge, str]) -> Ask:
        """A choice between the right edge and a few wrong ones, as unlike each other as there are."""
        order = sorted(wrong, key=lambda edge: list(wrong.values()).index(wrong[edge]))
        firsts = [
            edge for k, edge in enumerate(order) if wrong[edge] not in [wrong[one] for one in order[:k]]
        ]
        taken = [*firsts, *(edge for edge in order if edge not in firsts)][: MOST - 1]
        options = sorted([right, *taken])
        mistakes = {k: (wrong[e], self._ends(e)) for k, e in enumerate(options) if e != right}
        texts = [say("edge_option", **self._ends(edge)) for edge in options]
        return choice(kind, texts, options.index(right), mistakes, {})

    def _ends(self, edge: Edge) -> dict[str, str]:
        giver, place = self.things[edge[0]], edge[1]
        side = equations.side(giver, place)
        return {
            "giver": self.said(giver.id),
            "target": self.said(giver.inputs[place]),
            "side": f" ({side})" if side else "",
        }

    # ------------------------------------------------------------------ who gets a gradient
    def _ask_for_gradients(self) -> None:
        """Once for each name, where it first stands for something; what retain_grad() keeps isn't known."""
        if not any(event.kind == "seed" for event in self.events):
            return
        retains = self.file is not None and "retain_grad" in source.source(self.file)
        asked: set[str] = set()
        for k, event in enumerate(self.events):
            thing = self.things.get(event.node or "")
            if event.kind not in ("leaf", "op") or thing is None or (retains and thing.op is not None):
                continue
            base = self.names.base[thing.id]
            if base.isidentifier() and base not in asked:
                asked.add(base)
                self.asks[k] = self._gradient(thing)

    def _gradient(self, thing: Thing) -> Ask:
        right = self._gets(thing)
        answers = ("stored", "passing", "none")
        mistakes = {
            k: (self._belief(thing, right, one), {"name": self.said(thing.id)})
            for k, one in enumerate(answers)
            if one != right
        }
        texts = [say(f"grad_{one}") for one in answers]
        return choice("grad", texts, answers.index(right), mistakes, {"name": self.said(thing.id)})

    def _gets(self, thing: Thing) -> str:
        """What becomes of a gradient there: it is stored, it passes through, or there is none."""
        kinds = {event.kind for event in self.events if event.node == thing.id}
        return "stored" if "store" in kinds else "passing" if kinds & {"seed", "flow"} else "none"

    def _belief(self, thing: Thing, right: str, chosen: str) -> str:
        """Which wrong belief leads to a wrong answer."""
        if right == "none":
            unused = "unused" if thing.requires_grad else "cut"
            return "not_asked" if thing.op is None and not thing.requires_grad else unused
        if chosen == "none":
            return "reached"
        return "not_leaf" if right == "passing" else "kept"


def choice(
    kind: str,
    texts: list[str],
    right: int,
    mistakes: dict[int, tuple[str, dict[str, str]]],
    told: dict[str, str],
) -> Ask:
    """A question as the Scene holds it: an answer is the number of what was chosen."""
    return {
        "kind": kind,
        "question": say(f"{kind}_question", **told),
        "hint": say(f"{kind}_hint"),
        "form": say("form_choice"),
        "choices": texts,
        "right": right,
        "mistakes": [
            {"kind": why, "value": k, "say": say(f"choice_{why}", **parts)}
            for k, (why, parts) in mistakes.items()
        ],
        "tolerance": 0,
        "needs": [],
        "hides": [],
    }
