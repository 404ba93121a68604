"""How parameters start: each function fills a Tensor in place, outside autograd, and returns it."""

from __future__ import annotations

import math
import warnings
from typing import Any

import autograd_lab as lab

from .. import random
from ..base import errors
from ..core.modes import no_grad

_GAINS = {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
_LINEAR = ("linear", "sigmoid", "conv1d", "conv2d", "conv3d")


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much an activation shrinks what goes through it: the factor that makes up for it.

    1 for linear layers and sigmoid, 5/3 for tanh, √2 for relu, √(2 / (1 + param²)) for leaky_relu
    (He et al. 2015, section 2.2; ``param`` is its slope, 0.01 unless given), 3/4 for selu.
    Raises ValueError for any other.

    >>> calculate_gain("leaky_relu", 1.0)
    1.0
    """
    if nonlinearity in _LINEAR:
        return 1
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in _GAINS:
        raise errors.error("gain", given=repr(nonlinearity))
    return _GAINS[nonlinearity]


def _fans(tensor: Any) -> tuple[int, int]:
    """How many inputs an output is made from, and how many outputs an input goes to."""
    if tensor.dim() < 2:
        raise errors.error("fan_axes", axes=tensor.dim())
    outputs, inputs, *window = tensor.shape
    return inputs * math.prod(window), outputs * math.prod(window)


def uniform_(tensor: Any, a: float = 0.0, b: float = 1.0) -> Any:
    """Numbers drawn uniformly from ``a`` to ``b``.

    >>> _ = lab.manual_seed(0); uniform_(lab.empty(2))
    tensor([0.4963, 0.7682])
    """
    with no_grad():
        return random.uniform_(tensor, a, b)


def normal_(tensor: Any, mean: float = 0.0, std: float = 1.0) -> Any:
    """Numbers drawn from the normal distribution.

    >>> _ = lab.manual_seed(0); normal_(lab.empty(2))
    tensor([ 1.5410, -0.2934])
    """
    with no_grad():
        return random.normal_(tensor, mean, std)


def trunc_normal_(tensor: Any, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0) -> Any:
    """Numbers drawn from the part of the normal distribution that lies from ``a`` to ``b``.

    By rejection: what is refused is drawn again. Where most of the distribution lies inside, normal
    numbers are refused for lying outside; else uniform ones in proportion to the density they miss.

    >>> w = trunc_normal_(lab.empty(100), std=0.02)
    >>> bool((w.abs() <= 2).all())
    True
    """
    below_b, below_a = (math.erf((x - mean) / std / math.sqrt(2)) / 2 for x in (b, a))
    peak = -(((max(a, min(mean, b)) - mean) / std) ** 2) / 2
    pending = None
    with no_grad():
        while pending is None or pending.any():
            drawn = lab.empty_like(tensor)
            if below_b - below_a > 0.3:
                random.normal_(drawn, mean, std)
                refused = (drawn < a) | (drawn > b)
            else:
                random.uniform_(drawn, a, b)
                density = ((drawn - mean) / std) ** 2 * -0.5 - peak
                refused = random.uniform_(lab.empty_like(tensor)).log() > density
            tensor.copy_(drawn if pending is None else lab.where(pending, drawn, tensor))
            pending = refused if pending is None else pending & refused
    return tensor


def constant_(tensor: Any, val: float) -> Any:
    """``val`` everywhere.

    >>> constant_(lab.empty(2), 0.5)
    tensor([0.5000, 0.5000])
    """
    with no_grad():
        return tensor.fill_(val)


def zeros_(tensor: Any) -> Any:
    """0 everywhere; see :func:`constant_`."""
    return constant_(tensor, 0.0)


def ones_(tensor: Any) -> Any:
    """1 everywhere; see :func:`constant_`."""
    return constant_(tensor, 1.0)


def eye_(tensor: Any) -> Any:
    """The identity matrix. Raises ValueError for other than 2 axes.

    >>> eye_(lab.empty(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    if tensor.dim() != 2:
        raise errors.error("eye_axes", axes=tensor.dim())
    with no_grad():
        return tensor.copy_(lab.eye(*tensor.shape))


def orthogonal_(tensor: Any, gain: float = 1.0) -> Any:
    """Rows, or columns if they are fewer, at right angles and of length ``gain`` (Saxe et al. 2014).

    Axes after the first count as one. Raises ValueError for fewer than 2 axes.

    >>> w = orthogonal_(lab.empty(2, 3))
    >>> (w @ w.T).round(decimals=4).abs()
    tensor([[1., 0.],
            [0., 1.]])
    """
    if tensor.dim() < 2:
        raise errors.error("orthogonal_axes")
    with no_grad():
        if not tensor.numel():
            return tensor
        flat = tensor.new_empty((tensor.shape[0], tensor.numel() // tensor.shape[0])).normal_(0, 1)
        wide = flat.shape[0] < flat.shape[1]
        q, r = lab.linalg.qr(flat.t() if wide else flat)
        q = q * r.diagonal().sign()
        return tensor.copy_((q.t() if wide else q).reshape(tensor.shape)).mul_(gain)


def xavier_uniform_(tensor: Any, gain: float = 1.0) -> Any:
    """Uniform numbers up to ±gain √(6 / (inputs + outputs)) (Glorot & Bengio 2010, equation 16).

    The Tensor is (outputs, inputs, ...). Raises ValueError for fewer than 2 axes.

    >>> bool((xavier_uniform_(lab.empty(3, 3)).abs() <= 1).all())
    True
    """
    bound = math.sqrt(3.0) * _glorot(tensor, gain)
    return uniform_(tensor, -bound, bound)


def xavier_normal_(tensor: Any, gain: float = 1.0) -> Any:
    """Normal numbers of standard deviation gain √(2 / (inputs + outputs)); see :func:`xavier_uniform_`."""
    return normal_(tensor, 0.0, _glorot(tensor, gain))


def _glorot(tensor: Any, gain: float) -> float:
    return gain * math.sqrt(2.0 / sum(_fans(tensor)))


def kaiming_uniform_(
    tensor: Any, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu"
) -> Any:
    """Uniform numbers up to ±gain √(3 / fan) (He et al. 2015, equations 10 and 14).

    Args:
        tensor: a weight, (outputs, inputs, ...).
        a: the slope below 0 where the activation is leaky_relu.
        mode: ``fan_in`` counts inputs, and keeps the size of what goes forward; ``fan_out`` counts
            outputs, and keeps the size of what goes backward.
        nonlinearity: the activation that follows, for :func:`calculate_gain`.

    Raises:
        ValueError: fewer than 2 axes; another mode; an activation that no gain is known for.

    >>> bool((kaiming_uniform_(lab.empty(4, 6)).abs() <= 1).all())
    True
    """
    bound = math.sqrt(3.0) * _he(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound)


def kaiming_normal_(tensor: Any, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu") -> Any:
    """Normal numbers of standard deviation gain / √fan; for the rest see :func:`kaiming_uniform_`."""
    return normal_(tensor, 0.0, _he(tensor, a, mode, nonlinearity))


def _he(tensor: Any, a: float, mode: str, nonlinearity: str) -> float:
    if 0 in tensor.shape:
        warnings.warn("there is nothing to initialise in a Tensor without elements", stacklevel=3)
        return 0.0
    modes = ("fan_in", "fan_out")
    if mode not in modes:
        raise errors.error("fan_mode", given=repr(mode), known=modes)
    return calculate_gain(nonlinearity, a) / math.sqrt(_fans(tensor)[modes.index(mode)])
