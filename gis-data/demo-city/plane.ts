import type { LngLat } from '#store/gis.ts';

/** The city's own plane: metres east and north of its middle. Everything is made here and turned into degrees at the end. */
export type Pt = readonly [x: number, y: number];
export type Ring = readonly Pt[];

/** The invented city lies here: hilly country south of the Yangtze. */
export const ORIGIN: LngLat = [118.82, 31.18];

// WGS-84, metres per degree at the origin's latitude
const LAT = (ORIGIN[1] * Math.PI) / 180;
const E2 = 0.006_694_379_990_14;
const W2 = 1 - E2 * Math.sin(LAT) ** 2;
export const M_PER_LNG = ((Math.PI / 180) * 6_378_137 * Math.cos(LAT)) / Math.sqrt(W2);
export const M_PER_LAT = ((Math.PI / 180) * 6_378_137 * (1 - E2)) / W2 ** 1.5;

const round7 = (v: number): number => Math.round(v * 1e7) / 1e7;

export const toLngLat = (p: Pt): LngLat => [round7(ORIGIN[0] + p[0] / M_PER_LNG), round7(ORIGIN[1] + p[1] / M_PER_LAT)];

/** Metres along a line of positions on the ellipsoid; within 0.01 % for lines of a city. */
export function ellipsoidLengthM(line: readonly LngLat[]): number {
  let sum = 0;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const lat = ((a[1] + b[1]) / 2) * (Math.PI / 180);
    const w2 = 1 - E2 * Math.sin(lat) ** 2;
    const mLng = ((Math.PI / 180) * 6_378_137 * Math.cos(lat)) / Math.sqrt(w2);
    const mLat = ((Math.PI / 180) * 6_378_137 * (1 - E2)) / w2 ** 1.5;
    sum += Math.hypot((b[0] - a[0]) * mLng, (b[1] - a[1]) * mLat);
  }
  return sum;
}

export const dist = (a: Pt, b: Pt): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
export const lerp = (a: Pt, b: Pt, t: number): Pt => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];

export function lineLength(line: readonly Pt[]): number {
  let sum = 0;
  for (let i = 1; i < line.length; i++) sum += dist(line[i - 1]!, line[i]!);
  return sum;
}

/** Points at equal steps along a line, both ends kept. */
export function resample(line: readonly Pt[], step: number): Pt[] {
  const total = lineLength(line);
  const n = Math.max(1, Math.round(total / step));
  const out: Pt[] = [line[0]!];
  let i = 1;
  let before = 0;
  for (let k = 1; k < n; k++) {
    const want = (total * k) / n;
    while (before + dist(line[i - 1]!, line[i]!) < want && i < line.length - 1)
      before += dist(line[i - 1]!, line[i++]!);
    const seg = dist(line[i - 1]!, line[i]!);
    out.push(lerp(line[i - 1]!, line[i]!, seg === 0 ? 0 : (want - before) / seg));
  }
  out.push(line.at(-1)!);
  return out;
}

/** A smooth line through all points (centripetal Catmull-Rom), about `step` metres between points. */
export function smoothThrough(points: readonly Pt[], step: number, closed = false): Pt[] {
  const n = points.length;
  const at = (i: number): Pt => {
    if (closed) return points[((i % n) + n) % n]!;
    if (i < 0) return [2 * points[0]![0] - points[1]![0], 2 * points[0]![1] - points[1]![1]];
    if (i >= n) return [2 * points[n - 1]![0] - points[n - 2]![0], 2 * points[n - 1]![1] - points[n - 2]![1]];
    return points[i]!;
  };
  const out: Pt[] = [];
  for (let i = 0; i < (closed ? n : n - 1); i++) {
    const [p0, p1, p2, p3] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const [t1, t2, t3] = [Math.sqrt(dist(p0, p1)), Math.sqrt(dist(p1, p2)), Math.sqrt(dist(p2, p3))];
    const parts = Math.max(2, Math.ceil(dist(p1, p2) / step));
    for (let k = 0; k < parts; k++) {
      const t = t1 + (t2 * k) / parts;
      const a1 = mix(p0, p1, t / t1);
      const a2 = mix(p1, p2, (t - t1) / t2);
      const a3 = mix(p2, p3, (t - t1 - t2) / t3);
      const b1 = mix(a1, a2, t / (t1 + t2));
      const b2 = mix(a2, a3, (t - t1) / (t2 + t3));
      out.push(mix(b1, b2, (t - t1) / t2));
    }
  }
  out.push(closed ? out[0]! : points[n - 1]!);
  return out;
}
const mix = (a: Pt, b: Pt, t: number): Pt => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];

/** A line made longer at one end or both, straight on, by so many metres. */
export function prolonged(line: readonly Pt[], atStart: number, atEnd: number): Pt[] {
  const out = [...line];
  const on = (a: Pt, b: Pt, by: number): Pt => lerp(a, b, 1 + by / (dist(a, b) || 1));
  if (atStart > 0) out.unshift(on(line[1]!, line[0]!, atStart));
  if (atEnd > 0) out.push(on(line.at(-2)!, line.at(-1)!, atEnd));
  return out;
}

/** A line beside another, `d(i)` metres to the left at point i (negative: right). */
export function beside(line: readonly Pt[], d: (i: number) => number): Pt[] {
  return line.map((p, i) => {
    const a = line[Math.max(0, i - 1)]!;
    const b = line[Math.min(line.length - 1, i + 1)]!;
    const len = dist(a, b) || 1;
    const off = d(i);
    return [p[0] - ((b[1] - a[1]) / len) * off, p[1] + ((b[0] - a[0]) / len) * off];
  });
}

/** Douglas–Peucker. */
export function simplify(line: readonly Pt[], tol: number): Pt[] {
  if (line.length <= 2) return [...line];
  const keep = new Uint8Array(line.length);
  keep[0] = keep[line.length - 1] = 1;
  const stack: [number, number][] = [[0, line.length - 1]];
  while (stack.length > 0) {
    const [a, b] = stack.pop()!;
    let far = -1;
    let farD = tol;
    for (let i = a + 1; i < b; i++) {
      const d = toSegment(line[i]!, line[a]!, line[b]!);
      if (d > farD) [far, farD] = [i, d];
    }
    if (far >= 0) {
      keep[far] = 1;
      stack.push([a, far], [far, b]);
    }
  }
  return line.filter((_, i) => keep[i]);
}

/** Distance of a point to a segment. */
export function toSegment(p: Pt, a: Pt, b: Pt): number {
  return dist(p, lerp(a, b, footOn(p, a, b)));
}
/** Where on a segment (0–1) a point is nearest. */
export function footOn(p: Pt, a: Pt, b: Pt): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const len2 = dx * dx + dy * dy;
  return len2 === 0 ? 0 : Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / len2));
}

/** Signed area of a closed ring (first point repeated or not): positive counter-clockwise. */
export function ringArea(ring: Ring): number {
  let sum = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++)
    sum += ring[j]![0] * ring[i]![1] - ring[i]![0] * ring[j]![1];
  return sum / 2;
}

export function inRing(p: Pt, ring: Ring): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [a, b] = [ring[i]!, ring[j]!];
    if (a[1] > p[1] !== b[1] > p[1] && p[0] < ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
  }
  return inside;
}

export function centroid(ring: Ring): Pt {
  let [x, y, sum] = [0, 0, 0];
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const c = ring[j]![0] * ring[i]![1] - ring[i]![0] * ring[j]![1];
    x += (ring[j]![0] + ring[i]![0]) * c;
    y += (ring[j]![1] + ring[i]![1]) * c;
    sum += c;
  }
  return sum === 0 ? ring[0]! : [x / (3 * sum), y / (3 * sum)];
}

/** The same ring with its first point at the end. */
export const closed = (ring: Ring): Pt[] => {
  const [a, b] = [ring[0]!, ring.at(-1)!];
  return a[0] === b[0] && a[1] === b[1] ? [...ring] : [...ring, a];
};

/** Where two segments cross, as shares of each; null when they do not (touching counts). */
export function crossing(a: Pt, b: Pt, c: Pt, d: Pt): [number, number] | null {
  const [rx, ry] = [b[0] - a[0], b[1] - a[1]];
  const [sx, sy] = [d[0] - c[0], d[1] - c[1]];
  const det = rx * sy - ry * sx;
  if (Math.abs(det) < 1e-12) return null;
  const t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / det;
  const u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / det;
  return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? [t, u] : null;
}
