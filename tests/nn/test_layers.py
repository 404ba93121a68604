"""Layers, activations and losses against PyTorch's: numbers, gradients, printing."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from autograd_lab import nn
from tests.fidelity.both import same

X = "torch.tensor([[-2., -0.5, 0.], [0.25, 1., 30.]])"
ACTIVATIONS = [
    "ReLU()", "ReLU(inplace=True)", "LeakyReLU()", "LeakyReLU(0.2)", "ELU()", "ELU(alpha=2.)", "GELU()",
    "GELU(approximate='tanh')", "SiLU()", "Softplus()", "Softplus(beta=2, threshold=10)", "Sigmoid()",
    "Tanh()", "Softmax(dim=1)", "Softmax(0)", "LogSoftmax(dim=-1)", "Identity()", "Identity(1, a=2)",
    "LogSigmoid()", "Hardtanh()", "Hardtanh(0., 2.)", "ReLU6()", "Softsign()", "Tanhshrink()",
    "Flatten()", "Flatten(0)", "Unflatten(1, (3, 1))", "Dropout2d(0.)", "Dropout2d(0.2).eval()",
    "Dropout(0.)", "Dropout(0.5).eval()",
]  # fmt: skip


@pytest.mark.parametrize("layer", ACTIVATIONS)
def test_activations(layer: str, torch: Any) -> None:
    code = f"""
layer = torch.nn.{layer}; x = {X}.requires_grad_(); y = layer(x.clone())
print(layer, list(layer.parameters())); print(y.detach())
(y * torch.arange(6.).reshape(y.shape)).sum().backward(); print(x.grad)
"""
    same(code, torch)


NUMBERS = "torch.tensor([[0.25, 0.5], [1., 0.]])"
LOSSES = {
    "MSELoss": [(NUMBERS, "", "reduction='sum'", "reduction='none'")],
    "L1Loss": [(NUMBERS, "", "reduction='sum'", "reduction='none'")],
    "HuberLoss": [(NUMBERS, "", "reduction='sum', delta=0.5", "reduction='none'")],
    "SmoothL1Loss": [(NUMBERS, "", "reduction='sum', beta=0.5", "beta=0.")],
    "KLDivLoss": [
        (NUMBERS, "", "reduction='sum'", "reduction='batchmean'", "reduction='none'", "log_target=True"),
    ],
    "CrossEntropyLoss": [
        ("torch.tensor([1, 0])", "", "reduction='sum'", "reduction='none'", "weight=torch.tensor([1., 3.])",
         "ignore_index=0", "label_smoothing=0.1", "torch.tensor([1., 3.])"),
        (NUMBERS, ""),
    ],
    "NLLLoss": [("torch.tensor([1, 0])", "", "weight=torch.tensor([1., 3.])", "ignore_index=1")],
    "BCELoss": [(NUMBERS, "", "weight=torch.tensor([1., 3.])", "reduction='sum'")],
    "BCEWithLogitsLoss": [
        (NUMBERS, "", "pos_weight=torch.tensor([1., 3.])", "weight=torch.tensor([1., 3.])",
         "reduction='none'"),
    ],
}  # fmt: skip
CASES = [(name, target, o) for name, cases in LOSSES.items() for target, *options in cases for o in options]


@pytest.mark.parametrize(("name", "target", "options"), CASES)
def test_losses(name: str, target: str, options: str, torch: Any) -> None:
    given = "x.sigmoid()" if name == "BCELoss" else "x"
    code = f"""
loss = torch.nn.{name}({options}); x = torch.tensor([[0.5, -1.], [2., 0.1]], requires_grad=True)
y = loss({given}, {target}); print(loss, y.detach(), list(loss.state_dict()))
y.sum().backward(); print(x.grad)
print(torch.equal(loss(input={given}, target={target}), y))
"""
    same(code, torch)


LAYERS = [
    ("Linear(3, 2)", "torch.randn(4, 3)"),
    ("Linear(3, 2, bias=False)", "torch.randn(3)"),
    ("Linear(3, 1, dtype=torch.float64)", "torch.randn(2, 4, 3, dtype=torch.float64)"),
    ("Linear(40, 30)", "torch.ones(2, 40)"),
    ("Conv1d(2, 4, 3)", "torch.randn(2, 2, 8)"),
    ("Conv1d(2, 4, 3, stride=2, padding=1, dilation=2, groups=2, bias=False)", "torch.randn(2, 2, 9)"),
    ("Conv1d(1, 1, 3, padding='same')", "torch.randn(1, 1, 6)"),
    ("Conv2d(1, 2, 3)", "torch.randn(2, 1, 5, 5)"),
    ("Conv2d(2, 2, (1, 3), stride=(2, 1), padding=(0, 1))", "torch.randn(2, 2, 5, 4)"),
    ("Conv2d(2, 2, 3, padding='valid')", "torch.randn(1, 2, 4, 4)"),
    ("LayerNorm(3)", "torch.randn(4, 3)"),
    ("LayerNorm([2, 3], eps=0.1)", "torch.randn(4, 2, 3)"),
    ("LayerNorm(3, bias=False)", "torch.randn(4, 3)"),
    ("LayerNorm((3,), elementwise_affine=False)", "torch.randn(4, 3)"),
    ("Embedding(5, 3)", "torch.tensor([[1, 2], [4, 1]])"),
    ("Embedding(5, 3, padding_idx=-4)", "torch.tensor([0, 1, 1, 4])"),
]


@pytest.mark.parametrize(("layer", "x"), LAYERS)
def test_layers(layer: str, x: str, torch: Any) -> None:
    code = f"""
torch.manual_seed(3); layer = torch.nn.{layer}; x = {x}
print(layer); print(layer.state_dict())
y = layer(x); print(y.shape, y.detach())
if y.requires_grad: y.pow(2).sum().backward()
for name, p in layer.named_parameters(): print(name, p.grad)
layer.reset_parameters(); print(layer.state_dict())
"""
    same(code, torch)


BATCHES = [
    ("BatchNorm1d(2)", "4, 2"),
    ("BatchNorm1d(2, eps=0.1, momentum=0.3)", "4, 2, 3"),
    ("BatchNorm1d(2, affine=False)", "4, 2"),
    ("BatchNorm1d(2, bias=False)", "4, 2"),
    ("BatchNorm2d(2, momentum=None)", "3, 2, 4, 4"),
    ("BatchNorm2d(2, track_running_stats=False)", "3, 2, 4, 4"),
]


@pytest.mark.parametrize(("layer", "shape"), BATCHES)
def test_batch_norm_remembers_what_it_saw(layer: str, shape: str, torch: Any) -> None:
    code = f"""
torch.manual_seed(3); layer = torch.nn.{layer}.double(); print(layer)
for mode in (True, True, False):
    layer.train(mode); x = torch.randn({shape}, dtype=torch.float64, requires_grad=True)
    y = layer(x); print(y); layer.zero_grad()
    (y * torch.arange(1., 1 + y.numel()).double().view(y.shape)).sum().backward()
    print(x.grad, [p.grad for p in layer.parameters()], layer.state_dict())
layer.reset_parameters(); print(layer.state_dict())
"""
    same(code, torch)


POOLS = [
    "MaxPool2d(2)", "MaxPool2d((2, 3), stride=1)", "MaxPool2d(3, 2, padding=1)",
    "MaxPool2d(2, ceil_mode=True)",
    "MaxPool2d(3, 3, 1, ceil_mode=True)", "MaxPool2d(2, stride=3, ceil_mode=True)",
    "MaxPool2d(2, 1, dilation=2)",
    "AvgPool2d(2)", "AvgPool2d(3, stride=1, padding=1)", "AvgPool2d((2, 1))", "AdaptiveAvgPool2d(1)",
    "AdaptiveAvgPool2d((2, 3))", "AdaptiveAvgPool2d((None, 2))",
]  # fmt: skip
ROWS = ["MaxPool1d(2)", "MaxPool1d(3, 2, 1)", "AvgPool1d(2)", "AvgPool1d(3, stride=1, padding=1)",
        "MaxPool1d(2, ceil_mode=True)"]  # fmt: skip


@pytest.mark.parametrize("layer", POOLS + ROWS)
def test_pooling(layer: str, torch: Any) -> None:
    shape = "2, 3, 5, 7" if layer in POOLS else "2, 3, 7"
    code = f"""
torch.manual_seed(3); layer = torch.nn.{layer}
x = torch.randn({shape}, dtype=torch.float64, requires_grad=True); y = layer(x)
print(layer, y.shape, y.detach()); (y * y).sum().backward(); print(x.grad)
"""
    same(code, torch)


def test_channels_are_dropped_as_pytorch_drops_them(torch: Any) -> None:
    same("torch.manual_seed(0); print(torch.nn.Dropout2d(0.4)(torch.ones(2, 5, 1, 2)))", torch)
    same("torch.manual_seed(0); print(torch.nn.functional.dropout2d(torch.ones(3, 4), 0.5))", torch)


def test_dropout_drops_what_pytorch_drops(torch: Any) -> None:
    same("torch.manual_seed(0); print(torch.nn.Dropout(0.3)(torch.ones(40)))", torch)
    same("print(torch.nn.Dropout(1.)(torch.ones(2)))", torch)


REFUSED = [
    "ReLU(1, 2)", "ReLU(slope=1)", "Dropout(2)", "Dropout(-0.1)", "Conv2d(3, 4, 3, groups=2)", "Linear(3)",
    "Conv1d(1, 1, 3, padding='all')", "Conv1d(1, 1, 3, stride=2, padding='same')",
    "Conv1d(2, 2, 1, groups=0)", "Embedding(3, 2, padding_idx=3)", "Embedding(3, 2, padding_idx=-4)",
    "Linear(2, 1)(torch.ones(3))", "BatchNorm1d(3)(torch.ones(3))", "BatchNorm1d(3)(torch.ones(1, 3))",
    "BatchNorm2d(3)(torch.ones(2, 3))", "BatchNorm1d(3)(torch.ones(2, 4))", "MaxPool2d()",
    "MaxPool2d(2)(torch.ones(2))",
    "MaxPool2d(2, padding=2)(torch.ones(1, 4, 4))", "Unflatten(0)", "Dropout2d(2.)",
]  # fmt: skip


@pytest.mark.parametrize("code", REFUSED)
def test_refused_as_in_pytorch(code: str, torch: Any) -> None:
    same(f"torch.nn.{code}", torch)


def test_classes_made_from_data_say_what_they_take() -> None:
    assert str(inspect.signature(nn.LeakyReLU)) == "(negative_slope=0.01, inplace=False)"
    assert nn.LeakyReLU.__module__ == "autograd_lab.nn" and "negative_slope" in nn.LeakyReLU.__doc__
