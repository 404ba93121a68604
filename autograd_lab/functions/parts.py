"""Functions that take parts of a Variable, or put something there, where the arguments need reading first.

Those that are told positions along an axis are in positions.py.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..base import errors
from ..core import inplace
from ..core.op import TABLE, Op
from ..core.record import apply, made
from ..core.variable import Variable
from .reductions import given
from .shapes import axis, broadcast, expand
from .table import into

Call = tuple[Op, tuple[Any, ...], dict[str, Any]]  # an entry, its inputs after the first, its parameters
IN_PLACE: dict[str, Callable[..., Any]] = {}


def changing(read: Callable[..., Call]) -> Callable[..., Any]:
    """A function of a Variable, from what reads its arguments; and the method that does it in place."""
    name = read.__name__

    @functools.wraps(read)
    def run(input: Variable, *args: Any, out: Any = None, **kwargs: Any) -> Any:
        op, others, params = read(given(input, name), *args, **kwargs)
        return into(out, apply(op, (input, *others), params))

    def run_(self: Variable, *args: Any, **kwargs: Any) -> Any:
        op, others, params = read(self, *args, **kwargs)
        return inplace.change(self, op, f"{name}_()", others, params)

    run_.__name__ = run_.__qualname__ = f"{name}_"
    run_.__doc__ = f":func:`{name}` in place."
    IN_PLACE[f"{name}_"] = run_
    return run


def number(value: Any, input: Variable, function: str) -> Any:
    """One number in the dtype of ``input``: a plain one, or a Variable without axes, which may learn.

    Raises TypeError where it is neither, RuntimeError where it has axes, or the dtype can't hold it.
    """
    kind = input._array.dtype
    if isinstance(value, Variable):
        if value.ndim:
            raise errors.error("one_number", function=function, variable=value)
        if value.requires_grad and kind.kind != "f":
            raise errors.error("integers_learn", dtype=input.dtype, variable=value)
        return value if value._array.dtype == kind else value.to(input.dtype)  # type: ignore[attr-defined]
    if not isinstance(value, bool | int | float | np.generic):
        raise errors.error("not_a_number", function=function, got=type(value).__name__)
    try:
        return {"b": bool, "f": float}.get(kind.kind, int)(value)
    except (OverflowError, ValueError):
        raise errors.error("overflow", function=function, value=value, dtype=input.dtype) from None


# -------------------------------------------------------------------- views of parts
def narrow(input: Variable, dim: int, start: Any, length: int) -> Any:
    """A view of ``length`` elements of one axis, from ``start`` on.

    Raises IndexError where it would start outside, RuntimeError where it would end there.

    >>> narrow(Variable([1.0, 2.0, 3.0]), 0, 1, 2)
    tensor([2., 3.])
    """
    if not given(input, "narrow").ndim:
        raise errors.error("no_axis", function="narrow", variable=input)
    at = axis(input, dim, "narrow")
    first, n = operator.index(start), input.shape[at]
    if not -n <= first <= n:
        raise errors.error("narrow_start", start=first, n=n)
    first += n if first < 0 else 0
    if not 0 <= length <= n - first:
        raise errors.error("narrow_length", start=first, length=length, n=n)
    return apply(TABLE["narrow"], (input,), {"dim": at, "start": first, "length": length})


def diagonal(input: Variable, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """A view of the diagonal of two axes, as a new last axis. Raises IndexError where there is no such axis.

    >>> diagonal(Variable([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 4.])
    """
    first, second = axis(input, dim1, "diagonal"), axis(input, dim2, "diagonal")
    return apply(TABLE["diagonal"], (input,), {"offset": offset, "dim1": first, "dim2": second})


def select(input: Variable, dim: int, index: int) -> Any:
    """A view of one place of one axis. Raises IndexError where there is no such place.

    >>> select(Variable([[1.0, 2.0], [3.0, 4.0]]), 1, 0)
    tensor([1., 3.])
    """
    at = axis(input, dim, "select")
    if not input.ndim:
        raise errors.error("no_axis_to_select", variable=input)
    return apply(TABLE["select"], (input,), {"dim": at, "index": operator.index(index)})


def diag(input: Variable, diagonal: int = 0) -> Any:
    """The diagonal of a matrix, or a matrix with ``input`` on its diagonal.

    Raises RuntimeError where it has neither one axis nor two.

    >>> diag(Variable([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    if given(input, "diag").ndim == 1:
        n = input.shape[0] + abs(diagonal)
        params = {"to": (n, n), "offset": diagonal, "dim1": 0, "dim2": 1}
        return apply(TABLE["put_diagonal"], (input,), params)
    if input.ndim != 2:
        raise errors.error("too_many_axes", op="diag", variable=input)
    return apply(TABLE["diagonal"], (input,), {"offset": diagonal, "dim1": 0, "dim2": 1}).clone()


# -------------------------------------------------------------------- masks
def _held(mask: Any, function: str) -> Any:
    """A mask as an array. Raises RuntimeError where it doesn't hold bools."""
    if given(mask, function)._array.dtype != bool:
        raise errors.error("mask", function=function, variable=mask)
    return mask._array


@changing
def masked_fill(input: Variable, mask: Variable, value: Any) -> Call:
    """``input`` with ``value`` where ``mask`` holds.

    Raises RuntimeError where the mask is no bools, its shape doesn't fit, or the value has axes.

    >>> masked_fill(Variable([1.0, 2.0]), Variable([True, False]), 0.0)
    tensor([0., 2.])
    """
    return TABLE["masked_fill"], (number(value, input, "masked_fill"),), {"mask": _held(mask, "masked_fill")}


def masked_select(input: Variable, mask: Variable) -> Any:
    """The elements where ``mask`` holds, one after the other.

    Raises RuntimeError where the mask is no bools, or its shape doesn't fit.

    >>> masked_select(Variable([1.0, 2.0]), Variable([True, False]))
    tensor([1.])
    """
    shape = broadcast(
        "masked_select", given(input, "masked_select").shape, given(mask, "masked_select").shape
    )
    whole = input if tuple(input.shape) == shape else expand(input, shape)
    index = (np.broadcast_to(_held(mask, "masked_select"), shape),)
    return apply(TABLE["getitem"], (whole,), {"index": index, "called": "MaskedSelect"})


def nonzero(input: Variable, *, as_tuple: bool = False) -> Any:
    """The places of elements that are not 0: one row each, or one Variable an axis.

    >>> nonzero(Variable([0.0, 3.0]))
    tensor([[1]])
    """
    found = np.nonzero(np.atleast_1d(given(input, "nonzero")._array))
    if as_tuple:
        return tuple(made(k) for k in found)
    rows = np.stack(found, 1)
    return made(rows if input.ndim else rows[:, :0])


def argwhere(input: Variable) -> Any:
    """:func:`nonzero`, by NumPy's name.

    >>> argwhere(Variable([0.0, 3.0]))
    tensor([[1]])
    """
    return nonzero(input)


# -------------------------------------------------------------------- in order
def sort(input: Variable, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """Its elements in order along ``dim``, as (values, indices); equal ones stay in theirs.

    Raises IndexError where there is no such axis.

    >>> sort(Variable([3.0, 1.0, 2.0])).values
    tensor([1., 2., 3.])
    """
    at = axis(input, dim, "sort")
    return apply(TABLE["sort"], (input,), {"dim": at, "descending": descending, "stable": stable})


def topk(input: Variable, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """The ``k`` largest elements along ``dim``, or smallest, in order, as (values, indices).

    Raises IndexError where there is no such axis, RuntimeError where there are not so many, and for bools.

    >>> topk(Variable([3.0, 1.0, 2.0]), 2).values
    tensor([3., 2.])
    """
    at = axis(input, dim, "topk")
    if input._array.dtype == bool:
        raise errors.error("no_bools", op="topk")
    n = input.shape[at] if input.ndim else 1
    if not 0 <= operator.index(k) <= n:
        raise errors.error("topk", k=k, n=n)
    return apply(TABLE["topk"], (input,), {"k": int(k), "dim": at, "largest": largest, "sorted": sorted})


OURS = (narrow, diagonal, select, diag, masked_fill, masked_select, nonzero, argwhere, sort, topk)
FUNCTIONS = {f.__name__: f for f in OURS}
