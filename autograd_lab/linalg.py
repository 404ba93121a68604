"""The same names as ``torch.linalg``, of what the lessons need."""

from .functions import FUNCTIONS
from .functions.arithmetic import solve
from .functions.reductions import vector_norm

inv, det = FUNCTIONS["inverse"], FUNCTIONS["det"]

__all__ = ["det", "inv", "norm", "solve", "vector_norm"]
norm = vector_norm
