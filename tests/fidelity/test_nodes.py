"""The graph as it can be read: names, edges, saved values, and the versions that guard them."""

from __future__ import annotations

from typing import Any

import pytest

from .both import same

GRAPH = """
x = torch.tensor([1., 2.], requires_grad=True)
def show_node(y):
    node = y.grad_fn
    print(node.name(), [(f and f.name(), k) for f, k in node.next_functions])
"""
NODES = ["x + 1", "x * 2", "2 * x", "x * x", "x - x", "1 - x", "x / 2", "x / x", "x ** 2", "2 ** x", "x ** x",
         "-x", "x.exp()", "x.log()", "x.sin()", "x.cos()", "x.tanh()", "x.sqrt()", "x.sigmoid()", "x.relu()",
         "x.abs()", "x.sum()", "x.sum(0)", "x.mean()", "x.mean(0)", "x.prod()", "x.max()", "x.max(0).values",
         "x.norm()", "x[0]", "x[:1]", "x[None]", "x[[0, 1]]", "x[x > 0]", "x.view(2, 1)", "x.reshape(1, 2)",
         "x.unsqueeze(0)", "x[None].squeeze(0)", "x[None].t()", "x[None].T", "x[None].transpose(0, 1)",
         "x[None].permute(1, 0)", "x.expand(3, 2)", "x.repeat(2)", "x.clone()", "torch.cat([x, x])",
         "torch.stack([x, x, x])", "torch.where(x > 1, x, 0.)", "x.clamp(0, 1)", "x.softmax(0)",
         "x.log_softmax(0)", "x[None] @ x[:, None]", "x @ x", "x.dot(x)", "x.cumsum(0)", "x.flip(0)",
         "x.double()", "x.unbind()[1]", "x.split(1)[1]", "x.chunk(2)[0]", "torch.maximum(x, x)",
         "x.sort().values", "x.pow(3)", "x.square()", "x.var()", "x.std()", "x.reciprocal()", "x.rsqrt()",
         "x.tan()", "x.atan()", "x.logsumexp(0)", "x.gather(0, torch.tensor([0]))",
         "x.index_select(0, torch.tensor([0]))", "x.masked_fill(x > 1, 0.)", "x.diag()", "x[None].diagonal()",
         "x.erf()", "x.sign()"]  # fmt: skip


@pytest.mark.parametrize("made", NODES)
def test_node(made: str, torch: Any) -> None:
    """Its name and where its gradients go."""
    same(f"{GRAPH}show_node({made})", torch)


SAVED = {
    "x * y": ["self", "other"], "x * 2": ["self", "other"], "x / y": ["self", "other"], "x.exp()": ["result"],
    "x.tanh()": ["result"], "x.sigmoid()": ["result"], "x.sqrt()": ["result"], "x.relu()": ["result"],
    "x.log()": ["self"], "x.sin()": ["self"], "x.cos()": ["self"], "x.abs()": ["self"],
    "x ** 3": ["self", "exponent"], "x ** y": ["self", "exponent", "result"],
    "2 ** y": ["self", "exponent", "result"],
    "x[None] @ y[:, None]": ["self", "mat2"], "x.dot(y)": ["self", "tensor"],
    "x.softmax(0)": ["result", "dim"], "x.sum(0)": ["dim", "keepdim"],
    "torch.where(x > y, x, y)": ["condition"],
    "torch.maximum(x, y)": ["self", "other"], "x.clamp(0, 1)": ["self", "min", "max"],
    "x.prod()": ["self", "result"],
}  # fmt: skip
SAVED_CASES = [(made, name) for made, names in SAVED.items() for name in names]


@pytest.mark.parametrize(("made", "name"), SAVED_CASES)
def test_what_a_node_saved(made: str, name: str, torch: Any) -> None:
    code = f"""
x = torch.tensor([1., 2.], requires_grad=True)
y = torch.tensor([3., 0.5], requires_grad=True)
z = {made}
saved = z.grad_fn._saved_{name}
print(saved, saved is x, saved is y, type(saved).__name__)
z.sum().backward()
print(x.grad, y.grad)
z.grad_fn._saved_{name}
"""
    same(code, torch)


MORE_NODES = """
y = torch.ones(3, requires_grad=True) * 1
y[0] = 5.
print(y.grad_fn.name(), y)

x = torch.tensor([1., 2.], requires_grad=True)
leaf = (x * 2).grad_fn.next_functions[0][0]
print(leaf.name(), leaf.variable is x, leaf.next_functions)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
z = y + y
print(z.grad_fn.next_functions[0][0] is y.grad_fn, z.grad_fn is z.grad_fn, y.grad_fn == y.grad_fn)

x = torch.tensor([1., 2.], requires_grad=True)
print(x.grad_fn, x.detach().grad_fn, torch.ones(1).grad_fn)
x.grad_fn = None

x = torch.tensor([1., 2.], requires_grad=True)
a, b = x.unbind()
print(a.output_nr, b.output_nr, x.output_nr, (a * b).grad_fn.next_functions[1][1])

x = torch.tensor([3., 1.], requires_grad=True)
values, order = x.sort()
print(values.output_nr, values.grad_fn.name(), order.grad_fn)

x = torch.tensor([1., 2.], requires_grad=True)
print(type((x * 2).grad_fn).__name__, isinstance((x * 2).grad_fn, torch.autograd.graph.Node))

x = torch.tensor([1., 2.], requires_grad=True)
y = (x * 2).exp()
node, names = y.grad_fn, []
while node:
    names.append(node.name())
    node = node.next_functions[0][0] if node.next_functions else None
print(names)

x = torch.tensor([1., 2.], requires_grad=True)
edge = torch.autograd.graph.get_gradient_edge(x * 2)
print(edge.node.name(), edge.output_nr)

x = torch.tensor([1., 2.], requires_grad=True)
node = (x * 2).grad_fn
print(node(torch.tensor([1., 10.])))

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
print(torch.autograd.graph.get_gradient_edge(x).node.name())

# versions
x = torch.tensor([1., 2.])
versions = [x._version]
x += 1
versions.append(x._version)
x[0] = 5
versions.append(x._version)
x.data += 1
versions.append(x._version)
x.detach().mul_(2)
versions.append(x._version)
with torch.no_grad():
    x.zero_()
versions.append(x._version)
print(versions)

x = torch.tensor([1., 2.])
print(x.clone()._version, (x + 1)._version, x.add_(1).mul_(2)._version, x.data._version, x.detach()._version)

x = torch.tensor([1., 2.], requires_grad=True)
x.data = torch.ones(2)
print(x._version)

x = torch.tensor([1., 2.], requires_grad=True)
x._version = 3
""".strip().split("\n\n")


@pytest.mark.parametrize("code", MORE_NODES, ids=lambda code: code.splitlines()[-1][:60])
def test_nodes_and_versions(code: str, torch: Any) -> None:
    same(code, torch)
