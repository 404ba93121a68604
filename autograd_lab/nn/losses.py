"""Losses, as in ``torch.nn.functional``, which has them all.

``reduction`` is "mean", "sum", or "none": a loss for each element. ValueError is raised for any other word.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..base import dtypes, errors
from ..core.op import TABLE
from ..core.record import apply, made
from ..core.variable import Variable
from ..functions import reductions, shapes
from . import rules  # noqa: F401 - which adds to the table


def run(name: str, *inputs: Any, **params: Any) -> Any:
    """One operation of the table, recorded for the line that the user wrote."""
    return apply(TABLE[name], inputs, params)


def is_given(x: Any, function: str, argument: str = "input") -> Any:
    """The Variable that was given. Raises TypeError for anything else."""
    if not isinstance(x, Variable):
        raise errors.error("not_a_variable", function=function, argument=argument, got=type(x).__name__)
    return x


def _checked(reduction: str) -> str:
    if reduction not in ("mean", "sum", "none"):
        raise errors.error("reduction", given=reduction)
    return reduction


def _reduced(losses: Any, reduction: str) -> Any:
    if _checked(reduction) == "none":
        return losses
    return reductions.mean(losses) if reduction == "mean" else reductions.sum(losses)


# -------------------------------------------------------------------- how far numbers are from others
def _sized(x: Any, function: str, argument: str = "input") -> Any:
    """As ``is_given``, but raises AttributeError: where shapes are compared first, that is PyTorch's."""
    if not isinstance(x, Variable):
        facts = {"function": function, "argument": argument, "got": type(x).__name__}
        raise errors.error("not_a_variable", AttributeError, **facts)
    return x


def _pair(function: str, input: Any, target: Any) -> list[Any]:
    """Both, broadcast to one shape and promoted to one dtype. Warns where their shapes differ."""
    pair = [_sized(input, function), _sized(target, function, "target")]
    if input.shape != target.shape:
        text = (
            f"{function}: a target of shape {tuple(target.shape)} is broadcast with an input of shape "
            f"{tuple(input.shape)}, which is rarely what you want. Give both the same."
        )
        warnings.warn(text, UserWarning, stacklevel=3)
        try:
            shape = np.broadcast_shapes(input.shape, target.shape)
        except ValueError:
            raise errors.shapes(function, tuple(input.shape), tuple(target.shape)) from None
        pair = [x if tuple(x.shape) == shape else shapes.expand(x, shape) for x in pair]
    if input._array.dtype != target._array.dtype:
        kind = dtypes.Dtype(dtypes.result_dtype([x._array for x in pair], False).name)
        pair = [x.to(kind) for x in pair]
    if pair[0]._array.dtype.kind != "f":
        raise errors.error("floats_only", function=function, variable=pair[0])
    return pair


def mse_loss(input: Variable, target: Variable, *, reduction: str = "mean") -> Any:
    """(input - target)².

    Args:
        input: of any shape, float.
        target: of the same shape; broadcast otherwise, with a warning.
        reduction: "mean", "sum" or "none".

    Raises:
        RuntimeError: the shapes can't be broadcast.
        ValueError: an unknown ``reduction``.

    >>> mse_loss(Variable([1.0, 2.0]), Variable([1.0, 4.0]))
    tensor(2.)
    """
    return run("mse_loss", *_pair("mse_loss", input, target), reduction=_checked(reduction))


def l1_loss(input: Variable, target: Variable, *, reduction: str = "mean") -> Any:
    """|input - target|; for arguments and errors see :func:`mse_loss`.

    >>> l1_loss(Variable([1.0, 2.0]), Variable([1.0, 4.0]))
    tensor(1.)
    """
    return _reduced(run("abs", run("sub", *_pair("l1_loss", input, target))), reduction)


def huber_loss(input: Variable, target: Variable, *, reduction: str = "mean", delta: float = 1.0) -> Any:
    """d²/2 for d = input - target, up to |d| = ``delta``, and straight from there on (Huber 1964).

    For arguments and errors see :func:`mse_loss`. Raises RuntimeError where ``delta`` is not positive.

    >>> huber_loss(Variable([1.0, 2.0]), Variable([1.0, 4.0]))
    tensor(0.7500)
    """
    pair = _pair("huber_loss", input, target)
    if delta <= 0:
        raise errors.error("not_positive", function="huber_loss", name="delta", given=delta)
    return run("huber_loss", *pair, reduction=_checked(reduction), delta=delta)


def smooth_l1_loss(input: Variable, target: Variable, *, reduction: str = "mean", beta: float = 1.0) -> Any:
    """:func:`huber_loss` divided by its ``delta``, here called ``beta``; :func:`l1_loss` where that is 0.

    >>> smooth_l1_loss(Variable([1.0, 2.0]), Variable([1.0, 4.0]))
    tensor(0.7500)
    """
    if beta == 0:
        return l1_loss(input, target, reduction=reduction)
    pair = _pair("smooth_l1_loss", input, target)
    if beta < 0:
        raise errors.error("not_positive", function="smooth_l1_loss", name="beta", given=beta)
    return run("smooth_l1_loss", *pair, reduction=_checked(reduction), beta=beta)


def kl_div(input: Variable, target: Variable, *, reduction: str = "mean", log_target: bool = False) -> Any:
    """target · (log target − input), for ``input`` of log-probabilities (Kullback & Leibler 1951).

    ``target`` is of probabilities, or of logarithms too if ``log_target``. With ``reduction`` "batchmean" it
    is the sum, divided by the length of the first axis. For errors see :func:`mse_loss`.

    >>> kl_div(Variable([-1.0, -1.0]), Variable([1.0, 0.0]), reduction="sum")
    tensor(1.)
    """
    x, y = is_given(input, "kl_div"), is_given(target, "kl_div", "target")
    if log_target:
        losses = run("mul", run("exp", y), run("sub", y, x))
    else:
        known = run("where", run("mul", y, run("log", y)), 0.0, condition=y._array > 0)  # 0 · log 0 is 0
        losses = run("sub", known, run("mul", y, x))
    if reduction == "batchmean":
        return run("div", reductions.sum(losses), x.shape[0]) if x.ndim else losses
    return _reduced(losses, reduction)


# -------------------------------------------------------------------- yes or no
def _factor(weight: Any, like: Any, function: str, argument: str) -> Any:
    """A factor for each element, as an array of the dtype and shape of ``like``; None where there is none."""
    if weight is None:
        return None
    array = is_given(weight, function, argument)._array
    try:
        return np.broadcast_to(array, like.shape).astype(like._array.dtype)
    except ValueError:
        raise errors.shapes(function, array.shape, tuple(like.shape)) from None


def _same_size(function: str, input: Any, target: Any) -> None:
    if _sized(input, function).shape != _sized(target, function, "target").shape:
        raise errors.error("other_size", function=function, input=input, target=target)
    if input._array.dtype != target._array.dtype:
        raise errors.error("other_dtype", first=input, second=target)


def binary_cross_entropy(
    input: Variable, target: Variable, weight: Any = None, *, reduction: str = "mean"
) -> Any:
    """-t log(p) - (1 - t) log(1 - p), for probabilities p = ``input``; no logarithm counts as less than -100.

    Args:
        input: from 0 to 1, of any shape.
        target: from 0 to 1, of the same shape and dtype.
        weight: a factor for each element, broadcast.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: the shapes differ; an unknown ``reduction``.
        RuntimeError: an element of ``input`` is no probability; the dtypes differ.

    >>> binary_cross_entropy(Variable([0.5, 0.5]), Variable([1.0, 0.0]))
    tensor(0.6931)
    """
    _same_size("binary_cross_entropy", input, target)
    probabilities = input._array
    if not ((probabilities >= 0) & (probabilities <= 1)).all():
        raise errors.error("no_chance", variable=input)
    factor = _factor(weight, target, "binary_cross_entropy", "weight")
    return run("binary_cross_entropy", input, target, weight=factor, reduction=_checked(reduction))


def binary_cross_entropy_with_logits(
    input: Variable, target: Variable, weight: Any = None, *, reduction: str = "mean", pos_weight: Any = None
) -> Any:
    """:func:`binary_cross_entropy` of sigmoid(input), without overflow.

    ``pos_weight`` is a factor for the part of target 1. For all else see :func:`binary_cross_entropy`.

    >>> binary_cross_entropy_with_logits(Variable([0.0, 0.0]), Variable([1.0, 0.0]))
    tensor(0.6931)
    """
    name = "binary_cross_entropy_with_logits"
    _same_size(name, input, target)
    factor = _factor(weight, target, name, "weight")
    positive = 1 if pos_weight is None else _factor(pos_weight, target, name, "pos_weight")
    return run(name, input, target, weight=factor, pos_weight=positive, reduction=_checked(reduction))


# -------------------------------------------------------------------- one class of several
def nll_loss(
    input: Variable,
    target: Variable,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Any:
    """-input[target] for each target: the cross entropy, where ``input`` holds log-probabilities.

    Args:
        input: (N, C), (C,), or (N, C, ...) for a class at each place of an image.
        target: which of the C classes: (N,), () or (N, ...), int64.
        weight: a factor for each class, (C,). The mean is divided by the factors that counted.
        ignore_index: targets that don't count.
        reduction: "mean", "sum" or "none".

    Raises:
        IndexError: there is no such class.
        ValueError: there are more or fewer targets than inputs; an unknown ``reduction``.
        RuntimeError: the targets are no integers, or don't fit otherwise; weights don't fit the classes.

    >>> nll_loss(Variable([[-0.1, -2.0], [-3.0, -0.2]]), Variable([0, 1]))
    tensor(0.1500)
    """
    _checked(reduction)
    number, classes = _numbers(is_given(input, "nll_loss"), is_given(target, "nll_loss", "target"))
    factor = _class_weight("nll_loss", weight, input, classes)
    if input._array.dtype.kind != "f":
        raise errors.error("floats_only", function="nll_loss", variable=input)
    kept = None
    inside = np.max(number.astype(np.uint64), initial=0) < classes  # unsigned, a negative one is huge
    if number.size and (ignore_index >= 0 or not inside):
        kept = number != ignore_index
        number = np.where(kept, number, 0)
        if not 0 <= (least := number.min()) <= (most := number.max()) < classes:
            raise errors.error("no_class", target=least if least < 0 else most, classes=classes)
    factor = factor if factor is None else factor[number]
    if kept is not None:
        factor = kept.astype(input._array.dtype) if factor is None else factor * kept
    grid = np.ogrid[tuple(slice(n) for n in number.shape)] if number.ndim > 1 else [np.arange(number.size)]
    place = (number,) if input.ndim == 1 else (grid[0], number, *grid[1:])
    total: Any = None
    if reduction != "none":
        total = 1 if reduction == "sum" else number.size if factor is None else factor.sum()
    return run("nll_loss", input, place=place, factor=factor, total=total)


def _numbers(input: Any, target: Any) -> tuple[Any, int]:
    """The targets as an array, and how many classes there are."""
    shape, wanted, number = tuple(input.shape), tuple(target.shape), target._array
    if not shape:
        raise errors.error("no_classes", variable=input)
    if number.dtype not in (np.int64, np.uint8):
        raise errors.error("class_dtype", variable=target)
    if len(shape) == 1:
        if number.size != 1:
            raise errors.error("one_target", size=number.size)
        return (number.reshape(()) if wanted else number), shape[0]
    if wanted[:1] != shape[:1]:
        raise errors.error("batch_size", input=shape[0], target=(*wanted, 0)[0])
    if wanted != shape[:1] + shape[2:]:
        raise errors.error("target_size", wanted=[shape[0], *shape[2:]], got=list(wanted))
    return number, shape[1]


def _class_weight(function: str, weight: Any, input: Any, classes: int) -> Any:
    """The weight of each class, as an array of the input's dtype; None where there is none."""
    if weight is None:
        return None
    if is_given(weight, function, "weight").shape != (classes,):
        raise errors.error("class_weight", classes=classes, variable=weight)
    return weight._array.astype(input._array.dtype)


def cross_entropy(
    input: Variable,
    target: Variable,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """-log softmax(input)[target]: log_softmax, then :func:`nll_loss`, which has the arguments and errors.

    ``target`` may also have the shape of ``input``, and hold a probability for each class.
    ``label_smoothing`` is the part of a target that is shared out among all classes (Szegedy et al. 2016).

    >>> cross_entropy(Variable([[0.0, 0.0]]), Variable([1]))
    tensor(0.6931)
    """
    shape = tuple(is_given(input, "cross_entropy").shape)
    if not 0 <= label_smoothing <= 1:
        raise errors.error("smoothing", given=label_smoothing)
    if type(ignore_index) is not int:
        raise errors.error("ignored_number", got=type(ignore_index).__name__)
    chances = tuple(is_given(target, "cross_entropy", "target").shape) == shape
    if chances and target._array.dtype.kind != "f":
        raise errors.error("chance_dtype", variable=target)
    if chances and ignore_index >= 0:
        raise errors.error("ignored_chances")
    axis = 0 if len(shape) == 1 else 1
    scores = reductions.log_softmax(input, axis)
    if chances:
        return _from_chances(scores, target, weight, _checked(reduction), label_smoothing, axis)
    loss = nll_loss(scores, target, weight, ignore_index=ignore_index, reduction=reduction)
    if not label_smoothing:
        return loss
    smooth = _smoothed(scores, target, weight, ignore_index, reduction, axis)
    shared = run("mul", smooth, label_smoothing / shape[axis])
    return run("add", run("mul", loss, 1 - label_smoothing), shared)


def _along(weight: Any, scores: Any, axis: int) -> Any:
    """Weights of classes, to be broadcast with what has its classes along ``axis``."""
    factor = _class_weight("cross_entropy", weight, scores, scores.shape[axis])
    return None if factor is None else made(factor.reshape(-1, *[1] * (scores.ndim - 1 - axis)))


def _from_chances(scores: Any, target: Any, weight: Any, reduction: str, smoothing: float, axis: int) -> Any:
    classes, factor = scores.shape[axis], _along(weight, scores, axis)
    if smoothing:
        target = run("add", run("mul", target, 1 - smoothing), smoothing / classes)
    losses = run("mul", scores, target)
    losses = losses if factor is None else run("mul", losses, factor)
    total = run("neg", reductions.sum(losses, axis if reduction == "none" else None))
    return run("div", total, scores._array.size / classes) if reduction == "mean" else total


def _smoothed(scores: Any, target: Any, weight: Any, ignore_index: int, reduction: str, axis: int) -> Any:
    """The loss where all classes are targets, reduced as ``nll_loss`` does."""
    factor = _along(weight, scores, axis)
    losses = run("neg", reductions.sum(scores if factor is None else run("mul", scores, factor), axis))
    number = target._array.reshape(losses.shape)
    kept = number != ignore_index
    if reduction == "none":
        return run("masked_fill", losses, 0.0, mask=~kept)
    total = reductions.sum(run("getitem", losses, index=(kept,)))
    if reduction == "sum":
        return total
    return run("div", total, int(kept.sum()) if weight is None else weight._array[number[kept]].sum())


def one_hot(tensor: Variable, num_classes: int = -1) -> Any:
    """A row for each integer: 1 at its place and 0 elsewhere; (...) becomes (..., num_classes), int64.

    ``num_classes`` is one more than the largest integer, where it is -1. Raises RuntimeError for other dtypes
    than int64, for negative integers, and for more classes than there are.

    >>> one_hot(Variable([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    number = is_given(tensor, "one_hot")._array
    if number.dtype != np.int64:
        raise errors.error("not_numbers_of_classes", variable=tensor)
    if not number.size and num_classes <= 0:
        raise errors.error("how_many_classes")
    if number.size and number.min() < 0:
        raise errors.error("class_below_0", variable=tensor, got=number.min())
    classes = int(number.max()) + 1 if num_classes == -1 else num_classes
    if number.size and number.max() >= classes:
        raise errors.error("class_too_large", variable=tensor, got=number.max())
    return made((number[..., None] == np.arange(classes)).astype(np.int64))
