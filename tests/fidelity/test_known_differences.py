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
    "NumPy's float64 has a dtype, and is promoted by it; for PyTorch it is one of Python's floats":
        "print(torch.tensor([1]) * np.float64(2.5))",
    "there are no complex numbers here":
        "print(torch.tensor(1j))",
    "an array that runs backwards is taken as any other":
        "print(torch.tensor(np.array([3, 2, 1])[::-1]))",
    "Tensor is Variable, which keeps integers, and takes no sizes; PyTorch's makes floats of them":
        "print(torch.Tensor([1, 2]))",
    "shapes and axes may be given one by one to functions too, as to methods":
        "print(torch.reshape(torch.ones(2, 2), 4))",
    "one ... in an index, as in NumPy":
        "print(torch.ones(2)[..., ...])",
    "a list of floats is no index, as in NumPy; PyTorch cuts them to integers":
        "print(torch.ones(2)[[0.5]])",
    "a number without axes can be changed after backward saved it: what was saved is another":
        LEARNS + "y = x.prod()\ny += 1\ny.backward()\nprint(x.grad)",
    "a turn in place gives the node of the view":
        LEARNS + "print((x * 1).unsqueeze_(0))",
    "a bool to the power of a bool is a small integer, as in NumPy; PyTorch refuses most":
        "print(torch.tensor(True) ** torch.tensor(True))",
    "+ of a bool is itself; PyTorch refuses it":
        "print(+torch.tensor(True))",
    "~ of floats raises what bitwise_not raises; PyTorch's ~ raises TypeError":
        "~torch.tensor(1.)",
    "integers to negative integer powers are an error, as in NumPy; PyTorch's are 0":
        "print(torch.tensor([2]) ** torch.tensor([-1]))",
    "the angle of a bool has a gradient for the other side; PyTorch subtracts bools on the way, and fails":
        LEARNS + "torch.atan2(torch.tensor(True), x).sum().backward()",
    "a number % a Variable has a gradient; PyTorch has none for it":
        LEARNS + "print(3 % x)",
    "div(rounding_mode=None) is div, node and all":
        LEARNS + "print(torch.div(x, x, rounding_mode=None))",
    "a variance that corrects for more elements than there are has gradients of both signs":
        LEARNS + "x.var(correction=5).backward()\nprint(x.grad)",
    "an axis named twice is told of before one that is empty":
        "torch.zeros(0).amax((0, 0))",
    "sum(None) is sum(), node and all":
        LEARNS + "print(x.sum(None))",
    "() names all axes, everywhere; PyTorch's all() and any() take it for none":
        "print(torch.ones(2).bool().all(()))",
    "() names all axes, and a variance's gradient counts along them":
        LEARNS + "x.var(()).backward()\nprint(x.grad)",
    "() names all axes; PyTorch's logsumexp() refuses it":
        "print(torch.ones(2).logsumexp(()))",
    "a product's gradient is the product of the others, also beside inf and NaN; PyTorch divides":
        "x = torch.tensor([float('inf'), 2.], requires_grad=True)\nx.prod().backward()\nprint(x.grad)",
    "the gradient of the 0-norm, which counts, is 0; PyTorch leaves it None":
        LEARNS + "x.norm(0).backward()\nprint(x.grad)",
    "sum(keepdim=True) needs no dim":
        "print(torch.ones(2).sum(keepdim=True))",
    "what a node saved is the array that was there; PyTorch saves a leaf itself, and reads its .data again":
        LEARNS + "y = (x * x).sum()\ny.backward(retain_graph=True)\nx.data = torch.ones(2)\ny.backward()\nprint(x.grad)",
    "what a node saved is the array that was there; PyTorch's backward refuses where detach_() cut off what was saved":
        LEARNS + "y = x * 2\nz = (y * y).sum()\ny.detach_()\nz.backward()\nprint(x.grad)",
    "a gradient that does not depend on the input has no history; PyTorch's has one, and its gradient is 0":
        LEARNS + "y = torch.nn.functional.nll_loss(x[None], torch.tensor([1]))\n"
        "print(torch.autograd.grad(y, x, create_graph=True)[0].requires_grad)",
    "repeat_interleave by a number is one node, which remembers its places until it is freed; PyTorch's is four":
        LEARNS + "print(x.repeat_interleave(2).grad_fn.name())",
    "a solution by least squares, and a distance, are made of other operations; PyTorch's is one":
        LEARNS + "print(torch.dist(x, x).grad_fn.name())",
    "slices may step backwards":
        "print(torch.ones(2)[::-1])",
}  # fmt: skip


@pytest.mark.parametrize("reason", KNOWN_DIFFERENCES)
def test_a_known_difference_is_still_one(reason: str, torch: Any) -> None:
    code = KNOWN_DIFFERENCES[reason]
    assert run(code, autograd_lab) != run(code, torch)
