"""The optimizers: each says how one parameter is changed by its gradient."""

from __future__ import annotations

import math
from typing import Any

import autograd_lab

from ..base import errors
from .optimizer import Optimizer

lab: Any = autograd_lab  # its names are gathered while it loads

# Where PyTorch would run it: shown in a group as there, and without effect here.
_PLACES = {"foreach": None, "differentiable": False, "fused": None}


def _not_negative(**options: Any) -> None:
    for name, value in options.items():
        if not value >= 0:
            raise errors.error("negative_option", name=name, value=value)


class SGD(Optimizer):
    """Stochastic gradient descent: p ← p − lr g.

    With momentum (Polyak 1964; in the form of Sutskever et al. 2013), b ← momentum b + (1 − dampening) g
    from b = g at the first step, and g is replaced by b, or with ``nesterov`` by g + momentum b.
    Before that, ``weight_decay`` adds weight_decay p to g, and ``maximize`` turns its sign.

    Raises ValueError for a negative option, or nesterov without momentum or with dampening.

    >>> w = lab.tensor([1.0], requires_grad=True)
    >>> opt = SGD([w], lr=0.1)
    >>> (w * w).sum().backward(); opt.step()
    >>> w
    tensor([0.8000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        _not_negative(lr=lr, momentum=momentum, weight_decay=weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise errors.error("nesterov")
        options = {
            "lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay,
            "nesterov": nesterov, "maximize": maximize,
        }  # fmt: skip
        super().__init__(params, options | _PLACES)

    def _update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        momentum = group["momentum"]
        if momentum != 0:
            state = self.state[p]
            buffer = state.get("momentum_buffer")
            if buffer is None:
                buffer = state["momentum_buffer"] = grad.detach().clone()
            else:
                buffer.mul_(momentum).add_(grad, alpha=1 - group["dampening"])
            grad = grad.add(buffer, alpha=momentum) if group["nesterov"] else buffer
        p.add_(grad, alpha=-group["lr"])


class Adam(Optimizer):
    """Adaptive moments (Kingma & Ba 2015, algorithm 1), with b₁ and b₂ the ``betas`` and t the step:

    m ← b₁ m + (1 − b₁) g and v ← b₂ v + (1 − b₂) g²; p ← p − lr m̂ / (√v̂ + eps) with m̂ = m / (1 − b₁ᵗ)
    and v̂ = v / (1 − b₂ᵗ). With ``amsgrad`` the largest v so far is used (Reddi, Kale & Kumar 2018).
    ``weight_decay`` adds weight_decay p to g, or if decoupled shrinks p itself; see :class:`AdamW`.

    Raises ValueError for a negative option, or a beta outside 0 to 1 (1 excluded).

    >>> w = lab.tensor([1.0], requires_grad=True)
    >>> opt = Adam([w], lr=0.1)
    >>> (w * w).sum().backward(); opt.step()
    >>> w
    tensor([0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
    ) -> None:
        _not_negative(lr=lr, eps=eps, weight_decay=weight_decay)
        if not (0 <= betas[0] < 1 and 0 <= betas[1] < 1):
            raise errors.error("betas", betas=betas)
        options = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad,
            "maximize": maximize, "foreach": None, "capturable": False, "differentiable": False,
            "fused": None, "decoupled_weight_decay": decoupled_weight_decay,
        }  # fmt: skip
        super().__init__(params, options)

    def _update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        state, (b1, b2), lr = self.state[p], group["betas"], group["lr"]
        if not state:
            state.update(step=lab.tensor(0.0), exp_avg=lab.zeros_like(p), exp_avg_sq=lab.zeros_like(p))
            if group["amsgrad"]:
                state["max_exp_avg_sq"] = lab.zeros_like(p)
        state["step"] += 1
        t, m, v = state["step"].item(), state["exp_avg"], state["exp_avg_sq"]
        if group["decoupled_weight_decay"] and group["weight_decay"]:
            p.mul_(1 - lr * group["weight_decay"])
        m.add_(grad - m, alpha=1 - b1)
        v.mul_(b2).add_((1 - b2) * grad * grad)
        if group["amsgrad"]:
            v = state["max_exp_avg_sq"].copy_(lab.maximum(state["max_exp_avg_sq"], v))
        root = (v.sqrt() / math.sqrt(1 - b2**t)).add_(group["eps"])
        p.sub_(m * (lr / (1 - b1**t)) / root)


class AdamW(Adam):
    """:class:`Adam` with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2).

    p ← (1 − lr weight_decay) p before each step, and the gradient is left alone.

    >>> w = lab.tensor([1.0], requires_grad=True)
    >>> opt = AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).sum().backward(); opt.step()
    >>> w
    tensor([0.8500], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, decoupled_weight_decay=True
        )


class RMSprop(Optimizer):
    """Gradients divided by their running size (Tieleman & Hinton 2012, lecture 6.5).

    v ← alpha v + (1 − alpha) g², and p ← p − lr g / (√v + eps). If ``centered``, v − ḡ² takes the place of v,
    with ḡ the running mean of g (Graves 2013, section 2). With momentum, b ← momentum b + g / (√v + eps)
    and p ← p − lr b.

    Raises ValueError for a negative option.

    >>> w = lab.tensor([1.0], requires_grad=True)
    >>> opt = RMSprop([w], lr=0.01)
    >>> (w * w).sum().backward(); opt.step()
    >>> w
    tensor([0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        _not_negative(lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum)
        options = {
            "lr": lr, "momentum": momentum, "alpha": alpha, "eps": eps, "centered": centered,
            "weight_decay": weight_decay, "capturable": False, "foreach": None, "maximize": maximize,
            "differentiable": False,
        }  # fmt: skip
        super().__init__(params, options)

    def _update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        state, alpha = self.state[p], group["alpha"]
        if not state:
            state.update(step=lab.tensor(0.0), square_avg=lab.zeros_like(p))
            if group["momentum"] > 0:
                state["momentum_buffer"] = lab.zeros_like(p)
            if group["centered"]:
                state["grad_avg"] = lab.zeros_like(p)
        state["step"] += 1
        v = state["square_avg"].mul_(alpha).add_((1 - alpha) * grad * grad)
        if group["centered"]:
            mean = state["grad_avg"]
            mean.add_(grad - mean, alpha=1 - alpha)
            v = v - mean * mean
        root = v.sqrt().add_(group["eps"])
        if group["momentum"] > 0:
            p.add_(state["momentum_buffer"].mul_(group["momentum"]).add_(grad / root), alpha=-group["lr"])
        else:
            p.sub_(grad * group["lr"] / root)


class Adagrad(Optimizer):
    """Gradients divided by their size so far (Duchi, Hazan & Singer 2011): v ← v + g²,

    and p ← p − lr / (1 + (t − 1) lr_decay) · g / (√v + eps), with t the step.

    Raises ValueError for a negative option.

    >>> w = lab.tensor([1.0], requires_grad=True)
    >>> opt = Adagrad([w], lr=0.1)
    >>> (w * w).sum().backward(); opt.step()
    >>> w
    tensor([0.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Any,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        first = initial_accumulator_value
        _not_negative(lr=lr, lr_decay=lr_decay, weight_decay=weight_decay, initial=first, eps=eps)
        options = {
            "lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay,
            "initial_accumulator_value": first, "foreach": None, "maximize": maximize,
            "differentiable": False, "fused": None,
        }  # fmt: skip
        super().__init__(params, options)
        for group in self.param_groups:
            for p in group["params"]:
                start = lab.full_like(p, group["initial_accumulator_value"])
                self.state[p] = {"step": lab.tensor(0.0), "sum": start}

    def _update(self, p: Any, grad: Any, group: dict[str, Any]) -> None:
        state = self.state[p]
        state["step"] += 1
        root = state["sum"].add_(grad * grad).sqrt().add_(group["eps"])
        p.sub_(grad * (group["lr"] / (1 + (state["step"].item() - 1) * group["lr_decay"])) / root)
