"""``record()`` and what it returns: one recording, with every way to look at it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .story import names, recording, scene, source
from .story.graph import build
from .story.log import LIMIT

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


NO_QUESTION = (
    "Nothing to predict here: a step can ask where its numbers are few enough to be written out, "
    "and none of those chosen is."
)


class Record:
    """Listens to everything that happens in its ``with`` block, and shows it afterwards.

    Args:
        limit: how many operations are kept; the code itself always runs to its end.

    >>> import autograd_lab as lab
    >>> with lab.record() as rec:
    ...     x = lab.tensor(3.0, requires_grad=True)
    ...     (x * x).backward()
    >>> [step["kind"] for step in rec.steps]
    ['leaf', 'op', 'seed', 'flow', 'flow', 'store']
    """

    def __init__(self, limit: int = LIMIT) -> None:
        if limit < 1:
            raise ValueError(f"limit={limit}: a recording needs room for at least one operation")
        self._recording = recording.Recording(limit)
        self.stepper: Any = None  # the one shown last

    def __enter__(self) -> Record:
        frame = sys._getframe(1)
        file = frame.f_code.co_filename
        return self._begin(file, source.with_block(file, frame.f_lineno), frame)

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._recording.stop(error, sys._getframe(1).f_locals)

    def _begin(self, file: str, lines: tuple[int, int] | None, top: Any = None) -> Record:
        self._recording.file, self._recording.lines = file, lines
        self._recording.start(top)
        return self

    # ------------------------------------------------------------------ the story as data
    @cached_property
    def scene(self) -> scene.Scene:
        """Everything a picture of it needs, as plain JSON-ready data."""
        return scene.make(self._recording)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps in order; each says what happened (``kind``), where, and why."""
        return list(self.scene["steps"])

    @cached_property
    def graph(self) -> nx.MultiDiGraph:
        """The graph: a node a Variable, an edge a use of it, with what the pictures show as attributes.

        Nodes carry ``label``, ``note``, ``kind``, ``pos``, and as text their ``value`` and ``gradient``;
        edges their ``contribution``: as they are after the last step, and None where there is none.
        """
        from .faces.moment import moment
        from .faces.scene_text import value_text

        graph, end = build(self._recording, names.Names(self._recording)), moment(self.scene)
        for node, data in graph.nodes(data=True):
            x, y, wide, tall = self.scene["layout"]["nodes"][node]
            value, gradient = end.value(node), end.gradient(node)
            data["pos"] = (x + wide / 2, -(y + tall / 2))
            data["value"] = value_text(value) if value else None
            data["gradient"] = value_text(gradient) if gradient else None
        for *_, edge, data in graph.edges(keys=True, data=True):
            sent = end.contribution(edge)
            data["contribution"] = value_text(sent) if sent else None
        return graph

    @property
    def operations(self) -> int:
        """How many operations were recorded."""
        return self._recording.operations

    # ------------------------------------------------------------------ ways to look at it
    def table(self) -> str:
        """The steps as a text table, one a row; ``print(rec)`` shows the same."""
        from .faces import text

        return text.table(self.scene)

    def __repr__(self) -> str:
        return f"<Record: {self.scene['text']}>"

    def __str__(self) -> str:
        return self.table()

    def show(self, predict: bool | str | Sequence[str] | None = None) -> None:
        """The stepper, in a notebook; elsewhere the table is printed.

        Args:
            predict: steps that ask for their result before they show it: ``"flow"``, what each edge brings;
                ``"store"``, each ``.grad`` that is written; a name, that Variable's gradient; a list of
                those; True, what arrives at each Variable with a name, and what ``.grad`` adds up.

        Raises ValueError for a name that is not in the cell. What was answered is in ``stepper.answers``.
        """
        scene = self._scene(predict)
        if not in_notebook():
            print(self)
            return
        from IPython.display import display

        from .faces import picture
        from .faces.stepper import Stepper

        if predict and not any("ask" in step for step in scene["steps"]):
            print(NO_QUESTION)
        self.stepper = Stepper(scene, picture.svg(scene, _before_asking(scene)))
        display(self.stepper)  # type: ignore[no-untyped-call]

    def _scene(self, predict: bool | str | Sequence[str] | None) -> dict[str, Any]:
        return scene.make(self._recording, predict) if predict else self.scene

    def draw(self, step: int = -1, ax: Axes | None = None) -> Figure:
        """One step as a matplotlib figure. Raises IndexError where there is no such step."""
        from .faces import figure

        return figure.draw(self.scene, step, ax)

    def save(self, path: str | Path, predict: bool | str | Sequence[str] | None = None) -> Path:
        """One self-contained HTML page that can be stepped through with no kernel and no network.

        ``predict`` is as in :meth:`show`. Raises ValueError for another ending than ``.html``.
        """
        from .faces import page

        path = Path(path)
        if path.suffix not in (".html", ".htm"):
            raise ValueError(f"save({str(path)!r}): give the file an ending of .html")
        path.write_text(page.html(self._scene(predict)), encoding="utf-8")
        return path


def _before_asking(made: scene.Scene) -> int:
    """The last step that gives no answer away."""
    return next((k for k, step in enumerate(made["steps"]) if "hidden" in step), 0) - 1


def record(limit: int = LIMIT) -> Record:
    """Record what happens in a ``with`` block: ``with lab.record() as rec:``; see :class:`Record`."""
    return Record(limit)


def in_notebook() -> bool:
    """Whether a Jupyter kernel is running this, and not a script or a terminal."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")
