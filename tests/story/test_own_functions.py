"""Hooks, custom Functions and recorded backward passes: steps with the learner's own lines."""

from __future__ import annotations

from functools import partial
from typing import Any

import autograd_lab as lab
from autograd_lab import Record
from autograd_lab.faces.scene_text import fill

from .test_recording import kinds, titles


def sentence(rec: Record, k: int) -> str:
    return fill(rec.steps[k]["say"], rec.scene)


def marked(rec: Record, step: dict[str, Any]) -> list[str]:
    """The source text that a step marks, line by line."""
    spans = step.get("spans") or [step["span"]]
    return [rec.scene["lines"][line]["text"][start:end] for line, start, end in spans]


class Cube(lab.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        """What stands here is no line that runs."""
        ctx.save_for_backward(x)
        square = x * x
        return square * x

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        slope = 3 * x * x
        return g * slope


def cubed() -> Record:
    with lab.record() as rec:
        x = lab.tensor(2.0, requires_grad=True)
        y = Cube.apply(x)
        y.backward()
    return rec


def numbers(rec: Record, step: dict[str, Any]) -> list[str]:
    """The formulas of a step in numbers."""
    from autograd_lab.faces.scene_text import how

    return how(rec.scene, step).split("; ")


def test_a_custom_function_is_told_with_its_own_lines() -> None:
    rec = cubed()
    assert titles(rec) == ["x", "y", "seed y", "y → x", "x.grad"]
    assert marked(rec, rec.steps[1]) == ["ctx.save_for_backward(x)", "square = x * x", "return square * x"]
    line, start, end = rec.steps[3]["operand"]
    assert rec.scene["lines"][line]["text"][start - 11 : end + 1] == "Cube.apply(x)"
    assert marked(rec, rec.steps[3]) == ["(x,) = ctx.saved_tensors", "slope = 3 * x * x", "return g * slope"]


def test_what_it_works_out_is_in_its_formula_and_not_in_the_picture() -> None:
    rec = cubed()
    assert numbers(rec, rec.steps[1]) == ["2 × 2 = 4", "4 × 2 = 8", "Cube(2) = 8"]
    assert numbers(rec, rec.steps[3]) == ["3 × 2 = 6", "6 × 2 = 12", "1 × 12 = 12", "1 → 12"]
    assert sorted(node["label"] for node in rec.scene["nodes"].values()) == ["x", "y"]
    assert [row["name"] for row in rec.scene["variables"]] == ["x", "y"]


def test_each_contribution_of_a_custom_function_shows_what_led_to_it() -> None:
    class Product(lab.autograd.Function):
        @staticmethod
        def forward(ctx: Any, a: Any, b: Any) -> Any:
            ctx.save_for_backward(a, b)
            return a * b

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            a, b = ctx.saved_tensors
            return g * b, g * a

    with lab.record() as rec:
        a, b = (lab.tensor(value, requires_grad=True) for value in (2.0, 5.0))
        Product.apply(a, b).backward()
    flows = [numbers(rec, step) for step in rec.steps if step["kind"] == "flow"]
    assert flows == [["1 × 5 = 5", "1 → 5"], ["1 × 2 = 2", "1 → 2"]]


def double(g: Any) -> Any:
    return g * 2


def hooked() -> Record:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        h = x * x
        h.register_hook(double)
        h.register_hook(lambda g: None)
        h.grad_fn.register_prehook(lambda gs: (gs[0] + 1,))
        h.grad_fn.register_hook(lambda inputs, outputs: (inputs[0] * 10, inputs[1]))
        x.register_post_accumulate_grad_hook(lambda leaf: leaf.grad.zero_())
        h.backward()
    return rec


def test_each_hook_is_a_step_where_it_ran() -> None:
    rec = hooked()
    assert kinds(rec) == ["leaf", "op", "seed", *["hook"] * 4, "flow", "flow", "store", "note", "hook"]
    assert {step["phase"] for step in rec.steps[2:]} == {"backward"}
    assert [sentence(rec, k) for k in (3, 4, 5, 6, 11)] == [
        "The hook double is given the gradient of h, 1, and puts 2 in its place.",
        "The hook <lambda> is given the gradient of h, 2, and leaves it as it is.",
        "Before the node of h sends gradients on, the hook <lambda> is given what arrived there, 2, "
        "and puts 3 in its place.",
        "The node of h has worked out what it sends. The hook <lambda> is given that, 9 and 9, "
        "and puts 90 and 9 in its place.",
        "The .grad of x has been written. Now the hook <lambda> runs.",
    ]
    assert marked(rec, rec.steps[3]) == ["return g * 2"]
    assert numbers(rec, rec.steps[3]) == ["1 × 2 = 2", "1 → 2"]


def test_a_contribution_that_a_hook_changed_is_not_told_as_the_rule_s() -> None:
    rec = hooked()
    assert (
        sentence(rec, 7)
        == "The hook <lambda> put this in place of what the node of h had worked out: 90 arrives at x."
    )
    assert sentence(rec, 8).startswith(
        "The slope of a product along one factor is the other factor, x: 9 arrives"
    )


def test_a_hook_that_leaves_an_array_is_told_so() -> None:
    with lab.record() as rec:
        x = lab.tensor([1.0, 2.0], requires_grad=True)
        x.register_hook(print)
        x.sum().backward()
    told = next(sentence(rec, k) for k, step in enumerate(rec.steps) if step["kind"] == "hook")
    assert told == "The hook print is given the gradient of x, [1, 1], and leaves it as it is."


def test_a_partial_is_called_by_its_function_and_shows_its_lines() -> None:
    def scaled(by: float, g: Any) -> Any:
        return g * by

    with lab.record() as rec:
        x = lab.tensor(2.0, requires_grad=True)
        x.register_hook(partial(scaled, 3))
        (x * 2).backward()
    hook = rec.steps[kinds(rec).index("hook")]
    assert hook["title"] == "hook scaled" and marked(rec, hook) == ["return g * by"]


def test_a_gradient_that_a_hook_kept_is_a_node_once_it_is_used() -> None:
    kept = []
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        y = x * x
        y.register_hook(lambda g: kept.append(g * 4))
        y.backward()
        z = kept[0] + x
    assert "g * 4" in {node["label"] for node in rec.scene["nodes"].values()}
    assert z.item() == 7


def test_questions_do_not_tell_what_a_hook_made_of_a_hidden_gradient() -> None:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        h = x * x
        h.register_hook(double)
        (h * 1).backward()
    scene = rec._asking("flow")
    hook = next(step for step in scene["steps"] if step["kind"] == "hook")
    ask = scene["steps"][hook["hidden"]]["ask"]
    told = {key for key in scene["values"] if "{" + key + "}" in hook["say"]}
    assert told <= set(ask["hides"])


# ---------------------------------------------------------------- a backward pass that is recorded
def twice() -> Record:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        y = x.sin() * x
        y.backward(create_graph=True)
        x.grad.backward()
    return rec


def test_a_recorded_pass_is_drawn_as_a_graph_of_gradients() -> None:
    rec = twice()
    labels = [node["label"] for node in rec.scene["nodes"].values()]
    assert labels == [
        "x", "x.sin()", "y", "∂y/∂y", "∂y/∂(x.sin())", "∂y/∂x through y", "cos(x)",
        "∂y/∂x through x.sin()", "∂y/∂x", "x.grad",
    ]  # fmt: skip
    first = kinds(rec).index("seed")
    assert {step["phase"] for step in rec.steps[first:]} == {"backward"}
    assert "create_graph=True" in rec.steps[first]["say"]


def test_what_a_recorded_pass_makes_has_its_value_when_it_is_shown() -> None:
    from autograd_lab.faces.scene_text import state_at

    rec = twice()
    last = state_at(rec.scene)["value"]
    assert set(last) == set(rec.scene["nodes"])
    stored = next(i for i, node in rec.scene["nodes"].items() if node["label"] == "x.grad")
    assert rec.scene["values"][last[stored]]["data"] == "-2.8289"


def test_the_second_pass_flows_through_what_the_first_one_made() -> None:
    rec = twice()
    second = [k for k, step in enumerate(rec.steps) if step["kind"] == "seed"][1]
    assert titles(rec)[second : second + 3] == ["seed x.grad", "x.grad → ∂y/∂x", "∂y/∂x → ∂y/∂x through y"]


def test_a_gradient_that_got_a_name_is_called_by_it() -> None:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        y = x**3
        (slope,) = lab.autograd.grad(y, x, create_graph=True)
        slope.backward()
    assert "slope" in [node["label"] for node in rec.scene["nodes"].values()]
    assert x.grad.item() == 18 == slope.item() - 9


def test_a_recorded_pass_through_a_custom_function_shows_its_lines_as_nodes() -> None:
    with lab.record() as rec:
        x = lab.tensor(2.0, requires_grad=True)
        y = Cube.apply(x)
        y.backward(create_graph=True)
    labels = {node["label"] for node in rec.scene["nodes"].values()}
    assert {"slope", "x.grad"} <= labels and "square" not in labels


def test_a_recorded_pass_asks_nothing() -> None:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        (x * x).backward(create_graph=True)
    assert not any("ask" in step for step in rec._asking("flow")["steps"])


def test_of_several_outputs_the_one_that_a_gradient_came_to_gives() -> None:
    with lab.record() as rec:
        x = lab.tensor([[2.0, 0.0], [0.0, 1.0]], requires_grad=True)
        _, vectors = lab.linalg.eigh(x)
        (vectors * vectors).sum().backward()
    assert titles(rec)[-2:] == ["vectors → x", "x.grad"]
