// Jumping in a long timeline: into a node, to an error; and stepping only through some of the steps.
const JUMP_KEYS = { n: "next_into", e: "next_error" };

function jumpOf(app, last) {
  const { scene, steps, words, word } = app;
  const touches = (t, id) => t.node === id || t.effects.some(([, what]) => what === id) || ends(t).includes(id);
  const ends = (t) => [scene.edges[t.edge]?.from, scene.edges[t.edge]?.to];
  const FILTERS = {
    all_steps: () => true,
    only_node: (t) => touches(t, node.value),
    only_backward: (t) => t.phase === "backward",
  };
  const acts = {
    next_into: () => seek((t) => t.kind === "flow" && t.node === node.value),
    next_error: () => seek((t) => t.kind === "error"),
  };
  const option = ([value, name]) => h("option", { value }, name);
  const select = (name, options) => {
    const el = h("select", { "aria-label": words[name], title: words[name] }, options.map(option));
    return [el, h("label", words[name], el)];
  };
  const named = Object.entries(scene.nodes).map(([id, { label }]) => [id, clip(label, 170, "name")]);
  const [node, nodeBox] = select("jump_node", named);
  const filters = Object.keys(FILTERS).map((name) => [name, words[name]]);
  const [filter, filterBox] = select("jump_filter", filters);
  const button = ([key, name]) =>
    h("button", { type: "button", title: `${words[name]} (${key})`, onclick: acts[name] }, words[name]);
  const failed = steps.some((t) => t.kind === "error");
  const shown = Object.entries(JUMP_KEYS).filter(([, name]) => failed || name !== "next_error");
  const panel = h("div.ag-jump", { hidden: true }, nodeBox, shown.map(button), filterBox);
  const open = h("button.ag-open", { type: "button", "aria-expanded": "false", onclick: toggle }, words.jump);
  node.value = scene.nodes[last?.node] ? last.node : (scene.result ?? named[0]?.[0] ?? "");
  if (last) filter.value = last.filter;
  if (last?.open) toggle();

  function toggle() {
    panel.hidden = !panel.hidden;
    set(open, "aria-expanded", `${!panel.hidden}`);
  }
  function seek(wanted) {
    const k = later().find((at) => wanted(steps[at]));
    if (k == null) noneLater();
    else app.move(k - app.at);
  }
  // Behind an open choice are steps of which nothing is told, not even whether there are any.
  const later = () => [...steps.keys()].slice(app.at + 1, app.last() + 1);
  const noneLater = () => app.tell(app.last() < app.end ? words.choose_first : words.no_later_step);
  // The step that one step on (or back) leads to, where only some are wanted.
  function target(by) {
    if (Math.abs(by) !== 1) return app.at + by;
    const wanted = FILTERS[filter.value];
    const way = by > 0 ? later() : [...steps.keys()].slice(0, app.at).reverse();
    const k = way.find((at) => wanted(steps[at]));
    if (k == null && by > 0 && app.at < app.end) noneLater();
    else if (k == null && filter.value !== "all_steps") app.tell(words.no_later_step);
    return k ?? app.at;
  }
  function key(ev) {
    const name = JUMP_KEYS[ev.key];
    if (name) acts[name]();
    return Boolean(name);
  }
  function choose(id) {
    node.value = id;
  }
  // What another Scene of the same code begins with.
  const kept = () => ({ node: node.value, filter: filter.value, open: !panel.hidden });
  const paint = () => set(open, "data-on", filter.value !== "all_steps");
  filter.addEventListener("change", paint);
  paint();
  return { open, el: panel, target, key, choose, kept };
}
