"""What happens at a node or a leaf besides sending gradients on: hooks, kept gradients, and ``.grad``."""

from __future__ import annotations

from collections.abc import Iterable
from sys import getrefcount
from typing import Any

import numpy as np

from ..base import errors
from .modes import announced, local
from .node import Node, Several
from .op import Recorded
from .record import made
from .shapes import kept_copy


def _references() -> int:
    """How many references Python counts to an array that only one name stands for."""
    alone = np.zeros(1)
    return getrefcount(alone)


ALONE = _references()


def hooked(leaves: Iterable[Any]) -> bool:
    for leaf in leaves:  # noqa: SIM110 - any() would take longer
        if leaf._hooks is not None:
            return True
    return False


def finish(
    leaves: Iterable[Any],
    totals: dict[Any, Any],
    differentiable: bool,
    wanted: frozenset[Any],
    kept: dict[Any, Any],
    storing: bool,
) -> None:
    """Nothing more flows to these leaves."""
    take, listener = totals.pop, local.now.listener
    plain = storing and not differentiable and not wanted
    for leaf in leaves:
        total = take(leaf, None)
        if total is None:
            continue
        if plain and leaf._hooks is None and leaf._base is None and leaf._learns and leaf._fn is None:
            if listener is not None:
                listener.store(leaf, total)
            alone = getrefcount(total) <= ALONE  # counted here: as an argument it would be counted once more
            accumulate(leaf, total, alone)
            continue
        if leaf._hooks is not None:
            total = on_gradient(leaf._hooks.tensor, total, differentiable, leaf)
        if storing and leaf._learns and (leaf._base is None or leaf._asked):  # a view has one only if asked
            if leaf._base is None and leaf._fn is not None:
                raise errors.error("moved_inside", variable=leaf)
            if leaf._hooks is not None:
                total = _on_tuple(leaf, "before", leaf._hooks.before, total, differentiable)
            store(leaf, total, differentiable, listener)
        if leaf in wanted:
            kept[leaf] = total


def store(leaf: Any, total: Any, differentiable: bool, listener: Any) -> None:
    """Add what arrived at a leaf to its ``.grad``, and say so."""
    if listener is not None:
        listener.store(leaf, total)
    add_to_grad(leaf, total, differentiable)
    if leaf._hooks is not None:
        for hook in list(leaf._hooks.stored.values()):
            announced(hook, leaf)
            if listener is not None:
                listener.hook(leaf, hook, "stored", (), ())
        for hook in list(leaf._hooks.after.values()):
            announced(hook, (), _tuple(total, differentiable))
            if listener is not None:
                listener.hook(leaf, hook, "stored", (), ())


def add_to_grad(variable: Any, total: Any, differentiable: bool) -> None:
    """Add a total to a ``.grad``: what is differentiated again makes a new Variable, as in PyTorch."""
    if not differentiable:
        accumulate(variable, total)
    elif variable._grad is None:
        variable._grad = kept_copy(total)
    else:
        variable._grad = variable._grad + total


def accumulate(variable: Any, total: Any, alone: bool = False) -> None:
    """Add an array to a ``.grad``: to the same Variable where there is one already, as PyTorch does.

    ``alone``: nobody else has the array, which need not be copied then.
    """
    if variable._grad is not None:
        variable._grad._write(variable._grad._array + total, "accumulation")
    elif isinstance(total, np.ndarray) and not (alone and total.base is None and total.flags.c_contiguous):
        variable._grad = made(total.copy())
    else:
        variable._grad = made(total)


def on_gradient(hooks: dict[int, Any], g: Any, differentiable: bool, target: Any) -> Any:
    """Run the hooks of one Variable on its gradient, each seeing what the one before made of it."""
    for hook in list(hooks.values()):
        given = g if differentiable else made(g)
        out = announced(hook, given)
        if out is not None:
            g = _checked(out, given, differentiable, target)
        if local.now.listener is not None:
            local.now.listener.hook(target, hook, "gradient", (given,), (g,))
    return g


def _checked(out: Any, given: Any, differentiable: bool, target: Any) -> Any:
    """What a hook returned, if it can stand for the gradient it was given."""
    if not isinstance(out, Recorded):
        raise errors.error("not_from_hook", got=type(out).__name__)
    if out.shape != given.shape or out.dtype != given.dtype:
        name = errors.name_of_result(target) if target.tick else errors.name_of(target)
        what = errors.Phrase("from_hook", name=name)
        if out.shape != given.shape:
            raise errors.error("wrong_shape", what=what, got=out.shape, want=given.shape)
        raise errors.error("wrong_dtype", what=what, got=out.dtype, want=given.dtype)
    return out if differentiable else out._array


def before_node(node: Node, g: Any, differentiable: bool) -> Any:
    """Hooks that see a node's upstream gradient before it runs; and the result that keeps it."""
    extra = node.extra
    assert extra is not None
    g = on_gradient(extra.tensor_hooks, g, differentiable, node)
    g = _on_tuple(node, "before", extra.pre_hooks, g, differentiable)
    variable = extra.retains() if extra.retains is not None else None
    if variable is not None:
        add_to_grad(variable, g, differentiable)
    return g


def after_node(node: Node, new: Any, g: Any, differentiable: bool) -> Any:
    """Hooks that see what a node sends, None where it sends nothing, and may change it."""
    assert node.extra is not None
    if not node.extra.post_hooks:
        return new
    outer = _tuple(g, differentiable)
    full: list[Any] = [None] * node.width
    for k, c in zip(node.plan.places, new, strict=True):
        full[k] = c
    full = _on_tuple(node, "after", node.extra.post_hooks, tuple(full), differentiable, outer)
    return [full[k] for k in node.plan.places]


def _tuple(g: Any, differentiable: bool) -> tuple[Any, ...]:
    """Gradients as hooks see them: Variables in a tuple, one for each output."""
    many = (
        [g.get(k) for k in range(max(g) + 1)] if isinstance(g, Several) else g if type(g) is tuple else (g,)
    )
    return tuple(one if differentiable or one is None else made(one) for one in many)


def _on_tuple(place: Any, kind: str, hooks: dict[int, Any], g: Any, differentiable: bool, *more: Any) -> Any:
    """Run the hooks of one kind at a node or leaf on several gradients; what one returns must be as many."""
    for hook in list(hooks.values()):
        given = _tuple(g, differentiable)
        out = announced(hook, given, *more)
        if out is not None:
            g = _put(out, given, g, differentiable)
        if local.now.listener is not None:
            local.now.listener.hook(place, hook, kind, given, _tuple(g, differentiable))
    return g


def _put(out: Any, given: tuple[Any, ...], g: Any, differentiable: bool) -> Any:
    """What a hook returned, in the place and the form of what it was given."""
    outs = (out,) if isinstance(out, Recorded) else out
    if not isinstance(outs, tuple) or any(x is not None and not isinstance(x, Recorded) for x in outs):
        raise errors.error("not_from_hook", got=type(out).__name__)
    if len(outs) != len(given):
        raise errors.error("hook_length", got=len(outs), want=len(given))
    plain = [x if differentiable or x is None else x._array for x in outs]
    if isinstance(g, Several):
        return Several(enumerate(plain))
    return tuple(plain) if type(g) is tuple else plain[0]


def look_for_nan(node: Node, new: Any) -> None:
    """In anomaly mode: raise RuntimeError where a node sends NaN."""
    for k, c in enumerate(new):
        array = getattr(c, "_array", c)
        if array is not None and hasattr(array, "dtype") and np.isnan(array).any():
            raise errors.error("nan", node=node, k=k)
