import type { LngLat } from '#store/gis.ts';
import type { Relation } from './parse.ts';

/** An answer to “where is it”. */

/** How near the answer comes to what was asked, finest first. `street`: somewhere along the way or in its lane. */
export type Level = 'house' | 'interpolated' | 'crossing' | 'landmark' | 'street' | 'district';
export const LEVELS: readonly Level[] = ['house', 'interpolated', 'crossing', 'landmark', 'street', 'district'];

/** As it is written in the city, and in English where the map says it. */
export interface Named {
  readonly name: string;
  readonly nameEn: string | null;
}

export type Reason =
  | { readonly code: 'house' | 'house-beside'; readonly number: string }
  | { readonly code: 'between'; readonly number: string; readonly low: number; readonly high: number }
  | { readonly code: 'beyond'; readonly number: string; readonly low: number }
  | { readonly code: 'crossing' | 'crossing-near'; readonly ways: readonly [Named, Named] }
  | (Named & { readonly code: 'landmark' })
  | (Named & {
      readonly code: 'street' | 'lane' | 'lane-mouth' | 'district' | 'village';
      readonly wanted: string | null;
    })
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

/** 12巷3弄4之5号 as it stands before a road's name in English: “No. 4-5, Alley 3, Lane 12”; anything else as it is. */
export function houseEn(text: string): string {
  const m = /^(?:(\d+)巷)?(?:(\d+)弄)?(?:(\d+(?:之\d+)?)号)?$/u.exec(text);
  if (!m) return text;
  const parts = [m[3] && `No. ${m[3].replace('之', '-')}`, m[2] && `Alley ${m[2]}`, m[1] && `Lane ${m[1]}`];
  return parts.filter(Boolean).join(', ');
}
const en = (n: Named): string => n.nameEn ?? n.name;

/** One reason as a sentence part of each language. Total over the codes. */
export function sayReason(r: Reason): { zh: string; en: string } {
  const only = (wanted: string | null): readonly [string, string] =>
    wanted === null ? ['', ''] : [`；找不到${wanted}`, `; ${houseEn(wanted)} was not found`];
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
      return { zh: `${r.ways[0].name}与${r.ways[1].name}交叉口`, en: `crossing of ${en(r.ways[0])} and ${en(r.ways[1])}` };
    case 'crossing-near':
      return { zh: `${r.ways[0].name}与${r.ways[1].name}最接近处`, en: `where ${en(r.ways[0])} and ${en(r.ways[1])} come closest` };
    case 'landmark':
      return { zh: `地点“${r.name}”`, en: `the place “${en(r)}”` };
    case 'street':
      return { zh: `仅到道路：${r.name}${only(r.wanted)[0]}`, en: `only to street level: ${en(r)}${only(r.wanted)[1]}` };
    case 'lane':
      return { zh: `仅到巷弄：${r.name}${only(r.wanted)[0]}`, en: `only to the lane: ${en(r)}${only(r.wanted)[1]}` };
    case 'lane-mouth':
      return { zh: `按门牌推算${r.name}巷口${only(r.wanted)[0]}`, en: `mouth of ${en(r)}, worked out from house numbers${only(r.wanted)[1]}` };
    case 'village':
      return { zh: `仅到街道/村里：${r.name}${only(r.wanted)[0]}`, en: `only to the village or sub-district: ${en(r)}${only(r.wanted)[1]}` };
    case 'district':
      return { zh: `仅到区：${r.name}${only(r.wanted)[0]}`, en: `only to the district: ${en(r)}${only(r.wanted)[1]}` };
    case 'spelling':
      return { zh: `“${r.asked}”按“${r.taken}”查找`, en: `“${r.asked}” was read as “${r.taken}”` };
    case 'other-district':
      return r.found === ''
        ? { zh: `说的是${r.asked}，实在其外`, en: `${r.asked} was said, this lies far from it` }
        : { zh: `说的是${r.asked}，实在${r.found}`, en: `${r.asked} was said, this lies in ${r.found}` };
    case 'relation':
      return { zh: RELATION[r.relation][0], en: RELATION[r.relation][1] };
  }
} // prettier-ignore

/** All reasons in one line of each language. */
export const sayReasons = (reasons: readonly Reason[]): { zh: string; en: string } => {
  const said = reasons.map(sayReason);
  return { zh: said.map((s) => s.zh).join('；'), en: said.map((s) => s.en).join('; ') };
};
