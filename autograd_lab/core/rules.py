"""THE TABLE: one entry an operation.

An entry says how a value is computed, and for each input how the upstream gradient ``g`` becomes that
input's contribution: its vector-Jacobian product (vjp). A rule asks for what it needs by name, and the
engine saves nothing else:

- ``g``       the upstream gradient, shaped as the output
- ``x, y``    the operation's inputs
- ``out``     its output
- ``shape``   the shape of ``x``
- anything else is a parameter of the call, such as ``axis``

``local`` is what a learner is shown, in the same names: the local derivative where the operation works
element by element, or the whole contribution in terms of ``g`` where it does not. Broadcasting, dtypes and
in-place checks are the engine's business, never an entry's.

Rules are plain NumPy expressions, so they run on arrays, and on Variables too: that is how gradients get
gradients. Forward mode needs no second table. An element-wise operation has a diagonal Jacobian, so its
jvp is its vjp; every other operation here is linear in each input, so its jvp is its forward function with
the tangent in that input's place.

The mathematics: Griewank and Walther, *Evaluating Derivatives* (2008), chapter 3 (the chain rule along a
graph) and table 2.3 (elemental operations); Giles, "An extended collection of matrix derivative results"
(2008), section 2, for the matrix product.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Array = Any  # an ndarray, a NumPy scalar, or another array that speaks NumPy's protocols
INPUTS = ("x", "y")


class Rule(NamedTuple):
    """How one input's contribution is computed, and the names of what it needs besides ``g``."""

    run: Callable[..., Any]
    needs: tuple[str, ...]


class Op(NamedTuple):
    """One entry of the table. Calling it records on Variables, and computes on anything else."""

    name: str
    forward: Callable[..., Any]
    vjp: tuple[Rule, ...]  # one an input, in order
    local: tuple[str, ...]
    elementwise: bool
    floats: bool  # integers are turned to floats first, as PyTorch does
    bools: bool  # takes bools too

    def __call__(self, *inputs: Any, **params: Any) -> Any:
        for value in inputs:
            if hasattr(value, "grad_fn"):
                return value._apply(self, inputs, params)
        return self.forward(*inputs, **params)

    def jvp(self, k: int, tangent: Array, *inputs: Array, **params: Any) -> Array:
        """The output's tangent when only input ``k`` moves, by ``tangent`` (same shape as it)."""
        if not self.elementwise:
            return self.forward(*inputs[:k], tangent, *inputs[k + 1 :], **params)
        rule, names = self.vjp[k], dict(zip(INPUTS, inputs, strict=False)) | params
        if "out" in rule.needs:
            names["out"] = self.forward(*inputs, **params)
        return rule.run(tangent, *(names[name] for name in rule.needs))


TABLE: dict[str, Op] = {}
BY_UFUNC: dict[Any, Op] = {}


def op(
    name: str,
    forward: Callable[..., Any],
    *,
    local: tuple[str, ...],
    elementwise: bool = True,
    floats: bool = False,
    bools: bool = True,
    **vjp: Callable[..., Any],
) -> Op:
    """Add an entry. Rules come as keywords named after the input they belong to."""
    codes = [(run, run.__code__) for run in vjp.values()]
    rules = [Rule(run, code.co_varnames[1 : code.co_argcount]) for run, code in codes]
    quiet = np.errstate(all="ignore")(forward)  # 1/0 is inf and says nothing, as in PyTorch
    entry = TABLE[name] = Op(name, quiet, tuple(rules), local, elementwise, floats, bools)
    BY_UFUNC[forward] = entry
    return entry


# -------------------------------------------------------------------- arithmetic, element by element
op("add", np.add, x=lambda g: g, y=lambda g: g, local=("1", "1"))
op("sub", np.subtract, x=lambda g: g, y=lambda g: -g, local=("1", "-1"), bools=False)
op("mul", np.multiply, x=lambda g, y: g * y, y=lambda g, x: g * x, local=("y", "x"))
op("div", np.divide, x=lambda g, y: g / y, y=lambda g, x, y: -g * x / (y * y),
   local=("1/y", "-x/y**2"), floats=True)  # fmt: skip
op("neg", np.negative, x=lambda g: -g, local=("-1",), bools=False)
# (y == 0) and (x == 0) keep 0 * inf out, where the true derivative is 0; at x == 0 and y < 0 it is -inf
op("pow", np.power, x=lambda g, x, y: g * (y * x ** (y - 1 + (y == 0))),
   y=lambda g, x, y, out: g * out * np.log(x + (x == 0) * (y >= 0)),
   local=("y*x**(y - 1)", "out*log(x)"))  # fmt: skip

# -------------------------------------------------------------------- functions, element by element
op("exp", np.exp, x=lambda g, out: g * out, local=("out",), floats=True)
op("log", np.log, x=lambda g, x: g / x, local=("1/x",), floats=True)
op("sin", np.sin, x=lambda g, x: g * np.cos(x), local=("cos(x)",), floats=True)
op("cos", np.cos, x=lambda g, x: -g * np.sin(x), local=("-sin(x)",), floats=True)
op("tanh", np.tanh, x=lambda g, out: g * (1 - out * out), local=("1 - out**2",), floats=True)
op("sqrt", np.sqrt, x=lambda g, out: g / (2 * out), local=("1/(2*out)",), floats=True)
op("sigmoid", lambda x: 1 / (1 + np.exp(-x)), x=lambda g, out: g * (out * (1 - out)),
   local=("out*(1 - out)",), floats=True)  # fmt: skip
# not (x <= 0) is x > 0, but for NaN, which PyTorch lets through
op("relu", lambda x: np.maximum(x, 0), x=lambda g, x: g * (1 - 1 * (x <= 0)), local=("step(x)",), bools=False)


# no gradient flows through a comparison: it is 0 wherever it exists
for _name, _ufunc in {"eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal,
                      "gt": np.greater, "ge": np.greater_equal}.items():  # fmt: skip
    op(_name, _ufunc, local=())


# -------------------------------------------------------------------- sums and the way back from them
def _spread(x: Array, to: tuple[int, ...], axis: Any, keepdim: bool) -> Array:
    """Repeat what a reduction over ``axis`` left, until it has the shape ``to`` again."""
    if axis is not None and not keepdim:
        x = np.expand_dims(x, axis)
    return np.broadcast_to(x, to)


def count(shape: tuple[int, ...], axis: Any) -> int:
    """How many elements a reduction over ``axis`` puts into one."""
    axes = range(len(shape)) if axis is None else (axis,) if isinstance(axis, int) else axis
    return math.prod(shape[k] for k in axes)


def _sum_to(x: Array, to: tuple[int, ...]) -> Array:
    """Sum over the axes along which broadcasting stretched the shape ``to`` to that of ``x``."""
    extra = x.ndim - len(to)
    stretched = (k + extra for k, n in enumerate(to) if n == 1 and x.shape[k + extra] != 1)
    return np.sum(x, axis=(*range(extra), *stretched), keepdims=True).reshape(to)


reduce_sum: Op = op("sum", lambda x, axis, keepdim: np.sum(x, axis=axis, keepdims=keepdim),
   x=lambda g, shape, axis, keepdim: spread(g, to=shape, axis=axis, keepdim=keepdim),
   local=("1",), elementwise=False)  # fmt: skip
op("mean", lambda x, axis, keepdim: np.sum(x, axis=axis, keepdims=keepdim) / count(np.shape(x), axis),
   x=lambda g, shape, axis, keepdim: spread(g / count(shape, axis), to=shape, axis=axis, keepdim=keepdim),
   local=("1/n",), elementwise=False)  # fmt: skip
spread: Op = op("spread", _spread, x=lambda g, axis, keepdim: reduce_sum(g, axis=axis, keepdim=keepdim),
            local=("sum(g)",), elementwise=False)  # fmt: skip
sum_to: Op = op("sum_to", _sum_to, x=lambda g, shape: expand(g, to=shape), local=("1",), elementwise=False)
expand: Op = op("expand", lambda x, to: np.broadcast_to(x, to), x=lambda g, shape: sum_to(g, to=shape),
            local=("sum(g)",), elementwise=False)  # fmt: skip


# -------------------------------------------------------------------- matrices and shapes
def _row(x: Array) -> Array:
    return reshape(x, new=(*x.shape[:-1], 1, x.shape[-1]))


def _column(x: Array) -> Array:
    return reshape(x, new=(*x.shape, 1))


def _left(g: Array, x: Array, y: Array) -> Array:
    """The contribution to the left factor of x @ y is g @ yᵀ; a vector there is one row."""
    if y.ndim == 1:
        return _column(g) * y if x.ndim > 1 else g * y
    if x.ndim == 1:
        return reshape(matmul(y, _column(g)), new=y.shape[:-1])
    return matmul(g, flip(y))


def _right(g: Array, x: Array, y: Array) -> Array:
    """The contribution to the right factor of x @ y is xᵀ @ g; a vector there is one column."""
    if x.ndim == 1:
        return _column(x) * _row(g) if y.ndim > 1 else g * x
    if y.ndim == 1:
        return reshape(matmul(flip(x), _column(g)), new=(*x.shape[:-2], x.shape[-1]))
    return matmul(flip(x), g)


matmul: Op = op("matmul", np.matmul, x=_left, y=_right, local=("g @ y.T", "x.T @ g"), elementwise=False)
flip: Op = op("t", lambda x: np.swapaxes(x, -1, -2), x=lambda g: flip(g), local=("g.T",), elementwise=False)
reshape: Op = op("reshape", lambda x, new: x.reshape(new), x=lambda g, shape: reshape(g, new=shape),
             local=("g",), elementwise=False)  # fmt: skip


def _put(x: Array, to: tuple[int, ...], index: Any) -> Array:
    """Zeros in the shape ``to``, and ``x`` added where ``index`` points, as often as it points there."""
    out = np.zeros(to, x.dtype)
    np.add.at(out, index, x)
    return out


getitem: Op = op("getitem", lambda x, index: x[index],
                 x=lambda g, shape, index: put(g, to=shape, index=index),
                 local=("g",), elementwise=False)  # fmt: skip
put: Op = op("put", _put, x=lambda g, index: getitem(g, index=index), local=("g",), elementwise=False)
cast: Op = op("cast", lambda x, dtype: x.astype(dtype), x=lambda g: g, local=("1",), elementwise=False)
op("clone", lambda x: x.copy(), x=lambda g: g, local=("1",))
op("zero", lambda x: np.zeros_like(x), x=lambda g: g * 0, local=("0",))
