"""Random numbers: for one seed, the numbers that PyTorch's CPU generator gives.

Every function here takes a ``generator`` to draw from, in place of the one that ``manual_seed`` starts anew,
and makes float32 numbers, where no other default dtype is set, unless ``dtype`` says otherwise.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from .base import dtypes, errors
from .core.variable import Variable
from .filling import (
    array_of,
    bernoulli_,
    dropout_noise,
    exponential_,
    in_memory_order,
    normal_,
    random_,
    uniform_,
)
from .functions.creation import tensor
from .functions.table import into
from .generator import Generator, default_generator, on_cpu

__all__ = [
    "Generator",
    "bernoulli",
    "bernoulli_",
    "default_generator",
    "dropout_noise",
    "exponential_",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "multinomial",
    "normal",
    "normal_",
    "rand",
    "rand_like",
    "randint",
    "randint_like",
    "randn",
    "randn_like",
    "random_",
    "randperm",
    "seed",
    "set_rng_state",
    "uniform_",
]


# ------------------------------------------------------------------ the stream that all share
def manual_seed(seed: int) -> None:
    """Start the stream anew: what is drawn after it is what PyTorch draws after the same seed.

    Raises ValueError for a seed outside -2**63 ... 2**64 - 1.

    >>> manual_seed(0); randn(2)
    tensor([ 1.5410, -0.2934])
    """
    default_generator.manual_seed(int(seed))


def seed() -> int:
    """Start the stream anew with a seed from the operating system, and return it."""
    return default_generator.seed()


def initial_seed() -> int:
    """The seed that the stream last started with.

    >>> manual_seed(7); initial_seed()
    7
    """
    return default_generator.initial_seed()


def get_rng_state() -> Variable:
    """All that decides what comes next, as uint8 numbers, the same as PyTorch's.

    >>> state = get_rng_state(); first = rand(1)
    >>> set_rng_state(state); bool(rand(1) == first)
    True
    """
    state: Variable = default_generator.get_state()
    return state


def set_rng_state(new_state: Variable) -> None:
    """Go on from where ``get_rng_state`` was called.

    Raises TypeError for numbers that are not uint8, RuntimeError for another count of them.
    """
    default_generator.set_state(new_state)


# ------------------------------------------------------------------ by shape
def rand(
    *shape: Any,
    size: Any = None,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    out: Any = None,
) -> Any:
    """Uniform numbers from 0 to 1 (1 excluded) in the given shape.

    Raises RuntimeError for a negative size, NotImplementedError for a dtype of integers.

    >>> manual_seed(0); rand(2)
    tensor([0.4963, 0.7682])
    """
    shape = _shape("rand", shape, size)
    numbers = (generator or default_generator).uniform(math.prod(shape), _dtype(dtype))
    return into(out, _variable(numbers.reshape(shape), device, requires_grad))


def randn(
    *shape: Any,
    size: Any = None,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    out: Any = None,
) -> Any:
    """Normal numbers (mean 0, standard deviation 1) in the given shape.

    Raises RuntimeError for a negative size, NotImplementedError for a dtype of integers.

    >>> manual_seed(0); randn(2)
    tensor([ 1.5410, -0.2934])
    """
    shape = _shape("randn", shape, size)
    numbers = (generator or default_generator).normal(math.prod(shape), _dtype(dtype))
    return into(out, _variable(numbers.reshape(shape), device, requires_grad))


def randint(
    *limits_and_size: Any,
    low: Any = None,
    high: Any = None,
    size: Any = None,
    generator: Generator | None = None,
    dtype: Any = np.int64,
    device: Any = None,
    requires_grad: bool = False,
) -> Variable:
    """``randint(low, high, size)``: integers from ``low`` to ``high - 1``, int64 unless ``dtype``.

    Raises:
        RuntimeError: there are no such integers in the dtype, or a negative size.
        TypeError: a limit or the size is missing or of another kind.

    >>> manual_seed(0); randint(10, (3,)), randint(3, 5, (2, 2))
    (tensor([4, 9, 3]), tensor([[3, 4],
            [4, 4]]))
    """
    given = list(limits_and_size)
    try:
        size = given.pop() if size is None else size
        high = given.pop() if high is None else high
    except IndexError:
        raise errors.error("randint") from None
    low = given.pop() if given else low or 0
    if not isinstance(size, list | tuple) or given:
        raise errors.error("randint_size", given=repr(size))
    shape = _shape("randint", (), size)
    stream, dtype = generator or default_generator, _dtype(dtype)
    numbers = stream.integers(math.prod(shape), operator.index(low), operator.index(high), dtype)
    return _variable(numbers.reshape(shape), device, requires_grad)


def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    dtype: Any = np.int64,
    device: Any = None,
    requires_grad: bool = False,
) -> Variable:
    """The integers from 0 to ``n - 1`` in a random order, int64 unless ``dtype``.

    Raises RuntimeError for a negative ``n``.

    >>> manual_seed(0); randperm(4)
    tensor([0, 1, 3, 2])
    """
    _shape("randperm", (n,), None)
    order = (generator or default_generator).permutation(n)
    return _variable(np.array(order, _dtype(dtype)), device, requires_grad)


# ------------------------------------------------------------------ like another Variable
def rand_like(
    input: Variable,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Variable:
    """Uniform numbers as of :func:`rand`, in the shape and dtype of ``input``.

    >>> manual_seed(0); rand_like(tensor([1.0, 2.0]))
    tensor([0.4963, 0.7682])
    """
    like = _empty_like(input, dtype)
    numbers = (generator or default_generator).uniform(like.size, like.dtype)
    return _variable(in_memory_order(like, numbers), device, requires_grad)


def randn_like(
    input: Variable,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Variable:
    """Normal numbers as of :func:`randn`, in the shape and dtype of ``input``.

    >>> manual_seed(0); randn_like(tensor([1.0, 2.0]))
    tensor([ 1.5410, -0.2934])
    """
    like = _empty_like(input, dtype)
    whole = like.flags.c_contiguous
    numbers = (generator or default_generator).normal(like.size, like.dtype, whole=whole)
    return _variable(in_memory_order(like, numbers), device, requires_grad)


def randint_like(
    input: Variable,
    low: int = 0,
    high: int | None = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Variable:
    """``randint_like(input, low, high)``: integers as of :func:`randint`, shape and dtype as of ``input``.

    >>> manual_seed(0); randint_like(tensor([1.0, 2.0]), 10)
    tensor([4., 9.])
    """
    like = _empty_like(input, dtype)
    low, high = (0, low) if high is None else (low, high)
    numbers = (generator or default_generator).integers(like.size, low, high, like.dtype)
    return _variable(in_memory_order(like, numbers), device, requires_grad)


# ------------------------------------------------------------------ by what they are spread
def normal(
    mean: Any,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Variable:
    """Normal numbers: for numbers ``mean`` and ``std`` in the shape ``size``, for Variables one an element.

    Two Variables are broadcast; the dtype is that of ``mean``, where it is one, or else of ``std``.

    Raises:
        NotImplementedError: the dtype is one of integers.
        RuntimeError: a standard deviation is negative, or the shapes don't fit together.
        TypeError: two numbers and no size.

    >>> manual_seed(0); normal(2.0, 0.5, (2,)), normal(tensor([0.0, 100.0]), 1.0)
    (tensor([2.7705, 1.8533]), tensor([ -2.1788, 100.5684]))
    """
    stream = generator or default_generator
    if size is not None:
        shape = _shape("normal", (), size)
        numbers = stream.normal(math.prod(shape), _dtype(dtype), mean, std)
        return _variable(numbers.reshape(shape), device, requires_grad)
    given = [x for x in (mean, std) if isinstance(x, Variable)]
    if not given:
        raise errors.error("normal_size")
    dtype = _dtype(given[0].dtype)
    mean, std = (array_of(x) if isinstance(x, Variable) else x for x in (mean, std))
    try:
        shape = np.broadcast_shapes(np.shape(mean), np.shape(std))
    except ValueError:
        raise errors.error("normal_shapes", mean=np.shape(mean), std=np.shape(std)) from None
    if not np.all(np.asarray(std) >= 0):
        raise errors.error("normal_stds")
    scale = std if isinstance(std, int | float) else 1.0
    numbers = stream.normal(math.prod(shape), dtype, 0.0, scale).reshape(shape)
    if np.ndim(std) or not isinstance(std, int | float):
        numbers = (numbers * std).astype(dtype)
    return _variable((numbers + mean).astype(dtype))


def bernoulli(input: Variable, p: float | None = None, *, generator: Generator | None = None) -> Variable:
    """Ones, with the probability in ``input`` at each place (or ``p`` at all), and zeros.

    Raises RuntimeError where one is no probability, NotImplementedError for an ``input`` of integers.

    >>> manual_seed(0); bernoulli(tensor([0.0, 0.8, 1.0]))
    tensor([0., 1., 1.])
    """
    array = array_of(input)
    numbers = (generator or default_generator).bernoulli(array.size, array.ravel() if p is None else p)
    return _variable(numbers.reshape(array.shape).astype(array.dtype))


def multinomial(
    input: Variable, num_samples: int, replacement: bool = False, *, generator: Generator | None = None
) -> Variable:
    """Indices (int64) drawn with the probabilities, or weights, in ``input``: for a matrix, in each row.

    Without ``replacement`` no index comes twice: those of the greatest w / e are taken, where w is the weight
    and e an exponential number (Efraimidis and Spirakis 2006); so is a single one with replacement.

    Raises:
        RuntimeError: weights that are negative, not finite or all 0, an ``input`` of integers or of more than
            two axes, or too many samples to draw without replacement.

    >>> manual_seed(0); multinomial(tensor([1.0, 2.0, 0.0, 7.0]), 2)
    tensor([3, 1])
    """
    weights, stream = array_of(input), generator or default_generator
    if weights.dtype.kind != "f" or weights.ndim not in (1, 2):
        raise errors.error("multinomial_axes")
    if num_samples <= 0 or (num_samples > weights.shape[-1] and not replacement):
        raise errors.error("multinomial_count", count=num_samples, n=weights.shape[-1])
    if not np.all((weights >= 0) & (weights < math.inf)) or not np.all(weights.sum(-1) > 0):
        raise errors.error("multinomial_weights")
    if not replacement or num_samples == 1:
        keys = weights / stream.exponential(weights.size, weights.dtype).reshape(weights.shape)
        return _variable(np.argsort(-keys, axis=-1, kind="stable")[..., :num_samples])
    rows = np.cumsum(weights.reshape(-1, weights.shape[-1]), axis=1)
    rows /= rows[:, -1:]
    at = stream.uniform(len(rows) * num_samples, np.float64).reshape(len(rows), num_samples)
    found = [np.searchsorted(row.astype(np.float64), u) for row, u in zip(rows, at, strict=True)]
    return _variable(np.array(found).reshape(*weights.shape[:-1], num_samples))


# ------------------------------------------------------------------ arguments
def _shape(name: str, shape: tuple[Any, ...], size: Any) -> tuple[int, ...]:
    """``rand(2, 3)``, ``rand((2, 3))`` and ``rand(size=(2, 3))`` mean the same."""
    if size is None and not shape:
        raise errors.error("missing", function=name, argument="size")
    shape = tuple(size) if size is not None else shape
    shape = tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], list | tuple) else shape
    try:
        lengths = tuple(operator.index(n) for n in shape)
    except TypeError:
        raise errors.error("random_size", function=name, given=shape) from None
    if any(n < 0 for n in lengths):
        raise errors.error("random_negative", function=name, given=lengths)
    return lengths


def _dtype(dtype: Any) -> Any:
    return np.dtype(dtypes.plain(tensor(0.0).dtype if dtype is None else dtype))


def _empty_like(input: Variable, dtype: Any) -> Any:
    """An array that lies in memory as a new Variable of that shape does."""
    array = array_of(input)
    return np.empty_like(array, array.dtype if dtype is None else _dtype(dtype))


def _variable(array: Any, device: Any = None, requires_grad: bool = False) -> Variable:
    on_cpu(device)
    return Variable(array, requires_grad)
