"""The backward pass: order, accumulation, freeing, and changes in place."""

from __future__ import annotations

import gc
import threading
import tracemalloc
import weakref
from typing import Any

import numpy as np
import pytest

import autograd_lab as lab
from autograd_lab.core.modes import local


class Ear:
    """Listens, and keeps what it heard of backward."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []

    def flow(self, node: Any, target: Any, upstream: Any, new: Any, total: Any) -> None:
        self.heard.append(("flow", node.name(), float(new), float(total)))

    def seed(self, root: Any, gradient: Any, targets: Any, storing: bool) -> None:
        self.heard.append(("seed", float(gradient)))

    def store(self, leaf: Any, total: Any) -> None:
        self.heard.append(("store", float(total)))

    def ended(self) -> None:
        pass


def test_each_contribution_is_announced_in_pytorchs_order() -> None:
    x = lab.tensor(3.0, requires_grad=True)
    y = x * x
    z = y + x
    ear = Ear()
    local.now.listener = ear  # type: ignore[assignment]
    try:
        z.backward()
    finally:
        local.now.listener = None
    assert ear.heard == [
        ("seed", 1.0), ("flow", "AddBackward0", 1.0, 1.0), ("flow", "AddBackward0", 1.0, 1.0),
        ("flow", "MulBackward0", 3.0, 4.0), ("flow", "MulBackward0", 3.0, 7.0), ("store", 7.0),
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


def test_a_failure_keeps_no_graph_alive() -> None:
    gc.collect()
    gc.disable()
    try:
        h = lab.tensor([1.0, 2.0], requires_grad=True).exp()
        with pytest.raises(RuntimeError, match="must match"):
            h + lab.ones(3)
        node = weakref.ref(h.grad_fn)
        del h
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


def test_x_times_x_sends_two_contributions_to_one_leaf() -> None:
    x = lab.tensor([3.0, 5.0], requires_grad=True)
    y = x * x
    assert [edge is x for edge in y.grad_fn.edges] == [True, True]
    y.sum().backward()
    assert x.grad.tolist() == [6.0, 10.0]


def test_a_leaf_is_stored_once_however_many_ways_lead_to_it() -> None:
    x = lab.tensor(2.0, requires_grad=True)
    out = x * x + x.exp() * x + 3 * x
    ear = Ear()
    local.now.listener = ear  # type: ignore[assignment]
    try:
        out.backward()
    finally:
        local.now.listener = None
    kinds = [what[0] for what in ear.heard]
    assert kinds.count("store") == 1 and kinds.index("store") > max(
        k for k, what in enumerate(ear.heard) if what[0] == "flow"
    )


def test_contributions_come_as_in_pytorch(torch: Any) -> None:
    """Which node runs when, seen by hooks there and by the listener here."""

    def graph(library: Any) -> Any:
        x = library.tensor(1.5, requires_grad=True)
        a = x.exp()
        b = a * x
        c = a.sin() + b
        return c * b + a

    theirs: list[str] = []

    def listen(node: Any, seen: set[Any]) -> None:
        if node is None or node in seen or node.name().endswith("AccumulateGrad"):
            return
        seen.add(node)
        node.register_prehook(lambda _: theirs.append(node.name()))
        for after, _ in node.next_functions:
            listen(after, seen)

    out = graph(torch)
    listen(out.grad_fn, set())
    out.backward()
    out, ear = graph(lab), Ear()
    local.now.listener = ear  # type: ignore[assignment]
    try:
        out.backward()
    finally:
        local.now.listener = None
    ours = [what[1] for what in ear.heard if what[0] == "flow"]
    assert list(dict.fromkeys(ours)) == list(dict.fromkeys(theirs))


def test_a_retained_gradient_is_its_own_and_accumulates() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    y.retain_grad()
    y.sum().backward(retain_graph=True)
    y.sum().backward()
    assert y.retains_grad and y.grad.tolist() == [2.0, 2.0]
    y.grad.zero_()
    assert x.grad.tolist() == [4.0, 4.0]


def test_grad_leaves_what_lies_behind_an_input_usable() -> None:
    x = lab.tensor(2.0, requires_grad=True)
    y = x * x
    assert lab.autograd.grad(y.exp(), y)[0].item() == pytest.approx(np.exp(4), rel=1e-5)
    y.backward()
    assert x.grad.item() == 4.0


def test_a_gradient_belongs_to_its_leaf_alone() -> None:
    """A sum sends one array to both its sides; neither may see what is done to the other's."""
    x, y = (lab.tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    seed = lab.tensor([1.0, 1.0])
    (x + y).backward(seed)
    x.grad += 1
    assert (y.grad.tolist(), seed.tolist()) == ([1.0, 1.0], [1.0, 1.0])


def test_create_graph_casts_between_dtypes() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    y = lab.tensor([3.0, 4.0], dtype=lab.float64)
    (first,) = lab.autograd.grad((x**3 * y).sum(), x, create_graph=True)
    (second,) = lab.autograd.grad(first.sum(), x)
    assert first.dtype == second.dtype == lab.float32
    assert second.tolist() == [18.0, 48.0]


def test_changes_in_place_follow_each_other() -> None:
    """Each reads what the one before it left, and keeps a copy where its rule needs it."""
    x = lab.tensor([2.0, 3.0], requires_grad=True)
    y = x * 2
    y += 3
    y *= x
    y /= 2
    y **= 2
    y.sum().backward()
    a = np.array([2.0, 3.0])
    inner = (2 * a + 3) * a / 2
    np.testing.assert_allclose(x.grad.numpy(), 2 * inner * (4 * a + 3) / 2)


def test_zero_on_a_gradient() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    for _ in range(2):
        (x * x).sum().backward()
        kept = x.grad
        assert kept.tolist() == [2.0, 4.0]
        kept.zero_()
    assert x.grad is kept and kept.tolist() == [0.0, 0.0]


def test_a_part_is_a_view() -> None:
    x = lab.zeros(2, 3)
    row, one = x[0], x[1, 2]
    row += 1
    one += 5
    assert x.tolist() == [[1.0, 1.0, 1.0], [0.0, 0.0, 5.0]]
    picked = x[[0, 1]]
    picked += 1
    assert x.tolist()[0] == [1.0, 1.0, 1.0]


def test_a_saved_value_changed_through_a_part_is_found() -> None:
    x = lab.ones(2, 2, requires_grad=True)
    out = (x * x).sum()
    with lab.no_grad():
        x[0, 0] = 5.0
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.backward()


def test_threads_build_and_differentiate_side_by_side() -> None:
    results: dict[int, float] = {}

    def work(k: int) -> None:
        x = lab.tensor(float(k), requires_grad=True, dtype=lab.float64)
        y = x
        for _ in range(200):
            y = y + x * x
        y.backward()
        results[k] = x.grad.item()

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {k: 1.0 + 400.0 * k for k in range(8)}


def test_a_listener_hears_only_its_own_thread() -> None:
    ear = Ear()
    local.now.listener = ear  # type: ignore[assignment]
    try:
        thread = threading.Thread(target=lambda: lab.ones(1, requires_grad=True).sum().backward())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Ear, "leaf", lambda *_: pytest.fail("heard another thread"), raising=False)
            thread.start()
            thread.join()
    finally:
        local.now.listener = None
    assert ear.heard == []


def test_numpy_functions_are_recorded() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    y = np.exp(x) * np.array([1.0, 2.0], np.float32)
    assert isinstance(y, lab.Variable)
    y.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.exp([1.0, 2.0]) * [1, 2], rtol=1e-6)


def test_what_a_hook_kept_is_not_what_grad_adds_to() -> None:
    x, kept = lab.tensor([1.0, 2.0], requires_grad=True), []
    x.register_hook(kept.append)
    for _ in range(2):
        x.sum().backward()
    assert [g.tolist() for g in kept] == [[1, 1], [1, 1]] and x.grad.tolist() == [2, 2]


def test_a_gradient_is_stored_without_a_copy_where_nobody_else_has_it() -> None:
    w = lab.ones(1_000_000, requires_grad=True)
    y = (w * lab.ones(1_000_000)).sum()
    tracemalloc.start()
    y.backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert w.grad.sum() == 1_000_000
    assert peak < 1.5 * w._array.nbytes  # a copy would make it 2
