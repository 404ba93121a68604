"""The backward pass: order, accumulation, freeing, and changes in place."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import numpy as np
import pytest

import autograd_lab as lab
from autograd_lab.core.modes import state


class Ear:
    """Listens, and keeps what it heard of backward."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []

    def flow(self, node: Any, k: int, target: Any, upstream: Any, new: Any, total: Any) -> None:
        self.heard.append(("flow", node.name(), k, float(new), float(total)))

    def seed(self, root: Any, gradient: Any) -> None:
        self.heard.append(("seed", float(gradient)))

    def store(self, leaf: Any, total: Any, before: Any) -> None:
        self.heard.append(("store", float(total)))


def test_each_contribution_is_announced_in_pytorchs_order() -> None:
    x = lab.tensor(3.0, requires_grad=True)
    y = x * x
    z = y + x
    ear = Ear()
    state.listener = ear  # type: ignore[assignment]
    try:
        z.backward()
    finally:
        state.listener = None
    assert ear.heard == [
        ("seed", 1.0), ("flow", "AddBackward0", 0, 1.0, 1.0), ("flow", "AddBackward0", 1, 1.0, 1.0),
        ("flow", "MulBackward0", 0, 3.0, 4.0), ("flow", "MulBackward0", 1, 3.0, 7.0), ("store", 7.0),
    ]  # fmt: skip


def test_a_diamond_waits_for_both_its_ways() -> None:
    x = lab.tensor(2.0, requires_grad=True)
    a = x * 3
    (a.exp() * a.sin()).backward()
    expected = 3 * np.exp(6) * (np.sin(6) + np.cos(6))
    assert x.grad.item() == pytest.approx(expected, rel=1e-5)


def test_grad_accumulates_into_the_same_variable() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    (x * 2).sum().backward()
    first = x.grad
    (x * 3).sum().backward()
    assert x.grad is first
    assert x.grad.tolist() == [5.0, 5.0]


def test_none_is_not_zero() -> None:
    x, y = (lab.tensor(1.0, requires_grad=True) for _ in range(2))
    (x * 0).backward()
    assert x.grad.item() == 0.0
    assert y.grad is None


def test_a_graph_is_used_up_only_where_it_saved_something() -> None:
    x = lab.tensor(1.0, requires_grad=True)
    product, total = x * x, x + x
    product.backward()
    with pytest.raises(RuntimeError, match="second time"):
        product.backward()
    total.backward()
    total.backward()
    assert x.grad.item() == 6.0


def test_retain_graph_keeps_it() -> None:
    x = lab.tensor(2.0, requires_grad=True)
    y = x**3
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == 24.0


def test_backward_of_many_needs_a_gradient() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    y = x * x
    with pytest.raises(RuntimeError, match="scalar outputs"):
        y.backward()
    y.backward(lab.tensor([1.0, 10.0]))
    assert x.grad.tolist() == [2.0, 40.0]


def test_several_roots_at_once() -> None:
    x = lab.tensor(3.0, requires_grad=True)
    lab.autograd.backward([x * 2, x * x])
    assert x.grad.item() == 8.0


def test_a_leaf_may_be_the_root() -> None:
    x = lab.tensor(3.0, requires_grad=True)
    x.backward()
    assert x.grad.item() == 1.0


def test_retain_grad_keeps_a_results_gradient() -> None:
    x = lab.tensor(3.0, requires_grad=True)
    y = x * 2
    y.retain_grad()
    (y * y).backward()
    assert (y.grad.item(), x.grad.item()) == (12.0, 24.0)
    with pytest.warns(UserWarning, match="not a leaf"):
        assert (x * 2).grad is None


def test_grad_returns_and_stores_nothing() -> None:
    x, y, unused = (lab.tensor(v, requires_grad=True) for v in (2.0, 3.0, 4.0))
    h = x * y
    out = h * h
    dx, dh, nothing = lab.autograd.grad(out, [x, h, unused], allow_unused=True)
    assert (dx.item(), dh.item(), nothing) == (36.0, 12.0, None)
    assert x.grad is None
    with pytest.raises(RuntimeError, match="not have been used"):
        lab.autograd.grad(x * 2, unused)


def test_gradients_of_gradients() -> None:
    x = lab.tensor(2.0, requires_grad=True)
    (first,) = lab.autograd.grad(x**5, x, create_graph=True)
    (second,) = lab.autograd.grad(first, x, create_graph=True)
    (third,) = lab.autograd.grad(second, x)
    assert [g.item() for g in (first, second, third)] == [80.0, 160.0, 240.0]


def test_a_million_operations_deep() -> None:
    x = y = lab.tensor(1.0, requires_grad=True)
    for _ in range(1_000_000):
        y = y + 1e-9
    y.backward()
    assert x.grad.item() == 1.0


@pytest.mark.parametrize("run", [lambda y: y, lambda y: y.backward(retain_graph=True)])
def test_no_reference_cycles(run: Any) -> None:
    gc.collect()
    gc.disable()
    try:
        x = lab.tensor([1.0, 2.0], requires_grad=True)
        y = (x.exp() * x.tanh()).sum()
        run(y)
        node = weakref.ref(y.grad_fn)
        del y
        assert node() is None
    finally:
        gc.enable()


def test_a_saved_input_changed_in_place_is_found() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    h = x * 2
    out = (h * h).sum()
    h += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.backward()


def test_a_saved_output_changed_in_place_is_found() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    h = x.exp()
    h *= 2
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        h.sum().backward()


def test_a_change_through_a_view_or_a_detached_one_is_found() -> None:
    for alias in (lambda v: v.detach(), lambda v: v.T.detach()):
        x = lab.ones(2, 2, requires_grad=True)
        h = x * 2
        out = (h * h).sum()
        alias(h).zero_()
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            out.backward()


def test_data_goes_unnoticed_as_in_pytorch() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    out = (x * x).sum()
    x.data.zero_()
    out.backward()
    assert x.grad.tolist() == [0.0, 0.0]


def test_a_change_nobody_saved_is_fine() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    h = x + 1
    h *= 3
    h.sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]


@pytest.mark.parametrize("value", [3.0, [3.0, 4.0]])
def test_a_leaf_that_learns_is_changed_only_under_no_grad(value: Any) -> None:
    w = lab.tensor(value, requires_grad=True)
    same = w
    with pytest.raises(RuntimeError, match="leaf Variable"):
        w -= 1
    with lab.no_grad():
        w -= 1
    assert w is same and w.requires_grad
    assert w.tolist() == (np.array(value) - 1).tolist()


def test_modes() -> None:
    x = lab.tensor(1.0, requires_grad=True)

    @lab.no_grad()
    def quiet() -> Any:
        return x * 2

    assert not quiet().requires_grad and (x * 2).requires_grad
    with lab.no_grad(), lab.enable_grad():
        assert (x * 2).requires_grad
    with lab.set_grad_enabled(False):
        assert not lab.is_grad_enabled()
    assert lab.is_grad_enabled()
    with pytest.raises(ValueError, match="stop"), lab.no_grad():
        raise ValueError("stop")
    assert lab.is_grad_enabled()


def test_one_threads_mode_is_no_others() -> None:
    seen: list[bool] = []
    with lab.no_grad():
        thread = threading.Thread(target=lambda: seen.append(lab.is_grad_enabled()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_numpy_functions_are_recorded() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    y = np.exp(x) * np.array([1.0, 2.0], np.float32)
    assert isinstance(y, lab.Variable)
    y.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.exp([1.0, 2.0]) * [1, 2], rtol=1e-6)
