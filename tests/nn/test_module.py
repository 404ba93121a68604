"""Modules against PyTorch's: what they hold, how they print, what they refuse."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import autograd_lab as lab
from tests.fidelity.both import same

NET = """
nn = torch.nn
class Block(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.first = nn.Linear(size, 3)
        self.scale = nn.Parameter(torch.ones(3))
        self.register_buffer("count", torch.zeros(2))
        self.register_buffer("secret", torch.zeros(1), persistent=False)
        self.name = "block"
    def forward(self, x):
        return self.first(x) * self.scale
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block(2)
        self.body = nn.Sequential(nn.ReLU(), nn.Sequential(nn.Linear(3, 2, bias=False), nn.Tanh()))
        self.tied = self.block
        self.none = None
        self.register_parameter("empty", None)
    def forward(self, x):
        return self.body(self.block(x))
torch.manual_seed(0)
net = Net()
"""

SNIPPETS = {
    "printed": "print(net); print(repr(net.body)); print(nn.Module()); print(nn.Sequential())",
    "names": """
for walk in (net.named_parameters, net.named_buffers, net.named_modules, net.named_children):
    print([name for name, _ in walk()])
print([n for n, _ in net.block.named_parameters(prefix="p", recurse=False)])
print([n for n, _ in net.named_parameters(remove_duplicate=False)])
for walk in (net.parameters, net.buffers, net.modules, net.children): print(len(list(walk())))
print(sum(p.numel() for p in net.parameters()))
""",
    "values": "for name, p in net.named_parameters(): print(name, p)",
    "state_dict": """
print(list(net.state_dict()))
print(net.state_dict()["block.first.weight"], net.state_dict(keep_vars=True)["block.first.weight"])
print(net.block.state_dict())
print(list(net.block.state_dict(prefix="a.")))
""",
    "loading": """
other = Net()
print(other.load_state_dict(net.state_dict()))
print(torch.equal(other.block.first.weight, net.block.first.weight), other.block.first.weight.is_leaf)
state = net.block.state_dict()
del state["scale"]; state["more"] = torch.zeros(1)
print(other.block.load_state_dict(state, strict=False))
""",
    "forward": """
x = torch.tensor([[1., 2.], [3., 4.]])
y = net(x).sum(); print(y); y.backward()
for name, p in net.named_parameters(): print(name, p.grad)
net.zero_grad(); print(net.block.scale.grad)
net(x).sum().backward(); net.zero_grad(set_to_none=False); print(net.block.scale.grad)
""",
    "modes": """
net.eval(); print(net.training, net.block.training, net.body[1][1].training)
print(net.train() is net, net.block.training)
net.requires_grad_(False); print([p.requires_grad for p in net.parameters()])
""",
    "apply": "net.apply(lambda m: print(type(m).__name__))",
    "dtypes": """
print(net.double() is net, net.block.scale, net.block.count.dtype)
print(net.float().block.scale.dtype, net.to(torch.float64).block.secret.dtype)
print(net.to("cpu").block.scale.dtype)
print(net.to(dtype=torch.float32).block.first.weight)
net.block.first(torch.ones(2)).sum().backward(); net.double(); print(net.block.first.weight.grad)
""",
    "attributes": """
net.fresh = nn.Parameter(torch.zeros(1)); print([n for n, _ in net.named_parameters()])
net.fresh = None; print(net.fresh, [n for n, _ in net.named_parameters()])
net.block.count = torch.ones(2); print(net.block.state_dict()["count"])
net.plain = torch.ones(1); print([n for n, _ in net.named_buffers()])
net.plain = nn.ReLU(); print([n for n, _ in net.named_children()])
net.plain = nn.Parameter(torch.zeros(1)); print([n for n, _ in net.named_children()], list(net._parameters))
del net.plain; print(hasattr(net, "plain"), list(net._parameters))
net.block.count = None; print(list(net.block.state_dict()))
""",
    "parts by their dotted names": """
print(net.get_submodule("") is net, net.get_parameter("block.scale") is net.block.scale)
print(net.get_buffer("block.count"))
net.get_submodule("block.7")
""",
    "backward hooks": """
for m in net.modules():
    m.register_full_backward_hook(lambda m, i, o: print(type(m).__name__, i, o))
    m.register_full_backward_pre_hook(lambda m, o: print("before", type(m).__name__, o))
out = net(torch.ones(2)); print(out.grad_fn.name()); out.sum().backward()
x = torch.ones(2, requires_grad=True)
handle = net.register_full_backward_hook(lambda m, i, o: (i[0] * 10,))
net(x).sum().backward(); print(x.grad); handle.remove()
net.register_full_backward_pre_hook(lambda m, o: (o[0] * 2,)); net(x).sum().backward(); print(x.grad)
with torch.no_grad(): print(net(x).grad_fn)
net.register_full_backward_hook(lambda m, i, o: (None, None)); net(x).sum().backward()
""",
    "backward hooks of several inputs and outputs": """
class Two(torch.nn.Module):
    def forward(self, a, k, b): return a * b, k, a + b
two = Two(); two.register_full_backward_hook(lambda m, i, o: print(i, o))
a, b = (torch.tensor(v, requires_grad=True) for v in (2., 3.))
out = two(a, 5, b); (out[0] * out[2]).backward(); print(a.grad, b.grad, out[1])
two(a, 5, b)[0].backward(); print(a.grad)
""",
    "hooks": """
print(net.register_forward_hook(lambda m, i, o: print("after", i[0].shape, o.shape)).id >= 0)
before = net.block.register_forward_pre_hook(lambda m, i: (i[0] * 2,))
double = net.block.register_forward_hook(lambda m, i, o: o * 2)
print(net(torch.ones(1, 2))); before.remove(); double.remove(); print(net(torch.ones(1, 2)))
with net.block.register_forward_pre_hook(lambda m, i: i[0] * 3): print(net.block(torch.ones(2)))
print(net.block(torch.ones(2)))
""",
    "sequential": """
s = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Tanh())
print(len(s), s[0], s[-1], s[1:], [type(m).__name__ for m in s])
s[1] = nn.Sigmoid(); s.append(nn.Identity()); s.insert(0, nn.Flatten()); s.extend([nn.ReLU()]); print(s)
del s[0]; del s[-2:]; print(s)
from collections import OrderedDict
named = nn.Sequential(OrderedDict([("in", nn.Linear(1, 2)), ("act", nn.ReLU())]))
print(named, named.act, named[0], named[:1]); named[1] = nn.Tanh(); print(named)
""",
    "module list": """
m = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2)])
print(m, len(m), m[-1], m[:2]); m.append(nn.ReLU()); m.insert(1, nn.Tanh()); del m[0]; print(m)
print([n for n, _ in m.named_parameters()]); print(nn.ModuleList())
""",
    "module dict": """
d = nn.ModuleDict({"a": nn.ReLU(), "b": nn.Linear(1, 1)}); d["c"] = nn.Tanh(); d.update([["e", nn.ReLU()]])
print(d, list(d), list(d.keys()), "a" in d, len(d), d["a"], d.pop("a")); del d["c"]
print([k for k, v in d.items()], [n for n, _ in d.named_parameters()], list(d.values()))
""",
    "one device": """
d = nn.DataParallel(nn.Sequential(nn.Linear(2, 1), nn.ReLU())); print(d, list(d.state_dict()), d.module[1])
print(d(torch.ones(3, 2)).shape)
with torch.backends.cudnn.flags(allow_tf32=False):
    print(torch.functional.norm(torch.ones(4)), torch.functional.einsum("i->", torch.ones(2)))
""",
    "parameter list": """
p = nn.ParameterList([torch.ones(2), nn.Parameter(torch.ones(2, 3))]); p.append(torch.zeros(1))
print(p, len(p), p[0], p[-1], [n for n, _ in p.named_parameters()], [q.shape for q in p[1:]])
p[0] = nn.Parameter(torch.zeros(4)); print(p)
""",
    "parameter": """
p = nn.Parameter(torch.tensor([1., 2.])); print(p, p * 2, type(p * 2) is type(p), p.data, p.is_leaf)
print(isinstance(p, torch.Tensor), isinstance(p, nn.Parameter), isinstance(torch.ones(1), nn.Parameter))
print(nn.Parameter(torch.tensor([1]), requires_grad=False))
t = torch.ones(2); q = nn.Parameter(t); t[0] = 5; print(q)
""",
    "copied": """
import copy
other = copy.deepcopy(net)
with torch.no_grad(): other.block.scale += 1
print(net.block.scale, other.block.scale, type(other.block.scale).__name__, other.tied is other.block)
""",
}


@pytest.mark.parametrize("code", SNIPPETS.values(), ids=SNIPPETS)
def test_as_in_pytorch(code: str, torch: Any) -> None:
    same(NET + code, torch)


REFUSED = [
    "net.block.scale = torch.ones(3)",
    "net.block.scale = 1",
    "net.block = 1",
    "net.block.count = 1",
    "net.nothing",
    "del net.nothing",
    "net.train('yes')",
    "nn.Module()(1)",
    "nn.Sequential(1)",
    "nn.ModuleList([1])",
    "nn.ModuleDict({'a': 1})",
    "nn.Sequential(nn.ReLU())[1]",
    "nn.ModuleDict()['a']",
    "net.register_parameter('a.b', None)",
    "net.register_parameter('', None)",
    "net.register_parameter('block', None)",
    "net.register_parameter(1, None)",
    "net.register_parameter('w', torch.ones(1))",
    "net.register_buffer('body', None)",
    "net.register_buffer('w', 1)",
    "net.add_module('forward', nn.ReLU())",
    "net.add_module('a', 1)",
    "net.load_state_dict(1)",
    "net.load_state_dict({})",
    "net.block.load_state_dict({**net.block.state_dict(), 'more': torch.ones(1)})",
    "net.block.load_state_dict({**net.block.state_dict(), 'scale': torch.ones(4)}, strict=False)",
    "class Bad(nn.Module):\n    def __init__(self): self.w = nn.Parameter(torch.ones(1))\nBad()",
    "class Bad(nn.Module):\n    def __init__(self): self.m = nn.ReLU()\nBad()",
    "class Bad(nn.Module):\n    def __init__(self): self.register_buffer('b', None)\nBad()",
]


@pytest.mark.parametrize("code", REFUSED)
def test_refused_as_in_pytorch(code: str, torch: Any) -> None:
    same(f"{NET}\n{code}", torch)


def test_a_load_that_fails_names_every_problem() -> None:
    layer = lab.nn.Linear(2, 1)
    with pytest.raises(RuntimeError) as error:
        layer.load_state_dict({"weight": lab.ones(3, 2), "extra": lab.ones(1)})
    for part in ("Linear", 'Missing key(s) in state_dict: "bias"', 'Unexpected key(s) in state_dict: "extra"',
                 "size mismatch for weight: (3, 2) in the state_dict, (1, 2) here"):  # fmt: skip
        assert part in str(error.value)


def test_what_fits_is_loaded_even_so() -> None:
    layer = lab.nn.Linear(1, 1)
    with pytest.raises(RuntimeError):
        layer.load_state_dict({"bias": lab.ones(1)})
    assert layer.bias.item() == 1


def test_a_network_can_be_half_made() -> None:
    """Copying makes objects whose tables aren't there yet: looking for attributes must not recur."""
    assert not hasattr(lab.nn.Module.__new__(lab.nn.Module), "weight")
    assert copy.deepcopy(lab.nn.ReLU()).training
