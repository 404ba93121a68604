"""What is computed, in operators alone: on whatever Variables, arrays or numbers it gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import data


def scalar_loss(params: Any, sample: Any, relu: Callable[[Any], Any]) -> Any:
    """W3, 642 operations; ``params`` holds each unit's bias, then its weights."""
    each, x = iter(params), sample
    for inputs, units in data.UNITS:
        outputs = []
        for _ in range(units):
            s = next(each)
            for k in range(inputs):
                s = s + next(each) * x[k]
            outputs.append(s if units == 1 else relu(s))
        x = outputs
    return (x[0] - data.TARGET) ** 2


def layers(params: list[Any], x: Any, unit: Callable[[Any], Any]) -> Any:
    """W4, W5: the outputs of an MLP; ``params`` holds each layer's weights, then its biases."""
    for k in range(0, len(params), 2):
        x = x @ params[k] + params[k + 1]
        if k + 2 < len(params):
            x = unit(x)
    return x


def chain(x: Any, operations: int) -> Any:
    """W6."""
    for _ in range(operations // 2):
        x = x * 0.9999 + 0.0001
    return x
