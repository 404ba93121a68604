"""Gradients of gradients to depth four, autograd.functional, torch.func and the gradient checks."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same, same

# Forms of x, a vector of two, and w, a matrix: what their derivatives' derivatives are
FORMS = ["x ** 5", "x ** 2.5", "x.exp()", "x.log()", "x.sin()", "x.cos()", "x.tanh()", "x.sigmoid()",
         "x.sqrt()", "1 / x", "x / (1 + x)", "x * x * x", "2 ** x", "x ** x", "(x * x).sum() ** 2",
         "x.prod() * x", "x.mean() ** 4", "x.softmax(0)", "x.log_softmax(0)", "x.logsumexp(0) ** 2",
         "(w @ x) ** 4", "(x @ w).tanh()", "(x @ x) ** 2", "(x[:, None] * x).pow(2)", "x[0] ** 3 * x[1] ** 2",
         "x[[0, 0, 1]].prod()", "torch.cat([x, x * x]).prod()", "torch.stack([x, x ** 2]).prod(0)",
         "x.norm()", "x.std()", "x.var() ** 2", "x.cumsum(0) ** 4", "x.cumprod(0) ** 2",
         "torch.where(x > 1, x ** 4, x ** 3)", "x.clamp(max=1.5) ** 4", "x.abs() ** 3", "x.relu() ** 4",
         "torch.maximum(x, x ** 2) ** 2", "x.max() ** 4", "x.expand(3, 2).prod(0)", "x.erf()",
         "torch.nn.functional.softplus(x)", "torch.nn.functional.gelu(x)", "torch.nn.functional.silu(x)",
         "torch.atan2(x, x * x + 1)", "x.tan()", "x.atan()", "x.rsqrt()", "x.reciprocal()", "x.log1p()",
         "x.expm1()", "(w @ w @ x) ** 2", "torch.linalg.inv(w) @ x * x", "torch.linalg.det(w * x) ** 2",
         "x.view(2, 1).mm(x.view(1, 2)).pow(2)", "torch.outer(x, x).diagonal() ** 2",
         "torch.einsum('i,ij,j->', x, w, x) ** 2", "x.sinh()", "x.cosh()",
         "x.sort(descending=True).values ** 4", "x.flip(0) * x ** 3", "x.roll(1) * x ** 3"]  # fmt: skip
START = """
x = torch.tensor([1.27, 0.73], dtype=torch.float64, requires_grad=True)
w = torch.tensor([[2.1, 0.53], [-0.27, 1.13]], dtype=torch.float64, requires_grad=True)
"""
DEEPER = """
y = ({form}).sum()
for depth in range(4):
    y = y + 0 * (x.sum() + w.sum())  # a constant may, or may not, have a history
    g, h = torch.autograd.grad(y, [x, w], create_graph=True)
    for v in (g, h):
        print((v.detach() * 1e8).round() / 1e8 + 0)  # no matter how the last digits, and 0, came about
    y = (g * torch.tensor([1., -0.5])).sum() + (h * h).sum()
"""
CHECKS = ["gradcheck", "gradgradcheck"]


@pytest.mark.parametrize("form", FORMS)
def test_to_depth_four(form: str, torch: Any) -> None:
    same(START + DEEPER.format(form=form), torch)


@pytest.mark.parametrize("form", FORMS)
def test_checks_itself(form: str, torch: Any) -> None:
    """gradcheck and gradgradcheck say that it is right."""
    checks = (f"print(torch.autograd.{name}(lambda x, w: {form}, (x, w)))" for name in CHECKS)
    same(START + "\n".join(checks), torch)


FUNCTIONS = """
def cube(x):
    return x ** 3
def scalar(x):
    return (x ** 3).sum()
def two(x, y):
    return x * y.sum(), x.sum() * y ** 2
def pair(x, y):
    return (x ** 2 * y).sum()
def constant(x):
    return torch.ones(2)
def unrelated(x):
    return torch.ones(2, requires_grad=True) * 2
x = torch.tensor([1., 2.])
y = torch.tensor([3., 4.])
v = torch.tensor([1., 10.])
AF = torch.autograd.functional
func = torch.func
"""
FUNCTIONAL = """
print(AF.jacobian(cube, x), AF.jacobian(scalar, x))

print(AF.jacobian(two, (x, y)))

print(AF.jacobian(cube, torch.tensor([[1., 2.], [3., 4.]])).shape, AF.jacobian(cube, torch.tensor(2.)))

print(AF.jacobian(cube, x, vectorize=True))

print(AF.jacobian(cube, x, vectorize=True, strategy='forward-mode'))

x.requires_grad_()
j = AF.jacobian(cube, x, create_graph=True)
print(j.detach(), j.requires_grad)
j.sum().backward()
print(x.grad)

x.requires_grad_()
print(AF.jacobian(cube, x).requires_grad, x.grad)

print(AF.jacobian(constant, x))

AF.jacobian(constant, x, strict=True)

print(AF.jacobian(unrelated, x))

AF.jacobian(unrelated, x, strict=True)

AF.jacobian(lambda x: 5., x)

AF.jacobian(cube, 5.)

AF.jacobian(cube, [x])

print(AF.hessian(scalar, x))

print(AF.hessian(pair, (x, y)))

AF.hessian(cube, x)

print(AF.hessian(lambda x: x.sum(), x))

AF.hessian(lambda x: x.sum(), x, strict=True)

x.requires_grad_()
h = AF.hessian(scalar, x, create_graph=True)
h.sum().backward()
print(x.grad)

print(AF.hessian(scalar, x, vectorize=True))

print(AF.hessian(scalar, x, outer_jacobian_strategy='forward-mode', vectorize=True).detach())

print(AF.vjp(cube, x, v), AF.vjp(scalar, x))

print(AF.vjp(two, (x, y), (v, v)))

AF.vjp(cube, x)

AF.vjp(cube, x, torch.ones(3))

AF.vjp(two, (x, y), v)

AF.vjp(constant, x, v, strict=True)

print(AF.vjp(constant, x, v))

x.requires_grad_()
out, g = AF.vjp(cube, x, v, create_graph=True)
print(out.requires_grad, g.detach())
g.sum().backward()
print(x.grad)

print(AF.jvp(cube, x, v))

print(AF.jvp(pair, (x, y), (v, v)))

AF.jvp(cube, x)

print(AF.jvp(cube, torch.tensor(2.)))

AF.jvp(constant, x, v, strict=True)

print(AF.jvp(constant, x, v))

x.requires_grad_()
out, t = AF.jvp(cube, x, v, create_graph=True)
print(t.detach())
t.sum().backward()
print(x.grad)

print(AF.hvp(scalar, x, v), AF.vhp(scalar, x, v))

print(AF.hvp(pair, (x, y), (v, v)), AF.vhp(pair, (x, y), (v, v)))

AF.hvp(cube, x, v)

AF.vhp(scalar, x)

AF.vhp(scalar, x, torch.ones(3))

AF.hvp(lambda x: x.sum(), x, v, strict=True)

print(AF.hvp(lambda x: x.sum(), x, v))

AF.vhp(lambda x: x.sum(), x, v, strict=True)

x.requires_grad_()
out, h = AF.vhp(scalar, x, v, create_graph=True)
h.sum().backward()
print(h.detach(), x.grad)

with torch.no_grad():
    print(AF.jacobian(cube, x), AF.hessian(scalar, x))

# torch.func
print(func.grad(scalar)(x), func.grad(scalar)(x).requires_grad)

print(func.grad(func.grad(lambda x: x ** 4))(torch.tensor(2.)))

f = lambda x: x ** 5
for _ in range(4):
    f = func.grad(f)
    print(f(torch.tensor(2.)))

print(func.grad(pair)(x, y), func.grad(pair, argnums=1)(x, y), func.grad(pair, argnums=(0, 1))(x, y))

print(func.grad(pair, argnums=-1)(x, y))

func.grad(pair, argnums=2)(x, y)

func.grad(cube)(x)

func.grad(lambda x: 5.)(x)

func.grad(scalar)(torch.tensor([1, 2]))

print(func.grad(lambda x: (scalar(x), x * 2), has_aux=True)(x))

func.grad(lambda x: scalar(x), has_aux=True)(x)

print(func.grad_and_value(scalar)(x))

print(func.grad_and_value(pair, argnums=(0, 1))(x, y))

print(func.grad_and_value(lambda x: (scalar(x), x + 1), has_aux=True)(x))

print(func.grad(lambda p: (p['w'] * p['b'] ** 2).sum())({'w': x, 'b': y}))

print(func.grad(lambda p: (p[0] * p[1] ** 2).sum())([x, y]))

x.requires_grad_()
g = func.grad(scalar)(x)
print(g.requires_grad, g.detach())
g.sum().backward()
print(x.grad)

print(func.grad(lambda x: constant(x).sum())(x))

print(func.grad(lambda x: x.detach().sum())(x))

with torch.no_grad():
    print(func.grad(scalar)(x))

def stopped(x):
    with torch.no_grad():
        c = x ** 2
    return (x * c).sum()
print(func.grad(stopped)(x))

out, pullback = func.vjp(cube, x)
print(out, pullback(v), pullback(v))

out, pullback = func.vjp(two, x, y)
print(out, pullback((v, v)))

out, pullback = func.vjp(cube, x)
pullback(torch.ones(3))

out, pullback, aux = func.vjp(lambda x: (cube(x), x + 1), x, has_aux=True)
print(out, pullback(v), aux)

print(func.jvp(cube, (x,), (v,)))

print(func.jvp(pair, (x, y), (v, v)))

print(func.jvp(two, (x, y), (v, v)))

print(func.jvp(lambda x: (cube(x), x + 1), (x,), (v,), has_aux=True))

func.jvp(cube, x, v)

func.jvp(cube, (x,), (torch.ones(3),))

print(func.jacrev(cube)(x), func.jacfwd(cube)(x))

print(func.jacrev(two)(x, y), func.jacrev(two, argnums=(0, 1))(x, y))

print(func.jacfwd(two)(x, y), func.jacfwd(two, argnums=(0, 1))(x, y))

print(func.jacrev(lambda x: (cube(x), x), has_aux=True)(x))

print(func.jacrev(cube, chunk_size=1)(x))

print(func.jacrev(lambda p: p['a'] * 2)({'a': x, 'b': y}))

print(func.hessian(scalar)(x), func.hessian(pair, argnums=(0, 1))(x, y))

print(func.jacfwd(func.jacrev(scalar))(x))
print(func.jacrev(func.jacrev(scalar))(x), func.jacrev(func.jacfwd(scalar))(x))

print(func.jacrev(scalar)(torch.tensor(2.)), func.jacfwd(lambda x: x.sum() * torch.eye(2))(x))

print(func.jvp(func.grad(scalar), (x,), (v,)))

print(func.grad(lambda x: func.jvp(scalar, (x,), (v,))[1])(x))

# vmap
print(func.vmap(scalar)(torch.tensor([[1., 2.], [3., 4.]])))

print(torch.vmap(scalar)(torch.tensor([[1., 2.], [3., 4.]])))

print(func.vmap(torch.dot)(torch.ones(3, 2), torch.arange(6.).view(3, 2)))

print(func.vmap(torch.dot, in_dims=(0, None))(torch.arange(6.).view(3, 2), x))

print(func.vmap(torch.dot, in_dims=(1, None))(torch.arange(6.).view(2, 3), x))

print(func.vmap(torch.dot, in_dims=1)(torch.ones(2, 3), torch.arange(6.).view(2, 3)))

print(func.vmap(cube, out_dims=1)(torch.arange(6.).view(3, 2)))

print(func.vmap(lambda x: (x, x.sum()), out_dims=(1, 0))(torch.arange(6.).view(3, 2)))

print(func.vmap(lambda x, y: {'sum': x + y})(x, y))

print(func.vmap(lambda p: p['a'] * p['b'])({'a': x, 'b': y}))

print(func.vmap(lambda p, k: p['a'] * k, in_dims=({'a': 0}, None))({'a': x}, 3.))

print(func.vmap(func.vmap(lambda x: x * 2))(torch.ones(2, 3)))

print(func.vmap(func.grad(scalar))(torch.tensor([[1., 2.], [3., 4.]])))

print(func.vmap(func.grad(pair), in_dims=(0, None))(torch.tensor([[1., 2.], [3., 4.]]), y))

print(func.vmap(func.jacrev(cube))(torch.tensor([[1., 2.], [3., 4.]])))

print(func.vmap(lambda w: (w @ x).tanh())(torch.arange(8.).view(2, 2, 2)))

print(func.vmap(lambda x: x.max() - x.mean(0) + x.softmax(0))(torch.arange(6.).view(3, 2)))

print(func.vmap(lambda x: torch.where(x > 2, x, 0.))(torch.arange(6.).view(3, 2)))

print(func.vmap(cube, chunk_size=2)(torch.arange(5.)))

func.vmap(cube)(5.)

func.vmap(pair)(torch.ones(2, 3), torch.ones(3, 3))

func.vmap(cube, in_dims=2)(torch.ones(2, 3))

func.vmap(cube, in_dims=(0, 0))(torch.ones(2, 3))

func.vmap(cube, in_dims=None)(torch.ones(2, 3))

func.vmap(lambda x: 5.)(x)

func.vmap(lambda x: x.item())(x)

func.vmap(lambda x: 1. if x > 1 else 0.)(x)

w = torch.ones(2, requires_grad=True)
out = func.vmap(lambda x: x * w.sum())(x)
out.sum().backward()
print(w.grad)

# per-sample gradients of a model
def loss(w, x, y):
    return ((x @ w - y) ** 2).mean()
w = torch.tensor([0.5, -1.])
xs, ys = torch.arange(1., 7.).view(3, 2), torch.tensor([1., 2., 3.])
print(func.vmap(func.grad(loss), in_dims=(None, 0, 0))(w, xs, ys))

model = torch.nn.Linear(2, 1)
with torch.no_grad():
    model.weight.copy_(torch.tensor([[1., 2.]]))
    model.bias.fill_(0.5)
params = dict(model.named_parameters())
print(func.functional_call(model, params, (x,)).detach())
plain = {k: v.detach() for k, v in params.items()}
print(func.grad(lambda p: func.functional_call(model, p, (x,)).sum())(plain))

# gradcheck and gradgradcheck
x = torch.tensor([1., 2.], dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(torch.exp, x), torch.autograd.gradgradcheck(torch.exp, (x,)))

x.requires_grad_()
torch.autograd.gradcheck(torch.exp, x)

torch.autograd.gradcheck(torch.exp, x)

z = torch.ones(2).double().requires_grad_()
print(torch.autograd.gradcheck(lambda z: z.detach() * z, z, raise_exception=False))

torch.autograd.gradcheck(lambda x: x.detach() * x, torch.ones(2).double().requires_grad_())

torch.autograd.gradgradcheck(lambda x: x * x.detach(), torch.ones(2).double().requires_grad_())

z = torch.ones(2).double().requires_grad_()
print(torch.autograd.gradgradcheck(lambda z: z * z.detach() * z, z, raise_exception=False))

z = torch.tensor([0.], dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(torch.abs, z))

z = torch.tensor([1.], dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(lambda z: z ** 3, z, eps=1e-3, atol=1e-12, rtol=1e-12, raise_exception=False))
print(torch.autograd.gradcheck(lambda z: z ** 3, z, eps=1e-3, atol=1e-3))

z = torch.tensor([1., 2.], dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(lambda a, b: (a * b, a + b), (z, z.detach().clone().requires_grad_())))

z = torch.tensor([1., 2.], dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(lambda a, k: a * k, (z, 3.)), torch.autograd.gradcheck(lambda a: a[0] * 2, z))

z = torch.tensor([1., 2.], dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(lambda a: a.sum(), z, fast_mode=True))

z = torch.tensor([1., 2.], dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(torch.exp, z, check_forward_ad=True))

z = torch.tensor([1., 2.], dtype=torch.float64, requires_grad=True)
def careless(a):
    with torch.no_grad():
        return a * 2
torch.autograd.gradcheck(careless, z)

# gradients in a loss
x.requires_grad_()
y = (x ** 3).sum()
g, = torch.autograd.grad(y, x, create_graph=True)
penalty = y + (g.norm() - 1) ** 2
penalty.backward()
print(x.grad)

x.requires_grad_()
y = (x ** 3).sum()
y.backward(create_graph=True)
first = x.grad.clone()
x.grad = None
first.sum().backward()
print(x.grad)

x = torch.tensor(1.5, requires_grad=True)
y = torch.sin(x)
for _ in range(4):
    y, = torch.autograd.grad(y, x, create_graph=True)
    print(y.detach(), y.grad_fn.name())

x.requires_grad_()
y = (x ** 3).sum()
g, = torch.autograd.grad(y, x, create_graph=True)
rows = [torch.autograd.grad(g[k], x, retain_graph=True)[0] for k in range(2)]
print(torch.stack(rows))

x.requires_grad_()
g, = torch.autograd.grad((x ** 3).sum(), x, create_graph=True)
hv, = torch.autograd.grad(g, x, grad_outputs=v)
print(hv)

# forward over reverse by the double-backward trick
x.requires_grad_()
u = torch.ones(2, requires_grad=True)
g, = torch.autograd.grad(x ** 3, x, u, create_graph=True)
print(torch.autograd.grad(g, u, v))

x.requires_grad_()
g, = torch.autograd.grad(x.sum(), x, create_graph=True)
print(g.requires_grad, g.grad_fn)
torch.autograd.grad(g.sum(), x)

# a learning step that is itself learned from
w = torch.tensor(1., requires_grad=True)
rate = torch.tensor(0.1, requires_grad=True)
g, = torch.autograd.grad((w - 3) ** 2, w, create_graph=True)
after = w - rate * g
((after - 3) ** 2).backward()
print(w.grad, rate.grad)
""".strip().split("\n\n")


@pytest.mark.parametrize("code", FUNCTIONAL, ids=lambda code: code.splitlines()[-1][:60])
def test_functional(code: str, torch: Any) -> None:
    same(FUNCTIONS + code, torch)


def test_ways_to_one_jacobian_agree(torch: Any) -> None:
    ways = ["AF.jacobian(f, x)", "func.jacrev(f)(x)", "func.jacfwd(f)(x)",
            "AF.jacobian(f, x, vectorize=True)",
            "torch.stack([AF.vjp(f, x, row)[1] for row in torch.eye(2)])",
            "torch.stack([AF.jvp(f, x, row)[1] for row in torch.eye(2)], 1)"]  # fmt: skip
    functions = ["x ** 3", "x.sum() * x", "x.flip(0).exp()", "x @ torch.ones(2, 2)", "x.softmax(0)"]
    all_same((f"{FUNCTIONS}f = lambda x: {f}\nprint({way})" for f in functions for way in ways), torch)


@pytest.mark.parametrize("call", ["x.relu()", "F.leaky_relu(x, 0.3)", "F.relu6(x)", "F.hardtanh(x, -1., 2.)"])
def test_the_slope_of_what_is_straight_depends_on_it_flatly(call: str, torch: Any) -> None:
    """A second derivative of 0 is one, and can be asked for."""
    all_same([f"""F = torch.nn.functional
x = torch.tensor([-2., -0.5, 0., 1., 7., float("inf"), float("nan")], requires_grad=True)
g, = torch.autograd.grad({call}.sum(), x, create_graph=True)
print(g)
g.sum().backward()
print(x.grad)"""], torch)  # fmt: skip
