"""A step in words: what ran, and why the gradient is what it is. The formula beside it is in equations.py.

The rules are those of the chain rule on a graph: Griewank and Walther, *Evaluating Derivatives* (2008),
chapter 3; what several edges bring to one node is added up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.op import INPUTS, TABLE
from ..core.rules import count
from . import failures, formula, moves, products, sliding, words
from .equations import INFIX, Equations, called, is_negative, plain, raised, side
from .flags import RATIO, flags, largest
from .names import Names
from .recording import Recording
from .things import Event, Thing
from .values import number, shape_text
from .words import escaped, say

Step = dict[str, Any]
# not element by element, but each element of their inputs has a local derivative of its own
WHOLE = {
    "sum", "mean", "var", "std", "dot",
    "mse_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits",
}  # fmt: skip
INSIDE = 6  # lines of what a hook or a custom Function worked out
BOUNDS = {"min": -np.inf, "max": np.inf}  # where a call names none


class Explainer:
    """Says every event of one recording. ``key`` puts an array into the Scene and returns its key.

    Each kind of event has a method of its name, from the event to ``say``, ``formula`` and ``caption``.
    """

    def __init__(self, recording: Recording, names: Names, key: Callable[[Any], str]) -> None:
        self.things = recording.things
        self.limit = recording.limit
        self.names = names
        self.key = key
        # What each thing holds at this step; of those that are not drawn no event tells.
        self.now = {i: thing.value for i, thing in recording.things.items() if not thing.drawn}
        self.changes = [e for e in recording.events if e.kind == "inplace" and "value" in e.data]
        self.happened: list[Event] = []  # those up to this step
        self.equations, self.moves, self.failures = (
            Equations(self),
            moves.Moves(self),
            failures.Failures(self),
        )
        self.start = 0.0  # the largest element that the running backward pass began with

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
        kind = "learns" if thing.requires_grad else "fixed"
        if "grad_of" in thing.params:
            kind = "grad_leaf"
        told = say(kind, name=self.said(thing.id), value=self.value(thing.value))
        if event.data.get("stored") is not None:
            told += say("holds", stored=self.value(event.data["stored"]))
        return {"say": told, "formula": self.equations.leaf(thing.id, thing.value)}

    def op(self, event: Event) -> Step:
        thing = self.things[event.node or ""]
        parts = self._parts(thing)
        told = self._what(thing, parts) + self._stretched(thing)
        if thing.op in moves.PICKING:
            told += self.moves.repeated(thing, np.shape(self.held_array(thing.inputs[0])), "picked_again")
        ending = "named" if self.names.base[thing.id].isidentifier() else "result"
        if event.kind == "inplace":
            ending = "in_place"
        told += say(ending, **parts, out=self.said(thing.id), value=self.value(thing.value))
        learns = any(isinstance(r, str) and self.things[r].requires_grad for r in thing.inputs)
        if learns and not thing.requires_grad and thing.op not in ("detach", "data"):
            stepped = thing.op in TABLE and not TABLE[thing.op].vjp
            whole = np.asarray(thing.value).dtype.kind not in "fc"
            told += say("stepped" if stepped or whole else "unrecorded")
        written = [*self._inside(event), *self.equations.op(thing)]
        step = {"say": told, "caption": self._caption(thing), "formula": written}
        if thing.op == "matmul":
            left, right = map(self.held_array, thing.inputs)
            step |= self._matrices(left, right, thing.value)
        if thing.op == "convolution":
            step |= self._cells(None, thing, thing.value, thing.value)
        return step | self.moves.forward(thing)

    def _inside(self, event: Event) -> list[Any]:
        """What a hook or a custom Function worked out, line by line, as far as there is room."""
        inside = event.data.get("inside", [])
        return [one for thing in inside[:INSIDE] for one in self.equations.op(self.things[thing])]

    def _what(self, thing: Thing, parts: dict[str, str]) -> str:
        kind = self._kind(thing)
        if kind == "mul" and side(thing, 0):
            kind = "twice"
        reduction = thing.params.get("reduction")
        reduced = say(f"reduced_{reduction}") if reduction in ("mean", "sum") else ""
        each = say("each") if np.ndim(thing.value) or reduced else ""
        told = parts | {
            "op": escaped(kind),
            "each": each,
            "along": _along(thing),
            "reduced": reduced,
        }
        return words.now().forward.get(kind, words.now().story["custom_forward"]).format(**told)

    def _kind(self, thing: Thing) -> str:
        """The operation that a thing is told as."""
        if thing.op == "pow" and _is_two(thing.inputs[1]):
            return "square"
        if thing.op == "matmul" and all(np.ndim(self.held_array(ref)) == 1 for ref in thing.inputs):
            return "dot"
        if thing.op == "norm" and thing.params.get("p") != 2:
            return "norm_p"
        return thing.title if thing.op == "custom" else thing.op or ""

    def _parts(self, thing: Thing) -> dict[str, str]:
        """What stands for {x}, {y}, {z} and {xs} in a sentence."""
        inputs = list(map(self.said, thing.inputs))
        said = [one for one, ref in zip(inputs, thing.inputs, strict=True) if ref is not None]
        parts = dict.fromkeys(INPUTS, "") | dict(zip(INPUTS, inputs, strict=False))
        return parts | {"xs": _several(said)}

    def _matrices(self, left: Any, right: Any, out: Any) -> Step:
        """A product of matrices, for whoever wants to see one of its cells worked out."""
        if not all(map(np.size, (left, right, out))):
            return {}
        keys = {"left": self.key(left), "right": self.key(right), "out": self.key(out)}
        return {"product": keys | {"first": products.first_cell(left, right, out)}}

    def _cells(self, k: int | None, thing: Thing, out: Any, whose: Any) -> Step:
        """The same of a convolution: its cells, or those of what it sends to its k-th input."""
        x, weight, bias = map(self.held_array, thing.inputs)
        found = sliding.cells(k, (out, x, weight), bias, thing.params)
        for cell in found:
            cell["out"] = number(whose[tuple(cell["at"])])
        return {"cells": {"of": self.key(whose), "cells": found}} if found else {}

    def held_array(self, ref: Any) -> Any:
        """An input as an array or number; None where it is not known."""
        return self.now.get(ref) if isinstance(ref, str) else ref

    def _stretched(self, thing: Thing) -> str:
        """What broadcasting did to the inputs, if it did."""
        told, big = "", np.shape(thing.value)
        for ref in self.moves.small(thing):
            small = np.shape(self.held_array(ref))
            texts = {"small": shape_text(small), "big": shape_text(big)}
            told += say("stretched", who=self.said(ref), along=_axes(moves.stretched(small, big)), **texts)
        return told

    def _caption(self, thing: Thing) -> str:
        parts = [self.held(r) for r in thing.written if r is not None]
        if thing.op in INFIX:
            return f"= {parts[0]} {INFIX[thing.op]} {parts[1]}"
        exponent = {"square": 2, "pow": thing.inputs[-1]}.get(thing.op or "", "")
        if not isinstance(exponent, str):
            base = f"({parts[0]})" if is_negative(self.held_array(thing.inputs[0])) else parts[0]
            return f"= {base}{raised(exponent)}"
        if thing.op == "abs":
            return f"= |{parts[0]}|"
        several = ", ".join(parts[:2]) + ", …" * (len(parts) > 2)
        name = called(thing.op or "")
        return f"= {say('of', called=name, inputs=several) if parts else name}"

    def inplace(self, event: Event) -> Step:
        if "value" not in event.data:
            return self.op(event)
        self.happened.append(event)
        node, data = event.node or "", event.data
        old, new = data["old"], data["value"]
        told = say("inplace", name=self.said(node), old=self.value(old), value=self.value(new))
        if data["op"] not in INFIX:
            return {"say": told, "formula": []}
        other = data["inputs"][0]
        caption = f"= {self.value(old)} {INFIX[data['op']]} {self.held(other)}"
        written = self.equations.inplace(node, data["op"], other, old, new)
        return {"say": told, "caption": caption, "formula": written}

    # ------------------------------------------------------------------ backward
    def seed(self, event: Event) -> Step:
        g = event.data["gradient"]
        one = np.size(g) == 1 and float(np.sum(g)) == 1.0
        told = say("seed" if one else "seed_given", name=self.said(event.node), value=self.value(g))
        self.start = largest(g)
        told += self._flagged(event, g)
        told += say("recorded") if event.data.get("recorded") else ""
        return {"say": told, "formula": self.equations.seed(event.node or "", g)}

    def flow(self, event: Event) -> Step:
        data, giver = event.data, self.things[event.data["giver"]]
        k = data["place"]
        rule = self.rule(giver, k)
        data["local"], data["product"] = local, _ = self._local(giver, k, rule, data)
        product = self._matrix_product(giver, rule, data) if local is None and "by" not in data else {}
        if giver.op == "convolution" and k < 2:
            product = self._cells(k, giver, data["upstream"], data["new"])
        caption = self.value(data["new"])
        if np.shape(data["product"]) == np.shape(data["new"]):
            if local is not None:
                caption = f"{self.value(data['upstream'])} × {self.value(local)}"
            elif "product" in product:
                caption = "{{{left}}} @ {{{right}}}".format(**product["product"])
        if data["old"] is not None:
            caption = f"{self.value(data['old'])} + {caption}"
        return (
            product
            | self.moves.back(giver, k, data)
            | {
                "say": self._why(giver, k, event, local) + self._flagged_flow(event, local),
                "caption": f"= {caption}",
                "formula": [
                    *self._inside(event),
                    *self.equations.flow(giver, k, data, local, rule, self.n(giver)),
                ],
            }
        )

    def _flagged_flow(self, event: Event, local: Any) -> str:
        data = event.data
        told = self._flagged(event, data["total"], data["upstream"], data["old"])
        alike = local is not None and np.shape(local) == np.shape(data["upstream"])
        if "nan" in data["flags"] and alike and np.any(np.isinf(local) & (np.asarray(data["upstream"]) == 0)):
            told += say("zero_times_infinity")
        return told

    def _flagged(self, event: Event, total: Any, *before: Any) -> str:
        """What is wrong with a gradient that was not with those it was made from."""
        found = flags(total, self.start)
        if found:
            known = {kind for one in before if one is not None for kind in flags(one, self.start)}
            if not event.data.get("last", True):
                known |= {"zero", "vanishing", "exploding"}  # more is to arrive
            found = [kind for kind in found if kind not in known]
        event.data["flags"] = found
        told = {"name": self.said(event.node), "ratio": f"{RATIO:,.0f}"}
        return "".join(say(f"flag_{kind}", **told) for kind in found)

    def _matrix_product(self, giver: Thing, rule: str, data: dict[str, Any]) -> Step:
        """The product that a contribution is, before what was stretched over a batch is summed back."""
        other = self.equations.other_matrix(giver, rule)
        if other is None:
            return {}
        left, right = data["upstream"], other[1]
        if not rule.startswith("g"):
            left, right = right, left
        if np.ndim(data["upstream"]) > np.ndim(data["new"]):
            data["product"] = np.matmul(left, right)
        return self._matrices(left, right, data["product"])

    def rule(self, giver: Thing, k: int) -> str:
        """The rule for one input, as text; a custom Function has none to show, nor has an unusual norm."""
        if self._kind(giver) == "dot":
            return INPUTS[1 - k]  # a dot product is a product and a sum
        shown = TABLE[giver.op].local if giver.op in TABLE and self._kind(giver) != "norm_p" else ("g",)
        return shown[min(k, len(shown) - 1)]

    def _local(self, giver: Thing, k: int, rule: str, data: dict[str, Any]) -> tuple[Any, Any]:
        """The local derivative in numbers, and upstream times it, before what was stretched is summed back.

        None where the rule is no product, where a number for it is not known, and where this product is not
        what the engine sent, as it may be at a kink.
        """
        names, sent, upstream = formula.names(rule), data["new"], data["upstream"]
        whole = self._kind(giver) in WHOLE
        if (
            "by" in data
            or names is None
            or not (whole or (giver.op in TABLE and TABLE[giver.op].elementwise))
        ):
            return None, sent
        numbers = self.numbers(giver)
        if any((formula.NUMBERS | numbers).get(name) is None for name in names):
            return None, sent
        shape = np.shape(upstream)
        if whole:  # what a reduction sends is stretched first, along the axes that it reduced
            shape = np.shape(numbers[INPUTS[k]])
            upstream, out = (self._stretched_back(giver, one, shape) for one in (upstream, giver.value))
            numbers["out"] = out
        local = formula.evaluate(rule, numbers)
        local = np.broadcast_to(local, shape) if np.shape(local) != shape else np.array(local)
        product = upstream * local
        back = TABLE["sum_to"].forward(np.asarray(product), np.shape(sent))
        if not np.all(back == sent) and not np.allclose(back, sent, rtol=1e-3, equal_nan=True):
            return None, sent
        return local, sent if whole else product

    def numbers(self, giver: Thing) -> dict[str, Any]:
        """What the names in a rule stand for."""
        params = {name: BOUNDS.get(name) if value is None else value for name, value in giver.params.items()}
        numbers: dict[str, Any] = params | dict(zip(INPUTS, map(self.held_array, giver.inputs), strict=False))
        numbers |= {"out": giver.value, "n": self.n(giver)}
        if giver.op in ("var", "std"):
            numbers["mean"] = np.mean(numbers["x"], axis=giver.params.get("dim"), keepdims=True)
        return numbers

    def _stretched_back(self, giver: Thing, array: Any, shape: tuple[int, ...]) -> Any:
        dim, keepdim = giver.params.get("dim"), giver.params.get("keepdim", False)
        return TABLE["spread"].forward(np.asarray(array), shape, dim, keepdim)

    def n(self, giver: Thing) -> int:
        """How many elements a mean is over; for a variance, less its correction; 0 where that is not said."""
        if self._kind(giver) not in WHOLE:
            return 0
        if giver.params.get("reduction") in ("sum", "none"):
            return 1
        shape = np.shape(self.held_array(giver.inputs[0]))
        return count(shape, giver.params.get("dim")) - int(giver.params.get("correction", 0))

    def _why(self, giver: Thing, k: int, event: Event, local: Any) -> str:
        kind = self._kind(giver)
        data, target = event.data, self.said(event.node)
        whys = words.now().backward.get(kind, (words.now().story["custom_backward"],))
        shown = say("that") if local is None else self.value(local)
        if "by" in data:
            whys = (say("hook_sends", hook=escaped(data["by"]), op=self.said(giver.id)),)
        why = whys[min(k, len(whys) - 1)].format(
            target=target,
            other=self.said(giver.inputs[1 - k]) if len(giver.inputs) == 2 else "",
            op=escaped(kind),
            n=self.n(giver),
            local=shown,
            here="" if local is None else say("here", local=shown),
        )
        told = {name: self.value(data[name]) for name in ("old", "new", "total") if data[name] is not None}
        why += say("arrives" if data["old"] is None else "added", target=target, **told)
        if np.shape(data["product"]) != np.shape(data["new"]):
            small, big = (shape_text(np.shape(data[name])) for name in ("new", "product"))
            along = _axes(moves.stretched(np.shape(data["new"]), np.shape(data["product"])))
            why += say("summed", target=target, small=small, big=big, along=along)
        why += (
            self.moves.repeated(giver, np.shape(data["new"]), "added_up") if giver.op in moves.PICKING else ""
        )
        for ref, flows in zip(giver.inputs, giver.flows, strict=True):
            if isinstance(ref, str) and not flows:
                why += say("nothing", who=self.said(ref))
        return why

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
        return {
            "say": say(
                "store" if before is None else "store_added" if np.any(before) else "store_zero", **told
            ),
            "formula": self.equations.store(node, data["total"], before, data["stored"]),
        }

    def hook(self, event: Event) -> Step:
        data, node = event.data, event.node or ""
        old, new = (self._gradients(data[name]) for name in ("old", "new"))
        told = {"name": self.said(node), "hook": escaped(data["hook"]), "old": old, "new": new}
        sentence = say(f"hook_{data['how']}", **told)
        if data["how"] != "stored":
            sentence += say("hook_changed" if data["changed"] else "hook_left", **told)
        written = self.equations.hook(node, data) if data["changed"] and "total" in data else []
        return {"say": sentence, "formula": [*self._inside(event), *written]}

    def _gradients(self, arrays: list[Any]) -> str:
        """Those that a node was sent, or sends: one for each place, None where there is none."""
        return say("and").join("`None`" if one is None else self.value(one) for one in arrays)

    # ------------------------------------------------------------------ either
    def note(self, event: Event) -> Step:
        told: dict[str, Any] = {"limit": self.limit}
        if "cleared" in event.data:
            told = {"name": _several([self.said(one) for one in event.data["cleared"]])}
        if "stored" in event.data:
            told = {"name": self.said(event.node), "value": self.value(event.data["stored"])}
        return {"say": say(f"note_{event.data['note']}", **told), "formula": []}

    def error(self, event: Event) -> Step:
        return self.failures.told(event)


def _several(said: list[str]) -> str:
    """``a, b and c``; of many the first three, and how many more there are."""
    listed = said if len(said) < 5 else [*said[:3], say("more", n=len(said) - 3)]
    return say("and").join(filter(None, [", ".join(listed[:-1]), *listed[-1:]]))


def _is_two(x: Any) -> bool:
    return not isinstance(x, str) and np.size(x) == 1 and bool(np.all(np.asarray(x) == 2))


def _along(thing: Thing) -> str:
    """Along which axes, where the call named them."""
    dim = thing.params.get("dim")
    if dim is None or not np.size(dim):
        return ""
    return _axes([int(d) for d in np.atleast_1d(dim)])


def _axes(dims: list[int]) -> str:
    return say("along_several" if len(dims) > 1 else "along", dims=say("and").join(map(str, dims)))
