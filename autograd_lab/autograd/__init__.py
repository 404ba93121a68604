"""The names of ``torch.autograd``."""

from ..core.variable import Variable, backward, grad

__all__ = ["Variable", "backward", "grad"]
