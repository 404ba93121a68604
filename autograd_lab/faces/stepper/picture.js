// The graph: drawn once, then at each step only what differs from last time.
function pictureOf(app) {
  const { scene, steps, words, word, questions, get, fill, held } = app;
  const { nodes, edges, layout } = scene;
  const drawn = { nodes: {}, edges: {} };
  const stage = h("div.ag-stage", { tabindex: 0, role: "group", onscroll: scrolled });
  const el = h("div.ag-picture", { hidden: !Object.keys(nodes).length }, stage);

  function drawStage() {
    const [W, H] = layout.size;
    const svg = s("svg", {
      viewBox: `0 0 ${W} ${H}`,
      role: "presentation",
      style: `min-width:${W}px;max-width:${W * 1.14}px`,
    });
    drawn.caption = s("text.caption");
    for (const id of Object.keys(layout.edges)) drawn.edges[id] = drawEdge(id);
    for (const id of Object.keys(layout.nodes)) drawn.nodes[id] = drawNode(id);
    const parts = (kind, part) => Object.values(drawn[kind]).map((p) => p[part]);
    svg.append(...parts("edges", "wires"), ...parts("nodes", "g"), ...parts("edges", "chip"), drawn.caption);
    stage.append(svg);
    set(stage, "aria-label", word("graph_told", { name: scene.name, n: Object.keys(nodes).length }));
    drawKey();
  }
  function drawKey() {
    const shown = Object.values(scene.values).filter(isBig);
    if (!shown.length) return;
    const gap = shown.some((v) => v.nan) && h("span", h("i.nan"), "nan");
    const scale = h("span", h("i"), words.scale);
    el.after(h("p.ag-key", scale, gap, h("span", words.under_strip)));
  }
  function drawNode(id) {
    const n = nodes[id];
    const [x, y, w, hgt] = layout.nodes[id];
    const foot = n.grad ? 24 : 0;
    const cut = y + hgt - foot;
    const r = n.kind === "leaf" ? 2 : 13;
    const kind = n.kind === "leaf" ? (n.learns ? "learns" : "fixed") : n.kind;
    const noted = n.failed ? words.failed : (n.note ?? "");
    const room = w - 20 - (n.failed ? 14 : 0);
    const note = clip(noted, Math.max(room - 8 - widthOf(n.label, "name"), room * 0.4), "meta");
    const text = (cls, dx, ty, t) => s("text", { class: cls, x: x + dx, y: ty }, t ?? "");
    const jump = (what) => ({ onclick: () => goWhere(what, id) });
    const p = {
      x,
      y,
      w,
      cut,
      tall: cut - y >= 58, // room for the row of min, mean, max
      value: text("value", 10, y + 37),
      shape: text("meta code", w - 10, y + 37, n.shape),
      grad: text("grad", 10, cut + 16.5),
      gradName: text("meta", w - 10, cut + 16.5),
      art: s("g"),
      title: s("title"),
    };
    const crossed =
      n.failed && s("path.cross", { d: `M${x + w - 12 - widthOf(note, "meta") - 10} ${y + 10}l8 8m0 -8l-8 8` });
    p.flag = s("g.ag-flag");
    p.g = s(
      "g",
      { class: `ag-node n-${kind}`, role: "img", "data-failed": n.failed },
      p.title,
      kind === "result" && s("path.echo", { d: rounded(x - 3.5, y - 3.5, w + 7, hgt + 7, r + 3, r + 3) }),
      s("path.top", { d: rounded(x, y, w, hgt - foot, r, foot ? 0 : r), ...jump("value") }),
      foot && s("path.slot", { d: rounded(x, cut, w, foot, 0, r), ...jump("grad") }),
      foot && s("path.cut", { d: `M${x} ${cut}h${w}` }),
      s("path.outline", { d: rounded(x, y, w, hgt, r, r) }),
      text("name", 10, y + 18, clip(n.label, room - 8 - widthOf(note, "meta"), "name")),
      s("g.head", text("meta kind", w - 10, y + 18, note), p.shape),
      crossed,
      p.value,
      p.art,
      foot && s("g.foot", p.grad, p.gradName),
      p.flag,
    );
    return p;
  }
  function drawEdge(id) {
    const { points, label } = layout.edges[id];
    const gap = (node) => (nodes[node].kind === "result" ? 4 : 0); // its second outline
    const e = { points, label, from: gap(edges[id].from), to: gap(edges[id].to) };
    e.line = s("path.wire");
    e.tip = s("path.tip");
    e.wires = s("g.ag-edge", e.line, e.tip);
    e.chip = s("g.ag-chip");
    return e;
  }

  // A card leads to the last step up to now that made its value, its slot to the one that brought its gradient.
  function goWhere(what, id) {
    const made = (t) => t.effects.some(([w, n]) => n === id && (w === what || (w === "store" && what === "grad")));
    const before = steps.findLastIndex((t, k) => k <= app.at && made(t));
    const k = before >= 0 ? before : steps.findIndex(made);
    if (k >= 0) app.move(k - app.at);
  }

  // ---------------------------------------------------------------- painting a step: only what differs from last time
  function paint() {
    const step = steps[app.at];
    const touched = new Set(step.effects.map(([what, id]) => `${what} ${id}`));
    for (const id of Object.keys(drawn.nodes)) paintNode(id, drawn.nodes[id], step, touched);
    for (const id of Object.keys(drawn.edges)) paintEdge(id, drawn.edges[id], step, touched);
    paintCaption(step);
  }
  function paintNode(id, p, step, touched) {
    const n = nodes[id];
    const key = app.now.value[id];
    const sum = n.grad ? held(id) : null;
    const hot = touched.has(`value ${id}`) || (step.kind === "inplace" && step.node === id);
    const hotGrad = touched.has(`grad ${id}`) || touched.has(`store ${id}`);
    const valueLook = key == null ? "none" : hot ? "active" : "known";
    const gradLook = !n.grad ? null : sum == null ? "none" : hotGrad ? "active" : "known";
    const faded = step.phase === "backward" && (n.reached === false || (n.kind === "leaf" && !n.learns));
    const slot = n.kind === "leaf" && n.so_far && sum != null && !app.now.kept[id] ? n.so_far : n.grad;
    const flag = questions.hidden(sum) ? null : app.now.flag[id];
    if (unchanged(p, key, valueLook, sum, questions.hidden(sum), gradLook, faded, slot, step.node === id, flag)) return;
    set(p.g, "data-value", valueLook);
    set(p.g, "data-grad", gradLook);
    set(p.g, "data-faded", faded);
    set(p.g, "data-hidden", sum != null && questions.hidden(sum));
    set(p.g, "data-now", step.node === id);
    const [v, g] = [get(key), get(sum)];
    p.art.replaceChildren();
    showRow(p, p.value, p.shape, v, n.shape ?? "", "code", p.y + 27.5);
    if (isBig(v) && p.tall) showStats(p, v);
    p.flag.replaceChildren(...(flag ? flagOf(p, flag) : []));
    if (n.grad) showRow(p, p.grad, p.gradName, g, slot, "meta", p.cut + 6);
    const value = v ? word("value", { value: inWords(v) }) : words.not_computed;
    const label = [
      n.label,
      n.note,
      n.failed && words.failed,
      v ? `${v.shape} ${v.dtype ?? ""}` : n.shape,
      value,
      n.grad && (g ? `${slot} ${inWords(g)}` : words.no_gradient),
      flag,
    ];
    p.title.textContent = label.filter(Boolean).join(", ");
    set(p.g, "aria-label", p.title.textContent);
  }
  // What is wrong with a gradient: a dark plate with a sign and a word, over the card's upper edge.
  function flagOf(p, text) {
    const w = widthOf(text, "code") + 28;
    const [x, y] = [p.x + p.w - w - 8, p.y - 12];
    const sign = s("path", { d: `M${x + 11} ${y + 3}l5.5 10.5h-11zm0 4v3.5m0 1v1.2` });
    return [s("rect", { x, y, width: w, height: 17, rx: 4 }), sign, s("text", { x: x + 21, y: y + 12.5 }, text)];
  }
  // A value at the left, what it is at the right; what it is gives way where both don't fit.
  function showRow(p, left, right, v, what, kind, y) {
    const room = p.w - 20;
    const used = isBig(v) ? Math.max(40, room - widthOf(what, kind) - 8) : widthOf(inWords(v), "value");
    left.textContent = isBig(v) ? "" : clip(inWords(v), room, "value");
    right.textContent = used + 6 + widthOf(what, kind) > room ? "" : what;
    if (isBig(v)) p.art.append(heat(v, p.x + 10, y, Math.min(used, room), 12));
  }
  function showStats(p, v) {
    const [low, mean, high] = v.stats.map(minus);
    const room = p.w - 20;
    const rows = [[low, mean, high, ...odd(v)], [low, "…", high, ...odd(v)], odd(v)];
    const fits = rows.find((row) => row.reduce((n, t) => n + widthOf(t, "chip") + 5, -5) <= room) ?? [];
    fits.forEach((t, k) => {
      const share = fits.length > 1 ? k / (fits.length - 1) : 0;
      const anchor = share === 0 ? "start" : share === 1 ? "end" : "middle";
      p.art.append(s("text.stat", { x: p.x + 10 + share * room, y: p.y + 55, "text-anchor": anchor }, t));
    });
  }
  function paintEdge(id, e, step, touched) {
    const { to, reached } = edges[id];
    const key = app.now.edge[id];
    const backward = step.phase === "backward";
    const back = key != null;
    const fed = touched.has(`value ${to}`);
    const idle = fed ? "in" : backward && reached === false ? "faded" : "idle";
    const look = !back ? idle : touched.has(`edge ${id}`) ? "flow" : "flowed";
    if (unchanged(e, look, key, questions.hidden(key))) return;
    set(e.wires, "data-state", look);
    set(e.chip, "data-state", look);
    set(e.chip, "data-hidden", back && questions.hidden(key));
    const [p, q] = [e.points[0], e.points.at(-1)];
    set(e.line, "d", wire(e.points, e.from + (back ? 7 : 0), e.to + (back ? 0 : 7)));
    set(e.tip, "d", back ? `M${p[0] + 1 + e.from} ${p[1]}l9 -4.5v9z` : `M${q[0] - 1 - e.to} ${q[1]}l-8 -4v8z`);
    e.chip.replaceChildren(...(back ? chip(e, get(key)) : []));
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
  function paintCaption(step) {
    const box = layout.nodes[step.node];
    drawn.caption.textContent = "";
    if (!box || !step.caption) return;
    const text = clip(fill(step.caption, inBrief), layout.size[0] - 8, "caption");
    drawn.caption.textContent = text;
    set(drawn.caption, "x", Math.max(4, Math.min(box[0] + 10, layout.size[0] - 4 - widthOf(text, "caption"))));
    set(drawn.caption, "y", box[1] + box[3] + 16);
  }
  // The contribution travels right to left, in a fifth of a second.
  function travel(id) {
    const e = drawn.edges[id];
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

  function scrolled() {
    set(el, "data-left", stage.scrollLeft > 4);
    set(el, "data-right", stage.scrollLeft + stage.clientWidth < stage.scrollWidth - 4);
  }
  function keepInView() {
    const t = steps[app.at];
    const box = layout.nodes[t.node];
    if (!box) return;
    const other = layout.nodes[edges[t.edge]?.to] ?? box;
    const scale = stage.firstChild.clientWidth / layout.size[0];
    const reach = (k) => [
      Math.min(box[k], k ? other[k] : box[k]) * scale - 10,
      Math.max(box[k] + box[k + 2], other[k] + other[k + 2]) * scale + (k ? 40 : 10),
    ];
    const left = within(...reach(0), stage.scrollLeft, stage.clientWidth);
    const top = within(...reach(1), stage.scrollTop, stage.clientHeight);
    if (Math.abs(left - stage.scrollLeft) + Math.abs(top - stage.scrollTop) < 1) return;
    stage.scrollTo({ left, top, behavior: calm() ? "auto" : "smooth" });
  }

  drawStage();
  return { el, paint, travel, scrolled, keepInView };
}
