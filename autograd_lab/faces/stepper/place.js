// Where everything stands with some groups open: story/place.py, which says why, in the browser.
const MARGIN = 16;
const PORTS = 6; // more wires than these enter, or leave, an open group at one place
const PLATE = 40; // a number on a wire of which nothing is known
const TITLE = 24; // the height of what stands above an open group

// Of each node and group, the groups around it, outermost first.
function chainsOf(groups) {
  const above = { all: [] };
  const waiting = ["all"];
  while (waiting.length) {
    const group = waiting.pop();
    for (const child of groups[group].members) {
      above[child] = [...above[group], group];
      if (child in groups) waiting.push(child);
    }
  }
  return above;
}

// Through which groups an edge goes, and in each from where to where: children, or the ports in:… and out:….
function wayOf(above, groups, start, end) {
  const ups = [...above[start], start];
  const downs = [...above[end], end];
  const k = ups.findIndex((one, n) => one !== downs[n]);
  const way = [];
  for (let d = ups.length - 2; d >= k; d--)
    way.push([ups[d], ups[d + 1], groups[ups[d]].outputs.length <= PORTS ? `out:${start}` : "out:*"]);
  way.push([ups[k - 1], ups[k], downs[k]]);
  for (let d = k; d < downs.length - 1; d++)
    way.push([downs[d], groups[downs[d]].inputs.length <= PORTS ? `in:${start}` : "in:*", downs[d + 1]]);
  return way;
}

// The wires in each group: between its children, and to and from its ports, in the order of its inside.
function levelsOf(groups, edges, above) {
  const found = {};
  for (const group of Object.keys(groups)) found[group] = new Map();
  for (const [name, { from, to }] of Object.entries(edges))
    for (const [group, a, b] of wayOf(above, groups, from, to))
      found[group].set(a === from && b === to ? name : `${a}>${b}`, [a, b]);
  return found;
}

// The layout with these groups open; a wire between two shown nodes may stand for several edges.
function place({ groups, insides, edges }, opened) {
  const names = Object.keys(groups);
  const above = chainsOf(groups);
  const levels = levelsOf(groups, edges, above);
  const inner = {};
  for (const group of names.toReversed()) {
    const { members, inside } = groups[group];
    if (group === "all" || opened.has(group)) inner[group] = insideOf(insides[inside], members, levels[group], inner);
  }
  const corner = { all: [0, 0] };
  const nodes = {};
  const frames = {};
  for (const group of names) {
    if (!(group in corner)) continue;
    const [x, y] = corner[group];
    for (const [child, [left, top, w, hgt]] of Object.entries(inner[group].boxes)) {
      const box = [x + left, y + top, w, hgt];
      if (child in inner) {
        corner[child] = [box[0], box[1] + TITLE];
        frames[child] = box;
      } else if (!/^(in|out):/.test(child)) nodes[child] = box;
    }
  }
  const shown = (node) => [...above[node], node].find((one) => !(one in inner));
  const wires = {};
  for (const [name, { from, to }] of Object.entries(edges)) {
    const [a, b] = [shown(from), shown(to)];
    if (a === b) continue;
    const alone = a === from && b === to;
    const wire = alone ? name : `${a}>${b}`;
    if (wire in wires) wires[wire].of.push(name);
    else {
      const way = wayOf(above, groups, from, to).filter(([group]) => group in corner);
      wires[wire] = { ...joined(way, name, inner, corner), ...(alone ? {} : { from: a, to: b, of: [name] }) };
    }
  }
  putPlates(wires, Object.values(nodes));
  return { size: inner.all.size, nodes, frames, edges: wires };
}

// An open group, with what is open in it: where its children are, and its wires go.
function insideOf(inside, members, level, inner) {
  const children = [...new Set([...members, ...[...level.values()].flat()])];
  const old = Object.fromEntries(children.map((c, k) => [c, inside.nodes[k]]));
  const [grown, right, down, up] = [{}, {}, {}, {}];
  for (const c of children) grown[c] = growth(old[c], inner[c]);
  const most = (which, size) => children.reduce((n, c) => (which(c) ? Math.max(n, size(c)) : n), 0);
  const toRight = (x) =>
    most(
      (c) => old[c][0] + old[c][2] <= x,
      (c) => right[c] + grown[c][0],
    );
  const lower = (y) =>
    most(
      (c) => old[c][1] + old[c][3] <= y,
      (c) => down[c] + grown[c][1] / 2,
    );
  const higher = (y) =>
    most(
      (c) => old[c][1] >= y,
      (c) => up[c] + grown[c][1] / 2,
    );
  const by = (size) => children.toSorted((c, d) => size(old[c]) - size(old[d]));
  for (const c of by((b) => b[0])) right[c] = toRight(old[c][0]);
  for (const c of by((b) => b[1])) down[c] = grown[c][1] / 2 + lower(old[c][1]);
  for (const c of by((b) => -b[1] - b[3])) up[c] = grown[c][1] / 2 + higher(old[c][1] + old[c][3]);
  const sinks = (c) => (down[c] - up[c]) / 2;
  const shift = (x, y) => [toRight(x), (lower(y) - higher(y)) / 2];
  const boxes = {};
  for (const c of children) {
    const [[x, y, w, hgt], [wider, taller]] = [old[c], grown[c]];
    boxes[c] = [x + right[c], y + sinks(c) - taller / 2, w + wider, hgt + taller];
  }
  const [routes, wide] = [{}, {}];
  for (const [k, [name, [a, b]]] of [...level].entries()) {
    const { points } = inside.edges[k];
    const knots = points.filter((_, k) => k % 3 === 0 && k > 0 && k < points.length - 1);
    const shifts = [[right[a] + grown[a][0], sinks(a)], ...knots.map((p) => shift(...p)), [right[b], sinks(b)]];
    const moved = ([x, y], [dx, dy]) => [x + dx, y + dy];
    routes[name] = points.map((p, k) => moved(p, shifts[Math.floor((k + 1) / 3)]));
    wide[name] = inside.edges[k].wide ?? PLATE;
  }
  return { boxes, routes, wide, size: settled(boxes, routes) };
}

// Everything moved so that it starts at the margin; how large it is then.
function settled(boxes, routes) {
  const all = Object.values(boxes);
  const points = Object.values(routes).flat();
  const corners = [
    ...all.flatMap(([x, y, w, hgt]) => [
      [x, y],
      [x + w, y + hgt],
    ]),
    ...points,
  ];
  const edge = (k, which) => corners.reduce((n, p) => which(n, p[k]), corners[0][k]);
  const [left, top] = [edge(0, Math.min) - MARGIN, edge(1, Math.min) - MARGIN];
  const [wide, tall] = [edge(0, Math.max) - left, edge(1, Math.max) - top];
  for (const p of [...all, ...points]) {
    p[0] -= left;
    p[1] -= top;
  }
  return [Math.round(wide + MARGIN), Math.round(tall + MARGIN + 12)];
}

// By how much a card grows where it opens.
const growth = (box, inside) =>
  inside ? [Math.max(0, inside.size[0] - box[2]), Math.max(0, inside.size[1] + TITLE - box[3])] : [0, 0];

// One way from its pieces: through ports, straight through the frames of groups.
function joined(way, name, inner, corner) {
  let wide = 0;
  let across = 0;
  const routes = way.map(([group, a, b], k) => {
    const [[x, y], inside] = [corner[group], inner[group]];
    const wire = name in inside.routes ? name : `${a}>${b}`;
    if (!a.startsWith("in:") && !b.startsWith("out:")) {
      wide = inside.wide[wire];
      across = k;
    }
    return inside.routes[wire].map((p) => [p[0] + x, p[1] + y]);
  });
  for (let k = 0; k < routes.length - 1; k++) {
    const goesIn = k >= across; // the port decides at which height the wire goes through the frame
    const ends = goesIn ? routes[k].slice(-2) : routes[k + 1].slice(0, 2);
    const height = goesIn ? routes[k + 1][0][1] : routes[k].at(-1)[1];
    const bend = height - ends[goesIn ? 1 : 0][1];
    for (const p of ends) p[1] += bend;
  }
  const points = routes[0];
  for (const route of routes.slice(1)) {
    const [[x, y], [u, v]] = [points.at(-1), route[0]];
    points.push([(2 * x + u) / 3, (2 * y + v) / 3], [(x + 2 * u) / 3, (y + 2 * v) / 3], ...route);
  }
  return { points, wide };
}
