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
from autograd_lab.core.rules import INPUTS, TABLE, Op

RNG = np.random.default_rng(7)


def some(*shape: int) -> Any:
    """Numbers on both sides of 0, none of them at a kink."""
    return RNG.uniform(0.3, 2.0, shape) * RNG.choice([-1.0, 1.0], shape)


POSITIVE = RNG.uniform(0.4, 2.0, (2, 3))
WHOLE = {"axis": None, "keepdim": False}
SAMPLES: dict[str, list[tuple[tuple[Any, ...], dict[str, Any]]]] = {
    **{name: [((some(2, 3), some(2, 3)), {})] for name in ("add", "sub", "mul", "div")},
    **{name: [((some(2, 3),), {})] for name in ("neg", "exp", "sin", "cos", "tanh", "sigmoid", "relu")},
    "clone": [((some(2, 3),), {}), ((some(),), {})],
    **{name: [((POSITIVE,), {})] for name in ("log", "sqrt")},
    "pow": [((POSITIVE, y), {}) for y in (some(2, 3), np.float64(2), np.float64(-1.5))],
    "sum": [((some(2, 3),), WHOLE), ((some(2, 3),), {"axis": 1, "keepdim": False}),
            ((some(),), {"axis": (), "keepdim": False}), ((some(0, 3),), {"axis": 0, "keepdim": True})],
    "mean": [((some(2, 3),), WHOLE), ((some(2, 3),), {"axis": (0, 1), "keepdim": True})],
    "spread": [((some(3),), {"to": (2, 3), "axis": 0, "keepdim": False})],
    "sum_to": [((some(4, 2, 3),), {"to": (1, 3)})],
    "expand": [((some(1, 3),), {"to": (4, 2, 3)})],
    "matmul": [((some(*a), some(*b)), {}) for a, b in [
        ((2, 3), (3, 4)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((5, 2, 3), (5, 3, 4)),
        ((5, 2, 3), (3,)), ((3,), (5, 3, 4)), ((2, 3), (5, 3, 4)),
        ((6, 1, 2, 3), (5, 3, 4)), ((0, 3), (3, 4)), ((2, 0), (0, 4)),
    ]],
    "getitem": [((some(3, 4),), {"index": index}) for index in [
        (0, ...), (slice(1, 3), ...), (1, 2, ...), (None, ...), (slice(None, None, 2), 1), ([0, 0, 2],),
        ([0, 0], [1, 1]), (np.eye(3, 4, dtype=bool),),
    ]],
    "put": [((some(3, 4),), {"to": (2, 4), "index": ([0, 0, 1],)}),
            ((some(4),), {"to": (3, 4), "index": (1, ...)})],
    "cast": [((some(2, 3),), {"dtype": np.dtype(float)})],
    "t": [((some(2, 3),), {})],
    "reshape": [((some(2, 3),), {"new": (3, 2)})],
    "zero": [((some(2, 3),), {})],
}  # fmt: skip
CASES = [(op, *case) for op in TABLE.values() for case in SAMPLES.get(op.name, []) if op.vjp]
NAMED = pytest.mark.parametrize(("op", "inputs", "params"), CASES, ids=[f"{c[0].name}" for c in CASES])


def test_no_entry_is_without_samples() -> None:
    assert {name for name, op in TABLE.items() if op.vjp} == set(SAMPLES)


def vjp(op: Op, k: int, g: Any, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    names = dict(zip(INPUTS, inputs, strict=False)) | params
    names |= {"out": op.forward(*inputs, **params), "shape": np.shape(inputs[0])}
    sent = op.vjp[k].run(g, *(names[name] for name in op.vjp[k].needs))
    return (
        TABLE["sum_to"].forward(np.asarray(sent), np.shape(inputs[k]))
        if np.shape(sent) != np.shape(inputs[k])
        else sent
    )


def test_a_rule_asks_only_for_what_there_is() -> None:
    for op in TABLE.values():
        for case in (case for case in CASES if case[0] is op):
            known = {"out", "shape", *INPUTS[: len(op.vjp)], *case[2]}
            assert {name for rule in op.vjp for name in rule.needs} <= known
        assert len(op.local) == len(op.vjp)


@NAMED
def test_vjp_against_jvp(op: Op, inputs: Any, params: Any) -> None:
    """⟨u, Jv⟩ = ⟨Jᵀu, v⟩ for random u and v."""
    u = some(*np.shape(op.forward(*inputs, **params)))
    for k, x in enumerate(inputs):
        v = some(*np.shape(x))
        assert np.sum(u * op.jvp(k, v, *inputs, **params)) == pytest.approx(
            np.sum(vjp(op, k, u, inputs, params) * v)
        )


@NAMED
def test_jvp_against_finite_differences(op: Op, inputs: Any, params: Any) -> None:
    step = 1e-6
    for k, x in enumerate(inputs):
        v = some(*np.shape(x))
        ahead, behind = ([*inputs[:k], x + s * v, *inputs[k + 1 :]] for s in (step, -step))
        slope = (op.forward(*ahead, **params) - op.forward(*behind, **params)) / (2 * step)
        if op.name != "zero":  # zero is a change in place, not a function of what was there
            np.testing.assert_allclose(op.jvp(k, v, *inputs, **params), slope, rtol=1e-6, atol=1e-7)


@NAMED
def test_vjp_against_finite_differences(op: Op, inputs: Any, params: Any) -> None:
    """Through the engine: what ``.grad`` holds, one element of each input moved at a time."""
    u = some(*np.shape(op.forward(*inputs, **params)))
    leaves = [lab.tensor(np.array(x, float), requires_grad=True) for x in inputs]
    op(*leaves, **params).backward(lab.tensor(u))
    for k, (x, leaf) in enumerate(zip(inputs, leaves, strict=True)):
        numerical = np.zeros_like(np.asarray(x, float))
        for place in np.ndindex(np.shape(x)):
            move = np.zeros_like(numerical)
            move[place] = 1e-6
            ahead, behind = ([*inputs[:k], x + s * move, *inputs[k + 1 :]] for s in (1, -1))
            change = op.forward(*ahead, **params) - op.forward(*behind, **params)
            numerical[place] = np.sum(u * change) / 2e-6
        if op.name != "zero":  # a change in place, as below
            np.testing.assert_allclose(leaf.grad.numpy(), numerical, rtol=1e-6, atol=1e-7)


@NAMED
def test_second_order_against_finite_differences(op: Op, inputs: Any, params: Any) -> None:
    """The gradient of ⟨u, vjp⟩: rules are differentiable themselves."""
    u = some(*np.shape(op.forward(*inputs, **params)))

    def weighted(*arrays: Any) -> tuple[Any, list[Any]]:
        leaves = [lab.tensor(np.array(a, float), requires_grad=True) for a in arrays]
        out = (op(*leaves, **params) * lab.tensor(u)).sum()
        first = lab.autograd.grad(out, leaves, create_graph=True, allow_unused=True)
        total = sum((g * g).sum() for g in first)
        return total, leaves

    total, leaves = weighted(*inputs)
    if not total.requires_grad:
        return  # a linear operation's gradient does not depend on its input
    second = lab.autograd.grad(total, leaves, allow_unused=True)
    for k, (x, got) in enumerate(zip(inputs, second, strict=True)):
        v = some(*np.shape(x))
        ahead, behind = ([*inputs[:k], x + s * v, *inputs[k + 1 :]] for s in (1e-5, -1e-5))
        slope = (weighted(*ahead)[0].item() - weighted(*behind)[0].item()) / 2e-5
        assert (np.sum(got.numpy() * v) if got is not None else 0.0) == pytest.approx(
            slope, rel=1e-4, abs=1e-6
        )


ELEMENTWISE = [
    op for op in TABLE.values() if op.elementwise and op.vjp and op.name not in ("relu", "zero", "clone")
]


@pytest.mark.parametrize("op", ELEMENTWISE, ids=lambda op: op.name)
def test_the_shown_formula_is_the_derivative(op: Op) -> None:
    x, y = sympy.symbols("x y", positive=True)
    forms = {"add": x + y, "sub": x - y, "mul": x * y, "div": x / y, "neg": -x, "pow": x**y,
             "exp": sympy.exp(x), "log": sympy.log(x), "sin": sympy.sin(x), "cos": sympy.cos(x),
             "tanh": sympy.tanh(x), "sigmoid": 1 / (1 + sympy.exp(-x)), "sqrt": sympy.sqrt(x)}  # fmt: skip
    form = forms[op.name]
    for k, shown in enumerate(op.local):
        formula = sympy.sympify(shown, {"x": x, "y": y, "out": form})
        assert sympy.simplify((formula - sympy.diff(form, (x, y)[k])).rewrite(sympy.exp)) == 0


@pytest.mark.parametrize(
    "op", [*ELEMENTWISE, *map(TABLE.get, ("relu", "zero", "clone"))], ids=lambda op: op.name
)
def test_the_shown_formula_is_what_the_code_computes(op: Op) -> None:
    """At random points of both signs where there are some: a vjp with upstream 1 is the local derivative."""
    positive = op.name in ("log", "sqrt", "pow")
    x, y = (RNG.uniform(0.3, 2.0, 50) * (1 if positive else RNG.choice([-1.0, 1.0], 50)) for _ in INPUTS)
    inputs = (x, y)[: len(op.vjp)]
    names = {"x": x, "y": y, "out": op.forward(*inputs)}
    symbols = sympy.symbols(list(names))
    modules = [{"step": lambda v: np.heaviside(v, 0.0)}, "numpy"]
    for k, shown in enumerate(op.local):
        formula = sympy.lambdify(symbols, sympy.sympify(shown), modules)
        np.testing.assert_allclose(
            vjp(op, k, np.ones(50), inputs, {}), formula(**names) * np.ones(50), rtol=1e-12
        )


@settings(deadline=None, max_examples=60)
@given(shapes=npst.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3), data=st.data())
def test_broadcasting_forward_is_summing_backward(shapes: Any, data: Any) -> None:
    """Zero-size and 0-d shapes too: a gradient has its input's shape and the right total."""
    name = data.draw(st.sampled_from(["add", "sub", "mul", "div"]))
    a, b = (lab.tensor(np.asarray(some(*shape)), requires_grad=True) for shape in shapes.input_shapes)
    out = TABLE[name](a, b)
    assert out.shape == shapes.result_shape
    out.sum().backward()
    for k, leaf in enumerate((a, b)):
        whole = vjp(
            TABLE[name],
            k,
            np.ones(out.shape),
            tuple(np.broadcast_to(v.detach().numpy(), out.shape) for v in (a, b)),
            {},
        )
        assert leaf.grad.shape == leaf.shape
        assert leaf.grad.numpy().sum() == pytest.approx(np.sum(whole))


@pytest.mark.parametrize("dtype", [lab.float32, lab.float64])
def test_gradients_keep_their_inputs_dtype(dtype: Any) -> None:
    x = lab.ones(3, dtype=dtype, requires_grad=True)
    (lab.ones(3, dtype=lab.float64) * x).sum().backward()
    assert x.grad.dtype == dtype


def test_views_that_are_not_contiguous() -> None:
    x = lab.tensor(some(3, 2), requires_grad=True)
    (x.T.exp() @ x).sum().backward()
    y = lab.tensor(np.ascontiguousarray(x.detach().numpy()), requires_grad=True)
    (TABLE["clone"](y.T).exp() @ y).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy())


@settings(deadline=None, max_examples=60)
@given(array=npst.arrays(np.float64, npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
                         elements=st.floats(0.25, 3.0)), data=st.data())  # fmt: skip
def test_any_shape_and_value(array: Any, data: Any) -> None:
    """0-d and empty ones too: the gradient of a sum of f(x) is f'(x), by a step along a random direction."""
    op = TABLE[
        data.draw(st.sampled_from(["neg", "exp", "log", "sin", "cos", "tanh", "sqrt", "sigmoid", "relu"]))
    ]
    x = lab.tensor(array, requires_grad=True)
    op(x).sum().backward()
    direction = some(*array.shape)
    slope = np.sum(op.forward(array + 1e-6 * direction) - op.forward(array - 1e-6 * direction)) / 2e-6
    assert x.grad.shape == array.shape and x.grad.dtype == lab.float64
    assert np.sum(x.grad.numpy() * direction) == pytest.approx(slope, rel=1e-5, abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(shapes=npst.mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, max_side=3))
def test_any_matrix_product(shapes: Any) -> None:
    """Any axes that NumPy multiplies, vectors and empty ones too: ⟨u, J v⟩ = ⟨Jᵀu, v⟩ through the engine."""
    leaves = [lab.tensor(some(*shape), requires_grad=True) for shape in shapes.input_shapes]
    out = leaves[0] @ leaves[1]
    assert out.shape == shapes.result_shape
    u = some(*out.shape)
    out.backward(lab.tensor(u))
    arrays = [leaf.detach().numpy() for leaf in leaves]
    for k, leaf in enumerate(leaves):
        v = some(*leaf.shape)
        moved = np.matmul(*[v if k == n else array for n, array in enumerate(arrays)])
        assert leaf.grad.shape == leaf.shape
        assert np.sum(u * moved) == pytest.approx(np.sum(leaf.grad.numpy() * v), abs=1e-9)


def test_a_repeated_position_gets_every_contribution() -> None:
    x = lab.tensor([1.0, 2.0, 3.0], requires_grad=True)
    (x[[0, 0, 2]] * lab.tensor([1.0, 10.0, 100.0])).sum().backward()
    assert x.grad.tolist() == [11.0, 0.0, 100.0]


def test_nothing_is_said_of_a_division_by_zero() -> None:
    """filterwarnings = error: a warning of NumPy's would fail this."""
    x = lab.tensor([0.0, -1.0], requires_grad=True)
    (1 / x + x.log() + x.sqrt() + (x * 1000).exp()).sum().backward()
    assert x.grad.tolist()[0] == -np.inf or np.isnan(x.grad.tolist()[0])
