"""Is a gradient right? The names of ``torch.autograd.gradcheck``.

Each Jacobian is compared with central differences, (f(x + eps) - f(x - eps)) / (2 eps). They are off by about
eps² from cutting the Taylor series short, and by about u / eps from rounding, where u is the unit roundoff
of the dtype: so eps = 1e-6 suits float64, and nothing suits float32 (Griewank and Walther, Evaluating
Derivatives, 2nd edition, 2008, section 1.1, on why differences are for checks only).
"""

from __future__ import annotations

import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

import autograd_lab

from ..base import errors

__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]

lab: Any = autograd_lab  # many of its names are made from a table, where no type checker sees them


class GradcheckError(RuntimeError):
    """What ``gradcheck`` and ``gradgradcheck`` raise where a derivative is wrong.

    >>> from autograd_lab.autograd.gradcheck import GradcheckError
    >>> issubclass(GradcheckError, RuntimeError)
    True
    """


def gradcheck(func: Callable[..., Any], inputs: Any, *, eps: float = 1e-6, atol: float = 1e-5,
              rtol: float = 1e-3, raise_exception: bool = True, nondet_tol: float = 0.0,
              check_undefined_grad: bool = True, check_grad_dtypes: bool = False,
              check_batched_grad: bool = False, check_batched_forward_grad: bool = False,
              check_forward_ad: bool = False, check_backward_ad: bool = True,
              fast_mode: bool = False) -> bool:  # fmt: skip
    """Compare the derivatives of ``func`` with central differences.

    Args:
        func: takes the inputs and returns a Tensor or a tuple of Tensors. It must read them from its
            arguments, as it is also run on copies that are a little changed.
        inputs: a Tensor or a tuple of anything; the Tensors that require grad are checked, and should be
            of dtype float64. Their ``.grad`` is left alone.
        eps: how far an element is moved for the differences.
        atol, rtol: how far the two may be apart: ``atol + rtol * abs(difference quotient)``.
        raise_exception: raise where they are apart; otherwise return False.
        nondet_tol: how far two runs of the same backward pass may be apart.
        check_grad_dtypes: a gradient must be of its input's dtype.
        check_forward_ad, check_backward_ad: which modes to check.
        check_undefined_grad, check_batched_grad, check_batched_forward_grad, fast_mode: accepted; an
            undefined gradient is a None here, which counts as zeros, a batch of them is a loop, and the
            check is always the full one.

    Returns: True where all is right.

    Raises:
        GradcheckError: a derivative is wrong; the message says for which output and which input, by
            position, with both Jacobians, of shape ``output.shape + input.shape``.
        ValueError: no input requires grad.
        AssertionError: neither mode is to be checked.

    Warns where an input that requires grad is not of dtype float64.

    >>> import autograd_lab as lab
    >>> x = lab.tensor([1., 2.], dtype=lab.float64, requires_grad=True)
    >>> lab.autograd.gradcheck(lambda x: x * x, (x,), check_forward_ad=True)
    True
    """
    if not (check_forward_ad or check_backward_ad):
        raise errors.error("checks_nothing")
    inputs = _tuple(inputs)
    numbers = [i for i, x in enumerate(inputs) if isinstance(x, lab.Tensor) and x.requires_grad]
    if not numbers:
        raise errors.error("nothing_learns")
    for i in numbers:
        if inputs[i].dtype != lab.float64:
            warnings.warn(f"gradcheck: input {i} is not float64: differences are too coarse", stacklevel=2)
    outputs = _tuple(func(*inputs))
    floating = [k for k, out in enumerate(outputs) if out.is_floating_point()]
    # where no output claims to learn, all must be constant
    wanted = [k for k in floating if outputs[k].requires_grad] or floating

    def call(*learning: Any) -> Any:
        replaced = dict(zip(numbers, learning, strict=True))
        outputs = _tuple(func(*(replaced.get(i, x) for i, x in enumerate(inputs))))
        return [outputs[k] for k in wanted]

    learning = [inputs[i] for i in numbers]
    every = tuple(range(len(numbers)))
    try:
        numeric = _differences(call, learning, eps)
        if check_forward_ad:
            found = lab.func.jacfwd(call, every)(*learning)
            _compare("way_forward", found, numeric, wanted, numbers, rtol, atol)
        if check_backward_ad:
            found = lab.func.jacrev(call, every)(*learning)
            _compare("way_backward", found, numeric, wanted, numbers, rtol, atol)
            again = lab.func.jacrev(call, every)(*learning)
            _compare("way_again", again, found, wanted, numbers, 0.0, nondet_tol)
            _check_seed(call, learning, numbers, check_grad_dtypes)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(func: Callable[..., Any], inputs: Any, grad_outputs: Any = None, *, eps: float = 1e-6,
                  atol: float = 1e-5, rtol: float = 1e-3, raise_exception: bool = True,
                  nondet_tol: float = 0.0, check_undefined_grad: bool = True,
                  check_grad_dtypes: bool = False, check_fwd_over_rev: bool = False,
                  check_rev_over_rev: bool = True, fast_mode: bool = False) -> bool:  # fmt: skip
    """As ``gradcheck``, for second derivatives: it checks the backward pass of ``func`` as a function.

    Args:
        grad_outputs: what to seed the backward pass with, a Tensor an output that requires grad; random if
            left out. In messages these are numbered after the inputs, and the gradients are the outputs.
        check_fwd_over_rev, check_rev_over_rev: check the derivatives of the backward pass by a forward
            pass, by a backward pass, or both. For the rest see ``gradcheck``.

    Raises: as ``gradcheck``.

    >>> import autograd_lab as lab
    >>> x = lab.tensor([1., 2.], dtype=lab.float64, requires_grad=True)
    >>> lab.autograd.gradgradcheck(lambda x: x ** 3, (x,))
    True
    """
    inputs = _tuple(inputs)
    if grad_outputs is None:
        outputs = [out for out in _tuple(func(*inputs)) if out.requires_grad]
        grad_outputs = tuple(lab.randn_like(out).requires_grad_() for out in outputs)

    def gradient(*args: Any) -> Any:
        outputs = [out for out in _tuple(func(*args[: len(inputs)])) if out.requires_grad]
        learning = [x for x in args[: len(inputs)] if isinstance(x, lab.Tensor) and x.requires_grad]
        seeds = args[len(inputs) :]
        grads = lab.autograd.grad(outputs, learning, seeds, create_graph=True, allow_unused=True)
        return tuple(grad for grad in grads if grad is not None)

    return gradcheck(
        gradient, (*inputs, *_tuple(grad_outputs)), eps=eps, atol=atol, rtol=rtol,
        raise_exception=raise_exception, nondet_tol=nondet_tol, check_undefined_grad=check_undefined_grad,
        check_grad_dtypes=check_grad_dtypes, check_forward_ad=check_fwd_over_rev,
        check_backward_ad=check_rev_over_rev, fast_mode=fast_mode,
    )  # fmt: skip


def _differences(call: Callable[..., Any], learning: list[Any], eps: float) -> Any:
    """The Jacobian by central differences: for each output a matrix for each input."""
    by_input = []
    for i, x in enumerate(learning):
        columns = []
        for v in lab.func.transforms.basis(x):
            before, after = (
                call(
                    *(y.detach().requires_grad_() for y in (*learning[:i], x + step * v, *learning[i + 1 :]))
                )
                for step in (-eps, eps)
            )
            columns.append([(b - a).detach() / (2 * eps) for a, b in zip(before, after, strict=True)])
        stacks = [lab.stack(column, -1) for column in zip(*columns, strict=True)]
        by_input.append([stack.view(stack.shape[:-1] + x.shape) for stack in stacks])
    return list(zip(*by_input, strict=True))


def _compare(way: str, found: Any, wanted: Any, outputs: list[int], inputs: list[int],
             rtol: float, atol: float) -> None:  # fmt: skip
    """Raise GradcheckError at the first matrix that is not close enough."""
    for k, row, wanted_row in zip(outputs, found, wanted, strict=True):
        for i, ours, theirs in zip(inputs, row, wanted_row, strict=True):
            ours, theirs = ours.detach().to(lab.float64), theirs.detach().to(lab.float64)
            if not lab.allclose(ours, theirs, rtol=rtol, atol=atol):
                other = "the_first" if way == "way_again" else "numerical"
                facts = {"way": errors.Phrase(way), "k": k, "i": i, "other": errors.Phrase(other)}
                raise errors.error("wrong_jacobian", GradcheckError, **facts, got=str(ours), want=str(theirs))


def _check_seed(call: Callable[..., Any], learning: list[Any], numbers: list[int], dtypes: bool) -> None:
    """From a gradient of zeros only zeros may come."""
    outputs, pull = lab.func.vjp(call, *learning)
    grads = pull([lab.zeros_like(out) for out in outputs])
    for i, x, grad in zip(numbers, learning, grads, strict=True):
        if (grad != 0).any():
            raise errors.error("gradient_of_zeros", GradcheckError, i=i)
        if dtypes and grad.dtype != x.dtype:
            raise errors.error("gradient_dtype", GradcheckError, i=i, got=grad.dtype, want=x.dtype)


def _tuple(x: Any) -> tuple[Any, ...]:
    return tuple(x) if isinstance(x, tuple | list) else (x,)


class _Module(types.ModuleType):
    """``autograd.gradcheck`` names this module and the function in it: so the module can be called."""

    __call__ = staticmethod(gradcheck)


sys.modules[__name__].__class__ = _Module
