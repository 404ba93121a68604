"""What if, where the code can't be run again: the recorded operations are, with other numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import autograd_lab as lab
from autograd_lab import Record, nn
from autograd_lab.faces.moment import moment

from .core.test_programs import leaves, steps
from .story.test_programs import run, that_runs

Block = Callable[[Any], Any]


def recorded(block: Block, value: Any) -> Record:
    lab.manual_seed(0)
    with lab.record() as record:
        x = lab.tensor(value, requires_grad=True)
        block(x)
    return record


def twice(x: Any) -> None:
    y = x * x
    (y + x).sum().backward()


def cleared(w: Any) -> None:
    for _ in range(2):
        (w * w).sum().backward()
        w.grad = None
    (w * 3).sum().backward()


def updates(w: Any) -> None:
    for _ in range(3):
        ((w - 3) ** 2).sum().backward()
        with lab.no_grad():
            w -= 0.1 * w.grad
        w.grad = None


def accumulates(w: Any) -> None:
    for _ in range(2):
        (w * w).sum().backward()
    w.grad.mul_(0.5)
    w.sum().backward()
    w.grad.zero_()


def momentum(w: Any) -> None:
    optimizer = lab.optim.SGD([w], lr=0.1, momentum=0.9)
    for _ in range(3):
        optimizer.zero_grad()
        (w**2).sum().backward()
        optimizer.step()


def module(x: Any) -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
    nn.functional.cross_entropy(net(x[None]), lab.tensor([1])).backward()


def in_place(x: Any) -> None:
    y = x * 2
    y += x
    y.relu_()
    (y * y.detach()).sum().backward(retain_graph=True)


def parts(x: Any) -> None:
    a, b = x.split(1)
    z = lab.stack([a * b, nn.functional.dropout(b, 0.5)])
    z.backward(lab.ones(2, 1))


def masks(x: Any) -> None:
    y = x * 3
    z = lab.where(y > 2, y, -y) + y.masked_fill(x < 0, 1.0)
    z[z > 5] = 0.0
    (z[z != 0] ** 2).sum().backward()


@pytest.mark.parametrize(
    "block", [twice, updates, cleared, accumulates, momentum, module, in_place, parts, masks]
)
def test_every_number_is_that_of_a_recording_with_the_new_value(block: Block) -> None:
    first, fresh = recorded(block, [1.0, 2.0]), recorded(block, [0.5, -3.0])
    again = first.what_if(
        {next(n["label"] for n in first.scene["nodes"].values() if "edit" in n): [0.5, -3.0]}
    )
    assert [step["kind"] for step in again.steps] == [step["kind"] for step in fresh.steps]
    for ours, theirs in zip(again._recording.events, fresh._recording.events, strict=True):
        for key in ("upstream", "new", "total", "before", "stored", "old", "value"):
            np.testing.assert_array_equal(ours.data.get(key), theirs.data.get(key))
    for node, thing in fresh._recording.things.items():
        np.testing.assert_array_equal(again._recording.things[node].value, thing.value)


def test_it_says_that_a_branch_was_not_taken_anew() -> None:
    def branch(x: Any) -> None:
        y = x * 2 if x > 0 else x * 100
        y.backward()

    again = recorded(branch, 1.0).what_if({"x": -1.0})
    assert again.scene["again"]["told"].startswith(
        "x * 2 2 → -2. The recorded operations ran again, not the Python"
    )


def test_its_own_values_give_the_same_steps() -> None:
    first = recorded(twice, [1.0, 2.0])
    again = first.what_if({"x": [5.0, 6.0]}).what_if({"x": [1.0, 2.0]})
    assert str(again) == str(first)
    assert again.scene["layout"] == first.scene["layout"]


def test_a_probe_replays_in_float64() -> None:
    probe = recorded(twice, [1.0, 2.0]).probe("x", (1,))
    assert probe.gradient == 5
    assert probe.slope == pytest.approx(5, rel=1e-9)


def hooked(x: Any) -> None:
    x.register_hook(lambda g: g * 2)
    x.sum().backward()


def second_order(x: Any) -> None:
    (g,) = lab.autograd.grad((x**3).sum(), x, create_graph=True)
    g.sum().backward()


def returned(x: Any) -> None:
    (g,) = lab.autograd.grad((x**3).sum(), x)
    (x - g).sum().backward()


def one_condition(x: Any) -> None:
    lab.where(x[0] > 0, x[0], x[1]).backward()


def places(x: Any) -> None:
    (x * x.max(dim=0).indices).sum().backward()


@pytest.mark.parametrize(
    ("block", "why"),
    [
        (hooked, "hooks"),
        (second_order, "recorded"),
        (returned, "more than"),
        (one_condition, "more than"),
        (places, "more than"),
    ],
)
def test_what_cannot_be_replayed_says_why(block: Block, why: str) -> None:
    record = recorded(block, [1.0, 2.0])
    assert why in record.scene["again"]["why_not"]
    with pytest.raises(RuntimeError, match=why):
        record.what_if({"x": [1.0, 3.0]})


def test_a_block_that_failed_says_why() -> None:
    record = lab.record()
    with pytest.raises(RuntimeError), record:
        x = lab.tensor([1.0, 2.0], requires_grad=True)
        x @ lab.ones(3)
    with pytest.raises(RuntimeError, match="error"):
        record.what_if({"x": [1.0, 3.0]})


@pytest.mark.filterwarnings("ignore")
@settings(
    max_examples=settings.default.max_examples,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, min_size=3, max_size=20), st.integers(0, 2**16))
def test_a_replay_of_any_program_shows_what_a_fresh_run_does(program: Any, seed: int) -> None:
    lines = that_runs(program, seed)
    for line in lines:
        note(line)
    rec, other = run(lines, leaves(lab, seed), record=True)[1], leaves(lab, seed)
    numbers = other["v0"].detach().numpy().round(3) / 2 + 0.25
    try:
        again = rec.what_if({"v0": numbers})
    except (RuntimeError, ValueError):
        return  # not used, or not to be replayed: it says why
    with lab.no_grad():
        other["v0"].copy_(lab.tensor(numbers))
    fresh = run(lines, other, record=True)[1]
    shown, wanted = moment(again.scene), moment(fresh.scene)
    for (mine, data), (real, like) in zip(
        again.scene["nodes"].items(), fresh.scene["nodes"].items(), strict=True
    ):
        assert data["label"] == like["label"]
        for held in ("value", "gradient"):
            ours, theirs = getattr(shown, held)(mine), getattr(wanted, held)(real)
            assert (ours and ours.get("data")) == (theirs and theirs.get("data")), (data["label"], held)
