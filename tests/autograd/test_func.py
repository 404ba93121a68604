"""func: derivatives of functions, which nest, and leave everything else as it was."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_lab as lab

from ..fidelity.both import all_same

HEAD = """
from collections import namedtuple
F = torch.func
x = torch.tensor([1., 2., 0.5], dtype=torch.float64)
y = torch.tensor([[1., 2., 3.], [4., 5., 6.]])
t = torch.tensor(2.)
w = torch.tensor([1., 2., 3.], dtype=torch.float64, requires_grad=True)
X = x.clone().requires_grad_()
Point = namedtuple("Point", "a b")
def scalar(x):
    return (x.sin() * x ** 2).sum() * x.exp().sum()
def vector(x):
    return x.sin() * x.sum()
def stopped(x):
    with torch.no_grad():
        c = x ** 2
    return (x ** 2 - c).sum()
"""

VALUES = """
F.grad(scalar)(x)
F.grad(lambda x: (3 * x).sum())(X)
F.grad(lambda x: torch.tensor(2.))(x)
F.grad(lambda a, b: (a * b).sum(), argnums=1)(x, 2 * x)
F.grad(lambda a, b: (a * b).sum(), argnums=(-1, 0))(x, 2 * x)
F.grad(lambda x, k: (x * k).sum())(x, k=3)
F.grad(lambda p: (p['a'] * p['b'][0]).sum())({'a': x, 'b': [2 * x]})
F.grad(lambda p: (p.a * p.b).sum())(Point(x, 2 * x))
F.grad(lambda x: (x.sum(), {'twice': 2 * x}), has_aux=True)(x)
F.grad(stopped)(x)
F.grad_and_value(scalar)(x)
F.grad_and_value(lambda x: (x.sum(), x), has_aux=True)(x)
F.grad_and_value(lambda a, b: (a * b).sum(), (0, 1))(x, x)
F.vjp(vector, x)[1](x)
F.vjp(lambda a, b: (a * b, [b]), x, x)[1]((x, [x]))
F.vjp(lambda a: {'p': a, 'q': a * a}, x)[1]({'p': 3 * x, 'q': x})
F.vjp(lambda x: torch.ones(3), x)[1](torch.ones(3))
F.vjp(lambda x: (x * x, x), x, has_aux=True)[::2]
F.jvp(vector, (x,), (x,))
F.jvp(lambda a, b: [a * b, (b,)], (x, x), (x, 2 * x))
F.jvp(lambda x: torch.ones(2), (x,), (x,))
F.jvp(lambda x: (x * x, x), (x,), (x,), has_aux=True)
F.jvp(lambda p: p['a'] ** 2, ({'a': x},), ({'a': x},))
F.jvp(stopped, (x,), (x,))
F.jacrev(vector)(x)
F.jacrev(lambda x: (x * x, x.sum()))(x)
F.jacrev(lambda x: [x * x, {'s': x.sum()}])(x)
F.jacrev(lambda a, b: (a * b, a.sum()), argnums=(0, 1))(x, x)
F.jacrev(lambda p: p['a'] * p['b'])({'a': x, 'b': x})
F.jacrev(lambda x: (x * x, x), has_aux=True)(x)
F.jacrev(lambda y: y.sum(0))(y)
F.jacfwd(vector)(x)
F.jacfwd(lambda x: (x * x, x.sum()))(x)
F.jacfwd(lambda a, b: (a * b, a.sum()), argnums=(0, 1))(x, x)
F.jacfwd(lambda p: p['a'] * p['b'])({'a': x, 'b': x})
F.jacfwd(lambda x: (x * x, x), has_aux=True)(x)
F.jacfwd(lambda y: y.sum(1))(y)
F.hessian(scalar)(x)
F.hessian(lambda a, b: (a ** 3 * b).sum(), argnums=(0, 1))(x, x)
F.hessian(lambda a, b: (a ** 3 * b ** 2).sum(), argnums=1)(x, x)
F.vmap(lambda y: y * 2)(y)
F.vmap(lambda a, b: a * b, in_dims=(0, None))(x, x)
F.vmap(lambda a, k: a * k, in_dims=(0, None))(x, 3)
F.vmap(lambda a, k=1: a * k)(x, k=2)
F.vmap(lambda a, k=1: a * k)(x, k=x)
F.vmap(lambda y: y, in_dims=-1)(y)
F.vmap(lambda y: y * 1, in_dims=1, out_dims=1)(y)
F.vmap(lambda y: (y, y * 2), out_dims=(0, 1))(y)
F.vmap(lambda y: (y, y * 2), out_dims=-1)(y)
F.vmap(lambda x: (x * 1, torch.tensor(3.)), out_dims=(0, None))(x)
F.vmap(lambda y: [y, {'s': y.sum()}])(y)
F.vmap(lambda d: d['a'] * d['b'], in_dims=({'a': 0, 'b': None},))({'a': x, 'b': x})
F.vmap(lambda x: torch.ones(2))(x)
F.vmap(F.vmap(lambda a, b: a * b, in_dims=(None, 0)), in_dims=(0, None))(x, x)
"""

NESTED = """
F.grad(F.grad(F.grad(lambda t: t ** 5)))(t)
F.jacfwd(F.jacfwd(scalar))(x)
F.jacrev(F.jacrev(scalar))(x)
F.jacrev(F.jacfwd(scalar))(x)
F.jacfwd(F.jacfwd(F.jacfwd(scalar)))(x)
F.jacfwd(F.hessian(scalar))(x)
F.jacrev(F.hessian(scalar))(x)
F.vmap(F.grad(scalar))(torch.stack([x, 2 * x]))
F.vmap(F.hessian(scalar))(torch.stack([x, 2 * x]))
F.grad(lambda x: F.vmap(scalar)(torch.stack([x, 2 * x])).sum())(x)
F.jacfwd(lambda x: F.vmap(scalar)(torch.stack([x, 2 * x])))(x)
F.jvp(F.grad(scalar), (x,), (x,))
F.jvp(lambda x: F.jvp(vector, (x,), (x,))[1], (x,), (x,))
F.vjp(lambda x: F.vjp(vector, x)[1](x)[0], x)[1](x)
F.grad(lambda t: t * F.grad(lambda u: t + u)(torch.tensor(1.)))(t)
F.grad(lambda t: t * F.grad(lambda u: t * u)(t))(t)
F.grad(lambda t: t * F.jvp(lambda u: t * u, (t,), (t,))[1])(t)
F.jvp(lambda t: t * F.jvp(lambda u: t * u, (t,), (torch.ones(()),))[1], (t,), (torch.ones(()),))
F.grad(lambda t: t * F.grad(lambda u: t * u ** 2)(torch.tensor(3.)))(t)
F.grad(lambda t: F.grad(lambda u: u ** 2)(t * 0 + 3.) + t)(t)
F.grad(lambda x: (x * F.jacrev(lambda c: F.vjp(vector, x)[1](c)[0])(x)).sum())(x)
torch.autograd.grad(F.grad(lambda x: (w * x ** 3).sum())(x).sum(), w)
torch.autograd.grad(F.hessian(scalar)(X).sum(), X)
torch.autograd.grad(F.grad(F.grad(lambda t: t ** 3 * w[0]))(t.double()), w)
torch.autograd.grad(F.grad(lambda t: t * F.grad(lambda u: w[1] * u ** 2)(t))(t.double()), w)
torch.autograd.grad(F.vjp(vector, x)[1](w)[0].sum(), w)
F.grad(lambda v: (F.vjp(vector, x)[1](v)[0] ** 2).sum())(x)
F.grad(lambda t: F.grad(lambda u: u ** 2)(t * 0 + 3.) + t)(t).requires_grad
F.grad(lambda t: t * F.grad(lambda u: t * u ** 2)(torch.tensor(3.)))(t).requires_grad
F.grad(scalar)(X).requires_grad
F.vjp(vector, x)[1](x)[0].requires_grad
F.vjp(vector, X)[0].requires_grad
"""

ERRORS = """
F.grad(lambda x: x * x)(x)
F.grad(lambda x: 2)(x)
F.grad(lambda x: x.sum())(2.)
F.grad(lambda x: x.sum())(torch.tensor([1, 2]))
F.grad(lambda x: x.sum(), argnums=1)(x)
F.grad(lambda x: x.sum(), argnums=())(x)
F.grad(lambda x: x.sum(), argnums=(0, 0))(x)
F.grad(lambda x: x.sum(), argnums='a')(x)
F.grad(lambda x: (x.sum(), 3), has_aux=True)(x)
F.grad(lambda x: x.sum(), has_aux=True)(x)
F.vjp(lambda a, b: (a * b, [b]), x, x)[1]((x, x))
F.vjp(vector, x)[1](torch.ones(2))
F.vjp(lambda x: 3, x)
F.vjp(lambda x: x > 1, x)
F.jvp(vector, x, x)
F.jvp(vector, (x,), (x, x))
F.jvp(vector, (x,), (torch.ones(2),))
F.jvp(vector, (torch.tensor([1, 2]),), (torch.tensor([1, 2]),))
F.jvp(lambda x: 3, (x,), (x,))
F.jvp(lambda x: torch.ones(2), (x,), (x,), strict=True)
F.jacrev(vector)(torch.tensor([1, 2]))
F.jacrev(lambda x: 3)(x)
F.jacfwd(vector)(torch.tensor([1, 2]))
F.jacfwd(lambda x: 3)(x)
F.vmap(lambda a, b: a * b)(x, 3)
F.vmap(lambda a, b: a * b, in_dims=(None, None))(x, x)
F.vmap(lambda a, b: a * b)(x, torch.ones(2))
F.vmap(lambda x: 3)(x)
F.vmap(lambda x: x, in_dims=1)(x)
F.vmap(lambda x: x)(t)
F.vmap(lambda x: x)()
F.vmap(lambda x: x, out_dims=3)(y)
F.vmap(lambda x: (x, x), out_dims=(0,))(y)
F.vmap(lambda x: x, out_dims=None)(x)
F.vmap(lambda x: x, out_dims='a')(x)
F.vmap(lambda x: x, in_dims=(0, 0))(x)
F.vmap(lambda x: x, in_dims='a')(x)
F.vmap(lambda x: x, in_dims=None)(x)
F.vmap(lambda x: x, in_dims=[0])(x)
F.vmap(lambda d: d['a'], in_dims={'a': 0})({'a': x})
"""

UNDER_NO_GRAD = """
F.grad(scalar)(X)
F.hessian(scalar)(x)
F.jacrev(vector)(X)
F.jacfwd(vector)(X)
F.vjp(vector, X)[1](x)
F.jvp(vector, (X,), (x,))
F.grad(F.grad(lambda t: t ** 3))(t)
"""


def snippets(lines: str, before: str = "") -> list[str]:
    return [f"{HEAD}{before}print({line})" for line in lines.strip().splitlines()]


@pytest.mark.parametrize("lines", [VALUES, NESTED, ERRORS], ids=["values", "nested", "errors"])
def test_as_in_pytorch(lines: str, torch: Any) -> None:
    all_same(snippets(lines), torch)


def test_as_in_pytorch_under_no_grad(torch: Any) -> None:
    all_same(snippets(UNDER_NO_GRAD, "with torch.no_grad(): "), torch)
    inner = "def g(x):\n    with torch.no_grad():\n        c = F.grad(scalar)(x)\n    return (x * c).sum()\n"
    all_same(snippets("F.grad(g)(x)", inner), torch)


def cube(x: Any) -> Any:
    return (x**3).sum()


def twice(f: Any) -> Any:
    return lab.func.grad(lab.func.grad(f))


@pytest.mark.parametrize(
    "transform", [lab.func.grad, lab.func.jacrev, lab.func.jacfwd, lab.func.hessian, twice]
)
def test_no_grad_is_touched(transform: Any) -> None:
    x, w = (lab.tensor(2.0, requires_grad=True) for _ in range(2))
    x.grad = lab.tensor(7.0)
    transform(lambda x: w * x**3)(x)
    assert x.grad.item() == 7 and w.grad is None
    assert x.is_leaf and x.requires_grad


def test_plain_inputs_stay_plain_even_after_an_error() -> None:
    x = lab.tensor([1.0, 2.0])
    lab.func.grad(cube)(x)
    with pytest.raises(ZeroDivisionError):
        lab.func.grad(lambda x: 1 / 0)(x)
    assert not x.requires_grad and x.grad_fn is None and x.is_leaf


def test_what_a_function_captures_is_not_its_argument() -> None:
    x = lab.tensor(3.0, requires_grad=True)
    assert lab.func.grad(lambda y: x * y)(x).item() == 3
    assert lab.func.jacfwd(lambda y: x * y)(x).item() == 3


def test_results_learn_only_through_what_is_outside() -> None:
    x, w = lab.tensor(2.0), lab.tensor(3.0, requires_grad=True)
    assert not lab.func.grad(cube)(x).requires_grad
    grad = lab.func.grad(lambda x: w * x**3)(x)
    grad.backward()
    assert w.grad.item() == 12 and x.grad is None


def test_vjp_fn_can_be_called_again_and_later() -> None:
    with lab.no_grad():
        _, pull = lab.func.vjp(lambda x: x**3, lab.tensor([1.0, 2.0]))
    assert pull(lab.ones(2))[0].tolist() == pull(lab.ones(2))[0].tolist() == [3, 12]


def test_a_custom_function_can_be_differentiated() -> None:
    class Square(lab.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            (x,) = ctx.saved_tensors
            return 2 * x * g

    x = lab.tensor(3.0)
    assert lab.func.grad(Square.apply)(x).item() == 6
    assert lab.func.grad(lab.func.grad(Square.apply))(x).item() == 2


def test_forward_mode_inside_a_level_of_the_users_own() -> None:
    forward = lab.autograd.forward_ad
    with forward.dual_level():
        x = forward.make_dual(lab.tensor(2.0), lab.tensor(1.0))
        out, change = lab.func.jvp(lambda x: x**3, (x,), (lab.tensor(1.0),))
        assert forward.unpack_dual(out).tangent.item() == change.item() == 12
        assert forward.unpack_dual(lab.func.grad(cube)(x)).tangent.item() == 12


def test_vmap_says_so_where_there_is_nothing_to_loop_over() -> None:
    with pytest.raises(ValueError, match="not 0"):
        lab.func.vmap(lambda x: x)(lab.ones(0, 3))


def test_names_and_docstrings_are_kept() -> None:
    for transform in (lab.func.grad, lab.func.jacrev, lab.func.jacfwd, lab.func.vmap):
        assert transform(cube).__name__ == "cube"


UNARY = [lambda x: x.sin(), lambda x: x.exp(), lambda x: x * x, lambda x: x.tanh(), lambda x: x * x.sum()]
arrays = st.lists(st.floats(-2, 2, width=32), min_size=1, max_size=4)


@given(arrays, st.lists(st.sampled_from(range(len(UNARY))), min_size=1, max_size=3))
def test_all_modes_agree(numbers: list[float], steps: list[int]) -> None:
    def f(x: Any) -> Any:
        for step in steps:
            x = UNARY[step](x).tanh()
        return x

    x = lab.tensor(numbers, dtype=lab.float64)
    wanted = lab.func.jacrev(f)(x).numpy()
    np.testing.assert_allclose(lab.func.jacfwd(f)(x).numpy(), wanted, atol=1e-12)
    v = lab.func.jvp(f, (x,), (x,))[1].numpy()
    np.testing.assert_allclose(v, wanted @ x.numpy(), atol=1e-12)
    np.testing.assert_allclose(lab.func.transforms.jvp_by_vjps(f, (x,), (x,))[1].numpy(), v, atol=1e-12)
    transforms = [lab.func.jacfwd, lab.func.jacrev]
    hessians = [
        outer(inner(lambda x: f(x).sum()))(x).numpy()
        for outer, inner in itertools.product(transforms, repeat=2)
    ]
    for hessian in hessians:
        np.testing.assert_allclose(hessian, hessians[0], atol=1e-10)
        np.testing.assert_allclose(hessian, hessian.T, atol=1e-10)


@given(st.integers(1, 3), st.integers(1, 3), st.integers(-2, 1), st.integers(-2, 1))
def test_vmap_is_a_loop(rows: int, columns: int, in_dim: int, out_dim: int) -> None:
    numbers = np.arange(rows * columns, dtype=np.float64).reshape(rows, columns)
    found = lab.func.vmap(lambda x: x * x.sum(), in_dims=in_dim, out_dims=out_dim)(lab.tensor(numbers))
    slices = [x * x.sum() for x in np.moveaxis(numbers, in_dim, 0)]
    np.testing.assert_array_equal(found.numpy(), np.stack(slices, out_dim))
