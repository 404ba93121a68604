// Buttons, keys and playing: everything that moves from step to step.
const KEYS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
const SLIDER_KEYS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

function controlsOf(app, slider, more) {
  const { steps, words, questions, end } = app;
  const move = (by) => app.move(app.next(by) - app.at);
  let timer = null;
  const button = (name, key, onclick, cls = "") => {
    const label = words[name];
    return h(
      "button",
      { class: `ag-btn ${cls}`, type: "button", "aria-label": label, title: `${label} (${key})`, onclick },
      cls && h("span", words.next_short),
      icon(name),
    );
  };
  const buttons = {
    first: button("first", words.key_first, () => move(-Infinity)),
    back: button("back", "←", () => move(-1)),
    play: button("play", words.key_play, toggle),
    next: button("next", "→", () => move(1), "main"),
    last: button("last", words.key_last, () => move(Infinity)),
  };
  const count = h("span.ag-count", { "aria-hidden": "true" });
  const rates = ["0.5", "1", "2", "4"].map((v) => h("option", { value: v, selected: v === "1" }, `${v}×`));
  const speed = h(
    "select.ag-speed",
    { "aria-label": words.speed, title: words.speed, onchange: () => timer && play() },
    rates,
  );
  const stepping = h("div.ag-buttons", { role: "group", "aria-label": words.stepping }, Object.values(buttons));
  const el = h("div.ag-bar", stepping, slider, count, speed, more);

  function paint() {
    count.replaceChildren(h("b", app.at + 1), ` / ${steps.length}`);
    for (const b of ["first", "back"]) set(buttons[b], "aria-disabled", app.at === 0 && "true");
    for (const b of ["next", "last"]) set(buttons[b], "aria-disabled", app.at === end && "true");
  }
  function playing(on) {
    const name = on ? "pause" : "play";
    buttons.play.replaceChildren(icon(name));
    set(buttons.play, "aria-label", words[name]);
    set(buttons.play, "title", `${words[name]} (${words.key_play})`);
  }
  function stop() {
    if (!timer) return;
    clearInterval(timer);
    timer = null;
    playing(false);
  }
  function play() {
    clearInterval(timer);
    timer = setInterval(() => (el.isConnected ? onward() : stop()), 1600 / Number(speed.value));
    playing(true);
  }
  function onward() {
    const before = app.at;
    app.go(app.next(1));
    if (app.at === before) return stop();
    if (questions.open(app.at)) stop(); // a question waits for its answer; playing on leaves it open
  }
  function toggle() {
    if (timer) return stop();
    if (app.at === end) app.go(0);
    if (end > 0) play();
  }
  function keys(ev) {
    if (ev.altKey || ev.ctrlKey || ev.metaKey) return;
    const own = ev.target.closest("select, input") || (ev.target.closest("button") && [" ", "Enter"].includes(ev.key));
    if (own) return ev.stopPropagation(); // a control's own keys stay its own
    const by = KEYS[ev.key] ?? (ev.target === slider ? SLIDER_KEYS[ev.key] : null);
    if (by == null && ev.key !== " ") return;
    ev.preventDefault();
    ev.stopPropagation();
    if (by == null) toggle();
    else move(by);
  }
  return { el, paint, stop, keys, focus: () => buttons.next.focus() };
}
