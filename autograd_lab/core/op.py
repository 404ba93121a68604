"""What an entry of the table is: an operation, and the rules that send gradients back through it.

A rule asks by name for what it needs, and a node saves nothing else:

- ``g``          the upstream gradient, shaped as the output
- ``x, y, z``    the operation's inputs; ``xs`` where there may be any number of them
- ``out``        its output
- ``shape``      the shape of ``x``; ``shapes``, of all inputs
- anything else  a parameter of the call, such as ``dim``

Rules are plain expressions, so they run on arrays, and on Variables too: that is how gradients get
gradients. Nor does forward mode need a second table. A vjp is linear in ``g``, and its transpose is the jvp
(Griewank and Walther, *Evaluating Derivatives*, 2008, section 3.3). Most transposes are at hand: an
element-wise operation's Jacobian is diagonal, and a linear operation is its own derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from .plan import Plan, Rule, plan_of
from .twins import BY_UFUNC

Array = Any  # an ndarray, a NumPy scalar, or another array that speaks NumPy's protocols
INPUTS = ("x", "y", "z")
SYMMETRIC, LINEAR, OTHER = "symmetric", "linear", "other"  # kinds of Jacobian


class Recorded:
    """What operations record on. Variable, further up, is the one such class."""

    __slots__ = ()
    shape: Any
    dtype: Any
    detach: Any
    _array: Any
    _fn: Any
    _learns: Any

    @staticmethod
    def _apply(op: Op, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
        raise NotImplementedError


class Reflected(tuple[Any, ...]):
    """Inputs of which the code names the second first: ``5 * b`` is run as ``b * 5``, as in PyTorch."""

    __slots__ = ()


class Op:
    """One entry of the table. Calling it records on Variables, and computes on anything else."""

    name: str
    forward: Callable[..., Any]  # arrays in; out an array, or a tuple: the array, then what extras names
    vjp: tuple[Rule, ...]  # one an input, in order
    local: tuple[str, ...]  # what a learner is shown: the local derivative, or the contribution in terms of g
    jacobian: str  # SYMMETRIC (element-wise among them), LINEAR in each input, or OTHER
    elementwise: bool  # broadcasting and promotion apply
    floats: bool  # integers are turned to floats first, as PyTorch does
    bools: bool  # takes bools too
    view: bool  # its result may share the memory of x
    extras: tuple[str, ...]  # what forward returns beyond the result
    several: bool  # its extras are results, too: rules get a list of gradients, None where none came
    gives: tuple[str, ...]  # names of the result and its extras, where PyTorch returns them all
    names: tuple[str, ...]  # PyTorch's names for its inputs
    params: dict[str, Any]  # its other parameters, with their defaults
    frees: Any  # whether PyTorch saves a parameter, such as an index, and lets go of it; or (node) -> whether
    star: str  # the parameter that takes several positional arguments, such as shape; or ""
    on: str  # f: a function of the package, m: a method, i: also in place, n: in nn.functional
    numbers: tuple[int, ...]  # where PyTorch takes a plain number for a setting, not an input
    give: Any  # makes the named results of several
    ufunc: Any  # NumPy's function for it, where there is one
    title: Any  # PyTorch's name for the node: a text, or a function of the node

    def __init__(self, name: str, forward: Callable[..., Any], rules: dict[str, Any], **facts: Any) -> None:
        self.name, self.forward = name, forward
        self.__dict__.update(facts)
        self.joint = "xs" in rules
        codes = [(run, run.__code__) for run in rules.values()]
        self.vjp = tuple(Rule(run, code.co_varnames[1 : code.co_argcount]) for run, code in codes)
        self._read_signature(len(rules))
        found = ("xs",) if self.joint else INPUTS[: self.arity]
        self.positions = {name: k for k, name in enumerate((*found, "out", *self.extras))}
        self.brief = (self.elementwise or self.name == "matmul") and not self.params and self.arity < 3
        self.simple = not (self.elementwise or self.view or self.extras or self.joint)
        self.give = results(name, self.gives) if self.gives else None
        self._plans: dict[int, Plan] = {}
        self.kinds: dict[Any, Any] = {}  # its classes of nodes, made on first use

    def _read_signature(self, inputs: int) -> None:
        code = getattr(self.forward, "__code__", None)
        names = code.co_varnames[: code.co_argcount] if code else ()
        self.arity = sum(name in (*INPUTS, "xs") for name in names) if code else inputs or len(self.names)
        values = self.forward.__defaults__ or () if code else ()
        defaults = dict(zip(names[len(names) - len(values) :], values, strict=True))
        self.params = {name: defaults.get(name, NEEDED) for name in names[self.arity :]}
        self.star = (
            code.co_varnames[code.co_argcount + code.co_kwonlyargcount] if code and code.co_flags & 4 else ""
        )

    def __repr__(self) -> str:
        return f"<operation {self.name}>"

    def __call__(self, *inputs: Any, **params: Any) -> Any:
        for value in inputs[0] if self.joint else inputs:
            if isinstance(value, Recorded):
                if self.brief and not params and value is inputs[0]:
                    return self.short(*inputs)
                return value._apply(self, inputs, params)
        result = self.forward(*inputs, **params)
        return result[0] if self.extras and not self.several else result

    shorten: Any  # short.py knows how

    @cached_property
    def short(self) -> Any:
        """What runs it the short way, where it is ``brief``."""
        return self.shorten(self)

    def plan(self, learning: int) -> Plan:
        """What to save and send where the inputs whose bits are set in ``learning`` learn."""
        if learning not in self._plans:
            self._plans[learning] = plan_of(self, learning)
        return self._plans[learning]

    def jvp(self, k: int, tangent: Any, inputs: tuple[Any, ...], out: Any, params: dict[str, Any]) -> Any:
        """The output's tangent when only input ``k`` moves, by ``tangent``; SYMMETRIC and LINEAR ones."""
        if self.jacobian is LINEAR:
            return self(*inputs[:k], tangent, *inputs[k + 1 :], **params)
        names = (
            dict(zip(INPUTS, inputs, strict=False))
            | params
            | {"out": out, "shape": np.shape(getattr(inputs[0], "_array", inputs[0]))}
        )
        rule = self.vjp[k]
        return rule.run(tangent, *(names[name] for name in rule.needs))


class Results(tuple[Any, ...]):
    """Several results of one operation, reached by name or by number."""

    __slots__ = ()
    names: tuple[str, ...]

    def __getattr__(self, name: str) -> Any:
        if name not in self.names:
            raise AttributeError(f"{type(self).__name__} has no {name!r}, but {', '.join(self.names)}")
        return self[self.names.index(name)]

    def __repr__(self) -> str:
        shown = ",\n".join(f"{name}={one!r}" for name, one in zip(self.names, self, strict=True))
        return f"torch.return_types.{type(self).__name__}(\n{shown})"


def results(name: str, names: tuple[str, ...]) -> Any:
    """What an operation of several results returns, named as PyTorch names it."""
    return type(name.removesuffix("_dim"), (Results,), {"__slots__": (), "names": names})


NEEDED = object()  # the default of a parameter without one
TABLE: dict[str, Op] = {}


def op(
    name: str,
    forward: Callable[..., Any],
    *,
    local: tuple[str, ...] = (),
    jacobian: str = SYMMETRIC,
    elementwise: bool = True,
    floats: bool = False,
    bools: bool = True,
    view: bool = False,
    extras: tuple[str, ...] = (),
    several: bool = False,
    gives: tuple[str, ...] = (),
    names: tuple[str, ...] = ("input", "other"),
    on: str = "fm",
    numbers: tuple[int, ...] = (),
    frees: Any = False,
    title: Any = "",
    ufunc: Any = None,
    **rules: Callable[..., Any],
) -> Op:
    """Add an entry. Rules come as keywords named after the input they belong to."""
    facts = {"local": local, "jacobian": jacobian, "elementwise": elementwise, "floats": floats,
             "bools": bools, "view": view, "extras": extras, "several": several, "gives": gives,
             "names": names, "on": on, "numbers": numbers, "frees": frees,
             "title": title or "".join(part.title() for part in name.split("_"))}  # fmt: skip
    entry = TABLE[name] = Op(name, forward, rules, ufunc=ufunc or forward, **facts)
    BY_UFUNC[entry.ufunc] = entry
    return entry


def linear(name: str, forward: Callable[..., Any], **facts: Any) -> Op:
    """Add an entry that is linear in each input, and not element-wise."""
    return op(name, forward, **{"jacobian": LINEAR, "elementwise": False, **facts})


def other(name: str, forward: Callable[..., Any], **facts: Any) -> Op:
    """Add an entry whose Jacobian is neither diagonal nor constant."""
    return op(name, forward, **{"jacobian": OTHER, "elementwise": False, **facts})
