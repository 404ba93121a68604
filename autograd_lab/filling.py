"""Variables filled with random numbers, in place: in the order in which their elements lie in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from .core.variable import Variable
from .generator import Generator, default_generator, greatest


def uniform_(tensor: Any, low: float = 0.0, high: float = 1.0, generator: Generator | None = None) -> Any:
    """Fill it with uniform numbers from ``low`` to ``high``, which is left out, and return it.

    Like all functions here that end in ``_``: any shape, raises NotImplementedError for a dtype that the
    numbers do not fit, and RuntimeError for a leaf that requires grad, unless under no_grad.

    >>> uniform_(Variable([0.0, 0.0]), 3.0, 4.0, Generator().manual_seed(0))
    tensor([3.4963, 3.7682])
    """
    array, stream = array_of(tensor), generator or default_generator
    return _fill(tensor, in_memory_order(array, stream.uniform(array.size, array.dtype, low, high)))


def normal_(tensor: Any, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> Any:
    """Fill it with normal numbers, and return it. Raises RuntimeError for a negative ``std`` too.

    >>> normal_(Variable([0.0, 0.0]), 5.0, 0.5, Generator().manual_seed(0))
    tensor([5.7705, 4.8533])
    """
    array, stream = array_of(tensor), generator or default_generator
    whole = array.flags.c_contiguous
    return _fill(tensor, in_memory_order(array, stream.normal(array.size, array.dtype, mean, std, whole)))


def bernoulli_(tensor: Any, p: Any = 0.5, generator: Generator | None = None) -> Any:
    """Fill it with ones, with probability ``p``, and zeros, and return it.

    ``p`` is a number, or has one for each element, broadcast. Raises RuntimeError for what is no probability.

    >>> bernoulli_(Variable([0.0, 0.0, 0.0]), 0.8, Generator().manual_seed(0))
    tensor([0., 1., 1.])
    """
    array, stream = array_of(tensor), generator or default_generator
    if hasattr(p, "dtype"):
        p = np.broadcast_to(array_of(p), array.shape).transpose(_axes(array)).ravel()
    return _fill(tensor, in_memory_order(array, stream.bernoulli(array.size, p)))


def exponential_(tensor: Any, lambd: float = 1.0, generator: Generator | None = None) -> Any:
    """Fill it with exponential numbers of rate ``lambd``, and return it. Integers are a RuntimeError.

    >>> exponential_(Variable([0.0, 0.0]), generator=Generator().manual_seed(0))
    tensor([3.5083, 1.2304])
    """
    array, stream = array_of(tensor), generator or default_generator
    return _fill(tensor, in_memory_order(array, stream.exponential(array.size, array.dtype, lambd)))


def random_(tensor: Any, *limits: int | None, generator: Generator | None = None) -> Any:
    """Fill it with integers, and return it.

    They go from the first of two ``limits`` up to the second, which is left out; from 0 up to a single one;
    up to the greatest of the dtype for none, or where the second is None.

    >>> random_(Variable([0.0, 0.0, 0.0]), 10, generator=Generator().manual_seed(0))
    tensor([4., 9., 3.])
    """
    array, stream = array_of(tensor), generator or default_generator
    if not limits:
        return _fill(tensor, in_memory_order(array, stream.any_integers(array.size, array.dtype)))
    low, high = (0, *limits)[-2:]
    high = greatest(array.dtype) + 1 if high is None else high
    return _fill(tensor, in_memory_order(array, stream.integers(array.size, low or 0, high, array.dtype)))


def dropout_noise(array: Any, p: float) -> Any:
    """What dropout multiplies ``array`` with: 0 with probability ``p``, else 1 / (1 - p), in its dtype.

    PyTorch draws no numbers where ``p`` is 0 or 1; nor may who calls this.
    """
    kept = default_generator.bernoulli(array.size, 1 - p).astype(array.dtype)
    return in_memory_order(array, kept / array.dtype.type(1 - p))


# ------------------------------------------------------------------ Variables and their memory
def array_of(tensor: Any) -> Any:
    """The numbers of a Variable, in its own memory."""
    return tensor._boxed()


def _fill(tensor: Any, values: Any) -> Any:
    tensor[...] = Variable(values)
    return tensor


def _axes(array: Any) -> list[int]:
    """Its axes as they lie in memory, the one with the longest way between neighbours first."""
    return sorted(range(array.ndim), key=lambda axis: -abs(array.strides[axis]))


def in_memory_order(array: Any, numbers: Any) -> Any:
    """Flat numbers in the shape of ``array``, placed in the order in which its elements lie in memory."""
    axes = _axes(array)
    return np.moveaxis(numbers.reshape([array.shape[axis] for axis in axes]), range(array.ndim), axes)
