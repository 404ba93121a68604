"""THE TABLE, second part: shapes, parts, joining and sorting. Each entry only moves numbers about.

So each is linear, and its vjp moves the gradient back along the same way: what was picked is put back,
what was repeated is added up, what was joined is cut apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..base import errors
from .op import OTHER, Array, Op, linear, op
from .rules import cut, reduce_sum, sum_to

# Entries are laid out by hand: what is computed, what is shown, the rules.
# fmt: off


def called(name: str) -> Callable[[Any], str]:
    """The title where several of PyTorch's functions share an entry: the parameter ``called``, or this name."""
    return lambda node: str(node.params.get("called") or name)


# -------------------------------------------------------------------- the same numbers in another shape
def _ones(x: Array, dim: Any) -> Any:
    """Those of the axes ``dim`` (all, if None) that have length 1."""
    dims = range(x.ndim) if dim is None else [dim] if isinstance(dim, int) else dim
    return tuple(d for d in dims if x.ndim and x.shape[d] == 1)


def _inverse(dims: Any) -> tuple[int, ...]:
    return tuple(int(k) for k in np.argsort([d % len(dims) for d in dims]))


def _squeezed(node: Any) -> str:
    dim = node.params["dim"]
    return f"SqueezeBackward{0 if dim is None else 1 if isinstance(dim, int) else 2}"


reshape: Op = linear("reshape", lambda x, shape: x.reshape(shape), view=True, on="", local=("g",),
                     title="View", x=lambda g, shape: reshape(g, shape=shape))
linear("unsqueeze", lambda x, dim: np.expand_dims(x, dim), view=True, local=("g",),
       x=lambda g, shape: reshape(g, shape=shape))
linear("squeeze", lambda x, dim=None: np.squeeze(x, _ones(x, dim)), view=True, local=("g",), title=_squeezed,
       x=lambda g, shape: reshape(g, shape=shape))
permute: Op = linear("permute", lambda x, dims: np.transpose(x, dims), view=True, on="",
                     local=("g, axes back",), x=lambda g, dims: permute(g, dims=_inverse(dims)))
transpose: Op = linear("transpose", lambda x, dim0, dim1: np.swapaxes(x, dim0, dim1) if x.ndim else x[...],
                       view=True, local=("g.T",), x=lambda g, dim0, dim1: transpose(g, dim0=dim0, dim1=dim1))
t: Op = linear("t", lambda x: np.swapaxes(x, -1, -2) if x.ndim > 1 else x[...], view=True, local=("g.T",),
               x=lambda g: t(g))


# -------------------------------------------------------------------- repeating and turning round
def _unrepeat(g: Array, shape: Any, repeats: Any) -> Array:
    """Each axis of ``g`` is its copies one after the other: they are added up."""
    lengths = (1,) * (len(repeats) - len(shape)) + tuple(shape)
    parts = [n for pair in zip(repeats, lengths, strict=True) for n in pair]
    whole = reshape(g, shape=tuple(parts))
    return reshape(reduce_sum(whole, dim=tuple(range(0, len(parts), 2)), keepdim=False), shape=shape)


def _minus(shifts: Any) -> Any:
    return -shifts if isinstance(shifts, int) else tuple(-s for s in shifts)


linear("repeat", lambda x, repeats: np.tile(x, repeats), on="", local=("sum(g)",),
       x=lambda g, shape, repeats: _unrepeat(g, shape, repeats))
flip: Op = linear("flip", lambda x, dims: np.flip(x, dims).copy(), on="", local=("g, turned back",),
                  x=lambda g, dims: flip(g, dims=dims))
roll: Op = linear("roll", lambda x, shifts, dims=None: np.roll(x, shifts, dims), local=("g, rolled back",),
                  x=lambda g, shifts, dims: roll(g, shifts=_minus(shifts), dims=dims))


# -------------------------------------------------------------------- parts
def along(ndim: int, dim: int, part: Any) -> tuple[Any, ...]:
    """The index that takes ``part`` of one axis."""
    return (*[slice(None)] * (dim % ndim), part)


def _flat_places(shape: Any, index: Any) -> Array:
    """The positions, counted through the whole array, of the elements that ``index`` picks."""
    return np.arange(math.prod(shape)).reshape(shape)[index]


def _add_at(places: Array, values: Array, shape: Any) -> Array:
    """Zeros in ``shape``, and values added at the places: by counting with weights, which beats np.add.at."""
    total = np.bincount(places.ravel(), values.ravel(), math.prod(shape))
    return total.reshape(shape).astype(values.dtype, copy=False)


def views(index: Any) -> bool:
    """Whether an index picks a part by numbers, slices, None and ``...`` alone: a view."""
    return all(i is None or i is Ellipsis or type(i) in (int, slice) for i in index)


def _put(x: Array, to: Any, index: Any) -> Array:
    """Zeros in the shape ``to``, and ``x`` added at the places that ``index`` picks."""
    if all(i is None or i is Ellipsis or isinstance(i, int | slice) or i.dtype == bool for i in index):
        out = np.zeros(to, x.dtype)  # no place is picked twice
        out[index] = x
        return out
    if len(index) == 1 and index[0].ndim == 1 and len(to) > 1:  # rows
        width = math.prod(to[1:])
        return _add_at((index[0] % to[0])[:, None] * width + np.arange(width), x, to)
    places = _flat_places(to, index)
    return _add_at(places, np.broadcast_to(x, places.shape), to)


def _part(node: Any) -> str:
    """PyTorch takes a part one axis at a time, and so the last thing done to an axis gives the name."""
    index = node.params["index"]
    if not views(index):
        return str(node.params.get("called") or "Index")
    done = [part for part in index if part is not Ellipsis and part != slice(None)]
    if not done:
        return "Slice" if index[0] == slice(None) and len(index) == 2 else "Alias"
    return "Unsqueeze" if done[-1] is None else "Slice" if isinstance(done[-1], slice) else "Select"


def _picks(node: Any) -> bool:
    """Whether it saved an index: one that picks elements, not a part."""
    return not views(node.params["index"])


def _diagonal(x: Array, offset: int, dim1: int, dim2: int) -> Array:
    """A view that can be written to, which NumPy's own can't."""
    out = np.diagonal(x, offset, dim1, dim2)
    if out.base is not None and x.flags.writeable:
        out.flags.writeable = True
    return out


def _on_diagonal(x: Array, to: Any, offset: int, dim1: int, dim2: int) -> Array:
    return _add_at(np.diagonal(np.arange(math.prod(to)).reshape(to), offset, dim1, dim2), x, to)


def _windows(x: Array, dim: int, size: int, step: int) -> Array:
    """All windows along an axis, ``step`` apart: a view that may not be written to, as neighbours overlap."""
    every: Any = sliding_window_view(x, size, dim)
    return every[along(x.ndim, dim, slice(None, None, step))]


def _on_windows(x: Array, to: Any, dim: int, size: int, step: int) -> Array:
    return _add_at(_windows(np.arange(math.prod(to)).reshape(to), dim, size, step), x, to)


def _stretch(ndim: int, dim: int, start: int, length: int) -> tuple[Any, ...]:
    return along(ndim, dim, slice(start, start + length))


getitem: Op = linear("getitem", lambda x, index, called="": x[index], view=True, on="", local=("g",),
                     title=_part, frees=_picks, x=lambda g, shape, index: put(g, to=shape, index=index))
put: Op = linear("put", _put, on="", local=("g",), title="IndexPut", frees=_picks,
                 x=lambda g, index: getitem(g, index=index))
narrow: Op = linear(
    "narrow", lambda x, dim, start, length, called="": x[_stretch(x.ndim, dim, start, length)], view=True,
    on="", local=("g",), title=called("Slice"),
    x=lambda g, shape, dim, start, length: put(g, to=shape, index=_stretch(len(shape), dim, start, length)))
select: Op = linear(
    "select", lambda x, dim, index, called="": x[(*along(x.ndim, dim, index), Ellipsis)], view=True, on="",
    local=("g",), title=called("Select"),
    x=lambda g, shape, dim, index: put(g, to=shape, index=along(len(shape), dim, index)))
diagonal: Op = linear(
    "diagonal", lambda x, offset=0, dim1=0, dim2=1: _diagonal(x, offset, dim1, dim2), view=True,
    local=("g on the diagonal",),
    x=lambda g, shape, offset, dim1, dim2: put_diagonal(g, to=shape, offset=offset, dim1=dim1, dim2=dim2))
put_diagonal: Op = linear(
    "put_diagonal", _on_diagonal, on="", local=("the diagonal of g",), title="DiagEmbed",
    x=lambda g, offset, dim1, dim2: diagonal(g, offset=offset, dim1=dim1, dim2=dim2))
windows: Op = linear(
    "windows", _windows, view=True, on="", local=("g added up",), title="Unfold",
    x=lambda g, shape, dim, size, step: put_windows(g, to=shape, dim=dim, size=size, step=step))
put_windows: Op = linear(
    "put_windows", _on_windows, on="", local=("the windows of g",), title="UnfoldBackward",
    x=lambda g, dim, size, step: windows(g, dim=dim, size=size, step=step))


# -------------------------------------------------------------------- putting into parts
def follow(x: Array, chain: Any) -> Array:
    """The part of ``x`` that ``chain`` (views, one after the other) leads to."""
    for step, params in chain:
        x = step(x, **params)
    return x


def _into(x: Array, y: Array, chain: Any) -> Array:
    """A copy of ``x`` in which the part that ``chain`` leads to is ``y``."""
    out = np.array(x)
    part = follow(out, chain)
    if not hasattr(y, "dtype") and stretched(part):  # as a rule does it: PyTorch, too, fails in backward
        raise errors.error("one_place", how="backward()", variable=errors.Phrase("some_variable"))
    part[...] = y
    return out


def _on_part(x: Array, to: Any, chain: Any) -> Array:
    """Zeros in the shape ``to``, and ``x`` added to the part that ``chain`` leads to."""
    out = np.zeros(to, x.dtype)
    part = follow(out, chain)
    if part.flags.writeable and not stretched(part):
        part[...] = x
        return out
    return _add_at(follow(np.arange(math.prod(to)).reshape(to), chain), x, to)


def stretched(x: Array) -> bool:
    """Whether several of its elements are one place in memory, as expand() makes them."""
    if 0 not in x.strides or not x.size:
        return False
    return any(not step and n > 1 for step, n in zip(x.strides, x.shape, strict=True))


def _replaced(x: Array, y: Array, index: Any, called: str = "") -> Array:
    """A copy of ``x`` with ``y`` at the places that ``index`` picks; of two for one place the last."""
    out = np.array(x)
    out[index] = y
    return out


def _summed(x: Array, shape: Any) -> Array:
    """What was stretched to fill the part, from ``shape``, is summed back; leading axes of length 1 aside."""
    core = tuple(shape[max(len(shape) - x.ndim, 0) :])
    x = x if x.shape == core else sum_to(x, to=core)
    return x if core == shape else reshape(x, shape=shape)


put_into: Op = linear(
    "put_into", _into, on="", local=("g but for the part", "the part of g"), title="CopySlices",
    jacobian=OTHER, frees=True, x=lambda g, chain: put_into(g, 0.0, chain=chain),
    y=lambda g, shapes, chain: _summed(follow(g, chain), shapes[1]))
index_put: Op = linear(
    "index_put", _replaced, on="", local=("g but for the places", "g at the places"), jacobian=OTHER,
    title=called("IndexPut"), frees=True, x=lambda g, index: index_put(g, 0.0, index=index),
    y=lambda g, shapes, index: _summed(getitem(g, index=index), shapes[1]))
index_add: Op = linear(
    "index_add", lambda x, y, index, called="": x + _put(y, x.shape, index), on="", title=called("IndexAdd"),
    local=("g", "g at the places"), jacobian=OTHER, frees=True, x=lambda g: g,
    y=lambda g, shapes, index: _summed(getitem(g, index=index), shapes[1]))
as_strided: Op = linear("as_strided", follow, on="", local=("g put back",),
                        x=lambda g, shape, chain: put_strided(g, to=shape, chain=chain))
put_strided: Op = linear("put_strided", _on_part, on="", local=("the part of g",), title="AsStrided",
                         x=lambda g, chain: as_strided(g, chain=chain))
op("masked_fill", lambda x, y, mask: np.where(mask, y, x), on="", local=("1 - mask", "mask"), numbers=(1,),
   frees=True,
   title=lambda node: f"MaskedFillBackward{int(node.number is None)}",
   x=lambda g, mask: cut(g, mask), y=lambda g, mask: cut(g, ~mask))


# -------------------------------------------------------------------- picking by position along one axis
def grid(index: Array, dim: int) -> tuple[Array, ...]:
    """The index that picks, for each place of ``index``, what is at this position along ``dim``."""
    axes = list(np.indices(index.shape, sparse=True))
    axes[dim] = index
    return tuple(axes)


def _scatter(x: Array, to: Any, dim: int, index: Array) -> Array:
    """Zeros in the shape ``to``, and ``x`` added at the positions ``index`` along ``dim``."""
    places = np.ravel_multi_index(tuple(np.broadcast_arrays(*grid(index, dim))), to)
    return _add_at(places, x, to)


def _sorted(x: Array, dim: int, descending: bool) -> tuple[Array, Array]:
    if not x.ndim:
        return x, np.int64(0)
    if descending:  # equal elements stay in their order
        order = x.shape[dim] - 1 - np.flip(np.argsort(np.flip(x, dim), axis=dim, kind="stable"), dim)
    else:
        order = np.argsort(x, axis=dim, kind="stable")
    return np.take_along_axis(x, order, dim), order


def _top(x: Array, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> tuple[Array, Array]:
    if not x.ndim:
        return x, np.int64(0)
    values, order = (np.take(part, range(k), dim) for part in _sorted(x, dim, largest))
    return values, order


def _put_back(g: Array, shape: Any, indices: Array, dim: int) -> Array:
    return scatter(g, to=shape, dim=dim, index=indices) if shape else g


gather: Op = linear("gather", lambda x, dim, index: x[grid(index, dim)], on="", local=("g put back",), frees=True,
                    x=lambda g, shape, dim, index: scatter(g, to=shape, dim=dim, index=index))
scatter: Op = linear("scatter", _scatter, on="", local=("g picked",), title="ScatterAdd", frees=True,
                     x=lambda g, dim, index: gather(g, dim=dim, index=index))
linear("index_select", lambda x, dim, index: np.take(x, index, dim), on="", local=("g put back",),
       frees=True,
       x=lambda g, shape, dim, index: put(g, to=shape, index=along(len(shape), dim, index)))
linear("sort", lambda x, dim=-1, descending=False, stable=False: _sorted(x, dim, descending), on="",
       title=lambda node: f"SortBackward{int(node.params['stable'])}",
       local=("g put back",), extras=("indices",), gives=("values", "indices"), jacobian=OTHER, x=_put_back)
linear("topk", _top, on="", local=("g put back",), extras=("indices",), gives=("values", "indices"),
       jacobian=OTHER, x=_put_back)


# -------------------------------------------------------------------- joining
def _cut(g: Array, shapes: Any, dim: int) -> list[Array]:
    parts, start = [], 0
    for shape in shapes:
        if shape == (0,) and g.ndim > 1:
            parts.append(np.zeros(0, g.dtype))
            continue
        parts.append(narrow(g, dim=dim, start=start, length=shape[dim]))
        start += shape[dim]
    return parts


def _joined(xs: list[Array], dim: int = 0) -> Array:
    """One after the other, also in memory; an empty vector fits anywhere."""
    return np.ascontiguousarray(np.concatenate([x for x in xs if x.shape != (0,)] or xs, dim))


linear("cat", _joined, on="", local=("g, cut apart",), xs=lambda g, shapes, dim: _cut(g, shapes, dim))
linear("stack", lambda xs, dim=0: np.ascontiguousarray(np.stack(xs, dim)), on="", local=("g, taken apart",),
       xs=lambda g, shapes, dim: [select(g, dim=dim % g.ndim, index=k) for k in range(len(shapes))])


# -------------------------------------------------------------------- copies
cast: Op = op("cast", lambda x, dtype: x.astype(dtype), on="", names=("input",), local=("1",), title="ToCopy",
              x=lambda g: g)
clone: Op = op("clone", lambda x: x.copy(), names=("input",), local=("1",), x=lambda g: g)
kept_copy: Op = op("kept_copy", lambda x: x.copy(), on="", names=("input",), local=("1",),
                   title="CopyBackwards", x=lambda g: g)
op("zero", lambda x: np.zeros_like(x), on="", names=("input",), local=("0",), x=lambda g: cut(g, True))
op("fill", lambda x, y: np.full_like(x, y), on="", local=("0", "1"), numbers=(1,),
   title=lambda node: f"FillBackward{2 if node.number else 3}", x=lambda g: cut(g, True), y=lambda g: g)
op("copy", lambda x, y: np.broadcast_to(y, np.shape(x)).copy(), on="", local=("0", "1"),
   title="CopyBackwards", x=lambda g: cut(g, True), y=lambda g: g)
