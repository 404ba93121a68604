"""What went wrong, to which Variable, on which line, and what to do about it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

PACKAGE = str(Path(__file__).parent.parent)


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
            for name, value in names.items():
                if value is variable and not name.startswith("_"):
                    return f"`{name}`"
        frame = frame.f_back
    return f"a Variable of shape {variable.shape}"


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
        f"{variable.shape}. Reduce it to one number first, with .sum() or .mean(), or pass "
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
        f"{name_of(variable)} has shape {variable.shape}. Pick or reduce to one element first."
    )


def flag_of_result(variable: Any) -> RuntimeError:
    return RuntimeError(
        f"you can only change requires_grad flags of leaf variables {line()}: {name_of(variable)} was "
        "computed by an operation. Use .detach() to get a Variable that does not require grad."
    )


def unused(variable: Any) -> RuntimeError:
    return RuntimeError(
        f"One of the differentiated Tensors appears to not have been used in the graph {line()}: "
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
