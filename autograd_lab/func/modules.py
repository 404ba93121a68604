"""Modules as functions of their Parameters, to be differentiated by them and mapped over them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import autograd_lab

from ..base import errors

lab: Any = autograd_lab


def functional_call(
    module: Any,
    parameter_and_buffer_dicts: Any,
    args: Any = None,
    kwargs: Any = None,
    *,
    strict: bool = False,
) -> Any:
    """What the Module returns with other Tensors in the places of its Parameters and buffers.

    Args:
        module: is left as it was.
        parameter_and_buffer_dicts: Tensors by their dotted names, in a dict, or in a list of several.
        args: what the Module is called with: a tuple, or one argument.
        kwargs: the same by name.
        strict: whether each Parameter and buffer has to be named.

    Raises:
        ValueError: a name is in two of the dicts.
        RuntimeError: ``strict``, and a name is missing or one too many.

    >>> import autograd_lab as lab
    >>> layer = lab.nn.Linear(1, 1)
    >>> functional_call(layer, {"weight": lab.tensor([[2.0]]), "bias": lab.tensor([1.0])}, lab.tensor([3.0]))
    tensor([7.])
    """
    dicts = parameter_and_buffer_dicts
    several = [dicts] if isinstance(dicts, Mapping) else list(dicts)
    values = {name: value for part in several for name, value in part.items()}
    if len(values) < sum(map(len, several)):
        raise errors.error("name_in_two")
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    with _replaced(module, values, strict):
        return module(*args, **(kwargs or {}))


@contextlib.contextmanager
def _replaced(module: Any, values: Mapping[str, Any], strict: bool) -> Iterator[None]:
    """A block in which a Module holds other Tensors; a name that two share stands for both."""
    homes: dict[str, tuple[dict[str, Any], str]] = {}
    for path, part in module.named_modules(remove_duplicate=False):
        for table in (part._parameters, part._buffers):
            homes |= {f"{path}.{name}".lstrip("."): (table, name) for name in table}
    if strict and homes.keys() != values.keys():
        odd = ", ".join(sorted(homes.keys() ^ values.keys()))
        raise errors.error("odd_names", names=odd)
    held = {name: table[key] for name, (table, key) in homes.items()}
    new = {id(held[name]): value for name, value in values.items() if name in held}
    try:
        for name, (table, key) in homes.items():
            table[key] = new.get(id(held[name]), held[name])
        yield
    finally:
        for name, (table, key) in homes.items():
            table[key] = held[name]


def stack_module_state(models: Sequence[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The Parameters and the buffers of several Modules of one kind, each stacked along a new first axis.

    With ``functional_call`` and ``vmap`` they run as one. Raises RuntimeError where there are none, or not
    all of one class.

    >>> import autograd_lab as lab
    >>> params, buffers = stack_module_state([lab.nn.Linear(2, 1) for _ in range(5)])
    >>> params["weight"].shape, buffers
    (torch.Size([5, 1, 2]), {})
    """
    if len({type(model) for model in models}) != 1:
        raise errors.error("one_class")
    first = models[0]
    params = {
        name: _stacked([dict(model.named_parameters())[name] for model in models])
        for name, _ in first.named_parameters()
    }
    buffers = {
        name: _stacked([dict(model.named_buffers())[name] for model in models])
        for name, _ in first.named_buffers()
    }
    return params, buffers


def _stacked(tensors: list[Any]) -> Any:
    """One leaf of them all, which learns where they do."""
    return lab.stack(tensors).detach().requires_grad_(tensors[0].requires_grad)
