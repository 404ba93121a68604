"""The same code in both libraries: what is printed, and which exceptions are raised, must be equal."""

from __future__ import annotations

import builtins
import contextlib
import functools
import io
import re
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

import autograd_lab

from .differences import NAMES, RESULTS

comparisons = 0  # how many snippets have been compared; pytest prints it at the end
known = 0  # how many of them differ for a reason that is listed


def run(code: str, torch: Any) -> list[str]:
    """What a snippet prints, line by line, with ``torch`` bound to one library or the other."""
    out = io.StringIO()
    space = {
        "torch": torch,
        "Variable": torch.autograd.Variable,
        "np": np,
        "show": functools.partial(show, torch),
    }
    with warnings.catch_warnings(), contextlib.redirect_stdout(out):
        warnings.simplefilter("ignore")  # PyTorch says some of its own only once a process
        compiled = compile(code, "<snippet>", "exec")  # a typing error of ours is no exception of theirs
        try:
            exec(compiled, space)
        except Exception as error:  # noqa: BLE001
            print("raises", type(error).__name__.lstrip("_"))  # PyTorch calls its LinAlgError _LinAlgError
    return out.getvalue().splitlines()


def same(code: str, torch: Any) -> None:
    """The snippet prints the same in both, and raises an exception of the same type where it raises one."""
    all_same([code], torch, exact=True)


def all_same(codes: Iterable[str], torch: Any, exact: bool = False) -> None:
    """As ``same`` for many, all differences in one message.

    Unless ``exact``, an exception may be a subclass of PyTorch's: what takes PyTorch's takes ours.
    """
    global comparisons, known
    codes, differ = list(codes), []
    for code in codes:
        comparisons += 1
        ours, theirs = run(code, autograd_lab), run(code, torch)
        if ours == theirs or (not exact and _both_raise(ours, theirs)):
            continue
        if _listed(code, ours, theirs):
            known += 1
        else:
            differ.append("\n    ".join([code, "ours:", *ours, "PyTorch:", *theirs]))
    assert not differ, f"{len(differ)} of {len(codes)} differ\n" + "\n\n".join(differ)


def _listed(code: str, ours: list[str], theirs: list[str]) -> bool:
    """Whether a difference is one of those listed in differences.py."""
    named = [NAME.sub("", "\n".join(lines)) for lines in (ours, theirs)]
    if named[0] == named[1] and re.search("|".join(NAMES), code):
        return True
    return bool(re.search("|".join(RESULTS), code))


NAME = re.compile(r",\s*grad_fn=<\w+>")


def _both_raise(ours: list[str], theirs: list[str]) -> bool:
    """Whether both printed the same, and then ours raised what ``except`` takes for PyTorch's exception."""
    if ours[:-1] != theirs[:-1] or not all(
        lines and lines[-1].startswith("raises ") for lines in (ours, theirs)
    ):
        return False
    kinds = [getattr(builtins, lines[-1].removeprefix("raises "), None) for lines in (ours, theirs)]
    return None not in kinds and issubclass(*kinds)


def show(torch: Any, result: Any, *inputs: Any, named: bool = True) -> None:
    """In a snippet: a result, or each part of one, then the gradients of a weighted sum of all of it.

    Not ``named``, it is shown without its grad_fn: where PyTorch composes an operation of others, the name
    of the last of them is no part of what the operation promises.
    """
    parts = list(result) if isinstance(result, tuple | list) else [result]
    for part in parts:
        if isinstance(part, torch.Tensor):
            print(part if named else part.detach(), part.dtype, part.shape, part.requires_grad)
        else:
            print(part)
    learn = [part for part in parts if isinstance(part, torch.Tensor) and part.requires_grad]
    if learn:
        weights = [np.arange(1, part.numel() + 1).reshape(tuple(part.shape)) for part in learn]
        pairs = zip(weights, learn, strict=True)
        torch.autograd.backward(learn, [torch.tensor(w, dtype=part.dtype) for w, part in pairs])
        print(*(x.grad for x in inputs if isinstance(x, torch.Tensor)))


def forms(name: str, *arguments: str) -> list[str]:
    """The calls of an operation on ``x`` as a function and as a method, with each of the arguments."""
    calls = []
    for given in arguments or ("",):
        calls += [f"torch.{name}(x, {given})", f"x.{name}({given})"]
    return calls


def shown(made: Iterable[str], calls: Iterable[str], inputs: str = "x", named: bool = True) -> list[str]:
    """A snippet for each way of making the inputs and each call on them."""
    calls = list(calls)
    return [f"{make}\nshow({call}, {inputs}, named={named})" for make in made for call in calls]
