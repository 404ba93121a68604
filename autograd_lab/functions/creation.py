"""Making Variables: from data, filled, counted up, like another."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..base import dtypes, errors
from ..core.record import made
from ..core.variable import Variable
from .conversion import on_cpu, to
from .reductions import given
from .shapes import sizes


# -------------------------------------------------------------------- from data
def tensor(data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Variable:
    """A leaf Variable with a copy of ``data``.

    Args:
        data: a number, numbers in lists, or an array; its shape becomes the Variable's.
        dtype: the default dtype for Python floats, int64 for integers, an array's own, unless given.
        device: None or "cpu".
        requires_grad: whether backward works out a gradient for it.

    Raises:
        RuntimeError: ``requires_grad`` asked of integers or bools.
        RuntimeError: something in ``data`` is not a number.
        TypeError: ``data`` is text; or as RuntimeError, where a ``dtype`` is given.
        ValueError: ``data`` is a list of text, or holds rows of different lengths.

    >>> tensor([[1.0, 2.0]])
    tensor([[1., 2.]])
    """
    if device is not None:
        on_cpu(device)
    array = _array(data, dtypes.plain(dtype))
    return Variable.__new__(Variable)._begin(array if array.ndim else array[()], requires_grad)


PLAIN = {float, int, bool}


def _array(data: Any, dtype: Any) -> Any:
    """A new array of ``data``. Raises TypeError where it holds what there is no dtype for."""
    if type(data) is list and PLAIN.issuperset(kinds := set(map(type, data))):  # most of what is written out
        return np.array(data, dtype or (dtypes.DEFAULT if float in kinds or not kinds else None))
    own: set[Any] = set()
    plain = _lists(data, own)
    array = np.asarray(plain)
    if array.dtype.name not in dtypes.TITLES:
        raise _not_numbers(data, array.dtype.kind, dtype)
    if dtype is None and array.dtype == np.float64:
        floats = [kind for kind in own if kind.kind == "f"]
        dtype = np.result_type(*floats) if floats else dtypes.DEFAULT
    return np.array(plain, dtype)


def _not_numbers(data: Any, kind: str, dtype: Any) -> Exception:
    """What PyTorch raises: TypeError; for lists of text ValueError; without a ``dtype`` RuntimeError."""
    first = data
    while isinstance(first, list | tuple) and first:
        first = first[0]
    if kind in "US":
        word = "strings" if isinstance(first, str) and first is not data else "not_numbers"
    else:
        word = "not_inferred" if dtype is None else "not_numbers"
    return errors.error(word, got=type(first).__name__)


def _lists(data: Any, own: set[Any]) -> Any:
    """The same lists with plain arrays in the place of Variables; ``own`` gets the dtypes that there are."""
    if isinstance(data, list | tuple):
        return [_lists(one, own) for one in data]
    array = _plain(getattr(data, "_array", data))
    if hasattr(array, "dtype"):
        own.add(array.dtype)
    return array


def _plain(data: Any) -> Any:
    """A Tensor of PyTorch's own as an array in the same memory, without its history; else ``data``."""
    if isinstance(data, Variable) or not (hasattr(data, "__dlpack__") and hasattr(data, "detach")):
        return data
    return np.from_dlpack(data.detach())


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Variable:
    """``data`` itself if it is such a Variable; sharing its memory if it is an array; else :func:`tensor`.

    A Tensor of PyTorch's own is taken as an array. Raises what :func:`tensor` raises.

    >>> as_tensor([1.0])
    tensor([1.])
    """
    on_cpu(device)
    data = _plain(data)
    if not isinstance(data, Variable) and not hasattr(data, "__array_function__"):  # NumPy's arrays, Dask's
        return tensor(data, dtype=dtype)
    if isinstance(data, np.ndarray) and data.dtype.name not in dtypes.TITLES:
        raise _not_numbers(data, data.dtype.kind, dtype)
    found: Variable = data if isinstance(data, Variable) else made(data)
    return found if dtype is None else to(found, dtype=dtype)


def from_numpy(ndarray: Any) -> Any:
    """A Variable that shares an array's memory. Raises TypeError for anything else, and for odd dtypes.

    >>> a = np.zeros(2); x = from_numpy(a); a[0] = 1; x
    tensor([1., 0.], dtype=torch.float64)
    """
    if not isinstance(ndarray, np.ndarray):
        raise errors.error("not_an_array", got=type(ndarray).__name__)
    if ndarray.dtype.name not in dtypes.TITLES:
        raise errors.error("not_numbers", got=ndarray.dtype.name)
    return made(ndarray)


def from_dlpack(ext_tensor: Any) -> Any:
    """A Variable that shares the memory of any array that speaks DLPack.

    Raises AttributeError for what does not.

    >>> from_dlpack(np.ones(2, np.float32))
    tensor([1., 1.])
    """
    return made(np.from_dlpack(ext_tensor))


# -------------------------------------------------------------------- filled
def _made(array: Any, requires_grad: bool) -> Variable:
    return Variable(array, requires_grad) if requires_grad else Variable(array)


def _shape(function: str, shape: tuple[Any, ...], size: Any = None) -> tuple[int, ...]:
    """A shape from its axes, one by one or together. Raises RuntimeError for a negative one."""
    found = sizes(function, "size", shape if size is None else (size,))
    if any(n < 0 for n in found):
        raise errors.error("negative_size", shape=found)
    return found


def _filled(name: str, make: Callable[..., Any], what: str, shown: str) -> tuple[Any, Any, Any]:
    """``zeros``, ``zeros_like`` and ``new_zeros``, and their like."""

    def run(
        *shape: Any,
        size: Any = None,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
        out: Any = None,
    ) -> Any:
        on_cpu(device)
        return _made(make(_shape(name, shape, size), dtypes.plain(dtype) or dtypes.DEFAULT), requires_grad)

    def like(input: Variable, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Any:
        on_cpu(device)
        array = given(input, f"{name}_like")._array
        return _made(make(array.shape, dtypes.plain(dtype) or array.dtype), requires_grad)

    def new(
        self: Variable,
        *shape: Any,
        size: Any = None,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
    ) -> Any:
        kind = dtypes.plain(dtype) or self._array.dtype
        return run(*shape, size=size, dtype=kind, device=device, requires_grad=requires_grad)

    for function, title, size, call in (
        (run, name, "in the given shape, of the default dtype", f"{name}(1, 2)"),
        (like, f"{name}_like", "in the shape and dtype of ``input``", f"{name}_like(tensor([[5.0, 6.0]]))"),
        (new, f"new_{name}", "in the given shape, of this dtype", f"tensor([5.0]).new_{name}(1, 2)"),
    ):
        function.__name__ = function.__qualname__ = title
        function.__doc__ = (
            f"{what} {size}, unless ``dtype`` says otherwise.\n\n"
            "Raises RuntimeError for a negative size, and for integers or bools that are to learn.\n\n"
            f">>> {call}{shown}\n"
        )
    return run, like, new


zeros, zeros_like, new_zeros = _filled("zeros", np.zeros, "Zeros", "\ntensor([[0., 0.]])")
ones, ones_like, new_ones = _filled("ones", np.ones, "Ones", "\ntensor([[1., 1.]])")
# zeros again: what is printed should not depend on luck
empty, empty_like, new_empty = _filled("empty", np.zeros, "Numbers not set yet", ".shape\ntorch.Size([1, 2])")


def full(
    size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Variable:
    """One number everywhere, of its own kind of dtype unless ``dtype`` says otherwise.

    Raises TypeError where ``size`` is no tuple or list, RuntimeError for a negative one.

    >>> full((2,), 3)
    tensor([3, 3])
    """
    on_cpu(device)
    if not isinstance(size, list | tuple):
        raise errors.error("not_a_size", function="full", got=type(size).__name__)
    number = fill_value.item() if isinstance(fill_value, Variable) else fill_value
    kind = dtypes.plain(dtype) or dtypes.result_dtype([number], False)
    return _made(np.full(_shape("full", (size,)), number, kind), requires_grad)


def full_like(
    input: Variable, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Variable:
    """:func:`full` in the shape and dtype of ``input``.

    >>> full_like(tensor([1.0, 2.0]), 3)
    tensor([3., 3.])
    """
    kind = dtype or given(input, "full_like").dtype
    return full(
        given(input, "full_like").shape, fill_value, dtype=kind, device=device, requires_grad=requires_grad
    )


def new_full(
    self: Variable,
    size: Any,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Variable:
    """:func:`full` in the dtype of ``self``.

    >>> tensor([1.0]).new_full((2,), 3)
    tensor([3., 3.])
    """
    return full(size, fill_value, dtype=dtype or self.dtype, device=device, requires_grad=requires_grad)


def new_tensor(
    self: Variable, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Variable:
    """:func:`tensor` in the dtype of ``self``.

    >>> tensor([1.0]).new_tensor([2, 3])
    tensor([2., 3.])
    """
    return tensor(data, dtype=dtype or self.dtype, device=device, requires_grad=requires_grad)


# -------------------------------------------------------------------- counted up
def eye(
    n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Variable:
    """Ones on the diagonal, zeros elsewhere. Raises RuntimeError for a negative size.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    on_cpu(device)
    rows, columns = _shape("eye", (n, n if m is None else m))
    return _made(np.eye(rows, columns, dtype=dtypes.plain(dtype) or dtypes.DEFAULT), requires_grad)


def _numbers(*values: Any) -> list[Any]:
    return [x.item() if isinstance(x, Variable) else x for x in values]


def arange(
    start: Any = None,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Variable:
    """Numbers from ``start`` (0, if left out) to before ``end``; int64 if all are integers.

    Raises RuntimeError where that many steps never get there.

    >>> arange(3)
    tensor([0, 1, 2])
    """
    on_cpu(device)
    if start is None and end is None:
        raise errors.error("missing", function="arange", argument="end")
    first, last = (
        (start, end) if start is not None and end is not None else (0, end if start is None else start)
    )
    first, last, by = _numbers(first, last, step)
    if by == 0 or (last - first) * by < 0:
        raise errors.error("arange", start=first, end=last, step=by)
    whole = all(isinstance(x, int) for x in (first, last, by))
    kind = dtypes.plain(dtype) or (np.dtype("int64") if whole else dtypes.DEFAULT)
    count = int(np.ceil((last - first) / by))
    return _made((first + by * np.arange(count)).astype(kind), requires_grad)


def linspace(
    start: Any, end: Any, steps: int, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Variable:
    """``steps`` numbers from ``start`` to ``end``, equally far apart. Raises RuntimeError for less than 0.

    >>> linspace(0, 1, 3)
    tensor([0.0000, 0.5000, 1.0000])
    """
    on_cpu(device)
    first, last = _numbers(start, end)
    (count,) = _shape("linspace", (steps,))
    kind = dtypes.plain(dtype) or dtypes.DEFAULT
    if kind.kind != "f" or count < 2:
        return _made(np.linspace(first, last, count).astype(kind), requires_grad)
    step = kind.type((last - first) / (count - 1))  # each half from its own end, as PyTorch does
    places = np.arange(count).astype(kind)
    ahead, behind = kind.type(first) + step * places, kind.type(last) - step * places[::-1]
    return _made(np.where(places < count // 2, ahead, behind).astype(kind), requires_grad)


def logspace(
    start: Any,
    end: Any,
    steps: int,
    base: float = 10.0,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Variable:
    """``base`` to the powers of :func:`linspace`.

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    exponents = linspace(start, end, steps, dtype=np.dtype(float), device=device)._array
    return _made((base**exponents).astype(dtypes.plain(dtype) or dtypes.DEFAULT), requires_grad)


def tril_indices(row: int, col: int, offset: int = 0) -> Any:
    """The places of a lower triangle: row numbers over column numbers.

    >>> tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    return made(np.stack(np.tril_indices(operator.index(row), offset, col)))


def triu_indices(row: int, col: int, offset: int = 0) -> Any:
    """The places of an upper triangle: row numbers over column numbers.

    >>> triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    return made(np.stack(np.triu_indices(operator.index(row), offset, col)))


# -------------------------------------------------------------------- PyTorch's older names
class _Kind(type):
    """The type of classes such as FloatTensor: to call one makes a Variable of its dtype."""

    dtype: Any

    def __call__(cls, *data: Any) -> Any:
        if not data or isinstance(data[0], int):
            return zeros(data or 0, dtype=cls.dtype)
        return to(tensor(data[0]), dtype=cls.dtype)

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Variable) and instance.dtype == cls.dtype


def _older(title: str, name: str) -> _Kind:
    about = (
        f"Calling it makes a Variable of {name}, of numbers or of a size; isinstance() asks for that dtype."
    )
    return _Kind(title, (), {"dtype": dtypes.Dtype(name), "__doc__": about})


KINDS = {f"{title}Tensor": _older(f"{title}Tensor", name) for name, title in dtypes.TITLES.items()}
OURS = (tensor, as_tensor, from_numpy, from_dlpack, zeros, zeros_like, ones, ones_like, empty, empty_like,
        full, full_like, eye, arange, linspace, logspace, tril_indices, triu_indices)  # fmt: skip
FUNCTIONS = KINDS | {f.__name__: f for f in OURS} | {"asarray": as_tensor}
METHODS = {f.__name__: f for f in (new_zeros, new_ones, new_empty, new_full, new_tensor)}
