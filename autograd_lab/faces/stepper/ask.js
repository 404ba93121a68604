// Predict before reveal: what is hidden, the box to answer in, and what is said of a wrong answer.
const TRIES = 3; // after so many the answer may be shown
const MATRIX_ROWS = /\]\s*,?\s*\[|;/;

// "[1, 2]", "1 2", "1 2; 3 4" and "[[1, 2], [3, 4]]" as numbers; null for anything else.
function parsed(text) {
  const rows = text.replaceAll("−", "-").split(MATRIX_ROWS);
  const numbersIn = (row) =>
    row
      .split(/[\s,[\]()]+/)
      .filter(Boolean)
      .map(Number);
  const read = rows.map(numbersIn).filter((row) => row.length);
  if (!read.length || read.flat().some(Number.isNaN)) return null;
  return read.length > 1 || text.trim().startsWith("[[") ? read : read[0];
}
// Sides of 1 don't count: a row may be typed as plain numbers.
const sidesOf = (d) => (Array.isArray(d) ? [d.length, ...sidesOf(d[0])] : []);
const shapeOf = (d) => sidesOf(d).filter((n) => n !== 1);
function same(given, wanted, tolerance) {
  const [a, b] = [flat(given), flat(wanted)];
  return (
    `${shapeOf(given)}` === `${shapeOf(wanted)}` &&
    a.every((x, k) => Math.abs(x - b[k]) <= tolerance * Math.max(1, Math.abs(b[k])))
  );
}

// Which steps ask, what was answered, and what is hidden until it is.
function questionsOf(scene, answers, tell) {
  const { words } = scene;
  const formOf = (ask) => words.answer_is.replace("{form}", ask.form);
  const asks = new Map(scene.steps.flatMap((t, k) => (t.ask ? [[k, t.ask]] : [])));
  const given = new Map(answers.map((one) => [one.step, one]));
  const said = new Map(); // what was said of the last try
  const closed = new Set(); // keys of what is hidden
  const instead = new Map(); // of nodes, groups and edges that are a question: what is said of them for now
  const open = (k) => asks.has(k) && !given.get(k)?.right && !given.get(k)?.shown;
  const refresh = () => {
    closed.clear();
    instead.clear();
    for (const [k, ask] of asks) {
      if (!open(k)) continue;
      for (const key of ask.hides) closed.add(key);
      for (const [id, data] of Object.entries(ask.instead ?? {})) instead.set(id, data);
    }
  };
  const put = (k, more) => {
    given.set(k, { step: k, tries: 0, right: false, shown: false, ...given.get(k), ...more });
    refresh();
    tell([...given.values()].sort((a, b) => a.step - b.step));
  };
  const tries = (k) => given.get(k)?.tries ?? 0;
  function answer(k, text) {
    const ask = asks.get(k);
    const numbers = parsed(text);
    if (!numbers) said.set(k, { what: words.not_numbers, why: formOf(ask) });
    else if (same(numbers, ask.right, ask.tolerance)) {
      said.set(k, { what: words.right, why: "" });
      put(k, { tries: tries(k) + 1, right: true });
    } else {
      const known = ask.mistakes.find((one) => same(numbers, one.value, ask.tolerance));
      const count = flat(numbers).length === flat(ask.right).length;
      said.set(k, {
        what: words.not_yet,
        why: known?.say ?? (count ? ask.hint : `${formOf(ask)} ${ask.hint}`),
      });
      put(k, { tries: tries(k) + 1 });
    }
    return said.get(k);
  }
  function show(k) {
    said.set(k, { what: words.shown, why: "" });
    put(k, { shown: true });
    return said.get(k);
  }
  // What comes after a choice would tell the answer in every part of the picture: nobody gets past an open one.
  const last = () => [...asks].find(([k, ask]) => ask.choices && open(k))?.[0] ?? scene.steps.length - 1;
  const mark = (k) => asks.has(k) && (open(k) ? "open" : given.get(k).right ? "right" : "shown");
  refresh();
  const hidden = (key) => closed.has(key);
  const seen = (id, data) => (instead.has(id) ? { ...data, ...instead.get(id) } : data);
  const veiled = () => instead.size;
  const left = () => [...asks.keys()].filter(open).length;
  return { asks, open, last, mark, tries, answer, show, said: (k) => said.get(k), hidden, seen, veiled, left };
}

// The box under a step that asks; once it is answered, one line that says so.
function askOf(app, k) {
  const { questions, steps, words, word, rich } = app;
  const ask = steps[k]?.ask;
  if (!ask) return null;
  const told = questions.said(k);
  const verdict = told && h("p.ag-verdict", h("b", told.what), " ", rich(told.why));
  if (!questions.open(k)) {
    const shown = questions.mark(k) === "shown";
    const tries = questions.tries(k);
    const how = shown ? words.was_shown : word("predicted", { n: tries });
    return h("p.ag-answered", { "data-mark": questions.mark(k) }, icon(shown ? "eye" : "tick"), how);
  }
  const box = ask.choices ? null : h("input", { type: "text", autocomplete: "off", spellcheck: "false" });
  const given = () => (box ? box.value : (form.querySelector("input:checked")?.value ?? ""));
  const asked = h("span", h("b", rich(ask.question)), h("span.soft", ask.form));
  const form = h(
    "form.ag-ask",
    {
      onsubmit: (ev) => [ev.preventDefault(), given().trim() && app.answered(questions.answer(k, given()), given())],
    },
    blocker(app, k),
    box ? h("label", asked, box) : choicesOf(ask, rich, k),
    h("button.ag-check", { type: "submit" }, words.check),
    questions.tries(k) >= TRIES &&
      h("button.ag-show", { type: "button", onclick: () => app.answered(questions.show(k)) }, words.show_me),
    verdict,
  );
  return form;
}
// Answers to choose from; the number of one is what is answered.
function choicesOf(ask, rich, k) {
  const option = (text, n) =>
    h("label", h("input", { type: "radio", name: `ag-choice-${k}`, value: n }), h("span", rich(text)));
  return h("fieldset.ag-choices", h("legend", h("b", rich(ask.question))), ask.choices.map(option));
}
// What is asked may rest on an earlier answer that is still hidden: lead there.
function blocker(app, k) {
  const { questions, steps, words, word } = app;
  const key = steps[k].ask.needs.find(questions.hidden);
  const first = [...questions.asks].find(([j, ask]) => j < k && questions.open(j) && ask.hides.includes(key));
  if (!key || !first) return null;
  const go = h(
    "button.ag-show",
    { type: "button", onclick: () => app.move(first[0] - k) },
    word("one_step", { k: first[0] + 1 }),
  );
  return h("p.ag-needs", words.needs_step, " ", go);
}
