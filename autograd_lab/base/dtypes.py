"""PyTorch's dtypes and sizes: their names, the default, and which dtype an operation works in."""

from __future__ import annotations

from typing import Any

import numpy as np


class Dtype:
    """A dtype that prints as PyTorch's. NumPy takes it wherever it takes a dtype of its own.

    >>> float32
    torch.float32
    """

    __slots__ = ("dtype",)  # the name under which NumPy looks for its own
    dtype: np.dtype[Any]

    def __new__(cls, name: str) -> Dtype:
        """The one dtype of that name."""
        if name not in DTYPES:
            DTYPES[name] = object.__new__(cls)
            DTYPES[name].dtype = np.dtype(name)
        return DTYPES[name]

    def __reduce__(self) -> Any:
        return Dtype, (self.dtype.name,)

    def __repr__(self) -> str:
        return f"torch.{self.dtype.name}"

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, np.dtype) and self.dtype == other)

    def __hash__(self) -> int:
        return hash(self.dtype)

    @property
    def is_floating_point(self) -> bool:
        """Whether it is a kind of float."""
        return self.dtype.kind == "f"

    @property
    def itemsize(self) -> int:
        """How many bytes an element takes."""
        return self.dtype.itemsize


class Size(tuple[int, ...]):
    """A shape: a tuple that prints as PyTorch's.

    >>> Size((2, 3))
    torch.Size([2, 3])
    """

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"

    def __getitem__(self, index: Any) -> Any:
        part = tuple.__getitem__(self, index)
        return Size(part) if isinstance(index, slice) else part

    def __add__(self, other: tuple[Any, ...]) -> Any:
        return Size((*self, *other))

    def numel(self) -> int:
        """How many elements a Variable of this shape has."""
        return int(np.prod(self, dtype=int))


DTYPES: dict[str, Dtype] = {}  # by name
float16, float32, float64 = map(Dtype, ("float16", "float32", "float64"))
int8, int16, int32, int64, uint8, bool_ = map(Dtype, ("int8", "int16", "int32", "int64", "uint8", "bool"))
DEFAULT = np.dtype("float32")
NUMBERS = {bool: np.dtype(bool), int: np.dtype("int64"), float: DEFAULT}
PYTHON = {bool: np.dtype(bool), int: np.dtype("int64"), float: np.dtype("float64")}  # as names of dtypes
RANK = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}  # a NumPy kind -> bool, integer, float, complex
TITLES = {"bool": "Bool", "uint8": "Byte", "int8": "Char", "int16": "Short", "int32": "Int", "int64": "Long",
          "float16": "Half", "float32": "Float", "float64": "Double"}  # fmt: skip


def set_default_dtype(dtype: Any) -> None:
    """Say which dtype Python floats become: float32 at first. Raises TypeError for what is no float dtype."""
    global DEFAULT
    if RANK.get(plain(dtype).kind) != RANK["f"]:
        from . import errors  # which imports this module

        raise errors.error("default_dtype")
    DEFAULT = NUMBERS[float] = plain(dtype)


def get_default_dtype() -> Dtype:
    """The dtype that Python floats become.

    >>> get_default_dtype()
    torch.float32
    """
    return Dtype(DEFAULT.name)


def promote_types(type1: Any, type2: Any) -> Dtype:
    """The dtype that holds what both hold.

    >>> promote_types(int64, float32)
    torch.float32
    """
    first, second = plain(type1), plain(type2)
    if RANK[first.kind] == RANK[second.kind]:
        return Dtype(np.result_type(first, second).name)
    return Dtype(max(first, second, key=lambda dtype: RANK[dtype.kind]).name)


def can_cast(from_: Any, to: Any) -> bool:
    """Whether a result of one dtype may be put where the other is: no floats in integers, no numbers in bool.

    >>> can_cast(float32, int64)
    False
    """
    return RANK[plain(from_).kind] <= RANK[plain(to).kind]


class finfo:
    """What a float dtype can hold. Raises ValueError for integers.

    >>> finfo(float32).eps
    1.1920928955078125e-07
    """

    def __init__(self, type: Any = None) -> None:
        found = np.finfo(plain(type) or DEFAULT)
        self.eps, self.resolution = float(found.eps), float(found.resolution)
        self.max, self.min = float(found.max), float(found.min)
        self.tiny = self.smallest_normal = float(found.tiny)
        self.bits, self.dtype = found.bits, found.dtype.name


def iinfo(type: Any) -> Any:
    """What an integer dtype can hold: ``max`` and ``min``. Raises ValueError for floats.

    >>> iinfo(int32).max
    2147483647
    """
    return np.iinfo(plain(type))


def known(value: Any) -> bool:
    """Whether operations take it beside a Variable: a number, or an array of NumPy's kind."""
    return isinstance(value, int | float | np.generic) or hasattr(value, "__array_function__")


def plain(dtype: Any) -> Any:
    """NumPy's own dtype for whatever names one; None stays None. Raises TypeError for what names none."""
    if isinstance(dtype, Dtype):
        return dtype.dtype
    if dtype is None or isinstance(dtype, np.dtype):
        return dtype
    if dtype in PYTHON:
        return PYTHON[dtype]
    if isinstance(dtype, type) and issubclass(dtype, np.generic):
        return np.dtype(dtype)
    from . import errors  # which imports this module

    raise errors.error("not_a_dtype", got=repr(dtype))


def is_bool(value: Any) -> bool:
    """Whether it is a bool, or holds bools."""
    return isinstance(value, bool) or getattr(value, "dtype", None) == np.bool_


def default_for(data: Any) -> Any:
    """The dtype of Python data turned into a Variable: float32 for floats, as in PyTorch."""
    kind = np.asarray(data).dtype if not hasattr(data, "dtype") else data.dtype
    return DEFAULT if kind == np.float64 and not hasattr(data, "dtype") else kind


def result_dtype(values: list[Any], floats: bool) -> Any:
    """The dtype an operation works in.

    Arrays with axes decide; a 0-d array, and after it a Python number, only where it is of a higher rank
    (bool < integer < float < complex). Between an integer and a float the float's dtype counts.
    """
    best: Any = None
    levels: list[list[Any]] = [[], [], []]
    for value in values:
        if not hasattr(value, "dtype"):
            levels[2].append(NUMBERS.get(type(value), DEFAULT))
        else:
            levels[0 if value.ndim else 1].append(value.dtype)
    for level in filter(None, levels):
        top = max(RANK[dtype.kind] for dtype in level)
        if best is None or top > RANK[best.kind]:
            best = np.result_type(*(dtype for dtype in level if RANK[dtype.kind] == top))
    return DEFAULT if floats and RANK[best.kind] < RANK["f"] else best


def promote(values: list[Any], floats: bool) -> list[Any]:
    """The same values, arrays among them cast to the dtype the operation works in."""
    dtype = result_dtype(values, floats)
    return [x.astype(dtype) if hasattr(x, "dtype") and x.dtype != dtype else x for x in values]
