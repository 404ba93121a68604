"""What a Variable holds: its numbers, and the ways to read them in Python and NumPy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..base import dtypes, errors
from .modes import local
from .node import boxed
from .op import Recorded
from .twins import BY_UFUNC


class Content(Recorded):
    """An array seen from outside autograd: shape, dtype, conversions. Variable adds the rest."""

    __slots__ = ()

    @property
    def shape(self) -> dtypes.Size:
        """How long each axis is."""
        return dtypes.Size(self._array.shape)

    @property
    def dtype(self) -> dtypes.Dtype:
        """What kind of numbers it holds: ``torch.float32``, …"""
        return dtypes.Dtype(self._array.dtype.name)

    @property
    def ndim(self) -> int:
        """How many axes it has."""
        return int(self._array.ndim)

    def __len__(self) -> int:
        if not self.shape:
            raise errors.error("no_length", variable=self)
        return int(self.shape[0])

    def __iter__(self) -> Iterator[Any]:
        if self.ndim == 0:
            raise errors.error("no_elements", variable=self)
        return iter(self.unbind())  # type: ignore[attr-defined]

    def __bool__(self) -> bool:
        if self._array.size != 1:
            raise errors.error("ambiguous", variable=self)
        return bool(self._array.item())

    def __float__(self) -> float:
        return float(self._single())

    def __int__(self) -> int:
        return int(self._single())

    def _single(self) -> Any:
        """Its one element. Raises ValueError where it has more or none, as Python's conversions do."""
        if self._array.size != 1:
            raise errors.error("not_one", ValueError, variable=self)
        return self._array.item()

    def __index__(self) -> int:
        if self._array.dtype.kind not in "iu" or self._array.size != 1:
            raise errors.error("not_an_index", variable=self)
        return int(self._array.item())

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if self.ndim == 0 else object.__format__(self, spec)

    def __contains__(self, value: Any) -> bool:
        return bool((self == value).any())

    def item(self) -> Any:
        """Its one element, as a Python number. Raises RuntimeError where it has more or none."""
        if self._array.size != 1:
            raise errors.error("not_one", variable=self)
        return self._array.item()

    def tolist(self) -> Any:
        """Its elements as Python numbers in nested lists; a single number where it has no axes."""
        return self._array.tolist()

    def numpy(self, *, force: bool = False) -> Any:
        """Its numbers as an ndarray that shares its memory. Raises RuntimeError where it requires grad."""
        if self._learns and local.now.grad and not force:
            raise errors.error("no_numpy", variable=self)
        if local.now.listener is not None:
            local.now.listener.changing(self._boxed())  # what NumPy does to it is not announced
        return self._boxed()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self.numpy()
        return np.array(array, dtype, copy=True) if copy or dtype is not None else array

    def __dlpack__(self, **options: Any) -> Any:
        if self._learns:
            raise errors.error("no_numpy", BufferError, variable=self)
        return self._boxed().__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self._boxed().__dlpack_device__()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        op = BY_UFUNC.get(ufunc)
        if op is None or method != "__call__" or kwargs:
            return NotImplemented
        return op(*inputs)

    def _boxed(self) -> Any:
        """The array, as something that can be shared and changed (a NumPy scalar can't)."""
        if isinstance(self._array, np.generic):
            self._array = boxed(self._array)
        return self._array
