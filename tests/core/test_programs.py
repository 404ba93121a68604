"""Random programs, run in both libraries one step at a time: whatever a step changes, it changes in both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import autograd_lab

# What makes a value of {a} and {b}, values made before; none leaves the numbers that floats can hold
OPERATIONS = ["{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} / ({b} * {b} + 1)", "{a} * 0.5", "2 - {a}", "-{a}",
              "{a} ** 2", "{a}.tanh()", "{a}.sigmoid()", "{a}.sin()", "(-({a} * {a})).exp()", "{a}.relu()",
              "{a}.abs()", "({a} * {a} + 1).log()", "({a} * {a} + 1).sqrt()", "{a}.sum()", "{a}.sum(0)",
              "{a}.mean(-1, keepdim=True)", "{a}.max()", "{a}.softmax(0)", "({a} @ {b}).tanh()",
              "({a} @ {b}.T).clone()", "torch.maximum({a}, {b})", "torch.where({a} > 0.1, {a}, {b})",
              "torch.cat([{a}, {b}])", "torch.stack([{a}, {a}])", "{a}.clamp(-1, 1)", "{a}.clone()",
              "{a}[[0, 0]]", "{a}[{a} > 0]", "{a}.flip(0)", "{a}.repeat(2, 1)", "{a} > {b}"]  # fmt: skip
VIEWS = ["{a}[0]", "{a}[..., -1]", "{a}[:1]", "{a}[:, ::2]", "{a}.view(-1)", "{a}.reshape(3, 2)", "{a}.T",
         "{a}.t()", "{a}.unsqueeze(0)", "{a}.squeeze()", "{a}.transpose(0, 1)", "{a}.diagonal()",
         "{a}.expand(2, 2, 3)", "{a}.chunk(2)[0]", "{a}.unbind()[-1]", "{a}.view_as({a})",
         "{a}[None].detach()", "{a}.narrow(0, 0, 1)"]  # fmt: skip
CHANGES = ["{a} += {b}", "{a} *= 0.5", "{a} -= {b} * 0.5", "{a}.mul_({b})", "{a}.zero_()", "{a}.fill_(0.25)",
           "{a}.copy_({b})", "{a}[0] = 0.75", "{a}[0] = {b}[-1]", "{a}[:, 1] = {b}[:, 0]",
           "{a}[{a} > 0.5] = 0.5", "{a}.tanh_()", "{a}.neg_()", "{a}.exp_().neg_().exp_()", "{a}.sigmoid_()",
           "{a}.relu_()", "{a}.add_({b}, alpha=-1)", "{a}.data *= 0.5", "{a}.data[0] = 1.5",
           "{a}[[0, 1]] = {b}", "{a}.T[0] = 0.5"]  # fmt: skip
# A gradient is copied before a program goes on with it: how it lies in memory is no promise
REST = ["{n} = {a}.detach()", "{n} = {a}.data", "{n} = {a}.detach().clone().requires_grad_()",
        "{a}.detach_()", "{a}.requires_grad_()", "{a}.requires_grad = False", "{a}.retain_grad()",
        "{a}.grad = None", "{a}.grad.zero_() if {a}.is_leaf else None", "{n} = {a}.grad.clone()",
        "{n} = torch.autograd.grad({a}.sum(), {b})[0].clone()",
        "{n} = torch.autograd.grad({a}.sum(), {b}, create_graph=True, allow_unused=True)[0].clone()",
        "{n} = torch.autograd.grad({a}, {b}, torch.ones_like({a}), True)[0].clone()"]  # fmt: skip
BACKWARD = ["{a}.backward()", "{a}.sum().backward()", "({a} * {a}).mean().backward()",
            "{a}.sum().backward(retain_graph=True)", "({a} * {b}).sum().backward()",
            "{a}.backward(torch.ones_like({a}))", "{a}.sum().backward(inputs=[{b}])"]  # fmt: skip
KINDS = [[f"{{n}} = {form}" for form in OPERATIONS]] * 4 + [[f"{{n}} = {form}" for form in VIEWS]] * 2
KINDS += [CHANGES] * 2 + [REST, BACKWARD]
MODES = [""] * 8 + ["with torch.no_grad(): ", "with torch.enable_grad(): "]
LARGE = 1e4  # beyond it the last digits, and with them sin() and comparisons, may differ

# a step: a form, the mode it runs under, and which of the values made so far it takes
steps = st.tuples(
    st.sampled_from(KINDS).flatmap(st.sampled_from),
    st.sampled_from(MODES),
    st.integers(0, 99),
    st.integers(0, 99),
)


def leaves(torch: Any, seed: int) -> dict[str, Any]:
    """Three leaves that learn and one that doesn't."""
    rng = np.random.default_rng(seed)
    space = {"torch": torch}
    for k, shape in enumerate([(2, 3), (2, 3), (3,), (2, 3)]):
        space[f"v{k}"] = torch.tensor(rng.uniform(-1.5, 1.5, shape), requires_grad=k < 3)
    return space


def outcome(line: str, space: dict[str, Any]) -> str:
    """What a step raises, or that it is done."""
    try:
        exec(line, space)
    except Exception as error:  # noqa: BLE001
        return type(error).__name__
    return "done"


def state(value: Any) -> list[Any]:
    """What can be asked of a value, or what asking raises: some views may not be used any more."""
    try:
        kept = value.retains_grad and not value.is_leaf  # PyTorch says so of what was detached since, too
        flags = [value.requires_grad, value.is_leaf, kept, value._is_view(), value._version]
    except RuntimeError as error:
        return [type(error).__name__]
    return [str(value.dtype), tuple(value.shape), value.grad is None, *flags]


def numbers(value: Any) -> list[Any]:
    """The value and the gradient, where there is one."""
    return [v.detach().numpy() for v in (value, value.grad) if v is not None]


@pytest.mark.filterwarnings("ignore")  # reading .grad of a result is what this does
@settings(
    max_examples=2 * settings.default.max_examples,  # 200; with --hypothesis-profile=nightly 2000
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, min_size=4, max_size=30), st.integers(0, 2**16))
def test_every_step_does_the_same(torch: Any, program: list[tuple[str, str, int, int]], seed: int) -> None:
    ours, theirs = leaves(autograd_lab, seed), leaves(torch, seed)
    names, detached = ["v0", "v1", "v2", "v3"], False
    for form, mode, a, b in program:
        new = f"v{len(names)}"
        line = mode + form.format(n=new, a=names[a % len(names)], b=names[b % len(names)])
        happened = outcome(line, ours), outcome(line, theirs)
        note(f"{line}  # {' and '.join(dict.fromkeys(happened))}")
        detached = detached or ".detach_()" in line
        if detached and "backward" in line and happened == ("done", "RuntimeError"):
            return  # a known difference
        assert (happened[0] == "done") == (happened[1] == "done"), line
        if happened[0] != "done" and ("backward" in line or "]] = " in line):
            return  # how far a backward pass, or an assignment, came before it failed is no promise
        if new in theirs:
            names.append(new)
        exact = all(theirs[name].dtype != torch.float32 for name in names)  # sin() of a bool is in float32
        for name in names:
            assert state(ours[name]) == state(theirs[name]), f"{line}: {name}"
            for mine, real in zip(numbers(ours[name]), numbers(theirs[name]), strict=True):
                digits = 1e-9 if exact else 1e-6
                np.testing.assert_allclose(mine, real, rtol=digits, atol=digits, err_msg=f"{line}: {name}")
        if any(np.abs(array).max(initial=0) > LARGE for name in names for array in numbers(theirs[name])):
            return
