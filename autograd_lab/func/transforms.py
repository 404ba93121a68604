"""Functions that turn a function into its derivative.

Where they come from: ``vjp`` and ``grad`` are the backward pass, ``jvp`` the forward pass of Griewank and
Walther, Evaluating Derivatives (2nd edition, 2008), chapter 3; the rest is made of these, and they nest.

What all take and return: an argument to differentiate by is a Tensor of a floating dtype, or a tuple, list
or dict of such, nested as you like. ``argnums`` says which positional arguments these are: a position,
which gives one result, or a tuple of positions, which gives a tuple. With ``has_aux`` the function
returns (output, aux), and aux comes back last, not differentiated. No ``.grad`` is touched. Results can
be differentiated by what requires grad outside: not by anything under ``no_grad``.

What all raise: RuntimeError for ``argnums`` that don't fit, an argument of another dtype, or an output
that holds something other than Tensors; ValueError for an argument that does.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import autograd_lab

from ..base import errors
from .nested import alike, filled, leaves_of, mapped

__all__ = ["grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "vjp"]

Function = Callable[..., Any]
lab: Any = autograd_lab  # many of its names are made from a table, where no type checker sees them


def grad(func: Function, argnums: Any = 0, has_aux: bool = False) -> Function:
    """A function that computes the gradient of ``func``, which returns a Tensor without axes.

    Returns: takes what ``func`` takes, and returns the gradient, shaped as the argument; with
        ``has_aux``: (gradient, aux). It raises RuntimeError where the output has axes.
        For the rest see the module.

    >>> import autograd_lab as lab
    >>> x = lab.tensor(2.)
    >>> lab.func.grad(lambda x: x ** 3)(x), lab.func.grad(lab.func.grad(lambda x: x ** 3))(x)
    (tensor(12.), tensor(12.))
    """
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        grads, value = both(*args, **kwargs)
        return (grads, value[1]) if has_aux else grads

    return gradient


def grad_and_value(func: Function, argnums: Any = 0, has_aux: bool = False) -> Function:
    """As ``grad``, and the value too: (gradient, value), or (gradient, (value, aux)) with ``has_aux``.

    >>> import autograd_lab as lab
    >>> lab.func.grad_and_value(lambda x: (x * x).sum())(lab.tensor([1., 2.]))
    (tensor([2., 4.]), tensor(5.))
    """

    @functools.wraps(func)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        chosen, call = _choose(func, argnums, args, kwargs)
        run = _Run(call, chosen, has_aux)
        if not isinstance(run.raw, lab.Tensor) or run.raw.dim():
            raise errors.error("grad_of_number")
        grads = run.pull([run.raw], [lab.ones_like(run.raw)])
        return grads, (run.output, run.aux) if has_aux else run.output

    return gradient


def vjp(func: Function, *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """The output, and a function for its vector-Jacobian products: one backward pass each.

    Returns: (output, vjp_fn), or (output, vjp_fn, aux) with ``has_aux``. ``vjp_fn`` takes cotangents built
        as the output, and returns a tuple with one vᵀJ for each primal; RuntimeError where they don't fit.

    Raises: RuntimeError where an output is not of a floating dtype. For the rest see the module.

    >>> import autograd_lab as lab
    >>> output, vjp_fn = lab.func.vjp(lambda x, y: x * y, lab.tensor([1., 2.]), lab.tensor([3., 4.]))
    >>> vjp_fn(lab.ones(2))
    (tensor([3., 4.]), tensor([1., 2.]))
    """
    run = _Run(lambda primals: func(*primals), primals, has_aux)
    for out in leaves_of(run.raw):
        if not out.is_floating_point():
            raise errors.error("vjp_floats", dtype=out.dtype)

    def vjp_fn(cotangents: Any) -> Any:
        if not alike(cotangents, run.raw):
            raise errors.error("cotangents")
        return run.pull(leaves_of(run.raw), leaves_of(mapped(lambda _, v: v, run.raw, cotangents)))

    return (run.output, vjp_fn, run.aux) if has_aux else (run.output, vjp_fn)


def jvp(func: Function, primals: tuple[Any, ...], tangents: tuple[Any, ...], *, strict: bool = False,
        has_aux: bool = False) -> tuple[Any, ...]:  # fmt: skip
    """The output, and Jv: how it changes along ``tangents``, by one forward pass.

    Inside another ``jvp`` it is computed by two backward passes, as there is one forward level only.

    Args:
        primals: the arguments of ``func``.
        tangents: the direction, built as ``primals``, of the same shapes.
        strict: raise RuntimeError where an output doesn't depend on the primals, instead of zeros.

    Returns: (output, Jv), or (output, Jv, aux) with ``has_aux``; Jv is built as the output.

    Raises:
        RuntimeError: ``primals`` is no tuple, or ``tangents`` don't fit.
        ValueError: a primal is not of a floating dtype. For the rest see the module.

    >>> import autograd_lab as lab
    >>> lab.func.jvp(lambda x: x * x, (lab.tensor([1., 2.]),), (lab.ones(2),))
    (tensor([1., 4.]), tensor([2., 4.]))
    """
    if not isinstance(primals, tuple) or not alike(primals, tangents):
        raise errors.error("tangents")
    forward = lab.autograd.forward_ad
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(forward.dual_level())
        except RuntimeError:
            return jvp_by_vjps(func, primals, tangents, has_aux)
        raw, aux = _split(func(*mapped(forward.make_dual, primals, tangents)), has_aux)
        duals = [forward.unpack_dual(out) for out in leaves_of(raw)]
        output = filled(raw, (dual.primal for dual in duals))
        aux = mapped(lambda x: forward.unpack_dual(x).primal, aux)
        if strict and any(dual.tangent is None for dual in duals):
            raise errors.error("strict_jvp")
        changes = (lab.zeros_like(p) if t is None else t for p, t in duals)
        return (output, filled(raw, changes), aux) if has_aux else (output, filled(raw, changes))


def jacrev(
    func: Function, argnums: Any = 0, *, has_aux: bool = False, chunk_size: int | None = None
) -> Function:
    """A function that computes the Jacobian of ``func`` by backward passes: one an element of the output.

    Returns: takes what ``func`` takes. For one Tensor in and one out it returns a Tensor of shape
        ``output.shape + input.shape``. Otherwise it is built as the output, with what is built as the
        arguments in place of each Tensor; with ``has_aux``: (Jacobian, aux). ``chunk_size`` is accepted: rows
        always come one by one. For the rest see the module.

    >>> import autograd_lab as lab
    >>> lab.func.jacrev(lambda x: x * x)(lab.tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    @functools.wraps(func)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        chosen, call = _choose(func, argnums, args, kwargs)
        run = _Run(call, chosen, has_aux)

        def rows(out: Any) -> Any:
            pulled = [leaves_of(run.pull([out], [v])) for v in basis(out)]
            stacks = (lab.stack([row[i] for row in pulled]) for i in range(len(leaves_of(chosen))))
            return mapped(lambda x: next(stacks).view(out.shape + x.shape), chosen)

        jacobians = mapped(rows, run.raw)
        return (jacobians, run.aux) if has_aux else jacobians

    return jacobian


def jacfwd(func: Function, argnums: Any = 0, has_aux: bool = False) -> Function:
    """As ``jacrev``, by forward passes: one for each element of the arguments.

    >>> import autograd_lab as lab
    >>> lab.func.jacfwd(lambda x: x.sum())(lab.tensor([1., 2.]))
    tensor([1., 1.])
    """

    @functools.wraps(func)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        chosen, call = _choose(func, argnums, args, kwargs)
        inputs, parts = leaves_of(chosen), []
        for i, x in enumerate(inputs):
            columns = []
            for v in basis(x):
                along = [v if k == i else lab.zeros_like(y) for k, y in enumerate(inputs)]
                output, change, *aux = jvp(call, (chosen,), (filled(chosen, along),), has_aux=has_aux)
                columns.append(leaves_of(change))
            jacobians = (lab.stack(column, -1) for column in zip(*columns, strict=True))
            parts.append([jacobian.view(jacobian.shape[:-1] + x.shape) for jacobian in jacobians])
        jacobians = filled(output, (filled(chosen, row) for row in zip(*parts, strict=True)))
        return (jacobians, *aux) if has_aux else jacobians

    return jacobian


def hessian(func: Function, argnums: Any = 0) -> Function:
    """A function that computes the Hessian of ``func``: forward over reverse, ``jacfwd`` of ``jacrev``.

    Returns: takes what ``func`` takes. For one Tensor it returns a Tensor of shape
        ``output.shape + input.shape + input.shape``; for more see ``jacrev``.

    >>> import autograd_lab as lab
    >>> lab.func.hessian(lambda x: (x ** 3).sum())(lab.tensor([1., 2.]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacfwd(jacrev(func, argnums), argnums)


class _Run:
    """One run of a function on new Tensors of its own, through which gradients can be pulled back.

    Of the inputs, those that nothing outside learns through require grad during the run and during each
    pull only. So what a graph holds of a run that is over no longer counts as something that learns.
    """

    def __init__(self, call: Function, chosen: Any, has_aux: bool) -> None:
        self.inputs = mapped(_new, chosen)
        self.own = [x for x in leaves_of(self.inputs) if x.is_leaf]
        with lab.enable_grad(), self.learning():
            self.raw, aux = _split(call(self.inputs), has_aux)
        self.output, self.aux = mapped(_let_go, self.raw), mapped(_let_go, aux)

    @contextlib.contextmanager
    def learning(self) -> Iterator[None]:
        """Let the inputs require grad."""
        try:
            for x in self.own:
                x.requires_grad_()
            yield
        finally:
            for x in self.own:
                x.requires_grad_(False)

    def pull(self, outputs: list[Any], cotangents: list[Any]) -> Any:
        """The vector-Jacobian product, built as the inputs."""
        inputs = leaves_of(self.inputs)
        with self.learning(), lab.enable_grad():  # only what is recorded carries tangents along
            pairs = [pair for pair in zip(outputs, cotangents, strict=True) if pair[0].requires_grad]
            grads: Any = [None] * len(inputs)
            if pairs:
                outs, seeds = zip(*pairs, strict=True)
                grads = lab.autograd.grad(
                    outs, inputs, seeds, retain_graph=True, create_graph=True, allow_unused=True
                )
        found = zip(inputs, grads, strict=True)
        return filled(self.inputs, [_let_go(lab.zeros_like(x) if g is None else g) for x, g in found])


def basis(x: Any) -> Any:
    """For each element of ``x`` a Tensor like it with 1 there and 0 elsewhere."""
    return (row.view(x.shape) for row in lab.eye(x.numel(), dtype=x.dtype))


def _new(x: Any) -> Any:
    """A Tensor of its own, so that what a function captured is not taken for its argument."""
    if not isinstance(x, lab.Tensor):
        raise errors.error("by_tensors", got=type(x).__name__)
    if not x.is_floating_point():
        raise errors.error("by_floats", dtype=x.dtype)
    return x.view_as(x)


def _let_go(x: Any) -> Any:
    """A result as it leaves a run: with a history only where something outside learns through it."""
    forward = lab.autograd.forward_ad
    primal, tangent = forward.unpack_dual(x)
    if tangent is not None:
        return forward.make_dual(_let_go(primal), _let_go(tangent))
    return x if lab.is_grad_enabled() and _learns(x) else x.detach()


def _learns(x: Any) -> bool:
    """Whether a leaf that requires grad had a part in ``x``."""
    nodes, seen = {x.grad_fn} - {None}, set()
    while nodes:
        seen |= nodes
        leaves = {node for node in nodes if hasattr(node, "variable")}
        if any(leaf.variable.requires_grad for leaf in leaves):
            return True
        nodes = {after for node in nodes - leaves for after, _ in node.next_functions} - seen - {None}
    return x.is_leaf and bool(x.requires_grad)


def jvp_by_vjps(func: Function, primals: Any, tangents: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """``jvp`` by two backward passes: vᵀJ is linear in v, so its own vjp with the tangents is Jv.

    The trick is Townsend's (A new trick for calculating Jacobian vector products, 2017).
    """
    output, vjp_fn, *aux = vjp(func, *primals, has_aux=has_aux)
    _, again = vjp(vjp_fn, mapped(lab.zeros_like, output))
    return output, again(tangents)[0], *aux


def _choose(func: Function, argnums: Any, args: Any, kwargs: Any) -> tuple[Any, Function]:
    """The arguments to differentiate by, and ``func`` as a function of these alone."""
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)
    if not numbers or not all(isinstance(n, int) and -len(args) <= n < len(args) for n in numbers):
        raise errors.error("argnums", count=len(args), given=repr(argnums))
    numbers = tuple(n % len(args) for n in numbers)
    if len(set(numbers)) < len(numbers):
        raise errors.error("argnums_twice", given=argnums)

    def call(chosen: Any) -> Any:
        replaced = dict(zip(numbers, chosen if isinstance(argnums, tuple) else (chosen,), strict=True))
        return func(*(replaced.get(n, arg) for n, arg in enumerate(args)), **kwargs)

    chosen = tuple(args[n] for n in numbers)
    return chosen if isinstance(argnums, tuple) else chosen[0], call


def _split(returned: Any, has_aux: bool) -> tuple[Any, Any]:
    """(output, aux), each of Tensors only; without aux that is an empty tuple."""
    if has_aux and not (isinstance(returned, tuple) and len(returned) == 2):
        raise errors.error("has_aux")
    output, aux = returned if has_aux else (returned, ())
    for x in leaves_of((output, aux)):
        if not isinstance(x, lab.Tensor):
            raise errors.error("returns_tensors", got=type(x).__name__)
    return output, aux
