"""Leave out parameters that matter little: the same names as ``torch.nn.utils.prune``.

A pruned parameter is a product: what was learned, under the name ``weight_orig``, times a mask of zeros and
ones, the buffer ``weight_mask``. A hook works it out anew before each forward, so that ``weight_orig`` learns
on. (LeCun, Denker & Solla, "Optimal brain damage", 1990; by size: Han et al. 2015.)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

import autograd_lab as lab

from ...base import errors
from ..module import Module


class BasePruningMethod(ABC):
    """A way to choose what is left out: a subclass writes ``compute_mask``, and names its ``PRUNING_TYPE``.

    The type is "unstructured" where it chooses single numbers, "structured" whole rows, columns or channels
    along its ``dim``, "global" among what an earlier one left out, too.
    """

    PRUNING_TYPE = "global"
    _tensor_name: str

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self._tensor_name, self.apply_mask(module))

    @abstractmethod
    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """A mask for the numbers ``t``, of which ``default_mask`` has left some out already."""

    def apply_mask(self, module: Module) -> Any:
        """What was learned, times the mask."""
        orig = getattr(module, f"{self._tensor_name}_orig")
        return getattr(module, f"{self._tensor_name}_mask").to(dtype=orig.dtype) * orig

    @classmethod
    def apply(
        cls, module: Module, name: str, *args: Any, importance_scores: Any = None, **kwargs: Any
    ) -> Any:
        """Prune the parameter ``name`` of a Module, by what the method was made with. Returns the method.

        Where it was pruned before, what is left is pruned further.
        """
        method = cls(*args, **kwargs)
        method._tensor_name = name
        before = [k for k, hook in module._forward_pre_hooks.items() if _prunes(hook, name)]
        if before:
            method, added = PruningContainer(module._forward_pre_hooks[before[0]]), method
            method.add_pruning_method(added)
            mask = getattr(module, f"{name}_mask").detach().clone()
        orig = getattr(module, f"{name}_orig" if before else name)
        if not before:
            mask = lab.ones_like(orig)
        scores = orig if importance_scores is None else importance_scores
        if scores.shape != orig.shape:
            raise errors.error("score_shape")
        mask = method.compute_mask(scores.detach(), default_mask=mask)
        if not before:
            del module._parameters[name]
            module.register_parameter(f"{name}_orig", orig)
        for k in before:
            del module._forward_pre_hooks[k]
        module.register_buffer(f"{name}_mask", mask)
        setattr(module, name, method.apply_mask(module))
        module.register_forward_pre_hook(method)
        return method

    def prune(self, t: Any, default_mask: Any = None, importance_scores: Any = None) -> Any:
        """A pruned copy of ``t``."""
        mask = lab.ones_like(t) if default_mask is None else default_mask
        return t * self.compute_mask(t if importance_scores is None else importance_scores, default_mask=mask)

    def remove(self, module: Module) -> None:
        """Make of the product the parameter itself again, zeros and all."""
        name = self._tensor_name
        orig = module._parameters.pop(f"{name}_orig")
        orig.data = (module._buffers.pop(f"{name}_mask").to(dtype=orig.dtype) * orig).data
        delattr(module, name)
        setattr(module, name, orig)


def _prunes(hook: Any, name: str) -> bool:
    return isinstance(hook, BasePruningMethod) and hook._tensor_name == name


class PruningContainer(BasePruningMethod):
    """Several methods, one after the other."""

    def __init__(self, *methods: Any) -> None:
        self._pruning_methods: tuple[Any, ...] = ()
        for method in methods:
            self._tensor_name = method._tensor_name
            self._pruning_methods += tuple(method) if isinstance(method, PruningContainer) else (method,)

    def add_pruning_method(self, method: Any) -> None:
        """Add one. Raises TypeError for what is none, ValueError for one of another parameter."""
        if not isinstance(method, BasePruningMethod):
            raise errors.error("pruning_type", got=str(type(method)))
        if self._tensor_name != method._tensor_name:
            raise errors.error("pruned_name", got=repr(method._tensor_name), want=repr(self._tensor_name))
        self._pruning_methods += (method,)

    def __len__(self) -> int:
        return len(self._pruning_methods)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._pruning_methods)

    def __getitem__(self, k: int) -> Any:
        return self._pruning_methods[k]

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The last method chooses among what those before it left."""
        method, mask = self._pruning_methods[-1], default_mask.to(dtype=t.dtype)
        left: Any = default_mask == 1
        if method.PRUNING_TYPE == "structured":
            dim = method.dim % t.ndim
            others = [k for k in range(t.ndim) if k != dim]
            left = (*[slice(None)] * dim, default_mask.sum(dim=others) != 0)
        elif method.PRUNING_TYPE == "global":
            left = ...
        mask[left] = method.compute_mask(t[left], default_mask=default_mask[left])
        return mask


# -------------------------------------------------------------------- methods
def _checked(amount: Any) -> Any:
    """A number of parameters, or a fraction from 0 to 1. Raises TypeError or ValueError for anything else."""
    if not isinstance(amount, int | float):
        raise errors.error("amount_type", amount=amount)
    if amount < 0 or (amount > 1 and not isinstance(amount, int)):
        raise errors.error("amount_range", amount=amount)
    return amount


def _count(amount: Any, n: int) -> int:
    """How many of ``n`` an amount is. Raises ValueError where it is more."""
    if isinstance(amount, int) and amount > n:
        raise errors.error("amount_size", amount=amount, n=n)
    return amount if isinstance(amount, int) else round(amount * n)


class Identity(BasePruningMethod):
    """Leaves out nothing."""

    PRUNING_TYPE = "unstructured"

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        return default_mask


class _Single(BasePruningMethod):
    """Leaves out single numbers."""

    PRUNING_TYPE = "unstructured"

    def __init__(self, amount: Any) -> None:
        self.amount = _checked(amount)

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        count, mask = _count(self.amount, t.numel()), default_mask.clone()
        if count:
            mask.view(-1)[self.chosen(t.reshape(-1), count)] = 0
        return mask

    def chosen(self, t: Any, count: int) -> Any:
        raise NotImplementedError


class RandomUnstructured(_Single):
    """Leaves out an ``amount`` of numbers at random."""

    def chosen(self, t: Any, count: int) -> Any:
        return lab.topk(lab.rand_like(t), count).indices


class L1Unstructured(_Single):
    """Leaves out the ``amount`` of numbers that are nearest to 0."""

    def chosen(self, t: Any, count: int) -> Any:
        return lab.topk(t.abs(), count, largest=False).indices


class _Whole(BasePruningMethod):
    """Leaves out whole slices along ``dim``."""

    PRUNING_TYPE = "structured"

    def __init__(self, amount: Any, dim: int = -1) -> None:
        self.amount, self.dim = _checked(amount), dim

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        if t.ndim <= 1:
            raise errors.error("structured_axes")
        n = t.shape[self.dim]
        count = _count(self.amount, n)
        if not count:
            return default_mask
        mask = lab.zeros_like(t)
        mask[(*[slice(None)] * (self.dim % t.ndim), self.kept(t, n - count))] = 1
        return mask * default_mask.to(dtype=mask.dtype)

    def kept(self, t: Any, count: int) -> Any:
        raise NotImplementedError


class RandomStructured(_Whole):
    """Leaves out an ``amount`` of slices along ``dim`` at random."""

    def kept(self, t: Any, count: int) -> Any:
        return lab.topk(lab.rand(t.shape[self.dim]), count).indices


class LnStructured(_Whole):
    """Leaves out the ``amount`` of slices along ``dim`` of which the n-norm is smallest."""

    def __init__(self, amount: Any, n: Any, dim: int = -1) -> None:
        super().__init__(amount, dim)
        self.n = n

    def kept(self, t: Any, count: int) -> Any:
        others = [k for k in range(t.ndim) if k != self.dim % t.ndim]
        return lab.topk(lab.norm(t, p=self.n, dim=others), count).indices


class CustomFromMask(BasePruningMethod):
    """Leaves out where a mask has zeros."""

    def __init__(self, mask: Any) -> None:
        self.mask = mask

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        if default_mask.shape != self.mask.shape:
            raise errors.error("mask_shape")
        return default_mask * self.mask.to(dtype=default_mask.dtype)


# -------------------------------------------------------------------- functions
def identity(module: Module, name: str) -> Module:
    """Prune nothing, but with a mask. Returns the Module."""
    Identity.apply(module, name)
    return module


def random_unstructured(module: Module, name: str, amount: Any) -> Module:
    """Leave out single numbers of a parameter at random: so many, or such a part. Returns the Module.

    Raises TypeError where ``amount`` is no number, ValueError where there are not so many.
    """
    RandomUnstructured.apply(module, name, amount)
    return module


def l1_unstructured(module: Module, name: str, amount: Any, importance_scores: Any = None) -> Module:
    """Leave out the numbers nearest to 0, or of the lowest scores: so many, or such a part.

    Raises TypeError where ``amount`` is no number, ValueError where there are not so many.

    >>> layer = lab.nn.Linear(3, 1)
    >>> layer.weight.data = lab.tensor([[0.5, -0.1, 2.0]])
    >>> l1_unstructured(layer, "weight", amount=1).weight
    tensor([[0.5000, -0.0000, 2.0000]], grad_fn=<MulBackward0>)
    """
    L1Unstructured.apply(module, name, amount, importance_scores=importance_scores)
    return module


def random_structured(module: Module, name: str, amount: Any, dim: int) -> Module:
    """Leave out slices along ``dim`` at random: so many, or such a part. Returns the Module."""
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(
    module: Module, name: str, amount: Any, n: Any, dim: int, importance_scores: Any = None
) -> Module:
    """Leave out the slices along ``dim`` of the smallest n-norm: so many, or such a part."""
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module: Module, name: str, mask: Any) -> Module:
    """Leave out where ``mask``, of the parameter's shape, has zeros. Returns the Module."""
    CustomFromMask.apply(module, name, mask)
    return module


def global_unstructured(
    parameters: Iterable[tuple[Module, str]],
    pruning_method: type[BasePruningMethod],
    importance_scores: Any = None,
    **kwargs: Any,
) -> None:
    """Leave out numbers of several parameters, pairs of a Module and a name, as if they were one.

    Raises TypeError where the method does not choose single numbers.
    """
    pairs, scores = list(parameters), importance_scores or {}
    method = pruning_method(**kwargs)
    if method.PRUNING_TYPE != "unstructured":
        raise errors.error("unstructured_only", method=pruning_method, got=method.PRUNING_TYPE)
    whole = [scores.get(pair, getattr(*pair)).detach() for pair in pairs]
    masks = [getattr(m, f"{name}_mask", lab.ones_like(t)) for (m, name), t in zip(pairs, whole, strict=True)]
    method._tensor_name = "all"
    found = PruningContainer(method).compute_mask(_line(whole), _line(masks))
    parts = lab.split(found, [t.numel() for t in whole])
    for (module, name), part, t in zip(pairs, parts, whole, strict=True):
        custom_from_mask(module, name, part.view(t.shape))


def _line(tensors: list[Any]) -> Any:
    return lab.cat([t.reshape(-1) for t in tensors])


def remove(module: Module, name: str) -> Module:
    """Let a pruned parameter be as it is now, and no product any more. Returns the Module.

    Raises ValueError where it is not pruned.
    """
    for k, hook in module._forward_pre_hooks.items():
        if isinstance(hook, BasePruningMethod) and _prunes(hook, name):
            hook.remove(module)
            del module._forward_pre_hooks[k]
            return module
    raise errors.error("not_pruned", name=name, module=module)


def is_pruned(module: Module) -> bool:
    """Whether it, or a Module in it, is pruned.

    >>> is_pruned(lab.nn.Linear(2, 1))
    False
    """
    return any(
        isinstance(hook, BasePruningMethod)
        for one in module.modules()
        for hook in one._forward_pre_hooks.values()
    )
