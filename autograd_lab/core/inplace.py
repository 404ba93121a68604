"""Changes in place: a Variable keeps its memory, gets other numbers, and a new history with them.

A view and what it looks into share memory, so a change through one is a change of both. The base then gets
a node that says so, and every other view finds its new history when it is next asked for it.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

from ..base import dtypes, errors
from . import record
from .modes import local
from .node import changes, clock, keep_on, owner, stamp
from .op import Op, Recorded
from .shapes import follow, put_into, stretched

frame, ndarray = sys._getframe, np.ndarray
F32, F64 = np.dtype("float32"), np.dtype("float64")
UPDATES = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.true_divide,
           "add_scaled": np.add, "sub_scaled": np.subtract}  # fmt: skip
FILLING = {"fill", "masked_fill"}  # which read one number, and that first
# What may be done to elements that are one place in memory
ALL_ONE = {"zero_()", "fill_()", "masked_fill_()", "x[...] = ..."}


def change(variable: Any, op: Op, how: str, others: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Replace a Variable's numbers by those of ``op(variable, *others)``; later uses see the new history.

    Raises RuntimeError for a leaf that learns, or a view of one, while gradients are recorded; and where
    the result has another shape, or a dtype that the Variable can't hold.
    """
    now = local.now
    if variable._inferred and not now.inference:
        raise errors.error("inference_in_place", variable=variable, how=how)
    if not now.grad and op.name in UPDATES:
        alpha = params["alpha"] if params else None
        if _update(variable, UPDATES[op.name], how, others[0], alpha):
            return variable
    part = follow(variable._array, params.get("chain", ()))
    read = [x._array for x in others if hasattr(x, "_array")] if op.name not in FILLING else ()
    if op.name == "put_into":
        # PyTorch looks into nothing stretched; more axes of length 1 are no other places
        read = [array.reshape(part.shape) for array in read if array.size == part.size]
    if any(_overlap(part, array, op.name == "index_put") for array in read):
        raise errors.error("overlap", variable=variable, how=how)
    recorded = now.grad and variable._array.dtype.kind in "fc"
    recorded = recorded and (variable._learns or any(getattr(x, "_learns", False) for x in others))
    if recorded and variable._unrecorded:
        raise errors.error("unrecorded_view", variable=variable, how=how)
    if recorded:
        refuse(variable, how)
    elif now.listener is None and not now.special:
        out = op.short(variable, *others) if op.brief else op(variable, *others, **params)
        write(variable, out._array, how)
        return variable
    listener, now.listener = now.listener, None
    if listener is not None:
        listener.changing(variable._boxed())
    try:
        if recorded or variable._base is None:
            before = record.made(variable._array, variable._fn)
            before._learns = variable._learns
        else:  # a view that lost its history may be changed where nothing is recorded
            before = record.made(variable._array, variable._node)
        before._tangent = variable._tangent
        if recorded:
            before._array = variable._array.copy()  # what the node saves, the change leaves alone
        out = record.apply(op, (before, *others), params)
        write(variable, out._array, how)
        if recorded:
            rewrite(variable, out)
        variable._tangent = out._tangent
    finally:
        now.listener = listener
    if listener is not None:
        listener.inplace(op, before, variable, others, params)
    return variable


def augmented(op: Op) -> Any:
    """What ``a += b`` runs."""
    how, ufunc = f"{op.name}_()", UPDATES.get(op.name)

    def run(self: Any, other: Any) -> Any:
        if ufunc is not None and not local.now.grad and _update(self, ufunc, how, other, None, frame(1)):
            return self
        if not isinstance(other, Recorded) and not dtypes.known(other):
            return NotImplemented
        return change(self, op, how, (other,), {})

    return run


def _update(variable: Any, ufunc: Any, how: str, other: Any, alpha: Any, where: Any = None) -> bool:
    """Do ``p -= lr * p.grad`` under no_grad straight in the memory; or say that it takes a longer way."""
    now, array = local.now, variable._array
    if now.special or now.listener is not None or type(array) is not ndarray or array.base is not None:
        return False
    dtype = array.dtype
    if variable._apart is not None or variable._inferred or (dtype is not F32 and dtype is not F64):
        return False
    if type(other) is not float:
        other = getattr(other, "_array", None)
        if type(other) is not ndarray or other.dtype is not dtype or other.base is not None:
            return False
    if alpha is not None:
        other = now.quiet(np.multiply, other, alpha)
    try:
        now.quiet(ufunc, array, other, array)
    except ValueError:
        return False  # the longer way has the words for it
    stamp(array, clock(), how, where and (where.f_code, where.f_lasti))
    return True


def _overlap(written: Any, read: Any, whole: bool) -> bool:
    """Whether elements would be read after others were written over them, as far as PyTorch looks into it.

    Element by element, one may be read where it is written; ``whole`` says that it may not.
    """
    if whole and written is read:
        return True
    if (
        not isinstance(written, np.ndarray)
        or owner(written) is not owner(read)
        or not (_dense(written) and _dense(read))
    ):
        return False
    places = [(x.ctypes.data, x.shape, x.strides) for x in (written, read)]
    return (whole or places[0] != places[1]) and np.may_share_memory(written, read)


def _dense(array: Any) -> bool:
    """Whether its elements fill their stretch of memory, in whatever order of the axes."""
    steps = sorted((step, n) for step, n in zip(array.strides, array.shape, strict=True) if n > 1)
    return all(
        step == array.itemsize * math.prod(n for _, n in steps[:k]) for k, (step, _) in enumerate(steps)
    )


def refuse(variable: Any, how: str) -> None:
    """Raise RuntimeError where a change in place can't be recorded."""
    base = variable._base
    if variable._several:
        raise errors.error("several_views", variable=variable, how=how)
    if variable._learns and variable._fn is None:
        raise errors.error("leaf_in_place", variable=variable, how=how)
    if base is not None and base._fn is None and variable._learns:  # also one that was detached since
        raise errors.error("view_in_place", variable=variable, how=how)


def write(variable: Any, values: Any, how: str) -> None:
    """Put other numbers into the same memory, and stamp it."""
    array = variable._boxed()
    if values.shape != array.shape:
        raise errors.shapes(
            how, array.shape, values.shape, (errors.name_of(variable), errors.Phrase("would_become"))
        )
    if values.dtype is not array.dtype and dtypes.RANK[values.dtype.kind] > dtypes.RANK[array.dtype.kind]:
        raise errors.error("wont_hold", variable=variable, dtype=values.dtype)
    one_place = stretched(array)
    if not array.flags.writeable or (one_place and how not in ALL_ONE):
        raise errors.error("one_place", variable=variable, how=how)
    if (listener := local.now.listener) is not None:
        listener.changing(array)
    if one_place:
        np.copyto(array, values, where=values != array)
    else:
        array[...] = values
    count(variable, how)


def count(variable: Any, how: str) -> None:
    """Note that a Variable's numbers were changed in place."""
    if variable._apart is None:
        stamp(variable._boxed(), clock(), how)
    else:
        variable._apart[0] += 1


def rewrite(variable: Any, out: Any) -> None:
    """Give a Variable the history of ``out``; where it is a view, its base too."""
    node = out._fn
    if node is None:
        return
    saved, out_at = node.saved, node.op.positions["out"]
    if saved and saved[out_at] is not None:  # so that another change will be noticed
        node.saved = (*saved[:out_at], variable._array, *saved[out_at + 1 :])
    base = variable._base
    if base is None:
        keep_on(variable, variable._fn, node)
        variable._fn, variable._learns = node, True
        variable._generation += 1
    else:
        before = record.made(base._array)
        before._fn, before._learns = base._fn, base._learns
        whole = record.apply(put_into, (before, out), {"chain": variable._chain})
        keep_on(base, base._fn, whole._fn)
        base._fn, base._learns = whole._fn, True
        base._generation += 1
    buffer = owner(variable._array)
    other = saved[1] if len(saved) > 1 else None
    if id(buffer) in changes and (other is None or owner(other) is not buffer):
        changes[id(buffer)].tick = node.tick  # what this very node saved is as it was
