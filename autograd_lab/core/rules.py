"""THE TABLE, first part: arithmetic, functions, sums. shapes.py, reductions.py and matrices.py are the others.

One entry an operation: how a value is computed, and for each input how the upstream gradient ``g`` becomes
that input's contribution, its vector-Jacobian product. What a rule may ask for is told in op.py;
broadcasting, dtypes and in-place checks are the engine's business, never an entry's.

The mathematics: Griewank and Walther, *Evaluating Derivatives* (2008), chapter 3 (the chain rule along a
graph) and table 2.3 (elemental operations).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from ..base import errors
from .op import Array, Op, linear, op

# Entries are laid out by hand: what is computed, what is shown, the rules.
# fmt: off

# -------------------------------------------------------------------- what rules are written with
def _where(x: Array, y: Array, condition: Any) -> Array:
    """``x`` where the condition holds, else ``y``. Numbers stay numbers, and need no NumPy to be chosen."""
    if type(condition) is not np.bool_ or isinstance(x, np.ndarray) or isinstance(y, np.ndarray):
        chosen: Array = np.where(condition, x, y)
        return chosen[()]
    one, other = (x, y) if condition else (y, x)
    return one.copy() if hasattr(one, "dtype") else other.dtype.type(one)


where: Op = op(
    "where", _where, on="", frees=True, local=("condition", "1 - condition"),
    x=lambda g, condition: where(g, 0, condition=condition), y=lambda g, condition: cut(g, condition))


def cut(g: Array, hidden: Any) -> Array:
    """``g``, but 0 where ``hidden``. A product would not do: 0 times inf is NaN."""
    return where(0, g, condition=hidden)



# -------------------------------------------------------------------- arithmetic, element by element
def _is_whole(x: Array, y: Array, op: str) -> bool:
    """Whether a division is one of integers. Raises where PyTorch does: for bools, and for a whole 0."""
    kind = np.result_type(x, y).kind
    if kind == "b":
        raise errors.error("not_for", op=op, dtype="bool")
    if kind in "iu" and not np.all(y):
        raise errors.error("zero_division", op=op)
    return kind in "iu"


def _floor_divide(x: Array, y: Array) -> Array:
    _is_whole(x, y, "floor_divide")
    return x // y


def _trunc_divide(x: Array, y: Array) -> Array:
    """``x / y`` rounded towards 0; for integers without a detour over floats."""
    return (x - np.fmod(x, y)) // y if _is_whole(x, y, "div") else np.trunc(x / y)


def _fmod(x: Array, y: Array) -> Array:
    _is_whole(x, y, "fmod")
    return np.fmod(x, y)


def _remainder(x: Array, y: Array) -> Array:
    """What is left of a division rounded down. A remainder of 0 has the sign of ``x``, as in PyTorch."""
    _is_whole(x, y, "remainder")
    rest = np.fmod(x, y)
    return np.where((rest != 0) & ((rest < 0) != (np.asarray(y) < 0)), rest + y, rest)[()]


def _refuse(function: str) -> Array:
    raise errors.error("no_derivative", function=function)


def _times_log(x: Array, y: Array, out: Array) -> Array:
    """``out * log(x)``, and its limit 0 where x is 0 and y is not negative. A plain number stays one."""
    log = np.log(x) if hasattr(x, "dtype") else float(np.log(x))
    return cut(out * log, (x == 0) & (y >= 0))


def _slope(x: Array, y: Array) -> Array:
    """``y * x ** (y - 1)``, which is 0 where y is 0, whatever x. That of squares is the one mostly asked for."""
    if type(y) is int and y == 2:
        return x + x if type(x) is np.ndarray else y * x
    return y * x ** (y - 1 + (y == 0))


def _if_larger(g: Array, x: Array, y: Array) -> Array:
    """``g`` where ``x`` is larger than ``y``, half of it where they are equal."""
    return cut(where(g / 2, g, condition=x == y), x < y)


def _turning(x: Array, y: Array) -> Array:
    """x / (x² + y²), and 0 at the origin, which has no angle."""
    square = x * x + y * y
    return cut(x / square, square == 0)


op("add", operator.add, ufunc=np.add, on="fmi", local=("1", "1"), x=lambda g: g, y=lambda g: g)
op("sub", operator.sub, ufunc=np.subtract, on="fmi", local=("1", "-1"), x=lambda g: g, y=lambda g: -g,
   bools=False, numbers=(0,), title=lambda node: "RsubBackward1" if node.number == 0 else "Sub")
op("add_scaled", lambda x, y, alpha: x + alpha * y, on="", local=("1", "alpha"), title="Add",
   x=lambda g: g, y=lambda g, alpha: g * alpha)
op("sub_scaled", lambda x, y, alpha: x - alpha * y, on="", local=("1", "-alpha"), title="Sub",
   x=lambda g: g, y=lambda g, alpha: -g * alpha)
op("mul", operator.mul, ufunc=np.multiply, on="fmi", local=("y", "x"),
   x=lambda g, y: g * y, y=lambda g, x: g * x)
op("div", operator.truediv, ufunc=np.divide, on="fmi", floats=True, local=("1/y", "-x/y**2"),
   x=lambda g, y: g / y, y=lambda g, x, y: -g * (x / y / y))
div_rounded: Op = op(
    "div_rounded", lambda x, y, rounding_mode: _DIVIDED[rounding_mode](x, y), on="", local=("0", "0"),
    x=lambda g: cut(g, True), y=lambda g: cut(g, True), title="DivBackward2")
op("floor_divide", _floor_divide, ufunc=np.floor_divide, on="fmi", local=("none", "none"),
   x=lambda g: _refuse("floor_divide"), y=lambda g: _refuse("floor_divide"), title="NotImplemented")
op("remainder", _remainder, ufunc=np.remainder, on="fmi", local=("1", "-floor(x/y)"), numbers=(1,),
   x=lambda g: g, y=lambda g, x, y: -g * div_rounded(x, y, rounding_mode="floor"),
   title=lambda node: f"RemainderBackward{int(node.number != 1)}")
op("fmod", _fmod, ufunc=np.fmod, on="fmi", local=("1", "-trunc(x/y)"), numbers=(1,),
   x=lambda g: g, y=lambda g, x, y: -g * div_rounded(x, y, rounding_mode="trunc"),
   title=lambda node: f"FmodBackward{int(node.number != 1)}")
op("neg", operator.neg, ufunc=np.negative, on="fmi", bools=False, local=("-1",), x=lambda g: -g)
op("pow", operator.pow, ufunc=np.power, on="fmi", names=("input", "exponent"), numbers=(0, 1),
   local=("y*x**(y - 1)", "out*log(x)"), title=lambda node: f"PowBackward{_POWERS[node.number]}",
   x=lambda g, x, y: g * _slope(x, y), y=lambda g, x, y, out: g * _times_log(x, y, out))
op("maximum", np.maximum, local=("step(x - y)", "step(y - x)"),
   x=lambda g, x, y: _if_larger(g, x, y), y=lambda g, x, y: _if_larger(g, y, x))
op("minimum", np.minimum, local=("step(y - x)", "step(x - y)"),
   x=lambda g, x, y: _if_larger(g, y, x), y=lambda g, x, y: _if_larger(g, x, y))
op("atan2", np.arctan2, on="fmi", floats=True, local=("y/(x**2 + y**2)", "-x/(x**2 + y**2)"),
   x=lambda g, x, y: g * _turning(y, x), y=lambda g, x, y: -g * _turning(x, y))

op("addcmul", lambda x, y, z, value=1: x + value * y * z, on="fmi", names=("input", "tensor1", "tensor2"),
   local=("1", "value*z", "value*y"),
   x=lambda g: g, y=lambda g, z, value: g * (value * z), z=lambda g, y, value: g * (value * y))
op("addcdiv", lambda x, y, z, value=1: x + value * y / z, on="fmi", names=("input", "tensor1", "tensor2"),
   local=("1", "value/z", "-value*y/z**2"),
   x=lambda g: g, y=lambda g, z, value: g * (value / z), z=lambda g, y, z, value: -g * (value * y / z / z))
op("lerp", lambda x, y, z: np.where(np.abs(z) < 0.5, x + z * (y - x), y - (y - x) * (1 - z)), on="fmi",
   names=("input", "end", "weight"), local=("1 - z", "z", "y - x"), frees=lambda node: node.number != 2,
   title=lambda node: f"LerpBackward{int(node.number != 2)}",
   x=lambda g, z: g * (1 - z), y=lambda g, z: g * z, z=lambda g, x, y: g * (y - x))


_POWERS: dict[int | None, int] = {1: 0, None: 1, 0: 2}  # by which of the two was a plain number
_DIVIDED: dict[str, Callable[..., Array]] = {"floor": _floor_divide, "trunc": _trunc_divide}


# -------------------------------------------------------------------- functions, element by element
def smooth(name: str, forward: Callable[..., Any], rule: Callable[..., Any], local: str, **facts: Any) -> Op:
    """Add a function of one number. Integers become floats first."""
    return op(name, forward, x=rule, local=(local,), floats=True, **{"on": "fmi", **facts})


def _counted(function: Any) -> Callable[[Array], Array]:
    """A function of NumPy's that PyTorch has not for bools."""

    def forward(x: Array) -> Array:
        if x.dtype == bool:
            raise errors.error("not_for", op=function.__name__, dtype="bool")
        return function(x)

    return forward


def _round(x: Array, decimals: int = 0) -> Array:
    if x.dtype == bool or (decimals and x.dtype.kind in "iu"):
        raise errors.error("not_for", op="round", dtype=x.dtype)
    return np.round(x, decimals)


def _sign(x: Array) -> Array:
    """-1, 0 or 1, and 0 for NaN, as in PyTorch; NumPy's is NaN."""
    return x if x.dtype == bool else (x > 0).astype(x.dtype) - (x < 0)


def _inside(x: Array, low: Any, high: Any) -> Array:
    """Where ``x`` lies between the bounds, or on one."""
    if low is None or high is None:
        return x <= high if low is None else x >= low
    return (x >= low) * (x <= high)


smooth("exp", np.exp, lambda g, out: g * out, "out")
smooth("exp2", np.exp2, lambda g, out: g * (out * math.log(2)), "out*log(2)")
smooth("expm1", np.expm1, lambda g, out: g * (out + 1), "out + 1")
smooth("log", np.log, lambda g, x: g / x, "1/x")
smooth("log2", np.log2, lambda g, x: g / (x * math.log(2)), "1/(x*log(2))")
smooth("log10", np.log10, lambda g, x: g / (x * math.log(10)), "1/(x*log(10))")
smooth("log1p", np.log1p, lambda g, x: g / (1 + x), "1/(1 + x)")
smooth("sqrt", np.sqrt, lambda g, out: g / (2 * out), "1/(2*out)")
smooth("rsqrt", lambda x: 1 / np.sqrt(x), lambda g, out: g * (-0.5 * out**3), "-out**3/2")
smooth("reciprocal", lambda x: 1 / x, lambda g, out: -g * (out * out), "-out**2", ufunc=np.reciprocal)
smooth("sin", np.sin, lambda g, x: g * np.cos(x), "cos(x)")
smooth("cos", np.cos, lambda g, x: -g * np.sin(x), "-sin(x)")
smooth("tan", np.tan, lambda g, out: g * (1 + out * out), "1 + out**2")
smooth("asin", np.arcsin, lambda g, x: g / np.sqrt(1 - x * x), "1/sqrt(1 - x**2)")
smooth("acos", np.arccos, lambda g, x: -g / np.sqrt(1 - x * x), "-1/sqrt(1 - x**2)")
smooth("atan", np.arctan, lambda g, x: g / (1 + x * x), "1/(1 + x**2)")
smooth("sinh", np.sinh, lambda g, x: g * np.cosh(x), "cosh(x)")
smooth("cosh", np.cosh, lambda g, x: g * np.sinh(x), "sinh(x)")
smooth("tanh", np.tanh, lambda g, out: g * (1 - out * out), "1 - out**2", on="fmin")
sigmoid = smooth("sigmoid", lambda x: 1 / (1 + np.exp(-x)), lambda g, out: g * (out * (1 - out)),
                 "out*(1 - out)", on="fmin")
erf = smooth("erf", lambda x: np.vectorize(math.erf, otypes="d")(x).astype(x.dtype),
             lambda g, x: g * (2 / math.sqrt(math.pi) * np.exp(-(x * x))), "2/sqrt(pi)*exp(-x**2)")
op("square", lambda x: x * x if x.dtype != bool else x.astype(int), ufunc=np.square, on="fmi",
   local=("2*x",), x=lambda g, x: g * (2 * x), title="PowBackward0")
sign: Op = op("sign", _sign, on="fmi", local=("0",), x=lambda g: cut(g, True), ufunc=np.sign)
op("abs", _counted(np.abs), ufunc=np.abs, on="fmi", local=("sign(x)",), x=lambda g, x: g * sign(x))
for _ufunc in (np.floor, np.ceil, np.trunc):  # flat, but for steps
    op(_ufunc.__name__, _counted(_ufunc), ufunc=_ufunc, on="fmi", local=("0",), x=lambda g: cut(g, True))
op("round", _round, on="fmi", local=("0",), x=lambda g: cut(g, True),
   title=lambda node: f"RoundBackward{int(node.params['decimals'] != 0)}")
op("nan_to_num", lambda x, nan=0.0, posinf=None, neginf=None: np.nan_to_num(x, True, nan, posinf, neginf),
   on="fmi", local=("1",), x=lambda g, x: cut(g, np.isfinite(x) == 0))
op("clamp", lambda x, min=None, max=None: np.clip(x, min, max), on="i", title="ClampBackward1",
   local=("step(x - min)*step(max - x)",), x=lambda g, x, min, max: cut(g, _inside(x, min, max) == 0))
op("clamp_low", np.maximum, on="", local=("step(x - y)", "step(y - x)"), title="Clamp",
   x=lambda g, x, y: cut(g, (x >= y) == 0), y=lambda g, x, y: cut(g, (x < y) == 0))
op("clamp_high", np.minimum, on="", local=("step(y - x)", "step(x - y)"), title="Clamp",
   x=lambda g, x, y: cut(g, (x <= y) == 0), y=lambda g, x, y: cut(g, (x > y) == 0))
op("clamp_both", lambda x, y, z: np.minimum(np.maximum(x, y), z), on="", title="Clamp",
   local=("step(x - y)*step(z - x)", "step(y - x)*step(z - y)", "1 - step(z - x)*step(z - y)"),
   x=lambda g, x, y, z: cut(g, _inside(x, y, z) == 0), y=lambda g, x, y, z: cut(g, (x < y) * (y < z) == 0),
   z=lambda g, x, y, z: cut(g, (x > z) + (y > z) == 0))


# -------------------------------------------------------------------- activations: Deep Learning, section 6.3
def _softplus(x: Array, beta: float = 1.0, threshold: float = 20.0) -> Array:
    """log(1 + exp(beta x)) / beta; x itself from the threshold on, where they hardly differ."""
    bent = np.log1p(np.exp(np.minimum(x * beta, threshold))) / beta
    return np.where(x * beta > threshold, x, bent)


def _gate(x: Array, approximate: str) -> Array:
    """How much of ``x`` gelu lets through: the normal distribution function, or its usual approximation."""
    if approximate == "tanh":
        return 0.5 * (1 + np.tanh(_TANH * (x + 0.044715 * x * x * x)))
    return 0.5 * (1 + erf(x / math.sqrt(2)))


def _gelu_slope(x: Array, approximate: str) -> Array:
    gate = _gate(x, approximate)
    if approximate == "tanh":
        return gate + x * (2 * gate * (1 - gate) * _TANH * (1 + 3 * 0.044715 * x * x))
    return gate + x * np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def _relu(x: Array) -> Array:
    if isinstance(x, np.floating):
        return type(x)(0) if x <= 0 else x.copy()
    return np.maximum(x, 0)


def _gated(x: Array, y: Array, low: Any, high: Any, slope: Any, called: str) -> Array:
    """``x`` where ``y`` is between two bounds, elsewhere ``slope`` times that; inf times 0 is 0."""
    outside = ~(y > low) if called == "LeakyRelu" else y <= low  # which differ for NaN
    if high is not None:
        outside = outside | (y >= high)
    return _where(x * slope if slope else 0, x, outside)


op("relu", _relu, on="fmin", bools=False, local=("step(x)",),
   x=lambda g, out: gate(g, out, low=0, high=None, slope=0, called="Threshold"))
op("leaky_relu", lambda x, negative_slope=0.01: np.where(x > 0, x, x * negative_slope), on="n",
   local=("step(x) + negative_slope*step(-x)",),
   x=lambda g, x, negative_slope: gate(g, x, low=0, high=None, slope=negative_slope, called="LeakyRelu"))
gate: Op = op(
    "gate", _gated, on="", title=lambda node: f"{node.params['called']}BackwardBackward0",
    local=("slope + (1 - slope)*step(y - low)*step(high - y)", "0"),
    x=lambda g, y, low, high, slope, called: gate(g, y, low=low, high=high, slope=slope, called=called),
    y=lambda g: cut(g, True))
op("elu", lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))), on="n",
   local=("step(x) + alpha*exp(x)*step(-x)",),
   x=lambda g, x, alpha: where(g * (alpha * np.exp(np.minimum(x, 0))), g, condition=x <= 0))
op("silu", lambda x: x / (1 + np.exp(-x)), on="n", local=("sigmoid(x)*(1 + x*(1 - sigmoid(x)))",),
   x=lambda g, x: g * (sigmoid(x) * (1 + x * (1 - sigmoid(x)))))
op("softplus", _softplus, on="n", local=("sigmoid(beta*x)",),
   x=lambda g, x, beta, threshold: where(g, g * sigmoid(x * beta), condition=x * beta > threshold))
# Hendrycks and Gimpel, "Gaussian error linear units" (2016)
op("gelu", lambda x, approximate="none": x * _gate(x, approximate), on="n", local=("Phi(x) + x*phi(x)",),
   x=lambda g, x, approximate: g * _gelu_slope(x, approximate))


_TANH = math.sqrt(2 / math.pi)


# -------------------------------------------------------------------- comparisons and logic: no gradient
def _bits(*numbers: Array) -> tuple[Array, ...]:
    """The same, if they fit together and have bits. Raises NotImplementedError for floats."""
    np.broadcast(*numbers)
    if (dtype := np.result_type(*numbers)).kind == "f":
        raise errors.error("not_for", op="bitwise", dtype=dtype)
    return numbers


for _name, _compare in {"eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal,
                        "gt": np.greater, "ge": np.greater_equal}.items():
    op(_name, _compare)
for _name in ("logical_and", "logical_or", "logical_xor"):
    op(_name, getattr(np, _name))
for _name in ("logical_not", "isnan", "isinf", "isfinite"):
    op(_name, getattr(np, _name), names=("input",))
op("bitwise_and", lambda x, y: np.bitwise_and(*_bits(x, y)), ufunc=np.bitwise_and)
op("bitwise_or", lambda x, y: np.bitwise_or(*_bits(x, y)), ufunc=np.bitwise_or)
op("bitwise_xor", lambda x, y: np.bitwise_xor(*_bits(x, y)), ufunc=np.bitwise_xor)
op("bitwise_not", lambda x: np.invert(*_bits(x)), ufunc=np.invert, names=("input",))


# -------------------------------------------------------------------- sums, and the way back from them
def count(shape: tuple[int, ...], dim: Any) -> int:
    """How many elements a reduction over ``dim`` puts into one."""
    if dim is None or not shape:
        return math.prod(shape)
    dims = (dim,) if isinstance(dim, int) else dim
    return math.prod(shape[k] for k in dims)


def summed(x: Array) -> Any:
    """The dtype in which PyTorch adds up integers and bools; None for floats: their own."""
    return np.int64 if x.dtype.kind in "biu" else None


def _total(x: Array, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Array:
    """``x.sum(...)``, by a shorter way where ``x`` is NumPy's own."""
    if type(x) is np.ndarray:
        return np.add.reduce(x, axis, dtype, keepdims=keepdims)  # type: ignore[call-overload]
    return x.sum(axis=axis, keepdims=keepdims, dtype=dtype)


def _spread(x: Array, to: tuple[int, ...], dim: Any, keepdim: bool) -> Array:
    """Repeat what a reduction over ``dim`` left, until it has the shape ``to`` again."""
    if dim is not None and not keepdim and to:
        x = np.expand_dims(x, dim)
    if math.prod(to) >= SMALL:
        return np.broadcast_to(x, to)
    out = np.empty(to, x.dtype)
    if x.ndim:
        out[...] = x
    else:
        out.fill(x)  # which is faster
    return out


def _expand(x: Array, size: tuple[int, ...]) -> Array:
    """A view; where ``x`` can be written to, parts of it can: in place changes look at what is one place."""
    if x.shape == size:
        return x[...]
    out = np.broadcast_to(x, size)
    if x.flags.writeable:
        out.flags.writeable = True
    return out


@lru_cache(64)
def _ones(shape: tuple[int, ...], dtype: Any) -> Array:
    return np.ones(shape, dtype)


def _sum_to(x: Array, to: tuple[int, ...]) -> Array:
    """Sum over the axes along which broadcasting stretched the shape ``to`` to that of ``x``."""
    if type(x) is np.ndarray and x.ndim == 2 and (dtype := x.dtype).char in "fd":
        rows, columns = x.shape  # sums as products are several times as fast
        if rows <= SMALL >= columns:
            if rows > 1 and to in ((columns,), (1, columns)):
                return _ones((*to[:-1], rows), dtype).dot(x)
            if columns > 1 and to == (rows, 1):
                return x.dot(_ones((columns, 1), dtype))
    if x.size == math.prod(to):
        return x.reshape(to)  # along axes of length 1 alone
    extra = x.ndim - len(to)
    if extra and x.shape[extra:] == to:
        return _total(x, 0 if extra == 1 else tuple(range(extra)))
    stretched = [k + extra for k, n in enumerate(to) if n == 1 and x.shape[k + extra] != 1]
    total = _total(x, (*range(extra), *stretched), True)
    return total.reshape(to) if extra else total


def _sum(x: Array, dim: Any = None, keepdim: bool = False) -> Array:
    return _total(x, dim, keepdim, summed(x))


reduce_sum: Op = linear(
    "sum", _sum, x=lambda g, shape, dim, keepdim: spread(g, to=shape, dim=dim, keepdim=keepdim), local=("1",),
    ufunc=np.sum, title=lambda node: f"SumBackward{int(node.params['dim'] is not None)}")
linear("mean", lambda x, dim=None, keepdim=False: _total(x, dim, keepdim) / count(x.shape, dim),
       x=lambda g, shape, dim, keepdim: spread(g / count(shape, dim), to=shape, dim=dim, keepdim=keepdim),
       ufunc=np.mean, local=("1/n",), title=lambda node: f"MeanBackward{int(node.params['dim'] is not None)}")
spread: Op = linear("spread", _spread, on="", local=("sum(g)",),
                    x=lambda g, dim, keepdim: reduce_sum(g, dim=dim, keepdim=keepdim))
sum_to: Op = linear("sum_to", _sum_to, on="", local=("1",), x=lambda g, shape: expand(g, size=shape))
expand: Op = linear("expand", _expand, on="", local=("sum(g)",), x=lambda g, shape: sum_to(g, to=shape),
                    view=True)
SMALL = 1000  # numbers; below, filling an array is faster than asking NumPy for a stretched view
