"""Functions that join several Variables into one, or split one into several."""

from __future__ import annotations

import builtins
from typing import Any

from ..base import dtypes, errors
from ..core.op import TABLE
from ..core.record import apply
from ..core.variable import Variable
from .reductions import given
from .shapes import axis, reshape
from .table import into


# -------------------------------------------------------------------- joining
def _list(tensors: Any, function: str) -> list[Any]:
    """What is to be joined, in one dtype. Raises TypeError for no list, ValueError for an empty one."""
    if not isinstance(tensors, list | tuple):
        got = f"{type(tensors).__name__}: a list of them"
        raise errors.error("not_a_variable", function=function, argument="tensors", got=got)
    if not tensors:
        raise errors.error("nothing_to_join", function=function)
    xs = [given(x, function) for x in tensors]
    if len({x._array.dtype for x in xs}) == 1:
        return xs
    kind = dtypes.Dtype(dtypes.result_dtype([x._array for x in xs], False).name)
    return [x.to(kind) for x in xs]


def cat(tensors: Any, dim: int = 0, *, axis: int | None = None, out: Any = None) -> Any:
    """Variables joined along the axis ``dim``; in all others they are alike.

    Raises RuntimeError where they are not, or have no axes; IndexError where there is no such axis.

    >>> cat([Variable([1.0]), Variable([2.0, 3.0])])
    tensor([1., 2., 3.])
    """
    xs = _list(tensors, "cat")
    if any(not x.ndim for x in xs):
        raise errors.error("no_axes", function="cat")
    at = errors.checked_dim(dim if axis is None else axis, builtins.max(x.ndim for x in xs))
    return into(out, apply(TABLE["cat"], (xs,), {"dim": at}))


def stack(tensors: Any, dim: int = 0, *, axis: int | None = None, out: Any = None) -> Any:
    """Variables of one shape joined along a new axis ``dim``.

    Raises RuntimeError where the shapes differ, IndexError where there is no such axis.

    >>> stack([Variable([1.0, 2.0]), Variable([3.0, 4.0])])
    tensor([[1., 2.],
            [3., 4.]])
    """
    if isinstance(tensors, list | tuple) and not tensors:
        raise errors.error("nothing_to_stack")
    xs = _list(tensors, "stack")
    at = errors.checked_dim(dim if axis is None else axis, xs[0].ndim + 1)
    return into(out, apply(TABLE["stack"], (xs,), {"dim": at}))


def hstack(tensors: Any) -> Any:
    """:func:`cat` along the second axis, or the first where there is no other.

    >>> hstack([Variable([1.0]), Variable([2.0])])
    tensor([1., 2.])
    """
    xs = [reshape(x, 1) if not x.ndim else x for x in _list(tensors, "hstack")]
    return cat(xs, 0 if xs[0].ndim == 1 else 1)


def vstack(tensors: Any) -> Any:
    """:func:`cat` of rows.

    >>> vstack([Variable([1.0]), Variable([2.0])])
    tensor([[1.],
            [2.]])
    """
    return cat([reshape(x, 1, x._array.size) if x.ndim < 2 else x for x in _list(tensors, "vstack")])


# -------------------------------------------------------------------- splitting
def split(input: Variable, split_size_or_sections: Any, dim: int = 0) -> tuple[Any, ...]:
    """Views of parts of one axis: each of a given length, or of the lengths in a list.

    Raises RuntimeError where the lengths don't add up to that of the axis.

    >>> split(Variable([1.0, 2.0, 3.0]), 2)
    (tensor([1., 2.]), tensor([3.]))
    """
    if not given(input, "split").ndim:
        raise errors.error("no_axis", function="split", variable=input)
    at, parts = axis(input, dim, "split"), split_size_or_sections
    n = input.shape[at]
    if isinstance(parts, int):
        if parts < 0 or (parts == 0 and n):
            raise errors.error("split", n=n, parts=parts)
        return _cut(input, at, [builtins.min(parts, n - k) for k in range(0, n, parts or 1)] or [0], "Split")
    if builtins.sum(parts) != n:
        raise errors.error("split", n=n, parts=list(parts))
    return _cut(input, at, list(parts), "SplitWithSizes")


def _cut(input: Variable, dim: int, lengths: list[int], called: str) -> tuple[Any, ...]:
    """Views of parts of one axis, one after the other."""
    views, start = [], 0
    for length in lengths:
        params = {"dim": dim, "start": start, "length": length, "called": called}
        views.append(apply(TABLE["narrow"], (input,), params))
        start += length
    return _marked(views)


def _marked(views: list[Any]) -> tuple[Any, ...]:
    """Views that one function returned together can't be changed in place while gradients are recorded."""
    for one in views:
        one._several = True
    return tuple(views)


def chunk(input: Variable, chunks: int, dim: int = 0) -> tuple[Any, ...]:
    """At most ``chunks`` views of parts of one axis, equally long but for the last.

    Raises RuntimeError where there would be none.

    >>> chunk(Variable([1.0, 2.0, 3.0]), 2)
    (tensor([1., 2.]), tensor([3.]))
    """
    if not given(input, "chunk").ndim:
        raise errors.error("no_axis", function="chunk", variable=input)
    at = axis(input, dim, "chunk")
    if chunks <= 0:
        raise errors.error("chunks", chunks=chunks)
    n = input.shape[at]
    return split(input, -(-n // chunks), at) if n else _cut(input, at, [0] * chunks, "Split")


def unbind(input: Variable, dim: int = 0) -> tuple[Any, ...]:
    """Views of all places of one axis. Raises IndexError where there is no such axis.

    >>> unbind(Variable([1.0, 2.0]))
    (tensor(1.), tensor(2.))
    """
    at = axis(input, dim, "unbind")
    places = range(input.shape[at])
    return _marked(
        [apply(TABLE["select"], (input,), {"dim": at, "index": k, "called": "Unbind"}) for k in places]
    )


SPLIT = {f.__name__: f for f in (split, chunk, unbind)}
FUNCTIONS = (
    SPLIT | {f.__name__: f for f in (cat, stack, hstack, vstack)} | {"concat": cat, "concatenate": cat}
)
METHODS = SPLIT
