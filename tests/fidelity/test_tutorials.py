"""What PyTorch's tutorials on autograd have their readers do, in words and numbers of our own."""

from __future__ import annotations

from typing import Any

import pytest

from .both import same

TUTORIALS = {
    "the basics: a gradient by hand and by autograd": """
t = torch.linspace(0., 3., steps=7, requires_grad=True)
print(t)
wave = torch.cos(t)
print(wave)
shifted = 3 * wave + 2
total = shifted.sum()
print(total)
node = total.grad_fn
while node is not None:
    print(node.name(), len(node.next_functions))
    node = node.next_functions[0][0] if node.next_functions else None
total.backward()
print(t.grad)
print(torch.allclose(t.grad, -3 * torch.sin(t.detach())))
print(t.is_leaf, wave.is_leaf, wave.requires_grad, t.detach().requires_grad)
with torch.no_grad():
    quiet = torch.cos(t)
print(quiet.requires_grad, quiet.grad_fn)
copied = t.clone()
print(copied.requires_grad, copied.grad_fn.name(), t.detach().clone().requires_grad)
""",
    "the basics: one layer and its loss": """
features = torch.ones(4)
target = torch.zeros(2)
weight = torch.tensor([[.1, -.2], [.3, .4], [-.5, .6], [.7, -.8]], requires_grad=True)
bias = torch.tensor([.05, -.05], requires_grad=True)
logits = features @ weight + bias
loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, target)
print(logits, loss)
print(logits.grad_fn.name(), loss.requires_grad)
loss.backward()
print(weight.grad)
print(bias.grad)
try:
    loss.backward()
except RuntimeError:
    print('once only')
@torch.no_grad()
def predict(v):
    return v @ weight + bias
print(predict(features).requires_grad)
frozen = (features @ weight + bias).detach()
print(frozen)
""",
    "the basics: a Jacobian product, called twice": """
inp = torch.eye(3, 4, requires_grad=True)
out = (inp + 1).pow(2).t()
out.backward(torch.ones_like(out), retain_graph=True)
print('first', inp.grad)
out.backward(torch.ones_like(out), retain_graph=True)
print('second', inp.grad)
inp.grad.zero_()
out.backward(torch.ones_like(out))
print('after zeroing', inp.grad)
""",
    "the basics: a growing computation, a loop until a norm": """
v = torch.tensor([.3, -.4, 1.2], requires_grad=True)
y = v * 2
steps = 0
while y.detach().norm() < 100:
    y = y * 2
    steps += 1
print(steps, y)
y.backward(torch.tensor([.1, 1., .01]))
print(v.grad)
""",
    "the basics: finetuning some parameters only": """
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
for p in model[0].parameters():
    p.requires_grad = False
optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=.1)
before = [p.detach().clone() for p in model.parameters()]
x, wanted = torch.tensor([[1., 2., 3.]]), torch.tensor([[.5, -.5]])
loss = ((model(x) - wanted) ** 2).sum()
loss.backward()
optimizer.step()
print([torch.equal(p, q) for p, q in zip(model.parameters(), before)])
print([p.grad is None for p in model.parameters()])
""",
    "a polynomial fitted by hand": """
x = torch.linspace(-2, 2, 50, dtype=torch.float64)
y = torch.exp(x)
a, b, c = (torch.zeros((), dtype=torch.float64) for _ in range(3))
for k in range(100):
    error = a + b * x + c * x ** 2 - y
    if k % 25 == 0:
        print(k, f'{error.pow(2).sum().item():.8f}')
    grad = 2 * error
    a -= 1e-3 * grad.sum()
    b -= 1e-3 * (grad * x).sum()
    c -= 1e-3 * (grad * x ** 2).sum()
print(f'{a.item():.6f} + {b.item():.6f} x + {c.item():.6f} x²')
""",
    "a polynomial fitted with autograd": """
x = torch.linspace(-2, 2, 50, dtype=torch.float64)
y = torch.exp(x)
a, b, c = (torch.zeros((), dtype=torch.float64, requires_grad=True) for _ in range(3))
for k in range(100):
    loss = (a + b * x + c * x ** 2 - y).pow(2).sum()
    if k % 25 == 0:
        print(k, f'{loss.item():.8f}', loss.grad_fn.name())
    loss.backward()
    with torch.no_grad():
        for p in (a, b, c):
            p -= 1e-3 * p.grad
            p.grad = None
print(a, b, c)
""",
    "a polynomial fitted with a Function of one's own": """
class Chebyshev3(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return 4 * x ** 3 - 3 * x
    @staticmethod
    def backward(ctx, grad):
        x, = ctx.saved_tensors
        return grad * (12 * x ** 2 - 3)
x = torch.linspace(-1, 1.5, 40, dtype=torch.float64)
y = torch.sin(3 * x)
a, b, c, d = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (0., -1., 0., .3))
for k in range(60):
    loss = (a + b * Chebyshev3.apply(c + d * x) - y).square().sum()
    if k % 20 == 0:
        print(k, f'{loss.item():.8f}')
    loss.backward()
    with torch.no_grad():
        for p in (a, b, c, d):
            p -= 2e-3 * p.grad
            p.grad.zero_()
print(a, b, c, d)
print(torch.autograd.gradcheck(Chebyshev3.apply, x[:5].clone().requires_grad_()))
""",
    "a polynomial fitted with a module and an optimizer": """
x = torch.linspace(-2, 2, 50, dtype=torch.float64)
y = torch.exp(x)
powers = x[:, None] ** torch.tensor([1, 2, 3])
model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1)).double()
with torch.no_grad():
    model[0].weight.copy_(torch.tensor([[.1, -.2, .3]]))
    model[0].bias.zero_()
loss_fn = torch.nn.MSELoss(reduction='sum')
for Optimizer, lr in ((torch.optim.SGD, 1e-4), (torch.optim.RMSprop, 1e-2), (torch.optim.Adam, 1e-2)):
    optimizer = Optimizer(model.parameters(), lr=lr)
    for k in range(30):
        loss = loss_fn(model(powers), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(Optimizer.__name__, f'{loss.item():.8f}', model[0].weight.detach(), model[0].bias.detach())
""",
    "a polynomial as a module of one's own": """
class Cubic(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = (torch.nn.Parameter(torch.tensor(v, dtype=torch.float64)) for v in (.5, -.5))
    def forward(self, x):
        out = self.a * x
        for power in range(2, 5):
            out = out + self.b * x ** power
        return out
model = Cubic()
x = torch.linspace(-1, 1, 20, dtype=torch.float64)
optimizer = torch.optim.SGD(model.parameters(), lr=.02, momentum=.9)
for k in range(20):
    loss = torch.nn.functional.mse_loss(model(x), x.sin())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f'{loss.item():.8f}', {name: p.detach() for name, p in model.named_parameters()})
""",
    "double backward: what a Function saves": """
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x ** 3
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * 3 * x ** 2
class Sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = 1 / (1 + torch.exp(-x))
        ctx.save_for_backward(y)
        return y
    @staticmethod
    def backward(ctx, g):
        y, = ctx.saved_tensors
        return g * y * (1 - y)
for F in (Cube, Sigmoid):
    x = torch.tensor([.5, -1.5], dtype=torch.float64, requires_grad=True)
    print(torch.autograd.gradcheck(F.apply, x), torch.autograd.gradgradcheck(F.apply, x))
    y = F.apply(x)
    for order in range(3):
        y, = torch.autograd.grad(y.sum(), x, create_graph=True)
        print(F.__name__, order + 1, y.detach())
""",
    "double backward: an intermediate that would be lost": """
class Lossy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        e, f = torch.exp(x), torch.exp(-x)
        ctx.e, ctx.f = e, f
        return (e - f) / 2
    @staticmethod
    def backward(ctx, g):
        return g * (ctx.e + ctx.f) / 2
class Careful(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        e, f = torch.exp(x), torch.exp(-x)
        ctx.save_for_backward(e, f)
        return (e - f) / 2, e, f
    @staticmethod
    def backward(ctx, g, ge, gf):
        e, f = ctx.saved_tensors
        return g * (e + f) / 2 + ge * e - gf * f
x = torch.tensor([.5, -1.5], dtype=torch.float64, requires_grad=True)
print(torch.autograd.gradcheck(Lossy.apply, x))
print(torch.autograd.gradgradcheck(Lossy.apply, x, raise_exception=False))
print(torch.autograd.gradgradcheck(lambda x: Careful.apply(x)[0], x))
""",
    "double backward: a backward written as a Function": """
class Back(torch.autograd.Function):
    @staticmethod
    def forward(ctx, g, x):
        ctx.save_for_backward(g, x)
        return g * 3 * x ** 2
    @staticmethod
    def backward(ctx, gg):
        g, x = ctx.saved_tensors
        return gg * 3 * x ** 2, gg * g * 6 * x
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x ** 3
    @staticmethod
    def backward(ctx, g):
        return Back.apply(g, *ctx.saved_tensors)
x = torch.tensor([.5, -1.5], dtype=torch.float64, requires_grad=True)
y = Cube.apply(x)
g, = torch.autograd.grad(y.sum(), x, create_graph=True)
print(g.detach(), g.grad_fn.name(), torch.autograd.grad(g.sum(), x))
print(torch.autograd.gradgradcheck(Cube.apply, x))
""",
    "saved tensors: what a node keeps": """
x = torch.tensor([1., 2., 3.], requires_grad=True)
y = x.pow(2)
print(x.equal(y.grad_fn._saved_self), x is y.grad_fn._saved_self)
z = x.exp()
print(z.equal(z.grad_fn._saved_result), z is z.grad_fn._saved_result)
print(y.grad_fn._saved_exponent)
y.sum().backward()
try:
    y.grad_fn._saved_self
except RuntimeError as error:
    print(type(error).__name__)
""",
    "saved tensors: packed away and fetched again": """
store, log = {}, []
def pack(v):
    log.append(('pack', tuple(v.shape)))
    store[len(store)] = (v.detach() * 16).round().to(torch.int16), v.dtype
    return len(store) - 1
def unpack(key):
    log.append(('unpack', key))
    kept, dtype = store[key]
    return kept.to(dtype) / 16
w = torch.tensor([[.5, -1.], [2., .25]], requires_grad=True)
x = torch.tensor([1.5, -.75])
with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
    h = torch.relu(w @ x)
    loss = (h * h).sum()
outside = (w * w).sum()
print(len(store), log)
(loss + outside).backward()
print(w.grad, log)
""",
    "saved tensors: only the big ones": """
kept = []
def pack(v):
    if v.numel() < 4:
        return v
    kept.append(v.numel())
    return v.detach().numpy().tolist()
def unpack(v):
    return v if isinstance(v, torch.Tensor) else torch.tensor(v)
x = torch.linspace(.5, 1, 6, requires_grad=True)
with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
    y = (x.sin() * x[:2].prod()).cos().sum()
y.backward()
print(sorted(kept), x.grad)
""",
    "hooks: looking at, and scaling, gradients": """
torch.manual_seed(1)
x = torch.tensor([[.5, -1., 2.]])
layers = [torch.tensor(w, requires_grad=True) for w in ([[.2, -.4], [.6, .8], [-1., .1]], [[.3], [-.7]])]
norms = {}
h = x
for k, w in enumerate(layers):
    h = torch.tanh(h @ w)
    h.register_hook(lambda g, k=k: norms.__setitem__(k, round(g.norm().item(), 5)))
    w.register_hook(lambda g: g / (g.norm() + 1e-6))
loss = h.sum()
loss.backward()
print(norms, [w.grad.norm().item() > .99 for w in layers])
print(layers[0].grad)
""",
    "hooks: an optimizer's step inside backward": """
params = [torch.tensor(v, requires_grad=True) for v in ([1., 2.], [3.])]
optimizers = {p: torch.optim.SGD([p], lr=.1) for p in params}
def step(p):
    optimizers[p].step()
    optimizers[p].zero_grad()
for p in params:
    p.register_post_accumulate_grad_hook(step)
for _ in range(3):
    (params[0].sum() * params[1] ** 2).sum().backward()
    print(params, [p.grad for p in params])
""",
    "Jacobians: one row, and one column, at a time": """
w = torch.tensor([[.2, -.3], [.5, .7], [-.1, .4]], dtype=torch.float64)
x = torch.tensor([.8, -1.1], dtype=torch.float64, requires_grad=True)
def f(v):
    return torch.tanh(w @ v)
out = f(x)
eye = torch.eye(3, dtype=torch.float64)
rows = torch.stack([torch.autograd.grad(out, x, row, retain_graph=True)[0] for row in eye])
print(rows)
columns = torch.stack([torch.func.jvp(f, (x.detach(),), (e,))[1] for e in eye[:2, :2]], dim=1)
print(torch.allclose(rows, columns))
for jac in (torch.func.jacrev, torch.func.jacfwd):
    print(jac.__name__, torch.allclose(jac(f)(x).detach(), rows))
_, pullback = torch.func.vjp(f, x.detach())
batched = torch.func.vmap(pullback)(eye)[0]
print(torch.equal(batched, rows))
print(torch.autograd.functional.jacobian(f, x).shape, torch.func.hessian(lambda v: f(v).sum())(x.detach()))
""",
    "Jacobians: of parameters, and per sample": """
w = torch.tensor([[.2, -.3], [.5, .7]], dtype=torch.float64)
b = torch.tensor([.1, -.1], dtype=torch.float64)
xs = torch.tensor([[.8, -1.1], [.3, .9], [-.4, .6]], dtype=torch.float64)
def predict(w, b, x):
    return torch.tanh(x @ w.T + b)
print(torch.func.jacrev(predict, argnums=1)(w, b, xs[0]))
print(torch.func.jacfwd(predict, argnums=(0, 1))(w, b, xs[0])[0].shape)
batch = torch.func.vmap(torch.func.jacrev(predict, argnums=2), in_dims=(None, None, 0))(w, b, xs)
print(batch)
def loss(w, b, x):
    return predict(w, b, x).square().sum()
print(torch.func.vmap(torch.func.grad(loss), (None, None, 0))(w, b, xs))
along = (torch.ones_like(w), torch.zeros_like(b), torch.zeros_like(xs[0]))
print(torch.func.jvp(torch.func.grad(loss), (w, b, xs[0]), along)[1])
""",
    "forward mode: dual numbers through a module": """
fw = torch.autograd.forward_ad
model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh()).double()
with torch.no_grad():
    model[0].weight.copy_(torch.tensor([[.2, -.3], [.5, .7], [-.1, .4]]))
    model[0].bias.fill_(.1)
x, v = torch.tensor([.8, -1.1], dtype=torch.float64), torch.tensor([1., .5], dtype=torch.float64)
with fw.dual_level():
    dual = fw.make_dual(x, v)
    print(fw.unpack_dual(dual).tangent)
    out = model(dual)
    print(fw.unpack_dual(out).primal.detach(), fw.unpack_dual(out).tangent.detach())
print(fw.unpack_dual(out).tangent)
def f(p):
    return torch.func.functional_call(model, p, (x,))
params = {k: p.detach() for k, p in model.named_parameters()}
primal, tangent = torch.func.jvp(f, (params,), ({k: torch.ones_like(p) for k, p in params.items()},))
print(primal, tangent)
""",
    "a small classifier: from data to accuracy": """
torch.manual_seed(3)
rng = np.random.default_rng(0)
points = rng.normal(size=(60, 2))
labels = (points[:, 0] * points[:, 1] > 0).astype(np.int64)
X, Y = torch.from_numpy(points), torch.from_numpy(labels)
model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2)).double()
loss_fn = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=.2, momentum=.9)
for epoch in range(8):
    model.train()
    for start in range(0, 60, 20):
        loss = loss_fn(model(X[start:start + 20]), Y[start:start + 20])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        scores = model(X)
        right = (scores.argmax(1) == Y).float().mean().item()
    print(f'{epoch} loss {loss.item():.6f} right {right:.3f}')
print(model)
print([tuple(p.shape) for p in model.parameters()], sum(p.numel() for p in model.parameters()))
probabilities = torch.nn.Softmax(dim=1)(model(X[:2]))
print(probabilities.detach())
state = model.state_dict()
fresh = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2)).double()
print(fresh.load_state_dict(state), torch.equal(fresh(X), model(X)))
""",
    "a small classifier: a module, weight decay and a schedule": """
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = torch.nn.Flatten()
        self.stack = torch.nn.Sequential(torch.nn.Linear(9, 6), torch.nn.ReLU(), torch.nn.Linear(6, 3))
    def forward(self, x):
        return self.stack(self.flatten(x))
torch.manual_seed(0)
net = Net().double()
print(net)
images = torch.from_numpy(np.random.default_rng(1).uniform(size=(12, 3, 3)))
labels = images.sum(1).argmax(1)
optimizer = torch.optim.Adam(net.parameters(), lr=.05, weight_decay=1e-3)
schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=5, gamma=.5)
for k in range(12):
    loss = torch.nn.functional.cross_entropy(net(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    if k % 3 == 0:
        print(k, f'{loss.item():.6f}', schedule.get_last_lr())
print((net(images).argmax(1) == labels).sum())
print([name for name, _ in net.named_parameters()])
""",
    "a small classifier: logistic regression by hand": """
rng = np.random.default_rng(2)
X = torch.from_numpy(rng.normal(size=(30, 3)))
Y = torch.from_numpy((X.numpy() @ [1., -2., .5] > 0).astype(np.float64))
w = torch.zeros(3, dtype=torch.float64, requires_grad=True)
b = torch.zeros((), dtype=torch.float64, requires_grad=True)
def log_loss(z, y):
    return -(y * torch.nn.functional.logsigmoid(z) + (1 - y) * torch.nn.functional.logsigmoid(-z)).mean()
for k in range(40):
    loss = log_loss(X @ w + b, Y)
    gw, gb = torch.autograd.grad(loss, [w, b])
    with torch.no_grad():
        w -= gw
        b.sub_(gb)
    if k % 10 == 0:
        print(f'{loss.item():.6f}')
print(w, b, ((X @ w + b > 0) == (Y > .5)).double().mean())
logits = X @ w + b
print(torch.allclose(log_loss(logits, Y), torch.nn.functional.binary_cross_entropy_with_logits(logits, Y)))
""",
}


@pytest.mark.parametrize("name", TUTORIALS)
def test_tutorial(name: str, torch: Any) -> None:
    same(TUTORIALS[name], torch)
