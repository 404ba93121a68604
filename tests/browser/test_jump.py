"""A long timeline: jumps into a node, to a line, to an error; some steps only; marks told apart by shape."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

import autograd_lab as lab

from .test_page import opened


def long() -> lab.Record:
    with lab.record() as rec:
        x = lab.tensor(0.3, requires_grad=True)
        y = x
        for _ in range(30):
            y = (y * x).tanh()
        y.backward()
    return rec


def failing() -> lab.Record:
    with pytest.raises(RuntimeError), lab.record() as rec:
        x = lab.tensor([0.3, 0.4], requires_grad=True)
        x.exp().sum().backward()
        x + lab.ones(3)
    return rec


def at(page: Any) -> int:
    return int(page.page.locator(".ag-count b").inner_text()) - 1


def start(page: Any) -> None:
    page.page.locator(".ag-time").focus()
    page.page.keyboard.press("Home")


def test_n_goes_from_contribution_to_contribution_into_the_chosen_node(tmp_path: Path, seen: Any) -> None:
    rec = long()
    page = opened(seen, rec.save(tmp_path / "steps.html"), width=400)
    page.page.get_by_role("button", name="Jump", exact=True).click()
    page.page.get_by_label("Node", exact=True).select_option("x")
    start(page)
    x = next(id for id, node in rec.scene["nodes"].items() if node["label"] == "x")
    into = [k for k, t in enumerate(rec.scene["steps"]) if t["kind"] == "flow" and t["node"] == x]
    assert len(into) == 31
    for k in into[:5]:
        page.page.keyboard.press("n")
        assert at(page) == k
    page.page.keyboard.press("End")
    page.page.keyboard.press("n")
    assert page.page.locator("[aria-live]").inner_text() == "There is no further step of that kind."
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 400


def test_only_backward_and_only_this_node_skip_the_rest(tmp_path: Path, seen: Any) -> None:
    rec = long()
    page = opened(seen, rec.save(tmp_path / "steps.html"))
    page.page.get_by_role("button", name="Jump", exact=True).click()
    page.page.get_by_label("Steps", exact=True).select_option("only backward")
    start(page)
    page.page.keyboard.press("ArrowRight")
    first = next(k for k, t in enumerate(rec.scene["steps"]) if t["phase"] == "backward")
    assert at(page) == first
    page.page.keyboard.press("ArrowLeft")
    assert at(page) == first
    page.page.get_by_label("Steps", exact=True).select_option("only this node")
    start(page)
    page.page.get_by_role("button", name="Next step").click()
    result = rec.scene["result"]
    assert result in [rec.scene["steps"][at(page)].get("node"), *(
        e[1] for e in rec.scene["steps"][at(page)]["effects"])]  # fmt: skip
    page.page.get_by_label("Steps", exact=True).select_option("all")
    start(page)
    page.page.keyboard.press("ArrowRight")
    assert at(page) == 1


def test_e_goes_to_the_error(tmp_path: Path, seen: Any) -> None:
    rec = failing()
    page = opened(seen, rec.save(tmp_path / "steps.html"))
    start(page)
    page.page.keyboard.press("e")
    assert rec.scene["steps"][at(page)]["kind"] == "error"
    assert page.errors == []


def test_a_line_leads_to_its_next_step_and_then_to_its_first(tmp_path: Path, seen: Any) -> None:
    rec = long()
    page = opened(seen, rec.save(tmp_path / "steps.html"))
    start(page)
    line = page.page.locator("button.ag-line", has_text="tanh()")
    found = []
    for _ in range(3):
        line.click()
        found.append(at(page))
    assert found == sorted(set(found))
    page.page.get_by_role("button", name="Last step").click()
    line.click()
    assert at(page) == found[0]


def test_marks_of_a_long_timeline_stand_apart_and_differ_in_shape(tmp_path: Path, seen: Any) -> None:
    with lab.record() as rec:
        xs = [lab.tensor(float(k), requires_grad=True) for k in range(300)]
        for k in range(1, 300):
            (xs[k] * xs[0]).backward()
    assert len(rec.scene["steps"]) > 1500
    page = opened(seen, rec.save(tmp_path / "steps.html"), width=700)
    marks = page.page.locator(".ag-mark:visible")
    xs_ = sorted(box["x"] + box["width"] / 2 for box in (m.bounding_box() for m in marks.all()))
    assert len(xs_) > 5 and min(b - a for a, b in itertools.pairwise(xs_)) >= 8
    page.page.locator(".ag-time").focus()
    page.page.keyboard.press("PageUp")
    assert "Step " in page.page.locator(".ag-time").get_attribute("aria-valuetext")
