"""What went wrong, to which Variable, on which line, and what to do about it."""

from __future__ import annotations

import functools
import math
import operator
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FrameType, MemberDescriptorType
from typing import Any, TypeVar

import numpy as np

from . import dtypes

PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep  # pathlib would double the import's time
COPY = os.path.join(os.path.dirname(os.__file__), "copy.py")
Raised = TypeVar("Raised", bound=Exception)

FIELD = r"\{([\w.]+)\}"  # a part of a text


class Phrase:
    """What can be told in any language: the key of a text, and its parts, plain texts or phrases too.

    >>> str(Phrase("here", n=3, code="y.backward()"))
    '(line 3: y.backward())'
    """

    def __init__(self, key: str, **parts: Any) -> None:
        self.key, self.parts = key, parts

    def told(self, texts: Mapping[str, str], written: Callable[[str], str] = str) -> str:
        """It, in the language of ``texts``, its plain parts as ``written`` has them."""

        def part(found: re.Match[str]) -> str:
            one = self.parts[found[1]]
            return one.told(texts, written) if isinstance(one, Phrase) else written(str(one))

        return re.sub(FIELD, part, texts[self.key])

    def __str__(self) -> str:
        from .messages import TEXTS  # not with the package, which loads fast

        return self.told(TEXTS)


def joined(key: str, several: Sequence[Phrase | str]) -> Phrase | str:
    """Several parts as one: what has been joined and the next are {one} and {next} of a text.

    >>> str(joined("one_or_other", ["2D", "3D"]))
    '2D or 3D'
    """
    whole, *others = several
    for part in others:
        whole = Phrase(key, one=whole, next=part)
    return whole


# -------------------------------------------------------------------- exceptions
def error(kind: str, raised_as: type[Exception] | None = None, **facts: Any) -> Exception:
    """The exception of a kind, its message filled in: Variables by name, nodes with their lines.

    ``raised_as``: where it is to be of another type than the table says.
    """
    from .messages import MESSAGES

    made, text = MESSAGES[kind]
    about = {"node": facts.get("node"), "variable": facts.get("variable", facts.get("what"))}
    if "node" in facts:
        node = facts["node"]
        facts |= {"node": node.name(), "made": at(node.code, node.at), "result": name_of_result(node)}
    if kind == "no_bools":
        facts["what"] = Phrase(SIGNS.get(facts["op"], "any_bools"), op=facts["op"])
    if kind == "ambiguous":
        facts["values"] = Phrase("several_values" if facts["variable"]._array.size else "no_values")
    if kind == "wont_hold":
        names = (facts["dtype"].name, facts["variable"]._array.dtype.name)
        facts["got"], facts["held"] = (dtypes.TITLES.get(name, name) for name in names)
    facts["line"] = line()
    fields = re.findall(FIELD, text)
    parts = {field: _written(field, facts) for field in fields}
    for name in fields:  # the shape of what has no name is said once
        if isinstance(parts[name], Phrase) and f"{name}.shape" in parts:
            parts[name] = Phrase("some_variable")
    phrase = Phrase(kind, **parts)
    return _raised(raised_as or made, phrase, **about)


SIGNS = {"sub": "subtracted_bools", "neg": "negated_bools"}


def _raised(made: type[Raised], phrase: Phrase, **facts: Any) -> Raised:
    """The exception, in English; it knows what it is about: the stepper shows that, in its own language."""
    problem = made(str(phrase))
    vars(problem)["about"] = {"kind": phrase.key, "told": phrase, **facts}
    return problem


def _written(field: str, facts: dict[str, Any]) -> str | Phrase:
    """A part of a message: a Variable by its name, a shape as a plain tuple, all else as it is."""
    name, _, inner = field.partition(".")
    value = operator.attrgetter(inner)(facts[name]) if inner else facts[name]
    if hasattr(value, "_array"):
        return name_of(value)
    if isinstance(value, Phrase):
        return value
    return str(tuple(value) if isinstance(value, dtypes.Size) else value)


# -------------------------------------------------------------------- names and lines
def user_frame() -> FrameType | None:
    """The innermost running frame that is not this package's own: the line the user wrote."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


@functools.cache
def is_ours(file: str) -> bool:
    """Whether a file is one of this package's own, or Python's, which works for it: copy.deepcopy()."""
    return file.startswith(PACKAGE) or file == COPY


def place(depth: int = 1) -> tuple[Any, int]:
    """Where the user's code is now, at least ``depth`` frames out: the code, and the instruction in it."""
    frame: FrameType | None = sys._getframe(depth)
    while frame is not None and is_ours((code := frame.f_code).co_filename):
        frame = frame.f_back
    return (code, -1) if frame is None else (code, frame.f_lasti)


def _line(file: str, number: int) -> str:
    import linecache  # not with the package, which loads fast

    return linecache.getline(file, number).strip()


def at(code: Any, instruction: int) -> str | Phrase:
    """A place in the user's code, as `` on line 3: y = x * 2``."""
    if code is None or instruction < 0:
        return ""
    number = next(
        (where[0] for k, where in enumerate(code.co_positions()) if k == instruction // 2),
        code.co_firstlineno,
    )
    text = _line(code.co_filename, number or 0)
    return Phrase("on_line" if text else "on_number", n=number, code=text)


def _names_in(frame: FrameType) -> list[tuple[str, Any]]:
    """What a running frame has names for."""
    found = frame.f_locals
    names = [*found.items(), *frame.f_globals.items()]
    if frame.f_code.co_flags & OPTIMIZED and type(found) is dict:
        found.clear()  # Python up to 3.12 keeps this copy with the frame, and would hold what is in it
    return names


OPTIMIZED = 1  # the flag of a function's code: its names are not a dict of their own


def name_of(variable: Any) -> str | Phrase:
    """The name that the user's running code has for a Variable, in backticks, or ``a Variable``."""
    found = _found(lambda value: value is variable)
    return found or Phrase("nameless", shape=tuple(variable.shape))


def name_of_array(array: Any) -> str | Phrase:
    """The name of a Variable with the memory of ``array``, in backticks; or what is known of it."""
    found = _found(lambda value: getattr(value, "_array", None) is array)
    return found or Phrase("nameless_value", shape=tuple(array.shape))


def name_of_result(node: Any) -> str | Phrase:
    """The name of the Variable that a node made, in backticks; or what is known of it."""

    def made_here(value: Any) -> bool:
        held = getattr(type(value), "_fn", None)  # a view's is worked out, which must not happen here
        if isinstance(held, MemberDescriptorType):
            return value._fn is node
        return getattr(value, "__dict__", {}).get("_node") is node

    return _found(made_here) or Phrase("nameless_result", node=node.name())


def _found(wanted: Callable[[Any], bool]) -> str:
    """The name that the user's running code has for something, in backticks; or nothing."""
    frame = user_frame()
    while frame is not None:
        for name, value in _names_in(frame):
            if not name.startswith("_") and wanted(value):
                return f"`{name}`"
        frame = frame.f_back
    return ""


def line() -> str | Phrase:
    """Where the user's code is now, as ``(line 3: y.backward())``."""
    frame = user_frame()
    if frame is None:
        return ""
    text = _line(frame.f_code.co_filename, frame.f_lineno)
    return Phrase("here" if text else "here_number", n=frame.f_lineno, code=text)


# -------------------------------------------------------------------- messages that need more than filling in
def changed_in_place(node: Any, array: Any, change: Any) -> RuntimeError:
    phrase = Phrase(
        "changed",
        name=name_of_array(array),
        node=node.name(),
        made=at(node.code, node.at),
        how=change.how,
        then=at(*change.place),
        count=change.count,
    )
    return _raised(RuntimeError, phrase, node=node, array=array, change=change)


def shapes(op: str, first: Any, second: Any, names: Any = ("", "")) -> RuntimeError:
    """Two shapes that an operation can't bring together, one under the other, the clashing axes marked."""
    product = op == "matmul"
    texts = [str(tuple(shape)) for shape in (first, second)]
    wide = max(map(len, texts))
    left, right = (text.rjust(wide) for text in texts)
    marks = _marked(right, second, _clash(first, second, product)).rstrip()
    whose = [Phrase("whose", name=name) if name else "" for name in names]
    parts = {"left": left, "first": whose[0], "right": right, "second": whose[1], "marks": marks}
    phrase = Phrase("multiply" if product else "broadcast", op=op, line=line(), **parts)
    return _raised(RuntimeError, phrase)


def _marked(text: str, shape: Any, clash: set[int]) -> str:
    """A line with a mark under each clashing axis of a shape that is written above."""
    ends, at = [], len(text) - len(str(tuple(shape)))
    for n in shape:
        at = text.index(str(n), at) + len(str(n))
        ends.append(at - 1)
    marked = {ends[k] for k in clash if len(ends) >= -k}
    return "".join("^" if k in marked else " " for k in range(len(text)))


def _clash(first: Any, second: Any, product: bool) -> set[int]:
    """The axes, counted from the last, at which two shapes don't fit together."""
    if product:
        return {-2} if len(second) > 1 else {-1}
    both = range(-min(len(first), len(second)), 0)
    return {k for k in both if first[k] != second[k] and 1 not in (first[k], second[k])}


def failed(op: Any, problem: Exception, given: Any, params: dict[str, Any]) -> Exception:
    """What to tell about an operation that NumPy could not do."""
    text = str(problem)
    arrays = [getattr(x, "_array", x) for x in given]
    if isinstance(problem, RuntimeError):  # it has been told already
        return problem
    if type(problem).__name__ == "AxisError":
        dims = params.get("dim", params.get("dims"))
        return (
            bad_dim(dims if isinstance(dims, int) else 0, np.ndim(arrays[0])) if dims is not None else problem
        )
    if isinstance(problem, IndexError):
        return error("no_such_part", what=_no_part(text), shape=np.shape(arrays[0]))
    if "negative integer powers" in text:
        return error("whole_power")
    if "duplicate value in 'axis'" in text or "repeated axis" in text:
        return error("same_dim_twice", dim=params.get("dim", params.get("dims")))
    if "shape" in params and isinstance(problem, ValueError):
        shape = np.shape(arrays[0])
        return error("wont_fit", new=list(params["shape"]), size=math.prod(shape), shape=shape)
    if len(arrays) > 1 and isinstance(problem, ValueError):
        for step, facts in params.get("chain", ()):  # it is a part that was to be written to
            arrays[0] = step(arrays[0], **facts)
        names = [name_of(x) if hasattr(x, "_array") else "" for x in (given[0], given[-1])]
        names = [name if isinstance(name, str) else "" for name in names]
        return shapes(op.name, np.shape(arrays[0]), np.shape(arrays[-1]), names)
    if isinstance(problem, TypeError):
        return problem
    return _raised(RuntimeError, Phrase("refused", op=op.name, what=text, line=line()))


# What NumPy says of a part that is not there: of an axis where PyTorch says dimension.
NO_PART = {
    "no_position": r"index (?P<index>\S+) is out of bounds for axis (?P<dim>\d+) with size (?P<n>\d+)",
    "too_many": r"too many indices for array: array is (?P<ndim>\d+)-dimensional, but (?P<n>\d+) were .*",
}


def _no_part(text: str) -> str | Phrase:
    """Which of these NumPy says; or else its words."""
    for key, said in NO_PART.items():
        if found := re.fullmatch(said, text):
            return Phrase(key, **found.groupdict())
    return text.replace("axis", "dimension")


def bad_dim(dim: Any, ndim: int) -> Exception:
    return error("bad_dim", low=min(-ndim, -1), high=max(ndim - 1, 0), dim=dim)


def checked_dim(dim: Any, ndim: int) -> int:
    """An axis counted from the first. Raises IndexError where there is no such axis."""
    if not min(-ndim, -1) <= operator.index(dim) <= max(ndim - 1, 0):
        raise bad_dim(dim, ndim)
    return int(dim) % (ndim or 1)
