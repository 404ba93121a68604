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

function codeOf(app) {
  const { scene, steps, words, word, spansOf } = app;
  const lines = h("ol.ag-lines", { "aria-label": words.code, hidden: !scene.lines.length });
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
        const jump = { class: "ag-line", type: "button", onclick: () => app.move(to - app.at) };
        rows[k] = { code, el: h("button", jump, kids) };
      }
      return h("li", rows[k].el);
    };
    lines.append(...scene.lines.map(row));
  }
  function paintLines() {
    const t = steps[app.at];
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
  function keepInView() {
    const t = steps[app.at];
    const row = rows[t.operand?.[0] ?? spansOf(t)[0]?.[0] ?? t.line]?.el;
    if (!row) return;
    lines.scrollTop = within(row.offsetTop, row.offsetTop + row.offsetHeight, lines.scrollTop, lines.clientHeight);
  }

  drawLines();
  return { el: lines, paint: paintLines, keepInView };
}
