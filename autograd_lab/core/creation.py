"""Making Variables from numbers, and the table's operations as functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtypes
from .rules import TABLE
from .variable import Variable


def tensor(data: Any, *, dtype: Any = None, requires_grad: bool = False) -> Variable:
    """A leaf Variable with a copy of ``data``.

    Args:
        data: a number, numbers in lists, or an array; its shape becomes the Variable's.
        dtype: float32 for Python floats, int64 for integers, an array's own, unless given.
        requires_grad: whether backward works out a gradient for it.

    Raises:
        RuntimeError: ``requires_grad`` asked of integers or bools.
        ValueError: rows of different lengths.

    >>> tensor([[1.0, 2.0]])
    tensor([[1., 2.]])
    """
    return Variable(np.array(data, dtype=dtype or dtypes.default_for(data)), requires_grad)


def _shape(size: tuple[Any, ...]) -> tuple[int, ...]:
    """``zeros(2, 3)`` and ``zeros((2, 3))`` mean the same."""
    return tuple(size[0]) if len(size) == 1 and not isinstance(size[0], int) else size


def zeros(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Variable:
    """Zeros in the shape ``size``, float32 unless ``dtype`` says otherwise.

    >>> zeros(2)
    tensor([0., 0.])
    """
    return Variable(np.zeros(_shape(size), dtype or dtypes.DEFAULT), requires_grad)


def ones(*size: Any, dtype: Any = None, requires_grad: bool = False) -> Variable:
    """Ones in the shape ``size``, float32 unless ``dtype`` says otherwise.

    >>> ones(1, 2)
    tensor([[1., 1.]])
    """
    return Variable(np.ones(_shape(size), dtype or dtypes.DEFAULT), requires_grad)


def _function(name: str) -> Any:
    def run(input: Any, *others: Any) -> Any:
        return TABLE[name](input, *others)

    run.__name__ = run.__qualname__ = name
    run.__doc__ = (
        f"The operation ``{name}``, element by element unless it is ``matmul``; see the table in rules.py."
    )
    return run


def sum(input: Variable, dim: Any = None, keepdim: bool = False) -> Variable:
    """The sum of all elements, or along ``dim``."""
    return input.sum(dim, keepdim)


def mean(input: Variable, dim: Any = None, keepdim: bool = False) -> Variable:
    """The mean of all elements, or along ``dim``."""
    return input.mean(dim, keepdim)


add, sub, mul, div, neg = map(_function, ("add", "sub", "mul", "div", "neg"))
exp, log, sin, cos, sqrt = map(_function, ("exp", "log", "sin", "cos", "sqrt"))
tanh, sigmoid, relu = map(_function, ("tanh", "sigmoid", "relu"))
pow, matmul = map(_function, ("pow", "matmul"))
