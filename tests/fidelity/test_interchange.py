"""Where Variables meet the rest of Python: NumPy, DLPack, pickle, copy, numbers and lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lab as lab

from .both import all_same, same

DTYPES = ["float32", "float64", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"]
SHAPES = ["()", "(0,)", "(3,)", "(2, 3)", "(2, 0)", "(1, 2, 1)"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_to_and_from_numpy(dtype: str, torch: Any) -> None:
    """Same dtype, shape and numbers, and the memory is shared."""
    codes = []
    for shape in SHAPES:
        made = f"a = np.arange(np.prod({shape}, dtype=int)).reshape({shape}).astype('{dtype}')\n"
        codes += [
            made + "x = torch.from_numpy(a)\nprint(x, x.dtype, x.shape, x.is_leaf)\na[...] = 1\nprint(x)",
            made + "x = torch.from_numpy(a)\nb = x.numpy()\nprint(b.dtype, b.shape)\nx.fill_(1)\nprint(b, a)",
            made + "x = torch.tensor(a)\nprint(x, x.dtype)\na[...] = 1\nprint(x)",
            made + "x = torch.as_tensor(a)\nprint(x, x.dtype)\na[...] = 1\nprint(x)",
            made + "x = torch.asarray(a)\nprint(x, x.dtype)\na[...] = 1\nprint(x)",
            made + "x = torch.from_dlpack(a)\nprint(x, x.dtype)\na[...] = 1\nprint(x)",
            made + "x = torch.from_numpy(a)\nb = np.asarray(x)\nprint(b, b.dtype, np.shares_memory(a, b))",
            made + "x = torch.from_numpy(a)\nb = np.array(x)\nprint(b, b.dtype, np.shares_memory(a, b))",
            made + "x = torch.from_numpy(a)\nb = x.__array__()\nprint(type(b).__name__, b)",
            made + "x = torch.from_numpy(a)\nprint(x.tolist(), type(x.tolist()).__name__)",
        ]  # fmt: skip
        if dtype != "bool":
            codes.append(made + "b = np.from_dlpack(torch.from_numpy(a))\nprint(b, b.dtype, b.shape)")
    all_same(codes, torch)


SNIPPETS = """
# numpy()
x = torch.tensor([1., 2.], requires_grad=True)
x.numpy()

x = torch.tensor([1., 2.], requires_grad=True)
(x * 2).numpy()

x = torch.tensor([1., 2.], requires_grad=True)
with torch.no_grad():
    print((x * 2).numpy())
    x.numpy()

x = torch.tensor([1., 2.], requires_grad=True)
a = x.detach().numpy()
a[0] = 50
print(x, x._version)

x = torch.tensor([1., 2.], requires_grad=True)
print(x.numpy(force=True))

x = torch.tensor([1., 2.], requires_grad=True)
np.asarray(x)

x = torch.tensor([1., 2.], requires_grad=True)
np.exp(x)

x = torch.tensor([[1., 2.], [3., 4.]])
print(x.t().numpy(), x[:, 1].numpy(), x.t().numpy().flags['C_CONTIGUOUS'])

x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
x.detach().numpy()[0] = 7
y.sum().backward()
print(x.grad)

x = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)
y = torch.from_numpy(x.detach().numpy() * 2).requires_grad_()
(y * y).sum().backward()
print(y.grad, x.grad)

# NumPy's functions
x = torch.tensor([1., 4.])
print(type(np.sqrt(x)).__name__, np.sqrt(x))

x = torch.tensor([1., 4.])
print(np.sum(x.numpy()), np.mean(x.numpy()), np.allclose(x, [1, 4]), np.array_equal(x, x), np.shape(x))

x = torch.tensor([1., 4.])
print(np.concatenate([x, x]), np.stack([x, x]), np.dot(x, x), np.maximum(x, 2))

x = torch.tensor([1., 4.])
print(np.asarray(x, dtype=np.float64), np.array(x, dtype=int), np.array([x, x]))

x = torch.tensor([1., 4.])
np.testing.assert_allclose(x, [1, 4])
np.testing.assert_array_equal(x, x.numpy())
print(np.linspace(x[0].item(), x[1].item(), 3))

x = torch.tensor([3, 1, 2])
a = np.arange(5)
print(a[x], np.argsort(x), np.take(a, x))

x = torch.tensor(3)
a = np.arange(5)
print(a[x], range(x), [0] * x, np.zeros(x))

print(float(np.float64(2.5) * torch.tensor(2.)), torch.tensor(2.) * np.float64(2.5))

print(torch.tensor([1., 2.]) * np.float32(2))
print(torch.tensor([1, 2]) * np.int64(2), torch.tensor([1., 2.]) + np.bool_(True))

# tensor() of NumPy things
print(torch.tensor(np.float64(1.5)), torch.tensor(np.float32(1.5)))
print(torch.tensor(np.int32(1)), torch.tensor(np.bool_(True)))

print(torch.tensor([np.array([1., 2.]), np.array([3., 4.])]))

print(torch.tensor([torch.tensor(1.), torch.tensor(2.)]), torch.tensor([torch.tensor(1), 2.5]))

torch.tensor([torch.tensor([1., 2.]), torch.tensor([3., 4.])])

print(torch.tensor([torch.tensor([1.]), torch.tensor([3.])]))

x = torch.tensor([1., 2.], requires_grad=True)
y = torch.tensor(x)
print(y, y is x, y.requires_grad)

x = torch.tensor([1., 2.], requires_grad=True)
print(torch.as_tensor(x) is x, torch.asarray(x) is x)

a = np.arange(4.)[::2]
x = torch.from_numpy(a)
print(x, x.stride())
x += 1
print(a)

torch.from_numpy(np.arange(4.)[::-1])

torch.from_numpy([1., 2.])

torch.from_numpy(np.array(['a']))

torch.from_numpy(np.array([None]))

torch.from_numpy(5.)

torch.tensor(np.array(['a']))

a = np.arange(6.).reshape(2, 3).T
x = torch.from_numpy(a)
print(x, x.is_contiguous(), x.shape)

a = np.broadcast_to(np.arange(3.), (2, 3))
print(torch.from_numpy(a.copy()))

# the name of a NumPy dtype
torch.ones(2, dtype=np.float64)

torch.ones(2).to(np.float64)

print(torch.from_numpy(np.ones(2)).dtype, torch.tensor(np.ones(2)).dtype, torch.tensor([1.]).dtype)

# DLPack
x = torch.arange(3.)
a = np.from_dlpack(x)
x += 1
print(a)

x = torch.arange(3.)
y = torch.from_dlpack(x)
y[0] = 9
print(x, y is x, y._is_view())

x = torch.arange(3., requires_grad=True)
np.from_dlpack(x)

x = torch.arange(3., requires_grad=True)
torch.from_dlpack(x)

print([int(k) for k in torch.arange(3.).__dlpack_device__()])

torch.from_dlpack([1, 2])

# pickle and copy
import pickle
x = torch.tensor([1., 2.], requires_grad=True)
(x * x).sum().backward()
y = pickle.loads(pickle.dumps(x))
print(y, y.grad, y.is_leaf, y is x)

import pickle
x = torch.tensor([1., 2.], requires_grad=True)
y = pickle.loads(pickle.dumps(x * 2))
print(y, y.is_leaf)

import pickle
x = torch.arange(6).view(2, 3)
for v in (x, x.t(), x[0], x[:, 1], x > 2, x[1, 1]):
    y = pickle.loads(pickle.dumps(v))
    print(y, y.dtype, y._is_view())

import pickle
with torch.no_grad():
    y = torch.tensor([1., 2.], requires_grad=True) * 2
print(pickle.loads(pickle.dumps([y, {'a': y}])))

import pickle
x = torch.zeros(2)
a, b = pickle.loads(pickle.dumps((x, x)))
print(a is b)

import pickle
for dtype in (torch.float32, torch.int64, torch.bool):
    print(pickle.loads(pickle.dumps(dtype)) is dtype)

import pickle
print(pickle.loads(pickle.dumps(torch.ones(2, 3).shape)), pickle.loads(pickle.dumps(torch.ones(2).size())))

import copy
x = torch.tensor([1., 2.], requires_grad=True)
(x * x).sum().backward()
y = copy.deepcopy(x)
y.data += 1
y.grad += 1
print(x, x.grad, y, y.grad, y.is_leaf)

import copy
x = torch.tensor([1., 2.], requires_grad=True)
copy.deepcopy(x * 2)

import copy
x = torch.tensor([1., 2.], requires_grad=True)
y = copy.copy(x)
print(y is x, y.requires_grad, y.is_leaf)
y.data[0] = 50
print(x)

import copy
x = torch.tensor([1., 2.])
a, b = copy.deepcopy([x, x])
print(a is b, a is x)

import copy
x = torch.arange(4.)
a = copy.deepcopy([x, x[:2]])
a[0][0] = 50
print(a, a[1]._is_view())

import copy
x = torch.tensor([1., 2.], requires_grad=True)
y = copy.deepcopy(x.detach())
print(y.requires_grad, copy.deepcopy({'w': x})['w'].requires_grad)

import copy
x = torch.tensor([1., 2.], requires_grad=True)
print(copy.deepcopy((x * 2).detach()), copy.deepcopy((x * 2).sum().item()))

# tolist, item, numbers
print(torch.tensor([[1, 2], [3, 4]]).tolist(), torch.tensor(5).tolist())
print(torch.tensor([]).tolist(), torch.ones(0, 2).tolist())

print(torch.tensor([True, False]).tolist())
print(torch.tensor([1.5, float('inf')]).tolist(), torch.tensor([0.1]).tolist())

print(torch.tensor([0.1], requires_grad=True).tolist())
print(torch.tensor(0.1).item(), torch.tensor(0.1, dtype=torch.float64).item())

print(torch.tensor([[5]]).item(), torch.tensor(True).item())
print(type(torch.tensor(True).item()).__name__, torch.tensor(1.).item())

torch.tensor([1, 2]).item()

torch.ones(0).item()

x = torch.tensor([2.], requires_grad=True)
print(x.item(), float(x), int(x), bool(x), round(float(x)))

float(torch.tensor([1., 2.]))

int(torch.tensor([]))

bool(torch.tensor([1., 2.]))

bool(torch.tensor([]))

print(int(torch.tensor(2.9)), int(torch.tensor(-2.9)))
print(float(torch.tensor(3)), bool(torch.tensor(0.)), bool(torch.tensor([[0.5]])))

import operator
print(operator.index(torch.tensor(3)), [1, 2, 3][torch.tensor([1])])

import operator
operator.index(torch.tensor(3.))

import operator
operator.index(torch.tensor([3, 4]))

int(torch.tensor(float('nan')))

import math
print(math.sqrt(torch.tensor(4.)), math.isnan(torch.tensor(1.)), abs(torch.tensor(-2.)))

# as Python sees it
x = torch.arange(6.).view(2, 3)
print(len(x), [r.tolist() for r in x], x[0] in x, 5. in x, 7 in x, list(reversed(x)))

len(torch.tensor(1.))

for v in torch.tensor(1.):
    print(v)

a, b = torch.tensor([1., 2.], requires_grad=True)
print(a, b)

print(sum(torch.tensor([1., 2., 3.])), max(torch.tensor([1., 3., 2.])))
print(min(torch.tensor([1., 3., 2.])), sorted(torch.tensor([3, 1])))

print(dict(zip('ab', torch.tensor([1., 2.]))))
print(all(torch.tensor([True, False])), any(torch.tensor([True, False])))

x = torch.tensor([1., 2.])
print(len({x, x}), len({x, x.clone()}), x.__hash__() == hash(x))

import math
print(torch.tensor(math.pi), torch.tensor([1, 2.5, True]), torch.tensor([[1], [2]]), torch.tensor(range(3)))

torch.tensor([[1, 2], [3]])

torch.tensor([1, 'a'])

print(torch.tensor((1, (2))), torch.tensor([(1, 2), [3, 4]]))

torch.tensor(2 ** 63)

print(torch.tensor(2 ** 62), torch.tensor(2 ** 40).dtype, torch.tensor([2 ** 40]).dtype)

torch.tensor([300], dtype=torch.uint8)

print(f'{torch.tensor(1.23456):.2f}', f'{torch.tensor(3):>5}')
print(f'{torch.tensor([1., 2.])}', '{:.1e}'.format(torch.tensor(12345.)))

x = torch.tensor(0.5, requires_grad=True)
print(f'{x:.3f}', f'{x.item()}', f'{(x * 2)}', str(x), repr(x))

total = torch.zeros(())
w = torch.tensor(2., requires_grad=True)
depths = []
for k in range(4):
    total += w * k
    node, depth = total.grad_fn, 0
    while node.next_functions:
        node, depth = node.next_functions[0][0], depth + 1
        if node is None:
            break
    depths.append(depth)
print(depths)

# a running total of numbers grows no graph
total = 0.
w = torch.tensor(2., requires_grad=True)
for k in range(4):
    total += (w * k).item()
print(total)

# saved and loaded
import io
x = torch.tensor([1., 2.], requires_grad=True)
file = io.BytesIO()
torch.save({'x': x, 'step': 3}, file)
file.seek(0)
back = torch.load(file)
print(back['x'], back['step'], back['x'].is_leaf)
""".strip().split("\n\n")


@pytest.mark.parametrize("code", SNIPPETS, ids=lambda code: code.splitlines()[-1][:60])
def test_interchange(code: str, torch: Any) -> None:
    same(code, torch)


def test_tensors_of_pytorch_are_taken_as_arrays_are(torch: Any) -> None:
    theirs = torch.tensor([[1.0, 2.0]], requires_grad=True)
    assert lab.tensor(theirs).tolist() == [[1.0, 2.0]] and not lab.tensor(theirs).requires_grad
    assert lab.tensor([theirs[0, 0], 3.0]).tolist() == [1.0, 3.0]
    assert (
        lab.tensor(torch.tensor([True])).dtype == lab.bool
        and lab.tensor(torch.tensor([1])).dtype == lab.int64
    )
    shared = lab.as_tensor(theirs)
    shared[0, 0] = 7.0
    assert theirs.tolist() == [[7.0, 2.0]] == lab.from_dlpack(theirs.detach()).tolist()
    assert torch.from_dlpack(lab.tensor([1.0, 2.0])).tolist() == np.asarray(lab.tensor([1.0, 2.0])).tolist()


def test_what_pytorch_learned_is_loaded(torch: Any) -> None:
    theirs, ours = torch.nn.Linear(2, 3), lab.nn.Linear(2, 3)
    ours.load_state_dict(theirs.state_dict())
    x = [[1.0, 2.0]]
    np.testing.assert_allclose(ours(lab.tensor(x)).tolist(), theirs(torch.tensor(x)).tolist(), rtol=1e-6)
