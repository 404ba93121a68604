"""The formula of a step, in symbols and in numbers, column by column.

A column is (role, symbols, numbers); an operator between two columns is a string. The chain rule along one
edge reads: upstream × local = contribution; what several edges bring to one node is added up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core.op import INPUTS, TABLE
from . import formula
from .things import Thing
from .values import number, shape_text
from .words import say

INFIX = {
    "add": "+", "sub": "−", "mul": "×", "div": "÷", "matmul": "@", "floor_divide": "//", "remainder": "%",
    "eq": "==", "ne": "≠", "lt": "<", "le": "≤", "gt": ">", "ge": "≥",
    "logical_and": "and", "logical_or": "or", "logical_xor": "xor",
    "bitwise_and": "&", "bitwise_or": "|", "bitwise_xor": "^",
}  # fmt: skip
BASED = ("pow", "square", "neg")  # beside their sign a negative number stands in brackets: (−1)², not −1²
TOLD = {"getitem": "part", "put_into": "part_replaced"}  # by a word, which has its language
CALLED = {
    "log2": "log₂", "log10": "log₁₀", "logical_not": "not", "bitwise_not": "~",
    "put_diagonal": "diag", "constant_pad_nd": "pad",
}  # fmt: skip
# parameters that are shown where they are not what they are by default
SHOWN = {
    "dim", "dims", "min", "max", "k", "p", "shifts", "repeats", "diagonal", "decimals", "negative_slope",
    "alpha", "kernel", "size",
}  # fmt: skip
SHORT = 6  # positions that are written out between brackets
RAISED = str.maketrans("0123456789-.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻·")
MATRIX = re.compile(r"g @ ([xyz])\.T|([xyz])\.T @ g")
Equation = dict[str, Any]


def equation(*columns: Any, rule: Any = None, under: str = "local", shapes: Sequence[Any] = ()) -> Equation:
    """Columns made into the Scene's rows; ``rule``, a tree, stands under the column called ``under``.

    ``shapes``: the arrays of a product, whose shapes stand over their numbers.
    """
    full = [("", c, c) if isinstance(c, str) else c for c in columns]
    roles, symbols, numbers = ([column[k] for column in full] for k in range(3))
    rows = [symbols, numbers] if any(isinstance(cell, dict) for cell in symbols) else [numbers]
    if rule is not None:
        below = {"m": ["mrow", ["mo", "="], rule], "rule": True}
        rows.insert(1, [below if role == under else "" for role in roles])
    if shapes:
        told = iter(shapes)
        rows.insert(-1, [{"s": shape_text(np.shape(next(told)))} if role else "" for role in roles])
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
        given = [ref for ref in thing.written if ref is not None]
        symbols = [self.symbol(ref) for ref in given]
        if thing.op in INFIX:
            roles = ["in" if isinstance(ref, str) else "" for ref in given]
            x, y = zip(roles, [{"m": formula.tight(s)} for s in symbols], map(self.held, given), strict=True)
            shapes = [self.teller.held_array(ref) for ref in given if isinstance(ref, str)] + [thing.value]
            several = {shape for shape in map(np.shape, shapes) if shape}
            if thing.op != "matmul" and len(several) < 2:  # nothing was stretched
                shapes = []
            return [equation(x, INFIX[thing.op], y, "=", out, shapes=shapes)]
        numbers = [h if "v" in h else h["m"] for h in map(self.held, given)]
        first = given[0] if given else None
        if thing.op in BASED and isinstance(first, str) and is_negative(self.teller.now[first]):
            numbers[0] = ["mrow", ["mo", "("], numbers[0], ["mo", ")"]]
        return [equation(("in", {"m": applied(thing, symbols)}, {"n": applied(thing, numbers)}), "=", out)]

    def failed(self, thing: Thing) -> list[Equation]:
        """An operation that could not be done: what went into it, with shapes."""
        given = [ref for ref in thing.inputs if isinstance(ref, str)]
        columns = [("in", {"m": formula.tight(self.symbol(ref))}, self.held(ref)) for ref in given]
        sign = INFIX.get(thing.op or "", ",")
        parts = [part for column in columns for part in (sign, column)][1:]
        return [equation(*parts, shapes=[*map(self.teller.held_array, given)])] if parts else []

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

    def flow(
        self, giver: Thing, k: int, data: dict[str, Any], local: Any, rule: str, n: int
    ) -> list[Equation]:
        """The chain rule along one edge; the sum over what was stretched; the addition to what was there."""
        product = data["product"]
        written = [self._chain(giver, k, data, local, rule, n)]
        if np.shape(product) != np.shape(data["new"]):
            why = ("stretched", {"m": ["mtext", say("summed_back")]}, self.value(product))
            shapes = (product, data["new"])
            written.append(equation(why, "→", ("summed", "", self.value(data["new"])), shapes=shapes))
        if data["old"] is not None:
            so_far, new, total = (self.value(data[name]) for name in ("old", "new", "total"))
            written.append(equation(("so far", "", so_far), "+", ("new", "", new), "=", ("total", "", total)))
        return written

    def _chain(self, giver: Thing, k: int, data: dict[str, Any], local: Any, rule: str, n: int) -> Equation:
        target = giver.inputs[k]
        arriving = self.partial(self.root, giver.id)
        up = ("upstream", arriving, self.value(data["upstream"]))
        down = ("contribution", self.partial(self.root, target), self.value(data["product"]))
        symbols = self._symbols(giver, n)
        if local is not None:
            labels = self.teller.label(giver.id), self.teller.label(target)
            between = formula.partial(*labels, side(giver, k))
            tree = formula.tree(rule, symbols)
            return equation(up, "×", ("local", {"m": between}, self.value(local)), "=", down, rule=tree)
        if other := self.other_matrix(giver, rule):
            matrix = ("local", {"m": formula.function("t", [self.symbol(other[0])])}, self.value(other[1]))
            left, right = (up, matrix) if rule.startswith("g") else (matrix, up)
            pair = (data["upstream"], other[1]) if rule.startswith("g") else (other[1], data["upstream"])
            return equation(left, "@", right, "=", down, shapes=(*pair, data["product"]))
        names = formula.names(rule)
        if names is None or "g" not in names or rule == "g":
            return equation(up, "→", down)
        tree = formula.tree(rule, symbols | {"g": arriving["m"]})
        return equation(up, "→", down, rule=tree, under="contribution")

    def hook(self, node: str, data: dict[str, Any]) -> list[Equation]:
        """What a hook was given, and what it returned in its place."""
        arrived = self.partial(self.root, node)
        returned = {"m": formula.function(data["hook"], [arrived["m"]])}
        return [equation(("given", arrived, self.value(data["old"][0])), "→",
                         ("returned", returned, self.value(data["total"])))]  # fmt: skip

    def other_matrix(self, giver: Thing, rule: str) -> tuple[Any, Any] | None:
        """The matrix that a rule such as ``g @ y.T`` multiplies with, and it transposed."""
        found = MATRIX.fullmatch(rule)
        if found is None:
            return None
        ref = giver.inputs[INPUTS.index(found[1] or found[2])]
        matrix = self.teller.now.get(ref) if isinstance(ref, str) else ref
        if np.ndim(matrix) < 2:  # of a vector it is no matrix product
            return None
        return ref, np.swapaxes(matrix, -1, -2)

    def _symbols(self, giver: Thing, n: int) -> dict[str, Any]:
        """What stands for names in a rule: labels; and plain numbers as they are."""
        symbols: dict[str, Any] = {}
        symbols |= {name: value for name, value in giver.params.items() if isinstance(value, int | float)}
        symbols |= {"condition": ["mtext", say("condition")]}
        symbols |= {"out": self.symbol(giver.id), "n": 1 if n == 1 else ["mi", "n"]}
        for name, ref in zip(INPUTS, giver.inputs, strict=False):
            number_ = ref.item() if hasattr(ref, "item") and np.size(ref) == 1 else ref
            if ref is not None:
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
    return number(np.ravel(x)[0]) if np.size(x) == 1 else say("numbers", shape=shape_text(np.shape(x)))


def is_negative(x: Any) -> bool:
    """Whether a single number has a minus sign, and so needs brackets under an exponent."""
    return np.size(x) == 1 and bool(np.all(np.asarray(x) < 0))


def raised(x: Any) -> str:
    """²: an exponent in a caption."""
    return plain(x).translate(RAISED)


def side(thing: Thing, k: int) -> str:
    """Which of its inputs the k-th is, where one Variable is several of them; else nothing."""
    used = [ref for ref in thing.inputs if isinstance(ref, str) and ref == thing.inputs[k]]
    if len(used) < 2:
        return ""
    return say(("left", "right")[k]) if len(thing.inputs) == 2 else say("input", k=k + 1)


def called(op: str) -> str:
    """An operation as it is called in formulas.

    >>> called("max_dim"), called("getitem")
    ('max', 'part')
    """
    if op in TOLD:
        return say(TOLD[op])
    return CALLED.get(op, op.removesuffix("_all").removesuffix("_dim"))


def applied(thing: Thing, inputs: list[Any]) -> Any:
    """An operation on its inputs, as mathematics writes it."""
    op, params = thing.op or "", thing.params
    if op == "getitem" and "index" in params:
        return ["mrow", formula.tight(inputs[0]), ["mo", f"[{index_text(params['index'])}]"]]
    if op in formula.WRITTEN:
        return formula.function(op, inputs)
    if op == "where":
        inputs = [["mtext", say("condition")], *inputs]
    entry = TABLE.get(op)
    for name, value in params.items():
        if name in SHOWN and value is not None and entry is not None and value != entry.params.get(name):
            inputs = [*inputs, ["mrow", ["mi", name], ["mo", "="], formula.literal(value)]]
    return formula.function(called(op), inputs)


def index_text(index: Any) -> str:
    """What stood in the brackets, as far as it is short.

    >>> index_text((0, slice(1, None), ...)), index_text((slice(None, None, 2),))
    ('0, 1:', '::2')
    """
    parts = index if isinstance(index, tuple) else (index,)
    if len(parts) > 1 and parts[-1] is Ellipsis:
        parts = parts[:-1]
    return ", ".join(_part_text(part) for part in parts)


def _part_text(part: Any) -> str:
    if isinstance(part, slice):
        start, stop, step = ("" if end is None else str(end) for end in (part.start, part.stop, part.step))
        return f"{start}:{stop}" + (f":{step}" if step not in ("", "1") else "")
    if part is None or isinstance(part, int):
        return str(part)
    short = np.size(part) <= SHORT and np.asarray(getattr(part, "_array", part)).dtype.kind in "iu"
    return str(np.asarray(getattr(part, "_array", part)).tolist()) if short else "…"
