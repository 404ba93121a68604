"""gradcheck finds wrong derivatives, says where they are, and passes right ones."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_lab as lab
from autograd_lab.autograd.gradcheck import GradcheckError

from ..fidelity.both import all_same

gradcheck, gradgradcheck = lab.autograd.gradcheck, lab.autograd.gradgradcheck

HEAD = """
gradcheck, gradgradcheck = torch.autograd.gradcheck, torch.autograd.gradgradcheck
a = torch.tensor([1., 2.], dtype=torch.float64, requires_grad=True)
b = torch.tensor([[0.5, -1.]], dtype=torch.float64, requires_grad=True)
c = torch.tensor([1., 2.], dtype=torch.float64)
class Wrong(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, g):
        return 3 * g * ctx.saved_tensors[0]
"""

LINES = """
gradcheck(lambda a: a.sin(), (a,))
gradcheck(lambda a: a.sin(), a)
gradcheck(lambda a: a.sin(), [a])
gradcheck(lambda a, b: (a * b, b.exp()), (a, b), check_forward_ad=True)
gradcheck(lambda a, c, k: a * c * k, (a, c, 3))
gradcheck(lambda a: a * a, (a,), fast_mode=True)
gradcheck(lambda a: a * a, (a,), check_undefined_grad=False, check_grad_dtypes=True)
gradcheck(lambda a: a * a, (a,), check_backward_ad=False, check_forward_ad=True)
gradcheck(lambda a: a * a, (a,), check_backward_ad=False)
gradcheck(lambda a: (a * a, a.argmax()), (a,))
gradcheck(lambda a: torch.ones(2, dtype=torch.float64), (a,))
gradcheck(lambda a: a.detach(), (a,))
gradcheck(lambda a: a.detach(), (a,), raise_exception=False)
gradcheck(lambda c: c * c, (c,))
gradcheck(Wrong.apply, (a,))
gradcheck(Wrong.apply, (a,), raise_exception=False)
gradgradcheck(lambda a: a ** 3, (a,))
gradgradcheck(lambda a, b: (a * b).sin(), (a, b), check_fwd_over_rev=True)
gradgradcheck(lambda a: 3 * a, (a,))
gradgradcheck(lambda a: a ** 3, (a,), (c.clone().requires_grad_(),))
gradgradcheck(lambda a: a ** 3, (a,), c.clone().requires_grad_())
gradgradcheck(lambda c: c, (c,))
"""


def test_as_in_pytorch(torch: Any) -> None:
    all_same([f"{HEAD}print({line})" for line in LINES.strip().splitlines()], torch)


class Custom(lab.autograd.Function):
    """x³, with a backward of the test's choice."""

    rule: Any = None

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return Custom.rule(ctx.saved_tensors[0], g)


def custom(rule: Any) -> Any:
    Custom.rule = staticmethod(rule)
    return Custom.apply


@pytest.fixture
def x() -> Any:
    return lab.tensor([1.0, 2.0], dtype=lab.float64, requires_grad=True)


def test_a_right_backward_passes(x: Any) -> None:
    assert gradcheck(custom(lambda x, g: 3 * x**2 * g), (x,))
    assert gradgradcheck(custom(lambda x, g: 3 * x**2 * g), (x,))
    assert x.grad is None


def test_the_message_says_which_input_and_shows_both_jacobians(x: Any) -> None:
    wrong = custom(lambda x, g: 2 * x**2 * g)
    with pytest.raises(GradcheckError, match=r"backward pass.*output 1 with respect to input 2") as found:
        gradcheck(lambda a, k, b: (a * k, wrong(b)), (x, 5, x.detach().clone().requires_grad_()))
    assert "analytical:" in str(found.value) and "numerical:" in str(found.value)
    assert " 8.]" in str(found.value) and "12.0000" in str(found.value)


def test_a_wrong_second_derivative_is_found(x: Any) -> None:
    half = custom(lambda x, g: 3 * x.detach() * x * g)
    assert gradcheck(half, (x,))
    with pytest.raises(GradcheckError):
        gradgradcheck(half, (x,))
    assert not gradgradcheck(half, (x,), raise_exception=False)


def test_a_backward_that_changes_is_found(x: Any) -> None:
    count = itertools.count()
    noisy = custom(lambda x, g: 3 * x**2 * g + 1e-7 * next(count) * g)
    with pytest.raises(GradcheckError, match="second backward pass"):
        gradcheck(noisy, (x,))
    assert gradcheck(noisy, (x,), nondet_tol=1e-3)


def test_a_backward_that_ignores_its_gradient_is_found() -> None:
    x = lab.tensor(2.0, dtype=lab.float64, requires_grad=True)
    with pytest.raises(GradcheckError, match="input 0 gets a gradient even where"):
        gradcheck(custom(lambda x, g: 3 * x**2), (x,))


def test_a_wrong_forward_mode_is_found(x: Any) -> None:
    class Double(lab.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return 2 * x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return 2 * g

        @staticmethod
        def jvp(ctx: Any, t: Any) -> Any:
            return 3 * t

    assert gradcheck(Double.apply, (x,))
    with pytest.raises(GradcheckError, match="forward pass"):
        gradcheck(Double.apply, (x,), check_forward_ad=True)


def test_other_dtypes_warn() -> None:
    x = lab.tensor([1.0, 2.0], requires_grad=True)
    with pytest.warns(UserWarning, match="input 0 is not float64"):
        assert not gradcheck(lambda x: (1000 * x).sin(), (x,), raise_exception=False)


def test_nothing_warns_for_float64(x: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert gradcheck(lambda x: x.sin(), (x,))


def test_the_module_can_be_called_by_the_name_of_its_function(x: Any) -> None:
    assert lab.autograd.gradcheck(lambda x: x * x, (x,))
    assert issubclass(GradcheckError, RuntimeError)


@given(st.floats(0.5, 2), st.floats(-0.5, 0.5), st.sampled_from([(), (1,), (2, 2)]))
def test_a_wrong_factor_is_found_whatever_the_shape(at: float, off: float, shape: tuple[int, ...]) -> None:
    x = lab.full(shape, at, dtype=lab.float64).requires_grad_()
    passes = gradcheck(custom(lambda x, g: (3 + off) * x**2 * g), (x,), raise_exception=False)
    assert passes == (abs(off) * at**2 <= 1e-5 + 1e-3 * 3 * at**2)
