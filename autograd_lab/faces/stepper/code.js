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
  const { scene, steps, words, spansOf } = app;
  const lines = h("ol.ag-lines", { "aria-label": words.code, hidden: !scene.lines.length });
  const rows = []; // of the code panel: the button or text of each line
  let lit = []; // the lines marked now
  function drawLines() {
    const on = new Map(); // the steps that run a line, or mark it
    const note = (line, k) => line != null && on.set(line, (on.get(line) ?? new Set()).add(k));
    for (const [k, t] of steps.entries()) for (const line of [t.line, ...spansOf(t).map(([n]) => n)]) note(line, k);
    const next = (ks) => ks.find((k) => k > app.at && k <= app.last()) ?? ks[0];
    const row = (line, k) => {
      if ("head" in line) return h("li.head", line.head);
      const to = on.has(k) && [...on.get(k)];
      const code = h("code", line.text);
      const kids = [h("span.no", line.no), code];
      if (!to) rows[k] = { code, el: h("div.ag-line", kids) };
      else {
        kids.push(h("span.vh", ` ${words.next_on_line}`));
        const jump = { class: "ag-line", type: "button", onclick: () => app.move(next(to) - app.at) };
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
      rows[k].code.replaceChildren(...marked(scene.lines[k].text, lookOf(t), outer, on(t.operand, k), t.operand));
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
