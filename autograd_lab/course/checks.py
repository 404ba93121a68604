"""Compare a learner's answer with the right one, and say in one sentence what to think of it.

An exercise of a teacher's own, in one cell of a notebook:

    from autograd_lab.course import check

    answer = ...  # the gradient of a: a list of 2 numbers

    check(answer, [5, 4],
          ([10, 8], "that is dy/da. z is the mean of y, so half of it arrives."),
          (None, "a.grad is None: does a learn?"),
          right="upstream 0.5 times local [10, 8].",
          hint="Multiply what arrives at a**2 by the slope of squaring.")

Where the right answer should not stand beside the question, make a :class:`Question` of the same things in an
earlier cell, and let the learner call its ``check``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

TOLERANCE = 1e-3
UNTOUCHED = "Not answered yet: put your answer in place of the dots. It is {form}."
ANOTHER_FORM = "Not yet: the answer is {form}, and this is {given}."
NO_HINT = "go back to the last step before it, and work it out once more."


class Question:
    """A question's right answer, the wrong answers that people give, and what to say to each.

    Args:
        expected: a number, numbers in lists, True or False, text, or None. A Variable or an array counts as
            its numbers. Where it is text, a Variable is compared as it prints.
        wrong: pairs of a wrong answer and why it is wrong.
        right: why the right answer is right.
        hint: what to say to any other wrong answer; from several, each other wrong answer gets the next.
        tolerance: how far off a number may be; for numbers beyond 1, as a part of it.

    >>> slope = Question(6, (9, "that is the value of x**2, not its slope."), right="2 times 3.")
    >>> slope.check(...)
    Not answered yet: put your answer in place of the dots. It is a number.
    >>> slope.check(9)
    Not yet: that is the value of x**2, not its slope.
    >>> slope.check([6])
    Not yet: the answer is a number, and this is a list of 1 number.
    >>> slope.check(6.0)
    Right: 2 times 3.
    """

    def __init__(
        self,
        expected: Any,
        *wrong: tuple[Any, str],
        right: str = "that is it.",
        hint: str | Sequence[str] = NO_HINT,
        tolerance: float = TOLERANCE,
    ) -> None:
        self.expected, self.wrong, self.right, self.tolerance = expected, wrong, right, tolerance
        self.hints = [hint] if isinstance(hint, str) else list(hint)
        self._others: list[str] = []  # the wrong answers so far that have no reason of their own

    def check(self, answer: Any) -> None:
        """Print what to think of an answer; ``...``, and None unless it is an answer, mean: not yet."""
        print(self.says(answer))  # noqa: T201 - this is where it talks to the learner

    def says(self, answer: Any) -> str:
        """The sentence that ``check`` prints.

        >>> hints = Question(5, hint=["look at the mean.", "multiply by one half."])
        >>> [hints.says(n)[:20] for n in (1, 2, 2, 5)]
        ['Not yet: look at the', 'Not yet: multiply by', 'Not yet: multiply by', 'Right: that is it.']
        """
        if answer is ...:
            return UNTOUCHED.format(form=form(self.expected))
        if self._same(answer, self.expected):
            return f"Right: {self.right}"
        for value, why in self.wrong:
            if self._same(answer, value):
                return f"Not yet: {why}"
        if answer is None:
            return UNTOUCHED.format(form=form(self.expected))
        wanted, given = form(self.expected), form(answer)
        if wanted != given and self.expected is not None:
            return ANOTHER_FORM.format(form=wanted, given=given)
        return f"Not yet: {self._hint(repr(answer))}"

    def _hint(self, answer: str) -> str:
        if answer not in self._others:
            self._others.append(answer)
        return self.hints[min(self._others.index(answer), len(self.hints) - 1)]

    def _same(self, answer: Any, value: Any) -> bool:
        if isinstance(value, str):
            return isinstance(answer, str | _HasNumbers) and _words(str(answer)) == _words(value)
        return _close(_plain(answer), _plain(value), self.tolerance)


def check(
    answer: Any,
    expected: Any,
    *wrong: tuple[Any, str],
    right: str = "that is it.",
    hint: str | Sequence[str] = NO_HINT,
    tolerance: float = TOLERANCE,
) -> None:
    """Ask and check in one go: a :class:`Question` with these arguments, and its ``check``.

    >>> check([10, 8], [5, 4], ([10, 8], "that is dy/da."))
    Not yet: that is dy/da.
    >>> check([5.0001, 4], [5, 4], ([10, 8], "that is dy/da."))
    Right: that is it.
    >>> check("five", [5, 4])
    Not yet: the answer is a list of 2 numbers, and this is a word in quotes.
    >>> check(None, [5, 4], (None, "a.grad is None: does a learn?"))
    Not yet: a.grad is None: does a learn?
    """
    Question(expected, *wrong, right=right, hint=hint, tolerance=tolerance).check(answer)


@runtime_checkable
class _HasNumbers(Protocol):
    """A Variable or an array, without importing either."""

    def tolist(self) -> Any: ...


def _plain(x: Any) -> Any:
    """A Variable or an array as numbers in lists; a tuple as a list."""
    if isinstance(x, _HasNumbers) and not isinstance(x, type):
        x = x.tolist()
    return [_plain(part) for part in x] if isinstance(x, list | tuple) else x


def _words(text: str) -> str:
    """Text without what does not matter: case, spaces, the quotes around a name."""
    return "".join(text.casefold().split()).strip("`'\".")


def _close(a: Any, b: Any, tolerance: float) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_close(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if a is None or b is None or isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)
    return False


def form(x: Any) -> str:
    """What kind of thing an answer is, in words.

    >>> [form(x) for x in (True, 2, [1, 2], [[1.0], [2.0]])]
    ['True or False', 'a number', 'a list of 2 numbers', '2 lists of 1 number']
    >>> [form(x) for x in ("up", "tensor(1.)", None)]
    ['a word in quotes', 'a Variable', 'a number, a list or None']
    """
    x = _plain(x)
    if isinstance(x, bool):
        return "True or False"
    if isinstance(x, int | float):
        return "a number"
    if x is None:
        return "a number, a list or None"  # to name None alone would be to give the answer away
    if isinstance(x, str):
        return "a Variable" if x.startswith("tensor(") else "a word in quotes"
    if isinstance(x, list):
        if x and all(isinstance(row, list) and len(row) == len(x[0]) for row in x):
            return f"{len(x)} list{'s' * (len(x) != 1)} of {_count(x[0])}"
        return f"a list of {_count(x)}"
    return "something else"


def _count(x: list[Any]) -> str:
    return f"{len(x)} number{'s' * (len(x) != 1)}"
