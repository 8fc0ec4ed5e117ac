import { collection, type Collection, type Feature } from '../../geo.ts';
import type { MeasureDraft } from './measure.svelte.ts';

/** The measured line on the map: its points, and from three on the shape that it closes to. */
export function measureGround({ points }: MeasureDraft): Collection {
  const features: Feature<{ look: string }>[] = points.map((coordinates) => ({
    ...{ type: 'Feature', properties: { look: 'point' } },
    geometry: { type: 'Point', coordinates },
  }));
  if (points.length >= 2)
    features.push({
      ...{ type: 'Feature', properties: { look: 'line' } },
      geometry: { type: 'LineString', coordinates: points },
    });
  const [first, last] = [points[0], points.at(-1)];
  if (points.length >= 3 && first && last)
    features.push(
      {
        ...{ type: 'Feature', properties: { look: 'area' } },
        geometry: { type: 'Polygon', coordinates: [[...points, first]] },
      },
      {
        ...{ type: 'Feature', properties: { look: 'closing' } },
        geometry: { type: 'LineString', coordinates: [last, first] },
      },
    );
  return collection(features);
}
