"""backward() and grad(): what is stored, freed, refused; and who learns."""

from __future__ import annotations

from typing import Any

import pytest

from .both import same

SNIPPETS = """
x = torch.tensor([1.0, 2.0], requires_grad=True)
x.backward()

x = torch.tensor(1.0)
x.backward()

x = torch.tensor(1.0, requires_grad=True)
x.backward()
print(x.grad)
x.backward()
print(x.grad)

x = torch.tensor(1.0, requires_grad=True)
y = x * x
y.backward()
y.backward()

x = torch.tensor(1.0, requires_grad=True)
y = x + x
y.backward()
y.backward()
print(x.grad)

x = torch.tensor(1.0, requires_grad=True)
y = x * 3
y.backward()
y.backward()
print(x.grad)

x = torch.tensor(1.0, requires_grad=True)
y = x.exp()
y.backward()
y.backward()
print(x.grad)

x = torch.tensor(1.0, requires_grad=True)
y = x ** 2
y.backward()
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.sum()
y.backward()
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.mean()
y.backward()
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (x / 2).sum()
y.backward()
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.relu().sum()
y.backward()
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (2 ** x).sum()
y.backward()
print(x.grad)
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (2 / x).sum()
y.backward()
print(x.grad)
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (2 - x).sum()
y.backward()
print(x.grad)
y.backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.sum().backward()
g = x.grad
g.zero_()
print(x.grad)
x.sum().backward()
print(g is x.grad, g)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.sum().backward()
g = x.grad
x.grad = None
(x * 2).sum().backward()
print(g, x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.grad = torch.zeros(3)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.grad = torch.zeros(2, dtype=torch.float64)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.grad = 5

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.grad = torch.ones(2)
(x * x).sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
print(y.grad)
y.retain_grad()
y.sum().backward()
print(y.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.retain_grad()
(y * y).sum().backward()
(x * 2).sum().backward()
print(y.grad, x.grad)

x = torch.tensor([1.0, 2.0])
x.retain_grad()

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.retain_grad()
x.sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.retain_grad()
y.sum().backward(retain_graph=True)
y.sum().backward()
print(y.grad, y.retains_grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.backward(torch.tensor([1.0, 10.0]))
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.backward(torch.tensor([1.0, 10.0, 3.0]))
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.backward(gradient=torch.ones(2))
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.backward(torch.ones(2, dtype=torch.float64))
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.backward([1.0, 2.0])
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (x * 2).sum(0, keepdim=True)
y.backward()
print(x.grad)

x = torch.tensor(2.0, requires_grad=True)
y = x ** 3
print(torch.autograd.grad(y, x))

x = torch.tensor(2.0, requires_grad=True)
y = x ** 3
g, = torch.autograd.grad(y, x, create_graph=True)
print(g)
h, = torch.autograd.grad(g, x, create_graph=True)
print(h)
print(torch.autograd.grad(h, x))

x = torch.tensor(2.0, requires_grad=True)
w = torch.tensor(2.0, requires_grad=True)
y = x ** 3
print(torch.autograd.grad(y, [x, w], allow_unused=True))

x = torch.tensor(2.0, requires_grad=True)
w = torch.tensor(2.0, requires_grad=True)
y = x ** 3
print(torch.autograd.grad(y, [x, w]))

x = torch.tensor(2.0, requires_grad=True)
w = torch.tensor(2.0)
y = x ** 3
print(torch.autograd.grad(y, [x, w]))

x = torch.tensor(2.0, requires_grad=True)
y = x ** 3
print(torch.autograd.grad(y, y))

x = torch.tensor(2.0, requires_grad=True)
y = x ** 3
z = y * y
print(torch.autograd.grad(z, [y, x]))
print(x.grad, y.is_leaf)

x = torch.tensor([2.0, 3.0], requires_grad=True)
y = x ** 3
print(torch.autograd.grad(y, x, grad_outputs=torch.tensor([1.0, 0.0])))

x = torch.tensor([2.0, 3.0], requires_grad=True)
y = x ** 3
print(torch.autograd.grad(y, x))

x = torch.tensor([2.0, 3.0], requires_grad=True)
y = x ** 3
print(torch.autograd.grad([y.sum(), (y * 2).sum()], [x]))

x = torch.tensor(2.0, requires_grad=True)
y = x * x
torch.autograd.backward(y)
print(x.grad)

x = torch.tensor(2.0, requires_grad=True)
torch.autograd.backward([x * x, x * 3])
print(x.grad)

x = torch.tensor(2.0, requires_grad=True)
torch.autograd.backward([x * x, x * 3], [torch.tensor(2.0), torch.tensor(3.0)])
print(x.grad)

x = torch.tensor(2.0, requires_grad=True)
torch.autograd.backward([x * x, x * 3], [torch.tensor(2.0)])
print(x.grad)

x = torch.tensor(2.0, requires_grad=True)
y = x * x
with torch.no_grad():
    y.backward()
print(x.grad)

x = torch.tensor(2.0, requires_grad=True)
@torch.no_grad()
def f(x):
    return x * x
print(f(x))

x = torch.tensor(2.0, requires_grad=True)
with torch.no_grad():
    with torch.enable_grad():
        print(x * x)
    print(x * x, torch.is_grad_enabled())
print(torch.is_grad_enabled())

torch.set_grad_enabled(False)
x = torch.tensor(2.0, requires_grad=True)
print(x * x)
torch.set_grad_enabled(True)
print(x * x)

with torch.set_grad_enabled(False):
    print(torch.is_grad_enabled())
print(torch.is_grad_enabled())

x = torch.ones(2, 3, requires_grad=True)
b = torch.ones(3, requires_grad=True)
c = torch.tensor(2.0, requires_grad=True)
((x + b) * c).sum().backward()
print(x.grad, b.grad, c.grad)

x = torch.ones(2, 3, requires_grad=True)
b = torch.ones(2, 1, requires_grad=True)
(x / b - b * x).mean().backward()
print(x.grad, b.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
z = (x * y).sum()
print(z)
z.backward()
print(x.grad, y.grad)

x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
(x ** 3).sum().backward()
print(x.grad)

x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
(x ** 0).sum().backward()
print(x.grad)

x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
(x ** 0.5).sum().backward()
print(x.grad)

x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
(x ** (-1)).sum().backward()
print(x.grad)

x = torch.tensor([0.0, 1.0, 2.0], requires_grad=True)
y = torch.tensor([0.0, 2.0, -1.0], requires_grad=True)
(x ** y).sum().backward()
print(x.grad, y.grad)

x = torch.tensor([0.0, 0.0, 0.0], requires_grad=True)
y = torch.tensor([0.0, 2.0, -1.0], requires_grad=True)
(x ** y).sum().backward()
print(x.grad, y.grad)

x = torch.tensor([-2.0, -2.0, 0.0], requires_grad=True)
y = torch.tensor([2.0, 2.5, 0.5], requires_grad=True)
(x ** y).sum().backward()
print(x.grad, y.grad)

x = torch.tensor([0.0, -1.0], requires_grad=True)
x.log().sum().backward()
print(x.grad)

x = torch.tensor([0.0, -1.0, float('nan')], requires_grad=True)
x.relu().sum().backward()
print(x.relu(), x.grad)

x = torch.tensor([100.0, -100.0], requires_grad=True)
y = x.sigmoid()
y.sum().backward()
print(y, x.grad, x.exp(), x.tanh())

x = torch.ones(3, requires_grad=True)
y = x.sum()
y.backward()
y.backward()
print(x.grad)

x = torch.ones(2, 2, requires_grad=True)
y = x.T.sum()
y.backward()
y.backward()
print(x.grad)

x = torch.ones(2, 2, requires_grad=True)
y = (x @ x).sum()
y.backward()
y.backward()
print(x.grad)

x = torch.tensor(1.0, requires_grad=True)
y = x * 2
del x
y.backward()
print(y)

x = torch.tensor(1.0, requires_grad=True)
x.backward(torch.tensor([1.0]))

x = torch.tensor(1.0, requires_grad=True)
y = x.detach().requires_grad_()
(y * y).backward()
print(y.grad, x.grad)

x = torch.tensor(2.0, requires_grad=True)
y = x * x
g, = torch.autograd.grad(y, x, retain_graph=True)
y.backward()
print(g, x.grad)

x = torch.tensor(2.0, requires_grad=True)
y = x * x
g, = torch.autograd.grad(y, x)
y.backward()
print(g, x.grad)

x = torch.tensor(2.0, requires_grad=True)
y = x * x
print(torch.autograd.grad(y, x, torch.tensor(3.0)))

x = torch.tensor(2.0, requires_grad=True)
y = x * x
print(torch.autograd.grad(outputs=y, inputs=x, grad_outputs=None, retain_graph=True))
print(torch.autograd.grad(y, x, create_graph=False, allow_unused=None))

torch.autograd.grad([], [])

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
z = y * y
print(torch.autograd.grad(z.sum(), y))
y.sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.retain_grad()
y.sum().backward()
y.grad.zero_()
print(y.grad, x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * torch.tensor([3.0, 4.0], dtype=torch.float64)
(g,) = torch.autograd.grad(y.sum(), x, create_graph=True)
print(g.dtype)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = torch.tensor([3.0, 4.0], dtype=torch.float64)
(g,) = torch.autograd.grad((x * x * y).sum(), x, create_graph=True)
print(g.detach(), torch.autograd.grad(g.sum(), x))
"""


@pytest.mark.parametrize("code", SNIPPETS.strip().split("\n\n"), ids=lambda code: code.splitlines()[-1][:60])
def test_snippet(code: str, torch: Any) -> None:
    same(code, torch)
