"""Depth, memory, and other people's arrays: what a graph holds, and when it lets go of it."""

from __future__ import annotations

import gc
import tracemalloc
import weakref
from typing import Any

import numpy as np
import pytest

import autograd_lab as lab


def test_a_million_operations_one_after_the_other() -> None:
    """No recursion, neither in backward nor when the chain is dropped."""
    x = lab.tensor(1.0, dtype=lab.float64, requires_grad=True)
    z = x
    for _ in range(1_000_000):
        z = z * 1.000001
    z.backward()
    assert x.grad.item() == pytest.approx(1.000001**1_000_000)
    first = weakref.ref(z.grad_fn)
    del z
    assert first() is None


def graph() -> Any:
    """A small network, with everything that a graph may hold on to."""
    torch = lab
    x, w = torch.randn(4, 3), torch.randn(3, 2, requires_grad=True)
    b = torch.zeros(2, requires_grad=True)
    hidden = torch.relu(x @ w + b)
    hidden.retain_grad()
    hidden.register_hook(lambda g: g * 2)
    picked = hidden[torch.tensor([0, 0, 1])]
    picked[0] = 1.0
    return torch.cat([picked.softmax(1), hidden.tanh()]).sum(), hidden


@pytest.mark.parametrize("use", ["nothing", "backward", "create_graph", "failure"])
def test_dropping_the_result_frees_the_graph_at_once(use: str) -> None:
    """No reference cycle anywhere: the garbage collector has nothing to do."""
    graph()[0].backward()  # what is made on first use is made
    gc.collect()
    gc.disable()
    try:
        loss, hidden = graph()
        held = [weakref.ref(node) for node in lab.core.order.reachable([loss.grad_fn])[0]]
        held.append(weakref.ref(hidden))
        if use == "failure":
            with pytest.raises(RuntimeError):
                hidden + lab.ones(7, 8)
        elif use == "create_graph":  # by grad(): a .grad with a history would hold its leaf, as PyTorch warns
            lab.autograd.grad(loss, hidden, create_graph=True)
        elif use == "backward":
            loss.backward()
        del loss, hidden
        assert [ref() for ref in held if ref() is not None] == []
        assert gc.collect() == 0
    finally:
        gc.enable()


def train(rounds: int, total: Any = None) -> Any:
    w = lab.ones(20, requires_grad=True)
    x = lab.randn(20)
    for _ in range(rounds):
        loss = ((w * x).sum() - 1) ** 2
        if total is not None:
            total += loss
        w.grad = None
        loss.backward(retain_graph=total is not None)
        with lab.no_grad():
            w -= 1e-3 * w.grad
    return total


def held_by(action: Any) -> int:
    """How many more bytes are held after it than before."""
    tracemalloc.start()
    try:
        kept = action()  # what it returns is held while we look
        held = tracemalloc.get_traced_memory()[0]
        del kept
        return held
    finally:
        tracemalloc.stop()


def test_a_training_loop_of_10_000_rounds_holds_memory_flat() -> None:
    train(10)  # what is made once is made
    # Python itself keeps up to 2,000 freed tuples of a size; one small object a round would be a megabyte
    assert held_by(lambda: train(10_000)) < 300_000


def test_adding_up_losses_keeps_every_graph() -> None:
    """``total += loss`` holds on to all rounds, as in PyTorch; ``total += loss.item()`` is the cure."""
    train(10)
    leak = held_by(lambda: train(300, lab.zeros(())))
    assert leak > 10 * held_by(lambda: train(300))


def mlp(x: Any, w: Any, v: Any) -> Any:
    return ((x @ w).tanh() @ v).relu().mean()


def test_dask_arrays_flow_through_the_same_core() -> None:
    """An MLP's loss and gradients on chunks, worked out only when asked for, and equal."""
    da = pytest.importorskip("dask.array", reason="Dask is not installed: pip install dask")
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=shape) for shape in ((12, 3), (3, 5), (5, 2))]
    plain = [lab.tensor(a, requires_grad=k > 0) for k, a in enumerate(arrays)]
    loss = mlp(*plain)
    loss.backward()
    lazy = []
    for k, a in enumerate(arrays):
        x = lab.as_tensor(da.from_array(a, chunks=4 if k == 0 else -1))
        lazy.append(x.requires_grad_(k > 0))
    lazy_loss = mlp(*lazy)
    lazy_loss.backward()
    assert isinstance(lazy_loss.detach()._array, da.Array)
    assert float(lazy_loss.detach()._array.compute()) == pytest.approx(loss.item())
    for ours, theirs in zip(plain[1:], lazy[1:], strict=True):
        assert isinstance(theirs.grad._array, da.Array)
        np.testing.assert_allclose(ours.grad.numpy(), theirs.grad._array.compute())


class Counted(np.ndarray):
    """An array that notices being turned into a plain one: the core may not do that to what it was given."""


def test_an_array_of_another_class_stays_one() -> None:
    x = lab.as_tensor(np.ones(3).view(Counted)).requires_grad_()
    y = (x * 2).exp() + x.sin() / 3
    assert type(y._array) is Counted
    y.sum().backward()
    assert type(x.grad._array) is Counted
