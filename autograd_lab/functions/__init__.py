"""PyTorch's functions on Variables, and with the Variable first its methods."""

from __future__ import annotations

from typing import Any

from ..core.variable import Variable
from . import arithmetic, creation, reductions, shapes, table

FUNCTIONS: dict[str, Any] = {
    **table.FUNCTIONS,
    **reductions.HERE,
    **{name: shapes.HERE[name] for name in shapes.FUNCTIONS},
    **arithmetic.FUNCTIONS,
    **creation.FUNCTIONS,
}
METHODS: dict[str, Any] = {
    **table.METHODS,
    **reductions.HERE,
    **{name: shapes.HERE[name] for name in shapes.METHODS},
    **arithmetic.METHODS,
    **creation.METHODS,
}
for _names in (FUNCTIONS, METHODS):
    _names["swapaxes"] = _names["swapdims"] = shapes.swapaxes

for _name, _method in METHODS.items():
    setattr(Variable, _name, _method)
Variable.T = property(lambda self: self.permute(*reversed(range(self.ndim))))
Variable.mT = property(lambda self: self.transpose(-1, -2))
