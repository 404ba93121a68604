"""The backward pass: walk the graph from its roots, and add up what flows along each edge.

Reverse-mode differentiation, as in Griewank and Walther, *Evaluating Derivatives* (2008), section 3.2:
each node waits for all its contributions, then sends one along each of its edges. Nodes are numbered as
they are made, so "largest number first" is a topological order, and no recursion is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..base import errors
from .hooks import after_node, before_node, finish, hooked, look_for_nan
from .modes import local
from .node import Freed, Node, add_up, fitted
from .order import last_users, leading_to, reachable
from .restored import restored, unpacked

NONE: frozenset[Any] = frozenset()


def contributions(node: Node, g: Any, useful: set[Any] | None, differentiable: bool) -> Any:
    """What one node sends along each edge, in the shape and dtype of its input; the hooks that see it called."""  # noqa: E501
    if node.frees:
        node.check()
    new = _sent(node, g, useful, differentiable)
    if node.origin is not None:
        new = fitted(new, node.origin)
    if node.extra is not None:
        new = after_node(node, new, g, differentiable)
    if local.now.anomaly:
        look_for_nan(node, new)
    return new


def _sent(node: Node, g: Any, useful: set[Any] | None, differentiable: bool) -> Any:
    """What its rules make of ``g``: from arrays; or from Variables, where the pass itself is recorded."""
    if not node.op:  # a custom one, which sees to itself
        return node.send(g)
    packed = node.extra is not None and node.extra.packed is not None
    source = restored(node) if differentiable else unpacked(node) if packed else node
    send, edges = type(node).send, node.edges
    if useful is None or node.op.joint or useful.issuperset(edges):
        return send(source, g)
    places = [k for k, edge in zip(node.plan.places, edges, strict=True) if edge in useful]
    sent = iter(node.op.plan(sum(1 << k for k in places)).send(source, g))
    return [next(sent) if edge in useful else None for edge in edges]


def run(
    roots: Sequence[Any],
    gradients: Sequence[Any],
    retain: bool,
    differentiable: bool,
    targets: Sequence[Any] | None = None,
    storing: bool = True,
) -> dict[Any, Any]:
    """Run backward from ``roots``, Variables, with a gradient for each; the only implementation there is.

    Leaves add what arrives to their ``.grad`` where ``storing``; of ``targets`` (nodes or leaves), if given,
    nothing else is worked out, and their totals are returned. Values are arrays, or Variables where
    ``differentiable``.
    """
    totals: dict[Any, Any] = {}
    now = local.now
    for root, g in zip(roots, gradients, strict=True):
        start = root._fn or root
        totals[start] = totals[start] + g if start in totals else g
        if now.listener is not None:
            now.listener.seed(root, g, targets, storing)
    recording, quiet, task = now.grad, now.quiet, now.task
    now.grad, now.quiet = differentiable, _call  # all of it runs quietly, and that can't be entered twice
    try:
        return quiet(_walk, totals, retain, differentiable, targets, storing)  # type: ignore[no-any-return]
    except Freed as freed:
        raise errors.error("freed", node=freed.node, variable=roots[0]) from None
    finally:
        now.grad, now.quiet, now.task = recording, quiet, task
        if now.listener is not None:
            now.listener.ended()


def _call(function: Any, *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)


def _walk(totals: Any, retain: bool, differentiable: bool, targets: Any, storing: bool) -> dict[Any, Any]:
    """Visit nodes, last made first. ``totals`` holds what arrived so far at nodes and leaves yet to come."""
    nodes, leaves = reachable(totals)
    wanted, useful = NONE, None
    if targets is not None:
        wanted = frozenset(targets)
        useful = None if wanted == set(leaves) else leading_to(wanted, nodes)
    local.now.task = nodes, leaves, useful
    kept: dict[Any, Any] = {}
    state = differentiable, wanted, kept, storing
    if hooked(leaves) or (differentiable and local.now.listener is not None):
        # Somebody sees when a leaf has all that flows to it.
        ends = last_users(nodes, leaves)
        finish(ends.pop(None, ()), totals, *state)
    else:
        ends = None
    _visit(nodes, totals, retain, useful, ends, *state)
    finish(leaves, totals, *state)
    if storing and useful is not None:
        for node in wanted.intersection(kept).intersection(nodes):  # PyTorch runs the nodes of inputs= too
            if useful.isdisjoint(node.edges):
                node.check()
                if node.frees and not retain:
                    node.free()
    return kept


def _visit(
    nodes: list[Node],
    totals: dict[Any, Any],
    retain: bool,
    useful: set[Any] | None,
    ends: dict[Any, list[Any]] | None,
    differentiable: bool,
    wanted: frozenset[Any],
    kept: dict[Any, Any],
    storing: bool,
) -> None:
    take, listener = totals.pop, local.now.listener
    careful = useful is not None or local.now.anomaly
    for node in nodes:
        g = take(node, None)
        if g is None:
            continue
        if node.extra is None and not careful and not differentiable:
            node.push(g, totals, listener, retain)
        elif node.extra is None and not careful and node.push_recorded and node.origin is None:
            node.push_recorded(g, totals, listener, retain)
        else:
            if node.extra is not None:
                g = before_node(node, g, differentiable)
            if node in wanted:
                kept[node] = g
            if useful is not None and useful.isdisjoint(node.edges):
                continue
            add_up(node, g, contributions(node, g, useful, differentiable), totals, listener)
            if node.frees and not retain:
                node.free()
        if ends is not None and node in ends:
            finish(ends[node], totals, differentiable, wanted, kept, storing)
