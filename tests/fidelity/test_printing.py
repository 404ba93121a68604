"""How a Variable is printed: every kind of number, shape and dtype."""

from __future__ import annotations

from typing import Any

import pytest

from .both import same

NUMBERS = [
    "5.0", "5", "-5", "True", "0.0", "-0.0", "1e-5", "1e10", "123456789", "0.1", "-0.1", "3.14159265",
    "1e8", "1e9",
    "float('nan')", "float('inf')", "-float('inf')", "99999.5", "16777217.", "[]", "[1]", "[1, 10, 100]",
    "[1, -10, 100]", "[True, False]", "[1., 2., 3.]", "[1., -2., 3.]", "[1.5, 2.]", "[1.5, -2.]",
    "[-0.5, -22.25]",
    "[0., 0.]", "[0., -0.]", "[1e-5, 1.]", "[1e-3, 1.]", "[1., 1000.]", "[1., 1001.]", "[1.5, 1500.]",
    "[1.5, 1501.]",
    "[1e5, 1e5]", "[12345.678, 1.]", "[1e9, 2e9]", "[1e8, 2.]", "[-1e-5, 1e-5]", "[1e-4, 2e-4]",
    "[9e-5, 1e-4]",
    "[1e-30, 1.]", "[1e-40, 1.]", "[float('nan'), 1.]", "[float('nan'), 1.5]", "[float('inf'), 1.]",
    "[-float('inf'), 1.5]", "[-float('inf'), 1.]", "[float('nan'), float('nan')]",
    "[float('inf'), -float('inf')]",
    "[float('nan'), 100000.5, -1.]", "[float('nan'), 1e-7, -1.]", "[0., float('inf'), 1e-9]", "[0.99999, 1.]",
    "[9.99999, 1.5]", "[999999., 1.5]", "[0.00005, 0.5]", "[1.00001, 1.]", "[2.**31, 1.]", "[2**40, 1]",
    "[-2**63, 1]",
    "[[1., 2.], [3., 4.]]", "[[1.5, -2.], [3., 400.]]", "[[1, 2], [3, 4]]", "[[]]", "[[], []]", "[[[]]]",
    "[[[1., 2.], [3., 4.]], [[5., 6.], [7., 8.]]]", "[[[[1.]]]]", "[[True], [False]]",
    "[[[1], [2]], [[3], [4]]]",
    "list(range(7))", "list(range(30))", "list(range(100))", "[k / 7 for k in range(50)]",
    "[-k / 7 for k in range(13)]",
    "list(range(1000))", "list(range(1001))", "[k * 1. for k in range(1001)]",
    "[k * .5 for k in range(2000)]",
    "[[k * 1. for k in range(40)] for _ in range(3)]", "[[k / 3 for k in range(11)] for _ in range(2)]",
    "[[k * 1. for k in range(40)] for _ in range(40)]", "[[[1.] * 3] * 8] * 60", "[[1.] * 2] * 600",
    "[[1.] * 600] * 2", "[1e-8 if k == 500 else 1. for k in range(1001)]", "[[0.25] * 7] * 150",
    "[[1000000.5] * 12] * 2", "[[[[1.] * 2] * 2] * 2] * 2", "[k * 1e-6 for k in range(20)]",
    "[[k * 1e6 for k in range(20)] for _ in range(60)]", "[1e38, 1.]", "[1, 2.5]", "[True, 2]",
    "[[1, 2.], [3, True]]",
    "[0] * 1001", "[False] * 1001", "[1e-3] * 3", "[1., 1e3, 1e-3]", "[99999999.]", "[100000001.]",
    "[1e8, 1e8]",
    "[[float('nan')] * 3] * 2", "[1 / 3] * 8", "[1 / 3] * 9", "[-1 / 3] * 8", "[-1 / 3] * 9",
]  # fmt: skip


@pytest.mark.parametrize("data", NUMBERS)
def test_printing(data: str, torch: Any) -> None:
    same(f"x = torch.tensor({data}); print(x); print(repr(x)); print(f'{{x}}')", torch)
    same(f"print(torch.tensor({data}, dtype=torch.float64))", torch)


FLOATS = [d for d in NUMBERS if "." in d or "float" in d]


@pytest.mark.parametrize("data", FLOATS)
def test_printing_with_a_suffix(data: str, torch: Any) -> None:
    same(f"x = torch.tensor({data}, requires_grad=True); print(x); print(x * 1); print(x.detach())", torch)
    same(f"x = torch.tensor({data}, dtype=torch.float64, requires_grad=True); print(x); print(x + 0)", torch)


SHAPES = ["0", "1", "0, 3", "3, 0", "2, 0, 3", "1, 1", "4, 1", "1, 4", "2, 3, 4", "1, 1, 1, 5", "3, 400",
          "30, 40, 2"]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("make", ["zeros", "ones", "rand"])
def test_printing_shapes(make: str, shape: str, torch: Any) -> None:
    same(f"torch.manual_seed(1); print(torch.{make}({shape}))", torch)
    same(
        f"torch.manual_seed(1); print(torch.{make}(({shape},), dtype=torch.float64, requires_grad=True))",
        torch,
    )


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64", "bool", "double", "float"])
def test_printing_dtypes(dtype: str, torch: Any) -> None:
    same(f"x = torch.tensor([1, 0, 1], dtype=torch.{dtype}); print(x, x.dtype, x.shape)", torch)
    same(f"print(torch.zeros(2, 0, dtype=torch.{dtype}))", torch)
    same(f"print(torch.{dtype})", torch)
