"""Products of every rank, and what is done with matrices."""

from __future__ import annotations

from typing import Any

import pytest

import autograd_lab as lab

from .both import all_same, forms, same, shown

MATRICES = ["()", "1", "3", "2", "0", "2, 3", "3, 2", "3, 3", "1, 3", "0, 3", "3, 0", "4, 2, 3", "4, 3, 2",
            "1, 3, 2",
            "5, 1, 2, 3"]  # fmt: skip


@pytest.mark.parametrize("left", MATRICES)
def test_matmul(left: str, torch: Any) -> None:
    """Every combination of axes, also those that don't fit: values, gradients, exceptions."""
    all_same([f"""
torch.manual_seed(3)
x, y = torch.randn({left}, dtype=torch.float64), torch.randn({right}, dtype=torch.float64)
x.requires_grad_(), y.requires_grad_()
z = x @ y
print(z.detach())
(z * z).sum().backward()
print(x.grad)
print(y.grad)""" for right in MATRICES], torch)  # fmt: skip


MADE = [
    "x, y = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True), "
    "torch.tensor([[2., 0.], [1., 3.]], requires_grad=True)",
    "x, y = torch.arange(1., 5.).view(2, 2).double().requires_grad_(), torch.ones(2, 2).double()",
    "x, y = torch.arange(1., 7.).view(2, 3).T.requires_grad_(), torch.ones(2, 4, requires_grad=True)",
    "x, y = torch.tensor([[1., 2.]]), torch.tensor([3., 4.], requires_grad=True)",
    "x, y = torch.tensor([1., 2.], requires_grad=True), torch.tensor([3., 4.], requires_grad=True)",
    "x, y = torch.tensor([1, 2]), torch.tensor([3, 4])",
    "x, y = torch.tensor([[1, 2], [3, 4]]), torch.tensor([[2, 0], [1, 3]])",
    "x, y = torch.tensor([True, False]), torch.tensor([True, True])",
    "x, y = torch.tensor([1., 2.]), torch.tensor([1, 2])",
    "x, y = torch.ones(2, 2), torch.ones(2, 2).double()",
    "x, y = torch.ones(2, 1, 3, requires_grad=True), torch.ones(2, 3, 2, requires_grad=True)",
    "x, y = torch.ones(2, 3), torch.ones(2, 3)",
    "x, y = torch.ones(0, 2, requires_grad=True), torch.ones(2, 0, requires_grad=True)",
    "x, y = torch.ones(2, 0, requires_grad=True), torch.ones(0, 2, requires_grad=True)",
    "x, y = torch.tensor(2.), torch.tensor(3.)",
    "x, y = torch.ones(2, 2), 2",
]
PRODUCTS = ["matmul", "mm", "mv", "bmm", "dot", "outer", "inner"]


@pytest.mark.parametrize("name", PRODUCTS)
def test_product(name: str, torch: Any) -> None:
    all_same(shown(MADE, forms(name, "y"), "x, y", named=name in ("mm", "mv", "bmm", "dot")), torch)
    all_same(shown(MADE, forms(name, "y"), "y, x", named=False), torch)


@pytest.mark.parametrize("call", ["x @ y", "y @ x", "x.t() @ y", "x @ x", "x @ x.T", "torch.addmm(x, x, y)",
                                  "x.matmul(y)", "torch.linalg.matmul(x, y)"])  # fmt: skip
def test_product_operator(call: str, torch: Any) -> None:
    all_same(shown(MADE, [call], "x, y", named=False), torch)


EINSUM = [
    "'ij->ji', a", "'ij', a", "'ij->', a", "'ij->i', a", "'ii->i', a", "'ii', a", "'ij,jk->ik', a, b",
    "'ij,jk', a, b", "'ij,ij->ij', a, b", "'ij,ij->', a, b", "'ij,kj->ik', a, b", "'i,j->ij', v, w",
    "'i,i', v, w",
    "'i,ij,j->', v, a, w", "'ij,j->i', a, v", "'bij,bjk->bik', c, c", "'bij,jk->bik', c, a",
    "'...ij,...jk', c, a",
    "'...i->...', c", "'bij->bji', c", "'i,ijk->jk', v, c", "'ij,jk->', a, b", "' i j , j -> i ', a, v",
    "'ij,jk->ik', a", "'ij->k', a", "'ijk', a", "'i,j', v, c", "'ij,jk->ik', [a, b]",
    "'i,i->i', v, torch.ones(3)",
]  # fmt: skip
OPERANDS = """
a = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)
b = torch.tensor([[2., 0.], [1., 3.]], requires_grad=True)
v, w = torch.tensor([1., 2.], requires_grad=True), torch.tensor([3., 5.], requires_grad=True)
c = torch.arange(8.).reshape(2, 2, 2).requires_grad_()"""


@pytest.mark.parametrize("arguments", EINSUM)
def test_einsum(arguments: str, torch: Any) -> None:
    all_same(shown([OPERANDS], [f"torch.einsum({arguments})"], "a, b, v, w, c", named=False), torch)
    all_same(shown([OPERANDS.replace("., ", ", ")], [f"torch.einsum({arguments})"], "a", named=False), torch)


TENSORDOT = ["a, b", "a, b, 1", "a, b, dims=1", "a, b, 0", "a, b, 2", "a, b, dims=([1], [0])",
             "a, b, ([0], [0])",
             "c, a, 1", "c, a, ([0, 1], [1, 0])", "c, c, 3", "v, w, 1", "v, w, 0", "a, b, 3",
             "c, v, ([1], [0])",
             "a, b, ([0, 1], [0])"]  # fmt: skip


@pytest.mark.parametrize("arguments", TENSORDOT)
def test_tensordot(arguments: str, torch: Any) -> None:
    all_same(shown([OPERANDS], [f"torch.tensordot({arguments})"], "a, b, v, w, c", named=False), torch)


SQUARE = [
    "x = torch.tensor([[2., 0.], [0., 4.]], requires_grad=True)",
    "x = torch.tensor([[2., 1.], [0., 4.]], dtype=torch.float64, requires_grad=True)",
    "x = torch.tensor([[0., 2.], [4., 0.]], dtype=torch.float64, requires_grad=True)",
    "x = torch.tensor([[1., 2.], [2., 4.]], dtype=torch.float64, requires_grad=True)",
    "x = torch.tensor([[[2., 0.], [0., 4.]], [[1., 1.], [0., 1.]]], dtype=torch.float64, requires_grad=True)",
    "x = torch.tensor([[5.]], requires_grad=True)",
    "x = torch.tensor([[1., 2., 3.], [4., 5., 6.]], requires_grad=True)",
    "x = torch.tensor([[2, 0], [0, 4]])",
    "x = torch.tensor([1., 2., 3.], requires_grad=True)",
    "x = torch.tensor(2., requires_grad=True)",
    "x = torch.zeros(0, 0, requires_grad=True)",
    "x = torch.tensor([[2., 1., 0.], [1., 4., 2.], [0., 2., 8.]]).double().T.requires_grad_()",
]
OF_SQUARE = [
    "torch.inverse(x)", "x.inverse()", "torch.linalg.inv(x)", "torch.det(x)", "x.det()",
    "torch.linalg.det(x)",
    "torch.logdet(x)", "x.logdet()", "torch.trace(x)", "x.trace()", "torch.linalg.solve(x, torch.ones(2))",
    "torch.linalg.solve(x, torch.ones(2).double())", "torch.linalg.solve(x, torch.ones(2, 1).double())",
    "torch.linalg.solve(x, torch.ones(3, 2).double())", "torch.linalg.solve(x, torch.ones(3).double())",
]  # fmt: skip


@pytest.mark.parametrize("call", OF_SQUARE)
def test_square_matrix(call: str, torch: Any) -> None:
    all_same(shown(SQUARE, [call], named=False), torch)


def test_solve_learns_both_sides(torch: Any) -> None:
    sides = ["[6., 8.]", "[[6., 8.], [2., 4.]]", "[[1.], [2.]]"]
    made = [
        "x = torch.tensor([[2., 0.], [2., 4.]], dtype=torch.float64, requires_grad=True)\n"
        f"y = torch.tensor({side}, dtype=torch.float64, requires_grad=True)"
        for side in sides
    ]
    all_same(shown(made, ["torch.linalg.solve(x, y)"], "x, y", named=False), torch)


PARTS = {"diag": ["", "1", "-1", "diagonal=1", "diagonal=-2", "5"], "tril": ["", "1", "-1", "diagonal=1"],
         "triu": ["", "1", "-1", "diagonal=-1"], "diagonal": ["", "1", "dim1=-1, dim2=0"]}  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), [(n, a) for n, given in PARTS.items() for a in given])
def test_part_of_a_matrix(name: str, arguments: str, torch: Any) -> None:
    all_same(shown(SQUARE, forms(name, arguments), named=name != "diag"), torch)
    all_same(shown(["x = torch.ones(2, 2, dtype=torch.bool)"], forms(name, arguments)), torch)


@pytest.mark.parametrize("call", ["cholesky(x)", "cholesky(x, upper=True)"])
@pytest.mark.parametrize(
    "x", ["[[4., 2.], [2., 5.]]", "[[[4., 2.], [2., 5.]], [[9., 3.], [3., 2.]]]", "[[9.]]"]
)
def test_cholesky(call: str, x: str, torch: Any) -> None:
    same(f"""x = torch.tensor({x}, dtype=torch.float64, requires_grad=True)
y = torch.linalg.{call}
print(y.detach(), y.shape)
(g,) = torch.autograd.grad((y ** 3).sum(), x, create_graph=True)
print(g.detach())
(g ** 2).sum().backward()
print(x.grad)""", torch)  # fmt: skip


@pytest.mark.parametrize("x", ["[1., 2.]", "[[1., 2.]]", "[[1, 0], [0, 1]]"])
def test_no_cholesky(x: str, torch: Any) -> None:
    all_same([f"torch.linalg.cholesky(torch.tensor({x}))"], torch)


def test_not_positive_definite(torch: Any) -> None:
    for library in (lab, torch):
        with pytest.raises(RuntimeError):  # a LinAlgError in PyTorch, which is one too
            library.linalg.cholesky(library.tensor([[1.0, 2.0], [2.0, 1.0]]))
