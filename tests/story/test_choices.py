"""Questions with a choice: which edge is next, and who gets a gradient."""

from __future__ import annotations

from typing import Any

import pytest

import autograd_lab as lab
from autograd_lab import Record
from autograd_lab.faces import look, picture
from autograd_lab.faces.moment import moment
from autograd_lab.faces.scene_text import fill
from autograd_lab.story import scene


def asked(rec: Record, wanted: str) -> list[tuple[int, dict[str, Any]]]:
    steps = scene.make(rec._recording, wanted)["steps"]
    return [(k, step["ask"]) for k, step in enumerate(steps) if "ask" in step]


def diamond() -> Record:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        k = lab.tensor(2.0)
        a = x * k
        b = x.exp()
        z = a + b
        z.backward()
    return rec


def test_the_right_edge_is_the_one_that_the_next_step_takes() -> None:
    rec = diamond()
    steps = rec.steps
    found = asked(rec, "edge")
    assert found
    for k, ask in found:
        right = ask["choices"][ask["right"]].replace("`", "")
        assert steps[k + 1]["kind"] == "flow" and right == steps[k + 1]["title"]
        assert len(set(ask["choices"])) == len(ask["choices"])


def test_each_wrong_edge_is_told_why_it_is_not_next() -> None:
    rec = diamond()
    told = {
        ask["choices"][one["value"]].replace("`", ""): one["say"].replace("`", "")
        for _, ask in asked(rec, "edge")[:1]
        for one in ask["mistakes"]
    }
    assert told == {
        "z → b": "This one leaves z too, but another of its inputs is served first.",
        "b → x": "No gradient has arrived at b yet: it has nothing to send.",
        "a → x": "No gradient has arrived at a yet: it has nothing to send.",
    }


def test_of_two_that_are_ready_the_one_made_last_goes_first() -> None:
    rec = diamond()
    ask = next(ask for k, ask in asked(rec, "edge") if rec.steps[k + 1]["title"] == "b → x")
    reasons = {one["kind"] for one in ask["mistakes"]}
    assert reasons == {"order"}


def test_an_edge_to_what_does_not_learn_is_offered_and_explained() -> None:
    rec = diamond()
    ask = next(ask for k, ask in asked(rec, "edge") if rec.steps[k + 1]["title"] == "a → x")
    assert [one["say"] for one in ask["mistakes"]] == ["Nothing goes to `k`: no leaf behind it learns."]


def test_a_node_that_waits_for_more_is_told_apart() -> None:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        a = x.exp()
        b = a * 2
        (a + b).backward()
    wrong = {one["kind"] for _, ask in asked(rec, "edge") for one in ask["mistakes"]}
    assert "waiting" in wrong


def test_nothing_is_hidden_by_a_choice_and_a_recorded_pass_offers_none() -> None:
    rec = diamond()
    made = scene.make(rec._recording, "edge")
    assert not any("hidden" in step for step in made["steps"])
    assert [step["say"] for step in made["steps"]] == [step["say"] for step in rec.steps]
    with lab.record() as recorded:
        x = lab.tensor(3.0, requires_grad=True)
        (x * x + x).backward(create_graph=True)
    assert asked(recorded, "edge") == []


def gets() -> dict[str, tuple[str, dict[str, str]]]:
    """For each name what becomes of its gradient, and what is said to the other answers."""
    with lab.record() as rec:
        w = lab.tensor(2.0, requires_grad=True)
        v = lab.tensor(2.0, requires_grad=True)
        k = lab.tensor(5.0)
        y = w * k
        cut = y.detach()
        unused = v * cut
        with lab.no_grad():
            off = y * 2
        y.backward()
    assert unused is not off
    titles = [step["title"] for step in rec.steps]
    return {
        titles[k]: (ask["choices"][ask["right"]], {one["kind"]: one["say"] for one in ask["mistakes"]})
        for k, ask in asked(rec, "grad")
    }


def test_who_gets_a_gradient_is_what_happened() -> None:
    yes, through, no = (
        "Yes, and its `.grad` keeps it",
        "One flows through it, but its `.grad` stays `None`",
        "No, none",
    )
    right = {name: answer for name, (answer, _) in gets().items()}
    assert {name: answer[:8] for name, answer in right.items()} == {
        "w": yes[:8], "v": no, "k": no, "y": through[:8], "cut": no, "unused": no, "off": no,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("w", {"kept", "reached"}),
        ("k", {"not_asked"}),
        ("y", {"not_leaf", "reached"}),
        ("cut", {"cut"}),
        ("off", {"cut"}),
        ("v", {"unused"}),
    ],
)
def test_wrong_beliefs_are_told_apart(name: str, kinds: set[str]) -> None:
    assert set(gets()[name][1]) == kinds


def test_a_leaf_does_not_tell_the_answer_beforehand() -> None:
    rec = diamond()
    first = asked(rec, "grad")[0][1]
    assert fill(first["say"], scene.make(rec._recording, "grad")) == "x starts as 3."


def test_nobody_is_asked_for_gradients_where_there_is_no_backward_pass() -> None:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        x * 2
    assert asked(rec, "grad") == []


def twins() -> Record:
    """Two leaves and two results that differ in nothing but who gets a gradient."""
    with lab.record() as rec:
        a = lab.tensor(3.0, requires_grad=True)
        b = lab.tensor(3.0)
        with lab.no_grad():
            d = a * b + 1
        c = a * b + 1
        (c * d).backward()
    return rec


def at_question(name: str) -> tuple[dict[str, Any], Any]:
    """A Scene that asks who gets a gradient, and the moment of the question about a name."""
    made = scene.make(twins()._recording, "grad")
    k = next(k for k, step in enumerate(made["steps"]) if "ask" in step and step["title"] == name)
    return made, moment(made, k)


def test_until_it_is_answered_nothing_tells_who_gets_a_gradient() -> None:
    made, at = at_question("a")
    cards = {data["label"]: dict(data) for data in at.scene["nodes"].values()}
    for one, other in (("a", "b"), ("c", "d")):
        shown = cards[one].keys() - {"label", "so_far"}
        assert [cards[one][key] for key in shown] == [cards[other][key] for key in shown]
    assert {edge["reached"] for edge in at.scene["edges"].values()} == {True}
    assert {at.gradient(node)["data"] for node in made["nodes"]} == {"?"}
    sizes = {tuple(box[2:]) for box in made["layout"]["nodes"].values()}
    assert {tall for _, tall in sizes} == {70}
    forward = [step for step in made["steps"] if step["phase"] == "forward"]
    told = [step.get("ask", {}).get("say") or step.get("before", step["say"]) for step in forward]
    assert not [say for say in told if "learn" in say or "requires_grad" in say]


def test_an_answer_shows_its_own_card_and_those_of_other_names_stay_hidden() -> None:
    made, at = at_question("c")
    known = [data["label"] for data in at.scene["nodes"].values() if "asked" not in data]
    assert known == ["a", "b", "d"]
    last = moment(made)
    assert last.scene["nodes"] == made["nodes"] and last.scene["edges"] == made["edges"]


def test_nothing_is_hidden_when_its_gradient_arrives() -> None:
    with lab.record() as rec:
        w = lab.tensor(2.0, requires_grad=True)
        for _ in range(2):
            y = w * 3 + 1
            (y * y).backward()
        after = w * 2
        (after + 1).backward()
    made = scene.make(rec._recording, "grad")
    by = {node: k for k, step in enumerate(made["steps"]) for node in step.get("ask", {}).get("instead", ())}
    for k, step in enumerate(made["steps"]):
        assert not [node for what, node, _ in step["effects"] if what in ("grad", "store", "edge") and by.get(node, -1) >= k]  # fmt: skip # noqa: E501


def test_the_picture_beside_the_widget_does_not_tell_either() -> None:
    made, _ = at_question("a")
    drawn = picture.svg(made, 0)
    assert not [word for word in ("learns", "fixed", "a.grad", look.LEARNS) if word in drawn]
    assert picture.svg(made).count("learns") > 0


def test_what_detach_and_whole_numbers_do_is_not_told_before_the_answer() -> None:
    with lab.record() as rec:
        x = lab.tensor([1.0, 3.0], requires_grad=True)
        cut = x.detach()
        most = x.argmax()
        (x * cut).sum().backward()
    assert most is not cut
    steps = scene.make(rec._recording, "grad")["steps"]
    asks = {step["title"]: (step["ask"]["say"], step["say"]) for step in steps if "ask" in step}
    for name in ("cut", "most"):
        before, after = asks[name]
        assert "no gradient" in after and "gradient" not in before
