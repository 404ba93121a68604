// What if a leaf held something else? A bar to change its numbers; the kernel runs the code again.
//
// It stays where it is while the rest is drawn anew from the next Scene, so that a slider can be dragged on.
function editorOf(request, say) {
  const [pick, grid, slider, told] = [h("select"), h("span.ag-grid"), h("input", { type: "range" }), h("output")];
  const whose = h("label", h("span"), pick);
  const check = h("button", { type: "button", onclick: () => request({ probe: node, index: place() }) });
  const reset = h("button", { type: "button", onclick: () => request({ reset: true }) });
  const summary = h("summary");
  const why = h("p.why");
  const row = h("div.ag-row", whose, grid, slider, h("span.ag-ends", check, reset), told);
  const el = h("details.ag-edit", summary, row, why);
  let [scene, leaves, node, at, boxes, waiting, next] = [null, [], null, 0, [], false, null];

  // ---------------------------------------------------------------- from a Scene
  function show(now) {
    scene = now;
    const { words, again, nodes } = scene;
    leaves = Object.keys(nodes).filter((id) => nodes[id].edit);
    set(el, "hidden", !again);
    if (!again) return;
    const last = pick.selectedOptions[0]?.textContent;
    summary.replaceChildren(words.what_if, leaves.some(changed) ? h("b", ` · ${words.changed}`) : "");
    why.textContent = again.why_not ?? again.large ?? (leaves.length ? "" : words.nothing_to_change);
    set(row, "hidden", !leaves.length);
    whose.firstChild.textContent = words.leaf;
    pick.replaceChildren(...leaves.map((id) => h("option", { value: id }, nodes[id].label)));
    check.textContent = words.nudge;
    set(check, "title", words.nudge_told);
    reset.textContent = words.reset;
    set(reset, "disabled", !leaves.some(changed));
    set(slider, "aria-label", words.slider);
    told.textContent = again.told ?? "";
    const again_ = leaves.find((id) => id === node) ?? leaves.find((id) => nodes[id].label === last) ?? leaves[0];
    pick.value = again_ ?? "";
    if (again_ === node && boxes.length === flat(nodes[node].edit.data).length) fill();
    else if (again_) choose(again_);
  }
  const changed = (id) => scene.nodes[id].changed;

  // ---------------------------------------------------------------- one leaf
  function choose(id) {
    node = pick.value = id;
    const { label, edit } = scene.nodes[id];
    const rows = Array.isArray(edit.data?.[0]) ? edit.data : [flat(edit.data)];
    at = 0;
    boxes = rows.flatMap((row, j) =>
      row.map((_, k) => box(rows.length > 1 ? `${label}[${j}, ${k}]` : `${label}[${k}]`)),
    );
    if (!Array.isArray(edit.data)) set(boxes[0], "aria-label", label);
    grid.style.setProperty("--columns", rows[0].length);
    grid.replaceChildren(...boxes);
    fill();
  }
  function box(name) {
    const made = h("input", { type: "number", "aria-label": name });
    made.addEventListener("focus", () => aim(boxes.indexOf(made)));
    made.addEventListener("input", () => made.value !== "" && send());
    made.addEventListener("keydown", (ev) => {
      if (ev.key !== "Escape") return;
      ev.stopPropagation();
      fill(true);
    });
    return made;
  }
  // The numbers as the Scene has them; not over the one that is being typed or dragged, unless forced.
  function fill(force = false) {
    const { data, bound, step } = scene.nodes[node].edit;
    const active = el.getRootNode().activeElement;
    flat(data).forEach((x, k) => {
      if (force || (boxes[k] !== active && !(active === slider && k === at))) boxes[k].value = +x.toPrecision(6);
      set(boxes[k], "step", step);
    });
    if (active !== slider) [slider.min, slider.max, slider.step] = [-bound, bound, step];
    aim(at);
  }
  function aim(k) {
    at = k;
    for (const [j, one] of boxes.entries()) set(one, "data-now", boxes.length > 1 && j === k);
    if (el.getRootNode().activeElement !== slider) slider.value = boxes[k].value;
  }
  function place() {
    const columns = Number(grid.style.getPropertyValue("--columns"));
    const { data } = scene.nodes[node].edit;
    if (!Array.isArray(data)) return [];
    return Array.isArray(data[0]) ? [Math.floor(at / columns), at % columns] : [at];
  }

  // ---------------------------------------------------------------- to the kernel: one at a time, the latest wins
  function send() {
    const numbers = boxes.map((one) => Number(one.value));
    const { data } = scene.nodes[node].edit;
    const shaped = (d) => (Array.isArray(d) ? d.map(shaped) : numbers.shift());
    next = { set: node, data: shaped(data) };
    flush();
  }
  function flush() {
    if (waiting || !next) return;
    waiting = true;
    request(next);
    next = null;
  }
  function answered(text) {
    waiting = false;
    if (text) {
      told.textContent = text;
      say(text);
    }
    flush();
  }
  // A finite difference would answer what is asked.
  function hold(asking) {
    set(check, "disabled", asking);
  }
  function open(id) {
    if (!scene.again || !leaves.includes(id)) return false;
    el.open = true;
    choose(id);
    boxes[0].focus();
    boxes[0].select();
    return true;
  }

  pick.addEventListener("change", () => choose(pick.value));
  slider.addEventListener("input", () => {
    boxes[at].value = slider.value;
    send();
  });
  return { el, show, answered, open, hold };
}
