import { warningsInForce } from '#domain/city/view.ts';
import type { LngLat, WarningLevel, WarningRow } from '#domain/city/rows.ts';
import type { Instant } from '#domain/time.ts';
import type { ColourName } from '../colours.ts';
import { circleRing, collection, type Collection, type Feature } from '../geo.ts';

export const WARNING_COLOUR: Record<WarningLevel, ColourName> = {
  red: 'level-1',
  orange: 'level-2',
  yellow: 'level-3',
  blue: 'level-4',
};

export type WarningArea = { id: string; level: WarningLevel | 'none'; drill: boolean; rank: number };

/** Areas of the warnings in force at `now`, slightest first, so that the gravest lies on top. */
export function warningAreas(rows: ReadonlyMap<string, WarningRow>, now: Instant): Collection<WarningArea> {
  const features: Feature<WarningArea>[] = [];
  const inForce = warningsInForce(rows, now);
  inForce.forEach(([id, w], i) => {
    const properties = { id, level: w.level ?? ('none' as const), drill: w.drill, rank: inForce.length - i };
    const add = (ring: readonly LngLat[]): void => {
      if (ring.length >= 4)
        features.push({ type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [ring] } });
    };
    for (const area of w.areas) {
      area.polygons.forEach(add);
      for (const c of area.circles) if (c.radiusM > 0) add(circleRing(c.at, c.radiusM));
    }
  });
  return collection(features.reverse());
}

/** Warnings among areas: one may have several. */
export const countIds = (areas: Collection): number => new Set(areas.features.map((f) => f.properties.id)).size;
