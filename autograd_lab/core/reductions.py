"""THE TABLE, third part: reductions that pick or weigh elements, and running sums and products.

The mathematics: a maximum passes its gradient to the element it picked; where several are equal, any split
among them is a subgradient (Rockafellar, *Convex Analysis*, 1970, section 23). Products leave out one factor
at a time and never divide, so that zeros are no trouble.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .op import SYMMETRIC, TABLE, Array, linear, op, other
from .rules import count, cut, reduce_sum, sign, summed, where
from .shapes import cast, narrow, reshape, scatter

flip, cat, unsqueeze = TABLE["flip"], TABLE["cat"], TABLE["unsqueeze"]

# Entries are laid out by hand: what is computed, what is shown, the rules.
# fmt: off


# -------------------------------------------------------------------- what rules are written with
def widened(x: Array, dim: Any, keepdim: bool) -> Array:
    """A reduction's result, or the gradient of one, with the axes it was reduced along back in place."""
    return x if dim is None or keepdim else unsqueeze(x, dim=dim)


def _shared(g: Array, hit: Array, dim: Any, keepdim: bool) -> Array:
    """The gradient ``g`` of a reduction, split evenly among the elements that are ``hit``."""
    each = cast(hit, dtype=g.dtype)
    return widened(g, dim, keepdim) * (each / reduce_sum(each, dim=dim, keepdim=True))


def _same(x: Array, out: Array) -> Array:
    """Where ``x`` is ``out``; NaN is NaN."""
    return (x == out) | ((x != x) & (out != out))


def _shared_by_all(g: Array, x: Array, out: Array) -> Array:
    """As ``_shared``, where a reduction of all elements picked ``out``; 0 where none is that any more."""
    hit = _same(x, out)
    return cut(_shared(g, hit, None, False), ~hit)


def _put_back(g: Array, shape: Any, indices: Array, dim: int, keepdim: bool) -> Array:
    """Zeros in ``shape``, and ``g`` at ``indices`` along ``dim``: where a reduction took its result from."""
    if not shape:
        return g
    if not keepdim:
        g, indices = unsqueeze(g, dim=dim), np.expand_dims(indices, dim)
    return scatter(g, to=shape, dim=dim, index=indices)


# -------------------------------------------------------------------- the largest, smallest, middle one
def _along(reduce: Callable[..., Any]) -> Callable[..., Any]:
    """A function of NumPy's with PyTorch's names for its arguments."""
    return lambda x, dim=None, keepdim=False: reduce(x, axis=dim, keepdims=keepdim)


def _with_place(find: Callable[..., Any]) -> Callable[..., Any]:
    """The element that ``find`` finds along an axis, and its position there."""

    def forward(x: Array, dim: int, keepdim: bool = False) -> tuple[Array, Array]:
        if x.ndim == 0:
            return x, np.int64(0)
        place = np.expand_dims(find(x, axis=dim), dim)
        values = np.take_along_axis(x, place, dim)
        return (values, place) if keepdim else (np.squeeze(values, dim), np.squeeze(place, dim))

    return forward


def _middle(x: Array, axis: int = 0) -> Array:
    """Where the median stands: of two in the middle the lower one; NaN, where there is one. As in PyTorch."""
    order = np.argsort(x, axis=axis, kind="stable")
    middle = np.take(order, (x.shape[axis] - 1) // 2, axis=axis)
    nan = np.isnan(x)
    return np.where(nan.any(axis), nan.argmax(axis), middle)


def _median(x: Array) -> Array:
    flat = x.reshape(-1)
    return flat[_middle(flat)] if flat.size else x.dtype.type("nan")


for _name, _find, _ufunc in [("max", np.argmax, np.max), ("min", np.argmin, np.min)]:
    op(f"arg{_name}", _along(_find), elementwise=False, names=("input",), on="")
    other(f"a{_name}", _along(_ufunc), on="", local=("g where x is it",),
          x=lambda g, x, out, dim, keepdim: _shared(g, x == widened(out, dim, keepdim), dim, keepdim))
    other(f"{_name}_all", _ufunc, on="", local=("g where x is it",), title=f"{_name.title()}Backward1",
          x=_shared_by_all)
    other(f"{_name}_dim", _with_place(_find), on="", local=("g where x is it",), x=_put_back,
           extras=("indices",), gives=("values", "indices"), title=f"{_name.title()}Backward0")
other("median_all", _median, on="", local=("g where x is it",),
      x=_shared_by_all, title="MedianBackward0")
other("median_dim", _with_place(_middle), on="", local=("g where x is it",), x=_put_back,
       extras=("indices",), gives=("values", "indices"), title="MedianBackward1")
for _name, _test in {"all": np.all, "any": np.any}.items():
    op(_name, _along(_test), elementwise=False, names=("input",), on="", ufunc=_test)


# -------------------------------------------------------------------- how far elements are from their mean
def _var(x: Array, dim: Any = None, correction: Any = 1, keepdim: bool = False) -> Array:
    n = count(x.shape, dim)
    far = x - x.sum(axis=dim, keepdims=True) / n if n else x
    return (far * far).sum(axis=dim, keepdims=keepdim) / x.dtype.type(max(n - correction, 0))


def _std(x: Array, dim: Any = None, correction: Any = 1, keepdim: bool = False) -> Array:
    return np.sqrt(_var(x, dim, correction, keepdim))


def _from_mean(x: Array, dim: Any) -> Array:
    return x - reduce_sum(x, dim=dim, keepdim=True) / (count(x.shape, dim) or math.nan)


def _var_back(g: Array, x: Array, dim: Any, correction: Any, keepdim: bool) -> Array:
    freedom = count(x.shape, dim) - correction
    return widened(g, dim, keepdim) * (2 / freedom if freedom > 0 else math.inf) * _from_mean(x, dim)


def _std_back(g: Array, x: Array, out: Array, dim: Any, correction: Any, keepdim: bool) -> Array:
    """0 where all elements are equal: a subgradient."""
    return _var_back(cut(g / (2 * out), out == 0), x, dim, correction, keepdim)


other("var", _var, on="", local=("2*(x - mean)/n",), x=_var_back)
other("std", _std, on="", local=("(x - mean)/(n*out)",), x=_std_back)


# -------------------------------------------------------------------- products, and running sums and products
def _ones_like(x: Array) -> Array:
    return where(1, x, condition=True)


def _others(x: Array, dim: Any) -> Array:
    """At each place the product of all other elements (along ``dim``): of those before it and those after."""
    if not isinstance(dim, int):  # all of them
        return reshape(_others(reshape(x, shape=(-1,)), 0), shape=x.shape)
    n = x.shape[dim]
    if n < 2:
        return _ones_like(x)
    one = _ones_like(narrow(x, dim=dim, start=0, length=1))
    before = TABLE["cumprod"](narrow(x, dim=dim, start=0, length=n - 1), dim=dim)
    turned = flip(narrow(x, dim=dim, start=1, length=n - 1), dims=(dim,))
    after = flip(TABLE["cumprod"](turned, dim=dim), dims=(dim,))
    return cat([one, before], dim=dim) * cat([after, one], dim=dim)


def _cumsum_back(g: Array, dim: int) -> Array:
    """At each place the sum of ``g`` from there on."""
    return flip(TABLE["cumsum"](flip(g, dims=(dim,)), dim=dim), dims=(dim,)) if g.ndim else g


def _cumprod_back(g: Array, x: Array, dim: int) -> Array:
    """At k the product of those before, times g[k] + x[k+1] (g[k+1] + x[k+2] (…)), by Horner's scheme."""
    n = x.shape[dim] if x.ndim else 0
    if n < 2:
        return g
    gs, xs = ([narrow(one, dim=dim, start=k, length=1) for k in range(n)] for one in (g, x))
    sums = gs[-1:]
    for k in range(n - 2, -1, -1):
        sums.append(gs[k] + xs[k + 1] * sums[-1])
    before = TABLE["cumprod"](narrow(x, dim=dim, start=0, length=n - 1), dim=dim)
    return cat([_ones_like(xs[0]), before], dim=dim) * cat(sums[::-1], dim=dim)


other("prod_all", lambda x: x.prod(dtype=summed(x)), on="", local=("product of the others",),
      x=lambda g, x: g * _others(x, None), ufunc=np.prod, title="ProdBackward0")
other("prod_dim", lambda x, dim, keepdim=False: x.prod(axis=dim, keepdims=keepdim, dtype=summed(x)), on="",
      local=("product of the others",), title="ProdBackward1",
      x=lambda g, x, dim, keepdim: widened(g, dim, keepdim) * _others(x, dim))
linear("cumsum", lambda x, dim: np.cumsum(x, axis=dim, dtype=summed(x)) if x.ndim else x, on="i",
       local=("sum of g from here on",), x=_cumsum_back)
other("cumprod", lambda x, dim: np.cumprod(x, axis=dim, dtype=summed(x)) if x.ndim else x, on="i",
      local=("sum of g*out/x from here on",), x=_cumprod_back)


# -------------------------------------------------------------------- softmax and its kin
def _top(x: Array, dim: Any) -> Array:
    """The largest element along ``dim``, which exponents are taken relative to, so that none overflows."""
    return x.max(axis=dim, keepdims=True) if x.size else x.sum(axis=dim, keepdims=True)


def _logsumexp(x: Array, dim: Any, keepdim: bool = False) -> Array:
    top = _top(x, dim)
    top = np.where(np.isfinite(top), top, 0)
    out = np.log(np.exp(x - top).sum(axis=dim, keepdims=True)) + top
    return out if keepdim else np.squeeze(out, dim)


def _softmax(x: Array, dim: int) -> Array:
    e = np.exp(x - _top(x, dim))
    return e / e.sum(axis=dim, keepdims=True)


def _log_softmax(x: Array, dim: int) -> Array:
    lower = x - _top(x, dim)
    return lower - np.log(np.exp(lower).sum(axis=dim, keepdims=True))


other("logsumexp", _logsumexp, on="", local=("g*exp(x - out)",),
      x=lambda g, x, out, dim, keepdim: widened(g, dim, keepdim) * np.exp(x - widened(out, dim, keepdim)))
# Bridle, "Probabilistic interpretation of feedforward classification network outputs" (1990). Its Jacobian is
# symmetric: out on the diagonal, less out outᵀ.
other("softmax", _softmax, on="", jacobian=SYMMETRIC, local=("out*(g - sum(g*out))",),
      x=lambda g, out, dim: out * (g - reduce_sum(g * out, dim=dim, keepdim=True)))
other("log_softmax", _log_softmax, on="", local=("g - exp(out)*sum(g)",),
      x=lambda g, out, dim: g - np.exp(out) * reduce_sum(g, dim=dim, keepdim=True))


# -------------------------------------------------------------------- norms
def _norm(x: Array, p: float = 2, dim: Any = None, keepdim: bool = False) -> Array:
    if math.isinf(p):
        return (np.max if p > 0 else np.min)(np.abs(x), axis=dim, keepdims=keepdim)
    if p == 0:
        return (x != 0).sum(axis=dim, keepdims=keepdim, dtype=x.dtype)
    if p == 2:
        return np.sqrt((x * x).sum(axis=dim, keepdims=keepdim))
    return (np.abs(x) ** p).sum(axis=dim, keepdims=keepdim) ** (1 / p)


def _norm_back(g: Array, x: Array, out: Array, p: float, dim: Any, keepdim: bool) -> Array:
    """sign(x) (|x| / out)^(p-1), and 0 where the norm is 0: a subgradient."""
    if p == 0:
        return cut(widened(g, dim, keepdim) * x, True)
    out = widened(out, dim, keepdim)
    if math.isinf(p):
        return _shared(g, _same(np.abs(x), out), dim, keepdim) * sign(x)
    g = widened(g, dim, keepdim)
    if p == 1:
        return g * sign(x)
    ratio = x / out if p == 2 else sign(x) * cut((np.abs(x) / out) ** (p - 1), x == 0)
    return g * cut(ratio, out == 0)


other("norm", _norm, on="", local=("g*x/out",), x=_norm_back, title="LinalgVectorNorm")
