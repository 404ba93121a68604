"""PyTorch's functions on Variables, and with the Variable first its methods."""

from __future__ import annotations

from typing import Any

from ..core.variable import Variable
from . import arithmetic, creation, in_place, parts, reductions, shapes, table

FUNCTIONS: dict[str, Any] = {
    **table.FUNCTIONS,
    **reductions.HERE,
    **shapes.FUNCTIONS,
    **parts.FUNCTIONS,
    **arithmetic.FUNCTIONS,
    **creation.FUNCTIONS,
}
METHODS: dict[str, Any] = {
    **table.METHODS,
    **reductions.HERE,
    **shapes.METHODS,
    **parts.METHODS,
    **arithmetic.METHODS,
    **creation.METHODS,
    **in_place.METHODS,
}

for _name, _method in METHODS.items():
    setattr(Variable, _name, _method)
Variable.T = property(lambda self: self.permute(tuple(reversed(range(self.ndim)))))
Variable.mT = property(lambda self: self.transpose(-1, -2))


class cuda:  # noqa: N801 - PyTorch's name
    """What scripts ask before they choose a device: there is no other here."""

    @staticmethod
    def is_available() -> bool:
        return False
