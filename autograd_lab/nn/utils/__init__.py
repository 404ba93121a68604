"""What is done with many parameters at once: clipping gradients, and one long vector of all numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import autograd_lab as lab

from ...base import errors
from ...core.modes import no_grad
from ...core.variable import Tensor
from . import parametrize, prune


def _gradients(parameters: Any) -> list[Any]:
    parameters = [parameters] if isinstance(parameters, Tensor) else parameters
    return [p.grad for p in parameters if p.grad is not None]


def _norm(x: Any, p: float) -> Any:
    size = x.abs()
    return size.max() if p == math.inf else (size**p).sum() ** (1 / p)


def clip_grad_norm_(
    parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Any:
    """Scale all gradients down, in place and by one factor, to a total norm of at most ``max_norm``.

    factor = min(1, max_norm / (norm + 1e-6)) with norm = (Σ |g|ᵖ)^(1/p) over every element
    (Pascanu, Mikolov & Bengio 2013, algorithm 1).

    Args:
        parameters: Tensors, or one; those without a gradient are passed over.
        max_norm: the largest norm allowed.
        norm_type: p; ``math.inf`` for the largest element.
        error_if_nonfinite: raise RuntimeError where the norm is infinite or nan.

    Returns: the norm before, a Tensor with no axes.

    >>> w = lab.tensor([3.0, 4.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> clip_grad_norm_(w, 1.0), w.grad
    (tensor(10.), tensor([0.6000, 0.8000]))
    """
    p, grads = float(norm_type), _gradients(parameters)
    with no_grad():
        if not grads:
            return lab.tensor(0.0)
        total = _norm(lab.stack([_norm(g, p) for g in grads]), p)
        if error_if_nonfinite and not math.isfinite(total):
            raise errors.error("no_clip", norm=total.item())
        factor = (max_norm / (total + 1e-6)).clamp(max=1.0)
        for g in grads:
            g.mul_(factor)
    return total


def clip_grad_value_(parameters: Any, clip_value: float) -> None:
    """Limit every element of every gradient, in place, to the range from -clip_value to clip_value.

    >>> w = lab.tensor([3.0, -0.1], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> clip_grad_value_([w], 1.0); w.grad
    tensor([ 1.0000, -0.2000])
    """
    with no_grad():
        for g in _gradients(parameters):
            g.copy_(g.clamp(-clip_value, clip_value))


def parameters_to_vector(parameters: Iterable[Any]) -> Any:
    """All elements of all parameters in one axis, differentiably.

    >>> parameters_to_vector([lab.zeros(2), lab.ones(1, 2)])
    tensor([0., 0., 1., 1.])
    """
    return lab.cat([p.view(-1) for p in parameters])


def vector_to_parameters(vec: Any, parameters: Iterable[Any]) -> None:
    """Give the parameters the numbers of ``vec``, in order; they share its memory. Raises TypeError
    where it is no Tensor, RuntimeError where it is too short.

    >>> w = lab.zeros(2, 1)
    >>> vector_to_parameters(lab.tensor([1.0, 2.0]), [w]); w
    tensor([[1.],
            [2.]])
    """
    if not isinstance(vec, Tensor):
        raise errors.error("vector_type", got=type(vec).__name__)
    start = 0
    for p in parameters:
        part: Any = vec[start : start + p.numel()]
        p.data = part.view(p.shape).data
        start += p.numel()


__all__ = [
    "clip_grad_norm_",
    "clip_grad_value_",
    "parameters_to_vector",
    "parametrize",
    "prune",
    "vector_to_parameters",
]
