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


WORDS = ("learns<", "n-learns", "fixed", "True<", "False<", "not stored", "no gradient", "so far", "n-result")


def leaf_asked(seen: Any, path: Path, learns: bool) -> Any:
    """A page that asks about a leaf; the code looks the same whether it learns or another does."""
    with lab.record() as rec:
        a = lab.tensor(3.0, requires_grad=learns)
        b = lab.tensor(3.0, requires_grad=not learns)
        (a * b).backward()
    return opened(seen, rec.save(path, predict="grad"))


def test_nothing_on_the_page_tells_who_gets_a_gradient_before_the_answer(seen: Any, tmp_path: Path) -> None:
    told = []
    for learns in (True, False):
        found = leaf_asked(seen, tmp_path / f"{learns}.html", learns)
        page, stepper = found.page, found.page.locator(".ag")
        slider = stepper.get_by_role("slider", name="Step")
        told.append([page.locator("h1").inner_text(), stepper.evaluate("el => el.outerHTML")])
        stepper.get_by_role("button", name="Jump").click()
        stepper.locator(".ag-jump select").first.select_option("a")
        for line in stepper.locator("button.ag-line").all():
            line.click()
            told[-1].append(slider.get_attribute("aria-valuenow"))
        for slot in stepper.locator(".slot").all():
            slot.click(force=True)
        for key in ("n", "End"):
            slider.focus()
            page.keyboard.press(key)
            told[-1].append(stepper.evaluate("el => el.outerHTML"))
        assert stepper.get_by_role("status").text_content() == "First choose an answer."
        assert found.errors == []
    assert told[0] == told[1]
    assert not [word for word in WORDS if word in told[0][1]]


def test_an_answer_shows_what_was_hidden(seen: Any, tmp_path: Path) -> None:
    found = leaf_asked(seen, tmp_path / "steps.html", True)
    page, stepper = found.page, found.page.locator(".ag")
    cards, rows = stepper.locator(".ag-node"), stepper.locator(".ag-vars tbody tr")
    for step, answer in enumerate(("Yes, and its .grad keeps it", "No, none reaches it")):
        assert "leaf" in cards.nth(step).inner_html() and rows.nth(step).inner_text().count("?") == 2
        go_to(page, step)
        page.get_by_label(answer).check()
        page.keyboard.press("Enter")
    cells = [row.locator("td").all_inner_texts()[1:] for row in rows.all()]
    assert cells == [["–", "True"], ["None", "False"]]
    assert "learns" in cards.nth(0).inner_html() and "fixed" in cards.nth(1).inner_html()
    page.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    assert rows.nth(0).inner_text().split()[3:5] == ["float32", "3"]
    assert found.errors == []
