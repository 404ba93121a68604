"""nn.utils.prune and nn.utils.parametrize: what they leave of Modules, and how those learn on."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same

MADE = """
nn, F = torch.nn, torch.nn.functional
prune, P = torch.nn.utils.prune, torch.nn.utils.parametrize
torch.manual_seed(0)
layer, conv = nn.Linear(4, 3), nn.Conv2d(1, 4, 3)
def told(m):
    print(sorted(m.state_dict()), [n for n, _ in m.named_buffers()], [n for n, _ in m.named_parameters()])
    print({k: v.double().sum(-1) for k, v in m.state_dict().items()})
    print([type(h).__name__ for h in m._forward_pre_hooks.values()])
def learns(m, x):
    out = m(x)
    (out * out).sum().backward()
    print(out.shape, [(n, p.grad is not None) for n, p in m.named_parameters()])
    with torch.no_grad():
        for p in m.parameters(): p -= 0.01 * p.grad
    print(m(x).sum().item() > -1e9, m.weight.ne(0).sum())
"""
PRUNED = [
    "prune.random_unstructured(layer, name='weight', amount=0.3); told(layer); learns(layer, torch.ones(2, 4))",
    "prune.l1_unstructured(layer, 'bias', amount=2); print(layer.bias); told(layer); learns(layer, torch.ones(2, 4))",
    "prune.ln_structured(layer, 'weight', amount=0.5, n=2, dim=0); print(layer.weight_mask); told(layer)",
    "prune.ln_structured(conv, 'weight', amount=0.5, n=float('-inf'), dim=0); told(conv)",
    "prune.random_structured(layer, 'weight', amount=1, dim=1); told(layer); learns(layer, torch.ones(2, 4))",
    "prune.l1_unstructured(layer, 'weight', 3); prune.ln_structured(layer, 'weight', 0.5, n=2, dim=0); told(layer)\n"
    "print([type(h).__name__ for h in list(layer._forward_pre_hooks.values())[0]])",
    "prune.ln_structured(layer, 'weight', 1, 2, 0); prune.l1_unstructured(layer, 'weight', 2); print(layer.weight_mask)",
    "prune.l1_unstructured(layer, 'weight', 3)\nprune.remove(layer, 'weight'); told(layer); print(type(layer.weight).__name__)",
    "prune.identity(layer, 'bias'); told(layer)", "prune.remove(layer, 'weight')",
    "prune.custom_from_mask(layer, 'bias', torch.tensor([0, 1, 0])); told(layer); prune.is_pruned(layer)",
    "net = nn.Sequential(layer, nn.ReLU(), nn.Linear(3, 2))\nprint(prune.is_pruned(net))\n"
    "prune.global_unstructured([(net[0], 'weight'), (net[2], 'weight')], pruning_method=prune.L1Unstructured, amount=0.4)\n"
    "told(net); print(prune.is_pruned(net))",
    "prune.global_unstructured([(layer, 'weight')], prune.LnStructured, amount=1, n=2)",
    "prune.l1_unstructured(layer, 'weight', 'a')", "prune.l1_unstructured(layer, 'weight', -1)",
    "prune.l1_unstructured(layer, 'weight', 1.5)", "prune.l1_unstructured(layer, 'weight', 100)",
    "prune.ln_structured(layer, 'bias', 1, 2, 0)", "prune.l1_unstructured(layer, 'nothing', 1)",
    "prune.l1_unstructured(layer, 'weight', 0); told(layer)",
    """class Every(prune.BasePruningMethod):
    PRUNING_TYPE = 'unstructured'
    def compute_mask(self, t, default_mask):
        mask = default_mask.clone()
        mask.view(-1)[::2] = 0
        return mask
Every.apply(layer, 'bias')
print(layer.bias, layer.bias_mask)
prune.l1_unstructured(layer, 'bias', 0.5)
print(layer.bias)""",
    "print(prune.L1Unstructured(2).prune(torch.tensor([3., -1., 2., 0.5])))",
    "prune.l1_unstructured(layer, 'weight', 3, importance_scores=torch.arange(12.).view(3, 4)); print(layer.weight_mask)",
    "import copy; prune.l1_unstructured(layer, 'weight', 3); new = copy.deepcopy(layer); told(new)",
]  # fmt: skip


@pytest.mark.parametrize("code", PRUNED)
def test_pruning(code: str, torch: Any) -> None:
    import torch.nn.utils.prune

    all_same([MADE + code], torch, exact=True)


PARAMETRIZED = """
class Symmetric(nn.Module):
    def forward(self, X):
        return X.triu() + X.triu(1).transpose(-1, -2)
    def right_inverse(self, A):
        return A.triu()
class Double(nn.Module):
    def forward(self, X):
        return 2 * X
class Rank(nn.Module):
    def forward(self, x, y):
        return x.unsqueeze(-1) @ y.unsqueeze(-2)
    def right_inverse(self, Z):
        return Z[:, 0].clone(), Z[0].clone()
class Narrow(nn.Module):
    def forward(self, X):
        return X[:1]
square = nn.Linear(3, 3)
def shown(m, n='weight'):
    print(m)
    print(P.is_parametrized(m), P.is_parametrized(m, n), type(m).__name__, [k for k, _ in m.named_parameters()])
    print(sorted(m.state_dict()), getattr(m, n).detach())
"""
FORMS = [
    "P.register_parametrization(square, 'weight', Symmetric()); shown(square); print(torch.equal(square.weight, square.weight.T))\n"
    "learns(square, torch.ones(1, 3)); print(square.parametrizations.weight[0], square.parametrizations.weight.original.grad)",
    "P.register_parametrization(square, 'weight', Double()); P.register_parametrization(square, 'weight', Symmetric()); shown(square)",
    "P.register_parametrization(square, 'weight', Symmetric())\nwith torch.no_grad(): square.weight = torch.ones(3, 3)\n"
    "print(square.parametrizations.weight.original, square.weight)",
    "P.register_parametrization(square, 'weight', Double())\nsquare.weight = torch.ones(3, 3)\nprint(square.weight)",
    "P.register_parametrization(square, 'weight', Symmetric()); P.remove_parametrizations(square, 'weight'); shown(square)",
    "P.register_parametrization(square, 'weight', Symmetric())\nP.remove_parametrizations(square, 'weight', leave_parametrized=False); shown(square)",
    "P.register_parametrization(square, 'weight', Rank()); shown(square); learns(square, torch.ones(1, 3))\n"
    "P.remove_parametrizations(square, 'weight'); shown(square)",
    "P.register_parametrization(square, 'weight', Rank()); P.remove_parametrizations(square, 'weight', False)",
    "P.register_parametrization(square, 'weight', Symmetric()); P.register_parametrization(square, 'bias', Double()); shown(square)\n"
    "P.remove_parametrizations(square, 'weight'); shown(square, 'bias')",
    "P.register_parametrization(square, 'nothing', Symmetric())", "P.register_parametrization(square, 'weight', Narrow())",
    "P.register_parametrization(square, 'weight', Narrow(), unsafe=True); shown(square)",
    "P.remove_parametrizations(square, 'weight')", "print(P.is_parametrized(square), P.type_before_parametrizations(square).__name__)",
    "P.register_parametrization(square, 'weight', Double())\nwith P.cached(): print(square.weight is square.weight)\nprint(square.weight is square.weight)",
    "norm = nn.BatchNorm1d(3); P.register_parametrization(norm, 'running_mean', Double()); print(sorted(norm.state_dict()))\n"
    "print(norm.running_mean); P.remove_parametrizations(norm, 'running_mean'); print(sorted(norm.state_dict()))",
    "p = square.weight; P.register_parametrization(square, 'weight', Double()); print(square.parametrizations.weight.original is p)\n"
    "P.remove_parametrizations(square, 'weight'); print(square.weight is p)",
]  # fmt: skip


@pytest.mark.parametrize("code", FORMS)
def test_parametrizing(code: str, torch: Any) -> None:
    import torch.nn.utils.parametrize

    all_same([MADE + PARAMETRIZED + code], torch, exact=True)
