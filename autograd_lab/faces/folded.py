"""A Scene as it is drawn, where nodes are folded: cards of groups, and wires that stand for several edges."""

from __future__ import annotations

from typing import Any

from .scene_text import Scene, State

Seen = tuple[Scene, dict[str, Any], State]


def as_drawn(scene: Scene, step: dict[str, Any], state: State) -> Seen:
    """The Scene, a step and its state in terms of what the layout shows.

    What happens in a closed group happens to its card; its last output stands for it.
    """
    drawn, wires = scene["layout"]["nodes"], scene["layout"]["edges"]
    groups = {group: scene["groups"][group] for group in drawn if group not in scene["nodes"]}
    if not groups:
        return scene, step, state
    home = {node: node for node in drawn}
    for group in groups:
        home |= dict.fromkeys(_members(scene["groups"], group), group)
    wire = {edge: name for name, one in wires.items() for edge in one.get("of", [name])}
    nodes = {node: scene["nodes"].get(node) or groups[node] for node in drawn}
    edges = {}
    for name, one in wires.items():
        reached = any(scene["edges"][edge]["reached"] for edge in one.get("of", [name]))
        edges[name] = {"from": one["from"], "to": one["to"], "reached": reached} if "of" in one else scene["edges"][name]  # fmt: skip # noqa: E501
    seen: State = {"value": {}, "grad": {}, "edge": {}, "store": {}, "arriving": {}, "flag": {}}
    for what, known in state.items():
        for which, key in known.items():
            if what == "edge":
                if which in wire:
                    seen["edge"][wire[which]] = key
            elif home[which] == which or what == "flag" or groups[home[which]]["stands"] == which:
                seen[what][home[which]] = key
    effects = []
    for what, which, key in step["effects"]:
        place = wire.get(which) if what == "edge" else home[which]
        if place:
            effects.append([what, place, key])
            if what == "edge":
                seen["edge"][place] = key
    node, edge = step["node"] and home[step["node"]], step["edge"] and wire.get(step["edge"])
    return {**scene, "nodes": nodes, "edges": edges}, {**step, "node": node, "edge": edge, "effects": effects}, seen  # fmt: skip # noqa: E501


def _members(groups: dict[str, Any], group: str) -> list[str]:
    """All nodes in a group, at any depth."""
    inner = groups[group]["members"]
    return [node for one in inner for node in (_members(groups, one) if one in groups else [one])]
