"""The pictures of the twelve programs, as they are drawn: nothing lies on anything else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

import autograd_lab as lab

from ..layout_corpus import PROGRAMS
from .test_folding import CARDS, overlapping
from .test_page import opened

CHIPS = """() => [...document.querySelectorAll('.ag-chip .plate')].map((plate) => {
  const { x, y, width, height } = plate.getBBox();
  return [x + 0.1, y + 0.1, width - 0.2, height - 0.2];
})"""


@pytest.mark.parametrize("how", ["Graphviz", "networkx alone"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_no_card_and_no_number_lies_on_another(
    name: str, how: str, seen: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "Graphviz":
        pytest.importorskip("pygraphviz", reason="pygraphviz has no wheel here")
    else:
        monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with lab.record() as rec:
        PROGRAMS[name]()
    page = opened(seen, rec.save(tmp_path / "steps.html")).page
    page.get_by_role("slider", name="Step").focus()
    page.keyboard.press("End")  # all that ever stands on an edge does now
    cards, chips = page.evaluate(CARDS), page.evaluate(CHIPS)
    assert len(cards) > 1
    assert overlapping([*cards, *chips]) == []
