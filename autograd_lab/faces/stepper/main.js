// The stepper: one Scene in, one element out. Every step is in the Scene, so stepping never asks the kernel.
//
//   mount(element, scene, { step, answers, tell, request }) -> { el, go, at, update, heard, destroy }
//
// answers: what was answered before; tell(answers): called with all of them when there is a new one;
// request(what): asks the kernel to run the code again, which answers with update(scene) or heard(text).
function mount(el, scene, options = {}) {
  const live = h("p.vh", { role: "status", "aria-live": "polite" });
  const editor = options.request && editorOf(options.request, tell);
  const root = h("section.ag", { onkeydown: keys });
  let app, picture, timeline, jump, controls, panel, code, variables, body;
  let frame = 0;
  let [width, timeWidth] = [0, 0];

  // All parts but the editor, from one Scene.
  function build(scene, answers) {
    const questions = questionsOf(scene, answers, options.tell ?? (() => {}));
    app = Object.assign(readerOf(scene, questions), { go, move, answered, tell, edit: editor?.open });
    picture = pictureOf(app);
    timeline = timelineOf(app);
    jump = jumpOf(app, jump?.kept());
    Object.assign(app, { choose: jump.choose, next: jump.target });
    controls = controlsOf(app, timeline.el, jump.open);
    panel = stepOf(app);
    code = codeOf(app);
    variables = variablesOf(app);
    const side = h("div.ag-side", { hidden: code.el.hidden && variables.el.hidden }, code.el, variables.el);
    body = h("div.ag-body", panel.el, side);
    set(root, "aria-label", app.word("stepper", scene));
    set(root, "lang", scene.language);
    editor?.show(scene);
  }
  // Another Scene of the same code: the step stays, and so does what is open.
  function update(scene) {
    const [at, seen, tall] = [app.at, picture.seen(), panel.el.style.minHeight];
    const stops = [picture.el, controls.el, jump.el, body];
    const had = root.contains(root.getRootNode().activeElement) && root.getRootNode().activeElement;
    controls.stop();
    foldsKept(app.scene, scene);
    build(scene, []); // what was predicted of other numbers counts no longer
    if (scene.steps.some((t) => t.ask)) options.tell?.([]);
    for (const [k, part] of [picture.el, controls.el, jump.el, body].entries()) stops[k].replaceWith(part);
    panel.el.style.minHeight = tall; // as before: finding it out anew would take most of the time
    go(at, { quiet: true });
    timeline.narrow(timeWidth); // also kept: to ask for it would lay the page out once more
    picture.restore(seen); // last: to scroll lays the page out, and what changes after it would do so again
    if (had && !had.isConnected) controls.focus();
    editor?.answered(scene.again?.told);
  }

  function go(to, { quiet = false } = {}) {
    const last = Math.max(0, app.last());
    const target = Math.max(0, Math.min(last, to));
    if (to > last && last < app.end && target === app.at) tell(app.words.choose_first);
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
    editor?.hold(app.questions.left() > 0);
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
    if (typing || !(picture.key(ev) || jump.key(ev))) return controls.keys(ev);
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
    timeWidth = timeline.narrow();
    panel.settle();
    picture.scrolled();
    keepInView();
  }
  const watch = new ResizeObserver(measure);

  build(scene, options.answers ?? []);
  root.style.zoom = textScale();
  root.append(picture.el, ...(editor ? [editor.el] : []), controls.el, jump.el, body, live);
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
  return { el: root, go, get at() { return app.at; }, update, heard: editor?.answered, destroy };
}

// anywidget: the Scene is unpacked once a widget, however often it is shown. What is sent back: answers, and what
// a leaf should hold, which brings another Scene.
const PATIENCE = 5000; // ms
async function unpacked(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}
export default () => {
  const shown = new Set();
  let scene = null;
  return {
    async initialize({ model }) {
      scene = await unpacked(model.get("scene"));
      model.on("change:scene", async () => {
        const bytes = model.get("scene");
        const next = await unpacked(bytes);
        if (bytes !== model.get("scene")) return; // a later one is on its way
        scene = next;
        for (const stepper of shown) stepper.update(scene);
      });
    },
    render({ model, el }) {
      const tell = (answers) => {
        model.set("answers", answers);
        model.save_changes();
      };
      let silence = 0; // a notebook that was only opened again has no kernel that would answer
      const request = (what) => {
        model.send(what);
        clearTimeout(silence);
        silence = setTimeout(() => stepper.heard(scene.words.no_kernel), PATIENCE);
      };
      const stepper = mount(el, scene, { answers: model.get("answers"), tell, request: scene.again && request });
      const answered = () => clearTimeout(silence);
      const said = ({ told, failed }) => {
        answered();
        stepper.heard?.(told ?? failed);
      };
      shown.add(stepper);
      model.on("change:scene", answered);
      model.on("msg:custom", said);
      return () => {
        answered();
        shown.delete(stepper);
        model.off("change:scene", answered);
        model.off("msg:custom", said);
        stepper.destroy();
      };
    },
  };
};
