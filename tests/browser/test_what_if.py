"""What if a leaf held something else, in a real JupyterLab: the kernel runs the cell again."""

from __future__ import annotations

from typing import Any

from .conftest import Jupyter
from .test_jupyter import SMALL, complaints, place, steppers

CELL = """%%step
a = torch.tensor([5., 4.], requires_grad=True)
w = torch.tensor([[1., 2.], [3., 4.]])
z = (a**2 if a.sum() < 20 else a**3).mean() + w.sum()
z.backward()"""


def test_numbers_are_changed_checked_and_reset(lab: Jupyter, seen: Any) -> None:
    page = seen()
    page.run_all(lab, lab.write("what_if.ipynb", SMALL, CELL))
    stepper = steppers(page).first
    stepper.get_by_role("slider", name="Step").focus()
    page.page.keyboard.press("End")
    here = place(stepper)
    variables = stepper.locator(".ag-vars tbody")
    for _ in range(3):
        page.page.keyboard.press("+")
    wide = stepper.locator(".ag-stage svg").bounding_box()["width"]
    stepper.get_by_text("What if").click()
    box = stepper.get_by_role("spinbutton", name="a[1]")
    box.fill("6")
    stepper.locator("output", has_text="z 30.5 → 40.5").wait_for(timeout=10_000)
    assert place(stepper) == here
    assert stepper.locator(".ag-stage svg").bounding_box()["width"] == wide  # zoomed in as before
    assert "[5, 6]" in variables.inner_text()
    behind, shown = (
        stepper.locator(f".n-learns {part}").first.bounding_box() for part in (".yours", ".value")
    )
    assert behind["x"] < shown["x"] and behind["width"] > shown["width"]  # the mark of what was changed
    assert stepper.locator(".ag-picture[data-right]").count() == 1  # that there is more is still said
    assert box.evaluate("el => el === document.activeElement")
    box.press("ArrowUp")
    assert 6 < float(box.input_value()) < 6.5
    page.page.wait_for_function("() => !document.querySelector('.ag output').textContent.endsWith('40.5')")
    stepper.get_by_role("button", name="Check by nudging").click()
    stepper.get_by_text("They agree.").first.wait_for(timeout=10_000)
    box.fill("20")  # the other branch
    page.page.wait_for_function("() => document.querySelector('.ag-vars').textContent.includes('600')")
    stepper.get_by_label("Leaf").select_option(label="w")
    assert stepper.get_by_role("spinbutton").count() == 4
    stepper.get_by_role("spinbutton", name="w[1, 0]").fill("0")
    page.page.wait_for_function("() => document.querySelector('.ag-vars').textContent.includes('[0, 4]')")
    assert stepper.get_by_label("Leaf").locator("option:checked").inner_text() == "w"
    stepper.get_by_role("button", name="Reset").click()
    page.page.wait_for_function("() => document.querySelector('.ag-vars').textContent.includes('[5, 4]')")
    assert stepper.locator("[data-changed]").count() == 0
    assert complaints(page) == []


def test_a_click_on_a_leaf_opens_its_numbers_and_a_slider_can_be_dragged(lab: Jupyter, seen: Any) -> None:
    page = seen()
    page.run_all(lab, lab.write("drag.ipynb", SMALL, CELL))
    stepper = steppers(page).first
    stepper.locator(".n-learns .top").first.click()
    slider = stepper.get_by_role("slider", name="the number, as a slider")
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.page.mouse.move(box["x"] + box["width"] * 0.75, middle)
    page.page.mouse.down()
    for part in (0.7, 0.6, 0.5):
        page.page.mouse.move(box["x"] + box["width"] * part, middle)
        page.page.wait_for_timeout(150)
    page.page.mouse.up()
    shown = stepper.get_by_role("spinbutton", name="a[0]").input_value()
    assert abs(float(shown)) < 0.5
    page.page.wait_for_function(
        "want => document.querySelector('.ag-vars td').textContent.includes(`[${+(+want).toFixed(4)}, 4]`)",
        arg=shown,
    )
    assert complaints(page) == []


def test_what_fails_is_said_in_the_stepper(lab: Jupyter, seen: Any) -> None:
    page = seen()
    failing = CELL.replace(
        "z.backward()", "h = torch.ones(3 if a.sum() > 20 else 2)\n(z * (h * a).sum()).backward()"
    )
    page.run_all(lab, lab.write("fails.ipynb", SMALL, failing))
    stepper = steppers(page).first
    stepper.get_by_text("What if").click()
    stepper.get_by_role("spinbutton", name="a[1]").fill("30")
    stepper.get_by_role("slider", name="Step").focus()
    page.page.wait_for_timeout(1000)
    page.page.keyboard.press("End")
    assert "Error" in stepper.locator(".ag-step").inner_text()
    assert complaints(page) == []


BLOCK = """with torch.record() as rec:
    x = torch.tensor(3., requires_grad=True)
    y = x * x
    y.backward()
rec.show()"""


def test_a_block_is_replayed_and_what_was_jumped_to_stays_chosen(lab: Jupyter, seen: Any) -> None:
    page = seen()
    page.run_all(lab, lab.write("block.ipynb", SMALL, BLOCK))
    stepper = steppers(page).first
    stepper.get_by_role("button", name="Jump").click()
    node, steps = (stepper.locator(".ag-jump select").nth(k) for k in (0, 1))
    node.select_option(label="x")
    steps.select_option(label="only backward")
    stepper.get_by_text("What if").click()
    stepper.get_by_role("spinbutton", name="x").fill("5")
    stepper.locator("output", has_text="y 9 → 25. The recorded operations ran again").wait_for(timeout=10_000)
    assert steps.input_value() == "only_backward"
    assert node.locator("option:checked").inner_text() == "x"
    stepper.get_by_role("slider", name="Step").focus()
    page.page.keyboard.press("Home")
    page.page.keyboard.press("ArrowRight")
    assert place(stepper) == (3, 6)
    assert complaints(page) == []
