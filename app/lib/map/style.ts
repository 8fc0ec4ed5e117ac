import type {
  ExpressionSpecification,
  FontFacesSpecification,
  LayerSpecification,
  LngLatBoundsLike,
  StyleSpecification,
} from 'maplibre-gl';
import { THEMES, type Palette, type Theme } from './palette.ts';
import { drawnFrom, type OwnSchema } from './schemas.ts';
import { symbols } from './style-symbols.ts';

export interface StyleOptions {
  readonly theme: Theme;
  readonly lang: 'zh' | 'en';
  /** Address of the tiles without the query, for instance `http://host/tiles/{z}/{x}/{y}`. */
  readonly tilesUrl: string;
  /** Version of the map: makes the addresses of tiles immutable. */
  readonly version: string;
  /** [west, south, east, north] of the city: no tile is asked for far outside of it. */
  readonly bounds: readonly [number, number, number, number];
  readonly attribution: string;
  /** Files of the web font by style name (font-faces.ts); without them the browser's own fonts draw the labels. */
  readonly fontFaces?: FontFacesSpecification;
  /** Factor for text and lines: 1 on a desk, 2 on a wall of 3840 × 2160. */
  readonly scale?: number;
  /** Tiles of the user's own instead of ours. */
  readonly own?: { readonly schema: 'own' | OwnSchema; readonly minZoom: number; readonly maxZoom: number };
  /** Buildings with height, for inclined views. */
  readonly raised?: boolean;
}

export const SOURCE = 'city';
export const REGULAR = ['Noto Sans SC Regular', 'Noto Sans SC', 'sans-serif'];
export const STRONG = ['Noto Sans SC Strong', 'Noto Sans SC', 'sans-serif'];
/** Layers of moving things are put below this one, so that names stay readable. */
export const FIRST_LABEL = 'road-name';

/** Degrees of land drawn around the city. */
const MARGIN = 0.35;

/** The base map as a style of MapLibre. Pure: the same options give the same style. */
export function mapStyle(o: StyleOptions): StyleSpecification {
  const p = THEMES[o.theme];
  const scale = o.scale ?? 1;
  const layers: LayerSpecification[] = [
    ...areas(p, o.raised ?? false),
    ...rails(p, scale),
    ...roads(p, scale),
    ...borders(p, scale),
    ...symbols(p, scale, o.lang),
  ];
  const schema = o.own?.schema ?? 'own';
  const [w, s, e, n] = o.bounds;
  const bounds: [number, number, number, number] = [w - MARGIN, s - MARGIN, e + MARGIN, n + MARGIN];
  return {
    version: 8,
    name: `watchfloor-${o.theme}`,
    ...(o.fontFaces ? { 'font-faces': o.fontFaces } : {}),
    sources: {
      [SOURCE]: {
        type: 'vector',
        tiles: [tileAddress(o.tilesUrl, o.version)],
        minzoom: o.own?.minZoom ?? 6,
        maxzoom: o.own?.maxZoom ?? 15,
        bounds,
        attribution: o.attribution,
      },
    },
    layers: [
      // other schemas draw no ground where there is land
      {
        id: 'outside',
        type: 'background',
        paint: { 'background-color': schema === 'openmaptiles' ? p.ground : p.outside },
      },
      ...(schema === 'own' ? layers : drawnFrom(schema, layers)),
    ],
  };
}

/** Address of tiles of one version. */
export const tileAddress = (base: string, version: string): string => `${base}?v=${encodeURIComponent(version)}`;

/** What a map looks at to show the whole city. */
export const wholeCity = (o: Pick<StyleOptions, 'bounds'>): LngLatBoundsLike => [...o.bounds];

const kindIs = (...kinds: string[]): ExpressionSpecification => ['in', ['get', 'kind'], ['literal', kinds]];
/** A width that grows with the zoom, in pixels at the zooms given. */
export const byZoom = (scale: number, ...stops: [zoom: number, px: number][]): ExpressionSpecification => [
  'interpolate',
  ['exponential', 1.5],
  ['zoom'],
  ...stops.flatMap(([z, px]) => [z, px * scale]),
];

function areas(p: Palette, raised: boolean): LayerSpecification[] {
  const fill = (id: string, layer: string, kinds: string[] | null, color: string, minzoom = 0): LayerSpecification => ({
    id,
    type: 'fill',
    source: SOURCE,
    'source-layer': layer,
    minzoom,
    ...(kinds ? { filter: kindIs(...kinds) } : {}),
    paint: { 'fill-color': color },
  });
  const soft = (from: number, to: number): ExpressionSpecification => [
    'interpolate',
    ['linear'],
    ['zoom'],
    from,
    0,
    to,
    1,
  ];
  return [
    fill('ground', 'ground', null, p.ground),
    fill('forest-far', 'green', ['forest'], p.forest),
    fill('urban', 'land', ['urban'], p.urban),
    {
      id: 'land',
      type: 'fill',
      source: SOURCE,
      'source-layer': 'land',
      minzoom: 12,
      filter: kindIs('old', 'commercial', 'industrial', 'campus', 'plaza', 'railyard'),
      paint: {
        'fill-color': ['match', ['get', 'kind'], 'old', p.old, 'commercial', p.commercial, 'campus', p.campus, 'plaza', p.plaza, p.industrial],
        'fill-opacity': soft(12, 13.5),
      },
    },
    fill('airport', 'land', ['airport'], p.airport, 10),
    fill('runway', 'land', ['runway'], p.runway, 11),
    fill('park', 'green', ['park', 'green', 'wetland'], p.park, 10),
    fill('pitch', 'green', ['pitch'], p.pitch, 13),
    fill('water', 'water', null, p.water),
    {
      id: 'shore',
      type: 'line',
      source: SOURCE,
      'source-layer': 'water',
      minzoom: 10,
      paint: { 'line-color': p.shore, 'line-width': byZoom(1, [10, 0.4], [15, 1.4]), 'line-opacity': soft(10, 12) },
    },
    { ...fill('block', 'building', ['block'], p.block, 12), maxzoom: 14 },
    {
      id: 'building',
      type: 'fill',
      source: SOURCE,
      'source-layer': 'building',
      minzoom: 14,
      filter: kindIs('building'),
      paint: { 'fill-color': p.building, 'fill-outline-color': p.buildingEdge },
      ...(raised ? { layout: { visibility: 'none' as const } } : {}),
    },
  ]; // prettier-ignore
}

function rails(p: Palette, scale: number): LayerSpecification[] {
  const line = { type: 'line' as const, source: SOURCE, 'source-layer': 'rail' };
  return [
    {
      ...line, id: 'metro', minzoom: 11.5, filter: kindIs('metro'), layout: { 'line-cap': 'round' },
      paint: { 'line-color': p.metro, 'line-width': byZoom(scale, [11, 0.8], [16, 3]), 'line-dasharray': [2.4, 2], 'line-opacity': 0.75 },
    },
    { ...line, id: 'rail', minzoom: 8, filter: kindIs('rail', 'highspeed'), paint: { 'line-color': p.rail, 'line-width': byZoom(scale, [8, 0.5], [12, 1.5], [16, 5]) } },
    {
      ...line, id: 'rail-tie', minzoom: 11, filter: kindIs('rail', 'highspeed'),
      paint: { 'line-color': p.railTie, 'line-width': byZoom(scale, [11, 0.6], [12, 0.8], [16, 3]), 'line-dasharray': [5, 5] },
    },
  ]; // prettier-ignore
}

interface RoadLook {
  readonly kinds: string[];
  readonly color: keyof Palette;
  readonly from: number;
  readonly width: [number, number][];
}
/** From the least to the greatest: each is drawn over those before it. */
const ROADS: readonly RoadLook[] = [
  { kinds: ['lane'], color: 'lane', from: 14, width: [[14, 0.6], [16, 2.6], [18, 9]] },
  { kinds: ['residential'], color: 'residential', from: 13, width: [[13, 0.5], [14, 1], [16, 4.2], [18, 14]] },
  { kinds: ['tertiary'], color: 'tertiary', from: 11, width: [[11, 0.35], [12, 0.55], [14, 1.9], [16, 6.2], [18, 20]] },
  { kinds: ['secondary'], color: 'secondary', from: 10, width: [[10, 0.4], [12, 1.1], [14, 2.9], [16, 8.4], [18, 26]] },
  { kinds: ['primary'], color: 'primary', from: 9, width: [[9, 0.6], [10.5, 1], [12, 1.7], [14, 4.1], [16, 11], [18, 34]] },
  { kinds: ['link'], color: 'expressway', from: 12, width: [[12, 0.5], [14, 1.4], [16, 4], [18, 12]] },
  { kinds: ['expressway'], color: 'expressway', from: 8, width: [[8, 0.6], [10, 1.1], [12, 1.3], [14, 3], [16, 8.4], [18, 26]] },
  { kinds: ['motorway'], color: 'motorway', from: 7, width: [[7, 0.6], [10, 1.3], [12, 1.5], [14, 3.2], [16, 9], [18, 28]] },
]; // prettier-ignore

const isTunnel: ExpressionSpecification = ['==', ['%', ['floor', ['/', ['coalesce', ['get', 'flags'], 0], 2]], 2], 1];

/** White roads on a light ground are seen by their casing: before it, by a colour of their own. */
const CASED_FROM = 12;
const roadColour = (p: Palette, color: (typeof ROADS)[number]['color']): string | ExpressionSpecification =>
  color === 'tertiary' || color === 'secondary' || color === 'primary'
    ? ['step', ['zoom'], p[`${color}Afar`], CASED_FROM, p[color]]
    : p[color];

function roads(p: Palette, scale: number): LayerSpecification[] {
  const line = { type: 'line' as const, source: SOURCE, 'source-layer': 'road' };
  const round = { 'line-cap': 'round' as const, 'line-join': 'round' as const };
  const casings: LayerSpecification[] = [];
  const fills: LayerSpecification[] = [];
  for (const r of ROADS) {
    const id = r.kinds[0]!;
    const wider = r.width.map(([z, w]): [number, number] => [z, w + (z < 12 ? 0 : z < 14 ? 1 : 1.8)]);
    // the great roads lie above the streets, casing and all
    const into = id === 'expressway' || id === 'motorway' || id === 'link' ? fills : casings;
    into.push({
      ...line, id: `${id}-casing`, minzoom: Math.max(r.from, CASED_FROM), filter: ['all', kindIs(...r.kinds), ['!', isTunnel]], layout: round,
      paint: { 'line-color': p.casing, 'line-width': byZoom(scale, ...wider) },
    });
    fills.push({
      ...line, id, minzoom: r.from, filter: ['all', kindIs(...r.kinds), ['!', isTunnel]], layout: round,
      paint: { 'line-color': roadColour(p, r.color), 'line-width': byZoom(scale, ...r.width) },
    });
  } // prettier-ignore
  const tunnels: LayerSpecification = {
    ...line, id: 'tunnel', minzoom: 11, filter: isTunnel, layout: { 'line-join': 'round' },
    paint: { 'line-color': p.tunnel, 'line-width': byZoom(scale, [11, 1], [14, 3], [16, 8]), 'line-dasharray': [1.2, 0.8] },
  }; // prettier-ignore
  return [tunnels, ...footways(p, scale), ...casings, ...fills];
}

/** Under every street, thin and quiet: dashes for paths, close ones for stairs, a plain line where a street is the walkers' own. */
function footways(p: Palette, scale: number): LayerSpecification[] {
  const line = { type: 'line' as const, source: SOURCE, 'source-layer': 'road', minzoom: 15 };
  const paint = { 'line-color': p.footway, 'line-opacity': ['interpolate', ['linear'], ['zoom'], 15, 0.75, 16.5, 1] as ExpressionSpecification };
  const round = { 'line-cap': 'round' as const, 'line-join': 'round' as const };
  return [
    { ...line, id: 'pedestrian', filter: ['all', kindIs('pedestrian'), ['!', isTunnel]], layout: round, paint: { ...paint, 'line-width': byZoom(scale, [15, 1], [16, 2], [18, 6]) } },
    { ...line, id: 'footway', filter: ['all', kindIs('footway'), ['!', isTunnel]], paint: { ...paint, 'line-width': byZoom(scale, [15, 0.6], [16, 0.9], [18, 2]), 'line-dasharray': [3, 2] } },
    { ...line, id: 'steps', filter: ['all', kindIs('steps'), ['!', isTunnel]], paint: { ...paint, 'line-width': byZoom(scale, [15, 1], [16, 1.8], [18, 5]), 'line-dasharray': [0.5, 0.5] } },
  ];
} // prettier-ignore

function borders(p: Palette, scale: number): LayerSpecification[] {
  const line = { type: 'line' as const, source: SOURCE, 'source-layer': 'boundary' };
  return [
    {
      ...line, id: 'street-border', minzoom: 12, filter: kindIs('street'), layout: { 'line-join': 'round' },
      paint: { 'line-color': p.streetEdge, 'line-width': byZoom(scale, [12, 0.8], [16, 1.6]), 'line-dasharray': [2, 2.5] },
    },
    {
      ...line, id: 'district-border-glow', minzoom: 8, filter: kindIs('district'), layout: { 'line-join': 'round' },
      paint: { 'line-color': p.districtEdge, 'line-width': byZoom(scale, [8, 2], [14, 9]), 'line-opacity': 0.14, 'line-blur': 2 },
    },
    {
      ...line, id: 'district-border', minzoom: 8, filter: kindIs('district'), layout: { 'line-join': 'round' },
      paint: { 'line-color': p.districtEdge, 'line-width': byZoom(scale, [8, 0.6], [12, 1.1], [16, 2]), 'line-dasharray': [5, 2, 1.5, 2] },
    },
    {
      ...line, id: 'city-border', filter: kindIs('city'), layout: { 'line-join': 'round' },
      paint: { 'line-color': p.cityEdge, 'line-width': byZoom(scale, [7, 0.8], [12, 1.6], [16, 2.6]) },
    },
  ]; // prettier-ignore
}
