// The step in words, in symbols, in numbers.
function stepOf(app) {
  const { steps, words, questions, get, rich, headOf, sayOf } = app;
  const panel = h("div.ag-step");
  function panelOf(k) {
    const t = steps[k];
    const kind = HEADS[t.kind] ? t.kind : t.phase;
    const chip = h("span.ag-phase", { "data-phase": kind }, t.kind === "error" && icon("cross"), headOf(t));
    const formula = (t.formula ?? []).map((f) => equation(veiled(k) ? unruled(f) : f, get, words));
    return [
      h("p.ag-kicker", chip, t.title && h("code", t.title)),
      h("p.ag-say", rich(sayOf(t, k))),
      formula.length > 0 && h("div.ag-eqs", { role: "group", "aria-label": words.formula }, formula),
      t.facts?.length > 0 && h("ul.ag-facts", ...t.facts.map((fact) => h("li", rich(fact)))),
      ...movesOf(app, t),
      !veiled(k) && (productOf(app, t, formula) ?? slidingOf(app, t)),
      askOf(app, k),
    ].filter(Boolean);
  }

  const veiled = (k) => questions.open(k) && !steps[k].ask.choices; // a choice hides nothing of its own step
  // Until it is answered, a step does not tell by which rule it is worked out.
  const unruled = (f) => ({ ...f, rows: f.rows.filter((row) => !row.some((cell) => cell.rule)) });

  // What reads sizes: whether the formula is wider than its room, and if so, also where it is set smaller.
  function reach() {
    const eqs = panel.querySelector(".ag-eqs");
    const over = () => eqs.scrollWidth > eqs.clientWidth;
    if (!eqs || !over()) return;
    set(eqs, "data-small", true);
    if (!over()) return;
    set(eqs, "tabindex", 0); // else a keyboard can't scroll it
    set(eqs, "data-lm-suppress-shortcuts", "true");
  }
  // The panel is as tall as its tallest step, so that stepping moves nothing; the longest 80 are tried.
  function settle() {
    const cost = (k) => (steps[k].ask ? 200 : 0) + 300 * (steps[k].moves?.length ?? 0) + lengthOf(steps[k]);
    const lengthOf = (t) => t.say.length + 150 * (t.formula ?? []).reduce((n, f) => n + f.rows.length, 0);
    const tallest = [...steps.keys()].sort((a, b) => cost(b) - cost(a)).slice(0, 80);
    const trial = h(
      "div.ag-trial",
      tallest.map((k) => h("div.ag-step", panelOf(k))),
    );
    panel.parentNode.append(trial);
    trial.style.width = `${panel.clientWidth}px`;
    panel.style.minHeight = `${Math.max(...[...trial.children].map((one) => one.offsetHeight))}px`;
    trial.remove();
  }
  const paint = () => panel.replaceChildren(...panelOf(app.at));

  return { el: panel, paint, reach, settle };
}
