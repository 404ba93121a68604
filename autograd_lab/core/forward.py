"""Forward mode: an operation's tangent from its inputs' tangents, worked out as it runs.

Griewank and Walther, *Evaluating Derivatives* (2008), section 3.1. Where no entry of the table gives the
jvp, it is the transpose of the vjp: the vjp is linear in ``g``, so its own vjp with respect to ``g`` is the
jvp (section 3.3).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .modes import Mode, enable_grad, local
from .op import OTHER, Op, Recorded
from .record import made
from .rules import expand
from .shapes import cast


def tangent(op: Op, inputs: Any, out: Any, params: dict[str, Any]) -> Any:
    """The output's tangent: each input's tangent times the Jacobian, added up; None where none moves."""
    total = None
    with _plainly():
        for k, x in enumerate(inputs):
            moved = getattr(x, "_tangent", None)
            if moved is None or not op.vjp:
                continue
            if op.jacobian is OTHER or op.joint:
                part = transposed(op, k, moved, inputs, params)
            else:
                part = op.jvp(k, moved, inputs, out, params)
            part = _fitted(part, out)
            total = part if total is None else total + part
    return total


def _fitted(part: Any, out: Any) -> Any:
    """A tangent in the shape and dtype of the output, where the input was stretched or promoted."""
    if part.shape != out.shape:
        part = expand(part, size=tuple(out.shape))
    return part if part._array.dtype == out._array.dtype else cast(part, dtype=out._array.dtype)


class _plainly(Mode):
    """In this block nothing has a tangent: there is one level of forward mode."""

    def __init__(self) -> None:
        super().__init__(dual=False, listener=None)


def transposed(op: Op, k: int, moved: Any, inputs: Any, params: dict[str, Any]) -> Any:
    """The jvp as the transpose of the vjp: differentiate ⟨vjp(u), moved⟩ with respect to u."""
    return tangents(op, moved, inputs, params, k)[0]


def tangents(op: Op, moved: Any, inputs: Any, params: dict[str, Any], k: int = 0) -> Any:
    """The same, for each of an operation's results where there are several."""
    from .calls import grad

    recording = local.now.grad
    with _plainly(), enable_grad():
        plain = [x.detach() if isinstance(x, Recorded) and not recording else x for x in inputs]
        result = op.forward(
            *([[x._array for x in plain]] if op.joint else [getattr(x, "_array", x) for x in plain]), **params
        )
        value, *extras = result if op.extras else (result,)
        us = [made(np.zeros_like(one)) for one in ((value, *extras) if op.several else (value,))]
        for u in us:
            u._learns = True
        names = (
            dict(zip(("x", "y", "z"), plain, strict=False))
            | params
            | dict(zip(op.extras, extras, strict=True))
        )
        names |= {"xs": plain, "shape": plain[0].shape, "shapes": [getattr(x, "shape", ()) for x in plain]}
        rule = op.vjp[0 if op.joint else k]
        if op.several:
            names |= zip(("out", *op.extras), op(*plain, **params), strict=True)
        elif "out" in rule.needs:
            names["out"] = op(*plain, **params)
        sent = rule.run(us if op.several else us[0], *(names[name] for name in rule.needs))
        return grad(sent[k] if op.joint else sent, us, moved, create_graph=True, materialize_grads=op.several)
