"""The stepper where learners meet it: every lesson run and stepped in JupyterLab and in Notebook 7."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ..markup import MARKUP, WATCHED
from .conftest import NOTEBOOKS, Jupyter, Seen

LESSONS = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
STEPPER = ".ag"
SMALL = """%load_ext autograd_lab
import autograd_lab as torch"""
CELL = """%%step
a = torch.tensor([5., 4.], requires_grad=True)
z = (a**2).mean()
z.backward()"""


def steppers(seen: Seen, at_least: int = 1) -> Any:
    """The steppers on the page, once they are drawn and the kernel has gone quiet."""
    found = seen.page.locator(STEPPER)
    found.first.wait_for(timeout=60_000)
    quiet = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
    seen.page.wait_for_function(quiet, timeout=60_000)
    seen.page.wait_for_timeout(500)
    assert found.count() >= at_least
    return found


def place(stepper: Any) -> tuple[int, int]:
    """Which step it is at, and of how many."""
    slider = stepper.get_by_role("slider", name="Step")
    return int(slider.get_attribute("aria-valuenow")), int(slider.get_attribute("aria-valuemax"))


def by_mouse(stepper: Any) -> None:
    if place(stepper)[0] > 1:
        stepper.get_by_role("button", name="First step", exact=True).click()
    here, last = place(stepper)
    assert here == 1
    for k in range(2, last + 1):
        stepper.get_by_role("button", name="Next step", exact=True).click()
        assert place(stepper)[0] == k
    for k in range(last - 1, 0, -1):
        stepper.get_by_role("button", name="Back", exact=True).click()
        assert place(stepper)[0] == k


def by_keyboard(seen: Seen, stepper: Any) -> None:
    stepper.get_by_role("slider", name="Step").focus()
    press = seen.page.keyboard.press
    press("Home")
    last = place(stepper)[1]
    for k in range(2, last + 1):
        press("ArrowRight")
        assert place(stepper)[0] == k
    press("ArrowRight")
    assert place(stepper)[0] == last
    for k in range(last - 1, 0, -1):
        press("ArrowLeft")
        assert place(stepper)[0] == k
    press("End")
    assert place(stepper)[0] == last


# What Jupyter's own pages complain of with any notebook: a missing icon; Notebook 7 on settings of its own.
JUPYTERS_OWN = ("404", "favicon", "reading 'schema'")


def complaints(seen: Seen) -> list[str]:
    """What was complained about that is not Jupyter's own."""
    return [text for text in seen.errors if not any(own in text for own in JUPYTERS_OWN)]


@pytest.mark.parametrize("app", ["lab", "notebook7"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson(lesson: str, app: str, seen: Any, request: pytest.FixtureRequest) -> None:
    page = seen()
    page.run_all(request.getfixturevalue(app), lesson)
    found = steppers(page)
    for k in range(found.count()):
        stepper = found.nth(k)
        stepper.scroll_into_view_if_needed()
        by_mouse(stepper)
        by_keyboard(page, stepper)
    assert complaints(page) == []
    assert page.elsewhere == []


def test_twenty_steps_send_the_kernel_nothing(lab: Jupyter, seen: Any) -> None:
    page = seen()
    page.run_all(lab, lab.write("twenty.ipynb", SMALL, CELL))
    stepper = steppers(page).first
    stepper.get_by_role("slider", name="Step").focus()
    before = page.sent
    for key in [
        "Home",
        *["ArrowRight"] * 7,
        *["ArrowLeft"] * 7,
        "End",
        "Home",
        "Space",
        "ArrowRight",
        "ArrowLeft",
    ]:
        page.page.keyboard.press(key)
    page.page.wait_for_timeout(300)
    assert page.sent == before


@pytest.mark.parametrize("app", ["lab", "notebook7"])
def test_keys_in_the_stepper_are_not_the_notebooks(
    app: str, seen: Any, request: pytest.FixtureRequest
) -> None:
    jupyter = request.getfixturevalue(app)
    page = seen()
    page.run_all(jupyter, jupyter.write("keys.ipynb", SMALL, CELL))
    stepper = steppers(page).first
    cells = page.page.locator(".jp-Cell").count()
    stepper.get_by_role("slider", name="Step").focus()
    for key in "abmdd":
        page.page.keyboard.press(key)
    assert page.page.locator(".jp-Cell").count() == cells
    assert stepper.is_visible()


def test_a_failing_cell_shows_its_steps_and_its_error(lab: Jupyter, seen: Any) -> None:
    page = seen()
    failing = "%%step\nx = torch.ones(2, 3, requires_grad=True)\ny = x * 2\ny @ torch.ones(4, 5)"
    page.run_all(lab, lab.write("failing.ipynb", SMALL, failing))
    stepper = steppers(page).first
    stepper.get_by_role("button", name="Last step", exact=True).click()
    assert "failed" in stepper.inner_text()
    assert "RuntimeError" in page.page.locator(".jp-OutputArea").last.inner_text()


def test_a_cell_without_an_operation_says_so(lab: Jupyter, seen: Any) -> None:
    page = seen()
    page.run_all(lab, lab.write("nothing.ipynb", SMALL, "%%step\nprint('hello')"))
    page.page.get_by_text("nothing to step through").wait_for(timeout=60_000)
    assert page.page.locator(STEPPER).count() == 0
    assert page.page.locator(".jp-OutputArea-output").first.inner_text().startswith("hello")


def test_output_of_the_cell_comes_first(lab: Jupyter, seen: Any) -> None:
    page = seen()
    page.run_all(lab, lab.write("order.ipynb", SMALL, CELL + "\nprint('printed')\na.grad"))
    steppers(page)
    outputs = page.page.locator(".jp-OutputArea-output")
    texts = [outputs.nth(k).inner_text() for k in range(outputs.count())]
    assert "printed" in texts[0] and "tensor([5., 4.])" in texts[1] and "Next" in texts[2]


def test_names_from_a_cell_never_become_markup(lab: Jupyter, seen: Any) -> None:
    page = seen()
    page.page.add_init_script(WATCHED)
    named = [json.dumps(name) for name in MARKUP]
    given = f"d = {{name: torch.tensor(2.0, requires_grad=True) for name in [{', '.join(named)}]}}"
    used = "\n".join(["%%step", *(f"d[{name}].exp().backward()" for name in named)])
    page.run_all(lab, lab.write("markup.ipynb", f"{SMALL}\n{given}", used))
    stepper = steppers(page).first
    stepper.get_by_role("slider", name="Step").focus()
    page.page.keyboard.press("Home")
    said = ""
    for _ in range(place(stepper)[1]):
        said += stepper.locator(".ag-step").inner_text()
        page.page.keyboard.press("ArrowRight")
    lines = stepper.locator(".ag-lines").inner_text()
    titles = stepper.locator("svg title").all_text_contents()
    for name in named:
        typed = f"d[{name}]"
        assert typed in lines
        assert typed[:30] in said and any(
            typed[:30] in title for title in titles
        )  # a long label is cut short
    own = ":not(.ag-edit, .ag-edit *)"  # the boxes in which a leaf is changed
    strangers = f"img, iframe, a, video, input{own}, details{own}, style, script, maction"
    assert stepper.locator(strangers).count() == 0
    assert page.page.evaluate("window.hits") == 0 and complaints(page) == []


def test_a_chosen_language_reaches_the_widget(lab: Jupyter, seen: Any) -> None:
    page = seen()
    page.run_all(lab, lab.write("spanish.ipynb", f"{SMALL}\ntorch.set_language('es')", CELL))
    stepper = steppers(page).first
    stepper.get_by_role("button", name="Último paso").click()
    assert "se guarda en a.grad" in stepper.inner_text()
    assert stepper.get_attribute("lang") == "es"
