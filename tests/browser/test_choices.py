"""Choosing an answer, by keyboard and by mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import autograd_lab as lab

from .test_page import opened
from .test_predict import go_to


@pytest.fixture
def choosing(tmp_path: Path, seen: Any, request: pytest.FixtureRequest) -> Any:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        y = x * 2
        z = y + x
        z.backward()
    page = opened(seen, rec.save(tmp_path / "steps.html", predict=request.param))
    return page


def verdict(page: Any) -> str:
    return str(page.page.locator(".ag-verdict").inner_text())


@pytest.mark.parametrize("choosing", ["grad"], indirect=True)
def test_a_wrong_choice_is_told_why_and_stays_chosen(choosing: Any) -> None:
    go_to(choosing.page, 0)
    choosing.page.get_by_label("Yes, and its .grad keeps it").check()
    choosing.page.keyboard.press("Enter")
    go_to(choosing.page, 1)
    choosing.page.get_by_label("Yes, and its .grad keeps it").check()
    choosing.page.get_by_role("button", name="Check").click()
    assert verdict(choosing).startswith("Not yet. y is a result and no leaf")
    assert choosing.page.get_by_label("Yes, and its .grad keeps it").is_checked()


@pytest.mark.parametrize("choosing", ["edge"], indirect=True)
def test_the_right_choice_is_kept_when_stepping_on(choosing: Any) -> None:
    go_to(choosing.page, 3)
    box = choosing.page.get_by_role("radio").first
    box.focus()
    choosing.page.keyboard.press("Space")
    while not choosing.page.get_by_label("z → y").is_checked():
        choosing.page.keyboard.press("ArrowDown")
    choosing.page.keyboard.press("Enter")
    assert choosing.page.locator(".ag-answered").inner_text() == "Predicted at try 1."
    choosing.page.keyboard.press("Enter")  # the keyboard is on Next
    choosing.page.get_by_role("button", name="Back", exact=True).click()
    assert choosing.page.locator(".ag-answered").count() == 1
    assert choosing.errors == []


def test_nobody_sees_the_next_edge_before_it_is_chosen(seen: Any, tmp_path: Path) -> None:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        y = x * 7
        z = y + x
        z.backward()
    found = opened(seen, rec.save(tmp_path / "steps.html", predict="edge"))
    page, stepper = found.page, found.page.locator(".ag")
    slider = stepper.get_by_role("slider", name="Step")
    steps = rec.scene["steps"]
    first = next(k for k, step in enumerate(steps) if step["kind"] == "flow")
    box = slider.bounding_box()
    for k in (first, len(steps) - 1):  # by key, by mouse, by its tip, by the line, into a node
        slider.focus()
        page.keyboard.press("End")
        page.keyboard.press("n")
        page.mouse.click(box["x"] + box["width"] * (k + 0.5) / len(steps), box["y"] + box["height"] / 2)
        tip = stepper.locator(".ag-tip").text_content()
        stepper.locator("button.ag-line").last.click()
        assert slider.get_attribute("aria-valuenow") == f"{first}" and tip == f"{k + 1}  ?"
    stepper.get_by_role("button", name="Next step", exact=True).click()
    assert stepper.get_by_role("status").text_content() == "First choose an answer."
    assert stepper.locator(".ag-chip .plate").count() == 0
    states = stepper.locator(".ag-edge").evaluate_all("all => all.map((el) => el.dataset.state)")
    assert set(states) == {"idle"}
    assert "7" not in stepper.locator(".foot").all_text_contents()
    assert stepper.locator(".ag-vars").inner_text().count("–") == 1  # x.grad
    stepper.get_by_label(steps[first]["title"]).check()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuenow") == f"{first + 1}"
    assert stepper.locator(".ag-chip .plate").count() == 1
    assert found.errors == []


@pytest.mark.parametrize("choosing", ["edge"], indirect=True)
def test_choices_are_large_enough_to_hit(choosing: Any) -> None:
    go_to(choosing.page, 3)
    tall = choosing.page.locator(".ag-step .ag-choices label").evaluate_all(
        "all => all.map(el => el.offsetHeight)"
    )
    assert len(tall) > 1 and min(tall) >= 24
