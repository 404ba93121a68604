"""The faces that need no browser, on real recordings: the table, the picture, the figure, the saved page."""

from __future__ import annotations

import copy
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import autograd_lab as lab
from autograd_lab import recorder
from autograd_lab.faces import assets, figure, look, page, picture, scene_text, text
from autograd_lab.faces.moment import moment

Scene = dict[str, Any]
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!--<script>",
    "-->",
    "]]>",
    "</style><style>*{display:none}",
    "</title></svg><svg onload=alert(1)>",
    "</noscript><b>",
    "&lt;b&gt;",
    "&amp;&#60;b&#62;",
    "\"' onmouseover='alert(1)",
    "{0}{key}{{x}}%s%(x)s",
    "$\\frac{1}{$",
    "\\u003c\\x3cb\\n",
    "\u2028\u2029\u0085",
    "\u202eright to left\u2066",
    "\x1b[31m\x00\x07\x7f",
    "\ud800 alone",
    "d['a\nb\r\n\tc']",
    "x" * 500,
    "javascript:alert(1)",
]


def seed() -> Scene:
    with lab.record() as rec:
        a = lab.tensor([5.0, 4.0], requires_grad=True)
        b = lab.tensor([6.0, 8.0])
        y = a**2 + 5 * b
        z = y.mean()
        z.backward()
    return rec.scene


def diamond() -> Scene:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        y = x * x
        z = y + x
        z.backward()
    return rec.scene


def twice() -> Scene:
    with lab.record() as rec:
        w = lab.tensor(1.0, requires_grad=True)
        for _ in range(2):
            loss = (w * 2 - 3) ** 2
            loss.backward()
    return rec.scene


def big() -> Scene:
    with lab.record() as rec:
        weight = lab.tensor([[0.1 * k - 1 + j for k in range(16)] for j in range(2)], requires_grad=True)
        x = lab.tensor([[0.6, -0.4]])
        loss = (x @ weight).tanh().mean()
        loss.backward()
    return rec.scene


def failed() -> Scene:
    with pytest.raises(RuntimeError), lab.record() as rec:
        p = lab.tensor([1.0, 2.0], requires_grad=True)
        q = lab.tensor([1.0, 2.0, 3.0])
        p + q
    return rec.scene


def many() -> Scene:
    with lab.record() as rec:
        x = lab.tensor(0.5, requires_grad=True)
        t = x
        for _ in range(70):
            t = t * 1.01
        t.backward()
    return rec.scene


def nothing() -> Scene:
    with lab.record() as rec:
        pass
    return rec.scene


RECORDINGS = [seed, diamond, twice, big, failed, many, nothing]


@pytest.fixture(scope="module", params=RECORDINGS, ids=lambda make: make.__name__)
def scene(request: pytest.FixtureRequest) -> Scene:
    return request.param()


def moments(scene: Scene) -> list[int]:
    """Some steps of a long recording, all of a short one."""
    count = len(scene["steps"])
    return sorted({*range(0, count, max(1, count // 12)), count - 1}) if count else [-1]


def words(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def drawn(shown: Figure) -> list[str]:
    (ax,) = shown.axes
    return [*(label.get_text() for label in ax.texts), *ax.get_title(loc="left").split("\n")]


def shortened(name: str, shown: list[str]) -> bool:
    return any(name == word or (word.endswith("…") and name.startswith(word[:-1])) for word in shown)


def renamed(scene: Scene, name: str) -> Scene:
    """The same recording, had its user thought of this name."""
    scene = copy.deepcopy(scene)
    said = name.replace("{", "{{").replace("}", "}}")
    scene["name"] = name
    for node in scene["nodes"].values():
        node["label"] = name
        node.update({slot: f"{name}.grad" for slot in ("grad", "so_far") if slot in node})
    for variable in scene["variables"]:
        variable["name"] = name
    for line in scene["lines"]:
        line["text"] = f"{name} = 1"
    for step in scene["steps"]:
        step.update(title=name, say=f"`{said}` is here.")
        for equation in step["formula"]:
            equation["rows"] = [[{"m": ["mtext", name]}]]
    return scene


# ---------------------------------------------------------------- reading a Scene
def test_the_state_is_what_the_effects_up_to_there_say(scene: Scene) -> None:
    replayed: dict[str, dict[str, str | None]] = {
        "value": {},
        "grad": {},
        "edge": {},
        "store": {},
        "flag": {},
    }
    for k, step in enumerate(scene["steps"]):
        for what, which, key in step["effects"]:
            replayed[what][which] = key
        known = {what: {i: key for i, key in of.items() if key is not None} for what, of in replayed.items()}
        state = scene_text.state_at(scene, k)
        assert {what: state[what] for what in known} == known
        assert scene_text.state_at(scene, k - len(scene["steps"])) == state


def test_what_is_cleared_is_forgotten() -> None:
    steps = [{"effects": [["grad", "n", "v0"], ["store", "n", "v0"]]}, {"effects": [["store", "n", None]]}]
    assert scene_text.state_at({"steps": steps}, 0)["store"] == {"n": "v0"}
    assert scene_text.state_at({"steps": steps}, 1)["store"] == {}


@pytest.mark.parametrize("draw", [scene_text.state_at, picture.svg, figure.draw])
def test_a_step_that_is_not_there_is_named(draw: Callable[[Scene, int], object]) -> None:
    scene = diamond()
    for step in (len(scene["steps"]), -len(scene["steps"]) - 1):
        with pytest.raises(IndexError, match=f"step {step}: this recording has 9 steps, from 0 to 8"):
            draw(scene, step)


@pytest.mark.parametrize("draw", [picture.svg, lambda s, k: "\n".join(drawn(figure.draw(s, k)))])
def test_a_second_pass_says_so_far_until_it_is_stored(draw: Callable[[Scene, int], str]) -> None:
    scene = twice()
    (leaf,) = [node for node, data in scene["nodes"].items() if data["learns"]]
    arrives, stores = [
        max(k for k, step in enumerate(scene["steps"]) if [what, leaf] in [e[:2] for e in step["effects"]])
        for what in ("grad", "store")
    ]
    assert "so far" in draw(scene, arrives)
    assert "so far" not in draw(scene, stores)
    assert "−8" in draw(scene, stores)


# ---------------------------------------------------------------- the table
def test_the_table_has_a_row_a_step() -> None:
    scene = seed()
    head, rule, *rows = text.table(scene).splitlines()
    assert head.split() == ["step", "phase", "what", "how", "line"]
    assert set(rule) == {"─", " "}
    assert [row.split()[0] for row in rows] == [str(k + 1) for k in range(len(scene["steps"]))]
    first = int(rows[0].split()[-1])
    assert [int(row.split()[-1]) - first for row in rows] == [0, 1, 2, 2, 2, 3, 4, 4, 4, 4, 4]
    assert "[0.5, 0.5] × [10, 8] = [5, 4]" in rows[9]


def test_the_table_adds_up_what_accumulates() -> None:
    rows = text.table(diamond()).splitlines()
    assert ["; 1 + 3 = 4 " in row or "; 4 + 3 = 7 " in row for row in rows[-3:]] == [True, True, False]
    assert "-4 + -4 = -8" in text.table(twice())


def test_the_table_raises_what_is_negative_to_a_power() -> None:
    assert "(-1)^2 = 1" in text.table(twice())


def test_the_table_of_any_recording_fits(scene: Scene) -> None:
    rows = text.table(scene).splitlines()
    assert len(rows) == len(scene["steps"]) + 2 if scene["steps"] else rows == ["No step was recorded."]
    assert max(map(len, rows)) <= 106
    assert all(row == row.rstrip() for row in rows)


def test_the_range_of_a_big_result_is_in_the_table() -> None:
    assert re.search(r"\(2, 16\) → \(2, 16\) min -?[\d.]+, mean -?[\d.]+, max -?[\d.]+  ", text.table(big()))


def test_the_table_says_what_went_wrong() -> None:
    assert text.table(failed()).splitlines()[-1].split()[1] == "error"


# ---------------------------------------------------------------- the picture
def test_the_picture_shows_every_name_and_value(scene: Scene) -> None:
    for step in moments(scene):
        svg = picture.svg(scene, step)
        shown, told = words(svg), ElementTree.fromstring(svg).findtext(f"{SVG}desc") or ""
        at = moment(scene, step)
        for node, data in at.scene["nodes"].items():
            assert shortened(data["label"], shown)
            assert data["label"] in told
            value = at.value(node)
            words_of_value = scene_text.typeset(scene_text.value_text(value)) if value else "–"
            assert words_of_value in (told if value and "heat" in value else shown)


def test_the_picture_is_drawn_with_plain_shapes_and_fetches_nothing(scene: Scene) -> None:
    svg = picture.svg(scene)
    tree = ElementTree.fromstring(svg)
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} <= {
        "svg", "title", "desc", "rect", "path", "text",
    }  # fmt: skip
    named = {name for element in tree.iter() for name in element.attrib}
    assert not named & {"id", "class", "style", "href"}
    assert not [name for name in named if name.startswith("on")]
    assert "url(" not in svg and "var(" not in svg and svg.count("http") == 1
    assert tree.get("role") == "img" and tree.findtext(f"{SVG}title")


def test_the_picture_is_as_large_as_it_says(scene: Scene) -> None:
    tree = ElementTree.fromstring(picture.svg(scene))
    wide, tall = scene["layout"]["size"]
    assert tree.get("viewBox") == f"0 0 {tree.get('width')} {tree.get('height')}"
    assert float(tree.get("width", 0)) == max(wide, 480)
    assert float(tree.get("height", 0)) > tall


def test_words_stay_on_their_card(scene: Scene) -> None:
    for card in ElementTree.fromstring(picture.svg(scene)).findall(f"{SVG}svg"):
        x, y, w, h = (float(card.get(name, "nan")) for name in ("x", "y", "width", "height"))
        for word in card.findall(f"{SVG}text"):
            size, at = float(word.get("font-size", 0)), float(word.get("x", 0))
            long = len(word.text or "") * size * 0.6
            left = {"end": at - long, "middle": at - long / 2}.get(word.get("text-anchor", ""), at)
            assert x <= left and left + long <= x + w
            assert y <= float(word.get("y", 0)) - size * 0.8 and float(word.get("y", 0)) <= y + h


def test_a_gradient_stands_on_each_edge_that_it_flowed_along() -> None:
    scene = diamond()
    flowed = 0
    for k, step in enumerate(scene["steps"]):
        flowed += step["kind"] == "flow"
        tree = ElementTree.fromstring(picture.svg(scene, k))
        on_edges = [word for word in tree.findall(f"{SVG}text") if word.get("text-anchor") == "middle"]
        assert len(on_edges) == flowed
    assert flowed == 4


def test_backward_turns_an_edge_round() -> None:
    scene = seed()
    last_edge = scene["layout"]["edges"][list(scene["edges"])[-1]]["points"]
    forward, backward = (
        [p.get("d", "") for p in ElementTree.fromstring(picture.svg(scene, k)).findall(f"{SVG}path")]
        for k in (5, -1)
    )
    result, other = last_edge[-1][0] - 4, last_edge[0][0]
    assert any(d.startswith(f"M{result:g} ") and "L" in d for d in forward)
    assert any(d.startswith(f"M{other:g} ") and "L" in d for d in backward)


def test_what_no_gradient_reaches_is_dashed_once_gradients_flow() -> None:
    scene = seed()
    fixed = sum(not edge["reached"] for edge in scene["edges"].values())
    dashed = [
        sum(p.get("stroke-dasharray") is not None for p in tree.findall(f"{SVG}path"))
        for tree in (ElementTree.fromstring(picture.svg(scene, k)) for k in (4, -1))
    ]
    assert dashed == [0, fixed] and fixed == 2


def test_a_failed_operation_is_marked_with_a_cross_and_a_word() -> None:
    assert any(word.startswith("× ") and "failed" in word for word in words(picture.svg(failed())))


# ---------------------------------------------------------------- the figure
def test_the_figure_says_what_the_picture_says(scene: Scene) -> None:
    for step in moments(scene)[-3:]:
        said = (
            scene_text.fill(scene["steps"][step]["say"], scene, typed=True)
            if scene["steps"]
            else "No step was"
        )
        shown = drawn(figure.draw(scene, step))
        tree = ElementTree.fromstring(picture.svg(scene, step))
        for word in tree.iterfind(f"{SVG}svg/{SVG}text"):
            assert word.text in shown
        assert said[:30] in " ".join(shown)


def test_the_figure_s_arrows_run_from_card_to_card() -> None:
    scene = diamond()
    (ax,) = figure.draw(scene).axes
    ends = [edge["points"][0] for edge in scene["layout"]["edges"].values()]
    arrows = [patch for patch in ax.patches if type(patch).__name__ == "FancyArrowPatch"]
    assert len(arrows) == len(scene["edges"]) == 4
    to_layout = ax.transData.inverted()
    starts = {
        (round(float(x), 1), round(-float(y), 1))
        for x, y in (
            to_layout.transform(arrow.get_connectionstyle()((0, 0), (1, 1)).vertices[0]) for arrow in arrows
        )
    }
    assert starts == {(round(float(x), 1), round(float(y), 1)) for x, y in ends}


def test_the_figure_draws_into_given_axes() -> None:
    given = Figure()
    left, right = given.subplots(1, 2)
    assert figure.draw(seed(), 3, right) is given
    assert right.texts and not left.texts
    assert "5 * b" in right.get_title(loc="left").split("\n")[0]


def test_the_figure_of_a_long_recording_stays_of_a_size_that_can_be_saved() -> None:
    wide, tall = figure.draw(many()).get_size_inches()
    assert wide <= 60 and tall <= 60


def test_the_title_of_a_wide_figure_can_be_read() -> None:
    """However wide it is: some hundred characters of its title would fill it."""
    for scene in (diamond(), many()):
        shown = figure.draw(scene)
        (ax,) = shown.axes
        (head,) = [text for text in ax.findobj(Text) if text.get_text() == ax.get_title(loc="left")]
        assert 40 < shown.get_size_inches()[0] * 72 / head.get_size() < 125
        shown.canvas.draw()
        title, whole = head.get_window_extent(), shown.bbox
        assert whole.x0 <= title.x0 and title.x1 <= whole.x1 and title.y1 <= whole.y1
        assert title.y0 >= ax.get_window_extent().y1


def test_an_animation_has_every_step(tmp_path: Any) -> None:
    scene = diamond()
    moving = figure.animation(scene, interval=200)
    moving.save(tmp_path / "steps.gif", writer="pillow", dpi=30)
    (ax,) = moving._fig.axes  # type: ignore[attr-defined]
    assert ax.get_title(loc="left").startswith(f"Step {len(scene['steps'])} of {len(scene['steps'])} ")


# ---------------------------------------------------------------- the page
class Reader(HTMLParser):
    """The tags of a page, their attributes, and the text inside scripts and table cells."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.names: list[str] = []
        self.inside: dict[str, list[str]] = {}
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.inside.setdefault(self.tags[-1] if self.tags else "", []).append(data)


def read(source: str) -> str:
    """What a page says where there are no scripts: its text, without code."""
    return " ".join(re.findall(r">([^<]+)<", re.sub(r"(?s)<(script|style).*?</\1>", "", source)))


def scripts(source: str) -> list[str]:
    return re.findall(r"<script[^>]*>(.*?)</script", source, re.DOTALL | re.IGNORECASE)


def test_the_page_holds_the_whole_scene(scene: Scene) -> None:
    data, module = scripts(page.html(scene))
    assert json.loads(data) == scene
    assert "function mount(" in module
    assert module.rstrip().splitlines()[-1].startswith('mount(document.getElementById("stepper")')


def test_the_page_fetches_nothing() -> None:
    source = page.html(seed())
    assert "default-src 'none'" in source
    assert not {"src", "href", "action", "srcset"} & set(Reader(source).names)
    known = {
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1998/Math/MathML",
    }
    assert set(re.findall(r"https?://[^\"'\s)]+", source)) <= known
    assert "@import" not in source and "url(" not in source


def test_the_page_reads_without_scripts(scene: Scene) -> None:
    reader = Reader(page.html(scene))
    assert reader.tags.count("tr") == len(scene["steps"]) + 1
    cells = reader.inside.get("td", [])
    for step in scene["steps"]:
        assert step["title"] in cells


def test_a_module_cannot_end_its_own_script() -> None:
    assert "</script" not in page.inline("a('</script>') + b('</SCRIPT >')").lower()
    assert "<!--" not in page.inline("a('<!--<script>')")


# ---------------------------------------------------------------- names that mean harm
@pytest.mark.parametrize("name", HOSTILE, ids=[f"name{k}" for k in range(len(HOSTILE))])
def test_names_are_text_in_every_face(name: str) -> None:
    real = seed()
    scene = renamed(real, name)

    tree = ElementTree.fromstring(picture.svg(scene))
    assert [element.tag for element in tree.iter()].count(f"{SVG}svg") == 1 + len(scene["nodes"])
    assert {element.tag.removeprefix(SVG) for element in tree.iter()} <= {
        "svg", "title", "desc", "rect", "path", "text",
    }  # fmt: skip
    assert scene_text.plain(name) in (tree.findtext(f"{SVG}desc") or "")

    source = page.html(scene)
    source.encode("utf-8")
    assert Reader(source).tags == Reader(page.html(real)).tags
    assert Reader(source).names == Reader(page.html(real)).names
    assert json.loads(scripts(source)[0]) == scene

    rows = text.table(scene).split("\n")
    assert len(rows) == len(scene["steps"]) + 2
    assert all(row.isprintable() for row in rows)
    assert max(map(len, rows)) <= 106

    shown = figure.draw(scene)
    shown.canvas.draw()
    assert shortened(scene_text.plain(name), drawn(shown))


def test_a_name_from_real_code_is_text_too() -> None:
    with lab.record() as rec:
        d = {"<b>&": lab.tensor(2.0, requires_grad=True)}
        d["<b>&"].exp().backward()
    assert "<b>" not in picture.svg(rec.scene)
    assert "<b>" not in page.html(rec.scene)


# ---------------------------------------------------------------- the same every time, and light
@pytest.mark.parametrize("make", RECORDINGS, ids=lambda make: make.__name__)
def test_the_same_code_gives_the_same_faces(make: Callable[[], Scene]) -> None:
    one, other = make(), make()
    assert text.table(one) == text.table(other)
    assert picture.svg(one) == picture.svg(other)
    assert page.html(one) == page.html(other)
    assert drawn(figure.draw(one)) == drawn(figure.draw(other))


def test_faces_load_no_more_than_they_need() -> None:
    code = """if True:
        import json, sys
        from autograd_lab.faces import page, picture, text
        scene = json.load(sys.stdin)
        text.table(scene), picture.svg(scene), page.html(scene)
        heavy = {"matplotlib", "networkx", "ipywidgets", "anywidget", "IPython"} & set(sys.modules)
        assert not heavy, heavy
        from autograd_lab.faces import figure
        figure.draw(scene)
        from matplotlib import pyplot  # networkx loads it; it is to hold no figure of ours
        assert pyplot.get_fignums() == []
    """
    subprocess.run([sys.executable, "-c", code], input=json.dumps(seed()), text=True, check=True)


def test_the_parts_of_the_script_name_nothing_twice() -> None:
    """They are joined into one module, where a name said twice at the top would be an error."""
    names = re.findall(r"^(?:const|let|function|class) (\w+)", assets.script(), re.M)
    assert len(names) > 20
    assert len(names) == len(set(names))
    assert {path.stem for path in assets.FOLDER.glob("*.js")} == set(assets.PARTS)


def test_the_widget_says_shortly_what_was_predicted() -> None:
    widget = pytest.importorskip("autograd_lab.faces.stepper")
    with lab.record() as rec:
        a_very_long_name_that_goes_on_and_on_until_nobody_reads_it_any_more = lab.tensor(
            3.0, requires_grad=True
        )
        (a_very_long_name_that_goes_on_and_on_until_nobody_reads_it_any_more**2).backward()
    made = rec._asking("store")
    stepper = widget.Stepper(made, "")
    assert repr(stepper).endswith("; 0 of 1 predicted)")
    (asked,) = (k for k, step in enumerate(made["steps"]) if "ask" in step)
    stepper.answers = [{"step": asked, "tries": 1, "right": True, "shown": False}]
    assert repr(stepper).endswith("; 1 of 1 predicted)")
    assert len(repr(stepper)) <= 110
    assert "predicted" not in repr(widget.Stepper(rec.scene, ""))


def test_what_shows_no_widgets_gets_the_picture_and_the_text() -> None:
    widget = pytest.importorskip("autograd_lab.faces.stepper")
    with lab.record() as rec:
        (lab.tensor(3.0, requires_grad=True) ** 2).backward()
    data, _ = widget.Stepper(rec.scene, picture.svg(rec.scene))._repr_mimebundle_()
    assert list(data) == ["text/plain", "application/vnd.jupyter.widget-view+json", "image/svg+xml"]
    assert (
        data["text/plain"]
        == "Stepper((lab.tensor(3.0, requires_grad=True) ** 2).backward(): 2 nodes, 5 steps)"
    )
    drawn = ElementTree.fromstring(data["image/svg+xml"])
    assert drawn.tag.endswith("svg") and "6" in words(data["image/svg+xml"])


def test_the_still_picture_of_what_is_asked_gives_no_answer_away() -> None:
    with lab.record() as rec:
        x = lab.tensor(3.0, requires_grad=True)
        (x**2 * 7).backward()
    made = rec._asking("store")
    shown = picture.svg(made, recorder._before_asking(made))
    assert "42" in words(picture.svg(made))
    assert "42" not in " ".join(words(shown))


def test_where_no_step_can_ask_the_learner_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(recorder, "in_notebook", lambda: True)
    with lab.record() as rec:
        x = lab.tensor([0.5] * 40, requires_grad=True)
        (x * x).sum().backward()
    rec.show(predict="flow")
    assert capsys.readouterr().out.startswith("Nothing to predict here")
    rec.show()
    assert "predict" not in capsys.readouterr().out


def test_the_numbers_under_a_strip_keep_apart() -> None:
    with lab.record() as rec:
        h = lab.tanh(lab.tensor([[3.7, -0.3], [9.2, -1.8], [14.6, -3.3]]))
        h.sum()
    at = moment(rec.scene)
    for node in rec.scene["nodes"]:
        words = [part for part in look.card(at, node) if isinstance(part, look.Word) and part.kind == "stat"]
        share = {"start": 0, "middle": 0.5, "end": 1}
        ends = [
            (left, left + wide)
            for word in words
            for wide in [look.width(word.text, "stat")]
            for left in [word.x - share[word.anchor] * wide]
        ]
        assert all(one[1] + 5 <= other[0] for one, other in itertools.pairwise(ends))
