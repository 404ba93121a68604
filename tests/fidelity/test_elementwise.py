"""Functions of one Variable, element by element: value, dtype, node and gradient, also at kinks."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same, forms, shown

MADE = [
    "x = torch.tensor([-2., -1., -.5, 0., .5, 1., 2.], requires_grad=True)",
    "x = torch.tensor([-2., -1., -.5, 0., .5, 1., 2.], dtype=torch.float64, requires_grad=True)",
    "x = torch.tensor([-30., 30.], requires_grad=True)",
    "x = torch.tensor([float('nan'), float('inf'), -float('inf')], requires_grad=True)",
    "x = torch.tensor([-2, 0, 1, 3])",
    "x = torch.tensor([-2, 0, 1, 3], dtype=torch.int32)",
    "x = torch.tensor([True, False])",
    "x = torch.tensor(.25, requires_grad=True)",
    "x = torch.tensor(3)",
    "x = torch.tensor(True)",
    "x = torch.zeros(0, 3, requires_grad=True)",
    "x = torch.tensor([[.25, .5], [.75, 2.]]).T.requires_grad_()",
    "x = torch.tensor([1., 2.]).expand(2, 2)",
]
NO_BOOLS = [one for one in MADE if "(True" not in one and "[True" not in one]
NO_FLOATS = [one for one in MADE if "." not in one.replace("torch.", "") and "requires_grad" not in one]
FINITE = [one for one in MADE if "inf" not in one]
NAMES = [
    "neg", "negative", "abs", "absolute", "sign", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p",
    "sqrt",
    "rsqrt", "square", "reciprocal", "sin", "cos", "tan", "asin", "arcsin", "acos", "atan", "sinh", "cosh",
    "tanh", "sigmoid", "relu", "erf", "floor", "ceil", "round", "trunc", "isnan", "isinf", "isfinite",
    "logical_not", "bitwise_not", "clone", "detach", "nan_to_num",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_function(name: str, torch: Any) -> None:
    all_same(shown(NO_BOOLS if name == "square" else MADE, forms(name)), torch)


@pytest.mark.parametrize("call", ["-x", "+x", "~x", "abs(x)", "round(x)", "x.round(decimals=1)"])
def test_operator(call: str, torch: Any) -> None:
    all_same(shown({"+x": NO_BOOLS, "~x": NO_FLOATS}.get(call, MADE), [call]), torch)


FUNCTIONAL = [
    "relu(x)", "leaky_relu(x)", "leaky_relu(x, 0.2)", "leaky_relu(x, negative_slope=0.)", "elu(x)",
    "elu(x, 2.)",
    "elu(x, alpha=0.5)", "gelu(x)", "gelu(x, approximate='none')", "gelu(x, approximate='tanh')",
    "gelu(x, approximate='other')", "silu(x)", "softplus(x)", "softplus(x, 2.)",
    "softplus(x, beta=1, threshold=1.5)", "sigmoid(x)", "tanh(x)",
]  # fmt: skip


@pytest.mark.parametrize("call", FUNCTIONAL)
def test_activation(call: str, torch: Any) -> None:
    all_same(shown(FINITE if "gelu" in call else MADE, [f"torch.nn.functional.{call}"]), torch)


LIMITS = [
    "-1, 1", "-1., 1.", "0", "min=0", "max=0.5", "min=-0.5, max=2", "0, None", "None, 1", "2, -2", "",
    "1.5, True",
    "torch.zeros_like(x)", "max=torch.ones_like(x)", "torch.zeros_like(x), torch.ones_like(x)",
    "torch.tensor(0.5), torch.tensor(1.)", "torch.tensor(1.), 2", "min=float('nan')", "max=torch.tensor([])",
]  # fmt: skip


@pytest.mark.parametrize("name", ["clamp", "clip"])
@pytest.mark.parametrize("limits", LIMITS)
def test_clamp(limits: str, name: str, torch: Any) -> None:
    all_same(shown(NO_BOOLS if limits.count("like") == 2 else MADE, forms(name, limits)), torch)


def test_clamp_learns_its_limits(torch: Any) -> None:
    """At a limit the gradient is the input's; between crossed limits the upper one wins."""
    made = "x, low, high = (torch.tensor(n, requires_grad=True) for n in "
    numbers = [
        "([-2., -1., 0., 1., 2.], [-1.] * 5, [1.] * 5)",
        "([0., 1., 2.], 1., 1.)",
        "([0., 1., 2.], 2., 1.)",
        "([[0.], [3.]], [1., 2.], [2., 2.])",
    ]
    calls = ["torch.clamp(x, low, high)", "torch.clamp(x, min=low)", "x.clamp(max=high)"]
    all_same(shown([f"{made}{n})" for n in numbers], calls, "x, low, high"), torch)


SOFT = ["0", "1", "-1", "dim=0", "dim=1", "2", "0, dtype=torch.float64", "None"]
SOFT_MADE = [
    "x = torch.tensor([[1., 2., 3.], [2., 0., 1.]], requires_grad=True)",
    "x = torch.tensor([[1., 2., 3.], [2., 0., 1.]], dtype=torch.float64, requires_grad=True)",
    "x = torch.tensor([[1., 5.], [2., 2.]]).T.requires_grad_()",
    "x = torch.tensor([100., 0., -100.], requires_grad=True)",
    "x = torch.tensor([-float('inf'), 0., 1.], requires_grad=True)",
    "x = torch.tensor([float('inf'), 0., 1.], requires_grad=True)",
    "x = torch.tensor([-float('inf'), -float('inf')], requires_grad=True)",
    "x = torch.tensor([1, 2, 3])",
    "x = torch.tensor(2., requires_grad=True)",
    "x = torch.zeros(0, 3, requires_grad=True)",
    "x = torch.ones(2, 2, 2, requires_grad=True)",
]


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
@pytest.mark.parametrize("dim", SOFT)
def test_softmax(dim: str, name: str, torch: Any) -> None:
    calls = forms(name, dim)
    if name != "logsumexp":
        calls.append(f"torch.nn.functional.{name}(x, {dim})")
    all_same(shown(SOFT_MADE, calls), torch)


def test_logsumexp(torch: Any) -> None:
    all_same(shown(SOFT_MADE, forms("logsumexp", "(0, 1)", "0, True", "-1, keepdim=True", "")), torch)


TWICE = [
    "x.exp()", "x.log()", "x.sqrt()", "x.sin()", "x.tanh()", "x.sigmoid()", "x ** 3", "1. / x",
    "x.softmax(0)",
    "x.log_softmax(0)", "torch.nn.functional.gelu(x)", "torch.nn.functional.silu(x)", "x.erf()", "x.abs()",
    "x.logsumexp(0)", "x.prod()", "x.norm()", "x.var()", "x.std()", "x.cumsum(0)", "x.cumprod(0)", "x @ x",
    "torch.nn.functional.softplus(x)", "torch.outer(x, x)", "x.max()", "x.clamp(1., 2.)", "x[[0, 0, 1]]",
    "torch.where(x > 1., x * x, x)", "x.rsqrt()", "x.expm1()", "x.log1p()", "x.atan()", "x.square()",
    "x.tan()",
    "torch.nn.functional.mse_loss(x, torch.ones(3))", "torch.nn.functional.elu(-x)", "x.reciprocal()",
    "x.amax()",
    "torch.nn.functional.layer_norm(x * x, (3,))", "torch.cat((x, x * x))", "torch.stack((x, x * x))",
    "x.sort()[0]",
    "torch.nn.functional.cross_entropy(x, torch.tensor(1))",
]  # fmt: skip


@pytest.mark.parametrize("call", TWICE)
def test_second_derivative(call: str, torch: Any) -> None:
    all_same([f"""
x = torch.tensor([1., 2., 4.], dtype=torch.float64, requires_grad=True)
(g,) = torch.autograd.grad(({call} * 2.).sum(), x, create_graph=True)
print(g.detach(), g.requires_grad)
if g.requires_grad:
    (h,) = torch.autograd.grad((g * torch.tensor([1., 2., 3.])).sum(), x, allow_unused=True)
    print(h)"""], torch)  # fmt: skip
