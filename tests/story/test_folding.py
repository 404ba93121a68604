"""What folds into one node, and where everything stands with any of it open."""

from __future__ import annotations

import random
from itertools import combinations, pairwise
from typing import Any

import pytest

import autograd_lab as lab
from autograd_lab import nn
from autograd_lab.faces.moment import moment
from autograd_lab.story import groups
from autograd_lab.story.place import chains, place

Scene = dict[str, Any]


def helper(x: Any, w: Any) -> Any:
    for _ in range(2):
        x = x * w
    return (x + 1).tanh()


def calls() -> Scene:
    with lab.record() as rec:
        x, w = lab.tensor(2.0), lab.tensor(0.5, requires_grad=True)
        y = helper(x, w)
        z = helper(y, w)
        z.backward()
    return rec.scene


def rounds() -> Scene:
    with lab.record() as rec:
        h, w = lab.tensor([0.0, 1.0]), lab.tensor([0.5, 0.25], requires_grad=True)
        for k in range(10):
            h = h * w + k
            h = h.tanh() * 2
            h = (h - w) / 3 + h
        h.sum().backward()
    return rec.scene


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(2, 3)
        self.rest = nn.Sequential(nn.Linear(3, 3), nn.Tanh())

    def forward(self, x: Any) -> Any:
        return self.rest(self.first(x).relu() * 2).sum()


def module() -> Scene:
    lab.manual_seed(0)
    model = Net()
    with lab.record() as rec:
        for x in lab.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0], [9.0, 8.0], [7.0, 6.0]]):
            model(x).backward()
    return rec.scene


def neuron(ws: list[Any], xs: list[Any]) -> Any:
    return sum((w * x for w, x in zip(ws, xs, strict=True)), lab.tensor(0.0)).tanh()


def nested() -> Scene:
    with lab.record() as rec:
        layers = [
            [[lab.tensor(0.1 * j, requires_grad=True) for j in range(4)] for _ in range(4)] for _ in range(5)
        ]
        loss = lab.tensor(0.0)
        for k in range(3):
            xs = [lab.tensor(float(k)) for _ in range(4)]
            for layer in layers:
                xs = [neuron(ws, xs) for ws in layer]
            loss = loss + xs[0]
        loss.backward()
    return rec.scene


def line() -> Scene:
    with lab.record() as rec:
        x = lab.tensor(0.5, requires_grad=True)
        y = x * 1.01 + x * 1.02 + x * 1.03 + x * 1.04 + x * 1.05 + x * 1.06 + x * 1.07 + x * 1.08 + x * 1.09
        y = y * 1.01 + x * 1.02 + y * 1.03 + y * 1.04 + y * 1.05 + x * 1.06 + y * 1.07 + y * 1.08 + x * 1.09
        y = (
            y
            + y * 1.01
            - x * 1.02
            + y * 1.03
            - y * 1.04
            + y * 1.05
            - x * 1.06
            + y * 1.07
            - y * 1.08
            + x * 1.09
        )
        y = (
            y
            + y * 1.01
            - x * 1.02
            + y * 1.03
            - y * 1.04
            + y * 1.05
            - x * 1.06
            + y * 1.07
            - y * 1.08
            + x * 1.09
        )
        y.backward()
    return rec.scene


def long() -> Scene:
    with lab.record() as rec:
        y = x = lab.tensor(0.5, requires_grad=True)
        for _ in range(300):
            y = y * 0.9 + x
        y.backward()
    return rec.scene


ALL = [calls, rounds, module, nested, line, long]


@pytest.fixture(scope="module", params=ALL, ids=lambda make: make.__name__)
def scene(request: pytest.FixtureRequest) -> Scene:
    return request.param()


def ends(scene: Scene) -> dict[str, tuple[str, str]]:
    return {name: (edge["from"], edge["to"]) for name, edge in scene["edges"].items()}


def labels(scene: Scene, parent: str = "all") -> list[str]:
    return [group["label"] for group in scene["groups"].values() if group["parent"] == parent]


def members(scene: Scene, group: str) -> set[str]:
    found = set()
    for one in scene["groups"][group]["members"]:
        found |= members(scene, one) if one in scene["groups"] else {one}
    return found


# ---------------------------------------------------------------- what folds
def test_a_call_of_a_helper_is_a_group_with_its_rounds_in_it() -> None:
    scene = calls()
    assert labels(scene) == ["helper(x, w)", "helper(y, w)"]
    first, second = (g for g, data in scene["groups"].items() if data["parent"] == "all")
    assert [scene["nodes"][n]["label"] for n in scene["groups"][second]["inputs"]] == ["w", "y"]
    assert scene["groups"][first]["stands"] in scene["groups"][second]["inputs"]
    assert scene["groups"][first]["told"] == "4 operations"


def test_each_round_of_a_loop_is_a_group() -> None:
    assert labels(rounds()) == [f"round {k} of 10" for k in range(1, 11)]


def test_a_round_that_holds_one_operation_is_no_group() -> None:
    with lab.record() as rec:
        y = lab.tensor(1.0, requires_grad=True)
        for _ in range(5):
            y = y * 2
    assert rec.scene["groups"] == {}


def test_modules_are_groups_named_as_in_their_module() -> None:
    scene = module()
    rounds = [g for g, data in scene["groups"].items() if data["parent"] == "all"]
    assert [scene["groups"][g]["label"] for g in rounds] == [f"round {k} of 6" for k in range(1, 7)]
    assert labels(scene, rounds[0]) == ["first", "rest"]
    rest = next(g for g, data in scene["groups"].items() if data["label"] == "rest")
    assert labels(scene, rest) == ["rest[0]"]
    assert scene["groups"][rest]["note"] == "Sequential"


def test_a_loop_in_a_helper_counts_anew_at_each_call() -> None:
    def twice(x: Any) -> Any:
        for _ in range(2):
            x = x * 2 + 1
        return x

    with lab.record() as rec:
        y = lab.tensor(1.0, requires_grad=True)
        for _ in range(3):
            y = twice(y)
    scene = rec.scene
    assert labels(scene) == ["round 1 of 3", "round 2 of 3", "round 3 of 3"]
    for group in [g for g, data in scene["groups"].items() if data["parent"] == "all"]:
        assert labels(scene, group) == ["round 1 of 2", "round 2 of 2"]


def test_what_one_call_adds_up_is_no_round() -> None:
    with lab.record() as rec:
        ws = [lab.tensor(float(k), requires_grad=True) for k in range(4)]
        for _ in range(2):
            s = sum(ws)
            s = sum(w * s for w in ws)
    assert labels(rec.scene) == ["round 1 of 2", "round 2 of 2"]


def test_a_leaf_without_a_name_is_in_the_group_that_alone_uses_it() -> None:
    scene = module()
    model = next(g for g, data in scene["groups"].items() if data["label"] == "round 1 of 6")
    weights = {n for n, data in scene["nodes"].items() if data["kind"] == "leaf" and data["learns"]}
    assert weights and weights <= set(scene["groups"]["all"]["members"])  # every round uses them
    assert not weights & members(scene, model)
    with lab.record() as rec:
        nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))(lab.tensor([1.0, 2.0])).sum().backward()
    alone = next(g for g, data in rec.scene["groups"].items() if data["note"] == "Linear")
    assert {rec.scene["nodes"][n]["kind"] for n in members(rec.scene, alone)} == {"leaf", "op"}


def test_groups_nest_and_hold_every_node_once(scene: Scene) -> None:
    assert members(scene, "all") == set(scene["nodes"])
    for group, data in scene["groups"].items():
        assert len(data["members"]) > 1
        inside = [members(scene, m) if m in scene["groups"] else {m} for m in data["members"]]
        assert sum(map(len, inside)) == len(members(scene, group))
        own = members(scene, group)
        outside = {start for start, end in ends(scene).values() if end in own and start not in own}
        assert set(data["inputs"]) == outside


def test_a_long_line_of_code_folds_by_its_lines() -> None:
    scene = line()
    told = labels(scene)
    assert told and all(label.startswith("line ") for label in told)


def test_many_rounds_fold_into_runs_of_rounds() -> None:
    assert labels(long())[0] == "rounds 1–22 of 300"


def test_rounds_between_which_backward_ran_stand_in_the_order_of_time() -> None:
    scene = module()
    at = place(scene["groups"], scene["insides"], ends(scene), ())["nodes"]
    rounds = [at[g] for g, data in scene["groups"].items() if data["parent"] == "all"]
    assert all(a[0] + a[2] < b[0] for a, b in pairwise(rounds))


# ---------------------------------------------------------------- what is open at first
def test_few_nodes_are_shown_at_first(scene: Scene) -> None:
    shown = scene["layout"]["nodes"]
    assert len(shown) <= groups.FEW
    if len(scene["nodes"]) <= groups.FEW:
        assert set(shown) == set(scene["nodes"])


def test_outer_groups_open_before_inner_ones(scene: Scene) -> None:
    for group in scene["open"]:
        assert scene["groups"][group]["parent"] in ("all", *scene["open"])


# ---------------------------------------------------------------- where everything stands
def some_open(scene: Scene, times: int = 40) -> Any:
    rng = random.Random(0)
    inner = [group for group in scene["groups"] if group != "all"]
    yield from ((), inner)
    for _ in range(times):
        yield rng.sample(inner, rng.randint(0, len(inner)))


def overlap(a: list[float], b: list[float]) -> bool:
    return all(min(a[k] + a[k + 2], b[k] + b[k + 2]) - max(a[k], b[k]) > 0 for k in (0, 1))


def test_nothing_overlaps_whatever_is_open(scene: Scene) -> None:
    for opened in some_open(scene, 12):
        at = place(scene["groups"], scene["insides"], ends(scene), opened)
        assert [
            pair for pair in combinations(at["nodes"], 2) if overlap(*(at["nodes"][n] for n in pair))
        ] == []
        wide, tall = at["size"]
        for x, y, w, h in [*at["nodes"].values(), *at["frames"].values()]:
            assert x >= 0 and x + w <= wide and y >= 0 and y + h <= tall


def test_a_frame_holds_its_own_and_nothing_else(scene: Scene) -> None:
    above = chains({group: data["members"] for group, data in scene["groups"].items()})
    for opened in some_open(scene, 6):
        at = place(scene["groups"], scene["insides"], ends(scene), opened)
        for group, (x, y, w, h) in at["frames"].items():
            for node, box in at["nodes"].items():
                if group in above[node]:
                    assert (
                        x <= box[0] and box[0] + box[2] <= x + w and y <= box[1] and box[1] + box[3] <= y + h
                    )
                else:
                    assert not overlap([x, y, w, h], box), (group, node)


def test_each_wire_stands_for_edges_and_each_edge_has_a_wire(scene: Scene) -> None:
    above = chains({group: data["members"] for group, data in scene["groups"].items()})
    for opened in some_open(scene):
        at = place(scene["groups"], scene["insides"], ends(scene), opened)

        def shown(node: str, at: Scene = at) -> str:
            return next(one for one in [*above[node], node] if one in at["nodes"])

        drawn = {edge: wire for name, wire in at["edges"].items() for edge in wire.get("of", [name])}
        for name, (start, end) in ends(scene).items():
            a, b = shown(start), shown(end)
            if a == b:
                assert name not in drawn
                continue
            wire = drawn[name]
            assert (wire.get("from", start), wire.get("to", end)) == (a, b)
            assert touches(wire["points"][0], at["nodes"][a])
            assert touches(wire["points"][-1], at["nodes"][b])


def touches(point: list[float], box: list[float]) -> bool:
    """Whether a point is on the edge of a box, give or take a pixel or two."""
    (x, y), (left, top, wide, tall) = point, box
    inside = left - 2 <= x <= left + wide + 2 and top - 2 <= y <= top + tall + 2
    return inside and min(abs(x - left), abs(x - left - wide), abs(y - top), abs(y - top - tall)) <= 2


def test_all_closed_is_as_it_was_laid_out(scene: Scene) -> None:
    inside = scene["insides"][scene["groups"]["all"]["inside"]]
    old = dict(zip(scene["groups"]["all"]["members"], inside["nodes"], strict=False))
    at = place(scene["groups"], scene["insides"], ends(scene), ())
    for node, box in at["nodes"].items():
        assert [round(v) for v in box] == [round(v) for v in old[node]]


# ---------------------------------------------------------------- as the static pictures show it
def test_what_happens_in_a_closed_group_happens_to_its_card() -> None:
    scene = long()
    for k, step in enumerate(scene["steps"]):
        at = moment(scene, k)
        if step["node"] is not None:
            assert at.step["node"] in scene["layout"]["nodes"]
        assert all(at.value(node) is None or node in scene["layout"]["nodes"] for node in at.state["value"])
    group = next(iter(scene["layout"]["nodes"].keys() & scene["groups"].keys()))
    stands = scene["groups"][group]["stands"]
    made = next(k for k, s in enumerate(scene["steps"]) if s["kind"] == "op" and s["node"] == stands)
    assert moment(scene, made - 1).value(group) is None
    assert moment(scene, made).value(group) == scene["values"][scene["steps"][made]["effects"][0][2]]


def test_small_recordings_are_drawn_as_without_groups() -> None:
    scene = calls()
    assert scene["groups"] and "frames" not in scene["layout"]


# ---------------------------------------------------------------- what modules hold is named as it is written
def test_parameters_are_named_as_their_module_is_written() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    with lab.record() as rec:
        out = model(lab.tensor([[1.0, 2.0]]))
        out.sum().backward()
    named = {data["label"]: data["note"] for data in rec.scene["nodes"].values()}
    leaves = ["model[0].weight", "model[0].bias", "model[2].weight", "model[2].bias"]
    assert [label for label, note in named.items() if note == "learns"] == leaves
    assert named["out"] == "addmm"  # the result has the name, and not what the module did on its way
    assert named["tanh()"] == "tanh"


def test_parameters_of_a_module_made_meanwhile_are_named_as_well() -> None:
    with lab.record() as rec:
        net = lab.nn.Sequential(lab.nn.Linear(2, 1))
        net(lab.ones(1, 2)).sum().backward()
        for p in net.parameters():
            p.grad = None
    learning = [node["label"] for node in rec.scene["nodes"].values() if node["learns"]]
    assert learning == ["net[0].weight", "net[0].bias"]
