"""Changing a Variable in place: what it, its views and its history become."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same, same

SNIPPETS = """
x = torch.tensor([1.0, 2.0], requires_grad=True)
x += 1

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.zero_()

x = torch.tensor([1.0, 2.0], requires_grad=True)
with torch.no_grad():
    x += 1
print(x, x.is_leaf, x.requires_grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 1
z = y * y
y += 1
print(y)
z.sum().backward()

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.exp()
y *= 2
print(y)
y.sum().backward()

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y += 3
y *= x
print(y)
y.sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y -= x
y /= 2
print(y)
y.sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0])
w = torch.tensor([3.0, 4.0], requires_grad=True)
x += w
print(x, x.requires_grad, x.is_leaf)
x.sum().backward()
print(w.grad)

x = torch.tensor([1, 2])
x += 1.5
print(x)

x = torch.tensor([1, 2])
x /= 2

x = torch.tensor([1.0, 2.0])
x += torch.ones(2, 2)

x = torch.tensor([1.0, 2.0])
x += torch.ones(2, dtype=torch.float64)
print(x)

x = torch.tensor([1.0, 2.0])
y = x
y **= 2
print(x, y)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.detach()
y += 1
print(x, y)
print(y.requires_grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
z = x * x
y = x.detach()
y += 1
z.sum().backward()

x = torch.tensor([1.0, 2.0], requires_grad=True)
z = x * x
y = x.data
y += 1
z.sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.data = torch.tensor([5.0, 6.0])
print(x)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.data = x.data - 0.1
print(x)

x = torch.tensor([1.0, 2.0], requires_grad=True)
x.data -= 0.1
print(x)

x = torch.tensor([1.0, 2.0], requires_grad=True)
for _ in range(2):
    loss = (x * x).sum()
    loss.backward()
    with torch.no_grad():
        x -= 0.1 * x.grad
    x.grad.zero_()
print(x, x.grad)

x = torch.tensor([1.0, 2.0], requires_grad=True)
for _ in range(2):
    loss = (x * x).sum()
    loss.backward()
    with torch.no_grad():
        x = x - 0.1 * x.grad
print(x, x.grad)

x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
y = x.T
z = y * y
y += 1

x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
v = x.T
v += 1
print(x)

x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
v = x.view(4)
v *= 2
print(x)

x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
z = x * x
with torch.no_grad():
    v = x.view(4)
    v += 1
z.sum().backward()

x = torch.tensor(3.0, requires_grad=True)
with torch.no_grad():
    x *= 2
print(x)
y = x * x
y.backward()
print(x.grad)
x.grad.zero_()
print(x.grad)

x = torch.tensor(3.0, requires_grad=True)
y = x * 1
y += 1
y *= y
print(y)
y.backward()
print(x.grad)

x = torch.tensor(3.0, requires_grad=True)
y = x * 1
y.zero_()
print(y)
y.backward()
print(x.grad)

x = torch.tensor(1.0, requires_grad=True)
y = x.clone()
y += 1
print(x, y)

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
picked = x[[0, 2]]
picked *= 2
print(picked)
picked.sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
with torch.no_grad():
    x[0] = 5.0
    x[1:] += 1
print(x)
(x * x).sum().backward()
print(x.grad)

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x * x
with torch.no_grad():
    x[0] = 5.0
y.sum().backward()

x = torch.zeros(3)
x[:2] = torch.ones(3)

x = torch.zeros(2, 3)
x[:, 1] = torch.tensor([5.0, 6.0])
x[0] += 1
row = x[1]
row *= 2
print(x, row)
"""


@pytest.mark.parametrize("code", SNIPPETS.strip().split("\n\n"), ids=lambda code: code.splitlines()[-1][:60])
def test_snippet(code: str, torch: Any) -> None:
    same(code, torch)


def test_a_part_is_put_over_all_of_it(torch: Any) -> None:
    """Stretched, it may overlap with what it is put into."""
    all_same([f"x = torch.arange(6.).reshape(2, 3)\n{put}\nprint(x)"
              for put in ("v = x[:, 0]; v[[0, 1]] = v", "x[[0, 1]] = x", "x[0] = x[None, :1]", "x[:0][[]] = x[:0]", "x[:] = x[-1]", "x[None][0] = x[1]", "x.copy_(x[-1])", "x[:, :2] = x[:, 1:]")], torch)  # fmt: skip


ON_STRETCHED = [
    "v.fill_(5.)", "v.zero_()", "v.data.zero_()", "v.add_(1)", "v.exp_()", "v.copy_(z.expand(2, 2, 3))", "v[:] = 3.",
    "v[0] = 1.", "v[1] = z", "v[0].zero_()", "v[0].add_(1)", "v[0].fill_(z[0, 0])", "v[:, 1] = 2.", "v[..., 0] = z[0, 0]",
    "v.T[0] = 2.", "v[v > 0.5] = 2.", "v[[0]] = 2.", "v[[0, 1]] = z", "v.masked_fill_(v > 0.5, 2.)",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("change", ON_STRETCHED)
@pytest.mark.parametrize("y", ["x * 1", "torch.ones(2, 3)"])
def test_change_of_what_expand_gave(y: str, change: str, torch: Any) -> None:
    """Elements that are one place in memory: some changes are refused, some of them only in backward."""
    all_same([f"""x, z = (torch.ones(2, 3, requires_grad=True) for _ in "xz")
y = {y}
v = y.expand(2, 2, 3)
{change}
print(y, y._version, v)
y.sum().backward()
print(x.grad, z.grad)"""], torch)  # fmt: skip


@pytest.mark.parametrize("kept", ["y", "v", "u", "y.sum().backward(retain_graph=True, inputs=[y]); y"])
def test_a_gradient_is_kept_after_a_change(kept: str, torch: Any) -> None:
    """Whoever keeps it, the base, the view that is changed, or another view: of what it is at last."""
    all_same([f"""x = torch.ones(2, 3, requires_grad=True)
y = x * 2
u, v = y.view(-1), y[0]
{kept}.retain_grad()
v *= 3
print(y.retains_grad, u.retains_grad, v.retains_grad)
(y.sum() + (u * u).sum() + v.sum()).backward()
print(y.grad, u.grad, v.grad, x.grad)"""], torch)  # fmt: skip


@pytest.mark.parametrize(
    "view", ["y.expand(2, 2, 3)", "y.unfold(1, 2, 1)", "y[:, 1:]", "y.expand(2, 2, 3)[0]"]
)
def test_a_view_of_what_was_changed_since(view: str, torch: Any) -> None:
    """Elements that are one place get the gradients of all that look at it."""
    all_same([f"""x = torch.arange(6.).reshape(2, 3).requires_grad_()
y = torch.zeros(2, 3)
v = {view}
y += x
g, = torch.autograd.grad((v ** 3).sum(), x, create_graph=True)
print(v.detach(), g.detach())
g.sum().backward()
print(x.grad)"""], torch)  # fmt: skip


def test_a_view_made_without_recording_is_changed_without_it(torch: Any) -> None:
    all_same(["""x, y = torch.ones(2, requires_grad=True), torch.zeros(2)
with torch.no_grad(): v = y[None]
y += x
with torch.no_grad(): v += x
print(y, y._version)
v += 1"""], torch)  # fmt: skip


@pytest.mark.parametrize(
    "call", ["stack([x.T, x.T])", "cat([x.T, x.T])", "stack([x.T, x.T], -1)", "cat([x.T], 1)"]
)
def test_what_is_joined_lies_in_one_piece(call: str, torch: Any) -> None:
    all_same([f"x = torch.ones(2, 3)\ny = torch.{call}\nprint(y.stride(), y.view(-1).shape)"], torch)


@pytest.mark.parametrize("change", ["v += w", "v *= 2", "y += 1", "y[0] = w"])
def test_a_view_of_what_was_detached_since(change: str, torch: Any) -> None:
    all_same([f"""x, w = torch.ones(2, 3, requires_grad=True), torch.ones(3, requires_grad=True)
y = x + x
v = y[0]
y.detach_()
{change}
print(v.requires_grad, y.requires_grad)"""], torch)  # fmt: skip


@pytest.mark.parametrize("ask", ["y.sum().backward()", "print(torch.autograd.grad(y.sum(), w))"])
def test_a_leaf_becomes_a_result(ask: str, torch: Any) -> None:
    """After it was used as a leaf."""
    all_same([f"""w, x = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
y = w * 1
w.detach_()
w += x
{ask}"""], torch)  # fmt: skip
