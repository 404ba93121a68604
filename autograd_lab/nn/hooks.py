"""Hooks of a Module: what is called before and after forward, and when gradients have gone through it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from ..autograd.function import Function
from ..base import errors
from ..core.modes import is_grad_enabled
from ..core.variable import Tensor

_number = count()


class RemovableHandle:
    """What registering a hook returns: ``remove()``, or the end of a ``with`` block, takes it out again."""

    def __init__(self, hooks: dict[int, Any], hook: Callable[..., Any]) -> None:
        self.id, self.hooks = next(_number), hooks
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook out; a second time is harmless."""
        self.hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


class BackwardHookFunction(Function):
    """Passes Tensors on as they are: a node at which the gradients of all of them can be seen together."""

    @staticmethod
    def forward(ctx: Any, *tensors: Any) -> Any:
        """The same Tensors."""
        ctx.mark_non_differentiable(*(x for x in tensors if not x.requires_grad))
        return tensors

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """The same gradients."""
        return grads


class BackwardHooks:
    """One run of a Module, watched: gradients are caught at its outputs, and then at its inputs.

    Args:
        module: what the hooks are told of.
        before: hooks ``(module, grad_output)``, run before its backward; they may return other gradients.
        after: hooks ``(module, grad_input, grad_output)``, run after it; the same.
    """

    def __init__(self, module: Any, before: dict[int, Any], after: dict[int, Any]) -> None:
        self.module, self.before, self.after = module, tuple(before.values()), tuple(after.values())
        self.grad_outputs: Any = None
        self.no_input = True  # whether there is no input to wait for the gradient of

    def watch_inputs(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """The inputs of forward, as they must be given to it."""

        def leave(grads: Any, _: Any) -> Any:
            if self.grad_outputs is None:  # they came past the output, by a double backward
                return None
            seen = _through(self.after, _spread(grads, places, len(inputs)), self.module, self.grad_outputs)
            self.grad_outputs = None
            return tuple(seen[k] for k in places)

        passed, places, node = _passed(inputs)
        if node is not None:
            node.register_hook(leave)
            self.no_input = False
        return passed

    def watch_output(self, out: Any) -> Any:
        """What forward returned, as it must be returned by the Module."""
        outputs = out if isinstance(out, tuple) else (out,)

        def enter(_: Any, grads: Any) -> Any:
            given = _spread(grads, places, len(outputs))
            given = self.grad_outputs = _through(self.before, given, self.module)
            if self.no_input:
                _through(self.after, (None,), self.module, given)
                self.grad_outputs = None
            return tuple(given[k] for k in places)

        passed, places, node = _passed(outputs)
        if node is not None:
            node.register_hook(enter)
        return passed if isinstance(out, tuple) else passed[0]


def _passed(values: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[int], Any]:
    """The values, those that are Tensors sent through one node; their places; and the node, if one learns."""
    places = [k for k, x in enumerate(values) if isinstance(x, Tensor)]
    if not is_grad_enabled() or not any(values[k].requires_grad for k in places):
        return values, places, None
    through = BackwardHookFunction.apply(*(values[k] for k in places))
    out = list(values)
    for k, x in zip(places, through, strict=True):
        out[k] = x
    return tuple(out), places, next(x.grad_fn for x in through if x.grad_fn is not None)


def _spread(grads: Any, places: list[int], size: int) -> tuple[Any, ...]:
    """One for each argument: None for what is no Tensor."""
    found = dict(zip(places, grads, strict=False))  # the last ones may have none
    return tuple(found.get(k) for k in range(size))


def _through(hooks: Any, grads: tuple[Any, ...], module: Any, *more: Any) -> tuple[Any, ...]:
    """What hooks make of gradients, each seeing what the one before returned."""
    for hook in hooks:
        new = hook(module, grads, *more)
        if new is None:
            continue
        new = new if isinstance(new, tuple) else (new,)
        if len(new) != len(grads):
            raise errors.error("hook_length", got=len(new), want=len(grads))
        grads = new
    return grads
