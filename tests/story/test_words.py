"""Every language says the same things, with the same parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from string import Formatter
from xml.etree import ElementTree

import pytest

import autograd_lab as lab
from autograd_lab.faces import figure, page, picture, text
from autograd_lab.story import words

from ..fidelity.test_misuse import CASES as MISUSES
from ..fidelity.test_misuse import NAMES as MISUSED
from ..pseudo import PSEUDO, foreign
from ..test_faces import RECORDINGS, Scene, drawn, read
from .test_failures import stopped
from .test_operations import EACH_CALL, Call
from .test_operations import told as recorded

OTHERS = [code for code in words.LANGUAGES if code != "en"]
# A sentence may leave these out, or use them where English doesn't: words, not facts.
FREE = {"op"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    lab.set_language("en")


def texts(language: words.Language) -> dict[str, str]:
    """All its texts, each under a key of its own."""
    found: dict[str, str] = {}
    for field in fields(language)[1:]:
        for key, told in getattr(language, field.name).items():
            for k, one in enumerate([told] if isinstance(told, str) else told):
                found[f"{field.name} {key} {k}"] = one
    return found


def parts(sentence: str) -> set[str]:
    return {name for _, name, *_ in Formatter().parse(sentence) if name is not None} - FREE


@pytest.mark.parametrize("code", OTHERS)
def test_no_text_is_missing_and_none_too_many(code: str) -> None:
    assert set(texts(words.language(code))) == set(texts(words.language("en")))


@pytest.mark.parametrize("code", OTHERS)
def test_no_part_of_a_sentence_is_lost(code: str) -> None:
    ours, theirs = texts(words.language("en")), texts(words.language(code))
    assert {key for key in ours if parts(ours[key]) != parts(theirs[key])} == set()


@pytest.mark.parametrize("code", OTHERS)
def test_texts_begin_and_end_as_they_are_put_together(code: str) -> None:
    """What is added begins with its comma or space; what is a sentence ends with its full stop."""

    def ends(one: str, key: str) -> tuple[str, bool]:
        return one[: len(one) - len(one.lstrip(" ,:"))], one[-1] in ".?" and not key.startswith("faces")

    ours, theirs = texts(words.language("en")), texts(words.language(code))
    whole = [key for key in ours if " " in ours[key].strip()]
    assert {key: theirs[key] for key in whole if ends(ours[key], key) != ends(theirs[key], key)} == {}


@pytest.mark.parametrize("code", words.LANGUAGES)
def test_a_language_is_chosen(code: str) -> None:
    lab.set_language(code)
    with lab.record() as rec:
        lab.tensor(1.0, requires_grad=True).exp()
    assert rec.scene["language"] == code
    assert rec.scene["words"] == words.language(code).faces
    assert rec.steps[0]["say"].split("{")[0] in words.language(code).story["learns"].format(
        name=f"`{rec.steps[0]['title']}`", value="{v0}"
    )


def test_a_language_that_is_not_there_is_told_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"set_language\('fr'\): .*'en' \(English\), 'es' \(español\)"):
        lab.set_language("fr")


# ---------------------------------------------------------------- a language whose every word can be told
@EACH_CALL
def test_every_word_of_an_operation_is_in_the_catalogue(
    name: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "_now", PSEUDO)
    _, scene = recorded.__wrapped__(call)  # the others keep it, in English
    assert foreign(scene) == set()


@pytest.mark.parametrize("make", RECORDINGS, ids=lambda make: make.__name__)
def test_every_word_of_the_faces_is_in_the_catalogue(
    make: Callable[[], Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "_now", PSEUDO)
    scene = make()
    assert foreign(scene) == set()
    svg = ElementTree.fromstring(picture.svg(scene))
    seen = [*svg.itertext(), text.table(scene), *drawn(figure.draw(scene)), read(page.html(scene))]
    assert foreign(scene, *seen) == set()


# ---------------------------------------------------------------- what an error step says
@pytest.mark.parametrize("code", [code for code, _ in MISUSES], ids=MISUSED)
def test_every_word_of_an_error_is_in_the_catalogue(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_now", PSEUDO)
    scene = stopped(code).scene
    assert scene["steps"][-1]["kind"] == "error"
    assert foreign(scene) == set()
