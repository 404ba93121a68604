"""What folds into one node: calls, modules and loop rounds, as the code has them; runs of lines elsewhere.

A group is a stretch of time: whatever is in it happened one after the other, so that a picture in which it
is one node has no circle. Only leaves move: into the group that alone uses them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import networkx as nx

from . import source
from .names import Names, numbered
from .recording import Recording
from .rounds import Part, Spot
from .things import Thing
from .words import say

FEW, MOST, RUN = 60, 40, 25  # nodes shown at first; children of a group; members of a run, at most
LABEL = 30  # characters of a call


@dataclass(eq=False)
class Group:
    """A node that others fold into; the outermost one is the whole picture."""

    part: Part | None = None
    parent: Group | None = None
    children: list[Group | str] = field(default_factory=list)
    kind: str = "all"
    id: str = ""
    label: str = ""

    def members(self) -> Iterator[str]:
        """All things in it, at any depth, in order."""
        for child in self.children:
            if isinstance(child, Group):
                yield from child.members()
            else:
                yield child

    def groups(self) -> Iterator[Group]:
        """All groups in it, at any depth, outer ones first."""
        for child in self.children:
            if isinstance(child, Group):
                yield child
                yield from child.groups()


def build(recording: Recording, names: Names) -> Group:
    """The tree of groups; the outermost holds everything, and has no group in it where nothing folds."""
    things = {i: thing for i, thing in recording.things.items() if thing.drawn}
    top = _by_path(things)
    _move_leaves(top, things, names)
    _dissolve(top)
    _sort(top, things)
    if len(things) > FEW:
        for group in [top, *top.groups()]:
            _runs(group, things, names)
    _label(top, things, names)
    return top


# ------------------------------------------------------------------ as the code has them
def _by_path(things: dict[str, Thing]) -> Group:
    """Calls, modules and rounds open and close as time goes on."""
    top = Group()
    inside = [top]
    for thing in things.values():
        parts = [step.part for step in thing.path if step.part is not None]
        same = 0
        if not thing.path:  # made before the recording, or a leaf met where it is used
            top.children.append(thing.id)
            continue
        while same < min(len(parts), len(inside) - 1) and inside[same + 1].part is parts[same]:
            same += 1
        del inside[same + 1 :]
        for part in parts[same:]:
            group = Group(part, inside[-1], kind=part.kind)
            inside[-1].children.append(group)
            inside.append(group)
        inside[-1].children.append(thing.id)
    return top


def _homes(top: Group) -> dict[str, Group]:
    """The group that each thing is in directly."""
    return {child: group for group in [top, *top.groups()] for child in group.children if isinstance(child, str)}  # fmt: skip # noqa: E501


def _above(group: Group | None) -> list[Group]:
    """A group and those around it, outermost first."""
    found: list[Group] = []
    while group is not None:
        found.insert(0, group)
        group = group.parent
    return found


def _move_leaves(top: Group, things: dict[str, Thing], names: Names) -> None:
    """A leaf without a name in the cell goes where all its uses are, unless it was made deeper than that."""
    home = _homes(top)
    around: dict[str, list[Group]] = {}
    for thing in things.values():
        for ref in thing.inputs:
            if isinstance(ref, str) and ref in things and things[ref].op is None:
                above = _above(home[thing.id])
                before = around.get(ref, above)
                around[ref] = [one for one, other in zip(before, above, strict=False) if one is other]
    for leaf, groups in around.items():
        if groups[-1] not in _above(home[leaf]) and not _named(things[leaf], names):
            home[leaf].children.remove(leaf)
            groups[-1].children.insert(0, leaf)


def _named(leaf: Thing, names: Names) -> bool:
    """Whether the cell itself has a name for a leaf, or had one when it was made."""
    where = names.place(leaf.frames) if len(leaf.frames) == 1 else None
    return bool(leaf.names or (where and source.assigned_name(where)))


def _dissolve(group: Group) -> None:
    """A group of one is no group; one that only holds another takes its place."""
    kept: list[Group | str] = []
    for child in group.children:
        if isinstance(child, Group):
            _dissolve(child)
            if len(child.children) > 1:
                kept.append(child)
            else:
                kept += child.children
        else:
            kept.append(child)
    if len(kept) == 1 and isinstance(kept[0], Group) and group.parent is not None:
        kept = kept[0].children
    group.children = kept
    for child in kept:
        if isinstance(child, Group):
            child.parent = group


def _sort(top: Group, things: dict[str, Thing]) -> None:
    """In each group, what is used before what uses it, and else in the order of time."""
    place = {thing: k for k, thing in enumerate(things)}
    owners = {thing: _above(group) for thing, group in _homes(top).items()}
    uses: dict[Group, list[tuple[Group | str, Group | str]]] = {}
    for thing in things.values():
        for ref in thing.inputs:
            if isinstance(ref, str) and ref in things:
                here: list[Group | str] = [*owners[thing.id], thing.id]
                there: list[Group | str] = [*owners[ref], ref]
                k = next(k for k, (a, b) in enumerate(zip(here, there, strict=False)) if a is not b)
                uses.setdefault(owners[thing.id][k - 1], []).append((there[k], here[k]))
    for group, pairs in uses.items():
        first = {c: place[c if isinstance(c, str) else next(c.members())] for c in group.children}
        if all(first[a] < first[b] for a, b in pairs):
            group.children.sort(key=first.__getitem__)
            continue
        graph: nx.DiGraph = nx.DiGraph()
        graph.add_nodes_from(group.children)
        graph.add_edges_from(pairs)
        group.children = list(nx.lexicographical_topological_sort(graph, key=first.__getitem__))


# ------------------------------------------------------------------ where there are too many for a picture
def _runs(group: Group, things: dict[str, Thing], names: Names) -> None:
    """Consecutive children of one line become a group, then runs of lines."""
    if len(group.children) <= MOST:
        return
    kinds = [_line(child, group, things, names) for child in group.children]
    runs: list[list[Group | str]] = []
    for k, child in enumerate(group.children):
        if k and kinds[k] is not None and kinds[k] == kinds[k - 1]:
            runs[-1].append(child)
        else:
            runs.append([child])
    folded = [_run(group, _split(run, group)) if len(run) > 1 else run[0] for run in runs]
    group.children = _split(folded, group)


def _split(children: list[Group | str], group: Group) -> list[Group | str]:
    """The same, in runs, and runs of runs, until there are few enough."""
    while len(children) > MOST:
        size = min(RUN, math.ceil(1.3 * math.sqrt(len(children))))
        children = [_run(group, children[k : k + size]) for k in range(0, len(children), size)]
    return children


def _run(group: Group, children: list[Group | str]) -> Group:
    run = Group(group.part, group, children, "run")
    for child in children:
        if isinstance(child, Group):
            child.parent = run
    return run


def _spot(child: Group | str, group: Group, things: dict[str, Thing]) -> Spot | None:
    """Where in the code of its group a child stands."""
    if isinstance(child, Group):
        return child.part.spot if child.kind != "run" and child.part else None
    return next((step.spot for step in things[child].path if step.part is group.part), None)


def _line(child: Group | str, group: Group, things: dict[str, Thing], names: Names) -> object:
    """What a child has in common with those that it folds with; None where it stands alone."""
    if isinstance(child, Group):
        return None
    if things[child].op is None:
        return "leaf"
    spot = _spot(child, group, things)
    where = names.place((spot,)) if spot else None
    return (where.file, where.line) if where else None


# ------------------------------------------------------------------ what they are called
def _label(top: Group, things: dict[str, Thing], names: Names) -> None:
    rounds: dict[tuple[int, ...], int] = {}  # of each loop, each time it ran: the last round
    for thing in things.values():
        for step in thing.path:
            if step.part and step.part.kind == "round":
                rounds[step.part.which[:-1]] = max(rounds.get(step.part.which[:-1], 0), step.part.which[-1])
    times: dict[tuple[Group | None, str], int] = {}
    for k, group in enumerate(top.groups(), start=1):
        group.id = f"g{k}"
        label = _called(group, rounds, things, names)
        again = times[group.parent, label] = times.get((group.parent, label), 0) + 1
        group.label = label if again == 1 else numbered(label, again)


def _called(group: Group, rounds: dict[tuple[int, ...], int], things: dict[str, Thing], names: Names) -> str:
    part = group.part
    if group.kind == "run":
        return _run_called(group, rounds, things, names)
    if part is None:
        return ""
    if group.kind == "round":
        return say("group_round", k=part.which[-1], n=rounds[part.which[:-1]])
    if part.name:
        return _module_called(group, part.name)
    where = names.place((part.spot,)) if part.spot else None
    return source.text_of(where, LABEL) if where else part.made


def _module_called(group: Group, name: str) -> str:
    """``fc1``; in a container ``model[0]``."""
    above = next((one.label for one in reversed(_above(group.parent)) if one.kind == "module"), "")
    return above.split("(")[0] + name if name.startswith("[") else name


def _run_called(
    group: Group, rounds: dict[tuple[int, ...], int], things: dict[str, Thing], names: Names
) -> str:
    parts = _rounds_of(group)
    if len(parts) > 1:
        first, last = parts[0].which[-1], parts[-1].which[-1]
        return say("group_rounds", a=first, b=last, n=rounds[parts[0].which[:-1]])
    members = list(group.members())
    if all(things[member].op is None for member in members):
        return f"{names.labels[members[0]]} … {names.labels[members[-1]]}"
    spots = [next((s.spot for s in things[m].path if s.part is group.part), None) for m in members]
    lines = sorted({where.line for spot in spots if spot and (where := names.place((spot,)))})
    if not lines:
        return say("group_operations")
    return say("group_line", a=lines[0]) if len(lines) == 1 else say("group_lines", a=lines[0], b=lines[-1])


def _rounds_of(run: Group) -> list[Part]:
    """The rounds in a run, where they are all of one loop."""
    found: list[Part] = []
    for child in run.children:
        if isinstance(child, Group) and child.kind == "round" and child.part:
            found.append(child.part)
        elif isinstance(child, Group) and child.kind == "run":
            found += _rounds_of(child)
    return found if len({part.which[:-1] for part in found}) == 1 else []
