"""Functions over a whole Variable or along axes, where PyTorch's arguments need reading first."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..base import dtypes, errors
from ..core.modes import is_grad_enabled
from ..core.op import TABLE
from ..core.record import apply
from ..core.variable import Variable
from .table import OTHER_NAMES, into

HERE: dict[str, Callable[..., Any]] = {}


def here(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function public, as one of the package and as a method: it takes NumPy's words, too."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            kwargs = {OTHER_NAMES.get(name, name): value for name, value in kwargs.items()}
        return function(*args, **kwargs)

    HERE[function.__name__] = run
    return function


def brief(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a public function the table's short way where it is called on floats alone."""
    op, run = TABLE[function.__name__], HERE[function.__name__]

    @functools.wraps(function)
    def quick(*args: Any, **kwargs: Any) -> Any:
        if (
            len(args) == 1
            and not kwargs
            and isinstance(x := args[0], Variable)
            and x._array.dtype.kind == "f"
        ):
            return op.short(x, 2)
        return run(*args, **kwargs)

    HERE[function.__name__] = quick
    return function


# -------------------------------------------------------------------- reading arguments
def given(input: Any, function: str) -> Any:
    """The Variable that a function was called on. Raises TypeError for anything else."""
    if not isinstance(input, Variable):
        raise errors.error("not_a_variable", function=function, argument="input", got=type(input).__name__)
    return input


def dims(input: Any, dim: Any) -> Any:
    """Axes as the table takes them; None for all.

    Raises IndexError where there is no such axis, RuntimeError where one is named twice.
    """
    if dim is None:
        return None
    if not isinstance(dim, list | tuple):
        axis = errors.checked_dim(operator.index(dim), input.ndim)
        return axis if input.ndim else ()  # a Variable without axes is its own sum
    axes = tuple(errors.checked_dim(d, input.ndim) for d in dim)
    for d in axes:
        if axes.count(d) > 1:
            raise errors.error("same_dim_twice", dim=d)
    return axes if axes and input.ndim else tuple(range(input.ndim))


def one_dim(input: Any, dim: Any) -> int:
    """One axis, counted from the first. Raises IndexError where there is no such axis."""
    return errors.checked_dim(operator.index(dim), input.ndim)


def floating(input: Any, function: str) -> Any:
    """A Variable of floats. Raises RuntimeError for others."""
    if given(input, function)._array.dtype.kind != "f":
        raise errors.error("needs_floats", function=function, variable=input)
    return input


def cast(input: Any, dtype: Any) -> Any:
    """The Variable in another dtype, where one was asked for.

    Raises RuntimeError where it learns, and could not in that dtype.
    """
    if dtype is not None and input._learns and is_grad_enabled() and dtypes.plain(dtype).kind != "f":
        raise errors.error("integers_learn", dtype=dtype, variable=input)
    return input if dtype is None or dtypes.plain(dtype) == input._array.dtype else input.to(dtype)


def something(input: Any, function: str, dim: Any, kind: str = "nothing_along") -> None:
    """Raise where there is no element to pick: IndexError along an axis, RuntimeError at all."""
    if not input._array.size:
        if dim is None:
            raise errors.error("nothing_to_reduce", function=function, variable=input)
        for d in (dim,) if isinstance(dim, int) else dim:
            if not input.shape[d]:
                raise errors.error(kind, function=function, variable=input, dim=d)


# -------------------------------------------------------------------- sums, means, products
@brief
@here
def sum(
    input: Variable, dim: Any = None, keepdim: bool = False, *, dtype: Any = None, out: Any = None
) -> Any:
    """The sum of all elements, or along ``dim``.

    Args:
        input: of any shape; integers and bools are summed as int64.
        dim: an axis, or several; negative ones count from the last.
        keepdim: leave the axes summed over in place, each of length 1.
        dtype: turn the elements into it first.

    Raises:
        IndexError: there is no such axis.
        RuntimeError: an axis is named twice.

    >>> Variable([[1.0, 2.0], [3.0, 4.0]]).sum(dim=0)
    tensor([4., 6.])
    """
    x = cast(given(input, "sum"), dtype)
    total = apply(TABLE["sum"], (x,), {"dim": dims(x, dim), "keepdim": keepdim})
    return into(out, total if dtype is None else cast(total, dtype))


@brief
@here
def mean(
    input: Variable, dim: Any = None, keepdim: bool = False, *, dtype: Any = None, out: Any = None
) -> Any:
    """The mean of all elements, or along ``dim``; for arguments and errors see :func:`sum`.

    Raises RuntimeError for integers and bools.

    >>> Variable([[1.0, 2.0], [3.0, 4.0]]).mean(dim=0, keepdim=True)
    tensor([[2., 3.]])
    """
    if (dtypes.plain(dtype) or given(input, "mean")._array.dtype).kind != "f":
        raise errors.error("no_mean", variable=input)
    x = cast(input, dtype)
    return into(out, apply(TABLE["mean"], (x,), {"dim": dims(x, dim), "keepdim": keepdim}))


@here
def prod(input: Variable, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """The product of all elements, or along the axis ``dim``.

    >>> prod(Variable([[1.0, 2.0], [3.0, 4.0]]), 1)
    tensor([ 2., 12.])
    """
    x = cast(given(input, "prod"), dtype)
    if dim is None:
        out = apply(TABLE["prod_all"], (x,), {})
    else:
        out = apply(TABLE["prod_dim"], (x,), {"dim": dims(x, operator.index(dim)), "keepdim": keepdim})
    return out if dtype is None else cast(out, dtype)


def _running(name: str, what: str, shown: str) -> Callable[..., Any]:
    def run(input: Variable, dim: int, *, dtype: Any = None) -> Any:
        x = cast(given(input, name), dtype)
        return apply(TABLE[name], (x,), {"dim": one_dim(x, dim)})

    run.__name__ = run.__qualname__ = name
    run.__doc__ = (
        f"{what} from the start to each place along ``dim``; integers become int64.\n\n"
        "Raises IndexError where there is no such axis.\n\n"
        f">>> {name}(Variable([1.0, 2.0, 3.0]), 0)\n{shown}\n"
    )
    return here(run)


cumsum = _running("cumsum", "Sums", "tensor([1., 3., 6.])")
cumprod = _running("cumprod", "Products", "tensor([1., 2., 6.])")


# -------------------------------------------------------------------- variance
def _from_mean(name: str, input: Any, dim: Any, unbiased: Any, keepdim: bool, correction: Any) -> Any:
    if isinstance(dim, bool):  # var(False) is var(unbiased=False)
        dim, unbiased = None, dim
    chosen = int(unbiased in (None, True)) if correction is None else correction
    x = floating(input, name)
    return apply(TABLE[name], (x,), {"dim": dims(x, dim), "correction": chosen, "keepdim": keepdim})


@here
def var(
    input: Variable, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = None
) -> Any:
    """The variance of all elements, or along ``dim``: squares from the mean, added up, over n - correction.

    Raises RuntimeError for integers and bools.

    >>> var(Variable([1.0, 2.0, 3.0]))
    tensor(1.)
    """
    return _from_mean("var", input, dim, unbiased, keepdim, correction)


@here
def std(
    input: Variable, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = None
) -> Any:
    """The standard deviation: the square root of :func:`var`.

    >>> std(Variable([1.0, 2.0, 3.0]))
    tensor(1.)
    """
    return _from_mean("std", input, dim, unbiased, keepdim, correction)


# -------------------------------------------------------------------- the largest, smallest, middle one
def _picked(input: Any, name: str, dim: Any, keepdim: bool) -> Any:
    """The element picked of all, or (values, indices) along an axis."""
    axis = None if dim is None else one_dim(given(input, name), dim)
    if name == "median" and given(input, name)._array.dtype.kind == "b":
        raise errors.error("not_for", op=name, dtype="bool")
    if axis is None:
        if name != "median":
            something(input, name, None)
        return apply(TABLE[f"{name}_all"], (input,), {})
    something(input, name, dims(input, axis))
    return apply(TABLE[f"{name}_dim"], (input,), {"dim": axis, "keepdim": keepdim})


def _most(name: str, pair: str) -> Callable[..., Any]:
    def run(input: Variable, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
        second = dim if isinstance(dim, Variable) else other
        if second is not None:
            return apply(TABLE[pair], (given(input, name), second), {})
        return _picked(input, name, dim, keepdim)

    run.__name__ = run.__qualname__ = name
    run.__doc__ = (
        f"The {name}imum of all elements; along ``dim``, as (values, indices); or of two Variables.\n\n"
        "Raises IndexError where there is no such axis, or no element along it; RuntimeError where there is\n"
        "none at all.\n\n"
        f">>> {name}(Variable([1.0, 3.0, 2.0]))\ntensor({'3' if name == 'max' else '1'}.)\n"
    )
    return here(run)


max, min = _most("max", "maximum"), _most("min", "minimum")


@here
def median(input: Variable, dim: Any = None, keepdim: bool = False) -> Any:
    """The median of all elements, or (values, indices) along ``dim``; of two in the middle the lower one.

    >>> median(Variable([1.0, 3.0, 2.0]))
    tensor(2.)
    """
    return _picked(input, "median", dim, keepdim)


def _extreme(name: str, what: str, shown: str, *, place: bool) -> Callable[..., Any]:
    """``amax`` and ``amin``; ``argmax`` and ``argmin``, which say the ``place`` instead."""

    def run(input: Variable, dim: Any = None, keepdim: bool = False) -> Any:
        x = given(input, name)
        if place and x._array.dtype.kind == "b":
            raise errors.error("no_bools", op=name)
        axes = dims(x, operator.index(dim) if place and dim is not None else dim)
        something(x, name, axes if dim or dim == 0 else tuple(range(x.ndim)) if place else None)
        return apply(TABLE[name], (x,), {"dim": None if axes == () else axes, "keepdim": keepdim})

    run.__name__ = run.__qualname__ = name
    run.__doc__ = (
        f"{what} of all elements, or along ``dim``.\n\n"
        "Raises IndexError where there is no such axis, or no element along it; RuntimeError where there is\n"
        "none at all.\n\n"
        f">>> {name}(Variable([[1.0, 3.0]]), 1)\n{shown}\n"
    )
    return here(run)


amax = _extreme("amax", "The largest; equals share its gradient;", "tensor([3.])", place=False)
amin = _extreme("amin", "The smallest; equals share its gradient;", "tensor([1.])", place=False)
argmax = _extreme("argmax", "The position of the largest", "tensor([1])", place=True)
argmin = _extreme("argmin", "The position of the smallest", "tensor([0])", place=True)


def _holds(name: str, what: str) -> Callable[..., Any]:
    def run(input: Variable, dim: Any = None, keepdim: bool = False) -> Any:
        x = given(input, name)
        return apply(TABLE[name], (x,), {"dim": dims(x, dim), "keepdim": keepdim})

    run.__name__ = run.__qualname__ = name
    run.__doc__ = (
        f"Whether {what} of all elements, or of those along ``dim``.\n\n"
        f">>> {name}(Variable([True, False]))\ntensor({name == 'any'})\n"
    )
    return here(run)


all, any = _holds("all", "each holds"), _holds("any", "one holds")


# -------------------------------------------------------------------- norms, softmax and its kin
@here
def norm(input: Variable, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    """The p-norm of all elements, or along ``dim``: (Σ|x|ᵖ)^(1/p); "fro" and None are 2.

    >>> norm(Variable([3.0, 4.0]))
    tensor(5.)
    """
    if isinstance(p, str) and p != "fro":
        raise errors.error("no_norm", p=repr(p))
    x = floating(cast(given(input, "norm"), dtype), "norm")
    power, axes = 2.0 if p in ("fro", None) else float(p), dims(x, dim)
    if np.isinf(power):
        something(x, "norm", axes, "nothing_to_reduce")
    return apply(TABLE["norm"], (x,), {"p": power, "dim": axes, "keepdim": keepdim})


@here
def logsumexp(input: Variable, dim: Any, keepdim: bool = False) -> Any:
    """log Σ exp(x) along ``dim``, without overflow.

    >>> logsumexp(Variable([1.0, 1.0]), 0)
    tensor(1.6931)
    """
    x = given(input, "logsumexp")
    if dim is None:
        raise errors.error("missing", function="logsumexp", argument="dim")
    x = x if x._array.dtype.kind == "f" else x.to(dtypes.get_default_dtype())
    return apply(TABLE["logsumexp"], (x,), {"dim": dims(x, dim), "keepdim": keepdim})


def _softmax(name: str, what: str, shown: str) -> Callable[..., Any]:
    def run(input: Variable, dim: int, dtype: Any = None) -> Any:
        x = cast(given(input, name), dtype)
        axis = dims(x, operator.index(dim))
        if x._array.dtype.kind != "f":
            raise errors.error("floats_only", function=name, variable=x)
        return apply(TABLE[name], (x,), {"dim": axis})

    run.__name__ = run.__qualname__ = name
    run.__doc__ = (
        f"{what} along ``dim``: exp(x) / Σ exp(x), which sums to 1.\n\n"
        'Bridle, "Probabilistic interpretation of feedforward classification network outputs" (1990).\n\n'
        "Raises IndexError where there is no such axis, NotImplementedError for integers.\n\n"
        f">>> {name}(Variable([1.0, 1.0]), 0)\ntensor([{shown}])\n"
    )
    return here(run)


softmax = _softmax("softmax", "The softmax", "0.5000, 0.5000")
log_softmax = _softmax("log_softmax", "The logarithm of the softmax", "-0.6931, -0.6931")


# -------------------------------------------------------------------- counting, ordering
@here
def count_nonzero(input: Variable, dim: Any = None) -> Any:
    """How many elements are not 0.

    >>> count_nonzero(Variable([1.0, 0.0, 2.0]))
    tensor(2)
    """
    return sum(given(input, "count_nonzero") != 0, dim)


@here
def argsort(input: Variable, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """The indices that sort ``input`` along ``dim``.

    >>> argsort(Variable([3.0, 1.0, 2.0]))
    tensor([1, 2, 0])
    """
    axis = one_dim(given(input, "argsort"), dim)
    return apply(TABLE["sort"], (input,), {"dim": axis, "descending": descending, "stable": stable})[1]
