"""What a step costs at 8, 50 and 300 visible nodes, and an edit at 50, in a real JupyterLab; beside a redraw.

python tests/benchmarks/stepping.py

The peer is what one would write without a stepper: an ``Output`` widget in which ``networkx.draw`` draws the
same graph again at each press of a button, by way of the kernel.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from shutil import which
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from first_stepper import CELLS, PRESS
from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, Jupyter, Seen

CODE = """w = torch.tensor(0.5, requires_grad=True)
y = torch.tensor(0.3, requires_grad=True)
for k in range({rounds}):
    y = y * w + 0.1
y.backward()"""
SIZES = {8: 3, 50: 24, 300: 149}  # visible nodes, and the rounds of the loop that make them
PEER = """%matplotlib inline
import itertools, ipywidgets, matplotlib.pyplot as plt, networkx as nx
graph = _step.graph
places = nx.get_node_attributes(graph, "pos")
count = itertools.count()
out, button = ipywidgets.Output(), ipywidgets.Button(description="redraw")
def redraw(_):
    with out:
        out.clear_output(wait=True)
        nx.draw(nx.DiGraph(graph), places, with_labels=True, labels=nx.get_node_attributes(graph, "label"))
        plt.title(next(count))  # so that each picture is another
        plt.show()
button.on_click(redraw)
redraw(None)
ipywidgets.VBox([button, out])"""
REDRAW = """async () => {
  const box = document.querySelector('.jupyter-button').closest('.jp-OutputArea-output, .widget-vbox');
  const before = box.querySelector('img')?.src;
  const start = performance.now();
  document.querySelector('.jupyter-button').click();
  while (!box.querySelector('img') || box.querySelector('img').src === before)
    await new Promise((done) => requestAnimationFrame(done));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""
EDIT = """async (value) => {
  const box = document.querySelector('.ag-edit input[type=number]');
  const cell = () => document.querySelector('.ag-vars td').textContent;
  const before = cell();
  const start = performance.now();
  box.value = value;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  while (cell() === before) await new Promise((done) => requestAnimationFrame(done));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def opened(jupyter: Jupyter, browser: Any, nodes: int) -> Seen:
    """A notebook with a stepper that shows so many nodes, and below it the peer."""
    seen = Seen(browser)
    code = CELLS[1].format(code=CODE.format(rounds=SIZES[nodes]))
    seen.run_all(jupyter, jupyter.write(f"steps{nodes}.ipynb", CELLS[0], code, PEER))
    seen.page.locator(".ag svg").first.wait_for(timeout=60_000)
    seen.page.locator(".jupyter-button").first.wait_for(timeout=60_000)
    seen.page.get_by_role("slider", name="Step").first.focus()
    if seen.page.locator(".ag-node").count() < nodes:
        seen.page.keyboard.press("g")  # opens all groups
    seen.page.wait_for_timeout(1500)
    return seen


def main() -> None:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=FLAGS)
        jupyter = Jupyter("jupyterlab", Path(home))
        print("nodes   script ms: median, p95   to paint ms: median, p95   messages   redraw by the kernel")
        for nodes in SIZES:
            seen = opened(jupyter, browser, nodes)
            shown, sent = seen.page.locator(".ag-node").count(), seen.sent
            times = [seen.page.evaluate(PRESS, key) for key in ["End", "Home", *["ArrowRight"] * 60]][2:]
            if nodes == min(SIZES):
                times = times[:8]
            messages = seen.sent - sent
            script, paint = ([t[k] for t in times] for k in (0, 1))
            peer = statistics.median(seen.page.evaluate(REDRAW) for _ in range(5))
            middle = statistics.median(paint)
            redraw = f"{peer:.0f} ms, {peer / middle:.0f} times as long"
            print(
                f"{shown:5}   {statistics.median(script):17.1f} {p95(script):6.1f}"
                f"   {middle:19.1f} {p95(paint):5.1f}   {messages:8}   {redraw}"
            )
            if nodes == 50:
                edits(seen)
        browser.close()
        jupyter.stop()


def edits(seen: Seen) -> None:
    """Another value for a leaf: to the kernel, through the cell, and back into the picture."""
    seen.page.locator(".ag-edit summary").click()
    times = [seen.page.evaluate(EDIT, 0.3 + k / 50) for k in range(1, 21)]
    print(
        f"        an edit, to paint: {statistics.median(times):.0f} ms, p95 {p95(times):.0f} ms (goal 100 ms)"
    )


if __name__ == "__main__":
    main()
