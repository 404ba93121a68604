"""A language made of English: every word 1.4 times as long, in letters that no code is written in."""

from __future__ import annotations

import re
import string
from typing import Any

from autograd_lab.base.messages import MESSAGES
from autograd_lab.core.op import TABLE
from autograd_lab.story.equations import SHOWN
from autograd_lab.story.formula import GREEK, KNOWN
from autograd_lab.story.words import Language, language

OTHER = str.maketrans({letter: chr(0x430 + k % 32) for k, letter in enumerate(string.ascii_letters)})
KEPT = re.compile(r"(`[^`]*`|\{[^{}]*\})")  # code, and the parts of a sentence
NODE = re.compile(r"\w+Backward\d*")
LATIN = re.compile(r"[A-Za-z]{2,}")
# what is code or mathematics wherever it stands: functions, parameters, types, numbers that are none
CODE = (
    "grad nan inf True False None requires no and or xor not diag pad max min median prod step scale hook "
    "negative slope asstrided int bool float module weight bias Tensor parameters"
)

EXCEPTIONS = {made.__name__ for made, _ in MESSAGES.values()}


def foreign(scene: dict[str, Any], *texts: str) -> set[str]:
    """The Latin words in a Scene, or in texts that a face made of it, which no code explains."""
    code = " ".join(
        [
            *TABLE,
            *EXCEPTIONS,
            CODE,
            *KNOWN,
            *GREEK,
            *SHOWN,
            *(line.get("text", "") for line in scene["lines"]),
        ]
    )
    known = set(LATIN.findall(code))
    return {
        word
        for text in texts or _said(scene)
        for word in LATIN.findall(NODE.sub("", re.sub("`[^`]*`", "", text)))
    } - known


def _said(scene: dict[str, Any]) -> list[str]:
    """All that a Scene says, but for code and keys."""
    said = [scene["name"], scene["text"], *scene["words"].values()]
    said += [node[what] for node in scene["nodes"].values() for what in ("label", "note", "shape")]
    said += [line["head"] for line in scene["lines"] if "head" in line]
    for step in scene["steps"]:
        said += [step["title"], step["say"], step.get("caption", ""), *_leaves(step["formula"])]
    return [re.sub(r"\{[^{}]*\}", "", text) for text in said]


def _leaves(tree: Any) -> list[str]:
    """The texts of a formula."""
    if isinstance(tree, dict):
        return [text for key, part in tree.items() if key in ("rows", "m", "n") for text in _leaves(part)]
    if isinstance(tree, list) and tree and tree[0] in ("mi", "mn", "mo", "mtext"):
        return [tree[1]]
    return [text for part in tree if isinstance(part, list | dict) for text in _leaves(part)]


def told(text: str) -> str:
    """
    >>> told("Go to step {k}")
    'аоо уоо тудппп {k}'
    """
    return "".join(part if KEPT.fullmatch(part) else _longer(part) for part in KEPT.split(text))


def _longer(text: str) -> str:
    return re.sub(r"[A-Za-z]+", lambda word: _padded(word[0]).translate(OTHER), text)


def _padded(word: str) -> str:
    return word + word[-1] * round(0.4 * len(word) + 0.4)


def _all(texts: dict[str, str]) -> dict[str, str]:
    return {key: told(text) for key, text in texts.items()}


ENGLISH = language("en")
PSEUDO = Language(
    "x-pseudo", _all(ENGLISH.story), _all(ENGLISH.faces), _all(ENGLISH.forward),
    {key: tuple(map(told, whys)) for key, whys in ENGLISH.backward.items()}, _all(ENGLISH.errors),
)  # fmt: skip
