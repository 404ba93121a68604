"""What a learner does wrong: PyTorch's exception, and a message that names the Variable and the line."""

from __future__ import annotations

import linecache
import warnings
from typing import Any

import numpy as np
import pytest

import autograd_lab

LEARNS = "x = torch.tensor([1., 2.], requires_grad=True)\n"
NAN = "with torch.autograd.detect_anomaly():\n"

# what was done: code, and what the message of autograd_lab holds
MISUSES: dict[str, list[tuple[str, list[str]]]] = {
    "a second backward through a freed graph": [
        (LEARNS + "y = (x * x).sum()\ny.backward()\ny.backward()", ["`y`", "line 4", "retain_graph=True"]),
        (LEARNS + "z = x.exp()\nloss = z.sum()\nloss.backward()\nloss.backward()", ["`loss`", "line 5"]),
        (LEARNS + "y = x * x\na = y.sum()\nb = y.mean()\na.backward()\nb.backward()", ["`b`", "line 6"]),
        (LEARNS + "y = (x * x).sum()\ntorch.autograd.grad(y, x)\ntorch.autograd.grad(y, x)", ["`y`",
         "line 4"]),
        (LEARNS + "y = (x * x).sum()\ny.backward()\ng = y.grad_fn.next_functions[0][0]\ng._saved_self",
         ["line 5"]),
    ],
    "backward of a non-scalar": [
        (LEARNS + "y = x * 2\ny.backward()", ["`y`", "line 3", "(2,)"]),
        (LEARNS + "x.backward()", ["`x`", "line 2"]),
        (LEARNS + "y = x[None] * 2\ntorch.autograd.backward(y)", ["`y`", "line 3", "(1, 2)"]),
        (LEARNS + "y = x * 2\ntorch.autograd.grad(y, x)", ["`y`", "line 3"]),
        (LEARNS + "y = x[:0]\ny.backward()", ["`y`", "line 3", "(0,)"]),
    ],
    "backward where nothing requires grad": [
        ("y = torch.tensor(1.)\ny.backward()", ["`y`", "line 2", "requires_grad=True"]),
        ("a = torch.tensor(1.)\nb = a * 2\nb.backward()", ["`b`", "line 3"]),
        (LEARNS + "with torch.no_grad():\n    y = x.sum()\ny.backward()", ["`y`", "line 4", "no_grad"]),
        (LEARNS + "y = x.detach().sum()\ny.backward()", ["`y`", "line 3", "detach"]),
        ("c = torch.tensor(1.)\ntorch.autograd.grad(c, c)", ["`c`", "line 2"]),
    ],
    "a leaf that requires grad changed in place": [
        (LEARNS + "x += 1", ["`x`", "line 2", "no_grad"]),
        (LEARNS + "x.mul_(2)", ["`x`", "line 2"]),
        (LEARNS + "x[0] = 5.", ["`x`", "line 2"]),
        (LEARNS + "x[x > 1] = 5.", ["`x`", "line 2"]),
        (LEARNS + "x.zero_()", ["`x`", "line 2"]),
        (LEARNS + "weights = x\nweights -= 0.1", ["line 3"]),
        (LEARNS + "x.copy_(torch.ones(2))", ["`x`", "line 2"]),
    ],
    "a view of such a leaf changed in place": [
        (LEARNS + "v = x.view(2, 1)\nv += 1", ["`v`", "line 3"]),
        (LEARNS + "v = x[0]\nv.mul_(2)", ["`v`", "line 3"]),
        (LEARNS + "v = x[None].T\nv.zero_()", ["`v`", "line 3"]),
    ],
    "a view of several changed in place": [
        (LEARNS + "y = x * 2\na, b = y.chunk(2)\na += 1", ["`a`", "line 4"]),
        (LEARNS + "y = x * 2\na, b = y.unbind()\nb.zero_()", ["`b`", "line 4"]),
        (LEARNS + "y = x.expand(3, 2) * 1\nz = x.clone().expand(3, 2)\nz += 1", ["`z`", "line 4", "expand"]),
    ],
    "a saved value changed: who saved it, and who changed it": [
        (LEARNS + "y = x * 1\nz = y * y\ny += 1\nz.sum().backward()", ["`y`", "line 3", "line 4"]),
        (LEARNS + "y = x.exp()\ny *= 2\ny.sum().backward()", ["`y`", "line 2", "line 3"]),
        (LEARNS + "y = x * x\nwith torch.no_grad():\n    x += 1\ny.sum().backward()",
         ["`x`", "line 2", "line 4"]),
        (LEARNS + "y = x * 1\nz = y ** 2\nv = y[0]\nv.zero_()\nz.sum().backward()",
         ["`y`", "line 3", "line 5"]),
        (LEARNS + "c = torch.ones(2)\ny = x * c\nc.zero_()\ny.sum().backward()", ["`c`", "line 3", "line 4"]),
        (LEARNS + "w = torch.eye(2)\ny = x @ w\nw[0] = 3\ny.sum().backward()", ["`w`", "line 3", "line 4"]),
        (LEARNS + "y = x.sigmoid()\ny[0] = 0.\ny.sum().backward()", ["`y`", "line 2", "line 3"]),
    ],
    "flags of a non-leaf changed": [
        (LEARNS + "y = x * 2\ny.requires_grad = False", ["`y`", "line 3", "detach"]),
        (LEARNS + "y = x * 2\ny.requires_grad_(False)", ["`y`", "line 3", "detach"]),
    ],
    "integers that require grad": [
        ("x = torch.tensor([1, 2], requires_grad=True)", ["line 1", "int64"]),
        ("x = torch.tensor([1, 2])\nx.requires_grad_()", ["`x`", "line 2", "int64"]),
        ("x = torch.tensor([True])\nx.requires_grad = True", ["`x`", "line 2", "bool"]),
        ("x = torch.zeros(2, dtype=torch.int32, requires_grad=True)", ["line 1", "int32"]),
    ],
    "numpy() of what requires grad": [
        (LEARNS + "x.numpy()", ["`x`", "line 2", ".detach().numpy()"]),
        (LEARNS + "y = x * 2\ny.numpy()", ["`y`", "line 3", ".detach().numpy()"]),
        (LEARNS + "np.asarray(x)", ["`x`", "line 2", ".detach().numpy()"]),
    ],
    "an input that is no part of the graph": [
        (LEARNS + "v = torch.ones(2, requires_grad=True)\ntorch.autograd.grad(x.sum(), v)",
         ["`v`", "line 3", "allow_unused=True"]),
        (LEARNS + "y = x * 2\nz = x * 3\ntorch.autograd.grad(z.sum(), [x, y])", ["`y`", "line 4"]),
        (LEARNS + "first = x[0]\ntorch.autograd.grad((x * x).sum(), first)", ["`first`", "line 3"]),
        (LEARNS + "v = torch.ones(2)\ntorch.autograd.grad(x.sum(), v)", ["`v`", "line 3"]),
    ],
    "a gradient of the wrong shape": [
        (LEARNS + "y = x * 2\ny.backward(torch.ones(3))", ["`y`", "line 3", "(3,)", "(2,)"]),
        (LEARNS + "y = x * 2\ntorch.autograd.grad(y, x, torch.ones(2, 2))", ["`y`", "line 3", "(2, 2)",
         "(2,)"]),
        (LEARNS + "x.grad = torch.ones(3)", ["`x`", "line 2", "(3,)", "(2,)"]),
        (LEARNS + "x.grad = torch.ones(2, dtype=torch.float64)", ["`x`", "line 2", "float64", "float32"]),
        (LEARNS + "x.grad = 5.", ["`x`", "line 2", "float"]),
        (LEARNS + "y = x * 2\ny.register_hook(lambda g: torch.ones(3))\ny.sum().backward()", ["`y`", "line 4",
         "(3,)"]),
        (LEARNS + "y = (x * 2).sum()\ntorch.autograd.backward([y, y], [torch.tensor(1.)])", ["line 3"]),
    ],
    "shapes that don't broadcast": [
        ("a, b = torch.ones(2, 3), torch.ones(4)\na + b", ["`a`", "`b`", "line 2", "(2, 3)", "(4,)", "^"]),
        ("a, b = torch.ones(2, 3), torch.ones(2)\na * b", ["`a`", "`b`", "line 2", "^"]),
        ("a, b = torch.ones(5, 1, 3), torch.ones(5, 4, 2)\na - b", ["`a`", "`b`", "line 2", "^"]),
        ("a, b = torch.ones(2), torch.ones(3)\ntorch.maximum(a, b)", ["`a`", "`b`", "line 2", "^"]),
        ("a, b = torch.ones(2), torch.ones(2, 2)\na += b", ["`a`", "line 2", "(2,)", "(2, 2)"]),
        ("a, b = torch.ones(2, 2), torch.ones(3)\na[0] = b", ["`a`", "line 2", "(3,)", "(2,)"]),
    ],
    "shapes that don't multiply": [
        ("a, b = torch.ones(2, 3), torch.ones(2, 3)\na @ b", ["`a`", "`b`", "line 2", "(2, 3)", "^"]),
        ("a, b = torch.ones(2, 3), torch.ones(4)\na @ b", ["`a`", "`b`", "line 2", "^"]),
        ("a, b = torch.ones(2), torch.ones(3)\na.dot(b)", ["`a`", "`b`", "line 2", "^"]),
        ("a, b = torch.ones(7, 2, 3), torch.ones(7, 2, 3)\na.bmm(b)", ["`a`", "`b`", "line 2", "^"]),
        ("a, b = torch.ones(2, 3), torch.ones(2, 3)\ntorch.mm(a, b)", ["`a`", "`b`", "line 2", "^"]),
        ("a, b = torch.tensor(2.), torch.ones(3)\na @ b", ["`a`", "line 2", "()"]),
    ],
    "retain_grad or a hook where no gradient comes": [
        ("y = torch.ones(2)\ny.retain_grad()", ["`y`", "line 2", "requires_grad"]),
        (LEARNS + "y = x.detach()\ny.retain_grad()", ["`y`", "line 3"]),
        ("y = torch.ones(2)\ny.register_hook(print)", ["`y`", "line 2", "requires_grad"]),
        (LEARNS + "y = x * 2\ny.register_post_accumulate_grad_hook(print)", ["`y`", "line 3"]),
        ("y = torch.ones(2)\ny.register_post_accumulate_grad_hook(print)", ["`y`", "line 2"]),
    ],
    "NaN found in anomaly mode: where it was made": [
        ("x = torch.tensor([0., 1.], requires_grad=True)\n" + NAN
         + "    y = x.sqrt()\n    z = (y * 0).sum()\n    z.backward()",
         ["SqrtBackward0", "`y`", "line 3"]),
        ("x = torch.tensor([-1., 1.], requires_grad=True)\n" + NAN
         + "    y = x ** 0.5\n    y.sum().backward()",
         ["PowBackward0", "`y`", "line 3"]),
    ],
    "a view made without history changed with it": [
        (LEARNS + "with torch.inference_mode():\n    v = torch.ones(2)\nv += 1", ["`v`", "line 4",
         "inference"]),
        (LEARNS + "with torch.inference_mode():\n    v = torch.ones(2)\n(x * v).sum()", ["`v`", "line 4",
         "clone"]),
    ],
    "one number asked of several": [
        ("x = torch.ones(3)\nx.item()", ["`x`", "line 2", "(3,)"]),
        ("x = torch.ones(3)\nfloat(x)", ["`x`", "line 2", "(3,)"]),
        ("x = torch.ones(3)\nif x: pass", ["`x`", "line 2", "(3,)"]),
    ],
    "a result copied deeply": [
        (LEARNS + "import copy\ny = x * 2\ncopy.deepcopy(y)", ["`y`", "line 4", "detach"]),
    ],
    "a Module that is not set up": [
        ("class Net(torch.nn.Module):\n    def __init__(self):\n        self.layer = torch.nn.Linear(2, 1)\nNet()",
         ["'layer'", "line 3", "super().__init__()"]),
        ("class Net(torch.nn.Module):\n    pass\nNet()(torch.ones(2))", ["Net", "line 3", "forward"]),
        ("layer = torch.nn.Linear(2, 1)\nlayer.weight = torch.ones(1, 2)", ["'weight'", "line 2"]),
        ("layer = torch.nn.Linear(2, 1)\nx = torch.ones(3, 4)\nlayer(x)", ["line 3", "^"]),
        ("layer = torch.nn.LSTM(2, 3)\nx = torch.ones(4, 5)\nlayer(x)", ["`x`", "line 3", "(4, 5)"]),
    ],
    "an optimizer of the wrong things": [
        ("w = torch.ones(2, requires_grad=True)\ntorch.optim.SGD(w, lr=0.1)", ["[`w`]", "line 2"]),
        ("torch.optim.SGD([], lr=0.1)", ["line 1", "parameters()"]),
        (LEARNS + "y = x * 2\ntorch.optim.SGD([y], lr=0.1)", ["`y`", "line 3", "leaves"]),
        (LEARNS + "torch.optim.SGD([x], lr=-1)", ["lr", "-1", "line 2"]),
        (LEARNS + "torch.optim.SGD([x, 3], lr=0.1)", ["int", "line 2"]),
        (LEARNS + "torch.optim.SGD([{'params': {x}}], lr=0.1)", ["line 2", "list"]),
    ],
    "a Function that gives back the wrong gradients": [
        (LEARNS + """class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2
    @staticmethod
    def backward(ctx, g):
        return torch.ones(3)
y = F.apply(x)
y.sum().backward()""", ["F", "line 10", "(3,)", "(2,)"]),
        (LEARNS + """class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        return a * b
    @staticmethod
    def backward(ctx, g):
        return g
y = F.apply(x, x)
y.sum().backward()""", ["F", "line 10", "1", "2"]),
    ],
}  # fmt: skip
CASES = [(code, holds) for cases in MISUSES.values() for code, holds in cases]
NAMES = [f"{what} {k}" for what, cases in MISUSES.items() for k in range(len(cases))]


def failure(code: str, torch: Any, file: str = "<misuse>") -> Exception | None:
    """What a snippet raises; its lines can be read by the messages."""
    linecache.cache[file] = len(code), None, code.splitlines(keepends=True), file
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # anomaly mode warns that it is slow
            exec(compile(code, file, "exec"), {"torch": torch, "np": np})
    except Exception as error:  # noqa: BLE001
        return error
    return None


@pytest.mark.parametrize("code", [code for code, _ in CASES], ids=NAMES)
def test_the_same_exception(code: str, torch: Any) -> None:
    ours, theirs = failure(code, autograd_lab), failure(code, torch)
    assert theirs is not None
    assert type(ours) is type(theirs), ours


@pytest.mark.parametrize(("code", "holds"), CASES, ids=NAMES)
def test_the_message_says_who_and_where(code: str, holds: list[str]) -> None:
    message = str(failure(code, autograd_lab))
    assert [text for text in holds if text not in message] == [], message


# shapes, and the place in the longer one, from the left, that clashes
CLASHES = [((2, 3), (3, 3), 0), ((5, 1, 3), (5, 4, 2), 2), ((10, 200), (10, 20), 1), ((2, 3, 4), (5, 1), 1)]


@pytest.mark.parametrize(("left", "right", "axis"), CLASHES)
def test_the_clashing_axis_is_marked(left: tuple[int, ...], right: tuple[int, ...], axis: int) -> None:
    """The shapes stand right-aligned one under the other, with ^ under the numbers that differ."""
    code = f"a, b = torch.ones{left}, torch.ones{right}\na + b"
    lines = str(failure(code, autograd_lab)).splitlines()
    marks = next(line for line in lines if line.strip() and not line.strip().strip("^ "))
    above = lines[lines.index(marks) - 2 : lines.index(marks)]
    assert str(left) in above[0] and str(right) in above[1]
    from_right = max(len(left), len(right)) - axis
    for shape, line in zip((left, right), above, strict=True):
        number = str(shape[-from_right])
        start = line.index(str(shape)) + 1 + sum(len(f"{n}, ") for n in shape[:-from_right])
        assert line[start : start + len(number)] == number
        assert marks[start + len(number) - 1] == "^"


def test_the_gradient_of_a_result_is_warned_about(torch: Any) -> None:
    code = LEARNS + "y = x * 2\ny.sum().backward()\ny.grad"
    for library in (torch, autograd_lab):
        with pytest.warns(UserWarning, match=r"\.grad") as seen:
            exec(compile(code, "<warned>", "exec"), {"torch": library})
    said = str(seen[0].message)
    assert "`y`" in said and "line 4" in said and "retain_grad()" in said


def test_a_kept_gradient_of_a_result_is_read_in_silence(torch: Any) -> None:
    code = LEARNS + "y = x * 2\ny.retain_grad()\ny.sum().backward()\ny.grad"
    for library in (torch, autograd_lab):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(compile(code, "<silent>", "exec"), {"torch": library})
