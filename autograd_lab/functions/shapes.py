"""Functions that move numbers about, where PyTorch's arguments need reading first."""

from __future__ import annotations

import builtins
import math
import operator
from typing import Any

import numpy as np

from ..base import dtypes, errors
from ..core import inplace
from ..core.op import TABLE
from ..core.record import apply, made
from ..core.variable import Variable, plain_index
from .reductions import given


def sizes(shape: tuple[Any, ...]) -> tuple[int, ...]:
    """``f(2, 3)`` and ``f((2, 3))`` mean the same."""
    shape = tuple(shape[0]) if len(shape) == 1 and not hasattr(shape[0], "__index__") else shape
    return tuple(operator.index(n) for n in shape)


def reshape(input: Variable, *shape: Any) -> Variable:
    """The same elements in another shape; one axis may be -1: whatever is left. A view, where it can be one.

    Raises RuntimeError where the elements don't fit.

    >>> Variable([1.0, 2.0, 3.0, 4.0]).reshape(2, -1)
    tensor([[1., 2.],
            [3., 4.]])
    """
    if len(shape) == 1 and isinstance(shape[0], dtypes.Dtype):
        return input.to(shape[0])  # type: ignore[attr-defined, no-any-return]
    return apply(TABLE["reshape"], (given(input, "reshape"),), {"shape": sizes(shape)})  # type: ignore[no-any-return]


def view(input: Variable, *shape: Any) -> Variable:
    """As :func:`reshape`, but never a copy. Raises RuntimeError where it can't be a view.

    >>> view(Variable([1.0, 2.0]), 2, 1)
    tensor([[1.],
            [2.]])
    """
    out = reshape(input, *shape)
    if input._array.size and not np.may_share_memory(out._array, input._boxed()):
        raise errors.error("no_view", variable=input, shape=tuple(out.shape))
    return out


def view_as(input: Variable, other: Variable) -> Variable:
    """:func:`view` in the shape of ``other``."""
    return view(input, other.shape)


def reshape_as(input: Variable, other: Variable) -> Variable:
    """:func:`reshape` to the shape of ``other``."""
    return reshape(input, other.shape)


def flatten(input: Variable, start_dim: int = 0, end_dim: int = -1) -> Variable:
    """The axes from ``start_dim`` to ``end_dim`` made into one.

    >>> flatten(Variable([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 2., 3., 4.])
    """
    first, last = (errors.checked_dim(d, given(input, "flatten").ndim) for d in (start_dim, end_dim))
    shape = tuple(input.shape)
    if input.ndim and first == last:
        return input
    return reshape(input, (*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :]))


def unflatten(input: Variable, dim: int, sizes: Any) -> Variable:
    """The axis ``dim`` split into several; one of ``sizes`` may be -1.

    >>> unflatten(Variable([1.0, 2.0, 3.0, 4.0]), 0, (2, 2))
    tensor([[1., 2.],
            [3., 4.]])
    """
    at = errors.checked_dim(dim, given(input, "unflatten").ndim)
    shape, parts = tuple(input.shape), tuple(sizes)
    if -1 in parts:
        rest = shape[at] // -math.prod(parts)
        parts = tuple(rest if n == -1 else n for n in parts)
    if math.prod(parts) != shape[at]:
        raise errors.error("wont_fit", new=list(parts), size=shape[at], shape=shape)
    return reshape(input, (*shape[:at], *parts, *shape[at + 1 :]))


def unsqueeze(input: Variable, dim: int) -> Variable:
    """A view with one more axis, of length 1, at ``dim``.

    >>> unsqueeze(Variable([1.0, 2.0]), 0)
    tensor([[1., 2.]])
    """
    at = errors.checked_dim(dim, given(input, "unsqueeze").ndim + 1)
    return apply(TABLE["unsqueeze"], (input,), {"dim": at})  # type: ignore[no-any-return]


def squeeze(input: Variable, dim: Any = None) -> Variable:
    """A view without the axes of length 1; or without those among ``dim``.

    >>> squeeze(Variable([[1.0, 2.0]]))
    tensor([1., 2.])
    """
    if isinstance(dim, list | tuple):
        dim = tuple(errors.checked_dim(d, input.ndim) for d in dim)
    elif dim is not None:
        dim = errors.checked_dim(dim, given(input, "squeeze").ndim)
    return apply(TABLE["squeeze"], (given(input, "squeeze"),), {"dim": dim})  # type: ignore[no-any-return]


def transpose(input: Variable, dim0: int, dim1: int) -> Variable:
    """A view with two axes swapped.

    >>> transpose(Variable([[1.0, 2.0]]), 0, 1)
    tensor([[1.],
            [2.]])
    """
    a, b = (errors.checked_dim(d, given(input, "transpose").ndim) for d in (dim0, dim1))
    return apply(TABLE["transpose"], (input,), {"dim0": a, "dim1": b})  # type: ignore[no-any-return]


def swapaxes(input: Variable, axis0: int, axis1: int) -> Variable:
    """:func:`transpose`, by its other name."""
    return transpose(input, axis0, axis1)


def permute(input: Variable, *axes: Any, dims: Any = None) -> Variable:
    """A view with its axes in another order. Raises RuntimeError where ``dims`` doesn't name each once.

    >>> permute(Variable([[1.0, 2.0]]), 1, 0).shape
    torch.Size([2, 1])
    """
    order = sizes(axes if dims is None else (dims,))
    if len(order) != given(input, "permute").ndim:
        raise errors.error("permutation", variable=input, dims=order)
    order = tuple(errors.checked_dim(d, input.ndim) for d in order)
    for d in order:
        if order.count(d) > 1:
            raise errors.error("same_dim_twice", dim=d)
    return apply(TABLE["permute"], (input,), {"dims": order})  # type: ignore[no-any-return]


def movedim(input: Variable, source: Any, destination: Any) -> Variable:
    """A view with some axes moved to other places.

    >>> movedim(Variable([[[1.0, 2.0]]]), 0, 2).shape
    torch.Size([1, 2, 1])
    """
    old, new = ([n] if isinstance(n, int) else list(n) for n in (source, destination))
    old, new = ([errors.checked_dim(d, input.ndim) for d in part] for part in (old, new))
    rest = [d for d in range(input.ndim) if d not in old]
    for d, k in sorted(zip(new, old, strict=True)):
        rest.insert(d, k)
    return permute(input, rest)


def t(input: Variable) -> Variable:
    """Its transpose: rows become columns. Raises RuntimeError where it has more than two axes.

    >>> t(Variable([[1.0, 2.0]])).shape
    torch.Size([2, 1])
    """
    if given(input, "t").ndim > 2:
        raise errors.error("too_many_axes", op="t", variable=input)
    return apply(TABLE["t"], (input,), {})  # type: ignore[no-any-return]


def expand(input: Variable, *size: Any) -> Variable:
    """A view in which axes of length 1 are stretched; -1 leaves an axis as it is.

    >>> expand(Variable([[1.0], [2.0]]), 2, 2)
    tensor([[1., 1.],
            [2., 2.]])
    """
    wanted, shape = sizes(size), tuple(given(input, "expand").shape)
    extra = len(wanted) - len(shape)
    if extra < 0:
        raise errors.shapes("expand", shape, wanted)
    full = tuple(shape[k - extra] if n == -1 and k >= extra else n for k, n in enumerate(wanted))
    return apply(TABLE["expand"], (input,), {"size": full})  # type: ignore[no-any-return]


def broadcast_to(input: Variable, size: Any) -> Variable:
    """:func:`expand`, by its other name."""
    return expand(input, size)


def expand_as(input: Variable, other: Variable) -> Variable:
    """:func:`expand` to the shape of ``other``."""
    return expand(input, other.shape)


def repeat(input: Variable, *repeats: Any) -> Variable:
    """A copy, repeated along each axis.

    >>> repeat(Variable([1.0, 2.0]), 2)
    tensor([1., 2., 1., 2.])
    """
    times = sizes(repeats)
    if len(times) < given(input, "repeat").ndim:
        raise errors.error("repeats", variable=input, repeats=times)
    return apply(TABLE["repeat"], (input,), {"repeats": times})  # type: ignore[no-any-return]


def tile(input: Variable, *times: Any, dims: Any = None) -> Variable:
    """:func:`repeat`, where there may be fewer numbers than axes.

    >>> tile(Variable([[1.0, 2.0]]), (2,))
    tensor([[1., 2., 1., 2.]])
    """
    repeats = sizes(times if dims is None else (dims,))
    return repeat(input, (1,) * (input.ndim - len(repeats)) + repeats)


def flip(input: Variable, *axes: Any, dims: Any = None) -> Variable:
    """A copy, turned round along some axes.

    >>> flip(Variable([1.0, 2.0]), 0)
    tensor([2., 1.])
    """
    order = sizes(axes if dims is None else (dims,))
    order = tuple(errors.checked_dim(d, given(input, "flip").ndim) for d in order) if input.ndim else ()
    return apply(TABLE["flip"], (input,), {"dims": order})  # type: ignore[no-any-return]


def narrow(input: Variable, dim: int, start: int, length: int) -> Variable:
    """A view of ``length`` elements of one axis.

    >>> narrow(Variable([1.0, 2.0, 3.0]), 0, 1, 2)
    tensor([2., 3.])
    """
    at = errors.checked_dim(dim, given(input, "narrow").ndim)
    n = input.shape[at]
    first = operator.index(start) + (n if start < 0 else 0)
    if length < 0 or not 0 <= first <= n - length:
        raise (IndexError if not 0 <= first <= n else RuntimeError)(str(errors.error("narrow", start=start, length=length, n=n)))
    return apply(TABLE["narrow"], (input,), {"dim": at, "start": first, "length": length})  # type: ignore[no-any-return]


def select(input: Variable, dim: int, index: int) -> Variable:
    """A view of one place of one axis.

    >>> select(Variable([[1.0, 2.0], [3.0, 4.0]]), 1, 0)
    tensor([1., 3.])
    """
    at = errors.checked_dim(dim, given(input, "select").ndim)
    return apply(TABLE["select"], (input,), {"dim": at, "index": operator.index(index)})  # type: ignore[no-any-return]


def _list(tensors: Any, function: str) -> list[Any]:
    if isinstance(tensors, Variable):
        raise errors.error("not_a_variable", function=function, argument="tensors", got="Tensor: a list of them")
    found = list(tensors)
    if not found:
        raise errors.error("nothing_to_join", function=function)
    return [given(x, function) for x in found]


def cat(tensors: Any, dim: int = 0, *, axis: int | None = None, out: Any = None) -> Variable:
    """Variables joined along the axis ``dim``; in all others they are alike.

    >>> cat([Variable([1.0]), Variable([2.0, 3.0])])
    tensor([1., 2., 3.])
    """
    from .table import into

    xs = _promoted(_list(tensors, "cat"))
    at = errors.checked_dim(dim if axis is None else axis, builtins.max(x.ndim for x in xs))
    if any(not x.ndim for x in xs):
        raise errors.error("no_axes", function="cat")
    return into(out, apply(TABLE["cat"], (xs,), {"dim": at}))  # type: ignore[no-any-return]


concat = concatenate = cat


def _promoted(xs: list[Any]) -> list[Any]:
    kinds = {x._array.dtype for x in xs}
    if len(kinds) == 1:
        return xs
    kind = dtypes.Dtype(dtypes.result_dtype([x._array for x in xs], False).name)
    return [x.to(kind) for x in xs]


def stack(tensors: Any, dim: int = 0, *, axis: int | None = None) -> Variable:
    """Variables of one shape joined along a new axis ``dim``.

    >>> stack([Variable([1.0, 2.0]), Variable([3.0, 4.0])])
    tensor([[1., 2.],
            [3., 4.]])
    """
    xs = _promoted(_list(tensors, "stack"))
    at = errors.checked_dim(dim if axis is None else axis, xs[0].ndim + 1)
    return apply(TABLE["stack"], (xs,), {"dim": at})  # type: ignore[no-any-return]


def hstack(tensors: Any) -> Variable:
    """:func:`cat` along the second axis, or the first where there is no other."""
    xs = [x.reshape(1) if not x.ndim else x for x in _list(tensors, "hstack")]
    return cat(xs, 0 if xs[0].ndim == 1 else 1)


def vstack(tensors: Any) -> Variable:
    """:func:`cat` of rows."""
    return cat([x.reshape(1, -1) if x.ndim < 2 else x for x in _list(tensors, "vstack")])


def split(input: Variable, split_size_or_sections: Any, dim: int = 0) -> tuple[Variable, ...]:
    """Views of parts of one axis: each of a given length, or of the lengths in a list.

    >>> split(Variable([1.0, 2.0, 3.0]), 2)
    (tensor([1., 2.]), tensor([3.]))
    """
    at = errors.checked_dim(dim, given(input, "split").ndim)
    n, parts = input.shape[at], split_size_or_sections
    if isinstance(parts, int):
        parts = [builtins.min(parts, n - k) for k in range(0, n, parts or 1)] or [0]
    if builtins.sum(parts) != n:
        raise errors.error("split", n=n, parts=list(parts))
    starts = [builtins.sum(parts[:k]) for k in range(len(parts))]
    views = tuple(narrow(input, at, start, length) for start, length in zip(starts, parts, strict=True))
    return _marked(views)


def _marked(views: tuple[Any, ...]) -> tuple[Any, ...]:
    """Views that one function returned together can't be changed in place while gradients are recorded."""
    for one in views:
        one._several = True
    return views


def chunk(input: Variable, chunks: int, dim: int = 0) -> tuple[Variable, ...]:
    """At most ``chunks`` views of parts of one axis, equally long but for the last.

    >>> chunk(Variable([1.0, 2.0, 3.0]), 2)
    (tensor([1., 2.]), tensor([3.]))
    """
    if chunks <= 0:
        raise errors.error("chunks", chunks=chunks)
    return split(input, -(-input.shape[dim] // chunks) or 1, dim)


def unbind(input: Variable, dim: int = 0) -> tuple[Variable, ...]:
    """Views of all places of one axis.

    >>> unbind(Variable([1.0, 2.0]))
    (tensor(1.), tensor(2.))
    """
    at = errors.checked_dim(dim, given(input, "unbind").ndim)
    return _marked(tuple(select(input, at, k) for k in range(input.shape[at])))


def gather(input: Variable, dim: int, index: Variable) -> Variable:
    """The elements at the positions ``index`` along ``dim``.

    >>> gather(Variable([[1.0, 2.0], [3.0, 4.0]]), 1, Variable([[0], [1]]))
    tensor([[1.],
            [4.]])
    """
    at = errors.checked_dim(dim, given(input, "gather").ndim)
    _fits(index, input, at, "gather")
    return apply(TABLE["gather"], (input,), {"dim": at, "index": positions(index, input, at)})  # type: ignore[no-any-return]


def _fits(index: Variable, input: Variable, dim: int, function: str) -> None:
    """Raise RuntimeError where ``index`` has other axes than ``input``, or, but along ``dim``, longer ones."""
    shorter = all(n <= m or k == dim for k, (n, m) in enumerate(zip(index.shape, input.shape, strict=False)))
    if input.ndim and (index.ndim != input.ndim or not shorter):
        raise errors.shapes(function, input.shape, index.shape)


def positions(index: Variable, input: Variable, dim: int) -> Any:
    """Positions along an axis as an array. Raises RuntimeError where there is no such position."""
    array, n = index._array, input.shape[dim] if input.ndim else 1
    if array.dtype != np.int64:
        raise errors.error("index_dtype", got=index.dtype)
    if array.size and not (array.min() >= 0 and array.max() < n):
        raise errors.error("index_range", n=n, dim=dim)
    return array


def take_along_dim(input: Variable, indices: Variable, dim: int | None = None) -> Variable:
    """:func:`gather`, after broadcasting.

    >>> take_along_dim(Variable([3.0, 1.0]), Variable([1]), 0)
    tensor([1.])
    """
    if dim is None:
        return gather(input.reshape(-1), 0, indices.reshape(-1))  # type: ignore[attr-defined]
    at = errors.checked_dim(dim, input.ndim)
    shape = list(np.broadcast_shapes(*([1 if k == at else n for k, n in enumerate(x.shape)] for x in (input, indices))))
    wide, index = ([*shape[:at], x.shape[at], *shape[at + 1 :]] for x in (input, indices))
    return gather(expand(input, wide), at, expand(indices, index))


def _scattered(src: Any, index: Variable, input: Variable, dim: int) -> Variable:
    """``src`` put at the positions ``index`` along ``dim``, in the shape of ``input``; zeros elsewhere."""
    part = _source(src, index, input, dim)
    params = {"to": tuple(input.shape), "dim": dim, "index": positions(index, input, dim)}
    return apply(TABLE["scatter"], (part,), params)  # type: ignore[no-any-return]


def scatter(input: Variable, dim: int, index: Variable, src: Any = None, *, value: Any = None, reduce: Any = None) -> Variable:
    """``input`` with the elements at the positions ``index`` along ``dim`` replaced by those of ``src``.

    >>> scatter(Variable([0.0, 0.0]), 0, Variable([1]), 5.0)
    tensor([0., 5.])
    """
    at, src = errors.checked_dim(dim, given(input, "scatter").ndim), value if src is None else src
    if reduce == "add":
        return input + _scattered(src, index, input, at)
    part = _source(src, index, input, at)
    params = {"dim": at, "index": positions(index, input, at)}
    return apply(TABLE["place"], (input, part), params)  # type: ignore[no-any-return]


def _source(src: Any, index: Variable, input: Variable, dim: int) -> Any:
    """As many elements of ``src`` as ``index`` has."""
    _fits(index, input, dim, "scatter")
    if not isinstance(src, Variable):
        return made(np.full(index.shape, src, input._array.dtype))
    _fits(index, src, -1, "scatter")
    if src._array.dtype != input._array.dtype:
        raise errors.error("same_dtype", first=input.dtype, second=src.dtype)
    same = src.shape == index.shape
    return src if same else src[tuple(slice(n) for n in index.shape)]


def scatter_add(input: Variable, dim: int, index: Variable, src: Variable) -> Variable:
    """``input`` with ``src`` added at the positions ``index`` along ``dim``, as often as they are named.

    >>> scatter_add(Variable([0.0, 0.0]), 0, Variable([1, 1]), Variable([5.0, 2.0]))
    tensor([0., 7.])
    """
    return input + _scattered(src, index, input, errors.checked_dim(dim, given(input, "scatter_add").ndim))


def index_select(input: Variable, dim: int, index: Variable) -> Variable:
    """The places ``index`` of one axis.

    >>> index_select(Variable([1.0, 2.0, 3.0]), 0, Variable([2, 0]))
    tensor([3., 1.])
    """
    at = errors.checked_dim(dim, given(input, "index_select").ndim)
    places = positions(index, input, at)
    return apply(TABLE["index_select"], (input,), {"dim": at, "index": np.atleast_1d(places)})  # type: ignore[no-any-return]


def index_add(input: Variable, dim: int, index: Variable, source: Variable, *, alpha: float = 1) -> Variable:
    """``input`` with the places of ``source`` added at the places ``index`` of one axis.

    >>> index_add(Variable([1.0, 1.0]), 0, Variable([0, 0]), Variable([2.0, 3.0]))
    tensor([6., 1.])
    """
    at = errors.checked_dim(dim, given(input, "index_add").ndim)
    params = {"to": tuple(input.shape), "index": (*[slice(None)] * at, positions(index, input, at))}
    return input + apply(TABLE["put"], (source if alpha == 1 else source * alpha,), params)  # type: ignore[no-any-return]


def masked_fill(input: Variable, mask: Variable, value: Any) -> Variable:
    """``input`` with the elements where ``mask`` holds replaced by ``value``.

    >>> masked_fill(Variable([1.0, 2.0]), Variable([True, False]), 0.0)
    tensor([0., 2.])
    """
    if mask._array.dtype != bool:
        raise errors.error("mask", got=mask.dtype)
    if isinstance(value, Variable) and value.requires_grad:
        return where(mask, value, input)  # type: ignore[no-any-return]
    number = value.item() if isinstance(value, Variable) else value
    shape = np.broadcast_shapes(input.shape, mask.shape)
    whole = input if tuple(input.shape) == shape else expand(input, shape)
    return apply(TABLE["masked_fill"], (whole,), {"mask": mask._array, "value": number})  # type: ignore[no-any-return]


def masked_select(input: Variable, mask: Variable) -> Variable:
    """The elements where ``mask`` holds, one after the other.

    >>> masked_select(Variable([1.0, 2.0]), Variable([True, False]))
    tensor([1.])
    """
    shape = np.broadcast_shapes(input.shape, mask.shape)
    return expand(input, shape)[expand(mask, shape)]


def diag(input: Variable, diagonal: int = 0) -> Variable:
    """The diagonal of a matrix, or a matrix with ``input`` on its diagonal.

    >>> diag(Variable([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    if given(input, "diag").ndim == 1:
        n = input.shape[0] + abs(diagonal)
        params = {"to": (n, n), "offset": diagonal, "dim1": 0, "dim2": 1}
        return apply(TABLE["put_diagonal"], (input,), params)  # type: ignore[no-any-return]
    if input.ndim != 2:
        raise errors.error("too_many_axes", op="diag", variable=input)
    return apply(TABLE["diagonal"], (input,), {"offset": diagonal, "dim1": 0, "dim2": 1}).clone()  # type: ignore[no-any-return]


def nonzero(input: Variable, *, as_tuple: bool = False) -> Any:
    """The places of elements that are not 0: one row each, or one Variable an axis.

    >>> nonzero(Variable([0.0, 3.0]))
    tensor([[1]])
    """
    found = np.nonzero(np.atleast_1d(input._array))
    if as_tuple:
        return tuple(made(k) for k in found)
    rows = np.stack(found, 1)
    return made(rows if input.ndim else rows[:, :0])


def index_put_(input: Variable, indices: Any, values: Variable, accumulate: bool = False) -> Variable:
    """``input[indices] = values``; or ``+=``, where each place named twice counts twice."""
    if not accumulate:
        input[tuple(indices)] = values
        return input
    params = {"to": tuple(input.shape), "index": plain_index(tuple(indices))}
    return inplace.change(input, TABLE["add"], "index_put_()", (apply(TABLE["put"], (values,), params),), {})  # type: ignore[no-any-return]


def ravel(input: Variable) -> Variable:
    """All elements in one axis; a view, where it can be one.

    >>> ravel(Variable([[1.0, 2.0]]))
    tensor([1., 2.])
    """
    return reshape(input, -1)


def repeat_interleave(input: Variable, repeats: int, dim: int | None = None) -> Variable:
    """Each element so many times, one after the other.

    >>> repeat_interleave(Variable([1.0, 2.0]), 2)
    tensor([1., 1., 2., 2.])
    """
    if dim is None:
        input, dim = ravel(input), 0
    at = errors.checked_dim(dim, given(input, "repeat_interleave").ndim)
    return index_select(input, at, made(np.repeat(np.arange(input.shape[at]), repeats)))


def copied_in(function: Any) -> Any:
    """A function of a Variable as a method that changes it: ``x.masked_fill_(...)``."""

    def run(self: Variable, *args: Any, **kwargs: Any) -> Variable:
        result = function(self.clone(), *args, **kwargs)  # type: ignore[attr-defined]
        return inplace.change(self, TABLE["copy"], f"{function.__name__}_()", (result,), {})  # type: ignore[no-any-return]

    run.__doc__ = f":func:`{function.__name__}` in place."
    return run


def turned(function: Any) -> Any:
    """A view of a Variable as a method that makes it that view: ``x.t_()``."""

    def run(self: Variable, *args: Any, **kwargs: Any) -> Variable:
        inplace.refuse(self, f"{function.__name__}_()")
        out = function(self, *args, **kwargs)
        self._array, self._fn = out._array, out._fn
        return self

    run.__doc__ = f":func:`{function.__name__}` in place."
    return run


IN_PLACE = {f"{f.__name__}_": copied_in(f) for f in (masked_fill, scatter, scatter_add, index_add)}
IN_PLACE |= {f"{f.__name__}_": turned(f) for f in (t, transpose, squeeze, unsqueeze)}

FUNCTIONS = (
    "ravel repeat_interleave reshape flatten unflatten unsqueeze squeeze transpose permute movedim t broadcast_to tile flip narrow select cat "
    "concat concatenate stack hstack vstack split chunk unbind gather take_along_dim scatter scatter_add "
    "index_select index_add masked_fill masked_select diag nonzero"
).split()
METHODS = [name for name in FUNCTIONS if name not in "cat concat concatenate stack hstack vstack".split()] + (
    "view view_as reshape_as expand expand_as repeat index_put_"
).split()
HERE = {name: globals()[name] for name in {*FUNCTIONS, *METHODS}} | IN_PLACE
METHODS += IN_PLACE
