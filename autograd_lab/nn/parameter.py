"""Parameter: what learns."""

from __future__ import annotations

from typing import Any

import autograd_lab as lab

from ..core.variable import Tensor


class Parameter(Tensor):
    """A Tensor that a Module finds when it is given one as an attribute, and that requires grad.

    Args:
        data: the Tensor whose numbers it shares.
        requires_grad: whether backward works out a gradient for it.

    >>> Parameter(lab.tensor([1.0, 2.0]))
    Parameter containing:
    tensor([1., 2.], requires_grad=True)
    """

    def __init__(self, data: Any = None, requires_grad: bool = True) -> None:
        super().__init__(lab.empty(0) if data is None else data, requires_grad)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        if id(self) not in memo:
            data: Any = self.data
            memo[id(self)] = type(self)(data.clone(), self.requires_grad)
        return memo[id(self)]  # type: ignore[no-any-return]
