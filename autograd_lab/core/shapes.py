"""THE TABLE, second part: shapes, parts, joining and sorting. Each entry only moves numbers about.

So each is linear, and its vjp moves the gradient back along the same way: what was picked is put back,
what was repeated is added up, what was joined is cut apart.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .op import OTHER, TABLE, Array, Op, linear, op
from .rules import reduce_sum, spread

# ruff: noqa: E501

# -------------------------------------------------------------------- the same numbers in another shape
reshape: Op = linear("reshape", lambda x, shape: x.reshape(shape), x=lambda g, shape: reshape(g, shape=shape), view=True, local=("g",), title="ViewBackward0", on="")
linear("unsqueeze", lambda x, dim: np.expand_dims(x, dim), x=lambda g, shape: reshape(g, shape=shape), view=True, local=("g",))
linear("squeeze", lambda x, dim=None: np.squeeze(x, _ones(x, dim)), x=lambda g, shape: reshape(g, shape=shape), view=True, local=("g",),
       title=lambda node: f"SqueezeBackward{int(node.params['dim'] is not None)}")
linear("permute", lambda x, dims: np.transpose(x, dims), x=lambda g, dims: permute(g, dims=_inverse(dims)), view=True, local=("g, axes back",), on="")
permute = TABLE["permute"]
linear("transpose", lambda x, dim0, dim1: np.swapaxes(x, dim0, dim1) if x.ndim else x, x=lambda g, dim0, dim1: TABLE["transpose"](g, dim0=dim0, dim1=dim1),
       view=True, local=("g.T",))
linear("t", lambda x: np.swapaxes(x, -1, -2) if x.ndim > 1 else x, x=lambda g: TABLE["t"](g), view=True, local=("g.T",))


def _ones(x: Array, dim: Any) -> Any:
    """Those of the axes ``dim`` (all, if None) that have length 1."""
    dims = range(x.ndim) if dim is None else [dim] if isinstance(dim, int) else dim
    return tuple(d for d in dims if x.ndim and x.shape[d] == 1)


def _inverse(dims: Any) -> tuple[int, ...]:
    return tuple(int(k) for k in np.argsort([d % len(dims) for d in dims]))


# -------------------------------------------------------------------- repeating and turning round
linear("repeat", lambda x, repeats: np.tile(x, repeats), x=lambda g, shape, repeats: _unrepeat(g, shape, repeats), local=("sum(g)",), on="")
linear("flip", lambda x, dims: np.flip(x, dims), x=lambda g, dims: TABLE["flip"](g, dims=dims), local=("g, turned back",), on="")
linear("roll", lambda x, shifts, dims=None: np.roll(x, shifts, dims), x=lambda g, shifts, dims: TABLE["roll"](g, shifts=_minus(shifts), dims=dims), local=("g, rolled back",))


def _unrepeat(g: Array, shape: Any, repeats: Any) -> Array:
    """Each axis of ``g`` is its copies one after the other: they are added up."""
    lengths = (1,) * (len(repeats) - len(shape)) + tuple(shape)
    parts = [n for pair in zip(repeats, lengths, strict=True) for n in pair]
    whole = reshape(g, shape=tuple(parts))
    return reshape(reduce_sum(whole, dim=tuple(range(0, len(parts), 2)), keepdim=False), shape=shape)


def _minus(shifts: Any) -> Any:
    return -shifts if isinstance(shifts, int) else tuple(-s for s in shifts)


# -------------------------------------------------------------------- parts
def _flat_places(shape: Any, index: Any) -> Array:
    """The positions, counted through the whole array, of the elements that ``index`` picks."""
    return np.arange(math.prod(shape)).reshape(shape)[index]


def _add_at(places: Array, values: Array, shape: Any) -> Array:
    """Zeros in ``shape``, and values added at the places: by counting with weights, which beats np.add.at."""
    total = np.bincount(places.ravel(), values.ravel(), math.prod(shape))
    return total.reshape(shape).astype(values.dtype)


def _is_plain(index: Any) -> bool:
    """Whether each place is picked once at most: slices, numbers and masks."""
    return all(i is None or i is Ellipsis or isinstance(i, int | slice) or getattr(i, "dtype", None) == bool for i in index)


def _put(x: Array, to: Any, index: Any) -> Array:
    if _is_plain(index):
        out = np.zeros(to, x.dtype)
        out[index] = x
        return out
    if len(index) == 1 and getattr(index[0], "ndim", 0) == 1 and len(to) > 1:  # rows
        width = math.prod(to[1:])
        places = (index[0] % to[0])[:, None] * width + np.arange(width)
        return _add_at(places, x, to)
    return _add_at(_flat_places(to, index), np.broadcast_to(x, _flat_places(to, index).shape), to)


def _part_title(node: Any) -> str:
    """PyTorch takes a part one axis at a time, and so the last thing done to an axis gives the name."""
    index = node.params["index"]
    if not all(part is None or part is Ellipsis or type(part) in (int, slice) for part in index):
        return "Index"
    done = [part for part in index if part is not Ellipsis and part != slice(None)]
    if not done:
        return "Slice" if index[0] == slice(None) and len(index) == 2 else "Alias"
    return "Unsqueeze" if done[-1] is None else "Slice" if isinstance(done[-1], slice) else "Select"


getitem: Op = linear("getitem", lambda x, index: x[index], x=lambda g, shape, index: put(g, to=shape, index=index), view=True, local=("g",), on="", title=_part_title)
put: Op = linear("put", _put, x=lambda g, index: getitem(g, index=index), local=("g",), on="", title="IndexPut")
narrow: Op = linear("narrow", lambda x, dim, start, length: x[_along(x.ndim, dim, slice(start, start + length))],
                    x=lambda g, shape, dim, start, length: put(g, to=shape, index=_along(len(shape), dim, slice(start, start + length))),
                    view=True, local=("g",), title="SliceBackward0", on="")
linear("select", lambda x, dim, index: x[(*_along(x.ndim, dim, index), Ellipsis)],
       x=lambda g, shape, dim, index: put(g, to=shape, index=_along(len(shape), dim, index)), view=True, local=("g",), on="")
linear("diagonal", lambda x, offset=0, dim1=0, dim2=1: _diagonal(x, offset, dim1, dim2), local=("g on the diagonal",), view=True,
       x=lambda g, shape, offset, dim1, dim2: TABLE["put_diagonal"](g, to=shape, offset=offset, dim1=dim1, dim2=dim2))
linear("put_diagonal", lambda x, to, offset, dim1, dim2: _add_at(np.diagonal(np.arange(math.prod(to)).reshape(to), offset, dim1, dim2), x, to),
       x=lambda g, offset, dim1, dim2: TABLE["diagonal"](g, offset=offset, dim1=dim1, dim2=dim2), local=("the diagonal of g",), on="", title="DiagEmbed")


def _diagonal(x: Array, offset: int, dim1: int, dim2: int) -> Array:
    """A view that can be written to, which NumPy's own can't."""
    out = np.diagonal(x, offset, dim1, dim2)
    if out.base is not None and x.flags.writeable:
        out.flags.writeable = True
    return out


def _along(ndim: int, dim: int, part: Any) -> tuple[Any, ...]:
    """The index that takes ``part`` of one axis."""
    return (*[slice(None)] * (dim % ndim), part)


def _into(x: Array, y: Array, chain: Any) -> Array:
    """A copy of ``x`` in which the part that ``chain`` (views, one after the other) leads to is ``y``."""
    out = x.copy() if isinstance(x, np.ndarray) else np.array(x)
    part = out
    *way, (last, where) = chain
    for step, params in way:
        part = step.forward(part, **params)
    if last is getitem:  # which may pick places that no view reaches
        part[where["index"]] = y
    else:
        last.forward(part, **where)[...] = y
    return out


def follow(x: Array, chain: Any) -> Array:
    """The part of ``x`` that ``chain`` leads to."""
    for step, params in chain:
        x = step(x, **params)
    return x


def _summed(x: Array, shape: Any) -> Array:
    """What was stretched to fill the part is summed back."""
    return x if x.shape == shape else TABLE["sum_to"](x, to=shape)


put_into: Op = linear("put_into", _into, x=lambda g, chain: put_into(g, follow(g, chain) * 0, chain=chain), y=lambda g, shapes, chain: _summed(follow(g, chain), shapes[1]),
                      local=("g but for the part", "the part of g"), on="", title="CopySlices", jacobian=OTHER)

as_strided: Op = linear("as_strided", follow, x=lambda g, shape, chain: put_into(np.zeros(shape, g.dtype), g, chain=chain),
                        local=("g put back",), on="")

# -------------------------------------------------------------------- picking by position along one axis
gather: Op = linear("gather", lambda x, dim, index: _gathered(x, dim, index),
                    x=lambda g, shape, dim, index: scatter(g, to=shape, dim=dim, index=index), local=("g put back",), on="")
def _gathered(x: Array, dim: int, index: Array) -> Array:
    if not x.ndim:
        return x + np.zeros(index.shape, x.dtype)
    grid = list(np.indices(index.shape, sparse=True))
    grid[dim] = index
    return x[tuple(grid)]


scatter: Op = linear("scatter", lambda x, to, dim, index: _scatter(x, to, dim, index), x=lambda g, dim, index: gather(g, dim=dim, index=index),
                     local=("g picked",), on="", title="ScatterAddBackward0")


def _scatter(x: Array, to: Any, dim: int, index: Array) -> Array:
    """Zeros in the shape ``to``, and ``x`` added at the positions ``index`` along ``dim``."""
    grid = list(np.indices(index.shape, sparse=True))
    grid[dim] = index
    places = np.ravel_multi_index(tuple(np.broadcast_arrays(*grid)), to)
    return _add_at(places, x[tuple(slice(n) for n in index.shape)], to)


place: Op = linear("place", lambda x, y, dim, index: _placed(x, y, dim, index), local=("g but there", "g there"), on="",
                   x=lambda g, dim, index: place(g, g.dtype.type(0) if isinstance(g, np.ndarray) else 0.0, dim=dim, index=index),
                   y=lambda g, dim, index: gather(g, dim=dim, index=index), jacobian=OTHER, title="Scatter")


def _placed(x: Array, y: Array, dim: int, index: Array) -> Array:
    """A copy of ``x`` with ``y`` at the positions ``index`` along ``dim``; of two at one place the last."""
    out = x.copy()
    grid = list(np.indices(index.shape, sparse=True))
    grid[dim] = index
    out[tuple(grid)] = y
    return out


linear("index_select", lambda x, dim, index: np.take(x, index, dim), local=("g put back",), on="",
       x=lambda g, shape, dim, index: put(g, to=shape, index=_along(len(shape), dim, index)))
op("masked_fill", lambda x, mask, value: np.where(mask, x.dtype.type(value), x), x=lambda g, mask: g * (mask == 0), local=("1 - mask",), names=("input",), on="")
linear("sort", lambda x, dim=-1, descending=False, stable=False: _sorted(x, dim, descending), local=("g put back",), gives=("values", "indices"),
       x=lambda g, shape, indices, dim: scatter(g, to=shape, dim=dim, index=indices) if shape else g, extras=("indices",))
linear("topk", lambda x, k, dim=-1, largest=True, sorted=True: tuple(np.take(part, range(k), dim) for part in _sorted(x, dim, largest)),
       x=lambda g, shape, indices, dim: scatter(g, to=shape, dim=dim, index=indices), local=("g put back",), extras=("indices",), gives=("values", "indices"))


def _sorted(x: Array, dim: int, descending: bool) -> tuple[Array, Array]:
    if not x.ndim:
        return x, np.int64(0)
    if descending:  # equal elements stay in their order
        order = x.shape[dim] - 1 - np.flip(np.argsort(np.flip(x, dim), axis=dim, kind="stable"), dim)
    else:
        order = np.argsort(x, axis=dim, kind="stable")
    return np.take_along_axis(x, order, dim), order


# -------------------------------------------------------------------- joining
linear("cat", lambda xs, dim=0: np.concatenate([x for x in xs if x.shape != (0,)] or xs, dim), xs=lambda g, shapes, dim: _cut(g, shapes, dim), local=("g, cut apart",), on="")
linear("stack", lambda xs, dim=0: np.stack(xs, dim), xs=lambda g, shapes, dim: [TABLE["select"](g, dim=dim % g.ndim, index=k) for k in range(len(shapes))],
       local=("g, taken apart",), on="")


def _cut(g: Array, shapes: Any, dim: int) -> list[Array]:
    parts, start = [], 0
    for shape in shapes:
        if shape == (0,) and g.ndim > 1:
            parts.append(np.zeros(0, g.dtype))
            continue
        parts.append(narrow(g, dim=dim, start=start, length=shape[dim]))
        start += shape[dim]
    return parts


# -------------------------------------------------------------------- matrices, by position
linear("tril", lambda x, diagonal=0: np.tril(x, diagonal), x=lambda g, diagonal: TABLE["tril"](g, diagonal=diagonal), local=("tril(g)",))
linear("triu", lambda x, diagonal=0: np.triu(x, diagonal), x=lambda g, diagonal: TABLE["triu"](g, diagonal=diagonal), local=("triu(g)",))
linear("trace", lambda x: np.trace(x), x=lambda g, shape: TABLE["put_diagonal"](spread(g, to=(min(shape),), dim=None, keepdim=False), to=shape, offset=0, dim1=0, dim2=1), local=("g on the diagonal",))


def _einsum_back(g: Array, xs: list[Array], equation: str) -> list[Array]:
    """Each factor's contribution is again such a sum: ``g`` takes the factor's place."""
    inputs, output = equation.split("->")
    letters = inputs.split(",")
    sent = []
    for k, mine in enumerate(letters):
        others = [x for j, x in enumerate(xs) if j != k]
        known = set(output).union(*(set(other) for j, other in enumerate(letters) if j != k))
        inner = "".join(c for c in dict.fromkeys(mine) if c in known)
        names = ",".join([output, *(other for j, other in enumerate(letters) if j != k)])
        part = TABLE["einsum"]([g, *others], equation=f"{names}->{inner}")
        sent.append(_widen(part, inner, mine, xs[k].shape))
    return sent


def _widen(part: Array, inner: str, mine: str, shape: Any) -> Array:
    """Letters that only this factor had were summed over: stretch them again; a repeated one is a diagonal."""
    sizes = dict(zip(mine, shape, strict=True))
    unique = "".join(dict.fromkeys(mine))
    grid = reshape(part, shape=tuple(sizes[c] if c in inner else 1 for c in unique))
    full = TABLE["expand"](grid, size=tuple(sizes[c] for c in unique))
    if unique == mine:
        return full
    places = np.einsum(f"{mine}->{unique}", np.arange(math.prod(shape)).reshape(shape))
    return reshape(put(reshape(full, shape=(-1,)), to=(math.prod(shape),), index=(places.ravel(),)), shape=shape)


linear("einsum", lambda xs, equation: np.einsum(equation, *xs, optimize=len(xs) > 2), xs=lambda g, xs, equation: _einsum_back(g, xs, equation), local=("einsum with g in its place",), on="", title="Einsum")

# -------------------------------------------------------------------- copies
cast = op("cast", lambda x, dtype: x.astype(dtype), x=lambda g: g, local=("1",), on="", title="ToCopy", names=("input",))
op("clone", lambda x: x.copy(), x=lambda g: g, local=("1",), names=("input",))
kept_copy: Op = op("kept_copy", lambda x: x.copy(), x=lambda g: g, local=("1",), names=("input",), on="", title="CopyBackwards")
op("zero", lambda x: np.zeros_like(x), x=lambda g: g * 0, local=("0",), on="", names=("input",))
op("fill", lambda x, value: np.full_like(x, value), x=lambda g: g * 0, local=("0",), on="", names=("input",))
op("copy", lambda x, y: np.broadcast_to(y, np.shape(x)).astype(x.dtype), x=lambda g: g * 0, y=lambda g: g, local=("0", "1"), on="")
