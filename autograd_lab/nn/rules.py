"""THE TABLE, the part for networks: losses, layers, convolution, pooling. It is there once nn is loaded.

Every entry is one node in PyTorch too. The mathematics: Goodfellow, Bengio and Courville, *Deep Learning*
(2016), sections 6.2 (losses) and 9.1 to 9.5 (convolution and pooling); Ba, Kiros and Hinton, "Layer
normalization" (2016); Ioffe and Szegedy, "Batch normalization" (2015).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..core.matrices import matmul, mT
from ..core.op import TABLE, Array, Op, linear, op, other
from ..core.rules import count, expand, reduce_sum, sum_to
from ..core.shapes import put, reshape, scatter

Sizes = tuple[int, ...]
Margins = tuple[tuple[int, int], ...]  # an axis: how much is added before its first element, after its last


class Window(NamedTuple):
    """What slides along the last axes: how large it is, how far it moves, what is added around, how far apart
    the elements are that it sees; a number for each axis."""

    kernel: Sizes
    stride: Sizes
    margins: Margins
    dilation: Sizes

    def places(self, shape: Sizes) -> Sizes:
        """How many places it has along each axis."""
        each = zip(shape[-len(self.kernel) :], *self, strict=True)
        return tuple((n + a + b - d * (k - 1) - 1) // s + 1 for n, k, s, (a, b), d in each)

    def reach(self, places: Sizes) -> Sizes:
        """How long an axis is where it has so many places, the last of them at its end."""
        each = zip(places, *self, strict=True)
        return tuple((n - 1) * s - a - b + d * (k - 1) + 1 for n, k, s, (a, b), d in each)


sigmoid, clamp, mean, gate = (TABLE[name] for name in ("sigmoid", "clamp", "mean", "gate"))

# Entries are laid out by hand: what is computed, what is shown, the rules.
# fmt: off

# -------------------------------------------------------------------- element by element
log_sigmoid: Op = op("logsigmoid", lambda x: -np.logaddexp(0, -x), on="", local=("1/(1 + exp(x))",),
                     x=lambda g, x: g * sigmoid(-x), title="LogSigmoid")
op("hardtanh", lambda x, min_val=-1.0, max_val=1.0: np.clip(x, min_val, max_val), on="",
   local=("step(x - min_val)*step(max_val - x)",),
   x=lambda g, x, min_val, max_val: gate(g, x, low=min_val, high=max_val, slope=0, called="Hardtanh"))


# -------------------------------------------------------------------- losses
def _reduced(losses: Array, weight: Any, reduction: str) -> Array:
    """The loss of each element, weighted; added up, or their mean, where ``reduction`` asks for it."""
    losses = losses if weight is None else losses * weight
    if reduction == "none":
        return losses
    return losses.sum() / losses.size if reduction == "mean" else losses.sum()


def _each(g: Array, x: Array, weight: Any, reduction: str) -> Array:
    """The way back from ``_reduced``: the upstream gradient of each element's loss."""
    g = g / math.prod(x.shape) if reduction == "mean" else g
    return g if weight is None else g * weight


def _square(x: Array, y: Array, reduction: str) -> Array:
    return _reduced(np.square(x - y), None, reduction)


def _huber(x: Array, y: Array, reduction: str, delta: float) -> Array:
    """The square of the difference, halved, up to ``delta``; from there on a straight line: Huber (1964)."""
    apart = x - y
    inner = np.clip(apart, -delta, delta)
    return _reduced(inner * (apart - inner / 2), None, reduction)


def _huber_back(g: Array, x: Array, y: Array, reduction: str, delta: float) -> Array:
    return _each(g, x, None, reduction) * clamp(x - y, min=-delta, max=delta)


other("mse_loss", _square, on="", local=("2*(x - y)/n", "-2*(x - y)/n"),
      x=lambda g, x, y, reduction: _each(2 * g, x, None, reduction) * (x - y),
      y=lambda g, x, y, reduction: _each(2 * g, x, None, reduction) * (y - x))
other("huber_loss", _huber, on="", local=("clamp(x - y)/n", "-clamp(x - y)/n"),
      x=_huber_back, y=lambda g, x, y, reduction, delta: _huber_back(g, y, x, reduction, delta))
other("smooth_l1_loss", lambda x, y, reduction, beta: _huber(x, y, reduction, beta) / beta, on="",
      local=("clamp(x - y)/n/beta", "-clamp(x - y)/n/beta"),
      x=lambda g, x, y, reduction, beta: _huber_back(g / beta, x, y, reduction, beta),
      y=lambda g, x, y, reduction, beta: _huber_back(g / beta, y, x, reduction, beta))


# As in PyTorch, no logarithm counts as less than -100, and no slope divides by less than 1e-12.
def _binary(x: Array, y: Array, weight: Any, reduction: str) -> Array:
    losses = (y - 1) * np.maximum(np.log1p(-x), -100) - y * np.maximum(np.log(x), -100)
    return _reduced(losses, weight, reduction)


def _binary_back(g: Array, x: Array, y: Array, weight: Any, reduction: str) -> Array:
    return _each(g, x, weight, reduction) * (x - y) / np.maximum(x * (1 - x), 1e-12)


def _logits(x: Array, y: Array, weight: Any, pos_weight: Any, reduction: str) -> Array:
    """The target 1 has the probability sigmoid(x), and the target 0 has sigmoid(-x) = sigmoid(x) exp(-x)."""
    return _reduced((1 - y) * x - (1 + (pos_weight - 1) * y) * log_sigmoid(x), weight, reduction)


def _logits_back(g: Array, x: Array, y: Array, weight: Any, pos_weight: Any, reduction: str) -> Array:
    share = pos_weight * y
    return _each(g, x, weight, reduction) * (sigmoid(x) * (1 - y + share) - share)


def _logits_target(g: Array, x: Array, weight: Any, pos_weight: Any, reduction: str) -> Array:
    return _each(g, x, weight, reduction) * (log_sigmoid(-x) - pos_weight * log_sigmoid(x))


other("binary_cross_entropy", _binary, on="", local=("(x - y)/(x*(1 - x))/n", "log((1 - x)/x)/n"),
      x=_binary_back,
      y=lambda g, x, weight, reduction: -_each(g, x, weight, reduction) * (np.log(x) - np.log1p(-x)))
other("binary_cross_entropy_with_logits", _logits, on="", local=("(sigmoid(x) - y)/n", "-x/n"),
      x=_logits_back, y=_logits_target)


# Minus the elements at ``place``, one a target, times a factor each; added up and divided by ``total``,
# unless that is None. Each of the two is the other's transpose.
def _nll(x: Array, place: Any, factor: Any, total: Any) -> Array:
    losses = -x[place]
    if factor is not None:
        losses = np.where(factor == 0, 0, losses * factor)  # also where they are inf
    return losses if total is None else losses.sum() / total


def _nll_back(x: Array, to: Sizes, place: Any, factor: Any, total: Any) -> Array:
    out = np.zeros(to, x.dtype)
    sent = -x if total is None else -x / total
    out[place] = sent if factor is None else np.where(factor == 0, 0, sent * factor)
    return out


nll_loss: Op = linear(
    "nll_loss", _nll, on="", local=("-g/total where the target is",), frees=True,
    x=lambda g, shape, place, factor, total: nll_back(g, to=shape, place=place, factor=factor, total=total),
    title=lambda node: "NllLoss2D" if len(node.params["shape"]) > 2 else "NllLoss")
nll_back: Op = linear(
    "nll_loss_backward", _nll_back, on="", local=("-g/total where the target is",),
    x=lambda g, place, factor, total: nll_loss(g, place=place, factor=factor, total=total))


# -------------------------------------------------------------------- layers
def _moments(x: Array, dim: Sizes, eps: float) -> tuple[Array, Array]:
    """The mean along ``dim``, and the factor that makes the variance 1."""
    middle = mean(x, dim=dim, keepdim=True)
    moved = x - middle
    return middle, 1 / np.sqrt(mean(moved * moved, dim=dim, keepdim=True) + eps)


def _layer_norm(x: Array, y: Array, z: Any, dim: Sizes, eps: float) -> Array:
    middle, scale = _moments(x, dim, eps)
    out = (x - middle) * scale * y
    return out if z is None else out + z


def _layer_norm_x(g: Array, x: Array, y: Array, dim: Sizes, eps: float) -> Array:
    """The scaled gradient, less what would move the variance, and the mean."""
    (middle, scale), g, share = _moments(x, dim, eps), g * y, 1 / max(count(x.shape, dim), 1)
    total = reduce_sum(g, dim=dim, keepdim=True)
    slope = (total * middle - reduce_sum(g * x, dim=dim, keepdim=True)) * scale * scale * scale * share
    return scale * g + slope * x + (-slope * middle - total * scale * share)


def _layer_norm_y(g: Array, x: Array, shapes: Any, dim: Sizes, eps: float) -> Array:
    middle, scale = _moments(x, dim, eps)
    return sum_to(g * (x - middle) * scale, to=shapes[1])


def _wide(x: Array, ndim: int) -> Array:
    """One number a channel, shaped so that it is broadcast along the axis 1."""
    return reshape(x, shape=(math.prod(x.shape), *[1] * (ndim - 2)))


def _known(x: Array, stats: Any, dim: Sizes, eps: float) -> tuple[Array, Array]:
    """Mean and factor: the batch's own, or from ``stats``, the running mean and variance."""
    if stats is None:
        return _moments(x, dim, eps)
    return _wide(stats[0], x.ndim), _wide(1 / np.sqrt(stats[1] + eps), x.ndim)


def _batch_norm(x: Array, y: Array, z: Any, dim: Sizes, eps: float, stats: Any) -> Array:
    middle, scale = _known(x, stats, dim, eps)
    out = (x - middle) * scale * _wide(y, x.ndim)
    return out if z is None else out + _wide(z, x.ndim)


def _batch_norm_x(g: Array, x: Array, y: Array, dim: Sizes, eps: float, stats: Any) -> Array:
    wide = _wide(y, g.ndim)
    return _layer_norm_x(g, x, wide, dim, eps) if stats is None else g * wide * _known(x, stats, dim, eps)[1]


def _batch_norm_y(g: Array, x: Array, dim: Sizes, eps: float, stats: Any) -> Array:
    middle, scale = _known(x, stats, dim, eps)
    return reduce_sum(g * (x - middle) * scale, dim=dim, keepdim=False)


def _rows_back(g: Array, shape: Sizes, indices: Array, padding_idx: int | None) -> Array:
    if padding_idx is not None:
        g = g * (indices != padding_idx)[..., None]
    return put(reshape(g, shape=(indices.size, shape[1])), to=shape, index=(indices.reshape(-1),))


other("layer_norm", _layer_norm, on="", names=("input", "weight", "bias"), title="NativeLayerNorm",
      local=("scale*(g*y), less its part in mean and variance", "sum(g*(x - mean)*scale)", "sum(g)"),
      x=_layer_norm_x, y=_layer_norm_y, z=lambda g, shapes: sum_to(g, to=shapes[2]))
other("batch_norm", _batch_norm, on="", names=("input", "weight", "bias"), title="NativeBatchNorm",
      local=("scale*(g*y), less its part in mean and variance", "sum(g*(x - mean)*scale)", "sum(g)"),
      x=_batch_norm_x, y=_batch_norm_y, z=lambda g, dim: reduce_sum(g, dim=dim, keepdim=False))
other("addmm", lambda x, y, z: y @ z + x, on="", names=("bias", "input", "weight"),
      local=("sum(g)", "g @ z.T", "y.T @ g"),
      x=lambda g, shape: sum_to(g, to=shape), y=lambda g, z: matmul(g, mT(z)),
      z=lambda g, y: matmul(mT(y), g))
linear("embedding", lambda x, indices, padding_idx: np.take(x, indices, 0), on="", names=("weight",),
       frees=True, local=("g put back",), x=_rows_back)


# -------------------------------------------------------------------- windows that slide along the last axes
def _padded(x: Array, margins: Margins, value: Any = 0) -> Array:
    """``x`` with ``value`` around it along the last axes; cut off where a margin is negative."""
    if not any(map(any, margins)):
        return x
    lead = x.ndim - len(margins)
    wide = (n + a + b for n, (a, b) in zip(x.shape[lead:], margins, strict=True))
    out: Any = np.full((*x.shape[:lead], *wide), value, x.dtype)
    inside = (slice(max(a, 0), out.shape[k] - max(b, 0)) for k, (a, b) in enumerate(margins, lead))
    kept = (slice(max(-a, 0), x.shape[k] - max(-b, 0)) for k, (a, b) in enumerate(margins, lead))
    out[(..., *inside)] = x[(..., *kept)]
    return out


def _seen(x: Array, window: Window, edge: Any = 0) -> Array:
    """All that the window sees, with ``edge`` around ``x``: (..., *places, *kernel)."""
    x, (kernel, stride, _, dilation) = _padded(x, window.margins, edge), window
    span = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    steps = (slice(None, None, step) for step in (*stride, *dilation))
    seen: Any = sliding_window_view(x, span, tuple(range(-len(kernel), 0)))
    return seen[(..., *steps)]


def _unfold(x: Array, window: Window) -> Array:
    """What the window sees at each place as a column: (N, C, ...) becomes (N, C * Πkernel, Πplaces)."""
    seen, n = _seen(x, window), len(window.kernel)
    turned = seen.transpose(0, 1, *range(2 + n, 2 + 2 * n), *range(2, 2 + n))
    return turned.reshape(len(x), x.shape[1] * math.prod(window.kernel), math.prod(seen.shape[2 : 2 + n]))


def _fold(x: Array, to: Sizes, window: Window) -> Array:
    """The columns of ``_unfold`` added up again where they were seen; ``to`` is the shape of the whole."""
    kernel, stride, margins, dilation = window
    there = window.places(to)
    x = x.reshape(*to[:2], *kernel, *there)
    out: Any = np.zeros((*to[:2], *(n + a + b for n, (a, b) in zip(to[2:], margins, strict=True))), x.dtype)
    for corner in np.ndindex(*kernel):
        each = zip(corner, there, stride, dilation, strict=True)
        part = (slice(k * d, k * d + p * s, s) for k, p, s, d in each)
        out[(..., *part)] += x[(slice(None), slice(None), *corner)]
    return _padded(out, tuple((-a, -b) for a, b in margins))


pad: Op = other("constant_pad_nd", lambda x, margins, value: _padded(x, margins, value), on="",
                local=("g, cut off",),
                x=lambda g, margins: pad(g, margins=tuple((-a, -b) for a, b in margins), value=0))
unfold: Op = linear("unfold", _unfold, on="", local=("g, folded",), title="Im2Col",
                    x=lambda g, shape, window: fold(g, to=shape, window=window))
fold: Op = linear("fold", _fold, on="", local=("g, unfolded",), title="Col2Im",
                  x=lambda g, window: unfold(g, window=window))


# -------------------------------------------------------------------- convolution, a matrix product
def _grouped(x: Array, axis: int, groups: int, rest: int) -> Array:
    """The channels along ``axis`` in groups, all axes from ``rest`` on as one."""
    before, channels, after = x.shape[:axis], math.prod(x.shape[axis:rest]), math.prod(x.shape[rest:])
    return reshape(x, shape=(*before, groups, channels // groups, after))


def _convolve(x: Array, y: Array, z: Any, window: Window, groups: int) -> Array:
    out = _grouped(y, 0, groups, 1) @ _grouped(_unfold(x, window), 1, groups, 2)
    out = out.reshape(len(x), len(y), *window.places(x.shape))
    return out if z is None else out + z.reshape(-1, *[1] * (x.ndim - 2))


def _convolve_x(g: Array, y: Array, shape: Sizes, window: Window, groups: int) -> Array:
    sent = matmul(mT(_grouped(y, 0, groups, 1)), _grouped(g, 1, groups, 2))
    columns = reshape(sent, shape=(shape[0], math.prod(sent.shape[1:3]), sent.shape[3]))
    return fold(columns, to=shape, window=window)


def _convolve_y(g: Array, x: Array, shapes: Any, window: Window, groups: int) -> Array:
    each = matmul(_grouped(g, 1, groups, 2), mT(_grouped(unfold(x, window=window), 1, groups, 2)))
    return reshape(reduce_sum(each, dim=0, keepdim=False), shape=shapes[1])


def _put_down(x: Array, y: Array, z: Any, window: Window, groups: int, to: Sizes) -> Array:
    """The transpose: what convolution sends back to its input."""
    out = _convolve_x(x, y, to, window, groups)
    return out if z is None else out + z.reshape(-1, *[1] * (x.ndim - 2))


def _shift_back(g: Array) -> Array:
    return reduce_sum(g, dim=(0, *range(2, g.ndim)), keepdim=False)


convolution: Op = other("convolution", _convolve, on="", names=("input", "weight", "bias"),
                        local=("fold(y.T @ g)", "g @ unfold(x).T", "sum(g)"),
                        x=_convolve_x, y=_convolve_y, z=_shift_back)
other("conv_transpose", _put_down, on="", names=("input", "weight", "bias"), title="Convolution",
      local=("y @ unfold(g)", "x @ unfold(g).T", "sum(g)"),
      x=lambda g, y, window, groups: convolution(g, y, None, window=window, groups=groups),
      y=lambda g, x, shapes, window, groups: _convolve_y(x, g, shapes, window, groups), z=_shift_back)


# -------------------------------------------------------------------- pooling
def _most(x: Array, window: Window) -> tuple[Array, Array]:
    """The largest element that is seen, and its number in the plane: the first, where there are several."""
    low = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    numbers = np.arange(math.prod(x.shape[-2:])).reshape(x.shape[-2:])
    both = (_seen(x, window, low), _seen(numbers, window))
    seen, number = (each.reshape(*each.shape[:-2], math.prod(window.kernel)) for each in both)
    best = seen.argmax(-1)[..., None]
    number = np.broadcast_to(number, seen.shape)
    return np.take_along_axis(seen, best, -1)[..., 0], np.take_along_axis(number, best, -1)[..., 0]


def _most_back(g: Array, shape: Sizes, indices: Array) -> Array:
    flat = (*shape[:-2], math.prod(indices.shape[-2:]))
    whole = (*shape[:-2], math.prod(shape[-2:]))
    rows = scatter(reshape(g, shape=flat), to=whole, dim=len(whole) - 1, index=indices.reshape(flat))
    return reshape(rows, shape=shape)


def _mean_back(g: Array, shape: Sizes, window: Window) -> Array:
    n, there, full = math.prod(window.kernel), math.prod(g.shape[-2:]), (1, *shape)[-4:]
    each = expand(reshape(g / n, shape=(*full[:2], 1, there)), size=(*full[:2], n, there))
    whole = fold(reshape(each, shape=(full[0], full[1] * n, there)), to=full, window=window)
    return reshape(whole, shape=shape)


def _means(long: int, short: int, dtype: Any) -> Array:
    """The matrix that makes ``short`` means of ``long`` elements: equal parts, rounded outwards."""
    at, k = np.arange(long), np.arange(short)[:, None]
    inside = (at >= k * long // short) & (at < -(-(k + 1) * long // short))
    return (inside / inside.sum(1, keepdims=True)).astype(getattr(dtype, "dtype", dtype))


def _adapted(x: Array, size: Sizes) -> Array:
    return _means(x.shape[-2], size[0], x.dtype) @ x @ _means(x.shape[-1], size[1], x.dtype).T


def _adapted_back(g: Array, shape: Sizes, size: Sizes) -> Array:
    rows, columns = _means(shape[-2], size[0], g.dtype), _means(shape[-1], size[1], g.dtype)
    return matmul(matmul(rows.T, g), columns)


other("max_pool2d", _most, on="", extras=("indices",), local=("g where x is it",),
      title="MaxPool2DWithIndices", x=_most_back)
linear("avg_pool2d", lambda x, window: _seen(x, window).mean((-2, -1)), on="", local=("g/n",),
       frees=True, title="AvgPool2D", x=_mean_back)
linear("adaptive_avg_pool2d", _adapted, on="", local=("g/n",), title="AdaptiveAvgPool2D", x=_adapted_back)
