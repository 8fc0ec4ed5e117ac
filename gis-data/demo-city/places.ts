import type { Random } from '#domain/random.ts';
import type { Block } from './blocks.ts';
import type { Zones } from './districts.ts';
import type { Names } from './naming.ts';
import { pick, randomFor, shuffled } from './noise.ts';
import { dist, inRing, lerp, lineLength, resample, type Pt } from './plane.ts';
import type { Road, RoadNetwork } from './roads.ts';
import { Segments } from './segments.ts';
import type { Name, Track } from './skeleton.ts';
import type { Terrain } from './terrain.ts';
import { capital, ESTATE_KINDS, FIRST, joined, SECOND, type Word } from './words.ts';
import { AIRPORT } from './skeleton.ts';

/** Hospitals, stations, schools, shelters … what people name when they call. */

export interface Spot {
  readonly kind: string;
  readonly name: Name;
  readonly rank: number;
  readonly at: Pt;
  readonly extra: Readonly<Record<string, unknown>>;
}
export interface NamedZone {
  readonly name: Name;
  /** Without the kind: 鼓楼, Gulou. */
  readonly word: Word;
}

interface Context {
  readonly random: Random;
  readonly blocks: readonly Block[];
  readonly zones: Zones;
  readonly streets: readonly NamedZone[];
  readonly districts: readonly NamedZone[];
  readonly used: Set<string>;
  readonly spots: Spot[];
  /** Blocks that already have a purpose. */
  readonly taken: Set<Block>;
}

export function makePlaces(
  seed: number,
  t: Terrain,
  blocks: readonly Block[],
  n: RoadNetwork,
  roadNames: readonly (Name | null)[],
  names: Names,
  tracks: readonly Track[],
  zones: Zones,
  streets: readonly NamedZone[],
  districts: readonly NamedZone[],
): { spots: Spot[]; parks: Map<Block, Name> } {
  const c: Context = {
    random: randomFor(seed, 'places'),
    blocks,
    zones,
    streets,
    districts,
    used: new Set(),
    spots: [],
    taken: new Set(),
  };
  cityWide(c);
  perDistrict(c);
  perStreet(c);
  const parks = parksAndShelters(c, names);
  estatesAndMalls(c);
  universities(c);
  alongRoads(c, n, roadNames);
  metro(c, tracks, n, roadNames);
  for (const track of tracks)
    for (const s of track.stations) add(c, 'rail', s.name.zh, s.name.en, 1, s.at, { line: track.name.zh });
  add(c, 'airport', AIRPORT.name.zh, AIRPORT.name.en, 1, AIRPORT.at, {});
  for (const w of t.waters)
    if (w.kind === 'lake' && w.name && w.nameEn) add(c, 'water', w.name, w.nameEn, 2, w.rings[0]![0]!, {});
  return { spots: c.spots, parks };
}

function add(
  c: Context,
  kind: string,
  zh: string,
  en: string,
  rank: number,
  at: Pt,
  extra: Record<string, unknown>,
): void {
  if (c.used.has(zh)) return;
  c.used.add(zh);
  c.spots.push({ kind, name: { zh, en }, rank, at, extra });
}

/** The nearest free block of a kind to a place; each block serves one purpose. */
function blockNear(
  c: Context,
  at: Pt,
  kinds: readonly Block['kind'][],
  minM2: number,
  within: (p: Pt) => boolean = () => true,
): Block | null {
  const near: { b: Block; d: number }[] = [];
  for (const b of c.blocks) {
    if (b.areaM2 < minM2 || b.areaM2 > 400_000 || !kinds.includes(b.kind) || c.taken.has(b)) continue;
    const d = dist(b.centre, at);
    if (d < 6_000) near.push({ b, d });
  }
  near.sort((x, y) => x.d - y.d);
  const found = near.find(({ b }) => within(b.centre) && inRing(b.centre, b.ring))?.b ?? null;
  if (found) c.taken.add(found);
  return found;
}

const BUILT: readonly Block['kind'][] = ['commercial', 'residential', 'old'];
const CITY_WIDE: readonly [kind: string, zh: string, en: string, x: number, y: number, rank: number][] = [
  ['government', '澜江市人民政府', 'Lanjiang Municipal Government', 1.1, -7.4, 1],
  ['government', '澜江市政务服务便民热线12345中心', 'Lanjiang 12345 Hotline Centre', 1.7, -7.1, 1],
  ['government', '澜江市应急管理局', 'Lanjiang Emergency Management Bureau', 0.7, -7.5, 2],
  ['government', '澜江市城市管理局', 'Lanjiang Urban Management Bureau', 2.6, -7.2, 3],
  ['government', '澜江市生态环境局', 'Lanjiang Ecology and Environment Bureau', 3.3, -6.9, 3],
  ['government', '澜江市气象局', 'Lanjiang Meteorological Bureau', -1.4, 7.5, 3],
  ['police', '澜江市公安局', 'Lanjiang Public Security Bureau', 2, -5.9, 2],
  ['police', '澜江市公安局交通警察支队', 'Lanjiang Traffic Police', -2, -6.4, 3],
  ['fire', '澜江市消防救援支队', 'Lanjiang Fire and Rescue Headquarters', -1, 4.4, 2],
  ['hospital', '澜江市第一人民医院', 'Lanjiang First People’s Hospital', -0.9, 0.9, 1],
  ['hospital', '澜江市第二人民医院', 'Lanjiang Second People’s Hospital', 4.9, -1.2, 2],
  ['hospital', '澜江市第三人民医院', 'Lanjiang Third People’s Hospital', -7.8, 3, 2],
  ['hospital', '澜江市中医院', 'Lanjiang Hospital of Traditional Chinese Medicine', 1.3, 1.9, 2],
  ['hospital', '澜江市妇幼保健院', 'Lanjiang Maternal and Child Health Hospital', 3.2, -7.8, 2],
  ['hospital', '澜江市儿童医院', 'Lanjiang Children’s Hospital', 0.4, 7, 2],
  ['hospital', '澜江市急救中心', 'Lanjiang Emergency Medical Centre', 1.7, 4.6, 2],
  ['culture', '澜江市博物馆', 'Lanjiang Museum', 0.9, -5.9, 2],
  ['culture', '澜江市图书馆', 'Lanjiang Library', 3, -6, 2],
  ['culture', '澜江大剧院', 'Lanjiang Grand Theatre', 2.1, -5.6, 2],
  ['culture', '澜江国际会展中心', 'Lanjiang International Convention Centre', 4.1, -5.9, 2],
  ['culture', '澜江奥体中心', 'Lanjiang Olympic Sports Centre', 8.6, 1.4, 2],
  ['culture', '鼓楼', 'Drum Tower', 0.2, 0.4, 1],
  ['culture', '文庙', 'Temple of Confucius', 0.7, -1.9, 2],
  ['bus', '澜江客运总站', 'Lanjiang Central Bus Station', 0.6, 7.7, 2],
  ['bus', '江南客运站', 'Jiangnan Bus Station', 4.2, -8.8, 3],
]; // prettier-ignore

function cityWide(c: Context): void {
  for (const [kind, zh, en, x, y, rank] of CITY_WIDE) {
    const b = blockNear(c, [x * 1000, y * 1000], BUILT, 5_000);
    if (b) add(c, kind, zh, en, rank, b.centre, {});
  }
}

function perDistrict(c: Context): void {
  c.zones.districts.forEach((d, i) => {
    const { zh, en } = c.districts[i]!.word;
    const inside = (p: Pt): boolean => inRing(p, d.rings[0]!);
    const middle = c.zones.streets.find((s) => s.district === i)!.seat;
    const put = (
      kind: string,
      name: string,
      nameEn: string,
      rank: number,
      near: Pt,
      extra: Record<string, unknown> = {},
    ): void => {
      const b = blockNear(c, near, BUILT, 3_500, inside);
      if (b) add(c, kind, name, nameEn, rank, b.centre, extra);
    };
    put('government', `${zh}区人民政府`, `${capital(en)} District Government`, 2, middle);
    put('hospital', `${zh}区人民医院`, `${capital(en)} District People’s Hospital`, 2, middle, {
      beds: 300 + Math.floor(c.random() * 900),
    });
    put('hospital', `${zh}区中医院`, `${capital(en)} District TCM Hospital`, 3, middle);
    put('police', `澜江市公安局${zh}分局`, `Public Security Bureau, ${capital(en)} Branch`, 3, middle);
    put('utility', `${zh}水厂`, `${capital(en)} Waterworks`, 4, middle);
  });
}

function perStreet(c: Context): void {
  c.zones.streets.forEach((s, i) => {
    const { name, word } = c.streets[i]!;
    const inside = (p: Pt): boolean => inRing(p, s.rings[0]!);
    const en = capital(word.en);
    const seat = s.label;
    const put = (
      kind: string,
      zh: string,
      nameEn: string,
      rank: number,
      extra: Record<string, unknown> = {},
    ): boolean => {
      const b = blockNear(c, jitter(c.random, seat, 900), BUILT, 1_500, inside);
      if (b) add(c, kind, zh, nameEn, rank, b.centre, extra);
      return b !== null;
    };
    put(
      'government',
      s.rural ? `${name.zh}人民政府` : `${name.zh}办事处`,
      `${en} ${s.rural ? 'Town Government' : 'Subdistrict Office'}`,
      4,
    );
    put('police', `${word.zh}派出所`, `${en} Police Station`, 4);
    if (i % 5 < 3 || s.rural)
      put('fire', `${word.zh}消防救援站`, `${en} Fire Station`, 3, { engines: 2 + Math.floor(c.random() * 4) });
    put('clinic', `${word.zh}社区卫生服务中心`, `${en} Community Health Centre`, 4);
    put('school', `${word.zh}中心小学`, `${en} Central Primary School`, 4);
    put('school', `${word.zh}中学`, `${en} Middle School`, 4);
    if (!s.rural) put('school', `${word.zh}实验小学`, `${en} Experimental Primary School`, 4);
    put('market', `${word.zh}农贸市场`, `${en} Farmers’ Market`, 4);
    if (c.random() < 0.5) put('care', `${word.zh}养老服务中心`, `${en} Elderly Care Centre`, 5);
    if (c.random() < 0.4) put('utility', `${word.zh}变电站`, `${en} Substation`, 5);
  });
}
const jitter = (random: Random, p: Pt, r: number): Pt => [p[0] + (random() * 2 - 1) * r, p[1] + (random() * 2 - 1) * r];

function parksAndShelters(c: Context, names: Names): Map<Block, Name> {
  const parks = new Map<Block, Name>();
  const big = c.blocks.filter((b) => b.kind === 'park' && b.areaM2 > 24_000 && b.shore < 0.2).sort((a, b) => b.areaM2 - a.areaM2);
  for (const b of big.slice(0, 110)) {
    const word = names.next();
    const name = { zh: `${word.zh}公园`, en: `${word.en} Park` };
    parks.set(b, name);
    add(c, 'park', name.zh, name.en, b.areaM2 > 60_000 ? 3 : 4, b.centre, { areaM2: Math.round(b.areaM2) });
    if (parks.size % 2 === 0) add(c, 'shelter', `${word.zh}公园应急避难场所`, `${word.en} Park Emergency Shelter`, 4, lerp(b.centre, b.ring[0]!, 0.3), { capacity: Math.round(b.areaM2 / 400) * 100 });
  } // prettier-ignore
  const schools = c.spots.filter((s) => s.kind === 'school' && s.name.zh.endsWith('中学'));
  for (const s of schools.filter((_, i) => i % 3 === 0))
    add(c, 'shelter', `${s.name.zh}应急避难场所`, `${s.name.en} Emergency Shelter`, 5, [s.at[0] + 45, s.at[1] + 30], { capacity: 1000 + Math.floor(c.random() * 30) * 100 });
  return parks;
} // prettier-ignore

function estatesAndMalls(c: Context): void {
  const homes = shuffled(
    c.random,
    c.blocks.filter((b) => b.kind === 'residential' && b.areaM2 > 16_000 && inRing(b.centre, b.ring)),
  );
  for (const b of homes.slice(0, 1_300)) {
    const word = joined(pick(c.random, FIRST), pick(c.random, SECOND));
    const kind = pick(c.random, ESTATE_KINDS);
    if (word.zh[0] !== word.zh[1])
      add(c, 'estate', word.zh + kind.zh, `${word.en} ${kind.en}`, 5, b.centre, {
        households: Math.round(b.areaM2 / 40),
      });
  }
  const trade = shuffled(
    c.random,
    c.blocks.filter((b) => b.kind === 'commercial' && b.areaM2 > 9_000 && inRing(b.centre, b.ring)),
  );
  const kinds: [string, string, string][] = [
    ['mall', '购物广场', 'Shopping Plaza'], ['mall', '商业广场', 'Commercial Plaza'], ['mall', '商城', 'Mall'], ['office', '大厦', 'Tower'],
    ['office', '国际中心', 'International Centre'], ['hotel', '大酒店', 'Hotel'],
  ]; // prettier-ignore
  for (const b of trade.slice(0, 190)) {
    const word = joined(pick(c.random, FIRST), pick(c.random, SECOND));
    const [kind, zh, en] = pick(c.random, kinds);
    if (word.zh[0] !== word.zh[1])
      add(c, kind, word.zh + zh, `${word.en} ${en}`, kind === 'mall' ? 4 : 5, b.centre, {});
  }
  const plants = shuffled(
    c.random,
    c.blocks.filter((b) => b.kind === 'industrial' && b.areaM2 > 30_000 && inRing(b.centre, b.ring)),
  );
  for (const b of plants.slice(0, 90)) {
    const word = joined(pick(c.random, FIRST), pick(c.random, SECOND));
    const [zh, en] = pick(c.random, [['产业园', 'Industrial Park'], ['物流园', 'Logistics Park'], ['科技园', 'Technology Park'], ['食品厂', 'Food Factory'], ['机械厂', 'Machinery Works']]);
    if (word.zh[0] !== word.zh[1]) add(c, 'industry', word.zh + zh!, `${word.en} ${en!}`, 5, b.centre, {});
  } // prettier-ignore
}

function universities(c: Context): void {
  const list: [string, string][] = [
    ['澜江大学', 'Lanjiang University'], ['澜江师范大学', 'Lanjiang Normal University'], ['澜江理工大学', 'Lanjiang University of Technology'],
    ['澜江医学院', 'Lanjiang Medical College'], ['澜江财经学院', 'Lanjiang College of Finance'], ['澜江职业技术学院', 'Lanjiang Vocational College'],
    ['澜江艺术学院', 'Lanjiang College of Arts'], ['澜江一中', 'Lanjiang No. 1 High School'], ['澜江外国语学校', 'Lanjiang Foreign Language School'],
  ]; // prettier-ignore
  const large = c.blocks.filter((b) => b.kind === 'campus').sort((a, b) => b.areaM2 - a.areaM2);
  large.forEach((b, i) => {
    const known = list[i];
    if (known) return add(c, 'school', known[0], known[1], 3, b.centre, {});
    if (i > 120) return;
    const word = joined(pick(c.random, FIRST), pick(c.random, SECOND));
    add(
      c,
      'school',
      `${word.zh}${i % 2 ? '学校' : '小学'}`,
      `${word.en} ${i % 2 ? 'School' : 'Primary School'}`,
      5,
      b.centre,
      {},
    );
  });
}

/** Filling stations beside great roads, and the bridges over the river. */
function alongRoads(c: Context, n: RoadNetwork, roadNames: readonly (Name | null)[]): void {
  const fuel: Pt[] = [];
  const order = shuffled(
    c.random,
    n.roads.map((_, i) => i),
  );
  for (const i of order) {
    const r = n.roads[i]!;
    const name = roadNames[i];
    if (!name || (r.cls !== 'primary' && r.cls !== 'secondary') || r.bridge || r.tunnel || lineLength(r.line) < 120)
      continue;
    const [a, b] = [r.line[0]!, r.line[1]!];
    const len = dist(a, b) || 1;
    const at: Pt = [(a[0] + b[0]) / 2 - ((b[1] - a[1]) / len) * 26, (a[1] + b[1]) / 2 + ((b[0] - a[0]) / len) * 26];
    if (fuel.some((f) => dist(f, at) < 1_500)) continue;
    fuel.push(at);
    add(c, 'fuel', `${name.zh}加油站`, `${name.en} Filling Station`, 5, at, {});
    if (fuel.length > 100) break;
  }
  const wide = n.roads.map((r, i) => ({ r, i })).filter(({ r }) => r.bridge && lineLength(r.line) > 380);
  const order2 = [
    '澜江大桥',
    '澜江二桥',
    '澜江三桥',
    '澜江四桥',
    '澜江五桥',
    '澜江六桥',
    '澜江七桥',
    '澜江八桥',
    '澜江九桥',
  ];
  const seen: Pt[] = [];
  const middle = (r: Road): Pt => r.line[r.line.length >> 1]!;
  for (const { r } of wide.sort((a, b) => Math.hypot(...middle(a.r)) - Math.hypot(...middle(b.r)))) {
    const at = lerp(r.line[0]!, r.line.at(-1)!, 0.5);
    if (seen.some((p) => dist(p, at) < 700) || seen.length >= order2.length) continue;
    const zh = order2[seen.length]!;
    seen.push(at);
    add(c, 'bridge', zh, seen.length === 1 ? 'Lan River Bridge' : `Lan River Bridge No. ${seen.length}`, 2, at, {
      lengthM: Math.round(lineLength(r.line)),
    });
  }
}

/** Stations about every 1.2 km, named after the street that crosses there. */
function metro(c: Context, tracks: readonly Track[], n: RoadNetwork, roadNames: readonly (Name | null)[]): void {
  const index = new Segments();
  const of: number[] = [];
  n.roads.forEach((r, i) => {
    const name = roadNames[i];
    if (!name || !['primary', 'secondary', 'tertiary'].includes(r.cls)) return;
    index.add(r.line);
    of.push(i);
  });
  const made: { at: Pt; spot: number }[] = [];
  for (const t of tracks) {
    if (t.kind !== 'metro') continue;
    for (const at of resample(t.line, 1_250)) {
      const near = made.find((m) => dist(m.at, at) < 520);
      if (near) {
        const spot = c.spots[near.spot]!;
        const lines = new Set([...(spot.extra.lines as string[]), t.name.zh]);
        c.spots[near.spot] = { ...spot, rank: 3, extra: { lines: [...lines] } };
        continue;
      }
      for (const r of [90, 250, 600]) {
        const hit = index.nearest(at, r, (l) => !c.used.has(`${stem(roadNames[of[l]!]!.zh)}站`));
        if (!hit) continue;
        const name = roadNames[of[hit.line]!]!;
        made.push({ at, spot: c.spots.length });
        add(
          c,
          'metro',
          `${stem(name.zh)}站`,
          `${name.en.replace(/( (North|South|East|West|Middle))? (Road|Street|Avenue|Lane)$/, '')} Station`,
          4,
          at,
          {
            lines: [t.name.zh],
          },
        );
        break;
      }
    }
  }
}
const stem = (zh: string): string => zh.replace(/([东西南北中]?路|大道|街|巷)$/, '');
