"""Printing as PyTorch prints: every dtype, shape and option, over many values."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograd_lab.base import printing

DTYPES = ["float32", "float64", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"]


@pytest.fixture(autouse=True)
def _usual_options(torch: Any) -> Iterator[None]:
    yield
    reset(torch)


def reset(torch: Any) -> None:
    for library in (printing, torch):
        library.set_printoptions(profile="default")


def same(array: Any, torch: Any, suffixes: list[str] | None = None, **options: Any) -> None:
    """One array, printed by both with the options given and the others as usual."""
    reset(torch)
    for library in (printing, torch):
        library.set_printoptions(**options)
    assert printing.get_printoptions() == torch._tensor_str.get_printoptions()
    tensor = torch.tensor(array)
    if suffixes:
        tensor.requires_grad_()
    assert printing.text(array, suffixes or []) == str(tensor), (array, options)


VALUES = {
    "no numbers": [],
    "zeros": [0.0, -0.0, 0.0],
    "whole": [1.0, -2.0, 30.0],
    "whole and not finite": [1.0, np.inf, -np.inf, np.nan],
    "not finite": [np.nan, np.inf, -np.inf],
    "not finite and a half": [np.nan, 0.5, -np.inf],
    "halves": [0.5, -1.5, 2.25],
    "rounded up": [0.99999, 9.99996, 99.99999],
    "tiny": [1e-5, -3e-7],
    "at the lower edge": [1e-4, 1.5e-4],
    "under the lower edge": [9.9e-5, 1e-4],
    "a thousandfold": [1.5, 1500.0],
    "more than a thousandfold": [1.5, 1501.0],
    "big": [1e8, 5e8],
    "big, with a fraction": [60000.5, 12.25],
    "many": list(np.arange(40) / 8),
    "whole, many": list(np.arange(40.0)),
    "zeros, many": [0.0] * 60,
    "nan, many": [np.nan] * 60,
}
OPTIONS: list[dict[str, Any]] = [
    {}, {"precision": 0}, {"precision": 2}, {"precision": 8}, {"linewidth": 40}, {"linewidth": 1},
    {"linewidth": 200}, {"threshold": 0}, {"threshold": 10}, {"threshold": 10, "edgeitems": 1},
    {"threshold": 10, "edgeitems": 0}, {"edgeitems": 0}, {"sci_mode": True}, {"sci_mode": False},
    {"sci_mode": True, "precision": 1, "linewidth": 50}, {"profile": "short"}, {"profile": "full"},
    {"profile": "short", "precision": 3, "threshold": 5}, {"profile": "full", "sci_mode": True},
]  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("dtype", DTYPES)
def test_values(dtype: str, options: dict[str, Any], torch: Any) -> None:
    for values in VALUES.values():
        floats = np.array(values)
        if dtype.startswith("float"):
            with np.errstate(over="ignore"):
                array = floats.astype(dtype)
            same(array, torch, ["requires_grad=True"], **options)
        else:
            array = np.clip(np.nan_to_num(floats), 0, 127).astype(dtype)
        same(array, torch, **options)
        same(array[:1].reshape(-1, 1), torch, **options)
        for value in array[:3]:
            same(np.asarray(value), torch, **options)


SHAPES = [
    (),
    (0,),
    (0, 3),
    (2, 0, 3),
    (1, 1),
    (7, 1),
    (1, 30),
    (8, 9),
    (3, 4, 5),
    (2, 9, 2, 8),
    (1, 1, 1, 1, 3),
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_shapes(options: dict[str, Any], torch: Any) -> None:
    for shape, dtype in itertools.product(SHAPES, ["float32", "float64", "int64", "int32", "bool"]):
        count = int(np.prod(shape))
        same((np.arange(count) / 3 - 5).reshape(shape).astype(dtype), torch, **options)


@pytest.mark.parametrize("shape", [(1001,), (40, 30), (3, 400), (11, 10, 10), (2, 600), (600, 2)])
def test_what_is_left_out_does_not_widen_the_rest(shape: tuple[int, ...], torch: Any) -> None:
    for middle in (1e-9, 12345.678, -1.0, np.nan):
        array = np.ones(shape, np.float32)
        array[tuple(n // 2 for n in shape)] = middle
        for options in ({}, {"edgeitems": 1}, {"edgeitems": 500}, {"threshold": 5000}):
            same(array, torch, **options)


FLOATS = st.one_of(
    st.floats(width=32),
    st.floats(-100, 100, width=32),
    st.integers(-2000, 2000).map(float),
    st.sampled_from([0.0, -0.0, 1e-4, 1e8, 1001.0, float("nan"), float("inf")]),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_numbers(data: st.DataObject, torch: Any) -> None:
    shape = tuple(data.draw(st.lists(st.integers(0, 9), max_size=3)))
    count = int(np.prod(shape))
    values = data.draw(st.lists(FLOATS, min_size=count, max_size=count))
    options = {
        "precision": data.draw(st.integers(0, 8)),
        "threshold": data.draw(st.sampled_from([0, 5, 20, 1000])),
        "edgeitems": data.draw(st.integers(0, 4)),
        "linewidth": data.draw(st.integers(1, 120)),
        "sci_mode": data.draw(st.sampled_from([None, True, False])),
    }
    same(np.array(values, np.float32).reshape(shape), torch, **options)


# ---------------------------------------------------------------------- suffixes and options
def test_suffixes_are_wrapped(torch: Any) -> None:
    for n in range(1, 30):
        x = torch.arange(float(n), requires_grad=True)
        for result, node in ((x * 1, "MulBackward0"), (x.double() / 3, "DivBackward0")):
            array = result.detach().numpy()
            assert printing.text(array, [f"grad_fn=<{node}>"]) == str(result)


def test_another_prefix_indents_the_lines() -> None:
    assert (
        printing.text(np.ones((2, 1), np.float32), [], "Parameter(") == "Parameter([[1.],\n           [1.]])"
    )


def test_options_that_are_not_named_stay_but_for_sci_mode(torch: Any) -> None:
    calls: list[dict[str, Any]] = [
        {"precision": 2, "sci_mode": True}, {"threshold": 7}, {"edgeitems": 1, "sci_mode": False}, {},
        {"profile": "short"}, {"linewidth": 30}, {"profile": "full", "edgeitems": 9}, {"profile": "other"},
    ]  # fmt: skip
    for call in calls:
        for library in (printing, torch):
            library.set_printoptions(**call)
        assert printing.get_printoptions() == torch._tensor_str.get_printoptions()


def test_options_for_a_while() -> None:
    before = printing.get_printoptions()
    with pytest.raises(KeyError), printing.printoptions(precision=1, sci_mode=True):
        assert printing.get_printoptions() == {**before, "precision": 1, "sci_mode": True}
        raise KeyError
    assert printing.get_printoptions() == before
