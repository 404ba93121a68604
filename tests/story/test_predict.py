"""Predict before reveal: what is hidden until when, and what a learner's wrong number is told."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import autograd_lab as lab
from autograd_lab.faces import page
from autograd_lab.story import mistakes, scene, words

Scene = dict[str, Any]


def predicted(rec: Any, wanted: Any) -> Scene:
    return scene.make(rec._recording, wanted)


def seed() -> Any:
    with lab.record() as rec:
        a = lab.tensor([5.0, 4.0], requires_grad=True)
        b = lab.tensor([6.0, 8.0])
        y = a**2 + 5 * b
        z = y.mean()
        z.backward()
    return rec


def product() -> Any:
    """Two inputs, one of them stretched."""
    with lab.record() as rec:
        w = lab.tensor(2.0, requires_grad=True)
        x = lab.tensor([1.0, 2.0, 5.0], requires_grad=True)
        p = w * x
        loss = (p * lab.tensor([1.0, 3.0, 4.0])).sum()
        loss.backward()
    return rec


def twice() -> Any:
    """The second pass adds to the first, with a weight that was changed in place between them."""
    with lab.record() as rec:
        w = lab.tensor(3.0, requires_grad=True)
        for _ in range(2):
            loss = w**2
            loss.backward()
            with lab.no_grad():
                w -= 0.5
    return rec


def diamond() -> Any:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        z = x * x + 5 * x
        z.backward()
    return rec


def matrix() -> Any:
    with lab.record() as rec:
        m = lab.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
        n = lab.tensor([[1.0, 5.0], [7.0, 2.0]])
        loss = (m @ n).sum()
        loss.backward()
    return rec


def squares() -> Any:
    with lab.record() as rec:
        y = lab.tensor([5.0, 1.0], requires_grad=True) * 1
        loss = lab.nn.functional.mse_loss(y, lab.tensor([2.0, 3.0]))
        (loss * 3).backward()
    return rec


def asks(made: Scene) -> dict[str, Any]:
    """The questions by the titles of their steps; of a title that comes twice, the last."""
    return {step["title"]: step["ask"] for step in made["steps"] if "ask" in step}


def diagnosis(ask: dict[str, Any], answer: Any) -> str | None:
    """What the stepper would find: the first known mistake with this number."""
    return next((m["kind"] for m in ask["mistakes"] if mistakes.same(answer, m["value"])), None)


# ------------------------------------------------------------------ which steps ask, and what they hide
@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (None, []),
        (True, ["z → y", "a**2 → a"]),
        ("flow", ["z → y", "y → a**2", "a**2 → a"]),
        ("store", ["a.grad"]),
        (["a"], ["a.grad"]),
        (["y", "store"], ["z → y", "a.grad"]),
    ],
)
def test_which_steps_ask(wanted: Any, titles: list[str]) -> None:
    assert list(asks(predicted(seed(), wanted))) == titles


def test_what_is_added_to_is_asked_for_where_several_passes_meet() -> None:
    made = predicted(twice(), True)
    stores = [k for k, step in enumerate(made["steps"]) if step["kind"] == "store"]
    assert ["ask" in made["steps"][k] for k in stores] == [False, True]


def test_a_parameter_is_asked_for_by_the_name_that_the_picture_gives_it() -> None:
    with lab.record() as rec:
        net = lab.nn.Linear(1, 1)
        net(lab.ones(1)).sum().backward()
    assert list(asks(predicted(rec, "net.bias"))) == ["net.bias.grad"]


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="'nobody'"):
        predicted(seed(), ["nobody"])


def test_a_scene_without_predictions_is_as_it_was() -> None:
    rec = seed()
    plain = json.dumps(rec.scene)
    predicted(rec, "flow")
    assert json.dumps(scene.make(rec._recording)) == plain


@pytest.mark.parametrize("make", [seed, product, twice, diamond, matrix])
@pytest.mark.parametrize("wanted", [True, "flow", "store"])
def test_a_hidden_result_is_nowhere_before_and_up_to_its_step(make: Any, wanted: Any) -> None:
    """All that a face shows by a step comes by keys: none that holds the answer is open."""
    made = predicted(make(), wanted)
    for k, step in enumerate(made["steps"]):
        if "ask" not in step:
            continue
        ask = step["ask"]
        keys = [key for what, _, key in step["effects"] if what in ("edge", "grad", "store") and key]
        assert keys and set(keys) <= set(ask["hides"])
        shown_before = {key for earlier in made["steps"][:k] for *_, key in earlier["effects"]
                        if "hidden" not in earlier}  # fmt: skip
        assert not shown_before & set(ask["hides"])
        assert not any("{" + key + "}" in ask["say"] + ask["hint"] for key in ask["hides"])


def test_what_follows_from_a_hidden_gradient_is_hidden_with_it() -> None:
    made = predicted(seed(), ["y"])
    assert [k for k, step in enumerate(made["steps"]) if "hidden" in step] == [7, 8, 9, 10]
    assert {step["hidden"] for step in made["steps"][7:]} == {7}


@pytest.mark.parametrize("wanted", ["flow", "store", "w", True])
def test_a_later_pass_does_not_tell_what_an_earlier_one_is_asked_for(wanted: Any) -> None:
    made = predicted(twice(), wanted)
    first, second = (step for step in made["steps"] if step["kind"] == "store")
    closed = {key for step in made["steps"] for key in step.get("ask", {}).get("hides", ())}
    told = [key for key in made["values"] if f'"{key}"' in json.dumps(second["formula"])]
    assert first["effects"][0][2] in second["ask"]["needs"]
    assert not [key for key in told if made["values"][key]["data"] == "6" and key not in closed]


def test_the_page_without_a_script_stops_before_the_first_question() -> None:
    source = page.html(predicted(seed(), True))
    table = source[source.index("<noscript>") : source.index("</noscript>")]
    assert "Backward starts" not in table.split("<tr>")[-2]
    assert "[5, 4]" not in "".join(table.split("<tr>")[8:])
    assert len(table.split("<tr>")) == 1 + 1 + 7


def test_nothing_is_asked_that_cannot_be_read_off_and_typed() -> None:
    with lab.record() as rec:
        w = lab.tensor([2.0, -1.0], requires_grad=True)
        x = lab.tensor([[1.5 * j + k for k in range(2)] for j in range(8)])
        ((x * w) ** 2).mean().backward()
    assert list(asks(predicted(rec, "flow"))) == []
    assert list(asks(predicted(rec, "store"))) == ["w.grad"]


# ------------------------------------------------------------------ what wrong numbers are told
LEARNERS = [
    (seed, "flow", "a**2 → a", [10, 8], "no_upstream"),
    (seed, "flow", "a**2 → a", [0.5, 0.5], "no_local"),
    (seed, "flow", "a**2 → a", [-5, -4], "sign"),
    (seed, "flow", "a**2 → a", [25, 16], "out"),
    (seed, "flow", "a**2 → a", [10.5, 8.5], "added"),
    (seed, "flow", "a**2 → a", [2.5, 2], "halved"),
    (seed, "flow", "z → y", [1, 1], "no_local"),
    (seed, "flow", "z → y", 1, "not_spread"),
    (seed, "flow", "z → y", [55, 56], "value"),
    (seed, "store", "a.grad", [10, 8], "local_only"),
    (product, "flow", "p → w", [1, 6, 20], "not_summed"),
    (product, "flow", "p → w", 9, "averaged"),
    (product, "flow", "p → x", 27, "swapped"),
    (product, "flow", "p → x", [0.5, 1.5, 2], "divided"),
    (twice, True, "w.grad", 5, "overwrote"),
    (twice, True, "w.grad", 6, "held"),
    (twice, True, "w.grad", 1, "subtracted"),
    (twice, "flow", "loss₂ → w", 6, "before_change"),
    (twice, "flow", "loss₂ → w", 4, "after_change"),
    (diamond, "store", "x.grad", 3, "last"),
    (diamond, "store", "x.grad", 5, "first"),
    (diamond, "store", "x.grad", 11 / 3, "mean_of_them"),
    (diamond, "flow", "x * x → x (right)", 8, "old"),
    (diamond, "flow", "x * x → x (right)", 11, "total"),
    (matrix, "flow", "m @ n → m", [[6, 6], [9, 9]], "transposed"),
    (matrix, "store", "m.grad", [[6, 6], [9, 9]], "transposed"),
    (matrix, "store", "m.grad", [[1, 2], [3, 4]], "value"),
    (matrix, "store", "m.grad", [[-6, -9], [-6, -9]], "sign"),
    (product, "flow", "p → x", [4, 12, 16], "doubled"),
    (squares, "flow", "loss → y", [18, -12], "not_divided"),
]


@pytest.mark.parametrize(("make", "wanted", "title", "answer", "kind"), LEARNERS)
def test_a_learners_number_is_told_what_was_done(
    make: Any, wanted: Any, title: str, answer: Any, kind: str
) -> None:
    ask = asks(predicted(make(), wanted))[title]
    assert diagnosis(ask, answer) == kind
    far = np.asarray(answer) + 0.7371  # no one's mistake
    assert diagnosis(ask, far) is None
    assert diagnosis(ask, ask["right"]) is None


def test_every_kind_of_mistake_has_its_sentence() -> None:
    told = {key.removeprefix("mistake_") for key in words.now().story if key.startswith("mistake_")}
    assert told == set(mistakes.FLOW) | set(mistakes.STORE)


def test_a_mistake_with_the_right_number_is_none() -> None:
    """Where the upstream gradient is 1, leaving it out changes nothing."""
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        y = x**2
        y.backward()
    (ask,) = asks(predicted(rec, "flow")).values()
    assert ask["right"] == 6
    assert "no_upstream" not in [m["kind"] for m in ask["mistakes"]]


def test_of_two_mistakes_with_one_number_the_likelier_is_told() -> None:
    numbers = mistakes.Flow(right=6.0, upstream=2.0, local=3.0, product=6.0, value=3.0)
    kinds = dict(mistakes.of_flow(numbers))
    assert kinds["no_upstream"] == 3
    assert "value" not in kinds and "halved" not in kinds
