"""Nested tuples, lists and dicts: what functions take and return, one leaf at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def mapped(function: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """``function`` of each leaf of nested tuples, lists and dicts, in the same nesting."""
    if isinstance(tree, dict):
        return {key: mapped(function, x, *(other[key] for other in others)) for key, x in tree.items()}
    if not isinstance(tree, tuple | list):
        return function(tree, *others)
    parts = [mapped(function, *xs) for xs in zip(tree, *others, strict=True)]
    return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)


def leaves_of(tree: Any) -> list[Any]:
    """The leaves of nested tuples, lists and dicts, in order."""
    found: list[Any] = []
    mapped(found.append, tree)
    return found


def filled(tree: Any, values: Iterable[Any]) -> Any:
    """``values`` nested as ``tree`` is."""
    following = iter(values)
    return mapped(lambda _: next(following), tree)


def alike(tree: Any, other: Any) -> bool:
    """Whether two are nested alike."""
    return bool(mapped(lambda _: None, tree) == mapped(lambda _: None, other))
