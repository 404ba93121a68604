// Wires, each for the edges between two shown nodes, and the contributions that stand on them.
function wiresOf(app, folds) {
  const { questions, get } = app;
  const { edges } = app.scene;

  function draw(id) {
    const { points, label, of = [id], from = edges[id].from, to = edges[id].to } = folds.layout.edges[id];
    const gap = (node) => (folds.card(node).kind === "result" ? 4 : 0); // its second outline
    const e = { points, label, of, from: gap(from), to: gap(to) };
    e.reached = of.some((edge) => questions.seen(edge, edges[edge]).reached);
    e.flows = of.map((edge) => `edge ${edge}`); // what a step changes where something flows here
    e.feeds = of.map((edge) => `value ${edges[edge].to}`);
    e.line = s("path.wire");
    e.tip = s("path.tip");
    e.wires = s("g.ag-edge", e.line, e.tip);
    e.chip = s("g.ag-chip");
    return e;
  }

  // `changed`: what the step changes.
  function paint(e, step, changed) {
    const flowing = e.of[e.flows.findIndex((what) => changed.has(what))];
    const key = app.now.edge[flowing ?? e.of.findLast((edge) => app.now.edge[edge] != null)];
    const back = key != null;
    const fed = e.feeds.some((what) => changed.has(what));
    const idle = fed ? "in" : step.phase === "backward" && !e.reached ? "faded" : "idle";
    const look = !back ? idle : flowing ? "flow" : "flowed";
    if (unchanged(e, look, key, questions.hidden(key))) return;
    set(e.wires, "data-state", look);
    set(e.chip, "data-state", look);
    set(e.chip, "data-hidden", back && questions.hidden(key));
    const [p, q] = [e.points[0], e.points.at(-1)];
    set(e.line, "d", wire(e.points, e.from + (back ? 7 : 0), e.to + (back ? 0 : 7)));
    set(e.tip, "d", back ? `M${p[0] + 1 + e.from} ${p[1]}l9 -4.5v9z` : `M${q[0] - 1 - e.to} ${q[1]}l-8 -4v8z`);
    const one = back && (flowing || e.of.length === 1); // a wire of several shows the one that flows
    e.chip.replaceChildren(...(one ? chip(e, get(key)) : []));
  }
  function chip(e, v) {
    const [x, y] = e.label;
    const text = isBig(v) ? "" : clip(inWords(v), Math.max(60, e.points.at(-1)[0] - e.points[0][0]) - 16, "chip");
    const w = isBig(v) ? 42 : widthOf(text, "chip") + 11;
    const hgt = isBig(v) ? 13 : 19;
    const plate = (cls) =>
      s("rect", { class: cls, x: x - w / 2, y: y - hgt / 2, width: w, height: hgt, rx: isBig(v) ? 3 : 5 });
    const inside = isBig(v) ? heat(v, x - 18, y - 3.5, 36, 7) : s("text", { x, y: y + 4 }, text);
    return [s("title", inWords(v)), plate("plate"), plate("paint"), inside];
  }
  // The contribution travels right to left, in a fifth of a second.
  function travel(e) {
    if (!e || calm()) return;
    const timing = { duration: 220, easing: "cubic-bezier(.3,.1,.2,1)" };
    const dash = { strokeDasharray: `${e.line.getTotalLength()} 9999` };
    const [x, y] = e.points.at(-1);
    e.line.animate(
      [
        { ...dash, strokeDashoffset: -e.line.getTotalLength() },
        { ...dash, strokeDashoffset: 0 },
      ],
      timing,
    );
    e.tip.animate([{ opacity: 0 }, { opacity: 0, offset: 0.75 }, { opacity: 1 }], timing);
    e.chip.animate([{ transform: `translate(${x - e.label[0]}px, ${y - e.label[1]}px)`, opacity: 0.2 }, {}], timing);
  }

  return { draw, paint, travel };
}
