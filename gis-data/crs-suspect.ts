import type { Sql } from '#store/db.ts';
import type { LngLat } from '#store/gis.ts';
import { roadDistances } from '#store/road-near.ts';
import { fromWgs84, SYSTEMS, toWgs84, type CoordinateSystem } from './crs.ts';

/**
 * A source that says WGS-84 and means GCJ-02 lies some 300–700 m beside the truth, all of it in one direction. What people report and
 * where vehicles are lies along roads; shifted, it lies anywhere. So under the right system points lie nearer to roads than under any
 * other, and with a few hundred of them that is no accident.
 */
export interface Suspicion {
  readonly declared: CoordinateSystem;
  readonly looksLike: CoordinateSystem;
  readonly points: number;
  /** Median distance to the nearest road, metres, as declared and as it looks. */
  readonly declaredM: number;
  readonly looksM: number;
  /** Of the points, those that lie nearer to a road as it looks, 0–1. */
  readonly nearer: number;
  /** How far the points are off if it is so, metres, the median. */
  readonly offM: number;
}

/** Fewer points say nothing; more cost time and say no more. */
const LEAST = 60;
const MOST = 500;
/** Standard deviations of a fair coin by which the nearer ones must prevail, and by how much their median must be less. */
const SIGMAS = 4;
const BETTER = 0.8;

/**
 * Does a source mean another coordinate system than it declares?
 * @param points its positions in WGS-84, converted from the declared system
 * @param city roads of this city decide
 * @returns null when all is well, or when too few points lie near its roads to tell
 */
export async function suspectSystem(
  sql: Sql,
  city: string,
  points: readonly LngLat[],
  declared: CoordinateSystem,
): Promise<Suspicion | null> {
  const found = await readings(sql, city, points, declared, MOST);
  if (!found) return null;
  const own = found.find((f) => f.system === declared)!;
  const others = found
    .filter((f) => f !== own)
    .map((other) => compared(own, other, declared))
    .filter((s) => s !== null)
    .sort((a, b) => a.looksM - b.looksM);
  return others[0] ?? null;
}

/** Positions if they were meant in a system, in WGS-84, and how far each is from a road, metres; null: none is near. */
interface Reading {
  readonly system: CoordinateSystem;
  readonly at: readonly LngLat[];
  readonly m: readonly (number | null)[];
}

/** Positions read in every system, thinned evenly to `most` of them; null: too few to tell. */
async function readings(
  sql: Sql,
  city: string,
  positions: readonly LngLat[],
  declared: CoordinateSystem,
  most: number,
): Promise<Reading[] | null> {
  const step = Math.max(1, Math.ceil(positions.length / most));
  const chosen = positions.filter((_, i) => i % step === 0);
  if (chosen.length < LEAST) return null;
  return await Promise.all(
    SYSTEMS.map(async (system) => {
      const at = chosen.map((p) => toWgs84(fromWgs84(p, declared), system));
      return { system, at, m: await roadDistances(sql, city, at) };
    }),
  );
}

function compared(own: Reading, other: Reading, declared: CoordinateSystem): Suspicion | null {
  // where neither has a road near, nothing is learnt
  const told = own.m.flatMap((a, i) => {
    const b = other.m[i] ?? null;
    return a === null && b === null ? [] : [{ a: a ?? Infinity, b: b ?? Infinity, off: apartM(own.at[i]!, other.at[i]!) }];
  }); // prettier-ignore
  if (told.length < LEAST) return null;
  const middle = (xs: number[]): number => xs.sort((a, b) => a - b)[xs.length >> 1]!;
  const nearer = told.filter((t) => t.b < t.a).length / told.length;
  const [declaredM, looksM] = [middle(told.map((t) => t.a)), middle(told.map((t) => t.b))];
  if ((nearer - 0.5) * 2 * Math.sqrt(told.length) < SIGMAS || looksM > declaredM * BETTER) return null;
  const offM = middle(told.map((t) => t.off));
  return { declared, looksLike: other.system, points: told.length, declaredM, looksM, nearer, offM };
}

const apartM = (a: LngLat, b: LngLat): number =>
  Math.hypot((a[0] - b[0]) * 111_320 * Math.cos((a[1] * Math.PI) / 180), (a[1] - b[1]) * 110_950);

/** The suspicion as a sentence with its evidence. */
export const saySuspicion = (s: Suspicion): string =>
  `the positions are declared as ${s.declared} and look like ${s.looksLike}: of ${s.points}, ${Math.round(s.nearer * 100)} % lie nearer to a road so ` +
  `(median ${s.looksM.toFixed(0)} m instead of ${s.declaredM.toFixed(0)} m), ${s.offM.toFixed(0)} m from where they were put`;

/**
 * Borders are no roads, but a part of them runs along roads, to the metre. So under the right system far more of their corners lie on a
 * road than under any other, where only chance puts them there. (Tainan’s 37 districts, whose map has the roads of buses alone: 121 of
 * 1,444 corners instead of 32.)
 */
export interface BorderSuspicion {
  readonly declared: CoordinateSystem;
  readonly looksLike: CoordinateSystem;
  readonly corners: number;
  /** Of the corners, those that lie on a road, as declared and as it looks. */
  readonly declaredOn: number;
  readonly looksOn: number;
}

const MOST_CORNERS = 3000;
/** On a road is who lies within so many metres of its middle. */
const ON_ROAD_M = 10;
/** Fewer on roads are chance; twice as many at least, and by so many standard deviations. */
const LEAST_ON = 30;
const TIMES_MORE = 2;

/**
 * Do the borders of a file mean another coordinate system than it declares?
 * @param corners each once, in WGS-84, converted from the declared system
 * @returns null when all is well, or when the city's roads do not tell
 */
export async function suspectBorders(
  sql: Sql,
  city: string,
  corners: readonly LngLat[],
  declared: CoordinateSystem,
): Promise<BorderSuspicion | null> {
  const read = await readings(sql, city, corners, declared, MOST_CORNERS);
  if (!read) return null;
  const found = read.map(({ system, m }) => ({ system, on: m.filter((x) => x !== null && x <= ON_ROAD_M).length }));
  const declaredOn = found.find((f) => f.system === declared)!.on;
  const best = found.reduce((a, b) => (b.on > a.on ? b : a));
  const certain =
    best.on >= LEAST_ON &&
    best.on >= declaredOn * TIMES_MORE &&
    best.on - declaredOn > SIGMAS * Math.sqrt(best.on + declaredOn);
  return certain
    ? { declared, looksLike: best.system, corners: read[0]!.at.length, declaredOn, looksOn: best.on }
    : null;
}

/** The suspicion as a sentence with its evidence. */
export const sayBorderSuspicion = (s: BorderSuspicion): string =>
  `the borders are declared as ${s.declared} and look like ${s.looksLike}: of ${s.corners} corners ${s.looksOn} lie on a road so, ` +
  `and ${s.declaredOn} as declared`;
