"""Running an operation: compute its value, and note for backward how it came about.

Most calls take the short way: one or two Variables of one float dtype, and nothing special going on.
Everything else (other dtypes, parameters, forward mode) takes the long one, :func:`apply`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ..base import dtypes, errors
from .modes import local
from .node import NOTHING, Node, clock, kind, owner
from .op import Op

F32, F64 = np.dtype("float32"), np.dtype("float64")
f32, f64 = np.float32, np.float64  # NumPy's numbers, which are faster than arrays without axes
BOTH, NUMBERED = 3, 4  # which inputs learn, bit by bit; or the first, where the second is a plain number
frame, new = sys._getframe, object.__new__
Variable: Any = None  # the classes of results, a module up: they set themselves here
View: Any = None


# -------------------------------------------------------------------- the short way
def binary(op: Op, swapped: bool = False) -> Callable[..., Any]:
    """What runs an element-wise operation on a Variable and another, or a number.

    ``swapped`` is for ``5 * b``, where Python hands over the Variable first.
    """
    forward, learnable, kinds = op.forward, bool(op.vjp), _kinds(op, swapped)
    boxes = op.name != "pow"  # for which NumPy has short ways with plain numbers

    def long(self: Any, other: Any) -> Any:
        return apply(op, (other, self) if swapped else (self, other), {})

    def run(self: Any, other: Any, depth: int = 1) -> Any:
        now = local.now
        a = self._array
        kind = type(a)
        if kind is f64 or kind is f32:
            dtype = None
        elif (dtype := a.dtype) is not F32 and dtype is not F64:
            return long(self, other)
        if now.special:
            return long(self, other)
        if isinstance(other, Variable):
            b: Any = other._array
            if (dtype is not None or kind is not type(b)) and b.dtype is not a.dtype:
                return long(self, other)
            learning = (1 if self._learns else 0) | (2 if other._learns else 0)
        elif type(other) is float or type(other) is int:
            learning = NUMBERED if self._learns else 0
            if dtype is None or not boxes:
                b = other
            else:
                known = NUMBERS32 if dtype is F32 else NUMBERS64
                b = known[other] if other in known else number(other, dtype, known)
        else:
            return long(self, other) if dtypes.known(other) else NotImplemented
        if swapped:
            a, b = b, a
        try:
            value = forward(a, b)
        except LOUD:
            return long(self, other)  # which knows what to say, and what to be silent about
        out = new(Variable)
        out._array = value
        if learning and now.grad and learnable:
            make, keeps_x, keeps_y, keeps_out = kinds[learning]
            out._fn = node = make()
            out._learns = True
            if keeps_x or keeps_y or keeps_out:
                node.saved = (a if keeps_x else None, b if keeps_y else None, value if keeps_out else None)
            node.extra = node.origin = None
            if learning == NUMBERED:
                node.edges = (self._fn or self,)
            else:
                if learning == BOTH:
                    node.edges = (self._fn or self, other._fn or other)
                elif learning == 1:
                    node.edges = (self._fn or self,)
                    if keeps_y and other._inferred:
                        raise errors.error("inference", variable=other)
                else:
                    node.edges = (other._fn or other,)
                    if keeps_x and self._inferred:
                        raise errors.error("inference", variable=self)
                if (dtype is not None or kind is not type(b)) and a.shape != b.shape:
                    node.origin = _stretched_pair(a, b, value.shape, learning)
            where = frame(depth)
            node.code = where.f_code
            node.at = where.f_lasti
            node.tick = clock()
        else:
            out._fn = None
            out._learns = False
        if now.listener is not None:
            now.listener.op(op, (other, self) if swapped else (self, other), NOTHING, out)
        return out

    return run


class _kinds(dict[int, Any]):
    """For each set of inputs that learn: the class of nodes, and which of x, y and out these save."""

    def __init__(self, op: Op, swapped: bool = False) -> None:
        self.op, self.numbered = op, (2, 0) if swapped else (1, 1)

    def __missing__(self, learning: int) -> Any:
        made = kind(self.op, *(self.numbered if learning == NUMBERED else (learning,)))
        self[learning] = made, *made.plan.keeps
        return self[learning]


def _stretched(arrays: Any, places: Any, value: Any) -> Any:
    """For each input that learns, the shape and dtype to bring its contribution back to.

    None for one whose contribution comes like that, and None where all do.
    """
    shape, dtype = value.shape, value.dtype
    found = [
        None if (x := arrays[k]).shape == shape and x.dtype == dtype else (x.shape, x.dtype) for k in places
    ]
    return found if any(found) else None


def _stretched_pair(a: Any, b: Any, shape: Any, learning: int) -> Any:
    """As ``_stretched``, for two arrays of one dtype and different shapes."""
    x = None if a.shape == shape else (a.shape, a.dtype)
    y = None if b.shape == shape else (b.shape, b.dtype)
    if learning == BOTH:
        return x, y
    one = x if learning == 1 else y
    return None if one is None else (one,)


# Shapes that don't fit; and NumPy's warnings, where the user made errors of them (see modes.py).
LOUD = (ValueError, FloatingPointError, RuntimeWarning)

NUMBERS32: dict[float, Any] = {}  # plain numbers that were met, as arrays, with which NumPy is faster
NUMBERS64: dict[float, Any] = {}
MANY = 1000


def number(value: float, dtype: Any, known: dict[float, Any]) -> Any:
    """A plain number as an array without axes, kept for the next time."""
    array = np.array(value, dtype)
    if value:  # 0.0 and -0.0 are one key
        if len(known) >= MANY:
            known.clear()
        known[value] = array
    return array


def unary(op: Op) -> Callable[[Any], Any]:
    """What runs an element-wise operation on one Variable."""
    forward, learnable, kinds = op.forward, bool(op.vjp), _kinds(op)

    def run(self: Any, depth: int = 1) -> Any:
        now = local.now
        a = self._array
        scalar = type(a)
        if now.special or not (scalar is f64 or scalar is f32 or (dtype := a.dtype) is F32 or dtype is F64):
            return apply(op, (self,), {})
        try:
            value = forward(a)
        except LOUD:
            return apply(op, (self,), {})
        out = new(Variable)
        out._array = value
        if self._learns and now.grad and learnable:
            make, keeps_x, keeps_out = kinds[1]
            out._fn = node = make()
            out._learns = True
            if keeps_x or keeps_out:
                node.saved = (a if keeps_x else None, value if keeps_out else None)
            node.extra = node.origin = None
            node.edges = (self._fn or self,)
            where = frame(depth)
            node.code = where.f_code
            node.at = where.f_lasti
            node.tick = clock()
        else:
            out._fn = None
            out._learns = False
        if now.listener is not None:
            now.listener.op(op, (self,), NOTHING, out)
        return out

    return run


def short(op: Op) -> Any:
    """The short way for an element-wise operation without parameters; None for others."""
    if not op.elementwise or op.params or op.arity > 2:
        return None
    return unary(op) if op.arity == 1 else binary(op)


Op.shorten = staticmethod(short)


# -------------------------------------------------------------------- the long way
def made(array: Any, fn: Any = None) -> Any:
    """A Variable that an operation made."""
    out = new(Variable)
    out._array = array
    out._fn = fn
    out._learns = fn is not None
    return out


def apply(op: Op, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Run one operation, note it for backward if that is wanted, and tell who listens.

    Raises what PyTorch raises where it can't be done, saying to which Variables and on which line.
    """
    now = local.now
    if op.simple and not now.special:
        return simple(op, inputs, params)
    given = inputs[0] if op.joint else inputs
    if op.view and isinstance(given[0]._array, np.generic):
        given[0]._boxed()  # what shares memory needs some
    arrays = [x._array if isinstance(x, Variable) else x for x in given]
    try:
        if not op.bools and any(map(dtypes.is_bool, arrays)):
            raise errors.error("no_bools", op=op.name)
        if op.elementwise and (op.floats or len(arrays) > 1):
            arrays = dtypes.promote(arrays, op.floats)
        result = now.quiet(op.forward, *([arrays] if op.joint else arrays), **params)
    except (ValueError, IndexError, RuntimeError, TypeError, np.linalg.LinAlgError) as error:
        raise refused(op, given, params, error) from None
    value, *extras = result if op.extras else (result,)
    learning = 0
    if now.grad and op.vjp and not now.inference:
        for k, x in enumerate(given):
            if isinstance(x, Variable) and x._learns:
                learning |= 1 << k
    node = note(op, learning, given, arrays, params, value, extras) if learning else None
    shares = op.view and owner(value) is owner(arrays[0])
    out = View(value, node, given[0], op, params) if shares else made(value, node)
    if now.inference:
        out._inferred = True
    if now.dual:
        from .forward import tangent  # needs the engine, which needs this module

        out._tangent = tangent(op, given, out, params)
        if node is not None and out._tangent is not None:
            node.more.tangents[op.positions["out"]] = out._tangent
    if now.listener is not None:
        now.listener.op(op, given, params, out)
    return op.give((out, *map(made, extras))) if op.gives else out


def simple(op: Op, inputs: Any, params: dict[str, Any]) -> Any:
    """As ``apply``, for an operation that is neither element-wise nor a view, and returns one result."""
    now = local.now
    values: list[Any] = []
    learning, bit, recorded = 0, 1, now.grad and op.vjp
    for x in inputs:
        if isinstance(x, Variable):
            values.append(x._array)
            if recorded and x._learns:
                learning |= bit
        else:
            values.append(x)
        bit += bit
    try:
        value = now.quiet(op.forward, *values, **params)
    except (ValueError, IndexError, RuntimeError, TypeError, np.linalg.LinAlgError) as error:
        raise refused(op, inputs, params, error) from None
    out = new(Variable)
    out._array = value
    if learning:
        out._fn = node = (op.kinds.get((learning, None)) or kind(op, learning))()
        out._learns = True
        if node.plan.constants:
            _refuse_inferred(node, inputs)
        node.fill(inputs, values, params, value, ())
        node.code, node.at = errors.place(3)
        node.tick = clock()
    else:
        out._fn = None
        out._learns = False
    if now.listener is not None:
        now.listener.op(op, inputs, params, out)
    return out


def refused(op: Op, given: Any, params: dict[str, Any], error: Exception) -> Exception:
    """What to raise for an operation that could not be done; who listens is told."""
    problem = errors.failed(op, error, given, params)
    if local.now.listener is not None:
        local.now.listener.failed(op, given, problem)
    return problem


def note(
    op: Op, learning: int, given: Any, arrays: Any, params: dict[str, Any], value: Any, extras: Any = ()
) -> Node:
    """The node of an operation that ran: what it saves, and where its gradients go."""
    plain = None
    if op.elementwise and len(arrays) > 1:
        plain = next((k for k, one in enumerate(arrays) if not hasattr(one, "shape")), None)
    node = (op.kinds.get((learning, plain)) or kind(op, learning, plain))()
    _refuse_inferred(node, given)
    node.fill(given, arrays, params, value, extras)
    if op.elementwise:
        node.origin = _stretched([getattr(x, "_array", x) for x in given], node.plan.places, value)
    node.code, node.at = errors.place(4)
    node.tick = clock()
    if local.now.special:
        _note_special(node, given)
    return node


def _refuse_inferred(node: Node, given: Any) -> None:
    """Raise where a node would save what was made in inference mode."""
    for k in node.plan.constants:
        if getattr(given[k], "_inferred", False):
            raise errors.error("inference", variable=given[k])


def _note_special(node: Node, given: Any) -> None:
    """What a node keeps besides, with saved_tensors_hooks and in forward mode."""
    now = local.now
    if now.pack is not None and node.saved:
        pack, unpack = now.pack
        arrays = {k: one for k, one in enumerate(node.saved) if hasattr(one, "dtype")}
        node.more.packed = ({k: pack(made(one)) for k, one in arrays.items()}, unpack)
        node.saved = tuple([None if k in arrays else one for k, one in enumerate(node.saved)])
    if now.dual:
        tangents = {k: getattr(x, "_tangent", None) for k, x in enumerate(given)}
        node.more.tangents = {k: t for k, t in tangents.items() if t is not None}
