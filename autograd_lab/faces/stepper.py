"""The stepper as a Jupyter widget: the Scene goes over once, and every step is taken in the browser."""

from __future__ import annotations

import json
import zlib
from typing import Any

import anywidget
import traitlets
from IPython import get_ipython

from ..base.memory import without_collecting
from . import assets


def packed(scene: dict[str, Any]) -> bytes:
    """A Scene as it travels: compressed JSON, a thirtieth of it, which Jupyter passes on without a look."""
    # nothing in a Scene holds itself: to check that would take a quarter of the time
    text = json.dumps(scene, separators=(",", ":"), check_circular=False)
    return zlib.compress(text.encode(), level=1)


_live: dict[str, tuple[int, list[Stepper]]] = {}  # by cell: which run of it, and the steppers that it showed


def keep(stepper: Stepper) -> None:
    """Close what the same cell showed when it ran before: its output is gone, and nobody could reach it."""
    shell: Any = get_ipython()
    parent: dict[str, Any] = getattr(getattr(shell, "kernel", None), "get_parent", dict)()
    cell = parent.get("metadata", {}).get("cellId")
    if cell is None:  # a frontend that doesn't say
        return
    run, steppers = _live.get(cell, (shell.execution_count, []))
    if run != shell.execution_count:
        for old in steppers:
            old.close()
        steppers = []
    _live[cell] = shell.execution_count, [*steppers, stepper]


class Stepper(anywidget.AnyWidget):
    """Steps through one Scene; stepping sends no message to the kernel, and an answer sends one.

    ``answers`` holds a dict for each step that was answered: its ``step``, as in ``rec.steps``, its
    ``tries``, and whether it is ``right`` or was ``shown``.
    """

    _esm = assets.script()
    _css = assets.style()
    scene = traitlets.Dict().tag(sync=True, to_json=lambda scene, _: packed(scene))
    answers: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    def __init__(
        self, scene: dict[str, Any], picture: str, recording: Any = None, predict: Any = None
    ) -> None:
        super().__init__(scene=scene)
        self._picture = picture  # an SVG, for places without widgets
        self._first = self._recording = recording  # as it was, and with other values
        self._predict = predict
        self.on_msg(self._heard)

    def close(self) -> None:
        """Let go of the widget, and of the layout that came with it."""
        self.layout.close()
        super().close()

    # ------------------------------------------------------------------ what if
    def set_leaf(self, name: str, value: Any) -> None:
        """Run the code again with another value for one leaf, and show that; raises what ``what_if`` does."""
        self._show(self._recording.what_if({name: value}))

    def reset(self) -> None:
        """Show the recording with its own values again."""
        self._show(self._first)

    def probe(self, name: str, index: tuple[int, ...] = ()) -> Any:
        """A finite difference beside the gradient; see :meth:`autograd_lab.Record.probe`."""
        return self._recording.probe(name, index)

    def _show(self, recording: Any) -> None:
        self._recording = recording
        scene = recording._asking(self._predict)
        if scene == self.scene:  # there is no change to send, but somebody waits for an answer
            self.send({"told": scene["again"].get("told", "")})
        self.scene = scene

    def _heard(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        """What the learner asks for; whatever goes wrong is said in the widget."""
        try:
            with without_collecting():
                self._answer(content)
        except Exception as error:  # noqa: BLE001 - it is for the learner to read
            self.send({"failed": str(error)})

    def _answer(self, content: dict[str, Any]) -> None:
        match content:
            case {"set": node, "data": data}:
                self.set_leaf(node, data)
            case {"probe": node, "index": index}:
                self.send({"told": self.probe(node, tuple(index)).told})
            case {"reset": _}:
                self.reset()

    def __repr__(self) -> str:
        """Deterministic, and short: Jupyter cuts a widget's text off at 110 characters."""
        asked = sum("ask" in step for step in self.scene["steps"])
        right = sum(answer["right"] for answer in self.answers)
        told = f"; {right} of {asked} predicted" if asked else ""
        return f"Stepper({self.scene['name'][: 50 if asked else 60]}: {self.scene['text']}{told})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget; and for places without widgets a picture of its last step, and its text."""
        bundle: Any = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/plain": repr(self), "image/svg+xml": self._picture}, metadata
