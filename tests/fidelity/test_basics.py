"""Making, asking, converting, copying: what is no arithmetic."""

from __future__ import annotations

from typing import Any

import pytest

from .both import same

SNIPPETS = """
x = torch.tensor([1, 2], requires_grad=True)

x = torch.tensor(2.0, requires_grad=True)
print(x.item(), float(x), int(x), bool(x), round(x.item()))

x = torch.tensor([2.0, 3.0])
x.item()

x = torch.tensor([2.0, 3.0])
bool(x)

x = torch.tensor([2.0, 3.0])
float(x)

x = torch.tensor([2.0, 3.0], requires_grad=True)
x.numpy()

x = torch.tensor([2.0, 3.0], requires_grad=True)
np.asarray(x)

x = torch.tensor([2.0, 3.0])
print(x.numpy(), np.array(x), x.tolist())
x.numpy()[0] = 7
print(x)

a = np.array([1.0, 2.0])
x = torch.tensor(a)
a[0] = 9
print(x)

x = torch.tensor([2.0, 3.0])
y = Variable(x, requires_grad=True)
y.data += 1
print(x, x.requires_grad, y)

x = Variable(torch.tensor([1, 2]), requires_grad=True)

x = torch.tensor([2.0, 3.0])
print(x.size(), x.size(0), x.dim(), x.numel(), x.ndim, len(x), tuple(x.shape))

x = torch.tensor(2.0)
len(x)

x = torch.tensor([2.0, 3.0])
x.size(3)

x = torch.tensor([[2.0, 3.0]])
print(x.T, x.t(), x.view(2, 1), x.reshape(-1), x.view(-1, 1), x.reshape((2, 1)), x.T.T)

x = torch.ones(2, 3)
x.reshape(4)

x = torch.ones(2, 3)
x.view(4)

x = torch.ones(2, 3, 4)
x.t()

x = torch.ones(2)
torch.exp(2.0)

torch.tensor([[1, 2], [3]])

torch.tensor('a')

torch.tensor([1, 'a'])

print(torch.tensor(torch.tensor([1.0, 2.0])))

print(torch.tensor([torch.tensor(1.0), torch.tensor(2.0)]))

print(torch.tensor(np.array([1, 2], dtype=np.int32)), torch.tensor(np.array([True])))

print(torch.tensor([]), torch.tensor([[]]))

print(torch.tensor((1, 2.0)), torch.tensor(range(3)))

print(torch.tensor(1.5, dtype=torch.int64))

print(torch.zeros(()), torch.zeros([2]), torch.zeros(2, 2), torch.zeros(torch.tensor([1.0, 2.0]).shape))

torch.zeros(-1)

torch.zeros(2.5)

print(torch.zeros(3, dtype=torch.int64), torch.ones(2, dtype=torch.bool))

torch.zeros(3, dtype=torch.int64, requires_grad=True)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.requires_grad_(False)

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
y.requires_grad = False

x = torch.tensor([1, 2])
x.requires_grad = True

x = torch.tensor([1.0, 2.0])
x.requires_grad = True
print(x)
x.requires_grad = False
print(x)

x = torch.tensor([1.0, 2.0], requires_grad=True)
print(x.requires_grad, x.is_leaf, (x * 2).is_leaf, x.detach().is_leaf, x.data.requires_grad)

x = torch.tensor([1.0, 2.0])
print(x[0], x[-1])

x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
print(x[0], x[:, 1], x[0, 1], x[..., 0], x[None].shape == (1, 2, 2))
print(x[torch.tensor([0, 0])], x[[0, 1]], x[x > 2])

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
(x[0] * x[2]).backward()
print(x.grad)

x = torch.tensor([1.0, 2.0, 3.0])
x[5]

x = torch.tensor([1.0, 2.0, 3.0])
x[0] = 5
print(x)

x = torch.tensor([1.0, 2.0, 3.0])
print([v for v in x], list(x))

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
print(hash(x) == hash(x), x in [x], {x: 1}[x])

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
print(f'{x.sum()}', f'{x.sum():.2f}', f'{x}', str(x), '%.2f' % x.sum())

x = torch.tensor([1.0, 2.0, 3.0])
f'{x:.2f}'

x = torch.tensor([[1.0]])
f'{x:.2f}'

import copy
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = copy.deepcopy(x)
y.data += 1
print(x, y)

import pickle
x = torch.tensor([1.0, 2.0], requires_grad=True)
print(pickle.loads(pickle.dumps(x)))

x = torch.tensor([3.0], requires_grad=True)
a = x.detach()
b = x.data
print(a.requires_grad, a.grad_fn, b)

print(torch.float32, torch.float64, torch.int64, torch.bool, torch.ones(1).dtype == torch.float32)

print(torch.ones(2, 3).shape, torch.ones(2, 3).size(), torch.ones(1).shape)

x = torch.ones(2, 3)
a, b = x.shape
print(a, b, x.shape[0], x.shape == (2, 3), x.shape[1:], x.shape + (1,))

x = torch.ones(2, requires_grad=True)
y = Variable(x)
print(y, y.grad_fn, y.requires_grad)

x = torch.ones(2, requires_grad=True)
y = Variable(x * 2, requires_grad=True)
print(y, y.is_leaf)

x = torch.ones(2, requires_grad=True)
print(isinstance(x, Variable), isinstance(x, torch.Tensor), type(Variable(x)) == type(x))

print(torch.zeros(size=(2, 3)), torch.ones(size=[1]), torch.rand(size=(0, 2)))

k = torch.tensor(2)
print([5, 6, 7][k], list(range(k)), int(torch.tensor(2.7)), max(torch.tensor([1.0, 5.0])))

x = torch.ones(2, 3, 4)
a, b, c = x.shape
print(a, b, c, x.shape[1:], x.shape + (1,), x.shape[-1], x.shape.numel(), x.size(-1), len(x.shape))
"""


@pytest.mark.parametrize("code", SNIPPETS.strip().split("\n\n"), ids=lambda code: code.splitlines()[-1][:60])
def test_snippet(code: str, torch: Any) -> None:
    same(code, torch)
