"""Making Variables from numbers, and turning one kind into another."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import dtypes, errors
from ..core.op import TABLE
from ..core.record import apply, made
from ..core.variable import Variable
from .shapes import sizes


class device:  # noqa: N801 - PyTorch's name
    """The device that Variables are on: there is one.

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


def tensor(data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Variable:
    """A leaf Variable with a copy of ``data``.

    Args:
        data: a number, numbers in lists, or an array; its shape becomes the Variable's.
        dtype: the default dtype for Python floats, int64 for integers, an array's own, unless given.
        device: None or "cpu".
        requires_grad: whether backward works out a gradient for it.

    Raises:
        RuntimeError: ``requires_grad`` asked of integers or bools.
        TypeError: something in ``data`` is not a number.
        ValueError: rows of different lengths.

    >>> tensor([[1.0, 2.0]])
    tensor([[1., 2.]])
    """
    on_cpu(device)
    if type(data) is float and dtype is None:
        return Variable(dtypes.DEFAULT.type(data), requires_grad)
    if isinstance(data, Variable):
        data = data._array
    if isinstance(data, list | tuple):
        data = _lists(data)
    array = np.array(data, dtype=dtypes.plain(dtype) or dtypes.default_for(data))
    if array.dtype.kind not in dtypes.RANK:
        raise errors.error("not_numbers", got=type(data).__name__)
    return Variable(array, requires_grad)


def _lists(data: Any) -> Any:
    """The same lists with plain numbers in the place of Variables."""
    if isinstance(data, list | tuple):
        return [_lists(one) for one in data]
    return data.tolist() if isinstance(data, Variable) else data


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Variable:
    """``data`` itself if it is such a Variable; sharing its memory if it is an array; else :func:`tensor`.

    >>> as_tensor([1.0])
    tensor([1.])
    """
    if isinstance(data, Variable):
        return data if dtype is None else to(data, dtype)
    if hasattr(data, "__array_function__"):  # NumPy's arrays, and Dask's, CuPy's
        return made(data) if dtype is None else to(made(data), dtype)
    return tensor(data, dtype=dtype, device=device)


def from_numpy(ndarray: Any) -> Variable:
    """A Variable that shares an array's memory. Raises TypeError for anything else.

    >>> a = np.zeros(2); x = from_numpy(a); a[0] = 1; x
    tensor([1., 0.], dtype=torch.float64)
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__}). Use torch.tensor(...) for other data.")
    return made(ndarray)  # type: ignore[no-any-return]


def from_dlpack(ext_tensor: Any) -> Variable:
    """A Variable that shares the memory of any array that speaks DLPack.

    >>> from_dlpack(np.ones(2, np.float32))
    tensor([1., 1.])
    """
    return made(np.from_dlpack(ext_tensor))  # type: ignore[no-any-return]


def _made(array: Any, requires_grad: bool) -> Variable:
    return Variable(array, requires_grad) if requires_grad else Variable(array)


def _shape(function: str, shape: tuple[Any, ...], size: Any = None) -> tuple[int, ...]:
    """A shape from its axes, one by one or together. Raises RuntimeError for a negative one."""
    found = sizes(function, "size", shape if size is None else (size,))
    if any(n < 0 for n in found):
        raise errors.error("negative_size", shape=found)
    return found


def _filled(name: str, make: Any) -> Any:
    def run(*shape: Any, size: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False, out: Any = None) -> Any:
        on_cpu(device)
        return _made(make(_shape(name, shape, size), dtypes.plain(dtype) or dtypes.DEFAULT), requires_grad)

    def like(input: Variable, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
        return _made(make(tuple(input.shape), dtypes.plain(dtype) or input._array.dtype), requires_grad)

    def new(self: Variable, *shape: Any, size: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
        return _made(make(_shape(f"new_{name}", shape, size), dtypes.plain(dtype) or self._array.dtype), requires_grad)

    for function, title in ((run, name), (like, f"{name}_like"), (new, f"new_{name}")):
        function.__name__ = function.__qualname__ = title
    what = {"empty": "Numbers that are not set yet"}.get(name, name.title())
    run.__doc__ = (
        f"{what} in the given shape, of the default dtype unless ``dtype`` says otherwise.\n\n"
        "Raises RuntimeError for a negative size, and where ``requires_grad`` is asked of integers or bools.\n"
    )
    if name != "empty":
        run.__doc__ += f"\n>>> {name}(1, 2)\ntensor([[{int(name == 'ones')}., {int(name == 'ones')}.]])\n"
    return run, like, new


zeros, zeros_like, new_zeros = _filled("zeros", np.zeros)
ones, ones_like, new_ones = _filled("ones", np.ones)
empty, empty_like, new_empty = _filled("empty", np.zeros)  # zeros: what is printed should not depend on luck


def full(size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Variable:
    """One number everywhere, of its own kind of dtype unless ``dtype`` says otherwise.

    >>> full((2,), 3)
    tensor([3, 3])
    """
    on_cpu(device)
    number = fill_value.item() if isinstance(fill_value, Variable) else fill_value
    kind = dtypes.plain(dtype) or dtypes.result_dtype([number], False)
    return _made(np.full(_shape("full", (size,)), number, kind), requires_grad)


def full_like(input: Variable, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Variable:
    """:func:`full` in the shape and dtype of ``input``."""
    return full(tuple(input.shape), fill_value, dtype=dtype or input.dtype, requires_grad=requires_grad)


def new_full(self: Variable, size: Any, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False) -> Variable:
    """:func:`full` in the dtype of ``self``."""
    return full(size, fill_value, dtype=dtype or self.dtype, requires_grad=requires_grad)


def element_size(input: Variable) -> int:
    """How many bytes an element takes."""
    return int(input._array.itemsize)


def storage_offset(input: Variable) -> int:
    """How many elements of memory lie before its first."""
    array = input._boxed()
    base = array.base if isinstance(array.base, np.ndarray) else array
    return int((array.ctypes.data - base.ctypes.data) // array.itemsize)


def result_type(tensor1: Any, tensor2: Any) -> Any:
    """The dtype in which an operation on two Variables, or numbers, works.

    >>> result_type(Variable([1]), 2.0)
    torch.float32
    """
    values = [getattr(x, "_array", x) for x in (tensor1, tensor2)]
    return dtypes.Dtype(dtypes.result_dtype(values, False).name)


def new_tensor(self: Variable, data: Any, *, dtype: Any = None, requires_grad: bool = False) -> Variable:
    """:func:`tensor` in the dtype of ``self``."""
    return tensor(data, dtype=dtype or self.dtype, requires_grad=requires_grad)


def eye(n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Variable:
    """Ones on the diagonal, zeros elsewhere.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    return _made(np.eye(n, m, dtype=dtypes.plain(dtype) or dtypes.DEFAULT), requires_grad)


def arange(start: Any, end: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Variable:
    """Numbers from ``start`` (0, if left out) to before ``end``; int64 if all are integers.

    >>> arange(3)
    tensor([0, 1, 2])
    """
    first, last = (0, start) if end is None else (start, end)
    first, last, step = (x.item() if isinstance(x, Variable) else x for x in (first, last, step))
    if step == 0 or (last - first) * step < 0:
        raise errors.error("arange", start=first, end=last, step=step)
    whole = all(isinstance(x, int) for x in (first, last, step))
    kind = dtypes.plain(dtype) or (np.dtype("int64") if whole else dtypes.DEFAULT)
    count = int(np.ceil((last - first) / step))
    return _made((first + step * np.arange(count)).astype(kind), requires_grad)


def linspace(start: Any, end: Any, steps: int, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Variable:
    """``steps`` numbers from ``start`` to ``end``, equally far apart.

    >>> linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    first, last = (x.item() if isinstance(x, Variable) else x for x in (start, end))
    kind = dtypes.plain(dtype) or dtypes.DEFAULT
    if kind.kind != "f" or steps < 2:
        return _made(np.linspace(first, last, steps).astype(kind), requires_grad)
    step = kind.type((last - first) / (steps - 1))  # each half from its own end, as PyTorch does
    places = np.arange(steps).astype(kind)
    ahead, behind = kind.type(first) + step * places, kind.type(last) - step * places[::-1]
    return _made(np.where(places < steps // 2, ahead, behind).astype(kind), requires_grad)


def logspace(start: Any, end: Any, steps: int, base: float = 10.0, *, dtype: Any = None, requires_grad: bool = False) -> Variable:
    """``base`` to the powers of :func:`linspace`.

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    exponents = linspace(start, end, steps, dtype=np.dtype(float))._array
    return _made((base**exponents).astype(dtypes.plain(dtype) or dtypes.DEFAULT), requires_grad)


def tril_indices(row: int, col: int, offset: int = 0) -> Variable:
    """The places of a lower triangle: row numbers over column numbers."""
    return made(np.stack(np.tril_indices(row, offset, col)))  # type: ignore[no-any-return]


def triu_indices(row: int, col: int, offset: int = 0) -> Variable:
    """The places of an upper triangle: row numbers over column numbers."""
    return made(np.stack(np.triu_indices(row, offset, col)))  # type: ignore[no-any-return]


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Variable, ...]:
    """Each vector spread over the grid of all of them."""
    xs = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], list | tuple) else tensors
    return tuple(made(g.copy()) for g in np.meshgrid(*(x._array for x in xs), indexing=indexing))


# -------------------------------------------------------------------- from one kind to another
def to(input: Variable, *args: Any, dtype: Any = None, device: Any = None, copy: bool = False, non_blocking: bool = False) -> Variable:
    """The same numbers in another dtype; itself, if it has that already.

    >>> to(Variable([1.5]), np.dtype("int64"))
    tensor([1])
    """
    for one in args:
        if isinstance(one, Variable):
            dtype = one.dtype
        elif isinstance(one, dtypes.Dtype | np.dtype):
            dtype = one
        elif not isinstance(one, bool):
            device = one
    on_cpu(device)
    kind = dtypes.plain(dtype)
    if kind is not None and not isinstance(kind, np.dtype):
        raise TypeError(f"dtype must be torch.dtype, not {kind!r}. Use torch.float32 and its like.")
    if kind is None or kind == input._array.dtype:
        return apply(TABLE["clone"], (input,), {}) if copy else input
    if kind.kind != "f":  # integers have no gradient
        input = input.detach()
    return apply(TABLE["cast"], (input,), {"dtype": kind})  # type: ignore[no-any-return]


def type_(input: Variable, dtype: Any = None) -> Any:
    """``"torch.FloatTensor"``; or the same numbers in another dtype."""
    if dtype is None:
        name = input._array.dtype.name
        return f"torch.{dtypes.TITLES.get(name, name)}Tensor"
    if isinstance(dtype, str):
        titles = {title: name for name, title in dtypes.TITLES.items()}
        dtype = dtypes.Dtype(titles[dtype.removeprefix("torch.").removesuffix("Tensor")])
    return to(input, dtype)


def _kind(name: str) -> Any:
    def run(self: Variable) -> Variable:
        return to(self, dtypes.Dtype(name))

    run.__doc__ = f"The same numbers as {name}; itself, if it has that dtype already."
    return run


def contiguous(input: Variable) -> Variable:
    """Itself, if its memory is in order already; else a copy whose memory is."""
    if input._array.ndim and not input._array.flags.c_contiguous:
        return apply(TABLE["clone"], (input,), {})  # type: ignore[no-any-return]
    return input


def is_contiguous(input: Variable) -> bool:
    """Whether its memory is in the order of its elements."""
    return not input._array.ndim or bool(input._array.flags.c_contiguous)


def numel(input: Variable) -> int:
    """How many elements it has."""
    return int(input._array.size)


def size(input: Variable, dim: int | None = None) -> Any:
    """Its shape, or how long the axis ``dim`` is. Raises IndexError where it has no such axis."""
    return input.shape if dim is None else input.shape[errors.checked_dim(dim, input.ndim)]


def dim(input: Variable) -> int:
    """How many axes it has."""
    return input.ndim


def is_floating_point(input: Variable) -> bool:
    """Whether it holds floats."""
    return bool(input._array.dtype.kind == "f")


def is_tensor(obj: Any) -> bool:
    """Whether it is a Variable."""
    return isinstance(obj, Variable)


def stride(input: Variable, dim: int | None = None) -> Any:
    """How many elements of memory lie between neighbours along each axis."""
    steps = tuple(n // input._array.itemsize for n in input._boxed().strides)
    return steps if dim is None else steps[dim]


def data_ptr(input: Variable) -> int:
    """Where its memory begins."""
    return int(input._boxed().ctypes.data)


def cpu(input: Variable) -> Variable:
    """Itself: there is one device here."""
    return input


CONVERSIONS = {"float": "float32", "double": "float64", "half": "float16", "int": "int32", "long": "int64",
               "short": "int16", "bool": "bool"}  # fmt: skip
asarray = as_tensor
FUNCTIONS = {name: globals()[name] for name in (
    "device asarray tensor as_tensor from_numpy from_dlpack zeros zeros_like ones ones_like empty empty_like full full_like eye arange "
    "linspace logspace tril_indices triu_indices meshgrid is_floating_point is_tensor numel result_type").split()}  # fmt: skip
METHODS = {name: globals()[name] for name in (
    "new_zeros new_ones new_empty new_full new_tensor to contiguous is_contiguous numel size dim "
    "is_floating_point stride data_ptr cpu element_size storage_offset").split()}  # fmt: skip
METHODS |= {name: _kind(kind) for name, kind in CONVERSIONS.items()}
METHODS |= {"type": type_, "nelement": numel, "ndimension": dim, "type_as": lambda self, other: to(self, other.dtype)}
