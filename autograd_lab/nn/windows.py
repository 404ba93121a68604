"""Pooling and padding, as in ``torch.nn.functional``, which has them all."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import errors
from ..core.variable import Variable
from ..functions import reductions, shapes
from . import rules
from .losses import is_given, run

Sizes = tuple[int, ...]


def each_axis(function: str, name: str, value: Any, axes: int, least: int) -> Sizes:
    """One number for all axes, or a number for each; RuntimeError for another count, or too small ones."""
    sizes = (value,) * axes if isinstance(value, int) else tuple(value)
    sizes = sizes * axes if len(sizes) == 1 else sizes
    if len(sizes) != axes:
        raise errors.error("how_many", function=function, name=name, axes=axes, given=value)
    if min(sizes) < least:
        raise errors.error("too_small", function=function, name=name, least=least, given=value)
    return sizes


def check_axes(function: str, input: Any, unbatched: int) -> None:
    if input.ndim not in (unbatched, unbatched + 1):
        got = tuple(input.shape)
        raise errors.error("image_axes", function=function, low=unbatched, high=unbatched + 1, got=got)


def check_fits(function: str, input: Any, window: rules.Window) -> None:
    shape = tuple(input.shape)
    if min(window.places(shape)) < 1:
        raise errors.error("no_place", function=function, shape=shape, **window._asdict())


# -------------------------------------------------------------------- pooling
def _pooled(
    name: str, input: Any, kernel: Any, stride: Any, padding: Any, dilation: Any = 1, ceil: bool = False
) -> Any:
    check_axes(name, is_given(input, name), 3)
    size = each_axis(name, "kernel_size", kernel, 2, 1)
    step = size if stride in (None, ()) else each_axis(name, "stride", stride, 2, 1)
    edge, wide = each_axis(name, "padding", padding, 2, 0), each_axis(name, "dilation", dilation, 2, 1)
    if any(2 * n > d * (k - 1) + 1 for n, k, d in zip(edge, size, wide, strict=True)):
        raise errors.error("wide_padding", pad=edge, kernel=size)
    window = rules.Window(size, step, tuple((n, n) for n in edge), wide)
    if ceil:
        window = window._replace(margins=_rounded_up(tuple(input.shape[-2:]), window))
    check_fits(name, input, window)
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
