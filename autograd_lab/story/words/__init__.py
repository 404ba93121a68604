"""All words that pictures and pages show, by language: files for the story, the operations and the errors.

A new language is a copy of ``es`` and its like, translated, and its code in ``LANGUAGES``: a test says which
keys are missing, and which {parts} of a sentence were lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module

from ...base.errors import Phrase

LANGUAGES = {"en": "English", "es": "español"}
FILES = ("", "_forward", "_backward", "_errors")  # of each


@dataclass(frozen=True)
class Language:
    """One language's words: of the story, of faces (they go along in the Scene), of operations, of errors."""

    code: str
    story: dict[str, str]
    faces: dict[str, str]
    forward: dict[str, str]
    backward: dict[str, tuple[str, ...]]
    errors: dict[str, str]


def language(code: str) -> Language:
    """The words of a language of ``LANGUAGES``."""
    story, forward, backward, errors = (import_module(f"{__name__}.{code}{part}") for part in FILES)
    return Language(code, story.STORY, story.FACES, forward.FORWARD, backward.BACKWARD, errors.ERRORS)


_now = language("en")


def set_language(code: str) -> None:
    """Choose the language of the recordings that are made from here on.

    Args:
        code: ``"en"`` (English) or ``"es"`` (español).

    Names of functions and code stay as PyTorch has them, and so do errors where they are raised: it is their
    steps that are told in this language. Raises ValueError for another language.

    >>> import autograd_lab as lab
    >>> lab.set_language("es")
    >>> with lab.record() as rec:
    ...     x = lab.tensor(3.0, requires_grad=True)
    ...     y = x.exp()
    >>> rec.steps[0]["say"]
    '`x` empieza con {v0}. Aprende: `requires_grad=True` pide su gradiente.'
    >>> lab.set_language("en")
    """
    global _now
    if code not in LANGUAGES:
        known = ", ".join(f"{known!r} ({name})" for known, name in LANGUAGES.items())
        raise ValueError(f"set_language({code!r}): the languages are {known}")
    _now = language(code)


def now() -> Language:
    """The words of the language that was chosen."""
    return _now


def say(key: str, **parts: object) -> str:
    """One of the story's texts, with its parts put in.

    >>> say("seeded", name="z")
    'seed z'
    """
    return _now.story[key].format(**parts)


def said(text: Phrase | str) -> str:
    """What an error says, for a sentence, in the language that was chosen; as it is, if it is not one of ours.

    >>> said(Phrase("here", n=3, code="d = {}"))
    '(line 3: `d = {{}}`)'
    """

    def part(one: str) -> str:
        return escaped(one) if one.startswith("`") else doubled(one)  # a name, or anything

    return text.told(_now.errors, part) if isinstance(text, Phrase) else doubled(text)


def headline(text: Phrase) -> str:
    """The first words of an error: all before its parts.

    >>> headline(Phrase("freed"))
    'Trying to backward through the graph a second time'
    """
    return re.split(r":? \{", _now.errors[text.key])[0]


def escaped(text: str) -> str:
    """User text for a sentence: in backticks, its braces doubled because braces mean values there."""
    return f"`{doubled(text)}`"


def doubled(text: str) -> str:
    """User text with its braces doubled."""
    return text.replace("`", "").replace("{", "{{").replace("}", "}}")
