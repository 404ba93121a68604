"""Views share numbers, version and history; what changes in place reaches the gradient, or is found."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same, same

# A 2×4 `y` or `x`, and every way to look at it
VIEWS = ["{x}[0]", "{x}[-1]", "{x}[:, 1]", "{x}[1, 2]", "{x}[0:1]", "{x}[:, ::2]", "{x}[:, 1:3]",
         "{x}[..., 0]", "{x}[None]", "{x}[:]", "{x}[...]", "{x}[0, None]", "{x}.view(8)", "{x}.view(4, 2)",
         "{x}.view(-1)", "{x}.view_as(torch.ones(8))", "{x}.reshape(4, 2)", "{x}.flatten()", "{x}.ravel()",
         "{x}.transpose(0, 1)", "{x}.t()", "{x}.T", "{x}.mT", "{x}.permute(1, 0)", "{x}.swapaxes(0, 1)",
         "{x}.movedim(0, 1)", "{x}.unsqueeze(0)", "{x}.unsqueeze(-1)", "{x}.unsqueeze(1).squeeze(1)",
         "{x}[None].squeeze()", "{x}.diagonal()", "{x}.diagonal(1)", "{x}.narrow(1, 1, 2)",
         "{x}.select(0, 1)", "{x}.unflatten(1, (2, 2))", "{x}.expand(2, 4)", "{x}.view(2, 2, 2)[:, 0].t()",
         "{x}.T[1:][0]", "{x}[1].view(2, 2).diagonal()", "torch.transpose({x}, 0, 1)", "torch.squeeze({x})",
         "{x}.expand_as(torch.ones(2, 4))", "torch.atleast_3d({x})", "{x}.adjoint()",
         "{x}.unfold(1, 2, 2)"]  # fmt: skip
MADE = "x = torch.arange(1., 9.).reshape(2, 4).clone().requires_grad_()\n"
CHANGES = ["v += 10", "v.mul_(3)", "v.zero_()", "v.fill_(7.)", "v.copy_(v.detach() * 2)", "v[...] = 5.",
           "v.neg_()", "v.exp_()", "v.add_(v)", "v *= v.detach()"]  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_a_view(view: str, torch: Any) -> None:
    """It shares data and version with its base: a change of either reaches the other, and the gradient."""
    of_x, of_y = view.format(x="x"), view.format(x="y")
    plain = f"x = torch.arange(8.).reshape(2, 4).clone()\nv = {of_x}\n"
    history = MADE + f"y = x * 0.25\nv = {of_y}\n"
    codes = [
        MADE + f"v = {of_x}\nprint(v.detach(), v._is_view(), v._base is x, v.is_leaf, x._is_view())",
        plain + "v += 10\nprint(x)\nx *= 2\nprint(v, x._version, v._version, v._is_view(), v._base is x)",
        plain + "print(v.is_contiguous(), v.stride(), v.storage_offset(), v.data_ptr() - x.data_ptr())",
        MADE + f"v = {of_x}\nv += 1",  # a view of a leaf that learns
        MADE + f"with torch.no_grad():\n    v = {of_x}\n    v += 1\nprint(x, x._version)",
        history + "print(v._base is y)\ny *= 3\nprint(v)\nv.sum().backward()\nprint(x.grad)",
        history + "(v * v).sum().backward()\nprint(x.grad)",
        history + "z = v * v\ny += 1\nz.sum().backward()",  # what v shares was saved
        history + "z = y * y\nv += 1\nz.sum().backward()",
        history + "z = v.exp()\nv += 1\nz.sum().backward()\nprint(x.grad)",
    ]
    codes += [history + f"{change}\nprint(y)\n(y * y).sum().backward()\nprint(x.grad)" for change in CHANGES]
    seen = "print(v)\n(v * v).sum().backward()\nprint(x.grad)"
    codes += [history + f"{change}\n{seen}" for change in CHANGES[:3]]
    all_same(codes, torch)


WRITES = ["y[0] = 5.", "y[0] = torch.ones(4)", "y[:, 1] = w[:, 0]", "y[1, 2] = w[1, 1]", "y[0:1] += w[1]",
          "y[..., 0] *= w[:, 1]", "y[y > 3] = 0.", "y[[0, 1], [1, 2]] = w[0, :2]", "y[0][1] = 9.",
          "y[torch.tensor([1])] = w[:1]", "y[:] = w", "y[...] = w * 2", "y[None] = 3.", "y[0, :2] = y[1, 2:]",
          "y[0] = y[1]", "y[0] = y[0] * y[1]", "y[1] = x[0]", "y.T[0] = 1.", "y.view(-1)[3] = w.sum()",
          "y.diagonal()[:] = w.mean()", "y[True] = 1.", "y[:, [0, 3]] *= 2", "y[:0] = 4."]  # fmt: skip


@pytest.mark.parametrize("write", WRITES)
def test_a_part_is_written(write: str, torch: Any) -> None:
    setup = MADE + "w = torch.linspace(-1, 2, 8).reshape(2, 4).clone().requires_grad_()\n"
    seen = "print(y, y._version, y.requires_grad)\n(y * y).sum().backward()\n"
    seen += "print(*(None if g is None else g + 0 for g in (x.grad, w.grad)))"  # no matter which zero
    codes = [
        setup + f"y = x * 2\n{write}\n{seen}",
        setup + f"y = torch.ones(2, 4)\n{write}\n{seen}",
        setup + f"y = x\n{write}",
        setup + f"y = x * x\nz = y.exp()\n{write}\nz.sum().backward()\nprint(x.grad)",
        setup + f"y = x * 2\nz = y * y\n{write}\nz.sum().backward()",
    ]  # fmt: skip
    all_same(codes, torch)


SNIPPETS = """
# one number of a row, put into that row
x = torch.tensor([[1., 2., 3.], [4., 5., 6.]], requires_grad=True) * 1
x[0] = x[0][-1]
print(x)
x.sum().backward()

# views of views have one base
x = torch.arange(8.)
v = x.view(2, 4)
w = v[0]
print(w._base is x, v._base is x, w._base is v)
w += 1
print(x._version, v._version, w._version, x)

x = torch.arange(4., requires_grad=True)
y = x * 1
a, b = y[:2], y[1:3]
a *= 10
b *= 10
print(y, a, b)
y.sum().backward()
print(x.grad)

x = torch.arange(4., requires_grad=True)
y = x * 1
a, b = y[:2], y[2:]
a *= b
print(y, a.grad_fn.name(), y.grad_fn.name())
y.sum().backward()
print(x.grad)

x = torch.arange(4., requires_grad=True)
y = x * 1
v = y.view(2, 2)
w = v.t()[0]
w *= 5
print(y, y.grad_fn.name(), v.grad_fn.name(), w.grad_fn.name())
v.sum().backward()
print(x.grad)

# names after a change
x = torch.arange(4., requires_grad=True)
y = x * 2
print(y.grad_fn.name())
y += 1
print(y.grad_fn.name())
y[0] = 1
print(y.grad_fn.name())
y[0].mul_(2)
print(y.grad_fn.name())
y.zero_()
print(y.grad_fn.name())

# a plain base starts to learn through its view
y = torch.zeros(4)
w = torch.tensor([1., 2.], requires_grad=True)
v = y[1:3]
v += w
print(y, y.requires_grad, y.is_leaf, v.is_leaf)
(y * y).sum().backward()
print(w.grad)

y = torch.zeros(2, 2)
w = torch.tensor(3., requires_grad=True)
y[0, 0] = w
y[1, 1] = w * w
print(y)
y.sum().backward()
print(w.grad)

y = torch.zeros(3)
w = torch.tensor(3., requires_grad=True)
for k in range(3):
    y[k] = w * k
y.sum().backward()
print(w.grad, y.grad_fn.name())

y = torch.zeros(3)
w = torch.ones(3, requires_grad=True)
y.copy_(w)
print(y, y.is_leaf)
y.sum().backward()
print(w.grad)

# itself, copied into itself: nothing is read and nothing written, whatever it looks into
x = torch.ones(2, 1)
v = x.expand(2, 3)
print(v.copy_(v), x._version)
y = torch.ones(3, requires_grad=True) * 2
y.copy_(y)
print(y._version, y.grad_fn.name())

# expand: several places are one number
torch.zeros(3).expand(2, 3).add_(1)

torch.zeros(1).expand(3).mul_(2)

x = torch.zeros(3).expand(2, 3)
x[0] = 1
print(x)

x = torch.zeros(3)
x.expand(2, 3)[0].add_(1)
print(x)

x = torch.tensor([1., 2.], requires_grad=True)
y = (x * 2).expand(3, 2)
y += 1

x = torch.tensor([1., 2.], requires_grad=True)
y = x.expand(3, 2)
(y * y).sum().backward()
print(x.grad, y.stride())

# chunk, split, unbind give several views: no change in place while recorded
x = torch.arange(4., requires_grad=True)
a, b = (x * 1).chunk(2)
a += 1

x = torch.arange(4., requires_grad=True)
a, b = (x * 1).split(2)
a *= 2

x = torch.arange(4., requires_grad=True)
a, b, c, d = (x * 1).unbind()
a.zero_()

x = torch.arange(4., requires_grad=True)
a, b = torch.tensor_split(x * 1, 2)
a += 1
print(a)

x = torch.arange(4., requires_grad=True)
for part in x * 1:
    part += 1

x = torch.arange(4.)
a, b = x.chunk(2)
a += 10
b *= 2
print(x, a._base is x, x._version)

x = torch.arange(4.)
for part in x:
    part += 1
print(x)

x = torch.arange(4., requires_grad=True)
a, b = (x * 1).chunk(2)
with torch.no_grad():
    a += 1
print(a.detach())

x = torch.arange(4., requires_grad=True)
y = x * 1
a, b = y.chunk(2)
y += 1
print(a.detach(), b.detach())

x = torch.arange(4., requires_grad=True)
a, b = (x * 1).chunk(2)
(a * b).sum().backward()
print(x.grad, a.grad_fn.name(), b.output_nr)

x = torch.arange(4.)
w = torch.ones(2, requires_grad=True)
a, b = x.chunk(2)
a += w

# copies are no views
x = torch.arange(4.)
copies = [x.clone(), x[[0, 1]], x[x > 1], x.repeat(2), x + 0, x.double(), torch.cat([x, x])]
print([c._is_view() for c in copies], [c._base for c in copies])

x = torch.arange(4.)
print(x.contiguous() is x, x.reshape(4) is x, x.view(4) is x, x.float() is x, x.expand(4) is x, x[:] is x)

x = torch.arange(6.).reshape(2, 3)
y = x.t().reshape(6)
y += 100
print(x, y._is_view())

x = torch.arange(6.).reshape(2, 3)
x.t().view(6)

x = torch.arange(6.).reshape(2, 3)
print(x.t().contiguous().view(6), x.t().is_contiguous())

# detach and data: the first shares the version, the second does not
x = torch.arange(4., requires_grad=True)
d = x.detach()
d[0] = 50.
print(x, x._version, d._version)

x = torch.arange(4., requires_grad=True)
x.data[0] = 50.
print(x, x._version, x.data._version)

x = torch.arange(4., requires_grad=True)
y = x * x
x.detach()[0] = 50.
y.sum().backward()

x = torch.arange(4., requires_grad=True)
y = x * x
x.data[0] = 50.
y.sum().backward()
print(x.grad)

x = torch.arange(4., requires_grad=True)
y = x * 2
z = y.max() + y.min() + y.median()
y.data += 7
z.backward()
print(x.grad)

x = torch.arange(4., requires_grad=True)
d = x.detach()
d.requires_grad_()
(d * x).sum().backward()
print(d.grad, x.grad)

# what is saved is found changed; what isn't, is not
x = torch.arange(1., 4., requires_grad=True)
y = x * 1
z = y + 5
y += 1
z.sum().backward()
print(x.grad)

x = torch.arange(1., 4., requires_grad=True)
y = x * 1
z = y * 5
y += 1
z.sum().backward()
print(x.grad)

x = torch.arange(1., 4., requires_grad=True)
c = torch.ones(3)
z = x * c
c += 1
z.sum().backward()

x = torch.arange(1., 4., requires_grad=True)
y = x * 1
z = y.exp()
y += 1
z.sum().backward()
print(x.grad)

x = torch.arange(1., 4., requires_grad=True)
z = x.exp()
z += 1
z.sum().backward()

x = torch.arange(1., 4., requires_grad=True)
z = x.sigmoid()
z[0] = 0.
z.sum().backward()

x = torch.arange(1., 4., requires_grad=True)
z = x.relu()
z += 1
z.sum().backward()

x = torch.arange(1., 4., requires_grad=True)
z = x.log()
z += 1
z.sum().backward()
print(x.grad)

x = torch.arange(1., 4., requires_grad=True)
y = x * 1
z = y ** 2
y.add_(1)
z.sum().backward()

x = torch.arange(4.).view(2, 2).requires_grad_()
w = torch.eye(2)
z = x @ w
w[0, 0] = 3.
z.sum().backward()

x = torch.arange(4.).view(2, 2).requires_grad_()
w = torch.eye(2)
z = w @ x
w.t()[0] = 3.
z.sum().backward()

x = torch.arange(4.).view(2, 2).requires_grad_()
w = torch.eye(2)
z = x + w
w += 3.
z.sum().backward()
print(x.grad)

x = torch.arange(1., 4., requires_grad=True)
index = torch.tensor([0, 1])
y = x[index]
index[0] = 2
y.sum().backward()

x = torch.arange(1., 4., requires_grad=True)
mask = x > 1
y = x.masked_fill(mask, 0.)
mask[0] = True
y.sum().backward()

x = torch.arange(1., 4., requires_grad=True)
y = x * x
with torch.no_grad():
    x += 1
    x -= 1
y.sum().backward()

x = torch.arange(1., 4., requires_grad=True)
y = x * x
y += 1
y.sum().backward()
print(x.grad)

x = torch.arange(1., 4., requires_grad=True)
y = x.clone()
y *= y
print(y)
y.sum().backward()

x = torch.arange(1., 4., requires_grad=True)
y = x.clone()
y.mul_(x).mul_(2).sub_(x).div_(4)
print(y)
y.sum().backward()
print(x.grad)

x = torch.arange(1., 4., requires_grad=True)
y = x.clone()
y.pow_(2)
print(y, y.grad_fn.name())
y.sum().backward()
print(x.grad)

x = torch.arange(1., 4., requires_grad=True)
y = x.clone()
y.sin_().cos_().add_(2).log_().tanh_()
print(y.grad_fn.name())
y.sum().backward()
print(x.grad)

x = torch.arange(1., 4., requires_grad=True)
y = x.clone().clamp_(0, 2).neg_()
y.sum().backward()
print(y, x.grad + 0)

# the change is undone in no way by backward
x = torch.arange(1., 4., requires_grad=True)
y = x * 2
v = y[0]
y += 1
print(v, v.grad_fn.name(), v._version)
v.backward()
print(x.grad)

x = torch.arange(1., 4., requires_grad=True)
y = x * 2
v = y[:2]
y.zero_()
(v * v).sum().backward()
print(v, x.grad)

# what can't hold it
x = torch.arange(3)
x += 0.5

x = torch.arange(3)
x[0] = 2.7
print(x)

x = torch.arange(3.)
x += torch.ones(2, 3)

x = torch.arange(3.)
x[0] = torch.ones(2)

x = torch.arange(3.)
x += torch.ones(3, dtype=torch.float64)
print(x.dtype, x)

# set, resize, grow
x = torch.arange(4., requires_grad=True)
y = x * 1
y.t_() if y.ndim == 2 else y.unsqueeze_(0)
print(y.shape, y.grad_fn.name())
y.sum().backward()
print(x.grad)

x = torch.arange(6.).reshape(2, 3)
x.transpose_(0, 1)
print(x, x._version)

x = torch.arange(6.).reshape(2, 3)
x.t_()
x.squeeze_()
x.unsqueeze_(0)
print(x.shape, x._version)

# out of order
x = torch.arange(4., requires_grad=True)
y = x * 1
y[1:] = y[:-1].clone()
print(y)
y.sum().backward()
print(x.grad)

x = torch.arange(4.)
x[1:] = x[:-1].clone()
print(x)

x = torch.arange(4., requires_grad=True)
y = x * 1
y.index_fill_(0, torch.tensor([0]), 9.).masked_fill_(y > 8, 1.)
print(y)
y.sum().backward()
print(x.grad)

x = torch.arange(4., requires_grad=True)
y = x * 1
y.index_add_(0, torch.tensor([0, 0]), x[:2] * x[:2])
print(y)
y.sum().backward()
print(x.grad)

x = torch.arange(4., requires_grad=True)
y = torch.zeros(4).scatter_(0, torch.tensor([3, 2]), x[:2])
print(y)
(y * y).sum().backward()
print(x.grad)

# hooks and kept gradients follow the change
x = torch.arange(4., requires_grad=True)
y = x * 2
y.retain_grad()
v = y[:2]
v *= 3
y.sum().backward()
print(y.grad, x.grad)

x = torch.arange(4., requires_grad=True)
x.sum().backward()
g = x.grad
x.grad += 1
x.grad[0] = 100
print(g, g is x.grad)
""".strip().split("\n\n")


@pytest.mark.parametrize("code", SNIPPETS, ids=lambda code: code.splitlines()[-1][:60])
def test_in_place(code: str, torch: Any) -> None:
    same(code, torch)
