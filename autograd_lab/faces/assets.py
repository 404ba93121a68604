"""The stepper's script and look, as the widget and the page need them: one text each."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "stepper"
# One module, written in parts: each may use the names of those before it, and the last one exports.
PARTS = (
    "tools", "formula", "product", "moves", "ask", "edit", "scene", "plates", "place", "folds", "card",
    "wire", "viewport", "picture", "timeline", "jump", "controls", "step", "code", "variables", "main",
)  # fmt: skip


def script() -> str:
    """The parts joined into one ES module: no build, and no import that a page without network would miss.

    >>> script().count("export default")
    1
    """
    return "\n".join((FOLDER / f"{part}.js").read_text(encoding="utf-8") for part in PARTS)


def style() -> str:
    """The style sheet.

    >>> ".ag-stage" in style()
    True
    """
    return (FOLDER / "stepper.css").read_text(encoding="utf-8")
