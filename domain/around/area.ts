import type { LngLat, ReadingSignal } from '../city/rows.ts';
import type { Officer } from '../incidents/rows.ts';
import type { Instant } from '../time.ts';

/**
 * The area that an incident affects, by a simple estimate that says what it is: it helps to think of whom to warn first, and is no
 * dispersion or flood model. Every area carries the name of its model and all inputs.
 */

export type AreaKind = 'circle' | 'wind' | 'flood' | 'drawn';
export type AreaPolygons = readonly (readonly (readonly LngLat[])[])[];

/** What a station measured last. */
export type Wind = {
  readonly station: string;
  readonly stationEn: string | null;
  /** Degrees clockwise from north that the wind comes from; null: not told. */
  readonly fromDeg: number | null;
  readonly speedMps: number;
  readonly at: Instant;
  /** Metres from the incident to the station. */
  readonly distanceM: number;
};

export type AreaInputs = {
  readonly radiusM?: number;
  /** Downwind. */
  readonly reachM?: number;
  /** All around, whatever the wind does. */
  readonly isolationM?: number;
  /** To each side of the wind; 180: all around. */
  readonly halfAngleDeg?: number;
  readonly wind?: Wind;
  /** Stated level of the water, metres, in words of whoever drew the area; no ground model is behind it. */
  readonly levelM?: number;
};

export type IncidentArea = {
  readonly kind: AreaKind;
  /** Name and version of the estimate. */
  readonly model: string;
  readonly polygons: AreaPolygons;
  readonly inputs: AreaInputs;
  /** Null: computed anew by the system because the wind changed. */
  readonly by: Officer | null;
  readonly at: Instant;
};
export type NewArea = Omit<IncidentArea, 'at' | 'by'>;

export const MAX_AREA_M = 20_000;
export const MAX_AREA_POINTS = 400;
/** A line whose sides are asked about: so many points, so far to each side. */
export const MAX_LINE_POINTS = 50;
export const MAX_BESIDE_M = 5000;
/** A reading older than this says nothing of the wind of now. */
export const WIND_FRESH_MS = 3 * 3_600_000;
/** The wind is another one from here on: the area is computed anew. */
export const WIND_TURNED_DEG = 10;
export const WIND_CHANGED_MPS = 1;

/**
 * To each side of the wind's direction. Light wind turns about, strong wind keeps its way: below 1 m/s, or without a direction, all
 * around; below 2 m/s 60°, below 4 m/s 40°, above 25°. A rule of thumb of ours, on the wide side of the sectors that responders use.
 */
export function halfAngle(wind: Pick<Wind, 'fromDeg' | 'speedMps'>): number {
  if (wind.fromDeg === null || wind.speedMps < 1) return 180;
  return wind.speedMps < 2 ? 60 : wind.speedMps < 4 ? 40 : 25;
}

export const circleArea = (at: LngLat, radiusM: number): NewArea => ({
  kind: 'circle',
  model: 'circle/1',
  polygons: [[arc(at, radiusM, 0, 360)]],
  inputs: { radiusM },
});

/** A circle around the place, and a sector downwind of it; all around where the wind says nothing. */
export function windArea(at: LngLat, wind: Wind, o: { reachM: number; isolationM: number }): NewArea {
  const half = halfAngle(wind);
  const inputs = { ...o, halfAngleDeg: half, wind };
  if (half === 180) return { kind: 'wind', model: 'wind-sector/1', polygons: [[arc(at, o.reachM, 0, 360)]], inputs };
  const to = (wind.fromDeg! + 180) % 360;
  // one outline: the rim of the sector, then around the back of the circle
  const front = arc(at, o.reachM, to - half, to + half);
  const back = arc(at, o.isolationM, to + half, to - half + 360);
  return { kind: 'wind', model: 'wind-sector/1', polygons: [[[...front, ...back, front[0]!]]], inputs };
}

/** Drawn by hand; as a flood with the level that was stated. */
export const drawnArea = (polygons: AreaPolygons, levelM: number | null): NewArea => ({
  kind: levelM === null ? 'drawn' : 'flood',
  model: 'drawn/1',
  polygons,
  inputs: levelM === null ? {} : { levelM },
});

/** Has the wind turned or changed so much that an area must be computed anew? */
export function windChanged(before: Wind, now: Wind): boolean {
  if ((before.fromDeg === null) !== (now.fromDeg === null)) return true;
  const turned = Math.abs(((((now.fromDeg ?? 0) - (before.fromDeg ?? 0)) % 360) + 540) % 360 - 180); // prettier-ignore
  return turned >= WIND_TURNED_DEG || Math.abs(now.speedMps - before.speedMps) >= WIND_CHANGED_MPS;
}

/**
 * The wind of now at a place among what stations told last, for a screen: the nearest that measured it within {@link WIND_FRESH_MS}, as
 * the server chooses it (store/incidents.ts); null when none did.
 */
export function freshWind(
  readings: Iterable<{ readonly at: Instant; readonly body: unknown }>,
  [lng, lat]: LngLat,
  now: Instant,
): Wind | null {
  let nearest: Wind | null = null;
  for (const { at, body } of readings) {
    const r = body as Partial<ReadingSignal>;
    const speedMps = r.values?.windSpeed;
    if (!r.at || typeof speedMps !== 'number' || at <= now - WIND_FRESH_MS) continue;
    const distanceM = Math.hypot(
      (r.at[0] - lng) * 111_320 * Math.cos((lat * Math.PI) / 180),
      (r.at[1] - lat) * 110_950,
    );
    if (!nearest || distanceM < nearest.distanceM)
      nearest = {
        ...{ station: r.zh ?? '', stationEn: r.en ?? null, speedMps, at, distanceM },
        fromDeg: r.values?.windDirection ?? null,
      };
  }
  return nearest;
}

const STEP_DEG = 6;

/** Points of a circle from one bearing to another, clockwise; closed when it is whole. */
function arc([lng, lat]: LngLat, radiusM: number, fromDeg: number, toDeg: number): LngLat[] {
  const steps = Math.max(2, Math.ceil((toDeg - fromDeg) / STEP_DEG));
  const kx = 111_320 * Math.max(0.01, Math.cos((lat * Math.PI) / 180));
  const points = Array.from({ length: steps + 1 }, (_, i): LngLat => {
    const a = ((fromDeg + ((toDeg - fromDeg) * i) / steps) * Math.PI) / 180;
    return [round(lng + (radiusM * Math.sin(a)) / kx), round(lat + (radiusM * Math.cos(a)) / 110_950)];
  });
  if (toDeg - fromDeg >= 360) points[steps] = points[0]!;
  return points;
}
const round = (x: number): number => Math.round(x * 1e6) / 1e6;
