"""How a layer of this package is built: what it draws its parameters from is nobody's step.

Whoever listens hears of each Parameter once, when its module stands, with the numbers that it starts with.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..core.modes import local


def unheard(build: Callable[..., None]) -> Callable[..., None]:
    """An ``__init__`` during which nobody listens; its Parameters are announced when the outermost ends."""

    @functools.wraps(build)
    def run(module: Any, *args: Any, **kwargs: Any) -> None:
        listener, local.now.listener = local.now.listener, None
        try:
            build(module, *args, **kwargs)
        finally:
            local.now.listener = listener
        if listener is not None:
            for parameter in made_by(module, (*args, *kwargs.values())):
                listener.leaf(parameter)

    return run


def made_by(module: Any, given: tuple[Any, ...]) -> list[Any]:
    """The Parameters that were made with a module, and not handed to it, alone or in other modules."""
    known: set[int] = set()
    for one in given:
        for each in (
            one if isinstance(one, list | tuple) else one.values() if isinstance(one, dict) else (one,)
        ):
            known |= {id(each)} | {id(p) for p in getattr(each, "parameters", tuple)()}
    return [parameter for parameter in module.parameters() if id(parameter) not in known]
