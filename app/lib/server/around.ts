import { MAX_BLOCKS, MAX_SHELTERS } from '#domain/around/evacuation.ts';
import type { AreaPolygons } from '#domain/around/area.ts';
import {
  freePlaces,
  type EvacuationPlan,
  type EvacuationRow,
  type ShelterFill,
} from '#domain/around/evacuation-rows.ts';
import { blockKey, extraIn, settled, type BlockFlow } from '#domain/around/replan.ts';
import { GROUPS, type ThingKind } from '#domain/around/kinds.ts';
import type { LngLat } from '#domain/city/rows.ts';
import type { RouteEnd } from '#domain/incidents/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { askCases, askEvacuate } from '#gis-data/around/client.ts';
import { MAX_SOURCES } from '#gis-data/roads/wire.ts';
import { roads } from '#lib/server/roads.ts';
import { settings } from '#lib/server/runtime.ts';
import { camerasWithin } from '#store/around-cameras.ts';
import { casesOfSpots } from '#store/case-spots.ts';
import { kindsOf, thingsAround, type ThingFound } from '#store/city-things.ts';
import { fromTs, type Sql } from '#store/db.ts';
import { placesHeld } from '#store/evacuations.ts';
import { peopleAround, peopleBlocks, type PeopleAround } from '#store/people.ts';

/** What is around a place, and how its people get away: put together from the database, the index of cases and the roads. */

/** Rows of one answer: so many the lists show, and so many road times are asked for. */
const MAX_THINGS = 1000;
const MAX_CASES = 200;
const MAX_CAMERAS = 100;

export type Extent = { readonly radiiM: readonly number[] } | { readonly area: AreaPolygons };

/** Seconds and metres by road from there to the place; null: no way, or no road near. */
interface ByRoad {
  readonly timeS: number | null;
  readonly roadM: number | null;
}
export interface Around {
  readonly things: readonly (ThingFound & ByRoad)[];
  readonly counts: Partial<Record<ThingKind, number>>;
  readonly cases: {
    /** In the order of the radii; null: the index does not answer. */
    readonly counts: readonly number[] | null;
    readonly nearest: readonly (ByRoad & {
      readonly no: string;
      readonly title: string;
      readonly state: string;
      readonly place: string | null;
      readonly acceptedAt: Instant;
      readonly at: LngLat;
      readonly distanceM: number;
    })[];
  };
  readonly cameras: readonly (ByRoad & {
    readonly id: string;
    readonly name: string;
    readonly state: string;
    readonly at: LngLat;
    readonly distanceM: number;
  })[];
  readonly people: PeopleAround;
  /** What the road times rest on; null: the road engine does not answer. */
  readonly roads: { readonly measuredSegments: number; readonly closedSegments: number } | null;
}

/**
 * Everything around a place: hazard sources, targets, resources, cameras, cases and people, each with its distance on the ellipsoid
 * and its road time. What cannot be asked now is left out and told; the rest stands.
 * @param days cases accepted so many days ago at most; null: all
 */
export async function findAround(
  sql: Sql,
  at: LngLat,
  extent: Extent,
  days: number | null,
  now: Instant,
): Promise<Around> {
  const within = 'area' in extent ? extent : { radiusM: extent.radiiM.at(-1)! };
  const { roadsHost: host, roadsPort: port } = settings();
  const since = days === null ? {} : { since: now / 1000 - days * 86_400 };
  const shape = 'area' in extent ? { area: mutable(extent.area) } : { radiiM: [...extent.radiiM] };
  const [found, people, cameras, cases] = await Promise.all([
    thingsAround(sql, at, within, kindsOf(GROUPS), MAX_THINGS),
    peopleAround(sql, at, extent),
    camerasWithin(sql, at, within, MAX_CAMERAS),
    askCases({ host, port }, { at: [...at], ...shape, ...since, limit: MAX_CASES }),
  ]);
  const near = cases.ok ? cases.value.nearest : [];
  const rows = new Map((await casesOfSpots(sql, near.map((n) => n.spot))).map((r) => [r.spot, r])); // prettier-ignore
  const shown = near.flatMap(({ spot, distanceM }) => {
    const r = rows.get(spot);
    if (!r) return [];
    const { no, title, state, place } = r;
    return [{ no, title, state, place, acceptedAt: fromTs(r.acceptedAt), at: [r.lng, r.lat] as const, distanceM }];
  });
  const road = await byRoad(at, [...found.things, ...shown, ...cameras].map((x) => x.at)); // prettier-ignore
  const timed = <T>(list: readonly T[], from: number): (T & ByRoad)[] => list.map((x, i) => ({ ...x, ...road.times[from + i]! })); // prettier-ignore
  return {
    things: timed(found.things, 0),
    counts: found.counts,
    cases: { counts: cases.ok ? cases.value.counts : null, nearest: timed(shown, found.things.length) },
    cameras: timed(cameras, found.things.length + shown.length),
    people,
    roads: road.basis,
  };
}

const mutable = (area: AreaPolygons): [number, number][][][] =>
  area.map((p) => p.map((r) => r.map(([x, y]) => [x, y])));

/** Road times of all sources to one place, so many to a question. */
async function byRoad(
  to: LngLat,
  from: readonly LngLat[],
): Promise<{ times: ByRoad[]; basis: { measuredSegments: number; closedSegments: number } | null }> {
  const none: ByRoad = { timeS: null, roadM: null };
  const times: ByRoad[] = [];
  let basis: { measuredSegments: number; closedSegments: number } | null = null;
  for (let i = 0; i < from.length; i += MAX_SOURCES) {
    const part = from.slice(i, i + MAX_SOURCES);
    const answer = await roads().etas({ to: [...to], from: part.map((p) => [...p]) });
    if (!answer.ok) {
      times.push(...part.map(() => none));
      continue;
    }
    basis = answer.value.basis;
    times.push(
      ...answer.value.etas.map((e) => (e ? { timeS: Math.round(e.timeS), roadM: Math.round(e.lengthM) } : none)),
    );
  }
  return { times, basis: basis && { measuredSegments: basis.measuredSegments, closedSegments: basis.closedSegments } };
}

/** Shelters are looked for so far away. */
const SHELTERS_WITHIN_M = 20_000;
/** Nearer ones suffice when they hold so many times the people; at least so many stand to choose from. */
const ENOUGH = 3;
const LEAST_SHELTERS = 24;

export type PlanRefusal = 'evacuation-nobody' | 'evacuation-no-shelter' | 'engine-away' | 'engine-busy';

/**
 * Who of an area goes where, by the road times and closures of now. Shelters inside of the area take nobody, and none takes more than the
 * places that are left beside other running evacuations.
 * @param from the incident or the place that it is about
 * @param onFoot they walk, over footways too
 * @param old the plan that is computed anew: who has arrived stays where they are, the others go to what is free
 */
export async function planEvacuation(
  sql: Sql,
  from: { readonly end: RouteEnd; readonly sensitive: boolean },
  area: AreaPolygons,
  onFoot: boolean,
  old: { readonly id: string; readonly row: EvacuationRow; readonly flows: readonly BlockFlow[] } | null = null,
): Promise<Result<{ plan: Omit<EvacuationPlan, 'by'>; flows: BlockFlow[] }, PlanRefusal>> {
  const { at, kind, ref, label } = from.end;
  const incident = kind === 'incident' ? ref : null;
  const [blocks, around, near, held] = await Promise.all([
    peopleBlocks(sql, at, area, MAX_BLOCKS),
    peopleAround(sql, at, { area }),
    thingsAround(sql, at, { radiusM: SHELTERS_WITHIN_M }, ['shelter'], 2000),
    placesHeld(sql, { incident, id: old?.id ?? null }),
  ]);
  if (blocks.length === 0) return refuse('evacuation-nobody', '');
  const people = blocks.reduce((n, b) => n + b.people, 0);
  const heldIn = (id: string): number => held.get(id) ?? 0;
  const shelters = choose(near.things, area, people, heldIn, old?.row.shelters).map((t) =>
    shelterOf(t, old?.row.shelters),
  );
  if (shelters.length === 0) return refuse('evacuation-no-shelter', '');
  const arrived = settled(shelters, old?.flows ?? []);
  const stay = blocks.map((b) => arrived.get(blockKey(b.at)) ?? []);
  const { roadsHost: host, roadsPort: port } = settings();
  const answer = await askEvacuate(
    { host, port },
    {
      blocks: blocks.map((b, i) => ({ at: [...b.at], people: Math.max(0, b.people - sumOf(stay[i]!)) })),
      shelters: shelters.map((s) => ({ at: [...s.at], places: Math.max(0, freePlaces(s) - s.arrived - heldIn(s.id)) })),
      vehicle: onFoot ? 'foot' : 'car',
    },
  );
  if (!answer.ok) return refuse(answer.code === 'busy' ? 'engine-busy' : 'engine-away', answer.reason);
  const { left, basis } = answer.value;
  const flows = blocks.map(({ at: where, people: n, street }, b): BlockFlow => {
    const go = answer.value.flows
      .filter((f) => f.block === b)
      .map((f) => ({ shelter: shelters[f.shelter]!.id, people: f.people, timeS: Math.round(f.timeS) }));
    return { at: where, people: n, street, to: [...stay[b]!, ...go], left: left[b]! };
  });
  const all = flows.flatMap((f) => f.to);
  const placed = sumOf(all);
  const range = around.within[0]!;
  return accept({
    plan: {
      incident,
      title: label,
      at,
      area,
      people,
      low: Math.round(range.low),
      high: Math.round(range.high),
      blocks: blocks.length,
      ...(around.source ? { peopleFrom: around.source } : {}),
      shelters: shelters
        .map((s) => ({ ...s, assigned: sumOf(all.filter((f) => f.shelter === s.id)), extra: extraIn(s) }))
        .filter((s) => s.assigned > 0),
      left: left.reduce((a, b) => a + b, 0),
      onFoot,
      meanS: placed === 0 ? null : Math.round(all.reduce((t, f) => t + f.people * f.timeS, 0) / placed),
      longestS: placed === 0 ? null : Math.max(...all.map((f) => f.timeS)),
      closedSegments: basis.closedSegments,
      measuredSegments: basis.speeds === 'live' ? basis.measuredSegments : 0,
      sensitive: from.sensitive,
    },
    flows,
  });
}

const sumOf = (list: readonly { readonly people: number }[]): number => list.reduce((n, x) => n + x.people, 0);

/** A shelter as the registry tells it now; what somebody entered by hand meanwhile, and who has arrived, as the old plan has it. */
function shelterOf(
  { id, name, nameEn, at, capacity, occupied }: ThingFound,
  old: readonly ShelterFill[] = [],
): ShelterFill {
  const before = old.find((s) => s.id === id);
  const told = { places: capacity ?? 0, taken: occupied ?? 0 };
  const { taken = told.taken, arrived = 0, assigned = 0 } = before ?? {};
  return { id, name, nameEn, at, places: told.places, taken, told, assigned, arrived };
}

/** The nearest shelters outside of the area, as many as are needed to choose from, and those where somebody is already. */
function choose(
  things: readonly ThingFound[],
  area: AreaPolygons,
  people: number,
  heldIn: (id: string) => number,
  old: readonly ShelterFill[] = [],
): ThingFound[] {
  const used = new Set(old.filter((s) => s.arrived > 0).map((s) => s.id));
  const out: ThingFound[] = [];
  let places = 0;
  for (const s of things) {
    const free = (s.capacity ?? 0) - (s.occupied ?? 0) - heldIn(s.id);
    if (!used.has(s.id) && (free <= 0 || insideArea(area, s.at))) continue;
    if (out.length >= MAX_SHELTERS || (out.length >= LEAST_SHELTERS && places >= ENOUGH * people)) break;
    out.push(s);
    places += Math.max(0, free);
  }
  return out;
}

function insideArea(area: AreaPolygons, [lng, lat]: LngLat): boolean {
  let odd = false;
  for (const ring of area.flat())
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [a, b] = [ring[i]!, ring[j]!];
      if (a[1] > lat !== b[1] > lat && lng < ((b[0] - a[0]) * (lat - a[1])) / (b[1] - a[1]) + a[0]) odd = !odd;
    }
  return odd;
}
