"""backward(), autograd.backward() and autograd.grad(): every argument, and what accumulates."""

from __future__ import annotations

from typing import Any

import pytest

from .both import same

SNIPPETS = """
x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
print(y.backward(torch.tensor([1., 10.])))
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
(x * x).backward(gradient=torch.ones(2))
print(x.grad)

x = torch.tensor([[1., 2.]], requires_grad=True)
(x * 3).backward(torch.ones(2))

x = torch.tensor([1., 2.], requires_grad=True)
(x * 3).backward(torch.ones(2, 1))

x = torch.tensor([1., 2.], requires_grad=True)
(x * 3).backward(torch.ones(2, dtype=torch.float64))
print(x.grad, x.grad.dtype)

x = torch.tensor([1., 2.], requires_grad=True)
(x * 3).backward([1., 2.])

x = torch.tensor([1., 2.], requires_grad=True)
(x * 3).backward(1.)

x = torch.tensor(2., requires_grad=True)
(x * 3).backward(torch.tensor(10.))
print(x.grad)

x = torch.tensor([2.], requires_grad=True)
(x * 3).backward()
print(x.grad)

x = torch.tensor([[2.]], requires_grad=True)
(x * 3).backward()
print(x.grad)

x = torch.ones(0, requires_grad=True)
(x * 3).backward()

x = torch.ones(0, requires_grad=True)
(x * 3).sum().backward()
print(x.grad)

# the given gradient may learn too
x = torch.tensor([1., 2.], requires_grad=True)
v = torch.tensor([3., 4.], requires_grad=True)
(x * x).backward(v, create_graph=True)
print(x.grad.requires_grad)
x.grad.sum().backward()
print(v.grad, x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
v = torch.tensor([3., 4.], requires_grad=True)
(x * x).backward(v)
print(x.grad, x.grad.requires_grad, v.grad)

# what a graph keeps
x = torch.tensor(2., requires_grad=True)
y = x * x
y.backward(retain_graph=True)
y.backward(retain_graph=True)
print(x.grad)
y.backward()
print(x.grad)
y.backward()

x = torch.tensor(2., requires_grad=True)
y = x * x
z = y * y
y.backward()
z.backward()

x = torch.tensor(2., requires_grad=True)
y = x * x
z = y + 1
z.backward()
(y + 2).backward()

x = torch.tensor(2., requires_grad=True)
y = x + 1
z = y * 3
z.backward()
(y * 5).backward()
print(x.grad)

x = torch.tensor(2., requires_grad=True)
y = x * x
y.backward(create_graph=True)
print(x.grad)
y.backward()
print(x.grad.detach())

x = torch.tensor(2., requires_grad=True)
y = x * x
y.backward(retain_graph=False, create_graph=True)
y.backward()

x = torch.tensor(2., requires_grad=True)
y = x ** 3
y.backward(create_graph=True)
g = x.grad
x.grad = None
g.backward(create_graph=True)
print(g.detach(), x.grad.detach())

# only some inputs
a = torch.tensor(2., requires_grad=True)
b = torch.tensor(3., requires_grad=True)
(a * b).backward(inputs=[a])
print(a.grad, b.grad)

a = torch.tensor(2., requires_grad=True)
b = torch.tensor(3., requires_grad=True)
(a * b).backward(inputs=b)
print(a.grad, b.grad)

a = torch.tensor(2., requires_grad=True)
b = torch.tensor(3., requires_grad=True)
(a * b).backward(inputs=(a, b))
print(a.grad, b.grad)

a = torch.tensor(2., requires_grad=True)
(a * a).backward(inputs=[])

a = torch.tensor(2., requires_grad=True)
b = a * 2
c = b * b
c.backward(inputs=[b])
print(a.grad, b.grad)

a = torch.tensor(2., requires_grad=True)
b = a * 2
c = b * b
c.backward(inputs=[a, b])
print(a.grad, b.grad)

a = torch.tensor(2., requires_grad=True)
b = torch.tensor(3., requires_grad=True)
(a * a).backward(inputs=[b])
print(a.grad, b.grad)

a = torch.tensor(2., requires_grad=True)
b = torch.tensor(3.)
(a * b).backward(inputs=[b])

# a root that is a leaf, or that nothing made
x = torch.tensor(2., requires_grad=True)
x.backward()
x.backward(torch.tensor(5.))
print(x.grad)

torch.tensor(2.).backward()

x = torch.tensor(2., requires_grad=True)
x.detach().backward()

x = torch.tensor(2., requires_grad=True)
with torch.no_grad():
    y = x * 2
y.backward()

# several roots
x = torch.tensor([1., 2.], requires_grad=True)
a, b = (x * x).sum(), (x * 3).sum()
print(torch.autograd.backward([a, b]))
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
a, b = x * x, (x * 3).sum()
torch.autograd.backward([a, b], [torch.tensor([1., 10.]), None])
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
a, b = x * x, x * 3
torch.autograd.backward((a, b), grad_tensors=(torch.ones(2), torch.tensor([0., 1.])))
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
a, b = x * x, x * 3
torch.autograd.backward([a, b], [torch.ones(2)])

x = torch.tensor([1., 2.], requires_grad=True)
torch.autograd.backward([x * x, (x * 3).sum()])

x = torch.tensor([1., 2.], requires_grad=True)
torch.autograd.backward(x * x, torch.ones(2))
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
z = y.sum()
torch.autograd.backward([z, y], [None, torch.ones(2)])
print(x.grad)

x = torch.tensor(3., requires_grad=True)
y = x * x
torch.autograd.backward([y, y])
print(x.grad)

x = torch.tensor(3., requires_grad=True)
y = x * x
torch.autograd.backward([y, x])
print(x.grad)

x = torch.tensor(3., requires_grad=True)
torch.autograd.backward([x * x, torch.tensor(1.)])

x = torch.tensor(3., requires_grad=True)
y = x * x
torch.autograd.backward(y, retain_graph=True)
torch.autograd.backward(y, inputs=[x])
print(x.grad)

x = torch.tensor(3., requires_grad=True)
y = x ** 3
torch.autograd.backward(y, create_graph=True)
print(x.grad.requires_grad, x.grad.detach())
x.grad = None

# accumulation
x = torch.tensor([1., 2.], requires_grad=True)
for k in range(3):
    (x * k).sum().backward()
    print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
(x * 2).sum().backward()
first = x.grad
(x * 3).sum().backward()
print(first, first is x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
(x * 2).sum().backward()
x.grad = None
print(x.grad)
(x * 3).sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
(x * 2).sum().backward()
x.grad.zero_()
(x * 3).sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
x.grad = torch.tensor([10., 20.])
(x * 3).sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
x.grad = torch.ones(3)

x = torch.tensor([1., 2.], requires_grad=True)
x.grad = torch.ones(2, dtype=torch.float64)

x = torch.tensor([1., 2.], requires_grad=True)
x.grad = [1., 2.]

x = torch.tensor([1., 2.], requires_grad=True)
x.grad = x

x = torch.tensor([1., 2.])
x.grad = torch.ones(2)
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
x.sum().backward()
del x.grad
print(x.grad)

# a gradient is not shared between leaves
a = torch.tensor([1., 2.], requires_grad=True)
b = torch.tensor([3., 4.], requires_grad=True)
(a + b).sum().backward()
a.grad += 1
print(a.grad, b.grad)

a = torch.tensor([1., 2.], requires_grad=True)
v = torch.ones(2)
(a + 0).backward(v)
a.grad += 1
print(a.grad, v)

total = torch.tensor(0.)
w = torch.tensor(2., requires_grad=True)
for k in range(3):
    total += w * k
print(total, total.requires_grad, total.grad_fn.name())
total.backward()
print(w.grad)

total = 0
w = torch.tensor(2., requires_grad=True)
for k in range(3):
    total += (w * k).item()
print(total)

total = 0.
w = torch.tensor(2., requires_grad=True)
for k in range(3):
    loss = w * k
    total += loss.detach()
print(total)

# grad()
x = torch.tensor([1., 2.], requires_grad=True)
g = torch.autograd.grad((x * x).sum(), x)
print(type(g).__name__, g, x.grad)

a = torch.tensor(2., requires_grad=True)
b = torch.tensor(3., requires_grad=True)
print(torch.autograd.grad(a * b, [a, b]), torch.autograd.grad(a * b * b, (b, a)))

a = torch.tensor(2., requires_grad=True)
print(torch.autograd.grad(a * a, [a, a]))

x = torch.tensor([1., 2.], requires_grad=True)
print(torch.autograd.grad(x * x, x, torch.tensor([1., 10.])))
print(torch.autograd.grad(x * x, x, grad_outputs=[torch.tensor([1., 10.])]))
print(torch.autograd.grad([x * x, x.sum()], x, grad_outputs=[torch.tensor([1., 10.]), None]))
print(torch.autograd.grad([x.sum(), (x * x).sum()], x))

x = torch.tensor([1., 2.], requires_grad=True)
torch.autograd.grad(x * x, x)

x = torch.tensor([1., 2.], requires_grad=True)
torch.autograd.grad(x * x, x, torch.ones(3))

x = torch.tensor(2., requires_grad=True)
y = x * x
print(torch.autograd.grad(y, x, retain_graph=True))
print(torch.autograd.grad(y, x, retain_graph=False))
torch.autograd.grad(y, x)

x = torch.tensor(2., requires_grad=True)
y = x ** 4
g, = torch.autograd.grad(y, x, create_graph=True)
print(g, torch.autograd.grad(g, x), x.grad)

x = torch.tensor(2., requires_grad=True)
g, = torch.autograd.grad(x ** 4, x)
print(g.requires_grad, g.grad_fn, g.is_leaf)
torch.autograd.grad(g, x)

x = torch.tensor(2., requires_grad=True)
g, = torch.autograd.grad(x * 3, x, create_graph=True)
print(g.requires_grad)

# None versus zeros
a = torch.tensor([2., 1.], requires_grad=True)
b = torch.tensor([3.], requires_grad=True)
print(torch.autograd.grad((a * a).sum(), [a, b], allow_unused=True))

a = torch.tensor([2., 1.], requires_grad=True)
b = torch.tensor([3.], requires_grad=True)
torch.autograd.grad((a * a).sum(), [a, b])

a = torch.tensor([2., 1.], requires_grad=True)
b = torch.tensor([3.], requires_grad=True)
print(torch.autograd.grad((a * a).sum(), [a, b], materialize_grads=True))

a = torch.tensor([2., 1.], requires_grad=True)
b = torch.tensor([3.], requires_grad=True)
print(torch.autograd.grad((a * a).sum(), [a, b], allow_unused=True, materialize_grads=True))

a = torch.tensor([2., 1.], requires_grad=True)
b = torch.tensor([3.], requires_grad=True)
torch.autograd.grad((a * a).sum(), [a, b], allow_unused=False, materialize_grads=True)

a = torch.tensor([2., 1.], requires_grad=True)
b = torch.tensor([3.], requires_grad=True)
((a * a).sum() + 0 * b).backward()
print(a.grad, b.grad)

a = torch.tensor([2., 1.], requires_grad=True)
b = torch.tensor([3.], requires_grad=True)
(a * a).sum().backward()
print(a.grad, b.grad)

a = torch.tensor([2., 1.], requires_grad=True)
a[:0].sum().backward()
print(a.grad)

a = torch.tensor([2., 1.], requires_grad=True)
b = torch.tensor([3.])
torch.autograd.grad((a * a).sum(), [a, b])

a = torch.tensor([2., 1.], requires_grad=True)
b = torch.tensor([3.])
torch.autograd.grad((a * a).sum(), [a, b], allow_unused=True)

torch.autograd.grad(torch.tensor(1.), torch.tensor(1., requires_grad=True))

x = torch.tensor(1., requires_grad=True)
print(torch.autograd.grad(x, x), torch.autograd.grad(x, x, torch.tensor(4.)))

x = torch.tensor(1., requires_grad=True)
torch.autograd.grad(x * 2, [])

x = torch.tensor(1., requires_grad=True)
print(torch.autograd.grad(x * 2, x, only_inputs=True))

x = torch.tensor(1., requires_grad=True)
torch.autograd.grad(2., x)

x = torch.tensor(1., requires_grad=True)
torch.autograd.grad(x * 2, 3.)

# with respect to a result
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
z = (y * y).sum()
print(torch.autograd.grad(z, [y, x]), x.grad, y.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
z = y * y
print(torch.autograd.grad(z, [z, y, x], torch.tensor([1., 10.])))

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
z = x * 3
print(torch.autograd.grad(z.sum(), y, allow_unused=True))

x = torch.tensor([1., 2.], requires_grad=True)
part = x[0]
torch.autograd.grad((x * x).sum(), part)

# only what has a way to a root is visited, and only once
x = torch.tensor(2., requires_grad=True)
y = x
for _ in range(40):
    y = y + y
y.backward()
print(x.grad)

x = torch.tensor(2., requires_grad=True)
y = x
for _ in range(3000):
    y = y + 1
y.backward()
print(x.grad)
""".strip().split("\n\n")


@pytest.mark.parametrize("code", SNIPPETS, ids=lambda code: code.splitlines()[-1][:60])
def test_call(code: str, torch: Any) -> None:
    same(code, torch)
