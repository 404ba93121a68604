"""The ways to ask for gradients: ``backward`` stores them, ``grad`` returns them."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ..base import errors
from . import engine
from .node import AccumulateGrad, target
from .op import TABLE
from .record import made
from .shapes import cast
from .variable import Variable


class _Edge(NamedTuple):
    node: Any
    output_nr: int
    ownership_token: Any = None


class GradientEdge(_Edge):
    """Where in the graph the gradient of one Variable arrives: a node, and the number of its output."""

    meant: Any = None  # the place in the engine's graph, and the shape and dtype of what arrives there


def edge_of(variable: Any) -> GradientEdge:
    """The edge along which a Variable's gradient arrives."""
    place = variable._fn or variable
    edge = GradientEdge(*target(place))
    edge.meant = place, variable._array.shape, variable._array.dtype
    return edge


def _several(given: Any, function: str) -> list[Any]:
    """Variables or edges, of which there may be one, in a list; the values of a dict."""
    if isinstance(given, Variable | GradientEdge):
        return [given]
    if hasattr(given, "keys") and type(given) is not dict:
        raise errors.error("not_a_dict", function=function, got=type(given).__name__)
    return list(given.values() if type(given) is dict else given)


def _meant(x: Any) -> Any:
    """A Variable for an edge: it stands in its place in the graph and has its shape, but no numbers."""
    if not isinstance(x, GradientEdge):
        return x
    if isinstance(x.node, AccumulateGrad):
        return x.node.variable
    place, shape, dtype = x.meant or (x.node, (), np.dtype(np.float32))
    return made(np.broadcast_to(dtype.type(0), shape), place)


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Run the backward pass from several roots at once; see :meth:`Variable.backward`.

    >>> x = Variable(3.0, requires_grad=True)
    >>> backward([x * x, x * 2])
    >>> x.grad
    tensor(8.)
    """
    if isinstance(tensors, Variable) and grad_tensors is None and inputs is None and not create_graph:
        engine.run((tensors,), (_seed(tensors),), bool(retain_graph), False)  # as most ask
        return
    roots = [_meant(x) for x in _several(tensors, "backward")]
    wanted = None if inputs is None else _several(inputs, "backward")
    if wanted is not None and not wanted:
        raise errors.error("nothing_wanted", function="backward")
    for x in wanted or ():
        if not _meant(x)._learns:
            raise errors.error("no_gradient", variable=x)
    seeds = _seeds(roots, grad_tensors, create_graph)
    keep = create_graph if retain_graph is None else retain_graph
    for x in wanted or ():
        if isinstance(x, Variable):
            x.retain_grad()  # as PyTorch does: a result among them keeps its gradient from now on
    places = None if wanted is None else [x._fn or x for x in map(_meant, wanted)]
    engine.run(roots, seeds, keep, create_graph, places)


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> Any:
    """The gradients of ``outputs`` with respect to ``inputs``, returned and not stored.

    Args:
        outputs: one Variable or several, or edges of the graph.
        inputs: one Variable or several, leaves or results, or edges; for a dict of them a dict is returned.
        grad_outputs: the upstream gradients to start with, each of its output's shape; 1 for scalars.
        retain_graph: keep what the operations saved, so that backward can run again.
        create_graph: record the backward pass too, so that gradients can be differentiated.
        only_inputs: has no effect, as in PyTorch.
        allow_unused: None as the gradient of an input that the outputs don't depend on.
        is_grads_batched: ``grad_outputs`` has one more axis in front; so will the gradients.
        materialize_grads: zeros in place of None.

    Raises:
        RuntimeError: as backward does; and for an input that the outputs don't depend on, unless
            ``allow_unused``.

    >>> x = Variable(3.0, requires_grad=True)
    >>> (dy,) = grad(x ** 3, x, create_graph=True)
    >>> grad(dy, x)
    (tensor(18.),)
    """
    if type(inputs) is dict:
        found = grad(outputs, list(inputs.values()), grad_outputs, retain_graph, create_graph, only_inputs,
                     allow_unused, is_grads_batched, materialize_grads)  # fmt: skip
        return dict(zip(inputs, found, strict=True))
    roots, asked = [_meant(x) for x in _several(outputs, "grad")], _several(inputs, "grad")
    wanted = [_meant(x) for x in asked]
    if not wanted:
        raise errors.error("nothing_wanted", function="grad")
    if is_grads_batched:
        return _batched(roots, wanted, grad_outputs, create_graph, allow_unused, materialize_grads)
    for x in wanted:
        if not x._learns:
            raise errors.error("no_gradient", variable=x)
    if materialize_grads and allow_unused is False:
        raise errors.error("zeros_for_unused")
    seeds = _seeds(roots, grad_outputs, create_graph)
    places = [x._fn or x for x in wanted]
    keep = create_graph if retain_graph is None else retain_graph
    found = engine.run(roots, seeds, keep, create_graph, places, storing=False)
    for x, place in zip(wanted, places, strict=True):
        if _only_in_its_base(x):
            found.pop(place, None)
    unused = allow_unused if allow_unused is not None else materialize_grads
    for k, place in enumerate(places):
        if place not in found and not unused:
            raise errors.error("unused", variable=wanted[k], index=k)
    got = [found.get(place) for place in places]
    if materialize_grads:
        if any(g is None and isinstance(x, GradientEdge) for g, x in zip(got, asked, strict=True)):
            raise errors.error("no_zeros_at_edge")
        got = [np.zeros_like(x._array) if g is None else g for g, x in zip(got, wanted, strict=True)]
    return tuple(g if g is None or isinstance(g, Variable) else made(g.copy()) for g in got)


def _batched(
    roots: Any, wanted: Any, gradients: Any, create_graph: bool, unused: Any, zeros: bool
) -> tuple[Variable | None, ...]:
    given = [gradients] if isinstance(gradients, Variable) else gradients
    rows = [
        grad(roots, wanted, [g[k] for g in given], True, create_graph, True, unused, False, zeros)
        for k in range(len(given[0]))
    ]
    return tuple(
        None if row[0] is None else TABLE["stack"](list(row), dim=0) for row in zip(*rows, strict=True)
    )


def _only_in_its_base(x: Any) -> bool:
    """Whether it learns only as a part of its base: a view made where nothing is recorded."""
    return x._base is not None and x._fn is None and not x._asked


def _seeds(roots: list[Any], gradients: Any, differentiable: bool) -> list[Any]:
    """What backward starts with at each root: arrays, or Variables where these are to be differentiated."""
    if gradients is None:
        seeds = [_seed(root) for root in roots]
        if not differentiable:
            return seeds
    else:
        given = [gradients] if isinstance(gradients, Variable) else gradients
        if len(given) != len(roots):
            raise errors.error("one_gradient_each", roots=len(roots), gradients=len(given))
        seeds = [_seed(root, g) for root, g in zip(roots, given, strict=True)]
    if differentiable:
        return [g if isinstance(g, Variable) else made(g) for g in seeds]
    return [g._array if isinstance(g, Variable) else g for g in seeds]


def _seed(root: Any, gradient: Any = None) -> Any:
    """The gradient backward starts with: the one given, or 1 for a scalar."""
    if not root._learns or _only_in_its_base(root):
        raise errors.error("no_gradient", variable=root)
    array = root._array
    if gradient is None:
        if array.size != 1:
            raise errors.error("not_scalar", variable=root)
        if not array.ndim:
            return _one(array.dtype)
        one = np.empty_like(array)
        one[...] = 1
        return one
    if not isinstance(gradient, Variable):
        raise errors.error(
            "not_a_variable", function="backward", argument="gradient", got=type(gradient).__name__
        )
    if gradient.shape != root.shape:
        raise errors.error("wrong_shape", what=root, got=tuple(gradient.shape), want=tuple(root.shape))
    return gradient if gradient._array.dtype == array.dtype else cast(gradient, dtype=array.dtype)


@cache
def _one(dtype: Any) -> Any:
    return dtype.type(1)
