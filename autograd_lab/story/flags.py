"""Gradients that went wrong: NaN, infinite, zero, vanishing, exploding; told where they first appear.

A gradient vanishes where its largest element is less than 1/100,000 of the largest that backward started
with, and explodes where it is more than 100,000 times that. In float32 an update of 1e-5 of a parameter's
size is near what rounding swallows; and means over a few thousand elements don't come near it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

RATIO = 1e5
KINDS = ("nan", "inf", "zero", "vanishing", "exploding")


def flags(array: Any, start: float) -> list[str]:
    """What is wrong with a gradient, of a pass that began with ``start`` as its largest element.

    >>> flags(np.array([1.0, np.nan]), 1.0), flags(np.zeros(2), 1.0), flags(np.array([2e-6]), 1.0)
    (['nan'], ['zero'], ['vanishing'])
    >>> flags(np.array([0.0, 3.0]), 1.0)
    []
    """
    numbers = np.abs(np.asarray(array))
    top = float(numbers.max(initial=0))
    if 0 < top < np.inf and start <= top * RATIO and top <= start * RATIO:
        return []  # as almost all are: NaN would be the largest of all
    if not math.isfinite(top):
        return [name for name, test in (("nan", np.isnan), ("inf", np.isinf)) if test(numbers).any()]
    if not top:
        return ["zero"] if numbers.size else []
    if top * RATIO < start:
        return ["vanishing"]
    return ["exploding"] if 0 < start * RATIO < top else []


def largest(array: Any) -> float:
    """The largest element by size, of those that are numbers.

    >>> largest(np.array([-3.0, 2.0, np.inf]))
    3.0
    """
    numbers = np.abs(np.asarray(array))
    return float(np.max(numbers, initial=0, where=np.isfinite(numbers)))
