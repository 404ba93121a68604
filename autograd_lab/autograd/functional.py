"""Jacobians, Hessians and products with them: the names of ``torch.autograd.functional``.

The mathematics is chapter 3 of Griewank and Walther, Evaluating Derivatives (2nd edition, 2008): a
backward pass seeded with v gives vᵀJ, a combination of the rows of the Jacobian J; a forward pass along v
gives Jv, a combination of its columns.

What all take: ``func`` takes the inputs and returns a Tensor or a tuple of Tensors. ``inputs`` is a Tensor
or a tuple of Tensors of a floating dtype, whose ``.grad`` is left alone. With ``create_graph`` the results
can be differentiated. With ``strict``, an output that doesn't depend on an input is an error, not a zero.

What all raise: TypeError for inputs, outputs or a ``v`` that are something else; RuntimeError for an input
of another dtype, for a ``v`` that is missing or of other shapes than it should be, and see ``strict``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd_lab

from ..base import errors

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]

Function = Callable[..., Any]
lab: Any = autograd_lab  # many of its names are made from a table, where no type checker sees them


def vjp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """The outputs, and vᵀJ shaped as the inputs. For the rest see the module.

    Args:
        v: shaped as the outputs; not needed where the only output has a single element.

    >>> import autograd_lab as lab
    >>> x = lab.tensor([1., 2.])
    >>> lab.autograd.functional.vjp(lambda x: x * x, x, lab.ones(2))
    (tensor([1., 4.]), tensor([2., 4.]))
    """
    many, inputs, call = _prepare(func, inputs, create_graph, strict, "vjp")
    with lab.enable_grad():
        outputs, pull = lab.func.vjp(call, *inputs)
        grads = pull(_direction(v, outputs, "vjp"))
    return _finish((outputs, grads if many else grads[0]), create_graph)


def jvp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """The outputs, and Jv shaped as the outputs, by two backward passes; ``func.jvp`` makes one forward pass.

    Args:
        v: shaped as the inputs; not needed where the only input has a single element.

    >>> import autograd_lab as lab
    >>> lab.autograd.functional.jvp(lambda x: (x * x).sum(), lab.tensor([1., 2.]), lab.ones(2))
    (tensor(5.), tensor(6.))
    """
    many, inputs, call = _prepare(func, inputs, create_graph, strict, "jvp")
    v = _direction(v, inputs if many else inputs[0], "jvp")
    with lab.enable_grad():
        results = lab.func.transforms.jvp_by_vjps(call, inputs, v if many else (v,))
    return _finish(results, create_graph)


def jacobian(func: Function, inputs: Any, create_graph: bool = False, strict: bool = False,
             vectorize: bool = False, strategy: str = "reverse-mode") -> Any:  # fmt: skip
    """The Jacobian: how each element of the outputs changes with each element of the inputs.

    Args:
        vectorize: accepted, and without effect, but "forward-mode" wants it, as in PyTorch.
        strategy: "reverse-mode", a backward pass for each element of the outputs, or "forward-mode", a
            forward pass for each element of the inputs.

    Returns: a Tensor of shape ``output.shape + input.shape``; for a tuple of inputs a tuple of these; for a
        tuple of outputs a tuple of what there is for each.

    Raises: AssertionError for another strategy; NotImplementedError for "forward-mode" with
        ``create_graph`` or without ``vectorize``; RuntimeError for ``strict`` with "forward-mode" or with
        ``vectorize``. For the rest see the module.

    >>> import autograd_lab as lab
    >>> lab.autograd.functional.jacobian(lambda x: x * x, lab.tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    transform = _transform(strategy, create_graph, strict, vectorize)
    many, inputs, call = _prepare(func, inputs, create_graph, strict, "jacobian")
    with lab.enable_grad():
        rows = transform(call, _argnums(many, inputs))(*inputs)
    return _finish(rows, create_graph)


def hessian(func: Function, inputs: Any, create_graph: bool = False, strict: bool = False,
            vectorize: bool = False, outer_jacobian_strategy: str = "reverse-mode") -> Any:  # fmt: skip
    """The Hessian: the Jacobian of the gradient of a function with one output of one element.

    Args:
        vectorize, outer_jacobian_strategy: as in ``jacobian``, for the outer of the two Jacobians.

    Returns: a Tensor of shape ``input.shape + input.shape``; for a tuple of inputs a tuple of tuples, with
        the second derivatives by inputs i and j at ``[i][j]``.

    Raises: RuntimeError where the output is not one Tensor of one element. For the rest see ``jacobian``.

    >>> import autograd_lab as lab
    >>> lab.autograd.functional.hessian(lambda x: (x ** 3).sum(), lab.tensor([1., 2.]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    transform = _transform(outer_jacobian_strategy, create_graph, strict, vectorize)
    many, inputs, both = _prepare_gradient(func, inputs, create_graph, strict, "hessian")
    with lab.enable_grad():
        rows, _ = transform(both, _argnums(many, inputs), has_aux=True)(*inputs)
    return _finish(rows, create_graph)


def vhp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """The output, and vᵀH shaped as the inputs, H the Hessian: a backward pass through the backward pass.

    Args:
        v: shaped as the inputs; not needed where the only input has a single element.

    Raises: as ``hessian``.

    >>> import autograd_lab as lab
    >>> lab.autograd.functional.vhp(lambda x: (x ** 3).sum(), lab.tensor([1., 2.]), lab.ones(2))
    (tensor(9.), tensor([ 6., 12.]))
    """
    many, inputs, both = _prepare_gradient(func, inputs, create_graph, strict, "vhp")
    v = _direction(v, inputs if many else inputs[0], "vhp")
    with lab.enable_grad():
        _, pull, output = lab.func.vjp(both, *inputs, has_aux=True)
        product = pull(v)
    return _finish((output, product if many else product[0]), create_graph)


def hvp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """The output, and Hv shaped as the inputs. H is symmetric: ``vhp`` gives the same with less work.

    Args and raises: as ``vhp``.

    >>> import autograd_lab as lab
    >>> lab.autograd.functional.hvp(lambda x: (x ** 3).sum(), lab.tensor([1., 2.]), lab.ones(2))
    (tensor(9.), tensor([ 6., 12.]))
    """
    many, inputs, both = _prepare_gradient(func, inputs, create_graph, strict, "hvp")
    v = _direction(v, inputs if many else inputs[0], "hvp")
    with lab.enable_grad():
        _, product, output = lab.func.transforms.jvp_by_vjps(both, inputs, v if many else (v,), has_aux=True)
    return _finish((output, product), create_graph)


def _tuple(x: Any, what: str, name: str) -> tuple[Any, ...]:
    parts = x if isinstance(x, tuple) else (x,)
    for part in parts:
        if not isinstance(part, lab.Tensor):
            kind = type(part).__name__
            raise errors.error("tensors_only", function=name, given=errors.Phrase(what), got=kind)
    return parts


def _prepare(func: Function, inputs: Any, create_graph: bool, strict: bool, name: str) -> Any:
    """Whether the inputs are a tuple; these as one, with the history that is wanted; ``func``, checked."""

    def call(*inputs: Any) -> Any:
        outputs = func(*inputs)
        _tuple(outputs, "the_outputs", name)
        return outputs

    parts = _tuple(inputs, "the_inputs", name)
    if strict:
        _check_strict(call, parts, create_graph, name)
    parts = tuple(
        x if create_graph and x.requires_grad else x.detach().requires_grad_(create_graph) for x in parts
    )
    return isinstance(inputs, tuple), parts, call


def _prepare_gradient(func: Function, inputs: Any, create_graph: bool, strict: bool, name: str) -> Any:
    """As ``_prepare``, for the function that returns (gradient, output)."""

    def scalar(*inputs: Any) -> Any:
        output = func(*inputs)
        if len(_tuple(output, "the_outputs", name)) != 1 or isinstance(output, tuple):
            raise errors.error("single_tensor", function=name)
        if output.numel() != 1:
            raise errors.error("single_element", function=name)
        return output.reshape(()) if output.dim() else output, output

    def both(*inputs: Any) -> Any:
        grads, (_, output) = lab.func.grad_and_value(scalar, _argnums(many, inputs), has_aux=True)(*inputs)
        return grads, output

    many = isinstance(inputs, tuple)
    if strict:
        _check_strict(lambda *x: scalar(*x)[0], _tuple(inputs, "the_inputs", name), True, name)
        _check_strict(lambda *x: both(*x)[0], _tuple(inputs, "the_inputs", name), create_graph, name)
    _, inputs, _ = _prepare(func, inputs, create_graph, False, name)
    return many, inputs, both


def _check_strict(call: Function, inputs: Any, create_graph: bool, name: str) -> None:
    """Each output must depend on each input; where differentiated further, so must the derivatives."""
    inputs = [x.detach().requires_grad_() for x in inputs]
    with lab.enable_grad():
        outputs = _tuple(call(*inputs), "the_outputs", name)
        if not all(out.requires_grad for out in outputs):
            raise errors.error("strict_output", function=name)
        # only a Jacobian keeps outputs apart
        for group in [[out] for out in outputs] if name in ("jacobian", "hessian") else [outputs]:
            ones = [lab.ones_like(out) for out in group]
            grads = lab.autograd.grad(group, inputs, ones, create_graph=True, allow_unused=True)
            for number, grad in enumerate(grads):
                if grad is None or (create_graph and not grad.requires_grad):
                    why = errors.Phrase("an_output_is" if grad is None else "a_derivative_is")
                    raise errors.error("strict_input", function=name, why=why, k=number)


def _direction(v: Any, like: Any, name: str) -> Any:
    """``v``, or the only possible one, built as ``like``."""
    parts = like if isinstance(like, tuple) else (like,)
    if v is None:
        if len(parts) != 1 or parts[0].numel() != 1:
            raise errors.error("v_left_out", function=name)
        v = lab.ones_like(parts[0])
    shapes, wanted = [[tuple(x.shape) for x in xs] for xs in (_tuple(v, "the_v", name), parts)]
    if shapes != wanted:
        raise errors.error("v_shapes", function=name, want=wanted, got=shapes)
    v = v if isinstance(v, tuple) else (v,)
    return v if isinstance(like, tuple) else v[0]


def _argnums(many: bool, inputs: Any) -> Any:
    return tuple(range(len(inputs))) if many else 0


def _transform(strategy: str, create_graph: bool, strict: bool, vectorize: bool) -> Function:
    """``func.jacrev`` or ``func.jacfwd``."""
    if strategy not in ("reverse-mode", "forward-mode"):
        raise errors.error("strategy", given=repr(strategy))
    forward = strategy == "forward-mode"
    if forward and (create_graph or not vectorize):
        raise errors.error("forward_only")
    if strict and vectorize:
        raise errors.error("strict_alone")
    transform: Function = lab.func.jacfwd if forward else lab.func.jacrev
    return transform


def _finish(results: Any, create_graph: bool) -> Any:
    """The results, without a history unless one was asked for."""
    if isinstance(results, tuple):
        return tuple(_finish(result, create_graph) for result in results)
    return results if create_graph else results.detach()
