"""Layers, activations and losses: Modules around the functions of nn.functional.

>>> ELU(alpha=2.0)
ELU(alpha=2.0)
>>> Softmax(dim=0)(lab.tensor([0.0, 0.0]))
tensor([0.5000, 0.5000])
>>> MSELoss()(lab.tensor([1.0, 2.0]), lab.tensor([1.0, 4.0]))
tensor(2.)
>>> CrossEntropyLoss()(lab.tensor([[0.0, 0.0]]), lab.tensor([1]))
tensor(0.6931)
>>> Flatten()(lab.zeros(2, 3, 4)).shape
torch.Size([2, 12])
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from inspect import Parameter as Argument
from inspect import Signature
from typing import Any, ClassVar

import autograd_lab as lab

from ..base import errors
from ..core.modes import no_grad
from . import functional as F  # noqa: N812, its usual name
from . import init
from .module import Module
from .parameter import Parameter


class _Function(Module):
    """A layer with nothing to learn: one function, with options that are set when it is made."""

    __signature__: ClassVar[Signature]
    function: Callable[..., Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        options = self.__signature__.bind(*args, **kwargs)  # raises TypeError as a function does
        options.apply_defaults()
        for name, value in options.arguments.items():
            (self.register_buffer if name.endswith("weight") else self.__setattr__)(name, value)

    def _options(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__signature__.parameters}

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """The function, of these Tensors."""
        return self.function(*inputs, **named, **self._options())

    def extra_repr(self) -> str:
        """The options; ``inplace`` only where it is set."""
        shown = (item for item in self._options().items() if item != ("inplace", False))
        return ", ".join(f"{name}={value!r}" for name, value in shown)


class _Loss(_Function):
    """Called with (input, target). ``reduction`` is "mean", "sum", or "none": a loss for each element."""

    def extra_repr(self) -> str:
        """A loss shows no options."""
        return ""


def _made(base: type[_Function], name: str, function: Any, doc: str, **options: Any) -> type[_Function]:
    """A class named ``name`` whose forward is ``function``, with options and their defaults in order."""
    arguments = [Argument(key, Argument.POSITIONAL_OR_KEYWORD, default=d) for key, d in options.items()]
    signature, call = Signature(arguments), staticmethod(function)
    space = {"__doc__": doc, "__module__": __package__, "__signature__": signature, "function": call}
    return type(name, (base,), space)


_activation, _loss = partial(_made, _Function), partial(_made, _Loss)

ReLU = _activation("ReLU", F.relu, "max(0, x).", inplace=False)
LeakyReLU = _activation(
    "LeakyReLU", F.leaky_relu, "x above 0, negative_slope x below.", negative_slope=0.01, inplace=False
)
ELU = _activation(
    "ELU", F.elu, "x above 0, alpha (eˣ − 1) below (Clevert et al. 2016).", alpha=1.0, inplace=False
)
GELU = _activation(
    "GELU", F.gelu,
    "x Φ(x), Φ the normal distribution function, or its approximation by 'tanh' (Hendrycks & Gimpel 2016).",
    approximate="none",
)  # fmt: skip
SiLU = _activation("SiLU", F.silu, "x σ(x), σ the sigmoid (Elfwing et al. 2018).", inplace=False)
Softplus = _activation(
    "Softplus", F.softplus,
    "log(1 + e^(beta x)) / beta; x itself where beta x > threshold.",
    beta=1.0, threshold=20.0,
)  # fmt: skip
ReLU6 = _activation("ReLU6", F.relu6, "x held between 0 and 6.", inplace=False)
Sigmoid = _activation("Sigmoid", F.sigmoid, "1 / (1 + e⁻ˣ).")
Tanh = _activation("Tanh", F.tanh, "(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).")
LogSigmoid = _activation("LogSigmoid", F.logsigmoid, "The logarithm of Sigmoid, without overflow.")
Hardtanh = _activation(
    "Hardtanh", F.hardtanh, "x held between two bounds.", min_val=-1.0, max_val=1.0, inplace=False
)
Softsign = _activation("Softsign", F.softsign, "x / (1 + |x|).")
Tanhshrink = _activation("Tanhshrink", F.tanhshrink, "x − tanh(x).")
Softmax = _activation("Softmax", F.softmax, "eˣ, divided by its sum along the axis dim.", dim=None)
LogSoftmax = _activation("LogSoftmax", F.log_softmax, "The logarithm of Softmax.", dim=None)
Flatten = _activation(
    "Flatten", lab.flatten, "The axes from start_dim to end_dim made into one.", start_dim=1, end_dim=-1
)
Unflatten = _activation(
    "Unflatten", lambda input, dim, unflattened_size: lab.unflatten(input, dim, unflattened_size),
    "The axis dim split into several.",
    dim=Argument.empty, unflattened_size=Argument.empty,
)  # fmt: skip

MSELoss = _loss("MSELoss", F.mse_loss, "(input − target)².", reduction="mean")
L1Loss = _loss("L1Loss", F.l1_loss, "|input − target|.", reduction="mean")
HuberLoss = _loss(
    "HuberLoss", F.huber_loss,
    "Half the square of the difference up to delta, from there on a straight line (Huber 1964).",
    reduction="mean", delta=1.0,
)  # fmt: skip
SmoothL1Loss = _loss(
    "SmoothL1Loss", F.smooth_l1_loss, "HuberLoss divided by its delta, here beta.", reduction="mean", beta=1.0
)
KLDivLoss = _loss(
    "KLDivLoss", F.kl_div,
    """target (log target − input), for input of log-probabilities; also target, if log_target.

    reduction may be "batchmean" too: the sum, divided by the length of the batch.
    """,
    reduction="mean", log_target=False,
)  # fmt: skip
CosineSimilarity = _loss(
    "CosineSimilarity", F.cosine_similarity, "The cosine of the angle between vectors along dim.",
    dim=1, eps=1e-8,
)  # fmt: skip
CrossEntropyLoss = _loss(
    "CrossEntropyLoss", F.cross_entropy,
    """−log softmax(input)[target], for (N, C) scores and (N,) int64 classes.

    weight has a factor for each class; targets equal to ignore_index don't count; label_smoothing is the
    part of the target that is shared out among all classes.
    """,
    weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0,
)  # fmt: skip
NLLLoss = _loss(
    "NLLLoss", F.nll_loss,
    "−input[target], for input of log-probabilities; for the rest see CrossEntropyLoss.",
    weight=None, ignore_index=-100, reduction="mean",
)  # fmt: skip
BCELoss = _loss(
    "BCELoss", F.binary_cross_entropy,
    "−t log(p) − (1 − t) log(1 − p), for input p and target t from 0 to 1.",
    weight=None, reduction="mean",
)  # fmt: skip
BCEWithLogitsLoss = _loss(
    "BCEWithLogitsLoss", F.binary_cross_entropy_with_logits,
    "BCELoss of sigmoid(input); pos_weight is a factor for the part of target 1.",
    weight=None, reduction="mean", pos_weight=None,
)  # fmt: skip


class Identity(Module):
    """Returns its input; takes any arguments when made, and leaves them.

    >>> Identity()(lab.tensor(1.0))
    tensor(1.)
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Any:
        """``input`` itself."""
        return input


class Dropout(Module):
    """While training, each element is 0 with probability ``p`` and the rest grow by 1 / (1 − p).

    (Srivastava et al. 2014.) Raises ValueError for a ``p`` outside 0 to 1.

    >>> Dropout(0.5).eval()(lab.ones(2))
    tensor([1., 1.])
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise errors.error("dropout", p=p)
        self.p, self.inplace = p, inplace

    def forward(self, input: Any) -> Any:
        """``input`` with elements dropped while training, and as it is otherwise."""
        return F.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """Both options."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout2d(Dropout):
    """:class:`Dropout` of whole channels at once (Tompson et al. 2015): (N, C, height, width).

    >>> Dropout2d(1.0)(lab.ones(1, 1, 1, 2))
    tensor([[[[0., 0.]]]])
    """

    def forward(self, input: Any) -> Any:
        """``input`` with channels dropped while training, and as it is otherwise."""
        return F.dropout2d(input, self.p, self.training, self.inplace)


# ---------------------------------------------------------------------- layers that learn
class Weighted(Module):
    """A layer of a weight, (outputs, inputs, ...), and a bias that may be None."""

    weight: Parameter
    bias: Parameter | None

    def _make(self, shape: tuple[int, ...], bias: bool, options: dict[str, Any]) -> None:
        self.weight = Parameter(lab.empty(shape, **options))
        self.register_parameter("bias", Parameter(lab.empty(self._bias_size(), **options)) if bias else None)
        self.reset_parameters()

    def _bias_size(self) -> int:
        size: int = self.weight.shape[0]
        return size

    def reset_parameters(self) -> None:
        """Draw weight and bias anew, both uniformly up to ±1 / √inputs (LeCun et al. 1998, section 4.6)."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))  # gain √(2 / 6), times √3: 1 / √inputs
        if self.bias is not None:
            inputs = math.prod(self.weight.shape[1:])
            bound = 1 / math.sqrt(inputs) if inputs else 0.0
            init.uniform_(self.bias, -bound, bound)


class Linear(Weighted):
    """x Wᵀ + b: (..., in_features) becomes (..., out_features).

    >>> _ = lab.manual_seed(0)
    >>> Linear(2, 1).weight
    Parameter containing:
    tensor([[-0.0053,  0.3793]], requires_grad=True)
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self._make((out_features, in_features), bias, {"device": device, "dtype": dtype})

    def forward(self, input: Any) -> Any:
        """``input`` Wᵀ + b."""
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Its sizes."""
        bias = self.bias is not None
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={bias}"


class Embedding(Module):
    """A table with a row to learn for each of ``num_embeddings`` numbers: (...) becomes (..., embedding_dim).

    The row ``padding_idx`` is zeros and doesn't learn. Raises AssertionError where there is no such row.

    >>> Embedding(10, 3)(lab.tensor([1, 2, 1])).shape
    torch.Size([3, 3])
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise errors.error("no_such_row", row=padding_idx)
            padding_idx %= num_embeddings
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = padding_idx
        self.weight = Parameter(lab.empty(num_embeddings, embedding_dim, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the table anew from the normal distribution."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            with no_grad():
                self.weight[self.padding_idx] = 0.0

    def forward(self, input: Any) -> Any:
        """The rows that the integers in ``input`` name."""
        return F.embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        """Its sizes."""
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
