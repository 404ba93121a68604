"""The formula of a step, in symbols and in numbers, column by column.

A column is (role, symbols, numbers); an operator between two columns is a string. The chain rule along one
edge reads: upstream × local = contribution; what several edges bring to one node is added up.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.rules import INPUTS
from . import formula
from .recording import Thing
from .values import number, shape_text

INFIX = {"add": "+", "sub": "−", "mul": "×", "div": "÷", "matmul": "@"}
RAISED = str.maketrans("0123456789-.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻·")
Equation = dict[str, Any]


def equation(*columns: Any, rule: Any = None) -> Equation:
    """Columns made into the Scene's rows; ``rule``, a tree, stands under the column called local."""
    full = [("", c, c) if isinstance(c, str) else c for c in columns]
    roles, symbols, numbers = ([column[k] for column in full] for k in range(3))
    rows = [symbols, numbers] if any(isinstance(cell, dict) for cell in symbols) else [numbers]
    if rule is not None:
        below = {"m": ["mrow", ["mo", "="], rule], "rule": True}
        rows.insert(1, [below if role == "local" else "" for role in roles])
    return {"roles": roles, "rows": rows}


class Equations:
    """Writes the equations of one recording; ``teller`` knows labels, keys and what each thing holds now."""

    def __init__(self, teller: Any) -> None:
        self.teller = teller
        self.root = ""  # the label of what the running backward pass started from

    def symbol(self, ref: Any) -> Any:
        return formula.name(self.teller.label(ref)) if isinstance(ref, str) else formula.literal(plain(ref))

    def named(self, ref: Any) -> dict[str, Any]:
        return {"m": self.symbol(ref)}

    def value(self, array: Any) -> dict[str, Any]:
        return {"v": self.teller.key(array)}

    def held(self, ref: Any) -> dict[str, Any]:
        """An input as a number: a Variable's value now, or the plain number it is."""
        return self.value(self.teller.now[ref]) if isinstance(ref, str) else {"m": self.symbol(ref)}

    def partial(self, top: str, bottom: Any) -> dict[str, Any]:
        return {"m": formula.partial(top, self.teller.label(bottom))}

    # ------------------------------------------------------------------ forward
    def leaf(self, node: str, value: Any) -> list[Equation]:
        return [equation(("out", self.named(node), self.value(value)))]

    def op(self, thing: Thing) -> list[Equation]:
        out = ("out", self.named(thing.id), self.value(thing.value))
        if thing.op in INFIX:
            x, y = (("in" if isinstance(r, str) else "", self.named(r), self.held(r)) for r in thing.inputs)
            return [equation(x, INFIX[thing.op], y, "=", out)]
        numbers = [h if "v" in h else h["m"] for h in map(self.held, thing.inputs)]
        symbols = [self.symbol(r) for r in thing.inputs]
        if (
            thing.op == "pow"
            and isinstance(thing.inputs[0], str)
            and is_negative(self.teller.now[thing.inputs[0]])
        ):
            numbers[0] = ["mrow", ["mo", "("], numbers[0], ["mo", ")"]]  # (−1)², not −1²
        return [
            equation(("in", {"m": applied(thing.op, symbols)}, {"n": applied(thing.op, numbers)}), "=", out)
        ]

    def inplace(self, node: str, op: str, other: Any, old: Any, new: Any) -> list[Equation]:
        name = self.named(node)
        taken = ("in", self.named(other), self.held(other))
        return [
            equation(("in", name, self.value(old)), INFIX[op], taken, "→", ("out", name, self.value(new)))
        ]

    # ------------------------------------------------------------------ backward
    def seed(self, node: str, gradient: Any) -> list[Equation]:
        self.root = self.teller.label(node)
        return [equation(("seed", self.partial(self.root, node), self.value(gradient)))]

    def flow(self, giver: Thing, k: int, data: dict[str, Any], local: Any, rule: str) -> list[Equation]:
        """The chain rule along one edge; the sum over what was stretched; the addition to what was there."""
        product = data["product"]
        written = [self._chain(giver, k, data["upstream"], product, local, rule)]
        if np.shape(product) != np.shape(data["new"]):
            why = ("", {"m": ["mtext", "summed over what was stretched"]}, self.value(product))
            written.append(equation(why, "→", ("summed", "", self.value(data["new"]))))
        if data["old"] is not None:
            so_far, new, total = (self.value(data[name]) for name in ("old", "new", "total"))
            written.append(equation(("so far", "", so_far), "+", ("new", "", new), "=", ("total", "", total)))
        return written

    def _chain(self, giver: Thing, k: int, upstream: Any, product: Any, local: Any, rule: str) -> Equation:
        target = giver.inputs[k]
        up = ("upstream", self.partial(self.root, giver.id), self.value(upstream))
        down = ("contribution", self.partial(self.root, target), self.value(product))
        if local is not None:
            between = formula.partial(self.teller.label(giver.id), self.teller.label(target))
            if giver.inputs.count(target) > 1:
                between = ["msub", between, ["mtext", ("left", "right")[k]]]
            tree = formula.tree(rule, self._symbols(giver))
            return equation(up, "×", ("local", {"m": between}, self.value(local)), "=", down, rule=tree)
        if giver.op == "matmul":
            other = giver.inputs[1 - k]
            flipped = self.teller.now[other] if isinstance(other, str) else other
            flipped = np.swapaxes(flipped, -1, -2) if np.ndim(flipped) > 1 else flipped
            side = ("local", {"m": ["msup", self.symbol(other), ["mo", "⊤"]]}, self.value(flipped))
            left, right = (up, side) if k == 0 else (side, up)
            return equation(left, "@", right, "=", down)
        return equation(up, "→", down)

    def _symbols(self, giver: Thing) -> dict[str, Any]:
        """What stands for x, y, out and n in a rule: labels; and plain numbers as they are."""
        symbols: dict[str, Any] = {"out": self.symbol(giver.id), "n": ["mi", "n"]}
        for name, ref in zip(INPUTS, giver.inputs, strict=False):
            number_ = ref.item() if hasattr(ref, "item") and np.size(ref) == 1 else ref
            symbols[name] = number_ if isinstance(number_, int | float) else self.symbol(ref)
        return symbols

    def store(self, node: str, total: Any, before: Any, stored: Any) -> list[Equation]:
        slot = {"m": ["mtext", f"{self.teller.label(node)}.grad"]}
        arrived = self.partial(self.root, node)
        if before is None:
            return [
                equation(("total", arrived, self.value(total)), "→", ("stored", slot, self.value(stored)))
            ]
        old = ("so far", slot, self.value(before))
        new = ("new", arrived, self.value(total))
        return [equation(old, "+", new, "=", ("stored", slot, self.value(stored)))]


def plain(x: Any) -> str:
    """A number or an array that is no Variable, as it is written into a sentence."""
    return number(x) if np.size(x) == 1 else f"numbers of shape {shape_text(np.shape(x))}"


def is_negative(x: Any) -> bool:
    """Whether a single number has a minus sign, and so needs brackets under an exponent."""
    return np.size(x) == 1 and bool(np.all(np.asarray(x) < 0))


def raised(x: Any) -> str:
    """²: an exponent in a caption."""
    return plain(x).translate(RAISED)


def applied(op: str | None, inputs: list[Any]) -> Any:
    """An operation on its inputs, as mathematics writes it."""
    first = inputs[0]
    special = {
        "pow": ["msup", first, inputs[-1]],
        "t": ["msup", first, ["mo", "⊤"]],
        "sqrt": ["msqrt", first],
        "neg": ["mrow", ["mo", "−"], first],
    }
    commas = [part for x in inputs for part in (["mo", ","], x)][1:]
    return special.get(op or "") or ["mrow", ["mi", op or ""], ["mo", "("], *commas, ["mo", ")"]]
