// The stepper: one Scene in, one element out. Every step is in the Scene, so stepping never asks the kernel.
//
//   mount(element, scene, { step }) -> { el, go, at, destroy }
//
// Names in a Scene come from users: every text goes in by textContent, never as markup.

const HTML = "http://www.w3.org/1999/xhtml";
const SVG = "http://www.w3.org/2000/svg";
const MATH = "http://www.w3.org/1998/Math/MathML";

// ------------------------------------------------------------------ small tools
const set = (el, name, value) => {
  const to = value === true ? "" : value;
  if (value === false || value == null) el.removeAttribute(name);
  else if (el.getAttribute(name) !== `${to}`) el.setAttribute(name, to);
};
const CONTROLS = new Set(["button", "select"]);
// h("span.no", { title }, kids): class names after dots; the properties may be left out.
function make(ns, spec, ...kids) {
  const [tag, ...classes] = spec.split(".");
  const el = document.createElementNS(ns, tag);
  const props = kids[0]?.constructor === Object ? kids.shift() : {};
  if (classes.length) el.setAttribute("class", classes.join(" "));
  for (const [k, v] of Object.entries(props)) {
    if (k.startsWith("on")) el.addEventListener(k.slice(2), v);
    else set(el, k, v);
  }
  // JupyterLab's one-key commands look at the focused element itself, so each one says no.
  if (CONTROLS.has(tag) || "tabindex" in props) el.setAttribute("data-lm-suppress-shortcuts", "true");
  el.append(...kids.flat(4).filter((kid) => kid != null && kid !== false));
  return el;
}
const h = (...what) => make(HTML, ...what);
const s = (...what) => make(SVG, ...what);
const m = (...what) => make(MATH, ...what);

const ICON = {
  first: "M3.5 3v10M12.5 3 7 8l5.5 5",
  back: "M10 3 5 8l5 5",
  next: "M6 3l5 5-5 5",
  last: "M12.5 3v10M3.5 3 9 8l-5.5 5",
  play: "M5 3.2v9.6L12.6 8z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  cross: "M4 4l8 8M12 4l-8 8",
};
const icon = (name) =>
  s("svg", { class: `i-${name}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: ICON[name] }));
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// ------------------------------------------------------------------ values: text and little heat-maps
const isBig = (v) => v != null && "heat" in v;
const minus = (t) => String(t).replaceAll("-", "−");
const flat = (d) => (Array.isArray(d) ? d.flat(Infinity) : [d]);
const listed = (d) => (Array.isArray(d) ? `[${d.map(listed).join(", ")}]` : minus(d));
const odd = (v) => [v.nan && `${v.nan} nan`, v.inf && `${v.inf} inf`].filter(Boolean);
const small = (v) => listed(flat(v.data).length === 1 ? flat(v.data)[0] : v.data);
const inWords = (v) => (v == null ? "–" : isBig(v) ? minus(v.told) : small(v));
const inBrief = (v) => (isBig(v) ? v.shape : inWords(v));

// Eight shades a sign and one path a shade: a strip of 256 cells is some 16 elements.
function heat(v, x, y, width, height) {
  const shades = {};
  const cw = width / v.heat[0].length;
  const ch = height / v.heat.length;
  v.heat.forEach((row, j) => {
    row.forEach((c, k) => {
      const shade = c == null ? "nan 8" : `${c < 0 ? "neg" : "pos"} ${Math.round(8 * Math.abs(c))}`;
      shades[shade] = `${shades[shade] ?? ""}M${x + k * cw} ${y + j * ch}h${cw}v${ch}h${-cw}z`;
    });
  });
  const frame = { class: "ag-heat", x: x - 0.5, y: y - 0.5, width: width + 1, height: height + 1 };
  const paint = ([shade, d]) => {
    const [cls, level] = shade.split(" ");
    return s("path", { class: cls, "fill-opacity": level / 8, d });
  };
  return s("g", s("rect", frame), Object.entries(shades).map(paint));
}
function heatIcon(v, width, height) {
  const [w, hgt] = [width + 2, height + 2];
  const box = { width: w, height: hgt, viewBox: `-1 -1 ${w} ${hgt}`, role: "img", "aria-label": inWords(v) };
  return s("svg", box, heat(v, 0, 0, width, height));
}

// ------------------------------------------------------------------ room: widths in px a character, by kind of text
const WIDE = { name: 7.9, value: 7.3, code: 6.7, meta: 5.9, chip: 6.7, caption: 7 };
const widthOf = (t, kind) => WIDE[kind] * [...t].reduce((n, c) => n + (c > "\u2e80" ? 1.8 : 1), 0);
const clip = (t, room, kind) => {
  if (widthOf(t, kind) <= room) return t;
  const fit = Math.max(1, Math.floor(room / WIDE[kind]) - 1);
  return `${[...t].slice(0, fit).join("")}…`;
};

// ------------------------------------------------------------------ geometry
// a: radius of the upper corners, b: of the lower ones
const rounded = (x, y, w, hgt, a, b) =>
  `M${x} ${y + a}a${a} ${a} 0 0 1 ${a} ${-a}h${w - 2 * a}a${a} ${a} 0 0 1 ${a} ${a}v${hgt - a - b}` +
  `a${b} ${b} 0 0 1 ${-b} ${b}h${2 * b - w}a${b} ${b} 0 0 1 ${-b} ${-b}z`;
const wire = (points, trimStart, trimEnd) => {
  const [[x, y], ...rest] = points;
  const ends = rest.map(([px, py], k) => [k === rest.length - 1 ? px - trimEnd : px, py]);
  return `M${x + trimStart} ${y}C${ends.join(" ")}`;
};

// ------------------------------------------------------------------ formulas: token trees become MathML
const LEAVES = new Set(["mi", "mn", "mo", "mtext"]);
const BRANCHES = new Set(["mrow", "mfrac", "msup", "msub", "msqrt", "mover", "munder"]);
const FIXED = { mo: { stretchy: "false", movablelimits: "false" }, mtext: { class: "ag-code" } };
const NAMED = new Set(["upstream", "local", "contribution", "so far", "new", "total", "stored", "seed", "summed"]);
const numbers = (d) => {
  if (!Array.isArray(d)) return m("mn", minus(d));
  const mo = (t) => m("mo", FIXED.mo, t);
  return m(
    "mrow",
    mo("["),
    d.map((x, k) => [k > 0 && mo(","), numbers(x)]),
    mo("]"),
  );
};
const asMath = (v) => {
  if (v == null) return m("mtext", "–");
  if (isBig(v)) return m("mtext", heatIcon(v, 44, 12));
  return numbers(flat(v.data).length === 1 ? flat(v.data)[0] : v.data);
};
function tree(t, get) {
  if (t?.v) return asMath(get(t.v));
  if (!Array.isArray(t)) return null;
  const [tag, ...kids] = t;
  if (LEAVES.has(tag))
    return m(tag, tag === "mi" && kids[0] === "∂" ? { mathvariant: "normal" } : FIXED[tag], String(kids[0]));
  return BRANCHES.has(tag)
    ? m(
        tag,
        {},
        kids.map((kid) => tree(kid, get)),
      )
    : null;
}
function formulaCell(cell, role, get) {
  if (cell === "") return m("mtd");
  if (typeof cell === "string") return m("mtd.gap", m("mo", cell));
  const cls = cell.m ? (cell.rule ? "rule" : "sym") : "num";
  return m("mtd", { class: cls, "data-role": role }, tree(cell.m ?? cell.n ?? cell, get));
}
function equation({ roles, rows }, get, words) {
  const named = (r) => m("mtd.role", m("mtext", NAMED.has(r) ? words[r] : ""));
  const head = roles.some((r) => NAMED.has(r)) && m("mtr", roles.map(named));
  const body = rows.map((row) =>
    m(
      "mtr",
      row.map((cell, k) => formulaCell(cell, roles[k] ?? "", get)),
    ),
  );
  return m("math", { display: "block", class: "ag-eq" }, m("mtable", head, body));
}

// ------------------------------------------------------------------ code: the expression, in it the operand that receives
function marked(text, phase, outer, inner, soft) {
  const chars = [...text]; // spans count characters as Python does
  const part = (a, b) => chars.slice(a, b).join("");
  const mark = (cls, ...kids) => h("mark", { class: cls, "data-phase": phase }, kids);
  if (!outer && !inner) return [text];
  const [a, b] = outer ?? inner;
  const [c, d] = inner ?? outer;
  const core = mark("", part(c, d));
  if (!outer || (!inner && !soft) || c < a || d > b) return [part(0, c), core, part(d)];
  return [part(0, a), mark("around", inner ? [part(a, c), core, part(d, b)] : part(a, b)), part(b)];
}

const KEYS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
const SLIDER_KEYS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
const HEADS = { forward: "Forward", backward: "Backward", error: "Error", note: "Note" }; // of steps, by kind or phase
const DOTS = 60; // more steps than this are a track without dots

export function mount(el, scene, options = {}) {
  const { nodes, edges, layout, variables, words } = scene;
  const nothing = { phase: "forward", kind: "note", title: "", effects: [], say: words.no_step };
  const steps = scene.steps.length ? scene.steps : [nothing];
  const end = steps.length - 1;
  const drawn = { nodes: {}, edges: {} };
  const seen = { root: 0, left: 0 };
  let at = -1;
  let now = null;
  let timer = null;
  let frame = 0;

  // ---------------------------------------------------------------- what the Scene says, looked up
  const get = (key) => scene.values[key] ?? null;
  const fill = (t, say = inWords) => t.replace(/\{\{|\}\}|\{([^{}]+)\}/g, (all, key) => (key ? say(get(key)) : all[0]));
  const rich = (t) =>
    fill(t)
      .split("`")
      .map((part, k) => (k % 2 ? h("code", part) : part));
  const plain = (t) => fill(t).replaceAll("`", "");
  const word = (key, parts) => words[key].replace(/\{(\w+)\}/g, (all, part) => parts[part] ?? all);
  const headOf = (t) => words[HEADS[t.kind] ?? HEADS[t.phase]];
  const spoken = () => {
    const t = steps[at];
    const parts = { k: at + 1, n: steps.length, phase: words[t.phase], kind: words[t.kind], say: plain(t.say) };
    return word(HEADS[t.kind] ? "told_kind" : "told", parts);
  };
  const spansOf = (t) => t.spans ?? (t.span ? [t.span] : []);

  // The state at a step is all effects up to it: forward adds a step's own, back starts again.
  function advance(to) {
    if (to < at || !now) {
      now = { value: {}, grad: {}, edge: {}, store: {}, kept: {} };
      at = -1;
    }
    while (at < to) {
      for (const [what, id, key] of steps[++at].effects) {
        now[what][id] = key;
        if (what === "store" || what === "grad") now.kept[id] = what === "store" || key == null;
      }
    }
  }
  const held = (id) => now[now.kept[id] ? "store" : "grad"][id]; // what `.grad` holds, or the sum on its way there

  // ---------------------------------------------------------------- the skeleton, in reading and focus order
  const live = h("p.vh", { role: "status", "aria-live": "polite" });
  const stage = h("div.ag-stage", { tabindex: 0, role: "group", onscroll: scrolled });
  const picture = h("div.ag-picture", { hidden: !Object.keys(nodes).length }, stage);
  const button = (name, key, act, cls = "") =>
    h(
      "button",
      {
        class: `ag-btn ${cls}`,
        type: "button",
        "aria-label": words[name],
        title: `${words[name]} (${key})`,
        onclick: act,
      },
      cls && h("span", words.next_short),
      icon(name),
    );
  const buttons = {
    first: button("first", words.key_first, () => move(-Infinity)),
    back: button("back", "←", () => move(-1)),
    play: button("play", words.key_play, toggle),
    next: button("next", "→", () => move(1), "main"),
    last: button("last", words.key_last, () => move(Infinity)),
  };
  const thumb = h("i.ag-thumb");
  const later = h("i.ag-later");
  const tip = h("div.ag-tip", { hidden: true });
  const time = h("div.ag-time", { role: "slider", tabindex: 0, "aria-label": words.step });
  const count = h("span.ag-count", { "aria-hidden": "true" });
  const rates = ["0.5", "1", "2", "4"].map((v) => h("option", { value: v, selected: v === "1" }, `${v}×`));
  const speed = h(
    "select.ag-speed",
    { "aria-label": words.speed, title: words.speed, onchange: () => timer && play() },
    rates,
  );
  const panel = h("div.ag-step");
  const lines = h("ol.ag-lines", { "aria-label": words.code, hidden: !scene.lines.length });
  const table = h("table.ag-vars", { hidden: !variables.length });
  const stepping = h("div.ag-buttons", { role: "group", "aria-label": words.stepping }, Object.values(buttons));
  const side = h("div.ag-side", { hidden: lines.hidden && table.hidden }, lines, table);
  const root = h(
    "section.ag",
    { "aria-label": word("stepper", scene), lang: scene.language, onkeydown: keys },
    picture,
    h("div.ag-bar", stepping, time, count, speed),
    h("div.ag-body", panel, side),
    live,
  );

  // ---------------------------------------------------------------- the picture, drawn once
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
    picture.after(h("p.ag-key", scale, gap, h("span", words.under_strip)));
  }
  function drawNode(id) {
    const n = nodes[id];
    const [x, y, w, hgt] = layout.nodes[id];
    const foot = n.grad ? 24 : 0;
    const cut = y + hgt - foot;
    const r = n.kind === "leaf" ? 2 : 13;
    const kind = n.kind === "leaf" ? (n.learns ? "learns" : "fixed") : n.kind;
    const word = n.failed ? words.failed : (n.note ?? "");
    const room = w - 20 - (n.failed ? 14 : 0);
    const note = clip(word, Math.max(room - 8 - widthOf(n.label, "name"), room * 0.4), "meta");
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

  // ---------------------------------------------------------------- painting a step: only what differs from last time
  const unchanged = (p, ...looks) => {
    const last = p.last;
    p.last = looks.join("|");
    return p.last === last;
  };
  function paint() {
    const step = steps[at];
    const touched = new Set(step.effects.map(([what, id]) => `${what} ${id}`));
    for (const id of Object.keys(drawn.nodes)) paintNode(id, drawn.nodes[id], step, touched);
    for (const id of Object.keys(drawn.edges)) paintEdge(id, drawn.edges[id], step, touched);
    paintCaption(step);
  }
  function paintNode(id, p, step, touched) {
    const n = nodes[id];
    const key = now.value[id];
    const sum = n.grad ? held(id) : null;
    const hot = touched.has(`value ${id}`) || (step.kind === "inplace" && step.node === id);
    const hotGrad = touched.has(`grad ${id}`) || touched.has(`store ${id}`);
    const valueLook = key == null ? "none" : hot ? "active" : "known";
    const gradLook = !n.grad ? null : sum == null ? "none" : hotGrad ? "active" : "known";
    const faded = step.phase === "backward" && (n.reached === false || (n.kind === "leaf" && !n.learns));
    const slot = n.kind === "leaf" && n.so_far && sum != null && !now.kept[id] ? n.so_far : n.grad;
    if (unchanged(p, key, valueLook, sum, gradLook, faded, slot, step.node === id)) return;
    set(p.g, "data-value", valueLook);
    set(p.g, "data-grad", gradLook);
    set(p.g, "data-faded", faded);
    set(p.g, "data-now", step.node === id);
    const [v, g] = [get(key), get(sum)];
    p.art.replaceChildren();
    showRow(p, p.value, p.shape, v, n.shape ?? "", "code", p.y + 27.5);
    if (isBig(v) && p.tall) showStats(p, v);
    if (n.grad) showRow(p, p.grad, p.gradName, g, slot, "meta", p.cut + 6);
    const value = v ? word("value", { value: inWords(v) }) : words.not_computed;
    const label = [
      n.label,
      n.note,
      n.failed && words.failed,
      n.shape,
      value,
      n.grad && (g ? `${slot} ${inWords(g)}` : words.no_gradient),
    ];
    p.title.textContent = label.filter(Boolean).join(", ");
    set(p.g, "aria-label", p.title.textContent);
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
    const key = now.edge[id];
    const backward = step.phase === "backward";
    const back = key != null;
    const fed = !backward && touched.has(`value ${to}`);
    const idle = fed ? "in" : backward && reached === false ? "faded" : "idle";
    const look = !back ? idle : touched.has(`edge ${id}`) ? "flow" : "flowed";
    if (unchanged(e, look, key)) return;
    set(e.wires, "data-state", look);
    set(e.chip, "data-state", look);
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

  // ---------------------------------------------------------------- timeline: dots, or a track with one thumb
  const stretches = [];
  const owner = []; // the stretch of each step
  function drawTime() {
    steps.forEach((t, k) => {
      if (t.phase !== stretches.at(-1)?.phase) stretches.push({ phase: t.phase, first: k, count: 0 });
      stretches.at(-1).count++;
      owner.push(stretches.at(-1));
    });
    for (const one of stretches) {
      one.dots = Array.from({ length: steps.length <= DOTS ? one.count : 0 }, () => h("span.ag-tick", h("i")));
      const ticks = h("span.ag-ticks", one.dots);
      const name = h("span", one.phase === "forward" ? words.to_the_right : words.to_the_left);
      const style = `flex: ${one.count} 0 0; --n: ${one.count}`;
      one.el = h("span.ag-stretch", { "data-phase": one.phase, style, "aria-hidden": "true" }, name, ticks);
    }
    set(time, "data-track", steps.length > DOTS);
    set(time, "aria-valuemin", 1);
    set(time, "aria-valuemax", steps.length);
    time.append(...stretches.map((one) => one.el), later, thumb, tip);
  }
  const place = (k) => (100 * (k + 0.5)) / steps.length;
  const stepUnder = (ev) => {
    const box = time.getBoundingClientRect();
    return Math.max(0, Math.min(end, Math.floor(((ev.clientX - box.left) / box.width) * steps.length)));
  };
  time.addEventListener("pointerdown", (ev) => {
    if (ev.button) return;
    time.setPointerCapture(ev.pointerId);
    move(stepUnder(ev) - at);
  });
  time.addEventListener("pointermove", (ev) => {
    const k = stepUnder(ev);
    if (time.hasPointerCapture(ev.pointerId)) go(k);
    tip.hidden = false;
    tip.textContent = `${k + 1}  ${steps[k].title}`;
    const half = tip.offsetWidth / 2;
    const width = time.clientWidth;
    tip.style.left = `${Math.max(half, Math.min(width - half, (place(k) * width) / 100))}px`;
  });
  time.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });
  const shown = { stretch: null };
  function paintTime() {
    const here = owner[at];
    for (const one of stretches) for (const [k, dot] of one.dots.entries()) set(dot, "data-past", one.first + k < at);
    if (shown.stretch) set(shown.stretch.el, "data-now", null);
    shown.stretch = here;
    set(here.el, "data-now", true);
    set(thumb, "data-phase", here.phase);
    thumb.style.left = later.style.left = `${place(at)}%`;
    set(time, "aria-valuenow", at + 1);
    set(time, "aria-valuetext", spoken());
    count.replaceChildren(h("b", at + 1), ` / ${steps.length}`);
    for (const b of ["first", "back"]) set(buttons[b], "aria-disabled", at === 0 && "true");
    for (const b of ["next", "last"]) set(buttons[b], "aria-disabled", at === end && "true");
  }

  // ---------------------------------------------------------------- the step in words, in symbols, in numbers
  function panelOf(t) {
    const kind = HEADS[t.kind] ? t.kind : t.phase;
    const chip = h("span.ag-phase", { "data-phase": kind }, t.kind === "error" && icon("cross"), headOf(t));
    const formula = (t.formula ?? []).map((f) => equation(f, get, words));
    return [
      h("p.ag-kicker", chip, t.title && h("code", t.title)),
      h("p.ag-say", rich(t.say)),
      formula.length > 0 && h("div.ag-eqs", { role: "group", "aria-label": words.formula }, formula),
    ].filter(Boolean);
  }

  // ---------------------------------------------------------------- code
  const rows = []; // of the code panel: the button or text of each line
  let lit = []; // the lines marked now
  function drawLines() {
    const first = new Map(); // the first step that runs a line, else the first that marks it
    const note = (line, k) => line != null && !first.has(line) && first.set(line, k);
    for (const [k, t] of steps.entries()) note(t.line, k);
    for (const [k, t] of steps.entries()) for (const [line] of spansOf(t)) note(line, k);
    const row = (line, k) => {
      if ("head" in line) return h("li.head", line.head);
      const to = first.get(k);
      const code = h("code", line.text);
      const kids = [h("span.no", line.no), code];
      if (to == null) rows[k] = { code, el: h("div.ag-line", kids) };
      else {
        kids.push(h("span.vh", ` ${word("go_to_step", { k: to + 1 })}`));
        const jump = { class: "ag-line", type: "button", onclick: () => move(to - at) };
        rows[k] = { code, el: h("button", jump, kids) };
      }
      return h("li", rows[k].el);
    };
    lines.append(...scene.lines.map(row));
  }
  function paintLines() {
    const t = steps[at];
    const spans = spansOf(t);
    const on = (q, k) => (q?.[0] === k ? q.slice(1) : null);
    const dirty = new Set([...lit, ...spans.map(([k]) => k), t.operand?.[0], t.line]);
    for (const k of dirty) {
      if (!rows[k]) continue;
      const outer = on(
        spans.find((q) => q[0] === k),
        k,
      );
      set(rows[k].el, "aria-current", k === t.line && "step");
      rows[k].code.replaceChildren(...marked(scene.lines[k].text, t.phase, outer, on(t.operand, k), t.operand));
    }
    lit = [...dirty];
  }

  // ---------------------------------------------------------------- variables: the picture's twin in text
  const vars = [];
  function drawVars() {
    table.style.setProperty("--name", Math.max(5, ...variables.map((v) => v.name.length)));
    const cols = ["name", "value", "grad", "learns"].map((name) => h(`col.${name}`));
    const heads = [words.variable, words.held, "grad", ["requires_", h("wbr"), "grad"]].map((t) =>
      h("th", { scope: "col" }, t),
    );
    for (const v of variables) {
      const [value, grad, learns] = [h("td"), h("td"), h("td")];
      vars.push({ ...v, value, grad, learns, row: h("tr", h("th", { scope: "row" }, v.name), value, grad, learns) });
    }
    table.append(
      h("colgroup", cols),
      h("thead", h("tr", heads)),
      h(
        "tbody",
        vars.map((v) => v.row),
      ),
    );
  }
  const soft = (t) => h("span.soft", t);
  function cell(v, word) {
    if (v == null) return ["–"];
    if (isBig(v)) return [heatIcon(v, 48, 10), soft([word || v.shape, ...odd(v)].join(", "))];
    return word ? [inWords(v), soft(` ${word}`)] : [inWords(v)];
  }
  function paintVars() {
    const hits = new Set(steps[at].effects.map(([what, id]) => `${what} ${id}`));
    set(table, "aria-label", word("variables", { k: at + 1 }));
    for (const v of vars) {
      const id = v.nodes.findLast((node) => now.value[node] != null);
      const { requires_grad, stored } = nodes[id ?? v.nodes[0]]; // a name may be bound to another Variable later
      const slot = requires_grad && stored;
      const sum = slot ? held(id) : null;
      const word = sum != null && !now.kept[id] ? (nodes[id]?.so_far ?? "") : "";
      const hot = hits.has(`value ${id}`);
      const hotGrad = slot && (hits.has(`grad ${id}`) || hits.has(`store ${id}`));
      if (unchanged(v, id, now.value[id], sum, word, hot, hotGrad)) continue;
      const value = get(now.value[id]);
      set(v.value, "data-now", hot && "value");
      set(v.grad, "data-now", hotGrad && "grad");
      set(v.value, "title", value && inWords(value));
      v.value.replaceChildren(...cell(value));
      v.grad.replaceChildren(...(slot ? cell(get(sum), word) : [soft(requires_grad ? words.not_stored : "None")]));
      v.learns.textContent = requires_grad ? "True" : "False";
    }
  }

  // ---------------------------------------------------------------- staying in view; nothing here moves the page
  function scrolled() {
    seen.left = stage.scrollLeft;
    set(picture, "data-left", seen.left > 4);
    set(picture, "data-right", seen.left + stage.clientWidth < stage.scrollWidth - 4);
  }
  const within = (from, to, start, size) => {
    if (from >= start && to <= start + size) return start;
    const room = size - (to - from); // where both ends don't fit, the one that receives is shown
    return room < 0 ? from : from - room / 2;
  };
  function keepInView() {
    const t = steps[at];
    const row = rows[t.operand?.[0] ?? spansOf(t)[0]?.[0] ?? t.line]?.el;
    if (row)
      lines.scrollTop = within(row.offsetTop, row.offsetTop + row.offsetHeight, lines.scrollTop, lines.clientHeight);
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
  // The panel is as tall as its tallest step, so that stepping moves nothing; the longest 80 are tried.
  function settle() {
    const cost = (t) => t.say.length + 150 * (t.formula ?? []).reduce((n, f) => n + f.rows.length, 0);
    const tallest = [...steps].sort((a, b) => cost(b) - cost(a)).slice(0, 80);
    const trial = h(
      "div.ag-trial",
      tallest.map((t) => h("div.ag-step", panelOf(t))),
    );
    panel.parentNode.append(trial);
    trial.style.width = `${panel.clientWidth}px`;
    panel.style.minHeight = `${Math.max(...[...trial.children].map((one) => one.offsetHeight))}px`;
    trial.remove();
  }
  function measure() {
    if (!root.clientWidth || root.clientWidth === seen.root) return;
    seen.root = root.clientWidth;
    for (const one of stretches) set(one.el, "data-narrow", (time.clientWidth * one.count) / steps.length < 72);
    settle();
    scrolled();
    keepInView();
  }
  const watch = new ResizeObserver(measure);

  // ---------------------------------------------------------------- moving
  function go(to, { quiet = false } = {}) {
    const target = Math.max(0, Math.min(end, to));
    if (target === at) return;
    const byOne = target === at + 1;
    advance(target);
    paint();
    paintTime();
    panel.replaceChildren(...panelOf(steps[at]));
    paintLines();
    paintVars();
    const edge = byOne && steps[at].edge;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => after(edge)); // what reads sizes waits for the frame's own layout
    const slider = root.getRootNode().activeElement === time; // a slider speaks for itself
    if (!quiet && !slider) live.textContent = spoken();
    if (at === end) stop();
  }
  function after(edge) {
    if (edge) travel(edge);
    keepInView();
    const eqs = panel.querySelector(".ag-eqs");
    if (!eqs || eqs.scrollWidth <= eqs.clientWidth) return;
    set(eqs, "tabindex", 0); // else a keyboard can't scroll it
    set(eqs, "data-lm-suppress-shortcuts", "true");
  }
  function move(by) {
    stop();
    go(at + by);
  }
  // A card leads to the last step up to now that made its value, its slot to the one that brought its gradient.
  function goWhere(what, id) {
    const made = (t) => t.effects.some(([w, n]) => n === id && (w === what || (w === "store" && what === "grad")));
    const before = steps.findLastIndex((t, k) => k <= at && made(t));
    const k = before >= 0 ? before : steps.findIndex(made);
    if (k >= 0) move(k - at);
  }
  function playing(on) {
    const name = on ? "pause" : "play";
    buttons.play.replaceChildren(icon(name));
    set(buttons.play, "aria-label", words[name]);
    set(buttons.play, "title", `${words[name]} (${words.key_play})`);
  }
  function stop() {
    if (!timer) return;
    clearInterval(timer);
    timer = null;
    playing(false);
  }
  function play() {
    clearInterval(timer);
    timer = setInterval(() => (root.isConnected ? go(at + 1) : stop()), 1600 / Number(speed.value));
    playing(true);
  }
  function toggle() {
    if (timer) return stop();
    if (at === end) go(0);
    if (end > 0) play();
  }
  function keys(ev) {
    if (ev.altKey || ev.ctrlKey || ev.metaKey) return;
    const own = ev.target.closest("select") || (ev.target.closest("button") && [" ", "Enter"].includes(ev.key));
    if (own) return ev.stopPropagation(); // a control's own keys stay its own
    const by = KEYS[ev.key] ?? (ev.target === time ? SLIDER_KEYS[ev.key] : null);
    if (by == null && ev.key !== " ") return;
    ev.preventDefault();
    ev.stopPropagation();
    if (by == null) toggle();
    else move(by);
  }

  drawStage();
  drawTime();
  drawLines();
  drawVars();
  go(options.step ?? 0, { quiet: true });
  el.replaceChildren(root);
  watch.observe(root);
  const destroy = () => {
    stop();
    cancelAnimationFrame(frame);
    watch.disconnect();
    root.remove();
  };
  // biome-ignore format: one line is enough
  return { el: root, go, get at() { return at; }, destroy };
}

// anywidget: the Scene is read once and nothing is ever sent back.
export default {
  render({ model, el }) {
    return mount(el, model.get("scene")).destroy;
  },
};
