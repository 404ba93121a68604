"""Random numbers of one seed: what is drawn before decides what is drawn after."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lab


def drawn(torch: Any, seed: int, size: int, dtype: str) -> list[Any]:
    torch.manual_seed(seed)
    draws = (torch.randn, torch.rand, torch.randn)
    sizes = ((size, dtype), (3, "float32"), ((1, 5), "float32"), (2, "float64"))
    return [draw(size, dtype=getattr(torch, dtype)).numpy() for draw in draws for size, dtype in sizes]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 15, 16, 17, 18, 31, 32, 33, 100, 10_001])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_random_numbers(size: int, dtype: str, torch: Any) -> None:
    """One stream: what is drawn before decides what is drawn after.

    To six digits: PyTorch's vectorised logarithm and cosine round otherwise than NumPy's.
    """
    for seed in (0, 42, 2**31, 2**40 + 5, -1):
        for ours, theirs in zip(
            drawn(autograd_lab, seed, size, dtype), drawn(torch, seed, size, dtype), strict=True
        ):
            assert ours.dtype == theirs.dtype
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
