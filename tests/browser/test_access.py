"""For everyone: what axe finds, keys alone, no motion, large text, narrow windows, colours of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import autograd_lab as lab

from .conftest import Jupyter
from .test_jupyter import SMALL, steppers

axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
)
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
BY_KIND = {
    "small": {},
    "predict": {"predict": True},
    "choices": {"predict": ["edge", "grad"]},
    "folded": {},
    "error": {},
}


def helper(x: Any, w: Any) -> Any:
    return (x * w + 1).tanh()


def recording(kind: str) -> lab.Record:
    with lab.record() as rec:
        a = lab.tensor([2.0, 3.0], requires_grad=True)
        x = lab.tensor([[1.0, 2.0], [3.0, 4.0]])
        y = (x @ a).tanh() * a
        for _ in range(30 if kind == "folded" else 1):
            y = helper(y, a)
        y.sum().backward(retain_graph=kind == "error")
    if kind == "error":
        with pytest.raises(RuntimeError), lab.record() as rec:
            z = a.exp() * lab.ones(2)
            (z * lab.ones(3)).sum().backward()
    return rec


def found(page: Any) -> list[str]:
    """What axe finds in the stepper, a line each."""
    results = axe.Axe().run(page, context=".ag", options=RULES)
    return [f"{v['id']}: {node['html'][:120]}" for v in results.response["violations"] for node in v["nodes"]]


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", BY_KIND)
def test_axe_finds_nothing_on_the_page(kind: str, scheme: str, width: int, seen: Any, tmp_path: Path) -> None:
    page = seen(offline=True, width=width, scheme=scheme).page
    path = recording(kind).save(tmp_path / "steps.html", **BY_KIND[kind])
    page.goto(path.as_uri())
    page.locator(".ag").wait_for(timeout=10_000)
    page.get_by_role("button", name="Jump").first.click()
    slider = page.get_by_role("slider", name="Step").first
    for key, times in (("Home", 1), ("ArrowRight", 4), ("End", 1), ("ArrowLeft", 2)):
        slider.focus()
        for _ in range(times):
            page.keyboard.press(key)
        assert found(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_axe_finds_nothing_in_jupyterlab(lab: Jupyter, seen: Any) -> None:
    page = seen()
    cell = "%%step --predict\na = torch.tensor([[5., 4.]], requires_grad=True)\n(a**2).mean().backward()"
    page.run_all(lab, lab.write("access.ipynb", SMALL, cell))
    stepper = steppers(page).first
    for summary in stepper.locator("summary").all():
        summary.click()
    for key in ("Home", "End"):
        stepper.get_by_role("slider", name="Step").focus()
        page.page.keyboard.press(key)
        assert found(page.page) == []


@pytest.mark.parametrize("kind", BY_KIND)
@pytest.mark.parametrize("width", [320, 600])  # 600 px at twice the size are 1200 px at 200 %
def test_at_400_percent_nothing_is_cut_off(width: int, kind: str, seen: Any, tmp_path: Path) -> None:
    """1280 px wide pages have 320 px left then: only the picture and the formula scroll sideways."""
    page = seen(offline=True, width=width).page
    page.goto(recording(kind).save(tmp_path / "steps.html", **BY_KIND[kind]).as_uri())
    page.locator(".ag").wait_for(timeout=10_000)
    page.get_by_role("button", name="Jump").first.click()
    outside = """all => all
      .filter((el) => el.getBoundingClientRect().right > innerWidth || el.scrollWidth > el.clientWidth + 1)
      .map((el) => el.outerHTML.slice(0, 80))"""
    for _ in range(6):
        parts = page.locator(".ag-bar, .ag-bar button, .ag-jump, .ag-say, .ag-ask, .ag-lines, .ag-vars")
        assert parts.evaluate_all(outside) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("slider", name="Step").focus()
        page.keyboard.press("ArrowRight")
    rows = "all => new Set(all.map((el) => Math.round(el.offsetTop + el.offsetHeight / 2))).size"
    assert width == 320 or page.locator(".ag-bar > *").evaluate_all(rows) == 2


def larger(path: Path) -> str:
    """The page, as a browser shows it whose user set text to twice its size."""
    path.write_text(path.read_text().replace("<style>", "<style>:root { font-size: 32px; }", 1))
    return path.as_uri()


TOGETHER = """all => {
  const boxes = all.map((el) => el.getBoundingClientRect()).filter((box) => box.width);
  const across = (a, b) => a.left < b.right - 1 && b.left < a.right - 1;
  const over = (a, b) => across(a, b) && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return boxes.filter((one, k) => boxes.slice(k + 1).some((other) => over(one, other))).length;
}"""


@pytest.mark.parametrize("kind", BY_KIND)
@pytest.mark.parametrize("width", [640, 1280])
def test_text_twice_as_large_cuts_nothing_off(width: int, kind: str, seen: Any, tmp_path: Path) -> None:
    """By the browser's setting for text, not by its zoom: all of the stepper grows with it."""
    page = seen(offline=True, width=width).page
    page.goto(larger(recording(kind).save(tmp_path / "steps.html", **BY_KIND[kind])))
    page.locator(".ag").wait_for(timeout=10_000)
    page.get_by_role("button", name="Jump").first.click()
    assert page.get_by_role("button", name="Last step").bounding_box()["height"] == pytest.approx(64, abs=1)
    slider = page.get_by_role("slider", name="Step").first
    for key in ("Home", *["ArrowRight"] * 4, "End"):
        slider.focus()
        page.keyboard.press(key)
        page.wait_for_timeout(50)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator(".ag :is(button, select, input):visible").evaluate_all(TOGETHER) == 0
        active = page.locator(".ag-node[data-now]")
        if active.count():
            box, stage = active.first.bounding_box(), page.locator(".ag-stage").bounding_box()
            assert box["x"] >= stage["x"] and box["x"] + box["width"] <= stage["x"] + stage["width"] + 1


def test_a_drag_takes_large_pictures_along(seen: Any, tmp_path: Path) -> None:
    page = seen(offline=True, width=640).page
    page.goto(larger(recording("small").save(tmp_path / "steps.html")))
    stage, card = page.locator(".ag-stage").bounding_box(), page.locator(".ag-node").last
    before = card.bounding_box()["x"]
    page.mouse.move(stage["x"] + 300, stage["y"] + 20)
    page.mouse.down()
    page.mouse.move(stage["x"] + 180, stage["y"] + 20, steps=4)
    page.mouse.up()
    assert card.bounding_box()["x"] == pytest.approx(before - 120, abs=2)


@pytest.mark.parametrize("kind", ["small", "folded", "predict"])
def test_the_keyboard_gets_everywhere_and_out_again(kind: str, seen: Any, tmp_path: Path) -> None:
    page = seen(offline=True).page
    page.goto(recording(kind).save(tmp_path / "steps.html", **BY_KIND[kind]).as_uri())
    page.locator(".ag").wait_for(timeout=10_000)
    reached, inside = set(), "() => document.activeElement.closest('.ag') !== null"
    mark = "() => { const el = document.activeElement; el.dataset.reached = ''; return el.outerHTML; }"
    for _ in range(200):
        page.keyboard.press("Tab")
        if reached and not page.evaluate(inside):
            break
        reached.add(page.evaluate(mark))
    else:
        pytest.fail("Tab never leaves the stepper")
    missed = page.locator(
        ".ag :is(button, select, input, summary):not([data-reached]):not(:disabled):not([type=radio])"
    )
    hidden = [one for one in missed.all() if one.is_visible()]
    assert [one.evaluate("el => el.outerHTML.slice(0, 120)") for one in hidden] == []


def test_no_motion_where_none_is_wanted(seen: Any, tmp_path: Path) -> None:
    page = seen(offline=True).page  # which wants reduced motion
    page.goto(recording("small").save(tmp_path / "steps.html").as_uri())
    page.get_by_role("slider", name="Step").focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(30)
        assert page.evaluate("document.getAnimations().filter((a) => a.playState === 'running').length") == 0


def test_colours_of_ones_own_show_what_is_active(seen: Any, tmp_path: Path) -> None:
    """With forced colours fills are gone: an outline says where the step is."""
    page = seen(offline=True, forced_colors="active").page
    page.goto(recording("small").save(tmp_path / "steps.html").as_uri())
    page.get_by_role("slider", name="Step").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    width = "(el) => parseFloat(getComputedStyle(el.querySelector('.rim')).strokeWidth)"
    active = page.locator(".ag-node[data-now]").first.evaluate(width)
    others = [one.evaluate(width) for one in page.locator(".ag-node:not([data-now])").all()]
    assert others and active > max(others)
    ground = "(el) => getComputedStyle(el).backgroundColor"
    zoom, follow = (page.get_by_role("button", name=name) for name in ("Zoom in", "Follow the active node"))
    assert zoom.evaluate(ground) != follow.evaluate(ground)  # which is on
    page.keyboard.press("End")
    outline = page.locator(".ag-vars td[data-now]").evaluate("(el) => getComputedStyle(el).outlineStyle")
    assert outline == "solid"
