// What a Scene says, looked up, and what is known at a step.
const PHASE = { forward: "Forward", backward: "Backward", error: "Error", note: "Note" };
const NOTHING = { phase: "forward", kind: "note", title: "", effects: [], say: "Nothing was recorded." };

function readerOf(scene, questions) {
  const steps = scene.steps.length ? scene.steps : [NOTHING];
  const app = { scene, steps, questions, end: steps.length - 1, at: -1, now: null };
  const get = (key) => (questions.hidden(key) ? HIDDEN : (scene.values[key] ?? null));
  const fill = (t, say = inWords) => t.replace(/\{\{|\}\}|\{([^{}]+)\}/g, (all, key) => (key ? say(get(key)) : all[0]));
  const rich = (t) =>
    fill(t)
      .split("`")
      .map((part, k) => (k % 2 ? h("code", part) : part));
  const plain = (t) => fill(t).replaceAll("`", "");
  const kindOf = (t) => PHASE[t.kind] ?? PHASE[t.phase];
  const sayOf = (t, k) => (questions.open(k) ? t.ask.say : t.say);
  const spoken = () => {
    const t = steps[app.at];
    const kind = t.kind === "error" || t.kind === "note" ? `, ${t.kind}` : "";
    const asked = questions.open(app.at) ? ` ${plain(t.ask.question)}` : "";
    return `Step ${app.at + 1} of ${steps.length}, ${t.phase}${kind}. ${plain(sayOf(t, app.at))}${asked}`;
  };
  const spansOf = (t) => t.spans ?? (t.span ? [t.span] : []);

  // The state at a step is all effects up to it: forward adds a step's own, back starts again.
  function advance(to) {
    if (to < app.at || !app.now) {
      app.now = { value: {}, grad: {}, edge: {}, store: {}, kept: {} };
      app.at = -1;
    }
    while (app.at < to) {
      for (const [what, id, key] of steps[++app.at].effects) {
        app.now[what][id] = key;
        if (what === "store" || what === "grad") app.now.kept[id] = what === "store" || key == null;
      }
    }
  }
  const held = (id) => app.now[app.now.kept[id] ? "store" : "grad"][id]; // what `.grad` holds, or the sum on its way there
  return Object.assign(app, { get, fill, rich, plain, kindOf, sayOf, spoken, spansOf, advance, held });
}
