"""Predict before reveal, in a real browser: on the saved page with no kernel, and in JupyterLab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import autograd_lab as lab

from .conftest import Jupyter
from .test_jupyter import CELL, SMALL, place, steppers

RUN_LAST = """() => {
  const { shell, commands } = window.jupyterapp;
  shell.currentWidget.content.activeCellIndex = 2;
  return commands.execute('notebook:run-cell');
}"""
ASKED = 9  # presses of an arrow key from the first step to the one that asks: what arrives at a


@pytest.fixture
def asking(tmp_path: Path, seen: Any) -> Any:
    with lab.record() as rec:
        a = lab.tensor([2.0, 3.0], requires_grad=True)
        b = lab.tensor([6.0, 8.0])
        y = a**3 + 5 * b
        z = y.mean()
        z.backward()
    page = seen(offline=True)
    page.page.goto(rec.save(tmp_path / "steps.html", predict=["flow"]).as_uri())
    page.page.locator(".ag").wait_for(timeout=10_000)
    answer_at(page.page, 7, "0.5 0.5")
    answer_at(page.page, 8, "[0.5, 0.5]")
    go_to(page.page, ASKED)
    return page


def go_to(page: Any, step: int) -> None:
    page.get_by_role("slider", name="Step").focus()
    page.keyboard.press("Home")
    for _ in range(step):
        page.keyboard.press("ArrowRight")


def answer(page: Any, text: str) -> None:
    box = page.locator(".ag-ask input")
    box.fill(text)
    box.press("Enter")


def answer_at(page: Any, step: int, text: str) -> None:
    go_to(page, step)
    answer(page, text)


def test_the_answer_is_nowhere_on_the_page_until_it_is_given(asking: Any) -> None:
    stepper = asking.page.locator(".ag")
    cell = stepper.locator(".ag-vars tbody tr").first.locator("td").nth(1)
    whole = "el => el.outerHTML + el.textContent"
    before = stepper.evaluate(whole)
    assert not [told for told in ("[6, 13.5]", "[12, 27]", "[6,13.5]", "[12,27]") if told in before]
    assert cell.inner_text().split() == ["?", "so", "far"]
    assert "What arrives at a?" in stepper.get_by_role("slider", name="Step").get_attribute("aria-valuetext")
    answer(asking.page, "6, 13.5")
    after = stepper.evaluate(whole)
    assert "[6, 13.5]" in after and "[12,27]" in after
    assert cell.inner_text().split()[:2] == ["[6,", "13.5]"]
    assert stepper.locator(".ag-ask").count() == 0
    assert asking.errors == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12, 27", "That is the local derivative of a**3. Multiply it by the upstream gradient, [0.5, 0.5]."),
        ("−6 −13.5", "The size is right, the sign is not."),
        ("[3, 17]", "by the local derivative: how fast does a**3 change"),
        ("5", "The answer is 2 numbers"),
        ("five", "Not a number."),
    ],
)
def test_a_wrong_answer_is_told_what_was_done(text: str, told: str, asking: Any) -> None:
    answer(asking.page, text)
    assert told in asking.page.locator(".ag-verdict").inner_text()
    assert told in asking.page.locator("[aria-live]").inner_text()
    assert "[12, 27]" not in asking.page.locator(".ag").inner_html()


def test_after_three_tries_it_may_be_shown_and_is_marked(asking: Any) -> None:
    show = asking.page.get_by_role("button", name="Show me")
    for text in ("1 1", "2 2"):
        answer(asking.page, text)
    assert show.count() == 0
    answer(asking.page, "3 3")
    show.click()
    assert "The answer was shown." in asking.page.locator(".ag-step").inner_text()
    assert asking.page.locator(".ag-tick[data-ask=shown]").count() == 1
    assert asking.page.locator(".ag-tick[data-ask=right]").count() == 2


def test_a_step_may_be_left_open_and_stays_hidden(asking: Any) -> None:
    asking.page.get_by_role("slider", name="Step").focus()
    asking.page.keyboard.press("ArrowRight")
    assert place(asking.page.locator(".ag")) == (11, 11)
    assert "[12, 27]" not in asking.page.locator(".ag").inner_html()
    assert "?" in asking.page.locator(".ag-vars tbody tr").first.inner_text()
    assert asking.page.locator(".ag-tick[data-ask=open]").count() == 1


def test_keys_typed_in_the_box_are_the_boxs_own(asking: Any) -> None:
    slider = asking.page.get_by_role("slider", name="Step")
    slider.focus()
    box = asking.page.locator(".ag-ask input")
    for _ in range(10):  # the box is reached by Tab
        asking.page.keyboard.press("Tab")
        if box.evaluate("el => el === document.activeElement"):
            break
    asking.page.keyboard.type("6 13.5")
    for key in ("ArrowLeft", "Home", "End", "Space"):
        asking.page.keyboard.press(key)
    assert place(asking.page.locator(".ag"))[0] == ASKED + 1
    asking.page.keyboard.press("Enter")
    assert asking.page.locator(".ag-answered").inner_text() == "Predicted at try 1."
    asking.page.keyboard.press("Enter")  # the keyboard is at Next
    assert place(asking.page.locator(".ag"))[0] == ASKED + 2


def test_answers_reach_python_and_stepping_sends_nothing(lab: Jupyter, seen: Any) -> None:
    page = seen()
    cell = CELL.replace("%%step", "%%step --predict a")
    page.run_all(lab, lab.write("predict.ipynb", SMALL, cell, "_step.stepper.answers, _step.stepper"))
    stepper = steppers(page).first
    before = page.sent
    go_to(stepper.page, 20)
    page.page.keyboard.press("ArrowLeft")
    page.page.keyboard.press("ArrowRight")
    page.page.wait_for_timeout(300)
    assert page.sent == before
    stepper.get_by_role("slider", name="Step").first.focus()
    cells = page.page.locator(".jp-Cell").count()
    asked = stepper.locator(".ag-ask input").first
    asked.click()
    page.page.keyboard.type("abmdd")  # Lab's own keys
    assert page.page.locator(".jp-Cell").count() == cells
    for text in ("10 8", "5 4"):
        asked.fill(text)
        asked.press("Enter")
    page.page.wait_for_timeout(1000)  # a widget's second message waits for the first to be handled
    page.page.evaluate(RUN_LAST)
    page.page.get_by_text("1 of 1 predicted").wait_for(timeout=20_000)
    told = page.page.locator(".jp-OutputArea").last.inner_text()
    assert "'tries': 2" in told and "'right': True" in told and "'shown': False" in told
