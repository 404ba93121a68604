"""Putting a state_dict back into a Module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import autograd_lab as lab

from ..base import errors
from ..core.modes import no_grad


class IncompatibleKeys(NamedTuple):
    """What ``load_state_dict`` found no counterpart for."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def load(module: Any, state_dict: Any, strict: bool) -> IncompatibleKeys:
    """See ``Module.load_state_dict``."""
    if not isinstance(state_dict, Mapping):
        raise errors.error("state_type", got=type(state_dict).__name__)
    state_dict = {name: lab.as_tensor(value) for name, value in state_dict.items()}  # PyTorch's own too
    own = module.state_dict()
    missing = [name for name in own if name not in state_dict]
    unexpected = [name for name in state_dict if name not in own]
    problems: list[errors.Phrase] = []
    if strict and missing:
        problems.append(errors.Phrase("missing_keys", names=_quoted(missing)))
    if strict and unexpected:
        problems.append(errors.Phrase("unexpected_keys", names=_quoted(unexpected)))
    with no_grad():
        for name in [name for name in own if name in state_dict]:
            mine, new = tuple(own[name].shape), tuple(state_dict[name].shape)
            if mine == new:
                own[name].copy_(state_dict[name])
            else:
                problems.append(errors.Phrase("size_mismatch", name=name, got=new, want=mine))
    if problems:
        lines = errors.joined("two_lines", problems)
        raise errors.error("state_differs", name=type(module).__name__, problems=lines)
    return IncompatibleKeys(missing, unexpected)


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
