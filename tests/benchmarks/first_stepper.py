"""From a cold kernel to the first stepper on screen, in a real JupyterLab; and what stepping costs.

python tests/benchmarks/first_stepper.py

Medians of three. How long a kernel takes to start differs by half a second from one to the next; what a cell
of 2,000 operations takes more than one of 50 is told by the time from its cell.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from playwright.sync_api import sync_playwright

import autograd_lab as lab
from tests.browser.conftest import FLAGS, Jupyter, Seen

CELLS = ["%load_ext autograd_lab\nimport autograd_lab as torch", "%%step\n{code}"]
EXAMPLE = """a = torch.tensor([5., 4.], requires_grad=True)
b = torch.tensor([6., 8.])
y = a**2 + 5*b
z = y.mean()
z.backward()"""
FIFTY = """x = torch.tensor(0.5, requires_grad=True)
y = x
for k in range(24):
    y = y * 0.9 + 0.1
y.backward()"""
MANY = """ws = [torch.tensor(0.1 * k, requires_grad=True) for k in range(6)]
h = torch.tensor(0.5)
for k in range(100):
    for w in ws:
        h = (h * w + 0.1).tanh()
    h = h + 0.5 * k
h.backward()"""  # 2,000 operations
# script time of one key press, and the time until the frame after it is painted
PRESS = """async (key) => {
  const slider = document.querySelector('.ag [role=slider]');
  slider.focus();
  const start = performance.now();
  slider.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  const script = performance.now() - start;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return [script, performance.now() - start];
}"""


def first(jupyter: Jupyter, browser: object, name: str, code: str) -> tuple[float, float, Seen]:
    """Seconds until a stepper is drawn: since its notebook was opened, kernel and all; since its cell."""
    seen = Seen(browser)
    clock = "import time\nprint('the next cell starts at', time.time())"
    notebook = jupyter.write(name, CELLS[0], clock, CELLS[1].format(code=code))
    seen.run_all(jupyter, notebook)
    seen.page.locator(".ag svg").first.wait_for(timeout=60_000)
    whole, now = time.perf_counter() - seen.opened, time.time()
    told = seen.page.get_by_text("the next cell starts at").last.inner_text()
    return whole, now - float(told.split()[-1]), seen


def main() -> None:
    from shutil import which

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=FLAGS)
        jupyter = Jupyter("jupyterlab", Path(home))
        for name, code in (("example", EXAMPLE), ("fifty", FIFTY), ("many", MANY)):
            runs = [first(jupyter, browser, f"{name}{k}.ipynb", code) for k in range(3)]
            whole, cell = (statistics.median(run[k] for run in runs) for k in (0, 1))
            print(f"{name}: first stepper {whole:.2f} s from starting the kernel, {cell:.2f} s from its cell")
            seen = runs[-1][2]
            print(f"  {seen.page.locator('.ag-node').count()} nodes shown at first")
            seen.page.wait_for_timeout(1000)
            sent = seen.sent
            times = [seen.page.evaluate(PRESS, key) for key in ["End", "Home", *["ArrowRight"] * 20]][2:]
            script, paint = (sorted(t[k] for t in times) for k in (0, 1))
            print(f"  20 steps: {seen.sent - sent} messages to the kernel")
            print(f"  script: median {script[10]:.1f} ms, worst {script[-1]:.1f} ms a step")
            print(f"  until painted: median {paint[10]:.1f} ms")
        browser.close()
        jupyter.stop()
    with tempfile.TemporaryDirectory() as folder:
        with lab.record() as rec:
            space = {"torch": lab}
            exec(EXAMPLE, space)
        size = rec.save(Path(folder) / "page.html").stat().st_size
        print(f"saved page of the second example: {size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
