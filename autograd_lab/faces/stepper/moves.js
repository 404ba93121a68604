// Where each number went: an input above, the result below, a line a number. Backward, gradients go up the lines.
const CELL = { tall: 24, gap: 3, group: 9, between: 44, label: 15 };

function movesOf(app, t) {
  return (t.moves ?? []).map((one) => moveOf(app, t, one));
}
function moveOf(app, t, { top, bottom, names, lines }) {
  const ends = [app.get(top), app.get(bottom)];
  if (ends.some((v) => !v || v.hidden)) return null;
  const side = Math.max(...names.map((name) => widthOf(clip(name, 110, "code"), "code"))) + 12;
  const rows = ends.map((v) => cellsOf(v.data));
  const wide = side + Math.max(...rows.map((row) => row.at(-1).x + row.at(-1).wide)) + 2;
  const [low, high] = [CELL.label + CELL.tall, CELL.label + CELL.tall + CELL.between];
  const middle = (cell) => side + cell.x + cell.wide / 2;
  const back = t.phase === "backward";
  const line = ([a, b]) => {
    const [x, u] = [middle(rows[0][a]), middle(rows[1][b])];
    const tip = back ? `M${x} ${low + 1}l-4 7h8z` : `M${u} ${high - 1}l-4 -7h8z`;
    const bend = (high - low) / 2;
    return [
      s("path.line", { d: `M${x} ${low}C${x} ${low + bend} ${u} ${high - bend} ${u} ${high}` }),
      s("path.tip", { d: tip }),
    ];
  };
  const used = [new Set(lines.map(([a]) => a)), new Set(lines.map(([, b]) => b))];
  const drawn = rows.map((row, k) =>
    row.map((cell, n) => cellAt(cell, side, k ? high : CELL.label, k, used[k].has(n))),
  );
  const named = names.map((name, k) =>
    s("text.of", { x: 0, y: (k ? high : CELL.label) + 16 }, clip(name, 110, "code")),
  );
  const tall = high + CELL.tall + CELL.label;
  const label = app.word("where_numbers", { top: names[0], bottom: names[1] });
  const box = { viewBox: `0 0 ${wide} ${tall}`, width: wide, height: tall, role: "img", "aria-label": label };
  const kind = { tabindex: 0, role: "group", "aria-label": label, "data-phase": t.phase };
  return h("div.ag-moves", kind, s("svg", box, lines.map(line), drawn, named));
}
// Numbers in order, as cells beside each other; rows of a matrix stand apart.
function cellsOf(data) {
  const cells = placesOf(data).map((at) => ({ at, text: minus(at.reduce((d, k) => d[k], data)) }));
  const wide = Math.max(26, ...cells.map((cell) => widthOf(cell.text, "chip") + 10));
  let x = 0;
  for (const [k, cell] of cells.entries()) {
    if (k && cell.at.length > 1 && cell.at.at(-1) === 0) x += CELL.group;
    Object.assign(cell, { x, wide });
    x += wide + CELL.gap;
  }
  return cells;
}
function cellAt({ at, text, x, wide }, side, y, below, used) {
  const middle = side + x + wide / 2;
  return s(
    "g.cell",
    { "data-unused": !used },
    s("rect", { x: side + x, y, width: wide, height: CELL.tall, rx: 3 }),
    s("text", { x: middle, y: y + 16 }, text),
    at.length > 0 && s("text.at", { x: middle, y: below ? y + CELL.tall + 12 : y - 4 }, at.join(",")),
  );
}
