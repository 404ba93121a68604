"""Making Variables from numbers, and the table's operations as functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtypes, errors
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
        TypeError: something in ``data`` is not a number.
        ValueError: rows of different lengths.

    >>> tensor([[1.0, 2.0]])
    tensor([[1., 2.]])
    """
    if not hasattr(data, "dtype") and isinstance(data, list | tuple):
        data = _lists(data)
    array = np.array(data, dtype=dtypes.plain(dtype) or dtypes.default_for(data))
    if array.dtype.kind not in dtypes.RANK:
        raise errors.not_numbers(data)
    return Variable(array, requires_grad)


def _lists(data: Any) -> Any:
    """The same lists with plain numbers in the place of Variables."""
    if isinstance(data, list | tuple):
        return [_lists(one) for one in data]
    return data.tolist() if isinstance(data, Variable) else data


def _shape(shape: tuple[Any, ...], size: Any) -> tuple[int, ...]:
    """``zeros(2, 3)``, ``zeros((2, 3))`` and ``zeros(size=(2, 3))`` mean the same."""
    if size is not None:
        shape = (size,)
    shape = tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], list | tuple) else shape
    if any(isinstance(n, int) and n < 0 for n in shape):
        raise errors.negative_size(shape)
    return shape


def zeros(*shape: Any, size: Any = None, dtype: Any = None, requires_grad: bool = False) -> Variable:
    """Zeros in the given shape, float32 unless ``dtype`` says otherwise.

    Raises RuntimeError for a negative size, and where ``requires_grad`` is asked of integers or bools.

    >>> zeros(2)
    tensor([0., 0.])
    """
    return Variable(np.zeros(_shape(shape, size), dtypes.plain(dtype) or dtypes.DEFAULT), requires_grad)


def ones(*shape: Any, size: Any = None, dtype: Any = None, requires_grad: bool = False) -> Variable:
    """Ones in the given shape, float32 unless ``dtype`` says otherwise.

    Raises RuntimeError for a negative size, and where ``requires_grad`` is asked of integers or bools.

    >>> ones(1, 2)
    tensor([[1., 1.]])
    """
    return Variable(np.ones(_shape(shape, size), dtypes.plain(dtype) or dtypes.DEFAULT), requires_grad)


def sum(input: Variable, dim: Any = None, keepdim: bool = False) -> Variable:
    """The sum of all elements, or along ``dim``; see :meth:`Variable.sum`.

    >>> sum(tensor([1.0, 2.0]))
    tensor(3.)
    """
    return _given(input, "sum").sum(dim, keepdim)


def mean(input: Variable, dim: Any = None, keepdim: bool = False) -> Variable:
    """The mean of all elements, or along ``dim``; see :meth:`Variable.mean`.

    >>> mean(tensor([1.0, 2.0]))
    tensor(1.5000)
    """
    return _given(input, "mean").mean(dim, keepdim)


def pow(input: Any, exponent: Any) -> Variable:
    """``input`` to the power ``exponent``, element by element: as ``input ** exponent``.

    >>> pow(tensor([2.0, 3.0]), 2)
    tensor([4., 9.])
    """
    return _of_two("pow", input, exponent)


def matmul(input: Variable, other: Variable) -> Variable:
    """The matrix product, as ``input @ other``; axes before the last two are broadcast.

    A vector on the left is one row, on the right one column, and the product has no such axis.

    Raises:
        RuntimeError: the shapes don't fit together.
        TypeError: one of them is a number.

    >>> matmul(tensor([[1.0, 2.0], [3.0, 4.0]]), tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    return _given(input, "matmul").matmul(other)


def _given(input: Any, name: str) -> Variable:
    if not isinstance(input, Variable):
        raise errors.not_a_variable(f"{name}()", "input", input)
    return input


def _of_two(name: str, input: Any, other: Any) -> Variable:
    if not isinstance(other, Variable):
        _given(input, name)
    return Variable._apply(TABLE[name], (input, other), {})


def _unary(name: str, example: str) -> Callable[[Variable], Variable]:
    def run(input: Variable) -> Variable:
        return Variable._apply(TABLE[name], (_given(input, name),), {})

    _describe(run, name, "``input``", example)
    return run


def _binary(name: str, example: str) -> Callable[[Any, Any], Variable]:
    def run(input: Any, other: Any) -> Variable:
        return _of_two(name, input, other)

    _describe(run, name, "``input`` and ``other``", example)
    return run


def _describe(run: Any, name: str, what: str, example: str) -> None:
    call, shown = example.split(" -> ")
    run.__name__ = run.__qualname__ = name
    run.__doc__ = (
        f"The operation ``{name}`` on {what}, element by element; see the table in rules.py.\n\n"
        f"Raises TypeError where no Variable is given.\n\n>>> {name}({call})\n{shown}\n"
    )


add = _binary("add", "tensor([1.0, 2.0]), 3 -> tensor([4., 5.])")
sub = _binary("sub", "tensor([1.0, 2.0]), 3 -> tensor([-2., -1.])")
mul = _binary("mul", "tensor([1.0, 2.0]), 3 -> tensor([3., 6.])")
div = _binary("div", "tensor([1, 2]), 4 -> tensor([0.2500, 0.5000])")
neg = _unary("neg", "tensor([1.0, 2.0]) -> tensor([-1., -2.])")
exp = _unary("exp", "tensor([0.0, 1.0]) -> tensor([1.0000, 2.7183])")
log = _unary("log", "tensor([1.0, 2.0]) -> tensor([0.0000, 0.6931])")
sin = _unary("sin", "tensor([0.0, 1.0]) -> tensor([0.0000, 0.8415])")
cos = _unary("cos", "tensor([0.0, 1.0]) -> tensor([1.0000, 0.5403])")
sqrt = _unary("sqrt", "tensor([4.0, 9.0]) -> tensor([2., 3.])")
tanh = _unary("tanh", "tensor([0.0, 1.0]) -> tensor([0.0000, 0.7616])")
sigmoid = _unary("sigmoid", "tensor([0.0, 1.0]) -> tensor([0.5000, 0.7311])")
relu = _unary("relu", "tensor([-1.0, 1.0]) -> tensor([0., 1.])")
