"""The saved page: steppable from a disk, with the network off; and what the picture does with names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import autograd_lab as lab

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    with lab.record() as rec:
        a = lab.tensor([5.0, 4.0], requires_grad=True)
        b = lab.tensor([6.0, 8.0])
        y = a**2 + 5 * b
        z = y.mean()
        z.backward()
    return rec.save(tmp_path / "steps.html")


def opened(seen: Any, path: Path, **options: Any) -> Any:
    page = seen(offline=True, **options)
    page.page.goto(path.as_uri())
    page.page.locator(".ag").wait_for(timeout=10_000)
    return page


def first(page: Any) -> None:
    page.page.get_by_role("slider", name="Step").focus()
    page.page.keyboard.press("Home")


def test_it_steps_with_the_network_off(saved: Path, seen: Any) -> None:
    page = opened(seen, saved)
    stepper = page.page.locator(".ag")
    stepper.get_by_role("slider", name="Step").focus()
    page.page.keyboard.press("End")
    assert "a.grad" in stepper.locator(".ag-step").inner_text()
    assert stepper.locator("math").count() > 0
    for _ in range(10):
        page.page.keyboard.press("ArrowLeft")
    assert "starts as" in stepper.locator(".ag-step").inner_text()
    assert page.errors == [] and page.elsewhere == []


def test_what_is_not_computed_yet_is_a_dash_and_never_zero(saved: Path, seen: Any) -> None:
    page = opened(seen, saved)
    first(page)
    rows = page.page.locator(".ag-vars tbody tr").all_inner_texts()
    assert [row.split()[1] for row in rows if not row.startswith("a")] == ["–"] * 3


def test_the_table_is_in_step_with_the_picture(saved: Path, seen: Any) -> None:
    page = opened(seen, saved)
    page.page.get_by_role("button", name="Last step").click()
    row = page.page.locator(".ag-vars tbody tr").first.inner_text().split("\t")
    assert [cell.strip() for cell in row] == ["a", "[5, 4]", "[5, 4]", "True"]


def test_one_sentence_a_step_is_announced(saved: Path, seen: Any) -> None:
    page = opened(seen, saved)
    first(page)
    page.page.get_by_role("button", name="Next step").click()
    said = page.page.locator("[aria-live]").inner_text()
    assert said.startswith("Step 2 of 11, forward. b starts as [6, 8].")


@pytest.mark.parametrize("width", [360, 700, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_page(width: int, scheme: str, saved: Path, seen: Any) -> None:
    page = opened(seen, saved, width=width, scheme=scheme)
    for _ in range(10):
        page.page.keyboard.press("Tab")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.page.evaluate(overflow) <= 0


def test_names_never_become_markup(tmp_path: Path, seen: Any) -> None:
    with lab.record() as rec:
        x = lab.tensor(1.0, requires_grad=True)
        (x * 2).backward()
    rec.scene["nodes"][rec.steps[0]["node"]]["label"] = HOSTILE
    rec.scene["steps"][0]["say"] = HOSTILE
    rec.scene["steps"][0]["title"] = HOSTILE
    rec.scene["lines"][0]["text"] = HOSTILE
    rec.scene["steps"][0]["formula"] = [{"roles": ["out"], "rows": [[{"m": ["mi", HOSTILE]}]]}]
    page = opened(seen, rec.save(tmp_path / "hostile.html"))
    first(page)
    assert page.page.locator("img").count() == 0
    assert HOSTILE in page.page.locator(".ag-step").inner_text()
