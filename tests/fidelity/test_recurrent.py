"""Recurrent layers and cells: the same numbers from the same seed, forward and backward.

Worked out in float64, as PyTorch fuses them and adds in another order: in float32 the last digit shows it.
"""

from __future__ import annotations

from typing import Any

import pytest

from .both import same

TAIL = """
for name, p in m.named_parameters():
    print(name, p.shape, p.grad)
print(x.grad, m, list(m.state_dict()))"""

LAYERS = [
    "RNN(2, 3)", "RNN(2, 3, 2, 'relu')", "RNN(2, 3, nonlinearity='relu', bias=False)", "LSTM(2, 3)", "GRU(2, 3)",
    "LSTM(2, 3, 2, batch_first=True)", "GRU(2, 3, num_layers=2, bidirectional=True)",
    "LSTM(2, 3, bidirectional=True, bias=False)", "GRU(2, 3, 2, False, True, 0.0, True)",
    "LSTM(2, 3, dtype=torch.float64).float()", "GRU(2, 3, num_layers=2, dropout=0.5).eval()",
]  # fmt: skip


@pytest.mark.parametrize("shape", ["4, 5, 2", "5, 2", "2, 1, 2"])
@pytest.mark.parametrize("layer", LAYERS)
def test_layer(layer: str, shape: str, torch: Any) -> None:
    code = f"""torch.manual_seed(0)
m = torch.nn.{layer}
print(list(m.parameters()))
m.double()
x = torch.randn({shape}).double().requires_grad_()
out, h = m(x)
print(out.shape, out.detach(), [v.detach() for v in h])
(out ** 2).sum().backward()"""
    same(code + TAIL, torch)


@pytest.mark.parametrize("layer", ["RNN(2, 3, 2)", "LSTM(2, 3, 2)", "GRU(2, 3, 2)"])
def test_starting_state(layer: str, torch: Any) -> None:
    state = "(h, h * 2)" if layer.startswith("LSTM") else "h"
    code = f"""torch.manual_seed(1)
m = torch.nn.{layer}.double()
x = torch.randn(3, 4, 2).double().requires_grad_()
h = torch.randn(2, 4, 3).double().requires_grad_()
out, last = m(x, {state})
m.flatten_parameters()
(out.sum() + (last[0] ** 2).sum()).backward()
print(h.grad)"""
    same(code + TAIL, torch)


@pytest.mark.parametrize("shape", ["4, 2", "2"])
@pytest.mark.parametrize(
    "cell",
    ["RNNCell(2, 3)", "RNNCell(2, 3, False, 'relu')", "LSTMCell(2, 3)", "GRUCell(2, 3)", "GRUCell(2, 3, bias=False)"],
)  # fmt: skip
def test_cell(cell: str, shape: str, torch: Any) -> None:
    code = f"""torch.manual_seed(2)
m = torch.nn.{cell}
print(list(m.parameters()))
m.double()
x = torch.randn({shape}).double().requires_grad_()
out = m(x, m(x))
print([v.detach() for v in out])
h = out[0] if isinstance(out, tuple) else out
(h ** 2).sum().backward()
print(m.bias, getattr(m, 'bias_ih').__class__.__name__)"""
    same(code + TAIL, torch)


@pytest.mark.parametrize(
    "call",
    [
        "RNN(0, 3)", "RNN(2, 0)", "GRU(2, 3, 0)", "LSTM(2, 3, dropout=2.0)", "RNN(2, 3, nonlinearity='sin')",
        "RNN(2, 3)(torch.ones(2))", "LSTM(2, 3)(torch.ones(1, 1, 1, 2))", "GRU(2, 3)(torch.ones(4, 5, 3))",
        "GRU(2, 3)(torch.ones(4, 5, 2), torch.ones(1, 4, 3))", "LSTM(2, 3)(torch.ones(4, 2), (torch.ones(1, 4, 3),) * 2)",
        "RNNCell(2, 3)(torch.ones(1, 1, 2))", "GRUCell(2, 3)(torch.ones(4, 3))", "RNNCell(2, 3, True, 'sin')(torch.ones(2))",
        "LSTMCell(2, 3)(torch.ones(4, 2), (torch.ones(4, 2), torch.ones(4, 2)))",
    ],
)  # fmt: skip
def test_misuse(call: str, torch: Any) -> None:
    same(f"torch.nn.{call}", torch)
