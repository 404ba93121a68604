"""What went wrong, to which Variable, on which line, and what to do about it."""

from __future__ import annotations

import math
import operator
import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from . import dtypes

PACKAGE = str(Path(__file__).parent.parent) + os.sep


def user_frame() -> FrameType | None:
    """The innermost running frame that is not this package's own: the line the user wrote."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return frame


def name_of(variable: Any) -> str:
    """The name that the user's running code has for a Variable, in backticks, or ``a Variable``."""
    frame = user_frame()
    while frame is not None:
        for names in (frame.f_locals, frame.f_globals):
            for name, value in list(names.items()):
                if value is variable and not name.startswith("_"):
                    return f"`{name}`"
        frame = frame.f_back
    return f"a Variable of shape {tuple(variable.shape)}"


def line() -> str:
    """Where the user's code is now, as ``(line 3: y.backward())``."""
    import linecache

    frame = user_frame()
    if frame is None:
        return ""
    text = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    return f"(line {frame.f_lineno}: {text})" if text else f"(line {frame.f_lineno})"


def freed(what: str) -> RuntimeError:
    return RuntimeError(
        f"Trying to backward through the graph a second time {line()}, but the values that {what} saved "
        "were freed by the first backward pass. Run the forward pass again before calling backward, "
        "or keep the values with backward(retain_graph=True) in the first call."
    )


def no_gradient(variable: Any) -> RuntimeError:
    return RuntimeError(
        f"{name_of(variable)} does not require grad and does not have a grad_fn {line()}, so backward has "
        "nowhere to go. Make a leaf that it is computed from with requires_grad=True, and check that it was "
        "not computed under no_grad() or cut off by detach()."
    )


def not_scalar(variable: Any) -> RuntimeError:
    return RuntimeError(
        f"grad can be implicitly created only for scalar outputs {line()}: {name_of(variable)} has shape "
        f"{tuple(variable.shape)}. Reduce it to one number first, with .sum() or .mean(), or pass "
        "backward(gradient=...) of the same shape."
    )


def leaf_in_place(variable: Any, method: str) -> RuntimeError:
    return RuntimeError(
        f"a leaf Variable that requires grad is being used in an in-place operation {line()}: {method} would "
        f"change {name_of(variable)}, which learns, while its history is recorded. "
        "Put the update under torch.no_grad(), or compute a new Variable."
    )


def view_in_place(variable: Any, method: str) -> RuntimeError:
    return RuntimeError(
        f"{method} would change {name_of(variable)} {line()}, a view of another Variable whose history is "
        "recorded. Change the other Variable itself, or a .clone() of the view."
    )


def changed_in_place(what: str, shape: Any) -> RuntimeError:
    return RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"a value of shape {tuple(shape)} that {what} saved was changed after it was used. "
        "Compute a new Variable instead of changing this one, or .clone() it before it is used."
    )


def integers_learn(dtype: Any) -> RuntimeError:
    return RuntimeError(
        f"only Tensors of floating point dtype can require gradients {line()}, but this one is {dtype}. "
        "Write its numbers with a point (5. instead of 5), or pass dtype=torch.float32."
    )


def wrong_shape(what: str, got: Any, want: Any) -> RuntimeError:
    return RuntimeError(
        f"the gradient for {what} has shape {tuple(got)}, but {what} itself has {tuple(want)} {line()}. "
        "A gradient has the shape of its Variable."
    )


def no_numpy(variable: Any) -> RuntimeError:
    return RuntimeError(
        f"Can't call numpy() on {name_of(variable)} {line()}: it requires grad, and NumPy would not record "
        "what it does. Use .detach().numpy() instead."
    )


def not_one(variable: Any) -> RuntimeError:
    return RuntimeError(
        f"a Tensor with {variable.numel()} elements cannot be converted to Scalar {line()}: "
        f"{name_of(variable)} has shape {tuple(variable.shape)}. Pick or reduce to one element first."
    )


def not_an_index(variable: Any) -> TypeError:
    return TypeError(
        f"only integer tensors of a single element can be converted to an index {line()}: "
        f"{name_of(variable)} is {variable.dtype} of shape {tuple(variable.shape)}. "
        "Take int(...) of one element."
    )


def flag_of_result(variable: Any) -> RuntimeError:
    return RuntimeError(
        f"you can only change requires_grad flags of leaf variables {line()}: {name_of(variable)} was "
        "computed by an operation. Use .detach() to get a Variable that does not require grad."
    )


def unused(variable: Any, index: int) -> RuntimeError:
    return RuntimeError(
        f"The differentiated Tensor at index {index} appears to not have been used in the graph {line()}: "
        f"{name_of(variable)}. Check that the output is computed from it, or pass allow_unused=True."
    )


def shapes(op: str, first: Any, second: Any) -> RuntimeError:
    """Two shapes that an operation can't bring together, written one under the other."""
    a, b = str(tuple(first)), str(tuple(second))
    wide = max(len(a), len(b))
    if op == "matmul":
        why = (
            f"mat1 and mat2 shapes cannot be multiplied {line()}: the last axis of the left one must be as "
            "long as the last but one of the right one"
        )
    else:
        why = f"the size of tensors must match at each axis, or be 1, from the right {line()}"
    return RuntimeError(
        f"{op}: {why}.\n  left  {a:>{wide}}\n  right {b:>{wide}}\nReshape or transpose one of them."
    )


def failed(op: Any, error: Exception, arrays: list[Any], params: dict[str, Any]) -> Exception:
    """What to tell about an operation that NumPy could not do."""
    if isinstance(error, IndexError):
        return no_such_part(error, arrays[0].shape)
    if "negative integer powers" in str(error):
        return whole_power()
    if len(arrays) > 1 and isinstance(error, ValueError):
        return shapes(op.name, np.shape(arrays[0]), np.shape(arrays[-1]))
    if "new" in params:
        return wont_fit(arrays[0].shape, params["new"])
    return error


def no_such_part(error: Exception, shape: Any) -> IndexError:
    what = str(error).replace("axis", "dimension")  # NumPy's word, and PyTorch's
    return IndexError(
        f"{what} {line()}: the shape is {tuple(shape)}, and positions start at 0. "
        "Take a position that is there, or .item() for the number of a Variable without axes."
    )


def wont_fit(shape: Any, new: Any) -> RuntimeError:
    size = math.prod(shape)
    return RuntimeError(
        f"shape '{list(new)}' is invalid for input of size {size} {line()}: a shape for the {size} elements "
        f"of {tuple(shape)} must have as many. One of its axes may be -1: whatever is left."
    )


def whole_power() -> RuntimeError:
    return RuntimeError(
        f"Integers to negative integer powers are not allowed {line()}: the result would be no integer. "
        "Write the base, or the exponent, with a point (-1. instead of -1)."
    )


def no_bools(op: str) -> RuntimeError:
    what = {"sub": "Subtraction, the `-` operator, with", "neg": "Negation, the `-` operator, on"}.get(op, op)
    return RuntimeError(
        f"{what} a bool tensor is not supported {line()}. Turn it into numbers first, with x * 1."
    )


def no_mean(variable: Any) -> RuntimeError:
    return RuntimeError(
        f"mean(): could not infer output dtype. Input dtype must be floating point {line()}, but "
        f"{name_of(variable)} is {variable.dtype}. Write its numbers with a point, or sum and divide."
    )


def cant_retain(variable: Any) -> RuntimeError:
    return RuntimeError(
        f"can't retain_grad on Tensor that has requires_grad=False {line()}: no gradient will reach "
        f"{name_of(variable)}. Make a leaf that it is computed from with requires_grad=True."
    )


def ambiguous(variable: Any) -> RuntimeError:
    return RuntimeError(
        f"Boolean value of Tensor with {'more than one' if variable.numel() else 'no'} value is ambiguous "
        f"{line()}: {name_of(variable)} has shape {tuple(variable.shape)}. Reduce it to one number first."
    )


def wont_hold(variable: Any, dtype: Any) -> RuntimeError:
    got, held = (dtypes.TITLES.get(d.name, d.name) for d in (dtype, variable._array.dtype))
    return RuntimeError(
        f"result type {got} can't be cast to the desired output type {held} {line()}: {name_of(variable)} "
        f"keeps its dtype when it is changed in place, and {held} would lose part of the numbers. "
        "Compute a new Variable."
    )


def part_in_place(variable: Any) -> RuntimeError:
    return RuntimeError(
        f"x[...] = ... would change a part of {name_of(variable)} in place {line()} while gradients are "
        "recorded, which is not supported here. Compute a new Variable, or change it under torch.no_grad()."
    )


def too_many_axes(variable: Any) -> RuntimeError:
    return RuntimeError(
        f"t() expects a tensor with <= 2 dimensions, but self is {variable.ndim}D {line()}: "
        f"{name_of(variable)} has shape {tuple(variable.shape)}. Pick or reshape to two axes first."
    )


def checked_dim(dim: Any, ndim: int) -> int:
    """An axis counted from the first. Raises IndexError where there is no such axis."""
    low, high = min(-ndim, -1), max(ndim - 1, 0)
    if not low <= operator.index(dim) <= high:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{low}, {high}], but got {dim}) {line()}. "
            "Axes are counted from 0, or from -1 backwards."
        )
    return int(dim) % (ndim or 1)


def same_dim_twice(dim: int) -> RuntimeError:
    return RuntimeError(
        f"dim {dim} appears multiple times in the list of dims {line()}. Name each axis once."
    )


def wrong_dtype(what: str, got: Any, want: Any) -> RuntimeError:
    return RuntimeError(
        f"attempting to assign a gradient with dtype {got} to {what}, which is {want} {line()}. "
        "A gradient has the dtype of its Variable."
    )


def not_a_gradient(got: Any) -> TypeError:
    return TypeError(
        f"assigned grad expected to be a Tensor or None but got grad of type {type(got).__name__} {line()}. "
        "Make it a Variable first, with torch.tensor(...)."
    )


def not_a_variable(function: str, argument: str, got: Any) -> TypeError:
    return TypeError(
        f"{function}: argument '{argument}' must be Tensor, not {type(got).__name__} {line()}. "
        "Make it a Variable first, with torch.tensor(...)."
    )


def not_numbers(data: Any) -> TypeError:
    return TypeError(
        f"new(): invalid data type '{type(data).__name__}' {line()}: a Variable holds numbers, alone or in "
        "lists of equal length."
    )


def negative_size(shape: Any) -> RuntimeError:
    return RuntimeError(
        f"Dimension size must be non-negative {line()}, but the shape asked for is {tuple(shape)}."
    )


def one_gradient_each(roots: int, gradients: int) -> RuntimeError:
    return RuntimeError(
        f"got {roots} tensors and {gradients} gradients {line()}. Give one gradient for each."
    )


def nothing_wanted() -> RuntimeError:
    return RuntimeError(
        f"`inputs` argument to `grad()` cannot be empty {line()}. Name what to differentiate with respect to."
    )
