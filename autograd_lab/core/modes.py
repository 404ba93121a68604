"""What this thread is doing: recording gradients or not, and who is listening."""

from __future__ import annotations

import functools
import threading
import warnings
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, Protocol

import numpy as np


class Listener(Protocol):
    """Who wants to be told, as it happens, what the core does. The story's Recording is one."""

    def leaf(self, made: Any) -> None: ...
    def op(self, op: Any, inputs: Any, params: dict[str, Any], out: Any) -> None: ...
    def changing(self, array: Any) -> None: ...
    def regrad(self, leaf: Any) -> None: ...
    def inplace(
        self, op: Any, before: Any, changed: Any, inputs: tuple[Any, ...], params: dict[str, Any]
    ) -> None: ...
    def alias(self, name: str, source: Any, out: Any) -> None: ...
    def failed(self, op: Any, inputs: Any, error: Exception) -> None: ...
    def mode(self, name: str, entered: bool) -> None: ...
    def seed(self, root: Any, gradient: Any, targets: Any, storing: bool) -> None: ...
    def flow(self, node: Any, target: Any, upstream: Any, new: Any, total: Any) -> None: ...
    def store(self, leaf: Any, total: Any) -> None: ...
    def ended(self) -> None: ...  # the backward pass that the last seed began
    def hook(
        self, target: Any, hook: Any, kind: str, given: tuple[Any, ...], after: tuple[Any, ...]
    ) -> None: ...
    def call(self, function: Any, entered: bool) -> None: ...


# 1/0 is inf and says nothing, as in PyTorch. This is for the short ways in record.py, where np.errstate would
# cost as much as the operation; all else runs under Now.quiet.
warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"autograd_lab\.")
GENERATOR = 0x20  # the flag of a generator function's code: inspect.CO_GENERATOR, without loading inspect


class Now:
    """What one thread is doing now."""

    __slots__ = ("anomaly", "dual", "grad", "inference", "listener", "pack", "quiet", "special", "task")

    def __init__(self) -> None:
        self.grad, self.inference = True, False
        self.listener: Listener | None = None
        self.dual = False  # inside forward_ad.dual_level
        self.pack: Any = None  # (pack, unpack) of saved_tensors_hooks
        self.anomaly = False
        self.task: Any = (
            None  # (nodes, leaves, which of them are useful) of the backward pass that is running
        )
        self.special = False  # whether operations must take the long way
        with np.errstate(all="ignore"):  # 1/0 is inf and says nothing, as in PyTorch
            self.quiet: Callable[..., Any] = copy_context().run

    def settle(self) -> None:
        """Work out ``special`` again, after one of what it depends on changed."""
        self.special = self.dual or self.inference or self.pack is not None


class _Local(threading.local):
    """Kept apart for each thread, so that one thread's ``no_grad`` is no other's."""

    def __init__(self) -> None:
        self.now = Now()


local = _Local()


def announced(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Call a function that the user wrote for the engine to call; who listens is told what runs inside."""
    listener = local.now.listener
    if listener is None:
        return function(*args, **kwargs)
    listener.call(function, True)
    try:
        return function(*args, **kwargs)
    finally:
        listener.call(function, False)


def is_grad_enabled() -> bool:
    """Whether operations are recorded for the backward pass now.

    >>> is_grad_enabled()
    True
    """
    return local.now.grad


def is_inference_mode_enabled() -> bool:
    """Whether this thread is inside ``inference_mode``.

    >>> is_inference_mode_enabled()
    False
    """
    return local.now.inference


class Mode:
    """A ``with`` block, or a decorator of functions and generators, in which attributes of Now differ."""

    def __init__(self, **changes: Any) -> None:
        self._changes = changes
        self._before: list[dict[str, Any]] = []  # a stack: one object may be entered twice

    def __enter__(self) -> Any:
        now = local.now
        self._before.append({name: getattr(now, name) for name in self._changes})
        self._switch(self._changes, True)

    def __exit__(self, *exc: object) -> None:
        self._switch(self._before.pop(), False)

    def _switch(self, values: dict[str, Any], entered: bool) -> None:
        now = local.now
        for name, value in values.items():
            setattr(now, name, value)
        if len(values) > 1 or "grad" not in values:
            now.settle()
        if now.listener is not None and "grad" in values:
            now.listener.mode(type(self).__name__, entered)

    def _again(self) -> Mode:
        return type(self)(*self._changes.values())

    def __call__(self, function: Any) -> Any:
        if getattr(getattr(function, "__code__", None), "co_flags", 0) & GENERATOR:
            return functools.wraps(function)(lambda *args, **kw: self._resumed(function(*args, **kw)))

        @functools.wraps(function)
        def inside(*args: Any, **kwargs: Any) -> Any:
            with self._again():
                return function(*args, **kwargs)

        return inside

    def _resumed(self, generator: Any) -> Any:
        """A generator that is in the mode while it runs, and out of it while it waits."""
        sent = None
        try:
            while True:
                with self._again():
                    given = generator.send(sent)
                try:
                    sent = yield given
                except GeneratorExit:
                    raise
                except BaseException as error:  # noqa: BLE001 - it is for the generator to handle
                    with self._again():
                        given = generator.throw(error)
                    sent = yield given
        except StopIteration as stop:
            return stop.value
        finally:
            with self._again():
                generator.close()


class _Recording(Mode):
    """One that only turns recording on or off. Without brackets it decorates, too, as PyTorch's do."""

    on: bool

    def __new__(cls, function: Any = None) -> Any:
        return object.__new__(cls) if function is None else cls()(function)

    def __init__(self) -> None:
        self._stack: list[bool] = []

    def __enter__(self) -> Any:
        now = local.now
        self._stack.append(now.grad)
        now.grad = self.on
        if now.listener is not None:
            now.listener.mode(type(self).__name__, True)

    def __exit__(self, *exc: object) -> None:
        now = local.now
        now.grad = self._stack.pop()
        if now.listener is not None:
            now.listener.mode(type(self).__name__, False)

    def _again(self) -> Mode:
        return type(self)()


class no_grad(_Recording):
    """Operations in this block are not recorded: their results do not require grad.

    >>> import autograd_lab as lab
    >>> x = lab.tensor(2.0, requires_grad=True)
    >>> with lab.no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """

    on = False


class enable_grad(_Recording):
    """Operations in this block are recorded, also inside ``no_grad``."""

    on = True


class inference_mode(Mode):
    """As ``no_grad``, and what is made inside can never take part in a recorded operation.

    >>> import autograd_lab as lab
    >>> with lab.inference_mode():
    ...     y = lab.ones(2) * 2
    >>> y.is_inference()
    True
    """

    def __new__(cls, mode: Any = True) -> Any:
        return cls()(mode) if callable(mode) else super().__new__(cls)

    def __init__(self, mode: bool = True) -> None:
        super().__init__(inference=mode, grad=not mode)

    def _again(self) -> Mode:
        return inference_mode(self._changes["inference"])


class set_grad_enabled(Mode):
    """Turn recording on or off: at once, and until the block ends where it is used in ``with``."""

    def __init__(self, mode: bool) -> None:
        super().__init__(grad=mode)
        self._first = local.now.grad
        self._switch(self._changes, True)

    def __enter__(self) -> Any:
        super().__enter__()
        self._before[-1] = {"grad": self._first}

    def __call__(self, function: Any) -> Any:
        self._switch({"grad": self._first}, False)
        return super().__call__(function)
