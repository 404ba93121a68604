"""Layers that pool: Modules around the pooling of windows.py.

>>> MaxPool2d(2)
MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
>>> MaxPool2d(2)(lab.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
tensor([[[4.]]])
>>> AvgPool1d(2)(lab.tensor([[1.0, 3.0]]))
tensor([[2.]])
>>> AdaptiveAvgPool2d(1)(lab.zeros(5, 3, 8, 8)).shape
torch.Size([5, 3, 1, 1])
"""

from __future__ import annotations

from inspect import Parameter as Argument
from typing import Any

import autograd_lab as lab  # noqa: F401 - the examples' name

from . import functional as F  # noqa: N812, its usual name
from .layers import _Function, _made

NEEDED = Argument.empty  # an option without a default


class _Pool(_Function):
    """A window that moves by its own size, where no stride is given."""

    stride: Any
    kernel_size: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.stride is None:
            self.stride = self.kernel_size


class _Row(_Pool):
    """A pool along one axis that keeps its sizes as tuples, as PyTorch shows them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in self._options().items():
            setattr(self, name, (value,) if isinstance(value, int) else tuple(value))


MaxPool1d = _made(
    _Pool, "MaxPool1d", F.max_pool1d, "The largest element in each window: (N, C, length).",
    kernel_size=NEEDED, stride=None, padding=0, dilation=1, ceil_mode=False,
)  # fmt: skip
MaxPool2d = _made(
    _Pool, "MaxPool2d", F.max_pool2d, "The largest element in each window: (N, C, height, width).",
    kernel_size=NEEDED, stride=None, padding=0, dilation=1, ceil_mode=False,
)  # fmt: skip
AvgPool1d = _made(
    _Row, "AvgPool1d", F.avg_pool1d, "The mean of each window: (N, C, length).",
    kernel_size=NEEDED, stride=None, padding=0,
)  # fmt: skip
AvgPool2d = _made(
    _Pool, "AvgPool2d", F.avg_pool2d, "The mean of each window: (N, C, height, width).",
    kernel_size=NEEDED, stride=None, padding=0,
)  # fmt: skip
AdaptiveAvgPool2d = _made(
    _Function, "AdaptiveAvgPool2d", F.adaptive_avg_pool2d,
    "Means of as many parts of height and width as output_size says.",
    output_size=NEEDED,
)  # fmt: skip
