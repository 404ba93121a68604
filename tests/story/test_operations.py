"""Every operation is told: a sentence, a formula, and where it shows a number the engine's own."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lab as lab
from autograd_lab import nn
from autograd_lab.autograd import Function
from autograd_lab.core.op import TABLE
from autograd_lab.story import formula
from autograd_lab.story.explain import WHOLE
from autograd_lab.story.recording import Recording
from autograd_lab.story.scene import SceneMaker
from autograd_lab.story.words import en_backward, en_forward

F = nn.functional
RNG = np.random.default_rng(7)


def leaf(array: Any) -> Any:
    return lab.tensor(np.asarray(array), requires_grad=True)


def some(*shape: int) -> Any:
    """Numbers on both sides of 0, none of them at a kink."""
    return RNG.uniform(0.3, 2.0, shape) * RNG.choice([-1.0, 1.0], shape)


class Given:
    """What the calls below take: Variables that learn."""

    def __init__(self) -> None:
        self.a, self.b, self.row, self.number = (
            leaf(some(2, 3)),
            leaf(some(2, 3)),
            leaf(some(3)),
            leaf(some()),
        )
        self.p = leaf(RNG.uniform(0.4, 2.0, (2, 3)))  # positive
        self.u, self.q = (leaf(RNG.uniform(0.2, 0.8, (2, 3))) for _ in range(2))  # chances
        self.m, self.w = leaf(some(3, 3) + 4 * np.eye(3)), leaf(some(3, 4))
        self.image, self.kernel = leaf(some(2, 2, 4, 4)), leaf(some(3, 2, 2, 2))
        self.mask = lab.tensor(np.array([[True, False, True], [False, False, True]]))
        self.index = lab.tensor(np.array([[2, 0], [1, 1]]))


def part_replaced(x: Any, value: Any) -> Any:
    x = x * 1
    x[0] = value
    return x


def written_over(x: Any) -> Any:
    x = x * 1
    part = x[0]
    x.mul_(3)
    return part * 2


def rebuilt(left: Any, values: Any, right: Any) -> Any:
    return left * values @ right


Call = Callable[[Given], Any]


def named(names: str, of: str) -> dict[str, list[Call]]:
    """Functions of the package that go by their entry's name, on one of the Variables."""
    return {name: [lambda d, name=name: getattr(lab, name)(getattr(d, of))] for name in names.split()}  # type: ignore[misc]


def reduced(names: str) -> dict[str, list[Call]]:
    """Reductions of everything, along an axis, and with the axis kept."""
    ways: list[dict[str, Any]] = [{}, {"dim": 1}, {"dim": 0, "keepdim": True}]
    return {
        name: [lambda d, name=name, way=way: getattr(d.a, name)(**way) for way in ways]
        for name in names.split()
    }  # type: ignore[misc]


def asked(names: str) -> dict[str, list[Call]]:
    """Questions whose answers, 0 or 1, are multiplied with."""
    return {name: [lambda d, name=name: d.a * getattr(lab, name)(d.a)] for name in names.split()}  # type: ignore[misc]


CALLS: dict[str, list[Call]] = {
    "add": [lambda d: d.a + d.b, lambda d: d.a + d.row, lambda d: d.a + 2],
    "add_scaled": [lambda d: lab.add(d.a, d.b, alpha=2), lambda d: (d.a * 1).add_(d.row, alpha=-0.5)],
    "sub_scaled": [lambda d: d.a.sub(d.row, alpha=2.5)],
    "sub": [lambda d: d.a - d.row, lambda d: 1 - d.a],
    "mul": [lambda d: d.a * d.row, lambda d: d.a * d.a, lambda d: -2 * d.a,
            lambda d: (d.a + d.b) * (d.a - d.b)],
    "div": [lambda d: d.a / d.row, lambda d: 1 / d.a, lambda d: d.number / d.row],
    "floor_divide": [lambda d: d.a * (d.u.detach() // d.b.detach())],
    "remainder": [lambda d: d.a % d.b, lambda d: d.a % -0.7],
    "fmod": [lambda d: lab.fmod(d.a, d.b)], "neg": [lambda d: -d.a, lambda d: -d.number],
    "pow": [lambda d: d.p**d.b, lambda d: d.a**3, lambda d: d.a**2, lambda d: 2**d.a,
            lambda d: (d.a + d.b) ** 2,
            lambda d: d.a**0, lambda d: d.p**-0.5],
    "maximum": [lambda d: lab.maximum(d.a, d.row)], "minimum": [lambda d: lab.minimum(d.a, d.b)],
    "atan2": [lambda d: lab.atan2(d.a, d.b)], "where": [lambda d: lab.where(d.mask, d.a, d.row)],
    **named("abs sign exp exp2 expm1 square reciprocal sin cos tan atan sinh cosh tanh sigmoid erf", of="a"),
    **named("floor ceil trunc round relu", of="a"), **named("log log2 log10 log1p sqrt rsqrt", of="p"),
    "asin": [lambda d: d.u.asin()], "acos": [lambda d: d.u.acos()],
    "clamp": [lambda d: d.a.clamp(-1, 1), lambda d: d.a.clamp(min=0.5), lambda d: d.a.clamp(max=0.5)],
    "div_rounded": [lambda d: TABLE["div_rounded"](d.a, d.b, rounding_mode="trunc")],
    "clamp_low": [lambda d: TABLE["clamp_low"](d.a, d.row)],
    "clamp_high": [lambda d: TABLE["clamp_high"](d.a, d.b)],
    "clamp_both": [lambda d: TABLE["clamp_both"](d.a, -d.u, d.row)],
    "hardtanh": [lambda d: F.hardtanh(d.a, -0.5, 1.5)],
    "leaky_relu": [lambda d: F.leaky_relu(d.a), lambda d: F.leaky_relu(d.a, 0.3)],
    "elu": [lambda d: F.elu(d.a), lambda d: F.elu(d.a, 0.5)], "silu": [lambda d: F.silu(d.a)],
    "gelu": [lambda d: F.gelu(d.a), lambda d: F.gelu(d.a, approximate="tanh")],
    "softplus": [lambda d: F.softplus(d.a), lambda d: F.softplus(d.a, beta=2.0)],
    "logsigmoid": [lambda d: F.logsigmoid(d.a)],
    "eq": [lambda d: d.a * (d.a == d.b)], "ne": [lambda d: d.a * (d.a != d.b)],
    "lt": [lambda d: d.a * (d.a < 1)],
    "le": [lambda d: d.a * (d.a <= d.b)], "gt": [lambda d: d.a * (d.a > 0)],
    "ge": [lambda d: d.a * (d.a >= d.row)],
    **asked("isnan isinf isfinite logical_not"),
    "logical_and": [lambda d: d.a * lab.logical_and(d.mask, d.a > 0)],
    "logical_or": [lambda d: d.a * lab.logical_or(d.mask, d.a)],
    "logical_xor": [lambda d: d.a * d.mask.logical_xor(d.a)],
    "bitwise_and": [lambda d: d.a * (d.mask & (d.a > 0))],
    "bitwise_or": [lambda d: d.a * (d.mask | (d.a > 0))],
    "bitwise_xor": [lambda d: d.a * (d.mask ^ (d.a > 0))], "bitwise_not": [lambda d: d.a * ~d.mask],
    **reduced("sum mean var std"),
    "amax": [lambda d: d.a.amax(), lambda d: d.a.amax(dim=(0, 1))], "amin": [lambda d: d.a.amin(dim=1)],
    "max_all": [lambda d: d.a.max()], "min_all": [lambda d: d.a.min()],
    "max_dim": [lambda d: d.a.max(dim=1).values], "min_dim": [lambda d: d.a.min(0)[0]],
    "median_dim": [lambda d: d.a.median(dim=1).values],
    "median_all": [lambda d: d.a.median()],
    "argmax": [lambda d: d.row * d.a.argmax(dim=0)], "argmin": [lambda d: d.a * d.a.argmin()],
    "all": [lambda d: d.a * (d.a > 0).all()], "any": [lambda d: d.a * d.mask.any(dim=0)],
    "prod_all": [lambda d: d.a.prod()], "prod_dim": [lambda d: d.a.prod(dim=1)],
    "cumsum": [lambda d: d.a.cumsum(dim=1)], "cumprod": [lambda d: d.a.cumprod(dim=0)],
    "logsumexp": [lambda d: d.a.logsumexp(dim=1)], "softmax": [lambda d: d.a.softmax(dim=1)],
    "log_softmax": [lambda d: d.a.log_softmax(dim=-1)],
    "norm": [lambda d: d.a.norm(), lambda d: d.a.norm(p=1), lambda d: d.a.norm(dim=1),
             lambda d: d.a.norm(p=3)],
    "matmul": [lambda d: d.a @ d.m, lambda d: d.a @ d.row, lambda d: d.row @ d.w, lambda d: d.row @ d.row,
               lambda d: d.row.dot(d.a[0]), lambda d: lab.stack([d.m, d.m]) @ d.w],
    "addmm": [lambda d: F.linear(d.a, d.m, d.row)],
    "einsum": [lambda d: lab.einsum("ij,jk,ik->k", d.a, d.w, d.a @ d.w)],
    "inverse": [lambda d: lab.linalg.inv(d.m)], "solve": [lambda d: lab.linalg.solve(d.m, d.row)],
    "cholesky": [lambda d: lab.linalg.cholesky(d.m @ d.m.T + 3 * lab.eye(len(d.m)))],
    "svd": [lambda d: lab.linalg.svdvals(d.a), lambda d: rebuilt(*lab.linalg.svd(d.a, False))],
    "eigh": [lambda d: lab.linalg.eigvalsh(d.m), lambda d: lab.linalg.eigh(d.m).eigenvectors],
    "qr": [lambda d: lab.linalg.qr(d.m).R], "pinv": [lambda d: lab.linalg.pinv(d.a)],
    "slogdet": [lambda d: lab.slogdet(d.m).logabsdet],
    "det": [lambda d: lab.linalg.det(d.m)], "logdet": [lambda d: (d.m @ d.m.T).logdet()],
    "t": [lambda d: d.a.T, lambda d: d.a.t(), lambda d: d.a.transpose(0, 1), lambda d: d.a.permute(1, 0)],
    "transpose": [lambda d: d.image.transpose(0, 2)], "permute": [lambda d: d.image.permute(1, 0, 3, 2)],
    "tril": [lambda d: d.m.tril()], "triu": [lambda d: d.m.triu(1)], "trace": [lambda d: d.m.trace()],
    "diagonal": [lambda d: d.m.diagonal()], "put_diagonal": [lambda d: lab.diag(d.row)],
    "reshape": [lambda d: d.a.reshape(3, 2), lambda d: d.a.flatten()],
    "unsqueeze": [lambda d: d.a.unsqueeze(2)],
    "squeeze": [lambda d: d.row.reshape(1, 3, 1).squeeze(), lambda d: d.row.reshape(1, 3).squeeze(0)],
    "expand": [lambda d: d.row.expand(2, 3)], "repeat": [lambda d: d.a.repeat(2, 1)],
    "flip": [lambda d: d.a.flip(1)],
    "roll": [lambda d: d.a.roll(1, 0), lambda d: d.a.roll(2)],
    "sort": [lambda d: d.a.sort(dim=1).values], "topk": [lambda d: d.a.topk(2).values],
    "getitem": [lambda d: d.a[0], lambda d: d.a[:, 1:], lambda d: d.a[..., ::2],
                lambda d: d.row[lab.tensor([0, 0])],
                lambda d: d.a[d.mask], lambda d: d.a[None]],
    "narrow": [lambda d: d.a.narrow(1, 0, 2), lambda d: d.a.split(2, dim=1)[1]],
    "select": [lambda d: d.a.select(0, 1)],
    "gather": [lambda d: d.a.gather(1, d.index)],
    "index_select": [lambda d: d.a.index_select(1, lab.tensor([0, 0, 2]))],
    "index_add": [lambda d: d.a.index_add(0, lab.tensor([1, 1]), d.b)],
    "index_put": [lambda d: (d.a * 1).index_put_((lab.tensor([1, 0]),), d.b)],
    "addcmul": [lambda d: d.a.addcmul(d.b, d.p, value=2)],
    "addcdiv": [lambda d: d.a.addcdiv(d.b, d.p, value=2)],
    "lerp": [lambda d: lab.lerp(d.a, d.b, 0.25)],
    "nan_to_num": [lambda d: d.a.nan_to_num()],
    "put_into": [lambda d: part_replaced(d.a, d.row)], "as_strided": [lambda d: written_over(d.a)],
    "masked_fill": [lambda d: d.a.masked_fill(d.mask, 9.0)],
    "cat": [lambda d: lab.cat([d.a, d.b, d.a], dim=1)],
    "stack": [lambda d: lab.stack([d.a, d.b, d.u, d.p, d.q])],
    "cast": [lambda d: d.a.float()], "clone": [lambda d: d.a.clone()],
    "zero": [lambda d: (d.a * 1).zero_()], "fill": [lambda d: (d.a * 1).fill_(3)],
    "copy": [lambda d: (d.a * 1).copy_(d.row)],
    "mse_loss": [lambda d: F.mse_loss(d.a, d.b), lambda d: F.mse_loss(d.a, d.b, reduction="sum"),
                 lambda d: F.mse_loss(d.a, d.b, reduction="none")],
    "huber_loss": [lambda d: F.huber_loss(d.a, d.b, delta=0.7)],
    "smooth_l1_loss": [lambda d: F.smooth_l1_loss(d.a, d.b), lambda d: F.smooth_l1_loss(d.a, d.b, beta=0.5)],
    "binary_cross_entropy": [lambda d: F.binary_cross_entropy(d.u, d.q),
                             lambda d: F.binary_cross_entropy(d.u, d.q, weight=d.p.detach())],
    "binary_cross_entropy_with_logits": [lambda d: F.binary_cross_entropy_with_logits(d.a, d.q)],
    "nll_loss": [lambda d: F.nll_loss(d.a, lab.tensor([2, 0])),
                 lambda d: F.cross_entropy(d.a, lab.tensor([2, 0]))],
    "batch_norm": [lambda d: lab.nn.BatchNorm1d(3, dtype=lab.float64)(d.a)],
    "windows": [lambda d: d.m.unfold(0, 2, 1)],
    "layer_norm": [lambda d: F.layer_norm(d.a, (3,), d.row, d.row), lambda d: F.layer_norm(d.a, (3,))],
    "embedding": [lambda d: F.embedding(d.index, d.m)], "constant_pad_nd": [lambda d: F.pad(d.a, (1, 2))],
    "conv_transpose": [lambda d: F.conv_transpose2d(d.image, d.kernel.transpose(0, 1), d.row)],
    "convolution": [lambda d: F.conv2d(d.image, d.kernel, d.row), lambda d: F.conv2d(d.image, d.kernel)],
    "max_pool2d": [lambda d: F.max_pool2d(d.image, 2)], "avg_pool2d": [lambda d: F.avg_pool2d(d.image, 2)],
    "adaptive_avg_pool2d": [lambda d: F.adaptive_avg_pool2d(d.image, 2)],
}  # fmt: skip
# operations that only run inside others and on the way back
INTERNAL = {"put", "scatter", "spread", "sum_to", "mT", "nll_loss_backward", "fold", "unfold", "kept_copy",
            "put_windows", "put_strided", "gate"}  # fmt: skip
CASES = [(name, call) for name, calls in CALLS.items() for call in calls]
IDS = [f"{name}-{k}" for name, calls in CALLS.items() for k in range(len(calls))]
EACH_CALL = pytest.mark.parametrize(("name", "call"), CASES, ids=IDS)


@functools.cache
def told(call: Call) -> tuple[SceneMaker, dict[str, Any]]:
    """A call and a backward pass through it, recorded and explained."""
    given, recording = Given(), Recording()
    recording.start()
    try:
        out = call(given)
        out.backward(lab.tensor(some(*out.shape), dtype=out.dtype))
    finally:
        recording.stop()
    maker = SceneMaker(recording)
    return maker, maker.scene()


def array(maker: SceneMaker, key: str) -> Any:
    return maker._held[int(key.removeprefix("v"))]


def test_no_operation_is_without_a_call() -> None:
    assert set(CALLS) | INTERNAL == set(TABLE)


def test_every_operation_has_its_sentences() -> None:
    assert set(TABLE) <= set(en_forward.FORWARD)
    assert {
        name: len(entry.local) for name, entry in TABLE.items() if entry.local and name != "floor_divide"
    } == {name: len(whys) for name, whys in en_backward.BACKWARD.items() if name in TABLE}


@EACH_CALL
def test_sentences_are_filled_in(name: str, call: Call) -> None:
    maker, scene = told(call)
    assert name in {thing.op for thing in maker.recording.things.values()}
    for step in scene["steps"]:
        for text in (step["say"], step.get("caption", "")):
            filled = re.sub(r"\{(v\d+)\}", lambda match: str(np.shape(array(maker, match[1]))), text)
            assert not re.search(r"[{}]|``|None|  | [.,:]|Function of your own", filled), text


@EACH_CALL
def test_formulas_are_well_formed(name: str, call: Call) -> None:
    _, scene = told(call)
    for step in scene["steps"]:
        for equation in step["formula"]:
            for row in equation["rows"]:
                assert len(row) == len(equation["roles"])
                for cell in row:
                    if not isinstance(cell, str) and "s" not in cell:
                        check_tree(cell.get("m") or cell.get("n") or cell, scene)


def check_tree(tree: Any, scene: Any) -> None:
    if isinstance(tree, dict):
        assert tree["v"] in scene["values"]
    elif tree[0] in ("mi", "mn", "mo", "mtext"):
        assert len(tree) == 2 and isinstance(tree[1], str) and tree[1]
    else:
        wanted = {"mfrac": 2, "msup": 2, "msub": 2, "msqrt": 1}
        assert len(tree) - 1 == wanted.get(tree[0], len(tree) - 1) and tree[0] in {"mrow", *wanted}
        for part in tree[1:]:
            check_tree(part, scene)


def can_be_evaluated(rule: str, giver: Any) -> bool:
    if giver.params.get("approximate") == "tanh":  # gelu's formula is that of what this comes close to
        return False
    names = formula.names(rule)
    return names is not None and names <= {"x", "y", "z", "out", *formula.NUMBERS, *giver.params}


@EACH_CALL
def test_what_a_formula_says_is_what_the_engine_sent(name: str, call: Call) -> None:
    """Upstream × local is the contribution; where the formula could be evaluated, it is."""
    maker, scene = told(call)
    events = [event for event in maker.recording.events if event.kind != "earlier"]
    flows = [(e, s) for e, s in zip(events, scene["steps"], strict=True) if e.kind == "flow"]
    assert flows or name in ("zero", "fill")
    for event, step in flows:
        chain = step["formula"][0]
        cells = {role: cell for role, cell in zip(chain["roles"], chain["rows"][-1], strict=True) if role}
        giver = maker.recording.things[event.data["giver"]]
        entry = TABLE[giver.op or ""]
        rule = entry.local[min(event.data["place"], len(entry.local) - 1)]
        if "local" not in cells:
            assert not (entry.elementwise and can_be_evaluated(rule, giver)), rule
            continue
        up, local, sent = (array(maker, cells[role]["v"]) for role in ("upstream", "local", "contribution"))
        if "@" in chain["roles"] + chain["rows"][-1]:
            product = up @ local if chain["roles"][0] == "upstream" else local @ up
        else:
            dim, keepdim = giver.params.get("dim"), giver.params.get("keepdim")
            if giver.op in WHOLE and dim is not None and not keepdim:
                up = np.expand_dims(up, dim)
            product = up * local
        for wanted in (sent, event.data["new"]):
            back = TABLE["sum_to"].forward(np.asarray(product), np.shape(wanted))
            np.testing.assert_allclose(back, wanted, rtol=1e-5, atol=1e-9)


def test_a_function_of_ones_own_is_called_that() -> None:
    class Cube(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            (x,) = ctx.saved_tensors
            return g * 3 * x**2

    with lab.record() as rec:
        x = lab.tensor(2.0, requires_grad=True)
        y = Cube.apply(x)
        y.backward()
    says = {step["kind"]: step["say"] for step in rec.steps if step["title"] in ("y", "y → x")}
    assert says["op"].startswith("Run `Cube`, a Function of your own, on `x`.")
    assert says["flow"].startswith("The `backward` of `Cube`, a Function of your own, worked out this")


def test_what_has_no_gradient_is_not_said_to_be_unrecorded() -> None:
    with lab.record() as rec:
        x = lab.tensor([1.0, -2.0], requires_grad=True)
        x.gt(0)
        x.argmax()
        with lab.no_grad():
            x * 2
    says = [step["say"] for step in rec.steps if step["kind"] == "op"]
    assert ["in steps" in say for say in says] == [True, True, False]
    assert ["Recording is off" in say for say in says] == [False, False, True]


def test_a_formula_writes_names_of_several_words_in_brackets() -> None:
    with lab.record() as rec:
        a, b = lab.tensor(3.0, requires_grad=True), lab.tensor(1.0)
        ((a + b) ** 2).backward()
    base = ["mrow", ["mo", "("], ["mtext", "a + b"], ["mo", ")"]]
    rule = next(step for step in rec.steps if step["kind"] == "flow")["formula"][0]["rows"][1][2]["m"]
    assert rule == ["mrow", ["mo", "="], ["mrow", ["mn", "2"], ["mo", "·"], base]]
    assert rec.steps[3]["formula"][0]["rows"][0][0]["m"] == ["msup", base, ["mn", "2"]]


def test_a_slope_that_is_not_what_the_engine_sent_is_not_shown() -> None:
    """Of two equal numbers the rule says that each is chosen; the engine sends half to each."""
    with lab.record() as rec:
        x = lab.tensor([1.0, 1.0], requires_grad=True)
        lab.maximum(x, lab.tensor([1.0, 0.0])).sum().backward()
    step = [step for step in rec.steps if step["kind"] == "flow"][-1]
    assert "local" not in step["formula"][0]["roles"] and x.grad.tolist() == [0.5, 1.0]
