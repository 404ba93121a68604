"""Who requires grad, who is a leaf, who keeps a gradient, and what detach() and .data leave behind."""

from __future__ import annotations

from typing import Any

import pytest

from .both import same

SNIPPETS = """
# who asks for gradients
a = torch.tensor(2., requires_grad=True)
b = torch.tensor(2.)
print((a * b).requires_grad, (b * b).requires_grad, (a.detach() * b).requires_grad, (a > b).requires_grad)

a = torch.tensor([2., 3.], requires_grad=True)
print(a.argmax().requires_grad, (a == a).requires_grad, a.shape, a.max().requires_grad)

x = torch.tensor([1, 2])
x.requires_grad_()

x = torch.tensor([1, 2])
x.requires_grad = True

x = torch.tensor([True])
x.requires_grad_()

x = torch.tensor([1, 2])
x.requires_grad_(False)
print(x.requires_grad)

torch.ones(2, dtype=torch.int64, requires_grad=True)

torch.zeros(2, dtype=torch.bool, requires_grad=True)

x = torch.tensor([1., 2.])
print(x.requires_grad_() is x, x.requires_grad, x.requires_grad_(False) is x, x.requires_grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.requires_grad_()
y.requires_grad = True
print(y.requires_grad)
y.requires_grad = False

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.requires_grad_(False)

# leaves
x = torch.tensor([1., 2.], requires_grad=True)
c = torch.tensor([1., 2.])
print([t.is_leaf for t in (x, c, x * 2, c * 2, x.detach(), x.clone(), c.clone(), x.data)])

x = torch.tensor([1., 2.])
x = x * 2
x.requires_grad_()
print(x.is_leaf, x.grad_fn)
x.sum().backward()
print(x.grad)

x = torch.rand(2, requires_grad=True).double()
print(x.is_leaf, x.grad_fn.name())

x = torch.tensor([1., 2.], requires_grad=True)
print(x.float() is x, x.to(torch.float32) is x, x.to(torch.float64).grad_fn.name())

x = torch.tensor([1., 2.], requires_grad=True)
x.is_leaf = False

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.sum().backward()
print(y.grad)

# retain_grad
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
print(y.retains_grad, y.retain_grad(), y.retains_grad)
(y * y).sum().backward()
print(y.grad, x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
x.retain_grad()
print(x.retains_grad)
(x * 2).sum().backward()
print(x.grad)

x = torch.tensor([1., 2.])
x.retain_grad()

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.retain_grad()
y.retain_grad()
y.sum().backward(retain_graph=True)
y.sum().backward()
print(y.grad, x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.retain_grad()
y *= 3
y.sum().backward()
print(y.grad, y.retains_grad, x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.retain_grad()
print(torch.autograd.grad(y.sum(), x), y.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.retain_grad()
(g,) = torch.autograd.grad(y.sum(), y)
print(g, y.grad, x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
x.retains_grad = True

# detach, data
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
d = y.detach()
print(d, d.requires_grad, d.grad_fn, d.is_leaf)
d += 1
print(y, x)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
d = x.detach()
d += 1
y.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
x.data += 1
y.sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = (x * 2).detach_()
print(y, y.is_leaf, y.requires_grad, y.grad_fn)

x = torch.tensor([1., 2.], requires_grad=True)
print(x.detach_() is x, x.requires_grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.view(2, 1).detach_()

x = torch.tensor([1., 2.], requires_grad=True)
x.data = torch.tensor([5., 6., 7.])
print(x, x.is_leaf)
x.sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
x.data = 5.

x = torch.tensor([1., 2.], requires_grad=True)
x.data.zero_()
x.data[0] = 9
print(x, x.data.requires_grad, x.data is x.data)

x = torch.tensor([1., 2.], requires_grad=True)
y = (x * x.detach()).sum()
y.backward()
print(x.grad)
""".strip().split("\n\n")


@pytest.mark.parametrize("code", SNIPPETS, ids=lambda code: code.splitlines()[-1][:60])
def test_leaf(code: str, torch: Any) -> None:
    same(code, torch)
