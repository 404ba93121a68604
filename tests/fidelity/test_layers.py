"""What layers are made of, in nn.functional: linear, convolution, normalisation, dropout, embedding."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same, same, shown

F = "torch.nn.functional."

LINEAR = [
    "x, w, b = torch.tensor([1., 2.]), torch.arange(6.).reshape(3, 2), torch.tensor([1., 2., 3.])",
    "x, w, b = torch.ones(4, 2), torch.tensor([[1., 2.]]), torch.tensor([3.])",
    "x, w, b = torch.arange(12.).reshape(2, 3, 2), torch.arange(4.).reshape(2, 2), torch.tensor([1., -1.])",
    "x, w, b = torch.ones(2, 4).T, torch.ones(3, 2), torch.zeros(3)",
    "x, w, b = torch.ones(0, 2), torch.ones(3, 2), torch.zeros(3)",
    "x, w, b = torch.ones(2, 3), torch.ones(3, 2), torch.zeros(3)",
    "x, w, b = torch.ones(2, 2), torch.ones(2, 2), torch.zeros(3)",
    "x, w, b = torch.ones(2, 2).double(), torch.ones(2, 2), torch.zeros(2)",
    "x, w, b = torch.ones(2), torch.ones(2), torch.tensor(3.)",
]


def learning(made: list[str]) -> list[str]:
    return [f"{make}\nfor p in (x, w, b):\n    p.requires_grad_()" for make in made]


@pytest.mark.parametrize(
    "call", ["linear(x, w)", "linear(x, w, b)", "linear(x, weight=w, bias=b)", "linear(x, w, None)"]
)
def test_linear(call: str, torch: Any) -> None:
    all_same(shown(learning(LINEAR), [F + call], "x, w, b", named=False), torch)


NORMS = [
    "layer_norm(x, (3,))", "layer_norm(x, (3,), w, b)", "layer_norm(x, [3], weight=w)",
    "layer_norm(x, (3,), bias=b)",
    "layer_norm(x, (3,), eps=0.5)", "layer_norm(x, normalized_shape=(3,), weight=w, bias=b, eps=1e-5)",
    "layer_norm(x, (2, 3))", "layer_norm(x, x.shape)", "layer_norm(x, (2,))", "layer_norm(x, 3)",
    "layer_norm(x, (3,), torch.ones(2))",
]  # fmt: skip


@pytest.mark.parametrize("call", NORMS)
def test_layer_norm(call: str, torch: Any) -> None:
    more = ", torch.tensor([1., 2., 0.5]), torch.tensor([0., 1., -1.])"
    inputs = ["torch.tensor([[1., 2., 6.], [4., 0., 5.]])", "torch.tensor([1., 3., 8.])", "torch.ones(2, 3)",
              "torch.arange(12.).reshape(2, 2, 3) ** 2", "torch.tensor([[1., 4.], [2., 0.], [6., 5.]]).T",
              "torch.zeros(0, 3)", "torch.tensor([1, 2, 3])"]  # fmt: skip
    all_same(
        shown(learning([f"x, w, b = {x}{more}" for x in inputs]), [F + call], "x, w, b", named=False), torch
    )
    doubles = (
        "x, w, b = torch.tensor([[1., 2., 6.]]).double(), torch.ones(3).double(), torch.ones(3).double()"
    )
    all_same(shown(learning([doubles]), [F + call], "x, w, b", named=False), torch)


ONE_D = [
    "x, w, b = torch.tensor([[[1., 2., 3., 4., 5.]]]), torch.tensor([[[1., 0., -1.]]]), torch.tensor([1.])",
    "x, w, b = torch.arange(16.).reshape(2, 2, 4), torch.arange(8.).reshape(2, 2, 2), torch.tensor([1., 2.])",
    "x, w, b = torch.arange(8.).reshape(2, 4), torch.ones(3, 2, 1), torch.zeros(3)",
    "x, w, b = (t.double() for t in (torch.arange(10.).view(1, 2, 5), torch.ones(1, 2, 3), torch.ones(1)))",
    "x, w, b = torch.arange(8.).reshape(1, 4, 2).transpose(1, 2), torch.ones(2, 2, 2), torch.zeros(2)",
    "x, w, b = torch.ones(1, 2, 2), torch.ones(1, 2, 4), torch.zeros(1)",
    "x, w, b = torch.ones(1, 3, 4), torch.ones(1, 2, 2), torch.zeros(1)",
    "x, w, b = torch.ones(4), torch.ones(1, 1, 2), torch.zeros(1)",
    "x, w, b = torch.ones(0, 1, 4), torch.ones(1, 1, 2), torch.zeros(1)",
    "x, w, b = torch.arange(12.).reshape(1, 2, 6), torch.arange(4.).reshape(2, 1, 2), torch.tensor([0., 1.])",
]
TWO_D = [
    "x, w, b = torch.arange(16.).reshape(1, 1, 4, 4), torch.eye(2).reshape(1, 1, 2, 2), torch.tensor([1.])",
    "x, w, b = torch.arange(36.).reshape(1, 2, 3, 6), torch.arange(8.).view(1, 2, 2, 2), torch.ones(1)",
    "x, w, b = torch.arange(32.).reshape(2, 2, 2, 4), torch.ones(3, 2, 1, 2), torch.tensor([0., 1., 2.])",
    "x, w, b = torch.arange(9.).reshape(1, 3, 3), torch.ones(2, 1, 3, 3), torch.zeros(2)",
    "x, w, b = (t.double() for t in (torch.arange(9.).view(1, 3, 3), torch.ones(1, 1, 3, 2), torch.ones(1)))",
    "x, w, b = torch.arange(16.).reshape(1, 4, 2, 2), torch.arange(8.).reshape(4, 2, 1, 1), torch.zeros(4)",
    "x, w, b = torch.arange(12.).reshape(1, 1, 3, 4).transpose(2, 3), torch.ones(1, 1, 2, 2), torch.zeros(1)",
    "x, w, b = torch.ones(1, 1, 1, 1), torch.ones(1, 1, 3, 3), torch.zeros(1)",
    "x, w, b = torch.ones(1, 2, 4, 4), torch.ones(1, 1, 2, 2), torch.zeros(1)",
    "x, w, b = torch.ones(4, 4), torch.ones(1, 1, 2, 2), torch.zeros(1)",
    "x, w, b = torch.arange(18.).view(1, 2, 3, 3), torch.arange(8.).view(2, 1, 2, 2), torch.ones(2)",
]
CONVOLVED = ["", ", b", ", bias=b", ", stride=2", ", b, 2", ", b, 1, 1", ", padding=1",
             ", padding=2, stride=3",
             ", dilation=2", ", b, 1, 0, 2", ", groups=2", ", b, groups=2, padding=1", ", padding='same'",
             ", padding='valid'", ", padding='other'", ", b, stride=2, padding=1, dilation=2", ", stride=0",
             ", padding=-1", ", torch.ones(7)", ", padding='same', stride=2"]  # fmt: skip
TUPLES = [", stride=(2, 1)", ", padding=(1, 0)", ", dilation=(1, 2)", ", b, (1, 2), (0, 1), (2, 1)",
          ", stride=(1,)",
          ", padding=(0, 1), stride=[2, 2]"]  # fmt: skip


@pytest.mark.parametrize("options", CONVOLVED)
def test_conv1d(options: str, torch: Any) -> None:
    all_same(shown(learning(ONE_D), [f"{F}conv1d(x, w{options})"], "x, w, b", named=False), torch)


@pytest.mark.parametrize("options", CONVOLVED + TUPLES)
def test_conv2d(options: str, torch: Any) -> None:
    all_same(shown(learning(TWO_D), [f"{F}conv2d(x, w{options})"], "x, w, b", named=False), torch)


DROPPED = ["p=0.", "p=1.", "0.", "1.", "0.5, False", "p=0.5, training=False", "training=False",
           "p=1., training=True",
           "p=2.", "p=-0.1", "p=0., training=True", "0., True, False"]  # fmt: skip


@pytest.mark.parametrize("arguments", DROPPED)
def test_dropout(arguments: str, torch: Any) -> None:
    """Where chance decides nothing; what it drops is compared by what is kept: scaled, and as often."""
    made = ["x = torch.tensor([1., -2., 3.], requires_grad=True)", "x = torch.ones(2, 0, requires_grad=True)",
            "x = torch.tensor([[1., 2.], [3., 4.]]).T.requires_grad_()",
            "x = torch.tensor(2., requires_grad=True)",
            "x = torch.ones(2, dtype=torch.float64, requires_grad=True)"]  # fmt: skip
    all_same(shown(made, [f"{F}dropout(x, {arguments})"], named=False), torch)


def test_dropout_scales_what_it_keeps(torch: Any) -> None:
    for p in ("0.5", "0.75", "0.2"):
        same(
            f"""
torch.manual_seed(0)
x = torch.ones(10_000, requires_grad=True)
y = {F}dropout(x, {p})
y.sum().backward()
print(sorted(set(y.tolist())), bool((x.grad == y).all()), abs(y.mean().item() - 1) < 0.1)""",
            torch,
        )


SOFTENED = ["softmax(x, dim=0)", "log_softmax(x, dim=-1)", "softmax(x, -1)", "softmax(x, dim=1)",
            "normalize(x, dim=0)",
            "normalize(x, p=1., dim=0)", "cosine_similarity(x, x * 2, dim=0)", "logsigmoid(x)", "hardtanh(x)",
            "relu6(x)", "tanhshrink(x)", "softsign(x)", "pad(x, (1, 1))",
            "pad(x, (1, 2), value=5.)"]  # fmt: skip


@pytest.mark.parametrize("call", SOFTENED)
def test_other_functions(call: str, torch: Any) -> None:
    made = ["x = torch.tensor([1., -2., 3.], requires_grad=True)",
            "x = torch.tensor([[1., 2.], [3., 4.]]).double().requires_grad_()"]  # fmt: skip
    all_same(shown(made, [F + call], named=False), torch)


ATTENTION = [
    "q, k, v", "q, k, v, is_causal=True", "q, k, v, mask", "q, k, v, attn_mask=mask.double()", "q, k, v, scale=0.5",
    "q[0], k[0], v[0]", "q, k[:, :2], v", "q, k, v, mask, is_causal=True", "q, k, v, dropout_p=0.", "q, k.float(), v",
]  # fmt: skip


@pytest.mark.parametrize("call", ATTENTION)
def test_attention(call: str, torch: Any) -> None:
    made = """
torch.manual_seed(0)
q, k, v = (torch.randn(2, n, 4, dtype=torch.float64, requires_grad=True) for n in (3, 5, 5))
mask = torch.ones(3, 5).tril(1) > 0
"""
    all_same(shown([made], [f"{F}scaled_dot_product_attention({call})"], "q, k, v", named=False), torch)


POOLED = ["max_pool1d(x, 2)", "max_pool1d(x, 2, 1)", "max_pool1d(x, kernel_size=2, stride=2, padding=1)",
          "avg_pool1d(x, 2)", "max_pool2d(y, 2)", "max_pool2d(y, (1, 2))", "max_pool2d(y, 2, stride=1)",
          "avg_pool2d(y, 2)", "avg_pool2d(y, kernel_size=2, stride=1)", "max_pool2d(y, 2, padding=1)",
          "adaptive_avg_pool2d(y, 1)", "adaptive_avg_pool2d(y, (2, 1))"]  # fmt: skip


@pytest.mark.parametrize("call", POOLED)
def test_pooling(call: str, torch: Any) -> None:
    made = ["x = torch.tensor([[[1., 4., 2., 3.]]], requires_grad=True)\n"
            "y = torch.tensor([[[[1., 4., 2., 3.], [5., 0., 7., 7.]]]], requires_grad=True)"]  # fmt: skip
    all_same(shown(made, [F + call], "x, y", named=False), torch)
