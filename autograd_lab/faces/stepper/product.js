// A sum of products, written out.
const signed = (x) => (x.startsWith("-") ? `(${minus(x)})` : x);
function sumOf(name, terms, sum, ...more) {
  const all = [...terms.map(([a, b]) => `${signed(a)} × ${signed(b)}`), ...more.filter(Boolean)];
  return `${name} = ${all.join(" + ")} = ${minus(sum)}`;
}
// One cell of a convolution, in full: the window laid over the input.
function slidingOf(app, t) {
  const { get, word, words } = app;
  if (!t.cells || get(t.cells.of).hidden) return null;
  const told = h("output.ag-terms");
  const option = ({ at }, k) => h("option", { value: k }, `[${at.join(", ")}]`);
  const none = h("option", { value: "" }, words.no_cell);
  const choice = h("select", { onchange: show }, none, t.cells.cells.map(option));
  function show() {
    const cell = t.cells.cells[choice.value];
    told.textContent = "";
    if (!cell) return;
    const more = cell.more && `… ${word("terms_more", { n: cell.more })}`;
    told.textContent = sumOf(`[${cell.at.join(", ")}]`, cell.terms, cell.out, more, cell.bias && signed(cell.bias));
  }
  return h("div.ag-cell", h("label", h("span", words.one_cell), choice), told);
}
// One cell of a product of matrices, in full: a row of the left with a column of the right.
function productOf(app, t, eqs) {
  const { get, word, words } = app;
  if (!t.product) return null;
  const [left, right, out] = ["left", "right", "out"].map((part) => get(t.product[part]));
  if (!out || out.hidden) return null;
  const told = h("output.ag-terms");
  if (![left, right, out].every((v) => v.data)) {
    const { terms, more, out: sum } = t.product.first;
    told.textContent = inFull([0, 0], terms, sum, more && `… ${word("terms_more", { n: more })}`);
    return h("div.ag-cell", h("span", words.one_cell), told);
  }
  const places = placesOf(out.data);
  const option = (at, k) => h("option", { value: k }, `[${at.join(", ")}]`);
  const choice = h(
    "select",
    { onchange: () => show(choice.value) },
    h("option", { value: "" }, words.no_cell),
    places.map(option),
  );
  const label = h("label", h("span", words.one_cell), choice);
  const grids = [...(eqs.find((eq) => eq.querySelector(".shape")) ?? h("i")).querySelectorAll(".num")];
  const mark = (k, j, i) => {
    for (const cell of grids[k]?.querySelectorAll("[data-at]") ?? []) {
      const [row, column] = cell.getAttribute("data-at").split(",");
      set(cell, "data-on", (j == null || +row === j) && (i == null || +column === i));
    }
  };
  function show(k) {
    const at = places[k];
    told.textContent = "";
    for (const part of [0, 1, 2]) mark(part, -1, -1);
    if (!at) return;
    const [j, i] = rowAndColumn(left, right, at);
    mark(0, j, null);
    mark(1, null, i);
    mark(2, j, i);
    const row = vectorOf(left.data, depth(left.data) === 1 ? null : j, at, false);
    const column = vectorOf(right.data, depth(right.data) === 1 ? null : i, at, true);
    const sum = at.reduce((d, n) => d[n], out.data);
    told.textContent = inFull(
      [j ?? 0, i ?? 0],
      row.map((x, n) => [x, column[n]]),
      sum,
    );
  }
  for (const cell of grids[2]?.querySelectorAll("[data-at]") ?? []) {
    const k = places.findIndex((at) => `${at}` === cell.getAttribute("data-at"));
    cell.addEventListener("click", () => {
      choice.value = k;
      show(k);
    });
  }
  return h("div.ag-cell", label, told);

  function inFull([j, i], terms, sum, more) {
    return sumOf(word("row_and_column", { i: j, j: i }), terms, sum, more);
  }
}
const depth = (d) => (Array.isArray(d) ? 1 + depth(d[0]) : 0);
// Every place in nested lists: [[0, 0], [0, 1], …]; of a single number one, []
const placesOf = (d) => (Array.isArray(d) ? d.flatMap((part, k) => placesOf(part).map((rest) => [k, ...rest])) : [[]]);
// A place in the result as a row of the left and a column of the right; a vector has but one.
function rowAndColumn(left, right, at) {
  const column = depth(right.data) > 1 ? at.at(-1) : null;
  const row = depth(left.data) > 1 ? at.at(column == null ? -1 : -2) : null;
  return [row, column];
}
// A row, or a column, of a matrix or of one in a batch; a matrix that is stretched over a batch serves each.
function vectorOf(data, k, at, columns) {
  const extra = depth(data) - 2;
  const lead = extra > 0 ? at.slice(0, -2).slice(-extra) : [];
  const matrix = lead.reduce((d, n) => d[d.length === 1 ? 0 : n], data);
  if (k == null) return matrix;
  return columns ? matrix.map((row) => row[k]) : matrix[k];
}
