import { mulberry32, type Random } from '#domain/random.ts';
import type { Instant } from '#domain/time.ts';
import { arcLine, headOf, loadGraph, metresBetween, type RoadGraph } from '#gis-data/roads/graph.ts';
import type { Sql } from '#store/db.ts';
import { boundaries, boundaryShape, districtsAt, placesOfKind, type LngLat } from '#store/gis.ts';

/** What the simulated partners know of the demo city. */
export interface DemoCity {
  readonly districts: readonly District[];
  readonly roads: RoadGraph;
  /** Addresses where things happen. */
  readonly spots: readonly Spot[];
  /** Named places: parks, malls, estates, stations … */
  readonly places: readonly {
    readonly kind: string;
    readonly name: string;
    readonly nameEn: string;
    readonly at: LngLat;
  }[];
  /** Where weather and air are measured. */
  readonly stations: readonly { readonly id: string; readonly zh: string; readonly en: string; readonly at: LngLat }[];
}
export interface District {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly at: LngLat;
  /** Outer rings. */
  readonly rings: readonly (readonly LngLat[])[];
}
export interface Spot {
  readonly at: LngLat;
  readonly zh: string;
  readonly en: string;
  readonly district: string;
}

const SPOTS = 400;
const STATIONS = 14;
const PLACE_KINDS = ['park', 'mall', 'estate', 'rail', 'metro', 'school', 'hospital', 'government'];

/** Waits until a city with roads is active, then reads it. */
export async function readDemoCity(sql: Sql, seed: number): Promise<DemoCity> {
  const { graph } = await loadGraph(sql);
  const places = await placesOfKind(sql, PLACE_KINDS, 600);
  const districts: District[] = [];
  for (const b of await boundaries(sql, 'district')) {
    const shape = await boundaryShape(sql, 'district', b.code);
    const rings = (shape?.coordinates ?? []).map((p) => p[0]!.map((q): LngLat => [q[0]!, q[1]!]));
    districts.push({ code: b.code, zh: b.name, en: b.nameEn, at: b.label, rings });
  }
  const streets = await boundaries(sql, 'street');
  const step = Math.max(1, Math.floor(streets.length / STATIONS));
  const stations = streets
    .filter((_, i) => i % step === 0)
    .slice(0, STATIONS)
    .map((s) => ({ id: s.code, zh: `${s.name.replace(/街道$/, '')}站`, en: s.nameEn, at: s.label }));
  return { districts, roads: graph, places, stations, spots: await readSpots(sql, graph, places, seed) };
}

async function readSpots(sql: Sql, g: RoadGraph, places: DemoCity['places'], seed: number): Promise<Spot[]> {
  const random = mulberry32(seed ^ 0x5907);
  const named = Array.from({ length: g.edgeCount }, (_, e) => e).filter(
    (e) => g.edgeName[e] && !['motorway', 'expressway', 'link'].includes(g.edgeClass[e]!),
  );
  const edges = Array.from(
    { length: Math.min(SPOTS, named.length) },
    () => named[Math.floor(random() * named.length)]!,
  );
  const at = edges.map((e) => middle(g, e));
  const where = await districtsAt(sql, at);
  return edges.flatMap((e, i) => {
    const d = where[i]?.district;
    if (!d) return [];
    const near = places.find((p) => metresBetween(p.at, at[i]!) < 350);
    return [
      {
        at: at[i]!,
        district: d.code,
        zh: `${d.name}${g.edgeName[e]!}${near ? `（${near.name}附近）` : ''}`,
        en: `${g.edgeNameEn[e] ?? g.edgeName[e]!}, ${d.nameEn}${near ? ` (near ${near.nameEn})` : ''}`,
      },
    ];
  });
}

/** The middle point of an edge's line. */
export function middle(g: RoadGraph, edge: number): LngLat {
  const p = (g.pointStart[edge]! + g.pointStart[edge + 1]! - 1) >> 1;
  return [g.pointLng[p]!, g.pointLat[p]!];
}

/** A piece of one named road from an edge on, up to about `metres`, in the direction of travel. */
export function stretch(g: RoadGraph, edge: number, metres: number): { edges: number[]; line: LngLat[] } {
  const name = g.edgeName[edge];
  const edges = [edge];
  const line = arcLine(g, edge * 2);
  let length = g.edgeLengthM[edge]!;
  let arc = edge * 2;
  while (length < metres) {
    const node = headOf(g, arc);
    let next = -1;
    for (let i = g.outStart[node]!; i < g.outStart[node + 1]!; i++) {
      const a = g.outArcs[i]!;
      if (name && g.edgeName[a >> 1] === name && !edges.includes(a >> 1)) next = a;
    }
    if (next === -1) break;
    edges.push(next >> 1);
    line.push(...arcLine(g, next).slice(1));
    length += g.edgeLengthM[next >> 1]!;
    arc = next;
  }
  return { edges, line };
}

/** Random numbers that belong to one thing: the same for the same seed, name and number. */
export function randomOf(seed: number, name: string, k: number): Random {
  let h = (seed ^ 0x811c9dc5) >>> 0;
  for (const c of `${name}:${k}`) h = Math.imul(h ^ c.codePointAt(0)!, 0x01000193) >>> 0;
  return mulberry32(h);
}

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

export interface Happening {
  readonly k: number;
  readonly startsAt: Instant;
  readonly random: Random;
}

/**
 * What began so lately that it may still last at t: one thing about every `everyMs`. A pure function of seed, name and t,
 * so a simulator that is started again goes on with the same things.
 */
export function happenings(seed: number, name: string, t: Instant, everyMs: number, longestMs: number): Happening[] {
  const out: Happening[] = [];
  for (let k = Math.floor((t - longestMs) / everyMs); k <= Math.floor(t / everyMs); k++) {
    const random = randomOf(seed, name, k);
    // whole seconds: what DATEX and CAP write
    const startsAt = Math.floor((k * everyMs + random() * everyMs) / 1000) * 1000;
    if (startsAt <= t && startsAt > t - longestMs) out.push({ k, startsAt, random });
  }
  return out;
}

/** Smooth noise between -1 and 1 that changes over about `periodMs`. */
export function drift(seed: number, name: string, t: Instant, periodMs: number): number {
  const k = Math.floor(t / periodMs);
  const x = t / periodMs - k;
  const s = x * x * (3 - 2 * x);
  const [a, b] = [randomOf(seed, name, k)(), randomOf(seed, name, k + 1)()];
  return 2 * (a + (b - a) * s) - 1;
}

export const xmlText = (s: string): string =>
  s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The time as partners write it, in the city's zone. */
export function localIso(t: Instant, offsetMs: number): string {
  const sign = offsetMs < 0 ? '-' : '+';
  const m = Math.abs(Math.round(offsetMs / 60_000));
  const hhmm = `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
  return `${new Date(t + offsetMs).toISOString().slice(0, 19)}${sign}${hhmm}`;
}
