"""What core.py measures: the workloads, and what is aimed for.

data.py has their numbers, models.py the code that every library runs as it is. Each other module is one way
to write them: a function ``w1``, ``w2``, … gets the library, prepares everything and returns ``step``: one
forward and backward pass (and update) that hands back the gradients in a fixed order. ``prepare``, if there,
sets the library up. A workload that a module lacks has its reason in ``LACKS``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Step = Callable[[], list[Any]]


class Workload(NamedTuple):
    """What is measured, and the largest ratios aimed for: beside PyTorch, beside the limit."""

    name: str
    text: str
    beside_torch: float
    beside_limit: float | None
    tolerance: float  # of the gradients, relative to the largest


WORKLOADS = (
    Workload("W1", "the seed's example 2", 0.25, 2.8, 1e-4),
    Workload("W2", "the seed's example 3: a linear regression step", 0.33, 3.8, 1e-4),
    Workload("W3", "scalar MLP 2-16-16-1, one sample", 0.22, 17, 1e-6),
    Workload("W4", "MLP 2-16-16-1, batch 100, float64", 0.60, 2.4, 1e-6),
    Workload("W4f", "the same in float32", 0.60, 2.4, 1e-4),
    Workload("W5", "MLP 784-128-10, batch 64, float32", 0.90, 1.2, 1e-4),
    Workload("W6a", "10,000 chained operations on 4 numbers", 0.30, 2.6, 1e-6),
    Workload("W6b", "20 chained operations on 1,000,000 numbers", 0.85, 1.35, 1e-6),
    Workload("W7a", "broadcasting, small", 0.55, 2.8, 1e-6),
    Workload("W7b", "embedding lookup with repeated rows", 1.3, 1.1, 1e-6),
    Workload("W8", "third derivative of x**5 * sin(x)", 0.25, None, 1e-6),
)
LACKS = {
    "mygrad_style": dict.fromkeys(["W8"], "no higher derivatives"),
    "micrograd_style": dict.fromkeys(["W2", "W4", "W4f", "W5", "W6b", "W7a", "W7b"], "no arrays")
    | dict.fromkeys(["W8"], "no sin, no higher derivatives"),
    "limit": dict.fromkeys(["W8"], "no goal: on paper it is one formula"),
}
