import { CITY_LANES, type LngLat, type VehicleSignal } from '#domain/city/rows.ts';
import { positionAge } from '#domain/city/view.ts';
import { metres, simplify } from '#domain/geo.ts';
import { MAX_LINE_POINTS, MAX_VIA, type RouteEnd, type RouteLine, type RouteReason } from '#domain/incidents/rows.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { roadClient, type RoadClient } from '#gis-data/roads/client.ts';
import type { Vehicle } from '#gis-data/roads/profile.ts';
import type { RoadRefusal, Way } from '#gis-data/roads/wire.ts';
import { quickestOf } from '#lib/server/quickest-of.ts';
import { settings } from '#lib/server/runtime.ts';
import { fromTs, type Sql } from '#store/db.ts';

/** What the desks ask the road engine, in their own words. */

let client: RoadClient | null = null;
export function roads(): RoadClient {
  const { roadsHost, roadsPort } = settings();
  return (client ??= roadClient({ host: roadsHost, port: roadsPort }));
}

/** Metres that a simplified line may lie beside the road: not seen on any screen. */
const TOLERANCE_M = 3;
/** Nearer ends than this are one place. */
const SAME_PLACE_M = 15;

export type RouteRefusal =
  'engine-away' | 'roads-busy' | 'route-end' | 'route-none' | 'route-closed' | 'route-avoided' | 'route-same';

const REFUSALS: Record<RoadRefusal, RouteRefusal> = {
  away: 'engine-away',
  'no-network': 'engine-away',
  busy: 'roads-busy',
  'bad-question': 'route-end',
  'too-far': 'route-end',
  'no-route': 'route-none',
  closed: 'route-closed',
  avoided: 'route-avoided',
};

export interface Found {
  readonly shortest: RouteLine;
  readonly best: RouteLine;
  readonly why: readonly RouteReason[];
  readonly measuredSegments: number;
}
/** For whom a way is asked, and what it keeps out of. */
export interface Wanted {
  readonly vehicle: Vehicle;
  readonly emergency: boolean;
  readonly avoid: readonly (readonly LngLat[])[];
}

/** As the engine is asked. */
export const wanted = ({ vehicle, emergency, avoid }: Wanted) => ({
  vehicle,
  emergency,
  avoid: avoid.map((ring) => ring.map(([lng, lat]): [number, number] => [lng, lat])),
});
/** @param otherwise when the engine says something else */
export const routeRefusal = (code: string, otherwise: RouteRefusal): RouteRefusal =>
  REFUSALS[code as RoadRefusal] ?? otherwise;

const lineOf = (way: Way): RouteLine => ({
  line: simplify(way.line, TOLERANCE_M, MAX_LINE_POINTS).map(
    ([lng, lat]) => [Number(lng.toFixed(5)), Number(lat.toFixed(5))] as const,
  ),
  lengthM: Math.round(way.lengthM),
  timeS: Math.round(way.timeS),
  via: way.via.slice(0, MAX_VIA),
});

/**
 * Shortest and best way between two ends, with the speeds and closures of now, and other ways worth a thought.
 * @param alternatives how many of them at most
 */
export async function findRoute(
  from: RouteEnd,
  to: RouteEnd,
  asked: Wanted,
  alternatives: number,
): Promise<Result<{ found: Found; alternatives: readonly RouteLine[] }, RouteRefusal>> {
  if (metres(from.at, to.at) < SAME_PLACE_M) return refuse('route-same', 'start and end are the same place');
  const answer = await roads().route({
    from: [...from.at],
    to: [...to.at],
    ...wanted(asked),
    alternatives,
  });
  if (!answer.ok) return refuse(routeRefusal(answer.code, 'route-none'), answer.reason);
  const { shortest, best, why, basis } = answer.value;
  const found = {
    shortest: lineOf(shortest),
    best: lineOf(best),
    why,
    measuredSegments: basis.speeds === 'live' ? basis.measuredSegments : 0,
  };
  return accept({ found, alternatives: answer.value.alternatives.map(lineOf) });
}

export interface Near {
  readonly id: string;
  readonly timeS: number;
  readonly lengthM: number;
}

/**
 * Free vehicles by driving time to a place, nearest first. A vehicle whose position is not known well enough is left out:
 * nobody may be sent by where it was.
 */
export async function nearVehicles(
  sql: Sql,
  to: LngLat,
  now: Instant,
  limit: number,
): Promise<Result<Near[], RouteRefusal>> {
  const rows = await sql<{ key: string; at: Date; body: VehicleSignal }[]>`
    select key, at, body from signal_latest where lane = ${CITY_LANES.vehicles} and not body ? 'gone'`;
  const free = rows
    .filter((r) => r.body.online && r.body.state === 'available' && positionAge(fromTs(r.at), now) !== 'unknown')
    // equally near: by id, so that the same question has the same answer
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const near = await quickestOf(roads().etas, free.map((r) => r.body.at), to, limit); // prettier-ignore
  if (!near.ok) return refuse(routeRefusal(near.code, 'route-none'), near.reason);
  return accept(
    near.value.map(({ index, timeS, lengthM }) => ({
      id: free[index]!.key,
      timeS: Math.round(timeS),
      lengthM: Math.round(lengthM),
    })),
  );
}
