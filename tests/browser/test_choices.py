"""Choosing an answer, by keyboard and by mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import autograd_lab as lab

from .test_page import opened
from .test_predict import go_to


@pytest.fixture
def choosing(tmp_path: Path, seen: Any) -> Any:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        y = x * 2
        z = y + x
        z.backward()
    page = opened(seen, rec.save(tmp_path / "steps.html", predict=["edge", "grad"]))
    return page


def verdict(page: Any) -> str:
    return str(page.page.locator(".ag-verdict").inner_text())


def test_a_wrong_choice_is_told_why_and_stays_chosen(choosing: Any) -> None:
    go_to(choosing.page, 1)
    choosing.page.get_by_label("Yes, and its .grad keeps it").check()
    choosing.page.get_by_role("button", name="Check").click()
    assert verdict(choosing).startswith("Not yet. y is a result and no leaf")
    assert choosing.page.get_by_label("Yes, and its .grad keeps it").is_checked()


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


def test_choices_are_large_enough_to_hit(choosing: Any) -> None:
    go_to(choosing.page, 3)
    tall = choosing.page.locator(".ag-step .ag-choices label").evaluate_all(
        "all => all.map(el => el.offsetHeight)"
    )
    assert len(tall) > 1 and min(tall) >= 24
