"""Attention, as in ``torch.nn.functional``, which has it too (Vaswani et al. 2017, section 3.2.1)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..base import errors
from ..core.variable import Variable
from ..filling import dropout_noise
from ..functions import reductions, shapes
from .losses import is_given, run


def scaled_dot_product_attention(
    query: Variable,
    key: Variable,
    value: Variable,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
) -> Any:
    """softmax(Q Kᵀ · scale) V: for each query a mean of the values, weighted by how well their keys match.

    Args:
        query: (..., L, E), one row a query.
        key: (..., S, E), one row a key, of the same dtype.
        value: (..., S, Ev), one row a value.
        attn_mask: (..., L, S), True where a key may be looked at; or numbers that are added to the scores.
        dropout_p: the probability that a weight is dropped.
        is_causal: whether each query looks only at keys up to its own place.
        scale: 1 / √E, if left out.

    Raises RuntimeError where the shapes don't fit together, or both a mask and ``is_causal`` are given.

    >>> q, k = Variable([[1.0, 0.0]]), Variable([[1.0, 0.0], [1.0, 0.0]])
    >>> scaled_dot_product_attention(q, k, Variable([[2.0], [4.0]]))
    tensor([[3.]])
    """
    is_given(value, "scaled_dot_product_attention", "value")
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = run("mul", run("matmul", query, shapes.transpose(key, -2, -1)), factor)
    if is_causal:
        if attn_mask is not None:
            raise errors.error("two_masks")
        attn_mask = Variable(np.tri(*scores.shape[-2:], dtype=bool))
    if attn_mask is not None and attn_mask._array.dtype == bool:
        scores = run("where", scores, -math.inf, condition=attn_mask._array)
    elif attn_mask is not None:
        scores = run("add", scores, attn_mask)
    weights = reductions.softmax(scores, -1)
    if dropout_p:
        weights = run("mul", weights, dropout_noise(weights._array, dropout_p))
    return run("matmul", weights, value)
