"""Saving to a file, and loading from one: Python's pickle, of no more kinds of objects than are safe."""

from __future__ import annotations

import contextlib
import pickle
from typing import Any

from ..base import errors

# What a file of numbers may be made of; a pickle could run any function it names.
SAFE = {
    "builtins": {"complex", "set", "slice"},
    "collections": {"OrderedDict", "defaultdict"},
    "autograd_lab.base.dtypes": {"Dtype", "Size"},
    "autograd_lab.core.variable": {"Tensor", "Variable", "_rebuilt"},
    "autograd_lab.nn.parameter": {"Parameter"},
    "autograd_lab.nn.module": {"Parameter"},  # where it was before
    "numpy": {"dtype", "ndarray"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.numeric": {"_frombuffer"},
}


def save(obj: Any, f: Any) -> None:
    """Write ``obj`` to a file: Variables, a state_dict, or all of a checkpoint in a dict.

    Args:
        obj: anything that pickle can write; a Variable is written without its history.
        f: a path, or a file that is open for writing bytes.

    >>> import io
    >>> from autograd_lab import Tensor
    >>> file = io.BytesIO(); save({"w": Tensor([1.0, 2.0])}, file)
    >>> _ = file.seek(0); load(file)
    {'w': tensor([1., 2.])}
    """
    with _opened(f, "wb") as file:
        pickle.dump(obj, file)


def load(f: Any, map_location: Any = None, *, weights_only: bool = True) -> Any:
    """What :func:`save` wrote.

    Args:
        f: a path, or a file that is open for reading bytes.
        map_location: where to put it: there is one device here, so nothing changes.
        weights_only: take Variables, numbers and containers only. Without it a file may run any code when it
            is loaded, so leave it out for none but your own.

    Raises:
        UnpicklingError: the file holds something else, such as a whole Module, and ``weights_only``.
        FileNotFoundError: there is no such file.

    >>> import io
    >>> from autograd_lab import Tensor
    >>> file = io.BytesIO(); save(Tensor([1.0, 2.0]), file)
    >>> _ = file.seek(0); load(file)
    tensor([1., 2.])
    """
    with _opened(f, "rb") as file:
        return (_Careful if weights_only else pickle.Unpickler)(file).load()


class _Careful(pickle.Unpickler):
    """Loads what SAFE names, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """The object of that name; UnpicklingError for one that SAFE doesn't name."""
        if name not in SAFE.get(module, ()):
            raise errors.error("unsafe_load", module=module, name=name)
        return super().find_class(module, name)


def _opened(f: Any, mode: str) -> Any:
    """The file at a path; or an open one, which stays open."""
    return contextlib.nullcontext(f) if hasattr(f, "read" if "r" in mode else "write") else open(f, mode)


FUNCTIONS = {"save": save}  # load() is in recorder.py, which opens saved recordings too
