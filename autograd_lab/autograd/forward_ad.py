"""Forward mode, with the same names as ``torch.autograd.forward_ad``.

A dual number is a value with a tangent: how fast the value moves (Griewank and Walther, *Evaluating
Derivatives*, 2008, section 3.1). Every operation on dual numbers works out both.
"""

from typing import Any, NamedTuple

from ..base import errors
from ..core.modes import Mode, local
from ..core.record import made
from ..core.variable import Variable

__all__ = [
    "UnpackedDualTensor",
    "dual_level",
    "enter_dual_level",
    "exit_dual_level",
    "make_dual",
    "unpack_dual",
]

_open: list[list[Variable]] = []  # the dual numbers made in each level that is open


class UnpackedDualTensor(NamedTuple):
    """What ``unpack_dual`` returns."""

    primal: Variable
    tangent: Variable | None


class dual_level(Mode):
    """A block in which dual numbers are made and used; leaving it, they lose their tangents.

    >>> import autograd_lab as lab
    >>> with dual_level():
    ...     x = make_dual(lab.tensor(3.0), lab.tensor(1.0))
    ...     unpack_dual(x * x).tangent
    tensor(6.)
    """

    def __init__(self) -> None:
        super().__init__(dual=True)

    def __enter__(self) -> int:
        if local.now.dual:
            raise errors.error("nested_levels")  # fmt: skip
        super().__enter__()
        _open.append([])
        return len(_open) - 1

    def __exit__(self, *exc: object) -> None:
        super().__exit__(*exc)
        for variable in _open.pop():
            variable._tangent = None

    def _again(self) -> Mode:
        return dual_level()


_level: list[dual_level] = []


def enter_dual_level() -> int:
    """Begin a level without a block; ``exit_dual_level`` ends it."""
    _level.append(dual_level())
    return _level[-1].__enter__()


def exit_dual_level(*, level: int | None = None) -> None:
    """End the level that ``enter_dual_level`` began. Raises RuntimeError where there is none."""
    if not _level:
        raise errors.error("no_level_to_leave")
    _level.pop().__exit__()


def make_dual(tensor: Variable, tangent: Variable, *, level: int | None = None) -> Any:
    """A view of ``tensor`` with a tangent, of the same shape.

    Raises RuntimeError outside a ``dual_level``, and where shapes differ.
    """
    if not local.now.dual:
        raise errors.error("no_level")
    for one in (tensor, tangent):
        if one._array.dtype.kind != "f":
            raise errors.error("whole_tangent", dtype=one.dtype)
    if tensor.shape != tangent.shape:
        raise errors.error("tangent_shape", want=tuple(tensor.shape), got=tuple(tangent.shape))  # fmt: skip
    out = tensor.view_as(tensor)  # type: ignore[attr-defined]
    out._tangent = tangent
    _open[-1].append(out)
    return out


def unpack_dual(tensor: Variable, *, level: int | None = None) -> UnpackedDualTensor:
    """The value and the tangent of a dual number; the tangent of any other is None."""
    tangent = tensor._tangent if local.now.dual else None
    if tangent is None:
        return UnpackedDualTensor(tensor, None)
    plain = made(tensor._array, tensor._fn) if tensor._fn is not None else made(tensor._array)
    return UnpackedDualTensor(plain, tangent)
