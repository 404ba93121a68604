"""The same names as ``torch.autograd.graph``."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ..base import errors
from ..core.calls import GradientEdge, edge_of
from ..core.modes import Mode, local
from ..core.node import Node

__all__ = [
    "GradientEdge",
    "Node",
    "get_gradient_edge",
    "register_multi_grad_hook",
    "save_on_cpu",
    "saved_tensors_hooks",
]


def get_gradient_edge(tensor: Any) -> GradientEdge:
    """The edge along which the gradient of ``tensor`` arrives. Raises RuntimeError where none does.

    >>> import autograd_lab as lab
    >>> x = lab.tensor(3.0, requires_grad=True)
    >>> get_gradient_edge(x * x).node
    <MulBackward0>
    """
    if not tensor.requires_grad:
        raise errors.error("no_edge")
    return edge_of(tensor)


class _Together:
    """Collects the gradients of several Variables, and calls ``fn`` when the last of one pass has come."""

    def __init__(self, tensors: Sequence[Any], fn: Callable[[Any], None], mode: str) -> None:
        self.places, self.fn, self.mode = [t._fn or t for t in tensors], fn, mode
        self.task: Any = None
        self.handles = [t.register_hook(partial(self.arrived, k)) for k, t in enumerate(tensors)]

    def arrived(self, k: int, gradient: Any) -> None:
        if local.now.task is not self.task:  # a new pass
            nodes, leaves, useful = self.task = local.now.task
            coming = {*nodes, *leaves} if useful is None else useful.intersection([*nodes, *leaves])
            self.left = sum(place in coming for place in self.places)
            self.got: list[Any] = [None] * len(self.places)
            if self.mode == "any":
                self.fn(gradient)
        self.got[k], self.left = gradient, self.left - 1
        if self.mode == "all" and not self.left:
            self.fn(self.got)

    def remove(self) -> None:
        for handle in self.handles:
            handle.remove()

    def __enter__(self) -> "_Together":
        return self

    def __exit__(self, *exc: object) -> None:
        self.remove()


def register_multi_grad_hook(tensors: Sequence[Any], fn: Callable[[Any], None], *, mode: str = "all") -> Any:
    """Call ``fn(gradients)`` once a backward pass has worked out those of all ``tensors`` that it reaches.

    None stands for a Variable that it does not reach. With ``mode="any"``, call ``fn(gradient)`` with the
    first that arrives. What is returned has a ``remove()``. Raises ValueError for another mode, and
    AssertionError where one of ``tensors`` does not require grad, but for "any", which leaves it out.

    >>> import autograd_lab as lab
    >>> a, b, c = (lab.tensor(v, requires_grad=True) for v in (2.0, 3.0, 4.0))
    >>> handle = register_multi_grad_hook([a, b, c], print)
    >>> (a * b).backward()
    [tensor(3.), tensor(2.), None]
    """
    if mode not in ("all", "any"):
        raise errors.error("hook_mode", given=mode)
    if mode == "any":
        tensors = [t for t in tensors if t.requires_grad]
    elif not all(t.requires_grad for t in tensors):
        raise errors.error("hooks_learn")
    return _Together(tensors, fn, mode)


class saved_tensors_hooks(Mode):
    """In this block, what operations save is packed by one function, and unpacked by another at backward.

    >>> import autograd_lab as lab
    >>> x = lab.tensor(3.0, requires_grad=True)
    >>> with saved_tensors_hooks(lambda t: t.tolist(), lambda packed: lab.tensor(packed)):
    ...     y = x * x
    >>> y.backward(); x.grad
    tensor(6.)
    """

    def __init__(self, pack_hook: Callable[[Any], Any], unpack_hook: Callable[[Any], Any]) -> None:
        super().__init__(pack=(pack_hook, unpack_hook))

    def _again(self) -> Mode:
        return saved_tensors_hooks(*self._changes["pack"])


class save_on_cpu(saved_tensors_hooks):
    """In this block, what operations save is kept in the CPU's memory: here it is there anyway."""

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(lambda t: t, lambda t: t)

    def _again(self) -> Mode:
        return save_on_cpu()
