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
const asMath = (v) => {
  if (v == null) return m("mtext", "–");
  if (v.hidden) return m("mtext.ag-hidden", "?");
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
