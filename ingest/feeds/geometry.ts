import type { LngLat } from '#domain/city/rows.ts';

/** Distance of p from the segment a–b in degrees, longitude shrunk to the latitude. */
function off(p: LngLat, a: LngLat, b: LngLat): number {
  const k = Math.cos((p[1] * Math.PI) / 180);
  const [px, py] = [p[0] * k, p[1]];
  const [ax, ay] = [a[0] * k, a[1]];
  const [dx, dy] = [b[0] * k - ax, b[1] - ay];
  const len = dx * dx + dy * dy;
  const t = len === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / len));
  return Math.hypot(px - ax - t * dx, py - ay - t * dy);
}

/** Douglas–Peucker without recursion: keeps first and last, drops what lies within `eps` degrees of the rest. */
function simplify(line: readonly LngLat[], eps: number): LngLat[] {
  const keep = new Uint8Array(line.length);
  keep[0] = keep[line.length - 1] = 1;
  const todo: [number, number][] = [[0, line.length - 1]];
  for (let span = todo.pop(); span; span = todo.pop()) {
    const [from, to] = span;
    let far = -1;
    let most = eps;
    for (let i = from + 1; i < to; i++) {
      const d = off(line[i]!, line[from]!, line[to]!);
      if (d > most) [most, far] = [d, i];
    }
    if (far !== -1) {
      keep[far] = 1;
      todo.push([from, far], [far, to]);
    }
  }
  return line.filter((_, i) => keep[i]);
}

/**
 * A line or ring of at most about `max` points with the same ends: an outline of a province with 20,000 points is no
 * better on a wall, and everybody would have to carry it. Lines that are short enough stay as they are.
 */
export function thin(line: readonly LngLat[], max: number): readonly LngLat[] {
  if (line.length <= max) return line;
  // Far too long for the exact method in one go: every k-th point first.
  const step = Math.ceil(line.length / 20_000);
  let out = step > 1 ? line.filter((_, i) => i % step === 0 || i === line.length - 1) : line;
  // A closed ring has equal ends, for which "distance from the chord" means "distance from a point": that works too.
  for (let eps = 0.0001; out.length > max && eps < 1; eps *= 2) {
    const s = simplify(out, eps);
    if (s.length < 4) break;
    out = s;
  }
  return out;
}
