"""Recording -> one JSON-ready Scene: nodes, edges, steps, words, places. All that a face may read."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from ..base.memory import without_collecting
from . import equations, folding, formula, groups, leaves, predict, source, values, veils, words
from . import graph as graphs
from .explain import Explainer
from .flags import flags
from .names import Names
from .recording import Recording
from .things import Event
from .words import say

Scene = dict[str, Any]
FORMAT = 1
FAILED = {"changed": "flagged_changed", "freed": "flagged_freed", "other": "failed_step"}  # errors at a node
TITLES = {"zero_grad": "grad_zeroed", "grad_changed": "grad_changed", "grad_cleared": "grad_cleared",
          "limit": "limit"}  # of notes  # fmt: skip


class SceneMaker:
    """Makes the Scene of one recording: a pass over its events, carrying what each thing holds."""

    def __init__(
        self, recording: Recording, wanted: predict.Wanted = None, like: Scene | None = None
    ) -> None:
        self.recording, self.like = recording, like
        self.names = Names(recording)
        self.graph = graphs.build(recording, self.names)
        self.values: dict[str, Any] = {}
        self._keys: dict[int, str] = {}
        self._held: list[Any] = []
        self.explainer = Explainer(recording, self.names, self.key)
        self.now = self.explainer.now
        self.totals: dict[str, Any] = {}
        self.stored: dict[str, Any] = {}  # what each .grad was last given
        self.chips: dict[str, int] = {}  # how wide the number on each edge is, in pixels
        self.painted: dict[tuple[str, str], None] = {}  # what the running backward pass has painted
        self.flagged: dict[str, list[str]] = {}  # what is wrong with the gradient at each node of this pass
        self.earlier: set[str] = set()  # leaves told to hold an earlier pass's gradient
        self.lines, self.at = self._lines()
        self.predictions = predict.Predictions(recording, self.names, wanted)
        self.flows: dict[str, list[Any]] = {}  # the numbers of this pass's contributions, by receiver

    def key(self, array: Any) -> str:
        """Put an array into the Scene, once, and say under which key."""
        known = self._keys.get(id(array))
        if known is None:
            known = self._keys[id(array)] = f"v{len(self._keys)}"
            self._held.append(array)  # so that its id stays its own
            self.values[known] = values.value(array)
        return known

    def scene(self) -> Scene:
        steps = []
        for thing in self.recording.things.values():
            if thing.value is not None:
                self.now[thing.id] = thing.value
        earlier = [e for e in self.recording.events if e.kind == "earlier"]
        _mark_last(self.recording.events)
        for k, event in enumerate(self.predictions.events):
            steps.append(self._step(event, k))
        self._ask(steps)
        known = [["value", e.node, self.key(self.now[e.node])] for e in earlier if e.node in self.now]
        if steps and known:
            steps[0]["effects"] = known + steps[0]["effects"]
        self.graph.graph["labels"] = self.chips
        self._widen(steps)
        gap = min(150, max(86, max(self.chips.values(), default=0) + 26))
        nodes, edges = {}, {}
        for node, data in self.graph.nodes(data=True):
            nodes[node] = {k: v for k, v in data.items() if k not in ("width", "height")}
        for start, end, name, data in self.graph.edges(keys=True, data=True):
            edges[name] = {"from": start, "to": end, "reached": data["reached"]}
        made = {
            "format": FORMAT,
            "name": self._title(),
            "text": say("counted", nodes=_count("node", len(nodes)), steps=_count("step", len(steps))),
            "language": words.now().code,
            "words": words.now().faces,
            "lines": self.lines,
            "result": graphs.result_of(self.recording),
            "values": self.values,
            "nodes": nodes,
            "edges": edges,
            **self._placed(list(nodes), list(edges), gap),
            "variables": self._variables(),
            "steps": steps,
        }
        veils.hang(made, self.predictions.veils, self.recording.things)
        return made

    def _widen(self, steps: list[dict[str, Any]]) -> None:
        """A card has room for whatever it holds on the way: other values, and gradients."""
        for what, node, key in (effect for step in steps for effect in step["effects"]):
            if what in ("value", "grad", "store") and key and "heat" not in self.values[key]:
                told = what != "value" and self.predictions.veils  # by its width, who gets a gradient
                wide = len(values.text(self.values[key].get("data", ""))) * graphs.CHAR + 24
                for card in self.graph.nodes.values() if told else [self.graph.nodes[node]]:
                    card["width"] = min(max(card["width"], round(wide)), graphs.WIDEST)
        if self.predictions.veils:
            veils.even(self.graph, self.recording.things)

    def _placed(self, nodes: list[str], edges: list[str], gap: float) -> Scene:
        """Where everything is: as in a Scene like it, where that has the same nodes and edges."""
        if self.like is not None and list(self.like["nodes"]) == nodes and list(self.like["edges"]) == edges:
            return {key: self.like[key] for key in ("groups", "insides", "open", "layout")}
        return folding.scene_of(groups.build(self.recording, self.names), self.recording, self.graph, gap)

    def _title(self) -> str:
        result = graphs.result_of(self.recording)
        if result is None:
            return say("no_operation")
        seeded = any(e.kind == "seed" for e in self.recording.events)
        name = self.names.base[result]
        loose = seeded and formula.tight(formula.name(name))[0] == "mrow"  # a sum, say, needs brackets first
        return (f"({name})" if loose else name) + (".backward()" if seeded else "")

    # ------------------------------------------------------------------ steps
    def _step(self, event: Event, k: int) -> dict[str, Any]:
        if self.predictions.by:
            event = predict.apart(event, self.totals, self.stored, k in self.predictions.by)
        if event.kind == "flow":
            event.data["old"] = self.totals.get(event.node or "")
        elif event.kind == "seed":
            self.totals, self.flows, self.flagged = {}, {}, {}
        told: dict[str, Any] = getattr(self.explainer, event.kind)(event)
        step: dict[str, Any] = {
            "phase": event.phase,
            "kind": event.kind,
            "title": self._step_title(event),
            "node": event.node,
            "edge": None,
        }
        step |= {"line": None, "span": None, "operand": None, "effects": self._effects(event)}
        if event.kind == "flow":
            step["edge"] = edge = self._edge(event)
            new = self.values[self.key(event.data["new"])]
            wide = 44 if "heat" in new else len(values.text(new["data"])) * 7 + 14
            self.chips[edge] = max(self.chips.get(edge, 0), wide)
            self.flows.setdefault(event.node or "", []).append(event.data)
        step |= self._where(event)
        asked = self.predictions.by.get(k) == k
        if k in self.predictions.by:
            step["hides"] = predict.hides(event, self.explainer, asked)
        if asked:
            step["ask"] = predict.question(event, self.explainer, self.flows.get(event.node or "", []))
        elif k in self.predictions.choices and "hides" not in step:
            step["ask"] = self.predictions.choices[k] | {"say": told["say"]}
        return step | told | self._veiled(event, k, step, told["say"])

    def _veiled(self, event: Event, k: int, step: dict[str, Any], told: str) -> dict[str, Any]:
        """What a step says before a question is answered that its sentence would answer."""
        by = self.predictions.veils.get(event.node or "", -1)
        if by < k or event.kind not in ("leaf", "op", "inplace"):
            return {}
        held = self.explainer.value(self.recording.things[event.node or ""].value)
        plain = veils.plain(event, told, self.explainer.said(event.node), held)
        if by == k:
            return {"ask": step["ask"] | {"say": plain}}
        return {"hidden": by, "before": plain} if plain != told else {}

    def _ask(self, steps: list[dict[str, Any]]) -> None:
        """Each question hides the results of all steps that its answer shows."""
        for k, by in self.predictions.by.items():
            steps[k]["hidden"] = by  # by the question of that step
            steps[by]["ask"].setdefault("hides", []).extend(steps[k].pop("hides"))

    def _step_title(self, event: Event) -> str:
        label = self.names.labels.get(event.node or "", "")
        if event.kind == "flow":
            giver = self.recording.things[event.data["giver"]]
            which = equations.side(giver, event.data["place"])
            side = f" ({which})" if which else ""
            return f"{self.names.labels[giver.id]} → {label}{side}"
        titles = {
            "seed": say("seeded", name=label),
            "store": f"{label}.grad",
            "inplace": say("changed_in_place", name=label),
            "error": label or say("failed_step"),
            "hook": say("hooked", hook=event.data.get("hook", "")),
        }
        if event.kind == "note":
            note = str(event.data["note"])
            label = "" if len(event.data.get("cleared", ())) > 1 else label
            return (
                say(TITLES[note], name=label) if note in TITLES else note
            )  # the rest are names of functions
        return titles.get(event.kind, label)

    def _edge(self, event: Event) -> str:
        return f"{event.node}>{event.data['giver']}.{event.data['place']}"

    def _also(self, event: Event) -> list[list[Any]]:
        """What else an in-place change changes: it looks into the same memory."""
        self.now |= event.data.get("also", {})
        return [["value", i, self.key(value)] for i, value in event.data.get("also", {}).items()]

    def _effects(self, event: Event) -> list[list[Any]]:
        node, data = event.node or "", event.data
        if event.kind in ("leaf", "op") or (event.kind == "inplace" and "value" not in data):
            self.now[node] = self.recording.things[node].value
            effects = [["value", node, self.key(self.now[node])], *self._also(event)]
            return effects + (
                [["store", node, self.key(data["stored"])]] if data.get("stored") is not None else []
            )
        if event.kind == "inplace":
            self.now[node] = data["value"]
            return [["value", node, self.key(data["value"])], *self._also(event)]
        if event.kind == "seed":
            cleared = [["store", i, None] for i in data["cleared"]] + self._afresh()
            self.totals[node] = data["gradient"]
            self.painted["grad", node] = None
            effects = [*cleared, *self._made(event, "gradient"), ["grad", node, self.key(data["gradient"])]]
            return effects + self._flag(event, data["gradient"])
        if event.kind == "flow":
            self.totals[node] = data["total"]
            self.painted |= {("edge", self._edge(event)): None, ("grad", node): None}
            return [
                ["edge", self._edge(event), self.key(data["new"])],
                ["grad", node, self.key(data["total"])],
                *self._flag(event, data["total"]),
            ]
        if event.kind == "hook" and "total" in data:
            self.totals[node] = data["total"]
            return [["grad", node, self.key(data["total"])]]
        if event.kind == "store":
            self.stored[node] = data["stored"]
            return [
                ["store", node, self.key(data["stored"])],
                *self._added_to(event),
                *self._made(event, "stored"),
            ]
        if event.kind == "error" and data["why"].get("kind") in FAILED:
            return [["flag", node, say(FAILED[data["why"]["kind"]])]]
        if event.kind == "note" and "cleared" in data:
            return [["store", i, None] for i in data["cleared"]] + self._unflagged(data["cleared"])
        if event.kind == "note" and "stored" in data:
            zero = [] if np.any(data["stored"]) else [node]
            return [["store", node, self.key(data["stored"])], *self._unflagged(zero)]
        return []

    def _flag(self, event: Event, total: Any) -> list[list[Any]]:
        """The flag that a node gets or, where more arrived that puts it right, loses."""
        node, before = event.node or "", self.flagged.get(event.node or "", [])
        kept = (*before, *event.data["flags"])
        now = [kind for kind in flags(total, self.explainer.start) if kind in kept] if kept else []
        if now == before:
            return []
        self.flagged[node], self.painted["flag", node] = now, None
        return [["flag", node, ", ".join(say(f"flagged_{kind}") for kind in now) or None]]

    def _added_to(self, event: Event) -> list[list[Any]]:
        """The flag of a leaf whose `.grad` an earlier pass had left, where that first happens."""
        node = event.node or ""
        before = event.data["before"]
        if before is None or not np.any(before) or node in self.earlier:
            return []
        self.earlier.add(node)
        self.painted["flag", node] = None
        kinds = (*self.flagged.get(node, []), "held")
        return [["flag", node, ", ".join(say(f"flagged_{kind}") for kind in kinds)]]

    def _unflagged(self, nodes: list[str]) -> list[list[Any]]:
        """What was wrong with a gradient is no more where that was set to None or 0."""
        return [["flag", node, None] for node in nodes if ("flag", node) in self.painted]

    def _made(self, event: Event, what: str) -> list[list[Any]]:
        """The node that a step of a recorded pass makes besides, and its value."""
        thing = event.data.get("made")
        drawn = thing in self.recording.things and self.recording.things[thing].drawn
        return [["value", thing, self.key(event.data[what])]] if drawn else []

    def _afresh(self) -> list[list[Any]]:
        """A new backward pass starts with nothing on any edge or in any slot."""
        cleared: list[list[Any]] = [[what, which, None] for what, which in self.painted]
        self.painted = {}
        return cleared

    # ------------------------------------------------------------------ the code beside it
    def _lines(self) -> tuple[list[dict[str, Any]], dict[tuple[str, int], int]]:
        """The cell's lines, and below them the helpers it called that are written elsewhere."""
        shown: list[dict[str, Any]] = []
        at: dict[tuple[str, int], int] = {}
        file, lines = self.recording.file, self.recording.lines
        if file is not None and lines is not None:
            self._show(file, lines[0], lines[1], shown, at)
        for event in self.recording.events:
            for where in self.names.places(event.frames)[:1]:
                if (where.file, where.line) in at:
                    continue
                first, last, name = _block(where)
                shown.append({"head": say("defined_elsewhere", name=name) if name else say("elsewhere")})
                self._show(where.file, first, last, shown, at)
            self._show_body(event, shown, at)
        return shown, at

    def _show_body(self, event: Event, shown: list[dict[str, Any]], at: dict[tuple[str, int], int]) -> None:
        """The hook, or the method of a custom Function, that a step ran; where it is not shown already."""
        code = event.data.get("code")
        file, body = source.body(code) if code is not None else ("", [])
        if code is None or not body or (file, body[0][0]) in at:
            return
        lines = source.source(file).splitlines()
        first = code.co_firstlineno
        while lines[first - 1].lstrip().startswith("@"):
            first += 1
        shown.append({"head": say("defined_elsewhere", name=code.co_qualname)})
        self._show(file, first, body[-1][0], shown, at)

    def _show(
        self,
        file: str,
        first: int,
        last: int,
        shown: list[dict[str, Any]],
        at: dict[tuple[str, int], int],
    ) -> None:
        lines = source.source(file).splitlines()[first - 1 : last]
        indent = min((len(t) - len(t.lstrip()) for t in lines if t.strip()), default=0)
        for k, text in enumerate(lines):
            at[file, first + k] = len(shown)
            shown.append({"no": first + k, "text": text[indent:], "indent": indent})

    def _where(self, event: Event) -> dict[str, Any]:
        """Which line runs, which expression is meant, and in it the operand that receives."""
        running = self.names.place(event.frames)
        found: dict[str, Any] = {"line": self.at.get((running.file, running.line)) if running else None}
        meant, operand = running, None
        if event.kind == "flow":
            giver = self.recording.things[event.data["giver"]]
            meant = self.names.place(giver.frames)
            operand = self.names.operands[giver.id][event.data["place"]]
        elif event.kind == "store":
            meant = self.names.place(self.recording.things[event.node or ""].frames)
        elif event.kind == "leaf" and "grad_of" in self.recording.things[event.node or ""].params:
            meant = self.names.uses.get(event.node or "", running)
        spans = self._body(event) or self._guilty(event) or self._spans(meant)
        found["span"] = spans[0] if spans else None
        if len(spans) > 1:
            found["spans"] = spans
        inner = self._spans(operand)
        found["operand"] = inner[0] if len(inner) == 1 else None
        return found

    def _guilty(self, event: Event) -> list[list[int]]:
        """Of an error: where what it is about was made, and where it was changed or let go of."""
        why = event.data.get("why", {})
        if "by" not in why:
            return []
        made = self.recording.things[event.node or ""].frames
        spans = [span for frames in (made, why["by"]) for span in self._spans(self.names.place(frames))]
        return [span for k, span in enumerate(spans) if span not in spans[:k]]

    def _body(self, event: Event) -> list[list[int]]:
        """The user's own lines of a hook or a custom Function that the step ran."""
        code = event.data.get("code")
        file, body = source.body(code) if code is not None else ("", [])
        if any((file, number) not in self.at for number, _, _ in body):
            return []
        found = [(self.at[file, number], start, end) for number, start, end in body]
        indents = [self.lines[index]["indent"] for index, _, _ in found]
        return [[k, max(a - n, 0), max(b - n, 0)] for (k, a, b), n in zip(found, indents, strict=True)]

    def _spans(self, where: source.Place | None) -> list[list[int]]:
        if where is None or where.expression is None:
            return []
        spans = []
        for line in range(where.line, where.end_line + 1):
            index = self.at.get((where.file, line))
            if index is None:
                return []
            text, indent = self.lines[index]["text"], self.lines[index]["indent"]
            start = where.start - indent if line == where.line else len(text) - len(text.lstrip())
            end = where.end - indent if line == where.end_line else len(text)
            spans.append([index, max(start, 0), max(end, 0)])
        return spans

    def _variables(self) -> list[dict[str, Any]]:
        """The names of the cell and parameters, in order, each with the nodes that it stood for."""
        rows: dict[str, dict[str, Any]] = {}
        for thing in self.recording.things.values():
            name = self.names.base[thing.id]
            learns = thing.op is None and thing.requires_grad  # self.w, fc.weight, 0.bias
            named = name.isidentifier() or (learns and f"_{name.replace('.', '_')}".isidentifier())
            if not named or thing.failed or not thing.drawn or "grad_of" in thing.params:
                continue
            rows.setdefault(name, {"name": name, "nodes": []})["nodes"].append(thing.id)
        return list(rows.values())


def _mark_last(events: list[Event]) -> None:
    """Say of each contribution whether it is the last that its receiver gets in that pass."""
    last: set[str] = set()
    for event in reversed(events):
        if event.kind == "seed":
            last = set()
        if event.kind == "flow":
            event.data["last"] = event.node not in last
            last.add(event.node or "")


def _count(what: str, n: int) -> str:
    return say(what if n == 1 else f"{what}s", n=n)


def _block(where: source.Place) -> tuple[int, int, str]:
    """The function that a place lies in, first and last line, or the line alone."""
    for node in source.parsed(source.source(where.file))[1]:
        if isinstance(node, ast.FunctionDef) and node.lineno <= where.line <= (node.end_lineno or 0):
            return node.lineno, node.end_lineno or node.lineno, node.name
    return where.line, where.end_line, ""


def make(recording: Recording, wanted: predict.Wanted = None, like: Scene | None = None) -> Scene:
    """The Scene of a recording; ``wanted`` says which steps ask before they show their result.

    Where it has the nodes and edges of the Scene ``like``, they are at the same places.
    """
    with np.errstate(all="ignore"), without_collecting():
        made = SceneMaker(recording, wanted, like).scene()
        leaves.mark(made, recording)
        return made
