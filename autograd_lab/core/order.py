"""Which nodes a backward pass visits, and in which order.

Nodes are numbered as they are made, and an operation's inputs were there before it: the largest number first
is a topological order, found without recursion.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from .node import Node

tick = attrgetter("tick")


def reachable(roots: Iterable[Any]) -> tuple[list[Node], list[Any]]:
    """The nodes behind ``roots``, last made first; and the leaves."""
    seen = set(roots)
    nodes: list[Node] = []
    leaves: list[Any] = []
    for root in seen:
        (nodes if root.tick else leaves).append(root)
    add, more = seen.add, nodes.append
    for node in nodes:  # which grows on the way
        for edge in node.edges:
            if edge not in seen:
                add(edge)
                if edge.tick:
                    more(edge)
                else:
                    leaves.append(edge)
    nodes.sort(key=tick, reverse=True)
    return nodes, leaves


def last_users(nodes: list[Node], leaves: list[Any]) -> dict[Any, list[Any]]:
    """For each node the leaves to which nothing flows after it; for None those to which nothing flows."""
    last: dict[Any, Any] = dict.fromkeys(leaves)
    for node in nodes:
        for edge in node.edges:
            if not edge.tick:
                last[edge] = node
    after: dict[Any, list[Any]] = {}
    for leaf, node in last.items():
        after.setdefault(node, []).append(leaf)
    return after


def leading_to(targets: Iterable[Any], nodes: list[Node]) -> set[Any]:
    """Those of ``nodes`` from which a target can be reached, with the targets themselves."""
    useful = set(targets)
    for node in reversed(nodes):
        if not useful.isdisjoint(node.edges):
            useful.add(node)
    return useful
