// Where on its edge each number stands: story/plates.py, in the browser.
const TALL = 20;
const ALONG = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74];
for (let k = 1; k < 22; k++) ALONG.push(0.5 - k / 50, 0.5 + k / 50);
const TRIED = [0, -9, 9].flatMap((beside) => ALONG.map((t) => [t, beside]));

// The middle of each wire's number onto the wire, as its label; short wires have least room, so they are first.
function putPlates(wires, cards) {
  const taken = [...cards];
  const length = ({ points }) => points.at(-1)[0] - points[0][0];
  for (const wire of Object.values(wires).toSorted((a, b) => length(a) - length(b))) {
    let least = Number.POSITIVE_INFINITY;
    let best = null;
    for (const [t, beside] of TRIED) {
      const [x, level] = pointAt(wire.points, t);
      const y = level + beside;
      const box = [x - wire.wide / 2, y - TALL / 2, wire.wide, TALL];
      const cost = taken.reduce((sum, other) => sum + shared(box, other), 0);
      if (cost < least - 1e-6) [least, best, wire.label] = [cost, box, [x, y]];
      if (cost === 0) break;
    }
    taken.push(best);
  }
}

// The area that two boxes share.
function shared(a, b) {
  const wide = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const tall = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return Math.max(0, wide) * Math.max(0, tall);
}

// The point at t, from 0 to 1, of a route of cubic Béziers.
function pointAt(points, t) {
  const pieces = (points.length - 1) / 3;
  const k = Math.min(Math.floor(t * pieces), pieces - 1);
  const u = t * pieces - k;
  const weights = [(1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u * u * (1 - u), u ** 3];
  return [0, 1].map((axis) => weights.reduce((sum, w, j) => sum + w * points[3 * k + j][axis], 0));
}
