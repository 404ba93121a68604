"""What a node does where just some of an operation's inputs learn, written out as Python for each case.

A plain loop over an entry's rules that looks up at every call what they need takes 1.4 times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from ..base import errors
from .twins import for_arrays, for_variables


class Rule(NamedTuple):
    """How one input's contribution is computed, and the names of what it needs besides ``g``."""

    run: Callable[..., Any]
    needs: tuple[str, ...]


class Plan(NamedTuple):
    """What a node does where just some of an operation's inputs learn."""

    places: tuple[int, ...]  # which of them
    send: Any = None  # (node, g) -> their contributions
    push: Any = None  # (node, g, totals, listener, retain): add them to what arrived along the edges so far
    push_recorded: Any = None  # the same with Variables, where the backward pass itself is recorded
    keeps: tuple[bool, ...] = ()  # which of inputs, output and extras the node saves
    fill: Any = (
        None  # (node, inputs, their arrays, parameters, output, extras): what the node remembers of a call
    )
    revive: Any = None  # (node) -> what it saved, as Variables
    constants: tuple[int, ...] = ()  # which inputs it saves though they do not learn
    shapes: tuple[str, ...] = ()  # what it notes of shapes: "shape", "shapes"
    frees: Any = False  # whether it saves anything that a backward pass lets go of; or a property of nodes


def plan_of(op: Any, learning: int) -> Plan:
    """The plan for an operation of which the inputs whose bits are set in ``learning`` learn."""
    places = tuple(k for k in range(learning.bit_length()) if learning >> k & 1)
    rules = op.vjp if op.joint else tuple(op.vjp[k] for k in places)
    wanted = {name for rule in rules for name in rule.needs}
    keeps = tuple(name in wanted for name in op.positions)
    shapes = tuple(sorted(wanted & {"shape", "shapes"}))
    found: dict[str, Any] = {"places": places, "keeps": keeps, "shapes": shapes}
    found["frees"] = property(op.frees) if callable(op.frees) else any(keeps) or op.frees
    found["fill"] = _filler(op, places, keeps, shapes)
    if op.joint:  # its rule speaks of all inputs
        (call,) = _calls(rules, op.positions)
        send = _picking(_written(f"lambda n, g: {call}", rules), places)
        return Plan(**found, send=send)
    if op.several:
        each = (f"g.get({k})" for k in range(1 + len(op.extras)))
        (call,) = _calls(rules, op.positions, given=f"[{', '.join(each)}]")
        return Plan(**found, send=_written(f"lambda n, g: ({call},)", rules))
    calls = _calls(rules, op.positions)
    found["send"] = _written(f"lambda n, g: ({''.join(f'{call}, ' for call in calls)})", rules)
    found["push"] = _pusher(calls, rules, for_arrays, found["frees"])
    revived = _revived(op.positions["out"], places, keeps)
    calls = _calls(rules, op.positions, revived)
    found["push_recorded"] = _pusher(calls, rules, for_variables, found["frees"])
    found["revive"] = _written(f"lambda n: [{', '.join(revived)}]")
    return Plan(**found, constants=tuple(k for k in range(op.arity) if keeps[k] and k not in places))


def _calls(rules: Any, positions: dict[str, int], saved: Any = None, given: str = "g") -> list[str]:
    """Calls of rules, with what they need, read from a node: ``r0(g, n.saved[1], n.params['dim'])``.

    The shortest rules stand there themselves: those of mul are ``g * n.saved[1]`` and ``g * n.saved[0]``.
    """
    found = {name: saved[k] if saved else f"n.saved[{k}]" for name, k in positions.items()}
    calls = []
    for k, rule in enumerate(rules):
        read = (given, *(found.get(name, f"n.params[{name!r}]") for name in rule.needs))
        calls.append(SHORTEST.get(rule.run.__code__.co_code, f"r{k}({', '.join(read)})").format(*read))
    return calls


SHORTEST = {
    rule.__code__.co_code: text
    for rule, text in (
        (lambda g: g, "{}"),
        (lambda g: -g, "-{}"),
        (lambda g, y: g * y, "{} * {}"),
    )
}


def _pusher(calls: list[str], rules: Any, twin: Any, frees: Any) -> Any:
    """Sends, adds up what arrives, and lets go of what was saved. For mul, where both inputs learn::

    def made(n, g, totals, listener, retain):
        if n.saved is None or n.tick < latest.tick:
            n.check()
        origin = n.origin
        e0, e1, = n.edges
        c = g * n.saved[1]
        if origin is not None and origin[0] is not None:
            c = fit(c, *origin[0])
        totals[e0] = total = totals[e0] + c if e0 in totals else c
        if listener is not None:
            listener.flow(n, e0, g, c, total)
        c = g * n.saved[0]
        ...
        if not retain:
            n.saved = None
    """
    edges = [f"e{k}" for k in range(len(calls))]
    text = "def made(n, g, totals, listener, retain):\n"
    text += CHECKED if frees else ""
    text += f"    origin = n.origin\n    {', '.join(edges)}, = n.edges\n"
    for k, (edge, call) in enumerate(zip(edges, calls, strict=True)):
        text += PUSHED.format(k=k, edge=edge, call=call)
    text += FREED.format(" and n.frees" if isinstance(frees, property) else "") if frees else ""
    return _written(text, [rule._replace(run=twin(rule.run)) for rule in rules])


CHECKED = """\
    if n.saved is None or n.tick < latest.tick:
        n.check()
"""

PUSHED = """\
    c = {call}
    if origin is not None and origin[{k}] is not None:
        c = fit(c, *origin[{k}])
    totals[{edge}] = total = totals[{edge}] + c if {edge} in totals else c
    if listener is not None:
        listener.flow(n, {edge}, g, c, total)
"""

FREED = """\
    if not retain{}:
        n.saved = None
"""


def _filler(op: Any, places: tuple[int, ...], keeps: tuple[bool, ...], shapes: tuple[str, ...]) -> Any:
    """Puts what a node remembers of a call into its slots. Where both inputs learn, that of mul is::

    def made(n, xs, a, params, out, more):
        n.edges = (xs[0]._fn or xs[0], xs[1]._fn or xs[1], )
        n.extra = n.origin = None
        n.saved = (a[0], a[1], None, )
    """
    inputs = ["a"] if op.joint else [f"a[{k}]" for k in range(op.arity)]
    every = (*inputs, "out", *(f"more[{k}]" for k in range(len(op.extras))))
    kept = "".join(f"{text if keep else None}, " for text, keep in zip(every, keeps, strict=True))
    found = {"shape": "a[0].shape", "shapes": "[getattr(x, 'shape', ()) for x in a]"}
    noted = "".join(f", {name!r}: {found[name]}" for name in shapes)
    lines = [
        f"n.edges = ({''.join(f'xs[{k}]._fn or xs[{k}], ' for k in places)})",
        "n.extra = n.origin = None",
    ]
    if any(keeps):
        lines.append(f"n.saved = ({kept})")
    elif op.frees:
        lines.append("n.saved = ()")
    if op.params or shapes:
        lines.append(f"n.params = {{**params{noted}}}" if shapes else "n.params = params")
    return _written("def made(n, xs, a, params, out, more):\n    " + "\n    ".join(lines))


def _revived(out: int, places: tuple[int, ...], keeps: tuple[bool, ...]) -> list[str]:
    """What a node saved as Variables, in the ways of restored.py. Of mul, where both inputs learn::

    at(n.saved[0], n.edges[0])
    at(n.saved[1], n.edges[1])
    None
    """
    ways = {k: f"at(n.saved[{k}], n.edges[{j}])" for j, k in enumerate(places)} | {
        out: f"at(n.saved[{out}], n)"
    }
    return [ways.get(k, f"plain(n.saved[{k}])") if kept else "None" for k, kept in enumerate(keeps)]


NAMES: dict[str, Any] = {}  # what the texts call, which node.py and restored.py put here


def _written(text: str, rules: Any = ()) -> Any:
    """What a piece of Python, put together from names of our own table, makes of these rules."""
    names = NAMES | {f"r{k}": rule.run for k, rule in enumerate(rules)}
    exec(_compiled(text if text.startswith("def") else f"made = {text}"), names)  # noqa: S102
    return names["made"]


@cache
def _compiled(text: str) -> Any:
    return compile(text, f"{errors.PACKAGE}/table", "exec")


def _picking(send: Any, places: tuple[int, ...]) -> Any:
    """Only the contributions to those inputs that learn."""

    def picked(node: Any, g: Any) -> list[Any]:
        sent = send(node, g)
        return [sent[k] for k in places]

    return picked
