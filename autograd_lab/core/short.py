"""The short way to run an operation: on Variables of one float dtype, nothing special on.

Element-wise operations have it, products of matrices, and sums of everything. All else (other dtypes,
parameters, forward mode, …) takes the long way, ``record.apply``. Here each entry of the table gets functions
of its own, written out from the texts below when it is first used; one function for all, which looks up at
every call what the entry needs, takes 1.4 times as long. Tracebacks show what was written.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ..base import dtypes, errors
from . import record
from .matrices import product
from .modes import local
from .node import NOTHING, clock, kind
from .op import Op, Reflected

BINARY = """
def {name}(self, other, depth=1):
    if not isinstance(other, Variable):
        return with_number(self, other, depth + 1)
    now, x, y = local.now, self._array, other._array
    ALIKE
    COMPUTE
    if {recording}:
        if self._learns:
            if other._learns:
                node = Both()
                node.edges = self._fn or self, other._fn or other
                {save_both}
                node.origin = None if same else stretched(value.shape, dtype, first, second)
            else:
                {check_other}
                node = First()
                node.edges = (self._fn or self,)
                {save_first}
                node.origin = None if same or first == value.shape else [(first, dtype)]
        elif other._learns:
            {check_self}
            node = Second()
            node.edges = (other._fn or other,)
            {save_second}
            node.origin = None if same or second == value.shape else [(second, dtype)]
"""

NUMBERED = """
def {name}(self, other, depth=1):
    if type(other) is not float and type(other) is not int:
        return apply(op, ({given}), {params}) if known(other) else NotImplemented
    now, {mine}, {number} = local.now, self._array, other
    scalar = type({mine})
    if scalar is not f64 and scalar is not f32:
        dtype = {mine}.dtype
        if dtype is F64:
            {number} = {number64}
        elif dtype is F32:
            {number} = {number32}
        else:
            return apply(op, ({given}), {params})
    COMPUTE
    if {recording} and self._learns:
        node = Alone()
        node.edges = (self._fn or self,)
        {save_alone}
        node.origin = None
"""

UNARY = """
def {name}(self, depth=1):
    now, x = local.now, self._array
    ALIKE
    COMPUTE
    if {recording} and self._learns:
        node = First()
        node.edges = (self._fn or self,)
        {save_first}
        node.origin = None
"""

ELEMENTS = """\
    scalar = type(x)
    if scalar is type(y) and (scalar is f64 or scalar is f32):
        same = True
    elif (dtype := x.dtype) is y.dtype and (dtype is F64 or dtype is F32):
        same = (first := x.shape) == (second := y.shape)
    else:
        return apply(op, ({given}), {params})
"""

ELEMENT = """\
    scalar = type(x)
    if scalar is not f64 and scalar is not f32 and (dtype := x.dtype) is not F64 and dtype is not F32:
        return apply(op, ({given}), {params})
"""

WHOLE = """\
    if type(x) is not ndarray or (dtype := x.dtype) is not F64 and dtype is not F32:
        return apply(op, ({given}), {params})
"""

MATRICES = """\
    if (dtype := x.dtype) is not y.dtype or dtype is not F64 and dtype is not F32:
        return apply(op, ({given}), {params})
    same = True  # or nearly so: its rules see to stacks of them
"""

COMPUTE = """\
    if now.special:
        return apply(op, ({given}), {params})
    try:
        value = {value}
    except LOUD:
        return apply(op, ({given}), {params})
    node = None
"""

RESULT = """
    out = new(Variable)
    out._array, out._fn, out._learns = value, node, node is not None
    if node is not None:
        node.extra = None
        where = frame(depth)
        node.code, node.at = where.f_code, where.f_lasti
        node.tick = clock()
    if now.listener is not None:
        now.listener.op(op, ({given}), {params}, out)
    return out
"""

VALUES = {"add": "x + y", "sub": "x - y", "mul": "x * y", "div": "x / y", "neg": "-x",
          "sum": "total(x, None)", "mean": "total(x, None) / x.size", "matmul": "product(x, y)"}  # fmt: skip
BOXED = "{known}[other] if other in {known} else boxed(other, dtype, {known})"
# Shapes that don't fit; and NumPy's warnings, where the user made errors of them (see modes.py). The long way
# knows what to say, and what to be silent about.
LOUD = (ValueError, FloatingPointError, RuntimeWarning)
FIRST, SECOND, BOTH = 1, 2, 3  # which inputs learn, bit by bit


def binary(op: Op) -> Callable[..., Any]:
    """What runs an element-wise operation on a Variable and another, or a number."""
    kinds = {"Both": _kind(op, BOTH), "First": _kind(op, FIRST), "Second": _kind(op, SECOND)}
    check = "if {0}._inferred: refuse({0})"  # it would be saved
    words = {"check_other": check.format("other") if _saves(kinds["First"], 1) else "",
             "check_self": check.format("self") if _saves(kinds["Second"], 0) else ""}  # fmt: skip
    text = BINARY.replace("    ALIKE\n", ELEMENTS if op.elementwise else MATRICES)
    other = numbered(op) if op.elementwise else without_number(op)
    return _made(op, text, kinds, {"given": "self, other", **words}, with_number=other)


def numbered(op: Op, swapped: bool = False) -> Callable[..., Any]:
    """What runs an element-wise operation on a Variable and a plain number.

    ``swapped`` is for ``5 - b``, where Python hands over the Variable first.
    """
    return _numbered(op, swapped, "other, self" if swapped else "self, other")


def reflected(op: Op) -> Callable[..., Any]:
    """The same for ``5 * b``, where who listens is told that it was written so."""
    return _numbered(op, False, "Reflected((self, other))")


def _numbered(op: Op, swapped: bool, given: str) -> Callable[..., Any]:
    number, mine = ("x", "y") if swapped else ("y", "x")
    words = {"number": number, "mine": mine, "given": given}
    for known in ("NUMBERS32", "NUMBERS64"):  # but for powers NumPy has short ways with plain numbers
        words[known.lower().replace("s", "")] = "other" if op.name == "pow" else BOXED.format(known=known)
    return _made(op, NUMBERED, {"Alone": _kind(op, SECOND if swapped else FIRST, int(not swapped))}, words)


def without_number(op: Op) -> Callable[..., Any]:
    """What says of a product that it is none of a Variable and a plain number; NumPy arrays are taken."""

    def run(self: Any, other: Any, depth: int) -> Any:
        return record.apply(op, (self, other), {}) if hasattr(other, "ndim") else NotImplemented

    return run


def unary(op: Op) -> Callable[..., Any]:
    """What runs an operation on one Variable: an element-wise one, or a sum of everything."""
    text = UNARY.replace("    ALIKE\n", ELEMENT if op.elementwise else WHOLE)
    return _made(op, text, {"First": _kind(op, FIRST)}, {"given": "self,"})


Op.shorten = staticmethod(lambda op: unary(op) if op.arity == 1 else binary(op))


class Operator:
    """An operator of Variable's, put together when it is first used."""

    def __init__(self, make: Callable[..., Any], *args: Any) -> None:
        self.make, self.args = make, args
        self.names: list[str] = []

    def __set_name__(self, owner: Any, name: str) -> None:
        self.owner = owner
        self.names.append(name)

    def __get__(self, variable: Any, kind: Any = None) -> Any:
        made = self.make(*self.args)
        for name in self.names:
            setattr(self.owner, name, made)
        return made.__get__(variable, kind)


# -------------------------------------------------------------------- filling in the texts
def _kind(op: Op, learning: int, number: int | None = None) -> Any:
    """The class of the nodes; None for what has no gradient."""
    return kind(op, learning, number) if op.vjp else None


def _saves(kind: Any, k: int) -> bool:
    return kind is not None and kind.plan.keeps[k]


def _made(
    op: Op, text: str, kinds: dict[str, Any], words: dict[str, str], **names: Any
) -> Callable[..., Any]:
    """The function that a text becomes for one entry."""
    import linecache  # not with the package, which loads fast

    inputs = ("x", "y")[: op.arity]
    params = ", ".join(f"{name!r}: {value!r}" for name, value in op.params.items())
    words["params"] = f"{{{params}}}" if params else "NOTHING"
    words |= {"name": op.name, "recording": "now.grad" if op.vjp else "False"}
    words["value"] = VALUES.get(op.name, f"forward({', '.join(inputs)})")
    for name, nodes in kinds.items():
        kept = (x if _saves(nodes, k) else "None" for k, x in enumerate((*inputs, "value")))
        saved = [f"node.saved = {', '.join(kept)}"] if nodes and nodes.frees else []
        if nodes and (op.params or nodes.plan.shapes):
            noted = {"shape": "x.shape", "shapes": "(x.shape, y.shape)"}
            known = [f"{name!r}: {noted[name]}" for name in nodes.plan.shapes]
            saved.append(f"node.params = {{{', '.join(filter(None, (params, *known)))}}}")
        words[f"save_{name.lower()}"] = "; ".join(saved)
    source = (text.replace("    COMPUTE\n", COMPUTE) + RESULT).format_map(words)
    file = f"{errors.PACKAGE}core/short.py: {op.name} {len(linecache.cache)}"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    found = NAMES | kinds | names | {"op": op, "forward": op.forward, "Variable": record.Variable}
    exec(compile(source, file, "exec"), found)  # noqa: S102
    made: Callable[..., Any] = found[op.name]
    return made


# -------------------------------------------------------------------- what they call
NUMBERS32: dict[float, Any] = {}  # plain numbers that were met, as arrays, with which NumPy is faster
NUMBERS64: dict[float, Any] = {}
MANY = 1000


def boxed(number: float, dtype: Any, known: dict[float, Any]) -> Any:
    """A plain number as an array without axes, kept for the next time."""
    array = np.array(number, dtype)
    if number:  # 0.0 and -0.0 are one key
        if len(known) >= MANY:
            known.clear()
        known[number] = array
    return array


def refuse(variable: Any) -> None:
    """Say that a node can't save what was made in inference mode."""
    raise errors.error("inference", variable=variable)


def stretched(shape: Any, dtype: Any, first: Any, second: Any) -> Any:
    """What to bring the contributions to two inputs of unlike shapes back to; see ``record.stretched``."""
    return [None if first == shape else (first, dtype), None if second == shape else (second, dtype)]


NAMES: dict[str, Any] = {
    "__name__": __name__, "F32": np.dtype("float32"), "F64": np.dtype("float64"), "LOUD": LOUD,
    "NOTHING": NOTHING, "Reflected": Reflected,
    "NUMBERS32": NUMBERS32, "NUMBERS64": NUMBERS64, "apply": record.apply, "boxed": boxed, "clock": clock,
    "f32": np.float32, "f64": np.float64,  # NumPy's numbers, which are faster than arrays without axes
    "frame": sys._getframe, "known": dtypes.known, "local": local, "ndarray": np.ndarray,
    "new": object.__new__, "product": product, "refuse": refuse, "stretched": stretched,
    "total": np.add.reduce,
}  # fmt: skip
