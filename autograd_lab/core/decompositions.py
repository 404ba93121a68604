"""THE TABLE, fifth part: matrices taken apart, and what is told by their parts.

The mathematics: Giles, "An extended collection of matrix derivative results for forward and reverse mode
algorithmic differentiation" (2008), section 3, for eigenvalues and determinants; Townsend, "Differentiating
the singular value decomposition" (2016); Walter and Lehmann, "Algorithmic differentiation of linear algebra
functions with application in optimum experimental design" (2012), for QR; Golub and Pereyra, "The
differentiation of pseudo-inverses" (1973).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import errors
from .matrices import column, floats, inverse, matmul, mT, row, solve, triu
from .op import TABLE, Array, other

Given = list[Any]  # the gradients of all results, None for one to which none came


def _diagonal(x: Array) -> Array:
    """Matrices with ``x`` on the diagonal."""
    return column(x) * _one(x)


def _one(x: Array) -> Array:
    return np.eye(x.shape[-1], dtype=x.dtype)


def _gaps(x: Array) -> Array:
    """How far each number is from each other one; 1 on the diagonal, by which it can be divided."""
    return row(x) - column(x) + _one(x)


def _cut(x: Array, dim: int, length: int) -> Array:
    """The first rows or columns."""
    return x if x.shape[dim] == length else TABLE["narrow"](x, dim=dim, start=0, length=length)


# -------------------------------------------------------------------- eigenvalues
def _eigh_x(given: Given, out: Array, vectors: Array) -> Array:
    """Where two eigenvalues are equal their vectors have no derivative: it is infinite, or NaN."""
    values_g, vectors_g = given
    if vectors_g is None:
        return matmul(vectors * row(values_g), mT(vectors))
    turned = matmul(mT(vectors), vectors_g)
    middle = (turned - mT(turned)) / 2 / _gaps(out)
    if values_g is not None:
        middle = middle + _diagonal(values_g)
    return matmul(vectors, matmul(middle, mT(vectors)))


def _eigh(x: Array, uplo: Any) -> tuple[Array, Array]:
    values, vectors = np.linalg.eigh(floats(x), uplo)
    return values, vectors


other("eigh", _eigh, extras=("vectors",), several=True, gives=("eigenvalues", "eigenvectors"),
      on="", title="LinalgEigh", x=_eigh_x,
      local=("V @ (diag(g) + (V.T @ G - G.T @ V)/(2*D)) @ V.T",))  # fmt: skip


# -------------------------------------------------------------------- singular values
def _svd_x(given: Given, out: Array, S: Array, Vh: Array) -> Array:  # noqa: N803 - their names
    """Where two singular values are equal their vectors have no derivative: it is infinite, or NaN."""
    left_g, values_g, right_g = given
    k = S.shape[-1]
    left, right = _cut(out, -1, k), _cut(Vh, -2, k)
    left_g = None if left_g is None else _cut(left_g, -1, k)
    right_g = None if right_g is None else _cut(right_g, -2, k)
    if left_g is None and right_g is None:
        return matmul(left * row(values_g), right)
    gaps, whole = _gaps(S * S), None
    parts = [] if values_g is None else [_diagonal(values_g)]
    if left_g is not None:
        turned = matmul(mT(left), left_g)
        parts.append((turned - mT(turned)) / gaps * row(S))
        if left.shape[-2] > k:  # what turns out of the space that the columns span
            rest = left_g / row(S)
            whole = matmul(rest - matmul(left, matmul(mT(left), rest)), right)
    if right_g is not None:
        turned = matmul(right, mT(right_g))
        parts.append(column(S) * ((turned - mT(turned)) / gaps))
        if right.shape[-1] > k:
            rest = right_g / column(S)
            whole = matmul(left, rest - matmul(matmul(rest, mT(right)), right))
    inner = matmul(left, matmul(sum(parts[1:], parts[0]), right))
    return inner if whole is None else inner + whole


def _svd(x: Array, full_matrices: bool) -> tuple[Array, Array, Array]:
    left, values, right = np.linalg.svd(floats(x), full_matrices)
    return left, values, right


other("svd", _svd, extras=("S", "Vh"), several=True, gives=("U", "S", "Vh"), on="",
      title="LinalgSvd", local=("U @ (diag(g) + (A*S + S*B)/D) @ V.T",), x=_svd_x)  # fmt: skip


# -------------------------------------------------------------------- QR
def _qr_tall(of_q: Array | None, of_r: Array | None, q: Array, r: Array) -> Array:
    """Where ``r`` is square."""
    inner = -matmul(mT(q), of_q) if of_q is not None else 0
    inner = triu(inner if of_r is None else matmul(of_r, mT(r)) + inner, diagonal=0)
    whole = matmul(q, (inner + mT(inner)) * (1 - _one(inner) / 2))
    return mT(solve(r, mT(whole if of_q is None else whole + of_q)))


def _qr_x(given: Given, out: Array, R: Array, mode: str, shape: Any) -> Array:  # noqa: N803
    """Columns beyond a square come of Q and their part of R: their gradient goes to both."""
    (of_q, of_r), (m, n) = given, shape[-2:]
    if mode == "r" or (mode == "complete" and m > n):
        raise errors.error("qr_derivative", mode=repr(mode))
    if m >= n:
        return _qr_tall(of_q, of_r, out, R)
    of_r = R * 0 if of_r is None else of_r
    (square, rest), (of_square, of_rest) = (
        [TABLE["narrow"](x, dim=-1, start=start, length=n) for start, n in ((0, m), (m, n - m))]
        for x in (R, of_r)
    )
    carried = matmul(matmul(out, rest), mT(of_rest))
    first = _qr_tall(carried if of_q is None else of_q + carried, of_square, out, square)
    return TABLE["cat"]([first, matmul(out, of_rest)], dim=-1)


def _qr(x: Array, mode: str) -> tuple[Array, Array]:
    if mode == "r":
        return np.zeros(0, x.dtype), np.linalg.qr(floats(x), "r")
    q, r = np.linalg.qr(floats(x), "complete" if mode == "complete" else "reduced")
    return q, r


other("qr", _qr, extras=("R",), several=True, gives=("Q", "R"), on="", title="LinalgQr",
      local=("(G + Q @ (M + M.T)) @ inverse(R).T",), x=_qr_x)  # fmt: skip


# -------------------------------------------------------------------- told by their parts
def _slogdet(x: Array) -> tuple[Array, Array]:
    sign, logarithm = np.linalg.slogdet(floats(x))
    return sign, logarithm


def _slogdet_x(given: Given, x: Array) -> Array | None:
    """The sign is flat."""
    _, g = given
    return None if g is None else column(column(g)) * mT(inverse(x))


def _pinv(x: Array, atol: float, rtol: float) -> Array:
    """Singular values too small to be told from 0 are taken for 0."""
    left, values, right = np.linalg.svd(floats(x), full_matrices=False)
    least = np.maximum(atol, rtol * values.max(-1, keepdims=True, initial=0))
    turned = np.where(values > least, 1 / values, 0)
    return mT(right) @ (column(turned) * mT(left))


def _pinv_x(g: Array, x: Array, out: Array) -> Array:
    """Each of its three parts follows from one of the equations that define it."""
    back = mT(g)
    turned = matmul(back, out)
    inner = matmul(turned, mT(out))
    whole = inner - mT(matmul(out, turned)) - matmul(matmul(x, out), inner)
    return whole + matmul(matmul(mT(out), out), back - matmul(turned, x))


other("slogdet", _slogdet, extras=("logabsdet",), several=True, gives=("sign", "logabsdet"), on="",
      title="LinalgSlogdet", local=("g*inverse(x).T",), x=_slogdet_x)  # fmt: skip
other("pinv", _pinv, on="", title="LinalgPinv",
      local=("-(out @ g.T @ out).T + (1 - x @ out) @ g.T @ out @ out.T + out.T @ out @ g.T @ (1 - out @ x)",),
      x=_pinv_x)  # fmt: skip
