"""Functions element by element, and products of matrices, where PyTorch's arguments need reading first."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import dtypes, errors
from ..core.inplace import change
from ..core.op import TABLE
from ..core.record import apply, made
from ..core.variable import Variable
from .reductions import given
from .table import FUNCTIONS as GENERATED
from .table import METHODS as GENERATED_METHODS
from .table import into


def _scaled(name: str) -> tuple[Any, Any]:
    """``add`` and ``sub``, which take a factor ``alpha`` for their second input."""
    plain, changing, entry = GENERATED[name], GENERATED_METHODS[f"{name}_"], TABLE[f"{name}_scaled"]

    def run(input: Variable, other: Any, *, alpha: Any = 1, out: Any = None) -> Any:
        if _counts(name, input, other, alpha):
            return into(out, apply(entry, (given(input, name), other), {"alpha": alpha}))
        return plain(input, other, out=out)

    def run_(self: Variable, other: Any, *, alpha: Any = 1) -> Any:
        if _counts(name, self, other, alpha):
            return change(self, entry, f"{name}_()", (other,), {"alpha": alpha})
        return changing(self, other)

    run.__name__, run_.__name__ = name, f"{name}_"
    run.__doc__ = run_.__doc__ = (
        f"``input {'+' if name == 'add' else '-'} alpha * other``; in place with _ at the end.\n\n"
        "RuntimeError where shapes don't fit together, or ``alpha`` is a float among integers.\n\n"
        f">>> {name}(Variable([1.0]), 3, alpha=2)\ntensor([{'7.' if name == 'add' else '-5.'}])\n"
    )
    return run, run_


def _counts(name: str, input: Any, other: Any, alpha: Any) -> bool:
    """Whether a factor ``alpha`` changes anything: bools stay bools. Raises where there can't be one."""
    if alpha == 1:
        return False
    arrays = [getattr(x, "_array", x) for x in (input, other)]
    kind = dtypes.result_dtype(arrays, False).kind
    if kind in "biu" and isinstance(alpha, float):
        raise errors.error("whole_alpha", alpha=alpha)
    return kind != "b" and not (name == "sub" and any(map(dtypes.is_bool, arrays)))


add, add_ = _scaled("add")
sub, sub_ = _scaled("sub")


def div(input: Variable, other: Any, *, rounding_mode: str | None = None, out: Any = None) -> Any:
    """``input / other``; rounded down ("floor") or towards 0 ("trunc") where asked.

    Raises RuntimeError for shapes that don't fit together, another ``rounding_mode``, and a rounded division
    of integers by 0.

    >>> div(Variable([7.0, -7.0]), 2, rounding_mode="trunc")
    tensor([ 3., -3.])
    """
    if rounding_mode is None:
        return GENERATED["div"](input, other, out=out)
    if rounding_mode not in ("floor", "trunc"):
        raise errors.error("rounding_mode", mode=repr(rounding_mode))
    params = {"rounding_mode": rounding_mode}
    return into(out, apply(TABLE["div_rounded"], (given(input, "div"), other), params))


def where(condition: Variable, input: Any = None, other: Any = None) -> Any:
    """``input`` where ``condition`` holds, else ``other``; alone, the places where it holds.

    Raises RuntimeError for a condition of numbers, and for shapes that don't fit together.

    >>> where(Variable([1.0, -1.0]) > 0, 1.0, 0.0)
    tensor([1., 0.])
    """
    if input is None:
        return tuple(made(k) for k in np.nonzero(np.atleast_1d(given(condition, "where")._array)))
    if given(condition, "where")._array.dtype.kind not in "bu":
        raise errors.error("condition", variable=condition)
    if not isinstance(input, Variable) and not isinstance(other, Variable):
        input = made(np.asarray(input, dtypes.result_dtype([input, other], False)))
    return apply(TABLE["where"], (input, other), {"condition": condition._array.astype(bool, copy=False)})


def _where(self: Variable, condition: Variable, other: Any) -> Any:
    """:func:`where`, with this Variable where ``condition`` holds."""
    return where(condition, self, other)


# -------------------------------------------------------------------- bounds
def _bounded(x: Any, low: Any, high: Any) -> Any:
    """``clamp`` where the bounds are Variables, which learn too."""
    if low is None or high is None:
        name, bound = ("clamp_high", high) if low is None else ("clamp_low", low)
        return apply(TABLE[name], (x, bound), {})
    return apply(TABLE["clamp_both"], (x, low, high), {})


def clamp(input: Variable, min: Any = None, max: Any = None, *, out: Any = None) -> Any:
    """``input`` held between two bounds, numbers or Variables.

    Raises RuntimeError where none is given.

    >>> clamp(Variable([-2.0, 0.5, 2.0]), -1, 1)
    tensor([-1.0000,  0.5000,  1.0000])
    """
    bounds = [bound for bound in (min, max) if bound is not None]
    x = given(input, "clamp")
    if not bounds:
        raise errors.error("no_bounds")
    if all(isinstance(bound, Variable) for bound in bounds):
        return into(out, _bounded(x, min, max))
    min, max = (bound.item() if isinstance(bound, Variable) else bound for bound in (min, max))
    dtype = dtypes.result_dtype([x._array, *(bound for bound in (min, max) if bound is not None)], False)
    if dtype.kind == "b":
        raise errors.error("not_for", op="clamp", dtype=dtype)
    x = x if x._array.dtype == dtype else x.to(dtypes.Dtype(dtype.name))
    return into(out, apply(TABLE["clamp"], (x,), {"min": min, "max": max}))


def clamp_min(input: Variable, min: Any) -> Any:
    """:func:`clamp` from below.

    >>> clamp_min(Variable([-2.0, 2.0]), 0)
    tensor([0., 2.])
    """
    return clamp(input, min)


def clamp_max(input: Variable, max: Any) -> Any:
    """:func:`clamp` from above.

    >>> clamp_max(Variable([-2.0, 2.0]), 0)
    tensor([-2.,  0.])
    """
    return clamp(input, max=max)


def _matrices(name: str, left: int, right: int) -> Any:
    def run(input: Variable, other: Variable, *, out: Any = None) -> Any:
        for x, wanted in ((given(input, name), left), (given(other, name), right)):
            if x.ndim != wanted:
                raise errors.error("axes", op=name, variable=x, wanted=wanted)
        if (name == "dot" and input.shape != other.shape) or (left == 3 and input.shape[0] != other.shape[0]):
            names = errors.name_of(input), errors.name_of(other)
            raise errors.shapes(name, input.shape, other.shape, names)
        return into(out, TABLE["matmul"].short(input, other, 2))

    run.__name__ = run.__qualname__ = name
    rows, columns = ("[" * ndim + "1.0, 2.0" + "]" * ndim for ndim in (left, right))
    second = f"Variable({columns})" + ".mT" * (right > 1)
    run.__doc__ = (
        f"``input @ other``, of {left} and {right} axes.\n\n"
        "Raises RuntimeError for any others, and for shapes that don't fit together.\n\n"
        f">>> {name}(Variable({rows}), {second}).sum()\ntensor(5.)\n"
    )
    return run


def matmul(input: Variable, other: Variable, *, out: Any = None) -> Any:
    """The matrix product, as ``input @ other``; axes before the last two are broadcast.

    A vector on the left is one row, on the right one column, and the product has no such axis.

    Raises:
        RuntimeError: the shapes don't fit together, or the dtypes differ.
        TypeError: one of them is a number.

    >>> matmul(Variable([[1.0, 2.0], [3.0, 4.0]]), Variable([1.0, 1.0]))
    tensor([3., 7.])
    """
    product = TABLE["matmul"].short(given(input, "matmul"), given(other, "matmul"), 2)
    return product if out is None else into(out, product)


mm, mv = _matrices("mm", 2, 2), _matrices("mv", 2, 1)
bmm, dot = _matrices("bmm", 3, 3), _matrices("dot", 1, 1)


def inner(input: Variable, other: Variable) -> Any:
    """The products of the last axes, added up: of two vectors :func:`dot`.

    Raises RuntimeError where the last axes are not equally long.

    >>> inner(Variable([[1.0, 2.0], [3.0, 4.0]]), Variable([1.0, 1.0]))
    tensor([3., 7.])
    """
    if not given(input, "inner").ndim or not given(other, "inner").ndim:
        return input * other
    return tensordot(input, other, ([-1], [-1]))


def outer(input: Variable, vec2: Variable) -> Any:
    """All products of an element of one vector and one of the other.

    >>> outer(Variable([1.0, 2.0]), Variable([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    for x in (given(input, "outer"), given(vec2, "outer")):
        if x.ndim != 1:
            raise errors.error("axes", op="outer", variable=x, wanted=1)
    return input.reshape(-1, 1) * vec2  # type: ignore[attr-defined]


def addmm(input: Variable, mat1: Variable, mat2: Variable, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """``beta * input + alpha * (mat1 @ mat2)``.

    Raises RuntimeError where the shapes don't fit together, or the factors have not two axes.

    >>> addmm(Variable([1.0]), Variable([[2.0]]), Variable([[3.0]]))
    tensor([[7.]])
    """
    return add(input if beta == 1 else input * beta, mm(mat1, mat2), alpha=alpha)


def einsum(equation: str, *operands: Any) -> Any:
    """Sums of products over named axes, as ``einsum("ij,jk->ik", a, b)``; ``...`` stands for any axes.

    >>> einsum("ij,j->i", Variable([[1.0, 2.0], [3.0, 4.0]]), Variable([1.0, 1.0]))
    tensor([3., 7.])
    """
    xs = list(operands[0]) if len(operands) == 1 and isinstance(operands[0], list | tuple) else list(operands)
    for x in xs:
        if given(x, "einsum").dtype != xs[0].dtype:
            raise errors.error("same_dtype", first=xs[0].dtype, second=x.dtype)
    try:
        full = _explicit(equation.replace(" ", ""), [x.ndim for x in xs])
        return apply(TABLE["einsum"], (xs,), {"equation": full})
    except ValueError as problem:
        raise errors.error("einsum", equation=repr(equation), what=str(problem)) from None


def _explicit(equation: str, ndims: list[int]) -> str:
    """The equation with its output named, and letters in place of ``...``."""
    inputs, arrow, output = equation.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(ndims):
        what = errors.Phrase("not_as_many_terms", terms=len(terms), operands=len(ndims))
        raise errors.error("einsum", equation=repr(equation), what=what)
    free = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in equation]
    counts = [ndim - len(term.replace("...", "")) for term, ndim in zip(terms, ndims, strict=True)]
    most = max([count for count, term in zip(counts, terms, strict=True) if "..." in term], default=0)
    dots = "".join(free[:most])
    terms = [term.replace("...", dots[most - count :]) for term, count in zip(terms, counts, strict=True)]
    letters = [c for c in "".join(terms) if c not in dots]
    if not arrow:
        output = "..." * bool(dots) + "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    return ",".join(terms) + "->" + output.replace("...", dots)


def tensordot(a: Variable, b: Variable, dims: Any = 2) -> Any:
    """Products summed over several axes: the last ``dims`` of ``a`` with the first of ``b``, or two lists.

    Raises RuntimeError where there are not as many axes, or not equally long ones.

    >>> tensordot(Variable([[1.0, 2.0]]), Variable([[1.0], [1.0]]), 1)
    tensor([[3.]])
    """
    ours, theirs = (list(range(a.ndim - dims, a.ndim)), list(range(dims))) if isinstance(dims, int) else dims
    if len(ours) != len(theirs) or len(ours) > min(a.ndim, b.ndim):
        raise errors.shapes("tensordot", a.shape, b.shape)
    ours, theirs = ([errors.checked_dim(d, x.ndim) for d in axes] for x, axes in ((a, ours), (b, theirs)))
    letters = "abcdefghijklmnopqrstuvwxyz"
    left = list(letters[: a.ndim])
    right = list(letters[a.ndim : a.ndim + b.ndim])
    for mine, other in zip(ours, theirs, strict=True):
        right[other] = left[mine]
    kept = [c for c in left if c not in right] + [c for c in right if c not in left]
    return einsum(f"{''.join(left)},{''.join(right)}->{''.join(kept)}", a, b)


def solve(A: Variable, B: Variable) -> Any:  # noqa: N803 - PyTorch's names
    """The X of ``A @ X = B``, for a square matrix ``A`` and a vector or matrix ``B``.

    Raises RuntimeError where ``A`` has no inverse.

    >>> solve(Variable([[2.0, 0.0], [0.0, 4.0]]), Variable([2.0, 4.0]))
    tensor([1., 1.])
    """
    return apply(TABLE["solve"], (given(A, "solve"), given(B, "solve")), {})


def cholesky(A: Variable, *, upper: bool = False) -> Any:  # noqa: N803 - PyTorch's names
    """The triangular L with ``L @ L.mT == A``, for a symmetric ``A``; its transpose if ``upper``.

    Raises RuntimeError where ``A`` is not positive definite. What is not symmetric, is first made so: the
    mean of it and its transpose is taken.

    >>> cholesky(Variable([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    lower = apply(TABLE["cholesky"], (given(A, "cholesky"),), {})
    return lower.mT if upper else lower


def diff(input: Variable, n: int = 1, dim: int = -1) -> Any:
    """The differences between neighbours along ``dim``, ``n`` times over.

    Raises IndexError where there is no such axis, RuntimeError where there is none, or
    ``n`` is negative.

    >>> diff(Variable([1.0, 4.0, 9.0]))
    tensor([3., 5.])
    """
    if not given(input, "diff").ndim:
        raise errors.error("no_axis", function="diff", variable=input)
    if n < 0:
        raise errors.error("negative_order", n=n)
    for _ in range(n):
        at = errors.checked_dim(dim, input.ndim)
        long = max(input.shape[at] - 1, 0)
        input = input.narrow(at, min(1, input.shape[at]), long) - input.narrow(at, 0, long)  # type: ignore[attr-defined]
    return input


def bincount(input: Variable, weights: Any = None, minlength: int = 0) -> Any:
    """How often each integer occurs.

    >>> bincount(Variable([0, 2, 2]))
    tensor([1, 0, 2])
    """
    return made(np.bincount(input._array, None if weights is None else weights._array, minlength))


def unique(input: Variable, sorted: bool = True, return_counts: bool = False) -> Any:
    """The distinct elements; with how often each occurs where asked.

    >>> unique(Variable([3, 1, 3]))
    tensor([1, 3])
    """
    found: Any = np.unique(input._array, return_counts=return_counts)  # type: ignore[call-overload]
    return tuple(map(made, found)) if return_counts else made(found)


SAME = {
    "absolute": "abs", "negative": "neg", "multiply": "mul", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "arctan2": "atan2", "greater": "gt", "greater_equal": "ge", "less": "lt",
    "less_equal": "le", "not_equal": "ne",
}  # fmt: skip
OURS = (add, sub, where, div, clamp, clamp_min, clamp_max, matmul, mm, mv, bmm, dot, inner, outer, addmm,
        einsum, tensordot, diff, bincount, unique)  # fmt: skip
FUNCTIONS: dict[str, Any] = {
    **{name: GENERATED[other] for name, other in SAME.items()},
    **{function.__name__: function for function in OURS},
    **{
        "subtract": sub,
        "divide": div,
        "true_divide": div,
        "clip": clamp,
        "ger": outer,
        "detach": Variable.detach,
    },
}
METHODS: dict[str, Any] = {
    **{name: function for name, function in FUNCTIONS.items() if name not in ("einsum", "tensordot")},
    **{"add_": add_, "sub_": sub_, "subtract_": sub_, "where": _where},
}
