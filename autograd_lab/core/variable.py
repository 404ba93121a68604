"""Variable: an array that remembers how it was made."""

from __future__ import annotations

import warnings
import weakref
from typing import Any

import numpy as np

from . import dtypes, engine, errors, printing
from .function import Node, clock
from .modes import state
from .rules import BY_UFUNC, TABLE, Op


def _operator(name: str, swapped: bool = False) -> Any:
    """The method behind an operator, from the table; ``5 * b`` runs the swapped one."""

    op = TABLE[name]

    def method(self: Variable, other: Any) -> Any:
        if not isinstance(other, Variable | int | float | np.ndarray | np.generic):
            return NotImplemented
        return Variable._apply(op, (other, self) if swapped else (self, other), {})

    return method


def _function(name: str) -> Any:
    op = TABLE[name]

    def method(self: Variable) -> Variable:
        return Variable._apply(op, (self,), {})

    method.__doc__ = f"``{name}`` of each element."
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

    __slots__ = ("__weakref__", "_array", "_grad", "_stamp", "_view", "grad_fn", "requires_grad")
    __array_priority__ = 1000  # ndarray + Variable is ours to answer

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        shared = isinstance(data, Variable)
        self._array = data._boxed() if shared else np.array(data, dtype=dtypes.default_for(data))
        self._stamp: list[int] = (
            data._stamp if shared else [0]
        )  # when it was last changed in place; views share it
        self._view = False  # whether it looks into the numbers of a Variable with a history
        self._grad: Variable | None = None
        self.grad_fn: Node | None = None
        self.requires_grad = False
        self.requires_grad_(requires_grad)
        if state.listener is not None:
            state.listener.leaf(self)

    @staticmethod
    def _made(array: Any, grad_fn: Node | None, stamp: list[int] | None = None) -> Variable:
        """A Variable that an operation made."""
        self = Variable.__new__(Variable)
        self._array, self.grad_fn, self.requires_grad = array, grad_fn, grad_fn is not None
        self._grad, self._view, self._stamp = None, False, [0] if stamp is None else stamp
        return self

    @staticmethod
    def _apply(op: Op, inputs: tuple[Any, ...], params: dict[str, Any]) -> Variable:
        """Run one operation, note it for backward if that is wanted, and tell who listens."""
        arrays = [x._array if isinstance(x, Variable) else x for x in inputs]
        if op.floats or len(arrays) > 1:
            arrays = dtypes.promote(arrays, op.floats)
        try:
            array = op.forward(*arrays, **params)
        except ValueError as error:
            problem = (
                errors.shapes(op.name, np.shape(arrays[0]), np.shape(arrays[-1]))
                if len(arrays) > 1
                else error
            )
            if state.listener is not None:
                state.listener.failed(op, inputs, problem)
            raise problem from None
        node = None
        if state.grad_enabled and op.vjp and any(getattr(x, "requires_grad", False) for x in inputs):
            node = Node(op, inputs, params, array)
        out = Variable._made(array, node)
        if node is not None and node.out is not None:
            node.stamps.append(out._stamp)
        if op.name in VIEWS:
            out._stamp, out._view = inputs[0]._stamp, True
        if state.listener is not None:
            state.listener.op(op, inputs, params, out)
        return out

    # ------------------------------------------------------------------ what it is
    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self._array.shape)

    @property
    def dtype(self) -> Any:
        return self._array.dtype

    @property
    def ndim(self) -> int:
        return int(self._array.ndim)

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it."""
        return self.grad_fn is None

    def size(self, dim: int | None = None) -> Any:
        return self.shape if dim is None else self.shape[dim]

    def dim(self) -> int:
        return self.ndim

    def numel(self) -> int:
        """How many elements it has."""
        return int(self._array.size)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a 0-d tensor")
        return self.shape[0]

    def __repr__(self) -> str:
        suffixes = ["requires_grad=True"] if self.requires_grad else []
        if self.grad_fn is not None:
            suffixes = [f"grad_fn={self.grad_fn!r}"]
        return printing.text(self._array, suffixes)

    def __bool__(self) -> bool:
        return bool(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __format__(self, spec: str) -> str:
        return format(self.item() if spec and self.numel() == 1 else str(self), spec)

    def item(self) -> Any:
        """Its one element, as a Python number. Raises RuntimeError where it has more or none."""
        if self.numel() != 1:
            raise errors.not_one(self)
        return self._array.item()

    def tolist(self) -> Any:
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
    @property
    def grad(self) -> Variable | None:
        """The gradient that backward stored; None until then, which is not the same as zeros."""
        if self.grad_fn is not None and self.grad_fn.retained is None:
            warnings.warn(
                "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad "
                f"attribute won't be populated during autograd.backward(): {errors.name_of(self)} was computed by an "
                "operation. Call .retain_grad() on it before backward to keep its gradient.",
                UserWarning,
                stacklevel=2,
            )
        return self._grad

    @grad.setter
    def grad(self, value: Variable | None) -> None:
        if value is not None and value.shape != self.shape:
            raise errors.wrong_shape(errors.name_of(self), value.shape, self.shape)
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

        >>> x = Variable(3.0, requires_grad=True)
        >>> (x * x).backward()
        >>> x.grad
        tensor(6.)
        """
        backward([self], None if gradient is None else [gradient], retain_graph, create_graph)

    def requires_grad_(self, requires_grad: bool = True) -> Variable:
        """Ask for a gradient, or stop asking. Raises RuntimeError for a result and for integers."""
        if self.grad_fn is not None and not requires_grad:
            raise errors.flag_of_result(self)
        if requires_grad and self.dtype.kind not in "fc":
            raise errors.integers_learn(self.dtype)
        self.requires_grad = requires_grad
        return self

    def retain_grad(self) -> None:
        """Keep this result's gradient in ``.grad`` too, as if it were a leaf."""
        if not self.requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
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
    def _inplace(self, op: Op, method: str, *others: Any) -> Variable:
        """Replace the numbers by those of ``op(self, *others)``; later uses see the new node."""
        recorded = state.grad_enabled and any(getattr(x, "requires_grad", False) for x in (self, *others))
        if recorded and self.requires_grad and self.grad_fn is None:
            raise errors.leaf_in_place(self, method)
        if recorded and self._view:
            raise errors.view_in_place(self, method)
        listener, state.listener = state.listener, None
        try:
            before = Variable._made(self._array, self.grad_fn, self._stamp)
            before.requires_grad = self.requires_grad
            out = Variable._apply(op, (before, *others), {})
        finally:
            state.listener = listener
        self._write(out._array)
        if recorded and out.grad_fn is not None:
            self.grad_fn, self.requires_grad = out.grad_fn, True
            self._stamp[0] = self.grad_fn.tick
        if listener is not None:
            listener.inplace(op, before, self, others)
        return self

    def _write(self, values: Any) -> None:
        """Put other numbers into the same memory, and stamp it."""
        if values.shape != self.shape:
            raise errors.shapes("in-place operation", self.shape, values.shape)
        self._boxed()[...] = values
        self._stamp[0] = clock()

    def add_(self, other: Any) -> Variable:
        return self._inplace(TABLE["add"], "add_()", other)

    def sub_(self, other: Any) -> Variable:
        return self._inplace(TABLE["sub"], "sub_()", other)

    def mul_(self, other: Any) -> Variable:
        return self._inplace(TABLE["mul"], "mul_()", other)

    def div_(self, other: Any) -> Variable:
        return self._inplace(TABLE["div"], "div_()", other)

    def zero_(self) -> Variable:
        """Set every element to 0, in place."""
        return self._inplace(TABLE["zero"], "zero_()")

    __iadd__, __isub__, __imul__, __itruediv__ = add_, sub_, mul_, div_

    # ------------------------------------------------------------------ shapes and reductions
    @property
    def T(self) -> Variable:
        """Its transpose: rows become columns."""
        return self if self.ndim < 2 else self._apply(TABLE["t"], (self,), {})

    def t(self) -> Variable:
        return self.T

    def reshape(self, *shape: Any) -> Variable:
        new = shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape
        return self._apply(TABLE["reshape"], (self,), {"new": tuple(new)})

    view = reshape

    def sum(self, dim: Any = None, keepdim: bool = False) -> Variable:
        """The sum of all elements, or along ``dim``."""
        return self._apply(TABLE["sum"], (self,), {"axis": dim, "keepdim": keepdim})

    def mean(self, dim: Any = None, keepdim: bool = False) -> Variable:
        """The mean of all elements, or along ``dim``. Raises RuntimeError for integers."""
        if self.dtype.kind not in "fc":
            raise RuntimeError(
                f"mean(): could not infer output dtype. Input dtype must be floating point {errors.line()}, "
                f"but {errors.name_of(self)} is {self.dtype}. Write its numbers with a point, or sum and divide."
            )
        return self._apply(TABLE["mean"], (self,), {"axis": dim, "keepdim": keepdim})

    def pow(self, exponent: Any) -> Variable:
        return self._apply(TABLE["pow"], (self, exponent), {})

    def clone(self) -> Variable:
        return self._apply(TABLE["clone"], (self,), {})

    # ------------------------------------------------------------------ operators, from the table
    __add__, __radd__ = _operator("add"), _operator("add", swapped=True)
    __sub__, __rsub__ = _operator("sub"), _operator("sub", swapped=True)
    __mul__, __rmul__ = _operator("mul"), _operator("mul", swapped=True)
    __truediv__, __rtruediv__ = _operator("div"), _operator("div", swapped=True)
    __pow__, __rpow__ = _operator("pow"), _operator("pow", swapped=True)
    __matmul__, __rmatmul__ = _operator("matmul"), _operator("matmul", swapped=True)
    __eq__, __ne__ = _operator("eq"), _operator("ne")
    __lt__, __le__, __gt__, __ge__ = map(_operator, ("lt", "le", "gt", "ge"))
    __neg__ = _function("neg")
    add, sub, mul, div, matmul = map(_operator, ("add", "sub", "mul", "div", "matmul"))
    exp, log, sin, cos = map(_function, ("exp", "log", "sin", "cos"))
    tanh, sqrt, sigmoid, relu = map(_function, ("tanh", "sqrt", "sigmoid", "relu"))

    # ------------------------------------------------------------------ NumPy functions on Variables
    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        op = BY_UFUNC.get(ufunc)
        if op is None or method != "__call__" or kwargs:
            return NotImplemented
        return op(*inputs)

    __hash__ = object.__hash__


VIEWS = ("t", "reshape")
Tensor = Variable


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
    seeds = _seeds(roots, grad_outputs, create_graph)
    for x in wanted:
        if not x.requires_grad:
            raise errors.no_gradient(x)
    places = [x.grad_fn or x for x in wanted]
    keep = create_graph if retain_graph is None else retain_graph
    found = engine.run(roots, seeds, keep, create_graph, places)
    for x, place in zip(wanted, places, strict=True):
        if place not in found and not allow_unused:
            raise errors.unused(x)
    got = (found.get(place) for place in places)
    return tuple(g if g is None or isinstance(g, Variable) else Variable._made(g.copy(), None) for g in got)


def _seeds(roots: list[Any], gradients: Any, differentiable: bool) -> list[Any]:
    """What backward starts with at each root: arrays, or Variables where these are to be differentiated."""
    given = [gradients] if isinstance(gradients, Variable) else gradients or [None] * len(roots)
    seeds = [engine.seed_for(root, g) for root, g in zip(roots, given, strict=True)]
    if differentiable:
        return [g if isinstance(g, Variable) else Variable._made(g, None) for g in seeds]
    return [g._array if isinstance(g, Variable) else g for g in seeds]
