import type { LngLat } from '#domain/city/rows.ts';
import { breaks, minutesOf, recent, TRAIL_MS, type Trail, type TrailPoint } from '#domain/city/trail.ts';
import type { Instant } from '#domain/time.ts';
import { collection, type Collection, type Feature } from '../geo.ts';

const lngLat = ([lng, lat]: TrailPoint): LngLat => [lng, lat];

/**
 * The way a vehicle came as lines that join end to end, one for each minute and broken where it was silent, oldest first.
 * @returns `age` 0–1 of each: 0 now, 1 as old as a trail gets
 */
export function trailLines(trail: Trail, now: Instant): Collection<{ age: number }> {
  const features: Feature<{ age: number }>[] = [];
  let before: TrailPoint | undefined;
  for (const minute of minutesOf(recent(trail, now))) {
    const joined = before && !breaks(before, minute[0]!) ? [before, ...minute] : minute;
    before = minute.at(-1)!;
    if (joined.length < 2) continue;
    const age = Math.min(1, Math.max(0, (now - before[2]) / TRAIL_MS));
    features.push({
      type: 'Feature',
      properties: { age },
      geometry: { type: 'LineString', coordinates: joined.map(lngLat) },
    });
  }
  return collection(features);
}
