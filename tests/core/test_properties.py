"""Random programs: what they compute and its gradients, against finite differences and against PyTorch."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import autograd_lab as lab

RUN = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])

# Each line makes one more value of those before it. None leaves the numbers that floats can hold.
UNARY = ["tanh({a})", "sigmoid({a})", "sin({a})", "cos({a})", "exp(-({a} * {a}))", "log({a} * {a} + 1)",
         "-{a}", "relu({a} + 0.3)", "sqrt({a} * {a} + 1)", "{a} ** 2", "{a} * 0.5", "2 - {a}", "{a}.mean()",
         "{a}.sum(0)", "{a}.sum(-1, True)", "{a}.reshape(-1)", "{a}.clone()", "{a}[0]", "{a}[..., -1]",
         "{a}[[0, 0, -1]]", "({a}.T if {a}.ndim == 2 else {a})", "1 / ({a} * {a} + 1)"]  # fmt: skip
BINARY = ["{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} / ({b} * {b} + 1)", "({a} * {a} + 1) ** tanh({b})",
          "tanh({a} @ {b})"]  # fmt: skip
SHAPES = [(), (1,), (3,), (2, 3), (3, 3), (1, 3), (3, 1), (2, 3, 3)]


@st.composite
def programs(draw: Any) -> tuple[list[Any], str]:
    """Values of two or three leaves, and lines that compute ``out`` from them."""
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=2, max_size=3))
    seed = draw(st.integers(0, 2**16))
    rng = np.random.default_rng(seed)
    names, lines = [f"x{k}" for k in range(len(shapes))], []
    for k in range(draw(st.integers(1, 8))):
        form = draw(st.sampled_from(UNARY + BINARY * 2))
        a, b = (draw(st.sampled_from(names)) for _ in "ab")
        lines.append(f"v{k} = {form.format(a=a, b=b)}")
        names.append(f"v{k}")
    lines.append("out = " + " + ".join(f"({name} * {name}).sum()" for name in names[-2:]))
    return [rng.uniform(-1.5, 1.5, shape) for shape in shapes], "\n".join(lines)


def evaluate(torch: Any, arrays: list[Any], code: str) -> tuple[Any, list[Any], list[str]]:
    """The program's result, its leaves, and the lines left out because shapes don't fit together."""
    leaves = [torch.tensor(array, dtype=torch.float64, requires_grad=True) for array in arrays]
    space = {
        name: getattr(torch, name) for name in ("tanh", "sigmoid", "sin", "cos", "exp", "log", "relu", "sqrt")
    }
    space |= {f"x{k}": leaf for k, leaf in enumerate(leaves)}
    failed: list[str] = []
    for line in code.splitlines():
        try:
            exec(line, space)
        except (RuntimeError, IndexError) as error:
            failed.append(f"{line}: {type(error).__name__}")
            space[line.split(" = ")[0]] = space["x0"] * 3
    return space["out"], leaves, failed


def gradients(leaves: list[Any]) -> list[Any]:
    return [np.zeros(leaf.shape) if leaf.grad is None else leaf.grad.numpy() for leaf in leaves]


@RUN
@given(programs())
def test_against_finite_differences(program: tuple[list[Any], str]) -> None:
    arrays, code = program
    out, leaves, _ = evaluate(lab, arrays, code)
    out.backward()
    rng = np.random.default_rng(0)
    for k, (array, found) in enumerate(zip(arrays, gradients(leaves), strict=True)):
        direction = rng.uniform(-1, 1, array.shape)
        moved = []
        for step in (1e-6, -1e-6):
            with lab.no_grad():
                result = evaluate(lab, [*arrays[:k], array + step * direction, *arrays[k + 1 :]], code)
            moved.append(result[0].item())
        slope = (moved[0] - moved[1]) / 2e-6
        assert np.sum(found * direction) == pytest.approx(slope, rel=2e-4, abs=1e-4 * (1 + abs(moved[0])))


@RUN
@given(programs())
def test_against_pytorch(torch: Any, program: tuple[list[Any], str]) -> None:
    arrays, code = program
    ours, theirs = evaluate(lab, arrays, code), evaluate(torch, arrays, code)
    assert ours[2] == theirs[2]
    np.testing.assert_allclose(ours[0].item(), theirs[0].item(), rtol=1e-9)
    for out, _, _ in (ours, theirs):
        out.backward()
    for mine, real in zip(gradients(ours[1]), gradients(theirs[1]), strict=True):
        np.testing.assert_allclose(mine, real, rtol=1e-7, atol=1e-9)


@settings(RUN, max_examples=60)
@given(programs())
def test_second_order_against_pytorch(torch: Any, program: tuple[list[Any], str]) -> None:
    """The gradient of the squared gradient."""
    arrays, code = program
    seconds = []
    for library in (lab, torch):
        out, leaves, _ = evaluate(library, arrays, code)
        first = library.autograd.grad(out, leaves, create_graph=True, allow_unused=True)
        total = sum((g * g).sum() for g in first if g is not None)
        if not getattr(total, "requires_grad", False):
            return
        second = library.autograd.grad(total, leaves, allow_unused=True)
        seconds.append(
            [np.zeros(x.shape) if g is None else g.numpy() for x, g in zip(leaves, second, strict=True)]
        )
    for mine, real in zip(*seconds, strict=True):
        np.testing.assert_allclose(mine, real, rtol=1e-6, atol=1e-8)


@settings(RUN, max_examples=60)
@given(programs())
def test_backward_twice_is_twice_the_gradient(program: tuple[list[Any], str]) -> None:
    arrays, code = program
    out, leaves, _ = evaluate(lab, arrays, code)
    out.backward(retain_graph=True)
    once = copy.deepcopy(gradients(leaves))
    out.backward()
    for a, b in zip(once, gradients(leaves), strict=True):
        np.testing.assert_allclose(2 * a, b)


@settings(RUN, max_examples=60)
@given(programs())
def test_grad_returns_what_backward_stores(program: tuple[list[Any], str]) -> None:
    arrays, code = program
    out, leaves, _ = evaluate(lab, arrays, code)
    returned = lab.autograd.grad(out, leaves, retain_graph=True, allow_unused=True)
    assert all(leaf.grad is None for leaf in leaves)
    out.backward()
    for leaf, found in zip(leaves, returned, strict=True):
        assert (leaf.grad is None) == (found is None)
        if found is not None:
            assert np.array_equal(found.numpy(), leaf.grad.numpy())
