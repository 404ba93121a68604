// The stepper: one Scene in, one element out. Every step is in the Scene, so stepping never asks the kernel.
//
//   mount(element, scene, { step, answers, tell }) -> { el, go, at, destroy }
//
// answers: what was answered before; tell(answers): called with all of them when there is a new one.
function mount(el, scene, options = {}) {
  const questions = questionsOf(scene, options.answers ?? [], options.tell ?? (() => {}));
  const app = Object.assign(readerOf(scene, questions), { go, move, answered, tell });
  const picture = pictureOf(app);
  const timeline = timelineOf(app);
  const controls = controlsOf(app, timeline.el);
  const panel = stepOf(app);
  const code = codeOf(app);
  const variables = variablesOf(app);
  const live = h("p.vh", { role: "status", "aria-live": "polite" });
  const side = h("div.ag-side", { hidden: code.el.hidden && variables.el.hidden }, code.el, variables.el);
  const root = h(
    "section.ag",
    { "aria-label": app.word("stepper", scene), lang: scene.language, onkeydown: keys },
    picture.el,
    controls.el,
    h("div.ag-body", panel.el, side),
    live,
  );
  let frame = 0;
  let width = 0;

  function go(to, { quiet = false } = {}) {
    const target = Math.max(0, Math.min(app.end, to));
    if (target === app.at) return;
    const byOne = target === app.at + 1;
    app.advance(target);
    paint();
    const edge = byOne && app.steps[app.at].edge;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => after(edge)); // what reads sizes waits for the frame's own layout
    const slider = root.getRootNode().activeElement === timeline.el; // a slider speaks for itself
    if (!quiet && !slider) live.textContent = app.spoken();
    if (app.at === app.end) controls.stop();
  }
  function paint() {
    for (const part of [picture, timeline, controls, panel, code, variables]) part.paint();
  }
  // After an answer: shown or not, the keyboard is where the learner goes on.
  function answered({ what, why }, typed = "") {
    paint();
    panel.settle();
    const box = panel.el.querySelector(`.ag-ask input[type="text"], .ag-ask input[value="${Number(typed)}"]`);
    live.textContent = `${what} ${app.plain(box ? why : app.steps[app.at].say)}`;
    if (!box) return controls.focus();
    box.focus();
    if (box.type === "radio") box.checked = true;
    else {
      box.value = typed;
      box.select();
    }
  }
  function tell(text) {
    live.textContent = text;
  }
  function keys(ev) {
    const typing = ev.target.closest("select, input") || ev.altKey || ev.ctrlKey || ev.metaKey;
    if (typing || !picture.key(ev)) return controls.keys(ev);
    ev.preventDefault();
    ev.stopPropagation();
  }
  function move(by) {
    controls.stop();
    go(app.at + by);
  }
  function after(edge) {
    if (edge) picture.travel(edge);
    keepInView();
    panel.reach();
  }
  function keepInView() {
    code.keepInView();
    picture.keepInView();
  }
  function measure() {
    if (!root.clientWidth || root.clientWidth === width) return;
    width = root.clientWidth;
    timeline.narrow();
    panel.settle();
    picture.scrolled();
    keepInView();
  }
  const watch = new ResizeObserver(measure);

  go(options.step ?? 0, { quiet: true });
  el.replaceChildren(root);
  watch.observe(root);
  const destroy = () => {
    controls.stop();
    cancelAnimationFrame(frame);
    watch.disconnect();
    root.remove();
  };
  // biome-ignore format: one line is enough
  return { el: root, go, get at() { return app.at; }, destroy };
}

// anywidget: the Scene is unpacked once a widget, however often it is shown; only answers are sent back.
async function unpacked(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}
export default () => {
  let scene = null;
  return {
    async initialize({ model }) {
      scene = await unpacked(model.get("scene"));
    },
    render({ model, el }) {
      const tell = (answers) => {
        model.set("answers", answers);
        model.save_changes();
      };
      return mount(el, scene, { answers: model.get("answers"), tell }).destroy;
    },
  };
};
