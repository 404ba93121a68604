const KEY_ALL = "g"; // opens or closes all groups

// The graph: drawn anew when a group opens or closes, else at each step only what differs from last time.
function pictureOf(app) {
  const { scene, steps, words, word, fill } = app;
  const { nodes, edges } = scene;
  const folds = foldsOf(scene, app.questions);
  const actions = { goWhere, toggle, button };
  const cards = cardsOf(app, folds, actions);
  const wires = wiresOf(app, folds);
  const caption = s("text.caption");
  let drawn = {};
  const svg = s("svg", { role: "presentation" });
  const stage = h("div.ag-stage", { tabindex: 0, role: "group", onscroll: scrolled }, svg);
  const all = h("button.ag-folds", { type: "button", onclick: toggleAll, hidden: !folds.has });
  const viewport = viewportOf(app, stage, svg, { scrolled, keepInView });
  const bar = h("div.ag-viewbar", drawKey(), all, viewport.el);
  const el = h("div.ag-picture", { hidden: !Object.keys(nodes).length }, stage, bar);

  function drawStage() {
    const { size, frames = {} } = folds.layout;
    viewport.draw(size);
    const each = (what, draw) => Object.fromEntries(Object.keys(what).map((id) => [id, draw(id)]));
    drawn = { veiled: app.questions.veiled(), frames: each(frames, drawFrame) };
    drawn.edges = each(folds.layout.edges, wires.draw);
    drawn.nodes = each(folds.layout.nodes, cards.draw);
    const parts = (kind, part) => Object.values(drawn[kind]).map((p) => p[part]);
    const below = [...Object.values(drawn.frames), ...parts("edges", "wires")];
    svg.replaceChildren(...below, ...parts("nodes", "g"), ...parts("edges", "chip"), caption);
    const title = word(folds.opened.size ? "close_all" : "open_all", { n: folds.inner.length });
    all.replaceChildren(title);
    set(all, "title", `${title} (${KEY_ALL})`);
    const count = Object.keys(folds.layout.nodes).length;
    set(stage, "aria-label", word("graph_told", { name: scene.name, n: count }));
  }
  function drawKey() {
    const shown = Object.values(scene.values).filter(isBig);
    if (!shown.length) return null;
    const gap = shown.some((v) => v.nan) && h("span", h("i.nan"), "nan");
    const scale = h("span", h("i"), words.scale);
    return h("p.ag-key", scale, gap, h("span", words.under_strip));
  }

  // ---------------------------------------------------------------- groups
  function button(id, expanded) {
    const onkeydown = (ev) => pressed(ev, id);
    return { role: "button", tabindex: 0, "aria-expanded": `${expanded}`, "data-group": id, onkeydown };
  }
  function drawFrame(id) {
    const [x, y, w, hgt] = folds.layout.frames[id];
    const { label, told } = folds.card(id);
    const name = clip(label, w - 60, "name");
    return s(
      "g.ag-frame",
      s("rect", { x, y, width: w, height: hgt, rx: 8 }),
      s(
        "g.ag-fold",
        { ...button(id, true), "aria-label": `${label}, ${told}`, onclick: () => toggle(id) },
        s("rect", { x: x + 4, y: y + 2, width: Math.min(w - 8, widthOf(name, "name") + 40), height: 24, rx: 5 }),
        s("path.plus", { d: `M${x + 10} ${y + 14}h10` }),
        s("text.name", { x: x + 28, y: y + 18 }, name),
      ),
    );
  }
  function pressed(ev, id) {
    if (ev.key !== "Enter" && ev.key !== " ") return;
    ev.preventDefault();
    ev.stopPropagation(); // the space bar plays elsewhere
    toggle(id);
  }
  function redraw(told) {
    drawStage();
    paint();
    keepInView();
    scrolled();
    app.tell(told);
  }
  function toggle(id) {
    folds.toggle(id);
    const name = folds.card(id).label;
    const count = Object.keys(folds.layout.nodes).length;
    redraw(word(folds.opened.has(id) ? "group_opened" : "group_closed", { name, n: count }));
    svg.querySelector(`[data-group="${id}"]`)?.focus({ preventScroll: true });
  }
  function toggleAll() {
    folds.toggleAll();
    const count = Object.keys(folds.layout.nodes).length;
    redraw(word(folds.opened.size ? "all_opened" : "all_closed", { n: count }));
  }

  // A card leads to the last step up to now that made its value, its slot to the one that brought its gradient.
  function goWhere(what, id) {
    app.choose(id);
    const made = (t) => t.effects.some(([w, n]) => n === id && (w === what || (w === "store" && what === "grad")));
    const before = steps.findLastIndex((t, k) => k <= app.at && made(t));
    const k = before >= 0 ? before : steps.findIndex(made);
    if (what === "value" && app.edit?.(id)) return;
    if (k >= 0) app.move(k - app.at);
  }

  // ---------------------------------------------------------------- painting a step: only what differs from last time
  function paint() {
    if (drawn.veiled !== app.questions.veiled()) drawStage(); // an answer shows what some cards are
    const step = steps[app.at];
    const changed = new Set(step.effects.map(([what, id]) => `${what} ${id}`));
    const touched = new Set(step.effects.map(([what, id]) => `${what} ${folds.shown(id)}`));
    const at = step.node && folds.shown(step.node);
    for (const [id, p] of Object.entries(drawn.nodes)) cards.paint(id, p, step, touched, at);
    for (const e of Object.values(drawn.edges)) wires.paint(e, step, changed);
    paintCaption(step, folds.layout.nodes[at]);
  }
  function paintCaption(step, box) {
    const { size } = folds.layout;
    const inside = folds.inside(app.at);
    caption.textContent = "";
    if (!box || !(step.caption || inside)) return;
    const told = inside ? word(`inside_${inside.kind}`, inside) : fill(step.caption, inBrief);
    const text = clip(told, size[0] - 8, "caption");
    caption.textContent = text;
    set(caption, "x", Math.max(4, Math.min(box[0] + 10, size[0] - 4 - widthOf(text, "caption"))));
    set(caption, "y", box[1] + box[3] + 16);
  }
  const travel = (edge) => wires.travel(drawn.edges[folds.wire(edge)]);

  function scrolled() {
    set(el, "data-left", stage.scrollLeft > 4);
    set(el, "data-right", stage.scrollLeft + stage.clientWidth < stage.scrollWidth - 4);
  }
  function keepInView() {
    scrolled(); // a picture that replaces another scrolls nowhere
    const t = steps[app.at];
    const { nodes: at, edges: to } = folds.layout;
    const box = at[t.node && folds.shown(t.node)];
    if (!box) return;
    const way = folds.wire(t.edge);
    const other = at[to[way]?.to ?? edges[way]?.to] ?? box;
    viewport.show(box, other);
  }

  // Keys that are the picture's: true where it was one.
  function key(ev) {
    if (ev.key !== KEY_ALL) return viewport.key(ev);
    if (folds.has) toggleAll();
    return true;
  }

  drawStage();
  return { el, paint, travel, scrolled, keepInView, key, seen: viewport.seen, restore: viewport.restore };
}
