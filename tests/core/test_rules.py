"""Every entry of the table: vjp against jvp, both against finite differences, formula against code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import autograd_lab as lab
from autograd_lab.autograd import forward_ad
from autograd_lab.core.op import INPUTS, TABLE, Op

from .samples import ELEMENTWISE, SAMPLES, SYMMETRIC, defaults_of, numbers, settings_of, some
from .small_samples import small

GIVEN = [(name, *one) for name, samples in SAMPLES.items() for one in samples] + small()
CASES = [(TABLE[name], inputs, defaults_of(TABLE[name]) | params) for name, inputs, params in GIVEN]
NAMED = pytest.mark.parametrize(("op", "inputs", "params"), CASES, ids=[case[0].name for case in CASES])
EACH = pytest.mark.parametrize("op", ELEMENTWISE, ids=lambda op: op.name)
STEP = 1e-6


# ------------------------------------------------------------------ running an entry
def is_array(x: Any) -> bool:
    return hasattr(x, "dtype")


def is_float64(x: Any) -> bool:
    return is_array(x) and x.dtype == np.float64


def called(op: Op, inputs: Any, params: Any) -> Any:
    """The result; of several that learn all their numbers, of others the first."""
    if op.name in SYMMETRIC:
        inputs = [(x + TABLE["mT"](x)) / 2 for x in inputs]
    out = op(list(inputs), **params) if op.joint else op(*inputs, **params)
    if op.several:
        return TABLE["cat"]([TABLE["reshape"](one, shape=(-1,)) for one in out], dim=0)
    return out[0] if isinstance(out, tuple) else out


def leaves_of(inputs: Any) -> list[Any]:
    return [lab.tensor(x, requires_grad=True) if is_array(x) else x for x in inputs]


def backward(op: Op, inputs: Any, params: Any, u: Any) -> list[Any]:
    """The gradients of ⟨u, op(inputs)⟩, through the engine; None for a plain number."""
    leaves = leaves_of(inputs)
    called(op, leaves, params).backward(lab.tensor(np.asarray(u)))
    return [leaf.grad.numpy() if is_array(x) else None for x, leaf in zip(inputs, leaves, strict=True)]


def forward(op: Op, inputs: Any, params: Any, directions: Any) -> Any:
    """The result's tangent where the inputs move in these directions, by forward mode."""
    with forward_ad.dual_level():
        duals = [
            forward_ad.make_dual(lab.tensor(x), lab.tensor(v)) if is_array(x) else x
            for x, v in zip(inputs, directions, strict=True)
        ]
        return forward_ad.unpack_dual(called(op, duals, params)).tangent.numpy()


def moved(op: Op, inputs: Any, params: Any, directions: Any) -> Any:
    """The same by finite differences."""
    ahead, behind = (
        [x + s * v if is_array(x) else x for x, v in zip(inputs, directions, strict=True)]
        for s in (STEP, -STEP)
    )
    return (called(op, ahead, params) - called(op, behind, params)) / (2 * STEP)


def directions_of(inputs: Any) -> list[Any]:
    return [some(*np.shape(x)) if is_array(x) else None for x in inputs]


def inner(xs: Any, ys: Any) -> float:
    return float(sum(np.sum(x * y) for x, y in zip(xs, ys, strict=True) if x is not None))


# ------------------------------------------------------------------ the table itself
def test_no_entry_is_without_samples() -> None:
    assert {name for name, op in TABLE.items() if op.vjp} - {"floor_divide"} == set(SAMPLES)


def test_every_entry_is_tried_without_elements() -> None:
    """But those that need one."""
    tried = {op.name for op, inputs, _ in CASES if any(is_array(x) and not x.size for x in inputs)}
    assert set(SAMPLES) - tried == {"max_all", "min_all", "median_all"}


@NAMED
def test_a_rule_asks_only_for_what_there_is(op: Op, inputs: Any, params: Any) -> None:
    known = {"out", "shape", "shapes", "xs", *INPUTS[: op.arity], *op.params, *op.extras}
    assert {name for rule in op.vjp for name in rule.needs} <= known
    assert set(params) <= set(op.params)
    assert len(op.local) == len(op.vjp)


# ------------------------------------------------------------------ first derivatives
@NAMED
def test_vjp_against_jvp(op: Op, inputs: Any, params: Any) -> None:
    """⟨u, Jv⟩ = ⟨Jᵀu, v⟩ for random u and v, through the engine and through forward mode."""
    u = some(*np.shape(called(op, inputs, params)))
    v = directions_of(inputs)
    sent = inner(backward(op, inputs, params, u), v)
    assert np.sum(u * forward(op, inputs, params, v)) == pytest.approx(sent, rel=1e-9, abs=1e-9)


@NAMED
def test_jvp_against_finite_differences(op: Op, inputs: Any, params: Any) -> None:
    for k, x in enumerate(inputs):
        if is_array(x):
            v = [np.zeros(np.shape(one)) if n != k else some(*x.shape) for n, one in enumerate(inputs)]
            tangent, slope = forward(op, inputs, params, v), moved(op, inputs, params, v)
            np.testing.assert_allclose(tangent, slope, rtol=1e-6, atol=1e-7)


@NAMED
def test_vjp_against_finite_differences(op: Op, inputs: Any, params: Any) -> None:
    """One element of each input moved at a time."""
    u = some(*np.shape(called(op, inputs, params)))
    sent = backward(op, inputs, params, u)
    for k, x in enumerate(inputs):
        if is_array(x):
            numerical = np.zeros(x.shape)
            for place in np.ndindex(x.shape):
                v = [np.zeros(np.shape(one)) for one in inputs]
                v[k][place] = 1
                numerical[place] = np.sum(u * moved(op, inputs, params, v))
            assert sent[k].shape == x.shape
            np.testing.assert_allclose(sent[k], numerical, rtol=1e-6, atol=1e-7)


# ------------------------------------------------------------------ second derivatives
@NAMED
def test_second_order_against_finite_differences(op: Op, inputs: Any, params: Any) -> None:
    """The gradient of the gradient's own square: rules are differentiable themselves."""
    u = lab.tensor(some(*np.shape(called(op, inputs, params))))

    def squared(arrays: Any) -> tuple[Any, list[Any]]:
        leaves = leaves_of(arrays)
        learning = [leaf for leaf in leaves if isinstance(leaf, lab.Tensor)]
        first = lab.autograd.grad((called(op, leaves, params) * u).sum(), learning, create_graph=True)
        return sum((g * g).sum() for g in first), learning

    total, learning = squared(inputs)
    if not total.requires_grad:
        return  # a linear operation's gradient does not depend on its input
    second = lab.autograd.grad(total, learning, allow_unused=True)
    v = directions_of(inputs)
    ahead, behind = (
        [x + s * w if is_array(x) else x for x, w in zip(inputs, v, strict=True)] for s in (1e-5, -1e-5)
    )
    slope = (squared(ahead)[0].item() - squared(behind)[0].item()) / 2e-5
    got = [None if g is None else g.numpy() for g in second]
    assert inner(got, [w for w in v if w is not None]) == pytest.approx(slope, rel=1e-4, abs=1e-6)


@NAMED
def test_a_tangent_has_a_gradient(op: Op, inputs: Any, params: Any) -> None:
    """The gradient of ⟨u, Jv⟩ is how ⟨Jᵀu, v⟩ changes: reverse over forward against forward over reverse."""
    u = lab.tensor(some(*np.shape(called(op, inputs, params))))
    v = [None if one is None else lab.tensor(one) for one in directions_of(inputs)]
    leaves = leaves_of(inputs)
    learning = [leaf for leaf in leaves if isinstance(leaf, lab.Tensor)]
    with forward_ad.dual_level():
        duals = [x if w is None else forward_ad.make_dual(x, w) for x, w in zip(leaves, v, strict=True)]
        tangent = forward_ad.unpack_dual(called(op, duals, params)).tangent
        total = (tangent * u).sum()
    again = lab.autograd.grad((called(op, leaves, params) * u).sum(), learning, create_graph=True)
    same = sum((g * w).sum() for g, w in zip(again, [w for w in v if w is not None], strict=True))
    assert total.item() == pytest.approx(same.item(), rel=1e-9, abs=1e-9)
    if total.requires_grad and same.requires_grad:
        mixed, other = (lab.autograd.grad(one, learning, allow_unused=True) for one in (total, same))
        for a, b in zip(mixed, other, strict=True):
            zero = np.zeros(())
            left, right = (zero if one is None else one.numpy() for one in (a, b))
            np.testing.assert_allclose(*np.broadcast_arrays(left, right), rtol=1e-8, atol=1e-9)


# ------------------------------------------------------------------ dtypes and memory
@NAMED
def test_float32_stays_float32(op: Op, inputs: Any, params: Any) -> None:
    """Values and gradients, in both modes; and they are those of float64, but for rounding."""
    if op.name == "cast":
        return  # which is there to change it
    u, v = some(*np.shape(called(op, inputs, params))), directions_of(inputs)
    narrow = [x.astype(np.float32) if is_array(x) else x for x in inputs]
    narrowed = {name: x.astype(np.float32) if is_float64(x) else x for name, x in params.items()}
    out = called(op, leaves_of(narrow), narrowed)
    assert out.dtype == lab.float32
    out.backward(lab.tensor(u, dtype=lab.float32))
    wide = backward(op, inputs, params, u)
    for got, want in zip(backward(op, narrow, narrowed, u.astype(np.float32)), wide, strict=True):
        if want is not None:
            assert got.dtype == np.float32
            np.testing.assert_allclose(got, want, rtol=2e-3, atol=1e-4)
    tangent = forward(op, narrow, narrowed, [None if w is None else w.astype(np.float32) for w in v])
    assert tangent.dtype == np.float32


@NAMED
def test_memory_may_have_gaps(op: Op, inputs: Any, params: Any) -> None:
    """An input that is every second element of something, its axes the other way round in memory."""
    u = some(*np.shape(called(op, inputs, params)))
    spaced = [
        np.asfortranarray(np.repeat(x, 2, -1))[..., ::2] if is_array(x) and x.ndim else x for x in inputs
    ]
    assert all(np.array_equal(a, b) for a, b in zip(inputs, spaced, strict=True))
    for got, want in zip(backward(op, spaced, params, u), backward(op, inputs, params, u), strict=True):
        if want is not None:
            np.testing.assert_allclose(got, want, rtol=1e-12)


# ------------------------------------------------------------------ element by element: any shape, any value
@EACH
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_any_shape_and_value(op: Op, data: Any) -> None:
    """Shapes that are broadcast, empty and 0-d too: gradients have their inputs' shapes, and are right."""
    shapes = data.draw(
        npst.mutually_broadcastable_shapes(num_shapes=op.arity, max_dims=3, min_side=0, max_side=3)
    )
    places = (npst.arrays(np.int64, shape, elements=st.integers(0, 999)) for shape in shapes.input_shapes)
    inputs = [np.asarray(numbers(op, k, data.draw(place))) for k, place in enumerate(places)]
    params = settings_of(op, shapes.result_shape)
    assert np.shape(called(op, leaves_of(inputs), params)) == shapes.result_shape
    u, v = some(*shapes.result_shape), directions_of(inputs)
    sent = backward(op, inputs, params, u)
    assert [g.shape for g in sent] == list(shapes.input_shapes)
    slope = np.sum(u * moved(op, inputs, params, v))
    assert inner(sent, v) == pytest.approx(slope, rel=1e-5, abs=1e-5)
    assert np.sum(u * forward(op, inputs, params, v)) == pytest.approx(slope, rel=1e-5, abs=1e-5)


@settings(deadline=None, max_examples=60)
@given(shapes=npst.mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, max_side=3))
def test_any_matrix_product(shapes: Any) -> None:
    """Any axes that NumPy multiplies, vectors and empty ones too."""
    inputs = [some(*shape) for shape in shapes.input_shapes]
    u, v = some(*shapes.result_shape), directions_of(inputs)
    sent = backward(TABLE["matmul"], inputs, {}, u)
    assert [g.shape for g in sent] == list(shapes.input_shapes)
    assert np.sum(u * forward(TABLE["matmul"], inputs, {}, v)) == pytest.approx(inner(sent, v), abs=1e-9)


# ------------------------------------------------------------------ the formula that is shown
SYMBOLS = {name: sympy.Symbol(name, real=True) for name in ("x", "y", "z", "out")}
CODE = {
    "step": lambda v: np.heaviside(v, 0.5),
    "trunc": np.trunc,
    "sigmoid": TABLE["sigmoid"].forward,
    "Phi": lambda v: (1 + TABLE["erf"].forward(v / np.sqrt(2))) / 2,
    "phi": lambda v: np.exp(-v * v / 2) / np.sqrt(2 * np.pi),
}


def formula(text: str, params: dict[str, Any]) -> Any:
    """The text that is shown, as SymPy reads it; the names of parameters are symbols."""
    functions = {name: sympy.Function(name) for name in CODE}
    return sympy.sympify(text, SYMBOLS | functions | {name: sympy.Symbol(f"_{name}") for name in params})


@EACH
def test_the_shown_formula_is_what_the_code_computes(op: Op) -> None:
    """With an upstream gradient of ones, the contribution is the local derivative."""
    inputs = [numbers(op, k, np.random.default_rng(k).integers(0, 1000, 50)) for k in range(op.arity)]
    params = settings_of(op, (50,))
    names = dict(zip(INPUTS, inputs, strict=False)) | {"out": called(op, inputs, params)}
    names |= {f"_{name}": value for name, value in params.items()}
    for shown, sent in zip(op.local, backward(op, inputs, params, np.ones(50)), strict=True):
        read = formula(shown, params)
        arguments = sorted(read.free_symbols, key=str)
        compute = sympy.lambdify(arguments, read, [CODE, "numpy"])
        computed = np.broadcast_to(compute(*(names[str(one)] for one in arguments)), (50,))
        np.testing.assert_allclose(sent, computed, rtol=1e-10, atol=1e-14)


A, B = sympy.symbols("x y", positive=True)
ITSELF = ("exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "erf")
FORMS = {name: getattr(sympy, name)(A) for name in ITSELF} | {
    "add": A + B, "sub": A - B, "mul": A * B, "div": A / B, "neg": -A, "pow": A**B,
    "atan2": sympy.atan(A / B), "exp2": 2**A, "expm1": sympy.exp(A) - 1, "log2": sympy.log(A, 2), "log10": sympy.log(A, 10),
    "log1p": sympy.log(1 + A), "rsqrt": 1 / sympy.sqrt(A), "reciprocal": 1 / A, "square": A**2,
    "sigmoid": 1 / (1 + sympy.exp(-A)), "silu": A / (1 + sympy.exp(-A)),
    "logsigmoid": -sympy.log(1 + sympy.exp(-A)), "clone": A,
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_the_shown_formula_is_the_derivative(name: str) -> None:
    """As SymPy differentiates it."""
    known = {"x": A, "y": B, "out": FORMS[name], "sigmoid": lambda v: 1 / (1 + sympy.exp(-v)), "pi": sympy.pi}
    for shown, by in zip(TABLE[name].local, (A, B), strict=False):
        difference = sympy.sympify(shown, known) - sympy.diff(FORMS[name], by)
        assert sympy.simplify(difference.rewrite(sympy.exp)) == 0


# ------------------------------------------------------------------ where there is no derivative
def test_a_repeated_position_gets_every_contribution() -> None:
    x = lab.tensor([1.0, 2.0, 3.0], requires_grad=True)
    (x[[0, 0, 2]] * lab.tensor([1.0, 10.0, 100.0])).sum().backward()
    assert x.grad.tolist() == [11.0, 0.0, 100.0]


def test_nothing_is_said_of_a_division_by_zero() -> None:
    """filterwarnings = error: a warning of NumPy's would fail this."""
    x = lab.tensor([0.0, -1.0], requires_grad=True)
    (1 / x + x.log() + x.sqrt() + (x * 1000).exp()).sum().backward()
    assert x.grad.tolist()[0] == -np.inf or np.isnan(x.grad.tolist()[0])


@pytest.mark.parametrize("name", ["relu", "floor", "ceil", "trunc", "sign", "round"])
def test_what_is_flat_stops_even_an_infinite_gradient(name: str) -> None:
    """The square root of 0 sends infinity; 0 times that would be NaN."""
    x = lab.tensor([0.0, -0.0], requires_grad=True)
    getattr(x, name)().sqrt().sum().backward()
    assert x.grad.tolist() == [0.0, 0.0]


def test_a_whole_quotient_has_no_derivative() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match="derivative for floor_divide is not implemented"):
        (x // 2).sum().backward()
