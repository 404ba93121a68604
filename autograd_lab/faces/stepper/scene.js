// What a Scene says, looked up, and what is known at a step.
const HEADS = { forward: "Forward", backward: "Backward", error: "Error", note: "Note" }; // of steps, by kind or phase

const lookOf = (t) => (t.kind === "error" ? "error" : t.phase); // an error is neither blue nor orange
function readerOf(scene, questions) {
  const { words } = scene;
  const nothing = { phase: "forward", kind: "note", title: "", effects: [], say: words.no_step };
  const steps = scene.steps.length ? scene.steps : [nothing];
  const app = { scene, steps, questions, end: steps.length - 1, at: -1, now: null };
  const get = (key) => (questions.hidden(key) ? HIDDEN : (scene.values[key] ?? null));
  const fill = (t, say = inWords) => t.replace(/\{\{|\}\}|\{([^{}]+)\}/g, (all, key) => (key ? say(get(key)) : all[0]));
  const rich = (t) =>
    fill(t)
      .split("`")
      .map((part, k) => (k % 2 ? h("code", part) : part));
  const plain = (t) => fill(t).replaceAll("`", "");
  const word = (key, parts) => words[key].replace(/\{(\w+)\}/g, (all, part) => parts[part] ?? all);
  const headOf = (t) => words[HEADS[t.kind] ?? HEADS[t.phase]];
  const sayOf = (t, k) => (questions.open(k) ? t.ask.say : (questions.open(t.hidden) && t.before) || t.say);
  const spoken = () => {
    const t = steps[app.at];
    const asked = questions.open(app.at) ? ` ${plain(t.ask.question)}` : "";
    const say = plain(sayOf(t, app.at)) + asked;
    const parts = { k: app.at + 1, n: steps.length, phase: words[t.phase], kind: words[t.kind], say };
    return word(HEADS[t.kind] ? "told_kind" : "told", parts);
  };
  const last = () => Math.min(app.end, questions.last()); // the step that one may go to
  const spansOf = (t) => t.spans ?? (t.span ? [t.span] : []);

  // The state at a step is all effects up to it: forward adds a step's own, back starts again.
  function advance(to) {
    if (to < app.at || !app.now) {
      app.now = { value: {}, grad: {}, edge: {}, store: {}, kept: {}, flag: {} };
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
  return Object.assign(app, {
    words,
    word,
    get,
    fill,
    rich,
    plain,
    headOf,
    sayOf,
    spoken,
    last,
    spansOf,
    advance,
    held,
  });
}
