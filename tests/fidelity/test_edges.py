"""Edges of the graph in the place of Variables: where gradients are asked for, and where they start."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same

MADE = """
edge = torch.autograd.graph.get_gradient_edge
class Two(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2, x * 3
    @staticmethod
    def backward(ctx, g, h):
        return g * 2 + h * 3
x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
a, b = Two.apply(y)
loss = (a * b).sum()
"""
CALLS = [
    "torch.autograd.grad(loss, edge(x))", "torch.autograd.grad(loss, [edge(y), x])", "torch.autograd.grad(loss, edge(a))",
    "torch.autograd.grad(loss, (edge(b), edge(a), b))", "torch.autograd.grad(edge(loss), x)",
    "torch.autograd.grad(edge(y), x, torch.ones(2))", "torch.autograd.grad(edge(y), x)",
    "torch.autograd.grad(edge(b), x, torch.ones(2))", "torch.autograd.grad([edge(a), loss], [edge(y)], [torch.ones(2), None])",
    "torch.autograd.grad(edge(y), x, torch.ones(3))", "torch.autograd.grad(edge(x), x, torch.ones(2))",
    "torch.autograd.grad(edge(y), edge(b), torch.ones(2))", "torch.autograd.grad(edge(y), edge(b), torch.ones(2), allow_unused=True)",
    "torch.autograd.grad(edge(y), edge(b), torch.ones(2), materialize_grads=True)",
    "torch.autograd.grad(loss, [edge(y), x], materialize_grads=True)",
    "torch.autograd.grad(loss, {'x': x, 'y': y})", "torch.autograd.grad(loss, {})", "torch.autograd.grad(loss, {'b': edge(b)})",
    "torch.autograd.grad(loss, __import__('types').MappingProxyType({'x': x}))",
    "torch.autograd.backward(loss, inputs=edge(x)), x.grad", "torch.autograd.backward(edge(loss)), x.grad",
    "torch.autograd.backward(loss, inputs=[edge(y)]), x.grad", "loss.backward(inputs={'x': x}), x.grad",
    "loss.backward(inputs=edge(x)), x.grad", "torch.autograd.backward([edge(a), edge(b)], [torch.ones(2)] * 2), x.grad",
    "edge(torch.ones(2))", "edge(a).output_nr, edge(b).output_nr, edge(b).node is edge(a).node, edge(x).output_nr",
    "y.retain_grad(), loss.backward(inputs=[edge(y)]), x.grad, y.grad",
    "torch.autograd.grad(edge(y), x, torch.ones(2), create_graph=True)[0].detach()",
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_an_edge(call: str, torch: Any) -> None:
    all_same([f"{MADE}print({call})"], torch, exact=True)


MANY = ["[x, torch.ones(2)], print", "[x, torch.ones(2)], print, mode='any'", "[x], print, mode='first'",
        "[], print", "[torch.ones(2)], print, mode='any'", "[x, y], print", "[y, x, a], print, mode='any'"]  # fmt: skip


@pytest.mark.parametrize("arguments", MANY)
def test_a_hook_of_many(arguments: str, torch: Any) -> None:
    code = f"h = torch.autograd.graph.register_multi_grad_hook({arguments})\nloss.backward()\nh.remove()"
    all_same([MADE + code], torch, exact=True)
