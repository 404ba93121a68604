"""The memory of a learner's kernel, after the first lessons: MiB resident, a fresh kernel each.

python tests/benchmarks/memory.py [lesson ...]
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
LESSONS = ("00_start_here", "01_variables_and_the_graph")


def resident(pid: int) -> float:
    """MiB of a process that are in memory now."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def kernel_memory(cells: list) -> float:
    """MiB of a fresh kernel that has run these cells."""
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}})
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        return resident(client.km.provisioner.pid)


def main(names: list[str]) -> None:
    bare = kernel_memory([nbformat.v4.new_code_cell("1 + 1")])
    print(f"{'a kernel that has run 1 + 1':32} {bare:6.1f} MiB")
    for name in names:
        cells = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells
        print(f"{name:32} {kernel_memory(cells):6.1f} MiB")


if __name__ == "__main__":
    main(sys.argv[1:] or list(LESSONS))
