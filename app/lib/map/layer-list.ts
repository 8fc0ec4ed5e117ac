import { feedHealth, type FeedHealth } from '#domain/city/view.ts';
import type { FeedFigures, FeedKind, FeedRow } from '#domain/city/rows.ts';
import type { Instant } from '#domain/time.ts';

/** Layers of the map in the order of their keys; '0' is the tenth, and what follows has a letter. */
export const LAYERS = [
  'incidents',
  'cases',
  'hotIssues',
  'warnings',
  'traffic',
  'speeds',
  'police',
  'urban',
  'readings',
  'vehicles',
  'cameras',
] as const;
export type LayerId = (typeof LAYERS)[number];
const KEYS = '1234567890c';
export const layerKey = (layer: LayerId): string => KEYS[LAYERS.indexOf(layer)]!;
export const layerOfKey = (key: string): LayerId | null =>
  key.length === 1 ? (LAYERS[KEYS.indexOf(key.toLowerCase())] ?? null) : null;

/** What a desk shows at first: everything that asks for somebody, and not what fills the map. */
export const FIRST_LAYERS: readonly LayerId[] = LAYERS.filter(
  (l) => l !== 'readings' && l !== 'urban' && l !== 'cameras',
);

/** Sets of layers are replaced and never changed: who looks at one sees one moment. */
export const layerSet = (layers: Iterable<LayerId>): ReadonlySet<LayerId> => new Set(layers);
export const toggled = (layers: ReadonlySet<LayerId>, layer: LayerId): ReadonlySet<LayerId> =>
  layerSet(layers.has(layer) ? [...layers].filter((l) => l !== layer) : [...layers, layer]);
export const isLayer = (text: string): text is LayerId => (LAYERS as readonly string[]).includes(text);
/** The layers whose feeds are all late or away. */
export const staleLayers = <L extends LayerId>(
  layers: readonly L[],
  states: Readonly<Record<LayerId, LayerState>>,
): ReadonlySet<L> => new Set(layers.filter((l) => states[l].stale));

/** Partner feeds that a layer is made of; none: it is this system's own. */
const FEEDS: Readonly<Record<LayerId, readonly FeedKind[]>> = {
  incidents: [],
  cases: [],
  hotIssues: [],
  warnings: ['weather-warnings'],
  traffic: ['traffic-events'],
  speeds: ['segment-speeds'],
  police: ['police-incidents'],
  urban: ['urban-management'],
  readings: ['weather-observations', 'air-quality', 'urban-management'],
  vehicles: ['vehicle-positions'],
  cameras: [],
};

export interface LayerSource {
  readonly id: string;
  readonly row: FeedRow;
  readonly health: FeedHealth;
}

export interface LayerState {
  /** False: the layer needs a feed, and none of that kind is connected. */
  readonly connected: boolean;
  readonly sources: readonly LayerSource[];
  /** All of its feeds are late or away: the layer is drawn faded. */
  readonly stale: boolean;
  /** Milliseconds since the newest content of its feeds; null when none has any, or the layer is our own. */
  readonly ageMs: number | null;
  readonly simulated: boolean;
}

const OWN: LayerState = { connected: true, sources: [], stale: false, ageMs: null, simulated: false };

/** How fresh a layer is: told by its feeds. @param figures lane `feeds`, by feed id */
export function layerState(
  layer: LayerId,
  feeds: ReadonlyMap<string, FeedRow>,
  figures: ReadonlyMap<string, { readonly body: unknown }>,
  now: Instant,
): LayerState {
  const kinds = FEEDS[layer];
  if (kinds.length === 0) return OWN;
  const sources: LayerSource[] = [];
  for (const [id, row] of feeds)
    if (kinds.includes(row.kind))
      sources.push({
        id,
        row,
        health: feedHealth(row, (figures.get(id)?.body as FeedFigures | undefined) ?? null, now),
      });
  const ages = sources.flatMap((s) => s.health.contentAgeMs ?? s.health.contactAgeMs ?? []);
  return {
    connected: sources.length > 0,
    sources,
    stale: sources.length > 0 && sources.every((s) => s.health.stale),
    ageMs: ages.length > 0 ? Math.max(0, Math.min(...ages)) : null,
    simulated: sources.some((s) => s.row.simulated),
  };
}
