"""``record()`` and what it returns: one recording, with every way to look at it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import files
from .functions import saving
from .replay import Tape
from .story import leaves, recording, scene, source
from .story.log import LIMIT
from .story.words import say

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


Predict = bool | str | Sequence[str] | None


class Replay:
    """A recording, with every way to look at it; what :func:`load` opens again is one."""

    stepper: Any = None  # the one shown last

    def __init__(self, scene: scene.Scene) -> None:
        self.scene = scene

    # ------------------------------------------------------------------ the story as data
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
        import networkx as nx

        from .faces.moment import moment
        from .faces.scene_text import value_text
        from .story.place import everywhere

        flat = {**self.scene, "layout": {"nodes": everywhere(self.scene), "edges": self.scene["edges"]}}
        graph, end = nx.MultiDiGraph(), moment(flat)
        for node, data in self.scene["nodes"].items():
            x, y, wide, tall = flat["layout"]["nodes"][node]
            value, gradient = end.value(node), end.gradient(node)
            graph.add_node(
                node,
                **data,
                pos=(x + wide / 2, -(y + tall / 2)),
                value=value_text(value) if value else None,
                gradient=value_text(gradient) if gradient else None,
            )
        for edge, data in self.scene["edges"].items():
            sent = end.contribution(edge)
            contribution = value_text(sent) if sent else None
            graph.add_edge(data["from"], data["to"], edge, reached=data["reached"], contribution=contribution)
        return graph

    # ------------------------------------------------------------------ ways to look at it
    def table(self) -> str:
        """The steps as a text table, one a row; ``print(rec)`` shows the same."""
        from .faces import text

        return text.table(self.scene)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.scene['text']}>"

    def __str__(self) -> str:
        return self.table()

    def show(self, predict: Predict = None) -> None:
        """The stepper, in a notebook; elsewhere the table is printed.

        Args:
            predict: steps that ask for their result before they show it: ``"flow"``, what each edge brings;
                ``"store"``, each ``.grad`` that is written; a name, that Variable's gradient; ``"edge"``,
                which edge is next; ``"grad"``, which names get a gradient; a list of those; True, what
                arrives at each Variable with a name, and what ``.grad`` adds up.

        Raises ValueError for a name that is not in the cell. What was answered is in ``stepper.answers``.
        """
        scene = self._asking(predict)
        if not in_notebook():
            print(self)
            return
        from IPython.display import display

        from .faces import picture
        from .faces.stepper import Stepper, keep

        if predict and not any("ask" in step for step in scene["steps"]):
            print(say("no_question"))
        self.stepper = Stepper(scene, picture.svg(scene, _before_asking(scene)), self, predict)
        keep(self.stepper)
        display(self.stepper)  # type: ignore[no-untyped-call]

    def _asking(self, predict: Predict) -> dict[str, Any]:
        """The Scene in which those steps ask."""
        if predict:
            raise ValueError(
                "predict=: a saved recording asks what it was saved with: use save(…, predict=…)"
            )
        return self.scene

    def draw(self, step: int = -1, ax: Axes | None = None) -> Figure:
        """One step as a matplotlib figure. Raises IndexError where there is no such step."""
        from .faces import figure

        return figure.draw(self.scene, step, ax)

    def save(self, path: str | Path, step: int = -1, predict: Predict = None) -> Path:
        """Write it to a file to take along; the file's ending says as what. Returns the path.

        ========================  ==========================================================================
        ``.html``                 a page to step through, with no kernel and no network
        ``.svg`` ``.png`` ``.pdf``  a picture of one step: ``step``, the last unless told otherwise
        ``.gif`` ``.mp4``         all steps, one a second (``.mp4`` is made by ffmpeg)
        ``.json``                 the recording itself, for :func:`load`
        ========================  ==========================================================================

        ``predict`` is as in :meth:`show`. The file is written whole or not at all. Raises ValueError for
        another ending, FileNotFoundError where there is no such folder, IndexError where there is no such
        step, RuntimeError where ffmpeg is missing.

        >>> import tempfile
        >>> import autograd_lab as lab
        >>> with lab.record() as rec:
        ...     x = lab.tensor(3.0, requires_grad=True)
        ...     (x * x).backward()
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     rec.save(f"{folder}/square.svg", step=1).name
        'square.svg'
        """
        return files.save(self._asking(predict), path, step)


class Record(Replay):
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
        self._cell: Any = None  # what runs it again: a rerun.Cell, or a replay.Tape
        self._given: dict[tuple[str, int], Any] = {}  # other arrays for leaves
        self._like: scene.Scene | None = None  # the Scene before these were given

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

    @cached_property
    def scene(self) -> scene.Scene:  # type: ignore[override]
        """Everything a picture of it needs, as plain JSON-ready data."""
        self._prepare()
        return scene.make(self._recording, like=self._like)

    @property
    def operations(self) -> int:
        """How many operations were recorded."""
        return self._recording.operations

    def _asking(self, predict: Predict) -> dict[str, Any]:
        self._prepare()
        return scene.make(self._recording, predict, self._like) if predict else self.scene

    # ------------------------------------------------------------------ what if
    def what_if(self, values: dict[str, Any]) -> Record:
        """The same code, run again with other values for some leaves: a new recording.

        A cell under ``%%step`` runs in a copy of what it stood on, with the same random numbers. What it
        prints is not shown, and nothing in the notebook changes. Of a ``with record()`` block, and of a cell
        that can't be run again, the recorded operations run, but not the Python around them: an ``if`` is not
        taken anew.

        Args:
            values: by the leaf's name, numbers in the leaf's shape; its dtype stays.

        Raises ValueError for a name that no such leaf has, and for numbers in another shape; RuntimeError
        where neither can be, as with hooks, or where Python worked out numbers from Variables in between.

        >>> import autograd_lab as lab
        >>> with lab.record() as rec:
        ...     x = lab.tensor(3.0, requires_grad=True)
        ...     (x * x).backward()
        >>> rec.what_if({"x": 5.0}).graph.nodes["n0"]["gradient"]
        '10'
        """
        given = dict(self._given)
        for name, value in values.items():
            leaf = self._leaf(name)
            try:
                array = np.asarray(value).astype(np.asarray(leaf.value).dtype)
            except (TypeError, ValueError):
                raise ValueError(say("what_if_numbers", name=name, value=value)) from None
            if array.shape != np.shape(leaf.value):
                raise ValueError(say("what_if_shape", name=name, want=np.shape(leaf.value), got=array.shape))
            given[leaf.origin] = array
        return self._again(given)

    def probe(self, name: str, index: tuple[int, ...] = ()) -> leaves.Probe:
        """Nudge one number of a leaf both ways: the slope of the result beside the gradient of backward.

        Raises what :meth:`what_if` does, and ValueError where the code runs no backward pass.
        """
        leaf = self._leaf(name)

        def run(array: Any) -> recording.Recording:
            return self._run({**self._given, leaf.origin: array}, wide=array.dtype == np.float64)

        return leaves.probed(self._recording, leaf, index, run)

    def _prepare(self) -> None:
        """Find out how it can be run again: where its code can't be, the recorded operations are replayed."""
        again = self._recording.again
        if again is None or (again.why_not and not again.replayed):
            self._replay(again.why_not if again else "")

    def _replay(self, why: str) -> bool:
        """From now on replay the recorded operations; say ``why`` not where these can't be, either."""
        tape = Tape(self._recording)
        if not tape.why:
            self._cell = tape
        again = self._recording.again or recording.Again()
        why_not = (why or tape.why) if tape.why else ""
        self._recording.again = replace(again, why_not=why_not, replayed=True)
        return not tape.why

    def _run(self, given: dict[tuple[str, int], Any], wide: bool = False) -> recording.Recording:
        """Run the code again, or its operations where it turns out that the code can't be."""
        try:
            return self._cell.run(given, self._recording.limit, wide)  # type: ignore[no-any-return]
        except RuntimeError as error:
            if isinstance(self._cell, Tape) or not self._replay(str(error)):
                raise
        return self._cell.run(given, self._recording.limit, wide)  # type: ignore[no-any-return]

    def _leaf(self, name: str) -> Any:
        """The Thing of that name, or node, if it is a leaf that can be changed."""
        self._prepare()
        again = self._recording.again
        if again is None or again.why_not:
            raise RuntimeError(again and again.why_not)
        nodes = {node: data["label"] for node, data in self.scene["nodes"].items() if "edit" in data}
        found = next((node for node, label in nodes.items() if name in (node, label)), None)
        if found is None:
            raise ValueError(say("what_if_name", name=name, names=", ".join(nodes.values()) or "–"))
        return self._recording.things[found]

    def _again(self, given: dict[tuple[str, int], Any]) -> Record:
        made = Record(self._recording.limit)
        made._recording = self._run(given)
        made._cell, made._given = self._cell, given
        again = self._recording.again
        first = (again and again.first) or self._recording
        own = {thing.origin: thing.value for thing in first.things.values()}
        changed = frozenset(o for o, array in given.items() if o in own and (array != own[o]).any())
        replayed = isinstance(self._cell, Tape)
        made._recording.again = recording.Again(first=first, changed=changed, replayed=replayed)
        made._like = self.scene  # nothing moves under the learner's hand
        return made


def _before_asking(made: scene.Scene) -> int:
    """The last step that gives no answer away."""
    asking = [k for k, step in enumerate(made["steps"]) if "hidden" in step or "ask" in step]
    return max(0, asking[0] - 1) if asking else -1


def record(limit: int = LIMIT) -> Record:
    """Record what happens in a ``with`` block: ``with lab.record() as rec:``; see :class:`Record`."""
    return Record(limit)


def load(f: Any, map_location: Any = None, *, weights_only: bool = True) -> Any:
    """Open a recording that was saved as ``.json``: to look at, to step through, to save again.

    Any other file is one that ``save`` wrote, as PyTorch's does; for the other arguments, and what is raised
    there, see :func:`autograd_lab.functions.saving.load`.

    Raises FileNotFoundError where there is no such file, ValueError for what is no whole recording, or was
    saved by a newer autograd_lab.

    >>> import tempfile
    >>> import autograd_lab as lab
    >>> with lab.record() as rec:
    ...     x = lab.tensor(3.0, requires_grad=True)
    ...     (x * x).backward()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = lab.load(rec.save(f"{folder}/square.json"))
    >>> again
    <Replay: 2 nodes, 6 steps>
    """
    if isinstance(f, str | Path) and Path(f).suffix.lower() == ".json":
        return Replay(files.load(f))
    return saving.load(f, map_location, weights_only=weights_only)


def in_notebook() -> bool:
    """Whether a Jupyter kernel or marimo is running this, and not a script or a terminal."""
    ipython, marimo = sys.modules.get("IPython"), sys.modules.get("marimo")
    shell = ipython.get_ipython() if ipython is not None else None
    return hasattr(shell, "kernel") or bool(marimo and marimo.running_in_notebook())
