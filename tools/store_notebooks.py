"""Run lessons from a fresh kernel and store them, with their outputs, as a reader gets them.

python tools/store_notebooks.py            # all of notebooks/
python tools/store_notebooks.py FILE ...   # these

Stored are outputs in order, and the same bytes whenever the outputs are the same. Not stored: widget
state, and the widget itself (whoever has not run the notebook sees its picture and its text instead);
times, versions, and the paths of this machine.
"""

# ruff: noqa: T201 - a command talks to its user
from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
WIDGET = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"}
KEPT = ("tags", "jupyter")  # of a cell's metadata
RAISES = "raises-exception"  # the tag of a cell that is meant to: running all cells goes on after it
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def store(path: Path) -> None:
    """Run one notebook in its own folder, clean it, and write it back.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised that is not tagged for it.
        ValueError: a cell is tagged as raising, and did not; or its text names this machine.
    """
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=120,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    clean(notebook)
    text = nbformat.writes(notebook) + "\n"  # type: ignore[no-untyped-call]
    for place in (str(ROOT), sys.prefix):
        if place in text:
            raise ValueError(f"{path.name}: an output names {place}")
    path.write_text(text, encoding="utf-8")


def clean(notebook: Any) -> None:
    """Take out of a notebook that has run whatever belongs to this run, and not to the lesson."""
    notebook.metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE}
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in KEPT if key in cell.metadata}
        if cell.cell_type == "code":
            raised = [_without_paths(output) for output in cell.outputs if output.output_type == "error"]
            if (RAISES in cell.metadata.get("tags", [])) is not bool(raised):
                raise ValueError(
                    f"cell {cell.id}: tag it {RAISES} where it is meant to raise, and only there"
                )
            for output in cell.outputs:
                output.get("data", {}).pop(WIDGET, None)
                if "metadata" in output:
                    output.metadata = {}


def _without_paths(output: Any) -> Any:
    """A traceback as far as the reader's own code goes: not through the package, nor through ``%%step``."""
    own = [frame for frame in output.traceback[1:-1] if _is_own(COLOUR.sub("", frame))]
    output.traceback = [*output.traceback[:2], *own, output.traceback[-1]]
    return output


def _is_own(frame: str) -> bool:
    return frame.startswith("Cell In[") and "run_cell_magic(" not in frame


def main(arguments: list[str]) -> None:
    for path in [Path(name) for name in arguments] or sorted((ROOT / "notebooks").glob("*.ipynb")):
        store(path.resolve())
        print(f"stored {path.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
