"""PyTorch's functions on Variables, and with the Variable first its methods."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable
from typing import Any

from ..core.variable import Variable
from . import (
    arithmetic,
    comparing,
    composed,
    conversion,
    creation,
    in_place,
    joining,
    matrices,
    parts,
    positions,
    reductions,
    saving,
    shapes,
    table,
)

FUNCTIONS: dict[str, Any] = {
    **table.FUNCTIONS,
    **reductions.HERE,
    **comparing.FUNCTIONS,
    **shapes.FUNCTIONS,
    **joining.FUNCTIONS,
    **parts.FUNCTIONS,
    **positions.FUNCTIONS,
    **arithmetic.FUNCTIONS,
    **creation.FUNCTIONS,
    **conversion.FUNCTIONS,
    **composed.FUNCTIONS,
    **matrices.FUNCTIONS,
    **saving.FUNCTIONS,
    "clamp_": in_place.clamp_,
}
METHODS: dict[str, Any] = {
    **table.METHODS,
    **reductions.HERE,
    **comparing.FUNCTIONS,
    **shapes.METHODS,
    **joining.METHODS,
    **parts.FUNCTIONS,
    **positions.FUNCTIONS,
    **parts.IN_PLACE,
    **arithmetic.METHODS,
    **creation.METHODS,
    **conversion.METHODS,
    **composed.METHODS,
    **matrices.METHODS,
    **in_place.METHODS,
}


def _later(name: str) -> Callable[..., Any]:
    """A method that ``random.py`` has, which is loaded on first use: it needs NumPy's random numbers."""

    def run(self: Variable, *args: Any, **kwargs: Any) -> Any:
        return getattr(importlib.import_module("autograd_lab.random"), name)(self, *args, **kwargs)

    run.__name__ = run.__qualname__ = name
    run.__doc__ = f"Fill it with random numbers, in place: see ``help(autograd_lab.random.{name})``."
    return run


METHODS |= {name: _later(name) for name in ("uniform_", "normal_", "bernoulli_", "exponential_", "random_")}

for _name, _method in METHODS.items():
    setattr(Variable, _name, _method)
for _name, _getter in conversion.PROPERTIES.items():
    setattr(Variable, _name, property(_getter))


class cuda:
    """What scripts ask before they choose a device: there is no other here."""

    @staticmethod
    def is_available() -> bool:
        return False


class accelerator(cuda):
    """The same question, asked of any device."""

    @staticmethod
    def current_accelerator(check_available: bool = False) -> None:
        return None


class _cudnn(cuda):
    """Settings of a library for other devices: here they change nothing."""

    enabled = benchmark = deterministic = False

    @staticmethod
    def flags(**settings: Any) -> contextlib.nullcontext[None]:
        return contextlib.nullcontext()


class backends:
    """The same question, asked of Apple's devices; and what scripts set for NVIDIA's."""

    mps, cudnn = cuda, _cudnn
