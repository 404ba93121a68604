// Folding: which groups are open, and what is shown of each node, edge and step because of that.
const KEPT = new WeakMap(); // of each Scene: what was open when it was last seen, should it be shown again

// Another Scene of the same code opens as this one was left.
function foldsKept(scene, next) {
  const [kept, groups] = [KEPT.get(scene), Object.keys(next.groups ?? {})];
  if (kept && groups.join() === Object.keys(scene.groups ?? {}).join()) KEPT.set(next, kept);
}

function foldsOf(scene, questions) {
  const { nodes, groups = {}, steps } = scene;
  const inner = Object.keys(groups).filter((group) => group !== "all");
  const small = Object.keys(nodes).every((node) => node in scene.layout.nodes); // needs no folding
  const folds = { has: inner.length > 0, inner, opened: new Set(scene.open) };
  const above = folds.has ? chainsOf(groups) : {};

  folds.card = (id) => questions.seen(id, nodes[id] ?? groups[id]);
  folds.isGroup = (id) => !(id in nodes);
  // The node or closed group that stands in the picture for a node.
  folds.shown = (node) => (above[node] ?? []).find((one) => one !== "all" && !folds.opened.has(one)) ?? node;
  folds.wire = (edge) => folds.wires.get(edge);

  function arrange(layout) {
    folds.layout = layout;
    folds.wires = new Map();
    for (const [name, { of }] of Object.entries(layout.edges))
      for (const edge of of ?? [name]) folds.wires.set(edge, name);
    folds.members = {};
    for (const node of Object.keys(nodes)) {
      const id = folds.shown(node);
      folds.members[id] ??= [];
      folds.members[id].push(node);
    }
    KEPT.set(scene, folds.opened);
  }
  function open(which) {
    folds.opened = which;
    const flat = small && inner.every((group) => which.has(group));
    arrange(flat ? scene.layout : place(scene, which));
  }
  folds.toggle = (group) => {
    const which = new Set(folds.opened);
    if (!which.delete(group)) which.add(group);
    open(which);
  };
  folds.toggleAll = () => open(new Set(folds.opened.size ? [] : inner));

  // The how-many-th operation, or contribution, of those in its closed group a step is.
  const counts = new Map();
  folds.inside = (k) => {
    const { node, kind } = steps[k];
    const id = node && folds.shown(node);
    if (!id || id === node || (kind !== "op" && kind !== "flow")) return null;
    const key = `${kind} ${id}`;
    if (!counts.has(key)) {
      const own = (t) => t.kind === kind && t.node && above[t.node].includes(id);
      counts.set(
        key,
        [...steps.keys()].filter((n) => own(steps[n])),
      );
    }
    const all = counts.get(key);
    return { kind, k: all.indexOf(k) + 1, n: all.length };
  };

  const kept = KEPT.get(scene);
  if (kept) open(kept);
  else arrange(scene.layout);
  return folds;
}
