"""What if a leaf held something else: the cell runs again, and nothing in the notebook changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import autograd_lab as lab
from autograd_lab import Record

Shell = Any


@pytest.fixture
def shell(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """A notebook's shell, with PyTorch's name for the package."""
    monkeypatch.chdir(tmp_path)
    InteractiveShell.clear_instance()
    made = InteractiveShell.instance()
    made.run_cell("%load_ext autograd_lab\nimport autograd_lab as torch")
    yield made
    InteractiveShell.clear_instance()


def step(shell: Shell, *lines: str) -> Record:
    """Run a cell under ``%%step``, and return its recording."""
    shell.run_cell("\n".join(["%%step", *lines]))
    record: Record = shell.user_ns["_step"]
    return record


A = "a = torch.tensor([1.0, 2.0], requires_grad=True)"


def numbers(record: Record) -> dict[str, Any]:
    """What each node holds, and what arrived at each leaf, by label."""
    found = {record.scene["nodes"][i]["label"]: t.value for i, t in record._recording.things.items()}
    stored = {record.scene["nodes"][e.node or ""]["grad"]: e.data["stored"]
              for e in record._recording.events if e.kind == "store"}  # fmt: skip
    return {label: value.tolist() for label, value in (found | stored).items()}


def test_every_number_is_that_of_a_run_with_the_new_value(shell: Shell) -> None:
    code = (A, "b = (a * a + torch.rand(2)).sum()", "b.backward()")
    torch_seed = "torch.manual_seed(1)"
    shell.run_cell(torch_seed)
    changed = step(shell, *code).what_if({"a": [3.0, -1.0]})
    shell.run_cell(torch_seed)
    fresh = step(shell, A.replace("[1.0, 2.0]", "[3.0, -1.0]"), *code[1:])
    assert numbers(changed) == numbers(fresh)
    assert numbers(changed)["a.grad"] == [6.0, -2.0]


def test_a_branch_that_depends_on_the_value_is_taken_anew(shell: Shell) -> None:
    record = step(
        shell, A, "if a.sum() > 4:", "    y = a.sum()", "else:", "    y = (a * 10).sum()", "y.backward()"
    )
    assert numbers(record)["a.grad"] == [10.0, 10.0]
    assert numbers(record.what_if({"a": [4.0, 5.0]}))["a.grad"] == [1.0, 1.0]


def test_nothing_in_the_notebook_changes(shell: Shell) -> None:
    shell.run_cell(
        "w = torch.tensor(2.0, requires_grad=True)\nseen = []\n"
        "def f(x):\n    seen.append(1)\n    return w * x"
    )
    record = step(shell, "y = f(w) + torch.rand(())", "y.backward()", "with torch.no_grad():", "    w -= 0.5")
    before = shell.user_ns["w"].item(), shell.user_ns["w"].grad.item(), lab.get_rng_state().tolist()
    again = record.what_if({"w": 5.0})
    assert numbers(again)["w.grad"] == 10.0
    assert before == (shell.user_ns["w"].item(), shell.user_ns["w"].grad.item(), lab.get_rng_state().tolist())
    assert shell.user_ns["seen"] == [1]


MODEL = """w = torch.tensor(2.0, requires_grad=True)
seen = []
class P:
    def __call__(self, x):
        seen.append(1)
        return w * x
def counting():
    n = 0
    def count(x):
        nonlocal n
        n += 1
        return x * n
    return count
p, count, fs = P(), counting(), [lambda x: seen.append(1) or x * w]
"""


def test_methods_closures_and_functions_in_lists_see_copies_too(shell: Shell) -> None:
    shell.run_cell(MODEL)
    record = step(shell, "y = p(3) + count(w) + fs[0](w)", "y.backward()")
    for _ in range(2):
        assert numbers(record.what_if({"w": 5.0}))["y"] == 15.0 + 5.0 + 25.0
    assert len(shell.user_ns["seen"]) == 2
    assert record.what_if({"w": 2.0}).scene == record.scene


def test_what_a_cell_switches_stays_as_it_was_and_exit_ends_nothing(shell: Shell) -> None:
    lines = (
        "if a.sum() > 4:",
        "    torch.set_default_dtype(torch.float64)",
        "    torch.set_grad_enabled(False)",
        "    raise SystemExit",
    )
    record = step(shell, A, *lines, "a.sum().backward()")
    assert record.what_if({"a": [9.0, 9.0]}).steps[-1]["kind"] == "error"
    assert lab.is_grad_enabled() and lab.get_default_dtype() == lab.float32
    assert record.what_if({"a": [1.0, 1.0]}).steps[-1]["kind"] == "store"


def test_what_is_too_large_is_named(shell: Shell) -> None:
    record = step(shell, A, "large = torch.ones(3, 8)", "(a.sum() * large).sum().backward()")
    assert record.scene["again"]["large"].endswith("numbers or two axes: large.")
    assert "large" not in step(shell, A, "a.sum().backward()").scene["again"]


def test_what_json_cannot_hold_is_not_offered(shell: Shell, tmp_path: Any) -> None:
    record = step(shell, "a = torch.tensor([1.0, float('inf')], requires_grad=True)", "a.sum().backward()")
    assert not any("edit" in node for node in record.scene["nodes"].values())
    lab.load(record.save(tmp_path / "inf.json"))


def test_its_own_values_give_the_same_scene(shell: Shell) -> None:
    record = step(shell, A, "(a * a).sum().backward()")
    back = record.what_if({"a": [9.0, 9.0]}).what_if({"a": [1.0, 2.0]})
    assert back.scene == record.scene


def test_nothing_moves_and_what_changed_is_marked(shell: Shell) -> None:
    record = step(shell, A, "z = (a * a).sum()", "z.backward()")
    again = record.what_if({"a": [1000.123, 20000.0]})
    assert again.scene["layout"] == record.scene["layout"]
    marked = [node["label"] for node in again.scene["nodes"].values() if node.get("changed")]
    assert str(again).splitlines()[2].split()[2:4] == ["a", "(changed)"] and "(changed)" not in str(record)
    assert marked == ["a"] and again.scene["again"]["told"].startswith("z 5 → ")


def test_a_run_that_fails_shows_its_steps_up_to_there(shell: Shell) -> None:
    record = step(shell, A, "if a.sum() > 4:", "    a = a.reshape(3)", "a.sum().backward()")
    again = record.what_if({"a": [4.0, 5.0]})
    assert [s["kind"] for s in again.steps][-1] == "error"


OUTSIDE = [
    ("if False:", "    input()"),
    ("import pathlib", "pathlib.Path('x').write_text('1')"),
    ("import os", "os.environ['X_Y'] = '1'"),
    ("large.sum()",),
]


@pytest.mark.parametrize("lines", OUTSIDE)
def test_of_a_cell_that_cannot_be_run_again_the_operations_are(shell: Shell, lines: tuple[str, ...]) -> None:
    shell.run_cell("large = torch.ones(2**23)")
    again = step(shell, A, "y = (a * a).sum()", "y.backward()", *lines).what_if({"a": [1.0, 3.0]})
    assert again.scene["again"]["told"].startswith("y 5 → 10. The recorded operations ran again")
    assert numbers(again)["a.grad"] == [2.0, 6.0]


@pytest.mark.parametrize(
    ("lines", "name", "why"),
    [
        ((A, "a.register_hook(lambda g: g * 2)", "input", "a.sum().backward()"), "a", "calls input"),
        (("(h * 2).backward()",), "w", "uses h from before"),
    ],
)  # fmt: skip
def test_what_can_be_neither_run_nor_replayed_says_why(
    shell: Shell, lines: tuple[str, ...], name: str, why: str
) -> None:
    shell.run_cell("w = torch.tensor(2.0, requires_grad=True)\nh = w * 3")
    record = step(shell, *lines)
    with pytest.raises(RuntimeError, match=why):
        record.what_if({name: 1.0 if name == "w" else [1.0, 3.0]})


def test_a_wrong_name_or_shape_is_told(shell: Shell) -> None:
    record = step(shell, A, "y = (a * a).sum()", "y.backward()")
    with pytest.raises(ValueError, match=r"y is no leaf .* These are: a\."):
        record.what_if({"y": 2.0})
    with pytest.raises(ValueError, match="a holds numbers"):
        record.what_if({"a": "x"})
    with pytest.raises(ValueError, match=r"\(2,\).*\(3,\)"):
        record.what_if({"a": [1.0, 2.0, 3.0]})


def test_what_the_cell_sets_in_place_first_cannot_be_changed(shell: Shell) -> None:
    record = step(shell, A, "with torch.no_grad():", "    a.zero_()", "(a * a).sum().backward()")
    assert not any("edit" in node for node in record.scene["nodes"].values())


@pytest.mark.parametrize(
    ("code", "agrees"),
    [("y = (a * a).sum()", True), ("y = (a.detach() * a).sum()", False), ("y = (a - 1).relu().sum()", False)],
)
def test_a_probe_stands_beside_the_gradient(shell: Shell, code: str, agrees: bool) -> None:
    record = step(shell, A, code, "y.backward()")
    probe = record.probe("a", (0,))
    assert ("agree" in probe.told) == agrees
    assert probe.gradient == numbers(record)["a.grad"][0]


@pytest.mark.parametrize(("code", "start"), [("1 / a", 0.001), ("a.log()", 0.005), ("a ** 3", 200.0)])
def test_a_probe_fits_small_and_large_numbers(shell: Shell, code: str, start: float) -> None:
    record = step(shell, f"a = torch.tensor({start}, requires_grad=True)", f"y = {code}", "y.backward()")
    assert "They agree" in record.probe("a").told


def test_a_probe_of_what_random_numbers_lead_to(shell: Shell) -> None:
    lines = (
        "torch.manual_seed(0)",
        "a = torch.tensor(2.0, requires_grad=True)",
        "y = torch.rand(1) * a * a",
        "y.backward()",
    )
    assert "They agree" in step(shell, *lines).probe("a").told


def test_a_probe_of_what_was_updated_since_is_refused(shell: Shell) -> None:
    lines = (
        "for _ in range(2):",
        "    (a * a).sum().backward()",
        "    with torch.no_grad():",
        "        a -= 0.1 * a.grad",
    )
    with pytest.raises(ValueError, match="changed in place"):
        step(shell, A, *lines).probe("a", (0,))


def test_a_branch_may_import_what_was_never_imported(
    shell: Shell, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "unseen_until_then.py").write_text("n = 3.0")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    lines = (
        "y = a.sum()",
        "if y > 4:",
        "    import unseen_until_then",
        "    y = y * unseen_until_then.n",
        "y.backward()",
    )
    assert numbers(step(shell, A, *lines).what_if({"a": [4.0, 5.0]}))["a.grad"] == [3.0, 3.0]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_may_not_write_either(shell: Shell, tmp_path: Any) -> None:
    thread = "t = threading.Thread(target=lambda: open('x', 'w').close()); t.start(); t.join()"
    record = step(shell, "import threading", A, thread, "a.sum().backward()")
    (tmp_path / "x").unlink()
    record.what_if({"a": [1.0, 3.0]})
    assert not (tmp_path / "x").exists()


def test_a_probe_asks_which_number(shell: Shell) -> None:
    record = step(shell, A, "a.sum().backward()")
    with pytest.raises(ValueError, match="Which number"):
        record.probe("a")


def test_the_stepper_changes_resets_and_probes(shell: Shell) -> None:
    from autograd_lab.faces.stepper import Stepper

    record = step(shell, A, "z = (a * a).sum()", "z.backward()")
    stepper, said = Stepper(record.scene, "", record), []
    stepper.send = said.append
    stepper._heard(stepper, {"set": "n0", "data": [3.0, 4.0]}, [])
    assert stepper.scene["again"]["told"] == "z 5 → 25"
    stepper._heard(stepper, {"probe": "n0", "index": [1]}, [])
    stepper._heard(stepper, {"set": "n0", "data": [3.0]}, [])
    assert "8" in said[0]["told"] and "shape" in said[1]["failed"]
    stepper._heard(stepper, {"reset": True}, [])
    assert stepper.scene == record.scene
