import { foldText } from '#domain/text-fold.ts';
import type { Sql, Tx } from '#store/db.ts';
import { nearestHouse, nearestLandmark } from '#store/gis-places.ts';
import { districtAt, hasDivisions, roadNear, type BoundaryRef, type LngLat, type NearRoad } from '#store/gis.ts';

/** What a point is called. */

export interface Near {
  readonly label: string;
  readonly labelEn: string | null;
  readonly distanceM: number;
}

export interface PointName {
  readonly district: BoundaryRef | null;
  /** 街道, 里, 村. */
  readonly street: BoundaryRef | null;
  /** The nearest named road; its distance is to its line. */
  readonly road: NearRoad | null;
  /** The nearest known house number. */
  readonly house: Near | null;
  readonly landmark: Near | null;
  /** All of it in one line. */
  readonly zh: string;
  readonly en: string;
}

/** A house or landmark farther away tells nothing of a point. */
const HOUSE_WITHIN_M = 120;
const LANDMARK_WITHIN_M = 800;

/**
 * District, street, nearest road, house number and landmark of a point, WGS-84; null outside of every loaded city, and where nothing
 * of a city is near that was loaded without districts.
 */
export async function reverseGeocode(sql: Sql | Tx, city: string, [lng, lat]: LngLat): Promise<PointName | null> {
  const [located, road, house, landmark] = await Promise.all([
    districtAt(sql, lng, lat),
    roadNear(sql, lng, lat),
    nearestHouse(sql, city, [lng, lat], HOUSE_WITHIN_M),
    nearestLandmark(sql, city, [lng, lat], LANDMARK_WITHIN_M),
  ]);
  // without districts the map does not tell where the city ends
  const known = road !== null || house !== null || landmark !== null;
  const where = located ?? (known && !(await hasDivisions(sql, city)) ? { district: null, street: null } : null);
  if (!where) return null;
  const near: Near | null = landmark && {
    label: landmark.name,
    labelEn: landmark.nameEn,
    distanceM: landmark.distanceM,
  };
  const number: Near | null = house && {
    label: houseLabel(house, `${where.district?.name ?? ''}${where.street?.name ?? ''}${house.name}`),
    labelEn: null,
    distanceM: house.distanceM,
  };
  return {
    district: where.district,
    street: where.street,
    road,
    house: number,
    landmark: near,
    ...say(where, road, number, near),
  };
}

/**
 * A house as people of the place write it: 民族路二段12號, 民族路12号, Place du Campanin 3.
 * @param around names of where it stands, whose characters tell in which script
 */
export function houseLabel(
  house: { name: string; lane: number; alley: number; number: number; sub: number },
  around: string,
): string {
  const { name, lane, alley, number, sub } = house;
  if (!/\p{Script=Han}$/u.test(name)) return `${name} ${number}${sub > 0 ? `-${sub}` : ''}`;
  const traditional = [...around].some((ch) => /\p{Script=Han}/u.test(ch) && foldText(ch) !== ch);
  return `${name}${lane > 0 ? `${lane}巷` : ''}${alley > 0 ? `${alley}弄` : ''}${number}${sub > 0 ? `之${sub}` : ''}${traditional ? '號' : '号'}`;
}

/** Whoever is so near to a landmark is at it, metres. */
const AT_M = 20;
/** 東區 大同里 民族路二段12號旁（距成功大學醫院120米） */
function say(
  where: { readonly district: BoundaryRef | null; readonly street: BoundaryRef | null },
  road: NearRoad | null,
  house: Near | null,
  landmark: Near | null,
): { zh: string; en: string } {
  // a house of another way than the nearest road is on that way
  const way = house ? `${house.label}${house.distanceM > 20 ? '附近' : ''}` : (road?.name ?? '');
  const m = landmark ? Math.round(landmark.distanceM) : 0;
  const near = m > AT_M ? `附近（${m}米）` : '';
  const zh = `${where.district?.name ?? ''}${where.street?.name ?? ''}${way}${landmark ? ` ${landmark.label}${near}` : ''}`;
  const en = [
    landmark ? `${m > AT_M ? `${m} m from ` : ''}${landmark.labelEn ?? landmark.label}` : null,
    house ? `${house.distanceM > 20 ? 'near ' : ''}${house.label}` : (road?.nameEn ?? road?.name),
    where.street?.nameEn,
    where.district?.nameEn,
  ];
  return { zh: zh.trim(), en: en.filter((s) => s !== null && s !== undefined && s !== '').join(', ') };
}
