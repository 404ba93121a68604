"""Optimizer: groups of parameters, their state, and what saving them takes."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import autograd_lab

from ..base import errors
from ..nn.module import _forget

lab: Any = autograd_lab  # its names are gathered while it loads


class Optimizer:
    """The base of every optimizer: groups of parameters, and a ``step`` that updates each by its gradient.

    Args:
        params: Tensors, or dicts with ``params`` and options of their own: a group each.
        defaults: the options of groups that have none of their own.

    Attributes:
        param_groups: the groups; their options, such as ``lr``, may be changed at any time.
        state: what is remembered of each parameter between steps.

    Raises:
        TypeError: ``params`` is one Tensor, or holds something that is none.
        ValueError: there are none; one is not a leaf, or is in two groups.
    """

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        self.defaults = defaults
        self.state: defaultdict[Any, Any] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        if isinstance(params, lab.Tensor):
            raise errors.error("one_tensor", variable=params)
        groups = list(params)
        if not groups:
            raise errors.error("no_parameters")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group: a dict with ``params`` and options; for errors see the class."""
        if not isinstance(param_group, dict):
            raise errors.error("group_type", got=type(param_group).__name__)
        params = param_group["params"]
        if isinstance(params, set):
            raise errors.error("no_order")
        params = [params] if isinstance(params, lab.Tensor) else list(params)
        for p in params:
            if not isinstance(p, lab.Tensor):
                raise errors.error("only_tensors", got=type(p).__name__)
            if not (p.is_leaf or p.retains_grad):
                raise errors.error("result_learns", variable=p)
        if len(set(params)) < len(params):
            warnings.warn("a parameter is twice in one group, and will be updated twice", stacklevel=3)
        if not {p for group in self.param_groups for p in group["params"]}.isdisjoint(params):
            raise errors.error("in_two_groups")
        param_group["params"] = params
        for name, default in self.defaults.items():
            param_group.setdefault(name, default)
        self.param_groups.append(param_group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters: None, or zeros unless ``set_to_none``."""
        _forget((p for group in self.param_groups for p in group["params"]), set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient.

        Args:
            closure: run first, with gradients on: it works the loss out again, and returns it.

        Returns: what the closure returned.
        """
        loss = None
        if closure is not None:
            with lab.enable_grad():
                loss = closure()
        with lab.no_grad():
            for group in self.param_groups:
                decay = 0.0 if group.get("decoupled_weight_decay") else group.get("weight_decay", 0.0)
                for p in group["params"]:
                    if p.grad is not None:
                        grad = -p.grad if group.get("maximize") else p.grad
                        self._update(p, grad.add(p, alpha=decay) if decay else grad, group)
        return loss

    def _update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        """Change one parameter in place, by its gradient."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """Its state and groups, with the parameters numbered in order.

        >>> lab.optim.SGD([lab.zeros(2)], lr=0.1).state_dict()["param_groups"][0]["params"]
        [0]
        """
        params = [p for group in self.param_groups for p in group["params"]]
        number = {p: k for k, p in enumerate(params)}
        groups = [
            {name: value for name, value in group.items() if name != "params"}
            | {"params": [number[p] for p in group["params"]]}
            for group in self.param_groups
        ]
        return {"state": {number[p]: value for p, value in self.state.items()}, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over state and groups. Raises ValueError where the groups or their sizes differ."""
        saved = state_dict["param_groups"]
        if [len(g["params"]) for g in saved] != [len(g["params"]) for g in self.param_groups]:
            raise errors.error("other_groups")
        pairs = list(zip(self.param_groups, saved, strict=True))
        params = {k: p for own, new in pairs for k, p in zip(new["params"], own["params"], strict=True)}
        self.param_groups = [{**new, "params": own["params"]} for own, new in pairs]
        self.state = defaultdict(dict, {params[k]: dict(s) for k, s in state_dict["state"].items()})

    def __repr__(self) -> str:
        text = f"{type(self).__name__} ("
        for k, group in enumerate(self.param_groups):
            options = sorted(name for name in group if name != "params")
            text += f"\nParameter Group {k}\n" + "".join(f"    {name}: {group[name]}\n" for name in options)
        return text + ")"
