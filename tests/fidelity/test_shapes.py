"""Shapes: the same numbers in another order or form, and what joins and splits them."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same, forms, shown

MADE = [
    "x = torch.tensor([[1., 2., 3.], [4., 5., 6.]], requires_grad=True)",
    "x = torch.tensor([[1., 2.], [3., 4.], [5., 6.]], dtype=torch.float64).T.requires_grad_()",
    "x = torch.tensor([1, 2, 3, 4, 5, 6])",
    "x = torch.tensor([[[True, False, True], [True, True, False]]])",
    "x = torch.tensor(5., requires_grad=True)",
    "x = torch.zeros(0, 3, requires_grad=True)",
    "x = torch.zeros(2, 0, requires_grad=True)",
    "x = torch.arange(6.).reshape(1, 2, 1, 3).requires_grad_()",
    "x = torch.tensor([[1.], [2.]]).expand(2, 3)",
]
CALLS = {
    "reshape": [
        "(6,)",
        "(3, 2)",
        "(-1,)",
        "[3, -1]",
        "(2, 3)",
        "(4,)",
        "(-1, -1)",
        "(1, 6, 1)",
        "()",
        "(0, -1)",
    ],
    "flatten": ["", "0", "1", "0, 1", "start_dim=1", "-2", "1, 0", "start_dim=0, end_dim=-1", "5"],
    "unflatten": ["0, (1, 2)", "-1, (3, 1)", "1, (3, -1)", "0, (2, 3)", "dim=0, sizes=(-1, 2)", "0, (4, 1)"],
    "squeeze": ["", "0", "1", "-1", "2", "(0, 2)", "dim=0", "5"],
    "unsqueeze": ["0", "1", "-1", "-2", "dim=2", "7", ""],
    "transpose": ["0, 1", "1, 0", "-1, 0", "0, 0", "dim0=0, dim1=1", "0, 3", "2, 1", "0"],
    "swapaxes": ["0, 1", "axis0=0, axis1=-1"],
    "swapdims": ["0, 1"],
    "permute": ["(1, 0)", "(0, 1)", "(-1, 0)", "dims=(1, 0)", "(0, 2, 1)", "(0,)", "(0, 0)", "(3, 1, 2, 0)"],
    "movedim": ["0, 1", "0, -1", "(0, 1), (1, 0)", "1, 0", "source=0, destination=1", "0, 5"],
    "moveaxis": ["0, 1"],
    "broadcast_to": ["(2, 3)", "(4, 2, 3)", "(6,)", "(2, 2)", "size=(1, 2, 3)", "(2, -1)", "()"],
    "tile": ["(2,)", "(2, 1)", "(1, 2, 2)", "()", "dims=(2, 2)", "(0,)"],
    "flip": ["(0,)", "(0, 1)", "[-1]", "dims=(0,)", "(0, 0)", "(5,)"],
    "roll": ["1", "-1", "1, 0", "2, 1", "(1, 1), (0, 1)", "shifts=1, dims=0", "7"],
    "split": ["1", "2", "4", "[1, 1]", "[1, 2], 1", "1, dim=-1", "(1, 5)", "2, dim=1", "0"],
    "chunk": ["2", "1", "3, 1", "2, dim=-1", "chunks=2, dim=0", "5", "0"],
    "unbind": ["", "0", "1", "-1", "dim=1", "5"],
    "narrow": [
        "0, 0, 1",
        "1, 1, 2",
        "-1, 0, 1",
        "dim=0, start=1, length=1",
        "0, 0, 9",
        "0, -1, 1",
        "0, 0, 0",
    ],
    "select": ["0, 0", "1, -1", "-1, 1", "dim=0, index=1", "0, 9", "3, 0"],
    "ravel": [""],
    "clone": [""],
    "numel": [""],
    "t": [""],
    "repeat_interleave": ["2", "2, 0", "2, dim=1"],
}
METHODS = [
    "reshape(2, 3)", "reshape(-1, 2)", "reshape([3, 2])", "reshape(shape=(6,))", "reshape()", "view(-1)",
    "view(3, 2)",
    "view((6,))", "view(2, -1)", "view(1, 6)", "view(torch.int64)", "view(4)", "view(x.size(0), -1)",
    "view(())",
    "view_as(torch.ones(6))", "reshape_as(torch.ones(3, 2))", "permute(1, 0)", "permute(-1, 0)", "permute()",
    "T",
    "permute([1, 0])", "mT", "t()", "H", "expand(2, 3)", "expand(4, 2, 3)", "expand(-1, 3)", "expand(2, -1)",
    "expand((4, -1, -1))", "expand(6)", "expand(2, 6)", "expand(2, 2, -1, 5, 3)", "expand(0, 3)",
    "expand_as(torch.ones(2, 3))", "expand_as(torch.ones(3, 2, 3))", "repeat(2)", "repeat(2, 1)",
    "repeat(1, 2, 2)",
    "repeat((2, 2))", "repeat()", "repeat(0, 1)", "tile(2, 2)", "flip(0, 1)", "flip(-1)",
    "contiguous()",
    "is_contiguous()", "T.is_contiguous()", "T.contiguous().view(-1)", "stride()", "T.stride()", "size()",
    "size(-1)",
    "dim()", "ndimension()", "nelement()", "numel()", "shape", "ndim", "T.shape", "element_size()",
    "itemsize",
    "type()", "is_floating_point()", "storage_offset()", "data", "view(-1).T",
    "squeeze().t()",
    "broadcast_to((2, 3))", "transpose(-2, -1)", "T.reshape(-1)", "T.flatten()", "T.view(6)",
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), [(n, a) for n, given in CALLS.items() for a in given])
def test_function_and_method(name: str, arguments: str, torch: Any) -> None:
    named = name not in (
        "reshape",
        "flatten",
        "tile",
        "split",
        "chunk",
        "unflatten",
        "roll",
        "repeat_interleave",
    )
    made = [make for make in MADE if name != "unflatten" or "tensor(5." not in make]  # not of a number
    all_same(shown(made, forms(name, arguments), named=named), torch)


# Of no axes or no elements, where PyTorch has rules of its own.
EXCEPT = {"mT": "tensor(5.", "stride()": "zeros(", "T.stride()": "zeros(", "view(torch.int64)": "zeros(2, 0",
          "H": "tensor([1, "}  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_method(method: str, torch: Any) -> None:
    named = not any(part in method for part in ("reshape", "flatten", "H"))
    made = [make for make in MADE if method not in EXCEPT or EXCEPT[method] not in make]
    all_same(shown(made, [f"x.{method}"], named=named), torch)


PAIRS = [
    "x, y = torch.tensor([[1., 2.]], requires_grad=True), torch.arange(3., 7.).view(2, 2).requires_grad_()",
    "x, y = torch.tensor([1., 2.], requires_grad=True), torch.tensor([3., 4.])",
    "x, y = torch.tensor([1., 2.], requires_grad=True), torch.tensor([3., 4.], dtype=torch.float64)",
    "x, y = torch.tensor([1, 2]), torch.tensor([True, False])",
    "x, y = torch.tensor([1, 2]), torch.tensor([3., 4.], requires_grad=True)",
    "x, y = torch.tensor(1., requires_grad=True), torch.tensor(2., requires_grad=True)",
    "x, y = torch.tensor([]), torch.tensor([[1., 2.]], requires_grad=True)",
    "x, y = torch.zeros(0, 2, requires_grad=True), torch.ones(1, 2, requires_grad=True)",
    "x, y = torch.tensor([[1., 2.], [3., 4.]]).T.requires_grad_(), torch.ones(2, 2, requires_grad=True)",
    "x, y = torch.ones(1, 2, 2), torch.zeros(1, 3, 2)",
]
JOINED = [
    "cat((x, y))", "cat([x, y], 0)", "cat((x, y), dim=1)", "cat((x, y), -1)", "cat([x, x])", "cat([x])",
    "cat([])",
    "cat((x, y), axis=0)", "concat((x, y))", "stack((x, y))", "stack([x, x], 1)", "stack((x, x, x), dim=-1)",
    "stack([x, y], dim=-2)", "stack([])", "stack((x, y), 5)", "cat((x, y), 5)", "vstack((x, y))",
    "hstack((x, y))",
    "cat(tensors=(x, y), dim=0)", "stack(tensors=(x, x))", "stack([x, 1])", "cat(x)", "concatenate((x, y))",
    "broadcast_tensors(x, y)", "meshgrid(x, y, indexing='ij')",
]  # fmt: skip


@pytest.mark.parametrize("call", JOINED)
def test_joining(call: str, torch: Any) -> None:
    named = call.startswith(("cat", "stack"))
    all_same(shown(PAIRS, [f"torch.{call}"], "x, y", named=named), torch)


VIEWS = [
    "view(-1)", "T", "t()", "reshape(-1)", "T.reshape(-1)", "flatten()", "squeeze()", "unsqueeze(0)",
    "transpose(0, 1)",
    "permute(1, 0)", "narrow(0, 0, 1)", "select(0, 0)", "unbind(0)[0]", "split(1)[1]",
    "[0]",
    "chunk(2)[0]", "[:, 1]", "[None]", "[..., ::2]", "diagonal()", "detach()", "data", "contiguous()",
    "T.contiguous()",
    "clone()", "flip(0)", "roll(1)", "repeat(1, 1)", "[[0, 1]]", "[x > 0]", "movedim(0, 1)", "swapaxes(0, 1)",
    "unflatten(0, (1, 2))", "ravel()", "float()", "double()", "to(torch.float32)", "type(torch.float32)",
    "numpy()",
    "broadcast_to((2, 2))", "view_as(x)", "mT", "to(torch.float32, copy=True)",
]  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_what_shares_memory(view: str, torch: Any) -> None:
    """Changing a view changes what it views, and a copy doesn't."""
    call = f"x{view}" if view.startswith("[") else f"x.{view}"
    same = f"x = torch.tensor([[1., 2.], [3., 4.]])\nv = {call}\nv[...] = 7.\nprint(x)"
    all_same([same], torch)
