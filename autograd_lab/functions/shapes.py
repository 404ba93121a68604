"""Functions that give the same numbers another shape or order, where the arguments need reading first."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..base import dtypes, errors
from ..core import inplace
from ..core.modes import local
from ..core.op import TABLE
from ..core.record import apply, made
from ..core.variable import Variable
from .reductions import given


# -------------------------------------------------------------------- reading arguments
def sizes(function: str, name: str, values: tuple[Any, ...]) -> tuple[int, ...]:
    """Integers given one by one, or together: ``f(2, 3)`` and ``f((2, 3))`` mean the same.

    Raises TypeError where there are none.
    """
    if not values:
        raise errors.error("missing", function=function, argument=name)
    if len(values) == 1 and not hasattr(values[0], "__index__"):
        values = tuple(values[0])
    return tuple(operator.index(n) for n in values)


def several(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that takes its second argument as :func:`sizes` reads it, or by name."""
    name = function.__code__.co_varnames[1]

    @functools.wraps(function)
    def run(input: Any, *values: Any, **kwargs: Any) -> Any:
        values = (kwargs.pop(name),) if name in kwargs else values
        return function(given(input, function.__name__), sizes(function.__name__, name, values), **kwargs)

    return run


def axis(input: Any, dim: Any, function: str, more: int = 0) -> int:
    """An axis of ``input``, counted from the first; ``more`` is how many axes there will be besides."""
    return errors.checked_dim(dim, given(input, function).ndim + more)


def axes(input: Any, dim: Any, function: str) -> tuple[int, ...]:
    """One axis or several, counted from the first. Raises RuntimeError where one is named twice."""
    named = dim if isinstance(dim, list | tuple) else (dim,)
    found = tuple(axis(input, d, function) for d in named)
    for d in found:
        if found.count(d) > 1:
            raise errors.error("same_dim_twice", dim=d)
    return found


# -------------------------------------------------------------------- another shape
@several
def reshape(input: Variable, shape: Any) -> Any:
    """The same elements in another shape; one axis may be -1: whatever is left. A view, where it can be one.

    Raises RuntimeError where the elements don't fit.

    >>> Variable([1.0, 2.0, 3.0, 4.0]).reshape(2, -1)
    tensor([[1., 2.],
            [3., 4.]])
    """
    return apply(TABLE["reshape"], (input,), {"shape": shape})


def view(input: Variable, *shape: Any, size: Any = None, dtype: Any = None) -> Any:
    """As :func:`reshape`, but never a copy; with a dtype, the same bytes read as other numbers.

    Raises RuntimeError where it can't be a view.

    >>> view(Variable([1.0, 2.0]), 2, 1)
    tensor([[1.],
            [2.]])
    """
    shape = shape if size is None else tuple(size)
    if shape and isinstance(shape[0], dtypes.Dtype):
        dtype = shape[0]
    if dtype is not None:
        return _bytes(input, dtype)
    out = reshape(input, *shape)
    if input._array.size and not np.may_share_memory(out._array, input._boxed()):
        raise errors.error("no_view", variable=input, shape=tuple(out.shape))
    return out


def _bytes(input: Variable, dtype: Any) -> Any:
    """Its memory read as numbers of another dtype."""
    if dtypes.plain(dtype) == input._array.dtype:
        return apply(TABLE["reshape"], (input,), {"shape": tuple(input.shape)})
    try:
        return made(input._boxed().view(dtypes.plain(dtype)))
    except ValueError:
        raise errors.error("no_view", variable=input, shape=tuple(input.shape)) from None


def view_as(input: Variable, other: Variable) -> Any:
    """:func:`view` in the shape of ``other``.

    >>> view_as(Variable([1.0, 2.0]), Variable([[5.0, 6.0]]))
    tensor([[1., 2.]])
    """
    return view(input, other.shape)


def reshape_as(input: Variable, other: Variable) -> Any:
    """:func:`reshape` to the shape of ``other``.

    >>> reshape_as(Variable([1.0, 2.0]), Variable([[5.0, 6.0]]))
    tensor([[1., 2.]])
    """
    return reshape(input, other.shape)


def flatten(input: Variable, start_dim: int = 0, end_dim: int = -1) -> Any:
    """The axes from ``start_dim`` to ``end_dim`` made into one.

    Raises IndexError where there is no such axis, RuntimeError where the last comes before the first.

    >>> flatten(Variable([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 2., 3., 4.])
    """
    first, last = (axis(input, d, "flatten") for d in (start_dim, end_dim))
    if first > last:
        raise errors.error("flatten", first=start_dim, last=end_dim)
    shape = tuple(input.shape)
    if input.ndim and first == last:
        return input
    return reshape(input, (*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :]))


def ravel(input: Variable) -> Any:
    """All elements along one axis; a view, where it can be one.

    >>> ravel(Variable([[1.0, 2.0]]))
    tensor([1., 2.])
    """
    return reshape(input, -1) if input._array.size else reshape(input, 0)


def unflatten(input: Variable, dim: int, sizes: Any) -> Any:
    """The axis ``dim`` split into several; one of ``sizes`` may be -1.

    Raises IndexError where there is no such axis, RuntimeError where the sizes don't multiply to its length.

    >>> unflatten(Variable([1.0, 2.0, 3.0, 4.0]), 0, (2, 2))
    tensor([[1., 2.],
            [3., 4.]])
    """
    at = axis(input, dim, "unflatten")
    shape, parts = tuple(input.shape), tuple(sizes)
    if -1 in parts:
        rest = shape[at] // -math.prod(parts)
        parts = tuple(rest if n == -1 else n for n in parts)
    if math.prod(parts) != shape[at]:
        raise errors.error("wont_fit", new=list(parts), size=shape[at], shape=shape)
    return reshape(input, (*shape[:at], *parts, *shape[at + 1 :]))


def unsqueeze(input: Variable, dim: int) -> Any:
    """A view with one more axis, of length 1, at ``dim``. Raises IndexError where there is no such place.

    >>> unsqueeze(Variable([1.0, 2.0]), 0)
    tensor([[1., 2.]])
    """
    return apply(TABLE["unsqueeze"], (input,), {"dim": axis(input, dim, "unsqueeze", more=1)})


def squeeze(input: Variable, dim: Any = None) -> Any:
    """A view without the axes of length 1; or without those among ``dim``. Raises IndexError for no axis.

    >>> squeeze(Variable([[1.0, 2.0]]))
    tensor([1., 2.])
    """
    if isinstance(dim, list | tuple):
        dim = axes(input, dim, "squeeze")
    elif dim is not None:
        dim = axis(input, dim, "squeeze")
    return apply(TABLE["squeeze"], (given(input, "squeeze"),), {"dim": dim})


# -------------------------------------------------------------------- another order
def transpose(input: Variable, dim0: int, dim1: int) -> Any:
    """A view with two axes swapped. Raises IndexError where there is no such axis.

    >>> transpose(Variable([[1.0, 2.0]]), 0, 1)
    tensor([[1.],
            [2.]])
    """
    a, b = (axis(input, d, "transpose") for d in (dim0, dim1))
    return apply(TABLE["transpose"], (input,), {"dim0": a, "dim1": b})


def swapaxes(input: Variable, axis0: int, axis1: int) -> Any:
    """:func:`transpose`, by NumPy's name.

    >>> swapaxes(Variable([[1.0, 2.0]]), 0, 1).shape
    torch.Size([2, 1])
    """
    return transpose(input, axis0, axis1)


def swapdims(input: Variable, dim0: int, dim1: int) -> Any:
    """:func:`transpose`, by another name.

    >>> swapdims(Variable([[1.0, 2.0]]), 0, 1).shape
    torch.Size([2, 1])
    """
    return transpose(input, dim0, dim1)


def t(input: Variable) -> Any:
    """Its transpose: rows become columns. Raises RuntimeError where it has more than two axes.

    >>> t(Variable([[1.0, 2.0]])).shape
    torch.Size([2, 1])
    """
    if given(input, "t").ndim > 2:
        raise errors.error("too_many_axes", op="t", variable=input)
    return apply(TABLE["t"], (input,), {})


@several
def permute(input: Variable, dims: Any) -> Any:
    """A view with its axes in another order. Raises RuntimeError where ``dims`` doesn't name each once.

    >>> permute(Variable([[1.0, 2.0]]), 1, 0).shape
    torch.Size([2, 1])
    """
    if len(dims) != input.ndim:
        raise errors.error("permutation", variable=input, dims=dims)
    return apply(TABLE["permute"], (input,), {"dims": axes(input, dims, "permute")})


def movedim(input: Variable, source: Any, destination: Any) -> Any:
    """A view with some axes moved to other places. Raises IndexError where there is no such axis.

    >>> movedim(Variable([[[1.0, 2.0]]]), 0, 2).shape
    torch.Size([1, 2, 1])
    """
    old, new = (axes(input, part, "movedim") for part in (source, destination))
    order = [d for d in range(input.ndim) if d not in old]
    for d, k in sorted(zip(new, old, strict=True)):
        order.insert(d, k)
    return permute(input, order) if input.ndim else input[...]


@several
def flip(input: Variable, dims: Any) -> Any:
    """A copy, turned round along some axes. Raises IndexError where there is no such axis.

    >>> flip(Variable([1.0, 2.0]), 0)
    tensor([2., 1.])
    """
    found = axes(input, dims, "flip")
    return apply(TABLE["flip"], (input,), {"dims": found if input.ndim else ()})


def roll(input: Variable, shifts: Any, dims: Any = None) -> Any:
    """A copy, moved along axes by some places, what falls off one end coming in at the other.

    Raises IndexError where there is no such axis.

    >>> roll(Variable([1.0, 2.0, 3.0]), 1)
    tensor([3., 1., 2.])
    """
    steps, along = (tuple(n) if isinstance(n, list | tuple) else n for n in (shifts, dims))
    if along is not None:
        along = tuple(axis(input, d, "roll") for d in (along if isinstance(along, tuple) else (along,)))
        steps = steps if isinstance(steps, tuple) else (steps,)
        if len(steps) != len(along):
            raise errors.error("roll", shifts=shifts, dims=dims)
    return apply(TABLE["roll"], (given(input, "roll"),), {"shifts": steps, "dims": along})


# -------------------------------------------------------------------- repeating
@several
def expand(input: Variable, size: Any) -> Any:
    """A view in which axes of length 1 are stretched; -1 leaves an axis as it is.

    Raises RuntimeError where an axis has another length.

    >>> expand(Variable([[1.0], [2.0]]), 2, 2)
    tensor([[1., 1.],
            [2., 2.]])
    """
    shape = tuple(input.shape)
    extra = len(size) - len(shape)
    if extra < 0:
        raise errors.shapes("expand", shape, size)
    full = tuple(shape[k - extra] if n == -1 and k >= extra else n for k, n in enumerate(size))
    return apply(TABLE["expand"], (input,), {"size": full})


def broadcast_to(input: Variable, size: Any) -> Any:
    """:func:`expand`, by NumPy's name.

    >>> broadcast_to(Variable([1.0]), (2,))
    tensor([1., 1.])
    """
    return expand(input, size)


def expand_as(input: Variable, other: Variable) -> Any:
    """:func:`expand` to the shape of ``other``.

    >>> expand_as(Variable([1.0]), Variable([5.0, 6.0]))
    tensor([1., 1.])
    """
    return expand(input, other.shape)


def broadcast_tensors(*tensors: Any) -> tuple[Any, ...]:
    """Views of them all, stretched to one shape. Raises RuntimeError where the shapes don't fit together.

    >>> broadcast_tensors(Variable([1.0]), Variable([5.0, 6.0]))
    (tensor([1., 1.]), tensor([5., 6.]))
    """
    xs = [given(x, "broadcast_tensors") for x in tensors]
    shape = broadcast("broadcast_tensors", *(x.shape for x in xs))
    return tuple(expand(x, shape) for x in xs)


def broadcast(function: str, *shapes: Any) -> tuple[int, ...]:
    """The shape to which broadcasting brings several. Raises RuntimeError where it can't."""
    try:
        return np.broadcast_shapes(*(tuple(shape) for shape in shapes))
    except ValueError:
        raise errors.shapes(function, shapes[0], shapes[-1]) from None


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Any, ...]:
    """Each vector spread over the grid of all of them: along its own axis itself, along the rest repeated.

    With ``indexing="xy"`` the first two axes are swapped, as for a picture. Raises RuntimeError where they
    are no vectors, or of different dtypes.

    >>> meshgrid(Variable([1.0, 2.0]), Variable([5.0]))
    (tensor([[1.],
            [2.]]), tensor([[5.],
            [5.]]))
    """
    found = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], list | tuple) else tensors
    xs = [given(x, "meshgrid") for x in found]
    for x in xs:
        if x.ndim > 1:
            raise errors.error("axes", op="meshgrid", variable=x, wanted=1)
        if x._array.dtype != xs[0]._array.dtype:
            raise errors.error("same_dtype", first=xs[0].dtype, second=x.dtype)
    shape = tuple(x._array.size for x in xs)
    rows = [reshape(x, tuple(-1 if j == k else 1 for j in range(len(xs)))) for k, x in enumerate(xs)]
    spread = tuple(expand(row, shape) for row in rows)
    return tuple(transpose(x, 0, 1) for x in spread) if indexing == "xy" and len(xs) > 1 else spread


@several
def repeat(input: Variable, repeats: Any) -> Any:
    """A copy, repeated along each axis. Raises RuntimeError where there are fewer numbers than axes.

    >>> repeat(Variable([1.0, 2.0]), 2)
    tensor([1., 2., 1., 2.])
    """
    if len(repeats) < input.ndim:
        raise errors.error("repeats", variable=input, repeats=repeats)
    return apply(TABLE["repeat"], (input,), {"repeats": repeats})


@several
def tile(input: Variable, dims: Any) -> Any:
    """:func:`repeat`, where there may be fewer numbers than axes.

    >>> tile(Variable([[1.0, 2.0]]), (2,))
    tensor([[1., 2., 1., 2.]])
    """
    return repeat(input, (1,) * (input.ndim - len(dims)) + dims)


# -------------------------------------------------------------------- in place
def _turned(function: Callable[..., Any]) -> Callable[..., Any]:
    """A view as a method that makes the Variable that view: ``x.t_()``."""
    name = f"{function.__name__}_"

    def run(self: Variable, *args: Any, **kwargs: Any) -> Variable:
        if local.now.grad:
            inplace.refuse(self, f"{name}()")
        out = function(self, *args, **kwargs)
        self._array, self._fn = out._array, out._fn
        if self._base is not None:
            self._chain = out._chain
        return self

    run.__name__ = run.__qualname__ = name
    run.__doc__ = f":func:`{function.__name__}` in place: the Variable itself gets the other shape."
    return run


SAME = {"moveaxis": movedim}
OURS = (reshape, flatten, ravel, unflatten, unsqueeze, squeeze, transpose, swapaxes, swapdims, t, permute,
        movedim, flip, roll, broadcast_to, tile)  # fmt: skip
FUNCTIONS = SAME | {f.__name__: f for f in (*OURS, broadcast_tensors, meshgrid)}
METHODS = SAME | {f.__name__: f for f in (*OURS, view, view_as, reshape_as, expand, expand_as, repeat)}
METHODS |= {f"{f.__name__}_": _turned(f) for f in (unsqueeze, squeeze, transpose, swapaxes, swapdims, t)}
