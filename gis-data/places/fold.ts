import { Converter } from 'opencc-js/t2cn';

/**
 * Texts of addresses made alike for matching, never for display: full width to half width, Traditional to Simplified, lower case,
 * Chinese numerals that count something (段, 巷, 弄, 號, 樓, 街 …) to digits, and what separates to one space. Pure.
 */

const convert = Converter({ from: 't', to: 'cn' });
/** Character by character, so that a part of a text folds as it does within the whole; at most as large as the script. */
const simple = new Map<string, string>();
function simplified(ch: string): string {
  const known = simple.get(ch);
  if (known !== undefined) return known;
  const made = convert(ch);
  simple.set(ch, made);
  return made;
}

const DIGIT = new Map([...'〇一二三四五六七八九'].map((ch, i) => [ch, i] as const));
DIGIT.set('零', 0);
DIGIT.set('两', 2);
const UNIT: ReadonlyMap<string, number> = new Map([
  ['十', 10],
  ['百', 100],
  ['千', 1000],
]);

/** The number that a run of Chinese numerals is, below 10,000: 十七 17, 一百零三 103, 二〇一 201; null when it is none. */
export function chineseNumber(text: string): number | null {
  if (text === '' || text.length > 8) return null;
  if (![...text].some((ch) => UNIT.has(ch))) {
    const digits = [...text].map((ch) => DIGIT.get(ch));
    return digits.includes(undefined) ? null : Number(digits.join(''));
  }
  let sum = 0;
  let digit: number | null = null;
  let lastUnit = Infinity;
  for (const ch of text) {
    const unit = UNIT.get(ch);
    if (unit === undefined) {
      const d = DIGIT.get(ch);
      if (d === undefined || (digit !== null && digit !== 0)) return null;
      digit = d;
      continue;
    }
    // 百 before 十, each once; 十 alone at the beginning is 10
    if (unit >= lastUnit || (digit === null && sum > 0) || (digit === null && unit > 10)) return null;
    sum += (digit ?? 1) * unit;
    lastUnit = unit;
    digit = null;
  }
  return sum + (digit ?? 0);
}

const COUNTED = /[〇零两一二三四五六七八九十百千]+(?=段|巷|弄|号|楼|邻|街|路|道|幢|栋|座|单元|室)/g;

/** Longer texts are cut: nobody says a longer address. */
export const MAX_TEXT = 200;

/** A text folded, with what separates as one space; `-` and `~` stay, because numbers are joined with them. */
export function foldPlace(text: string): string {
  let out = '';
  for (const ch of text.slice(0, MAX_TEXT).normalize('NFKC').toLowerCase()) {
    if (ch === 'ㄧ') out += '一';
    else if (/[\p{L}\p{N}]/u.test(ch)) out += simplified(ch);
    else if (/[-‐-―−﹣]/.test(ch)) out += '-';
    else if (/[~〜∼^]/.test(ch)) out += '~';
    else if (!out.endsWith(' ')) out += ' ';
  }
  return out.replace(COUNTED, (run) => String(chineseNumber(run) ?? run)).trim();
}

/** A name as a key: folded, letters and digits alone. */
export const placeKey = (name: string): string => foldPlace(name).replaceAll(/[ ~-]/g, '');
