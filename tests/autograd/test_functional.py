"""autograd.functional: nesting, shapes, zeros, strictness and errors are PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_lab as lab

from ..fidelity.both import all_same

HEAD = """
A = torch.autograd.functional
x = torch.tensor([1., 2.])
y = torch.tensor([[1., 2.], [3., 4.], [5., 6.]])
X = x.clone().requires_grad_()
"""

VALUES = """
A.jacobian(lambda x: x * x.sum(), x)
A.jacobian(lambda x: x * x, (x,))
A.jacobian(lambda x: (x * x, x.sum()), x)
A.jacobian(lambda x: (x * x,), x)
A.jacobian(lambda a, b: a * b.sum(0), (x, y))
A.jacobian(lambda a, b: (a * b.sum(0), a.sum()), (x, y))
A.jacobian(lambda a, b: 3 * a, (x, x))
A.jacobian(lambda x: torch.ones(2), x)
A.jacobian(lambda x: x * x, x, create_graph=True)
A.jacobian(lambda x: x * x, X, create_graph=True)
A.jacobian(lambda x: x * x, X)
A.jacobian(lambda x: x * x, x, vectorize=True)
A.jacobian(lambda x: x * x.sum(), x, vectorize=True, strategy='forward-mode')
A.jacobian(lambda a, b: a * b.sum(0), (x, y), vectorize=True)
A.jacobian(lambda x: (x * x, x.sum()), x, vectorize=True, strategy='forward-mode')
A.jacobian(lambda x: 3 * x, x, strict=True)
A.hessian(lambda x: (x ** 3).sum() * x[0], x)
A.hessian(lambda x: (x ** 3).sum(), (x,))
A.hessian(lambda x: (x * x).sum().view(1), x)
A.hessian(lambda a, b: (a ** 3 * b).sum(), (x, y))
A.hessian(lambda x: (3 * x).sum(), x)
A.hessian(lambda x: (x * x).sum(), x, strict=True)
A.hessian(lambda x: (x ** 3).sum(), X, create_graph=True)
A.hessian(lambda x: (x ** 3).sum(), x, vectorize=True)
A.hessian(lambda x: x.exp().sum(), x, vectorize=True, outer_jacobian_strategy='forward-mode').detach()
A.vjp(lambda x: x * x, x, x)
A.vjp(lambda x: x.sum(), x)
A.vjp(lambda x: x * x, (x,), (x,))
A.vjp(lambda x: (x * x, x), x, (x, 2 * x))
A.vjp(lambda a, b: a * b.sum(0), (x, y), x)
A.vjp(lambda a, b: 3 * a, (x, y), x)
A.vjp(lambda x: x * x, X, x, create_graph=True)
A.jvp(lambda x: x * x, x, x)
A.jvp(lambda x: (x * x, x), x, x)
A.jvp(lambda a, b: a * b.sum(0), (x, y), (x, y))
A.jvp(lambda x: torch.ones(2), x, x)
A.jvp(lambda x: x * x, torch.tensor([2.]))
A.jvp(lambda x: x * x, X, x, create_graph=True)
A.jvp(lambda x: 3 * x, x, x, strict=True)
A.hvp(lambda x: (x ** 3).sum(), x, x)
A.hvp(lambda a, b: (a ** 3 * b).sum(), (x, y), (x, y))
A.hvp(lambda x: (3 * x).sum(), x, x)
A.hvp(lambda x: (x ** 3).sum(), X, x, create_graph=True)
A.vhp(lambda x: (x ** 3).sum(), x, x)
A.vhp(lambda x: (x ** 3).sum(), (x,), (x,))
A.vhp(lambda a, b: (a ** 3 * b).sum(), (x, y), (x, y))
A.vhp(lambda x: (x ** 3).sum(), torch.tensor([2.]))
A.vhp(lambda x: (x * x).sum(), x, x, strict=True)
torch.autograd.grad(A.vhp(lambda x: (x ** 3).sum(), X, x, create_graph=True)[1].sum(), X)
torch.autograd.grad(A.jacobian(lambda x: x ** 3, X, create_graph=True).sum(), X)
torch.autograd.grad(A.hessian(lambda x: (x ** 4).sum(), X, create_graph=True).sum(), X)
"""

ERRORS = """
A.jacobian(lambda x: [x, x], x)
A.jacobian(lambda x: 3, x)
A.jacobian(lambda x: (x, 3), x)
A.jacobian(lambda x: x, 3)
A.jacobian(lambda x: x, [x])
A.jacobian(lambda x: x, torch.tensor([1, 2]))
A.jacobian(lambda x: x[:0], x)
A.jacobian(lambda x: x * x, x, strategy='forward')
A.jacobian(lambda x: x * x, x, strategy='forward-mode')
A.jacobian(lambda x: x * x, x, strategy='forward-mode', vectorize=True, create_graph=True)
A.jacobian(lambda x: x * x, x, strategy='forward-mode', vectorize=True, strict=True)
A.jacobian(lambda x: x * x, x, vectorize=True, strict=True)
A.jacobian(lambda x: torch.ones(2), x, strict=True)
A.jacobian(lambda x: 3 * x, x, strict=True, create_graph=True)
A.jacobian(lambda a, b: 3 * a, (x, x), strict=True)
A.jacobian(lambda a, b: (a, b), (x, x), strict=True)
A.hessian(lambda x: x * x, x)
A.hessian(lambda x: (x.sum(),), x)
A.hessian(lambda x: (x * 3).sum(), x, strict=True)
A.hessian(lambda x: (x * x).sum(), x, strict=True, create_graph=True)
A.hessian(lambda a, b: (a ** 3).sum(), (x, x), strict=True)
A.hessian(lambda x: (x ** 3).sum(), x, outer_jacobian_strategy='f')
A.hessian(lambda x: (x ** 3).sum(), x, outer_jacobian_strategy='forward-mode')
A.vjp(lambda x: x * x, x)
A.vjp(lambda x: x * x, x, torch.ones(3))
A.vjp(lambda x: x * x, x, (x, x))
A.vjp(lambda x: (x, x), x, (x,))
A.vjp(lambda x: (x, x), x, (x, 3))
A.vjp(lambda a, b: a, (x, x), x, strict=True)
A.jvp(lambda x: x * x, x)
A.jvp(lambda x: torch.ones(2), x, x, strict=True)
A.jvp(lambda a, b: a, (x, x), (x, x), strict=True)
A.jvp(lambda x: 3 * x, x, x, strict=True, create_graph=True)
A.hvp(lambda x: (3 * x).sum(), x, x, strict=True)
A.hvp(lambda x: (x * x).sum(), x, x, strict=True, create_graph=True)
A.hvp(lambda x: (x * x).sum(), x)
A.hvp(lambda x: x * x, x, x)
A.hvp(lambda x: (x * x).sum(), x, torch.ones(3))
A.vhp(lambda x: (3 * x).sum(), x, x, strict=True)
A.vhp(lambda x: (x * x).sum(), x)
A.vhp(lambda x: (x, x), x, x)
"""

NO_GRAD = """
A.jacobian(lambda x: x * x, X)
A.jacobian(lambda x: x * x, X, create_graph=True)
A.hessian(lambda x: (x ** 3).sum(), X)
A.vjp(lambda x: x * x, X, x)
A.jvp(lambda x: x * x, X, x)
A.vhp(lambda x: (x ** 3).sum(), X, x)
A.hvp(lambda x: (x ** 3).sum(), X, x)
"""


@pytest.mark.parametrize("lines", [VALUES, ERRORS], ids=["values", "errors"])
def test_as_in_pytorch(lines: str, torch: Any) -> None:
    all_same([f"{HEAD}print({line})" for line in lines.strip().splitlines()], torch)


def test_as_in_pytorch_under_no_grad(torch: Any) -> None:
    all_same([f"{HEAD}with torch.no_grad(): print({line})" for line in NO_GRAD.strip().splitlines()], torch)


A = lab.autograd.functional


@pytest.mark.parametrize("function", [A.jacobian, A.hessian, A.vjp, A.jvp, A.vhp, A.hvp])
@pytest.mark.parametrize("create_graph", [False, True])
def test_no_grad_is_touched(function: Any, create_graph: bool) -> None:
    x, w = (lab.tensor([1.0], requires_grad=True) for _ in range(2))
    x.grad = lab.tensor([7.0])
    function(lambda x: (w * x**3).sum(), x, create_graph=create_graph)
    assert x.grad.item() == 7 and w.grad is None and x.is_leaf


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda x: A.vjp(lambda x: x, x, lab.ones(3)), r"shapes \[\(2,\)\], not \[\(3,\)\]"),
        (lambda x: A.jacobian(lambda a, b: a * a, (x, x), strict=True), "independent of input 1"),
        (lambda x: A.hessian(lambda x: (3 * x).sum(), x, strict=True), "a derivative is constant"),
        (lambda x: A.hessian(lambda x: x, x), "hessian: the function must return a single element"),
    ],
)
def test_messages_say_which(call: Any, says: str) -> None:
    with pytest.raises(RuntimeError, match=says):
        call(lab.tensor([1.0, 2.0]))


@given(st.lists(st.floats(-2, 2, width=32), min_size=1, max_size=4), st.integers(0, 5))
def test_products_are_products_with_the_matrices(numbers: list[float], seed: int) -> None:
    x = lab.tensor(numbers, dtype=lab.float64)
    v = lab.tensor(np.random.default_rng(seed).normal(size=len(numbers)))
    f = lambda x: x.sin() * x.sum()  # noqa: E731
    g = lambda x: (x**3).sum() * x.sin().sum()  # noqa: E731
    jacobian, hessian = A.jacobian(f, x).numpy(), A.hessian(g, x).numpy()
    forward = A.jacobian(f, x, vectorize=True, strategy="forward-mode").numpy()
    np.testing.assert_allclose(forward, jacobian, atol=1e-12)
    for product, matrix in ((A.vjp, jacobian.T), (A.jvp, jacobian)):
        np.testing.assert_allclose(product(f, x, v)[1].numpy(), matrix @ v.numpy(), atol=1e-10)
    for product in (A.vhp, A.hvp):
        np.testing.assert_allclose(product(g, x, v)[1].numpy(), hessian @ v.numpy(), atol=1e-10)
