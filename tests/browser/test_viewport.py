"""Zoom, pan, fit and follow: by button, key, mouse and finger, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import autograd_lab as lab

from .test_page import opened

NOW = """() => {
  const [stage, svg] = [document.querySelector('.ag-stage'), document.querySelector('.ag-stage > svg')];
  const active = document.querySelector('.ag-node[data-now]');
  const [seen, box] = [stage, active].map((el) => el?.getBoundingClientRect());
  return { left: stage.scrollLeft, top: stage.scrollTop, scale: svg.clientWidth / svg.viewBox.baseVal.width,
           inside: !!box && box.left >= seen.left && box.right <= seen.right };
}"""


@pytest.fixture
def page(tmp_path: Path, seen: Any) -> Any:
    """A chain far wider than the page, in it a finger's width of touch screen."""
    with lab.record() as rec:
        x = lab.tensor(0.3, requires_grad=True)
        y = x
        for _ in range(4):
            y = (y * 1.5).tanh().exp().sin()
        y.backward()
    page = opened(seen, rec.save(tmp_path / "steps.html"), width=700, has_touch=True)
    page.page.locator(".ag-time").focus()
    page.page.keyboard.press("Home")
    return page


def now(page: Any) -> dict[str, Any]:
    return dict(page.page.evaluate(NOW))


def test_keys_zoom_in_out_and_fit_again(page: Any) -> None:
    fitted = now(page)["scale"]
    assert fitted >= 1  # so that 11 px stays 11 px
    page.page.keyboard.press("+")
    assert now(page)["scale"] == pytest.approx(fitted * 1.25, rel=0.01)
    assert page.page.locator("[aria-live]").inner_text() == f"Zoom: {round(fitted * 125)} %."
    page.page.keyboard.press("-")
    page.page.keyboard.press("-")
    assert now(page)["scale"] == pytest.approx(fitted / 1.25, rel=0.01)
    page.page.keyboard.press("0")
    assert now(page)["scale"] == pytest.approx(fitted)


def test_buttons_do_the_same_and_are_large_enough(page: Any) -> None:
    before = now(page)["scale"]
    page.page.get_by_role("button", name="Zoom in").click()
    assert now(page)["scale"] > before
    page.page.get_by_role("button", name="Fit to the width").click()
    assert now(page)["scale"] == pytest.approx(before)
    for button in page.page.locator(".ag-view button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 24


def test_the_active_node_is_kept_in_view_until_asked_not_to(page: Any) -> None:
    for key in ("End", "Home", "ArrowRight", "ArrowRight"):
        page.page.keyboard.press(key)
        page.page.wait_for_timeout(60)
        assert now(page)["inside"], key
    page.page.keyboard.press("f")
    follow = page.page.get_by_role("button", name="Follow the active node")
    assert follow.get_attribute("aria-pressed") == "false"
    page.page.evaluate("document.querySelector('.ag-stage').scrollLeft = 100000")
    page.page.keyboard.press("ArrowRight")
    page.page.wait_for_timeout(60)
    assert not now(page)["inside"]
    page.page.keyboard.press("f")
    assert now(page)["inside"]


def test_a_plain_wheel_does_not_zoom_and_one_with_ctrl_does_where_the_pointer_is(page: Any) -> None:
    before = now(page)
    box = page.page.locator(".ag-node").nth(1).bounding_box()
    page.page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.page.mouse.wheel(0, 100)
    assert now(page)["scale"] == before["scale"]
    page.page.mouse.wheel(0, -100)
    page.page.wait_for_timeout(200)
    box = page.page.locator(".ag-node").nth(1).bounding_box()
    page.page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.page.keyboard.down("Control")
    page.page.mouse.wheel(0, -20)
    page.page.keyboard.up("Control")
    page.page.wait_for_function("(s) => document.querySelector('.ag-stage > svg').clientWidth > s",
                                arg=box["width"])  # fmt: skip
    page.page.wait_for_timeout(100)
    assert now(page)["scale"] > before["scale"]
    after = page.page.locator(".ag-node").nth(1).bounding_box()
    assert after["x"] == pytest.approx(box["x"], abs=6)


def test_a_drag_pans_and_clicks_no_card(page: Any) -> None:
    page.page.keyboard.press("End")
    page.page.wait_for_timeout(60)
    count, left = page.page.locator(".ag-count").inner_text(), now(page)["left"]
    page.page.evaluate("document.querySelector('.ag-stage').scrollLeft = 300")
    card = page.page.locator(".ag-node .top").nth(3).bounding_box()
    x, y = card["x"] + 10, card["y"] + 10
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + 40, y, steps=4)
    page.page.mouse.move(x + 120, y, steps=4)
    page.page.mouse.up()
    assert now(page)["left"] == pytest.approx(180, abs=2) and left != 180
    assert page.page.locator(".ag-count").inner_text() == count
    page.page.mouse.click(x + 120, y)  # and a click still leads to the card's step
    assert page.page.locator(".ag-count").inner_text() != count


def touch(page: Any, kind: str, *points: tuple[float, float]) -> None:
    fingers = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(points)]
    page.touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


def test_fingers_tap_drag_and_pinch(page: Any) -> None:
    page.touch = page.context.new_cdp_session(page.page)
    before, box = now(page), page.page.locator(".ag-stage").bounding_box()
    x, y = box["x"] + 300, box["y"] + box["height"] / 2
    touch(page, "touchStart", (x, y))
    for k in range(1, 9):
        touch(page, "touchMove", (x - 20 * k, y))
    touch(page, "touchEnd")
    page.page.wait_for_timeout(200)
    panned = now(page)
    assert panned["left"] > before["left"] and panned["scale"] == before["scale"]
    touch(page, "touchStart", (x - 40, y), (x + 40, y))
    for k in range(1, 9):
        touch(page, "touchMove", (x - 40 - 5 * k, y), (x + 40 + 5 * k, y))
    touch(page, "touchEnd")
    assert now(page)["scale"] == pytest.approx(2 * before["scale"], rel=0.05)
    assert page.page.evaluate("visualViewport.scale") == 1  # the page itself stays as it is
    page.page.get_by_role("button", name="Fit to the width").tap()
    count = page.page.locator(".ag-count").inner_text()
    page.page.locator(".ag-node .top").nth(2).tap()
    assert page.page.locator(".ag-count").inner_text() != count
    assert page.errors == []


def test_a_tall_picture_leaves_room_for_the_words_of_the_step(tmp_path: Path, seen: Any) -> None:
    with lab.record() as rec:
        total = lab.tensor(0.0)
        for k in range(12):
            total = total + lab.tensor(float(k), requires_grad=True) ** 2
        total.backward()
    page = opened(seen, rec.save(tmp_path / "steps.html"), width=1200).page  # 900 px high
    assert page.locator(".ag-stage").evaluate("(el) => el.scrollHeight > el.clientHeight")
    tall = page.locator(".ag").evaluate(
        "(el) => el.querySelector('.ag-say').getBoundingClientRect().bottom - el.getBoundingClientRect().top"
    )
    assert tall < 600
