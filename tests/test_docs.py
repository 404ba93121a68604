"""What the pages in docs/ say is so: each row of the table of errors raises what it says, each example runs."""  # noqa: E501

from __future__ import annotations

import builtins
import doctest
import warnings
from pathlib import Path

import pytest

import autograd_lab
from autograd_lab.base import dtypes
from autograd_lab.functions import FUNCTIONS

DOCS = Path(__file__).parent.parent / "docs"
TABLE = (DOCS / "errors.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in TABLE.splitlines()
    if line.startswith("| `")
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_row_raises_what_it_says(row: list[str]) -> None:
    code, shown, *_ = row
    kind, _, text = shown.partition(": ")
    x = autograd_lab.tensor([1.0, 2.0], requires_grad=True)
    error = getattr(builtins, kind)
    try:
        with pytest.raises(error) as raised:  # a warning is an error here, as in all our tests
            exec(code.strip("`"), {"torch": autograd_lab, "x": x})
    finally:
        autograd_lab.autograd.set_detect_anomaly(False)
    assert text.strip("… ") in str(raised.value)
    assert len(row) == 4
    assert all(row)


def test_the_table_has_them_all() -> None:
    assert len(ROWS) >= 21


def test_the_example_on_dask_runs(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'dask[array,distributed]'")
    code = (DOCS / "dask.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the cluster's own, about ports and sockets
        exec(code, {})
    assert capsys.readouterr().out.split()[-4:] == ["(20,", "8)", "(8,", "1)"]


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if not name.endswith("Tensor")])
def test_each_function_has_an_example_that_runs(name: str) -> None:
    """Also those made from the table, whose docstrings no module holds."""
    function = FUNCTIONS[name]
    namespace = getattr(function, "__globals__", {}) | vars(dtypes) | FUNCTIONS
    example = doctest.DocTestParser().get_doctest(function.__doc__ or "", namespace, name, None, None)
    assert example.examples
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(example, out=report.append)
    assert not report, "".join(report)
