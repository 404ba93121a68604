"""Views: Variables that look into another's memory."""

from __future__ import annotations

from typing import Any

from ..base import errors
from . import record
from .modes import enable_grad, local
from .node import keep_on, version_of
from .op import TABLE, Op
from .variable import Variable


class View(Variable):
    """A Variable that looks into another's memory. After a change in place its history is found anew."""

    _asked = False  # to learn, by requires_grad_(); not only because its base does

    def __init__(self, array: Any, node: Any, source: Variable, op: Op, params: dict[str, Any]) -> None:
        step = (op, {name: value for name, value in params.items()})  # noqa: C416
        inside = isinstance(source, View)
        self._array = array
        self._base = source._base if inside else source
        self._chain = (*source._chain, step) if inside else (step,)
        self._apart, self._inferred = source._apart, source._inferred
        self._unrecorded = source._unrecorded or not local.now.grad  # made where nothing is recorded
        self._several = source._several
        self._seen, self._born = self._base._generation, version_of(array)
        self._node = node

    @property
    def _fn(self) -> Any:
        if (self._several or self._unrecorded) and self._born != version_of(self._array):
            if self._node is not None or self._base._learns:
                raise errors.error("lost_view", shape=self._array.shape)
        elif self._seen != self._base._generation:
            self._seen = self._base._generation
            before, self._node = self._node, self._looked_up()._fn
            keep_on(self, before, self._node)
        return self._node

    @_fn.setter
    def _fn(self, node: Any) -> None:
        self._node = node

    def _looked_up(self) -> Any:
        """The same view, taken of the base as it is now."""
        listener, local.now.listener = local.now.listener, None
        try:
            with enable_grad():
                return record.apply(TABLE["as_strided"], (self._base,), {"chain": self._chain})
        finally:
            local.now.listener = listener

    @property
    def _learns(self) -> bool:
        return self._fn is not None or self._asked or bool(self._base._learns)

    @_learns.setter
    def _learns(self, value: bool) -> None:
        self._asked = value


View.__name__ = View.__qualname__ = "Tensor"
record.View = View
