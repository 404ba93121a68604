"""Schedules of several parts: up and down again, down and up anew, one scheduler after another."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import Any

from ..base import errors
from .rates import LRScheduler, ReduceLROnPlateau, _checked, _example  # noqa: F401 - the examples' helper


class CosineAnnealingWarmRestarts(LRScheduler):
    """lr falls from the initial one to ``eta_min`` along a cosine, and starts anew.

    (Loshchilov & Hutter 2017, equation 5.)

    The first fall takes ``T_0`` epochs, each after it ``T_mult`` times as many as the one before.

    Raises ValueError where ``T_0`` or ``T_mult`` is no integer of 1 or more.

    >>> _example(lambda opt: CosineAnnealingWarmRestarts(opt, 2), 5)
    [1.0, 0.5, 1.0, 0.5, 1.0]
    """

    def __init__(
        self,
        optimizer: Any,
        T_0: int,  # noqa: N803 - PyTorch's names
        T_mult: int = 1,  # noqa: N803
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        for n in (T_0, T_mult):
            if not isinstance(n, int) or n < 1:
                raise errors.error("restart_periods", n=n)
        self.T_0, self.T_mult, self.eta_min = T_0, T_mult, eta_min
        self.T_cur: float = last_epoch  # epochs since the last restart
        self.T_i = T_0  # epochs from this restart to the next
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        return self.eta_min + (base - self.eta_min) * (1 + math.cos(math.pi * self.T_cur / self.T_i)) / 2

    def step(self, epoch: float | None = None) -> None:
        """Go on to the next epoch, or to ``epoch``, which may lie between two.

        Raises ValueError for a negative one.
        """
        if epoch is None and self.last_epoch >= 0:
            self.T_cur, at = self.T_cur + 1, self.last_epoch + 1
        else:
            self.T_cur, self.T_i, at = epoch or 0, self.T_0, math.floor(epoch or 0)
        if at < 0:
            raise errors.error("negative_epoch", epoch=epoch)
        while self.T_cur >= self.T_i:
            self.T_cur, self.T_i = self.T_cur - self.T_i, self.T_i * self.T_mult
        self.last_epoch = at - 1
        super().step()


# From where to where each phase of a cycle goes: the rate, and momentum against it.
UP = ("initial_lr", "max_lr", "max_momentum", "base_momentum")
DOWN = ("max_lr", "min_lr", "base_momentum", "max_momentum")
BACK = ("max_lr", "initial_lr", "base_momentum", "max_momentum")
OUT = ("initial_lr", "min_lr", "max_momentum", "max_momentum")


def _cosine(start: float, end: float, part: float) -> float:
    return end + (start - end) / 2 * (math.cos(math.pi * part) + 1)


def _straight(start: float, end: float, part: float) -> float:
    return (end - start) * part + start


class OneCycleLR(LRScheduler):
    """lr rises to ``max_lr`` and falls to nearly 0; momentum does the opposite (Smith & Topin 2018).

    Args:
        optimizer: whose learning rates are set, and momentum, or the first of its betas.
        max_lr: the largest rate, or a list with one for each group.
        total_steps: how many batches there will be: step after each of them.
        epochs, steps_per_epoch: their product is ``total_steps``, where that is left out.
        pct_start: which part of the cycle goes up.
        anneal_strategy: "cos" or "linear".
        cycle_momentum: whether momentum goes from ``max_momentum`` to ``base_momentum`` and back.
        div_factor: how many times less than ``max_lr`` the first rate is.
        final_div_factor: how many times less than the first the last one is.
        three_phase: go down as long as up, and then to the end.

    Raises:
        ValueError: no number of steps; a ``pct_start`` outside 0 to 1; an unknown strategy; an optimizer
            without momentum, where it should change; and in ``step()``, a step too many.

    >>> _example(lambda opt: OneCycleLR(opt, 1.0, 5, pct_start=0.4, cycle_momentum=False), 5)
    [0.04, 1.0, 0.75, 0.25, 0.0]
    """

    def __init__(
        self,
        optimizer: Any,
        max_lr: Any,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.85,
        max_momentum: Any = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None and epochs is not None and steps_per_epoch is not None:
            total_steps = epochs * steps_per_epoch
        if total_steps is None or total_steps <= 0:
            raise errors.error("total_steps")
        if not 0 <= pct_start <= 1:
            raise errors.error("pct_start", given=pct_start)
        if anneal_strategy not in ("cos", "linear"):
            raise errors.error("anneal", given=repr(anneal_strategy))
        if cycle_momentum and not {"momentum", "betas"} & set(_checked(optimizer).defaults):
            raise errors.error("no_momentum")
        self.total_steps, self.anneal_strategy = total_steps, anneal_strategy
        self.cycle_momentum, self.use_beta1 = cycle_momentum, "betas" in _checked(optimizer).defaults
        top, end = pct_start * total_steps, total_steps - 1
        rest = [(2 * top - 2, BACK), (end, OUT)] if three_phase else [(end, DOWN)]
        self._phases = [(top - 1, UP), *rest]  # each with the step that ends it
        if last_epoch == -1:
            names = ("max_lr", "max_momentum", "base_momentum")
            for k, group in enumerate(optimizer.param_groups):
                for name, value in zip(names, (max_lr, max_momentum, base_momentum), strict=True):
                    if cycle_momentum or name == "max_lr":
                        group[name] = value[k] if isinstance(value, list | tuple) else value
                group["initial_lr"] = group["max_lr"] / div_factor
                group["min_lr"] = group["initial_lr"] / final_div_factor
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The learning rate of each group at ``last_epoch``; its momentum is set on the way."""
        if self.last_epoch > self.total_steps:
            raise errors.error("cycle_over", steps=self.last_epoch, total=self.total_steps)
        rise = _cosine if self.anneal_strategy == "cos" else _straight
        ends = [end for end, _ in self._phases]
        k = min(sum(self.last_epoch > end for end in ends), len(ends) - 1)
        first = ends[k - 1] if k else 0.0
        part = (self.last_epoch - first) / (ends[k] - first)
        low, high, before, after = self._phases[k][1]
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                momentum = rise(group[before], group[after], part)
                new = {"betas": (momentum, *group["betas"][1:])} if self.use_beta1 else {"momentum": momentum}
                group.update(new)
        return [rise(group[low], group[high], part) for group in self.optimizer.param_groups]


class SequentialLR(LRScheduler):
    """One scheduler after another: the next takes over at each of the epochs ``milestones``.

    Raises ValueError where there is not one milestone fewer than schedulers, where one is for another
    optimizer, or asks in ``step()`` for what was measured.

    >>> from autograd_lab.optim.lr_scheduler import ConstantLR, ExponentialLR
    >>> _example(lambda opt: SequentialLR(opt, [ConstantLR(opt, 0.1), ExponentialLR(opt, 0.5)], [2]), 5)
    [0.1, 0.1, 1.0, 0.5, 0.25]
    """

    def __init__(
        self, optimizer: Any, schedulers: list[Any], milestones: list[int], last_epoch: int = -1
    ) -> None:
        if len(milestones) != len(schedulers) - 1:
            raise errors.error("milestones", milestones=len(milestones), schedulers=len(schedulers))
        for scheduler in schedulers:
            if isinstance(scheduler, ReduceLROnPlateau) or scheduler.optimizer is not optimizer:
                raise errors.error("other_scheduler", name=type(scheduler).__name__)
        self.optimizer, self._schedulers, self._milestones = optimizer, schedulers, milestones
        self.last_epoch = last_epoch + 1
        self._start(schedulers[bisect_right(milestones, 0)])

    def _start(self, scheduler: Any) -> None:
        """Let one begin, as if it had just been made."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        scheduler.last_epoch = -1
        scheduler._begin()
        self._last_lr = scheduler.get_last_lr()

    def step(self) -> None:
        """Go on to the next epoch."""
        self.last_epoch += 1
        scheduler = self._schedulers[bisect_right(self._milestones, self.last_epoch)]
        if self.last_epoch in self._milestones:
            self._start(scheduler)
        else:
            scheduler.step()
        self._last_lr = scheduler.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer, that of the schedulers in it too."""
        return super().state_dict() | {"_schedulers": [s.state_dict() for s in self._schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what :meth:`state_dict` returned."""
        for own, state in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            own.load_state_dict(state)
        super().load_state_dict(state_dict | {"_schedulers": self._schedulers})
