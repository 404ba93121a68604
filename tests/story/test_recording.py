"""What a recording says happened, against what did happen."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import autograd_lab as lab
from autograd_lab import Record
from autograd_lab.faces.moment import moment


def kinds(rec: Record) -> list[str]:
    return [step["kind"] for step in rec.steps]


def titles(rec: Record) -> list[str]:
    return [step["title"] for step in rec.steps]


def data(rec: Record, key: str) -> Any:
    return rec.scene["values"][key]["data"]


def said(rec: Record, k: int) -> str:
    """A step's sentence with its numbers filled in."""
    text = rec.steps[k]["say"]
    for key, value in rec.scene["values"].items():
        text = text.replace("{" + key + "}", str(value.get("data")).replace("'", ""))
    return str(text)


def example_2() -> Record:
    with lab.record() as rec:
        a = lab.Variable(lab.tensor([5.0, 4.0]), requires_grad=True)
        b = lab.Variable(lab.tensor([6.0, 8.0]))
        y = (a**2) + (5 * b)
        z = y.mean()
        z.backward()
    return rec


def test_the_second_example_step_by_step() -> None:
    rec = example_2()
    assert kinds(rec) == ["leaf"] * 2 + ["op"] * 4 + ["seed", "flow", "flow", "flow", "store"]
    assert titles(rec) == [
        "a",
        "b",
        "a**2",
        "5 * b",
        "y",
        "z",
        "seed z",
        "z → y",
        "y → a**2",
        "a**2 → a",
        "a.grad",
    ]
    assert said(rec, 9).endswith("multiplied by [10, 8]: [5, 4] arrives at `a`.")
    assert "Nothing goes to `5 * b`" in said(rec, 8)


def test_numbers_in_a_step_are_the_engines_own() -> None:
    rec = example_2()
    numbers = [
        data(rec, cell["v"]) for cell in rec.steps[9]["formula"][0]["rows"][-1] if isinstance(cell, dict)
    ]
    assert numbers == [["0.5", "0.5"], ["10", "8"], ["5", "4"]]  # upstream, local, contribution


def test_the_rule_is_written_with_the_users_names() -> None:
    rule = example_2().steps[9]["formula"][0]["rows"][1][2]
    assert rule == {"m": ["mrow", ["mo", "="], ["mrow", ["mn", "2"], ["mi", "a"]]], "rule": True}


def test_each_step_knows_its_expression_and_operand() -> None:
    rec = example_2()
    lines = [row["text"] for row in rec.scene["lines"]]

    def text(span: list[int]) -> str:
        return str(lines[span[0]][span[1] : span[2]])

    assert [text(rec.steps[k]["span"]) for k in (2, 3, 4, 5)] == [
        "a**2",
        "5 * b",
        "(a**2) + (5 * b)",
        "y.mean()",
    ]
    flow = rec.steps[9]
    assert (text(flow["span"]), text(flow["operand"])) == ("a**2", "a")
    assert lines[flow["line"]] == "z.backward()"


def test_what_is_written_second_is_the_operand_that_receives() -> None:
    b = lab.tensor([1.0, 2.0], requires_grad=True)
    rate = 3.0
    with lab.record() as rec:
        y = 5 * b
        z = (rate + y).sum()
        z.backward()

    def text(span: Any) -> str:
        return str(rec.scene["lines"][span[0]]["text"][span[1] : span[2]])

    flows = [step for step in rec.steps if step["kind"] == "flow"]
    assert [text(step["operand"]) for step in flows] == ["rate + y", "y", "b"]
    assert [step["caption"][:4] for step in rec.steps[1:3]] == ["= 5 ", "= 3 "]
    assert (5 * b).grad_fn._saved_other == 5.0  # it is run as b * 5, as in PyTorch


def test_what_is_changed_before_it_is_known_is_told_as_it_was() -> None:
    w = lab.tensor([8.0, 16.0], requires_grad=True)
    (w * w).sum().backward()
    with lab.record() as rec, lab.no_grad():
        w -= 0.25 * w.grad
    assert [node["label"] for node in rec.scene["nodes"].values()] == ["w.grad", "0.25 * w.grad", "w"]
    assert said(rec, -1) == "`w` is changed in place: [8, 16] becomes [4, 8]. It is still the same Variable."


def test_contributions_to_one_variable_arrive_as_pytorch_sends_them() -> None:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        y = x * x
        z = y + x
        z.backward()
    totals = [
        data(rec, s["effects"][-1][2])
        for s in rec.steps
        if s["kind"] == "flow" and s["title"].endswith(("x", ")"))
    ]
    assert totals == ["1", "4", "7"]
    assert (
        sum(edge["to"] == rec.steps[1]["node"] for edge in rec.scene["edges"].values()) == 2
    )  # x * x: two edges
    assert kinds(rec).count("store") == 1


def test_a_leaf_stores_as_soon_as_all_has_arrived_there() -> None:
    with lab.record() as rec:
        a, b = lab.tensor(2.0, requires_grad=True), lab.tensor(3.0, requires_grad=True)
        (a * 2 * b).backward()
    assert kinds(rec)[-6:] == ["seed", "flow", "flow", "store", "flow", "store"]
    assert [step["node"] for step in rec.steps if step["kind"] == "store"] == [
        rec.steps[1]["node"],
        rec.steps[0]["node"],
    ]


def test_leaves_that_backward_begins_at_store_in_their_turn() -> None:
    with lab.record() as rec:
        a, b = lab.tensor(2.0, requires_grad=True), lab.tensor(3.0, requires_grad=True)
        lab.autograd.backward([a, b])
    assert kinds(rec)[-4:] == ["seed", "seed", "store", "store"]


def test_what_learns_and_gets_no_gradient_is_told_apart_too() -> None:
    with lab.record() as rec:
        w = lab.tensor([1.0, 2.0], requires_grad=True)
        v = lab.tensor([3.0, 4.0], requires_grad=True)
        h = (w * 2).detach()
        (h * v).sum().backward()
    nodes, edges = rec.scene["nodes"], rec.scene["edges"]
    reached = {node["label"]: node["reached"] for node in nodes.values()}
    assert reached == {
        "w": False,
        "v": True,
        "w * 2": False,
        "h": False,
        "h * v": True,
        "(h * v).sum()": True,
    }
    ways = {(nodes[e["from"]]["label"], nodes[e["to"]]["label"]) for e in edges.values() if e["reached"]}
    assert ways == {("v", "h * v"), ("h * v", "(h * v).sum()")}
    with lab.record() as rec:
        (lab.tensor(1.0, requires_grad=True) * 2).detach()
    assert [node["reached"] for node in rec.scene["nodes"].values()] == [
        True,
        True,
        False,
    ]  # nothing ran back


def test_what_no_gradient_reaches_is_recorded_and_told_apart() -> None:
    nodes = {node["label"]: node for node in example_2().scene["nodes"].values()}
    assert nodes["a"]["learns"] and not nodes["b"]["learns"]
    assert "grad" not in nodes["5 * b"] and not nodes["5 * b"]["reached"]
    assert nodes["y"]["grad"] == "grad" and nodes["z"]["kind"] == "result"


def helper(x: Any, w: Any) -> Any:
    inner = x * w
    return inner + 1


def test_names_come_through_helpers() -> None:
    with lab.record() as rec:
        w = lab.tensor(2.0, requires_grad=True)
        out = helper(w, 3)
        out.backward()
    assert titles(rec)[:3] == ["w", "inner", "out"]
    shown = [row.get("head", row.get("text")) for row in rec.scene["lines"]]
    assert "helper, defined elsewhere" in shown and "    inner = x * w" in shown
    row = rec.scene["lines"][rec.steps[1]["span"][0]]
    assert row["text"][rec.steps[1]["span"][1] : rec.steps[1]["span"][2]] == "x * w"


def doubled(x: Any) -> Any:
    while True:
        yield x * 2


def test_a_generator_is_told_where_it_was_resumed() -> None:
    """One frame, whose surroundings change: what is kept of a frame's surroundings must not be."""
    with lab.record() as rec:
        numbers = doubled(lab.tensor(1.0, requires_grad=True))
        one = next(numbers)
        two = next(numbers)
        (one + two).backward()
    (inside, first), (again, second) = (event.frames for event in rec._recording.events[1:3])
    assert inside == again and first != second


def test_rounds_of_a_loop_have_labels_of_their_own() -> None:
    with lab.record() as rec:
        w = lab.tensor(1.0, requires_grad=True)
        for _ in range(2):
            loss = (w * 2) ** 2
            loss.backward()
    labels = [node["label"] for node in rec.scene["nodes"].values()]
    assert labels == ["w", "w * 2", "loss", "w * 2 #2", "loss₂"]
    row = next(row for row in rec.scene["variables"] if row["name"] == "loss")
    assert len(row["nodes"]) == 2


def test_parameters_are_named_as_they_were_made_and_are_in_the_table() -> None:
    """Not by the loop that updates them, whose variable is each of them for a while."""
    with lab.record() as rec:
        model = Model()
        (model.w * 3 + model.b).backward()
        for p in (model.w, model.b):
            p.data -= p.grad
    labels = [node["label"] for node in rec.scene["nodes"].values() if node["learns"]]
    assert labels == ["self.w", "self.b"] == [row["name"] for row in rec.scene["variables"]]


def test_what_a_helper_calls_it_that_it_was_handed_to_is_not_its_name() -> None:
    def squash(x: lab.Variable) -> lab.Variable:
        return x.tanh()

    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        y = squash(x * 2)
        y.backward()
    assert [node["label"] for node in rec.scene["nodes"].values()] == ["x", "x * 2", "y"]
    assert [row["name"] for row in rec.scene["variables"]] == ["x", "y"]


class Model:
    def __init__(self) -> None:
        self.w = lab.tensor(1.0, requires_grad=True)
        self.b = lab.tensor(0.0, requires_grad=True)


def test_what_is_written_into_a_part_does_not_take_the_name_of_what_it_is_written_to() -> None:
    x = lab.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    with lab.record() as rec:
        with lab.no_grad():
            y = x + x
        flags = x > 2
        y[0] = flags[-1]
    assert titles(rec)[1:] == ["x", "y", "flags", "flags[-1]", "cast", "y in place"]


def test_a_second_pass_is_added_to_what_grad_holds() -> None:
    with lab.record() as rec:
        w = lab.tensor(1.0, requires_grad=True)
        (w * 2).backward()
        (w * 3).backward()
    stores = [k for k, kind in enumerate(kinds(rec)) if kind == "store"]
    told = "still held 2, which nothing had cleared; 3 is added, and that makes 5."
    assert said(rec, stores[1]).endswith(told)


def test_a_new_pass_clears_what_the_last_one_painted() -> None:
    with lab.record() as rec:
        w = lab.tensor(1.0, requires_grad=True)
        loss = w * 2
        loss.backward(retain_graph=True)
        loss.backward()
    second = [s for s in rec.steps if s["kind"] == "seed"][1]
    cleared = [effect for effect in second["effects"] if effect[2] is None]
    assert {effect[0] for effect in cleared} == {"edge", "grad"}


def test_an_update_in_place_changes_the_same_node() -> None:
    with lab.record() as rec:
        w = lab.tensor(1.0, requires_grad=True)
        (w * 2).backward()
        with lab.no_grad():
            w -= 0.1 * w.grad
        w.grad.zero_()
    assert kinds(rec)[-5:] == ["note", "leaf", "op", "inplace", "note"]
    change = rec.steps[-2]
    assert change["effects"][0][:2] == ["value", rec.steps[0]["node"]]
    assert data(rec, change["effects"][0][2]) == "0.8"
    assert rec.steps[-1]["effects"][0][0] == "store" and data(rec, rec.steps[-1]["effects"][0][2]) == "0"


def test_an_in_place_operation_with_a_history_is_a_node() -> None:
    with lab.record() as rec:
        w = lab.tensor(2.0, requires_grad=True)
        h = w * 3
        h *= 4
        h.backward()
    assert kinds(rec) == ["leaf", "op", "inplace", "seed", "flow", "flow", "store"]
    assert w.grad.item() == 12.0 and len(rec.scene["nodes"]) == 3


def test_a_failing_cell_keeps_the_steps_up_to_the_failure() -> None:
    with pytest.raises(RuntimeError, match="cannot be multiplied"), lab.record() as rec:
        p = lab.ones(2, 3, requires_grad=True)
        q = lab.ones(4, 5)
        r = p * 2
        r @ q
    assert kinds(rec) == ["leaf", "leaf", "op", "error"]
    node = rec.scene["nodes"][rec.steps[-1]["node"]]
    assert node["failed"] and node["note"] == "matmul · failed"
    assert "(2, 3)" in rec.steps[-1]["say"] and "(4, 5)" in rec.steps[-1]["say"]


def test_an_error_that_is_no_operations_is_a_step_too() -> None:
    with pytest.raises(ZeroDivisionError), lab.record() as rec:
        x = lab.tensor(1.0, requires_grad=True)
        x * 2
        1 / 0  # noqa: B018
    assert kinds(rec)[-1] == "error" and rec.steps[-1]["node"] is None
    row = rec.scene["lines"][rec.steps[-1]["line"]]
    assert row["text"].startswith("1 / 0")


def test_a_recording_stops_at_its_limit_and_says_so() -> None:
    with lab.record(limit=3) as rec:
        x = lab.tensor(1.0, requires_grad=True)
        for _ in range(10):
            x = x * 1.5
        x.backward()
    assert rec.operations == 3
    assert kinds(rec) == ["leaf", "op", "op", "op", "note"]
    assert "3 operations" in rec.steps[-1]["say"]
    assert x.item() == pytest.approx(1.5**10)


def test_a_graph_from_before_the_recording_is_taken_along() -> None:
    w = lab.tensor(2.0, requires_grad=True)
    h = w * 3
    with lab.record() as rec:
        g = h * h
        g.backward()
    labels = {node["label"] for node in rec.scene["nodes"].values()}
    assert {"w", "h", "g"} <= labels
    assert w.grad.item() == 36.0
    assert [s["title"] for s in rec.steps if s["kind"] == "store"] == ["w.grad"]


def test_leaves_that_nothing_uses_are_left_out() -> None:
    with lab.record() as rec:
        lab.tensor(1.0)
        x = lab.Variable(lab.tensor([2.0]), requires_grad=True)
        x * 2
    assert titles(rec) == ["x", "x * 2"]


def test_no_grad_is_a_note_and_its_results_do_not_learn() -> None:
    with lab.record() as rec:
        x = lab.tensor(1.0, requires_grad=True)
        with lab.no_grad():
            y = x * 2
    assert kinds(rec) == ["leaf", "note", "op"]
    assert "will not learn" in rec.steps[-1]["say"] and not y.requires_grad


@pytest.mark.parametrize("mode", [lab.inference_mode(), lab.enable_grad(), lab.set_grad_enabled(True)])
def test_every_mode_is_a_note(mode: Any) -> None:
    with lab.record() as rec, mode:
        lab.tensor(1.0) * 2
    assert kinds(rec) == ["note", "leaf", "op"]
    assert "record" in rec.steps[0]["say"].lower()


def test_recorded_values_are_not_changed_by_later_changes() -> None:
    with lab.record() as rec:
        x = lab.tensor([1.0, 2.0])
        y = x * 2
        y.numpy()[0] = 99
    assert data(rec, rec.steps[1]["effects"][0][2]) == ["2", "4"]


def test_a_view_that_lost_its_history_may_be_changed_while_recording_too() -> None:
    x = lab.ones(2, 3, requires_grad=True)
    with lab.record() as rec, lab.no_grad():
        row = x[0]
        x += 1
        row *= 0.5
    assert x.tolist() == [[1, 1, 1], [2, 2, 2]]
    assert data(rec, rec.steps[-1]["effects"][0][2]) == ["1", "1", "1"]


def test_a_part_keeps_its_numbers_however_its_whole_lies_in_memory() -> None:
    with lab.record() as rec:
        x = lab.arange(8.0).reshape(2, 2, 2).transpose(0, 1)
        y = x + x  # in memory as x is: neither row by row nor column by column
        row = y[1]
        y *= 0
    assert not (y._array.flags.c_contiguous or y._array.flags.f_contiguous)
    told = {step["title"]: step["effects"][0][2] for step in rec.steps if step["kind"] == "op"}
    assert data(rec, told["row"]) == [["4", "6"], ["12", "14"]] and row.sum() == 0


def test_one_recording_at_a_time() -> None:
    with lab.record(), pytest.raises(RuntimeError, match="running already"), lab.record():
        pass
    with lab.record() as rec:
        lab.tensor(1.0) * 2
    assert rec.operations == 1


def test_a_scene_is_plain_json_and_the_same_each_time() -> None:
    first, second = (json.dumps(example_2().scene, allow_nan=False) for _ in range(2))
    assert first == second


def test_broadcasting_forward_is_summing_backward() -> None:
    with lab.record() as rec:
        x = lab.ones(2, 3)
        b = lab.zeros(3, requires_grad=True)
        (x + b).sum().backward()
    flow = next(s for s in rec.steps if s["title"].endswith("→ b"))
    assert "stretched from (3,) to (2, 3)" in flow["say"]
    assert flow["formula"][1]["roles"][-1] == "summed"
    np.testing.assert_allclose(b.grad.numpy(), [2, 2, 2])


def test_a_negative_base_stands_in_brackets() -> None:
    with lab.record() as rec:
        x = lab.tensor(-3.0, requires_grad=True)
        x**2
    assert rec.steps[1]["caption"].startswith("= ({")
    assert rec.steps[1]["formula"][0]["rows"][1][0]["n"][1][1] == ["mo", "("]


def test_a_rebound_name_keeps_what_each_of_its_variables_is() -> None:
    with lab.record() as rec:
        w = lab.tensor(1.0, requires_grad=True)
        (w * 3).backward()
        with lab.no_grad():
            w = w - 0.1 * w.grad
    first, second = next(row["nodes"] for row in rec.scene["variables"] if row["name"] == "w")
    nodes = rec.scene["nodes"]
    assert (nodes[first]["requires_grad"], nodes[first]["stored"]) == (True, True)
    assert not nodes[second]["requires_grad"]


def test_the_networkx_graph_carries_what_the_scene_shows() -> None:
    rec = example_2()
    nodes = {data["label"]: data for _, data in rec.graph.nodes(data=True)}
    assert (nodes["a"]["value"], nodes["a"]["gradient"], nodes["b"]["gradient"]) == ("[5, 4]", "[5, 4]", None)
    assert nodes["a"]["pos"][0] < nodes["z"]["pos"][0]
    assert {data["contribution"] for *_, data in rec.graph.edges(data=True)} == {"[5, 4]", "[0.5, 0.5]", None}


def test_what_was_not_picked_gets_nothing() -> None:
    with lab.record() as rec:
        x = lab.tensor([1.0, 2.0, 3.0], requires_grad=True)
        x[1:].sum().backward()
    says = [step["say"] for step in rec.steps]
    assert says[1].startswith("Pick elements of `x`") and "the rest gets 0" in says[-2]


def test_gradients_set_to_none_are_one_step() -> None:
    w, b = lab.tensor([1.0, 2.0], requires_grad=True), lab.tensor(1.0, requires_grad=True)
    opt = lab.optim.SGD([w, b], lr=0.1)
    with lab.record() as rec:
        opt.zero_grad()  # there is nothing yet to let go of
        for _ in range(2):
            (w.sum() + b).backward()
            opt.zero_grad()
        w.grad = None
    notes = [k for k, step in enumerate(rec.steps) if step["kind"] == "note"]
    assert len(notes) == 2 and notes[-1] == len(rec.steps) - 1
    assert (
        said(rec, notes[0])
        == "`.grad` of `w` and `b` is set to None, so that the next backward pass starts afresh."
    )
    leaves = [node for node, data in rec.scene["nodes"].items() if data["kind"] == "leaf"]
    assert [moment(rec.scene).gradient(leaf) for leaf in leaves] == [None, None]
    assert not any("which nothing had cleared" in step["say"] for step in rec.steps)


def test_one_gradient_set_to_none_has_its_name() -> None:
    w = lab.tensor([1.0, 2.0], requires_grad=True)
    with lab.record() as rec:
        w.sum().backward()
        del w.grad
    assert titles(rec)[-1] == "w.grad = None"


def test_a_gradient_changed_in_place_is_not_called_zero() -> None:
    with lab.record() as rec:
        w = lab.tensor(1.0, requires_grad=True)
        (w * 2).backward()
        w.grad *= 0.5
    assert rec.steps[-1]["title"] == "w.grad changed"
    assert said(rec, -1) == "The gradient of `w` is changed in place. It is now 1."


def test_a_sum_stands_in_brackets_in_the_recording_s_name() -> None:
    with lab.record() as rec:
        x = lab.tensor(1.0, requires_grad=True)
        (x + 2.0).backward()
    assert rec.scene["name"] == "(x + 2.0).backward()"
    with lab.record() as rec:
        x.exp().backward()
    assert rec.scene["name"] == "x.exp().backward()"


def test_what_only_a_change_in_place_reads_is_told_and_not_drawn() -> None:
    w = lab.tensor([1.0, 2.0], requires_grad=True)
    optimizer = lab.optim.SGD([w], lr=0.1, momentum=0.9)
    with lab.record() as rec:
        for _ in range(2):
            optimizer.zero_grad()
            (w * w).sum().backward()
            optimizer.step()
    captions = [step["caption"] for step in rec.steps if "in place" in step["title"] and "caption" in step]
    assert len(captions) == 2
    assert [n["label"] for n in rec.scene["nodes"].values()].count("w.grad") == 1


def test_an_array_of_one_number_is_told_as_a_number() -> None:
    with lab.record() as rec:
        x = lab.tensor([2.0], requires_grad=True)
        (x * np.array([3.0], np.float32)).backward()
    assert "2 × 3 = 6" in str(rec)


class Net(lab.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc = lab.nn.Linear(2, 3)
        self.rest = lab.nn.Sequential(lab.nn.Tanh(), lab.nn.Linear(3, 1))
        lab.nn.init.uniform_(self.rest[1].bias)

    def forward(self, x: Any) -> Any:
        return self.rest(self.fc(x))


def test_a_module_that_is_made_meanwhile_shows_what_its_parameters_start_with() -> None:
    with lab.record() as rec:
        net = Net()
        net(lab.ones(1, 2)).sum().backward()
    nodes = {node["label"]: i for i, node in rec.scene["nodes"].items()}
    names = ["net.fc.weight", "net.fc.bias", "net.rest[1].weight", "net.rest[1].bias"]
    assert [label for label in nodes if label.startswith("net.")] == names
    assert [step["title"] for step in rec.steps if step["kind"] == "leaf"][: len(names)] == names
    assert "detach" not in " ".join(titles(rec))
    for name, parameter in zip(names, net.parameters(), strict=True):
        held = [
            what[2] for step in rec.steps for what in step["effects"] if what[:2] == ["value", nodes[name]]
        ]
        values = np.ravel(np.array(data(rec, held[-1]), dtype=float))
        assert values == pytest.approx(parameter.detach().numpy().ravel(), abs=1e-4)


def test_what_shares_memory_changes_with_it() -> None:
    with lab.record() as rec:
        w = lab.zeros(2)
        p = lab.nn.Parameter(w)
        with lab.no_grad():
            w.fill_(2.0)
        (p * w).sum().backward()
    assert "[2, 2] × [2, 2] = [4, 4]" in str(rec)
