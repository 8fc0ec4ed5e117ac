import { CITY_ID } from '#gis-data/demo-city/generate.ts';
import { ensureDemoCity } from '#gis-data/demo-city/load.ts';
import { buildFromMap, divisionsOf, learn } from '#gis-data/places/build.ts';
import { geocode } from '#gis-data/places/geocode.ts';
import { metres } from '#domain/geo.ts';
import { mulberry32, type Random } from '#domain/random.ts';
import { connect, type Sql, type Tx } from '#store/db.ts';
import { activateCity, activeCity, districtsAt, searchPlaces, type LngLat } from '#store/gis.ts';
import { ms, quantile, scaled, type Bench, type BenchContext, type BenchResult } from './bench.ts';

/** Known addresses, and questions of each kind. */
const ADDRESSES = 20_000;
const QUESTIONS = 150;
const NEAR_M = 150;

interface Address {
  readonly text: string;
  readonly district: string;
  readonly road: string;
  readonly number: number;
  readonly at: LngLat;
}

/** Houses along the named roads of the city: even numbers that grow with the way, each district counting anew. */
async function houses(sql: Sql, city: string, random: Random, most: number): Promise<Address[]> {
  const edges = await sql<{ name: string; at: [number, number] }[]>`
    select name, array[st_x(p), st_y(p)] as at
    from (select name, id, (st_dumppoints(st_lineinterpolatepoints(geom, least(1.0, 25 / greatest(length_m, 1)), true))).geom as p
      from road_edge where city = ${city} and name is not null) x order by name, st_x(p) + 0.37 * st_y(p)`;
  const where: (string | null)[] = [];
  for (let i = 0; i < edges.length; i += 5000)
    for (const w of await districtsAt(sql, edges.slice(i, i + 5000).map((e) => e.at))) where.push(w?.district?.name ?? null);
  const count = new Map<string, number>();
  const all = edges.flatMap((e, i): Address[] => {
    const district = where[i];
    if (!district) return [];
    const key = `${district}${e.name}`;
    const number = (count.get(key) ?? 0) + 2;
    count.set(key, number);
    return [{ text: `${key}${number}号`, district, road: e.name, number, at: e.at }];
  });
  // an even choice over the whole city
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(most, all.length) }, (_, i) => all[Math.floor((i + random() * 0.9) * step)]!);
} // prettier-ignore

const CJK = [...'东南西北中山河水新明德仁义和平安宁光华兴隆'];

/** What is asked for: as it is known, with a wrong letter in the name of the road, in full width, without a district. */
const KINDS: Readonly<Record<string, (a: Address, random: Random) => string>> = {
  'as known': (a) => a.text,
  'a wrong letter': (a, random) => {
    const i = Math.floor(random() * Math.max(1, a.road.length - 1));
    const wrong = CJK[Math.floor(random() * CJK.length)]!;
    return `${a.district}${a.road.slice(0, i)}${wrong}${a.road.slice(i + 1)}${a.number}号`;
  },
  'full width, relative': (a) => `${a.district} ${a.road}${String(a.number).replace(/\d/g, (d) => String.fromCodePoint(0xff10 + Number(d)))}號對面`,
  'a number that nobody knows': (a) => `${a.district}${a.road}${a.number + 1}号`,
}; // prettier-ignore

const percent = (x: number): string => `${(x * 100).toFixed(1)} %`;

interface Run {
  readonly near: number;
  readonly took: number[];
}

async function run(questions: readonly [Address, string][], ask: (text: string) => Promise<LngLat | null>): Promise<Run> {
  let near = 0;
  const took: number[] = [];
  for (const [a, text] of questions) {
    const t = performance.now();
    const at = await ask(text);
    took.push(performance.now() - t);
    if (at && metres(at, a.at) <= NEAR_M) near++;
  }
  took.sort((x, y) => x - y);
  return { near: near / questions.length, took };
} // prettier-ignore

/** Everything in one table of texts, and the most alike by trigrams. */
async function naive(sql: Sql, known: readonly Address[]): Promise<(text: string) => Promise<LngLat | null>> {
  await sql`create table naive_address (text text not null, geom geometry(Point, 4326) not null)`;
  for (let i = 0; i < known.length; i += 5000) {
    const part = known.slice(i, i + 5000);
    await sql`insert into naive_address select t, st_setsrid(st_makepoint(x, y), 4326)
      from unnest(${part.map((a) => a.text)}::text[], ${part.map((a) => a.at[0])}::float8[], ${part.map((a) => a.at[1])}::float8[]) as u (t, x, y)`;
  }
  await sql`insert into naive_address select name, geom from place where city = (select id from city where active)`;
  await sql`create index naive_address_trgm on naive_address using gin (text gin_trgm_ops)`;
  await sql`analyze naive_address`;
  return async (text) => {
    const [r] = await sql<{ at: [number, number] }[]>`
      select array[st_x(geom), st_y(geom)] as at from naive_address where text % ${text} order by similarity(text, ${text}) desc limit 1`;
    return r?.at ?? null;
  };
}

/** What is typed into the search of the map: names, parts of names, and one that the city has not. */
const SEARCHED = ['人民', '鼓楼', '第一人民医院', '中山路', 'hospital', '滨江派出所', '不存在的地方名'];
const SEARCHES_EACH = 30;

/** @returns milliseconds of each search of the map by name */
async function searches(sql: Sql, scale: number): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < scaled(SEARCHES_EACH, scale, 5); i++)
    for (const text of SEARCHED) {
      const t = performance.now();
      await searchPlaces(sql, text, [118.82, 31.18]);
      took.push(performance.now() - t);
    }
  return took.sort((x, y) => x - y);
}

export const places: Bench = {
  name: 'places',
  title: 'addresses of the demo city: the gazetteer, and one table of texts with trigrams',
  async run({ databaseUrl, seed, scale, log }: BenchContext): Promise<BenchResult> {
    const sql = connect(databaseUrl, { max: 2, name: 'bench-places' });
    try {
      await ensureDemoCity(sql);
      await activateCity(sql, CITY_ID, { actor: 'bench', now: Date.now() });
      const city = (await activeCity(sql))!;
      const random = mulberry32(seed);
      const known = await houses(sql, city.id, random, scaled(ADDRESSES, scale, 2000));
      const began = performance.now();
      await sql.begin((tx) => buildFromMap(tx as Tx, city));
      const builtMs = performance.now() - began;
      const divisions = await divisionsOf(sql, city);
      for (let i = 0; i < known.length; i += 1000)
        await sql.begin((tx) => learn(tx as Tx, city.id, divisions, known.slice(i, i + 1000).map((a) => ({
          source: a.text, text: a.text, ownDistrict: a.district, districtAt: a.district, at: a.at,
        })))); // prettier-ignore
      await sql`analyze gazetteer_name, gazetteer_key, gazetteer_house`;
      log(
        `${known.length} addresses known; gazetteer of the map ${ms(builtMs)}, with addresses ${ms(performance.now() - began)}`,
      );
      const peer = await naive(sql, known);
      const product = async (text: string): Promise<LngLat | null> => (await geocode(sql, city.id, divisions, text))[0]?.at ?? null; // prettier-ignore
      const rows: BenchResult['rows'] = [];
      const found = { product: 0, naive: 0 };
      const all: { product: number[]; naive: number[] } = { product: [], naive: [] };
      const goals: { goal: string; got: string; met: boolean }[] = [];
      for (const [kind, text] of Object.entries(KINDS)) {
        const questions = Array.from({ length: scaled(QUESTIONS, scale, 40) }, (): [Address, string] => {
          const a = known[Math.floor(random() * known.length)]!;
          return [a, text(a, random)];
        });
        const [x, y] = [await run(questions, product), await run(questions, peer)];
        all.product.push(...x.took);
        all.naive.push(...y.took);
        for (const [way, r] of [['gazetteer (product)', x], ['trigrams (naive)', y]] as const)
          rows.push({ what: kind, way, [`within ${NEAR_M} m`]: percent(r.near), p50: ms(quantile(r.took, 0.5)), p95: ms(quantile(r.took, 0.95)) }); // prettier-ignore
        found.product += x.near;
        found.naive += y.near;
        goals.push({ goal: `${kind}: nine of ten found`, got: percent(x.near), met: x.near >= 0.9 });
      }
      const p95 = quantile(all.product.sort((a, b) => a - b), 0.95); // prettier-ignore
      const ratio = quantile(all.product, 0.5) / quantile(all.naive.sort((a, b) => a - b), 0.5); // prettier-ignore
      goals.push({ goal: 'p95 ≤ 50 ms', got: ms(p95), met: p95 <= 50 });
      const named = await searches(sql, scale);
      rows.push({ what: 'search by name', way: 'places (product)', [`within ${NEAR_M} m`]: '', p50: ms(quantile(named, 0.5)), p95: ms(quantile(named, 0.95)) }); // prettier-ignore
      goals.push({ goal: 'search by name p95 ≤ 200 ms', got: ms(quantile(named, 0.95)), met: quantile(named, 0.95) <= 200 }); // prettier-ignore
      const kinds = Object.keys(KINDS).length;
      goals.push({
        goal: 'more found than by trigrams, over all kinds',
        got: `${percent(found.product / kinds)}, trigrams ${percent(found.naive / kinds)}; time ${ratio.toFixed(1)} × theirs`,
        met: found.product > found.naive,
      });
      return { rows, goals };
    } finally {
      await sql.end({ timeout: 5 });
    }
  },
};
