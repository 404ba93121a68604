"""What a node saved as Variables again, so that the backward pass itself can be recorded."""

from __future__ import annotations

from typing import Any

from ..base import errors
from .node import Node, Port
from .plan import NAMES
from .record import made, note
from .shapes import cast, clone


class Restored:
    """What rules read from a node, as they find it there, but with Variables for arrays."""

    __slots__ = ("params", "saved")

    def __init__(self, saved: Any, params: dict[str, Any]) -> None:
        self.saved, self.params = saved, params


def restored(node: Node) -> Restored:
    """A node's saved values as Variables that remember where they came from, so that rules can be recorded.

    Raises RuntimeError where they were let go of.
    """
    if node.saved is None:
        raise errors.error("read_freed", node=node)
    if not node.saved:
        return Restored((), node.params)
    plan, op = node.plan, node.op
    if node.extra is None and node.origin is None and plan.revive:
        return Restored(plan.revive(node), node.params)
    edges = dict(zip(plan.places, node.edges, strict=True))
    origins = dict(zip(plan.places, node.origin, strict=True)) if node.origin else {}
    packed, unpack = node.extra.packed if node.extra is not None and node.extra.packed else ({}, None)
    opened = {k: unpack(one)._array for k, one in packed.items()}  # in the order in which they were packed
    found: list[Any] = []
    for k, one in enumerate(node.saved):
        one = opened.get(k, one)
        value: Any = None
        if one is None:
            pass
        elif op.joint and not k:
            value = [_input(part, edges.get(j), None) for j, part in enumerate(one)]
        elif k == op.positions["out"] or (op.several and k > op.positions["out"]):
            value = made(one, Port(node, k - op.positions["out"]) if op.several else node)
        else:
            value = _input(one, edges.get(k), origins.get(k))
            if k in opened and value is edges.get(k):  # what unpack gave counts, not the leaf as it is
                value = made(one, note(clone, 1, [value], [one], {}, one))
        if value is not None and node.extra is not None and k in node.extra.tangents:
            value._tangent = node.extra.tangents[k]
        found.append(value)
    return Restored(found, node.params)


def unpacked(node: Node) -> Restored:
    """As ``restored``, but with bare arrays."""
    found = restored(node)
    return Restored([getattr(one, "_array", one) for one in found.saved], found.params)


def _input(array: Any, edge: Any, origin: Any) -> Any:
    """One saved input as a Variable."""
    if edge is None:
        return _plain(array)
    if origin is not None and array.dtype != origin[1]:  # it was promoted: its gradient goes back as it came
        step = note(cast, 1, [made(array, edge)], [array], {"dtype": array.dtype}, array)
        step.edges, step.origin = (edge,), [origin]
        return made(array, step)
    return _at(array, edge)


def _at(array: Any, edge: Any) -> Any:
    """What an edge leads to: a leaf itself, or a value with the node that made it."""
    return made(array, edge) if edge.tick else edge


def _plain(value: Any) -> Any:
    """A saved input that learns nothing: a Variable, or a plain number."""
    return made(value) if hasattr(value, "dtype") else value


NAMES |= {"at": _at, "plain": _plain}
