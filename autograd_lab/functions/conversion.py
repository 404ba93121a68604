"""What a Variable is: its device, dtype, size and memory; and turning one dtype into another."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import dtypes, errors
from ..core.op import TABLE
from ..core.record import apply
from ..core.variable import Variable
from .reductions import given


# -------------------------------------------------------------------- the device
class device:
    """The device that Variables are on: there is one. Raises RuntimeError for any other.

    >>> device("cpu")
    device(type='cpu')
    """

    def __init__(self, type: Any = "cpu", index: Any = None) -> None:
        on_cpu(type)
        self.type, self.index = "cpu", index

    def __repr__(self) -> str:
        return "device(type='cpu')"

    def __str__(self) -> str:
        return "cpu"

    def __eq__(self, other: object) -> bool:
        return str(other) == "cpu"

    def __hash__(self) -> int:
        return hash("cpu")


def on_cpu(device: Any) -> None:
    """There is one device here. Raises RuntimeError for any other."""
    if device is not None and str(device) not in ("cpu", "cpu:0"):
        raise errors.error("device", device=device)


def get_default_device() -> Any:
    """The device on which Variables are made: there is one.

    >>> get_default_device()
    device(type='cpu')
    """
    return device()


def set_default_device(device: Any) -> None:
    """Make Variables on this device from now on: there is one. Raises RuntimeError for any other.

    >>> set_default_device("cpu")
    """
    on_cpu(device)


def cpu(input: Variable) -> Variable:
    """Itself: there is one device here.

    >>> x = Variable([1.0]); x.cpu() is x
    True
    """
    return input


# -------------------------------------------------------------------- dtypes
def to(
    input: Variable,
    *args: Any,
    dtype: Any = None,
    device: Any = None,
    copy: bool = False,
    non_blocking: bool = False,
) -> Any:
    """The same numbers in another dtype, or that of another Variable; itself, if it has that already.

    Raises TypeError where it is no dtype, RuntimeError for a device that isn't there.

    >>> to(Variable([1.5]), np.dtype("int64"))
    tensor([1])
    """
    for one in args:
        if isinstance(one, Variable):
            dtype = one.dtype
        elif isinstance(one, dtypes.Dtype | np.dtype | type):
            dtype = one
        elif not isinstance(one, bool):
            device = one
    on_cpu(device)
    kind = dtypes.plain(dtype) or input._array.dtype
    if kind == input._array.dtype and not copy:
        return input
    if kind.kind != "f":  # integers have no gradient
        input = input.detach()
    return apply(TABLE["cast"], (input,), {"dtype": kind})


def type_(input: Variable, dtype: Any = None) -> Any:
    """``"torch.FloatTensor"``; or the same numbers in another dtype, which may be named so.

    Raises TypeError where there is no such dtype.

    >>> Variable([1.5]).type("torch.LongTensor")
    tensor([1])
    """
    if dtype is None:
        name = input._array.dtype.name
        return f"torch.{dtypes.TITLES.get(name, name)}Tensor"
    if isinstance(dtype, str):
        names = {f"torch.{title}Tensor": name for name, title in dtypes.TITLES.items()}
        if dtype not in names:
            raise errors.error("not_a_dtype", got=repr(dtype))
        dtype = dtypes.Dtype(names[dtype])
    return to(input, dtype=getattr(dtype, "dtype", dtype))


def type_as(input: Variable, other: Variable) -> Any:
    """The same numbers in the dtype of ``other``.

    >>> Variable([1.5]).type_as(Variable([2]))
    tensor([1])
    """
    return to(input, dtype=given(other, "type_as").dtype)


def _kind(name: str, title: str) -> Any:
    def run(self: Variable) -> Any:
        return to(self, dtype=dtypes.Dtype(name))

    run.__name__ = run.__qualname__ = title
    run.__doc__ = (
        f"The same numbers as {name}; itself, if it has that dtype already.\n\n"
        f">>> Variable([1.5]).{title}().dtype\ntorch.{name}\n"
    )
    return run


def result_type(tensor1: Any, tensor2: Any) -> Any:
    """The dtype in which an operation on two Variables, or numbers, works.

    >>> result_type(Variable([1]), 2.0)
    torch.float32
    """
    values = [getattr(x, "_array", x) for x in (tensor1, tensor2)]
    return dtypes.Dtype(dtypes.result_dtype(values, False).name)


def is_floating_point(input: Variable) -> bool:
    """Whether it holds floats.

    >>> is_floating_point(Variable([1.0]))
    True
    """
    return bool(given(input, "is_floating_point")._array.dtype.kind == "f")


def is_tensor(obj: Any) -> bool:
    """Whether it is a Variable.

    >>> is_tensor([1.0])
    False
    """
    return isinstance(obj, Variable)


# -------------------------------------------------------------------- size and memory
def numel(input: Variable) -> int:
    """How many elements it has.

    >>> numel(Variable([[1.0, 2.0]]))
    2
    """
    return int(given(input, "numel")._array.size)


def size(input: Variable, dim: int | None = None) -> Any:
    """Its shape, or how long the axis ``dim`` is. Raises IndexError where it has no such axis.

    >>> Variable([[1.0, 2.0]]).size(1)
    2
    """
    return input.shape if dim is None else input.shape[errors.checked_dim(dim, input.ndim)]


def dim(input: Variable) -> int:
    """How many axes it has.

    >>> Variable([[1.0, 2.0]]).dim()
    2
    """
    return input.ndim


def contiguous(input: Variable) -> Any:
    """Itself, if its memory is in order already; else a copy whose memory is.

    >>> Variable([[1.0, 2.0], [3.0, 4.0]]).T.contiguous().is_contiguous()
    True
    """
    return input if is_contiguous(input) else apply(TABLE["clone"], (input,), {})


def is_contiguous(input: Variable) -> bool:
    """Whether its memory is in the order of its elements.

    >>> Variable([[1.0, 2.0], [3.0, 4.0]]).T.is_contiguous()
    False
    """
    return not input._array.ndim or bool(input._array.flags.c_contiguous)


def stride(input: Variable, dim: int | None = None) -> Any:
    """How many elements of memory lie between neighbours along each axis, or along ``dim``.

    >>> Variable([[1.0, 2.0], [3.0, 4.0]]).stride()
    (2, 1)
    """
    steps = tuple(n // input._array.itemsize for n in input._boxed().strides)
    return steps if dim is None else steps[errors.checked_dim(dim, input.ndim)]


def storage_offset(input: Variable) -> int:
    """How many elements of memory lie before its first.

    >>> Variable([1.0, 2.0, 3.0])[1:].storage_offset()
    1
    """
    array = input._boxed()
    base = array.base if isinstance(array.base, np.ndarray) else array
    return int((array.ctypes.data - base.ctypes.data) // array.itemsize)


def data_ptr(input: Variable) -> int:
    """Where its memory begins.

    >>> x = Variable([1.0, 2.0]); x[1:].data_ptr() - x.data_ptr()
    4
    """
    return int(input._boxed().ctypes.data)


def element_size(input: Variable) -> int:
    """How many bytes an element takes.

    >>> Variable([1.0]).element_size()
    4
    """
    return int(input._array.itemsize)


def _matrices_turned(input: Variable) -> Any:
    """The last two axes swapped. Raises RuntimeError where there are fewer."""
    if input.ndim == 1 or not input.ndim:
        raise errors.error("no_matrix", op="mT", shape=tuple(input.shape))
    return input.transpose(-1, -2)  # type: ignore[attr-defined]


CONVERSIONS = {"float": "float32", "double": "float64", "half": "float16", "int": "int32", "long": "int64",
               "short": "int16", "bool": "bool"}  # fmt: skip
OURS = (is_floating_point, numel)
FUNCTIONS: dict[str, Any] = {
    f.__name__: f for f in (*OURS, device, result_type, is_tensor, get_default_device, set_default_device)
}
FUNCTIONS |= {f.__name__: f for f in (dtypes.promote_types, dtypes.can_cast, dtypes.finfo, dtypes.iinfo)}
METHODS = {f.__name__: f for f in (
    *OURS, to, cpu, type_as, size, dim, contiguous, is_contiguous, stride, storage_offset, data_ptr,
    element_size)}  # fmt: skip
METHODS |= {title: _kind(name, title) for title, name in CONVERSIONS.items()}
METHODS |= {"type": type_, "nelement": numel, "ndimension": dim}
PROPERTIES = {
    "device": lambda self: device(),
    "is_cuda": lambda self: False,
    "itemsize": element_size,
    "nbytes": lambda self: int(self._array.nbytes),
    "T": lambda self: self.permute(tuple(reversed(range(self.ndim)))),
    "mT": _matrices_turned,
    "H": lambda self: self.t(),
}
