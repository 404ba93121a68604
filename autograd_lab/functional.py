"""``torch.functional``: the package's functions, under one more of PyTorch's names."""

from typing import Any

from .functions import FUNCTIONS


def __getattr__(name: str) -> Any:
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
