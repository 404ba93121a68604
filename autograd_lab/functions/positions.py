"""Functions that take what stands at positions along an axis, or put something there."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import errors
from ..core.index import plain_index
from ..core.op import TABLE
from ..core.record import apply, made
from ..core.shapes import along, grid
from ..core.variable import Variable
from .parts import Call, changing, number
from .reductions import given
from .shapes import axis, broadcast, expand, ravel, reshape


def positions(index: Any, input: Variable, dim: int, function: str) -> Any:
    """Positions along an axis, as an array.

    Raises TypeError where they are no Variable, RuntimeError for other dtypes than int64 and int32, and where
    there is no such position; IndexError for it from index_select, index_fill and index_copy, as in PyTorch.
    """
    array, n = given(index, function)._array, input.shape[dim] if input.ndim else 1
    if array.dtype.name not in ("int64", "int32"):
        raise errors.error("index_dtype", function=function, variable=index)
    outside = array[(array < 0) | (array >= n)]
    if outside.size:
        kind = IndexError if function in ("index_select", "index_fill", "index_copy") else RuntimeError
        facts = {"function": function, "variable": index, "n": n, "dim": dim, "first": outside.flat[0]}
        raise errors.error("index_range", kind, **facts)
    return array


def _places(index: Any, input: Variable, dim: int, function: str) -> Any:
    """As :func:`positions`, of an index that is no longer than ``input``, but along ``dim``.

    Raises RuntimeError where it is, or has other axes.
    """
    array = positions(index, input, dim, function)
    fits = all(n <= m or k == dim for k, (n, m) in enumerate(zip(array.shape, input.shape, strict=False)))
    if array.ndim != input.ndim or not fits:
        raise errors.shapes(function, input.shape, array.shape)
    return array


def gather(input: Variable, dim: int, index: Variable) -> Any:
    """The elements at the positions ``index`` along ``dim``, in the shape of ``index``.

    Raises RuntimeError where ``index`` has other axes than ``input``, or for no such position.

    >>> gather(Variable([[1.0, 2.0], [3.0, 4.0]]), 1, Variable([[0], [1]]))
    tensor([[1.],
            [4.]])
    """
    at = axis(input, dim, "gather")
    if not input.ndim and isinstance(index, Variable):
        return reshape(gather(reshape(input, 1), 0, reshape(index, -1)), index.shape)
    return apply(TABLE["gather"], (input,), {"dim": at, "index": _places(index, input, at, "gather")})


def take_along_dim(input: Variable, indices: Variable, dim: int | None = None) -> Any:
    """:func:`gather`, after broadcasting; without ``dim``, of all elements along one axis.

    Raises RuntimeError where the shapes don't fit together, or for other indices than int64.

    >>> take_along_dim(Variable([3.0, 1.0]), Variable([1]), 0)
    tensor([1.])
    """
    if dim is None:
        return take_along_dim(ravel(input), ravel(indices), 0)
    at, n = axis(input, dim, "take_along_dim"), input.shape[dim]
    if indices._array.dtype != np.int64:
        raise errors.error("index_dtype", function="take_along_dim", variable=indices)
    if indices.ndim != input.ndim:
        raise errors.shapes("take_along_dim", input.shape, indices.shape)
    shapes = [[1 if k == at else m for k, m in enumerate(x.shape)] for x in (input, indices)]
    shape = broadcast("take_along_dim", *shapes)
    wide, index = ((*shape[:at], x.shape[at], *shape[at + 1 :]) for x in (input, indices))
    return gather(expand(input, wide), at, expand(made(indices._array % n), index))


def _source(src: Any, index: Any, input: Variable, function: str) -> Any:
    """What ``scatter`` puts at the places of ``index``: as many elements of ``src``, or a number.

    Raises RuntimeError where it has fewer, other axes, or another dtype than ``input``.
    """
    if not isinstance(src, Variable):
        return number(src, input, function)
    if src._array.dtype != input._array.dtype:
        raise errors.error("same_dtype", first=input.dtype, second=src.dtype)
    if src.ndim != index.ndim or any(n > m for n, m in zip(index.shape, src.shape, strict=True)):
        raise errors.shapes(function, src.shape, index.shape)
    return src if src.shape == index.shape else src[tuple(slice(n) for n in index.shape)]


@changing
def scatter(input: Variable, dim: int, index: Variable, src: Any = None, *, value: Any = None) -> Call:
    """``input`` with the elements at the positions ``index`` along ``dim`` replaced by those of ``src``.

    Raises RuntimeError where shapes or dtypes don't fit, or for a position that isn't there.

    >>> scatter(Variable([0.0, 0.0]), 0, Variable([1]), 5.0)
    tensor([0., 5.])
    """
    at = axis(input, dim, "scatter")
    places = _places(index, input, at, "scatter")
    part = _source(value if src is None else src, places, input, "scatter")
    called = "ScatterBackward0" if isinstance(part, Variable) else "ScatterBackward1"
    return TABLE["index_put"], (part,), {"index": grid(places, at), "called": called}


@changing
def scatter_add(input: Variable, dim: int, index: Variable, src: Variable) -> Call:
    """``input`` with ``src`` added at the positions ``index`` along ``dim``, as often as they are named.

    Raises RuntimeError where shapes or dtypes don't fit, or for a position that isn't there.

    >>> scatter_add(Variable([0.0, 0.0]), 0, Variable([1, 1]), Variable([5.0, 2.0]))
    tensor([0., 7.])
    """
    at, src = axis(input, dim, "scatter_add"), given(src, "scatter_add")
    places = _places(index, input, at, "scatter_add")
    part = _source(src, places, input, "scatter_add")
    return TABLE["index_add"], (part,), {"index": grid(places, at), "called": "ScatterAdd"}


def index_select(input: Variable, dim: int, index: Variable) -> Any:
    """The places ``index`` of one axis. Raises IndexError where there is no such place.

    >>> index_select(Variable([1.0, 2.0, 3.0]), 0, Variable([2, 0]))
    tensor([3., 1.])
    """
    at = axis(input, dim if isinstance(index, Variable) else 0, "index_select")
    places = np.atleast_1d(positions(index, input, at, "index_select"))
    if places.ndim > 1:
        raise errors.error("index_axes", function="index_select", variable=index)
    if not input.ndim:
        if places.size != 1:
            raise errors.error("index_of_number", n=places.size)
        return reshape(index_select(reshape(input, 1), 0, index), ())
    return apply(TABLE["index_select"], (input,), {"dim": at, "index": places})


def repeat_interleave(input: Variable, repeats: Any, dim: int | None = None) -> Any:
    """Each element, or each place of the axis ``dim``, so many times one after the other.

    Raises IndexError where there is no such axis.

    >>> repeat_interleave(Variable([1.0, 2.0]), 2)
    tensor([1., 1., 2., 2.])
    """
    if dim is None:
        input, dim = ravel(given(input, "repeat_interleave")), 0
    at = axis(input, dim, "repeat_interleave")
    places = np.repeat(np.arange(input.shape[at]), getattr(repeats, "_array", repeats))
    return apply(TABLE["index_select"], (input,), {"dim": at, "index": places})


def _rows(
    input: Variable, dim: int, index: Variable, source: Any, function: str
) -> tuple[Any, dict[str, Any]]:
    """The places ``index`` of one axis, and what goes there: as many places of ``source``."""
    at = axis(input, dim, function)
    places = np.atleast_1d(positions(index, input, at, function))
    wanted = (*input.shape[:at], places.size, *input.shape[at + 1 :])
    if given(source, function)._array.dtype != input._array.dtype:
        raise errors.error("same_dtype", first=input.dtype, second=source.dtype)
    if tuple(source.shape) != wanted or places.ndim > 1:
        raise errors.shapes(function, source.shape, wanted)
    return source, {"index": along(input.ndim, at, places)}


@changing
def index_add(input: Variable, dim: int, index: Variable, source: Variable, *, alpha: Any = 1) -> Call:
    """``input`` with the places of ``source`` added at the places ``index`` of one axis.

    Raises RuntimeError where shapes or dtypes don't fit, IndexError for a place that isn't there.

    >>> index_add(Variable([1.0, 1.0]), 0, Variable([0, 0]), Variable([2.0, 3.0]))
    tensor([6., 1.])
    """
    part, params = _rows(input, dim, index, source, "index_add")
    return TABLE["index_add"], (part if alpha == 1 else part * alpha,), params


@changing
def index_copy(input: Variable, dim: int, index: Variable, source: Variable) -> Call:
    """``input`` with the places ``index`` of one axis replaced by those of ``source``.

    Raises RuntimeError where shapes or dtypes don't fit, IndexError for a place that isn't there.

    >>> index_copy(Variable([1.0, 1.0]), 0, Variable([1]), Variable([5.0]))
    tensor([1., 5.])
    """
    part, params = _rows(input, dim, index, source, "index_copy")
    return TABLE["index_put"], (part,), params | {"called": "IndexCopy"}


@changing
def index_fill(input: Variable, dim: int, index: Variable, value: Any) -> Call:
    """``input`` with one number at the places ``index`` of one axis.

    Raises IndexError for a place that isn't there.

    >>> index_fill(Variable([1.0, 1.0]), 0, Variable([1]), 5)
    tensor([1., 5.])
    """
    at = axis(input, dim, "index_fill")
    places = along(input.ndim, at, positions(index, input, at, "index_fill"))
    return TABLE["index_put"], (number(value, input, "index_fill"),), {"index": places, "called": "IndexFill"}


@changing
def index_put(input: Variable, indices: Any, values: Variable, accumulate: bool = False) -> Call:
    """``input`` with ``input[indices]`` replaced by ``values``; or, to ``accumulate``, with them added there.

    Raises RuntimeError for another dtype, IndexError for a place that isn't there.

    >>> index_put(Variable([1.0, 1.0]), (Variable([0, 0]),), Variable([2.0, 3.0]), accumulate=True)
    tensor([6., 1.])
    """
    if given(values, "index_put")._array.dtype != input._array.dtype:
        raise errors.error("same_dtype", first=input.dtype, second=values.dtype)
    entry = TABLE["index_add" if accumulate else "index_put"]
    return entry, (values,), {"index": plain_index(tuple(indices)), "called": "IndexPut"}


OURS = (gather, take_along_dim, scatter, scatter_add, index_select, repeat_interleave, index_add, index_copy,
        index_fill, index_put)  # fmt: skip
FUNCTIONS = {f.__name__: f for f in OURS}
