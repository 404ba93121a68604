"""The numbers of each workload: inputs, targets, parameters."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np


def normal(*shape: int, dtype: Any = np.float64, scale: float = 1.0) -> np.ndarray:
    """Random numbers, the same in every process."""
    return (np.random.default_rng(shape).normal(size=shape) * scale).astype(dtype)


def line() -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """W2: one sample of ten features, its target, and the parameters."""
    weights, bias = normal(10, 1, dtype=np.float32), normal(1, dtype=np.float32)
    return normal(1, 10, dtype=np.float32), np.float32([[0.822]]), [weights, bias]


def _layers(sizes: tuple[int, ...], dtype: Any) -> list[np.ndarray]:
    pairs = [(normal(n, m, dtype=dtype, scale=n**-0.5), np.zeros(m, dtype)) for n, m in pairwise(sizes)]
    return [array for pair in pairs for array in pair]


def curve(dtype: Any) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """W4: a hundred points."""
    return normal(100, 2, dtype=dtype), normal(100, 1, dtype=dtype), _layers((2, 16, 16, 1), dtype)


def digits() -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """W5: 64 images and their classes, all made up."""
    return normal(64, 784, dtype=np.float32), np.arange(64) * 7 % 10, _layers((784, 128, 10), np.float32)


def stretched() -> list[np.ndarray]:
    """W7a: a column, a row and a vector."""
    return [normal(8, 1), normal(1, 6), normal(6)]


def words() -> tuple[np.ndarray, np.ndarray]:
    """W7b: a vector for each of 1,000 words, and a text of 512 words, 100 of them in use."""
    return normal(1000, 32), np.random.default_rng(0).integers(0, 100, 512)


# W3: inputs and units of each layer; each unit's bias, then its weights
UNITS = ((2, 16), (16, 16), (16, 1))
SAMPLE, TARGET = (0.5, -0.3), 1.0
SCALARS = normal(sum((n + 1) * m for n, m in UNITS), scale=0.5).tolist()

RATE = 0.01  # of every update
