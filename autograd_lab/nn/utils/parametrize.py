"""Work parameters out of others: the same names as ``torch.nn.utils.parametrize``.

A parametrized ``weight`` is no parameter any more, but what Modules make of one, its ``original``, each time
it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ...base import errors
from ...core.modes import no_grad
from ...core.variable import Tensor
from ..containers import ModuleDict, ModuleList
from ..module import Module
from ..parameter import Parameter

_cache: dict[tuple[int, str], Any] | None = None  # what was worked out in cached()


@contextmanager
def cached() -> Iterator[None]:
    """In this block each parametrized tensor is worked out once, and kept.

    >>> with cached():
    ...     pass
    """
    global _cache
    before, _cache = _cache, _cache or {}
    try:
        yield
    finally:
        _cache = before


class ParametrizationList(ModuleList):
    """The Modules that one tensor goes through, and what it is worked out of: ``original``.

    That is what the ``right_inverse`` of the Modules, the last first, makes of the tensor that was there;
    where it makes several, they are ``original0``, ``original1``, …
    """

    def __init__(self, modules: Any, original: Any, unsafe: bool = False) -> None:
        super().__init__(modules)
        self.unsafe, kind = unsafe, (original.dtype, original.shape)
        new = self._inverse(original)
        self.is_tensor = isinstance(new, Tensor)
        names = ["original"] if self.is_tensor else [f"original{k}" for k in range(len(new))]
        self._names = names
        for name, one in zip(names, [new] if self.is_tensor else new, strict=True):
            if self.is_tensor and isinstance(original, Parameter):
                original.data = one.data  # optimizers know it
                self.register_parameter(name, original)
            elif isinstance(original, Parameter):
                self.register_parameter(name, Parameter(one.detach(), one.dtype.is_floating_point))
            else:
                self.register_buffer(name, one)
        if not unsafe:
            _check(self(), kind)

    def _inverse(self, value: Any) -> Any:
        with no_grad():
            for module in reversed(list(self)):
                if hasattr(module, "right_inverse"):
                    value = module.right_inverse(value)
        return value

    def right_inverse(self, value: Any) -> None:
        """Set what it is worked out of, so that ``value`` comes out. Raises RuntimeError if it can't."""
        for module in self:
            if not hasattr(module, "right_inverse"):
                raise errors.error("no_inverse", name=type(module).__name__)
        new = self._inverse(value)
        with no_grad():
            for name, one in zip(self._names, [new] if self.is_tensor else new, strict=True):
                getattr(self, name).data = one.detach().clone()

    def forward(self) -> Any:
        first, *rest = self
        made = first(*(getattr(self, name) for name in self._names))
        for module in rest:
            made = module(made)
        return made


def _check(made: Any, kind: tuple[Any, Any]) -> None:
    if not isinstance(made, Tensor):
        raise errors.error("parametrized_type", got=type(made).__name__)
    if (made.dtype, made.shape) != kind:
        raise errors.error("parametrized_shape", want=kind, got=(made.dtype, made.shape))


def _property(name: str) -> property:
    """What a parametrized tensor is on its Module's class."""

    def get(self: Any) -> Any:
        if _cache is None:
            return self.parametrizations[name]()
        if (id(self), name) not in _cache:
            _cache[id(self), name] = self.parametrizations[name]()
        return _cache[id(self), name]

    return property(get, lambda self, value: self.parametrizations[name].right_inverse(value))


def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """Let a parameter, or a buffer, of a Module be what ``parametrization`` makes of it. Returns the Module.

    Where it is parametrized already, the new one comes last. A ``right_inverse`` of the parametrization, if
    it has one, says from what to start, and allows assigning to the tensor.

    Raises ValueError where there is no such tensor, and where its shape or dtype would change, unless
    ``unsafe``.

    >>> import autograd_lab as lab
    >>> class Symmetric(lab.nn.Module):
    ...     def forward(self, x):
    ...         return x.triu() + x.triu(1).T
    >>> layer = register_parametrization(lab.nn.Linear(2, 2), "weight", Symmetric())
    >>> layer.weight[0, 1] == layer.weight[1, 0], is_parametrized(layer, "weight")
    (tensor(True), True)
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        before = getattr(module, tensor_name)
        if not unsafe:
            _check(parametrization(before), (before.dtype, before.shape))
        module.parametrizations[tensor_name].append(parametrization)
        module.parametrizations[tensor_name].unsafe |= unsafe
        return module
    if tensor_name not in {**module._parameters, **module._buffers}:
        raise errors.error("not_to_parametrize", module=module, name=tensor_name)
    made = ParametrizationList([parametrization], getattr(module, tensor_name), unsafe)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        cls = type(module)
        module.__class__ = type(f"Parametrized{cls.__name__}", (cls,), {})
        module.parametrizations = ModuleDict()
    setattr(type(module), tensor_name, _property(tensor_name))
    module.parametrizations[tensor_name] = made
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether a Module, or its tensor of that name, is parametrized.

    >>> from autograd_lab.nn import Linear
    >>> is_parametrized(Linear(2, 1))
    False
    """
    found = getattr(module, "parametrizations", None)
    if not isinstance(found, ModuleDict):
        return False
    return len(found) > 0 if tensor_name is None else tensor_name in found


def remove_parametrizations(module: Module, tensor_name: str, leave_parametrized: bool = True) -> Module:
    """Let a tensor be a parameter, or a buffer, again: as it is, or its ``original``. Returns the Module.

    Raises ValueError where it is not parametrized, and where it has several originals but is not left as it
    is.
    """
    if not is_parametrized(module, tensor_name):
        raise errors.error("not_parametrized", module=module, name=tensor_name)
    held, value = module.parametrizations[tensor_name], getattr(module, tensor_name).detach()
    if held.is_tensor:
        original = held.original
        if leave_parametrized:
            original.data = value
    elif leave_parametrized:
        original = Parameter(value) if isinstance(held.original0, Parameter) else value
    else:
        raise errors.error("several_originals")
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    if not is_parametrized(module):
        del module.parametrizations
        module.__class__ = type(module).__bases__[0]
    if isinstance(original, Parameter):
        module.register_parameter(tensor_name, original)
    else:
        module.register_buffer(tensor_name, original)
    return module


def type_before_parametrizations(module: Module) -> type:
    """The class that a Module had before any of its tensors was parametrized."""
    return type(module).__bases__[0] if is_parametrized(module) else type(module)
