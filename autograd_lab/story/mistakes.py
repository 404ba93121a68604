"""The numbers that people get when they work out a gradient wrongly, each with what they did.

Worked out from the very numbers of a step, so that a face can tell a learner what happened with no kernel.
The sentence for each kind is in words/.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.op import TABLE

TOLERANCE = 1e-3  # relative; below 1, absolute
Mistake = tuple[str, Any]


@dataclass(frozen=True)
class Flow:
    """The numbers of one contribution; None where a number is not known."""

    right: Any
    upstream: Any
    local: Any = None  # upstream times this is the product, which is summed to the shape of what is right
    product: Any = None
    old: Any = None  # what had arrived before
    value: Any = None  # of the Variable that receives
    out: Any = None  # of the operation that sends
    other: Any = None  # what goes to the other input
    before: Any = None  # the contribution, had the values from before a change in place been used
    after: Any = None
    n: int = 0  # how many numbers a mean is over


@dataclass(frozen=True)
class Store:
    """The numbers of a ``.grad`` as it is written."""

    right: Any
    total: Any  # of this pass
    before: Any = None  # what `.grad` held
    contributions: tuple[Any, ...] = ()
    value: Any = None
    local: Any = None  # of the last contribution


def summed(n: Any, like: Any) -> Any:
    """Numbers summed over what was stretched, to the shape of ``like``; None for None."""
    return None if n is None else TABLE["sum_to"].forward(np.asarray(n), np.shape(like))


def _averaged(f: Flow) -> Any:
    """The mean over what was stretched, in place of the sum."""
    ratio = np.size(f.product) / np.size(f.right)
    return None if ratio <= 1 else f.right / ratio


# The likelier mistake first: where two give the same number, the first is what a learner is told.
FLOW: dict[str, Callable[[Flow], Any]] = {
    "no_upstream": lambda f: summed(f.local, f.right),
    "no_local": lambda f: summed(np.broadcast_to(f.upstream, np.shape(f.product)), f.right),
    "not_summed": lambda f: f.product,
    "averaged": _averaged,
    "total": lambda f: f.old + f.right,
    "old": lambda f: f.old,
    "swapped": lambda f: f.other,
    "before_change": lambda f: f.before,
    "after_change": lambda f: f.after,
    "sign": lambda f: -f.right,
    "transposed": lambda f: np.asarray(f.right).T,
    "not_divided": lambda f: f.right * f.n if f.n > 1 else None,
    "not_spread": lambda f: f.upstream if np.ndim(f.upstream) < np.ndim(f.right) else None,
    "value": lambda f: f.value,
    "out": lambda f: f.out,
    "added": lambda f: f.upstream + f.local,
    "divided": lambda f: f.upstream / f.local,
    "halved": lambda f: f.right / 2,
    "doubled": lambda f: f.right * 2,
}
STORE: dict[str, Callable[[Store], Any]] = {
    "overwrote": lambda s: s.total if s.before is not None else None,
    "held": lambda s: s.before,
    "last": lambda s: s.contributions[-1] if len(s.contributions) > 1 else None,
    "first": lambda s: s.contributions[0] if len(s.contributions) > 1 else None,
    "mean_of_them": lambda s: s.total / len(s.contributions) if len(s.contributions) > 1 else None,
    "local_only": lambda s: s.local,
    "sign": lambda s: -s.right,
    "subtracted": lambda s: s.before - s.total,
    "transposed": lambda s: np.asarray(s.right).T,
    "value": lambda s: s.value,
}


def of_flow(numbers: Flow) -> list[Mistake]:
    """The wrong answers for one contribution, the likelier first.

    >>> [(kind, float(n)) for kind, n in of_flow(Flow(right=5.0, upstream=0.5, local=10.0, product=5.0))[:2]]
    [('no_upstream', 10.0), ('no_local', 0.5)]
    """
    return _distinct(numbers, FLOW)


def of_store(numbers: Store) -> list[Mistake]:
    """The wrong answers for what ``.grad`` holds, the likelier first.

    >>> [kind for kind, _ in of_store(Store(right=7.0, total=3.0, before=4.0))]
    ['overwrote', 'held', 'sign', 'subtracted']
    """
    return _distinct(numbers, STORE)


def _distinct(numbers: Any, table: dict[str, Callable[[Any], Any]]) -> list[Mistake]:
    """What can be worked out, and is neither right nor the number of a likelier mistake."""
    found: list[Mistake] = []
    with np.errstate(all="ignore"):
        for kind, work_out in table.items():
            try:
                value = work_out(numbers)
            except (TypeError, ValueError):  # a number that it needs is None, or of another shape
                continue
            known = value is not None and bool(np.all(np.isfinite(value)))
            if known and not any(same(value, other) for other in (numbers.right, *(v for _, v in found))):
                found.append((kind, value))
    return found


def same(a: Any, b: Any) -> bool:
    """Whether two answers count as the same: within the tolerance, and in shape but for sides of 1.

    >>> same(5, 5.0001), same([5.0], 5), same([1, 2], [[1, 2]]), same([1, 2], 1)
    (True, True, True, False)
    """
    a, b = np.squeeze(np.asarray(a, float)), np.squeeze(np.asarray(b, float))
    return a.shape == b.shape and bool(np.all(np.abs(a - b) <= TOLERANCE * np.maximum(1, np.abs(b))))
