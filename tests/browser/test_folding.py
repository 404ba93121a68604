"""Folding in a browser: groups open and close by click and by key, and the current step is never lost."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from autograd_lab import recorder
from autograd_lab.faces import assets
from autograd_lab.story.place import place

from ..story.test_folding import calls, ends, module, nested, rounds
from .test_page import opened

CARDS = """() => [...document.querySelectorAll('.ag-node')].map((g) => {
  const { x, y, width, height } = g.querySelector('.rim').getBBox();
  return [x, y, width, height];
})"""


def page_of(make: Any, seen: Any, tmp_path: Path, **options: Any) -> Any:
    return opened(seen, recorder.Replay(make()).save(tmp_path / "steps.html"), **options)


def overlapping(cards: list[list[float]]) -> list[Any]:
    def over(a: list[float], b: list[float]) -> bool:
        return all(min(a[k] + a[k + 2], b[k] + b[k + 2]) - max(a[k], b[k]) > 0 for k in (0, 1))

    return [(a, b) for k, a in enumerate(cards) for b in cards[k + 1 :] if over(a, b)]


def test_a_group_opens_and_closes_by_click_and_the_step_stays(seen: Any, tmp_path: Path) -> None:
    page = page_of(rounds, seen, tmp_path)
    stepper = page.page.locator(".ag")
    page.page.locator(".ag-time").focus()
    for _ in range(8):
        page.page.keyboard.press("ArrowRight")
    step, said = stepper.locator(".ag-count").inner_text(), stepper.locator(".ag-say").inner_text()
    cards = stepper.locator(".ag-node").count()
    first = stepper.locator("[data-group=g1]")
    assert first.get_attribute("aria-expanded") == "false"
    assert stepper.locator(".ag-node[data-now]").get_attribute("data-group") == "g1"
    assert first.get_attribute("data-value") == "active"  # though what comes out of it is not known yet
    assert "inside: operation" in stepper.locator(".caption").text_content()
    first.locator(".top").click()
    assert first.get_attribute("aria-expanded") == "true"
    assert stepper.locator(".ag-node").count() == cards + 6
    assert stepper.locator(".ag-node[data-now]").get_attribute("data-group") is None
    assert (
        stepper.locator(".ag-count").inner_text() == step and stepper.locator(".ag-say").inner_text() == said
    )
    assert overlapping(page.page.evaluate(CARDS)) == []
    first.click()
    assert stepper.locator(".ag-node").count() == cards
    assert stepper.locator(".ag-count").inner_text() == step
    assert page.errors == []


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_group_opens_and_closes_by_key_and_keeps_the_focus(key: str, seen: Any, tmp_path: Path) -> None:
    page = page_of(rounds, seen, tmp_path)
    group = page.page.locator("[data-group=g2]")
    group.focus()
    for expanded in ("true", "false"):
        page.page.keyboard.press(key)
        assert group.get_attribute("aria-expanded") == expanded
        assert page.page.evaluate("document.activeElement.dataset.group") == "g2"
        word = "opened" if expanded == "true" else "closed"
        assert f"round 2 of 10 {word}" in page.page.locator("[aria-live]").inner_text()
    assert page.page.locator(".ag-count").inner_text().startswith("1 ")  # and it did not begin to play


def test_g_opens_and_closes_all(seen: Any, tmp_path: Path) -> None:
    page = page_of(module, seen, tmp_path)
    page.page.locator(".ag-time").focus()
    few = page.page.locator(".ag-node").count()
    page.page.keyboard.press("g")
    assert page.page.locator(".ag-node").count() == len(module()["nodes"])
    assert overlapping(page.page.evaluate(CARDS)) == []
    page.page.keyboard.press("g")
    assert page.page.locator(".ag-node").count() == few


def test_a_small_recording_folds_when_asked(seen: Any, tmp_path: Path) -> None:
    page = page_of(calls, seen, tmp_path)
    assert page.page.locator(".n-group").count() == 0
    page.page.locator(".ag-folds").click()
    assert page.page.locator(".n-group .name").all_text_contents() == ["helper(x, w)", "helper(y, w)"]
    page.page.locator(".ag-folds").click()
    assert page.page.locator(".ag-frame").count() == 0


def test_every_step_shows_in_the_folded_picture(seen: Any, tmp_path: Path) -> None:
    page = page_of(rounds, seen, tmp_path)
    page.page.locator(".ag-time").focus()
    for _ in range(len(rounds()["steps"]) - 1):
        page.page.keyboard.press("ArrowRight")
        assert page.page.locator(".ag-node[data-now]").count() == 1
    assert page.errors == []


def test_what_was_open_is_open_when_the_stepper_is_drawn_again(seen: Any, tmp_path: Path) -> None:
    page = page_of(rounds, seen, tmp_path)
    module_ = assets.script().replace("export default", "window.stepper =")
    page.page.evaluate(f"async () => {{ {module_}; window.mounted = mount; }}")
    scene = rounds()
    shown = page.page.evaluate(
        """(scene) => {
          const el = document.createElement('div');
          document.body.append(el);
          window.mounted(el, scene);
          el.querySelector('[data-group=g3] .top').dispatchEvent(new MouseEvent('click', { bubbles: true }));
          const again = document.createElement('div');
          document.body.append(again);
          window.mounted(again, scene);
          return again.querySelector('[data-group=g3]').getAttribute('aria-expanded');
        }""",
        scene,
    )
    assert shown == "true"


@pytest.mark.parametrize("make", [calls, module, nested], ids=lambda make: make.__name__)
def test_the_browser_places_as_python_does(make: Any, seen: Any, tmp_path: Path) -> None:
    scene, page = make(), page_of(calls, seen, tmp_path)
    module_ = assets.script().replace("export default", "window.stepper =")
    page.page.evaluate(f"async () => {{ {module_}; window.placed = place; }}")
    inner = [group for group in scene["groups"] if group != "all"]
    rng = random.Random(1)
    for _ in range(5):
        opened_ = rng.sample(inner, rng.randint(0, len(inner)))
        there = page.page.evaluate("([scene, opened]) => placed(scene, new Set(opened))", [scene, opened_])
        here = place(scene["groups"], scene["insides"], ends(scene), opened_)
        assert there["size"] == here["size"]
        for kind in ("nodes", "frames"):
            assert set(there[kind]) == set(here[kind])
            for name, box in here[kind].items():
                assert there[kind][name] == pytest.approx(box)
        assert set(there["edges"]) == set(here["edges"])
        for name, wire in here["edges"].items():
            assert there["edges"][name].get("of") == wire.get("of")
            one = there["edges"][name]
            for a, b in zip([*one["points"], one["label"]], [*wire["points"], wire["label"]], strict=True):
                assert a == pytest.approx(b, abs=0.06)
