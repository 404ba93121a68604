"""The saved page: steppable from a disk, with the network off; and what the picture does with names."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

import autograd_lab as lab
from autograd_lab.story import words

from ..markup import MARKUP, WATCHED
from ..pseudo import PSEUDO, foreign


def record() -> lab.Record:
    with lab.record() as rec:
        a = lab.tensor([5.0, 4.0], requires_grad=True)
        b = lab.tensor([6.0, 8.0])
        y = a**2 + 5 * b
        z = y.mean()
        z.backward()
    return rec


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return record().save(tmp_path / "steps.html")


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
    assert [cell.strip() for cell in row] == ["a", "[5, 4] (2,) float32", "[5, 4] (2,) float32", "True"]


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


def hostile(name: str) -> lab.recorder.Replay:
    """A recording whose every text is that name: no code could bring them all about."""
    scene = copy.deepcopy(record().scene)
    typed = name.replace("{", "{{").replace("}", "}}")
    scene |= {"name": name, "text": name, "words": dict.fromkeys(scene["words"], name)}
    for node in scene["nodes"].values():
        node |= {key: name for key in ("label", "note", "shape", "grad", "so_far") if key in node}
    for value in scene["values"].values():
        value |= {"shape": name, "data": name}
    for variable in scene["variables"]:
        variable["name"] = name
    scene["lines"] = [*({**line, "text": name} for line in scene["lines"]), {"head": name}]
    for step in scene["steps"]:
        step |= {"title": name, "say": f"`{typed}` {typed}", "caption": typed, "span": None, "operand": None}
        step["formula"] = [{"roles": ["seed", name], "rows": [[{"m": ["mi", name]}, {"m": ["mtext", name]}]]}]
    return lab.recorder.Replay(scene)


@pytest.mark.parametrize("name", MARKUP)
def test_names_never_become_markup(name: str, tmp_path: Path, seen: Any) -> None:
    page = seen()
    page.page.add_init_script(WATCHED)
    page.page.goto(hostile(name).save(tmp_path / "hostile.html").as_uri())
    stepper = page.page.locator(".ag")
    stepper.wait_for(timeout=10_000)
    page.page.locator(".ag-time").focus()
    for _ in range(12):
        page.page.keyboard.press("ArrowRight")
    strangers = "img, iframe, a, video, input, details, style, script, maction"
    assert stepper.locator(strangers).count() == 0
    assert page.page.locator(strangers).count() == 3  # the page's own: its style, its Scene, its module
    for part in (
        ".ag-say",
        ".ag-kicker code",
        ".ag-line code",
        ".ag-vars tbody th",
        ".ag-eqs",
        "svg text.name",
    ):
        shown = stepper.locator(part).first.text_content()
        assert name in shown or (shown.endswith("…") and name.startswith(shown[:-1])), part
    assert page.page.title() == name
    assert page.page.evaluate("window.hits") == 0 and page.errors == []


def test_a_saved_picture_runs_nothing(tmp_path: Path, seen: Any) -> None:
    for k, name in enumerate(MARKUP):
        page = seen()
        page.page.add_init_script(WATCHED)
        page.page.goto(hostile(name).save(tmp_path / f"{k}.svg").as_uri())
        assert page.page.evaluate("window.hits") == 0 and page.errors == []
        assert any(name in text for text in page.page.locator("text").all_text_contents())
        page.close()


# ---------------------------------------------------------------- other languages
LABELS = """() => [...document.querySelectorAll('body *')].flatMap((el) =>
  [...el.attributes].filter(({ name }) => ['aria-label', 'aria-valuetext', 'title'].includes(name))
    .map(({ value }) => value))"""
# what has room for its words and shows fewer: wider than its box, and the box hides what is over
CUT_OFF = """() => [...document.querySelectorAll('.ag *')].filter((el) => {
  const box = el.getBoundingClientRect();
  if (!box.width || !el.clientWidth || el.closest('.vh, svg, math, .ag-eqs, .ag-stage')) return false;
  const style = getComputedStyle(el);
  return style.overflowX !== 'visible' && style.overflowX !== 'auto' && el.scrollWidth > el.clientWidth + 1;
}).map((el) => `${el.className}: ${el.textContent}`)"""
OVERLAPPING = """() => {
  const shown = [...document.querySelectorAll('.ag-bar > *, .ag-buttons > *')].filter((el) => el.offsetWidth);
  const before = (p, q) => p.right <= q.left + 1 || p.bottom <= q.top + 1;
  const over = ([a, p], [b, q]) => !a.contains(b) && !b.contains(a) && !before(p, q) && !before(q, p);
  const boxes = shown.map((el) => [el, el.getBoundingClientRect()]);
  return boxes.flatMap((one, k) => boxes.slice(k + 1).filter((other) => over(one, other)))
    .map(([el]) => el.className);
}"""


@pytest.mark.parametrize("width", [360, 700, 1200])
def test_a_longer_language_is_shown_whole(
    width: int, tmp_path: Path, seen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "_now", PSEUDO)
    rec = record()
    page = opened(seen, rec.save(tmp_path / "pseudo.html"), width=width)
    page.page.locator(".ag-time").focus()
    for _ in rec.steps:
        shown = [page.page.locator("body").inner_text(), *page.page.evaluate(LABELS)]
        assert foreign(rec.scene, *(text.replace("requires_\ngrad", "") for text in shown)) == set()
        assert page.page.evaluate(CUT_OFF) == []
        assert page.page.evaluate(OVERLAPPING) == []
        assert page.page.evaluate("document.documentElement.scrollWidth") <= width
        page.page.keyboard.press("ArrowRight")


def test_a_page_speaks_the_language_of_its_recording(tmp_path: Path, seen: Any) -> None:
    lab.set_language("es")
    try:
        page = opened(seen, record().save(tmp_path / "es.html"))
    finally:
        lab.set_language("en")
    assert page.page.locator("html").get_attribute("lang") == "es"
    page.page.get_by_role("button", name="Paso siguiente").click()
    assert (
        page.page.locator("[aria-live]")
        .inner_text()
        .startswith("Paso 2 de 11, adelante. b empieza con [6, 8].")
    )


# the code in formulas, by how much of it has room
ROOM = """() => [...document.querySelectorAll('math .ag-code')].map((el) => {
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = getComputedStyle(el).font;
  return el.getBoundingClientRect().width / pen.measureText(el.textContent).width;
})"""


@pytest.mark.parametrize("width", [360, 1200])
def test_code_in_a_formula_stays_on_its_line(width: int, tmp_path: Path, seen: Any) -> None:
    """Else MathML hides its second line."""
    with lab.record() as rec:
        x, weight = lab.tensor([[0.6, -0.4]]), lab.tensor([[0.5], [0.25]], requires_grad=True)
        (x @ weight * 0.5 + weight.sum()).tanh().mean().backward()
    page = opened(seen, rec.save(tmp_path / "steps.html"), width=width)
    page.page.locator(".ag-time").focus()
    found = []
    for _ in rec.steps:
        found += page.page.evaluate(ROOM)
        page.page.keyboard.press("ArrowRight")
    assert len(found) > 8 and min(found) > 0.98
