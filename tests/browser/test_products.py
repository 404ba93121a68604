"""One cell of a product of matrices, chosen by keyboard or mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import autograd_lab as lab

from .test_page import first, opened


@pytest.fixture
def product(tmp_path: Path, seen: Any) -> Any:
    with lab.record() as rec:
        a = lab.tensor([[1.0, -2.0], [3.0, 4.0]], requires_grad=True)
        b = lab.tensor([[5.0, 6.0], [7.0, 8.0]])
        (a @ b).sum().backward()
    page = opened(seen, rec.save(tmp_path / "product.html"))
    first(page)
    for _ in range(2):
        page.page.keyboard.press("ArrowRight")
    return page


def terms(page: Any) -> str:
    return str(page.page.locator(".ag-step .ag-terms").inner_text())


def test_a_cell_is_chosen_by_its_label(product: Any) -> None:
    assert terms(product) == ""
    product.page.get_by_label("One cell in full").select_option("[0, 1]")
    assert terms(product) == "row 0 · column 1 = 1 × 6 + (−2) × 8 = −10"
    assert product.page.locator(".ag-step [data-on]").all_text_contents() == ["1", "−2", "6", "8", "−10"]


def test_a_click_on_the_result_chooses_its_cell(product: Any) -> None:
    product.page.locator(".ag-step .num").nth(2).locator("[data-at='1,0']").click()
    assert terms(product) == "row 1 · column 0 = 3 × 5 + 4 × 7 = 43"
    assert product.errors == []


def test_backward_has_its_cells_too(product: Any) -> None:
    for _ in range(4):
        product.page.get_by_role("button", name="Next step").click()
    product.page.get_by_label("One cell in full").select_option("[1, 1]")
    assert terms(product) == "row 1 · column 1 = 1 × 7 + 1 × 8 = 15"


def test_of_big_matrices_the_first_cell_is_shown(tmp_path: Path, seen: Any) -> None:
    with lab.record() as rec:
        lab.ones(3, 6, requires_grad=True) @ lab.ones(6, 3)
    page = opened(seen, rec.save(tmp_path / "big.html"))
    page.page.get_by_role("button", name="Last step").click()
    assert terms(page) == "row 0 · column 0 = 1 × 1 + 1 × 1 + 1 × 1 + 1 × 1 + … 2 more = 6"


def test_a_convolution_has_its_cells_too(tmp_path: Path, seen: Any) -> None:
    with lab.record() as rec:
        x = lab.tensor([[[1.0, -2.0, 3.0]]], requires_grad=True)
        w = lab.tensor([[[2.0, 5.0]]], requires_grad=True)
        lab.nn.functional.conv1d(x, w, lab.tensor([-1.0])).sum().backward()
    page = opened(seen, rec.save(tmp_path / "sliding.html"))
    first(page)
    while not page.page.locator(".ag-cell").count():
        page.page.keyboard.press("ArrowRight")
    page.page.get_by_label("One cell in full").select_option("[0, 0, 1]")
    assert terms(page) == "[0, 0, 1] = 2 × (−2) + 5 × 3 + (−1) = 10"
    page.page.get_by_role("button", name="Last step").click()
    page.page.get_by_role("button", name="Back", exact=True).click()
    assert page.errors == []
