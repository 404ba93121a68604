"""THE TABLE, fourth part: matrices.

The mathematics: Giles, "An extended collection of matrix derivative results for forward and reverse mode
algorithmic differentiation" (2008), section 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..base import errors
from .op import TABLE, Array, Op, linear, other
from .rules import expand, spread, sum_to
from .shapes import put, put_diagonal, reshape

# Entries are laid out by hand: what is computed, what is shown, the rules.
# fmt: off

# -------------------------------------------------------------------- products and inverses
BOOL = np.dtype(bool)


def _product(x: Array, y: Array) -> Array:
    if x.dtype is not y.dtype or x.dtype is BOOL:
        if x.dtype == BOOL:
            raise errors.error("not_for", op="matmul", dtype=x.dtype)
        if x.dtype != y.dtype:
            raise errors.error("same_dtype", first=x.dtype, second=y.dtype)
    return product(x, y)


def product(x: Array, y: Array) -> Array:
    """``x @ y``; of two matrices by NumPy's other way there, which starts sooner."""
    return x.dot(y) if type(x) is np.ndarray and x.ndim == y.ndim == 2 else np.matmul(x, y)


def row(x: Array) -> Array:
    return TABLE["unsqueeze"](x, dim=-2)


def column(x: Array) -> Array:
    return TABLE["unsqueeze"](x, dim=-1)


def _flat(x: Array) -> Array:
    return TABLE["squeeze"](x, dim=-1)


def _left(g: Array, y: Array, shapes: Any) -> Array:
    """The contribution to the left factor of x @ y is g @ yᵀ; a vector there is one row."""
    if len(shapes[0]) == len(shapes[1]) == 2:
        return matmul(g, y.T)
    if len(shapes[1]) == 1:
        return column(g) * y if len(shapes[0]) > 1 else g * y
    if len(shapes[0]) == 1:
        return _fit(_flat(matmul(y, column(g))), shapes[0])
    return _fit(matmul(g, mT(y)), shapes[0])


def _right(g: Array, x: Array, shapes: Any) -> Array:
    """The contribution to the right factor of x @ y is xᵀ @ g; a vector there is one column."""
    if len(shapes[0]) == len(shapes[1]) == 2:
        return matmul(x.T, g)
    if len(shapes[0]) == 1:
        return _fit(column(x) * row(g) if len(shapes[1]) > 1 else g * x, shapes[1])
    if len(shapes[1]) == 1:
        return _fit(_flat(matmul(mT(x), column(g))), shapes[1])
    return _fit(matmul(mT(x), g), shapes[1])


def _fit(x: Array, shape: tuple[int, ...]) -> Array:
    """Axes before the last two are broadcast, and so summed back."""
    return x if x.shape == shape else sum_to(x, to=shape)


def floats(x: Array) -> Array:
    """``x``, unless it holds integers: those are refused, as in PyTorch."""
    if x.dtype.kind != "f":
        raise errors.error("not_for", op="linalg", dtype=x.dtype)
    return x


def of_floats(function: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """A function of matrices of floats."""
    return lambda x: function(floats(x))


def _solve(x: Array, y: Array) -> Array:
    """NumPy's solve, but for vectors, which in PyTorch there may be several of."""
    if x.dtype != y.dtype or x.dtype.kind != "f":
        raise errors.error("same_dtype", first=x.dtype, second=y.dtype)
    return np.linalg.solve(x, y[..., None])[..., 0] if _vectors(x.shape, y.shape) else np.linalg.solve(x, y)


def _vectors(matrices: Any, others: Any) -> bool:
    """Whether the right sides of systems of equations are vectors, not matrices."""
    return len(others) == 1 or (len(matrices) > 2 and others == matrices[:-1])


def _solve_x(g: Array, x: Array, out: Array, shapes: Any) -> Array:
    if _vectors(*shapes):
        g, out = column(g), column(out)
    return -_fit(matmul(solve(mT(x), g), mT(out)), shapes[0])


def _solve_y(g: Array, x: Array, shapes: Any) -> Array:
    back = _flat(solve(mT(x), column(g))) if _vectors(*shapes) else solve(mT(x), g)
    return _fit(back, shapes[1])


matmul: Op = linear("matmul", _product, ufunc=np.matmul, local=("g @ y.T", "x.T @ g"), x=_left, y=_right,
                    title=lambda node: _PRODUCTS.get(tuple(map(len, node.params["shapes"])), "Bmm"))
mT: Op = linear(  # noqa: N816
    "mT", lambda x: np.swapaxes(x, -1, -2), on="", local=("g.T",), x=lambda g: mT(g), view=True,
    title="Transpose")
inverse: Op = other("inverse", of_floats(np.linalg.inv), title="LinalgInvEx", local=("-out.T @ g @ out.T",),
                    x=lambda g, out: -matmul(matmul(mT(out), g), mT(out)))
solve: Op = other("solve", _solve, on="", title="LinalgSolveEx",
                  local=("-solve(x.T, g) @ out.T", "solve(x.T, g)"), x=_solve_x, y=_solve_y)
other("det", of_floats(np.linalg.det), local=("g*out*inverse(x).T",), title="LinalgDet",
      x=lambda g, x, out: column(column(g * out)) * mT(inverse(x)))
other("logdet", of_floats(lambda x: np.log(np.linalg.det(x))), local=("g*inverse(x).T",),
      x=lambda g, x: column(column(g)) * mT(inverse(x)))
_PRODUCTS: dict[tuple[int, ...], str] = {(1, 1): "Dot", (2, 1): "Mv", (2, 2): "Mm", (1, 2): "Mm"}


# -------------------------------------------------------------------- matrices, by position
def _matrix(x: Array, op: str) -> Array:
    """``x``, if it has two axes at least: NumPy would stretch a vector."""
    if x.ndim < 2:
        raise errors.error("no_matrix", op=op, shape=x.shape)
    return x


def _one_matrix(x: Array) -> Array:
    """``x``, if it has two axes: NumPy would take the traces of a stack of them."""
    if x.ndim != 2:
        raise errors.error("one_matrix", op="trace", shape=x.shape)
    return x


tril: Op = linear("tril", lambda x, diagonal=0: np.tril(_matrix(x, "tril"), diagonal), on="fmi",
                  local=("tril(g)",), x=lambda g, diagonal: tril(g, diagonal=diagonal))
triu: Op = linear("triu", lambda x, diagonal=0: np.triu(_matrix(x, "triu"), diagonal), on="fmi",
                  local=("triu(g)",), x=lambda g, diagonal: triu(g, diagonal=diagonal))
linear("trace", lambda x: np.trace(_one_matrix(x)), local=("g on the diagonal",),
       x=lambda g, shape: put_diagonal(spread(g, to=(min(shape),), dim=None, keepdim=False),
                                       to=shape, offset=0, dim1=0, dim2=1))


def _cholesky_x(g: Array, out: Array) -> Array:
    """What is below the diagonal counts, and half of the diagonal; then the mean of it and its transpose."""
    half = np.tril(np.ones(out.shape[-2:], out.dtype)) - np.eye(out.shape[-1], dtype=out.dtype) / 2
    back = inverse(out)
    whole = matmul(matmul(mT(back), matmul(mT(out), g) * half), back)
    return (whole + mT(whole)) / 2


other("cholesky", of_floats(lambda x: np.linalg.cholesky(_matrix(x, "cholesky"))), on="", title="LinalgCholeskyEx",
      local=("inverse(out).T @ tril(out.T @ g) @ inverse(out)",), x=_cholesky_x)


# -------------------------------------------------------------------- sums of products
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
        part = einsum([g, *others], equation=f"{names}->{inner}")
        sent.append(_widen(part, inner, mine, xs[k].shape))
    return sent


def _widen(part: Array, inner: str, mine: str, shape: Any) -> Array:
    """Letters that only this factor had were summed over: stretch them; a repeated one is a diagonal."""
    sizes = dict(zip(mine, shape, strict=True))
    unique = "".join(dict.fromkeys(mine))
    whole = reshape(part, shape=tuple(sizes[c] if c in inner else 1 for c in unique))
    full = expand(whole, size=tuple(sizes[c] for c in unique))
    if unique == mine:
        return full
    count = math.prod(shape)
    places = np.einsum(f"{mine}->{unique}", np.arange(count).reshape(shape))
    return reshape(put(reshape(full, shape=(-1,)), to=(count,), index=(places.ravel(),)), shape=shape)


einsum: Op = linear(
    "einsum", lambda xs, equation: np.einsum(equation, *xs, optimize=len(xs) > 2), on="",
    local=("einsum with g in its place",), frees=lambda node: "," in node.params["equation"], xs=lambda g, xs, equation: _einsum_back(g, xs, equation))
