"""Layers that slide a window over their input, and their transposes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import autograd_lab as lab  # noqa: F401, for the examples

from ..base import errors
from . import functional as F  # noqa: N812, its usual name
from .layers import Weighted
from .rules import Window


class _Conv(Weighted):
    """What the layers share; ``axes`` is how many axes the window slides along."""

    axes: ClassVar[int]
    output_padding: tuple[int, ...] = ()
    function: Callable[..., Any]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise errors.error("conv_groups", inputs=in_channels, outputs=out_channels, groups=groups)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size, self.stride = self._each(kernel_size), self._each(stride)
        self.padding = padding if isinstance(padding, str) else self._each(padding)
        self.dilation = self._each(dilation)
        if self.padding not in ("same", "valid") and isinstance(padding, str):
            raise errors.error("conv_padding", given=repr(padding))
        if self.padding == "same" and self.stride != self._each(1):
            raise errors.error("conv_same")
        self._make(self._shape(), bias, {"device": device, "dtype": dtype})

    def _shape(self) -> tuple[int, ...]:
        return self.out_channels, self.in_channels // self.groups, *self.kernel_size

    def _each(self, size: Any) -> tuple[int, ...]:
        """One number for all axes, or a number for each."""
        return (size,) * self.axes if isinstance(size, int) else tuple(size)

    def forward(self, input: Any) -> Any:
        """The window's weighted sum at each place it slides to."""
        return self.function(
            input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups
        )

    def extra_repr(self) -> str:
        """Its sizes, and what differs from the defaults."""
        start = f"{self.in_channels}, {self.out_channels}, "
        shown = [f"kernel_size={self.kernel_size}", f"stride={self.stride}"]
        if self.padding != self._each(0):
            shown.append(f"padding={self.padding}")
        if any(self.output_padding):
            shown.append(f"output_padding={self.output_padding}")
        if self.dilation != self._each(1):
            shown.append(f"dilation={self.dilation}")
        if self.groups != 1:
            shown.append(f"groups={self.groups}")
        return start + ", ".join(shown if self.bias is not None else [*shown, "bias=False"])


class Conv1d(_Conv):
    """Convolution along one axis: (N, in_channels, length) becomes (N, out_channels, new length).

    Raises ValueError where ``groups`` doesn't divide the channels, or ``padding`` is an unknown word.

    >>> Conv1d(1, 2, 3, padding=1)(lab.zeros(5, 1, 8)).shape
    torch.Size([5, 2, 8])
    """

    axes, function = 1, staticmethod(F.conv1d)


class Conv2d(_Conv):
    """Convolution over images: (N, in_channels, height, width) to (N, out_channels, new height, new width).

    For errors see :class:`Conv1d`.

    >>> Conv2d(3, 8, kernel_size=3)
    Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))
    """

    axes, function = 2, staticmethod(F.conv2d)


class Conv3d(_Conv):
    """Convolution along three axes: (N, in_channels, depth, height, width). For errors see :class:`Conv1d`.

    >>> Conv3d(1, 2, 3)
    Conv3d(1, 2, kernel_size=(3, 3, 3), stride=(1, 1, 1))
    """

    axes, function = 3, staticmethod(F.conv3d)


class _Transposed(_Conv):
    """What the transposes share: where convolution takes many elements to one, they take one to many."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        more = {"bias": bias, "device": device, "dtype": dtype}
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, **more)
        self.output_padding = self._each(output_padding)

    def _shape(self) -> tuple[int, ...]:
        return self.in_channels, self.out_channels // self.groups, *self.kernel_size

    def _bias_size(self) -> int:
        return self.out_channels

    def forward(self, input: Any, output_size: Any = None) -> Any:
        """The window put down for each element; ``output_size`` says which of the sizes that fit is meant."""
        more = self.output_padding if output_size is None else self._missing(input, tuple(output_size))
        return self.function(
            input, self.weight, self.bias, self.stride, self.padding, more, self.groups, self.dilation
        )

    def _missing(self, input: Any, wanted: tuple[int, ...]) -> tuple[int, ...]:
        """How much ``wanted`` is more than the least. Raises ValueError where that can't be."""
        margins = tuple((int(p), int(p)) for p in self.padding)
        window = Window(self.kernel_size, self.stride, margins, self.dilation)
        least = window.reach(tuple(input.shape[-self.axes :]))
        more = tuple(n - m for n, m in zip(wanted[-self.axes :], least, strict=False))
        if len(wanted) not in (self.axes, input.ndim) or any(
            not 0 <= n < s for n, s in zip(more, self.stride, strict=True)
        ):
            raise errors.error("conv_output", want=wanted, least=least)
        return more


class ConvTranspose1d(_Transposed):
    """The transpose of :class:`Conv1d`.

    >>> ConvTranspose1d(2, 1, 3, stride=2)(lab.zeros(5, 2, 4)).shape
    torch.Size([5, 1, 9])
    """

    axes, function = 1, staticmethod(F.conv_transpose1d)


class ConvTranspose2d(_Transposed):
    """The transpose of :class:`Conv2d`, as generators of images use it (Radford et al. 2016).

    >>> ConvTranspose2d(2, 1, 4, stride=2, padding=1)(lab.zeros(5, 2, 8, 8)).shape
    torch.Size([5, 1, 16, 16])
    """

    axes, function = 2, staticmethod(F.conv_transpose2d)
