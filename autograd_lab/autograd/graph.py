"""The same names as ``torch.autograd.graph``."""

from collections.abc import Callable
from typing import Any

from ..core.modes import Mode
from ..core.node import Node

__all__ = ["Node", "save_on_cpu", "saved_tensors_hooks"]


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
