"""What a backward pass lets go of: where PyTorch refuses to run back a second time, so do we."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same

OF_X = [
    # what picks by an index or a condition saves it
    "x[[0, 0]]", "x[x > 0]", "x[0]", "x[:, 1:]", "x.gather(1, k)", "x.index_select(0, torch.tensor([0, 0]))",
    "x.masked_select(x > 0)", "torch.where(x > 0, x, x)", "x.masked_fill(x > 0, 1.)",
    "torch.take_along_dim(x, k, 1)", "x.index_add(0, k[0], x[:1])", "x.index_copy(0, k[0], x[:1])",
    "x.index_fill(0, k[0], 1.)", "x.index_put((k[0],), x[:1])", "torch.zeros(2, 3).scatter_add(1, k, x[:, :1])",
    "torch.nn.functional.embedding(k, x)", "torch.nn.functional.nll_loss(x, k[:, 0])",
    "torch.nn.functional.avg_pool2d(x[None], 2)",
    # what multiplies saves its factors; what adds saves nothing
    "x + x", "x.add(x, alpha=2)", "x.sub(x, alpha=2)", "x * 2", "x / 2", "x - 2", "x.lerp(x, 0.5)", "x.lerp(x, x)",
    "torch.einsum('ij->ji', x)", "torch.einsum('ij,ij->', x, x)", "torch.addcmul(x, x, x)", "-x", "x.sum(0)",
]  # fmt: skip
CHANGED = [
    "y[0] = x[-1]", "y[:, 1] = x[:, 0]", "y[[0, 1]] = x", "y[x > 0] = 1.", "v = y[0]; v.copy_(x[0])",
    "v = y.view(-1); v += x.sum()", "y += x", "y.add_(x, alpha=-1)", "y.copy_(x)", "y.mul_(x)",
]  # fmt: skip
TWICE = """
y.sum().backward()
print(x.grad)
y.sum().backward()
print(x.grad)"""
MADE = "x = torch.tensor([[1., -2., 3.], [-4., 5., 6.]], requires_grad=True)\nk = torch.tensor([[0], [1]])\n"


@pytest.mark.parametrize("call", OF_X)
def test_backward_twice(call: str, torch: Any) -> None:
    all_same([f"{MADE}y = {call}{TWICE}"], torch)


@pytest.mark.parametrize("change", CHANGED)
@pytest.mark.parametrize("y", ["torch.zeros(2, 3)", "x * 1", "(x * 1).T.reshape(3, 2).T"])
def test_backward_twice_through_a_change_in_place(y: str, change: str, torch: Any) -> None:
    """A change of a part is let go of, also into what had no history before."""
    all_same([f"{MADE}y = {y}\n{change}{TWICE}"], torch)


CHANGES = [
    "{v}.data += 1",
    "{v}.detach().numpy()[...] = 5.",
    "{v}.detach().add_(1)",
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("v", ["x", "c", "s"])
def test_a_saved_number_is_changed_behind_the_back(change: str, v: str, torch: Any) -> None:
    """Without axes, too: backward goes on with what is there now, or notices."""
    made = "w, x = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (3.0, 2.0))\nc = x.exp()\ns = c * w\ny = s * x * s\n"
    after = "\ng, = torch.autograd.grad(y, x, create_graph=True)\nprint(g.detach())\ng.backward()\nprint(w.grad, x.grad)"
    all_same([made + change.format(v=v) + after], torch)


def test_a_view_of_a_leaf_made_without_recording(torch: Any) -> None:
    all_same([
        "x = torch.ones(2, requires_grad=True)\nwith torch.no_grad(): v = x[0]\n"
        "print(v.requires_grad)\nv.backward()"
    ], torch)  # fmt: skip


@pytest.mark.parametrize("change", ["x.add_(x[0], alpha=-1)", "x.sub_(x[0], alpha=2)", "x.add_(x, alpha=2)"])
def test_what_overlaps_is_not_scaled_first(change: str, torch: Any) -> None:
    all_same([f"x = torch.ones(2, 2)\n{change}\nprint(x)"], torch)


def test_a_node_that_saved_nothing_is_looked_at(torch: Any) -> None:
    """PyTorch runs the nodes of inputs= too; here a number was shared before."""
    all_same(["""x = torch.ones(2, requires_grad=True)
y, s = x + x, x.sum()
s.detach()
y.sum().backward(inputs=[y])
print(y.grad)"""], torch)  # fmt: skip
