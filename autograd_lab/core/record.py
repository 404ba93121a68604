"""Running an operation: compute its value, and note for backward how it came about.

Most calls take the short way: one or two Variables of one float dtype, and nothing special going on.
Everything else (other dtypes, parameters, forward mode) takes the long one, :func:`apply`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from ..base import dtypes, errors
from .modes import local
from .node import Node, clock, kind, owner
from .op import INPUTS, Op
from .shapes import cast, clone

F32, F64 = np.dtype("float32"), np.dtype("float64")
f32, f64 = np.float32, np.float64  # NumPy's numbers, which are faster than arrays without axes
BOTH, NUMBERED = 3, 4  # which inputs learn, bit by bit; or the first, where the second is a plain number
frame, new = sys._getframe, object.__new__
NOTHING: dict[str, Any] = {}
Variable: Any = None  # the classes of results, a module up: they set themselves here
View: Any = None


# -------------------------------------------------------------------- the short way
def binary(op: Op, swapped: bool = False) -> Callable[..., Any]:
    """What runs an element-wise operation on a Variable and another, or a number.

    ``swapped`` is for ``5 * b``, where Python hands over the Variable first.
    """
    forward, learnable = op.forward, bool(op.vjp)
    kinds: list[Any] = [None] * 5

    def long(self: Any, other: Any) -> Any:
        return apply(op, (other, self) if swapped else (self, other), {})

    def run(self: Any, other: Any, depth: int = 1) -> Any:
        now = local.now
        a = self._array
        scalar = type(a)
        if scalar is f64 or scalar is f32:
            dtype = None
        elif (dtype := a.dtype) is not F32 and dtype is not F64:
            return long(self, other)
        if isinstance(other, Variable):
            b = other._array
            if now.special or ((dtype is not None or scalar is not type(b)) and b.dtype is not a.dtype):
                return long(self, other)
            learning = self._learns + 2 * other._learns
        elif (type(other) is float or type(other) is int) and not now.special:
            b = other
            learning = NUMBERED if self._learns else 0
        else:
            return long(self, other) if dtypes.known(other) else NotImplemented
        if swapped:
            a, b = b, a
        try:
            value = now.quiet(forward, a, b)
        except ValueError:
            return long(self, other)  # which knows what to say
        out = new(Variable)
        out._array = value
        if learning and now.grad and learnable:
            make, keep_x, keep_y, keep_out = kinds[learning] or _kind(op, kinds, learning, swapped)
            out._fn = node = make()
            out._learns = True
            node.x = a if keep_x else None
            node.y = b if keep_y else None
            node.out = value if keep_out else None
            if learning == BOTH:
                node.edges = (self._fn or self, other._fn or other)
            else:
                node.edges = (other._fn or other,) if learning == 2 else (self._fn or self,)
            node.params = NOTHING
            node.extra = node.origin = None
            if learning != NUMBERED and (dtype is not None or type(b) is not scalar):
                shape = value.shape
                if a.shape != shape or b.shape != shape:
                    node.origin = [((a, b)[k].shape, value.dtype) for k in node.plan.places]
            where = frame(depth)
            node.code = where.f_code
            node.at = where.f_lasti
            node.tick = clock()
        if now.listener is not None:
            now.listener.op(op, (other, self) if swapped else (self, other), {}, out)
        return out

    return run


def _kind(op: Op, kinds: list[Any], learning: int, swapped: bool = False) -> Any:
    """The class of a node, and whether it saves its first input, its second, its output."""
    numbered = (2, 0) if swapped else (1, 1)
    made = kind(op, *(numbered if learning == NUMBERED else (learning,)))
    kinds[learning] = made, made.plan.x, made.plan.y, made.plan.out
    return kinds[learning]


def unary(op: Op) -> Callable[[Any], Any]:
    """What runs an element-wise operation on one Variable."""
    forward, learnable = op.forward, bool(op.vjp)
    kinds: list[Any] = [None] * 2

    def run(self: Any, depth: int = 1) -> Any:
        now = local.now
        a = self._array
        scalar = type(a)
        if now.special or not (scalar is f64 or scalar is f32 or (dtype := a.dtype) is F32 or dtype is F64):
            return apply(op, (self,), {})
        value = now.quiet(forward, a)
        out = new(Variable)
        out._array = value
        if self._learns and now.grad and learnable:
            make, keep_x, _, keep_out = kinds[1] or _kind(op, kinds, 1)
            out._fn = node = make()
            out._learns = True
            node.x = a if keep_x else None
            node.out = value if keep_out else None
            node.y = node.extra = node.origin = None
            node.params = NOTHING
            node.edges = (self._fn or self,)
            where = frame(depth)
            node.code = where.f_code
            node.at = where.f_lasti
            node.tick = clock()
        if now.listener is not None:
            now.listener.op(op, (self,), {}, out)
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
    if fn is not None:
        out._fn, out._learns = fn, True
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
    out = made(value, node)
    if op.view and owner(value) is owner(arrays[0]):
        out = View(value, node, given[0], op, params)
    if now.inference:
        out._inferred = True
    if now.dual:
        from .forward import tangent  # needs the engine, which needs this module

        out._tangent = tangent(op, given, out, params)
        if node is not None and node.out is not None and out._tangent is not None:
            node.more.tangents["out"] = out._tangent
    if now.listener is not None:
        now.listener.op(op, given, params, out)
    return op.give((out, *map(made, extras))) if op.gives else out


def simple(op: Op, inputs: Any, params: dict[str, Any]) -> Any:
    """As ``apply``, for an operation that is neither element-wise nor a view, and returns one result."""
    now = local.now
    values = []
    learning = 0
    for k, x in enumerate(inputs):
        if isinstance(x, Variable):
            values.append(x._array)
            if x._learns:
                learning |= 1 << k
        else:
            values.append(x)
    try:
        value = now.quiet(op.forward, *values, **params)
    except (ValueError, IndexError, RuntimeError, TypeError, np.linalg.LinAlgError) as error:
        raise refused(op, inputs, params, error) from None
    out = new(Variable)
    out._array = value
    if learning and now.grad and op.vjp:
        out._fn = note(op, learning, inputs, values, params, value, ())
        out._learns = True
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
    op: Op, learning: int, given: Any, arrays: Any, params: dict[str, Any], value: Any, extras: Any
) -> Node:
    """The node of an operation that ran: what it saves, and where its gradients go."""
    number = None
    if op.elementwise and len(arrays) == 2:
        number = next((k for k in (0, 1) if not hasattr(arrays[k], "shape")), None)
    node = (op.kinds.get((learning, number)) or kind(op, learning, number))()
    plan = node.plan
    node.x = arrays[0] if plan.x else None
    node.y = arrays[1] if plan.y else None
    node.out = value if plan.out else None
    node.params = params
    if plan.more:
        node.params = more = dict(params)
        for name in plan.more:
            if name == "shape":
                more[name] = np.shape(arrays[0])
            elif name == "shapes":
                more[name] = [np.shape(x) for x in arrays]
            elif name == "xs":
                more[name] = arrays
            elif name in INPUTS:
                more[name] = arrays[INPUTS.index(name)]
            elif name in op.extras:
                more[name] = extras[op.extras.index(name)]
    node.edges = tuple([given[k]._fn or given[k] for k in plan.places])
    node.origin = node.extra = None
    if op.elementwise:
        wanted = [(given[k]._array.shape, given[k]._array.dtype) for k in plan.places]
        if any(one != (value.shape, value.dtype) for one in wanted):
            node.origin = wanted
    node.code, node.at = errors.place()
    node.tick = clock()
    now = local.now
    if now.special:
        _note_special(now, node, given)
    return node


def _note_special(now: Any, node: Node, given: Any) -> None:
    """What a node keeps besides, with saved_tensors_hooks and in forward mode."""
    if now.pack is not None and node.frees:
        pack, unpack = now.pack
        saved = {name: array for name, array in node.saved().items() if hasattr(array, "dtype")}
        node.more.packed = ({name: pack(made(array)) for name, array in saved.items()}, unpack)
    if now.dual:
        tangents = {name: getattr(x, "_tangent", None) for name, x in zip(INPUTS, given, strict=False)}
        node.more.tangents = {name: t for name, t in tangents.items() if t is not None}


class Restored:
    """A node's saved values as Variables, under the names by which rules ask for them."""

    __slots__ = ("out", "params", "x", "y")
    x: Any
    y: Any
    out: Any
    params: dict[str, Any]


def restored(node: Node) -> Any:
    """A node's saved values as Variables that remember where they came from, so that rules can be recorded.

    Raises RuntimeError where they were let go of.
    """
    if node.extra is not None or node.plan.more:
        return _restored_with_care(node)
    found, plan, origin = Restored(), node.plan, node.origin
    first, last = plan.places[0] == 0, plan.places[-1] == 1
    if plan.x:
        found.x = _input(node.x, node.edges[0] if first else None, origin and origin[0])
    if plan.y:
        found.y = _input(node.y, node.edges[-1] if last else None, origin and origin[-1])
    if plan.out:
        found.out = made(node.out, node)
    found.params = node.params
    return found


def _restored_with_care(node: Node) -> Any:
    """As ``restored``, for a node that saved more than two inputs and an output, or has extras."""
    found = SimpleNamespace(params=dict(node.params))
    plan, extra = node.plan, node.extra
    edges = dict(zip(plan.places, node.edges, strict=True))
    wanted = dict(zip(plan.places, node.origin or [None] * len(plan.places), strict=True))
    saved = node.saved()
    if extra is not None and extra.packed is not None:
        packed, unpack = extra.packed
        saved |= {name: unpack(one)._array for name, one in packed.items()}
    for name, array in saved.items():
        if name == "out":
            value = made(array, node)
        elif name == "xs":
            value = [_input(one, edges.get(k), None) for k, one in enumerate(array)]
        else:
            k = INPUTS.index(name) if name in INPUTS else -1
            value = _input(array, edges.get(k), wanted.get(k))
            if extra is not None and extra.packed is not None and value is edges.get(k):
                value = made(
                    array, note(clone, 1, [value], [array], {}, array, [])
                )  # what unpack gave counts
        if extra is not None and name in extra.tangents:
            value._tangent = extra.tangents[name]
        (found.params.__setitem__ if name in found.params else found.__setattr__)(name, value)
    return found


def arrays(found: Any) -> Any:
    """What ``restored`` gave, as bare arrays."""
    plain = {name: getattr(value, "_array", value) for name, value in vars(found).items()}
    plain["params"] = {name: getattr(value, "_array", value) for name, value in found.params.items()}
    return SimpleNamespace(**plain)


def _input(array: Any, edge: Any, origin: Any) -> Any:
    """One saved input as a Variable: a leaf itself, or a value with the node that made it."""
    if edge is None:
        return made(array) if hasattr(array, "dtype") else array
    if origin is not None and array.dtype != origin[1]:  # it was promoted: its gradient goes back as it came
        step = note(cast, 1, [made(array, edge)], [array], {"dtype": array.dtype}, array, [])
        step.edges, step.origin = (edge,), [origin]
        return made(array, step)
    return made(array, edge) if edge.tick else edge
