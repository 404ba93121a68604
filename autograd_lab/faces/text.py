"""The steps as a text table: what nbval compares, what a screen reader reads, what a script prints."""

from __future__ import annotations

from .scene_text import Scene, heads, plain, rows, word

WIDEST = (5, 8, 24, 56, 5)  # with the gaps, some hundred columns


def table(scene: Scene) -> str:
    """One row a step: which phase, what happened, its formula in numbers, and the line of code.

    >>> import autograd_lab as lab
    >>> with lab.record() as rec:
    ...     w = lab.tensor(-3.0, requires_grad=True)
    ...     (w * w).backward()
    >>> [" ".join(line.split()[1:-1]) for line in table(rec.scene).splitlines()[2:4]]
    ['forward w -3', 'forward w * w -3 × -3 = 9']
    """
    if not scene["steps"]:
        return word(scene, "no_step")
    whole = [tuple(map(plain, heads(scene))), *rows(scene)]
    cut = [[_clip(c, most) for c, most in zip(row, WIDEST, strict=True)] for row in whole]
    wide = [max(map(len, column)) for column in zip(*cut, strict=True)]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, wide, strict=True)).rstrip() for row in cut]
    return "\n".join([lines[0], "  ".join("─" * w for w in wide), *lines[1:]])


def _clip(text: str, most: int) -> str:
    """
    >>> _clip("three", 5), _clip("three", 4)
    ('three', 'thr…')
    """
    return text if len(text) <= most else text[: most - 1] + "…"
