"""The table's entries as functions: ``lab.exp(x)``, and with the Variable first as methods: ``x.exp()``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..base import dtypes, errors
from ..core import decompositions, inplace, record, reductions  # noqa: F401 - some just fill the table
from ..core.modes import is_grad_enabled
from ..core.op import NEEDED, TABLE, Op
from ..core.variable import Variable
from . import reference

# Operations that take no plain numbers.
VARIABLES_ONLY = {"maximum", "minimum", "atan2", "logical_and", "logical_or", "logical_xor"}
# NumPy's words, which PyTorch takes too.
OTHER_NAMES = {"self": "input", "axis": "dim", "keepdims": "keepdim"}


def bound(op: Op, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call told apart: an operation's inputs, and its parameters, all of them.

    Raises TypeError for one too many, one missing, or something else where a Variable belongs.
    """
    given = {OTHER_NAMES.get(name, name): value for name, value in kwargs.items()}
    names = (*op.names[: op.arity], *op.params)
    if len(args) > len(names):
        extra = f"number {len(args)}"
        raise errors.error("unexpected", function=op.name, argument=extra, known=", ".join(names))
    for name, value in zip(names, args, strict=False):
        given[name] = value
    inputs = []
    for name in op.names[: op.arity]:
        if name not in given:
            raise errors.error("missing", function=op.name, argument=name)
        inputs.append(given.pop(name))
    if not any(isinstance(x, Variable) for x in inputs):
        got = type(inputs[0]).__name__
        raise errors.error("not_a_variable", function=op.name, argument=op.names[0], got=got)
    for x, name in zip(inputs, op.names, strict=False):
        if not isinstance(x, Variable) and (op.name in VARIABLES_ONLY or not dtypes.known(x)):
            raise errors.error("not_a_variable", function=op.name, argument=name, got=type(x).__name__)
    params = {name: plain(name, given.pop(name, value)) for name, value in op.params.items()}
    if given:
        raise errors.error("unexpected", function=op.name, argument=repr(min(given)), known=", ".join(names))
    for name, value in params.items():
        if value is NEEDED:
            raise errors.error("missing", function=op.name, argument=name)
    return tuple(inputs), params


def plain(name: str, value: Any) -> Any:
    """A parameter as the table's forward functions take it: no Variables, no lists, NumPy's own dtypes."""
    if isinstance(value, Variable):
        return value._array
    if name == "dtype":
        return dtypes.plain(value)
    if isinstance(value, list | dtypes.Size):
        value = tuple(value)
    return None if value == () and name == "dim" else value


def into(out: Any, result: Any) -> Any:
    """``out=``: the result's numbers written into a Variable that is there already.

    Raises RuntimeError where a gradient would have to go that way.
    """
    if out is None:
        return result
    if result._learns or (out._learns and is_grad_enabled()):
        raise errors.error("out_learns", function="out=")
    if out._array.shape != result._array.shape:
        out._array = result._array.astype(out._array.dtype)
    else:
        inplace.write(out, result._array, "out=")
    return out


def function(op: Op) -> Callable[..., Any]:
    """An entry as a function of the package, and as a method."""
    brief = op.arity if op.brief and op.name not in VARIABLES_ONLY else None

    def run(*args: Any, **kwargs: Any) -> Any:
        if len(args) == brief and not kwargs and isinstance(first := args[0], Variable):
            result = op.short(first, 2) if brief == 1 else op.short(first, args[1], 2)
            if result is not NotImplemented:
                return result
        out = kwargs.pop("out", None)
        return into(out, record.apply(op, *bound(op, args, kwargs)))

    run.__name__ = run.__qualname__ = op.name
    run.__doc__ = reference.text(op)
    return run


def in_place(op: Op) -> Callable[..., Any]:
    """An entry as a method that changes the Variable: ``x.exp_()``."""
    how = f"{op.name}_()"

    def run(self: Variable, *args: Any, **kwargs: Any) -> Any:
        plain = all(isinstance(x, Variable) or dtypes.known(x) for x in args)
        if op.brief and not kwargs and len(args) == op.arity - 1 and plain:
            return inplace.change(self, op, how, args, {})
        inputs, params = bound(op, (self, *args), kwargs)
        return inplace.change(self, op, how, inputs[1:], params)

    run.__name__ = run.__qualname__ = f"{op.name}_"
    run.__doc__ = reference.in_place(op)
    return run


FUNCTIONS = {op.name: function(op) for op in TABLE.values() if set(op.on) & set("fn")}
FUNCTIONS |= {
    f"{op.name}_": in_place(op) for op in TABLE.values() if "i" in op.on and op.arity == 1 and op.elementwise
}
METHODS = {op.name: FUNCTIONS.get(op.name) or function(op) for op in TABLE.values() if "m" in op.on}
METHODS |= {f"{op.name}_": in_place(op) for op in TABLE.values() if "i" in op.on}
