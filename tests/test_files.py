"""Taking a recording along: every ending, whole files or none, the same bytes each time, and back again."""

from __future__ import annotations

import copy
import itertools
import json
import os
import re
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

import autograd_lab as lab
from autograd_lab import files
from autograd_lab.faces import figure
from autograd_lab.faces.scene_text import plain
from autograd_lab.recorder import Replay

from .markup import MARKUP
from .test_faces import HOSTILE, RECORDINGS, Scene, diamond, nothing, renamed, seed, shortened


def fifty() -> Scene:
    """A network of four inputs and two hidden layers, scalar by scalar, in some fifty nodes."""
    with lab.record() as rec:
        weights = [lab.tensor(0.1 * k - 0.6, requires_grad=True) for k in range(13)]
        hidden = [(w * 0.5 + 0.1 * k).tanh() for k, w in enumerate(weights[:8])]
        total = sum(h * weights[8 + k % 5] for k, h in enumerate(hidden))
        ((total - 1.0) ** 2).backward()
    assert 48 <= len(rec.scene["nodes"]) <= 56
    return rec.scene


def save(scene: Scene, path: Path, **options: Any) -> bytes:
    return Replay(scene).save(path, **options).read_bytes()


# ---------------------------------------------------------------- what each ending gives
STARTS = {".html": b"<!doctype html>", ".svg": b"<?xml", ".png": b"\x89PNG", ".pdf": b"%PDF",
          ".gif": b"GIF89a", ".json": b'{"format":1'}  # fmt: skip


@pytest.mark.parametrize("ending", STARTS)
@pytest.mark.parametrize("make", [diamond, nothing])
def test_each_ending_gives_such_a_file(make: Callable[[], Scene], ending: str, tmp_path: Path) -> None:
    assert save(make(), tmp_path / f"a{ending}").startswith(STARTS[ending])
    assert os.listdir(tmp_path) == [f"a{ending}"]


def test_a_path_may_be_text_and_its_ending_in_capitals(tmp_path: Path) -> None:
    made = Replay(diamond()).save(f"{tmp_path}/STEPS.SVG")
    assert made == tmp_path / "STEPS.SVG" and "<svg" in made.read_text()


def test_another_ending_is_told_those_that_work(tmp_path: Path) -> None:
    for name in ("steps.doc", "steps", "steps.html.zip"):
        with pytest.raises(ValueError, match=r"\.html, \.svg, \.png, \.pdf, \.gif, \.mp4, \.json"):
            Replay(diamond()).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", [".svg", ".png", ".pdf"])
def test_a_picture_is_of_the_step_that_was_asked_for(ending: str, tmp_path: Path) -> None:
    scene = diamond()
    first, last, end = (save(scene, tmp_path / f"{k}{ending}", step=k) for k in (0, 8, -1))
    assert first != last == end
    with pytest.raises(IndexError, match="step 9: this recording has 9 steps"):
        save(scene, tmp_path / f"none{ending}", step=9)
    assert not (tmp_path / f"none{ending}").exists()


def test_a_picture_says_what_it_is_of(tmp_path: Path) -> None:
    title = "Graph of z.backward(): 3 nodes, 9 steps"
    tree = ElementTree.fromstring(save(diamond(), tmp_path / "a.svg"))
    assert tree.findtext("{http://www.w3.org/2000/svg}title") == title
    save(diamond(), tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.info["Title"] == title


@pytest.mark.parametrize("ending", [".html", ".gif", ".mp4", ".json"])
def test_what_holds_all_steps_takes_no_step(ending: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="every step is in it"):
        save(diamond(), tmp_path / f"a{ending}", step=3)


def test_a_gif_has_a_frame_a_step_and_says_how_far_it_is(tmp_path: Path, capsys: Any) -> None:
    scene = diamond()
    save(scene, tmp_path / "steps.gif")
    with Image.open(tmp_path / "steps.gif") as moving:
        assert moving.n_frames == len(scene["steps"]) == 9
        assert moving.info["duration"] == 1000
        assert max(moving.size) <= files.LONGEST
        frames = []
        for k in range(9):
            moving.seek(k)
            frames.append(np.asarray(moving.convert("L")))
    assert all((one != other).any() for one, other in itertools.pairwise(frames))
    assert "steps.gif: " in capsys.readouterr().err


def test_a_film_is_made_by_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="imageio-ffmpeg is not installed")
    (tmp_path / "ffmpeg").symlink_to(imageio_ffmpeg.get_ffmpeg_exe())
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    scene = diamond()
    save(scene, tmp_path / "steps.mp4")
    command = [tmp_path / "ffmpeg", "-i", tmp_path / "steps.mp4", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert "Video: h264" in told
    assert re.findall(r"frame= *(\d+)", told)[-1] == str(len(scene["steps"]))


def test_without_ffmpeg_a_film_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match=r"ffmpeg.*not on this machine.*Install it.*\.gif"):
        save(diamond(), tmp_path / "steps.mp4")
    assert not list(tmp_path.iterdir())


# ---------------------------------------------------------------- whole or not at all
def test_a_file_that_could_not_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "steps.gif"
    save(diamond(), path)
    old, drawn = path.read_bytes(), figure.draw

    def fails(scene: Scene, step: int, *ax: Any) -> Any:
        if step == 5:
            raise MemoryError
        return drawn(scene, step, *ax)

    monkeypatch.setattr(figure, "draw", fails)
    with pytest.raises(MemoryError):
        save(seed(), path)
    assert path.read_bytes() == old
    assert os.listdir(tmp_path) == ["steps.gif"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*missing"):
        save(diamond(), tmp_path / "missing" / "steps.html")


def test_others_may_read_the_file(tmp_path: Path) -> None:
    (tmp_path / "ordinary").touch()
    save(diamond(), tmp_path / "steps.html")
    ordinary, saved = (stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("ordinary", "steps.html"))
    assert saved == ordinary


# ---------------------------------------------------------------- the same each time, and light
@pytest.mark.parametrize("ending", [".html", ".svg", ".json", ".png", ".pdf"])
def test_the_same_recording_gives_the_same_bytes(ending: str, tmp_path: Path) -> None:
    scene = seed()
    assert save(scene, tmp_path / f"one{ending}") == save(scene, tmp_path / f"two{ending}")
    assert save(scene, tmp_path / f"three{ending}") == save(seed(), tmp_path / f"four{ending}")


def test_a_page_of_fifty_nodes_is_light(tmp_path: Path) -> None:
    assert len(save(fifty(), tmp_path / "fifty.html")) <= 300_000


# ---------------------------------------------------------------- and back again
@pytest.mark.parametrize("make", [*RECORDINGS, fifty], ids=lambda make: make.__name__)
def test_a_recording_comes_back_as_it_was(make: Callable[[], Scene], tmp_path: Path) -> None:
    scene = make()
    again = lab.load(Replay(scene).save(tmp_path / "steps.json"))
    assert again.scene == scene
    assert again.table() == Replay(scene).table()
    assert len(again.steps) == len(scene["steps"])
    for ending in (".html", ".svg", ".json"):
        assert save(again.scene, tmp_path / f"again{ending}") == save(scene, tmp_path / f"first{ending}")


def test_a_recording_with_a_flag_comes_back(tmp_path: Path) -> None:
    with lab.record() as rec:
        x = lab.tensor(0.0, requires_grad=True)
        (x.sqrt() * 0).backward()
    assert ["flag", "n0", "NaN"] in [effect for step in rec.steps for effect in step["effects"]]
    assert lab.load(rec.save(tmp_path / "steps.json")).scene == rec.scene


def test_what_comes_back_can_be_shown_and_drawn(tmp_path: Path, capsys: Any) -> None:
    rec = Replay(diamond())
    again = lab.load(rec.save(tmp_path / "steps.json"))
    again.show()
    assert capsys.readouterr().out.strip() == rec.table()
    assert again.draw(3).axes
    assert list(again.graph.edges(keys=True)) == list(rec.graph.edges(keys=True))
    assert repr(again) == "<Replay: 3 nodes, 9 steps>"


def changed(path: tuple[Any, ...], value: Any) -> Scene:
    scene = copy.deepcopy(seed())
    place = scene
    for part in path[:-1]:
        place = place[part]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return scene


BROKEN = [
    ("format",), ("steps",), ("steps", 0, "say"), ("nodes", "n0"), ("edges", "n0>n2.0"), ("values", "v0"),
    ("layout", "nodes", "n0"), ("layout", "edges", "n0>n2.0"), ("layout", "edges", "n0>n2.0", "label"),
]  # fmt: skip
WRONG: list[tuple[tuple[Any, ...], Any]] = [
    (("format",), "1"), (("steps", 2, "line"), 99), (("steps", 2, "span"), [99, 0, 1]), (("result",), "n99"),
    (("steps", 2, "node"), "n99"), (("steps", 2, "edge"), "gone"),
    (("steps", 2, "effects"), [["value", "n99", "v0"]]), (("steps", 2, "effects"), [["value", "n0", "v99"]]),
    (("steps", 2, "say"), "that is {v99}"), (("layout", "size"), ["a", "b"]),
    (("steps", 2, "formula", 0, "rows", 0, 0), {"m": ["mrow", {"v": "v99"}]}),
    (("steps", 2, "formula", 0, "rows", 0, 0), {"m": ["script", "alert(1)"]}),
    (("variables", 0, "nodes"), ["n99"]), (("steps", 2, "kind"), "surprise"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), [*((path, None) for path in BROKEN), *WRONG])
def test_a_broken_recording_is_refused_in_a_sentence(path: Any, value: Any, tmp_path: Path) -> None:
    file = tmp_path / "steps.json"
    file.write_text(json.dumps(changed(path, value)))
    with pytest.raises(ValueError, match=r"steps\.json' is not a whole recording: .*Save it again") as told:
        lab.load(file)
    assert len(str(told.value)) < 300 + len(str(file))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"format": true}',
        b'{"format": 1, "x": NaN}',
    ],
)
def test_what_is_no_recording_is_refused_too(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "steps.json").write_bytes(text)
    with pytest.raises(ValueError, match="is not a whole recording"):
        lab.load(tmp_path / "steps.json")


def test_a_formula_nested_without_end_is_refused(tmp_path: Path) -> None:
    text = json.dumps(changed(("steps", 2, "formula", 0, "rows", 0, 0), {"m": "HERE"}))
    deep = text.replace('"HERE"', '["mrow",' * 400 + '["mi", "a"]' + "]" * 400)
    (tmp_path / "steps.json").write_text(deep)
    with pytest.raises(ValueError, match="is not a whole recording"):
        lab.load(tmp_path / "steps.json")


def test_words_from_a_file_are_put_in_and_not_obeyed(tmp_path: Path) -> None:
    words = {"page": "{name} {name.__class__} {name:>99999999} {gone}"}
    page = save(changed(("words",), seed()["words"] | words), tmp_path / "a.html").decode()
    assert "<h1>z.backward() {name.__class__} {name:&gt;99999999} {gone}</h1>" in page


def test_a_word_that_an_older_recording_lacks_is_there(tmp_path: Path) -> None:
    save(changed(("words", "page"), None), tmp_path / "a.json")
    assert lab.load(tmp_path / "a.json").scene == seed()


def test_a_newer_recording_says_to_upgrade(tmp_path: Path) -> None:
    (tmp_path / "steps.json").write_text(json.dumps(changed(("format",), 2)))
    with pytest.raises(
        ValueError, match=r"newer autograd_lab \(format 2; .* up to 1\).*pip install --upgrade"
    ):
        lab.load(tmp_path / "steps.json")


def test_the_schema_is_one() -> None:
    files._schema().check_schema(json.loads(files.SCHEMA.read_text()))


@pytest.mark.parametrize("name", [*HOSTILE, *MARKUP])
def test_a_saved_picture_shows_names_as_text(name: str, tmp_path: Path) -> None:
    scene, real = renamed(diamond(), name), ElementTree.fromstring(save(diamond(), tmp_path / "real.svg"))
    tree = ElementTree.fromstring(save(scene, tmp_path / "a.svg"))
    assert {element.tag for element in tree.iter()} <= {element.tag for element in real.iter()}
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
    texts = [element.text or "" for element in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert shortened(plain(name).strip(), [text.strip() for text in texts])
    for ending in (".pdf", ".png"):
        assert save(scene, tmp_path / f"a{ending}").startswith(STARTS[ending])


# ---------------------------------------------------------------- groups
def grouped() -> dict[str, Any]:
    with lab.record() as rec:
        y = lab.tensor(1.0, requires_grad=True)
        for _ in range(40):
            y = y * 2 + 1
    return json.loads(json.dumps(rec.scene))


def test_groups_come_back(tmp_path: Path) -> None:
    scene = grouped()
    (tmp_path / "folded.json").write_text(json.dumps(scene))
    again = lab.load(tmp_path / "folded.json")
    assert again.scene == scene and scene["groups"]
    assert set(again.graph.nodes) == set(scene["nodes"])


@pytest.mark.parametrize("broken", ["twice", "circle", "inside", "box"])
def test_groups_that_are_none_are_refused(broken: str, tmp_path: Path) -> None:
    scene = grouped()
    first = next(group for group in scene["groups"] if group != "all")
    if broken == "twice":
        scene["groups"]["all"]["members"].append(scene["groups"][first]["members"][0])
    elif broken == "circle":
        scene["groups"][first]["members"].append("all")
    elif broken == "inside":
        scene["groups"][first]["inside"] = 99
    else:
        scene["insides"][0]["nodes"].pop()
    (tmp_path / "broken.json").write_text(json.dumps(scene))
    with pytest.raises(ValueError, match="is not a whole recording"):
        lab.load(tmp_path / "broken.json")
