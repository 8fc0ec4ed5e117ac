import { foldPlace } from './fold.ts';

/** What an address says, taken apart by its own words; nothing is looked up but names of districts and villages. Pure. */

/** Names of a city's divisions, folded (fold.ts). */
export interface Divisions {
  readonly city: string | null;
  /** 中西区, 永康区 … */
  readonly districts: ReadonlySet<string>;
  /** 街道, 里, 村, 社区 … */
  readonly streets: ReadonlySet<string>;
}
export const NO_DIVISIONS: Divisions = { city: null, districts: new Set(), streets: new Set() };

export type Relation = 'opposite' | 'beside' | 'near' | 'behind' | 'front';

/** A way (or a settlement) and a place on it. Numbers are 0 where none is said. */
export interface Way {
  /** Ways to read its name, the likeliest first, section within: 府前路1段. */
  readonly names: readonly string[];
  /** `settlement`: numbered houses of a village without a street. */
  readonly kind: 'road' | 'settlement';
  /** 巷; 弄 of the way itself (as in Shanghai) has lane 0. */
  readonly lane: number;
  /** 弄. */
  readonly alley: number;
  readonly number: number;
  /** 76之6號, 76-6號, 76號之6. */
  readonly sub: number;
  /** Where it begins, not all along it: 114巷口. */
  readonly mouth: boolean;
}

export interface ParsedAddress {
  /** Key of the district; from the text, by its full name. */
  readonly district: string | null;
  /** 里, 村, 街道, 社区. */
  readonly street: string | null;
  /** At most three. */
  readonly ways: readonly Way[];
  /** Two ways are said to cross: 口, 交叉, 與 … */
  readonly crossing: boolean;
  /** What is left and may be the name of a place, longest first. */
  readonly landmarks: readonly string[];
  /** A way or a 街道 together with what follows it: 长江路加油站, 鼓楼街道办事处 may be names of places. */
  readonly whole: string | null;
  readonly relation: Relation | null;
}

const RELATIONS: readonly [Relation, RegExp][] = [
  ['opposite', /(?:正|斜)?对(?:面|过|门)/],
  ['behind', /(?:大楼|房子)?(?:后方|后面|后边|后门|背后|后)$|(?:后方|后面|后边)/],
  ['front', /(?:前方|前面|门口|门前|前)$|(?:前方|前面|门口|门前)/],
  ['beside', /旁边?|隔壁|侧边|侧面|侧$|(?<!周)边$|转角/],
  ['near', /附近|周边|周围|四周|一带|周遭|靠近/],
];
const RELATION_WORDS =
  /(?:正|斜)?对(?:面|过|门)|后方|后面|后边|背后|前方|前面|门口|门前|旁边|隔壁|侧边|侧面|附近|周边|周围|四周|一带|周遭|靠近|转角|骑楼|路边|沿线|两侧|旁$|前$|后$|侧$|边$/g;

const MAX_WAYS = 3;

/**
 * An address taken apart. Total: any text gives an answer, at worst one that is all landmark.
 * @param text as it was said or typed
 */
export function parseAddress(text: string, divisions: Divisions = NO_DIVISIONS): ParsedAddress {
  const scan = new Scanner(foldPlace(text), divisions);
  scan.admin();
  const ways: Way[] = [];
  let crossing = false;
  const loose: string[] = [];
  while (ways.length < MAX_WAYS) {
    const joined = ways.length > 0 ? scan.joiner() : { crossing: false, and: '' };
    const way = scan.way(ways.length === 0, joined.and);
    if (way) {
      crossing ||= joined.crossing;
      ways.push(way);
      continue;
    }
    // what stands before the next way, or at the end
    const skipped = scan.skip();
    if (skipped === null) break;
    loose.push(skipped);
  }
  loose.push(scan.rest);
  const tail = loose.join(' ');
  crossing ||= ways.length > 1 && /口|交叉|交会|交汇|路口/.test(tail);
  return {
    district: scan.district,
    street: scan.street,
    ways,
    crossing: crossing && ways.length > 1,
    landmarks: landmarksOf(loose, scan, ways.length > 0),
    whole: wholeOf(loose, scan, ways),
    relation: relationOf(tail),
  };
}

function wholeOf(loose: readonly string[], scan: Scanner, ways: readonly Way[]): string | null {
  const [way] = ways;
  const bare = way?.lane === 0 && way.alley === 0 && way.number === 0;
  const before = ways.length === 0 ? scan.street : ways.length === 1 && bare ? way.names[0]! : null;
  const [after] = namesIn(loose[0] ?? '');
  return before === null || after === undefined || before.length + after.length > MAX_NAME ? null : before + after;
}

function relationOf(tail: string): Relation | null {
  const text = tail.trim();
  return RELATIONS.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

const NOISE =
  /^(?:路口|交叉路?口|交叉处|交[会汇]处|口|处|的|号|之间|沿线|两侧|\d*楼?|到|至|t型|十字)+|(?:路口|交叉路?口|交叉处|交[会汇]处|口|(?<!办事)处|的)$/g;

/** What is said of the inside of an estate tells nothing on a map. */
const INSIDE = /(?<=..)\d{1,4}(?:幢|栋|座|号楼|单元|室|楼).*$/u;

const MAX_NAME = 24;

/** What may be names in a piece of text. */
const namesIn = (text: string): string[] =>
  text
    .replaceAll(RELATION_WORDS, ' ')
    .split(/ +/)
    .map((piece) => piece.replaceAll(NOISE, '').replaceAll(/[~-]/g, '').replace(INSIDE, ''))
    .filter((name) => /\p{L}{2}/u.test(name) && name.length <= MAX_NAME);

function landmarksOf(loose: readonly string[], scan: Scanner, onWay: boolean): string[] {
  const out = new Set(loose.flatMap(namesIn));
  // a division alone is what is meant; what only looks like a village may be an estate: 春井里, 康通新村
  if (scan.street !== null && ((out.size === 0 && scan.alone) || (scan.guessed && !onWay))) out.add(scan.street);
  return [...out].sort((a, b) => b.length - a.length).slice(0, 4);
}

const LEVELS = '(?:自治区|特别行政区|省)';
const ROAD =
  /^([a-z]?\d{1,4}[国省县乡]道|(?:(?![与及跟])[^\s\d~-]){1,10}?\d{0,3}(?:大道|大街|公路|胡同|路|街|高速(?!公?路)|(?<!交流|人行|地下|车|匝)道(?![巷弄路街])|(?<=\d)线|(?<=\D)[巷弄]))(\d{1,2}段|[东西南北中]段)?/u;
/** A lane called 里: only where it is said to cross, elsewhere it is a village. */
const LI = /^([^\s\d~-]{2,4}里)(?=$| |[路巷]?口|交|[与和跟及])/u;
const JOINS = /^[与和跟及]/u;
/** Letters of numbered roads. */
const NUMBERED: Readonly<Record<string, string>> = { 国: 'g', 省: 's', 县: 'x', 乡: 'y' };
/** A short first reading may be only the beginning of the name: 大道公街. */
const LONGER = /^([^\s\d~-]{1,2}(?:路|街|大道))(\d{1,2}段)?/u;
const SETTLEMENT = /^((?:[^\s\d~-]){2,10})(?=\d{1,5}(?:[-之]\d{1,4})?(?: ?号|$))/u;
const ESTATE = /^((?:[^\s\d~-]){2,14}?)(?=\d{1,4}(?:幢|栋|座|号楼))/u;
const JOINER = /^(?:[\s/~-]|与|和|跟|及|接|交叉(?!口)|交(?=.{1,8}[路街])|到|至|往|靠近|近|的)*/u;

class Scanner {
  rest: string;
  district: string | null = null;
  street: string | null = null;
  /** {@link street} is none of the city's; it only looks like one. */
  guessed = false;
  /** Nothing was said but divisions. */
  alone = false;
  readonly #divisions: Divisions;

  constructor(folded: string, divisions: Divisions) {
    this.rest = folded;
    this.#divisions = divisions;
  }

  #eat(pattern: RegExp): RegExpExecArray | null {
    const m = pattern.exec(this.rest);
    if (m) this.rest = this.rest.slice(m[0].length).trimStart();
    return m;
  }

  /** Country, province, city, district, street or village, in the order in which they are said; postcodes anywhere between. */
  admin(): void {
    for (let before = ''; before !== this.rest;) {
      before = this.rest;
      this.#eat(/^(?!\d+[国省县乡]道)\d{3}(?:\d{2,3})?(?=\s?[^\s\d~巷弄号段街路邻楼-]{2})/u);
      this.#eat(/^(?:中国|中华民国|台湾省?)(?=.{2})/u);
      this.#eat(new RegExp(`^[^\\s\\d路街]{2,7}?${LEVELS}`, 'u'));
      this.#city();
      this.#district();
    }
    this.#eat(/^(?:在|位于|靠近)/u);
    this.#streetOrVillage();
    this.#eat(/^\d{1,3}邻/u);
    this.alone = this.rest === '';
  }

  #city(): void {
    const { city, districts } = this.#divisions;
    if (city !== null && this.rest.startsWith(`${city}市`) && this.rest.length > city.length + 1) {
      this.rest = this.rest.slice(city.length + 1).trimStart();
      return;
    }
    // without 市 only before a district: 台南车站 is a station
    const after = city !== null && this.rest.startsWith(city) ? this.rest.slice(city.length).trimStart() : '';
    if ([2, 3, 4].some((n) => districts.has(after.slice(0, n)))) this.rest = after;
    // a city stands before its district; 柴市巷 is a lane
    else if (this.district === null && !this.#eat(/^[^\s\d夜超菜鱼路街区县]{2}市(?=.)(?![区场路街巷弄])/u))
      this.#eat(/^[^\s\d路街区县]{2,6}市(?=[^\s\d路街]{1,4}[区县])/u);
  }

  #district(): void {
    const { districts } = this.#divisions;
    if (districts.size === 0) {
      const m = this.#eat(/^(?!小区|社区|园区)[^\s\d路街巷弄号市]{1,4}?(?:(?<![小社园校])区|县|旗)(?=.|$)/u);
      if (m) this.district = m[0];
      return;
    }
    const spaced = /^([^\s\d]) ([区县市])/u.exec(this.rest);
    const text = spaced ? this.rest.replace(' ', '') : this.rest;
    for (let n = Math.min(10, text.length); n >= 2; n--) {
      const head = text.slice(0, n);
      if (!districts.has(head)) continue;
      this.district = head;
      this.rest = text.slice(n).trimStart();
      return;
    }
  }

  #streetOrVillage(): void {
    const { streets } = this.#divisions;
    const take = (name: string): void => {
      this.street = name;
      this.rest = this.rest.slice(name.length).trimStart();
    };
    for (let n = Math.min(10, this.rest.length); n >= 2; n--) {
      const head = this.rest.slice(0, n);
      // 永康里, but not the 永康 of 永康里路
      if (streets.has(head) && !/^(?:路|街(?!道)|巷|站|国|公)/u.test(this.rest.slice(n))) return take(head);
    }
    const m = /^(?:[^\s\d路街巷弄号]{2,6}街道|[^\s\d路街巷弄号]{2,4}[乡镇](?=.)|[^\s\d路街巷弄号社]{1,3}[里村](?![路街巷道站国公]))/u.exec(this.rest); // prettier-ignore
    if (!m || JOINS.test(this.rest.slice(m[0].length))) return;
    this.guessed = streets.size > 0 && !streets.has(m[0]);
    take(m[0]);
  }

  /** What joins two ways; `and`: a last word that may belong to the next name (和 of 和缓路). */
  joiner(): { crossing: boolean; and: string } {
    const m = this.#eat(JOINER);
    const text = m?.[0] ?? '';
    const and = /[和近接交]$/u.exec(text)?.[0] ?? '';
    return { crossing: /[与和跟及接交/]/u.test(text), and };
  }

  /** @param and a joining word just read, that may be the beginning of the name */
  way(first: boolean, and: string): Way | null {
    const road = ROAD.exec(this.rest);
    if (road) {
      this.rest = this.rest.slice(road[0].length).trimStart();
      const names = [road[0]];
      if (and !== '') names.push(and + road[0]);
      // 312国道 is G312国道, and the other way round
      const numbered = /^([a-z])?(\d+([国省县乡])道)/u.exec(road[0]);
      if (numbered) names.push(numbered[1] === undefined ? `${NUMBERED[numbered[3]!]}${numbered[2]}` : numbered[2]!);
      const longer = road[1]!.length <= 2 ? LONGER.exec(this.rest) : null;
      if (longer) {
        this.rest = this.rest.slice(longer[0].length).trimStart();
        names.unshift(road[0] + longer[0]);
      }
      return this.#numbers(names, 'road');
    }
    const li = LI.exec(this.rest);
    if (li && !this.#divisions.streets.has(li[1]!) && (!first || JOINS.test(this.rest.slice(li[1]!.length)))) {
      this.rest = this.rest.slice(li[1]!.length).trimStart();
      return this.#numbers([li[1]!], 'settlement');
    }
    if (!first) return null;
    if (this.street !== null && /^\d{1,5}(?:[-之]\d{1,4})?号/u.test(this.rest))
      return this.#numbers([this.street], 'settlement');
    const place = ESTATE.exec(this.rest) ?? SETTLEMENT.exec(this.rest);
    if (!place) return null;
    this.rest = this.rest.slice(place[0].length);
    return this.#numbers([place[1]!], 'settlement');
  }

  #numbers(names: string[], kind: Way['kind']): Way {
    this.#eat(/^的/u);
    const num = (m: RegExpExecArray | null, i = 1): number => Number(m?.[i] ?? 0);
    const lane = num(this.#eat(/^(\d{1,4})(?:[-之]\d{1,3})?巷/u));
    const alley = num(this.#eat(/^(\d{1,4})(?:[-之]\d{1,3})?弄/u));
    this.#eat(/^\d{1,4}衖/u);
    // the first number of several: 28號30號, 18到26號, 73/75號
    const several = String.raw`(?:号? ?(?:[~到至和与或及跟-]| ) ?\d{1,5}(?:[-之]\d{1,4})?)*`;
    const m =
      this.#eat(new RegExp(`^(\\d{1,5})(?:[-之](\\d{1,4}))?${several} ?几?(?:号(?!楼)(?:之(\\d{1,3}))?|号楼|幢|栋|座)`, 'u')) ??
      this.#eat(/^(\d{1,5})(?:[-之](\d{1,4}))?(?=$| )/u); // prettier-ignore
    const number = num(m);
    const sub = num(m, 2) || num(m, 3);
    if (m) this.#eat(/^(?:\d{1,3}单元)?(?:\d{1,3}楼)?(?:\d{1,4}室)?/u);
    const mouth = number === 0 && (lane > 0 || alley > 0) && /^(?:的)?(?:巷|弄|路)?口/u.test(this.rest);
    return { names, kind, lane, alley, number, sub, mouth };
  }

  /** Leaves out what stands before the next way; null when no way follows. */
  skip(): string | null {
    const at = this.rest.search(/[\s]/u);
    if (at < 0) return null;
    const left = this.rest.slice(0, at);
    this.rest = this.rest.slice(at).trimStart();
    return left;
  }
}

/** The address in one line as it is said in Chinese: 永康區中正路12巷3弄4之5號. Parsing it again gives the same parts. */
export function formatAddress(a: Pick<ParsedAddress, 'district' | 'street'> & { readonly way: Way }): string {
  const { way } = a;
  const street = way.kind === 'settlement' && a.street === way.names[0] ? '' : (a.street ?? '');
  return [
    a.district ?? '',
    street,
    way.names[0] ?? '',
    way.lane > 0 ? `${way.lane}巷` : '',
    way.alley > 0 ? `${way.alley}弄` : '',
    way.number > 0 ? `${way.number}${way.sub > 0 ? `之${way.sub}` : ''}号` : '',
  ].join('');
}
