"""A node of the backward graph: one operation that ran, what it saved, and where its gradients go."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from typing import Any

from . import errors
from .dtypes import Size
from .rules import INPUTS, Op

NUMBER: tuple[int, ...] = Size()  # the shape of a plain number: equal to (), and told apart from it
clock = itertools.count(1).__next__  # one clock for the order of nodes and for changes in place


class Node:
    """A recorded operation (``grad_fn``), named as PyTorch names it: ``MulBackward0``.

    It holds its inputs, but its output only as a plain array, so that no reference cycle arises and
    dropping the last Variable frees the graph at once.
    """

    __slots__ = ("__weakref__", "dtype", "edges", "inputs", "op", "out", "params", "retained",
                 "shape", "shapes", "stamps", "tick")  # fmt: skip

    def __init__(self, op: Op, inputs: tuple[Any, ...], params: dict[str, Any], out: Any) -> None:
        self.op = op
        self.params = params
        self.shapes = [getattr(getattr(x, "_array", x), "shape", NUMBER) for x in inputs]
        self.shape, self.dtype = out.shape, out.dtype
        # an edge leads to the node that made the input, or to the input itself where it is a leaf
        self.edges = [(x.grad_fn or x) if getattr(x, "requires_grad", False) else None for x in inputs]
        wanted = {
            name
            for rule, edge in zip(op.vjp, self.edges, strict=True)
            if edge is not None
            for name in rule.needs
        }
        self.inputs: list[Any] | None = [
            x if name in wanted else None for name, x in zip(INPUTS, inputs, strict=False)
        ]
        self.out = out if "out" in wanted else None
        self.stamps: list[Any] = [getattr(x, "_stamp", None) for x in self.inputs]
        self.retained: weakref.ref[Any] | None = None
        self.tick = clock()

    def name(self) -> str:
        """The name PyTorch gives this node.

        >>> import autograd_lab as lab
        >>> (lab.ones(2, requires_grad=True) * 3).grad_fn.name()
        'MulBackward0'
        """
        named = NAMES.get(self.op.name)
        title, number = named(self) if named else (self.op.name.title(), 0)
        return f"{title}Backward{number}"

    def __repr__(self) -> str:
        return f"<{self.name()}>"

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """Where gradients go from here: one pair an input, as in PyTorch; None where none goes."""
        return tuple(
            (edge if isinstance(edge, Node | None) else AccumulateGrad(edge), 0) for edge in self.edges
        )

    def saved(self, differentiable: bool) -> dict[str, Any]:
        """Everything the rules may ask for, by name; as Variables where these are to be differentiated.

        Raises RuntimeError where the values were freed, or changed in place since they were saved.
        """
        if self.inputs is None:
            raise errors.freed(self.name())
        for x, stamp in zip([*self.inputs, self], self.stamps, strict=False):
            # an in-place operation stamps its buffer with its own node's tick: what it read is gone
            if stamp is not None and stamp[0] >= self.tick + (x is self):
                raise errors.changed_in_place(self.name(), x.shape)
        names = dict(zip(INPUTS, self.inputs, strict=False)) | self.params
        if not differentiable:
            names = {name: getattr(x, "_array", x) for name, x in names.items()}
        names["shape"] = self.shapes[0]
        names["out"] = self.out
        return names

    def free(self) -> None:
        """Let go of what was saved. A node that saved nothing can be run again, as in PyTorch."""
        if self.out is not None or any(x is not None for x in self.inputs or ()):
            self.inputs = self.out = None
        self.stamps = []


class AccumulateGrad:
    """The end of the way: adds what arrives to a leaf's ``.grad``."""

    __slots__ = ("variable",)

    def __init__(self, variable: Any) -> None:
        self.variable = variable

    def name(self) -> str:
        return "torch::autograd::AccumulateGrad"

    def __repr__(self) -> str:
        return "<AccumulateGrad>"


def _plain(node: Node, k: int) -> bool:
    """Whether an input was a plain number."""
    return node.shapes[k] is NUMBER


def _part(node: Node) -> str:
    """PyTorch takes a part one axis at a time, and so the last thing done to an axis gives the name."""
    index = node.params["index"]
    if not all(part is None or part is Ellipsis or type(part) in (int, slice) for part in index):
        return "Index"
    done = [part for part in index if part is not Ellipsis and part != slice(None)]
    if not done:
        return "Slice" if index[0] == slice(None) and len(index) == 2 else "Alias"
    return "Unsqueeze" if done[-1] is None else "Slice" if isinstance(done[-1], slice) else "Select"


NAMES: dict[str, Callable[[Node], tuple[str, int]]] = {
    "matmul": lambda node: (
        {(1, 1): "Dot", (2, 1): "Mv", (2, 2): "Mm", (1, 2): "Mm"}.get(
            (len(node.shapes[0]), len(node.shapes[1])), "Bmm"
        ),
        0,
    ),
    "sum": lambda node: ("Sum", int(node.params["axis"] is not None)),
    "mean": lambda node: ("Mean", int(node.params["axis"] is not None)),
    "pow": lambda node: ("Pow", 2 if _plain(node, 0) else int(not _plain(node, 1))),
    "sub": lambda node: ("Rsub", 1) if _plain(node, 0) else ("Sub", 0),
    "t": lambda node: ("Permute", 0),
    "reshape": lambda node: ("View", 0),
    "cast": lambda node: ("ToCopy", 0),
    "put": lambda node: ("IndexPut", 0),
    "getitem": lambda node: (_part(node), 0),
}
