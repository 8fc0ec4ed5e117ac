import { maskNumber } from '../floor/mask.ts';
import { snap } from '../geo.ts';
import type { Row } from '../tables.ts';
import type { CaseContent } from './case.ts';
import { CASE_COLLECTIONS as C, type CaseRow, type HotIssueRow } from './rows.ts';

/** Walls see points of cases on this grid, degrees: about 200 m; of sensitive cases none at all. */
const GRID = 0.002;

/**
 * What a wall may see of the topic `cases`: titles without telephone, identity and plate numbers, house and room numbers; places
 * down to the street; points on a grid of 200 m. Of a sensitive case (隐私) its type, top category, district, state and times.
 * Every row exists on both sides, so that both count alike.
 */
export function maskCases(collection: string, row: Row): Row | null {
  switch (collection) {
    case C.case:
      return { ...maskCase(row as CaseRow), acknowledgedBy: null };
    case C.hotIssue: {
      const hot = row as HotIssueRow;
      return { ...hot, title: maskFreeText(hot.title), at: hot.at ? snap(hot.at, GRID) : null };
    }
    default:
      return row;
  }
}

/** The content of a case as a wall may see it. */
export function maskCase<T extends CaseContent>(c: T): T {
  if (c.sensitive)
    return { ...c, title: '', place: null, street: null, at: null, category: c.category.slice(0, 1), repeatOf: null };
  return {
    ...c,
    title: maskFreeText(c.title),
    place: c.place === null ? null : streetLevel(c.place),
    at: c.at ? snap(c.at, GRID) : null,
  };
}

const DIGIT = '[0-9０-９]';
const CN_DIGIT = '[一二三四五六七八九十百零〇]';
/** Lane, house, building, unit, floor, room, with what follows the number of a house ('128-1號', '12号之3'). */
const HOUSE = new RegExp(
  `[A-Za-z]?(?:${DIGIT}+(?:[-－—之]${DIGIT}+)*|${CN_DIGIT}+)(?:号(?!线)|號(?!線)|幢|栋|棟|座|单元|單元|室|户|戶|楼|樓|层|層|弄|巷|鄰|邻)(?:之${DIGIT}+)?(?:-${DIGIT}+)?`,
  'gu',
);
/** 18 digits of an identity card, the last of which may be X; Taiwanese ones: a letter and nine digits. */
const IDENTITY = /(?<![0-9A-Za-z])(?:\d{17}[\dXx]|[A-Z][12]\d{8})(?![0-9A-Za-z])/g;
const PLATE = /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}/gu;
const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
/** A run of digits that may be a telephone, an account, a card: seven or more, with single spaces or hyphens inside. */
const NUMBER = /\+?[0-9０-９](?:[\s\-－—]?[0-9０-９]){6,}/g;
/** A person's name with a form of address: 张建国先生, 王女士. Only after a usual family name, so that "小学的老师" stays. */
const NAMED =
  /([王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎余潘杜戴夏钟鍾汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚])\p{Script=Han}{0,2}?(先生|女士|小姐|太太|同志|阿姨|大爷|老师|某某)/gu;

/** Free text without what leads to a person: numbers, plates, addresses of mail, house numbers, names with a form of address. */
export function maskFreeText(text: string): string {
  return text
    .replace(EMAIL, '****')
    .replace(IDENTITY, (id) => `${id.slice(0, 1)}****${id.slice(-1)}`)
    .replace(PLATE, (p) => `${p.slice(0, 2)}****`)
    .replace(NUMBER, (n) => maskNumber(n.normalize('NFKC')))
    .replace(HOUSE, '**')
    .replace(NAMED, '$1$2');
}

/** '臺南市永康區永大路二段128-1號3樓' → '臺南市永康區永大路二段'. A place without a house number stays. */
export function streetLevel(place: string): string {
  const at = place.search(HOUSE);
  const cut = at < 0 ? place : place.slice(0, at);
  return (
    maskFreeText(cut)
      .replace(/[A-Za-z]?[0-9０-９]+(?:[-－—][0-9０-９]+)*$/u, '')
      .replace(/[\s,，、（(及]+$/u, '') || '–'
  );
}
