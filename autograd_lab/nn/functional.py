"""Functions of networks: the same names as torch.nn.functional.

Activations are described in Goodfellow, Bengio and Courville, *Deep Learning* (2016), section 6.3.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..base import errors
from ..core import inplace as changing
from ..core.op import TABLE
from ..core.variable import Variable
from ..filling import dropout_noise
from ..functions import reductions, shapes
from .attention import scaled_dot_product_attention
from .convolution import conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d
from .losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    huber_loss,
    is_given,
    kl_div,
    l1_loss,
    mse_loss,
    nll_loss,
    one_hot,
    run,
    smooth_l1_loss,
)
from .normalizing import batch_norm, layer_norm
from .windows import (
    adaptive_avg_pool2d,
    avg_pool1d,
    avg_pool2d,
    max_pool1d,
    max_pool2d,
    pad,
)

__all__ = [
    "adaptive_avg_pool2d",
    "avg_pool1d",
    "avg_pool2d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "cosine_similarity",
    "cross_entropy",
    "dropout",
    "dropout2d",
    "elu",
    "embedding",
    "gelu",
    "hardtanh",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsigmoid",
    "max_pool1d",
    "max_pool2d",
    "mse_loss",
    "nll_loss",
    "normalize",
    "one_hot",
    "pad",
    "relu",
    "relu6",
    "scaled_dot_product_attention",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
    "tanhshrink",
]


OF_INTEGERS = ("relu", "hardtanh", "sigmoid", "tanh")  # those that PyTorch has for integers too


# -------------------------------------------------------------------- activations
def _activated(name: str, input: Any, inplace: bool = False, **params: Any) -> Any:
    """An element-wise operation, of a float Variable; changing it, where ``inplace``."""
    if is_given(input, name)._array.dtype.kind not in "fc" and name not in OF_INTEGERS:
        raise errors.error("floats_only", function=name, variable=input)
    if inplace:
        return changing.change(input, TABLE[name], f"{name}_()", (), params)
    return run(name, input, **params)


def relu(input: Variable, inplace: bool = False) -> Any:
    """max(0, x). Raises RuntimeError for bools.

    >>> relu(Variable([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return _activated("relu", input, inplace)


def leaky_relu(input: Variable, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """x above 0, and ``negative_slope`` times x below.

    >>> leaky_relu(Variable([-1.0, 2.0]), 0.5)
    tensor([-0.5000,  2.0000])
    """
    return _activated("leaky_relu", input, inplace, negative_slope=negative_slope)


def elu(input: Variable, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x above 0, and ``alpha`` (eˣ − 1) below (Clevert, Unterthiner and Hochreiter 2016).

    >>> elu(Variable([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """
    return _activated("elu", input, inplace, alpha=alpha)


def gelu(input: Variable, approximate: str = "none") -> Any:
    """x Φ(x), Φ the normal distribution function, or its usual approximation by "tanh".

    (Hendrycks and Gimpel 2016.) Raises RuntimeError for any other word than "none" and "tanh".

    >>> gelu(Variable([-1.0, 2.0]))
    tensor([-0.1587,  1.9545])
    """
    if approximate not in ("none", "tanh"):
        raise errors.error("word", name="approximate", known=errors.Phrase("none_or_tanh"), given=approximate)
    return _activated("gelu", input, approximate=approximate)


def silu(input: Variable, inplace: bool = False) -> Any:
    """x σ(x), σ the sigmoid (Elfwing, Uchibe and Doya 2018).

    >>> silu(Variable([-1.0, 2.0]))
    tensor([-0.2689,  1.7616])
    """
    return _activated("silu", input, inplace)


def softplus(input: Variable, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """log(1 + e^(beta x)) / beta; x itself, where beta x is above ``threshold``.

    >>> softplus(Variable([0.0, 30.0]))
    tensor([ 0.6931, 30.0000])
    """
    return _activated("softplus", input, beta=beta, threshold=threshold)


def sigmoid(input: Variable) -> Any:
    """1 / (1 + e⁻ˣ).

    >>> sigmoid(Variable([0.0, 2.0]))
    tensor([0.5000, 0.8808])
    """
    return _activated("sigmoid", input)


def logsigmoid(input: Variable) -> Any:
    """The logarithm of :func:`sigmoid`, without overflow.

    >>> logsigmoid(Variable([0.0, -200.0]))
    tensor([  -0.6931, -200.0000])
    """
    return _activated("logsigmoid", input)


def tanh(input: Variable) -> Any:
    """(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).

    >>> tanh(Variable([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """
    return _activated("tanh", input)


def hardtanh(input: Variable, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """x held between two bounds. Raises ValueError where the lower one is above the other.

    >>> hardtanh(Variable([-3.0, 0.5]))
    tensor([-1.0000,  0.5000])
    """
    if min_val > max_val:
        raise errors.error("bounds", low=min_val, high=max_val)
    return _activated("hardtanh", input, inplace, min_val=min_val, max_val=max_val)


def relu6(input: Variable, inplace: bool = False) -> Any:
    """x held between 0 and 6.

    >>> relu6(Variable([-3.0, 8.0]))
    tensor([0., 6.])
    """
    return hardtanh(input, 0.0, 6.0, inplace)


def tanhshrink(input: Variable) -> Any:
    """x − tanh(x).

    >>> tanhshrink(Variable([0.0, 1.0]))
    tensor([0.0000, 0.2384])
    """
    return run("sub", input, tanh(input))


def softsign(input: Variable) -> Any:
    """x / (1 + |x|).

    >>> softsign(Variable([0.0, 1.0]))
    tensor([0.0000, 0.5000])
    """
    return run("div", is_given(input, "softsign"), run("add", run("abs", input), 1))


def _usual_dim(input: Variable) -> int:
    """The axis that PyTorch takes where none is named."""
    return 0 if input.ndim in (0, 1, 3) else 1


def softmax(input: Variable, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    """exp(x) / Σ exp(x) along ``dim``; for errors see :func:`autograd_lab.softmax`.

    >>> softmax(Variable([1.0, 1.0]), dim=0)
    tensor([0.5000, 0.5000])
    """
    return reductions.softmax(input, _usual_dim(is_given(input, "softmax")) if dim is None else dim, dtype)


def log_softmax(input: Variable, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    """The logarithm of :func:`softmax`.

    >>> log_softmax(Variable([1.0, 1.0]), dim=0)
    tensor([-0.6931, -0.6931])
    """
    return reductions.log_softmax(
        input, _usual_dim(is_given(input, "log_softmax")) if dim is None else dim, dtype
    )


# -------------------------------------------------------------------- layers
def linear(input: Variable, weight: Variable, bias: Any = None) -> Any:
    """x Wᵀ + b.

    Args:
        input: (..., in).
        weight: (out, in), or (in,) for one number out, of the same dtype.
        bias: (out,), or None.

    Raises:
        RuntimeError: the shapes don't fit together, or the dtypes differ.

    >>> linear(Variable([1.0, 2.0]), Variable([[1.0, 1.0]]), Variable([0.5]))
    tensor([3.5000])
    """
    for name, x in (("input", input), ("weight", weight), ("bias", bias)):
        if x is not None and is_given(x, "linear", name)._array.dtype != input._array.dtype:
            raise errors.error("other_dtype", first=input, second=x)
    if not input.ndim or not 0 < weight.ndim < 3:
        raise errors.error("linear_axes", input=input, weight=weight)
    if input.shape[-1] != weight.shape[-1]:
        raise errors.shapes("matmul", tuple(input.shape), tuple(weight.shape[::-1]))
    turned = shapes.t(weight)
    if bias is None:
        return run("matmul", input, turned)
    if input.ndim == 1 and not (weight.ndim and bias.ndim):
        return run("add", run("matmul", input, turned), bias)
    if weight.ndim != 2 or bias.ndim > 2 or bias.shape[-1:] not in ((1,), weight.shape[:1]):
        raise errors.error("linear_bias", bias=bias, weight=weight)
    if input.ndim == 2:
        return run("addmm", bias, input, turned)
    shape = tuple(input.shape)
    rows = shapes.reshape(input, (math.prod(shape[:-1]), shape[-1]))
    return shapes.reshape(run("addmm", bias, rows, turned), (*shape[:-1], weight.shape[0]))


def embedding(input: Variable, weight: Variable, padding_idx: int | None = None) -> Any:
    """The rows of ``weight`` that the integers in ``input`` name: (...) becomes (..., columns).

    The row ``padding_idx`` gets no gradient.

    Raises:
        IndexError: there is no such row.
        RuntimeError: ``input`` is neither int64 nor int32; ``weight`` is no matrix.
        AssertionError: there is no row ``padding_idx``.

    >>> embedding(Variable([1, 0]), Variable([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[3., 4.],
            [1., 2.]])
    """
    if is_given(weight, "embedding", "weight").ndim != 2:
        raise errors.error("table_axes", variable=weight)
    places, rows = is_given(input, "embedding")._array, weight.shape[0]
    if places.dtype not in (np.int64, np.int32):
        raise errors.error("row_dtype", variable=input)
    if padding_idx is not None:
        if not -rows <= padding_idx < rows:
            raise errors.error("padding_row")
        padding_idx %= rows
    if places.size and not 0 <= places.min() <= places.max() < rows:
        raise errors.error("no_row", variable=input, rows=rows)
    return run("embedding", weight, indices=places, padding_idx=padding_idx)


def dropout(input: Variable, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """While training, each element is 0 with probability ``p``, and the rest grow by 1 / (1 − p).

    Which ones, PyTorch would choose too after the same ``manual_seed`` (Srivastava et al. 2014). Raises
    ValueError for a ``p`` outside 0 to 1.

    >>> dropout(Variable([1.0, 2.0]), 0.5, training=False)
    tensor([1., 2.])
    """
    return _dropped(input, p, training, inplace, tuple(is_given(input, "dropout").shape))


def dropout2d(input: Variable, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """:func:`dropout` of whole channels: (N, C, ...), each of the N · C at once (Tompson et al. 2015).

    >>> dropout2d(Variable([[[1.0, 2.0]]]), 1.0)
    tensor([[[0., 0.]]])
    """
    shape = tuple(is_given(input, "dropout2d").shape)
    return _dropped(input, p, training, inplace, (*shape[:2], *[1] * len(shape[2:])))


def _dropped(input: Variable, p: float, training: bool, inplace: bool, shape: tuple[int, ...]) -> Any:
    """``input`` times random numbers of ``shape``, which are 0 or 1 / (1 − p)."""
    if not 0 <= p <= 1:
        raise errors.error("no_probability", given=p)
    array = input._array
    if p == 0 or not training or not array.size:
        return input
    like = array if array.shape == shape else np.empty(shape, array.dtype)
    noise = np.zeros_like(like) if p == 1 else dropout_noise(like, p)
    if inplace:
        return changing.change(input, TABLE["mul"], "dropout_()", (noise,), {})
    return run("mul", input, noise)


# -------------------------------------------------------------------- lengths and angles
def normalize(input: Variable, p: float = 2.0, dim: Any = 1, eps: float = 1e-12) -> Any:
    """``input`` divided by its p-norm along ``dim``, so that this is 1; or by ``eps``, where it is smaller.

    >>> normalize(Variable([3.0, 4.0]), dim=0)
    tensor([0.6000, 0.8000])
    """
    length = reductions.norm(is_given(input, "normalize"), p, dim, keepdim=True)
    return run("div", input, shapes.expand_as(run("clamp", length, min=eps, max=None), input))


def cosine_similarity(x1: Variable, x2: Variable, dim: int = 1, eps: float = 1e-8) -> Any:
    """The cosine of the angle between vectors, which lie along ``dim``; both are broadcast.

    >>> cosine_similarity(Variable([1.0, 0.0]), Variable([1.0, 1.0]), dim=0)
    tensor(0.7071)
    """
    given = [is_given(x, "cosine_similarity", name) for x, name in ((x1, "x1"), (x2, "x2"))]
    shape = np.broadcast_shapes(*(x.shape for x in given))
    pair = [normalize(shapes.expand(x, shape), 2.0, dim, eps) for x in given]
    return reductions.sum(run("mul", *pair), dim)
