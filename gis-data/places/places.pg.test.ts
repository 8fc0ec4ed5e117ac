import { beforeAll, expect, test } from 'vitest';
import { loadCity, type CityData } from '#store/gis-load.ts';
import { activateCity, activeCity, type City, type LngLat } from '#store/gis.ts';
import { gazetteerState } from '#store/gis-places.ts';
import { pendingCount } from '#store/gis-places-write.ts';
import { metres } from '#domain/geo.ts';
import { testDatabase } from '#tests/support/database.ts';
import { divisionsOf, isBuilt, keepGazetteer } from './build.ts';
import { sayReasons, type Candidate } from './candidate.ts';
import { geocode, type GeocodeOptions } from './geocode.ts';
import { reverseGeocode } from './reverse.ts';

/**
 * A town of two districts, 东区 and 西区, a kilometre wide each: 民族路一段 and 二段 from west to east, 中山路 from south to north in
 * both, houses of 民族路二段 every twenty metres.
 */
const { sql } = await testDatabase();
const at = (x: number, y: number): LngLat => [120 + x / 100_000, 30 + y / 100_000];
const box = (w: number, s: number, e: number, n: number): LngLat[] => [
  at(w, s),
  at(e, s),
  at(e, n),
  at(w, n),
  at(w, s),
];
let nodes: { id: number; at: LngLat }[] = [];
const node = (x: number, y: number): number => {
  const p = at(x, y);
  const have = nodes.find((n) => n.at[0] === p[0] && n.at[1] === p[1]);
  if (have) return have.id;
  nodes = [...nodes, { id: nodes.length + 1, at: p }];
  return nodes.length;
};
let edges = 0;
const road = (name: string, ...points: [number, number][]): CityData['edges'][number][] =>
  points.slice(1).map((to, i) => ({
    id: ++edges, from: node(...points[i]!), to: node(...to), class: 'secondary', name, nameEn: null, lengthM: 500, speedKmh: 40,
    oneway: false, bridge: false, tunnel: false, line: [at(...points[i]!), at(...to)],
  })); // prettier-ignore
const english = (nameEn: string, edges: CityData['edges'][number][]): CityData['edges'][number][] =>
  edges.map((e) => ({ ...e, nameEn }));
const district = (code: string, name: string, ring: LngLat[], label: LngLat): CityData['boundaries'][number] =>
  ({ level: 'district', code, name, nameEn: code, parentCode: null, label, polygons: [[ring]] }); // prettier-ignore

const TOWN: CityData = {
  city: { id: 'town', name: '兩區市', nameEn: 'Two', bbox: [120, 30, 120.02, 30.01], centre: at(1000, 500), attribution: '', simulated: false, version: 'v1' },
  boundaries: [
    district('w', '西區', box(0, 0, 1000, 1000), at(500, 500)),
    district('e', '東區', box(1000, 0, 2000, 1000), at(1500, 500)),
    { ...district('w1', '桥头街道', box(0, 0, 500, 1000), at(250, 500)), level: 'street', parentCode: 'w' },
    { ...district('w2', '桥尾街道', box(500, 0, 1000, 1000), at(750, 500)), level: 'street', parentCode: 'w' },
  ],
  edges: [
    ...road('民族路一段', [0, 500], [500, 500], [1000, 500]),
    ...road('民族路二段', [1000, 500], [1500, 500], [2000, 500]),
    ...road('中山路', [500, 0], [500, 500], [500, 1000]),
    ...road('中山路', [1500, 0], [1500, 500], [1500, 1000]),
    ...road('中川路', [200, 0], [200, 100]),
    ...english('Yongan Road', road('永安路', [100, 700], [300, 700])),
    ...english('Pingan Street', road('平安街', [300, 700], [300, 900])),
    ...road('建平十七街', [1700, 500], [1700, 900]),
    ...road('新荫路', [100, 200], [900, 200]),
    ...road('新音路', [100, 300], [300, 300]),
    ...road('和光路', [1100, 100], [1900, 100]),
    ...road('和兴南路', [1200, 200], [1300, 200]),
    ...road('双塔大道', [300, 800], [600, 800]),
    ...road('双塔大道', [9000, 500], [9300, 500]),
  ],
  nodes,
  areas: [],
  lines: [],
  places: [
    { id: 1, kind: 'hospital', name: '成功大學醫院', nameEn: 'University Hospital', rank: 2, at: at(1200, 800), extra: {} },
    { id: 2, kind: 'fuel', name: '新荫路加油站', nameEn: 'Xinyin Road Filling Station', rank: 4, at: at(880, 210), extra: {} },
    { id: 3, kind: 'government', name: '桥头街道办事处', nameEn: 'Qiaotou Office', rank: 4, at: at(20, 950), extra: {} },
    { id: 4, kind: 'estate', name: '鹿谷里', nameEn: 'Lugu Li', rank: 5, at: at(1900, 900), extra: {} },
  ],
  addresses: [{ street: '建平十七街', number: '8', at: at(1702, 600) }],
}; // prettier-ignore

async function putCase(no: string, place: string, p: LngLat | null, more: { district?: string; sensitive?: boolean; area?: string } = {}): Promise<void> {
  await sql`
    insert into hotline_case (case_no, origin, external_id, hash, type, category, title, detail, search_key, state, state_since, urgency, sensitive,
      channel, simulated, accepted_at, place, own_district, area_district, geom)
    values (${no}, 'test', ${no}, '', 'help', ${sql.array(['x'])}, ${no}, '', '', 'registered', now(), 'normal', ${more.sensitive ?? false}, 'phone',
      true, now(), ${place}, ${more.district ?? null}, ${more.area ?? '東區'},
      ${p === null ? null : sql`st_setsrid(st_makepoint(${p[0]}, ${p[1]}), 4326)`})`;
} // prettier-ignore

let city: City;
async function settle(): Promise<void> {
  city = (await activeCity(sql))!;
  while ((await keepGazetteer(sql, city)) !== 'idle');
}
const find = async (text: string, options?: GeocodeOptions): Promise<Candidate[]> =>
  await geocode(sql, city.id, await divisionsOf(sql, city), text, options);
const best = async (text: string, options?: GeocodeOptions): Promise<Candidate> => {
  const [first] = await find(text, options);
  if (!first) throw new Error(`nothing was found for ${text}`);
  return first;
};

beforeAll(async () => {
  await loadCity(sql, { ...TOWN, nodes });
  for (let n = 2; n <= 40; n += 2)
    if (n !== 20) await putCase(`H${n}`, `兩區市東區民族路二段${n}號`, at(1000 + n * 10, 502));
  await putCase('L1', '東區民族路二段10巷5號', at(1100, 560));
  await putCase('L2', '東區民族路二段10巷9號', at(1100, 580));
  await putCase('K1', '東區老張牛肉麵附近', at(1800, 300));
  // the published position lies in another district than the address says
  await putCase('W1', '西區民族路二段300號', at(1950, 500), { district: '西區' });
  await putCase('N1', '西區新音路5號', at(150, 302), { area: '西區' });
  await putCase('S1', '東區秘密花園', at(1850, 850), { sensitive: true });
  await settle();
});

test.each([
  ['東區民族路二段12號', 'house', at(1120, 502)],
  ['东区民族路２段12号', 'house', at(1120, 502)],
  ['兩區市民族路二段十二號對面', 'house', at(1120, 502)],
  ['東區民族路二段20號', 'interpolated', at(1200, 502)],
  ['東區民足路二段12號', 'house', at(1120, 502)],
  ['東區民族路12號', 'house', at(1120, 502)],
  ['東區民族路二段10巷7號', 'interpolated', at(1100, 570)],
  ['東區民族路二段10巷', 'street', at(1100, 570)],
  ['東區民族路二段30巷8號', 'street', at(1300, 502)],
  ['東區中山路與民族路二段交叉口', 'crossing', at(1500, 500)],
  ['民族路一段中山路口', 'crossing', at(500, 500)],
  ['民族路一段中杉路口', 'crossing', at(500, 500)],
  ['東區民族路二段與民族路二段30巷交叉口', 'street', at(1300, 502)],
  ['成功大学医院', 'landmark', at(1200, 800)],
  ['成功大學醫完', 'landmark', at(1200, 800)],
  ['老張牛肉麵', 'landmark', at(1800, 300)],
  ['建平17街8號', 'house', at(1702, 600)],
  ['西區', 'district', at(500, 500)],
  ['新荫路加油站后面', 'landmark', at(880, 210)],
  ['西区桥头街道办事处对面', 'landmark', at(20, 950)],
  ['鹿谷里3栋2单元门口', 'landmark', at(1900, 900)],
] as const)('%s is found to the %s', async (text, level, where) => {
  const found = await best(text);
  expect(found.level).toBe(level);
  expect(metres(found.at, where)).toBeLessThan(25);
  expect(metres(found.at, where)).toBeLessThanOrEqual(found.radiusM);
});

test('whoever stands at a landmark is there, further off so many metres from it', async () => {
  expect((await reverseGeocode(sql, city.id, at(1200, 805)))?.zh).toMatch(/成功大學醫院$/);
  expect((await reverseGeocode(sql, city.id, at(1200, 850)))?.zh).toMatch(/成功大學醫院附近（5\d米）$/);
});

test('what is not known is said: only to street level, another spelling, another district, nothing', async () => {
  const street = await best('東區建平十七街300號');
  expect(street.level).toBe('street');
  expect(sayReasons(street.reasons).zh).toContain('仅到道路：建平十七街；找不到300号');
  // the map gives this road no English name
  expect(sayReasons(street.reasons).en).toBe('only to street level: 建平十七街; No. 300 was not found');
  const named = await best('永安路12巷3弄4之5號');
  expect(named.labelEn).toBe('Yongan Road');
  expect(sayReasons(named.reasons).en).toBe(
    'only to street level: Yongan Road; No. 4-5, Alley 3, Lane 12 was not found',
  );
  expect((await best('永安路與平安街口')).labelEn).toBe('Yongan Road / Pingan Street');
  expect(sayReasons((await best('東區民足路二段12號')).reasons).zh).toContain('按“民族路二段”查找');
  expect((await best('西區民族路二段12號')).reasons.map((r) => r.code)).toContain('other-district');
  // a way that is known crosses where it lies, not where one of a similar name does
  expect((await find('西區中川路與民族路一段口')).map((c) => c.level)).not.toContain('crossing');
  expect((await best('東區不知道路5號')).level).toBe('district');
  expect(await find('不知道路5號')).toEqual([]);
  expect(await find('')).toEqual([]);
});

test('a way that is known as it was said is not left for one that is alike and has the number', async () => {
  const found = await best('新荫路5号');
  expect([found.label, found.level]).toEqual(['新荫路', 'street']);
});

test('of a way the part is meant that lies in the 街道 that was said', async () => {
  const [head, tail] = [await best('桥头街道新荫路'), await best('西区桥尾街道新荫路')];
  expect(metres(head.at, at(300, 200))).toBeLessThan(25);
  expect(metres(tail.at, at(700, 200))).toBeLessThan(25);
  expect(head.level).toBe('street');
  expect(head.radiusM).toBeLessThan((await best('新荫路')).radiusM);
  expect((await best('桥尾街道新音路5号')).reasons).toContainEqual({
    code: 'other-district',
    asked: '桥尾街道',
    found: '桥头街道',
  });
});

test('of one name beside the district that is said and one far outside of all districts the first is meant', async () => {
  const [first, second] = (await find('東區双塔大道')).filter((c) => c.label === '双塔大道');
  expect([first?.district, second?.district]).toEqual(['西区', null]);
  expect(second?.reasons).toContainEqual({ code: 'other-district', asked: '东区', found: '' });
});

test('of two names that are one letter away the part of the way that was said comes first', async () => {
  expect(await best('和兴路')).toMatchObject({ label: '和兴南路', level: 'street' });
  expect((await find('和兴路')).map((c) => c.label)).toContain('和光路');
});

test('of one name in two districts the one that is said comes first, else the near one', async () => {
  expect((await best('西區中山路')).district).toBe('西区');
  expect((await best('中山路', { district: '東區' })).district).toBe('东区');
  expect((await best('中山路', { near: at(1500, 100) })).district).toBe('东区');
  expect((await best('中山路', { near: at(500, 100) })).district).toBe('西区');
});

test('a case that is corrected moves its house, one that is withdrawn takes it away; nothing twice, nothing of sensitive ones', async () => {
  expect(await find('秘密花園')).toEqual([]);
  expect((await gazetteerState(sql, 'town'))?.skipped).toEqual({ 'other-district': 1 });
  const count = async (): Promise<unknown> => (await sql`select (select count(*)::int from gazetteer_name) as names, (select count(*)::int from gazetteer_house) as houses, (select count(*)::int from gazetteer_seen) as seen`)[0];
  const before = await count();
  await sql`insert into gazetteer_pending select case_no from hotline_case on conflict do nothing`;
  await settle();
  expect(await count()).toEqual(before);
  await sql`update hotline_case set place = '東區民族路二段42號' where case_no = 'H40'`;
  await sql`update hotline_case set withdrawn_at = now() where case_no = 'K1'`;
  expect(await pendingCount(sql)).toBe(2);
  // a change that says nothing of the place is no work
  await sql`update hotline_case set title = 'other', state = 'closed' where case_no = 'H2'`;
  expect(await pendingCount(sql)).toBe(2);
  await settle();
  expect((await best('東區民族路二段42號')).level).toBe('house');
  expect((await best('東區民族路二段40號')).level).toBe('interpolated');
  expect(await find('老張牛肉麵')).toEqual([]);
}); // prettier-ignore

test('a newer map makes the gazetteer anew, with what cases taught', async () => {
  await loadCity(sql, { ...TOWN, nodes, places: [], city: { ...TOWN.city, version: 'v2' } });
  await settle();
  expect(await find('成功大學醫院')).toEqual([]);
  expect((await best('東區民族路二段12號')).level).toBe('house');
  expect((await gazetteerState(sql, 'town'))?.mapVersion).toBe('v2');
});

test('a point is told by district, road, crossing, house and landmark with their distances; out of town there is nothing', async () => {
  const here = await reverseGeocode(sql, city.id, at(1122, 510));
  expect(here?.district?.name).toBe('東區');
  expect(here?.road?.name).toBe('民族路二段');
  expect(here?.road?.distanceM).toBeCloseTo(11, 0);
  expect(here?.house).toMatchObject({ label: '民族路二段12號' });
  expect(here?.house?.distanceM).toBeLessThan(12);
  expect(await reverseGeocode(sql, city.id, [100, 10])).toBeNull();
});

test('in a city that was loaded without districts a point is told by its road; far from everything it is outside', async () => {
  class Undo extends Error {}
  const bare = sql.begin(async (tx) => {
    await tx`delete from boundary_part`;
    await tx`delete from boundary`;
    const here = await reverseGeocode(tx, 'town', at(250, 505));
    expect(here).toMatchObject({ district: null, street: null, road: { name: '民族路一段' } });
    expect(here?.zh).toContain('民族路一段');
    expect(await reverseGeocode(tx, 'town', at(90_000, 90_000))).toBeNull();
    throw new Undo();
  });
  await expect(bare).rejects.toThrow(Undo);
  // with districts their border is the end of the city
  expect(await reverseGeocode(sql, 'town', at(-50, 500))).toBeNull();
});

test('the gazetteer is that of the city that is shown, and follows when it is shown again', async () => {
  await loadCity(sql, {
    ...TOWN,
    city: { ...TOWN.city, id: 'other', bbox: [121, 30, 121.02, 30.01] },
    nodes: [], edges: [], boundaries: [], places: [], addresses: [],
  }); // prettier-ignore
  await activateCity(sql, 'other', { actor: 'test', now: 0 });
  expect(await isBuilt(sql, (await activeCity(sql))!)).toBe(false);
  await settle();
  expect(await isBuilt(sql, (await activeCity(sql))!)).toBe(true);
  expect(await find('東區民族路二段12號')).toEqual([]);
  // corrected while nobody shows the town
  await sql`update hotline_case set place = '東區民族路二段112號' where case_no = 'H12'`;
  await settle();
  await activateCity(sql, 'town', { actor: 'test', now: 0 });
  await settle();
  expect((await best('東區民族路二段112號')).level).toBe('house');
  expect((await best('東區民族路二段12號')).level).toBe('interpolated');
});
