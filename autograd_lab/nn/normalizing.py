"""Normalisation, as in ``torch.nn.functional``, which has it all: to mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import errors
from ..core.modes import no_grad
from ..core.variable import Variable
from ..functions import reductions
from .losses import is_given, run


def _weights(function: str, input: Any, shape: tuple[int, ...], weight: Any, bias: Any) -> None:
    """RuntimeError where weight or bias have another shape, or another dtype than ``input``."""
    for name, x in (("weight", weight), ("bias", bias)):
        if x is not None and tuple(is_given(x, function, name).shape) != shape:
            raise errors.error("normal_weight", variable=x, shape=shape)
        if x is not None and x._array.dtype != input._array.dtype:
            raise errors.error("other_dtype", first=input, second=x)


def layer_norm(
    input: Variable, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """(x − mean) / √(variance + eps) · weight + bias, over the last axes (Ba, Kiros and Hinton 2016).

    Args:
        input: (..., *normalized_shape), float.
        normalized_shape: the lengths of these axes.
        weight: of that shape, or None.
        bias: of that shape, or None.
        eps: keeps the root from being 0.

    Raises:
        RuntimeError: the shapes don't fit together, or the dtypes differ.
        TypeError: ``normalized_shape`` is no tuple or list.
        NotImplementedError: ``input`` holds integers.

    >>> layer_norm(Variable([1.0, 3.0]), (2,))
    tensor([-1.0000,  1.0000])
    """
    if isinstance(normalized_shape, int):
        raise errors.error("normal_shape")
    shape, whole = tuple(normalized_shape), tuple(is_given(input, "layer_norm").shape)
    if not shape or whole[-len(shape) :] != shape:
        raise errors.error("normal_axes", shape=list(shape), input=input)
    kind = input._array.dtype
    _weights("layer_norm", input, shape, weight, bias)
    if kind.kind != "f":
        raise errors.error("floats_only", function="layer_norm", variable=input)
    dim = tuple(range(len(whole) - len(shape), len(whole)))
    factor = np.ones(shape, kind) if weight is None else weight
    return run("layer_norm", input, factor, bias, dim=dim, eps=eps)


def batch_norm(
    input: Variable,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """(x − mean) / √(variance + eps) · weight + bias for each channel (Ioffe & Szegedy 2015).

    While ``training``, mean and variance are those of the batch, and the running ones move towards them;
    otherwise the running ones are used.

    Args:
        input: (N, C) or (N, C, ...), float.
        running_mean: (C,), changed in place; None only in training.
        running_var: the same.
        weight: (C,), or None.
        bias: (C,), or None.
        training: whether the batch's own mean and variance are used.
        momentum: how far the running ones move.
        eps: keeps the root from being 0.

    Raises:
        ValueError: there is one value a channel only, while training.
        RuntimeError: the shapes don't fit together, the dtypes differ, or nothing is running.

    >>> batch_norm(Variable([[1.0], [3.0]]), None, None, training=True)
    tensor([[-1.0000],
            [ 1.0000]])
    """
    shape = tuple(is_given(input, "batch_norm").shape)
    _weights("batch_norm", input, shape[1:2], weight, bias)
    dim = (0, *range(2, len(shape)))
    if training and input._array.size == shape[1]:
        raise errors.error("one_a_channel", shape=shape)
    if not training and (running_mean is None or running_var is None):
        raise errors.error("missing", function="batch_norm", argument="running_mean")
    stats = None if training else (running_mean._array.copy(), running_var._array.copy())
    if training and running_mean is not None:
        with no_grad():
            mean, var = reductions.mean(input, dim), reductions.var(input, dim)
            running_mean.mul_(1 - momentum).add_(mean, alpha=momentum)
            running_var.mul_(1 - momentum).add_(var, alpha=momentum)
    factor = np.ones(shape[1:2], input._array.dtype) if weight is None else weight
    return run("batch_norm", input, factor, bias, dim=dim, eps=eps, stats=stats)
