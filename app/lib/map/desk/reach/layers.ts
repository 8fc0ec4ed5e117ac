import { collection, type Collection } from '../../geo.ts';
import type { FoundReach } from '../requests.ts';

/** What is reached, the farthest area first, so that the nearer ones lie on it; and the stations that set out. */
export function reachGround(found: FoundReach | null): Collection {
  if (!found) return collection([]);
  const areas = found.areas.flatMap(({ polygons }, ring) =>
    polygons.map((coordinates) => ({
      type: 'Feature' as const,
      properties: { ring },
      geometry: { type: 'Polygon' as const, coordinates },
    })),
  );
  const stations = (found.stations ?? []).map(({ at }) => ({
    type: 'Feature' as const,
    properties: {},
    geometry: { type: 'Point' as const, coordinates: at },
  }));
  return collection([...areas.reverse(), ...stations]);
}
