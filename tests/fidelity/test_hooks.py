"""Hooks on Variables and on nodes, on what is saved, and the handles that take them away again."""

from __future__ import annotations

from typing import Any

import pytest

from .both import same

SNIPPETS = """
# on a leaf
x = torch.tensor([1., 2.], requires_grad=True)
handle = x.register_hook(lambda g: print('seen', g))
(x * x).sum().backward()
print(x.grad, type(handle).__name__)

x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: g * 10)
(x * x).sum().backward()
print(x.grad)
(x * x).sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: g + 1)
x.register_hook(lambda g: g * 10)
(x * x).sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: print('first'))
x.register_hook(lambda g: print('second', g))
x.register_hook(lambda g: -g)
(x + x).sum().backward()
print(x.grad)

# once for all that flows in, not once for each way
x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: print('whole', g))
(x * 2 + x * 3).sum().backward()

# on a result
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.register_hook(lambda g: print('y', g))
x.register_hook(lambda g: print('x', g))
(y * y).sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.register_hook(lambda g: g * 100)
y.sum().backward()
print(x.grad, y.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.retain_grad()
y.register_hook(lambda g: g * 100)
y.sum().backward()
print(x.grad, y.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.register_hook(lambda g: g * 100)
y.retain_grad()
y.sum().backward()
print(x.grad, y.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = (x * x).sum()
y.register_hook(lambda g: g * 5)
y.backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
y.register_hook(lambda g: print('y', g))
print(torch.autograd.grad(y.sum(), x))

x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
y.register_hook(lambda g: g * 10)
print(torch.autograd.grad(y.sum(), [y, x]))

x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: g * 10)
print(torch.autograd.grad((x * x).sum(), x), x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
y.register_hook(lambda g: print('y'))
x.sum().backward()
print(x.grad)

# as a decorator
x = torch.tensor([1., 2.], requires_grad=True)
@x.register_hook
def half(g):
    return g / 2
x.sum().backward()
print(x.grad)

# what a hook may give back
x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: None)
x.sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: 5.)
x.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: torch.ones(3))
x.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.register_hook(lambda g: torch.ones(1, 2))
y.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: g.double())
x.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda: None)
x.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: (g,))
x.sum().backward()

def fails(g):
    raise KeyError('hook')
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.register_hook(fails)
try:
    y.sum().backward()
except KeyError as error:
    print('told', error, x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(5)
x.sum().backward()

# nothing will flow there
x = torch.tensor([1., 2.])
x.register_hook(print)

x = torch.tensor([1., 2.], requires_grad=True)
x.detach().register_hook(print)

with torch.no_grad():
    y = torch.ones(2, requires_grad=True) * 2
y.register_hook(print)

# handles
x = torch.tensor([1., 2.], requires_grad=True)
handle = x.register_hook(lambda g: g * 10)
x.sum().backward()
handle.remove()
x.sum().backward()
print(x.grad, handle.remove())
x.sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
with x.register_hook(lambda g: g * 10):
    x.sum().backward()
x.sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
a = x.register_hook(lambda g: print('a'))
b = x.register_hook(lambda g: print('b'))
c = x.register_hook(lambda g: print('c'))
b.remove()
x.sum().backward()
a.remove()
x.register_hook(lambda g: print('d'))
x.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
seen = lambda g: print('seen')
x.register_hook(seen)
handle = x.register_hook(seen)
x.sum().backward()
handle.remove()
x.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
calls = []
def once(g):
    calls.append(g)
    handle.remove()
handle = x.register_hook(once)
x.sum().backward()
x.sum().backward()
print(calls)

# the gradient a hook sees
x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: print(g.requires_grad, g.grad_fn))
(x * x).sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
seen = []
x.register_hook(seen.append)
(x ** 3).sum().backward(create_graph=True)
print(seen[0].requires_grad, seen[0].detach())
print(torch.autograd.grad(seen[0].sum(), x))

x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: g * x)
(x ** 2).sum().backward(create_graph=True)
g = x.grad
print(g.detach(), torch.autograd.grad(g.sum(), x))

x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: print(torch.is_grad_enabled()))
x.sum().backward()
x.sum().backward(create_graph=True)

x = torch.tensor([1., 2.], requires_grad=True)
def clip(g):
    return g.clamp(-1, 1)
x.register_hook(clip)
(x * torch.tensor([-5., 0.5])).sum().backward()
print(x.grad)

# several at once flow in order, last made first
x = torch.tensor(1., requires_grad=True)
names, values = 'abc', [x]
for name in names:
    y = values[-1] * 2
    y.register_hook(lambda g, name=name: print(name, g))
    values.append(y)
values[-1].backward()

x = torch.tensor(2., requires_grad=True)
a, b = x * 3, x * 5
a.register_hook(lambda g: print('a', g))
b.register_hook(lambda g: print('b', g))
x.register_hook(lambda g: print('x', g))
(a * b).backward()

x = torch.tensor(2., requires_grad=True)
a = x * 3
b = a + x
a.register_hook(lambda g: print('a', g))
b.register_hook(lambda g: print('b', g))
x.register_hook(lambda g: print('x', g))
(a * b).backward()

# after a change in place, a hook belongs to what was there when it was made
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.register_hook(lambda g: print('before', g))
y *= 3
y.register_hook(lambda g: print('after', g))
y.sum().backward()
print(x.grad)

# nodes: after they ran
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 3
handle = y.grad_fn.register_hook(lambda into, out: print(into, out))
(y * y).sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 3
y.grad_fn.register_hook(lambda into, out: (into[0] * 10, into[1]))
y.sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
w = torch.tensor([3., 4.], requires_grad=True)
y = x * w
y.grad_fn.register_hook(lambda into, out: (into[1], into[0]))
y.sum().backward()
print(x.grad, w.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 3
y.grad_fn.register_hook(lambda into, out: (into[0],))
y.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 3
y.grad_fn.register_hook(lambda into, out: 5)
y.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
y = x.exp()
y.grad_fn.register_hook(lambda into, out: print(into, out))
y.grad_fn.register_hook(lambda into, out: print('second'))
y.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
y = x.exp()
handle = y.grad_fn.register_hook(lambda into, out: print('never'))
handle.remove()
handle.remove()
y.sum().backward()
print(x.grad)

x = torch.tensor([3., 1.], requires_grad=True)
values, order = x.sort()
values.grad_fn.register_hook(lambda into, out: print(into, out))
values.sum().backward()

x = torch.tensor([3., 1.], requires_grad=True)
a, b = x.unbind()
a.grad_fn.register_hook(lambda into, out: print(into, out))
(a * 2).backward()

# nodes: before they run
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 3
y.grad_fn.register_prehook(lambda out: print(out))
(y * y).sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 3
y.grad_fn.register_prehook(lambda out: (out[0] * 10,))
y.sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 3
y.grad_fn.register_prehook(lambda out: ())
y.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 3
handle = y.grad_fn.register_prehook(lambda out: print('never'))
handle.remove()
y.sum().backward()
print(x.grad)

# all kinds, in order
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 3
y.grad_fn.register_hook(lambda into, out: print('node, after', into, out))
y.grad_fn.register_prehook(lambda out: print('node, before', out))
y.register_hook(lambda g: print('result', g))
x.register_hook(lambda g: print('leaf', g))
x.register_post_accumulate_grad_hook(lambda v: print('stored', v.grad))
y.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 3
y.register_hook(lambda g: g * 10)
y.grad_fn.register_prehook(lambda out: print('before', out))
y.retain_grad()
y.sum().backward()
print(y.grad, x.grad)

# after a gradient is stored
x = torch.tensor([1., 2.], requires_grad=True)
handle = x.register_post_accumulate_grad_hook(lambda v: print(v is x, v.grad))
(x * 2).sum().backward()
(x * 2).sum().backward()
handle.remove()
(x * 2).sum().backward()
print(x.grad)

# the step inside backward: no gradient is kept
x = torch.tensor([1., 2.], requires_grad=True)
def step(v):
    with torch.no_grad():
        v -= 0.1 * v.grad
    v.grad = None
x.register_post_accumulate_grad_hook(step)
for _ in range(2):
    (x * x).sum().backward()
    print(x, x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
(x * 2).register_post_accumulate_grad_hook(print)

x = torch.tensor([1., 2.])
x.register_post_accumulate_grad_hook(print)

x = torch.tensor([1., 2.], requires_grad=True)
x.register_post_accumulate_grad_hook(lambda v: 5)
x.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
x.register_post_accumulate_grad_hook(lambda v: print('stored'))
print(torch.autograd.grad(x.sum(), x))

x = torch.tensor([1., 2.], requires_grad=True)
x.register_post_accumulate_grad_hook(lambda v: print('first'))
x.register_post_accumulate_grad_hook(lambda v: print('second'))
x.register_hook(lambda g: print('hook', x.grad))
x.sum().backward()

# the node of a leaf
x = torch.tensor([1., 2.], requires_grad=True)
node = (x * 2).grad_fn.next_functions[0][0]
node.register_prehook(lambda g: print('before', g, x.grad))
node.register_hook(lambda into, out: print('after', into, out, x.grad))
(x * 2).sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
node = x.view_as(x).grad_fn.next_functions[0][0]
node.register_prehook(lambda g: (g[0] * 7,))
x.sum().backward()
print(x.grad)

# hooks of several, together
xs = [torch.tensor([1.], requires_grad=True) for _ in range(3)]
handle = torch.autograd.graph.register_multi_grad_hook(xs, lambda gs: print([g is not None for g in gs]))
(xs[0] * xs[1]).sum().backward()
(xs[0] * xs[1] * xs[2]).sum().backward()
handle.remove()

xs = [torch.tensor([1.], requires_grad=True) for _ in range(2)]
handle = torch.autograd.graph.register_multi_grad_hook(xs, lambda g: print('any', g), mode='any')
(xs[0] * xs[1] * 4).sum().backward()
handle.remove()

a, b, c = [torch.tensor([v], requires_grad=True) for v in (2., 3., 4.)]
d, e = a * b, a * c
with torch.autograd.graph.register_multi_grad_hook([a, b, d, e], lambda gs: print(gs)):
    d.sum().backward(retain_graph=True)
    d.sum().backward(inputs=(a,), retain_graph=True)
    (d + e).sum().backward(retain_graph=True)
d.sum().backward()

torch.autograd.graph.register_multi_grad_hook([torch.ones(1, requires_grad=True)], print, mode='some')

# at the node of a leaf
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 3
node = y.grad_fn.next_functions[0][0]
print(node.variable is x, node.next_functions, node.name())
x.register_hook(lambda g: print('gradient', g))
x.register_post_accumulate_grad_hook(lambda p: print('stored', p.grad))
handle = node.register_hook(lambda into, out: print('after', into, out, x.grad))
node.register_prehook(lambda out: (out[0] * 2,))
y.sum().backward(retain_graph=True)
print(torch.autograd.grad(y.sum(), x, retain_graph=True))
handle.remove()
y.sum().backward(inputs=[x])
print(x.grad)

# an edge
edge = torch.autograd.graph.get_gradient_edge(torch.ones(2, requires_grad=True).exp())
print(type(edge).__name__, edge.node.name(), edge.output_nr, edge.ownership_token)
torch.autograd.graph.get_gradient_edge(torch.ones(2))

# on what is saved
def pack(v):
    print('pack', v.detach())
    return v
def unpack(v):
    print('unpack', v.detach())
    return v
x = torch.tensor([1., 2.], requires_grad=True)
with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
    y = x * x
y.sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
with torch.autograd.graph.saved_tensors_hooks(lambda v: v * 10, lambda v: v):
    y = x.sin() * 3
y.sum().backward()
print(x.grad, torch.cos(x.detach() * 10) * 3)

stored = {}
def pack(v):
    stored[len(stored)] = v.detach().numpy().copy()
    return len(stored) - 1
def unpack(key):
    return torch.from_numpy(stored[key])
x = torch.tensor([1., 2.], requires_grad=True)
with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
    y = (x.exp() * x).sum()
print(len(stored))
y.backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
with torch.autograd.graph.saved_tensors_hooks(lambda v: v, lambda v: 5):
    y = x * x
y.sum().backward()

def pack(v):
    raise KeyError
x = torch.tensor([1., 2.], requires_grad=True)
with torch.autograd.graph.saved_tensors_hooks(pack, lambda v: v):
    y = x * x

x = torch.tensor([1., 2.], requires_grad=True)
with torch.autograd.graph.saved_tensors_hooks(lambda v: print('outer') or v, lambda v: v):
    with torch.autograd.graph.saved_tensors_hooks(lambda v: print('inner') or v, lambda v: v):
        x.exp()
    x.exp()
x.exp()

x = torch.tensor([1., 2.], requires_grad=True)
with torch.autograd.graph.saved_tensors_hooks(lambda v: print('packed') or v, lambda v: v):
    x + 1, x * 2, x.sum(), -x
    x.log()

x = torch.tensor([1., 2.], requires_grad=True)
with torch.autograd.graph.disable_saved_tensors_hooks('not here'):
    with torch.autograd.graph.saved_tensors_hooks(lambda v: v, lambda v: v):
        print('entered')

x = torch.tensor([1., 2.], requires_grad=True)
y = x ** 2
y.grad_fn._raw_saved_self.register_hooks(lambda v: print('pack') or v, lambda v: print('unpack') or v)
y.sum().backward()
print(x.grad)

# what is packed has its history, and comes in the order of PyTorch; packing is not recorded
def pack(v):
    print('pack', v, (v * 2).requires_grad)
    return v
def unpack(v):
    print('unpack', v)
    return v
x = torch.tensor([1., 2.], requires_grad=True)
y = torch.tensor([3., 4.], requires_grad=True) * 1
c, w = torch.tensor([5., 6.]), torch.ones(2, 2, requires_grad=True)
with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
    out = [x * y, x * c, c * x, x / y, x ** 2, w @ x, torch.maximum(x, y), torch.atan2(x, y), x.log(), x @ y]
sum(one.sum() for one in out).backward()
print(x.grad, w.grad)

with torch.autograd.graph.saved_tensors_hooks(lambda v: print('pack', v) or v, lambda v: v):
    x = torch.tensor([1., 2.], requires_grad=True)
    out = [x.exp(), x.sigmoid(), x ** x, 2 ** x, x.softmax(0), x.norm(), x.std()]
sum(one.sum() for one in out).backward()
print(x.grad)

# a change in place goes unseen by what was packed away as a copy
x = torch.tensor([1., 2.], requires_grad=True)
with torch.autograd.graph.saved_tensors_hooks(lambda v: v.clone(), lambda v: v):
    y = x * x
with torch.no_grad():
    x += 10
y.sum().backward()
print(x.grad)

# kept out of a copy
import copy
x = torch.tensor([1., 2.], requires_grad=True)
x.register_hook(lambda g: g * 10)
y = copy.deepcopy(x)
y.sum().backward()
print(y.grad)

# a hook that makes gradients of its own
x = torch.tensor([1., 2.], requires_grad=True)
w = torch.tensor([3., 4.], requires_grad=True)
def inner(g):
    with torch.enable_grad():
        (w * g.detach()).sum().backward()
y = x * 2
y.register_hook(inner)
(y * y).sum().backward()
print(x.grad, w.grad)
""".strip().split("\n\n")


@pytest.mark.parametrize("code", SNIPPETS, ids=lambda code: code.splitlines()[-1][:60])
def test_hook(code: str, torch: Any) -> None:
    same(code, torch)
