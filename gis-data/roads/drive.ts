import type { Random } from '#domain/random.ts';
import type { LngLat } from '#store/gis.ts';
import { drivenM, pathLine } from './describe.ts';
import type { RoadEngine, Path } from './engine.ts';
import { metresBetween } from './graph.ts';

/** A vehicle on a route: positions as a function of time, for simulators. Pure. */

export interface Trip {
  readonly durationS: number;
  readonly lengthM: number;
  /** Points of the line, with seconds since the start and metres per second at each. */
  readonly line: readonly LngLat[];
  readonly atS: Float64Array;
  readonly mps: Float64Array;
}

export interface OnTrip {
  readonly at: LngLat;
  /** Degrees from north, clockwise, 0 ≤ h < 360. */
  readonly headingDeg: number;
  readonly speedKmh: number;
  readonly done: boolean;
}

export interface DriveStyle {
  /** Share of the speed of the road that this driver keeps. */
  readonly share?: number;
  /** Metres per second squared. */
  readonly accel?: number;
  readonly brake?: number;
}

const turnDeg = (a: LngLat, b: LngLat, c: LngLat): number => {
  const d = Math.abs(bearing(a, b) - bearing(b, c)) % 360;
  return d > 180 ? 360 - d : d;
};

/** Degrees from north, clockwise. */
export function bearing(a: LngLat, b: LngLat): number {
  const kx = Math.cos(((a[1] + b[1]) * Math.PI) / 360);
  const deg = (Math.atan2((b[0] - a[0]) * kx, b[1] - a[1]) * 180) / Math.PI;
  return (deg + 360) % 360;
}

/**
 * Times along a path: no faster than the road (its speed of now) and the bends allow, speeding up and braking gently,
 * standing at both ends.
 */
export function planTrip(
  engine: RoadEngine,
  path: Path,
  { share = 0.92, accel = 1.2, brake = 1.6 }: DriveStyle = {},
): Trip {
  const line = pathLine(engine.graph, path);
  const n = line.length;
  const step = new Float64Array(n);
  for (let i = 1; i < n; i++) step[i] = metresBetween(line[i - 1]!, line[i]!);
  const limit = limits(engine, path, step).map((v) => Math.max(1.5, v * share));
  const mps = new Float64Array(n);
  for (let i = 1; i < n - 1; i++) {
    const turn = turnDeg(line[i - 1]!, line[i]!, line[i + 1]!);
    const bend = turn < 12 ? Infinity : turn > 100 ? 2.5 : 14 - turn * 0.11;
    mps[i] = Math.min(limit[i]!, limit[i + 1]!, bend);
  }
  for (let i = 1; i < n; i++) mps[i] = Math.min(mps[i]!, Math.sqrt(mps[i - 1]! ** 2 + 2 * accel * step[i]!));
  for (let i = n - 2; i >= 0; i--) mps[i] = Math.min(mps[i]!, Math.sqrt(mps[i + 1]! ** 2 + 2 * brake * step[i + 1]!));
  const atS = new Float64Array(n);
  for (let i = 1; i < n; i++)
    atS[i] = atS[i - 1]! + legSeconds(step[i]!, mps[i - 1]!, mps[i]!, limit[i]!, accel, brake);
  return { durationS: atS[n - 1]!, lengthM: path.lengthM, line, atS, mps };
}

/** Speed of the road on the leg that ends at each point, metres per second. */
function limits(engine: RoadEngine, path: Path, step: Float64Array): number[] {
  const g = engine.graph;
  const ends: { m: number; v: number }[] = [];
  let m = 0;
  path.arcs.forEach((arc, i) => {
    m += drivenM(g, path, i);
    ends.push({ m, v: engine.edgeSpeedKmh(arc >> 1) / 3.6 });
  });
  let at = 0;
  let k = 0;
  return Array.from(step, (len) => {
    const middle = at + len / 2;
    at += len;
    while (k < ends.length - 1 && ends[k]!.m < middle) k++;
    return ends[k]!.v;
  });
}

/** Seconds over a leg: from v0 up to the limit and down to v1, as far as its length allows. */
function legSeconds(len: number, v0: number, v1: number, top: number, accel: number, brake: number): number {
  if (len === 0) return 0;
  const peak2 = (2 * accel * brake * len + brake * v0 * v0 + accel * v1 * v1) / (accel + brake);
  const peak = Math.max(v0, v1, Math.min(top, Math.sqrt(peak2)));
  const up = (peak * peak - v0 * v0) / (2 * accel);
  const down = (peak * peak - v1 * v1) / (2 * brake);
  const cruise = Math.max(0, len - up - down);
  return (peak - v0) / accel + (peak - v1) / brake + cruise / Math.max(peak, 0.5);
}

/** Where the vehicle is t seconds after it set out; before the start at the start, after the end at the end, standing. */
export function tripAt(trip: Trip, t: number): OnTrip {
  const { line, atS } = trip;
  const last = line.length - 1;
  let lo = 1;
  let hi = last;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (atS[mid]! < t) lo = mid + 1;
    else hi = mid;
  }
  const [a, b] = [line[lo - 1]!, line[lo]!];
  const span = atS[lo]! - atS[lo - 1]!;
  const x = span <= 0 ? 1 : Math.max(0, Math.min(1, (t - atS[lo - 1]!) / span));
  const done = t >= trip.durationS;
  const still = done || t <= 0;
  const mean = span > 0 ? metresBetween(a, b) / span : 0;
  return {
    at: [a[0] + (b[0] - a[0]) * x, a[1] + (b[1] - a[1]) * x],
    headingDeg: bearing(a, b),
    speedKmh: still ? 0 : mean * 3.6,
    done,
  };
}

/**
 * A drive to somewhere else: the fastest path from a position to a random one, `nearM` to `farM` away by straight line.
 * @returns null when, in 12 tries, no place could be reached
 */
export function nextTrip(
  engine: RoadEngine,
  random: Random,
  from: LngLat,
  { nearM = 1500, farM = 7000, style = {} }: { nearM?: number; farM?: number; style?: DriveStyle } = {},
): Trip | null {
  const start = engine.snap(from, 2000);
  if (!start) return null;
  const g = engine.graph;
  for (let i = 0; i < 12; i++) {
    const far = nearM + random() * (farM - nearM);
    const angle = random() * 2 * Math.PI;
    const lat = from[1] + (far * Math.cos(angle)) / 111_195;
    const lng = from[0] + (far * Math.sin(angle)) / (111_195 * Math.cos((from[1] * Math.PI) / 180));
    const goal = engine.snap([lng, lat], 400);
    // a through road is no place to stop
    if (!goal || goal.edge === start.edge || ['motorway', 'expressway', 'link'].includes(g.edgeClass[goal.edge]!))
      continue;
    const path = engine.route(start, goal, 'fastest');
    if (path && path.lengthM > nearM / 2) return planTrip(engine, path, style);
  }
  return null;
}

/** A random position on a street that one can stop in. */
export function randomStop(engine: RoadEngine, random: Random): LngLat {
  const g = engine.graph;
  for (;;) {
    const e = Math.floor(random() * g.edgeCount);
    if (['motorway', 'expressway', 'link'].includes(g.edgeClass[e]!) && random() < 0.98) continue;
    const p = g.pointStart[e]! + Math.floor((g.pointStart[e + 1]! - g.pointStart[e]!) / 2);
    return [g.pointLng[p]!, g.pointLat[p]!];
  }
}
