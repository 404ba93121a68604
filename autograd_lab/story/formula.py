"""Formulas as trees of tokens that a page builds itself: no markup is ever made from a name."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

import numpy as np

Tree = Any  # [tag, child, …] or {"v": key}; see the Scene
SIGNS = {ast.Add: "+", ast.Sub: "−", ast.Mult: "·", ast.MatMult: "@"}
PLAIN = (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.USub, ast.Load)
NUMBERS: dict[str, Callable[..., Any]] = {
    "cos": np.cos, "sin": np.sin, "log": np.log, "step": lambda x: np.asarray(x > 0, np.result_type(x)),
}  # fmt: skip


def name(label: str) -> Tree:
    """A label: a letter of mathematics if it is a plain name, else code."""
    return ["mi", label] if label.isidentifier() else ["mtext", label]


def partial(top: str, bottom: str) -> Tree:
    """∂top / ∂bottom.

    >>> partial("z", "a**2")[2]
    ['mrow', ['mi', '∂'], ['mrow', ['mo', '('], ['msup', ['mi', 'a'], ['mn', '2']], ['mo', ')']]]
    """
    return ["mfrac", *(["mrow", ["mi", "∂"], _held_label(label)] for label in (top, bottom))]


def _held_label(label: str) -> Tree:
    """A label to differentiate: short arithmetic as mathematics; in brackets unless it is one name."""
    if label.replace(".", "").isidentifier():
        return name(label)
    try:
        node = ast.parse(label, mode="eval").body
    except SyntaxError:
        node = None
    plain = node is not None and all(isinstance(part, PLAIN) for part in ast.walk(node))
    inner = _written(_folded(node, {}), {}) if node is not None and plain and len(label) < 12 else name(label)
    return ["mrow", ["mo", "("], inner, ["mo", ")"]]


def literal(x: Any) -> Tree:
    return ["mn", (f"{x:g}" if isinstance(x, int | float) else str(x)).replace("-", "−")]


def tree(text: str, symbols: dict[str, Any]) -> Tree:
    """A local derivative such as ``y*x**(y - 1)``, with labels put in for names and known numbers worked out.

    >>> tree("y*x**(y - 1)", {"x": ["mi", "a"], "y": 2})
    ['mrow', ['mn', '2'], ['mi', 'a']]
    """
    return _written(_folded(ast.parse(text, mode="eval").body, symbols), symbols)


def _folded(node: ast.expr, symbols: dict[str, Any]) -> Any:
    """The expression with plain numbers put in, and what they alone decide worked out."""
    if isinstance(node, ast.Name):
        known = symbols.get(node.id)
        return known if isinstance(known, int | float) else node
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.UnaryOp):
        inner = _folded(node.operand, symbols)
        return -inner if isinstance(inner, int | float) else ast.UnaryOp(ast.USub(), inner)
    if isinstance(node, ast.BinOp):
        return _combined(_folded(node.left, symbols), node.op, _folded(node.right, symbols))
    if isinstance(node, ast.Call):
        return ast.Call(node.func, [_folded(a, symbols) for a in node.args], [])
    return node


def _combined(a: Any, op: ast.operator, b: Any) -> Any:
    numbers = isinstance(a, int | float) and isinstance(b, int | float)
    if numbers and isinstance(op, ast.Sub):
        return a - b
    if numbers and isinstance(op, ast.Mult):
        return a * b
    if numbers and isinstance(op, ast.Div):
        return a / b
    if isinstance(op, ast.Pow) and not isinstance(b, ast.AST) and b == 1:
        return a
    if isinstance(op, ast.Mult) and not isinstance(a, ast.AST) and a == 1:
        return b
    return ast.BinOp(a, op, b)


def _written(node: Any, symbols: dict[str, Any]) -> Tree:
    if not isinstance(node, ast.AST):
        return literal(node)
    if isinstance(node, ast.Name):
        return symbols.get(node.id) or ["mi", node.id]
    if isinstance(node, ast.UnaryOp):
        return ["mrow", ["mo", "−"], _written(node.operand, symbols)]
    if isinstance(node, ast.Attribute):  # .T
        return ["msup", _written(node.value, symbols), ["mo", "⊤"]]
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        return [
            "mrow",
            ["mi", called],
            ["mo", "("],
            *(_written(a, symbols) for a in node.args),
            ["mo", ")"],
        ]
    if not isinstance(node, ast.BinOp):
        raise TypeError(f"no way to write {ast.dump(node)}")
    left, right = _written(node.left, symbols), _written(node.right, symbols)
    if isinstance(node.op, ast.Div):
        return ["mfrac", left, right]
    if isinstance(node.op, ast.Pow):
        return ["msup", _held(node.left, left), right]
    if isinstance(node.op, ast.Mult):
        left, right = _held(node.left, left), _held(node.right, right)
        if not isinstance(node.left, ast.AST) and right[0] == "mi":
            return ["mrow", left, right]  # 2a
    return ["mrow", left, ["mo", SIGNS[type(node.op)]], right]


def _held(node: Any, written: Tree) -> Tree:
    """In brackets where a sum stands inside a product or a power."""
    loose = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
    return ["mrow", ["mo", "("], written, ["mo", ")"]] if loose else written


def evaluate(text: str, numbers: dict[str, Any]) -> Any:
    """The same local derivative as numbers. The texts are the table's own, never a user's."""
    with np.errstate(all="ignore"):
        return eval(text, {"__builtins__": {}}, {**NUMBERS, **numbers, "pi": math.pi})  # noqa: S307
