"""Numbers as they are shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_lab.story import formula, values


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_shown_number_is_near_the_number(x: float) -> None:
    assert float(values.number(x)) == pytest.approx(x, rel=6e-3, abs=5.1e-5 if abs(x) >= 1e-3 else 0)


SPECIAL = [
    (0.0, "0"), (-0.0, "0"), (np.nan, "nan"), (-np.inf, "-inf"), (True, "True"), (100.0, "100"),
    (1e-9, "1e-09"), (123456789.0, "1.23e+08"),
]  # fmt: skip


@pytest.mark.parametrize(("x", "text"), SPECIAL)
def test_special_numbers(x: float, text: str) -> None:
    assert values.number(x) == text


def test_few_numbers_are_listed_and_many_are_a_heat_map() -> None:
    assert "heat" not in values.value(np.array([1.0, 2.0]))
    big = values.value(np.array([[1.0, np.nan, np.inf] * 20] * 30))
    assert (len(big["heat"]), len(big["heat"][0])) == (8, 32)
    assert (big["nan"], big["inf"], big["shape"]) == (600, 600, "(30, 60)")
    assert "data" not in big
    assert values.value(np.zeros((0, 3))) == {"shape": "(0, 3)", "dtype": "float64", "data": []}


def test_a_heat_map_lies_along_its_longer_side() -> None:
    tall = values.value(np.arange(10.0).reshape(10, 1))
    assert (len(tall["heat"]), len(tall["heat"][0])) == (1, 10)


A, B = ["mi", "a"], ["mi", "b"]


@pytest.mark.parametrize(
    ("rule", "symbols", "tree"),
    [
        ("y*x**(y - 1)", {"x": A, "y": 3}, ["mrow", ["mn", "3"], ["mo", "·"], ["msup", A, ["mn", "2"]]]),
        ("-x/y**2", {"x": A, "y": B}, ["mfrac", ["mrow", ["mo", "−"], A], ["msup", B, ["mn", "2"]]]),
        ("cos(x)", {"x": A}, ["mrow", ["mi", "cos"], ["mo", "("], A, ["mo", ")"]]),
        ("1 - out**2", {"out": A}, ["mrow", ["mn", "1"], ["mo", "−"], ["msup", A, ["mn", "2"]]]),
    ],
)
def test_rules_are_written_as_mathematics(rule: str, symbols: dict, tree: list) -> None:
    assert formula.tree(rule, symbols) == tree
