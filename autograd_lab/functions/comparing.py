"""Whether two Variables hold the same, or nearly."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import errors
from ..core.record import made
from ..core.variable import Variable
from .reductions import given


def _alike(function: str, input: Any, other: Any) -> tuple[Any, Any]:
    """Two Variables of one dtype. Raises TypeError for what is none, RuntimeError for different dtypes."""
    x, y = given(input, function)._array, given(other, function)._array
    if x.dtype != y.dtype:
        raise errors.error("same_dtype", first=input.dtype, second=other.dtype)
    return x, y


def isclose(
    input: Variable, other: Variable, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Any:
    """Where elements are close: |x - y| <= atol + rtol |y|.

    Raises RuntimeError for different dtypes.

    >>> isclose(Variable([1.0, 2.0]), Variable([1.0, 3.0]))
    tensor([ True, False])
    """
    x, y = _alike("isclose", input, other)
    try:
        return made(np.isclose(x, y, rtol, atol, equal_nan))
    except ValueError:
        raise errors.shapes("isclose", x.shape, y.shape) from None


def allclose(
    input: Variable, other: Variable, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> bool:
    """Whether all elements are close, as :func:`isclose` says.

    >>> allclose(Variable([1.0]), Variable([1.0 + 1e-7]))
    True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan).all())


def equal(input: Variable, other: Variable) -> bool:
    """Whether two Variables have the same shape and the same elements.

    >>> equal(Variable([1.0]), Variable([1.0]))
    True
    """
    return bool(np.array_equal(given(input, "equal")._array, given(other, "equal")._array))


FUNCTIONS = {f.__name__: f for f in (isclose, allclose, equal)}
