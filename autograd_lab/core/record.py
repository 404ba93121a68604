"""Running an operation: compute its value, and note for backward how it came about.

Most element-wise ones never come here: short.py has a shorter way for them.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from ..base import dtypes, errors
from .modes import local
from .node import Node, Port, clock, kind, owner
from .op import Op

F32, F64 = np.dtype("float32"), np.dtype("float64")
f32, f64 = np.float32, np.float64  # NumPy's numbers, which are faster than arrays without axes
BOTH, NUMBERED = 3, 4  # which inputs learn, bit by bit; or the first, where the second is a plain number
frame, new = sys._getframe, object.__new__
Variable: Any = None  # the classes of results, a module up: they set themselves here
View: Any = None


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
    if op.several:
        return _several(op, given, params, (value, *extras), node)
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


def _several(op: Op, given: Any, params: dict[str, Any], values: Any, node: Node | None) -> Any:
    """The results of an operation that has several, each of which gradients flow back from."""
    now, first = local.now, op.positions["out"]
    outs = [made(value, None if node is None else Port(node, k)) for k, value in enumerate(values)]
    if now.dual and isinstance(moved := getattr(given[0], "_tangent", None), Variable):
        from .forward import tangents

        for k, tangent in enumerate(tangents(op, moved, given, params)):
            outs[k]._tangent = tangent
            if node is not None:
                node.more.tangents[first + k] = tangent
    for out in outs:
        out._inferred = now.inference
        if now.listener is not None:
            now.listener.op(op, given, params, out)
    return op.give(outs)


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
        node.origin = stretched([getattr(x, "_array", x) for x in given], node.plan.places, value)
    node.code, node.at = errors.place(4)
    node.tick = clock()
    if local.now.special:
        _note_special(node, given)
    return node


def stretched(arrays: Any, places: Any, value: Any) -> Any:
    """For each input that learns, the shape and dtype to bring its contribution back to.

    None for one whose contribution comes like that, and None where all do.
    """
    shape, dtype = value.shape, value.dtype
    found = [
        None if (x := arrays[k]).shape == shape and x.dtype == dtype else (x.shape, x.dtype) for k in places
    ]
    return found if any(found) else None


def _refuse_inferred(node: Node, given: Any) -> None:
    """Raise where a node would save what was made in inference mode."""
    for k in node.plan.constants:
        if getattr(given[k], "_inferred", False):
            raise errors.error("inference", variable=given[k])


def _note_special(node: Node, given: Any) -> None:
    """What a node keeps besides, with saved_tensors_hooks and in forward mode."""
    now = local.now
    if now.pack is not None and node.saved:
        _pack(node, given)
    if now.dual:
        tangents = {k: getattr(x, "_tangent", None) for k, x in enumerate(given)}
        node.more.tangents = {k: t for k, t in tangents.items() if t is not None}


def _pack(node: Node, given: Any) -> None:
    """Hand what a node saved to the hook that packs it as PyTorch does: second inputs first, unrecorded."""
    now, saved, op = local.now, node.saved, node.op
    (pack, unpack), recording = now.pack, now.grad
    places = [k for k, one in enumerate(saved) if hasattr(one, "dtype")]
    if op.elementwise and op.arity == 2:
        places.sort(key=lambda k: (1, 0, 2)[k])
    packed: dict[int, Any] = {}
    now.grad = False
    try:
        for k in places:
            one = saved[k]
            if k == op.positions["out"]:
                result = made(one, node)
                packed[k] = pack(result)
                if packed[k] is result:  # which the node must not hold: a cycle
                    packed[k] = made(one)
            else:
                known = not op.joint and k < op.arity and getattr(given[k], "_array", None) is one
                packed[k] = pack(given[k] if known else made(one))
    finally:
        now.grad = recording
    node.more.packed = packed, unpack
    node.saved = tuple([None if k in packed else one for k, one in enumerate(saved)])
