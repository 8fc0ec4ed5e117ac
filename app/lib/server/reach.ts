import type { LngLat } from '#domain/city/rows.ts';
import type { StationKind } from '#domain/around/stations.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { roads, routeRefusal, wanted, type RouteRefusal, type Wanted } from '#lib/server/roads.ts';
import { thingsAround } from '#store/city-things.ts';
import type { Sql } from '#store/db.ts';

/** How far one gets within minutes: from a place, or from all stations of a kind. */

export interface Reached {
  /** In the order of the minutes asked for. */
  readonly areas: readonly {
    readonly minutes: number;
    readonly polygons: readonly (readonly (readonly LngLat[])[])[];
    readonly areaKm2: number;
  }[];
  readonly measuredSegments: number;
}
export interface Station {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly at: LngLat;
  /** Metres on the ellipsoid to the place that was asked about. */
  readonly distanceM: number;
  /** By road to that place; null: no way, or no road near. */
  readonly timeS: number | null;
  readonly roadM: number | null;
}

/** Where one is within so many minutes from any of these places, with the speeds and closures of now. @param minutes ascending */
export async function findReach(
  places: readonly LngLat[],
  minutes: readonly number[],
  asked: Wanted,
): Promise<Result<Reached, RouteRefusal>> {
  const answer = await roads().reach({
    from: places.map(([lng, lat]): [number, number] => [lng, lat]),
    limitsS: minutes.map((m) => m * 60),
    ...wanted(asked),
  });
  if (!answer.ok) return refuse(routeRefusal(answer.code, 'route-end'), answer.reason);
  const { areas, basis } = answer.value;
  return accept({
    areas: areas.map(({ limitS, polygons, areaKm2 }) => ({ minutes: limitS / 60, polygons, areaKm2 })),
    measuredSegments: basis.speeds === 'live' ? basis.measuredSegments : 0,
  });
}

/** The whole city and its surroundings, metres. */
const EVERYWHERE_M = 200_000;
/** Of more the nearest to the place are taken, and the answer says how many there are; one question holds no more. */
const MAX_STATIONS = 300;

/** Where one is within minutes of any station of a kind, and how far each of them is by road from the place. */
export async function findStationReach(
  sql: Sql,
  to: LngLat,
  kind: StationKind,
  minutes: readonly number[],
  asked: Wanted,
): Promise<Result<Reached & { stations: Station[]; total: number }, RouteRefusal | 'reach-stations'>> {
  const { things, counts } = await thingsAround(sql, to, { radiusM: EVERYWHERE_M }, [kind], MAX_STATIONS);
  if (things.length === 0) return refuse('reach-stations', `the city has no ${kind} station`);
  const from = things.map((t) => [...t.at] as [number, number]);
  const [reached, etas] = await Promise.all([
    findReach(from, minutes, asked),
    roads().etas({ to: [...to], from, ...wanted(asked) }),
  ]);
  if (!reached.ok) return reached;
  const stations = things.map(({ id, name, nameEn, at, distanceM }, i) => {
    const eta = etas.ok ? etas.value.etas[i] : null;
    return {
      ...{ id, name, nameEn, at, distanceM: Math.round(distanceM) },
      timeS: eta ? Math.round(eta.timeS) : null,
      roadM: eta ? Math.round(eta.lengthM) : null,
    };
  });
  return accept({ ...reached.value, stations, total: counts[kind] ?? stations.length });
}
