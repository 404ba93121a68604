"""Methods that change a Variable in place, where the table's entries are not enough."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import errors
from ..core import inplace
from ..core.modes import is_grad_enabled
from ..core.op import TABLE
from ..core.record import apply, made
from ..core.variable import Variable
from .parts import number
from .reductions import given
from .table import METHODS as GENERATED
from .table import in_place


def fill_(self: Variable, value: Any) -> Any:
    """Set every element to ``value``, a number or a Variable without axes.

    Raises RuntimeError where it has axes, or the dtype can't hold it.

    >>> Variable([1.0, 2.0]).fill_(3)
    tensor([3., 3.])
    """
    return inplace.change(self, TABLE["fill"], "fill_()", (number(value, self, "fill_"),), {})


def zero_(self: Variable) -> Any:
    """Set every element to 0.

    >>> Variable([1.0, 2.0]).zero_()
    tensor([0., 0.])
    """
    return inplace.change(self, TABLE["zero"], "zero_()", (), {})


def copy_(self: Variable, src: Any, non_blocking: bool = False) -> Any:
    """Put the numbers of ``src`` in place of these; the gradient goes to them instead.

    Raises TypeError where it is no Variable or number, RuntimeError where its shape doesn't fit.

    >>> Variable([1.0, 2.0]).copy_(Variable([3.0, 4.0]))
    tensor([3., 4.])
    """
    if src is self and not (self._learns and is_grad_enabled()):
        inplace.count(self, "copy_()")
        return self
    source = src if isinstance(src, Variable) else made(np.asarray(number(src, self, "copy_")))
    if source._array.dtype != self._array.dtype:
        source = apply(TABLE["cast"], (source,), {"dtype": self._array.dtype})
    return inplace.change(self, TABLE["copy"], "copy_()", (source,), {})


def div_(self: Variable, other: Any, *, rounding_mode: str | None = None) -> Any:
    """:func:`div` in place. Raises RuntimeError for integers, unless the quotient is rounded.

    >>> Variable([7.0, -7.0]).div_(2, rounding_mode="floor")
    tensor([ 3., -4.])
    """
    if rounding_mode is None:
        return GENERATED["div_"](self, other)
    if rounding_mode not in ("floor", "trunc"):
        raise errors.error("rounding_mode", mode=repr(rounding_mode))
    return inplace.change(self, TABLE["div_rounded"], "div_()", (other,), {"rounding_mode": rounding_mode})


def clamp_(self: Variable, min: Any = None, max: Any = None) -> Any:
    """:func:`clamp` in place. Raises RuntimeError where no bound is given.

    >>> clamp_(Variable([-2.0, 2.0]), -1, 1)
    tensor([-1.,  1.])
    """
    bounds = tuple(bound for bound in (min, max) if bound is not None)
    if not bounds:
        raise errors.error("no_bounds")
    if not any(isinstance(bound, Variable) for bound in bounds):
        return inplace.change(given(self, "clamp_"), TABLE["clamp"], "clamp_()", (), {"min": min, "max": max})
    name = "clamp_high" if min is None else "clamp_low" if max is None else "clamp_both"
    return inplace.change(self, TABLE[name], "clamp_()", bounds, {})


def clamp_min_(self: Variable, min: Any) -> Any:
    """:func:`clamp_` from below.

    >>> Variable([-2.0, 2.0]).clamp_min_(0)
    tensor([0., 2.])
    """
    return clamp_(self, min)


def clamp_max_(self: Variable, max: Any) -> Any:
    """:func:`clamp_` from above.

    >>> Variable([-2.0, 2.0]).clamp_max_(0)
    tensor([-2.,  0.])
    """
    return clamp_(self, max=max)


ENTRIES = ("cumsum", "cumprod", "logical_and", "logical_or", "logical_xor", "logical_not", "bitwise_and",
           "bitwise_or", "bitwise_xor", "bitwise_not")  # fmt: skip
METHODS: dict[str, Any] = {f"{name}_": in_place(TABLE[name]) for name in ENTRIES}
METHODS |= {f.__name__: f for f in (fill_, zero_, copy_, div_, clamp_, clamp_min_, clamp_max_)}
METHODS |= {"clip_": clamp_, "divide_": div_, "true_divide_": div_}
METHODS |= {f"{other}_": GENERATED[f"{name}_"] for other, name in (
    ("absolute", "abs"), ("multiply", "mul"), ("negative", "neg"))}  # fmt: skip
