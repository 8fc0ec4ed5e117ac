import type { Tags } from './element.ts';

/**
 * What the tags of a thing make of it on our map (https://wiki.openstreetmap.org/wiki/Map_features): an area with a colour, a line,
 * a place that people name when they call, or nothing. Pure.
 */
const has = (t: Tags, key: string, ...values: string[]): boolean => values.includes(t[key] ?? '');

/** [kind, key, values…]; the first that fits decides. Kinds are those of store/gis-shapes.ts. */
const AREAS: readonly [kind: string, key: string, ...values: string[]][] = [
  ['water', 'natural', 'water', 'bay'],
  ['water', 'waterway', 'riverbank', 'dock'],
  ['water', 'landuse', 'reservoir', 'basin'],
  ['wetland', 'natural', 'wetland', 'mud'],
  ['forest', 'natural', 'wood'],
  ['forest', 'landuse', 'forest'],
  ['pitch', 'leisure', 'pitch', 'stadium', 'golf_course', 'track'],
  ['park', 'leisure', 'park', 'garden', 'playground'],
  ['green', 'landuse', 'grass', 'meadow', 'village_green', 'recreation_ground', 'cemetery', 'allotments'],
  ['green', 'natural', 'grassland', 'scrub', 'heath'],
  ['farmland', 'landuse', 'farmland', 'farmyard', 'orchard', 'vineyard', 'farm'],
  ['runway', 'aeroway', 'runway', 'taxiway', 'apron'],
  ['airport', 'aeroway', 'aerodrome'],
  ['railyard', 'landuse', 'railway'],
  ['campus', 'amenity', 'university', 'college', 'school', 'hospital'],
  ['commercial', 'landuse', 'commercial', 'retail'],
  ['industrial', 'landuse', 'industrial'],
  ['residential', 'landuse', 'residential'],
  ['plaza', 'place', 'square'],
  ['plaza', 'highway', 'pedestrian'],
];

export interface AreaTags {
  readonly kind: string;
  readonly name: string | null;
  readonly nameEn: string | null;
  /** Of a building, metres; null: not told. */
  readonly heightM: number | null;
}

const STOREY_M = 3.2;
const name = (t: Tags): string | null => t['name:zh-Hans'] ?? t['name:zh'] ?? t.name ?? null;
const nameEn = (t: Tags): string | null => t['name:en'] ?? t.int_name ?? null;

export function areaTags(t: Tags): AreaTags | null {
  if (t.building !== undefined && t.building !== 'no') {
    const m = /^(\d+(?:\.\d+)?)\s*m?$/.exec(t.height ?? '');
    const storeys = Number(t['building:levels']);
    const heightM = m ? Number(m[1]) : storeys > 0 && storeys < 200 ? storeys * STOREY_M : null;
    return { kind: 'building', name: name(t), nameEn: nameEn(t), heightM };
  }
  const found = AREAS.find(([, key, ...values]) => has(t, key, ...values));
  return found ? { kind: found[0], name: name(t), nameEn: nameEn(t), heightM: null } : null;
}

export interface LineTags {
  readonly kind: string;
  readonly name: string | null;
  readonly nameEn: string | null;
}

export function lineTags(t: Tags): LineTags | null {
  const kind = has(t, 'railway', 'subway', 'light_rail', 'monorail')
    ? 'metro'
    : has(t, 'railway', 'rail') && t.service === undefined
      ? t.highspeed === 'yes'
        ? 'highspeed'
        : 'rail'
      : has(t, 'waterway', 'river')
        ? 'river'
        : has(t, 'waterway', 'canal')
          ? 'canal'
          : null;
  return kind && { kind, name: name(t), nameEn: nameEn(t) };
}

interface PlaceKind {
  readonly kind: string;
  readonly zh: string;
  readonly en: string;
  /** 1 the whole city knows it … 5 the neighbours do. */
  readonly rank: number;
  readonly fits: (t: Tags) => boolean;
  /** Taken without a name too: what matters is that it is there. */
  readonly unnamed?: true;
}
const is =
  (key: string, ...values: string[]) =>
  (t: Tags): boolean =>
    has(t, key, ...values);

const PLACES: readonly PlaceKind[] = [
  { kind: 'hospital', zh: '医院', en: 'Hospital', rank: 2, fits: is('amenity', 'hospital'), unnamed: true },
  { kind: 'hospital', zh: '诊所', en: 'Clinic', rank: 4, fits: is('amenity', 'clinic') },
  { kind: 'fire', zh: '消防站', en: 'Fire station', rank: 2, fits: is('amenity', 'fire_station'), unnamed: true },
  { kind: 'police', zh: '派出所', en: 'Police', rank: 3, fits: is('amenity', 'police'), unnamed: true },
  { kind: 'government', zh: '政府机关', en: 'Government', rank: 2, fits: (t) => has(t, 'amenity', 'townhall', 'courthouse') || t.office === 'government', unnamed: true },
  { kind: 'school', zh: '学校', en: 'School', rank: 3, fits: is('amenity', 'school', 'kindergarten', 'college'), unnamed: true },
  { kind: 'university', zh: '大学', en: 'University', rank: 2, fits: is('amenity', 'university') },
  { kind: 'shelter', zh: '应急避难场所', en: 'Emergency shelter', rank: 3, fits: (t) => t.emergency === 'assembly_point' || t['social_facility'] === 'shelter' || t['evacuation_center'] === 'yes', unnamed: true },
  { kind: 'hydrant', zh: '消火栓', en: 'Fire hydrant', rank: 5, fits: is('emergency', 'fire_hydrant'), unnamed: true },
  { kind: 'aed', zh: '除颤器', en: 'Defibrillator', rank: 5, fits: is('emergency', 'defibrillator'), unnamed: true },
  { kind: 'fuel', zh: '加油站', en: 'Fuel station', rank: 4, fits: is('amenity', 'fuel'), unnamed: true },
  { kind: 'hazard', zh: '危险源', en: 'Hazard site', rank: 4, fits: (t) => has(t, 'man_made', 'storage_tank', 'gasometer') || has(t, 'industrial', 'oil', 'chemical', 'gas', 'refinery') || t.power === 'plant', unnamed: true },
  { kind: 'metro', zh: '地铁站', en: 'Metro station', rank: 2, fits: (t) => t.railway === 'station' && (t.station === 'subway' || t.subway === 'yes') },
  { kind: 'rail', zh: '火车站', en: 'Railway station', rank: 1, fits: is('railway', 'station') },
  { kind: 'airport', zh: '机场', en: 'Airport', rank: 1, fits: is('aeroway', 'aerodrome') },
  { kind: 'mall', zh: '商场', en: 'Mall', rank: 3, fits: (t) => has(t, 'shop', 'mall', 'department_store') || t.amenity === 'marketplace' },
  { kind: 'park', zh: '公园', en: 'Park', rank: 3, fits: (t) => has(t, 'leisure', 'park', 'stadium') || has(t, 'tourism', 'attraction', 'museum') },
  { kind: 'bus', zh: '客运站', en: 'Coach station', rank: 3, fits: is('amenity', 'bus_station') },
  { kind: 'bus-stop', zh: '公交站', en: 'Bus stop', rank: 5, fits: is('highway', 'bus_stop') },
  { kind: 'estate', zh: '居民区', en: 'Neighbourhood', rank: 4, fits: is('place', 'neighbourhood', 'quarter', 'suburb', 'village', 'hamlet', 'town') },
]; // prettier-ignore

export interface PlaceTags {
  readonly kind: string;
  readonly name: string;
  readonly nameEn: string;
  readonly rank: number;
  readonly named: boolean;
}

/** @returns null when it is no place of ours, or one that counts only by its name and has none */
export function placeTags(t: Tags): PlaceTags | null {
  const found = PLACES.find((p) => p.fits(t));
  if (!found) return null;
  const own = name(t);
  if (own === null && !found.unnamed) return null;
  return {
    kind: found.kind,
    name: own ?? found.zh,
    nameEn: nameEn(t) ?? own ?? found.en,
    // one without a name is known to nobody
    rank: own === null ? 5 : found.rank,
    named: own !== null,
  };
}

/** A house number and its street; null where either is missing. */
export function addressTags(t: Tags): { readonly street: string; readonly number: string } | null {
  const street = t['addr:street'] ?? t['addr:place'];
  const number = t['addr:housenumber'];
  return street && number ? { street, number: number.slice(0, 40) } : null;
}

export interface BoundaryTags {
  readonly adminLevel: number;
  readonly code: string | null;
  readonly name: string;
  readonly nameEn: string;
}
export function boundaryTags(t: Tags): BoundaryTags | null {
  const adminLevel = Number(t.admin_level);
  const own = name(t);
  if (t.boundary !== 'administrative' || !Number.isInteger(adminLevel) || own === null) return null;
  return { adminLevel, code: t['china_class'] ?? t.ref ?? t['ISO3166-2'] ?? null, name: own, nameEn: nameEn(t) ?? own };
}
