"""Initialisation and utilities against PyTorch's, random number for random number."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fidelity.both import same

FILLS = [
    "uniform_(w)", "uniform_(w, -2, 3)", "normal_(w)", "normal_(w, 5., 0.1)", "constant_(w, 0.3)",
    "zeros_(w)", "ones_(w)", "eye_(w)", "xavier_uniform_(w)", "xavier_uniform_(w, gain=2.)",
    "xavier_normal_(w)", "kaiming_uniform_(w)", "kaiming_uniform_(w, a=1, mode='fan_out')",
    "kaiming_normal_(w, nonlinearity='relu')", "kaiming_normal_(w, nonlinearity='tanh')", "trunc_normal_(w)",
    "trunc_normal_(w, std=0.02)", "trunc_normal_(w, 0., 1., -0.5, 0.7)",
    "trunc_normal_(w, 0., 1., -0.1, 0.3)", "trunc_normal_(w, 0., 1., 2., 3.)",
]  # fmt: skip


@pytest.mark.parametrize("shape", ["3, 2", "7, 5", "40, 30"])
@pytest.mark.parametrize("fill", FILLS)
def test_fills(fill: str, shape: str, torch: Any) -> None:
    code = f"""
torch.manual_seed(1); w = torch.empty({shape}, requires_grad=True)
print(torch.nn.init.{fill} is w, w.is_leaf); print(w); print(torch.rand(1))
"""
    same(code, torch)


@pytest.mark.parametrize("fill", ["xavier_normal_(w)", "kaiming_normal_(w, mode='fan_out')"])
def test_a_window_counts(fill: str, torch: Any) -> None:
    same(f"torch.manual_seed(1); w = torch.empty(2, 3, 2, 2); print(torch.nn.init.{fill})", torch)


def test_gains(torch: Any) -> None:
    names = ["linear", "conv1d", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]
    same(f"for n in {names}: print(torch.nn.init.calculate_gain(n))", torch)
    same("print(torch.nn.init.calculate_gain('leaky_relu', 0.3))", torch)


REFUSED = [
    "calculate_gain('step')", "xavier_uniform_(torch.empty(3))", "kaiming_normal_(torch.empty(3))",
    "kaiming_uniform_(torch.empty(2, 2), mode='both')", "eye_(torch.empty(2))",
    "kaiming_normal_(torch.empty(2, 2), nonlinearity='step')", "kaiming_uniform_(torch.empty(0, 2))",
]  # fmt: skip


@pytest.mark.parametrize("code", REFUSED)
def test_refused_as_in_pytorch(code: str, torch: Any) -> None:
    same(f"torch.nn.init.{code}", torch)


GRADIENTS = """
u = torch.nn.utils
ws = [torch.tensor([3., -4.], requires_grad=True), torch.tensor([[12.]], requires_grad=True), torch.ones(2)]
sum((w * w).sum() / 2 for w in ws).backward()
"""
UTILITIES = [
    "print(u.clip_grad_norm_(ws, 6.5))",
    "print(u.clip_grad_norm_(ws, 100.))",
    "print(u.clip_grad_norm_(iter(ws), 1, norm_type=1))",
    "print(u.clip_grad_norm_(ws, 1, norm_type=float('inf')))",
    "print(u.clip_grad_norm_(ws[0], 1))",
    "print(u.clip_grad_norm_(ws[2:], 1))",
    "ws[0].grad[0] = float('inf'); print(u.clip_grad_norm_(ws, 1))",
    "ws[0].grad[0] = float('nan'); print(u.clip_grad_norm_(ws, 1, error_if_nonfinite=True))",
    "u.clip_grad_value_(ws, 3.5)",
    "v = u.parameters_to_vector(ws); print(v); v.sum().backward()",
    "u.vector_to_parameters(torch.arange(5.), ws); print(ws)",
    "u.vector_to_parameters([1.], ws)",
]


@pytest.mark.parametrize("code", UTILITIES)
def test_utilities(code: str, torch: Any) -> None:
    same(f"{GRADIENTS}{code}\nfor w in ws: print(w.grad)", torch)


@pytest.mark.parametrize("shape", ["3, 3", "2, 4", "4, 2", "2, 3, 2", "0, 3", "3"])
def test_orthogonal(shape: str, torch: Any) -> None:
    """Its numbers are PyTorch's but for the last digits."""
    same(
        f"""torch.manual_seed(0)
w = torch.nn.init.orthogonal_(torch.empty({shape}, dtype=torch.float64), gain=2.)
print((w * 1e6).round() / 1e6 + 0)""",
        torch,
    )
