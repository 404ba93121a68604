"""Variable: an array that remembers how it was made."""

from __future__ import annotations

import copy
import warnings
import weakref
from typing import Any

import numpy as np

from ..base import dtypes, errors, printing
from . import inplace, record
from .content import Content
from .index import once, plain_index
from .inplace import augmented
from .matrices import matmul
from .modes import local
from .node import LeafHooks, Port, RemovableHandle, version_of
from .op import TABLE
from .record import made
from .shapes import stretched, views
from .short import Operator, binary, numbered, reflected, unary


class Variable(Content):
    """An array with ``requires_grad``, ``grad`` and ``grad_fn``. ``Tensor`` is the same class.

    Args:
        data: a Variable (its numbers are shared, as in PyTorch), an array, or numbers in lists.
        requires_grad: whether backward works out a gradient for it.

    Raises:
        RuntimeError: ``requires_grad`` asked of integers or bools.

    >>> a = Variable([5.0, 4.0], requires_grad=True)
    >>> a ** 2
    tensor([25., 16.], grad_fn=<PowBackward0>)
    """

    __slots__ = (
        "__dict__",
        "__weakref__",
        "_array",
        "_fn",
        "_learns",
    )  # what each has: faster than in a dict
    _array: Any
    _fn: Any  # the node that made it; a Port where that node has several outputs; or None
    _learns: bool
    _grad: Variable | None = None
    _tangent: Variable | None = None  # in forward mode
    _hooks: LeafHooks | None = None
    _apart: list[int] | None = None  # made by .data, to which changes are counted apart: how many there were
    _inferred = False  # made in inference mode
    _generation = 0  # how often its history was rewritten by changes in place
    _base: Any = None
    _unrecorded = False  # a view made where nothing is recorded
    _several = False  # one of several views that an operation returned at once
    _chain: Any  # a view's: the operations that lead to it from its base
    _asked: bool  # a view's
    _node: Any  # a view's node, as it was when it was last asked for
    edges = ()  # a leaf is the end of the way, and stands in the engine's order before all nodes
    tick = 0
    __array_priority__ = 1000  # ndarray + Variable is ours to answer

    def __init__(self, data: Any = (), requires_grad: bool = False) -> None:
        shared = isinstance(data, Variable)
        array = data._boxed() if shared else np.array(data, dtype=dtypes.default_for(data))
        self._begin(array if shared or array.ndim else array[()], requires_grad)

    def _begin(self, array: Any, requires_grad: bool) -> Variable:
        """Be a leaf with this array, or NumPy number, which is faster than an array without axes."""
        self._array = array
        self._fn = self._grad = self._hooks = self._base = None  # here, as a class keeps them slower
        self._learns = False
        now = local.now
        if requires_grad:
            self.requires_grad_()
        if now.inference:
            self._inferred = True
        if now.listener is not None:
            now.listener.leaf(self)
        return self

    # ------------------------------------------------------------------ what it is
    @property
    def grad_fn(self) -> Any:
        """The node of the operation that made it; None for a leaf."""
        return self._fn.edges[0] if isinstance(self._fn, Port) else self._fn

    @property
    def output_nr(self) -> int:
        """Which output of its ``grad_fn`` it is."""
        return self._fn.output if isinstance(self._fn, Port) else 0

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it."""
        return self._fn is None

    @property
    def _version(self) -> int:
        if self._inferred:
            raise errors.error("inference_version", variable=self)
        return version_of(self._array) if self._apart is None else self._apart[0]

    def _is_view(self) -> bool:
        return self._base is not None

    def is_inference(self) -> bool:
        """Whether it was made in ``inference_mode``."""
        return self._inferred

    def __repr__(self) -> str:
        suffixes = ["requires_grad=True"] if self._learns else []
        if self._fn is not None:
            suffixes = [f"grad_fn={self.grad_fn!r}"]
        if self._tangent is not None:
            suffixes.append(f"tangent={self._tangent!r}")
        return printing.text(self._array, suffixes)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _rebuilt, (
            type(self) if self._base is None else Variable,
            self._boxed(),
            self._learns,
            self._grad,
            self._own(),
        )

    def _own(self) -> dict[str, Any]:
        """Attributes that the user gave it."""
        return {name: value for name, value in self.__dict__.items() if name not in INTERNAL}

    def __deepcopy__(self, memo: dict[int, Any]) -> Variable:
        if self._fn is not None:
            raise errors.error("no_deepcopy", variable=self)
        out: Variable = _rebuilt(
            type(self), self._array.copy(), self._learns, None, copy.deepcopy(self._own(), memo)
        )
        memo[id(self)] = out
        out._grad = copy.deepcopy(self._grad, memo)
        return out

    # ------------------------------------------------------------------ gradients
    @property
    def requires_grad(self) -> bool:
        """Whether backward works out a gradient for it."""
        return self._learns

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if self._fn is not None:
            raise errors.error("flag_of_result", variable=self)
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: bool = True) -> Variable:
        """Ask for a gradient, or stop asking. Raises RuntimeError for a result and for integers."""
        if self._fn is not None and not requires_grad:
            raise errors.error("flag_of_result", variable=self)
        if requires_grad and self._array.dtype.kind not in "fc":
            raise errors.error("integers_learn", dtype=self.dtype, variable=self)
        if self._inferred and requires_grad and not local.now.inference:
            raise errors.error("inference_flag", variable=self)
        if self._fn is None:
            self._learns = bool(requires_grad)
        return self

    @property
    def grad(self) -> Variable | None:
        """The gradient that backward stored; None until then, which is not the same as zeros."""
        fn = self._fn if self._base is None else self._node  # asking a lost view must not raise
        if fn is not None and not self._kept_by(fn):
            warnings.warn(str(errors.error("grad_of_result", variable=self)), UserWarning, stacklevel=2)
        return self._grad

    @grad.setter
    def grad(self, value: Variable | None) -> None:
        if value is not None:
            if value is self:
                raise errors.error("own_grad", variable=self)
            if not isinstance(value, Variable):
                raise errors.error("not_a_gradient", got=type(value).__name__, variable=self)
            if value.shape != self.shape:
                raise errors.error("wrong_shape", what=self, got=value.shape, want=self.shape)
            if value._array.dtype != self._array.dtype:
                raise errors.error("wrong_dtype", what=self, got=value.dtype, want=self.dtype)
        if local.now.listener is not None:
            local.now.listener.regrad(self)
        self._grad = value

    @grad.deleter
    def grad(self) -> None:
        self.grad = None

    def backward(
        self,
        gradient: Variable | None = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Work out the gradient of this Variable with respect to every leaf behind it that requires grad.

        Args:
            gradient: the upstream gradient to start with, of this Variable's shape; 1 for a scalar.
            retain_graph: keep what the operations saved, so that backward can run again.
            create_graph: record the backward pass too, so that gradients can be differentiated.
            inputs: the leaves whose ``.grad`` to work out; all, if left out.

        Raises:
            RuntimeError: nothing here requires grad; not a scalar and no ``gradient``; the graph was freed;
                a saved value was changed in place.
            TypeError: ``gradient`` is not a Variable.

        >>> x = Variable(3.0, requires_grad=True)
        >>> (x * x).backward()
        >>> x.grad
        tensor(6.)
        """
        calls.backward(self, None if gradient is None else [gradient], retain_graph, create_graph, inputs)

    @property
    def retains_grad(self) -> bool:
        """Whether backward keeps the gradient of this result, because ``retain_grad()`` asked for it."""
        return self._kept_by(self._fn)

    def _kept_by(self, node: Any) -> bool:
        extra = node.extra if node is not None else None
        return extra is not None and extra.retains is not None and extra.retains() is self

    def retain_grad(self) -> None:
        """Keep this result's gradient in ``.grad`` too, as if it were a leaf.

        Raises RuntimeError where it does not require grad.
        """
        if not self._learns:
            raise errors.error("cant_retain", variable=self)
        if self._fn is not None:
            self._fn.more.retains = weakref.ref(self)

    def register_hook(self, hook: Any) -> RemovableHandle:
        """Call ``hook(grad)`` when this Variable's gradient is worked out; what it returns replaces it.

        Raises RuntimeError where it does not require grad.

        >>> x = Variable(3.0, requires_grad=True)
        >>> handle = x.register_hook(lambda g: g * 10)
        >>> (x * x).backward()
        >>> x.grad
        tensor(60.)
        """
        if not self._learns:
            raise errors.error("cant_hook", variable=self)
        if self._fn is not None:
            return RemovableHandle(self._fn.more.tensor_hooks, hook)
        self._hooks = self._hooks or LeafHooks()
        return RemovableHandle(self._hooks.tensor, hook)

    def register_post_accumulate_grad_hook(self, hook: Any) -> RemovableHandle:
        """Call ``hook(self)`` after backward wrote this leaf's ``.grad``. Raises RuntimeError for a result."""  # noqa: E501
        if not self._learns or self._fn is not None:
            raise errors.error("hook_of_result" if self._learns else "cant_hook", variable=self)
        self._hooks = self._hooks or LeafHooks()
        return RemovableHandle(self._hooks.stored, hook)

    def detach(self) -> Variable:
        """The same numbers, cut off from the graph: no gradient flows back through it.

        >>> from autograd_lab import Variable
        >>> x = Variable(3.0, requires_grad=True)
        >>> x.detach()
        tensor(3.)
        """
        return self._alias("detach")

    def detach_(self) -> Variable:
        """Cut this Variable itself off from the graph. Raises RuntimeError for a view."""
        if self._base is not None:
            raise errors.error("detach_view", variable=self)
        self._fn, self._learns = None, False
        return self

    @property
    def data(self) -> Variable:
        """The same numbers, outside autograd altogether: changing them is not noticed by backward."""
        out = self._alias("data")
        out._apart = [0]
        return out

    @data.setter
    def data(self, value: Variable) -> None:
        if not isinstance(value, Variable):
            raise errors.error("not_a_variable", function="data", argument="data", got=type(value).__name__)
        self._array = value._boxed()

    def _alias(self, name: str) -> Variable:
        out: Variable = made(self._boxed())
        out._apart = self._apart
        if local.now.listener is not None:
            local.now.listener.alias(name, self, out)
        return out

    # ------------------------------------------------------------------ what the core's other modules use
    _apply = staticmethod(record.apply)

    def _write(self, values: Any, how: str) -> None:
        inplace.write(self, values, how)

    # ------------------------------------------------------------------ operators, from the table
    __add__ = Operator(binary, TABLE["add"])
    __sub__ = Operator(binary, TABLE["sub"])
    __mul__ = Operator(binary, TABLE["mul"])
    __truediv__, __matmul__ = Operator(binary, TABLE["div"]), Operator(binary, matmul)
    __floordiv__, __mod__ = Operator(binary, TABLE["floor_divide"]), Operator(binary, TABLE["remainder"])
    __pow__, __rpow__ = Operator(binary, TABLE["pow"]), Operator(numbered, TABLE["pow"], True)
    __radd__, __rmul__ = Operator(reflected, TABLE["add"]), Operator(reflected, TABLE["mul"])
    __rsub__ = Operator(numbered, TABLE["sub"], True)
    __rtruediv__ = Operator(numbered, TABLE["div"], True)
    __rfloordiv__ = Operator(numbered, TABLE["floor_divide"], True)
    __rmod__ = Operator(numbered, TABLE["remainder"], True)
    __eq__, __ne__ = Operator(binary, TABLE["eq"]), Operator(binary, TABLE["ne"])
    __lt__, __le__ = Operator(binary, TABLE["lt"]), Operator(binary, TABLE["le"])
    __gt__, __ge__ = Operator(binary, TABLE["gt"]), Operator(binary, TABLE["ge"])
    __and__, __or__, __xor__ = (Operator(binary, TABLE[f"bitwise_{name}"]) for name in ("and", "or", "xor"))
    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__
    __neg__, __abs__ = Operator(unary, TABLE["neg"]), Operator(unary, TABLE["abs"])
    __invert__ = Operator(unary, TABLE["bitwise_not"])
    __iadd__, __isub__ = augmented(TABLE["add"]), augmented(TABLE["sub"])
    __imul__, __itruediv__ = augmented(TABLE["mul"]), augmented(TABLE["div"])
    __imod__ = augmented(TABLE["remainder"])
    __iand__, __ior__, __ixor__ = (augmented(TABLE[f"bitwise_{name}"]) for name in ("and", "or", "xor"))
    __ipow__, __ifloordiv__ = augmented(TABLE["pow"]), augmented(TABLE["floor_divide"])
    __hash__ = object.__hash__

    def __pos__(self) -> Variable:
        return self

    def __rmatmul__(self, other: Any) -> Any:
        return record.apply(TABLE["matmul"], (other, self), {}) if hasattr(other, "ndim") else NotImplemented

    # ------------------------------------------------------------------ parts
    def __getitem__(self, index: Any) -> Variable:
        """A part of it: a view for integers, slices, None and ``...``; else the elements picked, copied.

        Raises IndexError where there is no such part.

        >>> Variable([[1.0, 2.0], [3.0, 4.0]])[:, 1]
        tensor([2., 4.])
        """
        return record.apply(TABLE["getitem"], (self,), {"index": plain_index(index)})  # type: ignore[no-any-return]

    def __setitem__(self, index: Any, value: Any) -> None:
        """Put other numbers into a part of it, recorded where gradients are.

        Raises IndexError where there is no such part, RuntimeError where the shapes don't fit.

        >>> x = Variable([1.0, 2.0, 3.0])
        >>> x[1:] = 7; x
        tensor([1., 7., 7.])
        """
        index, dtype = plain_index(index), self._array.dtype
        if not isinstance(value, Variable):
            if not dtypes.known(value):
                raise errors.error("not_assigned", got=type(value).__name__)
            value = made(np.asarray(value, dtype))
        plain = views(index)
        if value._array.dtype != dtype:
            if not plain and (value.ndim or any(not once(part) for part in index)):
                raise errors.error("same_dtype", first=self.dtype, second=value.dtype)
            value = record.apply(TABLE["cast"], (value,), {"dtype": dtype})
        if plain and stretched(self._array):  # of what is one place, a part may be written to where it is not
            inplace.change(self[index], TABLE["copy"], "copy_()", (value,), {})
            return
        params = {"chain": ((TABLE["getitem"], {"index": index}),)} if plain else {"index": index}
        inplace.change(self, TABLE["put_into" if plain else "index_put"], "x[...] = ...", (value,), params)


def _rebuilt(kind: Any, array: Any, learns: bool, grad: Any, own: dict[str, Any]) -> Any:
    out = kind.__new__(kind)
    out._array, out._fn, out._learns = array, None, learns
    if grad is not None:
        out._grad = grad
    out.__dict__.update(own)
    return out


INTERNAL = {"_grad", "_tangent", "_hooks", "_inferred",
            "_generation", "_base", "_chain", "_seen", "_node", "_asked", "_several", "_unrecorded", "_born", "_apart"}  # fmt: skip  # noqa: E501
Variable.__name__ = Variable.__qualname__ = "Tensor"  # as PyTorch shows it
Tensor = Variable
record.Variable = Variable

from . import calls, view  # noqa: E402, F401 - which need this class
