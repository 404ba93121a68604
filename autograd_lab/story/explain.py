"""A step in words: what ran, and why the gradient is what it is. The formula beside it is in equations.py.

The rules are those of the chain rule on a graph: Griewank and Walther, *Evaluating Derivatives* (2008),
chapter 3; what several edges bring to one node is added up.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.rules import INPUTS, TABLE, count
from . import formula, words
from .equations import INFIX, Equations, is_negative, plain, raised
from .names import Names
from .recording import Event, Recording, Thing
from .values import shape_text

Step = dict[str, Any]


def escaped(text: str) -> str:
    """User text for a sentence: in backticks, its braces doubled because braces mean values there."""
    return f"`{_doubled(text)}`"


def _doubled(text: str) -> str:
    return text.replace("`", "").replace("{", "{{").replace("}", "}}")


class Explainer:
    """Says every event of one recording. ``key`` puts an array into the Scene and returns its key.

    Each kind of event has a method of its name, from the event to ``say``, ``formula`` and ``caption``.
    """

    def __init__(self, recording: Recording, names: Names, key: Callable[[Any], str]) -> None:
        self.things = recording.things
        self.limit = recording.limit
        self.names = names
        self.key = key
        self.now: dict[str, Any] = {}  # what each thing holds at this step
        self.equations = Equations(self)

    def label(self, ref: Any) -> str:
        """A thing's label; a plain number as it is written; nothing for nothing."""
        return self.names.labels[ref] if isinstance(ref, str) else "" if ref is None else plain(ref)

    def said(self, ref: Any) -> str:
        return escaped(self.label(ref))

    def value(self, array: Any) -> str:
        return "{" + self.key(array) + "}"

    def held(self, ref: Any) -> str:
        return self.value(self.now[ref]) if isinstance(ref, str) else plain(ref)

    # ------------------------------------------------------------------ forward
    def leaf(self, event: Event) -> Step:
        thing = self.things[event.node or ""]
        pattern = words.LEARNS if thing.requires_grad else words.FIXED
        if "grad_of" in thing.params:
            pattern = words.GRAD_LEAF
        say = pattern.format(name=self.said(thing.id), value=self.value(thing.value))
        if event.data.get("stored") is not None:
            say += words.HOLDS.format(stored=self.value(event.data["stored"]))
        return {"say": say, "formula": self.equations.leaf(thing.id, thing.value)}

    def op(self, event: Event) -> Step:
        thing = self.things[event.node or ""]
        say = self._what(thing) + self._stretched(thing)
        named = self.names.base[thing.id].isidentifier()
        say += (words.NAMED if named else words.RESULT).format(
            out=self.said(thing.id), value=self.value(thing.value)
        )
        learns = any(isinstance(r, str) and self.things[r].requires_grad for r in thing.inputs)
        if learns and not thing.requires_grad and thing.op not in ("detach", "data"):
            say += words.UNRECORDED
        return {"say": say, "caption": self._caption(thing), "formula": self.equations.op(thing)}

    def _what(self, thing: Thing) -> str:
        kind = thing.op or ""
        if kind == "pow" and _is_two(thing.inputs[1]):
            kind = "square"
        elif kind == "mul" and thing.inputs[0] == thing.inputs[1] and isinstance(thing.inputs[0], str):
            kind = "twice"
        x, y = (self.said(ref) for ref in [*thing.inputs, None][:2])
        each = words.EACH if np.ndim(thing.value) and kind != "matmul" else ""
        return words.FORWARD.get(kind, words.OTHER_FORWARD).format(x=x, y=y, op=kind, each=each)

    def _stretched(self, thing: Thing) -> str:
        """What broadcasting did to an input, if it did."""
        if thing.op not in TABLE or not TABLE[thing.op].elementwise:
            return ""
        for ref in thing.inputs:
            shape = np.shape(self.now[ref]) if isinstance(ref, str) else ()
            if shape and shape != np.shape(thing.value):
                big = shape_text(np.shape(thing.value))
                return words.STRETCHED.format(who=self.said(ref), small=shape_text(shape), big=big)
        return ""

    def _caption(self, thing: Thing) -> str:
        parts = [self.held(r) for r in thing.inputs]
        if thing.op in INFIX:
            return f"= {parts[0]} {INFIX[thing.op]} {parts[1]}"
        if thing.op == "pow" and not isinstance(thing.inputs[1], str):
            base = f"({parts[0]})" if is_negative(self.now.get(thing.inputs[0], 0)) else parts[0]
            return f"= {base}{raised(thing.inputs[1])}"
        return f"= {thing.op} of {parts[0]}"

    def inplace(self, event: Event) -> Step:
        if "value" not in event.data:
            return self.op(event)
        node, data = event.node or "", event.data
        old, new = data["old"], data["value"]
        say = words.INPLACE.format(name=self.said(node), old=self.value(old), value=self.value(new))
        if data["op"] not in INFIX:
            return {"say": say, "formula": []}
        other = data["inputs"][0]
        caption = f"= {self.value(old)} {INFIX[data['op']]} {self.held(other)}"
        written = self.equations.inplace(node, data["op"], other, old, new)
        return {"say": say, "caption": caption, "formula": written}

    # ------------------------------------------------------------------ backward
    def seed(self, event: Event) -> Step:
        g = event.data["gradient"]
        one = np.size(g) == 1 and float(np.sum(g)) == 1.0
        say = (words.SEED if one else words.SEED_GIVEN).format(
            name=self.said(event.node), value=self.value(g)
        )
        return {"say": say, "formula": self.equations.seed(event.node or "", g)}

    def flow(self, event: Event) -> Step:
        data, giver = event.data, self.things[event.data["giver"]]
        k = data["place"]
        local, rule = self._local(giver, k)
        # what a reduction sends is stretched already, whatever axis it went along
        plain_sum = local is None or giver.op in ("sum", "mean")
        data["product"] = product = data["new"] if plain_sum else data["upstream"] * local
        caption = self.value(data["new"])
        if local is not None and np.shape(product) == np.shape(data["new"]):
            caption = f"{self.value(data['upstream'])} × {self.value(local)}"
        if data["old"] is not None:
            caption = f"{self.value(data['old'])} + {caption}"
        return {
            "say": self._why(giver, k, event, local, np.shape(product)),
            "caption": f"= {caption}",
            "formula": self.equations.flow(giver, k, data, local, rule),
        }

    def _local(self, giver: Thing, k: int) -> tuple[Any, str]:
        """The local derivative in numbers, or None where the rule is no product; and the rule as text."""
        rule = TABLE[giver.op].local[k] if giver.op in TABLE else "g"
        values: list[Any] = [self.now.get(r) if isinstance(r, str) else r for r in giver.inputs]
        if giver.op == "matmul" and all(np.ndim(v) == 1 for v in values):
            rule = INPUTS[1 - k]  # a dot product is a product and a sum
        if "g" in _names_in(rule) or any(v is None for v in values):
            return None, rule
        shape = np.shape(giver.value) if giver.op not in ("sum", "mean", "matmul") else np.shape(values[k])
        if giver.op == "pow" and k == 0 and np.size(values[1]) == 1 and values[1] == 0:
            return np.zeros(shape), rule  # x**-1 would say infinity at 0
        numbers = dict(zip(INPUTS, values, strict=False)) | {"out": giver.value, "n": self._n(giver)}
        return np.broadcast_to(formula.evaluate(rule, numbers), shape), rule

    def _n(self, giver: Thing) -> int:
        shape = np.shape(self.now[giver.inputs[0]]) if isinstance(giver.inputs[0], str) else ()
        return count(shape, giver.params.get("axis"))

    def _why(self, giver: Thing, k: int, event: Event, local: Any, before: tuple[int, ...]) -> str:
        kind = "square" if giver.op == "pow" and k == 0 and _is_two(giver.inputs[1]) else giver.op or ""
        data, target = event.data, self.said(event.node)
        other = self.said(giver.inputs[1 - k]) if len(giver.inputs) == 2 else ""
        say = words.BACKWARD.get(kind, (words.OTHER_BACKWARD,) * 2)[k].format(
            target=target,
            other=other,
            op=kind,
            n=self._n(giver),
            local="" if local is None else self.value(local),
        )
        told = {name: self.value(data[name]) for name in ("old", "new", "total") if data[name] is not None}
        say += (words.ARRIVES if data["old"] is None else words.ADDED).format(target=target, **told)
        if before != np.shape(data["new"]):
            small = shape_text(np.shape(data["new"]))
            say += words.SUMMED.format(target=target, small=small, big=shape_text(before))
        for ref, flows in zip(giver.inputs, giver.flows, strict=True):
            if isinstance(ref, str) and not flows:
                say += words.NOTHING.format(who=self.said(ref))
        return say

    def store(self, event: Event) -> Step:
        data, node = event.data, event.node or ""
        before = data["before"]
        told = {
            "name": self.said(node),
            "slot": escaped(f"{self.label(node)}.grad"),
            "value": self.value(data["stored"]),
        }
        if before is not None:
            told |= {"before": self.value(before), "total": self.value(data["total"])}
        say = (words.STORE if before is None else words.STORE_ADDED).format(**told)
        return {"say": say, "formula": self.equations.store(node, data["total"], before, data["stored"])}

    # ------------------------------------------------------------------ either
    def note(self, event: Event) -> Step:
        told: dict[str, Any] = {"limit": self.limit}
        if "stored" in event.data:
            told = {"name": self.said(event.node), "value": self.value(event.data["stored"])}
        return {"say": words.NOTES[event.data["note"]].format(**told), "formula": []}

    def error(self, event: Event) -> Step:
        return {"say": words.ERROR.format(text=_doubled(event.data["text"])), "formula": []}


def _is_two(x: Any) -> bool:
    return not isinstance(x, str) and np.size(x) == 1 and bool(np.all(np.asarray(x) == 2))


def _names_in(rule: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(rule)) if isinstance(node, ast.Name)}
