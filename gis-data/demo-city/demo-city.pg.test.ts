import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { mulberry32 } from '#domain/random.ts';
import { askSynthetic, missedGoals } from '#scripts/geocode/ask-synthetic.ts';
import { activeCity, districtsAt, searchPlaces } from '#store/gis.ts';
import { loadCity } from '#store/gis-load.ts';
import { testDatabase } from '#tests/support/database.ts';
import { AStarEngine } from '../roads/engine.ts';
import { headOf, loadGraph, type RoadGraph } from '../roads/graph.ts';
import { fromWgs84, toWgs84, type CoordinateSystem } from '../crs.ts';
import { suspectSystem } from '../crs-suspect.ts';
import { loadWalkingGraph } from '../roads/walking.ts';
import { cityTiles } from '../city-tiles.ts';
import { TileCache } from '../tiles.ts';
import { strongComponents } from './components.ts';
import { GENERATOR, generateCity } from './generate.ts';
import { ensureDemoCity } from './load.ts';

const { sql } = await testDatabase();
const data = generateCity();
await loadCity(sql, data);
const { graph } = await loadGraph(sql);

/** What version {@link GENERATOR} gives for the seed of the demo. Change both when the city changes. */
const PINNED = { generator: 4, sha256: 'ef9831b75cf29b9897277c9bc361137cb0705c58de980e91b7e20be9051156e8' };

test('the same seed gives the same city to the last digit', () => {
  const sha256 = createHash('sha256').update(JSON.stringify(data)).digest('hex');
  expect({ generator: GENERATOR, sha256 }).toEqual(PINNED);
});

test('a start that finds the city loaded does nothing', async () => {
  expect(await ensureDemoCity(sql)).toMatchObject({ loaded: false });
});

test('paths lead from street corners into the parks, all of them can be walked to, and none has the number of a road', async () => {
  const walking = await loadWalkingGraph(sql, graph);
  expect(walking!.roadOf.reduce((n, road) => (road < 0 ? n + 1 : n), 0)).toBe(data.footways!.length);
  expect(data.footways!.length).toBeGreaterThan(1000);
  const roads = new Set(data.edges.map((e) => e.id));
  expect(data.footways!.filter((f) => roads.has(f.id))).toEqual([]);
  const [r] = await sql<{ out: number }[]>`
    select count(*)::int as out from footway f where not exists (
      select from area a where a.kind = 'park' and a.city = f.city and st_intersects(a.geom, st_lineinterpolatepoint(f.geom, 0.5)))`;
  expect(r!.out).toBe(0);
});

test('districts and streets are valid and tile the city: no gap, no overlap', async () => {
  const rows = await sql<{ level: string; count: number; valid: boolean; km2: number; merged: number }[]>`
    select level, count(*)::int as count, bool_and(st_isvalid(geom)) as valid, sum(st_area(geom::geography)) / 1e6 as km2,
      st_area(st_union(geom)::geography) / 1e6 as merged
    from boundary group by level order by level`;
  expect(rows.map((r) => [r.level, r.valid])).toEqual([['city', true], ['district', true], ['street', true]]); // prettier-ignore
  const [city, district, street] = rows;
  expect(district!.count).toBe(8);
  expect(street!.count).toBeGreaterThanOrEqual(40);
  expect(street!.count).toBeLessThanOrEqual(75);
  for (const r of [district!, street!]) {
    expect(r.km2).toBeCloseTo(city!.km2, 3);
    expect(r.merged).toBeCloseTo(city!.km2, 3);
  }
  const [strays] = await sql<{ n: number }[]>`
    select count(*)::int as n from boundary s join boundary d on d.level = 'district' and d.code = s.parent_code
    where s.level = 'street' and not st_coveredby(st_pointonsurface(s.geom), d.geom)`;
  expect(strays!.n).toBe(0);
  const names = data.boundaries.map((b) => b.name);
  expect(new Set(names).size).toBe(names.length);
});

test('every junction lies in exactly one street and one district', async () => {
  const [r] = await sql<{ nodes: number; once: number }[]>`
    with hits as (
      select n.id, count(*) filter (where b.level = 'street') as streets, count(*) filter (where b.level = 'district') as districts
      from road_node n left join boundary b on b.level <> 'city' and st_intersects(b.geom, n.geom) group by n.id
    )
    select count(*)::int as nodes, count(*) filter (where streets = 1 and districts = 1)::int as once from hits`;
  expect(r!.once).toBe(r!.nodes);
  expect(r!.nodes).toBe(data.nodes.length);
});

test('areas are valid, and every road line ends at its nodes', async () => {
  const rows = await sql<{ kind: string; n: number }[]>`
    select kind, count(*)::int as n from area where not st_isvalid(geom) group by kind`;
  expect(rows).toEqual([]);
  const [r] = await sql<{ n: number }[]>`
    select count(*)::int as n from road_edge e join road_node a on a.id = e.from_node join road_node b on b.id = e.to_node
    where not st_equals(st_startpoint(e.geom), a.geom) or not st_equals(st_endpoint(e.geom), b.geom)
      or abs(e.length_m - st_length(e.geom::geography)) > 0.5 + 0.001 * e.length_m`;
  expect(r!.n).toBe(0);
});

test('from every junction every other one can be reached', () => {
  const arcs = data.edges.map((e) => ({ from: e.from - 1, to: e.to - 1, oneway: e.oneway }));
  const count = Math.max(...data.nodes.map((n) => n.id));
  const { of, largest } = strongComponents(count, arcs);
  expect(data.nodes.filter((n) => of[n.id - 1] !== largest)).toEqual([]);
  expect(data.edges.length).toBeGreaterThan(20_000);
  expect(data.edges.filter((e) => e.oneway).length).toBeGreaterThan(500);
});

test('names are Chinese with an English one beside, and the city has what a hotline speaks of', () => {
  const kinds = Map.groupBy(data.places, (p) => p.kind);
  for (const kind of ['hospital', 'fire', 'police', 'school', 'shelter', 'fuel', 'government', 'metro', 'park', 'mall', 'estate', 'bridge', 'rail'])
    expect(kinds.get(kind)?.length ?? 0, kind).toBeGreaterThan(kind === 'rail' ? 2 : 5);
  for (const p of data.places) {
    expect(p.name).toMatch(/\p{Script=Han}/u);
    expect(p.nameEn).toMatch(/^[\x20-\x7e’]+$/);
  }
  for (const e of data.edges) if (e.class !== 'link') expect([e.id, e.name === null, e.nameEn === null]).toEqual([e.id, false, false]);
}); // prettier-ignore

test('tiles are small at every zoom, and hold what is there', async () => {
  const tiles = new TileCache(cityTiles(sql));
  const sizes: [string, number][] = [];
  for (const z of [8, 10, 11, 12, 13, 14, 15]) {
    const n = 2 ** z;
    const spots = z < 12 ? [[118.82, 31.18]] : [[118.82, 31.183], [118.84, 31.12], [118.76, 31.2], [118.93, 31.2]]; // prettier-ignore
    for (const [lng, lat] of spots) {
      const x = Math.floor(((lng! + 180) / 360) * n);
      const r = (lat! * Math.PI) / 180;
      const y = Math.floor(((1 - Math.log(Math.tan(r) + 1 / Math.cos(r)) / Math.PI) / 2) * n);
      const tile = await tiles.tile(z, x, y);
      sizes.push([`${z}/${x}/${y}`, gunzipSync(tile!.gz).length]);
    }
  }
  for (const [tile, bytes] of sizes) {
    expect(bytes, tile).toBeGreaterThan(300);
    expect(bytes, tile).toBeLessThan(150_000);
  }
  expect((await tiles.tile(12, 0, 0))!.gz.length).toBe(0);
  expect(await tiles.tile(12, 4096, 0)).toBeNull();
  expect(await tiles.tile(3, 0, 0)).toBeNull();
  expect(await tiles.tile(12, 1.5, 0)).toBeNull();
});

test('the cache of tiles stays below its limit, asks once for what many want, and knows a new version', async () => {
  const tiles = new TileCache(cityTiles(sql), 60_000);
  const same = await Promise.all(Array.from({ length: 20 }, () => tiles.tile(12, 3399, 1673)));
  expect(new Set(same).size).toBe(1);
  expect(tiles.counts.made).toBe(1);
  for (let x = 3396; x < 3404; x++) await tiles.tile(12, x, 1674);
  expect(tiles.bytes).toBeLessThan(60_000);
  expect(tiles.counts.dropped).toBeGreaterThan(0);
  const etag = (await tiles.tile(12, 3399, 1673))!.etag;
  expect((await new TileCache(cityTiles(sql)).tile(12, 3399, 1673))!.etag).toBe(etag);
});

test('a search finds what the city has, and nothing for a name that it has not', async () => {
  for (const text of ['人民', '鼓楼', '第一人民医院', '中山路', 'hospital', '滨江派出所'])
    expect((await searchPlaces(sql, text, [118.82, 31.18])).length, text).toBeGreaterThan(0);
  expect(await searchPlaces(sql, '不存在的地方名', [118.82, 31.18])).toEqual([]);
});

test('20,000 points are located in one question, all inside', async () => {
  const random = mulberry32(9);
  const points = Array.from({ length: 20_000 }, () => data.nodes[Math.floor(random() * data.nodes.length)]!.at);
  const found = await districtsAt(sql, points);
  expect(found.every((f) => f?.district && f.street)).toBe(true);
});

/** Plain Dijkstra from a node with a sorted list of buckets: slow and simple. */
function dijkstra(g: RoadGraph, from: number, weight: (e: number) => number): Float64Array {
  const cost = new Float64Array(g.nodeCount).fill(Infinity);
  const heap: [number, number][] = [[0, from]];
  cost[from] = 0;
  while (heap.length > 0) {
    const [c, n] = heap.shift()!;
    if (c > cost[n]!) continue;
    for (let i = g.outStart[n]!; i < g.outStart[n + 1]!; i++) {
      const arc = g.outArcs[i]!;
      const to = headOf(g, arc);
      const d = c + weight(arc >> 1);
      if (d >= cost[to]!) continue;
      cost[to] = d;
      let [lo, hi] = [0, heap.length];
      while (lo < hi) {
        const mid = (lo + hi) >> 1;
        if (heap[mid]![0] < d) lo = mid + 1;
        else hi = mid;
      }
      heap.splice(lo, 0, [d, to]);
    }
  }
  return cost;
}

test('300 paths over the city cost what plain Dijkstra says, shortest and fastest', () => {
  const engine = new AStarEngine(graph);
  const random = mulberry32(300);
  for (let k = 0; k < 4000; k++) engine.setSpeed(Math.floor(random() * graph.edgeCount), 3 + random() * 90);
  let compared = 0;
  for (let i = 0; i < 10; i++) {
    const a = Math.floor(random() * graph.edgeCount);
    const start = graph.edgeFrom[a]!;
    const metres = dijkstra(graph, start, (e) => graph.edgeLengthM[e]!);
    const seconds = dijkstra(graph, start, (e) => engine.edgeTimeS(e));
    for (let k = 0; k < 30; k++) {
      const b = Math.floor(random() * graph.edgeCount);
      const goal = graph.edgeFrom[b]!;
      const from = { edge: a, alongM: 0, at: [graph.nodeLng[start]!, graph.nodeLat[start]!] as const, distanceM: 0 };
      const to = { edge: b, alongM: 0, at: [graph.nodeLng[goal]!, graph.nodeLat[goal]!] as const, distanceM: 0 };
      // the beginning of a one-way edge cannot be left backwards: such starts are compared only where the node can be
      if (graph.edgeOneway[a]) continue;
      expect(engine.route(from, to, 'shortest')!.lengthM).toBeCloseTo(metres[goal]!, 4);
      expect(engine.route(from, to, 'fastest')!.timeS).toBeCloseTo(seconds[goal]!, 4);
      compared += 2;
    }
  }
  expect(compared).toBeGreaterThanOrEqual(300);
});

test('a source that means another coordinate system than it declares is found out by the roads, and an honest one is not', async () => {
  const random = mulberry32(11);
  /** Along roads of all kinds, some metres beside them, as houses and vehicles are. */
  const truth = Array.from({ length: 400 }, (): [number, number] => {
    const line = data.edges[Math.floor(random() * data.edges.length)]!.line;
    const [a, b] = [line[0]!, line[1]!];
    const t = random();
    const aside = (): number => (random() - 0.5) * 0.0003;
    return [a[0] + (b[0] - a[0]) * t + aside(), a[1] + (b[1] - a[1]) * t + aside()];
  });
  const systems: CoordinateSystem[] = ['WGS84', 'GCJ02', 'BD09'];
  for (const meant of systems)
    for (const declared of systems) {
      const taken = truth.map((p) => toWgs84(fromWgs84(p, meant), declared));
      const found = await suspectSystem(sql, data.city.id, taken, declared);
      expect([meant, declared, found?.looksLike ?? declared]).toEqual([meant, declared, meant]);
      if (meant === 'GCJ02' && declared === 'WGS84') {
        expect(found!.points).toBeGreaterThan(300);
        expect(found!.offM).toBeGreaterThan(300);
        expect(found!.offM).toBeLessThan(700);
      }
    }
  const few = truth.slice(0, 20).map((p) => fromWgs84(p, 'GCJ02'));
  expect(await suspectSystem(sql, data.city.id, few, 'WGS84')).toBeNull();
  // beside the city nothing can be told
  const away = truth.map(([x, y]): [number, number] => [x + 3, y]);
  expect(await suspectSystem(sql, data.city.id, away, 'WGS84')).toBeNull();
});

test('addresses as callers say them are found in the right 街道, and what is known to a road only is said to be', async () => {
  const { figures } = await askSynthetic(sql, (await activeCity(sql))!, 120, 3);
  expect(figures.all.asked).toBeGreaterThanOrEqual(115);
  expect(missedGoals(figures)).toEqual([]);
});
