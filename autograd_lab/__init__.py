"""See every gradient: PyTorch-style autograd on NumPy, recorded and stepped through.

    import autograd_lab as torch        # runs an autograd tutorial's code
    import autograd_lab as lab          # lab.record(), and %load_ext autograd_lab for %%step

NumPy is all that this import loads. The rest arrives on first use.
"""

from typing import TYPE_CHECKING, Any

from . import autograd
from .core.creation import (
    add,
    cos,
    div,
    exp,
    log,
    matmul,
    mean,
    mul,
    neg,
    ones,
    pow,
    relu,
    sigmoid,
    sin,
    sqrt,
    sub,
    sum,
    tanh,
    tensor,
    zeros,
)
from .core.dtypes import bool_ as bool
from .core.dtypes import float32, float64, int32, int64
from .core.modes import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from .core.variable import Tensor, Variable
from .random import manual_seed, rand, randn

if TYPE_CHECKING:
    from .recorder import Record, record

__version__ = "0.1.0"
float, double = float32, float64

__all__ = [
    "Record",
    "Tensor",
    "Variable",
    "add",
    "autograd",
    "bool",
    "cos",
    "div",
    "double",
    "enable_grad",
    "exp",
    "float",
    "float32",
    "float64",
    "int32",
    "int64",
    "is_grad_enabled",
    "log",
    "manual_seed",
    "matmul",
    "mean",
    "mul",
    "neg",
    "no_grad",
    "ones",
    "pow",
    "rand",
    "randn",
    "record",
    "relu",
    "set_grad_enabled",
    "sigmoid",
    "sin",
    "sqrt",
    "sub",
    "sum",
    "tanh",
    "tensor",
    "zeros",
]


def __getattr__(name: str) -> Any:
    if name in ("record", "Record"):
        from . import recorder

        return getattr(recorder, name)
    raise AttributeError(f"module 'autograd_lab' has no attribute {name!r}")


def load_ipython_extension(shell: Any) -> None:
    """What ``%load_ext autograd_lab`` runs: it adds the cell magic ``%%step``."""
    from . import magic

    magic.load(shell)
