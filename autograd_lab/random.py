"""Random numbers: for one seed, the numbers that PyTorch's CPU generator gives.

The generator is the Mersenne Twister (Matsumoto and Nishimura 1998), which NumPy has too; normal numbers
come from it by Box and Muller's transform (1958), in PyTorch's two ways: 16 at a time, or two at a time.
"""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np

from .core import dtypes
from .core.creation import _shape
from .core.variable import Variable


class _Generator:
    """The one stream that every function here draws from."""

    def __init__(self, seed: int) -> None:
        self.bits = np.random.MT19937()
        self.bits._legacy_seeding(seed & 0xFFFFFFFF)
        self.spare: float | None = None  # the second number of a Box-Muller pair

    def uniform(self, n: int, dtype: Any) -> Any:
        if dtype == np.float64:
            raw = self.bits.random_raw(2 * n).reshape(n, 2)
            return (((raw[:, 0] << np.uint64(32)) | raw[:, 1]) & np.uint64(2**53 - 1)) / 2**53
        return ((self.bits.random_raw(n) & np.uint64(2**24 - 1)) / 2**24).astype(dtype)

    def normal(self, n: int, dtype: Any) -> Any:
        if n < 16:
            return np.array([self._one() for _ in range(n)], dtype)
        out = self.uniform(n, dtype)
        whole = n - n % 16
        out[:whole] = _box_muller(out[:whole])
        if n % 16:
            out[-16:] = _box_muller(self.uniform(16, dtype))
        return out

    def _one(self) -> float:
        if self.spare is not None:
            value, self.spare = self.spare, None
            return value
        u, v = self.uniform(2, np.dtype(float))
        radius = math.sqrt(-2 * math.log1p(-v))
        self.spare = radius * math.sin(2 * math.pi * u)
        return radius * math.cos(2 * math.pi * u)


def _box_muller(uniform: Any) -> Any:
    """Blocks of 16: the first eight give the radius, the last eight the angle."""
    blocks = uniform.reshape(-1, 2, 8)
    radius = np.sqrt(-2 * np.log(1 - blocks[:, 0]))
    angle = blocks.dtype.type(2 * math.pi) * blocks[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).ravel()


_generator: _Generator | None = None


def _stream() -> _Generator:
    """The stream that runs; its first use, not the import, loads NumPy's random numbers."""
    global _generator
    if _generator is None:
        _generator = _Generator(int.from_bytes(os.urandom(4)))
    return _generator


def manual_seed(seed: int) -> None:
    """Start the stream anew: what is drawn after it is what PyTorch draws after the same seed.

    >>> manual_seed(0); randn(2)
    tensor([ 1.5410, -0.2934])
    """
    global _generator
    _generator = _Generator(seed)


def rand(*shape: Any, size: Any = None, dtype: Any = None, requires_grad: bool = False) -> Variable:
    """Uniform numbers from 0 to 1 (1 excluded) in the given shape, float32 unless ``dtype``.

    Raises RuntimeError for a negative size.

    >>> manual_seed(0); rand(2)
    tensor([0.4963, 0.7682])
    """
    shape, dtype = _shape(shape, size), dtypes.plain(dtype) or dtypes.DEFAULT
    return Variable(_stream().uniform(math.prod(shape), dtype).reshape(shape), requires_grad)


def randn(*shape: Any, size: Any = None, dtype: Any = None, requires_grad: bool = False) -> Variable:
    """Normal numbers (mean 0, standard deviation 1) in the given shape, float32 unless ``dtype``.

    Raises RuntimeError for a negative size.

    >>> manual_seed(0); randn(2)
    tensor([ 1.5410, -0.2934])
    """
    shape, dtype = _shape(shape, size), dtypes.plain(dtype) or dtypes.DEFAULT
    return Variable(_stream().normal(math.prod(shape), dtype).reshape(shape), requires_grad)
