"""See every gradient: PyTorch-style autograd on NumPy, recorded and stepped through.

    import autograd_lab as torch        # runs an autograd tutorial's code
    import autograd_lab as lab          # lab.record(), and %load_ext autograd_lab for %%step

NumPy is all that this import loads. The rest arrives on first use.
"""

import importlib
from typing import TYPE_CHECKING, Any

from . import autograd, functions  # noqa: F401
from .autograd.anomaly_mode import is_anomaly_enabled  # noqa: F401
from .base.dtypes import (
    Dtype,
    Size,  # noqa: F401
    float16,
    float32,
    float64,
    get_default_dtype,  # noqa: F401
    int8,  # noqa: F401
    int16,
    int32,
    int64,
    set_default_dtype,  # noqa: F401
    uint8,  # noqa: F401
)
from .base.dtypes import bool_ as bool  # noqa: F401
from .base.memory import keep_memory
from .base.printing import set_printoptions  # noqa: F401
from .core.modes import (
    enable_grad,  # noqa: F401
    inference_mode,  # noqa: F401
    is_grad_enabled,  # noqa: F401
    is_inference_mode_enabled,  # noqa: F401
    no_grad,  # noqa: F401
    set_grad_enabled,  # noqa: F401
)
from .core.variable import Tensor, Variable  # noqa: F401

if TYPE_CHECKING:
    from .recorder import Record, load, record  # noqa: F401
    from .story.words import set_language  # noqa: F401

__version__ = "0.1.0"
float, double, half, int, long, short = float32, float64, float16, int32, int64, int16
dtype = Dtype
inf, nan, pi, e = 1e999, 1e999 - 1e999, 3.141592653589793, 2.718281828459045
newaxis = None

# Names that other modules have, loaded when they are first asked for.
LATER = {
    "story.words": ("set_language",),
    "recorder": ("record", "Record", "load"),
    "random": (
        "Generator", "bernoulli", "default_generator", "get_rng_state", "initial_seed", "manual_seed", "multinomial",  # noqa: E501
        "normal", "rand", "rand_like", "randint", "randint_like", "randn", "randn_like", "randperm", "seed",
        "set_rng_state",
    ),
    "func": ("vmap",),
    "base.printing": ("get_printoptions", "printoptions"),
}  # fmt: skip
MODULES = ("func", "functional", "linalg", "nn", "optim", "random", "utils")
_WHERE = {name: module for module, names in LATER.items() for name in names}

keep_memory()
globals().update(functions.FUNCTIONS)
accelerator, backends, cuda = functions.accelerator, functions.backends, functions.cuda
__all__ = sorted(
    {name for name in globals() if not name.startswith("_")}
    | {*_WHERE, *MODULES} - {"Any", "TYPE_CHECKING", "keep_memory"}
)


def __getattr__(name: str) -> Any:
    if name in MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _WHERE:
        raise AttributeError(f"module 'autograd_lab' has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)


def load_ipython_extension(shell: Any) -> None:
    """What ``%load_ext autograd_lab`` runs: it adds the cell magic ``%%step``."""
    from . import magic

    magic.load(shell)
