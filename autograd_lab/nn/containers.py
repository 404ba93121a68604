"""Modules that hold Modules or Parameters in order, or by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Self

from .module import Module
from .parameter import Parameter


class _Indexed(Module):
    """What Sequential and ModuleList share: Modules numbered from 0."""

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def _key(self, index: int) -> str:
        return list(self._modules)[index]  # raises IndexError, and counts from the end, as a list does

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(*self._part(index))
        return self._modules[self._key(index)]

    def _part(self, index: slice) -> tuple[Any, ...]:
        """What to make another of its kind from that holds these Modules."""
        raise NotImplementedError

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._key(index), module)

    def __delitem__(self, index: Any) -> None:
        rest = list(self)
        del rest[index]
        self._number(rest)

    def _number(self, modules: Iterable[Module]) -> None:
        self.__dict__["_modules"] = {str(k): module for k, module in enumerate(modules)}

    def append(self, module: Module) -> Self:
        """Add a Module at the end. Returns the container."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add Modules at the end. Returns the container."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> None:
        """Put a Module before the one numbered ``index``."""
        modules = list(self)
        modules.insert(index, module)
        self._number(modules)


class Sequential(_Indexed):
    """Modules run one after the other, each on what the one before it returned.

    Args:
        modules: the Modules in order; or one mapping of names to Modules.

    >>> import autograd_lab as lab
    >>> Sequential(lab.nn.Linear(2, 3), lab.nn.ReLU())
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): ReLU()
    )
    """

    def __init__(self, *modules: Any) -> None:
        super().__init__()
        named = len(modules) == 1 and isinstance(modules[0], Mapping)
        for name, module in modules[0].items() if named else enumerate(modules):
            self.add_module(str(name), module)

    def _part(self, index: slice) -> tuple[Any, ...]:
        return (dict(list(self._modules.items())[index]),)

    def forward(self, input: Any) -> Any:
        """Run them all on ``input``, in order."""
        for module in self:
            input = module(input)
        return input


class ModuleList(_Indexed):
    """A list of Modules that a Module can hold; it has no forward of its own.

    >>> import autograd_lab as lab
    >>> ModuleList([lab.nn.ReLU(), lab.nn.Tanh()])[1]
    Tanh()
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        super().__init__()
        self.extend(modules or ())

    def _part(self, index: slice) -> tuple[Any, ...]:
        return (list(self)[index],)

    def _lines(self) -> list[str]:
        """Neighbours that print alike share a line: ``(0-2): 3 x ReLU()``."""
        lines, start = [], 0
        for text, alike in groupby(map(repr, self)):
            number = len(list(alike))
            end = start + number - 1
            lines.append(f"({start}-{end}): {number} x {text}" if number > 1 else f"({start}): {text}")
            start = end + 1
        return lines


class ModuleDict(Module):
    """A dict of Modules that a Module can hold; it has no forward of its own.

    >>> import autograd_lab as lab
    >>> ModuleDict({"act": lab.nn.ReLU()})["act"]
    ReLU()
    """

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        self.update(modules or {})

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, name: str) -> bool:
        return name in self._modules

    def __getitem__(self, name: str) -> Module:
        return self._modules[name]  # type: ignore[no-any-return]

    def __setitem__(self, name: str, module: Module) -> None:
        self.add_module(name, module)

    def __delitem__(self, name: str) -> None:
        del self._modules[name]

    def update(self, modules: Any) -> None:
        """Add Modules from a mapping, or from (name, Module) pairs."""
        for name, module in dict(modules).items():
            self[name] = module

    def pop(self, name: str) -> Module:
        """Take a Module out and return it. Raises KeyError where there is none."""
        return self._modules.pop(name)  # type: ignore[no-any-return]

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._modules.keys()

    def values(self) -> Iterable[Module]:
        """The Modules."""
        return self._modules.values()

    def items(self) -> Iterable[tuple[str, Module]]:
        """The names with the Modules."""
        return self._modules.items()


class ParameterList(Module):
    """A list of Parameters that a Module can hold; a plain Tensor becomes a Parameter.

    >>> import autograd_lab as lab
    >>> ParameterList([lab.ones(2), lab.ones(2, 3)])
    ParameterList(
        (0): Parameter containing: [torch.float32 of size 2]
        (1): Parameter containing: [torch.float32 of size 2x3]
    )
    """

    def __init__(self, values: Iterable[Any] = ()) -> None:
        super().__init__()
        self.extend(values or ())

    def __len__(self) -> int:
        return len(self._parameters)

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._parameters.values())

    def __getitem__(self, index: Any) -> Any:
        found = list(self)[index]
        return ParameterList(found) if isinstance(index, slice) else found

    def __setitem__(self, index: int, value: Any) -> None:
        self.register_parameter(list(self._parameters)[index], _as_parameter(value))

    def append(self, value: Any) -> Self:
        """Add a Parameter at the end. Returns the list."""
        self.register_parameter(str(len(self)), _as_parameter(value))
        return self

    def extend(self, values: Iterable[Any]) -> Self:
        """Add Parameters at the end. Returns the list."""
        for value in values:
            self.append(value)
        return self

    def __repr__(self) -> str:
        lines = [
            f"    ({k}): Parameter containing: [{p.dtype} of size {'x'.join(map(str, p.shape))}]\n"
            for k, p in enumerate(self)
        ]
        return f"ParameterList(\n{''.join(lines)})"


class DataParallel(Module):
    """A Module to be run on several devices at once. There is one here, and it is run on that.

    >>> from autograd_lab import nn, ones
    >>> nn.DataParallel(nn.Identity())(ones(2))
    tensor([1., 1.])
    """

    def __init__(
        self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0
    ) -> None:
        super().__init__()
        self.module = module

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        return self.module(*inputs, **kwargs)


def _as_parameter(value: Any) -> Parameter:
    return value if isinstance(value, Parameter) else Parameter(value)
