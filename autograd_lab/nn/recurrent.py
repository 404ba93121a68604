"""Recurrent layers: one step's function, given its own state again at each step of a sequence.

W x + b of all steps is one product, and what a step adds to it, W h + b, is worked out step by step. The
names of the gates are those of the papers: Elman (1990), Hochreiter and Schmidhuber (1997) with the forget
gate of Gers et al. (2000), Cho et al. (2014).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import autograd_lab as lab

from ..base import errors
from . import functional as F  # noqa: N812, its usual name
from . import init
from .module import Module
from .parameter import Parameter

State = tuple[Any, ...]  # h, and an LSTM's c


# ------------------------------------------------------- one step: W x + b, W h + b and state to state
def _tanh(x: Any, y: Any, h: Any) -> State:
    return ((x + y).tanh(),)


def _relu(x: Any, y: Any, h: Any) -> State:
    return ((x + y).relu(),)


def _lstm(x: Any, y: Any, h: Any, c: Any) -> State:
    i, f, g, o = (x + y).chunk(4, -1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def _gru(x: Any, y: Any, h: Any) -> State:
    (xr, xz, xn), (yr, yz, yn) = x.chunk(3, -1), y.chunk(3, -1)
    r, z = (xr + yr).sigmoid(), (xz + yz).sigmoid()
    n = (xn + r * yn).tanh()
    return ((h - n) * z + n,)


STEPS = {"tanh": _tanh, "relu": _relu}


class _Recurrent(Module):
    """What layers and cells share."""

    gates: ClassVar[int] = 1
    states: ClassVar[int] = 1
    step: Callable[..., State]

    def _make(self, suffix: str, inputs: int, options: dict[str, Any]) -> None:
        """The weights of one step, and two biases, as PyTorch has them."""
        rows = self.gates * self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {
            "weight_ih": (rows, inputs),
            "weight_hh": (rows, self.hidden_size),
        }
        shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)} if self.bias else {}
        for name, shape in shapes.items():
            self.register_parameter(name + suffix, Parameter(lab.empty(shape, **options)))
        for name in () if self.bias else ("bias_ih", "bias_hh"):
            setattr(self, name + suffix, None)

    def reset_parameters(self) -> None:
        """Draw all parameters anew, uniformly up to ±1 / √hidden_size."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def _weights(self, kind: str, suffix: str = "") -> tuple[Any, Any]:
        return getattr(self, f"weight_{kind}{suffix}"), getattr(self, f"bias_{kind}{suffix}")

    def _check(self, input: Any, axes: tuple[int, int]) -> None:
        if input.ndim not in axes:
            layer = type(self).__name__
            raise errors.error("sequence_axes", layer=layer, low=axes[0], high=axes[1], input=input)
        if input.shape[-1] != self.input_size:
            wanted, got = self.input_size, input.shape[-1]
            raise errors.error("sequence_size", wanted=wanted, got=got, input=input)

    def _states(self, hx: Any, input: Any, shape: tuple[int, ...]) -> State:
        """The states given, which must have this shape; or zeros."""
        if hx is None:
            return tuple(lab.zeros(shape, dtype=input.dtype) for _ in range(self.states))
        given = (hx,) if self.states == 1 else tuple(hx)
        for x in given:
            if tuple(x.shape) != shape:
                raise errors.error("state_shape", wanted=shape, got=list(x.shape), variable=x)
        return given

    def _given_back(self, states: State) -> Any:
        return states[0] if self.states == 1 else states


class _Layer(_Recurrent):
    """A whole sequence, through ``num_layers`` layers of which each reads what the one below made.

    ``input`` is (steps, batch, input_size), (batch, steps, input_size) where ``batch_first``, or
    (steps, input_size). Returned are the top layer's h at each step, and the states after the last.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        for name, size in (("input", input_size), ("hidden", hidden_size)):
            if size <= 0:
                raise errors.error("no_size", name=name)
        if num_layers <= 0:
            raise errors.error("no_layers")
        if not 0 <= dropout <= 1:
            raise errors.error("layer_dropout")
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, float(dropout)
        self.bidirectional = bidirectional
        self._ways = ("", "_reverse")[: 1 + bidirectional]
        for layer in range(num_layers):
            inputs = hidden_size * len(self._ways) if layer else input_size
            for way in self._ways:
                self._make(f"_l{layer}{way}", inputs, {"device": device, "dtype": dtype})
        self.reset_parameters()

    def flatten_parameters(self) -> None:
        """Nothing: parameters lie as they are here."""

    def forward(self, input: Any, hx: Any = None) -> Any:
        """The top layer's h at each step, and the states of all layers after the last."""
        self._check(input, (2, 3))
        batched = input.ndim == 3
        x = input.transpose(0, 1) if self.batch_first and batched else input
        shape = (self.num_layers * len(self._ways), *x.shape[1:-1], self.hidden_size)
        states = self._states(hx, input, shape)
        ends: list[State] = []
        for layer in range(self.num_layers):
            if layer:
                x = F.dropout(x, self.dropout, self.training)
            outs = []
            for way in self._ways:
                start = tuple(one[len(ends)] for one in states)
                out, end = self._pass(x, start, f"_l{layer}{way}", bool(way))
                outs.append(out)
                ends.append(end)
            x = lab.cat(outs, -1)
        out = x.transpose(0, 1) if self.batch_first and batched else x
        return out, self._given_back(tuple(lab.stack(one) for one in zip(*ends, strict=True)))

    def _pass(self, x: Any, state: State, suffix: str, back: bool) -> tuple[Any, State]:
        """One layer in one direction: h at each step, and the last state."""
        given = F.linear(x, *self._weights("ih", suffix)).unbind(0)
        weights, outs = self._weights("hh", suffix), []
        for one in reversed(given) if back else given:
            state = self.step(one, F.linear(state[0], *weights), *state)
            outs.append(state[0])
        return lab.stack(outs[::-1] if back else outs), state

    def extra_repr(self) -> str:
        """Its sizes, and what differs from the defaults."""
        usual = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0, "bidirectional": False}
        more = [f", {k}={getattr(self, k)}" for k, v in usual.items() if getattr(self, k) != v]
        return f"{self.input_size}, {self.hidden_size}{''.join(more)}"


class RNN(_Layer):
    """h = tanh(W x + b + W' h + b'), or relu in place of tanh with ``nonlinearity="relu"``.

    >>> out, h = RNN(2, 3, batch_first=True)(lab.ones(4, 5, 2))
    >>> out.shape, h.shape
    (torch.Size([4, 5, 3]), torch.Size([1, 4, 3]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        *args: Any,
        **options: Any,
    ) -> None:
        if nonlinearity not in STEPS:
            raise errors.error("nonlinearity", given=nonlinearity)
        super().__init__(input_size, hidden_size, num_layers, *args, **options)
        self.nonlinearity = nonlinearity

    def step(self, x: Any, y: Any, h: Any) -> State:
        """h after one step."""
        return STEPS[self.nonlinearity](x, y, h)


class LSTM(_Layer):
    """c = f c + i g and h = o tanh(c): i, f and o sigmoids, g the tanh, of W x + b + W' h + b' each.

    ``hx`` and what is returned second is (h, c).

    >>> out, (h, c) = LSTM(2, 3, num_layers=2)(lab.ones(5, 4, 2))
    >>> out.shape, h.shape, c.shape
    (torch.Size([5, 4, 3]), torch.Size([2, 4, 3]), torch.Size([2, 4, 3]))
    """

    gates, states, step = 4, 2, staticmethod(_lstm)


class GRU(_Layer):
    """h = z h + (1 - z) n, where n = tanh(W x + b + r (W' h + b')), and r and z are sigmoids.

    >>> out, h = GRU(2, 3, bidirectional=True)(lab.ones(5, 2))
    >>> out.shape, h.shape
    (torch.Size([5, 6]), torch.Size([2, 3]))
    """

    gates, step = 3, staticmethod(_gru)


class _Cell(_Recurrent):
    """One step: (batch, input_size), or (input_size,), and the states to the next states."""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        self._make("", input_size, {"device": device, "dtype": dtype})
        self.reset_parameters()

    def forward(self, input: Any, hx: Any = None) -> Any:
        """The states after one step."""
        self._check(input, (1, 2))
        states = self._states(hx, input, (*input.shape[:-1], self.hidden_size))
        given, more = F.linear(input, *self._weights("ih")), F.linear(states[0], *self._weights("hh"))
        return self._given_back(self.step(given, more, *states))

    def extra_repr(self) -> str:
        """Its sizes, and what differs from the defaults."""
        bias = "" if self.bias else f", bias={self.bias}"
        other = getattr(self, "nonlinearity", "tanh")
        return f"{self.input_size}, {self.hidden_size}{bias}" + (
            f", nonlinearity={other}" if other != "tanh" else ""
        )


class RNNCell(_Cell):
    """One step of :class:`RNN`.

    >>> RNNCell(2, 3)(lab.ones(4, 2)).shape
    torch.Size([4, 3])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, device, dtype)
        self.nonlinearity = nonlinearity

    def step(self, x: Any, y: Any, h: Any) -> State:
        """h after one step. Raises RuntimeError where ``nonlinearity`` is unknown."""
        if self.nonlinearity not in STEPS:
            raise errors.error("cell_nonlinearity", given=self.nonlinearity)
        return STEPS[self.nonlinearity](x, y, h)


class LSTMCell(_Cell):
    """One step of :class:`LSTM`: called with (h, c), it returns the next.

    >>> h, c = LSTMCell(2, 3)(lab.ones(4, 2)); h.shape
    torch.Size([4, 3])
    """

    gates, states, step = 4, 2, staticmethod(_lstm)


class GRUCell(_Cell):
    """One step of :class:`GRU`.

    >>> GRUCell(2, 3)(lab.ones(2)).shape
    torch.Size([3])
    """

    gates, step = 3, staticmethod(_gru)
