"""What ``torch.linalg`` has of norms, of matrices taken apart, and of what is told by their parts."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..base import errors
from ..core.op import TABLE, results
from ..core.record import apply, made
from ..core.variable import Variable
from . import arithmetic, shapes
from .creation import eye
from .reductions import amax, amin, cast, dims, floating, given, norm, sum

RESULTS = {
    name: results(name, names)
    for name, names in {
        "linalg_svd": ("U", "S", "Vh"), "svd": ("U", "S", "V"),
        "linalg_eigh": ("eigenvalues", "eigenvectors"),
        "linalg_qr": ("Q", "R"), "qr": ("Q", "R"), "linalg_slogdet": ("sign", "logabsdet"),
        "slogdet": ("sign", "logabsdet"),
        "linalg_lstsq": ("solution", "residuals", "rank", "singular_values"),
    }.items()
}  # fmt: skip


def _matrix(x: Any, function: str) -> Any:
    """The Variable that a function was called on, if it holds matrices of floats. Raises RuntimeError."""
    if given(x, function).ndim < 2:
        raise errors.error("no_matrix", op=f"linalg.{function}", shape=x.shape)
    return floating(x, f"linalg.{function}")


# -------------------------------------------------------------------- taken apart
def svd(A: Variable, full_matrices: bool = True) -> Any:  # noqa: N803 - PyTorch's names
    """U, S and Vh of ``A = U @ diag(S) @ Vh``, with the singular values S from the largest down.

    Gradients of U and Vh are infinite where singular values are equal, and stop at the columns that only
    ``full_matrices`` has. Raises RuntimeError for what is no matrix of floats.

    >>> svd(Variable([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    return RESULTS["linalg_svd"](apply(TABLE["svd"], (_matrix(A, "svd"),), {"full_matrices": full_matrices}))


def svdvals(A: Variable) -> Any:  # noqa: N803
    """The singular values, from the largest down. Raises RuntimeError for what is no matrix of floats.

    >>> svdvals(Variable([[3.0, 0.0], [0.0, 4.0]]))
    tensor([4., 3.])
    """
    return svd(A, False)[1]


def eigh(A: Variable, UPLO: str = "L") -> Any:  # noqa: N803
    """Eigenvalues, from the smallest up, and eigenvectors, which are columns, of a symmetric matrix.

    One triangle of it is read: the lower ("L") or the upper ("U"). Gradients of eigenvectors are infinite
    where eigenvalues are equal. Raises RuntimeError for what is no square matrix of floats.

    >>> eigh(Variable([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    tensor([1., 2.])
    """
    return RESULTS["linalg_eigh"](apply(TABLE["eigh"], (_matrix(A, "eigh"),), {"uplo": UPLO}))


def eigvalsh(A: Variable, UPLO: str = "L") -> Any:  # noqa: N803
    """The eigenvalues of a symmetric matrix, from the smallest up; see :func:`eigh`.

    >>> eigvalsh(Variable([[2.0, 1.0], [1.0, 2.0]])).round(decimals=4)
    tensor([1., 3.])
    """
    return eigh(A, UPLO)[0]


def qr(A: Variable, mode: str = "reduced") -> Any:  # noqa: N803
    """Q with orthonormal columns and an upper triangle R, of which ``A`` is the product.

    Raises RuntimeError for another ``mode`` than "reduced", "complete" or "r"; in backward for those that
    leave parts of Q free or out.

    >>> qr(Variable([[0.0, 2.0], [1.0, 0.0]])).R.abs()
    tensor([[1., 0.],
            [0., 2.]])
    """
    if mode not in ("reduced", "complete", "r"):
        raise errors.error("qr_mode", mode=repr(mode))
    return RESULTS["linalg_qr"](apply(TABLE["qr"], (_matrix(A, "qr"),), {"mode": mode}))


# -------------------------------------------------------------------- told by their parts
def slogdet(A: Variable) -> Any:  # noqa: N803
    """The sign of a determinant, and the logarithm of how far it is from 0.

    Raises RuntimeError for what is no square matrix of floats.

    >>> slogdet(Variable([[0.0, 1.0], [1.0, 0.0]]))
    torch.return_types.linalg_slogdet(
    sign=tensor(-1.),
    logabsdet=tensor(0.))
    """
    return RESULTS["linalg_slogdet"](apply(TABLE["slogdet"], (_matrix(A, "slogdet"),), {}))


def _least(x: Any, atol: Any, rtol: Any) -> tuple[float, float]:
    """Below which a singular value counts as 0: at all, and in proportion to the largest."""
    if rtol is None:
        rtol = 0.0 if atol else max(x.shape[-2:]) * float(np.finfo(x._array.dtype).eps)
    return float(atol or 0.0), float(rtol)


def pinv(A: Variable, *, atol: Any = None, rtol: Any = None) -> Any:  # noqa: N803
    """The pseudo-inverse of Moore and Penrose: what comes closest to an inverse, for any matrix.

    Singular values up to ``max(atol, rtol * the largest)`` count as 0.

    >>> pinv(Variable([[2.0, 0.0], [0.0, 0.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.0000]])
    """
    least = _least(_matrix(A, "pinv"), atol, rtol)
    return apply(TABLE["pinv"], (A,), dict(zip(("atol", "rtol"), least, strict=True)))


def matrix_rank(A: Variable, *, atol: Any = None, rtol: Any = None) -> Any:  # noqa: N803
    """How many singular values are not 0; see :func:`pinv`. It has no gradient.

    >>> matrix_rank(Variable([[2.0, 0.0], [0.0, 0.0]]))
    tensor(1)
    """
    values = svdvals(A).detach()._array
    least, share = _least(A, atol, rtol)
    large = values > np.maximum(least, share * values.max(-1, keepdims=True, initial=0))
    return made(np.asarray(large.sum(-1)))


def lstsq(A: Variable, B: Variable, rcond: Any = None, *, driver: Any = None) -> Any:  # noqa: N803
    """The ``solution`` X that brings ``A @ X`` closest to ``B``; of all of them the shortest.

    >>> lstsq(Variable([[1.0], [1.0]]), Variable([[1.0], [3.0]])).solution
    tensor([[2.0000]])
    """
    m, n = _matrix(A, "lstsq").shape[-2:]
    solution = arithmetic.matmul(pinv(A, rtol=rcond), _matrix(B, "lstsq"))
    rank, none = matrix_rank(A, rtol=rcond), made(np.zeros(0, A._array.dtype))
    full = m > n and driver not in (None, "gelsy") and bool((rank == n).all())
    residuals = sum((arithmetic.matmul(A, solution) - B) ** 2, -2) if full else none
    return RESULTS["linalg_lstsq"]((solution, residuals, rank, none))


def matrix_power(A: Variable, n: int) -> Any:  # noqa: N803
    """A square matrix multiplied by itself: ``n`` of them; for negative ``n`` so many of its inverse.

    Raises RuntimeError for what is no square matrix of floats.

    >>> matrix_power(Variable([[1.0, 1.0], [0.0, 1.0]]), 3)
    tensor([[1., 3.],
            [0., 1.]])
    """
    x, power = _matrix(A, "matrix_power"), operator.index(n)
    if x.shape[-1] != x.shape[-2]:
        raise errors.error("not_square", op="matrix_power", shape=x.shape)
    if power == 0:
        return apply(TABLE["copy"], (x, eye(x.shape[-1], dtype=x.dtype)), {})
    if power == 1:
        return x.clone()
    if power < 0:
        x, power = apply(TABLE["inverse"], (x,), {}), -power
    found = None
    while power:
        if power & 1:
            found = x if found is None else arithmetic.matmul(found, x)
        power >>= 1
        x = arithmetic.matmul(x, x) if power else x
    return found


# -------------------------------------------------------------------- norms
def matrix_norm(
    A: Variable,  # noqa: N803
    ord: Any = "fro",
    dim: Any = (-2, -1),
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Any:
    """The norm of matrices: "fro", "nuc" (the sum of the singular values), 2, -2, 1, -1, inf or -inf.

    Raises RuntimeError for another ``ord``, and for what is no matrix of floats.

    >>> matrix_norm(Variable([[3.0, 4.0], [0.0, 0.0]])), matrix_norm(Variable([[3.0, 4.0], [0.0, 0.0]]), 1)
    (tensor(5.), tensor(4.))
    """
    x = _matrix(cast(given(A, "matrix_norm"), dtype), "matrix_norm")
    axes = dims(x, dim)
    if (
        not isinstance(axes, tuple)
        or len(axes) != 2
        or ord not in ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)
    ):
        raise errors.error("no_norm", p=repr(ord))
    if ord == "fro":
        return norm(x, 2, axes, keepdim)
    if ord in ("nuc", 2, -2):
        rest = [k for k in range(x.ndim) if k not in axes]
        values = svdvals(shapes.permute(x, (*rest, *axes)))
        found = sum(values, -1) if ord == "nuc" else (amax if ord > 0 else amin)(values, -1)
        for axis in sorted(axes) if keepdim else ():
            found = shapes.unsqueeze(found, axis)
        return found
    inner, outer = axes if abs(ord) == 1 else axes[::-1]
    left = outer if keepdim or outer < inner else outer - 1
    return (amax if ord > 0 else amin)(sum(x.abs(), inner, keepdim), left, keepdim)


def linalg_norm(
    A: Variable,  # noqa: N803
    ord: Any = None,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Any:
    """The norm of a vector; of a matrix where ``ord`` is named, see :func:`matrix_norm`.

    Raises RuntimeError for another ``ord``, and where there are more than two axes and none is named.

    >>> linalg_norm(Variable([[3.0, 4.0], [0.0, 0.0]])), linalg_norm(Variable([[3.0, 4.0], [0.0, 0.0]]), 1)
    (tensor(5.), tensor(4.))
    """
    x = cast(given(A, "norm"), dtype)
    axes = tuple(range(x.ndim)) if dim is None else dims(x, dim)
    if ord is None or isinstance(axes, int) or (len(axes) == 1 and not isinstance(ord, str)):
        return norm(x, 2 if ord is None else ord, dim, keepdim)
    if len(axes) != 2:
        raise errors.error("no_norm", p=repr(ord))
    return matrix_norm(x, ord, axes, keepdim)


def vector_norm(
    x: Variable, ord: float = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """:func:`norm` as ``linalg`` has it.

    >>> vector_norm(Variable([3.0, 4.0]))
    tensor(5.)
    """
    return norm(x, ord, dim, keepdim, dtype)


def cond(A: Variable, p: Any = None) -> Any:  # noqa: N803
    """How much a matrix can blow up an error: its norm times that of its inverse; with None or 2, the largest
    singular value over the smallest.

    >>> cond(Variable([[2.0, 0.0], [0.0, 1.0]]))
    tensor(2.)
    """
    if p in (None, 2, -2):
        values = svdvals(A)
        first, last = values[..., 0], values[..., -1]
        return last / first if p == -2 else first / last
    return matrix_norm(A, p) * matrix_norm(apply(TABLE["inverse"], (_matrix(A, "cond"),), {}), p)


# -------------------------------------------------------------------- by the names they have in torch
def _svd(input: Variable, some: bool = True, compute_uv: bool = True) -> Any:
    """As ``linalg.svd``, but with V in place of Vh, and thin matrices if ``some``.

    >>> from autograd_lab import svd
    >>> svd(Variable([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    u, s, vh = svd(input, not some)
    return RESULTS["svd"]((u, s, shapes.transpose(vh, -2, -1)))


def _qr(input: Variable, some: bool = True) -> Any:
    """As ``linalg.qr``, with complete matrices if not ``some``.

    >>> from autograd_lab import qr
    >>> qr(Variable([[2.0]])).R.abs()
    tensor([[2.]])
    """
    return RESULTS["qr"](qr(input, "reduced" if some else "complete"))


def _slogdet(input: Variable) -> Any:
    """As ``linalg.slogdet``.

    >>> from autograd_lab import slogdet
    >>> slogdet(Variable([[1.0]])).logabsdet
    tensor(0.)
    """
    return RESULTS["slogdet"](slogdet(input))


def pinverse(input: Variable, rcond: float = 1e-15) -> Any:
    """As ``linalg.pinv``.

    >>> from autograd_lab import pinverse
    >>> pinverse(Variable([[2.0]]))
    tensor([[0.5000]])
    """
    return pinv(input, rtol=rcond)


FUNCTIONS = {"svd": _svd, "qr": _qr, "slogdet": _slogdet, "pinverse": pinverse, "matrix_power": matrix_power}
METHODS = FUNCTIONS
