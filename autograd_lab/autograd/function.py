"""Custom operations, with the same names as torch.autograd.function: forward and backward of one's own."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ..base import errors
from ..core import inplace
from ..core.modes import announced, local, no_grad
from ..core.node import NOTHING, Node, Port, changes, clock, owner
from ..core.op import Op
from ..core.plan import Plan
from ..core.record import made
from ..core.rules import sum_to
from ..core.variable import Variable


class FunctionCtx:
    """``ctx``: what ``forward`` leaves for ``backward``. The user may set attributes of their own."""

    needs_input_grad: tuple[bool, ...] = ()
    _node: Any = None
    _saved: tuple[Any, ...] = ()
    _dirty: tuple[Any, ...] = ()
    _plain: tuple[Any, ...] = ()
    _materialize = True

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep Variables (or None) for ``backward``, where ``saved_tensors`` has them again."""
        for k, t in enumerate(tensors):
            if t is not None and not isinstance(t, Variable):
                raise errors.error("saves_variables", k=k, got=type(t).__name__)
        self._saved = tensors

    save_for_forward = save_for_backward

    def mark_dirty(self, *tensors: Any) -> None:
        """Say which inputs ``forward`` changed in place; it must return them too."""
        self._dirty = tensors

    def mark_non_differentiable(self, *tensors: Any) -> None:
        """Say which outputs no gradient flows through."""
        self._plain = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether ``backward`` gets zeros (True, the default) or None for an output without a gradient."""
        self._materialize = value

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What was saved. Raises RuntimeError where it was let go of, or changed in place since."""
        return self._saved if self._node is None else self._node.unsaved()


class CustomNode(Node):
    """The node of a custom Function; its outputs are Ports where it has several."""

    __slots__ = ("args", "ctx", "frees", "function", "numbers", "outputs", "plan")
    op = None  # type: ignore[assignment]
    number = None
    params = NOTHING

    def __init__(self, function: type[Function], ctx: FunctionCtx, args: tuple[Any, ...]) -> None:
        self.function, self.ctx = function, ctx
        places = tuple(k for k, needed in enumerate(ctx.needs_input_grad) if needed)
        self.plan = Plan(places, frees=True)
        self.numbers = [k for k, x in enumerate(args) if not isinstance(x, Variable)]
        self.args = [(args[k].shape, args[k]._array.dtype) for k in places]
        self.edges = tuple(args[k]._fn or args[k] for k in places)
        self.outputs: list[Any] = []  # (shape, dtype) of each; None for what is no Variable
        self.extra = self.origin = None
        self.code, self.at = errors.place()
        self.tick = clock()

    def __repr__(self) -> str:
        return f"<{self.function.__name__}Backward>"

    @property
    def width(self) -> int:
        return len(self.ctx.needs_input_grad)

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        return self.unsaved()

    def keep(self, outs: tuple[Any, ...]) -> None:
        """Hold what was saved; outputs as bare arrays, or they and this node would hold each other."""
        places = {id(out): k for k, out in enumerate(outs)}
        self.saved = [(t._array, places[id(t)]) if id(t) in places else (t, None) for t in self.ctx._saved]
        self.frees = bool(self.saved)
        self.ctx._saved = ()

    def unsaved(self) -> tuple[Any, ...]:
        if self.saved is None:
            raise errors.error("read_freed", node=self)
        return tuple(
            t if place is None else made(t, Port(self, place) if len(self.outputs) > 1 else self)
            for t, place in self.saved
        )

    def look(self) -> None:
        for t, _ in self.saved:
            array = getattr(t, "_array", t)
            change = changes.get(id(owner(array)))
            if change is not None and change.tick > self.tick:
                raise errors.changed_in_place(self, array, change)

    @property
    def rule(self) -> Any:
        """The user's own ``backward``, by either of its names."""
        run = self.function.backward
        return self.function.vjp if run is Function.backward else run

    def send(self, g: Any) -> list[Any]:
        differentiable = local.now.grad
        given = [g] if len(self.outputs) == 1 else [g.get(k) for k in range(len(self.outputs))]
        if self.ctx._materialize:
            kinds = self.outputs
            given = [
                np.zeros(*kind) if one is None and kind else one
                for one, kind in zip(given, kinds, strict=True)
            ]
        given = [one if one is None or isinstance(one, Variable) else made(one) for one in given]
        sent = announced(self.rule, self.ctx, *given)
        sent = sent if isinstance(sent, tuple) else (sent,)
        expected = len(self.ctx.needs_input_grad)
        needless = [k for k, one in enumerate(sent[:expected]) if one is not None and k in self.numbers]
        if needless:
            raise errors.error("needless_gradient", node=self, k=needless[0])
        if len(sent) < expected or any(one is not None for one in sent[expected:]):
            raise errors.error("number_of_gradients", node=self, expected=expected, got=len(sent))
        return [
            self._checked(sent[k], shape, dtype, k, differentiable)
            for k, (shape, dtype) in zip(self.plan.places, self.args, strict=True)
        ]

    def _checked(self, one: Any, shape: Any, dtype: Any, k: int, differentiable: bool) -> Any:
        """A contribution in its input's shape and dtype. Raises where it can't be brought to them."""
        if one is None:
            return None
        if not isinstance(one, Variable):
            raise errors.error("no_gradient_returned", node=self, k=k, got=type(one).__name__)
        if one.shape != shape:
            try:
                np.broadcast_to(np.empty(shape), one.shape)
            except ValueError:
                facts = {"got": list(one.shape), "want": list(shape), "returned": one.shape, "shape": shape}
                problem = errors.error("gradient_shape", node=self, k=k, **facts)
                raise problem from None
            one = sum_to(one, to=tuple(shape))
        if one._array.dtype != dtype:
            one = one.to(dtype)
        return one if differentiable else one._array


class Function:
    """Subclass it, give it a static ``forward`` and ``backward``, and call ``apply``.

    ``forward(ctx, *args)`` gets what ``apply`` was given and returns Variables; or it is ``forward(*args)``
    beside a ``setup_context(ctx, inputs, output)``. ``backward(ctx, *grads)`` gets one gradient an output and
    returns one an input, None where none goes. ``jvp(ctx, *tangents)`` is its forward mode.

    >>> class Cube(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x * x * x
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         (x,) = ctx.saved_tensors
    ...         return g * 3 * x * x
    >>> x = Variable(2.0, requires_grad=True)
    >>> y = Cube.apply(x); y
    tensor(8., grad_fn=<CubeBackward>)
    >>> y.backward(); x.grad
    tensor(12.)
    """

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        raise errors.error("no_forward")

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        raise NotImplementedError

    @staticmethod
    def vjp(ctx: Any, *grads: Any) -> Any:
        """Another name for ``backward``."""
        raise errors.error("no_backward")

    @staticmethod
    def jvp(ctx: Any, *tangents: Any) -> Any:
        raise errors.error("no_jvp")

    setup_context: Any = None

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """Run ``forward``, and note for backward that it ran. Returns what ``forward`` does."""
        now = local.now
        ctx = FunctionCtx()
        ctx.needs_input_grad = tuple(isinstance(x, Variable) and x._learns for x in args)
        output = announced(cls._forward, ctx, args)
        outs = output if isinstance(output, tuple) else (output,)
        node = CustomNode(cls, ctx, args) if now.grad and any(ctx.needs_input_grad) else None
        results = cls._results(ctx, args, outs, node)
        if now.dual:
            _tangents(cls, ctx, args, results)
        if now.listener is not None:
            for out in results:
                if isinstance(out, Variable):
                    now.listener.op(_as_op(cls), tuple(x for x in args if isinstance(x, Variable)), {}, out)  # type: ignore[arg-type]
        return results if isinstance(output, tuple) else results[0]

    @classmethod
    def _forward(cls, ctx: FunctionCtx, args: Any) -> Any:
        with no_grad():
            if cls.setup_context is not None:
                output = cls.forward(*args)
                cls.setup_context(ctx, args, output)
                return output
            return cls.forward(ctx, *args)

    @staticmethod
    def _results(
        ctx: FunctionCtx, args: Any, outs: tuple[Any, ...], node: CustomNode | None
    ) -> tuple[Any, ...]:
        """The outputs, with the node as their history."""
        plain = {id(x) for x in ctx._plain}
        dirty = {id(x) for x in ctx._dirty}
        given = {id(x) for x in args}
        if not dirty <= {id(out) for out in outs}:
            raise errors.error("dirty_returned")
        results = []
        for k, out in enumerate(outs):
            if isinstance(out, Variable) and id(out) in given and id(out) not in dirty:
                out = out._alias("view_as")
            if id(out) in dirty:
                inplace.write(out, out._array, "mark_dirty()")
            results.append(out)
            if node is None:
                continue
            if not isinstance(out, Variable):
                node.outputs.append(None)
                continue
            node.outputs.append((out._array.shape, out._array.dtype))
            if id(outs[k]) in plain or out._array.dtype.kind not in "fc":
                continue
            if id(out) in dirty and out._learns and out._fn is None:
                raise errors.error("leaf_in_place", variable=out, how="mark_dirty()")
            out._fn, out._learns = (Port(node, k) if len(outs) > 1 else node), True
        if node is not None:
            ctx._node = node
            node.keep(outs)
        return tuple(results)


def _tangents(cls: type[Function], ctx: FunctionCtx, args: Any, results: tuple[Any, ...]) -> None:
    """Forward mode: the outputs' tangents, from the Function's own ``jvp``."""
    given = [getattr(x, "_tangent", None) for x in args]
    if any(t is not None for t in given):
        found = cls.jvp(ctx, *given)
        for out, t in zip(results, found if isinstance(found, tuple) else (found,), strict=True):
            out._tangent = t


@functools.cache
def _as_op(cls: type[Function]) -> Op:
    """The Function as an operation that can be talked about."""
    return Op(
        cls.__name__, cls.forward, {}, local=(), names=(), extras=(), gives=(), elementwise=False, view=False
    )


def once_differentiable(backward: Any) -> Any:
    """Decorates a ``backward`` whose result can't be differentiated again: who tries gets a RuntimeError."""

    @functools.wraps(backward)
    def once(ctx: Any, *grads: Any) -> Any:
        with no_grad():
            sent = backward(ctx, *grads)
        if not any(isinstance(g, Variable) and g._learns for g in grads):
            return sent
        many = sent if isinstance(sent, tuple) else (sent,)
        guarded = tuple(x if x is None else _Twice.apply(x.detach().requires_grad_()) for x in many)
        return guarded if isinstance(sent, tuple) else guarded[0]

    return once


class _Twice(Function):
    """Stands behind a result of ``once_differentiable``."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x.clone()

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        raise errors.error("twice")
