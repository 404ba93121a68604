"""What this thread is doing: recording gradients or not, and who is listening."""

from __future__ import annotations

import threading
from contextlib import ContextDecorator
from typing import Any, Protocol

from .rules import Op


class Listener(Protocol):
    """Who wants to be told, as it happens, what the core does. The story's Recording is one."""

    def leaf(self, made: Any) -> None: ...
    def op(self, op: Op, inputs: tuple[Any, ...], params: dict[str, Any], out: Any) -> None: ...
    def inplace(self, op: Op, before: Any, changed: Any, inputs: tuple[Any, ...]) -> None: ...
    def alias(self, name: str, source: Any, out: Any) -> None: ...
    def failed(self, op: Op, inputs: tuple[Any, ...], error: Exception) -> None: ...
    def mode(self, name: str, entered: bool) -> None: ...
    def seed(self, root: Any, gradient: Any) -> None: ...
    def flow(self, node: Any, k: int, target: Any, upstream: Any, new: Any, total: Any) -> None: ...
    def store(self, leaf: Any, total: Any, before: Any) -> None: ...


class State(threading.local):
    """Kept apart for each thread, so that one thread's ``no_grad`` is no other's."""

    grad_enabled: bool = True
    listener: Listener | None = None


state = State()


def is_grad_enabled() -> bool:
    """Whether operations are recorded for the backward pass now.

    >>> is_grad_enabled()
    True
    """
    return state.grad_enabled


class _GradMode(ContextDecorator):
    """A ``with`` block, or a decorator, in which recording for backward is on or off."""

    enabled: bool

    def __init__(self) -> None:
        self._before: list[bool] = []  # a stack: one object may be entered twice

    def __enter__(self) -> _GradMode:
        self._before.append(state.grad_enabled)
        state.grad_enabled = self.enabled
        if state.listener is not None:
            state.listener.mode(type(self).__name__, True)
        return self

    def __exit__(self, *exc: object) -> None:
        state.grad_enabled = self._before.pop()
        if state.listener is not None:
            state.listener.mode(type(self).__name__, False)

    def _recreate_cm(self) -> _GradMode:  # a decorated function may be running twice at once
        return type(self)()


class no_grad(_GradMode):
    """Operations in this block are not recorded: their results do not require grad.

    >>> import autograd_lab as lab
    >>> x = lab.tensor(2.0, requires_grad=True)
    >>> with lab.no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """

    enabled = False


class enable_grad(_GradMode):
    """Operations in this block are recorded, also inside ``no_grad``."""

    enabled = True


class set_grad_enabled(_GradMode):
    """Turn recording on or off: at once, and until the block ends where it is used in ``with``."""

    def __init__(self, mode: bool) -> None:
        super().__init__()
        self.enabled = mode
        self._first = state.grad_enabled
        state.grad_enabled = mode

    def __enter__(self) -> set_grad_enabled:
        super().__enter__()
        self._before[-1] = self._first
        return self

    def _recreate_cm(self) -> set_grad_enabled:
        return set_grad_enabled(self.enabled)
