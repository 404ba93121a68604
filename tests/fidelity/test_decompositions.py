"""Matrices taken apart: values, gradients and gradients of gradients as PyTorch's, but for free signs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lab as lab

from .both import all_same

RNG = np.random.default_rng(0)
MATRICES = {name: RNG.normal(size=shape) for name, shape in {
    "square": (3, 3), "tall": (4, 3), "wide": (2, 4), "several": (2, 3, 3), "several tall": (2, 4, 3), "number": (1, 1),
    "none": (0, 3, 3), "rows of nothing": (3, 0),
}.items()}  # fmt: skip
MATRICES |= {
    f"symmetric {name}": x + x.swapaxes(-1, -2) for name in ("square", "several") for x in [MATRICES[name]]
}
CALLS = [
    # signs of vectors are free, and so a loss is taken of their squares
    "svd(x, full_matrices=False)", "svd(x).S", "svd(x, False)[0]", "svd(x, False)[2]", "svdvals(x)",
    "eigh(x)", "eigh(x).eigenvalues", "eigh(x, UPLO='U')[1]", "eigvalsh(x)",
    "qr(x)", "qr(x)[0]", "qr(x)[1]", "qr(x, mode='complete')", "qr(x, mode='r')", "qr(x, mode='other')",
    "slogdet(x)", "slogdet(x)[1]", "pinv(x)", "pinv(x, rtol=0.5)", "pinv(x, atol=0.5)", "cond(x)", "cond(x, -2)",
    *(f"matrix_power(x, {n})" for n in (1, 2, 5, -1, -2)),
    *(f"matrix_norm(x, {o})" for o in ("'fro'", "'nuc'", "2", "-2", "1", "-1", "float('inf')", "3")),
    "matrix_norm(x, 2, keepdim=True)", "norm(x, 'nuc', (-2, -1))", "matrix_rank(x)", "cholesky(x @ x.mT)",
    "lstsq(x, x[..., :1] * 2 + 1).solution", "svd(x[0])",
]  # fmt: skip


def squares(torch: Any, call: str, array: Any) -> list[Any]:
    """What a call gives, its gradient, and the gradient's own: of squares, each with another weight."""
    x = torch.tensor(array, requires_grad=True)
    try:
        with np.errstate(all="ignore"):
            found = eval(f"torch.linalg.{call}", {"torch": torch, "x": x})
    except Exception as error:  # noqa: BLE001
        return [type(error).__name__.lstrip("_")]
    parts = found if isinstance(found, tuple) else (found,)
    told: list[Any] = [abs(part.detach().numpy()) for part in parts]
    total = sum(_weighted(torch, part) for part in parts if part.requires_grad)
    if not isinstance(total, torch.Tensor):
        return told
    try:
        (g,) = torch.autograd.grad(total, x, create_graph=True, allow_unused=True)
        told.append(g.detach().numpy())
        (second,) = torch.autograd.grad((g * g).sum(), x, allow_unused=True)
        told.append(None if second is None else second.numpy())
    except RuntimeError as error:
        told.append(type(error).__name__)
    return told


def _weighted(torch: Any, part: Any) -> Any:
    weights = np.cos(np.arange(part.numel())).reshape(tuple(part.shape))
    return (part * part * torch.tensor(weights) + part**4).sum()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("name", MATRICES)
def test_as_pytorch(name: str, call: str, torch: Any) -> None:
    empty = not MATRICES[name].size and any(word in call for word in ("norm", "cond", "rank"))
    if empty or (call.startswith("eigh") and "symmetric" not in name):
        return  # vectors of what is read as one triangle are told apart by signs that are not free
    ours, theirs = squares(lab, call, MATRICES[name]), squares(torch, call, MATRICES[name])
    assert len(ours) == len(theirs), (ours, theirs)
    for mine, real in zip(ours, theirs, strict=True):
        if isinstance(real, str):
            assert isinstance(mine, str)
            assert mine == real.replace("LinAlgError", "RuntimeError")
        elif mine is not None and real is not None:
            np.testing.assert_allclose(mine, real, rtol=1e-6, atol=1e-8)


NAMED = [
    "r = torch.linalg.{f}(x)\nprint(type(r).__name__, [(p.requires_grad, p.output_nr, p.grad_fn.name()) for p in r])"
    "\nprint(len({{p.grad_fn for p in r}}), r[0].grad_fn.next_functions[0][0].name())",
    "r = torch.linalg.{f}(x)\nr[0].retain_grad()\n(r[0] ** 2).sum().backward()"
    "\nprint(r[0].grad.shape)\n(r[1] ** 2).sum().backward()",
    "with torch.no_grad(): r = torch.linalg.{f}(x)\nprint([p.requires_grad for p in r])",
]


@pytest.mark.parametrize("code", NAMED)
@pytest.mark.parametrize("f", ["svd", "eigh", "qr", "slogdet"])
def test_several_results_have_one_node(f: str, code: str, torch: Any) -> None:
    made = "x = torch.tensor([[2., 1.], [1., 3.]], dtype=torch.float64, requires_grad=True)\n"
    all_same([made + code.format(f=f)], torch)


FORWARD = ["svd(d, False)", "eigh(d)", "qr(d)", "slogdet(d)", "pinv(d)"]


@pytest.mark.parametrize("call", FORWARD)
def test_forward_mode(call: str, torch: Any) -> None:
    all_same([f"""fw = torch.autograd.forward_ad
x = torch.tensor([[2., 1.], [1., 3.]], dtype=torch.float64)
with fw.dual_level():
    d = fw.make_dual(x, torch.tensor([[0.5, 1.], [1., -2.]], dtype=torch.float64))
    r = torch.linalg.{call}
    for p in r if isinstance(r, tuple) else (r,):
        t = fw.unpack_dual(p).tangent
        print(None if t is None else (t.abs() * 1e6).round())"""], torch)  # fmt: skip
