// The timeline: dots, or a track with one thumb.
const DOTS = 60; // more steps than this are a track without dots
const MARKED = ["error", "seed", "store"]; // on a track: what matters most comes first
const MARK_ROOM = 9; // px from mark to mark

function timelineOf(app) {
  const { steps, words, questions, end, spoken } = app;
  const thumb = h("i.ag-thumb");
  const later = h("i.ag-later");
  const tip = h("div.ag-tip", { hidden: true });
  const time = h("div.ag-time", { role: "slider", tabindex: 0, "aria-label": words.step });
  const kinds = steps.length > DOTS ? MARKED : [];
  const marksOf = (kind) => [...steps.keys()].filter((k) => steps[k].kind === kind);
  const markOf = (k, kind) => [k, h("i.ag-mark", { "data-kind": kind, style: `left: ${place(k)}%` })];
  const place = (k) => (100 * (k + 0.5)) / steps.length;
  const marks = kinds.flatMap((kind) => marksOf(kind).map((k) => markOf(k, kind)));
  const dotOf = (k) => h("span.ag-tick", { "data-kind": lookOf(steps[k]) }, h("i"));
  const stretches = [];
  const owner = []; // the stretch of each step
  function drawTime() {
    steps.forEach((t, k) => {
      if (t.phase !== stretches.at(-1)?.phase) stretches.push({ phase: t.phase, first: k, count: 0 });
      stretches.at(-1).count++;
      owner.push(stretches.at(-1));
    });
    for (const one of stretches) {
      one.dots = Array.from({ length: steps.length <= DOTS ? one.count : 0 }, (_, k) => dotOf(one.first + k));
      const ticks = h("span.ag-ticks", one.dots);
      const name = h("span", one.phase === "forward" ? words.to_the_right : words.to_the_left);
      const style = `flex: ${one.count} 0 0; --n: ${one.count}`;
      one.el = h("span.ag-stretch", { "data-phase": one.phase, style, "aria-hidden": "true" }, name, ticks);
    }
    set(time, "data-track", steps.length > DOTS);
    set(time, "aria-valuemin", 1);
    set(time, "aria-valuemax", steps.length);
    time.append(...stretches.map((one) => one.el), later, ...marks.map(([, el]) => el), thumb, tip);
  }
  const stepUnder = (ev) => {
    const box = time.getBoundingClientRect();
    return Math.max(0, Math.min(end, Math.floor(((ev.clientX - box.left) / box.width) * steps.length)));
  };
  time.addEventListener("pointerdown", (ev) => {
    if (ev.button) return;
    time.setPointerCapture(ev.pointerId);
    app.move(stepUnder(ev) - app.at);
  });
  time.addEventListener("pointermove", (ev) => {
    const k = stepUnder(ev);
    if (time.hasPointerCapture(ev.pointerId)) app.go(k);
    tip.hidden = false;
    tip.textContent = `${k + 1}  ${k <= questions.last() ? steps[k].title : "?"}`;
    const half = tip.offsetWidth / 2;
    const width = time.clientWidth;
    tip.style.left = `${Math.max(half, Math.min(width - half, (place(k) * width) / 100))}px`;
  });
  time.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });
  const shown = { stretch: null, last: questions.last() };
  function paintTime() {
    const here = owner[app.at];
    for (const one of stretches) {
      for (const [k, dot] of one.dots.entries()) {
        set(dot, "data-past", one.first + k < app.at);
        set(dot, "data-ask", questions.mark(one.first + k));
      }
    }
    if (shown.stretch) set(shown.stretch.el, "data-now", null);
    shown.stretch = here;
    set(here.el, "data-now", true);
    set(thumb, "data-phase", lookOf(steps[app.at]));
    set(thumb, "data-ask", questions.open(app.at) && "open");
    thumb.style.left = later.style.left = `${place(app.at)}%`;
    if (shown.last !== questions.last()) thin(time.clientWidth);
    set(time, "aria-valuenow", app.at + 1);
    set(time, "aria-valuetext", spoken());
  }
  // Of marks that would touch, the first is shown; none behind an open choice.
  const thin = (width) => {
    const taken = new Set();
    shown.last = questions.last();
    for (const [k, el] of marks) {
      const slot = Math.floor((place(k) * width) / 100 / MARK_ROOM);
      el.hidden = k > shown.last || [slot - 1, slot, slot + 1].some((one) => taken.has(one));
      if (!el.hidden) taken.add(slot);
    }
  };
  const narrow = (width = time.clientWidth) => {
    thin(width);
    for (const one of stretches) set(one.el, "data-narrow", (width * one.count) / steps.length < 72);
    return width;
  };

  drawTime();
  return { el: time, paint: paintTime, narrow };
}
