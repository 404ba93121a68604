// Cards: a node's, or that of a closed group, which its last output stands for.
function cardsOf(app, folds, actions) {
  const { words, word, questions, get, held } = app;
  const { goWhere, toggle } = actions;

  function draw(id) {
    const n = folds.card(id);
    const group = folds.isGroup(id);
    const [x, y, w, hgt] = folds.layout.nodes[id];
    const foot = n.grad ? 24 : 0;
    const cut = y + hgt - foot;
    const r = n.kind === "leaf" ? 2 : 13;
    const kind = n.kind !== "leaf" || n.asked ? n.kind : n.learns ? "learns" : "fixed";
    const noted = n.failed ? words.failed : (n.note ?? "");
    const sign = group ? 20 : 0; // room for the plus
    const room = w - 20 - (n.failed ? 14 : 0) - sign;
    const note = clip(noted, Math.max(room - 8 - widthOf(n.label, "name"), room * 0.4), "meta");
    const text = (cls, dx, ty, t) => s("text", { class: cls, x: x + dx, y: ty }, t ?? "");
    const jump = (what) => ({ onclick: () => (group ? toggle(id) : goWhere(what, id)) });
    const p = {
      id: group ? n.stands : id, // whose value and gradient it shows
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
    p.yours = n.changed && s("rect.yours", { x: x + 6, y: y + 24.5, height: 17, rx: 4 });
    p.g = s(
      "g",
      {
        class: `ag-node n-${kind}`,
        ...(group ? actions.button(id, false) : { role: "img" }),
        "data-failed": n.failed,
        "data-changed": n.changed,
        "data-edit": app.edit && n.edit && "",
      },
      p.title,
      group && s("path.behind", { d: rounded(x + 4, y + 4, w, hgt, r, r) }),
      kind === "result" && s("path.echo", { d: rounded(x - 3.5, y - 3.5, w + 7, hgt + 7, r + 3, r + 3) }),
      s("path.top", { d: rounded(x, y, w, hgt - foot, r, foot ? 0 : r), ...jump("value") }),
      foot && s("path.slot", { d: rounded(x, cut, w, foot, 0, r), ...(n.asked ? {} : jump("grad")) }),
      foot && s("path.cut", { d: `M${x} ${cut}h${w}` }),
      s("path.rim", { d: rounded(x, y, w, hgt, r, r) }),
      text("name", 10, y + 18, clip(n.label, room - 8 - widthOf(note, "meta"), "name")),
      s("g.head", text("meta kind", w - 10 - sign, y + 18, note), p.shape),
      group && s("path.plus", { d: `M${x + w - 24} ${y + 14}h12m-6 -6v12` }),
      crossed,
      p.yours,
      p.value,
      p.art,
      foot && s("g.foot", p.grad, p.gradName),
      p.flag,
    );
    return p;
  }
  // `touched`: what the step changes, in terms of what is shown; `at`: where the step is.
  function paint(id, p, step, touched, at) {
    const n = folds.card(id);
    const key = app.now.value[p.id];
    const sum = n.grad && !n.asked ? held(p.id) : null;
    const hot = touched.has(`value ${id}`) || (step.kind === "inplace" && at === id);
    const hotGrad = touched.has(`grad ${id}`) || touched.has(`store ${id}`);
    const lit = (on, known) => (on && (known || folds.isGroup(id)) ? "active" : known ? "known" : "none"); // a group: by any step in it
    const valueLook = lit(hot, key != null);
    const gradLook = n.grad ? lit(hotGrad && !n.asked, sum != null) : null;
    const fixed = n.kind === "leaf" && !n.learns && !n.asked;
    const faded = step.phase === "backward" && (n.reached === false || fixed);
    const slot = n.kind === "leaf" && n.so_far && sum != null && !app.now.kept[p.id] ? n.so_far : n.grad;
    const flag = questions.hidden(sum) ? null : flagIn(id);
    if (unchanged(p, key, valueLook, sum, questions.hidden(sum), gradLook, faded, slot, at === id, flag)) return;
    set(p.g, "data-value", valueLook);
    set(p.g, "data-grad", gradLook);
    set(p.g, "data-faded", faded);
    set(p.g, "data-asked", n.asked);
    set(p.g, "data-hidden", (n.asked && at === id) || (sum != null && questions.hidden(sum)));
    set(p.g, "data-now", at === id);
    const [v, g] = [get(key), n.asked ? HIDDEN : get(sum)];
    p.art.replaceChildren();
    showRow(p, p.value, p.shape, v, n.shape ?? "", "code", p.y + 27.5);
    if (isBig(v) && p.tall) showStats(p, v);
    if (p.yours) set(p.yours, "width", v ? (isBig(v) ? p.w - 12 : widthOf(inWords(v), "value") + 8) : 0);
    p.flag.replaceChildren(...(flag ? flagOf(p, flag) : []));
    if (n.grad) showRow(p, p.grad, p.gradName, g, slot, "meta", p.cut + 6);
    const value = v ? word("value", { value: inWords(v) }) : words.not_computed;
    const label = [
      n.label,
      n.told ?? n.note,
      n.failed && words.failed,
      n.changed && words.changed,
      v ? `${v.shape} ${v.dtype ?? ""}` : n.shape,
      value,
      n.grad && (g ? `${slot} ${inWords(g)}` : words.no_gradient),
      flag,
    ];
    p.title.textContent = label.filter(Boolean).join(", ");
    set(p.g, "aria-label", p.title.textContent);
  }
  const flagIn = (id) => {
    const node = folds.members[id].find((one) => app.now.flag[one]);
    return node && app.now.flag[node];
  };
  // What is wrong with a gradient: a dark plate with a sign and a word, over the card's upper edge.
  function flagOf(p, text) {
    const w = widthOf(text, "code") + 28;
    const [x, y] = [p.x + p.w - w - 8, p.y - 12];
    const sign = s("path", { d: `M${x + 11} ${y + 3}l5.5 10.5h-11zm0 4v3.5m0 1v1.2` });
    return [s("rect", { x, y, width: w, height: 17, rx: 4 }), sign, s("text", { x: x + 21, y: y + 12.5 }, text)];
  }
  // A value at the left, what it is at the right, said shorter, or not at all, where both don't fit.
  function showRow(p, left, right, v, what, kind, y) {
    const room = p.w - 20;
    const least = isBig(v) ? 40 : widthOf(inWords(v), "value");
    const names = [what, what.endsWith(".grad") ? ".grad" : ""];
    const said = names.find((one) => least + 6 + widthOf(one, kind) <= room) ?? "";
    left.textContent = isBig(v) ? "" : clip(inWords(v), room, "value");
    right.textContent = said;
    if (isBig(v)) p.art.append(heat(v, p.x + 10, y, said ? room - widthOf(said, kind) - 8 : room, 12));
  }
  function showStats(p, v) {
    const [low, mean, high] = v.stats.map(minus);
    const room = p.w - 20;
    const rows = [[low, mean, high, ...odd(v)], [low, "…", high, ...odd(v)], odd(v)];
    const fits = rows.find((row) => row.reduce((n, t) => n + widthOf(t, "chip") + 5, -5) <= room) ?? [];
    const wide = fits.map((t) => widthOf(t, "chip"));
    const gap = (room - wide.reduce((n, w) => n + w, 0)) / Math.max(1, fits.length - 1);
    let x = p.x + 10;
    fits.forEach((t, k) => {
      const last = k && k === fits.length - 1; // at the right, however wide the letters are
      const at = { x: last ? p.x + 10 + room : x, y: p.y + 55, "text-anchor": last ? "end" : "start" };
      p.art.append(s("text.stat", at, t));
      x += wide[k] + gap;
    });
  }

  return { draw, paint };
}
