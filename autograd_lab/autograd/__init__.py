"""The same names as ``torch.autograd``."""

import importlib
from typing import Any

from ..core import modes as grad_mode
from ..core.calls import backward, grad
from ..core.modes import enable_grad, inference_mode, no_grad, set_grad_enabled
from ..core.variable import Variable
from .anomaly_mode import detect_anomaly, set_detect_anomaly
from .function import Function

__all__ = [
    "Function", "Variable", "backward", "detect_anomaly", "enable_grad", "forward_ad", "function", "functional",  # noqa: E501
    "grad", "gradcheck", "gradgradcheck", "graph", "inference_mode", "no_grad", "set_detect_anomaly",
    "set_grad_enabled",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in ("forward_ad", "function", "functional", "graph"):
        return importlib.import_module(f"{__name__}.{name}")
    if name in ("gradcheck", "gradgradcheck", "GradcheckError"):
        return getattr(importlib.import_module(f"{__name__}.gradcheck"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
