"""torch.autograd.forward_ad: dual numbers, what they meet, and the rules of their level."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same, same

START = """
fw = torch.autograd.forward_ad
x = torch.tensor([1.27, 0.73], dtype=torch.float64)
t = torch.tensor([1., 10.], dtype=torch.float64)
w = torch.tensor([[2.1, 0.53], [-0.27, 1.13]], dtype=torch.float64)
"""
FORMS = ["x + 1", "x + x", "2 - x", "x * 3", "x * x", "x / 2", "1 / x", "x / x.sum()", "-x", "x ** 3",
         "2 ** x", "x ** x", "x.exp()", "x.log()", "x.sin()", "x.cos()", "x.tan()", "x.tanh()", "x.sigmoid()",
         "x.sqrt()", "x.rsqrt()", "x.abs()", "x.relu()", "x.reciprocal()", "x.square()", "x.erf()",
         "x.log1p()", "x.expm1()", "x.sinh()", "x.cosh()", "x.sum()", "x.sum(0, keepdim=True)", "x.mean()",
         "x.prod()", "x.max()", "x.min()", "x.max(0).values", "x.norm()", "x.var()",
         "torch.cat([x, x * x]).std()", "x.cumsum(0)", "x.cumprod(0)", "x.softmax(0)", "x.log_softmax(0)",
         "x.logsumexp(0)", "w @ x", "x @ w", "x @ x", "w @ x[:, None]", "torch.outer(x, x)", "x.dot(x)",
         "x[0]", "x[:1]", "x[[0, 0, 1]]", "x[x > 1]", "x[None]", "x.view(2, 1)", "x.reshape(1, 2)",
         "x.unsqueeze(0)", "x[None].squeeze(0)", "x[None].T", "x.expand(3, 2)", "x.repeat(2)", "x.flip(0)",
         "x.roll(1)", "x.clone()", "torch.cat([x, x * 2])", "torch.stack([x, x ** 2])",
         "torch.where(x > 1, x, 3 * x)", "x.clamp(0, 1)", "torch.maximum(x, x * x)", "x.sort().values",
         "x.chunk(2)[1]", "x.unbind()[0]", "x.masked_fill(x > 1, 0.)", "x.gather(0, torch.tensor([1]))",
         "x.index_select(0, torch.tensor([1, 0]))", "x.diag()", "x.detach() * x", "x.detach()", "x > 1",
         "x.float()", "torch.zeros_like(x)", "x.round()", "torch.nn.functional.softplus(x)",
         "torch.nn.functional.gelu(x)", "torch.nn.functional.mse_loss(x, x.flip(0))",
         "torch.linalg.inv(w * x)", "torch.linalg.det(w * x)", "torch.linalg.solve(w, x)",
         "torch.einsum('i,ij->j', x, w)", "(x * 2).add_(x)", "x.clone().mul_(x)", "x.clone().zero_()",
         "torch.nn.functional.cross_entropy(x, torch.tensor(1))"]  # fmt: skip
# PyTorch can't go back through the tangents of these: it has changed a saved value in place itself
FORWARD_ONLY = ("softmax", "logsumexp", "cross_entropy")


@pytest.mark.parametrize("form", FORMS)
def test_a_dual_goes_through(form: str, torch: Any) -> None:
    """With its tangent, through which gradients flow back."""
    code = f"""{START}
with fw.dual_level():
    primal = x
    x = fw.make_dual(primal, t)
    y, dy = fw.unpack_dual({form})
    print(y, dy)
"""
    backward = f"""
x = primal.clone().requires_grad_()
with fw.dual_level():
    primal = x
    x = fw.make_dual(primal, t)
    y, dy = fw.unpack_dual({form})
if dy is not None:
    g, = torch.autograd.grad(dy.sum() + 0 * primal.sum(), primal)
    print((g * 1e8).round() / 1e8 + 0)  # no matter how the last digits, and 0, came about
"""
    same(code if any(name in form for name in FORWARD_ONLY) else code + backward, torch)


SNIPPETS = """
# levels
with fw.dual_level() as level:
    print(level, fw.make_dual(x, t))

with fw.dual_level():
    dual = fw.make_dual(x, t)
    print(dual.requires_grad, dual.is_leaf, dual is x, dual.shape)
    print(fw.unpack_dual(dual))

with fw.dual_level():
    parts = fw.unpack_dual(fw.make_dual(x, t) * 2)
    print(type(parts).__name__, parts.primal, parts.tangent, parts._fields, len(parts))

with fw.dual_level():
    print(fw.unpack_dual(x))

with fw.dual_level():
    dual = fw.make_dual(x, t) * 2
print(fw.unpack_dual(dual))

with fw.dual_level():
    dual = fw.make_dual(x, t) * 2
with fw.dual_level():
    print(fw.unpack_dual(dual))

with fw.dual_level():
    dual = fw.make_dual(x, t) * 2
print(dual, (dual * 3))

fw.make_dual(x, t)

print(fw.unpack_dual(x))

with fw.dual_level():
    with fw.dual_level():
        print('nested')

try:
    with fw.dual_level():
        1 / 0
except ZeroDivisionError:
    pass
with fw.dual_level():
    print('again')

level = fw.enter_dual_level()
dual = fw.make_dual(x, t)
print(fw.unpack_dual(dual ** 2).tangent)
fw.exit_dual_level()
fw.exit_dual_level()

fw.exit_dual_level()

# what a dual is made of
with fw.dual_level():
    fw.make_dual(x, torch.ones(3))

with fw.dual_level():
    fw.make_dual(torch.tensor([1, 2]), torch.tensor([1, 2]))

with fw.dual_level():
    fw.make_dual(torch.tensor([1, 2]), torch.tensor([1., 2.]))

with fw.dual_level():
    dual = fw.make_dual(x, t)
    fw.make_dual(dual, t)

# tangents meet
with fw.dual_level():
    a, b = fw.make_dual(x, t), fw.make_dual(x * 2, t * 3)
    print(fw.unpack_dual(a * b).tangent, fw.unpack_dual(a / b).tangent, fw.unpack_dual(a - b).tangent)

with fw.dual_level():
    a = fw.make_dual(x, t)
    print(fw.unpack_dual(a * w).tangent, fw.unpack_dual(w @ a).tangent, fw.unpack_dual(w @ w).tangent)

with fw.dual_level():
    a = fw.make_dual(x, t)
    print(fw.unpack_dual(torch.cat([a, x])).tangent, fw.unpack_dual(torch.stack([x, a])).tangent)

with fw.dual_level():
    a = fw.make_dual(x, t)
    print(fw.unpack_dual(a.sum() + torch.ones(3)).tangent)

# no_grad leaves tangents alone, detach keeps none
with fw.dual_level(), torch.no_grad():
    print(fw.unpack_dual(fw.make_dual(x, t) ** 2).tangent)

with fw.dual_level():
    a = fw.make_dual(x, t)
    print(fw.unpack_dual(a.detach()).tangent, fw.unpack_dual(a.clone()).tangent)

# views and changes in place
with fw.dual_level():
    a = fw.make_dual(x.clone(), t.clone())
    b = a * 1
    v = b[0]
    v *= 3
    print(fw.unpack_dual(b), fw.unpack_dual(v).tangent)

with fw.dual_level():
    a = fw.make_dual(x.clone(), t.clone())
    b = a * 2
    b += a
    b[0] = 5.
    print(fw.unpack_dual(b))

with fw.dual_level():
    a = fw.make_dual(x, t)
    b = torch.zeros(2, dtype=torch.float64)
    b[0] = a[1]
    print(fw.unpack_dual(b))

with fw.dual_level():
    a = fw.make_dual(x, t)
    b = torch.zeros(2, dtype=torch.float64)
    b.copy_(a)
    print(fw.unpack_dual(b))

# both modes at once
p = x.clone().requires_grad_()
with fw.dual_level():
    y = (fw.make_dual(p, t) ** 3).sum()
    y, dy = fw.unpack_dual(y)
    dy.backward()
    print(dy.detach(), p.grad)

p = x.clone().requires_grad_()
with fw.dual_level():
    dual = fw.make_dual(p, t)
    y = (dual ** 3).sum()
    g, = torch.autograd.grad(y, dual, create_graph=True)
    print(fw.unpack_dual(g).tangent.detach())

p = x.clone().requires_grad_()
with fw.dual_level():
    y = (fw.make_dual(p, t) ** 2).sum()
    y.backward()
print(p.grad)

s = t.clone().requires_grad_()
with fw.dual_level():
    dy = fw.unpack_dual((fw.make_dual(x, s) ** 3).sum()).tangent
dy.backward()
print(s.grad)

# a layer
lin = torch.nn.Linear(2, 1).double()
with torch.no_grad():
    lin.weight.copy_(torch.tensor([[1., 2.]]))
    lin.bias.zero_()
with fw.dual_level():
    print(fw.unpack_dual(lin(fw.make_dual(x, t))).tangent.detach())

# parameters with tangents
params = {'w': torch.tensor([1., 2.], dtype=torch.float64), 'b': torch.tensor(0.5, dtype=torch.float64)}
with fw.dual_level():
    duals = {k: fw.make_dual(p, torch.ones_like(p)) for k, p in params.items()}
    out = (duals['w'] * x).sum() + duals['b']
    print(fw.unpack_dual(out))

# Newton by dual numbers
z = torch.tensor(1.5, dtype=torch.float64)
for _ in range(5):
    with fw.dual_level():
        value, slope = fw.unpack_dual(fw.make_dual(z, torch.ones_like(z)) ** 2 - 2)
    z = z - value / slope
print(z)

# a Jacobian, column by column
columns = []
for k in range(2):
    direction = torch.zeros(2, dtype=torch.float64)
    direction[k] = 1
    with fw.dual_level():
        columns.append(fw.unpack_dual((w @ fw.make_dual(x, direction)) ** 2).tangent)
print(torch.stack(columns, 1))
""".strip().split("\n\n")


@pytest.mark.parametrize("code", SNIPPETS, ids=lambda code: code.splitlines()[-1][:60])
def test_duals(code: str, torch: Any) -> None:
    same(START + code, torch)


def test_forward_and_reverse_say_the_same(torch: Any) -> None:
    codes = [
        f"{START}f = lambda x: ({form}).sum()\n"
        "forward = torch.func.jvp(f, (x,), (t,))[1]\nreverse = (torch.func.grad(f)(x) * t).sum()\n"
        "print(torch.allclose(forward, reverse), forward)"
        for form in FORMS[:60]
        if "x[x" not in form
    ]
    all_same(codes, torch)
