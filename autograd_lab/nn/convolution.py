"""Convolution, and its transpose, as in ``torch.nn.functional``, which has them all.

What PyTorch pads, it pads with zeros; a window's places along an axis of n elements are
(n + 2 padding - dilation (kernel - 1) - 1) // stride + 1 (Dumoulin and Visin, "A guide to convolution
arithmetic for deep learning", 2016).
"""

from __future__ import annotations

from typing import Any

from ..base import errors
from ..core.variable import Variable
from ..functions import shapes
from . import rules
from .losses import is_given, run
from .windows import Sizes, check_axes, check_fits, each_axis


def _convolution(
    axes: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Any:
    name = f"conv{axes}d"
    _check_inputs(name, axes, input, weight)
    step, wide = each_axis(name, "stride", stride, axes, 1), each_axis(name, "dilation", dilation, axes, 1)
    _check_channels(name, input.shape[-axes - 1], weight, bias, groups)
    _check_dtypes(input, weight, bias)
    kernel = tuple(weight.shape[2:])
    window = rules.Window(kernel, step, _margins(name, padding, kernel, step, wide), wide)
    batch = input if input.ndim == axes + 2 else shapes.unsqueeze(input, 0)
    check_fits(name, batch, window)
    out = run("convolution", batch, weight, bias, window=window, groups=groups)
    return out if batch is input else shapes.squeeze(out, 0)


def _transposed(
    axes: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    more: Any,
    groups: int,
    dilation: Any,
) -> Any:
    name = f"conv_transpose{axes}d"
    _check_inputs(name, axes, input, weight)
    step, wide = each_axis(name, "stride", stride, axes, 1), each_axis(name, "dilation", dilation, axes, 1)
    edge, extra = (
        each_axis(name, "padding", padding, axes, 0),
        each_axis(name, "output_padding", more, axes, 0),
    )
    outputs = weight.shape[1] * groups
    if groups < 1 or weight.shape[0] % groups:
        raise errors.error("groups", function=name, groups=groups, channels=weight.shape[0])
    if input.shape[-axes - 1] != weight.shape[0]:
        got = input.shape[-axes - 1]
        raise errors.error("channels", groups=groups, weight=weight, wanted=weight.shape[0], got=got)
    if bias is not None and is_given(bias, name, "bias").shape != (outputs,):
        raise errors.error("window_bias", weight=weight, wanted=outputs, bias=bias)
    if any(n >= max(s, d) for n, s, d in zip(extra, step, wide, strict=True)):
        raise errors.error("output_padding", given=extra, stride=step, dilation=wide)
    _check_dtypes(input, weight, bias)
    kernel = tuple(weight.shape[2:])
    window = rules.Window(kernel, step, tuple((p, p - n) for p, n in zip(edge, extra, strict=True)), wide)
    sizes = window.reach(tuple(input.shape[-axes:]))
    if min(sizes) < 1:
        raise errors.error("no_output", function=name, sizes=sizes)
    batch = input if input.ndim == axes + 2 else shapes.unsqueeze(input, 0)
    to = (batch.shape[0], outputs, *sizes)
    out = run("conv_transpose", batch, weight, bias, window=window, groups=groups, to=to)
    return out if batch is input else shapes.squeeze(out, 0)


def _check_inputs(name: str, axes: int, input: Any, weight: Any) -> None:
    check_axes(name, is_given(input, name), axes + 1)
    if is_given(weight, name, "weight").ndim != axes + 2:
        raise errors.error("window_axes", function=name, axes=axes + 2, weight=weight)


def _check_dtypes(input: Any, *more: Any) -> None:
    for x in more:
        if x is not None and x._array.dtype != input._array.dtype:
            raise errors.error("other_dtype", first=input, second=x)


def _check_channels(name: str, channels: int, weight: Any, bias: Any, groups: int) -> None:
    if groups < 1 or weight.shape[0] % groups:
        raise errors.error("groups", function=name, groups=groups, channels=weight.shape[0])
    wanted = weight.shape[1] * groups
    if wanted != channels:
        raise errors.error("channels", groups=groups, weight=weight, wanted=wanted, got=channels)
    if bias is not None and is_given(bias, name, "bias").shape != weight.shape[:1]:
        raise errors.error("window_bias", weight=weight, wanted=weight.shape[0], bias=bias)


def _margins(name: str, padding: Any, kernel: Sizes, stride: Sizes, dilation: Sizes) -> rules.Margins:
    """How much is added before and after each axis."""
    if padding == "valid":
        padding = 0
    if padding == "same":
        if max(stride) > 1:
            raise errors.error("same_stride")
        more = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        return tuple((n // 2, n - n // 2) for n in more)
    if isinstance(padding, str):
        raise errors.error("padding_word", given=padding)
    return tuple((n, n) for n in each_axis(name, "padding", padding, len(kernel), 0))


def conv1d(
    input: Variable,
    weight: Variable,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """:func:`conv2d` along one axis: (N, C, length) becomes (N, O, new length).

    >>> conv1d(Variable([[[1.0, 2.0, 4.0]]]), Variable([[[-1.0, 1.0]]]))
    tensor([[[1., 2.]]])
    """
    return _convolution(1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Variable,
    weight: Variable,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """The weighted sum of what a window sees, at each place it slides to.

    Args:
        input: images, (N, C, height, width) or (C, height, width).
        weight: (O, C / groups, kernel height, kernel width), of the same dtype.
        bias: (O,), or None.
        stride: how far the window moves, one number or one an axis.
        padding: how many zeros are put around; "valid" is 0, "same" keeps height and width.
        dilation: how far apart the elements are that the window sees.
        groups: into how many groups the channels are divided, each with windows of its own.

    Raises:
        RuntimeError: the channels don't fit together; the window is larger than the image; the dtypes differ;
            a number is too small.

    >>> conv2d(Variable([[[[1.0, 2.0], [3.0, 4.0]]]]), Variable([[[[1.0, 1.0], [1.0, 1.0]]]]))
    tensor([[[[10.]]]])
    """
    return _convolution(2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Variable,
    weight: Variable,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """:func:`conv2d` along three axes: (N, C, depth, height, width), or without N.

    >>> conv3d(Variable([[[[[1.0, 2.0]]]]]), Variable([[[[[1.0, 1.0]]]]]))
    tensor([[[[[3.]]]]])
    """
    return _convolution(3, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Variable,
    weight: Variable,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """:func:`conv_transpose2d` along one axis: (N, C, length), or without N.

    >>> conv_transpose1d(Variable([[[1.0, 2.0]]]), Variable([[[1.0, 10.0]]]))
    tensor([[[ 1., 12., 20.]]])
    """
    return _transposed(1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: Variable,
    weight: Variable,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """What :func:`conv2d` sends back to its input: each element puts the window down, times itself.

    Args:
        input: (N, C, height, width) or (C, height, width).
        weight: (C, O / groups, kernel height, kernel width), of the same dtype.
        bias: (O,), or None.
        stride: how far apart the windows are put down.
        padding: how much is cut off around what comes out.
        output_padding: how much is added behind it, less than ``stride`` or ``dilation``.
        groups: into how many groups the channels are divided.
        dilation: how far apart the elements of the window are.

    Raises:
        RuntimeError: as conv2d does; and where nothing is left.

    >>> conv_transpose2d(Variable([[[[1.0, 2.0]]]]), Variable([[[[1.0], [10.0]]]]))
    tensor([[[[ 1.,  2.],
              [10., 20.]]]])
    """
    return _transposed(2, input, weight, bias, stride, padding, output_padding, groups, dilation)
