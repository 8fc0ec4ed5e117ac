import type { Tags } from './element.ts';

/**
 * What the tags of a way say about driving on it (https://wiki.openstreetmap.org/wiki/Key:highway, Key:oneway, Key:maxspeed, Key:access,
 * Key:maxheight, Key:maxweight, Key:maxwidth). Pure: a tag that cannot be read counts as absent.
 */
export type RoadClass =
  'motorway' | 'expressway' | 'primary' | 'secondary' | 'tertiary' | 'residential' | 'lane' | 'link';

const CLASSES: Readonly<Record<string, RoadClass>> = {
  motorway: 'motorway',
  trunk: 'expressway',
  primary: 'primary',
  secondary: 'secondary',
  tertiary: 'tertiary',
  unclassified: 'residential',
  residential: 'residential',
  road: 'residential',
  living_street: 'lane',
  service: 'lane',
  motorway_link: 'link',
  trunk_link: 'link',
  primary_link: 'link',
  secondary_link: 'link',
  tertiary_link: 'link',
};
/** Speed of a free road where no limit stands, km/h. */
const FREE_KMH: Readonly<Record<RoadClass, number>> = {
  motorway: 100,
  expressway: 70,
  primary: 55,
  secondary: 45,
  tertiary: 38,
  residential: 28,
  lane: 16,
  link: 42,
};
/** Nobody drives at the limit from end to end. */
const SHARE_OF_LIMIT = 0.9;

export type Oneway = 'both' | 'forward' | 'backward';
/** Who may drive here: everybody, only who has business there, or emergency vehicles alone. */
export type RoadAccess = 'all' | 'private' | 'emergency';

export interface RoadTags {
  readonly class: RoadClass;
  readonly freeKmh: number;
  /** Posted limit, km/h; null: none stands. */
  readonly limitKmh: number | null;
  readonly oneway: Oneway;
  readonly access: RoadAccess;
  readonly bridge: boolean;
  readonly tunnel: boolean;
  readonly roundabout: boolean;
  /** Metres, tonnes, metres; null: no limit stands. */
  readonly maxHeightM: number | null;
  readonly maxWeightT: number | null;
  readonly maxWidthM: number | null;
  readonly name: string | null;
  readonly nameEn: string | null;
}

/** Why a way with a highway tag is no road of ours. */
export type RoadDrop = 'not-for-cars' | 'area' | 'reversible' | 'closed';

/** The first of these tags that is there. */
const named = (t: Tags, ...keys: string[]): string | null => keys.map((k) => t[k]).find((v) => v) ?? null;

/**
 * What a way is called. Its number only where it has no name: “20” for 中山南路 would be told to readers of English as the road's name.
 */
export function namesOfWay(t: Tags): { name: string | null; nameEn: string | null } {
  const name = named(t, 'name', 'name:zh');
  const number = name === null ? named(t, 'ref') : null;
  return { name: name ?? number, nameEn: named(t, 'name:en', 'int_name') ?? number };
}

/** @returns null when the way is no highway at all */
export function roadTags(t: Tags): RoadTags | { drop: RoadDrop } | null {
  const highway = t.highway;
  if (highway === undefined) return null;
  const cls = CLASSES[highway];
  if (!cls) return { drop: 'not-for-cars' };
  if (t.area === 'yes') return { drop: 'area' };
  const oneway = onewayOf(t, highway);
  if (oneway === 'reversible') return { drop: 'reversible' };
  const access = accessOf(t);
  if (access === null) return { drop: 'closed' };
  const limitKmh = speed(t.maxspeed);
  return {
    class: cls,
    freeKmh: limitKmh === null ? FREE_KMH[cls] : Math.max(5, Math.round(Math.min(limitKmh * SHARE_OF_LIMIT, 110))),
    limitKmh,
    oneway,
    access,
    bridge: t.bridge !== undefined && t.bridge !== 'no',
    tunnel: t.tunnel !== undefined && t.tunnel !== 'no',
    roundabout: t.junction === 'roundabout' || t.junction === 'circular',
    maxHeightM: length(t.maxheight) ?? length(t['maxheight:physical']),
    maxWeightT: weight(t.maxweight),
    maxWidthM: length(t.maxwidth) ?? length(t['maxwidth:physical']),
    ...namesOfWay(t),
  };
}

function onewayOf(t: Tags, highway: string): Oneway | 'reversible' {
  switch (t.oneway) {
    case 'yes':
    case 'true':
    case '1':
      return 'forward';
    case '-1':
    case 'reverse':
      return 'backward';
    case 'reversible':
    case 'alternating':
      return 'reversible';
    case 'no':
    case 'false':
    case '0':
      return 'both';
    default:
      return t.junction === 'roundabout' ||
        t.junction === 'circular' ||
        highway === 'motorway' ||
        highway === 'motorway_link'
        ? 'forward'
        : 'both';
  }
}

const CLOSED = new Set(['no', 'agricultural', 'forestry', 'bus', 'psv', 'bicycle', 'foot']);
const PRIVATE = new Set(['private', 'customers', 'delivery', 'destination', 'permit', 'residents', 'military']);

/** The most particular tag decides; emergency vehicles may where their own tag says so. @returns null: for nobody */
function accessOf(t: Tags): RoadAccess | null {
  const said = t.motorcar ?? t.motor_vehicle ?? t.vehicle ?? t.access;
  if (said !== undefined && CLOSED.has(said))
    return t.emergency === 'yes' || t.emergency === 'designated' || said === 'bus' || said === 'psv'
      ? 'emergency'
      : null;
  return said !== undefined && PRIVATE.has(said) ? 'private' : 'all';
}

/** Barriers that a car passes unless a tag says otherwise; any other stops it. */
const PASSED = new Set([
  'no',
  'entrance',
  'gate',
  'lift_gate',
  'swing_gate',
  'sliding_gate',
  'toll_booth',
  'border_control',
  'cattle_grid',
  'bump_gate',
  'sally_port',
  'height_restrictor',
  'kerb',
]);

/**
 * Whether no car passes a node: a bollard, or a gate that is locked or closed to it. A gate for those who have business there
 * is passed as their roads are.
 */
export function barsCars(t: Tags): boolean {
  if (t.barrier === undefined) return false;
  const said = t.motorcar ?? t.motor_vehicle ?? t.vehicle ?? t.access;
  if (said !== undefined && said !== 'unknown') return CLOSED.has(said) || said === 'emergency';
  return t.locked === 'yes' || !PASSED.has(t.barrier);
}

const WALK_KMH = 5;
const MPH = 1.609_344;
/** Limits of those country codes that stand in our data are told by class; a code alone says nothing reliable. */
export function speed(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (text === 'walk') return WALK_KMH;
  const m = /^(\d+(?:\.\d+)?)\s*(km\/h|kmh|kph|mph|knots)?$/.exec(text.trim());
  if (!m) return null;
  const n = Number(m[1]);
  const kmh = m[2] === 'mph' ? n * MPH : m[2] === 'knots' ? n * 1.852 : n;
  return kmh > 0 && kmh <= 200 ? kmh : null;
}

const FOOT = 0.3048;
/** "3.5", "3.5 m", "12'6\"", "350 cm" → metres. */
export function length(text: string | undefined): number | null {
  if (text === undefined) return null;
  const s = text.trim();
  const feet = /^(\d+)'(?:\s*(\d+)(?:"|'')?)?$/.exec(s);
  if (feet) return Math.round((Number(feet[1]) * FOOT + (Number(feet[2] ?? 0) * FOOT) / 12) * 100) / 100;
  const m = /^(\d+(?:[.,]\d+)?)\s*(m|cm|ft)?$/.exec(s);
  if (!m) return null;
  const n = Number(m[1]!.replace(',', '.'));
  const metres = m[2] === 'cm' ? n / 100 : m[2] === 'ft' ? n * FOOT : n;
  return metres > 0 && metres < 100 ? metres : null;
}

/** "7.5", "7.5 t", "3500 kg", "16000 lbs" → tonnes. */
export function weight(text: string | undefined): number | null {
  const m = /^(\d+(?:[.,]\d+)?)\s*(t|kg|st|lbs?)?$/.exec(text?.trim() ?? '');
  if (!m) return null;
  const n = Number(m[1]!.replace(',', '.'));
  const unit = m[2];
  const tonnes =
    unit === 'kg' ? n / 1000 : unit === 'st' ? n * 0.907_184_74 : unit?.startsWith('lb') ? n * 0.000_453_592_37 : n;
  return tonnes > 0 && tonnes < 1000 ? tonnes : null;
}
