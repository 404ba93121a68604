"""Where the two differ on purpose, and why."""

from __future__ import annotations

from typing import Any

import pytest

import autograd_lab

from .both import run

LEARNS = "x = torch.tensor([1., 2.], requires_grad=True)\n"
KNOWN_DIFFERENCES = {
    "1/x is one node, a division; PyTorch multiplies by a reciprocal":
        LEARNS + "print(1 / x)",
    "a matrix product is one node at any number of axes; PyTorch reshapes around it":
        "print(torch.ones(2, 2, 2, requires_grad=True) @ torch.ones(2))",
    "a vector times a matrix is one node; PyTorch squeezes the row it made":
        LEARNS + "print(x @ torch.ones(2, 2))",
    ".t() is .T: one name for one thing":
        "print(torch.ones(1, 2, requires_grad=True).t())",
    ".T of a vector is itself; PyTorch warns that it will be an error":
        LEARNS + "print(x.T)",
    ".T of more than two axes is an error already; PyTorch warns that it will be":
        "print(torch.ones(1, 2, 3).T.shape)",
    "a node is shown without its address, so that a lesson's output is the same each time":
        LEARNS + "print((x * 2).grad_fn)",
    "manual_seed returns nothing, so that a cell that ends with it shows nothing":
        "print(torch.manual_seed(0) is None)",
    "Variable takes numbers in lists":
        "print(Variable([1., 2.]))",
    "NumPy arrays work on either side, and in what learns":
        LEARNS + "print(x * np.array([1., 2.]))",
    "a NumPy array plus a Variable is a Variable":
        "print(np.array([1., 2.]) + torch.ones(2))",
    "NumPy numbers in lists count as Python's, which they are":
        "print(torch.tensor([np.float64(1.5)]).dtype)",
    "what is no number is a TypeError, also None":
        "torch.tensor(None)",
    "a bool to the power of a bool is a small integer, as in NumPy; PyTorch refuses most":
        "print(torch.tensor(True) ** torch.tensor(True))",
    "sum(keepdim=True) needs no dim":
        "print(torch.ones(2).sum(keepdim=True))",
    "a part of a Variable with a history can't be changed in place":
        LEARNS + "y = x * 2\ny[0] = 5.",
    "a view of a Variable with a history can't be changed in place":
        LEARNS + "y = x * 2\nv = y.view(1, 2)\nv += 1\nprint(y)",
    "slices may step backwards":
        "print(torch.ones(2)[::-1])",
    "a gradient with a history is the sum itself, not a copy of it":
        LEARNS + "(x * x).sum().backward(create_graph=True)\nprint(x.grad)",
    "a result can be copied deeply, and its history with it":
        LEARNS + "import copy\nprint(copy.deepcopy(x * 2).shape)",
}  # fmt: skip


@pytest.mark.parametrize("reason", KNOWN_DIFFERENCES)
def test_a_known_difference_is_still_one(reason: str, torch: Any) -> None:
    code = KNOWN_DIFFERENCES[reason]
    assert run(code, autograd_lab) != run(code, torch)
