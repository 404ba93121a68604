"""A node of the backward graph: one operation that ran, what it saved, and where its gradients go."""

from __future__ import annotations

import itertools
import weakref
from typing import Any

import numpy as np

from ..base import errors
from .op import INPUTS, Op, Recorded
from .plan import NAMES, Plan
from .rules import sum_to
from .shapes import cast

clock = itertools.count(1).__next__  # one clock for the order of nodes and for changes in place


class Change:
    """What is known of the changes in place to one buffer of numbers."""

    __slots__ = ("buffer", "count", "how", "place", "tick")
    buffer: Any
    count: int
    how: str
    place: Any
    tick: int


class Latest:
    """When anything was last changed in place: what was saved after that need not be looked at."""

    __slots__ = ("tick",)

    def __init__(self) -> None:
        self.tick = 0


latest = NAMES["latest"] = Latest()
changes: dict[int, Change] = {}  # by the id of the array that owns the buffer; gone when it is


def owner(array: Any) -> Any:
    """The array whose memory this one looks into: itself, unless it is a view."""
    base = getattr(array, "base", None)
    return base if isinstance(base, np.ndarray) else array


boxes: dict[int, tuple[Any, Any]] = {}  # by the id of a number: it, and a reference to the array it became


def boxed(number: Any) -> Any:
    """A NumPy number as an array without axes, which can be changed: who saved the number will be told."""
    array, key = np.array(number), id(number)
    boxes[key] = number, weakref.ref(array, lambda _: boxes.pop(key, None))
    latest.tick = clock()
    return array


def current(saved: Any) -> Any:
    """What was saved, or the array that a saved number became since."""
    if isinstance(saved, list):
        return [current(one) for one in saved]
    return boxes[id(saved)][1]() if isinstance(saved, np.generic) and id(saved) in boxes else saved


def version_of(array: Any) -> int:
    """How often the numbers in an array's memory were changed in place."""
    change = changes.get(id(owner(array)))
    return 0 if change is None else change.count


def stamp(array: Any, tick: int, how: str, place: Any = None) -> None:
    """Note that an array's numbers were changed in place; who saved them earlier will be told.

    ``place`` is where, as ``errors.place`` has it; found here, if left out.
    """
    change = changes.get(id(array))
    if change is None:  # a view, or the first change
        buffer = owner(array)
        change = changes.get(id(buffer)) or _first(buffer)
    change.tick, change.how, change.place = tick, how, place or errors.place(4)
    latest.tick = tick
    change.count += 1


def _first(buffer: Any) -> Change:
    """What will be known of the changes to a buffer."""
    key = id(buffer)
    change = changes[key] = Change()
    change.count = 0
    change.buffer = weakref.ref(buffer, lambda _: changes.pop(key, None))
    return change


class Freed(Exception):
    """What a node saved is asked for after it was let go of."""

    def __init__(self, node: Any) -> None:
        super().__init__()
        self.node = node


class LeafHooks:
    """What is called when a gradient arrives at a leaf, and after its ``.grad`` was written."""

    def __init__(self) -> None:
        self.tensor: dict[int, Any] = {}
        self.stored: dict[int, Any] = {}
        self.before: dict[int, Any] = {}  # these two are registered at its AccumulateGrad
        self.after: dict[int, Any] = {}


class Extra:
    """What few nodes have: hooks, a result that keeps its gradient, tangents, packed values."""

    def __init__(self) -> None:
        self.retains: weakref.ref[Any] | None = None  # the result that keeps its gradient
        self.tensor_hooks: dict[int, Any] = {}
        self.pre_hooks: dict[int, Any] = {}
        self.post_hooks: dict[int, Any] = {}
        self.tangents: dict[int, Any] = {}  # of saved values by position, in forward mode
        self.packed: Any = None  # what pack made of saved values, by position; and how to unpack it


def keep_on(result: Any, before: Any, node: Any) -> None:
    """Where a result keeps its gradient, it does so after it got another node, too."""
    extra = getattr(before, "extra", None)
    if extra is not None and extra.retains is not None and extra.retains() is result:
        extra.retains, node.more.retains = None, extra.retains


class Node:
    """A recorded operation (``grad_fn``), named as PyTorch names it: ``MulBackward0``.

    It holds plain arrays, never the Variable it made, so that no reference cycle arises and dropping the
    last Variable frees the graph at once. Edges lead to those inputs that learn: to the node that made one,
    or to the input itself where that is a leaf.
    """

    __slots__ = ("__weakref__", "at", "code", "edges", "extra", "origin", "params", "saved", "tick")
    op: Op
    plan: Plan
    send: Any  # (g) -> the contributions along the edges
    fill: Any  # (inputs, their arrays, parameters, output, extras): remember a call
    frees: Any  # whether it saved anything that a backward pass lets go of
    number: int | None  # which of its inputs was a plain number
    edges: tuple[Any, ...]
    origin: Any  # what (shape, dtype) contributions must be brought back to; None: nothing to do
    extra: Extra | None
    saved: Any  # its inputs, output and extras, None for those that no rule needs; None when let go of
    params: dict[str, Any]  # the call's other parameters, and noted shapes
    code: Any  # which line ran it: the code, and the place of the instruction in it
    at: int
    tick: int

    def name(self) -> str:
        """The name PyTorch gives this node.

        >>> import autograd_lab as lab
        >>> (lab.ones(2, requires_grad=True) * 3).grad_fn.name()
        'MulBackward0'
        """
        shown = repr(self)[1:-1]
        return f"torch::autograd::{shown}" if shown in ("CopySlices", "CopyBackwards") else shown

    def __repr__(self) -> str:
        title = self.op.title if isinstance(self.op.title, str) else self.op.title(self)
        whole = "Backward" in title or title in ("CopySlices", "NotImplemented")
        return f"<{title}>" if whole else f"<{title}Backward0>"

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """Where gradients go from here: one pair an input, as in PyTorch; None where none goes."""
        leading = dict(zip(self.plan.places, map(target, self.edges), strict=True))
        if self.number is not None and self.number in self.op.numbers:
            return tuple(leading.values())
        return tuple(leading.get(k, (None, 0)) for k in range(self.width))

    @property
    def width(self) -> int:
        """How many inputs its operation has."""
        return max(self.op.arity, max(self.plan.places) + 1)

    @property
    def more(self) -> Extra:
        """Its extras, made where it has none of its own yet."""
        if self.extra is None:
            self.extra = Extra()
        return self.extra

    def register_hook(self, hook: Any) -> Any:
        """Call ``hook(grad_inputs, grad_outputs)`` after this node ran; what it returns replaces the former."""  # noqa: E501
        return RemovableHandle(self.more.post_hooks, hook)

    def register_prehook(self, hook: Any) -> Any:
        """Call ``hook(grad_outputs)`` before this node runs; what it returns replaces them."""
        return RemovableHandle(self.more.pre_hooks, hook)

    def held(self) -> dict[str, Any]:
        """The arrays it saved, by the table's names. Raises RuntimeError where they were let go of."""
        if self.saved is None:
            raise errors.error("read_freed", node=self)
        pairs = zip(self.op.positions, self.plan.keeps, self.saved, strict=True) if self.saved else ()
        return {name: array for name, kept, array in pairs if kept}

    def check(self) -> None:
        """Raise Freed where what it saved was let go of; RuntimeError where it was changed in place."""
        if self.saved is None:
            raise Freed(self)
        if self.tick < latest.tick:
            self.look()

    def look(self) -> None:
        """Raise RuntimeError where a saved array was changed in place after this node saved it."""
        if self.extra is not None and self.extra.packed is not None:
            return  # what was packed is in other hands
        if boxes and self.saved:
            self.saved = tuple([current(one) for one in self.saved])
        for one in self.saved:
            for array in one if isinstance(one, list) else (one,):
                if isinstance(array, np.ndarray):
                    change = changes.get(id(owner(array)))
                    if change is not None and change.tick > self.tick:
                        raise errors.changed_in_place(self, array, change)

    def push(self, g: Any, totals: dict[Any, Any], listener: Any, retain: bool) -> None:
        """Send, add each contribution to what arrived along its edge so far, and let go of what was saved."""
        if self.frees:
            self.check()
        new = self.send(g)
        add_up(self, g, new if self.origin is None else fitted(new, self.origin), totals, listener)
        if self.frees and not retain:
            self.saved = None

    push_recorded: Any = None  # the same with Variables

    def free(self) -> None:
        """Let go of what was saved."""
        self.saved = None
        if self.extra is not None:
            self.extra.packed = None


def add_up(node: Node, g: Any, new: Any, totals: dict[Any, Any], listener: Any) -> None:
    """Add what a node sends to what arrived along its edges so far, and say so."""
    for edge, c in zip(node.edges, new, strict=True):
        if c is not None:
            totals[edge] = total = totals[edge] + c if edge in totals else c
            if listener is not None:
                listener.flow(node, edge, g, c, total)


def fit(new: Any, shape: Any, dtype: Any) -> Any:
    """Sum back what broadcasting stretched, narrow what promotion widened."""
    if new.shape != shape:
        new = sum_to.forward(new, shape)
    return new if new.dtype is dtype else new.astype(dtype, copy=False)


def _fit_recorded(new: Any, shape: Any, dtype: Any) -> Any:
    new = sum_to(new, to=shape) if new.shape != shape else new
    return new if new.dtype is dtype else cast(new, dtype=dtype)


def fitted(new: Any, origin: Any) -> Any:
    """What a node sends, in the shapes and dtypes of its inputs."""
    return [
        c if c is None or want is None else (_fit_recorded if isinstance(c, Recorded) else fit)(c, *want)
        for c, want in zip(new, origin, strict=True)
    ]


NAMES["fit"] = fit
NOTHING: dict[str, Any] = {}


def kind(op: Op, learning: int, number: int | None = None) -> type[Node]:
    """The class of nodes for an operation of which the inputs in ``learning`` learn.

    ``number`` is the place of an input that was a plain number.
    """
    key = (learning, number)
    if key not in op.kinds:
        plan = op.plan(learning)
        facts: dict[str, Any] = {"op": op, "plan": plan, "send": plan.send, "fill": plan.fill}
        facts |= {"number": number, "frees": plan.frees}
        if plan.push:
            facts |= {"push": plan.push, "push_recorded": plan.push_recorded}
        if not plan.frees:
            facts["saved"] = ()
        if not op.params and not plan.shapes:
            facts["params"] = NOTHING
        title = op.title if isinstance(op.title, str) else op.name
        name = title if "Backward" in title else f"{title}Backward0"
        op.kinds[key] = type(name, (Node,), {"__slots__": (), **facts, **_shown(op, plan)})
    made: type[Node] = op.kinds[key]
    return made


def _shown(op: Op, plan: Plan) -> dict[str, Any]:
    """What PyTorch shows as ``_saved_self``, ``_saved_dim`` and so on."""
    words = dict(zip(INPUTS, ("self", *op.names[1:]), strict=False)) | {"out": "result"}
    facts: dict[str, Any] = {name: _of_call(name) for name in op.params}
    for name, k in op.positions.items():
        facts[words.get(name, name)] = _of_saved(k) if plan.keeps[k] else None
    return {f"_saved_{name}": fact for name, fact in facts.items()}


def _of_call(name: str) -> property:
    return property(lambda node: node.params[name])


def _of_saved(k: int) -> property:
    def read(node: Node) -> Any:
        from .restored import restored  # on the floor that knows Variables

        return restored(node).saved[k]

    return property(read)


class AccumulateGrad:
    """The end of the way: adds what arrives to a leaf's ``.grad``."""

    __slots__ = ("variable",)
    next_functions = ()

    def __init__(self, variable: Any) -> None:
        self.variable = variable

    def name(self) -> str:
        return "torch::autograd::AccumulateGrad"

    def __repr__(self) -> str:
        return "<AccumulateGrad>"

    @property
    def more(self) -> LeafHooks:
        """The leaf's hooks, which hold those of this node: it is made anew each time it is asked for."""
        self.variable._hooks = self.variable._hooks or LeafHooks()
        hooks: LeafHooks = self.variable._hooks
        return hooks

    def register_hook(self, hook: Any) -> RemovableHandle:
        """Call ``hook((), (gradient,))`` after the leaf's ``.grad`` was written; what it returns is not used."""  # noqa: E501
        return RemovableHandle(self.more.after, hook)

    def register_prehook(self, hook: Any) -> RemovableHandle:
        """Call ``hook((gradient,))`` before it is added to ``.grad``; what it returns replaces it."""
        return RemovableHandle(self.more.before, hook)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccumulateGrad) and other.variable is self.variable

    def __hash__(self) -> int:
        return id(self.variable)


class Port(Node):
    """One output of a node that has several: what arrives here goes into its place there."""

    __slots__ = ("output",)
    op = None  # type: ignore[assignment]
    frees = False
    saved = ()
    params = NOTHING
    plan = Plan((0,))

    def __init__(self, node: Node, output: int) -> None:
        self.edges, self.output, self.tick = (node,), output, clock()
        self.extra = self.origin = None

    def send(self, g: Any) -> tuple[Several]:
        return (Several({self.output: g}),)


class Several(dict[int, Any]):
    """Gradients of several outputs of one node, by their number; those of other outputs can be added."""

    def __add__(self, more: Several) -> Several:
        return Several(self | {k: self[k] + g if k in self else g for k, g in more.items()})


def target(edge: Any) -> tuple[Any, int]:
    """An edge as ``next_functions`` has it: a node, and the number of its output."""
    if isinstance(edge, Port):
        return edge.edges[0], edge.output
    return (edge, 0) if isinstance(edge, Node) else (AccumulateGrad(edge), 0)


class RemovableHandle:
    """What registering a hook returns: ``remove()`` takes the hook away again."""

    def __init__(self, hooks: dict[int, Any], hook: Any) -> None:
        self._hooks, self._key = hooks, clock()
        hooks[self._key] = hook

    def remove(self) -> None:
        self._hooks.pop(self._key, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exc: object) -> None:
        self.remove()
