"""A cell that runs again closes what it showed before: in a real kernel, as a notebook drives it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

CELL = """%%step
a = torch.tensor([5., 4.], requires_grad=True)
z = (a**2).mean()
z.backward()
"""
COUNT = "import gc, ipywidgets.widgets.widget as w; gc.collect(); print(len(w._instances), {memory})"
MEMORY = "int(open('/proc/self/statm').read().split()[1]) * 4 // 1024"


@pytest.fixture
def kernel() -> Iterator[Any]:
    manager, client = start_new_kernel(kernel_name="python3")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client: Any, code: str, cell: str) -> str:
    """Run a cell as a notebook does, which says whose code it is; what it printed."""
    content = {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
    }
    request = client.session.msg("execute_request", content, metadata={"cellId": cell})
    client.shell_channel.send(request)
    printed = ""
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
            continue
        if message["msg_type"] == "error":
            raise AssertionError("\n".join(message["content"]["traceback"]))
        if message["msg_type"] == "stream":
            printed += message["content"]["text"]
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            client.get_shell_msg(timeout=60)
            return printed


def counts(client: Any) -> tuple[int, int]:
    """How many widgets are alive, and how many MiB the kernel holds."""
    widgets, memory = run(client, COUNT.format(memory=MEMORY), "count").split()
    return int(widgets), int(memory)


def test_a_hundred_runs_leave_as_many_widgets_and_no_more_memory(kernel: Any) -> None:
    run(kernel, "%load_ext autograd_lab\nimport autograd_lab as torch", "first")
    for _ in range(20):
        run(kernel, CELL, "a")
        run(kernel, CELL, "b")
    widgets, memory = counts(kernel)
    for _ in range(100):
        run(kernel, CELL, "a")
    after, grown = counts(kernel)
    assert widgets == after
    assert grown - memory <= 4


def test_a_cell_may_show_several(kernel: Any) -> None:
    run(kernel, "import autograd_lab as torch", "first")
    recorded = "with torch.record() as r:\n    torch.ones(1, requires_grad=True).exp().backward()"
    twice = f"{recorded}\nr.show()\nr.show()"
    run(kernel, twice, "a")
    shown = counts(kernel)[0]
    run(kernel, twice, "a")
    assert counts(kernel)[0] == shown > 0
