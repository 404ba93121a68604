// ------------------------------------------------------------------ formulas: token trees become MathML
const LEAVES = new Set(["mi", "mn", "mo", "mtext"]);
const BRANCHES = new Set(["mrow", "mfrac", "msup", "msub", "msqrt", "mover", "munder"]);
const FIXED = { mo: { stretchy: "false", movablelimits: "false" }, mtext: { class: "ag-code" } };
const NAMED = new Set([
  "upstream",
  "local",
  "contribution",
  "so far",
  "new",
  "total",
  "stored",
  "seed",
  "summed",
  "given",
  "returned",
]);
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
const FITS = 40; // characters of the widest row that is written out
const rowsOf = (d) => Array.isArray(d[0]) && !Array.isArray(d[0][0]) && flat(d).length > 1;
const widest = (d) => (rowsOf(d) ? Math.max(...d.map((row) => listed(row).length)) : listed(d).length);
// A matrix; each number knows where it stands, so that a product can show which it takes.
const grid = (d) => {
  const cell = (x, j, k) => m("mtd", { "data-at": `${j},${k}` }, m("mn", minus(x)));
  const line = (row, j) => m("mtr", ...row.map((x, k) => cell(x, j, k)));
  return m("mtable.grid", d.map(line));
};
const asMath = (v) => {
  if (v == null) return m("mtext", "–");
  if (v.hidden) return m("mtext.ag-hidden", "?");
  if (!v.data || widest(v.data) > FITS) return m("mtext", heatIcon(v, 44, 12));
  return rowsOf(v.data) ? grid(v.data) : numbers(flat(v.data).length === 1 ? flat(v.data)[0] : v.data);
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
  if (cell.s) return m("mtd.shape", m("mtext", cell.s));
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
