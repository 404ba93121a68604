"""Variable: an array that remembers how it was made."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

import numpy as np

from . import dtypes, engine, errors, printing
from .function import Node, clock
from .modes import state
from .rules import BY_UFUNC, TABLE, Op

Method = Callable[["Variable"], "Variable"]
Operator = Callable[["Variable", Any], "Variable"]


def _operator(name: str, swapped: bool = False) -> Operator:
    """The method behind an operator, from the table; ``5 * b`` runs the swapped one."""
    op = TABLE[name]
    known = (np.ndarray, np.generic) if name == "matmul" else (int, float, np.ndarray, np.generic)

    def method(self: Variable, other: Any) -> Any:
        if not isinstance(other, Variable) and not isinstance(other, known):
            return NotImplemented
        return Variable._apply(op, (other, self) if swapped else (self, other), {})

    return method


def _binary(name: str) -> Operator:
    """``a.mul(b)``: as the operator, but there is no other operand that could know better."""
    operator = _operator(name)

    def method(self: Variable, other: Any) -> Variable:
        if (out := operator(self, other)) is NotImplemented:
            raise errors.not_a_variable(f"{name}()", "other", other)
        return out

    method.__name__ = name
    method.__doc__ = f"The operation ``{name}`` with this Variable on the left; see the table in rules.py."
    return method


def _unary(name: str) -> Method:
    op = TABLE[name]

    def method(self: Variable) -> Variable:
        return Variable._apply(op, (self,), {})

    method.__name__ = name
    method.__doc__ = f"The operation ``{name}`` of each element; see the table in rules.py."
    return method


def _inplace(name: str) -> Operator:
    op = TABLE[name]

    def method(self: Variable, other: Any) -> Variable:
        return self._change(op, f"{name}_()", other)

    method.__name__ = f"{name}_"
    method.__doc__ = f"The operation ``{name}`` in place: this Variable's numbers become those of the result."
    return method


class Variable:
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

    __slots__ = ("__weakref__", "_array", "_grad", "_learns", "_stamp", "_view", "grad_fn")
    __array_priority__ = 1000  # ndarray + Variable is ours to answer

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        shared = isinstance(data, Variable)
        self._array = data._boxed() if shared else np.array(data, dtype=dtypes.default_for(data))
        # when it was last changed in place, on the clock that nodes go by; views share it
        self._stamp: list[int] = data._stamp if shared else [0]
        self._view = False  # whether it looks into the numbers of a Variable with a history
        self._grad: Variable | None = None
        self.grad_fn: Node | None = None
        self._learns = False
        self.requires_grad_(requires_grad)
        if state.listener is not None:
            state.listener.leaf(self)

    @staticmethod
    def _made(array: Any, grad_fn: Node | None, stamp: list[int] | None = None) -> Variable:
        """A Variable that an operation made."""
        self = Variable.__new__(Variable)
        self._array, self.grad_fn, self._learns = array, grad_fn, grad_fn is not None
        self._grad, self._view, self._stamp = None, False, [0] if stamp is None else stamp
        return self

    @staticmethod
    def _apply(op: Op, inputs: tuple[Any, ...], params: dict[str, Any]) -> Variable:
        """Run one operation, note it for backward if that is wanted, and tell who listens."""
        arrays = [x._array if isinstance(x, Variable) else x for x in inputs]
        try:
            if not op.bools and any(map(dtypes.is_bool, arrays)):
                raise errors.no_bools(op.name)
            if op.floats or len(arrays) > 1:
                arrays = dtypes.promote(arrays, op.floats)
            array = op.forward(*arrays, **params)
        except (ValueError, IndexError, RuntimeError) as error:
            problem = errors.failed(op, error, arrays, params)
            if state.listener is not None:
                state.listener.failed(op, inputs, problem)
            try:
                raise problem from None
            finally:
                del problem  # or it and this frame would hold each other, and the graph with them
        node = None
        if state.grad_enabled and op.vjp and any(getattr(x, "_learns", False) for x in inputs):
            node = Node(op, inputs, params, array)
        out = Variable._made(array, node)
        if node is not None and node.out is not None:
            node.stamps.append(out._stamp)
        if op.name in VIEWS and np.may_share_memory(array, arrays[0]):
            out._stamp, out._view = inputs[0]._stamp, True
        if state.listener is not None:
            state.listener.op(op, inputs, params, out)
        return out

    # ------------------------------------------------------------------ what it is
    @property
    def shape(self) -> dtypes.Size:
        """How long each axis is."""
        return dtypes.Size(self._array.shape)

    @property
    def dtype(self) -> dtypes.Dtype:
        """What kind of numbers it holds: ``torch.float32``, …"""
        return dtypes.Dtype(self._array.dtype.name)

    @property
    def ndim(self) -> int:
        """How many axes it has."""
        return int(self._array.ndim)

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it."""
        return self.grad_fn is None

    def size(self, dim: int | None = None) -> Any:
        """Its shape, or how long the axis ``dim`` is. Raises IndexError where it has no such axis."""
        return self.shape if dim is None else self._array.shape[errors.checked_dim(dim, self.ndim)]

    def dim(self) -> int:
        """How many axes it has."""
        return self.ndim

    def numel(self) -> int:
        """How many elements it has."""
        return int(self._array.size)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a 0-d tensor")
        return int(self.shape[0])

    def __repr__(self) -> str:
        suffixes = ["requires_grad=True"] if self.requires_grad else []
        if self.grad_fn is not None:
            suffixes = [f"grad_fn={self.grad_fn!r}"]
        return printing.text(self._array, suffixes)

    def __bool__(self) -> bool:
        if self.numel() != 1:
            raise errors.ambiguous(self)
        return bool(self._array.item())

    def __float__(self) -> float:
        if self.numel() != 1:
            raise ValueError(str(errors.not_one(self)))
        return float(self._array.item())

    def __int__(self) -> int:
        return int(float(self)) if self._array.dtype.kind == "f" else int(self.item())

    def __index__(self) -> int:
        if self._array.dtype.kind not in "iu" or self.numel() != 1:
            raise errors.not_an_index(self)
        return int(self._array.item())

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if self.ndim == 0 else object.__format__(self, spec)

    def item(self) -> Any:
        """Its one element, as a Python number. Raises RuntimeError where it has more or none."""
        if self.numel() != 1:
            raise errors.not_one(self)
        return self._array.item()

    def tolist(self) -> Any:
        """Its elements as Python numbers in nested lists; a single number where it has no axes."""
        return self._array.tolist()

    def numpy(self) -> Any:
        """Its numbers as an ndarray that shares its memory. Raises RuntimeError where it requires grad."""
        if self.requires_grad:
            raise errors.no_numpy(self)
        return self._boxed()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self.numpy()
        return array if dtype is None else array.astype(dtype)

    # ------------------------------------------------------------------ gradients
    def _set_requires_grad(self, requires_grad: bool) -> None:
        self.requires_grad_(requires_grad)

    requires_grad = property(  # read by C code: each operation asks it of each input
        attrgetter("_learns"), _set_requires_grad, doc="Whether backward works out a gradient for it."
    )

    @property
    def grad(self) -> Variable | None:
        """The gradient that backward stored; None until then, which is not the same as zeros."""
        if self.grad_fn is not None and self.grad_fn.retained is None:
            warnings.warn(
                "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad "
                f"attribute won't be populated during autograd.backward(): {errors.name_of(self)} was "
                "computed by an operation. Call .retain_grad() on it before backward to keep its gradient.",
                UserWarning,
                stacklevel=2,
            )
        return self._grad

    @grad.setter
    def grad(self, value: Variable | None) -> None:
        if value is not None:
            if not isinstance(value, Variable):
                raise errors.not_a_gradient(value)
            if value.shape != self.shape:
                raise errors.wrong_shape(errors.name_of(self), value.shape, self.shape)
            if value._array.dtype != self._array.dtype:
                raise errors.wrong_dtype(errors.name_of(self), value.dtype, self.dtype)
        self._grad = value

    def backward(
        self, gradient: Variable | None = None, retain_graph: bool | None = None, create_graph: bool = False
    ) -> None:
        """Work out the gradient of this Variable with respect to every leaf behind it that requires grad.

        Args:
            gradient: the upstream gradient to start with, of this Variable's shape; 1 for a scalar.
            retain_graph: keep what the operations saved, so that backward can run again.
            create_graph: record the backward pass too, so that gradients can be differentiated.

        Raises:
            RuntimeError: nothing here requires grad; not a scalar and no ``gradient``; the graph was freed;
                a saved value was changed in place.
            TypeError: ``gradient`` is not a Variable.

        >>> x = Variable(3.0, requires_grad=True)
        >>> (x * x).backward()
        >>> x.grad
        tensor(6.)
        """
        backward([self], [gradient], retain_graph, create_graph)

    def requires_grad_(self, requires_grad: bool = True) -> Variable:
        """Ask for a gradient, or stop asking. Raises RuntimeError for a result and for integers."""
        if self.grad_fn is not None and not requires_grad:
            raise errors.flag_of_result(self)
        if requires_grad and self._array.dtype.kind not in "fc":
            raise errors.integers_learn(self._array.dtype)
        self._learns = requires_grad
        return self

    @property
    def retains_grad(self) -> bool:
        """Whether backward keeps the gradient of this result, because ``retain_grad()`` asked for it."""
        return self.grad_fn is not None and self.grad_fn.retained is not None

    def retain_grad(self) -> None:
        """Keep this result's gradient in ``.grad`` too, as if it were a leaf.

        Raises RuntimeError where it does not require grad.
        """
        if not self.requires_grad:
            raise errors.cant_retain(self)
        if self.grad_fn is not None:
            self.grad_fn.retained = weakref.ref(self)

    def detach(self) -> Variable:
        """The same numbers, cut off from the graph: no gradient flows back through it."""
        return self._alias("detach", self._stamp)

    @property
    def data(self) -> Variable:
        """The same numbers, outside autograd altogether: changing them is not noticed by backward."""
        return self._alias("data", [0])

    @data.setter
    def data(self, value: Variable) -> None:
        self._array = value._boxed()

    def _boxed(self) -> Any:
        """The array, as something that can be shared and changed (a NumPy scalar can't)."""
        if isinstance(self._array, np.generic):
            self._array = np.array(self._array)
        return self._array

    def _alias(self, name: str, stamp: list[int]) -> Variable:
        out = Variable._made(self._boxed(), None, stamp)
        if state.listener is not None:
            state.listener.alias(name, self, out)
        return out

    # ------------------------------------------------------------------ in place
    def _refuse_change(self, method: str, others: tuple[Any, ...]) -> bool:
        """Whether a change in place is recorded; raises RuntimeError where it can't be."""
        recorded = state.grad_enabled and any(getattr(x, "requires_grad", False) for x in (self, *others))
        if recorded and self.requires_grad and self.grad_fn is None:
            raise errors.leaf_in_place(self, method)
        if recorded and self._view:
            raise errors.view_in_place(self, method)
        return recorded

    def _change(self, op: Op, method: str, *others: Any) -> Variable:
        """Replace the numbers by those of ``op(self, *others)``; later uses see the new node."""
        recorded = self._refuse_change(method, others)
        listener, state.listener = state.listener, None
        try:
            # where the node may save what it read, it reads a copy, which the change leaves alone
            array, stamp = (self._array.copy(), [0]) if recorded else (self._array, self._stamp)
            before = Variable._made(array, self.grad_fn, stamp)
            before._learns = self._learns
            out = Variable._apply(op, (before, *others), {})
        finally:
            state.listener = listener
        self._write(out._array)
        if recorded and out.grad_fn is not None:
            self.grad_fn, self._learns = out.grad_fn, True
            self._stamp[0] = self.grad_fn.tick
        if listener is not None:
            listener.inplace(op, before, self, others)
        return self

    def _write(self, values: Any) -> None:
        """Put other numbers into the same memory, and stamp it."""
        if values.shape != self.shape:
            raise errors.shapes("in-place operation", self.shape, values.shape)
        if dtypes.RANK[values.dtype.kind] > dtypes.RANK[self._array.dtype.kind]:
            raise errors.wont_hold(self, values.dtype)
        self._boxed()[...] = values
        self._stamp[0] = clock()

    add_ = __iadd__ = _inplace("add")
    sub_ = __isub__ = _inplace("sub")
    mul_ = __imul__ = _inplace("mul")
    div_ = __itruediv__ = _inplace("div")
    pow_ = __ipow__ = _inplace("pow")

    def zero_(self) -> Variable:
        """Set every element to 0, in place."""
        return self._change(TABLE["zero"], "zero_()")

    # ------------------------------------------------------------------ operators, from the table
    __add__, __radd__ = _operator("add"), _operator("add", swapped=True)
    __sub__, __rsub__ = _operator("sub"), _operator("sub", swapped=True)
    __mul__, __rmul__ = _operator("mul"), _operator("mul", swapped=True)
    __truediv__, __rtruediv__ = _operator("div"), _operator("div", swapped=True)
    __pow__, __rpow__ = _operator("pow"), _operator("pow", swapped=True)
    __matmul__, __rmatmul__ = _operator("matmul"), _operator("matmul", swapped=True)
    __eq__, __ne__ = _operator("eq"), _operator("ne")  # type: ignore[assignment]
    __lt__, __le__, __gt__, __ge__ = _operator("lt"), _operator("le"), _operator("gt"), _operator("ge")
    __hash__ = object.__hash__
    __neg__ = neg = _unary("neg")

    add, sub, mul, div = _binary("add"), _binary("sub"), _binary("mul"), _binary("div")
    pow, matmul = _binary("pow"), _binary("matmul")
    exp, log, sin, cos = _unary("exp"), _unary("log"), _unary("sin"), _unary("cos")
    tanh, sqrt, sigmoid, relu = _unary("tanh"), _unary("sqrt"), _unary("sigmoid"), _unary("relu")

    # ------------------------------------------------------------------ shapes, parts and reductions
    @property
    def T(self) -> Variable:
        """Its transpose: rows become columns. Raises RuntimeError where it has more than two axes."""
        if self.ndim > 2:
            raise errors.too_many_axes(self)
        return self if self.ndim < 2 else Variable._apply(TABLE["t"], (self,), {})

    def t(self) -> Variable:
        """Its transpose, as :attr:`T`."""
        return self.T

    def reshape(self, *shape: Any) -> Variable:
        """The same elements in another shape; one axis may be -1: whatever is left.

        Raises RuntimeError where the elements don't fit.

        >>> Variable([1.0, 2.0, 3.0, 4.0]).reshape(2, -1)
        tensor([[1., 2.],
                [3., 4.]])
        """
        new = shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape
        return Variable._apply(TABLE["reshape"], (self,), {"new": tuple(new)})

    view = reshape

    def __getitem__(self, index: Any) -> Variable:
        """A part of it: a view for integers, slices, None and ``...``; else the elements picked, copied.

        Raises IndexError where there is no such part.

        >>> Variable([[1.0, 2.0], [3.0, 4.0]])[:, 1]
        tensor([2., 4.])
        """
        return Variable._apply(TABLE["getitem"], (self,), {"index": _plain_index(index)})

    def __setitem__(self, index: Any, value: Any) -> None:
        """Put other numbers into a part of it. Raises RuntimeError where gradients would have to know."""
        if self._refuse_change("x[...] = ...", (value,)):
            raise errors.part_in_place(self)
        part = Variable._made(self._boxed(), None, self._stamp)[index]
        new = np.asarray(getattr(value, "_array", value))
        try:
            part_or_all = np.broadcast_to(new, part.shape)
        except ValueError:
            raise errors.shapes("x[...] = ...", part.shape, new.shape) from None
        self._array[_plain_index(index)] = part_or_all
        self._stamp[0] = clock()

    def __iter__(self) -> Iterator[Variable]:
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return (self[k] for k in range(len(self)))

    def _axes(self, dim: Any, keepdim: bool) -> Any:
        """The axes a reduction goes over, counted from 0; None for all of them."""
        if dim is None:
            return tuple(range(self.ndim)) if keepdim else None
        if isinstance(dim, int):
            dim = errors.checked_dim(dim, self.ndim)
            return dim if self.ndim else ()
        axes = tuple(errors.checked_dim(d, self.ndim) for d in dim) or tuple(range(self.ndim))
        for axis in axes:
            if axes.count(axis) > 1:
                raise errors.same_dim_twice(axis)
        return axes if self.ndim else ()

    def sum(self, dim: Any = None, keepdim: bool = False) -> Variable:
        """The sum of all elements, or along ``dim``.

        Args:
            dim: an axis, or several; negative ones count from the last.
            keepdim: leave the axes summed over in place, each of length 1.

        Raises:
            IndexError: there is no such axis.
            RuntimeError: an axis is named twice.

        >>> Variable([[1.0, 2.0], [3.0, 4.0]]).sum(dim=0)
        tensor([4., 6.])
        """
        return Variable._apply(TABLE["sum"], (self,), {"axis": self._axes(dim, keepdim), "keepdim": keepdim})

    def mean(self, dim: Any = None, keepdim: bool = False) -> Variable:
        """The mean of all elements, or along ``dim``; for arguments and errors see :meth:`sum`.

        Raises RuntimeError for integers and bools.

        >>> Variable([[1.0, 2.0], [3.0, 4.0]]).mean(dim=0, keepdim=True)
        tensor([[2., 3.]])
        """
        if self._array.dtype.kind not in "fc":
            raise errors.no_mean(self)
        return Variable._apply(TABLE["mean"], (self,), {"axis": self._axes(dim, keepdim), "keepdim": keepdim})

    clone = _unary("clone")

    # ------------------------------------------------------------------ NumPy functions on Variables
    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        op = BY_UFUNC.get(ufunc)
        if op is None or method != "__call__" or kwargs:
            return NotImplemented
        return op(*inputs)


VIEWS = ("t", "reshape", "getitem")
Tensor = Variable


def _plain_index(index: Any) -> Any:
    """An index as NumPy takes it: arrays for Variables; and ``...``, so that one element is a view too."""
    parts = index if isinstance(index, tuple) else (index,)
    arrays: Iterator[Any] = (getattr(part, "_array", part) for part in parts)
    plain = tuple(int(a) if getattr(a, "ndim", 1) == 0 and a.dtype.kind in "iu" else a for a in arrays)
    views = all(part is None or part is Ellipsis or type(part) in (int, slice) for part in plain)
    return (*plain, Ellipsis) if views and Ellipsis not in plain else plain


def backward(
    tensors: Any, grad_tensors: Any = None, retain_graph: bool | None = None, create_graph: bool = False
) -> None:
    """Run the backward pass from several roots at once; see :meth:`Variable.backward`."""
    roots = [tensors] if isinstance(tensors, Variable) else list(tensors)
    seeds = _seeds(roots, grad_tensors, create_graph)
    engine.run(roots, seeds, create_graph if retain_graph is None else retain_graph, create_graph)


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
) -> tuple[Variable | None, ...]:
    """The gradients of ``outputs`` with respect to ``inputs``, returned and not stored.

    Raises:
        RuntimeError: as backward does; and for an input that the outputs don't depend on, unless
            ``allow_unused``, where its gradient is None.

    >>> x = Variable(3.0, requires_grad=True)
    >>> (dy,) = grad(x ** 3, x, create_graph=True)
    >>> grad(dy, x)
    (tensor(18.),)
    """
    roots = [outputs] if isinstance(outputs, Variable) else list(outputs)
    wanted = [inputs] if isinstance(inputs, Variable) else list(inputs)
    if not wanted:
        raise errors.nothing_wanted()
    seeds = _seeds(roots, grad_outputs, create_graph)
    for x in wanted:
        if not x.requires_grad:
            raise errors.no_gradient(x)
    places = [x.grad_fn or x for x in wanted]
    keep = create_graph if retain_graph is None else retain_graph
    found = engine.run(roots, seeds, keep, create_graph, places)
    for k, place in enumerate(places):
        if place not in found and not allow_unused:
            raise errors.unused(wanted[k], k)
    got = (found.get(place) for place in places)
    return tuple(g if g is None or isinstance(g, Variable) else Variable._made(g.copy(), None) for g in got)


def _seeds(roots: list[Any], gradients: Any, differentiable: bool) -> list[Any]:
    """What backward starts with at each root: arrays, or Variables where these are to be differentiated."""
    given = [gradients] if isinstance(gradients, Variable) else gradients or [None] * len(roots)
    if len(given) != len(roots):
        raise errors.one_gradient_each(len(roots), len(given))
    seeds = [engine.seed_for(root, g) for root, g in zip(roots, given, strict=True)]
    if differentiable:
        return [g if isinstance(g, Variable) else Variable._made(g, None) for g in seeds]
    return [g._array if isinstance(g, Variable) else g for g in seeds]
