import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';

/**
 * Tiles of the user's own, drawn by our style: for each of our layers, which of theirs it is and what our properties are there.
 * OpenMapTiles: https://openmaptiles.org/schema/; Protomaps (version 4): https://docs.protomaps.com/basemaps/layers.
 */
export type OwnSchema = 'openmaptiles' | 'protomaps';

type Expression = ExpressionSpecification | string | number;
interface Match {
  /** Their layer. */
  readonly layer: string;
  /** Our `kind` of what is there; '' draws nothing where kinds are told apart. */
  readonly kind: Expression;
  /** Our `rank` 1–5. */
  readonly rank?: Expression;
  /** Layers of our style by id that read another layer of theirs. */
  readonly except?: Readonly<Record<string, string>>;
}
interface Schema {
  readonly name: Expression;
  readonly nameEn: Expression;
  readonly flags: Expression;
  /** By our layer; left out: they have nothing of the kind. */
  readonly layers: Readonly<Record<string, Match>>;
}

const get = (property: string): ExpressionSpecification => ['get', property];
/** Our kind of their value: [ours, theirs…]; what is not named is ''. */
const kinds = (of: ExpressionSpecification, ...pairs: [ours: string, ...theirs: string[]][]): ExpressionSpecification =>
  ['match', of, ...pairs.flatMap(([ours, ...theirs]) => [theirs, ours]), ''] as unknown as ExpressionSpecification;
const TUNNEL = 2;

const OPENMAPTILES: Schema = {
  name: ['coalesce', get('name:zh-Hans'), get('name:zh'), get('name')],
  nameEn: ['coalesce', get('name:en'), get('name_en'), get('name:latin'), get('name')],
  flags: ['case', ['==', get('brunnel'), 'tunnel'], TUNNEL, 0],
  layers: {
    land: {
      layer: 'landuse',
      kind: kinds(get('class'), ['urban', 'residential', 'suburb', 'quarter', 'neighbourhood'], ['commercial', 'commercial', 'retail'], ['industrial', 'industrial'], ['campus', 'school', 'university', 'college', 'hospital'], ['railyard', 'railway']),
    },
    green: { layer: 'landcover', kind: ['case', ['==', get('subclass'), 'park'], 'park', kinds(get('class'), ['forest', 'wood'], ['green', 'grass'], ['wetland', 'wetland'], ['farmland', 'farmland'])] },
    water: { layer: 'water', kind: 'water' },
    building: { layer: 'building', kind: 'building' },
    rail: { layer: 'transportation', kind: kinds(get('class'), ['rail', 'rail'], ['metro', 'transit']) },
    road: {
      layer: 'transportation',
      kind: ['case', ['==', get('ramp'), 1], 'link', ['all', ['==', get('class'), 'path'], ['in', get('subclass'), ['literal', ['steps', 'pedestrian']]]], get('subclass'), kinds(get('class'), ['motorway', 'motorway'], ['expressway', 'trunk'], ['primary', 'primary'], ['secondary', 'secondary'], ['tertiary', 'tertiary'], ['residential', 'minor'], ['lane', 'service'], ['footway', 'path', 'track'])],
      except: { 'road-name': 'transportation_name' },
    },
    boundary: { layer: 'boundary', kind: ['step', ['coalesce', get('admin_level'), 99], 'city', 6, 'district', 7, 'street', 11, ''] },
    watername: { layer: 'waterway', kind: kinds(get('class'), ['river', 'river'], ['canal', 'canal']) },
    areaname: { layer: 'park', kind: 'park', rank: 4 },
    label: { layer: 'place', kind: kinds(get('class'), ['city', 'city'], ['district', 'town', 'suburb', 'borough'], ['street', 'quarter', 'neighbourhood', 'village']) },
    place: { layer: 'poi', kind: ['coalesce', get('class'), ''], rank: ['min', 5, ['+', 2, ['floor', ['/', ['coalesce', get('rank'), 30], 10]]]] },
  },
}; // prettier-ignore

const PROTOMAPS: Schema = {
  name: ['coalesce', get('name:zh-Hans'), get('name:zh'), get('name')],
  nameEn: ['coalesce', get('name:en'), get('name')],
  flags: ['case', ['to-boolean', ['coalesce', get('is_tunnel'), false]], TUNNEL, 0],
  layers: {
    ground: { layer: 'earth', kind: 'city' },
    land: {
      layer: 'landuse',
      kind: kinds(get('kind'), ['urban', 'residential', 'urban_area'], ['commercial', 'commercial', 'retail'], ['industrial', 'industrial'], ['campus', 'school', 'university', 'college', 'hospital'], ['railyard', 'railway'], ['airport', 'aerodrome'], ['runway', 'runway', 'taxiway'], ['plaza', 'pedestrian']),
    },
    green: { layer: 'landuse', kind: kinds(get('kind'), ['forest', 'forest', 'wood'], ['park', 'park', 'garden', 'nature_reserve'], ['green', 'grass', 'meadow', 'cemetery', 'recreation_ground', 'village_green'], ['wetland', 'wetland'], ['farmland', 'farmland', 'orchard'], ['pitch', 'pitch', 'golf_course', 'stadium']) },
    water: { layer: 'water', kind: 'water' },
    building: { layer: 'buildings', kind: 'building' },
    rail: { layer: 'roads', kind: ['case', ['==', get('kind'), 'rail'], kinds(get('kind_detail'), ['rail', 'rail'], ['metro', 'subway', 'light_rail', 'monorail']), ''] },
    road: {
      layer: 'roads',
      kind: ['case', ['to-boolean', ['coalesce', get('is_link'), false]], 'link', kinds(get('kind_detail'), ['motorway', 'motorway'], ['expressway', 'trunk'], ['primary', 'primary'], ['secondary', 'secondary'], ['tertiary', 'tertiary'], ['residential', 'residential', 'unclassified', 'road'], ['lane', 'service', 'living_street'], ['footway', 'footway', 'path', 'cycleway', 'track', 'bridleway'], ['steps', 'steps'], ['pedestrian', 'pedestrian'])],
    },
    boundary: { layer: 'boundaries', kind: ['step', ['coalesce', get('kind_detail'), 99], 'city', 6, 'district', 7, 'street', 11, ''] },
    watername: { layer: 'water', kind: kinds(get('kind'), ['river', 'river', 'stream'], ['canal', 'canal']) },
    label: { layer: 'places', kind: ['case', ['==', get('kind'), 'neighbourhood'], 'street', ['==', get('kind'), 'macrohood'], 'district', kinds(get('kind_detail'), ['city', 'city'], ['district', 'town'], ['street', 'village', 'hamlet'])] },
    place: { layer: 'pois', kind: ['coalesce', get('kind'), ''], rank: ['case', ['<', ['coalesce', get('min_zoom'), 16], 13], 2, ['<', ['coalesce', get('min_zoom'), 16], 15], 3, 4] },
  },
}; // prettier-ignore

const SCHEMAS: Record<OwnSchema, Schema> = { openmaptiles: OPENMAPTILES, protomaps: PROTOMAPS };

/** The layers of our style, reading the tiles of another schema; those that it has nothing for are left out. Pure. */
export function drawnFrom(schema: OwnSchema, layers: readonly LayerSpecification[]): LayerSpecification[] {
  const s = SCHEMAS[schema];
  return layers.flatMap((layer) => {
    if (!('source-layer' in layer) || layer['source-layer'] === undefined) return [layer];
    const match = s.layers[layer['source-layer']];
    if (!match) return [];
    const ours: Record<string, Expression> = {
      kind: match.kind,
      name: s.name,
      name_en: s.nameEn,
      rank: match.rank ?? 5,
      flags: s.flags,
    };
    const theirs = match.except?.[layer.id] ?? match.layer;
    const told = { filter: layer.filter, layout: layer.layout, paint: layer.paint };
    const read = Object.entries(told).filter(([, part]) => part !== undefined);
    return [
      {
        ...layer,
        ...Object.fromEntries(read.map(([k, part]) => [k, reading(ours, part)])),
        'source-layer': theirs,
      } as LayerSpecification,
    ];
  });
}

/** Each reading of a property of ours becomes what it is there. */
function reading(ours: Readonly<Record<string, Expression>>, x: unknown): unknown {
  if (Array.isArray(x)) {
    const [op, property] = x as unknown[];
    const there = x.length === 2 && typeof property === 'string' ? ours[property] : undefined;
    if (op === 'get' && there !== undefined) return there;
    if (op === 'has' && there !== undefined) return ['!=', ['coalesce', there, ''], ''];
    return x.map((y) => reading(ours, y));
  }
  if (x !== null && typeof x === 'object')
    return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, reading(ours, v)]));
  return x;
}
