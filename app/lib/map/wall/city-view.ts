import type { FeedFigures, FeedKind, FeedRow, TrafficEventRow, VehicleSignal } from '#domain/city/rows.ts';
import { feedHealth, trafficPhase, vehiclePresence, type FeedHealth } from '#domain/city/view.ts';
import type { Instant } from '#domain/time.ts';

/** Figures beside the map of the city's wall: pure functions of (rows, now). */

export interface FleetFigures {
  readonly atWork: number;
  readonly free: number;
  /** Position unknown for ten minutes, or offline. */
  readonly lost: number;
  readonly total: number;
}

/** Vehicles by what they do; a lost one counts as lost whatever it last did. The parts and the unavailable ones sum to the total. */
export function fleetFigures(
  values: ReadonlyMap<string, { readonly at: Instant; readonly body: VehicleSignal }>,
  now: Instant,
): FleetFigures {
  let [atWork, free, lost, total] = [0, 0, 0, 0];
  for (const v of values.values()) {
    total++;
    const presence = vehiclePresence(v.body, v.at, now);
    if (presence === 'unknown' || presence === 'offline') lost++;
    else if (v.body.state === 'available' || v.body.state === 'returning') free++;
    else if (v.body.state !== 'unavailable') atWork++;
  }
  return { atWork, free, lost, total };
}

/** Traffic events that hold now, and how many of them close a road. */
export function trafficFigures(
  rows: ReadonlyMap<string, TrafficEventRow>,
  now: Instant,
): { readonly events: number; readonly closures: number } {
  let [events, closures] = [0, 0];
  for (const e of rows.values())
    if (trafficPhase(e, now) === 'active') {
      events++;
      if (e.closed) closures++;
    }
  return { events, closures };
}

export interface FeedLine {
  readonly id: string;
  readonly row: FeedRow;
  readonly health: FeedHealth;
}

/** Order of the feeds on the wall: the same place for the same thing. */
const ORDER: readonly FeedKind[] = [
  'weather-warnings',
  'weather-observations',
  'traffic-events',
  'segment-speeds',
  'police-incidents',
  'air-quality',
  'urban-management',
  'vehicle-positions',
];

/** Every feed with its health, in the order of the wall; of equals by id. */
export function feedLines(
  feeds: ReadonlyMap<string, FeedRow>,
  figures: ReadonlyMap<string, { readonly body: unknown }>,
  now: Instant,
): FeedLine[] {
  return [...feeds]
    .map(([id, row]) => ({
      id,
      row,
      health: feedHealth(row, (figures.get(id)?.body as FeedFigures | undefined) ?? null, now),
    }))
    .sort((a, b) => ORDER.indexOf(a.row.kind) - ORDER.indexOf(b.row.kind) || (a.id < b.id ? -1 : 1));
}

/** Age that a feed is shown with: of its content where content must come, else of the last contact; null: never heard of. */
export const feedAgeMs = (f: FeedLine): number | null =>
  f.row.freshS === null ? f.health.contactAgeMs : (f.health.contentAgeMs ?? f.health.contactAgeMs);

/** Newest measurement of a lane; null when there is none. */
export function newestAt(values: ReadonlyMap<string, { readonly at: Instant }>): Instant | null {
  let newest: Instant | null = null;
  for (const v of values.values()) if (newest === null || v.at > newest) newest = v.at;
  return newest;
}

export interface Camera {
  readonly center: readonly [number, number];
  readonly zoom: number;
}

/**
 * Where a wall's map looks. It moves for nothing but a desk's wish: new incidents, routes or vehicles never move it (view-lock).
 * @returns the camera to fly to, 'home' for the whole city, or null to stay where it is
 */
export function cameraMove(
  before: { readonly center: readonly [number, number]; readonly zoom: number; readonly since: Instant } | null,
  after: { readonly center: readonly [number, number]; readonly zoom: number; readonly since: Instant } | null,
): Camera | 'home' | null {
  if (after === null) return before === null ? null : 'home';
  if (before?.since === after.since && before.zoom === after.zoom && same(before.center, after.center)) return null;
  return { center: after.center, zoom: after.zoom };
}
const same = (a: readonly [number, number], b: readonly [number, number]): boolean => a[0] === b[0] && a[1] === b[1];
