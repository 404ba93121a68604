"""Which expression of the user's code is running: its file, lines, columns, name and operands.

Python itself knows (PEP 657): each instruction carries the position of the expression it came from. While
the cell runs only (code, instruction) pairs are kept; they are looked up afterwards.
"""

from __future__ import annotations

import ast
import itertools
import linecache
import os
import sysconfig
from functools import lru_cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple, TypeGuard

PACKAGE = str(Path(__file__).parent.parent) + os.sep
# neither this package nor any library is the user's own code
LIBRARIES = (PACKAGE, *(sysconfig.get_path(kind) + os.sep for kind in ("stdlib", "purelib", "platlib")))
DEPTH = 12  # calls deep; beyond that, the innermost ones are kept
Frames = tuple[tuple[CodeType, int], ...]  # innermost first


class Place(NamedTuple):
    """One expression of the user's code. Lines count from 1, columns are characters from 0."""

    file: str
    line: int
    end_line: int
    start: int
    end: int
    expression: ast.AST | None
    function: CodeType


# The user's frames, innermost first: each, where it stands, and which frame it had called; between them the
# calls of modules, at MODULE.
Calls = tuple[tuple[FrameType, int, FrameType | None], ...]
MODULE = -2


def innermost(frame: FrameType | None) -> tuple[FrameType | None, Any]:
    """The innermost of the user's frames, from this one outwards; and what it called: modules, or a frame."""
    called: FrameType | None = None
    modules: tuple[FrameType, ...] = ()
    while frame is not None and (kind := kind_of(frame)) != "user":
        if kind == "module" and frame.f_code.co_name == "__call__":
            modules = (frame, *modules)
        called, frame = frame, frame.f_back
    return frame, modules or called


def running(frame: FrameType | None, top: Any = None) -> Calls:
    """The user's own frames, from this one as far out as ``top``: no library's, nor the notebook's."""
    found: list[tuple[FrameType, int, FrameType | None]] = []
    called: FrameType | None = None
    while frame is not None:
        kind = kind_of(frame)
        if kind == "user":
            found.append((frame, frame.f_lasti, called))
            if frame is top or len(found) == DEPTH:
                break
        elif kind == "module" and frame.f_code.co_name == "__call__":
            found.append((frame, MODULE, None))
        elif kind == "magic" and found:
            break  # %%step ran the cell: what called it is the notebook's machinery
        called, frame = frame, frame.f_back
    return tuple(found)


def pairs(calls: Calls, at: int) -> Frames:
    """The user's own frames as code and instruction; the innermost one stands at ``at`` now."""
    found = [(frame.f_code, instruction) for frame, instruction, _ in calls if instruction != MODULE]
    return ((found[0][0], at), *found[1:]) if found else ()


def kind_of(frame: FrameType) -> str:
    """Whose code a frame runs."""
    name = frame.f_code.co_filename
    return KINDS.get(name) or _kind(name)


KINDS: dict[str, str] = {}  # a file's name -> whose code it holds


def _kind(file: str) -> str:
    ours = file.startswith((*LIBRARIES, "<frozen"))
    KINDS[file] = SPECIAL.get(file, "library") if ours else "user"
    return KINDS[file]


SPECIAL = {f"{PACKAGE}{ours}.py": "magic" for ours in ("magic", "rerun")} | {
    f"{PACKAGE}nn{os.sep}module.py": "module"
}


@lru_cache(maxsize=64)
def parsed(text: str) -> tuple[dict[tuple[int, int, int, int], ast.AST], dict[ast.AST, ast.AST]]:
    """Every expression of a source by its position, and every node's parent."""
    places: dict[tuple[int, int, int, int], ast.AST] = {}
    parents: dict[ast.AST, ast.AST] = {}
    try:
        tree = ast.parse(text)
    except SyntaxError:  # lines that are not all Python, such as a doctest's
        return places, parents
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            parents[child] = node
        if isinstance(node, ast.expr | ast.AugAssign):
            key = (node.lineno, node.end_lineno or 0, node.col_offset, node.end_col_offset or 0)
            places.setdefault(key, node)
    return places, parents


@lru_cache(maxsize=64)
def _indents(text: str) -> dict[int, int]:
    """By how much marimo moves the lines of an app to the left before it runs them as cells.

    >>> _indents("import marimo\\napp = marimo.App()\\n@app.cell\\ndef _():\\n    x = 1\\n    return x,\\n")
    {5: 4, 6: 4}
    """
    if "marimo.App(" not in text:
        return {}
    found: dict[int, int] = {}
    for node in parsed(text)[1].values():
        heads = node.decorator_list if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []
        heads = [item.context_expr for item in node.items] if isinstance(node, ast.With) else heads
        if any(ast.unparse(head).startswith(("app.cell", "app.setup")) for head in heads):
            assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.With)
            lines = range(node.body[0].lineno, (node.end_lineno or 0) + 1)
            found |= dict.fromkeys(lines, node.body[0].col_offset)
    return found


def source(file: str) -> str:
    return "".join(linecache.getlines(file))


def columns(line: str, offset: int) -> int:
    """Python counts columns in bytes of UTF-8; people count characters."""
    return len(line.encode()[:offset].decode(errors="ignore"))


def place(code: CodeType, instruction: int) -> Place | None:
    """Where an instruction came from, or None where Python did not keep it."""
    position = next(itertools.islice(code.co_positions(), instruction // 2, None), None)
    line, end_line, start, end = position or (None,) * 4
    if line is None or end_line is None or start is None or end is None:
        return None
    text = source(code.co_filename)
    lines = text.splitlines()
    if not 0 < line <= end_line <= len(lines):
        return None
    indent = _indents(text).get(line, 0)
    start, end = start + indent, end + indent
    expression = parsed(text)[0].get((line, end_line, start, end))
    return Place(
        code.co_filename, line, end_line, columns(lines[line - 1], start), columns(lines[end_line - 1], end),
        expression, code,
    )  # fmt: skip


def of_node(file: str, node: ast.AST, function: CodeType) -> Place:
    """The place of part of an expression, such as an operand."""
    lines = source(file).splitlines()
    first, last = node.lineno, node.end_lineno  # type: ignore[attr-defined]
    return Place(
        file, first, last, columns(lines[first - 1], node.col_offset),  # type: ignore[attr-defined]
        columns(lines[last - 1], node.end_col_offset), node, function,  # type: ignore[attr-defined]
    )  # fmt: skip


def code_of(function: Any) -> CodeType | None:
    """The code of what the user wrote for the engine to call; None where there is none, as of ``print``."""
    function = getattr(function, "func", function)  # of a partial
    found = getattr(function, "__code__", None) or getattr(type(function).__call__, "__code__", None)
    return found if found is not None and _kind(found.co_filename) == "user" else None


def body(code: CodeType) -> tuple[str, list[tuple[int, int, int]]]:
    """A function's own lines: its file, and of each line that it runs the number, first column and end.

    Its ``def``, decorators and docstring are left out; of a lambda, what it returns stays.
    """
    text = source(code.co_filename)
    for node in parsed(text)[1]:
        kind = ast.Lambda if code.co_name == "<lambda>" else ast.FunctionDef
        if isinstance(node, kind) and _starts(node) == code.co_firstlineno:
            return code.co_filename, _extent(node, text.splitlines())
    return code.co_filename, []


def _starts(node: Any) -> int:
    first: int = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    return first


def _extent(node: Any, lines: list[str]) -> list[tuple[int, int, int]]:
    if isinstance(node, ast.Lambda):
        first, last = node.body, node.body
    else:
        told = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
        first, last = node.body[1 if told and len(node.body) > 1 else 0], node.body[-1]
    found = []
    for number in range(first.lineno, (last.end_lineno or first.lineno) + 1):
        line = lines[number - 1]
        start = columns(line, first.col_offset) if number == first.lineno else len(line) - len(line.lstrip())
        end = columns(line, last.end_col_offset or 0) if number == last.end_lineno else len(line)
        found.append((number, start, end))
    return found


def assigned_name(where: Place) -> str | None:
    """``y`` for the right side of ``y = …``, ``y += …`` or ``(y := …)``."""
    node = where.expression
    parents = parsed(source(where.file))[1]
    parent = parents.get(node) if node is not None else None
    if isinstance(node, ast.AugAssign):
        return node.target.id if isinstance(node.target, ast.Name) else None
    if isinstance(parent, ast.Tuple) and isinstance(assign := parents.get(parent), ast.Assign):
        target = assign.targets[0]
        if isinstance(target, ast.Tuple) and len(target.elts) == len(parent.elts):
            return _name(target.elts[parent.elts.index(node)])  # type: ignore[arg-type]
    if isinstance(parent, ast.Assign) and parent.value is node:
        return _name(parent.targets[0])
    if isinstance(parent, ast.AnnAssign | ast.NamedExpr) and parent.value is node:
        return _name(parent.target)
    return None


def _name(node: ast.AST) -> str | None:
    return (
        node.id
        if isinstance(node, ast.Name)
        else ast.unparse(node)
        if isinstance(node, ast.Attribute)
        else None
    )


def is_returned(where: Place) -> bool:
    """Whether the expression is what its function returns, so that the caller's words fit it as well."""
    node = where.expression
    parent = parsed(source(where.file))[1].get(node) if node is not None else None
    return isinstance(parent, ast.Return | ast.Lambda)


# Python asks a view first, on whichever side: it is of a subclass
SWAPPED: dict[type[ast.cmpop], str] = {ast.Gt: "lt", ast.GtE: "le", ast.Lt: "gt", ast.LtE: "ge"}


def is_target(node: ast.AST | None) -> TypeGuard[ast.Subscript]:
    """Whether something is written there: ``x[0]`` in ``x[0] = …``."""
    return isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)


def operands(where: Place, count: int, op: str = "") -> list[ast.AST | None]:
    """The expressions that stand for an operation's inputs, in order; None where they can't be told."""
    node = where.expression
    found: list[ast.AST] = []
    if isinstance(node, ast.BinOp):
        found = [node.left, node.right]
    elif isinstance(node, ast.Compare):
        found = [node.left, *node.comparators]
        if SWAPPED.get(type(node.ops[0])) == op:
            found.reverse()
    elif isinstance(node, ast.UnaryOp):
        found = [node.operand]
    elif isinstance(node, ast.AugAssign):
        found = [node.target, node.value]
    elif isinstance(node, ast.Call):
        found = [
            *_called_on(node.func),
            *node.args[_named(node.func) == "where" :],
        ]  # its condition is no input
        if found and isinstance(found[0], ast.List | ast.Tuple):
            found = list(found[0].elts)
    elif is_target(node):  # one input alone is what is written there, turned into what can be
        found = [node.value] if count > 1 else []
    elif isinstance(node, ast.Attribute | ast.Subscript):
        found = [node.value]
    return [*found[:count], *[None] * (count - len(found))]


MODULES = {
    "torch",
    "lab",
    "autograd_lab",
    "np",
    "nn",
    "F",
    "functional",
    "linalg",
}  # as they are mostly called


def _named(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _called_on(called: ast.expr) -> list[ast.AST]:
    """What a method is called on: the operation's first input. A module's function is called on nothing."""
    if not isinstance(called, ast.Attribute) or called.attr == "apply":  # of a custom Function
        return []
    root: ast.expr = called.value
    while isinstance(root, ast.Attribute):
        root = root.value
    return [] if isinstance(root, ast.Name) and root.id in MODULES else [called.value]


def text_of(where: Place, limit: int = 40) -> str:
    """The expression as it was written, on one line."""
    if where.expression is not None and where.line == where.end_line:
        text = source(where.file).splitlines()[where.line - 1][where.start : where.end]
    elif where.expression is not None:
        text = ast.unparse(where.expression)
    else:
        return ""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def with_block(file: str, line: int) -> tuple[int, int] | None:
    """The lines inside the ``with`` statement that begins at ``line``."""
    found = None
    for node in parsed(source(file))[1]:
        if isinstance(node, ast.With) and node.lineno <= line <= node.body[0].lineno:
            found = node.body[0].lineno, node.end_lineno or line
    return found
