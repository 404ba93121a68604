"""The same names as ``torch.autograd.function``."""

from ..core.function import Context as FunctionCtx
from ..core.function import Function, once_differentiable

__all__ = ["Function", "FunctionCtx", "once_differentiable"]
