"""Formulas as trees of tokens that a page builds itself: no markup is ever made from a name."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from functools import cache, lru_cache
from types import CodeType
from typing import Any

import numpy as np

from ..core.op import TABLE

Tree = Any  # [tag, child, …] or {"v": key}; see the Scene
SIGNS = {ast.Add: "+", ast.Sub: "−", ast.Mult: "·", ast.MatMult: "@"}
PLAIN = (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.USub, ast.Load)
RULE = (*PLAIN, ast.Call, ast.Attribute)
LOOSE = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda)
GREEK = {"pi": "π", "alpha": "α", "beta": "β", "Phi": "Φ", "phi": "φ"}


# -------------------------------------------------------------------- functions: numbers and notation
KNOWN = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "abs", "sign", "floor", "ceil",
         "trunc", "erf", "sigmoid")  # fmt: skip
NUMBERS: dict[str, Any] = {
    **{name: TABLE[name].forward for name in KNOWN},
    "step": lambda x: np.asarray(x > 0, np.result_type(x)),
    "Phi": lambda x: (1 + TABLE["erf"].forward(np.asarray(x) / math.sqrt(2))) / 2,  # the normal distribution,
    "phi": lambda x: np.exp(-x * x / 2) / math.sqrt(2 * math.pi),  # and its density
    "min": np.minimum,
    "max": np.maximum,
    "pi": math.pi,
}  # fmt: skip


def _bracketed(inner: Tree, left: str = "(", right: str = ")") -> Tree:
    return ["mrow", ["mo", left], inner, ["mo", right]]


def _raised(base: Tree, exponent: Tree) -> Tree:
    return ["msup", tight(base, "msup", "mfrac"), exponent]


def _minus(inner: Tree) -> Tree:
    return ["mrow", ["mo", "−"], inner]


ONE, TRANSPOSED = ["mn", "1"], ["mo", "⊤"]
WRITTEN: dict[str, Callable[..., Tree]] = {
    "pow": _raised,
    "square": lambda x: _raised(x, ["mn", "2"]),
    "exp2": lambda x: ["msup", ["mn", "2"], x],
    "sqrt": lambda x: ["msqrt", x],
    "rsqrt": lambda x: ["mfrac", ONE, ["msqrt", x]],
    "reciprocal": lambda x: ["mfrac", ONE, x],
    "neg": lambda x: _minus(tight(x)),
    "t": lambda x: _raised(x, TRANSPOSED),
    "inverse": lambda x: _raised(x, _minus(ONE)),
    "abs": lambda x: _bracketed(x, "|", "|"),
    "floor": lambda x: _bracketed(x, "⌊", "⌋"),
    "ceil": lambda x: _bracketed(x, "⌈", "⌉"),
    "addmm": lambda x, y, z: ["mrow", tight(y), ["mo", "@"], tight(z), ["mo", "+"], x],
}


def function(name: str, arguments: list[Tree]) -> Tree:
    """A function on its arguments, as mathematics writes it.

    >>> function("abs", [["mi", "x"]])
    ['mrow', ['mo', '|'], ['mi', 'x'], ['mo', '|']]
    """
    if name in WRITTEN:
        return WRITTEN[name](*arguments)
    commas = [part for x in arguments for part in (["mo", ","], x)][1:]
    return ["mrow", ["mi", GREEK.get(name, name)], ["mo", "("], *commas, ["mo", ")"]]


# -------------------------------------------------------------------- labels
@cache
def _parsed(text: str) -> ast.expr | None:
    """Text as an expression; None for what is none."""
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):  # ValueError: what no file could hold
        return None


def name(label: str) -> Tree:
    """A label: a letter of mathematics if it is a plain name, else code."""
    return ["mi", label] if label.isidentifier() else ["mtext", label]


def tight(written: Tree, *tags: str) -> Tree:
    """In brackets where it is the label of a sum, say, or has one of the tags: it would be read wrongly.

    >>> tight(["mtext", "a + b"])[1:], tight(["mtext", "f(a)"])
    ([['mo', '('], ['mtext', 'a + b'], ['mo', ')']], ['mtext', 'f(a)'])
    """
    tag = "" if isinstance(written, dict) else written[0]
    loose = tag in tags or (tag == "mtext" and isinstance(_parsed(written[1]), LOOSE))
    return _bracketed(written) if loose else written


def partial(top: str, bottom: str, which: str = "") -> Tree:
    """∂top / ∂bottom; ``which`` of an operation's inputs that is, where it has the same one twice.

    >>> partial("z", "a**2")[2]
    ['mrow', ['mi', '∂'], ['mrow', ['mo', '('], ['msup', ['mi', 'a'], ['mn', '2']], ['mo', ')']]]
    >>> partial("x * x", "x", "left")[2]
    ['mrow', ['mi', '∂'], ['msub', ['mi', 'x'], ['mi', 'left']]]
    """
    below = _held_label(bottom)
    along = ["msub", below, ["mi", which]] if which else below
    return ["mfrac", *(["mrow", ["mi", "∂"], part] for part in (_held_label(top), along))]


@lru_cache(maxsize=4096)
def _held_label(label: str) -> Tree:
    """A label to differentiate: short arithmetic as mathematics; in brackets unless it is one name."""
    if label.replace(".", "").isidentifier():
        return name(label)
    node = _parsed(label)
    plain = node is not None and all(isinstance(part, PLAIN) for part in ast.walk(node))
    short = node is not None and plain and len(label) < 12
    return _bracketed(_written(_folded(node, {}), {}) if short and node is not None else name(label))


def literal(x: Any) -> Tree:
    return ["mn", (f"{x:g}" if isinstance(x, int | float) else str(x)).replace("-", "−")]


# -------------------------------------------------------------------- rules
@cache
def names(rule: str) -> frozenset[str] | None:
    """The names that a rule of the table asks for; None where it is told in words.

    >>> sorted(names("out*log(x)")), names("g, turned back")
    (['log', 'out', 'x'], None)
    """
    node = _parsed(rule)
    if node is None or not all(isinstance(part, RULE) for part in ast.walk(node)):
        return None
    return frozenset(part.id for part in ast.walk(node) if isinstance(part, ast.Name))


def tree(text: str, symbols: dict[str, Any]) -> Tree:
    """A local derivative such as ``y*x**(y - 1)``, with labels put in for names and known numbers worked out.

    >>> tree("y*x**(y - 1)", {"x": ["mi", "a"], "y": 2})
    ['mrow', ['mn', '2'], ['mi', 'a']]
    """
    return _written(_folded(_parsed(text), symbols), symbols)


def _folded(node: Any, symbols: dict[str, Any]) -> Any:
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
    if numbers and isinstance(op, ast.Div) and b:
        return a / b
    if isinstance(op, ast.Pow | ast.Div) and _is(b, 1):
        return a
    if isinstance(op, ast.Mult) and (_is(a, 0) or _is(b, 1)):
        return a
    if isinstance(op, ast.Mult) and _is(a, 1):
        return b
    if isinstance(op, ast.Mult) and _is(a, -1):
        return ast.UnaryOp(ast.USub(), b)
    return ast.BinOp(a, op, b)


def _is(node: Any, value: int) -> bool:
    return isinstance(node, int | float) and node == value


def _written(node: Any, symbols: dict[str, Any]) -> Tree:
    if not isinstance(node, ast.AST):
        return literal(node)
    if isinstance(node, ast.Name):
        return symbols.get(node.id) or ["mi", GREEK.get(node.id, node.id)]
    if isinstance(node, ast.UnaryOp):
        return _minus(_held(node.operand, symbols, ast.Add, ast.Sub))
    if isinstance(node, ast.Attribute):  # .T
        return _raised(_written(node.value, symbols), TRANSPOSED)
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        return function(called, [_written(a, symbols) for a in node.args])
    if not isinstance(node, ast.BinOp):
        raise TypeError(f"no way to write {ast.dump(node)}")
    if isinstance(node.op, ast.Div):
        return ["mfrac", _written(node.left, symbols), _written(node.right, symbols)]
    if isinstance(node.op, ast.Pow):
        base = _held(node.left, symbols, ast.operator, ast.USub)
        return _raised(base, _written(node.right, symbols))
    if isinstance(node.op, ast.Add):
        left, right = _written(node.left, symbols), _held(node.right, symbols, ast.USub)
    elif isinstance(node.op, ast.Sub):
        left, right = _written(node.left, symbols), _held(node.right, symbols, ast.Add, ast.Sub, ast.USub)
    else:
        left = _held(node.left, symbols, ast.Add, ast.Sub)
        right = _held(node.right, symbols, ast.Add, ast.Sub, ast.USub)
        if isinstance(node.op, ast.Mult) and not isinstance(node.left, ast.AST) and right[0] == "mi":
            return ["mrow", left, right]  # 2a
    return ["mrow", left, ["mo", SIGNS[type(node.op)]], right]


def _held(node: Any, symbols: dict[str, Any], *loose: type) -> Tree:
    """In brackets where its own sign is one of ``loose``, which would be read wrongly beside another."""
    written = _written(node, symbols)
    negative = isinstance(node, int | float) and node < 0 and ast.USub in loose
    if negative or (isinstance(node, ast.BinOp | ast.UnaryOp) and isinstance(node.op, loose)):
        return _bracketed(written)
    return tight(written)


def evaluate(text: str, numbers: dict[str, Any]) -> Any:
    """The same local derivative as numbers. The texts are the table's own, never a user's."""
    with np.errstate(all="ignore"):
        return eval(_code(text), {"__builtins__": {}, **NUMBERS}, numbers)  # noqa: S307


@cache
def _code(rule: str) -> CodeType:
    return compile(rule, "<rule>", "eval")
