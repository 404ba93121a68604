"""The same names as ``torch.linalg``, of what the lessons need."""

from .functions import FUNCTIONS
from .functions.arithmetic import cholesky, matmul, solve
from .functions.composed import cross, svd
from .functions.reductions import linalg_norm as norm
from .functions.reductions import vector_norm

inv, det = FUNCTIONS["inverse"], FUNCTIONS["det"]

__all__ = ["cholesky", "cross", "det", "inv", "matmul", "norm", "solve", "svd", "vector_norm"]
