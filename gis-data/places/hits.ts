import type { Sql, Tx } from '#store/db.ts';
import { namesByKeys, MAX_KEYS, type GazetteerName } from '#store/gis-places.ts';
import type { LngLat } from '#store/gis.ts';
import { difference, spellings, withoutPart, withoutSection } from './keys.ts';
import type { Divisions, ParsedAddress, Way } from './parse.ts';

/** Which names of the gazetteer an address may mean. */

/** A name that may be the one that was said. */
export interface Hit {
  readonly name: GazetteerName;
  readonly asked: string;
  /** 0: as it was said. */
  readonly cost: number;
  /** Part of the text that it accounts for. */
  readonly share: number;
}

export interface Ask {
  readonly sql: Sql | Tx;
  readonly city: string;
  readonly parsed: ParsedAddress;
  /** Key of the district said in the text, or known beside it. */
  readonly district: string | null;
  /** Where that district is; null: the gazetteer does not know. */
  districtAt: { readonly at: LngLat; readonly spreadM: number } | null;
  /** Name on the map of the 街道 or village that was said; null: none, or one that the map does not know. */
  street: string | null;
}

/** In another district than the one that was said. */
export const elsewhere = (h: Hit, district: string | null): boolean =>
  district !== null && h.name.district !== '' && h.name.district !== district;

/** Names that are tried for one way, and for landmarks. */
export const TRIED = 6;

/** Keys of what is left of a text, the whole and its parts of three letters and more. */
function partsOf(text: string): string[] {
  const out = [text];
  for (let n = Math.min(10, text.length - 1); n >= 3; n--)
    for (let i = 0; i + n <= text.length; i++) out.push(text.slice(i, i + n));
  return out;
}

export interface Hits {
  /** By way of the address. */
  readonly ways: readonly (readonly Hit[])[];
  readonly landmarks: readonly Hit[];
  readonly divisions: readonly Hit[];
}

/** District stems that may stand before a name without their suffix: 麻豆兴国路. */
function withoutDistrict(name: string, divisions: Divisions): string[] {
  const out: string[] = [];
  for (const d of divisions.districts) {
    const stem = d.slice(0, -1);
    if (stem.length >= 2 && name.startsWith(stem) && name.length - stem.length >= 3) out.push(name.slice(stem.length));
  }
  return out;
}

/** What may be the name of a place, as it was said and as it stands on a map: 丹田地铁站 is 丹田站 there. */
function saidOf(parsed: ParsedAddress): string[] {
  const said = parsed.whole === null ? parsed.landmarks : [...parsed.landmarks, parsed.whole];
  return said.flatMap((l) => (/..(?:地铁|轻轨|火车)站$/u.test(l) ? [l, l.replace(/..站$/u, '站')] : [l]));
}

/** Every name that the address may mean, in one statement. */
export async function lookUp({ sql, city, parsed, district }: Ask, divisions: Divisions): Promise<Hits> {
  const wayNames = parsed.ways.map((w) => w.names.flatMap((n) => [n, ...withoutDistrict(n, divisions)]));
  const plain = wayNames.map((names) => names.flatMap((n) => [n, withoutSection(n)]));
  const keys = new Set<string>([...(district === null ? [] : [district]), ...(parsed.street === null ? [] : [parsed.street])]);
  for (const names of wayNames) for (const n of names) for (const k of spellings(n)) keys.add(k);
  for (const names of plain) for (const n of names) keys.add(n);
  const landmarks = saidOf(parsed);
  for (const l of landmarks) {
    for (const k of spellings(l)) keys.add(k);
    for (const k of partsOf(l)) keys.add(k);
  }
  const names = await namesByKeys(sql, city, [...keys].slice(0, MAX_KEYS));
  const best = (hits: Hit[]): Hit[] =>
    hits
      // another spelling and another district: another way
      .filter((h) => h.cost < 1 || !elsewhere(h, district))
      // of a way that runs through several districts the longest part, where nothing else tells
      .sort(
        (a, b) =>
          weigh(a, district) - weigh(b, district) ||
          b.name.seen - a.name.seen ||
          b.name.spreadM - a.name.spreadM ||
          a.name.id - b.name.id,
      )
      .slice(0, TRIED);
  return {
    ways: wayNames.map((asked, i) => best(names.flatMap((n) => wayHit(n, asked, parsed.ways[i]!.kind)))),
    landmarks: best(names.flatMap((n) => landmarkHit(n, landmarks))),
    divisions: names.flatMap((n): Hit[] =>
      (n.kind === 'district' && n.key === district) || (n.kind === 'street' && n.key === parsed.street)
        ? [{ name: n, asked: n.key, cost: 0, share: 1 }]
        : [],
    ),
  };
} // prettier-ignore

const DISTRICT_COST = 1.4;
const weigh = (h: Hit, district: string | null): number =>
  h.cost + (1 - h.share) * 2 + (elsewhere(h, district) ? DISTRICT_COST : 0);

/** Of names that differ by one letter a part of the way that was said comes before another way. */
const OTHER_NAME = 0.1;

function wayHit(n: GazetteerName, asked: readonly string[], kind: Way['kind']): Hit[] {
  if (n.kind === 'district' || n.kind === 'crossing') return [];
  // a settlement may be a village, or an estate that is known as a landmark
  if (n.kind !== 'road' && kind === 'road') return [];
  let best: Hit | null = null;
  for (const a of asked) {
    let cost = difference(a, n.key, a.length >= 6 ? 2 : 1);
    const bare = withoutSection(n.key);
    // a way asked for without its section; or one that has no sections where one was said
    if (bare === a || withoutSection(a) === n.key) cost = Math.min(cost, 0.3);
    // who says 中山路 means 中山南路 rather than 华山路
    else if (cost >= 1 && withoutPart(n.key) !== a) cost += OTHER_NAME;
    if (cost < (best?.cost ?? Infinity)) best = { name: n, asked: a, cost, share: 1 };
  }
  return best ? [best] : [];
}

function landmarkHit(n: GazetteerName, texts: readonly string[]): Hit[] {
  if (n.kind === 'crossing' || n.kind === 'road' || n.kind === 'district') return [];
  let best: Hit | null = null;
  const better = (h: Hit): void => {
    if (!best || h.cost + (1 - h.share) < best.cost + (1 - best.share)) best = h;
  };
  for (const text of texts) {
    const cost = difference(text, n.key, text.length >= 6 ? 2 : 1);
    if (cost < Infinity && text.length >= 3) better({ name: n, asked: text, cost, share: 1 });
    if (text === n.key) better({ name: n, asked: text, cost: 0, share: 1 });
    else if (text.includes(n.key)) better({ name: n, asked: n.key, cost: 0, share: n.key.length / text.length });
    else if (n.key.endsWith(text)) better({ name: n, asked: text, cost: 0.2, share: 1 });
  }
  return best ? [best] : [];
}
