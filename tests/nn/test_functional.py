"""The table's entries for networks: each derivative by finite differences; names and errors as in PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lab as lab
from autograd_lab import nn
from autograd_lab.autograd import forward_ad
from autograd_lab.core.op import TABLE, Op
from autograd_lab.nn import rules
from tests.fidelity.both import all_same, same, shown

RNG = np.random.default_rng(3)


def some(*shape: int) -> Any:
    """Numbers on both sides of 0, none of them at a kink."""
    return RNG.uniform(0.3, 0.9, shape) * RNG.choice([-1.0, 1.0], shape)


def chances(*shape: int) -> Any:
    return RNG.uniform(0.2, 0.8, shape)


REDUCTIONS = ("mean", "sum", "none")
PAIRS = [(3 * some(2, 3), 3 * some(2, 3)), (some(), 3 * some())]
CLASSES = (np.arange(4), np.array([0, 2, 2, 1]))
WEIGHT = np.array([1.0, 2.0, 0.0, 0.5])
NLL = [{"place": CLASSES, "factor": factor, "total": total}
       for factor, total in [(None, 4), (None, None), (WEIGHT, 3.5), (WEIGHT, None)]]  # fmt: skip
FIRST, SECOND = np.ogrid[:2, :2]
IMAGE = {"place": (FIRST, np.array([[0, 1], [2, 2]]), SECOND), "factor": None, "total": 4}
ROW = rules.Window((2,), (2,), ((1, 0),), (2,))
PLANE = rules.Window((2, 3), (1, 2), ((0, 1), (1, 1)), (1, 1))
Samples = list[tuple[tuple[Any, ...], dict[str, Any]]]
SAMPLES: dict[str, Samples] = {
    "logsigmoid": [((some(2, 3),), {})],
    "hardtanh": [((2 * some(2, 3),), {"min_val": -1.0, "max_val": 0.9})],
    "mse_loss": [(pair, {"reduction": r}) for pair in PAIRS for r in REDUCTIONS],
    "huber_loss": [(pair, {"reduction": r, "delta": 1.3}) for pair in PAIRS for r in REDUCTIONS],
    "smooth_l1_loss": [(pair, {"reduction": r, "beta": 1.3}) for pair in PAIRS for r in REDUCTIONS],
    "binary_cross_entropy": [((chances(2, 3), chances(2, 3)), {"weight": w, "reduction": r})
                             for w in (None, chances(2, 3)) for r in REDUCTIONS],
    "binary_cross_entropy_with_logits": [
        ((some(2, 3), chances(2, 3)), {"weight": w, "pos_weight": p, "reduction": r})
        for w, p in ((None, 1), (chances(2, 3), chances(2, 3))) for r in REDUCTIONS],
    "nll_loss": [*[((some(4, 3),), params) for params in NLL], ((some(2, 3, 2),), IMAGE)],
    "nll_loss_backward": [((some(*[4] * (params["total"] is None)),), {"to": (4, 3), **params})
                          for params in NLL],
    "layer_norm": [((some(2, 3), some(3), some(3)), {"dim": (1,), "eps": 0.1}),
                   ((some(2, 3, 2), some(3, 2), None), {"dim": (1, 2), "eps": 1e-5})],
    "batch_norm": [((some(4, 3), some(3), some(3)), {"dim": (0,), "eps": 0.1, "stats": None}),
                   ((some(2, 3, 4), some(3), None), {"dim": (0, 2), "eps": 0.1, "stats": None})],
    "addmm": [((some(4), some(2, 3), some(3, 4)), {}), ((some(1), some(2, 3), some(3, 4)), {})],
    "embedding": [((some(4, 3),), {"indices": np.array([[0, 2], [2, 2]]), "padding_idx": None}),
                  ((some(4, 3),), {"indices": np.array([1, 2, 2]), "padding_idx": 0})],
    "constant_pad_nd": [((some(2, 3),), {"margins": ((1, 2),), "value": 5.0}),
                        ((some(2, 3),), {"margins": ((-1, 1), (2, -1)), "value": 0})],
    "unfold": [((some(2, 3, 6),), {"window": ROW}), ((some(1, 2, 3, 4),), {"window": PLANE})],
    "fold": [((some(2, 6, 3),), {"to": (2, 3, 6), "window": ROW})],
    "convolution": [((some(2, 2, 6), some(4, 1, 2), some(4)), {"window": ROW, "groups": 2}),
                    ((some(2, 2, 3, 4), some(3, 2, 2, 3), None), {"window": PLANE, "groups": 1})],
    "conv_transpose": [((some(2, 4, 3), some(4, 1, 2), some(2)),
                        {"window": ROW, "groups": 2, "to": (2, 2, 6)}),
                       ((some(2, 3, 2, 2), some(3, 2, 2, 3), None),
                        {"window": PLANE, "groups": 1, "to": (2, 2, 2, 3)})],
    "max_pool2d": [((some(2, 4, 5),), {"window": PLANE})],
    "avg_pool2d": [((some(*n, 2, 4, 5),), {"window": PLANE}) for n in ((), (1,))],
    "adaptive_avg_pool2d": [((some(2, 4, 5),), {"size": (3, 2)})],
}  # fmt: skip
CASES = [(TABLE[name], *case) for name, cases in SAMPLES.items() for case in cases]
EACH = pytest.mark.parametrize(("op", "inputs", "params"), CASES, ids=[case[0].name for case in CASES])


def test_no_entry_is_without_samples() -> None:
    ours = {op.name for op in TABLE.values() if op.vjp and op.vjp[0].run.__module__ == rules.__name__}
    assert ours == set(SAMPLES)


def leaves(inputs: Any, dtype: Any = np.float64) -> list[Any]:
    return [x if x is None else lab.tensor(np.asarray(x, dtype), requires_grad=True) for x in inputs]


def learning(xs: list[Any]) -> list[Any]:
    return [x for x in xs if x is not None]


def moved(inputs: Any, directions: Any, step: float) -> list[Any]:
    return [x if x is None else x + step * v for x, v in zip(inputs, directions, strict=True)]


def slope(function: Any, step: float) -> Any:
    return (function(step) - function(-step)) / (2 * step)


@EACH
def test_gradients_against_finite_differences(op: Op, inputs: Any, params: Any) -> None:
    """Each input alone: ⟨u, how fast the output moves along v⟩ = ⟨gradient, v⟩; so too in forward mode."""
    xs = leaves(inputs)
    out = op(*xs, **params)
    u = lab.tensor(some(*out.shape))
    out.backward(u)
    for k, x in enumerate(inputs):
        if x is None:
            continue
        directions = [v if v is None else some(*np.shape(v)) * (j == k) for j, v in enumerate(inputs)]

        def value(step: float, directions: Any = directions) -> Any:
            result = op.forward(*moved(inputs, directions, step), **params)
            return np.sum(u.numpy() * (result[0] if op.extras else result))

        expected = slope(value, 1e-6)
        assert xs[k].grad.shape == xs[k].shape
        assert np.sum(xs[k].grad.numpy() * directions[k]) == pytest.approx(expected, rel=1e-6, abs=1e-8)
        with forward_ad.dual_level():
            duals = [x if x is None else x.detach() for x in xs]
            duals[k] = forward_ad.make_dual(duals[k], lab.tensor(np.asarray(directions[k])))
            tangent = forward_ad.unpack_dual(op(*duals, **params)).tangent
            assert tangent.shape == out.shape
            assert (tangent * u).sum().item() == pytest.approx(expected, rel=1e-6, abs=1e-8)


@EACH
def test_second_order_against_finite_differences(op: Op, inputs: Any, params: Any) -> None:
    """Along random directions of the inputs, and of the upstream gradient too."""
    shape = op(*leaves(inputs), **params).shape
    u, turn = some(*shape), some(*shape)
    directions = [v if v is None else some(*np.shape(v)) for v in inputs]
    weights = [lab.tensor(some(*np.shape(x))) for x in inputs if x is not None]

    def total(xs: list[Any], upstream: Any) -> Any:
        first = lab.autograd.grad(op(*xs, **params), learning(xs), upstream, create_graph=True)
        return sum((g * w).sum() for g, w in zip(first, weights, strict=True))

    xs, upstream = leaves(inputs), lab.tensor(np.asarray(u), requires_grad=True)
    second = lab.autograd.grad(total(xs, upstream), [*learning(xs), upstream], allow_unused=True)
    found = sum(
        np.sum(g.numpy() * v)
        for g, v in zip(second, [*learning(directions), turn], strict=True)
        if g is not None
    )

    def value(step: float) -> Any:
        return total(leaves(moved(inputs, directions, step)), lab.tensor(np.asarray(u + step * turn))).item()

    assert found == pytest.approx(slope(value, 1e-5), rel=1e-5, abs=1e-7)


@EACH
def test_gradients_of_float32_are_float32(op: Op, inputs: Any, params: Any) -> None:
    """And the same whether or not they are recorded."""
    single = {name: value.astype(np.float32) if getattr(value, "dtype", None) == np.float64 else value
              for name, value in params.items()}  # fmt: skip
    plain, recorded = leaves(inputs, np.float32), leaves(inputs, np.float32)
    out = op(*plain, **single)
    out.backward(lab.ones_like(out))
    again = lab.autograd.grad(
        op(*recorded, **single), learning(recorded), lab.ones_like(out), create_graph=True
    )
    assert out.dtype == lab.float32
    for x, g in zip(learning(plain), again, strict=True):
        assert x.grad.dtype == g.dtype == lab.float32
        np.testing.assert_allclose(x.grad.numpy(), g.detach().numpy(), rtol=1e-5, atol=1e-6)


# -------------------------------------------------------------------- beside PyTorch
F = "torch.nn.functional."
IMAGES = ["x = torch.arange(32.).reshape(1, 2, 4, 4).requires_grad_()"]
PLANES = [
    "max_pool2d(x, 3, 1, 1)", "max_pool2d(x, 2, dilation=2)", "max_pool2d(x[0], 2, stride=(1, 2))",
    "avg_pool2d(x, 2)", "avg_pool2d(x, 3, 2, 1)", "avg_pool2d(x[0], (2, 1), 1, (1, 0))",
    "adaptive_avg_pool2d(x, (3, 2))", "adaptive_avg_pool2d(x, 1)", "adaptive_avg_pool2d(x[0], (None, 3))",
    "pad(x, (1, 2))", "pad(x, (1, 2, 0, -1), value=3.)", "pad(x, (1, 2, 3, 0), mode='reflect')",
    "pad(x, (1, 2, 3, 0), mode='replicate')", "pad(x, (1, 2, 3, 0), 'circular')",
    "conv2d(x, torch.ones(3, 2, 2, 2))", "conv2d(x, torch.ones(3, 2, 3, 3), padding='same')", "normalize(x)",
    "cosine_similarity(x, x.detach()[..., :1])", "max_pool1d(x[0], 2)", "avg_pool1d(x[0], 3, 1, 1)",
    "softsign(x)", "tanhshrink(x / 9)", "linear(x, torch.ones(3, 4), torch.ones(3))", "dropout(x, 0.)",
]  # fmt: skip


@pytest.mark.parametrize("call", PLANES)
def test_on_images(call: str, torch: Any) -> None:
    all_same(shown(IMAGES, [F + call], named=False), torch)


NODES = [
    "mse_loss(x, y)", "l1_loss(x, y)", "smooth_l1_loss(x, y)", "huber_loss(x, y)",
    "binary_cross_entropy(x, y)", "binary_cross_entropy_with_logits(x, y)", "cross_entropy(x, c)",
    "nll_loss(x, c)", "layer_norm(x, (2,))", "linear(x, w)", "linear(x, w, y[0])", "linear(x[None], w, y[0])",
    "linear(x[0], w, y[0])", "embedding(c, x)", "conv1d(x[None], y[None])", "max_pool2d(x[None], 1)",
    "avg_pool2d(x[None], 1)", "max_pool1d(x, 1)", "adaptive_avg_pool2d(x[None], 1)",
    "adaptive_avg_pool2d(x[None], 2)", "pad(x, (1, 1))", "logsigmoid(x)", "relu6(x)", "hardtanh(x)",
    "softmax(x, 1)", "log_softmax(x, 1)", "relu(x)", "silu(x)", "gelu(x)", "softplus(x)", "tanh(x)",
    "sigmoid(x)", "leaky_relu(x)", "elu(x)", "dropout(x, 0.5)", "dropout(x, 1.)", "normalize(x)",
    "tanhshrink(x)",
]  # fmt: skip


@pytest.mark.parametrize("call", NODES)
def test_nodes_are_named_as_in_pytorch(call: str, torch: Any) -> None:
    code = f"""
x = torch.tensor([[0.25, 0.5], [0.75, 0.125]], requires_grad=True)
y = torch.tensor([[0.5, 0.25], [0.5, 0.75]])
c, w = torch.tensor([1, 0]), torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)
out = {F}{call}; node = out.grad_fn
print(node.name(), [n and n.name() for n, _ in node.next_functions])
"""
    same(code, torch)


INPLACE = ["relu", "leaky_relu", "elu", "silu", "hardtanh", "relu6"]


@pytest.mark.parametrize("name", INPLACE)
def test_in_place(name: str, torch: Any) -> None:
    made = f"""
x = torch.tensor([-2., 0.5, 8.], requires_grad=True); h = x * 1; y = {F}{name}(h, inplace=True)
print(y is h, h.detach()); (h * h).sum().backward(); print(x.grad)
"""
    same(made, torch)
    same(f"{F}{name}(torch.ones(2, requires_grad=True), inplace=True)", torch)


def test_dropout_in_place(torch: Any) -> None:
    code = f"""
torch.manual_seed(4); x = torch.ones(9, requires_grad=True); h = x * 1
y = {F}dropout(h, 0.4, inplace=True); print(y is h, h.detach()); y.sum().backward(); print(x.grad)
print({F}dropout(x, 0.3, False) is x)
"""
    same(code, torch)


REFUSED = [
    "one_hot(torch.tensor([0.]))", "one_hot(torch.tensor([-1]))", "one_hot(torch.tensor([3]), 2)",
    "one_hot(torch.zeros(0, dtype=torch.int64))", "embedding(torch.tensor([4]), w)",
    "embedding(torch.tensor([-1]), w)", "embedding(torch.tensor([1.]), w)",
    "embedding(torch.tensor([1]), w, 5)", "embedding(torch.tensor([1]), w[0])", "embedding(1, w)",
    "dropout(w, 2.)", "max_pool2d(w, 2)", "max_pool2d(w[None], 5)", "max_pool2d(w[None], 2, padding=2)",
    "max_pool2d(w[None], (2, 2, 2))", "max_pool2d(w[None], 2, 0)", "pad(w, (1,))", "pad(w, (1,) * 6)",
    "pad(w, (-3, 0))", "pad(w, (1, 1), 'other')", "pad(w, (3, 0), 'reflect')", "gelu(w, approximate='x')",
    "hardtanh(w, 2., 1.)", "relu(1.)", "relu(torch.tensor([True]))", "elu(torch.tensor([1]))",
    "softplus(torch.tensor([1]))", "gelu(torch.tensor([1]))", "linear(w, torch.ones(3))",
    "linear(torch.tensor(1.), w)", "linear(w, torch.ones(1, 2, 2))",
    "linear(w, torch.ones(4, 2), torch.ones(3))", "layer_norm(w, ())",
    "layer_norm(w, (2,), torch.ones(2).double())", "huber_loss(w, w, delta=0)",
    "smooth_l1_loss(w, w, beta=-1.)", "mse_loss(w, 1.)", "binary_cross_entropy(w, w[0])",
    "binary_cross_entropy(w + 1, w)", "conv1d(w[None], torch.ones(1, 4, 2), groups=0)", "conv1d(w, w)",
]  # fmt: skip


@pytest.mark.parametrize("call", REFUSED)
def test_refused_as_in_pytorch(call: str, torch: Any) -> None:
    same(f"w = torch.rand(4, 2)\nprint({F}{call})", torch)


def test_one_hot_and_embedding(torch: Any) -> None:
    calls = ["one_hot(c)", "one_hot(c, 4)", "one_hot(c[:, None])", "embedding(c, torch.eye(3))",
             "embedding(c[None], torch.eye(3))", "embedding(c[0], torch.eye(3))"]  # fmt: skip
    all_same([f"c = torch.tensor([0, 2, 1])\nprint({F}{call})" for call in calls], torch)


def test_backward_twice_gives_the_same() -> None:
    """What a loss saved, its backward pass leaves alone."""
    x = lab.tensor(some(4, 3), requires_grad=True)
    loss = nn.functional.cross_entropy(x, lab.tensor([0, 2, 1, 1]))
    loss.backward(retain_graph=True)
    first = x.grad.clone()
    loss.backward()
    assert (x.grad == 2 * first).all()


def test_a_change_of_what_was_saved_is_noticed() -> None:
    x, w = lab.ones(1, 1, 4, requires_grad=True), lab.ones(1, 1, 2, requires_grad=True)
    h = x * 1
    out = nn.functional.conv1d(h, w, padding=1)
    h += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.sum().backward()


def test_a_node_knows_the_line_that_the_user_wrote() -> None:
    x = lab.tensor([[0.5, 0.25]], requires_grad=True)
    for out in (
        nn.functional.l1_loss(x, x.detach()),
        nn.functional.relu(x),
        nn.Tanh()(x),
        nn.functional.normalize(x),
    ):
        assert out.grad_fn.code.co_filename == __file__
