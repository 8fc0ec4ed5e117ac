import type { LngLat } from '../city/rows.ts';
import { accept, refuse, type Result } from '../result.ts';
import type { LayerCounts } from './rows.ts';

/** Features of a GeoJSON file (RFC 7946) as a layer of the map keeps them: bounded, in WGS-84, with texts instead of any value. */

export type LayerShape =
  | { readonly kind: 'point'; readonly points: readonly LngLat[] }
  | { readonly kind: 'line'; readonly lines: readonly (readonly LngLat[])[] }
  | { readonly kind: 'area'; readonly polygons: readonly (readonly (readonly LngLat[])[])[] };
export interface LayerFeature {
  /** Empty: the file names it not. */
  readonly name: string;
  readonly nameEn: string;
  /** Its other properties, as text. */
  readonly props: readonly (readonly [string, string])[];
  readonly shape: LayerShape;
}

/** Why a feature was left out. */
export const FEATURE_FAULTS = ['feature', 'geometry', 'position', 'line', 'ring'] as const;
export type FeatureFault = (typeof FEATURE_FAULTS)[number];

export interface LayerFile {
  readonly features: readonly LayerFeature[];
  readonly counts: LayerCounts;
  readonly faults: Readonly<Record<FeatureFault, number>>;
}
export type LayerFileRefusal = 'layer-file' | 'layer-features' | 'layer-vertices' | 'layer-nothing';

export const MAX_LAYER_BYTES = 2_000_000;
export const MAX_FEATURES = 2000;
export const MAX_VERTICES = 40_000;
const MAX_PROPS = 16;
const MAX_KEY = 40;
const MAX_TEXT = 300;
const NAMES = ['name', '名称', 'Name', 'NAME', 'title', '标题'];
const NAMES_EN = ['name:en', 'name_en', 'nameEn', '英文名称'];

/**
 * Reads a file. What cannot be drawn is left out and counted by its reason.
 * @param toWgs84 from the system that the sender declared; throws RangeError for what is no position
 * @returns `layer-file`: no FeatureCollection; `layer-features`, `layer-vertices`: more than a map bears; `layer-nothing`: none is left
 */
export function readLayerFile(text: string, toWgs84: (at: LngLat) => LngLat): Result<LayerFile, LayerFileRefusal> {
  const found = featuresOf(text);
  if (!found) return refuse('layer-file', '');
  if (found.length > MAX_FEATURES) return refuse('layer-features', String(found.length));
  const faults: Record<FeatureFault, number> = { feature: 0, geometry: 0, position: 0, line: 0, ring: 0 };
  const features: LayerFeature[] = [];
  let vertices = 0;
  for (const f of found) {
    const read = readFeature(f, (at) => {
      vertices++;
      return toWgs84(at);
    });
    if (typeof read === 'string') faults[read]++;
    else features.push(read);
    if (vertices > MAX_VERTICES) return refuse('layer-vertices', '');
  }
  if (features.length === 0) return refuse('layer-nothing', String(found.length));
  const of = (kind: LayerShape['kind']): number => features.filter((f) => f.shape.kind === kind).length;
  return accept({ features, faults, counts: { points: of('point'), lines: of('line'), areas: of('area') } });
}

function featuresOf(text: string): readonly unknown[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null; // whatever it is, it is no GeoJSON
  }
  const { type, features } = (parsed ?? {}) as { type?: unknown; features?: unknown };
  if (type === 'Feature') return [parsed];
  return type === 'FeatureCollection' && Array.isArray(features) ? (features as unknown[]) : null;
}

function readFeature(feature: unknown, toWgs84: (at: LngLat) => LngLat): LayerFeature | FeatureFault {
  const f = (feature ?? {}) as { type?: unknown; properties?: unknown; geometry?: unknown };
  if (typeof f !== 'object' || f.type !== 'Feature') return 'feature';
  const shape = readShape(f.geometry, toWgs84);
  return typeof shape === 'string' ? shape : { ...readProps(f.properties), shape };
}

function readShape(geometry: unknown, toWgs84: (at: LngLat) => LngLat): LayerShape | FeatureFault {
  const { type, coordinates: c } = (geometry ?? {}) as { type?: unknown; coordinates?: unknown };
  if (!Array.isArray(c) || c.length === 0) return 'geometry';
  try {
    const at = (p: unknown): LngLat => position(p, toWgs84);
    const line = (l: unknown): LngLat[] => listOf(l, at, 2, 'line');
    const polygon = (p: unknown): LngLat[][] => listOf(p, (r) => ring(listOf(r, at, 4, 'ring')), 1, 'ring');
    switch (type) {
      case 'Point':
        return { kind: 'point', points: [at(c)] };
      case 'MultiPoint':
        return { kind: 'point', points: c.map(at) };
      case 'LineString':
        return { kind: 'line', lines: [line(c)] };
      case 'MultiLineString':
        return { kind: 'line', lines: c.map(line) };
      case 'Polygon':
        return { kind: 'area', polygons: [polygon(c)] };
      case 'MultiPolygon':
        return { kind: 'area', polygons: c.map(polygon) };
      default:
        return 'geometry';
    }
  } catch (e) {
    if (e instanceof Fault) return e.fault;
    throw e;
  }
}

class Fault extends Error {
  readonly fault: FeatureFault;
  constructor(fault: FeatureFault) {
    super(fault);
    this.fault = fault;
  }
}

function listOf<T>(value: unknown, read: (item: unknown) => T, least: number, fault: FeatureFault): T[] {
  if (!Array.isArray(value) || value.length < least) throw new Fault(fault);
  return (value as unknown[]).map(read);
}

function ring(points: LngLat[]): LngLat[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  if (first[0] !== last[0] || first[1] !== last[1]) throw new Fault('ring');
  return points;
}

/** A position in WGS-84 to a tenth of a metre; heights are left out. */
function position(p: unknown, toWgs84: (at: LngLat) => LngLat): LngLat {
  const [lng, lat] = Array.isArray(p) ? (p as unknown[]) : [];
  if (typeof lng !== 'number' || typeof lat !== 'number' || !(Math.abs(lng) <= 180 && Math.abs(lat) <= 90))
    throw new Fault('position');
  const at = toWgs84([lng, lat]);
  return [Math.round(at[0] * 1e6) / 1e6, Math.round(at[1] * 1e6) / 1e6];
}

function readProps(properties: unknown): Pick<LayerFeature, 'name' | 'nameEn' | 'props'> {
  const all = new Map<string, string>();
  if (typeof properties === 'object' && properties !== null && !Array.isArray(properties))
    for (const [key, value] of Object.entries(properties)) {
      const text = typeof value === 'boolean' || typeof value === 'number' ? String(value) : value;
      if (typeof text === 'string' && text.trim() !== '' && key.trim() !== '')
        all.set(cut(key, MAX_KEY), cut(text, MAX_TEXT));
    }
  const take = (names: readonly string[]): string => {
    const key = names.find((n) => all.has(n));
    const text = key === undefined ? '' : all.get(key)!;
    if (key !== undefined) all.delete(key);
    return text;
  };
  return { name: take(NAMES), nameEn: take(NAMES_EN), props: [...all].slice(0, MAX_PROPS) };
}

/** Text without line ends and control characters, no longer than it may be. */
function cut(text: string, most: number): string {
  const plain = [...text.replace(/[\p{Cc}\s]+/gu, ' ').trim()];
  return plain.length > most ? `${plain.slice(0, most - 1).join('')}…` : plain.join('');
}
