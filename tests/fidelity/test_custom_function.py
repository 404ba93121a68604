"""torch.autograd.Function: everything a learner may write in one, and everything that may go wrong."""

from __future__ import annotations

from typing import Any

import pytest

from .both import same

CLASSES = """
Function = torch.autograd.Function
class Square(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return 2 * x * g
class Power(Function):
    @staticmethod
    def forward(x, n):
        return x ** n
    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.n = inputs
        ctx.save_for_backward(x)
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * ctx.n * x ** (ctx.n - 1), None
class Both(Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return x * y, x + y
    @staticmethod
    def backward(ctx, g, h):
        print(g, h, ctx.needs_input_grad)
        x, y = ctx.saved_tensors
        return g * y + h, g * x + h
x = torch.tensor([1., 2.], requires_grad=True)
w = torch.tensor([3., 4.], requires_grad=True)
"""
WITH_CLASSES = """
y = Square.apply(x)
print(y, y.grad_fn.name(), y.is_leaf)
y.sum().backward()
print(x.grad)

print(Square.apply(x.detach()), Square.apply(torch.tensor([3, 4])))

y = Power.apply(x, 3)
print(y)
y.sum().backward()
print(x.grad)

print(Power.apply(x, 2).grad_fn.name(), Power.apply(x, 2).grad_fn.next_functions[0][0].name())

with torch.no_grad():
    print(Square.apply(x), Square.apply(x).grad_fn)

# several outputs
a, b = Both.apply(x, w)
print(a, b, type(Both.apply(x, w)).__name__)
(a + 10 * b).sum().backward()
print(x.grad, w.grad)

a, b = Both.apply(x, w)
a.sum().backward()
print(x.grad, w.grad)

a, b = Both.apply(x, w.detach())
b.sum().backward()
print(x.grad, w.grad, a.output_nr, b.output_nr, a.grad_fn is b.grad_fn)

a, b = Both.apply(x, w)
print(torch.autograd.grad((a * b).sum(), w))

a, b = Both.apply(x, x)
(a + b).sum().backward()
print(x.grad)

# double backward through it
y = Square.apply(x)
g, = torch.autograd.grad(y.sum(), x, create_graph=True)
print(g, torch.autograd.grad(g.sum(), x))

y = Power.apply(x, 4)
g, = torch.autograd.grad(y.sum(), x, create_graph=True)
h, = torch.autograd.grad(g.sum(), x, create_graph=True)
print(g.detach(), h.detach(), torch.autograd.grad(h.sum(), x))

print(torch.autograd.gradcheck(Square.apply, x.double().detach().requires_grad_()))
print(torch.autograd.gradgradcheck(Square.apply, x.double().detach().requires_grad_()))

print(torch.autograd.gradcheck(lambda v: Power.apply(v, 3), x.double().detach().requires_grad_()))

# freed and kept
y = Square.apply(x).sum()
y.backward()
y.backward()

y = Square.apply(x).sum()
y.backward(retain_graph=True)
y.backward()
print(x.grad)

y = Square.apply(x)
print(y.grad_fn.saved_tensors)
y.sum().backward()
y.grad_fn.saved_tensors

v = x * 1
y = Square.apply(v)
v += 1
y.sum().backward()

# how it is called
Square.apply()

Square.apply(x, x)

print(Square.apply(x=x))

Power.apply(x)

Square.forward(x)

print(Square.apply(x) + Square.apply(w))
(Square.apply(x) * Square.apply(w)).sum().backward()
print(x.grad, w.grad)

square = Square.apply
print(square(square(x)))
square(square(x)).sum().backward()
print(x.grad)

print(issubclass(Square, torch.autograd.Function))
print(Square.__name__, isinstance(Square.apply(x).grad_fn, Square))

# hooks and kept gradients on what it makes
y = Square.apply(x)
y.retain_grad()
y.register_hook(lambda g: print('hook', g))
(y * 3).sum().backward()
print(y.grad, x.grad)

y = Square.apply(x)
y += 1
print(y)
y.sum().backward()
print(x.grad)

v = Square.apply(x)[0]
v.backward()
print(x.grad)

with torch.autograd.graph.saved_tensors_hooks(lambda v: print('packed') or v, lambda v: v):
    Square.apply(x)

y = Square.apply(x.view(2, 1))
y.sum().backward()
print(x.grad)
""".strip().split("\n\n")


@pytest.mark.parametrize("code", WITH_CLASSES, ids=lambda code: code.splitlines()[-1][:60])
def test_function(code: str, torch: Any) -> None:
    same(CLASSES + code, torch)


def made(forward: str, backward: str, use: str, more: str = "") -> str:
    """A Function of these two bodies, and its use."""

    def body(text: str) -> str:
        return "\n".join(f"        {line}" for line in text.split("; "))

    return f"""
x = torch.tensor([1., 2.], requires_grad=True)
class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, *inputs):
        x = inputs[0]
{body(forward)}
    @staticmethod
    def backward(ctx, *gs):
        g = gs[0]
{body(backward)}
{more}
{use}
"""


USE = "y = F.apply(x)\ny.sum().backward()\nprint(y.detach(), x.grad)"
LATER = "y = F.apply(x)\nwith torch.no_grad():\n    x += 1\ny.sum().backward()\nprint(x.grad)"
TWO = "a, b = F.apply(x)\n"
BODIES = {
    # what backward gives back
    "too few": ("return x * inputs[1]", "return g", "F.apply(x, x).sum().backward()"),
    "too many": ("return x * 1", "return g, g", USE),
    "too many but None": ("return x * 1", "return g, None, None", USE),
    "None": ("return x * 1", "return None", USE),
    "nothing": ("return x * 1", "pass", USE),
    "a number": ("return x * 1", "return 5.", USE),
    "a list": ("return x * 1", "return [g]", USE),
    "wrong shape": ("return x * 1", "return torch.ones(3)", USE),
    "a shape that broadcasts": ("return x * 1", "return torch.ones(1)", USE),
    "a shape to sum": ("return x * 1", "return torch.ones(3, 2)", USE),
    "other dtype": ("return x * 1", "return g.double()", USE + "\nprint(x.grad.dtype)"),
    "the gradient itself": ("return x * 1", "return g", USE + "\nx.grad += 1\nprint(x.grad)"),
    "for what can't learn": ("return x * inputs[1]", "return g, g", "F.apply(x, 3.).sum().backward()"),
    "for what doesn't learn": ("return x * inputs[1]", "return g, g",
                               "F.apply(x, x.detach()).sum().backward(); print(x.grad)"),
    "raises": ("return x * 1", "raise ValueError('mine')", USE),
    # what forward gives back
    "a plain number": ("return 5.", "return g", "print(F.apply(x))"),
    "None forward": ("return None", "return g", "print(F.apply(x))"),
    "a tuple of one": ("return (x * 2,)", "return 2 * g", "print(F.apply(x))"),
    "a list forward": ("return [x * 2, x * 3]", "return 2 * g", "print(F.apply(x))"),
    "tensor and number": ("return x * 2, 7", "print(gs); return 2 * g",
                          TWO + "print(a, b)\na.sum().backward()\nprint(x.grad)"),
    "tensor and None": ("return x * 2, None", "print(gs); return 2 * g",
                        TWO + "print(a, b)\na.sum().backward()\nprint(x.grad)"),
    "the input": ("return x", "return g * 2",
                  "y = F.apply(x)\nprint(y is x, y)\ny.sum().backward()\nprint(x.grad)"),
    "a view of the input": ("return x.view(2, 1)", "return g.view(2) * 5",
                            "y = F.apply(x)\nprint(y, y.shape)\ny.sum().backward()\nprint(x.grad)"),
    "the input, changed in place": ("return x", "return g", "v = x * 1\ny = F.apply(v)\ny += 1\nprint(v, y)"),
    "integers": ("return (x > 1).long()", "return g", "y = F.apply(x)\nprint(y, y.requires_grad)"),
    "bool and float": ("return x * 2, x > 1", "print(gs); return g",
                       TWO + "print(a, b)\na.sum().backward()\nprint(x.grad)"),
    "raises forward": ("raise KeyError", "return g", USE),
    "graph inside": ("print(torch.is_grad_enabled()); y = x * 2; print(y.requires_grad); return y",
                     "print(torch.is_grad_enabled()); return 2 * g", USE),
    "graph inside backward": ("return x * 2", "print(torch.is_grad_enabled(), g.requires_grad); return 2 * g",
                              "F.apply(x).sum().backward(create_graph=True)"),
    # ctx
    "anything on ctx": ("ctx.k = 3; return x * 3", "return g * ctx.k", USE),
    "needs_input_grad": ("print(ctx.needs_input_grad); return x * inputs[1]",
                         "print(ctx.needs_input_grad); return g, None, None",
                         "F.apply(x, x.detach(), 5).sum().backward()"),
    "not needed": ("print(ctx.needs_input_grad); return x * 1", "return g", "F.apply(x.detach())"),
    "saves a result": ("y = x.exp(); ctx.save_for_backward(y); return y",
                       "y, = ctx.saved_tensors; return g * y", USE),
    "saves a result, changed": ("y = x.exp(); ctx.save_for_backward(y); return y",
                                "y, = ctx.saved_tensors; return g * y",
                                "y = F.apply(x)\ny += 1\ny.sum().backward()"),
    "saves something between": ("m = x.exp(); ctx.save_for_backward(m); return m * 2",
                                "m, = ctx.saved_tensors; print(m); return 2 * g * m", USE),
    "saves None": ("ctx.save_for_backward(x, None); return x * 1", "print(ctx.saved_tensors); return g", USE),
    "saves a number": ("ctx.save_for_backward(x, 5); return x * 1", "return g", USE),
    "saves twice": ("ctx.save_for_backward(x); ctx.save_for_backward(x, x); return x * 1",
                    "print(len(ctx.saved_tensors)); return g", USE),
    "saves nothing": ("return x * 1", "print(ctx.saved_tensors); return g", USE),
    "saved and itself": ("ctx.save_for_backward(x); return x * 1",
                         "print(ctx.saved_tensors[0] is inputs_); return g",
                         "inputs_ = x\n" + USE),
    "keeps on ctx, changed": ("ctx.x = x; return x * x", "return 2 * g * ctx.x", LATER),
    "saved, changed": ("ctx.save_for_backward(x); return x * x",
                       "return 2 * g * ctx.saved_tensors[0]", LATER),
    "dirty": ("x += 1; ctx.mark_dirty(x); return x", "return g",
              "v = x * 2\ny = F.apply(v)\nprint(y is v, v, v._version)\ny.sum().backward()\nprint(x.grad)"),
    "dirty leaf": ("x += 1; ctx.mark_dirty(x); return x", "return g", "F.apply(x)"),
    "dirty, not returned": ("x += 1; ctx.mark_dirty(x); return x * 2", "return g", "F.apply(x * 1)"),
    "dirty, saved before": ("x += 1; ctx.mark_dirty(x); return x", "return g",
                            "v = x * 2\nz = v * v\nF.apply(v)\nz.sum().backward()"),
    "changed, not marked": ("x += 1; return x * 2", "return g * 2",
                            "v = x * 1\nF.apply(v).sum().backward()\nprint(v, x.grad)"),
    "not differentiable": ("y, i = x * 2, x * 3; ctx.mark_non_differentiable(i); return y, i",
                           "print(gs); return g",
                           TWO + "print(b.requires_grad, b.grad_fn)\na.sum().backward()\nprint(x.grad)"),
    "not differentiable, backward": ("y, i = x * 2, x * 3; ctx.mark_non_differentiable(i); return y, i",
                                     "return g",
                                     TWO + "b.sum().backward()"),
    "zeros come": ("return x * 2, x * 3", "print(gs); return gs[0] * 2 + gs[1] * 3",
                   TWO + "b.sum().backward()\nprint(x.grad)"),
    "None comes": ("ctx.set_materialize_grads(False); return x * 2, x * 3", "print(gs); return gs[1] * 3",
                   TWO + "b.sum().backward()\nprint(x.grad)"),
    "both come": ("ctx.set_materialize_grads(False); return x * 2, x * 3", "print(gs); return gs[0] + gs[1]",
                  TWO + "(a * b).sum().backward()\nprint(x.grad)"),
    "materialize non-bool": ("ctx.set_materialize_grads(None); return x * 2", "return g", USE),
    # arguments
    "no tensors": ("return 5 * x", "return g", "print(F.apply(3))"),
    "lists are not looked into": ("print(ctx.needs_input_grad); return x[0] * 1", "return g",
                                  "y = F.apply([x])\nprint(y)"),
    "text and flags": ("print(inputs[1:]); return x * 1", "return g, None, None",
                       "F.apply(x, 'text', True).sum().backward()"),
    "the same twice": ("return x * inputs[1]", "return g * 2, g * 3",
                       "F.apply(x, x).sum().backward()\nprint(x.grad)"),
    # twice
    "double through g only": ("return x * 2", "return 2 * g",
                              "y = (F.apply(x) ** 3).sum()\n"
                              "g, = torch.autograd.grad(y, x, create_graph=True)\n"
                              "print(g.detach(), torch.autograd.grad(g.sum(), x))"),
    "double lost by a value kept on ctx": ("ctx.x = x.detach(); return x * x", "return 2 * ctx.x * g",
                                "g, = torch.autograd.grad(F.apply(x).sum(), x, create_graph=True)\n"
                                "print(g.requires_grad)"),
    "double with a saved result": ("y = x.exp(); ctx.save_for_backward(y); return y",
                                   "return g * ctx.saved_tensors[0]",
                                   "g, = torch.autograd.grad(F.apply(x).sum(), x, create_graph=True)\n"
                                   "h, = torch.autograd.grad(g.sum(), x, create_graph=True)\n"
                                   "print(h.detach(), torch.autograd.grad(h.sum(), x))"),
    "NumPy inside": ("y = torch.from_numpy(np.exp(x.detach().numpy())); ctx.save_for_backward(y); return y",
                     "y, = ctx.saved_tensors; return torch.from_numpy(g.numpy() * y.numpy())", USE),
    "enable_grad inside": ("ctx.save_for_backward(x); return x ** 3",
                           "v = ctx.saved_tensors[0].detach().requires_grad_(); "
                           "torch.set_grad_enabled(True); "
                           "y = v ** 3; y.backward(g); torch.set_grad_enabled(False); return v.grad", USE),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_what_it_does(name: str, torch: Any) -> None:
    same(made(*BODIES[name]), torch)


MORE = """
class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 1
x = torch.tensor([1., 2.], requires_grad=True)
y = F.apply(x)
y.sum().backward()

class F(torch.autograd.Function):
    @staticmethod
    def backward(ctx, g):
        return g
F.apply(torch.tensor([1., 2.], requires_grad=True))

class F(torch.autograd.Function):
    def forward(self, x):
        return x * 1
    def backward(self, g):
        return g * 2
x = torch.tensor([1., 2.], requires_grad=True)
F.apply(x).sum().backward()
print(x.grad)

class F(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x * 1
    @staticmethod
    def backward(ctx, g):
        return g * 2
F.apply(torch.tensor([1., 2.], requires_grad=True))

class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * x * x
    @staticmethod
    def vjp(ctx, g):
        return g * 7
x = torch.tensor([1., 2.], requires_grad=True)
F.apply(x).sum().backward()
print(x.grad)

class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, g):
        print(torch.is_grad_enabled())
        x, = ctx.saved_tensors
        return 2 * x * g
x = torch.tensor([1., 2.], requires_grad=True)
F.apply(x).sum().backward()
print(x.grad)

class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return 2 * x * g
x = torch.tensor([1., 2.], requires_grad=True)
g, = torch.autograd.grad(F.apply(x).sum(), x, create_graph=True)
print(g.detach(), g.requires_grad)
g.sum().backward()

# several outputs of setup_context
class F(torch.autograd.Function):
    @staticmethod
    def forward(x, k):
        return x * k, x + k
    @staticmethod
    def setup_context(ctx, inputs, output):
        print(len(inputs), type(output).__name__)
        ctx.k = inputs[1]
        ctx.save_for_backward(output[0])
        ctx.mark_non_differentiable(output[1])
    @staticmethod
    def backward(ctx, g, h):
        print(ctx.saved_tensors)
        return g * ctx.k, None
x = torch.tensor([1., 2.], requires_grad=True)
a, b = F.apply(x, 3)
print(a, b)
a.sum().backward()
print(x.grad)

# a Function in a Function
class Inner(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2
    @staticmethod
    def backward(ctx, g):
        print('inner')
        return g * 2
class Outer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return Inner.apply(x) * 3
    @staticmethod
    def backward(ctx, g):
        print('outer')
        return g * 6
x = torch.tensor([1., 2.], requires_grad=True)
Outer.apply(x).sum().backward()
print(x.grad)

# a class method that others inherit
class Base(torch.autograd.Function):
    scale = 2
    @classmethod
    def forward(cls, ctx, x):
        return x * cls.scale
    @classmethod
    def backward(cls, ctx, g):
        return g * cls.scale
class Triple(Base):
    scale = 3
x = torch.tensor([1., 2.], requires_grad=True)
y = Triple.apply(x)
y.sum().backward()
print(y, x.grad)

# forward mode
class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_forward(x)
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, g):
        return 2 * ctx.saved_tensors[0] * g
    @staticmethod
    def jvp(ctx, t):
        x, = ctx.saved_tensors
        return 2 * x * t
x = torch.tensor([1., 2.])
with torch.autograd.forward_ad.dual_level():
    d = torch.autograd.forward_ad.make_dual(x, torch.tensor([1., 10.]))
    print(torch.autograd.forward_ad.unpack_dual(F.apply(d)).tangent)

class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * x
    @staticmethod
    def backward(ctx, g):
        return g
with torch.autograd.forward_ad.dual_level():
    d = torch.autograd.forward_ad.make_dual(torch.ones(2), torch.ones(2))
    F.apply(d)

class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.set_materialize_grads(False)
        ctx.x, ctx.y = x, y
        return x * y
    @staticmethod
    def jvp(ctx, t, s):
        print(t, s)
        return t * ctx.y
with torch.autograd.forward_ad.dual_level():
    d = torch.autograd.forward_ad.make_dual(torch.ones(2), torch.tensor([1., 10.]))
    print(torch.autograd.forward_ad.unpack_dual(F.apply(d, torch.tensor([3., 4.]))).tangent)

# in a loop, and its gradients checked
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x ** 3
    @staticmethod
    def backward(ctx, g):
        return g * 2 * ctx.saved_tensors[0] ** 2
x = torch.tensor([1., 2.], dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(Cube.apply, x, raise_exception=False))
torch.autograd.gradcheck(Cube.apply, x)

class Clip(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, low=0.):
        ctx.save_for_backward(x)
        ctx.low = low
        return x.clamp(min=low)
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * (x > ctx.low)
x = torch.tensor([-1., 2., 3.], requires_grad=True)
Clip.apply(x).sum().backward()
print(x.grad)

# a straight-through estimator
class Round(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.round()
    @staticmethod
    def backward(ctx, g):
        return g.clone()
x = torch.tensor([0.4, 1.6], requires_grad=True)
y = Round.apply(x * 3)
print(y)
(y * y).sum().backward()
print(x.grad)

class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.view_as(x)
    @staticmethod
    def backward(ctx, g):
        return -ctx.strength * g, None
x = torch.tensor([0.4, 1.6], requires_grad=True)
y = Reverse.apply(x, 2.)
print(y)
y.sum().backward()
print(x.grad)
""".strip().split("\n\n")


@pytest.mark.parametrize("code", MORE, ids=lambda code: code.splitlines()[-1][:60])
def test_more(code: str, torch: Any) -> None:
    same(code, torch)
