"""Learning rates that change by one rule: each ``step()`` sets ``lr`` in the optimizer's groups."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import autograd_lab as lab

from ..base import errors


class LRScheduler:
    """The base of the schedulers: call ``step()`` after the optimizer's own, once an epoch.

    Args:
        optimizer: whose learning rates are set.
        last_epoch: the epoch to go on from; -1 is the start.

    A subclass says with ``get_lr()`` what the rates of the groups are, from ``last_epoch``, ``base_lrs``
    and the rates now. Raises TypeError where it is no Optimizer, KeyError where an epoch to go on from is
    given but a group has no ``initial_lr``.
    """

    def __init__(self, optimizer: Any, last_epoch: int = -1) -> None:
        self.optimizer = _checked(optimizer)
        self.last_epoch = last_epoch
        for group in optimizer.param_groups:
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise errors.error("no_initial_lr")
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self._begin()

    def _begin(self) -> None:
        """The first step, which sets rates up and doesn't go on from any."""
        self._is_initial = True
        self.step()
        self._is_initial = False

    def _rates(self) -> list[float]:
        return [group["lr"] for group in self.optimizer.param_groups]

    def get_lr(self) -> list[float]:
        """The learning rate of each group at ``last_epoch``."""
        pairs = zip(self._rates(), self.base_lrs, strict=True)
        return [self._next(rate, base) for rate, base in pairs]

    def _next(self, rate: float, base: float) -> float:
        """A group's learning rate, from the one before and the one at the start."""
        raise NotImplementedError

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group, as last set."""
        return self._last_lr

    def step(self) -> None:
        """Go on to the next epoch."""
        self.last_epoch += 1
        for group, rate in zip(self.optimizer.param_groups, self.get_lr(), strict=True):
            group["lr"] = rate
        self._last_lr = self._rates()

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer."""
        return {name: value for name, value in self.__dict__.items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what :meth:`state_dict` returned."""
        self.__dict__.update(state_dict)


def _checked(optimizer: Any) -> Any:
    if not isinstance(optimizer, lab.optim.Optimizer):
        raise errors.error("no_optimizer", got=type(optimizer).__name__)
    return optimizer


def _example(scheduler: Callable[..., Any], steps: int) -> list[float]:
    """The rates that a scheduler sets, from 1 on: what the examples show."""
    optimizer = lab.optim.SGD([lab.zeros(1)], lr=1.0)
    made, rates = scheduler(optimizer), []
    for _ in range(steps):
        rates.append(round(made.get_last_lr()[0], 4))
        optimizer.step()
        made.step()
    return rates


class LambdaLR(LRScheduler):
    """lr = initial lr · lr_lambda(epoch).

    ``lr_lambda`` is a function, or a list with one for each group; ValueError for another number.

    >>> _example(lambda opt: LambdaLR(opt, lambda epoch: 1 / (epoch + 1)), 3)
    [1.0, 0.5, 0.3333]
    """

    def __init__(self, optimizer: Any, lr_lambda: Any, last_epoch: int = -1) -> None:
        groups = len(_checked(optimizer).param_groups)
        several = isinstance(lr_lambda, (list, tuple))
        self.lr_lambdas = list(lr_lambda) if several else [lr_lambda] * groups
        if len(self.lr_lambdas) != groups:
            raise errors.error("rate_functions", functions=len(self.lr_lambdas), groups=groups)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The learning rate of each group at ``last_epoch``."""
        pairs = zip(self.base_lrs, self.lr_lambdas, strict=True)
        return [base * function(self.last_epoch) for base, function in pairs]

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer and the functions."""
        functions: list[None] = [None] * len(self.lr_lambdas)
        return super().state_dict() | {"lr_lambdas": functions}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what :meth:`state_dict` returned, and keep the functions."""
        super().load_state_dict(state_dict | {"lr_lambdas": self.lr_lambdas})


class MultiplicativeLR(LambdaLR):
    """lr is multiplied by ``lr_lambda(epoch)`` every epoch; for the rest see :class:`LambdaLR`.

    >>> _example(lambda opt: MultiplicativeLR(opt, lambda epoch: 0.5), 3)
    [1.0, 0.5, 0.25]
    """

    def get_lr(self) -> list[float]:
        """The learning rate of each group at ``last_epoch``."""
        if self._is_initial:
            return self._rates()
        pairs = zip(self._rates(), self.lr_lambdas, strict=True)
        return [rate * function(self.last_epoch) for rate, function in pairs]


class StepLR(LRScheduler):
    """lr is multiplied by ``gamma`` every ``step_size`` epochs.

    >>> _example(lambda opt: StepLR(opt, 2), 5)
    [1.0, 1.0, 0.1, 0.1, 0.01]
    """

    def __init__(self, optimizer: Any, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        return rate * self.gamma if self.last_epoch and self.last_epoch % self.step_size == 0 else rate


class MultiStepLR(LRScheduler):
    """lr is multiplied by ``gamma`` at each of the epochs ``milestones``.

    >>> _example(lambda opt: MultiStepLR(opt, [1, 3]), 4)
    [1.0, 0.1, 0.1, 0.01]
    """

    def __init__(
        self, optimizer: Any, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones, self.gamma = Counter(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        return rate * self.gamma ** self.milestones[self.last_epoch]


class ExponentialLR(LRScheduler):
    """lr is multiplied by ``gamma`` every epoch.

    >>> _example(lambda opt: ExponentialLR(opt, 0.5), 3)
    [1.0, 0.5, 0.25]
    """

    def __init__(self, optimizer: Any, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        return rate if self._is_initial else rate * self.gamma


class LinearLR(LRScheduler):
    """lr = initial lr · a factor that goes from ``start_factor`` to ``end_factor`` in ``total_iters`` epochs.

    Raises ValueError for a start outside 0 (excluded) to 1, or an end outside 0 to 1.

    >>> _example(lambda opt: LinearLR(opt, 0.5, total_iters=2), 4)
    [0.5, 0.75, 1.0, 1.0]
    """

    def __init__(
        self,
        optimizer: Any,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not (0 < start_factor <= 1 and 0 <= end_factor <= 1):
            raise errors.error("rate_factors", start=start_factor, end=end_factor)
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        if self.last_epoch == 0:
            return rate * self.start_factor
        if self._is_initial or self.last_epoch > self.total_iters:
            return rate
        rise = self.end_factor - self.start_factor
        before = self.total_iters * self.start_factor + (self.last_epoch - 1) * rise
        return rate * (1 + rise / before)


class ConstantLR(LRScheduler):
    """lr = initial lr · ``factor`` for ``total_iters`` epochs, and from there on the initial lr.

    Raises ValueError for a factor outside 0 to 1.

    >>> _example(lambda opt: ConstantLR(opt, 0.5, total_iters=2), 3)
    [0.5, 0.5, 1.0]
    """

    def __init__(
        self, optimizer: Any, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1
    ) -> None:
        if not 0 <= factor <= 1:
            raise errors.error("rate_factor", factor=factor)
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        if self.last_epoch == 0:
            return rate * self.factor
        return rate * (1 / self.factor) if self.last_epoch == self.total_iters else rate


class PolynomialLR(LRScheduler):
    """lr = initial lr · (1 − epoch / total_iters) to the ``power``, and 0 from there on.

    >>> _example(lambda opt: PolynomialLR(opt, 4), 5)
    [1.0, 0.75, 0.5, 0.25, 0.0]
    """

    def __init__(
        self, optimizer: Any, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1
    ) -> None:
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def _next(self, rate: float, base: float) -> float:
        if self._is_initial or self.last_epoch > self.total_iters:
            return rate
        left, before = (1 - n / self.total_iters for n in (self.last_epoch, self.last_epoch - 1))
        return float(rate * (left / before) ** self.power)


class CosineAnnealingLR(LRScheduler):
    """lr = eta_min + (initial lr − eta_min) (1 + cos(π epoch / T_max)) / 2.

    (Loshchilov & Hutter 2017, equation 5, without restarts.) Worked out from the rate before, so that it
    goes on from a rate that was changed by hand.

    >>> _example(lambda opt: CosineAnnealingLR(opt, 2), 4)
    [1.0, 0.5, 0.0, 0.5]
    """

    def __init__(self, optimizer: Any, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:  # noqa: N803
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def _height(self, epoch: int) -> float:
        return 1 + math.cos(math.pi * epoch / self.T_max)

    def _next(self, rate: float, base: float) -> float:
        if self._is_initial:
            return rate
        if (self.last_epoch - 1 - self.T_max) % (2 * self.T_max) == 0:  # up from the bottom: no ratio there
            return rate + (base - self.eta_min) * (1 - math.cos(math.pi / self.T_max)) / 2
        ratio = self._height(self.last_epoch) / self._height(self.last_epoch - 1)
        return ratio * (rate - self.eta_min) + self.eta_min


class ReduceLROnPlateau(LRScheduler):
    """lr is multiplied by ``factor`` when what is measured has not improved for ``patience`` epochs.

    Args:
        optimizer: whose learning rates are set.
        mode: "min" where less is better, "max" where more is.
        factor: what the rates are multiplied by; below 1.
        patience: how many epochs without improvement are let pass.
        threshold: how much counts as an improvement.
        threshold_mode: "rel": as a part of the best so far; "abs": as it is.
        cooldown: for how many epochs after a reduction nothing is counted.
        min_lr: the least rate, or a list with one for each group.
        eps: a change smaller than this is not made.

    Raises:
        ValueError: a factor of 1 or more; an unknown mode; another number of rates than groups.

    >>> optimizer = lab.optim.SGD([lab.zeros(1)], lr=1.0)
    >>> scheduler = ReduceLROnPlateau(optimizer, patience=1)
    >>> for loss in [3.0, 2.0, 2.0, 2.0]:
    ...     scheduler.step(loss)
    >>> scheduler.get_last_lr()
    [0.1]
    """

    def __init__(
        self,
        optimizer: Any,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: Any = 0,
        eps: float = 1e-8,
    ) -> None:
        groups = len(_checked(optimizer).param_groups)
        if factor >= 1:
            raise errors.error("plateau_factor", factor=factor)
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise errors.error("plateau_mode", mode=repr(mode), threshold=repr(threshold_mode))
        self.min_lrs = list(min_lr) if isinstance(min_lr, (list, tuple)) else [min_lr] * groups
        if len(self.min_lrs) != groups:
            raise errors.error("least_rates", rates=len(self.min_lrs), groups=groups)
        self.optimizer, self.mode, self.factor, self.patience = optimizer, mode, factor, patience
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.cooldown, self.eps = cooldown, eps
        self.last_epoch = self.num_bad_epochs = self.cooldown_counter = 0
        self.best = math.inf if mode == "min" else -math.inf
        self._last_lr = self._rates()

    def _better(self, value: float) -> bool:
        sign = -1 if self.mode == "min" else 1
        if self.threshold_mode == "rel":
            limit = self.best * (1 + sign * self.threshold)
        else:
            limit = self.best + sign * self.threshold
        return value < limit if self.mode == "min" else value > limit

    def step(self, metrics: Any) -> None:  # type: ignore[override]
        """Go on to the next epoch; ``metrics`` is what was measured in the last, a number or a Tensor."""
        self.last_epoch += 1
        value = float(metrics)
        if self._better(value):
            self.best, self.num_bad_epochs = value, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group, least in zip(self.optimizer.param_groups, self.min_lrs, strict=True):
                rate = max(group["lr"] * self.factor, least)
                group["lr"] = rate if group["lr"] - rate > self.eps else group["lr"]
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
        self._last_lr = self._rates()
