"""The learner's folder of lessons: brought up to date, and nothing of theirs lost."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from autograd_lab import lessons

LESSON = "01_graph.ipynb"


@pytest.fixture
def release(tmp_path):
    """What a release ships: `release(text)` puts out the next one."""

    def write(text: str) -> Path:
        (tmp_path / "shipped").mkdir(exist_ok=True)
        (tmp_path / "shipped" / LESSON).write_text(text)
        return tmp_path / "shipped"

    return write


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "home" / "mine"


def visible(folder: Path) -> dict[str, str]:
    return {p.name: p.read_text() for p in folder.iterdir() if not p.name.startswith(".")}


def test_a_new_learner_gets_every_lesson_with_its_files(release, folder):
    source = release("one")
    (source / "data").mkdir()
    (source / "data" / "points.csv").write_text("1,2")
    (source / ".ipynb_checkpoints").mkdir()
    (source / ".ipynb_checkpoints" / LESSON).write_text("old")
    assert lessons.copy_lessons(source, folder) == []
    assert (folder / LESSON).read_text() == "one"
    assert (folder / "data" / "points.csv").read_text() == "1,2"
    assert not (folder / ".ipynb_checkpoints").exists()


def test_an_untouched_lesson_follows_the_release(release, folder):
    lessons.copy_lessons(release("one"), folder)
    assert lessons.copy_lessons(release("two"), folder) == []
    assert visible(folder) == {LESSON: "two"}


def test_a_changed_lesson_stays_and_the_newer_one_is_put_beside_it_once(release, folder):
    lessons.copy_lessons(release("one"), folder)
    (folder / LESSON).write_text("one, with my answers")
    assert lessons.copy_lessons(release("one"), folder) == []  # nothing newer to give

    (news,) = lessons.copy_lessons(release("two"), folder)
    assert LESSON in news
    assert "01_graph.new.ipynb" in news
    assert visible(folder) == {LESSON: "one, with my answers", "01_graph.new.ipynb": "two"}
    assert lessons.copy_lessons(release("two"), folder) == []  # given already

    lessons.copy_lessons(release("three"), folder)  # the copy beside is as we left it
    assert visible(folder)["01_graph.new.ipynb"] == "three"

    (folder / "01_graph.new.ipynb").write_text("three, with my answers")
    lessons.copy_lessons(release("four"), folder)
    assert visible(folder) == {
        LESSON: "one, with my answers",
        "01_graph.new.ipynb": "three, with my answers",
        "01_graph.new-2.ipynb": "four",
    }


def test_a_learner_who_takes_over_the_newer_lesson_is_up_to_date(release, folder):
    lessons.copy_lessons(release("one"), folder)
    (folder / LESSON).write_text("mine")
    lessons.copy_lessons(release("two"), folder)
    (folder / "01_graph.new.ipynb").replace(folder / LESSON)
    assert lessons.copy_lessons(release("two"), folder) == []
    assert lessons.copy_lessons(release("three"), folder) == []
    assert visible(folder) == {LESSON: "three"}


@pytest.mark.parametrize("memory", [None, b"not JSON", b"[]", b'{"01_graph.ipynb": 1}', b"\xff"])
def test_without_a_memory_everything_there_counts_as_the_learners(release, folder, memory):
    lessons.copy_lessons(release("one"), folder)
    if memory is None:
        (folder / lessons.MEMORY).unlink()
    else:
        (folder / lessons.MEMORY).write_bytes(memory)
    lessons.copy_lessons(release("two"), folder)
    assert visible(folder) == {LESSON: "one", "01_graph.new.ipynb": "two"}


def test_the_shipped_folder_itself_can_be_the_learners(release):
    source = release("one")
    lessons.copy_lessons(source, source)
    assert visible(source) == {LESSON: "one"}


class Learner(RuleBasedStateMachine):
    """A learner and their releases, in any order: nothing they wrote is ever lost,
    and what they left alone is never out of date."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.source, self.folder = self.root / "shipped", self.root / "mine"
        self.source.mkdir()
        self.theirs: dict[str, str] = {}
        self.count = 0
        self.release()
        self.start()

    def fresh(self) -> str:
        self.count += 1
        return f"text {self.count}"

    @rule()
    def release(self):
        (self.source / LESSON).write_text(self.fresh())

    @rule()
    def start(self):
        lessons.copy_lessons(self.source, self.folder)
        if LESSON not in self.theirs:
            assert (self.folder / LESSON).read_text() == (self.source / LESSON).read_text()

    @rule(data=st.data())
    def write(self, data):
        name = data.draw(st.sampled_from([*sorted(visible(self.folder)), LESSON]))
        self.theirs[name] = self.fresh()
        (self.folder / name).write_text(self.theirs[name])

    @rule(data=st.data())
    def delete(self, data):
        name = data.draw(st.sampled_from([*sorted(visible(self.folder)), LESSON]))
        (self.folder / name).unlink(missing_ok=True)
        self.theirs.pop(name, None)

    @invariant()
    def nothing_is_lost(self):
        assert self.theirs.items() <= visible(self.folder).items()

    def teardown(self):
        shutil.rmtree(self.root)


TestLearner = Learner.TestCase
