"""Anomaly mode: backward stops where NaN first appears, and says which line it came from."""

from __future__ import annotations

from ..core.modes import Mode, local


class detect_anomaly(Mode):
    """In this block, a backward pass that meets NaN raises RuntimeError, naming the operation and its line.

    >>> import autograd_lab as lab
    >>> x = lab.tensor(-1.0, requires_grad=True)
    >>> with detect_anomaly():
    ...     (x.sqrt() * 0).backward()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    RuntimeError: Function 'SqrtBackward0' returned nan values in its 0th output: ...
    """

    def __init__(self, check_nan: bool = True) -> None:
        super().__init__(anomaly=check_nan)

    def _again(self) -> Mode:
        return detect_anomaly(self._changes["anomaly"])


class set_detect_anomaly(detect_anomaly):
    """Turn anomaly mode on or off: at once, and until the block ends where it is used in ``with``."""

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        super().__init__(mode and check_nan)
        self._first = local.now.anomaly
        self._switch(self._changes, True)

    def __enter__(self) -> None:
        super().__enter__()
        self._before[-1] = {"anomaly": self._first}


def is_anomaly_enabled() -> bool:
    """Whether this thread is in anomaly mode.

    >>> is_anomaly_enabled()
    False
    """
    return local.now.anomaly
