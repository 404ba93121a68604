"""The backward pass: walk the graph from its roots, and add up what flows along each edge.

Reverse-mode differentiation, as in Griewank and Walther, *Evaluating Derivatives* (2008), section 3.2:
each node waits for all its contributions, then sends one along each of its edges. Nodes are numbered as
they are made, so "largest number first" is a topological order, and no recursion is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import errors
from .function import Node
from .modes import enable_grad, state
from .rules import cast, sum_to


def reachable(roots: Sequence[Any]) -> tuple[list[Node], dict[Any, int]]:
    """The nodes behind ``roots``, last made first, and how many edges lead into each leaf."""
    seen: set[Node] = set()
    leaves: dict[Any, int] = {}
    waiting = [root for root in roots if isinstance(root, Node)]
    for root in roots:
        if not isinstance(root, Node):
            leaves[root] = leaves.get(root, 0)
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        for edge in node.edges:
            if isinstance(edge, Node):
                waiting.append(edge)
            elif edge is not None:
                leaves[edge] = leaves.get(edge, 0) + 1
    return sorted(seen, key=lambda node: node.tick, reverse=True), leaves


def leading_to(targets: set[Any], nodes: list[Node]) -> set[Any]:
    """Those of ``nodes`` from which a target can be reached, with the targets themselves."""
    useful = set(targets)
    for node in reversed(nodes):
        if any(edge in useful for edge in node.edges):
            useful.add(node)
    return useful


def contributions(
    node: Node, g: Any, useful: set[Any] | None, differentiable: bool
) -> list[tuple[int, Any, Any]]:
    """What one node sends along each edge: its place, the edge, and the contribution in its input's shape."""
    names = node.saved(differentiable)
    if differentiable and node.out is not None:
        names["out"] = type(g)._made(node.out, node)
    sent = []
    for k, (rule, edge) in enumerate(zip(node.op.vjp, node.edges, strict=True)):
        if edge is None or (useful is not None and edge not in useful):
            continue
        new = rule.run(g, *(names[name] for name in rule.needs))
        if new.shape != node.shapes[k]:
            new = sum_to(new, to=node.shapes[k])  # what broadcasting stretched is summed back, here alone
        dtype = getattr(edge, "_array", edge).dtype
        if getattr(new, "_array", new).dtype != dtype:
            new = cast(new, dtype=dtype)
        sent.append((k, edge, new))
    return sent


def run(
    roots: Sequence[Any],
    gradients: Sequence[Any],
    retain: bool,
    differentiable: bool,
    targets: Sequence[Any] | None = None,
) -> dict[Any, Any]:
    """Run backward from ``roots``, Variables, with a gradient for each; the only implementation there is.

    Without ``targets``, each leaf's total is added to its ``.grad``. With them (nodes or leaves) nothing is
    stored; their totals are returned. Values are arrays, or Variables where ``differentiable``.
    """
    starts = [root.grad_fn or root for root in roots]
    nodes, pending = reachable(starts)
    wanted = set(targets) if targets is not None else None
    useful = leading_to(wanted, nodes) if wanted is not None else None
    totals: dict[Any, Any] = {}
    kept: dict[Any, Any] = {}
    listener = state.listener
    for root, start, g in zip(roots, starts, gradients, strict=True):
        totals[start] = g if start not in totals else totals[start] + g
        if listener is not None:
            listener.seed(root, g)
    for leaf in [leaf for leaf, count in pending.items() if count == 0 and wanted is None]:
        store(leaf, totals.pop(leaf), differentiable)
    with enable_grad() if differentiable else np.errstate(all="ignore"):
        for node in nodes:
            g = totals.pop(node, None)
            if g is None:
                continue
            if node.retained is not None and (variable := node.retained()) is not None:
                add_to_grad(variable, g, differentiable)
            if wanted is not None and node in wanted:
                kept[node] = g
            if useful is not None and not any(edge in useful for edge in node.edges):
                continue
            for k, edge, new in contributions(node, g, useful, differentiable):
                old = totals.get(edge)
                totals[edge] = total = new if old is None else old + new
                if listener is not None:
                    listener.flow(node, k, edge, g, new, total)
                if not isinstance(edge, Node):
                    pending[edge] -= 1
            if not retain:
                node.free()
            if wanted is None:
                for edge in dict.fromkeys(node.edges):
                    if edge in totals and not isinstance(edge, Node) and pending[edge] == 0:
                        store(edge, totals.pop(edge), differentiable)
    return kept | totals


def store(leaf: Any, total: Any, differentiable: bool) -> None:
    """Add what arrived at a leaf to its ``.grad``: into the same Variable, as PyTorch does; and say so."""
    before = leaf._grad._array if leaf._grad is not None else None
    if state.listener is not None:
        state.listener.store(leaf, total, before)
    add_to_grad(leaf, total, differentiable)


def add_to_grad(variable: Any, total: Any, differentiable: bool) -> None:
    """Where there is a ``.grad`` already, the total is added to it."""
    before = variable._grad
    if differentiable:
        variable._grad = total if before is None else before + total
    elif before is None:
        # a copy: the total may be a view of something else
        variable._grad = variable._made(total.copy(), None)
    else:
        before._write(before._array + total)


def seed_for(root: Any, gradient: Any) -> Any:
    """The gradient backward starts with: the one given, or 1 for a scalar."""
    if not root.requires_grad:
        raise errors.no_gradient(root)
    if gradient is None:
        if root.numel() != 1:
            raise errors.not_scalar(root)
        return np.ones_like(root._array)
    if not hasattr(gradient, "grad_fn"):
        raise errors.not_a_variable("backward()", "gradient", gradient)
    if gradient.shape != root.shape:
        raise errors.wrong_shape(errors.name_of(root), gradient.shape, root.shape)
    return gradient
