"""Functions on what has no elements, no axes, one element, or gaps in memory: results and gradients."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same

SHAPES = [
    "torch.zeros(0, 3)", "torch.zeros(3, 0)", "torch.zeros(0)", "torch.zeros(0, 0)", "torch.tensor(2.)", "torch.tensor([2.])",
    "torch.ones(1, 1)", "torch.arange(12.).reshape(3, 4).T", "torch.arange(12.).reshape(3, 4)[:, ::2]",
    "torch.arange(12.).reshape(3, 4)[::2].T", "torch.arange(3.).expand(2, 3)",
]  # fmt: skip
CALLS = [
    *(f"x.{name}({arguments})" for arguments in ("", "0", "-1") for name in
      ("sum", "mean", "prod", "var", "std", "max", "min", "amax", "amin", "argmax", "sort", "argsort", "unbind",
       "squeeze", "flip" if arguments else "t", "roll" if arguments else "clone", "any", "all", "count_nonzero")),
    *(f"x.{name}({dim})" for dim in (0, -1) for name in
      ("logsumexp", "softmax", "log_softmax", "cumsum", "cumprod", "topk", "chunk", "unsqueeze", "split", "diff")),
    "x.norm()", "x.norm(dim=-1)", "x.T", "x.transpose(0, -1)", "x.reshape(-1)", "x.view(-1)", "x.flatten()", "x.repeat(2, 2)", "x.expand(2, *x.shape)",
    "x[...]", "x[None]", "x[0]", "x[:0]", "x[..., :1]", "x[x > 0]", "x.contiguous()", "torch.cat([x, x])", "torch.cat([x, x], -1)",
    "torch.stack([x, x])", "torch.stack([x, x], -1)", "x @ x.T", "x.T @ x", "x.tril()", "x.trace()", "x.diagonal()", "x.diag()",
    "torch.einsum('...->', x)", "x.masked_fill(x > 0, 1.)", "x.masked_select(x > 0)", "x.nonzero()", "torch.where(x > 0, x, 0.)",
    "x.gather(0, torch.zeros(x.shape, dtype=torch.int64))", "x.index_select(-1, torch.tensor([], dtype=torch.int64))",
    "torch.take_along_dim(x, torch.zeros(x.shape, dtype=torch.int64), 0)", "x.repeat_interleave(2)", "x.repeat_interleave(2, 0)",
    "x.unfold(0, 1, 1)", "torch.dot(x, x)", "torch.outer(x, x)", "torch.inner(x, x)", "x.numel(), x.tolist(), x.stride()",
    "x.item()", "bool(x)", "len(x)", "torch.tensordot(x, x, 0)", "torch.cdist(x, x)", "torch.cov(x)", "x.clamp(0, 1)", "x.exp()",
    "x + x.sum()", "x ** 2", "torch.maximum(x, x)", "x.to(torch.float64)", "x.int()", "torch.meshgrid(x, x)", "x.isclose(x)",
    "torch.broadcast_tensors(x, torch.ones(2, 1))[0]", "torch.equal(x, x)", "x.movedim(0, -1)", "torch.hstack([x, x])",
    "torch.vstack([x, x])", "torch.dstack([x, x])", "x.tile(2)", "torch.linalg.inv(x)", "torch.linalg.vector_norm(x, dim=-1)",
    *(f"torch.nn.functional.{call}" for call in (
        "relu(x)", "mse_loss(x, x * 2)", "l1_loss(x, x * 2)", "mse_loss(x, x * 2, reduction='sum')", "pad(x, (1, 1))",
        "huber_loss(x, x * 2, reduction='none')", "binary_cross_entropy(x.sigmoid(), x.detach().sigmoid())",
        "cross_entropy(x, torch.zeros(x.shape[0], dtype=torch.int64))", "linear(x, torch.ones(2, x.shape[-1]))",
        "nll_loss(x, torch.zeros(x.shape[0], dtype=torch.int64), reduction='sum')", "normalize(x, dim=-1)",
        "embedding(torch.zeros(x.shape, dtype=torch.int64), torch.ones(2, 3))", "cosine_similarity(x, x, dim=-1)")),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("call", CALLS)
def test_small(call: str, torch: Any) -> None:
    all_same([f"x = ({made}).requires_grad_()\nshow({call}, x, named=False)" for made in SHAPES], torch)
