"""The same seed gives PyTorch's numbers, to the last bit, and leaves the stream where PyTorch leaves it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lab as lab
from autograd_lab import random as ours

SIZES = [0, 1, 2, 7, 15, 16, 17, 31, 32, 33, 100, 1000, 5000]
SHAPES = [(), (0, 3), (1,), (2, 3), (16,), (4, 4), (5, 1, 7), (3, 0)]
FLOATS = ["float32", "float64", "float16"]
SEEDS = [0, 1, 42, 2**31, 2**32 + 5, 2**64 - 1, -1, -(2**63)]


def numbers(result: Any) -> Any:
    return result.detach().numpy() if hasattr(result, "detach") else np.asarray(result)


def exact(torch: Any) -> bool:
    """Whether this processor takes the way to float32 normal numbers that ours follow."""
    return bool(torch.backends.cpu.get_cpu_capability() in ("AVX2", "AVX512"))


def same(
    torch: Any, mine: Callable[[], Any], theirs: Callable[[], Any], seed: int = 0, loose: bool = False
) -> None:
    """Both from one seed: the same dtype, shape and numbers, now and from the next draw."""
    ours.manual_seed(seed)
    torch.manual_seed(seed)
    a, b = numbers(mine()), numbers(theirs())
    assert (a.dtype, a.shape) == (b.dtype, b.shape)
    if loose and not exact(torch):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    else:
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(ours.get_rng_state().numpy(), torch.get_rng_state().numpy())


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", ["rand", "randn"])
def test_sizes(name: str, dtype: str, torch: Any) -> None:
    for seed, n in itertools.product(SEEDS, SIZES):
        same(
            torch,
            lambda n=n: getattr(ours, name)(n, dtype=np.dtype(dtype)),
            lambda n=n: getattr(torch, name)(n, dtype=getattr(torch, dtype)),
            seed,
            loose=dtype != "float64",
        )


@pytest.mark.parametrize("name", ["rand", "randn"])
def test_shapes(name: str, torch: Any) -> None:
    for shape in SHAPES:
        same(
            torch, lambda s=shape: getattr(ours, name)(s), lambda s=shape: getattr(torch, name)(s), loose=True
        )
        same(
            torch,
            lambda s=shape: getattr(ours, name)(size=s),
            lambda s=shape: getattr(torch, name)(size=s),
            loose=True,
        )


def test_many_normal_numbers_in_a_row(torch: Any) -> None:
    """An odd number of them leaves one over for the next call, whatever comes between."""

    def draw(library: Any) -> list[float]:
        calls = [library.randn(n) for n in (3, 20, 1, 5, 2, 16, 1, 0, 7)]
        return [x for call in calls for x in call.tolist()]

    same(torch, lambda: draw(ours), lambda: draw(torch), loose=True)


LIKES = ["(5,)", "(4, 6)", "(20, 3)", "(6, 4).T", "(20, 3).T", "(2, 3, 4)[:, 1]"]


def like(library: Any, text: str) -> Any:
    return eval(f"zeros{text}", {"zeros": library.zeros})


@pytest.mark.parametrize("text", LIKES)
def test_like_another(text: str, torch: Any) -> None:
    for name, args in (
        ("rand_like", ()),
        ("randn_like", ()),
        ("randint_like", (7,)),
        ("randint_like", (-3, 4)),
    ):
        same(
            torch,
            lambda f=name, a=args: getattr(ours, f)(like(lab, text), *a),
            lambda f=name, a=args: getattr(torch, f)(like(torch, text), *a),
            loose=True,
        )


RANGES = [(0, 1), (0, 10), (-5, 6), (3, 4), (0, 2**28 - 1), (0, 2**28), (-(2**27), 2**27), (0, 2**32),
          (7, 2**40), (-(2**62), 2**62), (0, 2**63 - 1), (-(2**63), 2**63 - 1)]  # fmt: skip


@pytest.mark.parametrize("limits", RANGES)
def test_integers(limits: tuple[int, int], torch: Any) -> None:
    for seed, shape in itertools.product(SEEDS, [(), (5,), (40, 3)]):
        same(torch, lambda s=shape: ours.randint(*limits, s), lambda s=shape: torch.randint(*limits, s), seed)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "int16", "int32", "int64", *FLOATS])
def test_integers_of_a_dtype(dtype: str, torch: Any) -> None:
    high = 2 if dtype == "bool" else 100
    same(
        torch,
        lambda: ours.randint(high, (50,), dtype=np.dtype(dtype)),
        lambda: torch.randint(high, (50,), dtype=getattr(torch, dtype)),
    )
    mine, theirs = lab.Variable(np.zeros(50, dtype)), torch.zeros(50, dtype=getattr(torch, dtype))
    same(torch, lambda: ours.random_(mine), theirs.random_)
    same(torch, lambda: ours.random_(mine, 1), lambda: theirs.random_(1))
    if dtype != "bool":
        same(torch, lambda: ours.random_(mine, 3, 100), lambda: theirs.random_(3, 100))
        same(torch, lambda: ours.random_(mine, 3, None), lambda: theirs.random_(3, None))


def test_ways_to_say_the_limits(torch: Any) -> None:
    for call in (
        "randint(5, (2,))", "randint(2, 5, (2,))", "randint(5, [2, 2])", "randint(high=5, size=(2,))",
        "randint(low=2, high=5, size=(2,))", "randint(2, high=5, size=(2,))", "randint(2, 5, size=(2,))",
        "randperm(5)", "randperm(n=5)", "normal(0.0, 1.0, size=(3,))", "normal(1, 2, (3,))",
        "normal(mean=1.0, std=2.0, size=(3,))", "rand(2, 3)", "rand([2, 3])", "rand(())",
        "rand(2, device='cpu')", "rand(2, generator=None)",
    ):  # fmt: skip
        same(torch, lambda c=call: eval(c, vars(ours)), lambda c=call: eval(c, vars(torch)))


def test_permutations(torch: Any) -> None:
    for seed, n in itertools.product(SEEDS, SIZES):
        same(torch, lambda n=n: ours.randperm(n), lambda n=n: torch.randperm(n), seed)


SPANS = [
    (0.0, 1.0),
    (-1.0, 1.0),
    (-0.3, 0.7),
    (-(3**-0.5), 3**-0.5),
    (0.1, 0.11),
    (-5.0, 1e-3),
    (2.0, 2.0),
    (1e8, 1e8 + 64),
]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", ["uniform_", "normal_"])
def test_uniform_and_normal_in_place(name: str, dtype: str, torch: Any) -> None:
    for (a, b), n in itertools.product(SPANS[: -1 if dtype == "float16" else None], [3, 15, 16, 40, 3000]):
        mine, theirs = lab.Variable(np.zeros(n, dtype)), torch.zeros(n, dtype=getattr(torch, dtype))
        b = b if name == "uniform_" else abs(b)
        same(
            torch,
            lambda x=mine, a=a, b=b: getattr(ours, name)(x, a, b),
            lambda x=theirs, a=a, b=b: getattr(x, name)(a, b),
            loose=name == "normal_",
        )


@pytest.mark.parametrize("dtype", FLOATS)
def test_exponential_in_place(dtype: str, torch: Any) -> None:
    for rate, n in itertools.product([1.0, 0.3, 17.0], [1, 30, 3000]):
        mine, theirs = lab.Variable(np.zeros(n, dtype)), torch.zeros(n, dtype=getattr(torch, dtype))
        same(
            torch, lambda x=mine, r=rate: ours.exponential_(x, r), lambda x=theirs, r=rate: x.exponential_(r)
        )


@pytest.mark.parametrize("text", LIKES)
def test_in_place_in_the_order_of_the_memory(text: str, torch: Any) -> None:
    """A transposed matrix, or a part of one, is filled as it lies in memory, not row by row."""
    for name in ("uniform_", "normal_", "exponential_", "random_"):
        same(
            torch,
            lambda f=name: getattr(ours, f)(like(lab, text)),
            lambda f=name: getattr(like(torch, text), f)(),
            loose=True,
        )
    last = like(torch, text).shape[-1]
    p = torch.rand(last)
    same(
        torch,
        lambda: ours.bernoulli_(like(lab, text), lab.tensor(p.numpy())),
        lambda: like(torch, text).bernoulli_(p),
    )


@pytest.mark.parametrize("dtype", FLOATS)
def test_bernoulli(dtype: str, torch: Any) -> None:
    for shape in [(0,), (1,), (5, 7), (1000,)]:
        p = torch.rand(shape, dtype=getattr(torch, dtype))
        same(torch, lambda p=p: ours.bernoulli(lab.Variable(p.numpy())), lambda p=p: torch.bernoulli(p))


@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.8, 1.0])
def test_bernoulli_with_one_probability(p: float, torch: Any) -> None:
    """PyTorch's side is asked for one a place: with one for all, it draws otherwise on Intel's processors."""
    for n in SIZES:
        many = torch.full((n,), p, dtype=torch.float64)
        same(
            torch,
            lambda n=n: ours.bernoulli_(lab.zeros(n), p),
            lambda n=n, m=many: torch.zeros(n).bernoulli_(m),
        )
        same(
            torch,
            lambda n=n: ours.bernoulli(lab.zeros(n), p),
            lambda n=n, m=many: torch.zeros(n).bernoulli_(m),
        )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("p", [0.1, 0.3, 0.5, 0.8])
def test_dropout(p: float, dtype: str, torch: Any) -> None:
    for n in SIZES[1:]:
        x = torch.linspace(-1, 1, n, dtype=getattr(torch, dtype))
        kept = torch.full((n,), 1 - p, dtype=torch.float64)
        same(
            torch,
            lambda x=x: x.numpy() * ours.dropout_noise(x.numpy(), p),
            lambda x=x, kept=kept: x * torch.zeros_like(x).bernoulli_(kept).div_(1 - p),
        )


def test_dropout_is_pytorchs_own(torch: Any) -> None:
    """The numbers themselves, where PyTorch's dropout draws them from the same stream."""
    torch.manual_seed(0)
    torch.empty(100).bernoulli_(0.5)
    after = torch.rand(1)
    torch.manual_seed(0)
    if torch.rand(201, dtype=torch.float32)[-1] != after:  # 200 words for 100 numbers: not on Intel's
        return
    x = np.ones((3, 50), np.float32)
    same(
        torch,
        lambda: x * ours.dropout_noise(x, 0.3),
        lambda: torch.nn.functional.dropout(torch.tensor(x), 0.3),
    )


def test_normal_with_a_mean_and_a_deviation_each(torch: Any) -> None:
    for shape_a, shape_b in [((3,), (3,)), ((4, 1), (5,)), ((20,), (20,)), ((), (3,)), ((2, 9), (9,))]:
        a, b = torch.rand(shape_a) * 10 - 5, torch.rand(shape_b)
        x, y = lab.Variable(a.numpy()), lab.Variable(b.numpy())
        for mine, theirs in (
            ((x, y), (a, b)),
            ((x,), (a,)),
            ((x, 0.3), (a, 0.3)),
            ((2.7, y), (2.7, b)),
            ((x, lab.Variable(b.double().numpy())), (a, b.double())),
            ((lab.Variable(a.double().numpy()), y), (a.double(), b)),
        ):
            same(torch, lambda m=mine: ours.normal(*m), lambda t=theirs: torch.normal(*t), loose=True)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("replacement", [False, True])
def test_multinomial(replacement: bool, dtype: str, torch: Any) -> None:
    for seed, (shape, n) in itertools.product(
        SEEDS, [((5,), 1), ((5,), 3), ((4, 6), 6), ((30, 27), 1), ((1000,), 50)]
    ):
        torch.manual_seed(seed + 1 if seed < 2**63 else 0)
        w = torch.rand(shape, dtype=getattr(torch, dtype))
        same(
            torch,
            lambda w=w, n=n: ours.multinomial(lab.Variable(w.numpy()), n, replacement),
            lambda w=w, n=n: torch.multinomial(w, n, replacement),
            seed,
        )


# ---------------------------------------------------------------------- generators
def test_generators_are_streams_of_their_own(torch: Any) -> None:
    def draw(library: Any) -> list[Any]:
        g, h = library.Generator().manual_seed(3), library.Generator(device="cpu")
        h.manual_seed(3)
        out = [
            library.rand(3),
            library.rand(3, generator=g),
            library.randn(3, generator=g),
            library.randn(17),
        ]
        out += [
            library.randn(20, generator=g),
            library.randint(9, (3,), generator=h),
            library.randn(1, generator=g),
        ]
        out += [library.randperm(5, generator=h), library.normal(0.0, 1.0, (3,), generator=h)]
        return [x.tolist() for x in out] + [g.initial_seed(), library.Generator().initial_seed()]

    for library in (ours, torch):
        library.manual_seed(5)
    mine, theirs = draw(ours), draw(torch)
    if exact(torch):
        assert mine == theirs


@pytest.mark.parametrize("seed", SEEDS)
def test_seeds(seed: int, torch: Any) -> None:
    ours.manual_seed(seed)
    torch.manual_seed(seed)
    assert ours.initial_seed() == torch.initial_seed()


@pytest.mark.parametrize("seed", [2**64, -(2**63) - 1])
def test_seeds_that_are_none(seed: int, torch: Any) -> None:
    for library in (ours, torch):
        with pytest.raises(ValueError):  # noqa: PT011
            library.manual_seed(seed)


def test_a_seed_from_the_operating_system() -> None:
    first, second = ours.seed(), ours.seed()
    assert first != second == ours.initial_seed()


@pytest.mark.parametrize("draws", [[], [1], [3], [624], [623, 1], [625], [5000, 3], [20]])
def test_states_travel_between_the_two(draws: list[int], torch: Any) -> None:
    for library in (ours, torch):
        library.manual_seed(9)
        for n in draws:
            library.rand(n) if n > 20 else library.randn(n)
    state = ours.get_rng_state().numpy()
    np.testing.assert_array_equal(state, torch.get_rng_state().numpy())
    expected = ours.randn(7).tolist(), ours.rand(700).tolist()
    ours.manual_seed(1)
    ours.set_rng_state(lab.Variable(state))
    assert (ours.randn(7).tolist(), ours.rand(700).tolist()) == expected
    torch.set_rng_state(torch.tensor(state))
    assert (torch.randn(7).tolist(), torch.rand(700).tolist()) == expected
    generator = ours.Generator()
    generator.set_state(lab.Variable(state))
    assert ours.randn(7, generator=generator).tolist() == expected[0]


# ---------------------------------------------------------------------- refusals, and gradients
REFUSED = [
    "rand(-1)", "rand(2.5)", "rand('a')", "rand(2, dtype=int64)", "randn(2, dtype=int64)", "randint(5)",
    "randint(5, 3)", "randint(3, 3, (2,))", "randint(0, (2,))", "randint(5, 2, (2,))", "randint(2.5, (2,))",
    "randint(5, (-2,))", "randint(5, (2,), requires_grad=True)", "randperm(-1)", "randperm(3.0)",
    "randperm(3, requires_grad=True)", "normal(0.0, 1.0)", "normal(0.0, -1.0, (2,))", "normal(ones(2), -1)",
    "normal(ones(2), ones(3))", "normal(ones(2), -ones(2))", "normal(tensor([1, 2]), ones(2))",
    "bernoulli(tensor([0.5, 2.0]))", "bernoulli(tensor([0.5, float('nan')]))", "bernoulli(tensor([1, 0]))",
    "bernoulli(ones(2), 2.0)", "multinomial(ones(3), 4)", "multinomial(ones(3), 0)",
    "multinomial(ones(2, 2, 2), 1)", "multinomial(tensor([1, 2]), 1)", "multinomial(zeros(2), 1)",
    "multinomial(zeros(2), 1, True)", "multinomial(tensor([-1.0, 2.0]), 1)",
    "multinomial(tensor([float('nan'), 2.0]), 1, True)", "rand_like(tensor([1, 2]))",
    "set_rng_state(ones(3))", "rand(2, device='nonsense')",
    "get_rng_state() and set_rng_state(get_rng_state()[:3])",
]  # fmt: skip


@pytest.mark.parametrize("call", REFUSED)
def test_refused_as_in_pytorch(call: str, torch: Any) -> None:
    raised = []
    for library in (vars(lab) | vars(ours), vars(torch)):
        with pytest.raises(Exception) as caught:  # noqa: PT011
            eval(call, dict(library))
        raised.append(caught.type)
    assert raised[0] is raised[1]


IN_PLACE = [
    ("uniform_", (2, 1)), ("normal_", (0, -1)), ("bernoulli_", (2,)), ("exponential_", (0,)),
    ("random_", (0,)), ("random_", (3, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args"), IN_PLACE)
def test_refused_in_place(name: str, args: tuple[int, ...], torch: Any) -> None:
    with pytest.raises(RuntimeError):
        getattr(ours, name)(lab.ones(2), *args)
    with pytest.raises(RuntimeError):
        getattr(torch.ones(2), name)(*args)


@pytest.mark.parametrize("name", ["uniform_", "normal_", "exponential_"])
def test_integers_take_no_floats(name: str, torch: Any) -> None:
    kinds = []
    for call in (lambda: getattr(ours, name)(lab.tensor([1, 2])), getattr(torch.tensor([1, 2]), name)):
        with pytest.raises((RuntimeError, NotImplementedError)) as caught:
            call()
        kinds.append(caught.type)
    assert kinds[0] is kinds[1]


@pytest.mark.parametrize("name", ["uniform_", "normal_", "bernoulli_", "exponential_", "random_"])
def test_a_leaf_that_learns_is_filled_under_no_grad_only(name: str) -> None:
    w = lab.zeros(3, requires_grad=True)
    with pytest.raises(RuntimeError):
        getattr(ours, name)(w)
    with lab.no_grad():
        assert getattr(ours, name)(w) is w
    assert w.requires_grad and w.is_leaf


def test_requires_grad() -> None:
    assert ours.rand(2, requires_grad=True).is_leaf
    assert ours.randn_like(lab.ones(2), requires_grad=True).requires_grad
    assert not ours.randn_like(lab.ones(2, requires_grad=True)).requires_grad


METHODS = [
    "uniform_()", "uniform_(3., 4.)", "normal_()", "normal_(1., 2.)", "bernoulli_(0.3)", "exponential_(2.)",
    "random_()", "random_(10)", "random_(2, 9)",
]  # fmt: skip


@pytest.mark.parametrize("call", METHODS)
def test_methods(call: str, torch: Any) -> None:
    def drawn(library: Any) -> Any:
        return eval(f"library.zeros(20).{call}", {"library": library})

    same(torch, lambda: drawn(lab), lambda: drawn(torch))
