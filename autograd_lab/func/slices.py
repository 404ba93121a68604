"""vmap: a function of one slice as a function of all."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

import autograd_lab

from ..base import errors
from .nested import filled, leaves_of

Function = Callable[..., Any]
lab: Any = autograd_lab  # many of its names are made from a table, where no type checker sees them


def vmap(
    func: Function,
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "different",
    *,
    chunk_size: int | None = None,
) -> Function:
    """``func`` for each slice of its arguments: here a plain loop, whose results are stacked.

    So it is no faster than the loop, what the function prints it prints for each slice, and random
    numbers differ from slice to slice.

    Args:
        in_dims: the axis to slice: an int for all Tensors, or a tuple with an int an argument, None for
            one that each slice gets whole; where an argument is a tuple, list or dict, the same of ints.
            Keyword arguments are not sliced.
        out_dims: where the new axis goes: an int for all, or built as the output. None for what is the
            same for every slice: it is returned once.
        randomness, chunk_size: accepted; slices always run one by one.

    Returns: takes what ``func`` takes, and returns what it returns, each Tensor with one axis more.

    Raises: ValueError where ``in_dims`` or ``out_dims`` don't fit, where there are no slices or of one
        argument more than of another, and where ``func`` returns something other than Tensors.

    >>> import autograd_lab as lab
    >>> lab.func.vmap(lab.func.grad(lambda x: x ** 3))(lab.tensor([1., 2.]))
    tensor([ 3., 12.])
    """

    @functools.wraps(func)
    def each(*args: Any, **kwargs: Any) -> Any:
        pairs = list(zip(leaves_of(args), _spread(in_dims, args, "in_dims"), strict=True))
        for x, dim in pairs:
            axes = x.dim() if isinstance(x, lab.Tensor) else 0
            if dim is not None and not -axes <= dim < axes:
                raise errors.error("no_axis_to_slice", dim=dim, got=type(x).__name__, axes=axes)
        sizes = {x.shape[dim] for x, dim in pairs if dim is not None}
        if len(sizes) != 1 or sizes == {0}:
            raise errors.error("slice_sizes", sizes=sorted(sizes))
        slices = (itertools.repeat(x) if dim is None else x.unbind(dim) for x, dim in pairs)
        results = [func(*filled(args, row), **kwargs) for row in zip(*slices, strict=False)]
        parts = zip(*map(leaves_of, results), strict=True)
        dims = _spread(out_dims, results[0], "out_dims")
        return filled(results[0], [_join(part, dim) for part, dim in zip(parts, dims, strict=True)])

    return each


def _spread(dims: Any, tree: Any, name: str) -> list[int | None]:
    """An axis for each Tensor in ``tree``, where ``dims`` may give one for many."""
    if dims is None or isinstance(dims, int):
        return [dims for _ in leaves_of(tree)]
    if not isinstance(dims, tuple | list | dict) or type(dims) is not type(tree) or len(dims) != len(tree):
        raise errors.error("slice_dims", name=name, given=repr(dims))
    keys = tree if isinstance(tree, dict) else range(len(tree))
    return [dim for key in keys for dim in _spread(dims[key], tree[key], name)]


def _join(parts: Any, dim: int | None) -> Any:
    """The results of all slices as one Tensor."""
    for part in parts:
        if not isinstance(part, lab.Tensor):
            raise errors.error("slice_returns", got=type(part).__name__)
    if dim is not None:
        return lab.stack(parts, dim)
    if not all(bool((part == parts[0]).all()) for part in parts):
        raise errors.error("slices_differ")
    return parts[0]
