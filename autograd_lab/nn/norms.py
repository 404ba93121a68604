"""Layers that normalize: Modules around the functions of normalizing.py."""

from __future__ import annotations

from typing import Any

import autograd_lab as lab

from ..base import errors
from . import functional as F  # noqa: N812, its usual name
from . import init
from .module import Module
from .parameter import Parameter


class LayerNorm(Module):
    """(x − mean) / √(variance + eps) · weight + bias, over the last axes (Ba, Kiros & Hinton 2016).

    Args:
        normalized_shape: the lengths of these axes; one number is the last axis.
        eps: keeps the root from being 0.
        elementwise_affine: whether there are a weight and a bias to learn.
        bias: whether there is a bias among them.

    >>> LayerNorm(2)(lab.tensor([1.0, 3.0])).detach()
    tensor([-1.0000,  1.0000])
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.normalized_shape, self.eps, self.elementwise_affine = shape, eps, elementwise_affine
        for name, wanted in (("weight", elementwise_affine), ("bias", elementwise_affine and bias)):
            start = Parameter(lab.empty(shape, device=device, dtype=dtype)) if wanted else None
            self.register_parameter(name, start)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """A weight of ones and a bias of zeros: the output is as normalized."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Any) -> Any:
        """``input``, normalized."""
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """Its options."""
        affine = f"elementwise_affine={self.elementwise_affine}"
        return f"{self.normalized_shape}, eps={self.eps}, {affine}, bias={self.bias is not None}"


class _BatchNorm(Module):
    """What BatchNorm1d and BatchNorm2d share; ``axes`` is how many axes their input may have."""

    axes: tuple[int, ...]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        made = {"device": device, "dtype": dtype}
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            self.register_parameter(name, Parameter(lab.empty(num_features, **made)) if wanted else None)
        tracked = track_running_stats
        self.register_buffer("running_mean", lab.zeros(num_features, **made) if tracked else None)
        self.register_buffer("running_var", lab.ones(num_features, **made) if tracked else None)
        self.register_buffer("num_batches_tracked", lab.tensor(0) if tracked else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """A running mean of 0 and variance of 1: no batch has been seen."""
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """A weight of ones, a bias of zeros, and no batch seen."""
        self.reset_running_stats()
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Any) -> Any:
        """``input``, normalized; while training, the running mean and variance move on."""
        if input.ndim not in self.axes:
            wanted = errors.joined("one_or_other", [f"{n}D" for n in self.axes])
            raise errors.error("norm_axes", wanted=wanted, got=input.ndim)
        momentum = self.momentum or 0.0
        if self.training and self.track_running_stats:
            self.num_batches_tracked.add_(1)
            if self.momentum is None:  # the mean of all batches so far
                momentum = 1 / self.num_batches_tracked.item()
        kept = self.track_running_stats
        mean, var = (self.running_mean, self.running_var) if kept else (None, None)
        training = self.training or not kept
        return F.batch_norm(input, mean, var, self.weight, self.bias, training, momentum, self.eps)

    def extra_repr(self) -> str:
        """Its options."""
        options = f"eps={self.eps}, momentum={self.momentum}, affine={self.affine}"
        options += f", bias={self.bias is not None}"
        return f"{self.num_features}, {options}, track_running_stats={self.track_running_stats}"


class BatchNorm1d(_BatchNorm):
    """Each of ``num_features`` columns to mean 0 and variance 1 in a batch (Ioffe & Szegedy 2015).

    (N, C) or (N, C, length). In eval() the running mean and variance are used, which move by ``momentum``
    towards those of each batch while training; None makes them the mean of all batches. With ``affine`` it
    learns a new scale, and with ``bias`` a new place.

    Raises ValueError for other axes, or one value a channel.

    >>> BatchNorm1d(1)(lab.tensor([[1.0], [3.0]])).detach()
    tensor([[-1.0000],
            [ 1.0000]])
    """

    axes = (2, 3)


class BatchNorm2d(_BatchNorm):
    """:class:`BatchNorm1d` for images: (N, C, height, width), each channel over batch, height and width.

    >>> BatchNorm2d(3)
    BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
    """

    axes = (4,)
