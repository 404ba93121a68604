// Variables: the picture's twin in text.
//
// Where it is narrow its rows are grids, and a browser may then forget that it is a table, unless told.
const ROLES = {
  thead: "rowgroup",
  tbody: "rowgroup",
  tr: "row",
  td: "cell",
  "[scope=col]": "columnheader",
  "[scope=row]": "rowheader",
};
function keepRoles(table) {
  set(table, "role", "table");
  for (const [which, role] of Object.entries(ROLES))
    for (const el of table.querySelectorAll(which)) set(el, "role", role);
}
function variablesOf(app) {
  const { scene, steps, words, word, questions, get, held } = app;
  const { nodes, variables } = scene;
  const table = h("table.ag-vars", { hidden: !variables.length });
  const vars = [];
  function drawVars() {
    table.style.setProperty("--name", Math.max(5, ...variables.map((v) => v.name.length)));
    const cols = ["name", "value", "grad", "learns"].map((name) => h(`col.${name}`));
    const named = [words.variable, words.held, "grad", ["requires_", h("wbr"), "grad"]];
    const heads = named.map((t) => h("th", { scope: "col" }, t));
    for (const v of variables) {
      const [value, grad, learns] = [h("td"), h("td"), h("td")];
      const name = h("th", { scope: "row" }, v.name);
      vars.push({ ...v, value, grad, learns, row: h("tr", name, value, grad, learns) });
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
  // A matrix breaks between its rows; its text stays one.
  function byRow(v) {
    const rows = Array.isArray(v.data?.[0]) ? v.data.map(listed) : [];
    if (rows.length < 2) return small(v);
    const row = (text, k) => `${k ? "" : "["}${text}${k < rows.length - 1 ? "," : "]"}`;
    return rows.flatMap((text, k) => [k > 0 && " ", h("span.row", row(text, k))]).filter(Boolean);
  }
  function cell(v, note) {
    if (v == null) return ["–"];
    const kind = [note, !v.hidden && `${v.shape} ${v.dtype}`, ...(v.data ? [] : odd(v))].filter(Boolean).join(", ");
    const shown = v.data ? byRow(v) : isBig(v) ? heatIcon(v, 48, 10) : inWords(v);
    return [shown, " ", kind && soft(kind)].flat().filter(Boolean);
  }
  function paintVars() {
    const hits = new Set(steps[app.at].effects.map(([what, id]) => `${what} ${id}`));
    set(table, "aria-label", word("variables", { k: app.at + 1 }));
    for (const v of vars) {
      const id = v.nodes.findLast((node) => app.now.value[node] != null);
      const node = id ?? v.nodes[0]; // a name may be bound to another Variable later
      const { requires_grad, stored, asked } = questions.seen(node, nodes[node]);
      const slot = requires_grad && stored;
      const sum = slot ? held(id) : null;
      const note = sum != null && !app.now.kept[id] ? (nodes[id]?.so_far ?? "") : "";
      const hot = hits.has(`value ${id}`);
      const hotGrad = slot && (hits.has(`grad ${id}`) || hits.has(`store ${id}`));
      const flag = sum != null && !questions.hidden(sum) && app.now.flag[id];
      if (unchanged(v, id, app.now.value[id], sum, questions.hidden(sum), note, hot, hotGrad, flag, asked)) continue;
      const value = get(app.now.value[id]);
      set(v.value, "data-now", hot && "value");
      set(v.grad, "data-now", hotGrad && "grad");
      for (const cell of [v.grad, v.learns]) set(cell, "data-asked", asked);
      set(v.grad, "data-hidden", (asked && hot) || (slot && sum != null && questions.hidden(sum)));
      set(v.value, "title", value && inWords(value));
      v.value.replaceChildren(...cell(value, nodes[id]?.changed && words.changed));
      if (asked) v.grad.replaceChildren(inWords(HIDDEN));
      else
        v.grad.replaceChildren(
          ...(slot
            ? cell(get(sum), [note, flag].filter(Boolean).join(", "))
            : [soft(requires_grad ? words.not_stored : "None")]),
        );
      v.learns.textContent = asked ? inWords(HIDDEN) : requires_grad ? "True" : "False";
    }
  }

  drawVars();
  keepRoles(table);
  return { el: table, paint: paintVars };
}
