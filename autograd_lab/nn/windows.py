"""Convolution, pooling and padding, as in ``torch.nn.functional``, which has them all.

What PyTorch pads, it pads with zeros; a window's places along an axis of n elements are
(n + 2 padding - dilation (kernel - 1) - 1) // stride + 1 (Dumoulin and Visin, "A guide to convolution
arithmetic for deep learning", 2016).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import errors
from ..core.variable import Variable
from ..functions import reductions, shapes
from . import rules
from .losses import is_given, run

Sizes = tuple[int, ...]


def _each(function: str, name: str, value: Any, axes: int, least: int) -> Sizes:
    """One number for all axes, or a number for each; RuntimeError for another count, or too small ones."""
    sizes = (value,) * axes if isinstance(value, int) else tuple(value)
    sizes = sizes * axes if len(sizes) == 1 else sizes
    if len(sizes) != axes:
        raise errors.error("how_many", function=function, name=name, axes=axes, given=value)
    if min(sizes) < least:
        raise errors.error("too_small", function=function, name=name, least=least, given=value)
    return sizes


def _check_axes(function: str, input: Any, unbatched: int) -> None:
    if input.ndim not in (unbatched, unbatched + 1):
        got = tuple(input.shape)
        raise errors.error("image_axes", function=function, low=unbatched, high=unbatched + 1, got=got)


def _fits(function: str, input: Any, window: rules.Window) -> None:
    shape = tuple(input.shape)
    if min(window.places(shape)) < 1:
        raise errors.error("no_place", function=function, shape=shape, **window._asdict())


# -------------------------------------------------------------------- convolution
def _convolution(
    axes: int, input: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Any:
    name = f"conv{axes}d"
    pair = [is_given(input, name), is_given(weight, name, "weight")]
    step, wide = _each(name, "stride", stride, axes, 1), _each(name, "dilation", dilation, axes, 1)
    _check_axes(name, input, axes + 1)
    if weight.ndim != axes + 2:
        raise errors.error("window_axes", function=name, axes=axes + 2, weight=weight)
    _check_channels(name, input.shape[-axes - 1], weight, bias, groups)
    for x in pair if bias is None else [*pair, bias]:
        if x._array.dtype != input._array.dtype:
            raise errors.error("other_dtype", first=input, second=x)
    kernel = tuple(weight.shape[2:])
    window = rules.Window(kernel, step, _margins(name, padding, kernel, step, wide), wide)
    batch = input if input.ndim == axes + 2 else shapes.unsqueeze(input, 0)
    _fits(name, batch, window)
    out = run("convolution", batch, weight, bias, window=window, groups=groups)
    return out if batch is input else shapes.squeeze(out, 0)


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
    return tuple((n, n) for n in _each(name, "padding", padding, len(kernel), 0))


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


# -------------------------------------------------------------------- pooling
def _pooled(
    name: str, input: Any, kernel: Any, stride: Any, padding: Any, dilation: Any = 1, ceil: bool = False
) -> Any:
    _check_axes(name, is_given(input, name), 3)
    size = _each(name, "kernel_size", kernel, 2, 1)
    step = size if stride in (None, ()) else _each(name, "stride", stride, 2, 1)
    edge, wide = _each(name, "padding", padding, 2, 0), _each(name, "dilation", dilation, 2, 1)
    if any(2 * n > d * (k - 1) + 1 for n, k, d in zip(edge, size, wide, strict=True)):
        raise errors.error("wide_padding", pad=edge, kernel=size)
    window = rules.Window(size, step, tuple((n, n) for n in edge), wide)
    if ceil:
        window = window._replace(margins=_rounded_up(tuple(input.shape[-2:]), window))
    _fits(name, input, window)
    return run(name, input, window=window)


def _rounded_up(shape: Sizes, window: rules.Window) -> rules.Margins:
    """Margins with room for a last window that hangs over the end, but doesn't start there."""
    margins = []
    for n, k, s, (a, b), d in zip(shape, *window, strict=True):
        over = -(n + a + b - d * (k - 1) - 1) % s
        starts = (n + a + b - d * (k - 1) - 1 + over) // s * s
        margins.append((a, b + over if starts < n + a else b))
    return tuple(margins)


def _row(value: Any, beside: int) -> Any:
    """What is given for one axis, for a row that is one element high."""
    return value if value is None else (beside, value if isinstance(value, int) else value[0])


def max_pool2d(
    input: Variable,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Any:
    """The largest element that a window sees, at each place: (N, C, height, width), or without N.

    ``stride`` is the kernel's size, if left out; in ``ceil_mode`` the last window may hang over the end.
    Raises RuntimeError where the window is larger than the image, or the padding than half the window.

    >>> max_pool2d(Variable([[[1.0, 2.0], [3.0, 4.0]]]), 2)
    tensor([[[4.]]])
    """
    return _pooled("max_pool2d", input, kernel_size, stride, padding, dilation, ceil_mode)


def avg_pool2d(input: Variable, kernel_size: Any, stride: Any = None, padding: Any = 0) -> Any:
    """The mean of what a window sees, zeros around the image included; for all else see :func:`max_pool2d`.

    >>> avg_pool2d(Variable([[[1.0, 2.0], [3.0, 4.0]]]), 2)
    tensor([[[2.5000]]])
    """
    return _pooled("avg_pool2d", input, kernel_size, stride, padding)


def max_pool1d(
    input: Variable,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Any:
    """:func:`max_pool2d` along one axis: (N, C, length), or without N.

    >>> max_pool1d(Variable([[1.0, 3.0, 2.0, 0.0]]), 2)
    tensor([[3., 2.]])
    """
    rows = shapes.unsqueeze(is_given(input, "max_pool1d"), -2)
    sizes = (_row(kernel_size, 1), _row(stride, 1), _row(padding, 0), _row(dilation, 1))
    return shapes.squeeze(max_pool2d(rows, *sizes, ceil_mode), -2)


def avg_pool1d(input: Variable, kernel_size: Any, stride: Any = None, padding: Any = 0) -> Any:
    """:func:`avg_pool2d` along one axis: (N, C, length), or without N.

    >>> avg_pool1d(Variable([[1.0, 3.0, 2.0, 0.0]]), 2)
    tensor([[2., 1.]])
    """
    rows = shapes.unsqueeze(is_given(input, "avg_pool1d"), -2)
    return shapes.squeeze(avg_pool2d(rows, _row(kernel_size, 1), _row(stride, 1), _row(padding, 0)), -2)


def adaptive_avg_pool2d(input: Variable, output_size: Any) -> Any:
    """Means of as many parts of the last two axes as ``output_size`` says; None leaves an axis as it is.

    >>> adaptive_avg_pool2d(Variable([[[1.0, 2.0], [3.0, 4.0]]]), 1)
    tensor([[[2.5000]]])
    """
    long = tuple(is_given(input, "adaptive_avg_pool2d").shape[-2:])
    asked = (output_size,) * 2 if isinstance(output_size, int) else tuple(output_size)
    size = tuple(n if k is None else k for k, n in zip(asked, long, strict=True))
    if size == (1, 1):
        return reductions.mean(input, (-2, -1), keepdim=True)
    return run("adaptive_avg_pool2d", input, size=size)


# -------------------------------------------------------------------- padding
PADDED = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # PyTorch's words, and NumPy's


def pad(input: Variable, pad: Any, mode: str = "constant", value: float | None = None) -> Any:
    """More elements around ``input``; fewer, where a number is negative.

    Args:
        input: of any shape.
        pad: how many before and after the last axis, then the last but one, and so on.
        mode: "constant" for ``value``s (zeros, if left out), "reflect", "replicate" or "circular".
        value: what is put around.

    Raises:
        RuntimeError: ``pad`` has an odd length, or more than two numbers an axis.
        NotImplementedError: an unknown ``mode``.

    >>> pad(Variable([1.0, 2.0]), (1, 0))
    tensor([0., 1., 2.])
    """
    sizes = tuple(pad)
    if len(sizes) % 2 or len(sizes) > 2 * is_given(input, "pad").ndim:
        raise errors.error("pad_length", given=sizes, variable=input)
    margins = tuple(zip(sizes[-2::-2], sizes[::-2], strict=True))
    shape = tuple(input.shape)[input.ndim - len(margins) :]
    if any(n + a + b < 0 or -min(a, b) > n for n, (a, b) in zip(shape, margins, strict=True)):
        raise errors.error("pad_cut", given=sizes, variable=input)
    if mode == "constant":
        return run("constant_pad_nd", input, margins=margins, value=value or 0)
    if mode not in PADDED:
        raise errors.error("pad_mode", given=mode, known=", ".join(PADDED))
    for axis, (n, (a, b)) in enumerate(zip(shape, margins, strict=True), input.ndim - len(margins)):
        if max(a, b) > (n - 1 if mode == "reflect" else n) and mode != "replicate":
            raise errors.error("pad_more", given=sizes, variable=input)
        places = np.pad(np.arange(n), (max(a, 0), max(b, 0)), PADDED[mode])[max(-a, 0) :]  # type: ignore[call-overload]
        input = run("index_select", input, dim=axis, index=places[: n + a + b])
    return input
