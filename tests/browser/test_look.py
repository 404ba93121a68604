"""What is drawn is legible: nothing over anything else, nothing that has to be scrolled for without need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import autograd_lab as lab

from .test_access import recording
from .test_page import opened, record

COLOUR = "(el) => getComputedStyle(el).backgroundColor"
CROWDED = """() => [...document.querySelectorAll('.ag-node')].flatMap((card) =>
  [['.name', '.kind'], ['.value', '.head .code'], ['.grad', '.foot .meta']].filter(([left, right]) => {
    const [a, b] = [left, right].map((which) => card.querySelector(which)?.getBBox());
    return a?.width && b?.width && a.x + a.width > b.x - 2;
  }).map(() => card.getAttribute('aria-label')))"""


def network() -> lab.Record:
    """Long names, wide operations, matrices: what has least room."""
    model = lab.nn.Sequential(lab.nn.Linear(3, 8), lab.nn.Tanh(), lab.nn.Linear(8, 1))
    x, t = lab.arange(12.0).reshape(4, 3) / 8, lab.ones(4, 1)
    with lab.record() as rec:
        loss = ((model(x) - t) ** 2).mean()
        loss.backward()
    return rec


def last(page: Any) -> Any:
    page.page.get_by_role("slider", name="Step").focus()
    page.page.keyboard.press("End")
    return page.page


def test_the_words_of_a_card_keep_apart(seen: Any, tmp_path: Path) -> None:
    page = opened(seen, network().save(tmp_path / "steps.html"))
    notes = page.page.locator(".ag-node .kind").all_text_contents()
    assert "addmm" in notes  # which takes as much room as eight other letters
    for _ in range(8):
        assert page.page.evaluate(CROWDED) == []
        page.page.keyboard.press("ArrowRight")
    assert last(page).evaluate(CROWDED) == []
    assert (
        page.page.locator(".foot .meta").filter(has_text=".grad").count() == 4
    )  # each leaf says what it holds


MET = """() => [...document.querySelectorAll('.ag-node')].flatMap((card) => {
  const boxes = [...card.querySelectorAll('.stat')].map((one) => one.getBBox());
  return boxes.slice(1).filter((b, k) => boxes[k].x + boxes[k].width > b.x - 2).map(() => card.textContent);
})"""


def test_the_numbers_under_a_strip_keep_apart(seen: Any, tmp_path: Path) -> None:
    with lab.record() as rec:
        h = lab.tanh(lab.tensor([[3.7, -0.3], [9.2, -1.8], [14.6, -3.3]]))
        h.sum()
    page = opened(seen, rec.save(tmp_path / "steps.html")).page
    page.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")
    assert page.locator(".stat").count() == 6  # three under each strip
    assert page.evaluate(MET) == []


def test_what_is_written_out_has_room_on_its_wire(seen: Any, tmp_path: Path) -> None:
    with lab.record() as rec:
        w = lab.tensor([1.5, -0.5], requires_grad=True)
        a, b = lab.tensor([1.0, 1.0]), lab.tensor([-1.4142, -0.4492])
        (((w * a) * a) * b).sum().backward()
    page = last(opened(seen, rec.save(tmp_path / "steps.html")))
    chips = page.locator(".ag-chip text").all_text_contents()
    assert chips.count("[−1.4142, −0.4492]") == 3 and not any("…" in chip for chip in chips)


def test_an_error_is_neither_blue_nor_orange(seen: Any, tmp_path: Path) -> None:
    """Blue is for values, orange for gradients."""
    page = last(opened(seen, recording("error").save(tmp_path / "steps.html")))
    look = page.locator(".ag").evaluate(
        "(el) => ['--fwd', '--bwd'].map((name) => getComputedStyle(el).getPropertyValue(name))"
    )
    blue, orange = (f"rgb({', '.join(str(int(c[k : k + 2], 16)) for k in (1, 3, 5))})" for c in look)
    parts = [*page.locator(".ag-lines mark").all(), page.locator(".ag-thumb")]
    assert len(parts) > 1
    assert not {blue, orange} & {part.evaluate(COLOUR) for part in parts}
    page.keyboard.press("ArrowLeft")
    dots = [one.evaluate(COLOUR) for one in page.locator(".ag-tick i").all()]
    assert dots[-1] not in dots[:-1]  # where the error is can be seen from afar


def test_a_formula_is_set_smaller_before_it_scrolls(seen: Any, tmp_path: Path) -> None:
    rec = network()
    page = opened(seen, rec.save(tmp_path / "steps.html")).page
    page.get_by_role("slider", name="Step").focus()
    sizes = """() => [...document.querySelectorAll('.ag-eqs *')].filter((el) => !el.children.length)
      .map((el) => parseFloat(getComputedStyle(el).fontSize))"""
    smaller = 0
    for _ in rec.steps:
        page.wait_for_timeout(40)
        smaller += page.locator(".ag-eqs[data-small]").count()
        assert page.locator(".ag-eqs[tabindex]").count() == 0
        assert min([11, *page.evaluate(sizes)]) >= 10.9
        page.keyboard.press("ArrowRight")
    assert smaller


@pytest.mark.parametrize("width", [360, 1200])
def test_the_variables_are_a_table_at_every_width(width: int, seen: Any, tmp_path: Path) -> None:
    page = last(opened(seen, record().save(tmp_path / "steps.html"), width=width))
    table = page.get_by_role("table")
    rows = table.get_by_role("row").all()
    assert [row.get_by_role("cell").count() for row in rows] == [0, 3, 3, 3, 3]
    assert table.get_by_role("columnheader").count() == 4
    value, grad = rows[1].get_by_role("cell").all()[:2]
    assert value.bounding_box()["width"] > 100 and grad.bounding_box()["width"] > 100
