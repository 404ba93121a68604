"""Functions made of others: parts, axes, statistics; the node that made them may have another name."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same, shown

MADE = [
    "x = torch.arange(12.).reshape(3, 4).requires_grad_()",
    "x = torch.arange(7.).pow(2).requires_grad_()",
    "x = torch.arange(24.).reshape(2, 3, 4).double().requires_grad_()",
    "x = torch.tensor(3., requires_grad=True)",
    "x = torch.tensor([[1, 2], [3, 4]])",
    "x = torch.zeros(0, 3, requires_grad=True)",
    "x = torch.arange(6.).reshape(3, 2).requires_grad_().T",
]
CALLS = [
    "torch.tensor_split(x, 3)", "x.tensor_split(2, dim=-1)", "x.tensor_split((1, 2))", "x.tensor_split([2, 1], 0)",
    "torch.tensor_split(x, torch.tensor([1]))", "x.tensor_split(0)", "x.tensor_split((-1,))",
    "torch.hsplit(x, 2)", "x.hsplit([1])", "torch.vsplit(x, 3)", "x.vsplit((1, 2))", "torch.dsplit(x, 2)", "x.dsplit([3])",
    "torch.atleast_1d(x)", "torch.atleast_2d(x)", "torch.atleast_3d(x)", "torch.atleast_2d(x, x)", "torch.atleast_1d([x, x])",
    "torch.adjoint(x)", "x.adjoint()", "x.unfold(0, 2, 1)", "x.unfold(-1, 2, 2)", "x.unfold(-1, 1, 3)", "x.unfold(0, 9, 1)",
    "x.unfold(0, 1, 0)", "torch.fliplr(x)", "x.flipud()",
    "torch.dstack([x, x])", "torch.column_stack([x, x * 2])", "torch.row_stack([x, x])",
    "torch.std_mean(x)", "torch.var_mean(x, 0)", "torch.var_mean(x, dim=-1, keepdim=True, correction=0)",
    "torch.cross(x[:3, :3], x[:3, 1:])", "x.cross(x * x, dim=0)", "torch.linalg.cross(x, 2 * x + 1, dim=1)", "torch.linalg.cross(x, x)",
    "torch.cov(x)", "x.cov(correction=0)", "torch.cdist(x, x[:2] + 1)", "torch.cdist(x, 2 * x + 1, p=1.)",
    "torch.dist(x, 2 * x + 1)", "x.dist(x[0], p=1)", "torch.dist(x, x + 1, 3.)", "torch.dist(x, x)",
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_made_of_others(call: str, torch: Any) -> None:
    all_same(shown(MADE, [call], named=False), torch)


WITHOUT = [
    "torch.manual_seed(0); x = torch.zeros(2, 2); print(torch.rand(2, 2, out=x) is x, x)",
    "torch.manual_seed(0); print(torch.randn((2,), out=torch.empty(0)))",
    "print(torch.autograd.gradcheck(torch.exp, torch.ones(2, dtype=torch.float64, requires_grad=True),\n"
    "      check_forward_ad=True, check_batched_grad=True, check_batched_forward_grad=True))",
    "print(torch.searchsorted(torch.tensor([1., 3., 5.]), torch.tensor([[0., 3.], [4., 9.]])))",
    "print(torch.searchsorted(torch.tensor([1, 3, 3]), 3), torch.searchsorted(torch.tensor([1, 3, 3]), 3, right=True))",
    "print(torch.searchsorted(torch.tensor([1., 3.]), torch.tensor(3.), side='right'))",
    "for f in (torch.linalg.svd, torch.svd):\n    r = f(torch.tensor([[3., 1.], [0., 4.], [1., 1.]]))\n"
    "    print(type(r).__name__, [p.shape for p in r], r.S, r[1] is r.S)",
    "print(torch.linalg.svd(torch.ones(3, 2), full_matrices=False).Vh.shape, torch.svd(torch.ones(3, 2), some=False).U.shape)",
    "x = torch.tensor([0., 1.]); print(torch.sin_(x) is x, x, torch.exp_(x), torch.relu_(x - 2))",
    "torch.set_default_device('cpu'); print(torch.get_default_device(), torch.ones(1))",
    "print(torch.accelerator.is_available(), torch.accelerator.current_accelerator(), torch.backends.mps.is_available())",
    "with torch.autograd.forward_ad.dual_level():\n"
    "    d = torch.autograd.forward_ad.make_dual(torch.ones(2, dtype=torch.float64), torch.ones(2))\n"
    "    print(torch.autograd.forward_ad.unpack_dual(d * d).tangent)",
    "with torch.autograd.graph.save_on_cpu():\n    x = torch.tensor(3., requires_grad=True); y = x * x\ny.backward(); print(x.grad)",
]  # fmt: skip


def test_what_scripts_ask_for_besides(torch: Any) -> None:
    all_same(WITHOUT, torch, exact=True)
