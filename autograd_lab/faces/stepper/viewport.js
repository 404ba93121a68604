// What of the picture is seen: zoom, pan, fit, follow. Scrolling pans, so a plain wheel stays the page's.
const ZOOM = { by: 1.25, least: 0.25, most: 4 };
const FADE = 30; // px at a side where there is more, on which nothing is easily read
const DRAG = 4; // px: less than this is a click
const VIEW_KEYS = { "+": "zoom_in", "=": "zoom_in", "-": "zoom_out", 0: "fit", f: "follow" };

function viewportOf(app, stage, svg, { scrolled, keepInView }) {
  const { words, word } = app;
  const acts = { zoom_out: () => zoom(1 / ZOOM.by), zoom_in: () => zoom(ZOOM.by), fit, follow };
  const keyOf = (name) => Object.keys(VIEW_KEYS).find((key) => VIEW_KEYS[key] === name && key !== "=");
  const button = ([name, onclick]) => {
    const told = { "aria-label": words[name], title: `${words[name]} (${keyOf(name)})` };
    return h("button.ag-btn", { type: "button", ...told, onclick }, icon(name));
  };
  const buttons = Object.entries(acts).map(button);
  const el = h("div.ag-view", { role: "group", "aria-label": words.view }, buttons);
  const larger = textScale(); // what is measured on the screen is that much larger than in here
  let size = [1, 1];
  let scale = null; // null: as wide as there is room for, and never so small that 11 px is less
  let following = true;
  const now = () => svg.clientWidth / size[0];

  function draw(to = size) {
    size = to;
    const [W, H] = size;
    const wide = scale ? [W * scale, W * scale] : [W, W * 1.14];
    set(svg, "viewBox", `0 0 ${W} ${H}`);
    set(svg, "style", `min-width:${wide[0]}px;max-width:${wide[1]}px`);
  }
  // The point of the picture under (x, y) of the screen stays there.
  function zoom(by, point) {
    const box = stage.getBoundingClientRect();
    const [x, y] = point ?? [box.left + box.width / 2, box.top + box.height / 2];
    const before = svg.getBoundingClientRect();
    scale = Math.max(ZOOM.least, Math.min(ZOOM.most, now() * by));
    draw();
    const after = svg.getBoundingClientRect();
    const moved = (start, extent, at) => after[start] + ((at - before[start]) / before[extent]) * after[extent] - at;
    stage.scrollLeft += moved("left", "width", x) / larger;
    stage.scrollTop += moved("top", "height", y) / larger;
    if (point) scrolled();
    else told();
  }
  function fit() {
    scale = null;
    draw();
    told();
  }
  function told() {
    scrolled();
    app.tell(word("zoomed", { n: Math.round(now() * 100) }));
  }
  function follow() {
    following = !following;
    pressed();
    keepInView();
    app.tell(words[following ? "follow_on" : "follow_off"]);
  }
  const pressed = () => set(buttons.at(-1), "aria-pressed", `${following}`);

  // Brings boxes of the picture into view: all of them, or else the first.
  function show(box, other) {
    if (!following) return;
    const reach = (k) => [
      Math.min(box[k], k ? other[k] : box[k]) * now() - (k ? 10 : FADE),
      Math.max(box[k] + box[k + 2], other[k] + other[k + 2]) * now() + (k ? 40 : FADE),
    ];
    const left = within(...reach(0), stage.scrollLeft, stage.clientWidth);
    const top = within(...reach(1), stage.scrollTop, stage.clientHeight);
    if (Math.abs(left - stage.scrollLeft) + Math.abs(top - stage.scrollTop) < 1) return;
    stage.scrollTo({ left, top, behavior: calm() ? "auto" : "smooth" });
  }
  function key(ev) {
    const name = VIEW_KEYS[ev.key];
    if (name) acts[name]();
    return Boolean(name);
  }

  // ---------------------------------------------------------------- hands: mouse drags, fingers pinch
  let held = null;
  const drop = () => {
    held = null;
    set(stage, "data-dragged", null);
  };
  stage.addEventListener("pointerdown", (ev) => {
    if (ev.pointerType !== "mouse" || ev.button) return; // a finger's drag scrolls by itself
    held = { x: ev.clientX, y: ev.clientY, left: stage.scrollLeft, top: stage.scrollTop };
  });
  stage.addEventListener("pointermove", (ev) => {
    if (!held) return;
    if (!ev.buttons) return drop(); // let go outside, before it was a drag
    const [dx, dy] = [ev.clientX - held.x, ev.clientY - held.y];
    if (!stage.hasPointerCapture(ev.pointerId)) {
      if (Math.hypot(dx, dy) < DRAG) return;
      stage.setPointerCapture(ev.pointerId); // and the click that follows is no card's
      set(stage, "data-dragged", true);
    }
    stage.scrollLeft = held.left - dx / larger;
    stage.scrollTop = held.top - dy / larger;
  });
  for (const over of ["pointerup", "pointercancel"]) stage.addEventListener(over, drop);
  // A trackpad's pinch arrives as a wheel with ctrl.
  const wheel = (ev) => {
    if (!ev.ctrlKey && !ev.metaKey) return;
    ev.preventDefault();
    zoom(Math.exp(-Math.max(-50, Math.min(50, ev.deltaY)) / 100), [ev.clientX, ev.clientY]);
  };
  let apart = 0; // how far apart two fingers are
  const pinch = (ev) => {
    if (ev.touches.length !== 2) return;
    ev.preventDefault();
    const [a, b] = ev.touches;
    const far = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    if (ev.type === "touchmove" && apart) zoom(far / apart, [(a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2]);
    apart = far;
  };
  stage.addEventListener("wheel", wheel, { passive: false });
  for (const kind of ["touchstart", "touchmove"]) stage.addEventListener(kind, pinch, { passive: false });

  pressed();
  // What is seen, to be seen again in another picture.
  const seen = () => ({ scale, following, left: stage.scrollLeft, top: stage.scrollTop });
  function restore(last) {
    ({ scale, following } = last);
    pressed();
    draw();
    if (last.left || last.top) [stage.scrollLeft, stage.scrollTop] = [last.left, last.top];
  }
  return { el, draw, show, key, seen, restore };
}
