import type { LngLat } from '#store/gis.ts';
import type { Relation } from './parse.ts';

/** An answer to “where is it”. */

/** How near the answer comes to what was asked, finest first. `street`: somewhere along the way or in its lane. */
export type Level = 'house' | 'interpolated' | 'crossing' | 'landmark' | 'street' | 'district';
export const LEVELS: readonly Level[] = ['house', 'interpolated', 'crossing', 'landmark', 'street', 'district'];

export type Reason =
  | { readonly code: 'house' | 'house-beside'; readonly number: string }
  | { readonly code: 'between'; readonly number: string; readonly low: number; readonly high: number }
  | { readonly code: 'beyond'; readonly number: string; readonly low: number }
  | { readonly code: 'crossing' | 'crossing-near'; readonly ways: readonly [string, string] }
  | { readonly code: 'landmark'; readonly name: string; readonly nameEn: string | null }
  | { readonly code: 'street'; readonly name: string; readonly wanted: string | null }
  | { readonly code: 'lane' | 'lane-mouth'; readonly name: string; readonly wanted: string | null }
  | { readonly code: 'district' | 'village'; readonly name: string; readonly wanted: string | null }
  /** Said beside one of those above. */
  | { readonly code: 'spelling'; readonly asked: string; readonly taken: string }
  | { readonly code: 'other-district'; readonly asked: string; readonly found: string }
  | { readonly code: 'relation'; readonly relation: Relation };

export interface Candidate {
  /** What was found, in one line. */
  readonly label: string;
  readonly labelEn: string | null;
  /** Name of the district, where known. */
  readonly district: string | null;
  readonly at: LngLat;
  readonly level: Level;
  /** In about four of five cases the place is within so many metres. */
  readonly radiusM: number;
  /** 1: everything that was said was found as it was said. */
  readonly score: number;
  readonly reasons: readonly Reason[];
}

const RELATION: Record<Relation, readonly [zh: string, en: string]> = {
  opposite: ['说的是对面', 'opposite of it was said'],
  beside: ['说的是旁边', 'beside it was said'],
  near: ['说的是附近', 'near it was said'],
  behind: ['说的是后面', 'behind it was said'],
  front: ['说的是前面', 'in front of it was said'],
};

/** One reason as a sentence part of each language. Total over the codes. */
export function sayReason(r: Reason): { zh: string; en: string } {
  const only = (wanted: string | null): readonly [string, string] =>
    wanted === null ? ['', ''] : [`；找不到${wanted}`, `; ${wanted} was not found`];
  switch (r.code) {
    case 'house':
      return { zh: `${r.number}号位置已知`, en: `No. ${r.number} is known` };
    case 'house-beside':
      return { zh: `${r.number}号位置已知，附号未知`, en: `No. ${r.number} is known, its sub-number is not` };
    case 'between':
      return { zh: `按${r.low}号与${r.high}号推算`, en: `worked out between No. ${r.low} and No. ${r.high}` };
    case 'beyond':
      return { zh: `按最近的${r.low}号推算`, en: `taken from the nearest known number, ${r.low}` };
    case 'crossing':
      return { zh: `${r.ways[0]}与${r.ways[1]}交叉口`, en: `crossing of ${r.ways[0]} and ${r.ways[1]}` };
    case 'crossing-near':
      return { zh: `${r.ways[0]}与${r.ways[1]}最接近处`, en: `where ${r.ways[0]} and ${r.ways[1]} come closest` };
    case 'landmark':
      return { zh: `地点“${r.name}”`, en: `the place “${r.nameEn ?? r.name}”` };
    case 'street':
      return { zh: `仅到道路：${r.name}${only(r.wanted)[0]}`, en: `only to street level: ${r.name}${only(r.wanted)[1]}` };
    case 'lane':
      return { zh: `仅到巷弄：${r.name}${only(r.wanted)[0]}`, en: `only to the lane: ${r.name}${only(r.wanted)[1]}` };
    case 'lane-mouth':
      return { zh: `按门牌推算${r.name}巷口${only(r.wanted)[0]}`, en: `mouth of ${r.name}, worked out from house numbers${only(r.wanted)[1]}` };
    case 'village':
      return { zh: `仅到街道/村里：${r.name}${only(r.wanted)[0]}`, en: `only to the village or sub-district: ${r.name}${only(r.wanted)[1]}` };
    case 'district':
      return { zh: `仅到区：${r.name}${only(r.wanted)[0]}`, en: `only to the district: ${r.name}${only(r.wanted)[1]}` };
    case 'spelling':
      return { zh: `“${r.asked}”按“${r.taken}”查找`, en: `“${r.asked}” was read as “${r.taken}”` };
    case 'other-district':
      return { zh: `说的是${r.asked}，实在${r.found}`, en: `${r.asked} was said, this lies in ${r.found}` };
    case 'relation':
      return { zh: RELATION[r.relation][0], en: RELATION[r.relation][1] };
  }
} // prettier-ignore

/** All reasons in one line of each language. */
export const sayReasons = (reasons: readonly Reason[]): { zh: string; en: string } => {
  const said = reasons.map(sayReason);
  return { zh: said.map((s) => s.zh).join('；'), en: said.map((s) => s.en).join('; ') };
};
