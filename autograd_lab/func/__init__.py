"""Functions that turn a function, or a Module, into another: the same names as torch.func."""

from .modules import functional_call, stack_module_state
from .slices import vmap
from .transforms import grad, grad_and_value, hessian, jacfwd, jacrev, jvp, vjp

__all__ = [
    "functional_call",
    "grad",
    "grad_and_value",
    "hessian",
    "jacfwd",
    "jacrev",
    "jvp",
    "stack_module_state",
    "vjp",
    "vmap",
]
