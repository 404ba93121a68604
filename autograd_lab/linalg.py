"""The same names as ``torch.linalg``, of what the lessons need."""

from .functions import FUNCTIONS
from .functions.arithmetic import cholesky, matmul, solve
from .functions.composed import cross
from .functions.matrices import (
    cond,
    eigh,
    eigvalsh,
    lstsq,
    matrix_norm,
    matrix_power,
    matrix_rank,
    pinv,
    qr,
    slogdet,
    svd,
    svdvals,
    vector_norm,
)
from .functions.matrices import linalg_norm as norm

inv, det = FUNCTIONS["inverse"], FUNCTIONS["det"]

__all__ = ["cholesky", "cond", "cross", "det", "eigh", "eigvalsh", "inv", "lstsq", "matmul", "matrix_norm",
           "matrix_power", "matrix_rank", "norm", "pinv", "qr", "slogdet", "solve", "svd", "svdvals",
           "vector_norm"]  # fmt: skip
