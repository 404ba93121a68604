"""Functions that are made of others: each is what its example shows, and its gradient comes by itself."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..base import dtypes, errors
from ..core.op import TABLE
from ..core.record import apply, made
from ..core.variable import Variable
from . import arithmetic, joining, reductions, shapes
from .conversion import to
from .reductions import given
from .shapes import axis


# -------------------------------------------------------------------- splitting
def tensor_split(input: Variable, indices_or_sections: Any, dim: int = 0) -> tuple[Any, ...]:
    """Views of parts of one axis: so many, as equal as can be; or cut at each of several places.

    Raises IndexError where there is no such axis, RuntimeError for no parts at all.

    >>> tensor_split(Variable([1.0, 2.0, 3.0]), 2)
    (tensor([1., 2.]), tensor([3.]))
    >>> tensor_split(Variable([1.0, 2.0, 3.0]), (1,))
    (tensor([1.]), tensor([2., 3.]))
    """
    at = axis(input, dim, "tensor_split")
    if not input.ndim:
        raise errors.error("no_axis", function="tensor_split", variable=input)
    n, parts = input.shape[at], getattr(indices_or_sections, "_array", indices_or_sections)
    if np.ndim(parts) == 0:
        if parts <= 0:
            raise errors.error("chunks", chunks=parts)
        cuts = [k * (n // parts) + min(k, n % parts) for k in range(1, int(parts))]
    else:
        cuts = [operator.index(k) for k in parts]
    inner = (slice(None),) * at
    edges = zip([None, *cuts], [*cuts, None], strict=True)
    return tuple(input[(*inner, slice(a, _end(a, b, n)))] for a, b in edges)


def _end(start: int | None, stop: int | None, n: int) -> int | None:
    """Where a part ends; not before it begins."""
    first, last, _ = slice(start, stop).indices(n)
    return max(first, last)


def _splits(name: str, dim: int, axes: int) -> Any:
    def run(input: Variable, indices_or_sections: Any) -> tuple[Any, ...]:
        if given(input, name).ndim < axes:
            raise errors.error("axes", op=name, variable=input, wanted=axes)
        at = 0 if input.ndim == 1 else dim
        parts = indices_or_sections
        if isinstance(parts, int) and (parts <= 0 or input.shape[at] % parts):
            raise errors.error("split", n=input.shape[at], parts=parts)
        return tensor_split(input, parts, at)

    run.__name__ = run.__qualname__ = name
    ones = "Variable([[[1.0, 2.0], [3.0, 4.0]]]).reshape(2, 2, 1).expand(2, 2, 2)"
    run.__doc__ = (
        f":func:`tensor_split` along axis {dim}, into equal parts where their number is given.\n\n"
        "Raises RuntimeError where they can't be equal, or there are too few axes.\n\n"
        f">>> [part.shape for part in {name}({ones}, 2)]\n"
        f"{[dtypes.Size(2 if k != dim else 1 for k in range(3))] * 2}\n"
    )
    return run


hsplit, vsplit, dsplit = _splits("hsplit", 1, 1), _splits("vsplit", 0, 2), _splits("dsplit", 2, 3)


# -------------------------------------------------------------------- axes
def _at_least(axes: int) -> Any:
    name = f"atleast_{axes}d"

    def run(*tensors: Any) -> Any:
        if len(tensors) == 1 and isinstance(tensors[0], Variable):
            return more(tensors[0])
        found = tensors[0] if len(tensors) == 1 else tensors
        return tuple(more(given(x, name)) for x in found)

    def more(x: Any) -> Any:
        if x.ndim >= axes:
            return x
        if x.ndim < 2:  # a number or a vector: one row
            return shapes.reshape(x, (1,) * (min(axes, 2) - 1) + (-1,) + (1,) * (axes - 2))
        return shapes.unsqueeze(x, -1)

    run.__name__ = run.__qualname__ = name
    run.__doc__ = (
        f"A view with at least {axes} axes; of several Variables a tuple.\n\n"
        f">>> {name}(Variable(1.0)).shape\ntorch.Size({[1] * axes})\n"
    )
    return run


atleast_1d, atleast_2d, atleast_3d = (_at_least(n) for n in (1, 2, 3))


def adjoint(input: Variable) -> Any:
    """The last two axes swapped: of real numbers it is ``mT``.

    Raises RuntimeError where there are fewer.

    >>> adjoint(Variable([[1.0, 2.0]]))
    tensor([[1.],
            [2.]])
    """
    if given(input, "adjoint").ndim == 1:
        raise errors.error("axes", op="adjoint", variable=input, wanted=2)
    return shapes.transpose(input, -2, -1) if input.ndim else input


def unfold(input: Variable, dimension: int, size: int, step: int) -> Any:
    """A view of all windows of ``size`` elements along an axis, ``step`` apart, as a new last axis.

    Raises RuntimeError where a window is longer than the axis, or the step is not positive.

    >>> unfold(Variable([1.0, 2.0, 3.0, 4.0]), 0, 2, 1)
    tensor([[1., 2.],
            [2., 3.],
            [3., 4.]])
    """
    at = axis(input, dimension, "unfold")
    n = input.shape[at] if input.ndim else 1
    if not 0 <= size <= n or step <= 0:
        raise errors.error("windows", size=size, step=step, n=n)
    row = input if input.ndim else shapes.reshape(input, 1)
    seen = apply(TABLE["windows"], (row,), {"dim": at, "size": size, "step": step})
    return seen if input.ndim else seen[0]


def fliplr(input: Variable) -> Any:
    """Columns in the opposite order. Raises RuntimeError for fewer than two axes.

    >>> fliplr(Variable([[1.0, 2.0]]))
    tensor([[2., 1.]])
    """
    return _flipped("fliplr", input, 1, 2)


def flipud(input: Variable) -> Any:
    """Rows in the opposite order. Raises RuntimeError where there are no axes.

    >>> flipud(Variable([1.0, 2.0]))
    tensor([2., 1.])
    """
    return _flipped("flipud", input, 0, 1)


def _flipped(name: str, input: Variable, dim: int, axes: int) -> Any:
    if given(input, name).ndim < axes:
        raise errors.error("axes", op=name, variable=input, wanted=axes)
    return shapes.flip(input, dim)


def dstack(tensors: Any) -> Any:
    """:func:`cat` along the third axis.

    >>> dstack([Variable([1.0]), Variable([2.0])])
    tensor([[[1., 2.]]])
    """
    return joining.cat([atleast_3d(x) for x in tensors], 2)


def column_stack(tensors: Any) -> Any:
    """Vectors as the columns of a matrix; matrices beside each other.

    >>> column_stack([Variable([1.0, 2.0]), Variable([3.0, 4.0])])
    tensor([[1., 3.],
            [2., 4.]])
    """
    return joining.hstack([shapes.reshape(x, (-1, 1)) if x.ndim < 2 else x for x in tensors])


# -------------------------------------------------------------------- statistics and geometry
def _both(name: str, first: Any) -> Any:
    def run(input: Variable, dim: Any = None, keepdim: bool = False, *, correction: Any = 1) -> Any:
        spread = first(input, dim, keepdim=keepdim, correction=correction)
        return spread, reductions.mean(input, dim, keepdim)

    run.__name__ = run.__qualname__ = name
    run.__doc__ = (
        f":func:`{first.__name__}` and :func:`mean`, of all elements or along ``dim``.\n\n"
        f">>> {name}(Variable([1.0, 2.0, 3.0]))\n(tensor(1.), tensor(2.))\n"
    )
    return run


std_mean, var_mean = _both("std_mean", reductions.std), _both("var_mean", reductions.var)


def cross(input: Variable, other: Variable, dim: int = -1) -> Any:
    """The vector product, of vectors of three numbers along ``dim``; both are broadcast.

    Raises RuntimeError where they are not three.

    >>> cross(Variable([1.0, 0.0, 0.0]), Variable([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    x, y = shapes.broadcast_tensors(input, other)
    at = axis(x, dim, "cross")
    if x.shape[at] != 3:
        raise errors.error("three", variable=x, dim=dim)
    (x1, x2), (y1, y2) = ([shapes.roll(v, -k, at) for k in (1, 2)] for v in (x, y))
    return arithmetic.sub(x1 * y2, x2 * y1)


def cov(input: Variable, *, correction: int = 1) -> Any:
    """The covariances of variables, which are rows, over observations, which are columns.

    Raises RuntimeError for more than two axes.

    >>> cov(Variable([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    if given(input, "cov").ndim > 2:
        raise errors.error("too_many_axes", op="cov", variable=input)
    rows = shapes.reshape(input, (1, -1)) if input.ndim < 2 else input
    if rows._array.dtype.kind != "f":
        rows = to(rows, dtype=dtypes.Dtype("float32"))
    moved = rows - reductions.mean(rows, 1, keepdim=True)
    found = moved @ shapes.t(moved) / max(rows.shape[1] - correction, 0)
    return shapes.squeeze(found)


def cdist(x1: Variable, x2: Variable, p: float = 2.0) -> Any:
    """The distance, a p-norm, between each row of one matrix and each of the other: (..., rows, rows).

    Raises RuntimeError where the rows are not equally long.

    >>> cdist(Variable([[0.0, 0.0]]), Variable([[3.0, 4.0], [0.0, 1.0]]))
    tensor([[5., 1.]])
    """
    if given(x1, "cdist").shape[-1:] != given(x2, "cdist").shape[-1:] or min(x1.ndim, x2.ndim) < 2:
        raise errors.shapes("cdist", x1.shape, x2.shape)
    return reductions.norm(shapes.unsqueeze(x1, -2) - shapes.unsqueeze(x2, -3), p, -1)


def dist(input: Variable, other: Variable, p: float = 2.0) -> Any:
    """The p-norm of the difference of two Variables, which may be broadcast: a number.

    >>> dist(Variable([0.0, 0.0]), Variable([3.0, 4.0]))
    tensor(5.)
    """
    return reductions.norm(given(input, "dist") - given(other, "dist"), p)


# -------------------------------------------------------------------- without a gradient
def searchsorted(sorted_sequence: Variable, input: Any, *, right: bool = False, side: Any = None) -> Any:
    """Where each number would go in a sorted vector, before those equal to it, or ``right`` after them.

    >>> searchsorted(Variable([1.0, 3.0, 5.0]), Variable([3.0, 9.0]))
    tensor([1, 3])
    """
    where: Any = "right" if right or side == "right" else "left"
    found = np.searchsorted(sorted_sequence._array, getattr(input, "_array", input), where)
    return made(np.asarray(found))


def _cross(input: Variable, other: Variable, dim: int | None = None) -> Any:
    """The vector product along ``dim``: the first axis of three numbers, if left out; see ``linalg.cross``.

    >>> from autograd_lab import cross
    >>> cross(Variable([1.0, 0.0, 0.0]), Variable([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    if dim is None:
        dim = next((k for k, n in enumerate(given(input, "cross").shape) if n == 3), -1)
    return cross(input, other, dim)


OURS = (tensor_split, hsplit, vsplit, dsplit, adjoint, fliplr, flipud, cov, dist, std_mean, var_mean,
        atleast_1d, atleast_2d, atleast_3d)  # fmt: skip
FUNCTIONS = {f.__name__: f for f in (*OURS, dstack, column_stack, cdist, searchsorted)} | {
    "row_stack": joining.vstack,
    "cross": _cross,
}
METHODS = {f.__name__: f for f in OURS if not f.__name__.startswith(("atleast", "std", "var"))}
METHODS |= {"unfold": unfold, "cross": _cross}
