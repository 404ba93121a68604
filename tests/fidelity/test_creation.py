"""How a Variable is made: from data, filled, counted up, like another."""

from __future__ import annotations

from typing import Any

import pytest

from .both import all_same

PRINT = "z = {}\nprint(z, z.dtype, z.shape, z.requires_grad, z.is_leaf)"

DATA = [
    "1", "1.5", "True", "[]", "[1, 2]", "[1., 2]", "[True, 2.5]", "(1, (2,))", "[[1, 2], [3, 4]]",
    "((1, 2), (3, 4))",
    "[[1], [2, 3]]", "range(3)", "'a'", "['a']", "{}", "{'a': 1}", "{1, 2}", "np.float32(1.5)",
    "np.int64(3)",
    "np.array([1, 2])", "np.array([1.5])", "np.array([1.5], dtype=np.float32)", "np.array(2.5)",
    "np.array([True])",
    "np.array([1, 2], dtype=np.int32)", "np.arange(6).reshape(2, 3)", "np.ones((2, 0))", "np.array(['a'])",
    "[np.array([1., 2.]), np.array([3., 4.])]", "torch.ones(2)", "[torch.tensor(1), torch.tensor(2)]",
    "[[[]]]",
    "[torch.tensor(1.), 2]", "2**63 - 1", "2**63", "-2**63", "1e400", "float('nan')", "[1e10, 1]", "[None]",
    "[1, None]",
    "np.array([1., 2.]).T", "[[1, 2], 3]", "iter([1])", "[float('inf'), 1]",
    "[-0.]",
    "np.array([1, 2], dtype=np.uint8)", "np.array([[1., 2.], [3., 4.]]).T", "np.float64(1.5)",
    "np.bool_(True)",
]  # fmt: skip
WAYS = [
    "torch.tensor({})", "torch.tensor({}, dtype=torch.float64)", "torch.tensor({}, dtype=torch.int64)",
    "torch.tensor({}, dtype=torch.bool)", "torch.tensor({}, requires_grad=True)", "torch.tensor(data={})",
    "torch.as_tensor({})", "torch.as_tensor({}, dtype=torch.float32)", "torch.from_numpy({})",
    "torch.asarray({})",
]  # fmt: skip
ORDINARY = [d for d in DATA if d not in ("2**63", "1e400")]
CAST = (
    "np.float32(1.5)",
    "np.bool_(True)",
    "[torch.tensor(1.), 2]",
)  # PyTorch refuses them as integers or bools


@pytest.mark.parametrize("way", WAYS)
def test_from_data(way: str, torch: Any) -> None:
    found = DATA if way == WAYS[0] else ORDINARY
    if way in WAYS[2:4]:
        found = [data for data in found if data not in CAST]
    all_same([PRINT.format(way.format(data)) for data in found], torch)


CLASSES = ["Tensor([[1.5]])", "Tensor()", "FloatTensor([1, 2])", "FloatTensor(2, 3).shape", "LongTensor([1, 2])",
           "DoubleTensor([1, 2])", "BoolTensor([1, 0])", "IntTensor([1, 2])", "LongTensor([1.5])", "FloatTensor()",
           "FloatTensor(np.array([1., 2.]))"]  # fmt: skip


@pytest.mark.parametrize("call", CLASSES)
def test_classes(call: str, torch: Any) -> None:
    all_same([f"z = torch.{call}\nprint(z, getattr(z, 'dtype', ''))"], torch)


SIZES = ["2", "2, 3", "(2, 3)", "[2]", "()", "0", "2, 0", "size=(2,)", "torch.Size([2])",
         "torch.ones(1, 2).shape",
         "*torch.ones(2, 1).shape", "", "-1", "1.5", "'a'", "torch.tensor(2)", "np.int64(2)", "(2, -1)",
         "None"]  # fmt: skip
OPTIONS = ["", "dtype=torch.float64", "dtype=torch.int64", "dtype=torch.bool", "dtype=torch.int32",
           "requires_grad=True", "dtype=torch.int64, requires_grad=True", "dtype=int", "dtype=float",
           "dtype='float32'",
           "dtype=None", "device='cpu'"]  # fmt: skip


@pytest.mark.parametrize("name", ["zeros", "ones", "rand", "randn", "empty"])
def test_of_a_size(name: str, torch: Any) -> None:
    shown = "z.shape, z.dtype, z.requires_grad" if name == "empty" else "z, z.shape"
    start = f"torch.manual_seed(0)\nz = torch.{name}"
    all_same([f"{start}({size})\nprint({shown})" for size in SIZES], torch)
    if not name.startswith("rand"):
        all_same([f"{start}(2, {option})\nprint({shown}, z.dtype)" for option in OPTIONS], torch)
    all_same([f"{start}((2, 2), {option})\nprint({shown}, z.dtype)" for option in OPTIONS[:2]], torch)


FULL = ["(2,), 7", "(2, 3), 1.5", "(2,), True", "(), 3", "[1], 2", "2, 3", "(2,), 7, dtype=torch.float64",
        "(2,)",
        "size=(2,), fill_value=1", "(2,), 1.5, dtype=torch.int64", "(0,), 1.", "(2,), torch.tensor(3.)",
        "(2,), float('inf')", "(2,), 1., requires_grad=True", "(2,), 'a'", "(2,), 2**40"]  # fmt: skip
EYE = ["3", "2, 3", "3, 2", "0", "n=2", "2, m=1", "2, dtype=torch.int64", "2, dtype=torch.bool", "-1", "1.5",
       "2, requires_grad=True"]  # fmt: skip
ARANGE = ["5", "5.", "1, 5", "1., 5", "0, 1, 0.25", "5, 0, -1", "0, 5, 2", "5, 1", "0, 5, -1", "0, 5, 0",
          "0", "-3",
          "start=1, end=4", "end=3", "1, 4, step=2", "3, dtype=torch.float32", "3, dtype=torch.float64",
          "2.5", "",
          "0, 0.3, 0.1", "4, requires_grad=True", "4., requires_grad=True", "1, 2, 0.3", "torch.tensor(3)",
          "float('nan')", "0, 1, 0.1", "10, 0, -2.5", "0, 3, dtype=torch.int32", "'a'", "True"]  # fmt: skip
LINSPACE = ["0, 1, 5", "0, 1, 1", "0, 1, 0", "1, 0, 3", "0, 10, steps=11", "start=0, end=1, steps=3",
            "-1, 1, 4", "0, 1",
            "0, 1, 5, dtype=torch.float64", "0, 10, 5, dtype=torch.int64", "0, 1, 3, requires_grad=True",
            "0, 1, -1",
            "0, 0, 3", "-5, 5, 100", "0, 1, 2.5", "0., 2., 9", "torch.tensor(0.), 1, 3"]  # fmt: skip
LOGSPACE = ["0, 2, 3", "-2, 2, 5", "0, 3, 4, 2", "0, 3, 4, base=2", "0, 1, 1", "0, 1, 0",
            "0, 1, 2, dtype=torch.float64",
            "start=0, end=2, steps=3", "0, 2, 3, dtype=torch.int64",
            "2, 0, 3, requires_grad=True"]  # fmt: skip
RANDOM = ["randperm(5)", "randint(10, (3,))", "randint(5, 10, (2, 2))", "randint(0, 2, size=(4,))",
          "randint(0, (1,))",
          "randint(low=0, high=3, size=(2,))", "randperm(0)", "randperm(3, dtype=torch.float32)",
          "normal(0., torch.ones(2))", "normal(0., 1., (2,))", "bernoulli(torch.tensor([0., 1.]))",
          "multinomial(torch.tensor([0., 1.]), 1)", "rand_like(torch.ones(2))",
          "randn_like(torch.ones(2).double())",
          "randint_like(torch.ones(2), 5)",
          "randn(3, generator=None)"]  # fmt: skip
COUNTED = {"full": FULL, "eye": EYE, "arange": ARANGE, "linspace": LINSPACE, "logspace": LOGSPACE}


@pytest.mark.parametrize(("name", "arguments"), [(n, a) for n, given in COUNTED.items() for a in given])
def test_counted(name: str, arguments: str, torch: Any) -> None:
    all_same([PRINT.format(f"torch.{name}({arguments})")], torch)


@pytest.mark.parametrize("call", RANDOM)
def test_random(call: str, torch: Any) -> None:
    all_same(["torch.manual_seed(1)\n" + PRINT.format(f"torch.{call}")], torch)


MODELS = [
    "torch.ones(2, 3)",
    "torch.ones(2, dtype=torch.float64, requires_grad=True)",
    "torch.tensor([1, 2])",
    "torch.tensor(True)",
    "torch.ones(0, 2)",
    "torch.ones(2, 3).T",
    "[1, 2]",
]
LIKE = [
    "zeros_like(x{})",
    "ones_like(x{})",
    "full_like(x, 7{})",
    "full_like(x, 1.5{})",
    "empty_like(x{}).shape",
]
NEW = ["new_zeros(2{})", "new_zeros((2, 3){})", "new_ones(2, 3{})", "new_ones((){})", "new_full((2,), 3{})",
       "new_full((2,), 1.5{})", "new_tensor([1, 2]{})", "new_empty(2{}).shape", "new_tensor(2.5{})",
       "new_zeros(x.shape{})"]  # fmt: skip
CHANGES = ["", ", dtype=torch.float64", ", dtype=torch.int64", ", dtype=torch.bool", ", requires_grad=True"]


@pytest.mark.parametrize("call", [f"torch.{call}" for call in LIKE] + [f"x.{call}" for call in NEW])
def test_like_another(call: str, torch: Any) -> None:
    codes = [
        f"x = {m}\nz = {call.format(c)}\nprint(z, getattr(z, 'dtype', ''))" for m in MODELS for c in CHANGES
    ]
    all_same([code + "\nprint(getattr(z, 'requires_grad', ''))" for code in codes], torch)


MEMORY = """
a = np.array([1., 2.])
x, y, z = torch.tensor(a), torch.as_tensor(a), torch.from_numpy(a)
a[0] = 9
print(x, y, z)
y[1] = 7
print(a, z)

a = np.ones((2, 2), dtype=np.float32)
x = torch.from_numpy(a)
np.add(a, 1, out=a)
print(x)
x.mul_(2)
print(a)

x = torch.ones(2)
print(torch.as_tensor(x) is x, torch.tensor(x) is x, torch.asarray(x) is x)

x = torch.ones(2)
a = x.numpy()
x.add_(1)
a[0] = 5
print(x, a, type(a), a.dtype)

x = torch.tensor([[1., 2.], [3., 4.]])
print(x.T.numpy(), x[0].numpy(), x.view(-1).numpy(), torch.tensor(2).numpy(), torch.tensor(2).tolist())

x = torch.ones(2, requires_grad=True)
print(x.detach().numpy(), x.tolist(), x.detach().cpu().numpy(), x.data.numpy())
x.numpy()

torch.from_numpy([1, 2])

print(torch.from_numpy(np.arange(6).reshape(2, 3).T), torch.from_numpy(np.arange(6)[::2]))

x = torch.tensor([1., 2.], requires_grad=True)
print(torch.tensor(x), torch.as_tensor(x), x.new_tensor([1.]))

x = torch.tensor([1.5, 2.5])
print(np.sum(x.numpy()), x.numpy().mean(), np.array(x), np.asarray(x).dtype, np.array([x.sum(), 1.]))

x, y = np.meshgrid(np.arange(2.), np.arange(3.))
print(torch.tensor(x), torch.tensor(y).dtype, torch.tensor(x.tolist()).dtype)

x = torch.zeros(2)
print(torch.is_tensor(x), torch.is_tensor([1]), isinstance(x, torch.Tensor), torch.numel(x), x.device)
print(torch.is_floating_point(x), x.is_cuda, x.cpu() is x, x.device == torch.device('cpu'))

x = torch.zeros(2, names=None)
print(x, x.nbytes, x.requires_grad_().requires_grad)
"""


@pytest.mark.parametrize("code", MEMORY.strip().split("\n\n"), ids=lambda code: code.splitlines()[0][:60])
def test_arrays_and_memory(code: str, torch: Any) -> None:
    all_same([code], torch)
