"""A step in words and in a formula: what ran, and why the gradient is what it is.

The chain rule along one edge: contribution = upstream × local derivative. What several edges bring to one
node is added up (the multivariate chain rule; Griewank and Walther, *Evaluating Derivatives*, 2008, ch. 3).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.rules import INPUTS, TABLE, count
from . import formula, words
from .names import Names
from .recording import Event, Recording, Thing
from .values import number, shape_text

INFIX = {"add": "+", "sub": "−", "mul": "×", "div": "÷", "matmul": "@"}
Step = dict[str, Any]


def escaped(text: str) -> str:
    """User text for a sentence: in backticks, its braces doubled because braces mean values there."""
    return f"`{text.replace('`', '').replace('{', '{{').replace('}', '}}')}`"


class Explainer:
    """Says every event of one recording. ``key`` puts an array into the Scene and returns its key."""

    def __init__(self, recording: Recording, names: Names, key: Callable[[Any], str]) -> None:
        self.things = recording.things
        self.limit = recording.limit
        self.names = names
        self.key = key
        self.root = ""  # the label of what the running backward pass started from
        self.now: dict[str, Any] = {}  # what each thing holds at this step

    def label(self, ref: Any) -> str:
        return self.names.labels[ref] if isinstance(ref, str) else "" if ref is None else _plain(ref)

    def said(self, ref: Any) -> str:
        return escaped(self.label(ref))

    def value(self, array: Any) -> str:
        return "{" + self.key(array) + "}"

    # ------------------------------------------------------------------ forward
    def leaf(self, event: Event) -> Step:
        thing = self.things[event.node or ""]
        pattern = words.GRAD_LEAF if "grad_of" in thing.params else words.LEARNS if thing.requires_grad else words.FIXED
        say = pattern.format(name=self.said(thing.id), value=self.value(thing.value))
        if event.data.get("stored") is not None:
            say += words.HOLDS.format(stored=self.value(event.data["stored"]))
        cells = [[{"m": formula.name(self.label(thing.id))}], [{"v": self.key(thing.value)}]]
        return {"say": say, "formula": [{"roles": ["out"], "rows": cells}]}

    def op(self, event: Event) -> Step:
        thing = self.things[event.node or ""]
        return {
            "say": self._forward_sentence(thing),
            "caption": self._caption(thing),
            "formula": [self._forward_formula(thing)],
        }

    def _forward_sentence(self, thing: Thing) -> str:
        kind = thing.op or ""
        if kind == "pow" and _is_two(thing.inputs[1]):
            kind = "square"
        elif kind == "mul" and thing.inputs[0] == thing.inputs[1] and isinstance(thing.inputs[0], str):
            kind = "twice"
        shape = np.shape(thing.value)
        x, y = (self.said(ref) for ref in [*thing.inputs, None][:2])
        say = words.FORWARD.get(kind, words.OTHER_FORWARD).format(
            x=x, y=y, op=kind, each=words.EACH if shape and kind != "matmul" else ""
        )
        small = [r for r in thing.inputs if isinstance(r, str) and 0 < np.ndim(self.now[r]) and np.size(self.now[r]) < np.size(thing.value)]
        if small and kind != "matmul" and TABLE.get(thing.op or "") and TABLE[thing.op or ""].elementwise:
            say += words.STRETCHED.format(
                who=self.said(small[0]), small=shape_text(np.shape(self.now[small[0]])), big=shape_text(shape)
            )
        named = self.names.base[thing.id].isidentifier()
        say += (words.NAMED if named else words.RESULT).format(out=self.said(thing.id), value=self.value(thing.value))
        off = not thing.requires_grad and any(isinstance(r, str) and self.things[r].requires_grad for r in thing.inputs)
        return say + (words.UNRECORDED if off and kind not in ("detach", "data") else "")

    def _numbers(self, ref: Any) -> Any:
        return {"v": self.key(self.now[ref])} if isinstance(ref, str) else {"m": _symbol(ref)}

    def _forward_formula(self, thing: Thing) -> dict[str, Any]:
        out = [{"m": formula.name(self.label(thing.id))}, {"v": self.key(thing.value)}]
        refs = thing.inputs
        symbols = [formula.name(self.label(r)) if isinstance(r, str) else _symbol(r) for r in refs]
        values = [self._numbers(r) for r in refs]
        if thing.op in INFIX:
            sign = INFIX[thing.op]
            roles = ["in" if isinstance(r, str) else "" for r in refs]
            return {"roles": [roles[0], "", roles[1], "", "out"],
                    "rows": [[{"m": symbols[0]}, sign, {"m": symbols[1]}, "=", out[0]],
                             [values[0], sign, values[1], "=", out[1]]]}  # fmt: skip
        inner = [v["v"] and {"v": v["v"]} if "v" in v else v["m"] for v in values]
        return {"roles": ["in", "", "out"],
                "rows": [[{"m": _applied(thing.op or "", symbols)}, "=", out[0]],
                         [{"n": _applied(thing.op or "", inner)}, "=", out[1]]]}  # fmt: skip

    def _caption(self, thing: Thing) -> str:
        parts = [self.value(self.now[r]) if isinstance(r, str) else _plain(r) for r in thing.inputs]
        if thing.op in INFIX:
            return f"= {parts[0]} {INFIX[thing.op]} {parts[1]}"
        if thing.op == "pow" and not isinstance(thing.inputs[1], str):
            return f"= {parts[0]}{_raised(thing.inputs[1])}"
        return f"= {thing.op} of {parts[0]}"

    def inplace(self, event: Event) -> Step:
        if "value" not in event.data:
            return self.op(event)
        old, new = event.data["old"], event.data["value"]
        refs, sign = event.data["inputs"], INFIX.get(event.data["op"])
        say = words.INPLACE.format(name=self.said(event.node), old=self.value(old), value=self.value(new))
        if not refs or not sign:
            return {"say": say, "formula": []}
        other = self._numbers(refs[0])
        top = [{"m": formula.name(self.label(event.node))}, sign, {"m": formula.name(self.label(refs[0]))}, "→", {"m": formula.name(self.label(event.node))}]
        rows = [top, [{"v": self.key(old)}, sign, other, "→", {"v": self.key(new)}]]
        shown = self.value(self.now[refs[0]]) if isinstance(refs[0], str) else _plain(refs[0])
        return {"say": say, "caption": f"= {self.value(old)} {sign} {shown}",
                "formula": [{"roles": ["in", "", "in", "", "out"], "rows": rows}]}  # fmt: skip

    # ------------------------------------------------------------------ backward
    def seed(self, event: Event) -> Step:
        self.root = self.label(event.node)
        g = event.data["gradient"]
        given = np.size(g) != 1 or float(np.sum(g)) != 1.0
        pattern = words.SEED_GIVEN if given else words.SEED
        rows = [[{"m": formula.partial(self.root, self.root)}], [{"v": self.key(g)}]]
        return {"say": pattern.format(name=self.said(event.node), value=self.value(g)),
                "formula": [{"roles": ["seed"], "rows": rows}]}  # fmt: skip

    def flow(self, event: Event) -> Step:
        data, giver = event.data, self.things[event.data["giver"]]
        k, target = data["place"], event.node
        old = data["old"]
        local, rule = self._local(giver, k)
        equations = [self._chain(giver, k, target, data, local, rule)]
        product = data["upstream"] * local if local is not None else None
        before = np.shape(product) if product is not None else np.shape(data["new"])
        summed = before != np.shape(data["new"])
        if summed:
            equations.append({"roles": ["", "", "summed"], "rows": [
                [{"m": ["mtext", "summed over what was stretched"]}, "", ""],
                [{"v": self.key(product)}, "→", {"v": self.key(data["new"])}]]})  # fmt: skip
        if old is not None:
            equations.append({"roles": ["so far", "", "new", "", "total"], "rows": [
                [{"v": self.key(old)}, "+", {"v": self.key(data["new"])}, "=", {"v": self.key(data["total"])}]]})  # fmt: skip
        caption = f"= {self.value(data['upstream'])} × {self.value(local)}" if local is not None and not summed else f"= {self.value(data['new'])}"
        if old is not None:
            caption = f"= {self.value(old)} + {caption[2:]}"
        return {"say": self._backward_sentence(giver, k, event, local, summed, before), "caption": caption, "formula": equations}

    def _local(self, giver: Thing, k: int) -> tuple[Any, str]:
        """The local derivative in numbers, and its formula; None where the rule is no product."""
        rule = TABLE[giver.op or ""].local[k] if giver.op in TABLE else "g"
        values = [self.now[r] if isinstance(r, str) else r for r in giver.inputs]
        if giver.op == "matmul" and all(np.ndim(v) == 1 for v in values):
            rule = INPUTS[1 - k]
        if "g" in {n.id for n in ast.walk(ast.parse(rule)) if isinstance(n, ast.Name)} or any(v is None for v in values):
            return None, rule
        shape = np.shape(values[0]) if giver.op in ("sum", "mean") else np.shape(giver.value)
        numbers = dict(zip(INPUTS, values, strict=False)) | {"out": giver.value}
        if giver.op == "mean":
            numbers["n"] = count(np.shape(values[0]), giver.params["axis"])
        if giver.op == "pow" and k == 0 and not isinstance(giver.inputs[1], str) and giver.inputs[1] == 0:
            return np.zeros(shape), rule
        if giver.op == "matmul":
            shape = np.shape(values[k])
        return np.broadcast_to(formula.evaluate(rule, numbers), shape), rule

    def _symbols(self, giver: Thing) -> dict[str, Any]:
        symbols: dict[str, Any] = {"out": formula.name(self.label(giver.id)), "n": ["mi", "n"]}
        for name, ref in zip(INPUTS, giver.inputs, strict=False):
            symbols[name] = formula.name(self.label(ref)) if isinstance(ref, str) else ref.item() if np.size(ref) == 1 and hasattr(ref, "item") else ref
        return symbols

    def _chain(self, giver: Thing, k: int, target: str | None, data: dict[str, Any], local: Any, rule: str) -> dict[str, Any]:
        """upstream × local = contribution, in symbols and in numbers."""
        label = self.label(target)
        up, down = formula.partial(self.root, self.label(giver.id)), formula.partial(self.root, label)
        g, new = {"v": self.key(data["upstream"])}, {"v": self.key(data["new"])}
        symbols = self._symbols(giver)
        if local is not None:
            product = data["upstream"] * local
            end = {"v": self.key(product)} if np.shape(product) != np.shape(data["new"]) else new
            between = formula.partial(self.label(giver.id), label)
            if giver.inputs.count(giver.inputs[k]) > 1:
                between = ["msub", between, ["mtext", ("left", "right")[k]]]
            top = [{"m": up}, "×", {"m": between}, "=", {"m": down}]
            rule_row = ["", "", {"m": ["mrow", ["mo", "="], formula.tree(rule, symbols)], "rule": True}, "", ""]
            return {"roles": ["upstream", "", "local", "", "contribution"],
                    "rows": [top, rule_row, [g, "×", {"v": self.key(local)}, "=", end]]}  # fmt: skip
        if giver.op == "matmul":
            other = self.now[giver.inputs[1 - k]] if isinstance(giver.inputs[1 - k], str) else giver.inputs[1 - k]
            flipped = np.swapaxes(other, -1, -2) if np.ndim(other) > 1 else other
            side = {"m": ["msup", symbols[INPUTS[1 - k]], ["mo", "⊤"]]}
            number_ = {"v": self.key(flipped)}
            if k == 0:
                return {"roles": ["upstream", "", "local", "", "contribution"],
                        "rows": [[{"m": up}, "@", side, "=", {"m": down}], [g, "@", number_, "=", new]]}  # fmt: skip
            return {"roles": ["local", "", "upstream", "", "contribution"],
                    "rows": [[side, "@", {"m": up}, "=", {"m": down}], [number_, "@", g, "=", new]]}  # fmt: skip
        return {"roles": ["upstream", "", "contribution"],
                "rows": [[{"m": up}, "→", {"m": down}], [g, "→", new]]}  # fmt: skip

    def _backward_sentence(self, giver: Thing, k: int, event: Event, local: Any, summed: bool, before: Any) -> str:
        kind = "square" if giver.op == "pow" and k == 0 and _is_two(giver.inputs[1]) else giver.op or ""
        data, target = event.data, self.said(event.node)
        other = self.said(giver.inputs[1 - k]) if len(giver.inputs) == 2 else ""
        n = count(np.shape(self.now[giver.inputs[0]]), giver.params["axis"]) if giver.op == "mean" else ""
        say = words.BACKWARD.get((kind, k), words.OTHER_BACKWARD).format(
            target=target, other=other, op=kind, n=n, local=self.value(local) if local is not None else ""
        )
        told = {"new": self.value(data["new"]), "total": self.value(data["total"]), "target": target}
        say += words.ARRIVES.format(**told) if data["old"] is None else words.ADDED.format(**told, old=self.value(data["old"]))
        if summed:
            say += words.SUMMED.format(target=target, small=shape_text(np.shape(data["new"])), big=shape_text(before))
        idle = [r for r, flows in zip(giver.inputs, giver.flows, strict=True) if isinstance(r, str) and not flows]
        return say + (words.NOTHING.format(who=self.said(idle[0])) if idle else "")

    def store(self, event: Event) -> Step:
        data, name = event.data, self.label(event.node)
        told = {"name": self.said(event.node), "name_raw": escaped(name)[1:-1], "value": self.value(data["stored"])}
        kept = {"m": ["mtext", f"{name}.grad"]}
        if data["before"] is None:
            rows = [[{"m": formula.partial(self.root, name)}, "→", kept], [{"v": self.key(data["total"])}, "→", {"v": self.key(data["stored"])}]]
            return {"say": words.STORE.format(**told), "formula": [{"roles": ["total", "", "stored"], "rows": rows}]}
        rows = [[kept, "+", {"m": formula.partial(self.root, name)}, "=", kept],
                [{"v": self.key(data["before"])}, "+", {"v": self.key(data["total"])}, "=", {"v": self.key(data["stored"])}]]  # fmt: skip
        say = words.STORE_ADDED.format(**told, before=self.value(data["before"]), total=self.value(data["total"]))
        return {"say": say, "formula": [{"roles": ["so far", "", "new", "", "stored"], "rows": rows}]}

    # ------------------------------------------------------------------ either
    def note(self, event: Event) -> Step:
        note = event.data["note"]
        if note == "limit":
            return {"say": words.LIMIT.format(limit=self.limit), "formula": []}
        if note == "zero_grad":
            return {"say": words.ZERO_GRAD.format(name=self.said(event.node), value=self.value(event.data["stored"])), "formula": []}
        return {"say": words.NOTES[note], "formula": []}

    def error(self, event: Event) -> Step:
        text = event.data["text"].replace("{", "{{").replace("}", "}}").replace("`", "")
        return {"say": words.ERROR.format(text=text), "formula": []}


def _is_two(x: Any) -> bool:
    return not isinstance(x, str) and np.size(x) == 1 and bool(np.all(np.asarray(x) == 2))


def _plain(x: Any) -> str:
    """A number or an array that is no Variable, written into a sentence."""
    return number(x) if np.size(x) == 1 else f"numbers of shape {shape_text(np.shape(x))}"


def _symbol(x: Any) -> Any:
    return ["mn", _plain(x).replace("-", "−")]


def _raised(x: Any) -> str:
    """²: an exponent in a caption."""
    return _plain(x).translate(str.maketrans("0123456789-.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻·"))


def _applied(op: str, inputs: list[Any]) -> Any:
    """An operation on its inputs, as mathematics writes it."""
    if op == "pow":
        return ["msup", inputs[0], inputs[1]]
    if op in ("t", "sqrt", "neg"):
        return {"t": ["msup", inputs[0], ["mo", "⊤"]], "sqrt": ["msqrt", inputs[0]], "neg": ["mrow", ["mo", "−"], inputs[0]]}[op]
    commas = [part for x in inputs for part in (["mo", ","], x)][1:]
    return ["mrow", ["mi", op], ["mo", "("], *commas, ["mo", ")"]]
