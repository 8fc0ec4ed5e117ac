import type { BlockKind } from '#domain/city/blocks.ts';
import type { LngLat } from '#domain/city/rows.ts';
import { collection, type Collection, type Feature } from '../../geo.ts';
import { topOf } from '../around/layers.ts';
import type { RouteDraft } from './draft.svelte.ts';
import { waysOf } from './ways.ts';

type Props = { look: string; chosen: boolean };
type Shape = { readonly kind: BlockKind; readonly points: readonly LngLat[] };

const lineString = (look: string, coordinates: readonly LngLat[], chosen = false): Feature<Props> => ({
  type: 'Feature',
  properties: { look, chosen },
  geometry: { type: 'LineString', coordinates },
});
const polygon = (look: string, ring: readonly LngLat[]): Feature<Props> => ({
  type: 'Feature',
  properties: { look, chosen: false },
  geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]!]] },
});
const shape = (look: string, { kind, points }: Shape): Feature<Props> =>
  kind === 'area' ? polygon(`${look}-area`, points) : lineString(`${look}-line`, points);

/** What the route tool lays on the map besides its two lines: areas to avoid, closures by hand, other ways, and which one is looked at. */
export function routeToolGround(r: RouteDraft): Collection {
  if (!r.open) return collection([]);
  const features: Feature<Props>[] = [
    ...(r.closures.list ?? []).map((c) => shape('block', c)),
    ...(r.closures.drawn ? [shape('block', r.closures.drawn)] : []),
    ...r.avoid.map((ring) => polygon('avoid', ring)),
  ];
  const ways = r.found && r.tab === 'route' ? waysOf(r.found).filter((w) => w.line.line.length >= 2) : [];
  for (const { id, line } of ways) {
    if (id === r.way) features.push(lineString('halo', line.line));
    if (typeof id === 'number') features.push(lineString('other', line.line, id === r.way));
  }
  return collection(features);
}

/** Where the words of a shape stand: an area's top, a line's beginning. */
export const wordsAt = ({ kind, points }: Shape): LngLat => (kind === 'area' ? topOf([[points]]) : points[0]!);
