// Elements, values as text and as little heat-maps, widths, shapes: what every part of the stepper uses.
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
const CONTROLS = new Set(["button", "select", "input"]);
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
  tick: "M3 8.5l3.5 3.5L13 4.5",
  zoom_in: "M3 8h10M8 3v10",
  zoom_out: "M3 8h10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  follow: "M8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3M8 5a3 3 0 1 0 0 6a3 3 0 1 0 0-6z",
  eye: "M1.5 8C4 4 12 4 14.5 8C12 12 4 12 1.5 8zM8 6.5v3",
};
const icon = (name) =>
  s("svg", { class: `i-${name}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, s("path", { d: ICON[name] }));
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// How much larger than usual text is to be: by the browser's setting, or JupyterLab's own.
function textScale() {
  const look = getComputedStyle(document.documentElement);
  const times = (name, usual) => Number.parseFloat(look.getPropertyValue(name)) / usual || 1;
  return Math.max(1, times("font-size", 16), times("--jp-content-font-size1", 14));
}
// ------------------------------------------------------------------ values: text and little heat-maps
const isBig = (v) => v != null && "heat" in v;
const minus = (t) => String(t).replaceAll("-", "−");
const flat = (d) => (Array.isArray(d) ? d.flat(Infinity) : [d]);
const listed = (d) => (Array.isArray(d) ? `[${d.map(listed).join(", ")}]` : minus(d));
const odd = (v) => [v.nan && `${v.nan} nan`, v.inf && `${v.inf} inf`].filter(Boolean);
const small = (v) => listed(flat(v.data).length === 1 ? flat(v.data)[0] : v.data);
const HIDDEN = { hidden: true, shape: "" }; // stands for a value until its question is answered
const inWords = (v) => (v == null ? "–" : v.hidden ? "?" : isBig(v) ? minus(v.told) : small(v));
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
// East Asian characters are broad in any font, an m only where the font isn't monospaced.
const broad = (c, kind) => c > "\u2e80" || (kind === "meta" && "mwMW@".includes(c));
const widthOf = (t, kind) => WIDE[kind] * [...t].reduce((n, c) => n + (broad(c, kind) ? 1.8 : 1), 0);
const clip = (t, room, kind) => {
  if (widthOf(t, kind) <= room) return t;
  const kept = [...t].slice(0, Math.max(1, Math.floor(room / WIDE[kind]) - 1));
  while (kept.length > 1 && widthOf(`${kept.join("")}…`, kind) > room) kept.pop();
  return `${kept.join("")}…`;
};

// ------------------------------------------------------------------ staying in view
const within = (from, to, start, size) => {
  if (from >= start && to <= start + size) return start;
  const room = size - (to - from); // where both ends don't fit, the one that receives is shown
  return room < 0 ? from : from - room / 2;
};
// Whether something looks as it did the last time it was painted.
const unchanged = (p, ...looks) => {
  const last = p.last;
  p.last = looks.join("|");
  return p.last === last;
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
