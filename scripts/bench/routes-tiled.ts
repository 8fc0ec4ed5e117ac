import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { LngLat } from '#domain/city/rows.ts';
import { mulberry32, type Random } from '#domain/random.ts';
import { plainCosts, plainDijkstra } from '#gis-data/cch/dijkstra.ts';
import { FAR } from '#gis-data/cch/turns.ts';
import { CchEngine } from '#gis-data/roads/cch-engine.ts';
import { buildGraph, type EdgeInput } from '#gis-data/roads/graph.ts';
import type { Snap } from '#gis-data/roads/snap.ts';
import { places } from '#scripts/city/exactness.ts';
import { openValhalla, type Valhalla } from '#scripts/city/valhalla.ts';
import { connect } from '#store/db.ts';
import { clock, ms, scaled, summary, tookRow, type BenchContext, type BenchResult } from './bench.ts';
import type { Alone } from './engine-alone.ts';
import { writeOsmPbf } from './osm-pbf.ts';
import { besideLarge, matchingOf } from './routes-large.ts';
import { junctions, longer, manyOf, nothing, rowsOf, times, type Asking, type Took } from './routes-many.ts';
import { openPgRouting } from './pgrouting.ts';
import { engineAlone } from './routes-start.ts';
import { tiledCity } from './tiled-city.ts';

/** The road engine on a city as large as a metropolis, made of one extract: beside a plain Dijkstra, Valhalla and pgRouting, in one run. */
const EXTRACT = join(import.meta.dirname, '../../../shared/data/osm/sao_paulo_2020.osm.pbf');
const SIDE = 4;
const TEAMS = 200;
const PG_PAIRS = 12;
const ROUNDS = 6;

const tiledRow = (what: string, way: string, took: readonly number[]) => tookRow(`tiled: ${what}`, way, took);
const p50 = (took: readonly number[]): number => summary(took).p50;

/** @returns null where the extract is not there */
export async function tiledRoutes({ databaseUrl, seed, scale, log }: BenchContext): Promise<BenchResult | null> {
  if (!existsSync(EXTRACT)) return null;
  const edges = await tiledCity(EXTRACT, SIDE);
  const began = performance.now();
  const { graph } = buildGraph(edges);
  const engine = new CchEngine(graph);
  const loadMs = performance.now() - began;
  const valhalla = await valhallaOf(edges, log);
  const sql = connect(databaseUrl, { max: 1, name: 'watchfloor-bench-pgrouting' });
  try {
    const { order, tookMs } = await engine.prepare(null);
    const random = mulberry32(seed);
    const pick = places(engine, random);
    const { arcCount } = engine.question(pick(), pick(), 'fastest').graph;
    log(`tiled: ${graph.edgeCount} roads, ${arcCount} arcs; arrays ${loadMs.toFixed(0)} ms, hierarchy ${tookMs} ms`);
    const start = await startOf(engine, order, valhalla, pick);
    const seconds = morning(engine, random);
    await engine.update();
    exactness(engine, pick, scaled(100, scale, 20));
    log('tiled: ways and times agree with plain Dijkstra');
    const pgRouting = await openPgRouting(sql, graph, (e) => seconds[e]!);
    log(pgRouting ? `tiled: pgRouting's table in ${pgRouting.fillMs.toFixed(0)} ms, ${pgRouting.tableMb.toFixed(0)} MB` : 'tiled: without pgRouting: the server has none'); // prettier-ignore
    const asking: Asking = { engine, valhalla, pgRouting, pick, pickNode: junctions(engine, random, seconds), scale };
    const route = await routesOf(asking);
    const many = await manyOf(asking);
    log('tiled: nearest, matrix and what is reached in 15 minutes agree with plain Dijkstra');
    const anew = await reweighting(engine, random, pick);
    const pgAnew: number[] = [];
    for (let i = 0; pgRouting && i < 3; i++) await clock(pgAnew, () => pgRouting.reweigh(() => 10 + random() * 60));
    const beside = await besideLarge(engine, random, pick, scaled(6, scale, 2));
    // chance of its own: how often was asked until here differs from run to run, and the tracks must not
    const tracks = mulberry32(seed);
    const matched = await matchingOf(engine, valhalla, tracks, places(engine, tracks), scaled(100, scale, 20), log);
    const goal = (what: string, got: number, most: number) => ({
      goal: `tiled: ${what} ≤ ${most} ms`,
      got: ms(got),
      met: got <= most,
    });
    return {
      rows: [
        ...rowsOf('route', route),
        ...many.rows,
        tiledRow('all roads anew, CPU', 'hierarchy (product)', anew.cpu),
        ...(valhalla ? [tiledRow('all roads anew', 'Valhalla, tiles (peer)', [valhalla.buildMs])] : []),
        ...(pgRouting ? [tiledRow('all roads anew', 'pgRouting, update (peer)', pgAnew)] : []),
        tiledRow('a question waits meanwhile', 'hierarchy (product)', anew.waits),
        tiledRow('a way waits beside a track or a matrix', 'threads (product)', beside.product),
        tiledRow('a way waits beside a track or a matrix', 'the same thread (before)', beside.before),
        ...matched.rows,
        ...start,
      ],
      goals: [
        goal('route p50', p50(route.product), 0.3),
        ...(valhalla ? [{ goal: 'tiled: route ≥ 50 × Valhalla', got: `${times(route, route.valhalla).toFixed(0)} ×`, met: times(route, route.valhalla) >= 50 }] : []), // prettier-ignore
        ...(pgRouting ? [{ goal: 'tiled: route ≥ 500 × pgRouting', got: `${times(route, route.pgRouting).toFixed(0)} ×`, met: times(route, route.pgRouting) >= 500 }] : []), // prettier-ignore
        ...many.goals,
        goal('all roads anew CPU', p50(anew.cpu), 250),
        goal('a question waits p99', summary(anew.waits).p99, 1),
        goal('a way waits beside a track or a matrix, p99', summary(beside.product).p99, 10),
        ...matched.goals,
      ],
    };
  } finally {
    await sql.end({ timeout: 1 });
    await valhalla?.close();
    await engine.end();
  }
}

/** Half of the roads with a speed of now, and some closed. @returns seconds of each; Infinity: closed */
function morning(engine: CchEngine, random: Random): Float64Array {
  const g = engine.graph;
  return Float64Array.from({ length: g.edgeCount }, (_, e) => {
    const kmh = random() < 0.5 ? 5 + random() * 60 : null;
    engine.setSpeed(e, kmh);
    const closed = random() < 0.01;
    if (closed) engine.setClosed(e, true, true);
    return closed ? Infinity : g.edgeLengthM[e]! / ((kmh ?? g.edgeFreeKmh[e]!) / 3.6);
  });
}

/** Each engine alone in a process: until its first way, and what 200 ways leave in memory. */
async function startOf(
  engine: CchEngine,
  order: Int32Array,
  valhalla: Valhalla | null,
  pick: () => Snap,
): Promise<Record<string, string>[]> {
  const pairs: [LngLat, LngLat][] = [];
  while (pairs.length < 200) {
    const [from, to] = [pick(), pick()];
    if (engine.route(from, to, 'fastest')) pairs.push([from.at, to.at]);
  }
  const row = (way: string, { loadMs, emptyMb, fullMb }: Alone, disk: string): Record<string, string>[] => [
    { what: 'tiled: start to the first way', way, p50: ms(loadMs), p99: disk },
    { what: 'tiled: memory of the process, and before', way, p50: `${fullMb.toFixed(0)} MB`, p99: `${emptyMb.toFixed(0)} MB` }, // prettier-ignore
  ];
  const ours = await engineAlone({ file: EXTRACT, side: SIDE, order: new Int32Array(order), pairs });
  const theirs = valhalla && (await engineAlone({ configFile: valhalla.configFile, pairs }));
  return [
    ...row('hierarchy, kept order (product)', ours, '–'),
    ...(theirs ? row('Valhalla (peer)', theirs, `tiles ${valhalla.tilesMb.toFixed(0)} MB`) : []),
  ];
}

/** Valhalla with tiles of the same network; null where it cannot be had. */
async function valhallaOf(edges: readonly EdgeInput[], log: (line: string) => void): Promise<Valhalla | null> {
  const dir = await mkdtemp(join(tmpdir(), 'watchfloor-tiled-'));
  try {
    const file = join(dir, 'city.osm.pbf');
    await writeOsmPbf(edges, file);
    const valhalla = await openValhalla(file);
    log(`tiled: Valhalla's tiles in ${valhalla.buildMs} ms`);
    return valhalla;
  } catch (e) {
    log(`tiled: without Valhalla: ${(e as Error).message.slice(0, 200)}`);
    return null;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** @throws when an answer is not that of a plain Dijkstra */
function exactness(engine: CchEngine, pick: () => Snap, count: number): void {
  const teams = Array.from({ length: TEAMS }, pick);
  for (let i = 0; i < count; i++) {
    const [from, to] = [pick(), pick()];
    const path = engine.route(from, to, 'fastest');
    const q = engine.question(from, to, 'fastest');
    const want = Math.min(plainDijkstra(q.graph, q.weights, q.sources, q.targets)?.cost ?? FAR, q.direct ?? FAR);
    const got = path ? engine.costOf(path, 'fastest') : FAR;
    if (got !== want) throw new Error(`pair ${i}: ${got} and ${want}`);
    if (i % 10 > 0) continue;
    const costs = plainCosts(q.graph, q.weights, q.targets, 'to');
    engine.etas(teams, to).forEach((eta, k) => {
      const seeds = engine.question(teams[k]!, to, 'fastest');
      const least = seeds.sources.reduce((c, s) => Math.min(c, s.cost + costs[s.arc]!), seeds.direct ?? FAR);
      if ((eta ? Math.round(eta.timeS * 1000) : FAR) !== Math.min(least, FAR)) throw new Error(`place ${i}, team ${k}`);
    });
  }
}

async function routesOf({ engine, valhalla, pgRouting, pick, pickNode, scale }: Asking): Promise<Took> {
  const took = nothing();
  const pairs = Array.from({ length: scaled(1000, scale, 100) }, () => [pick(), pick()] as const);
  for (const [from, to] of pairs) engine.route(from, to, 'fastest');
  // from positions, as it is asked: both ends are looked up too
  for (const [from, to] of pairs)
    await clock(took.product, () => engine.route(engine.snap(from.at, 50)!, engine.snap(to.at, 50)!, 'fastest'));
  for (const [from, to] of pairs.slice(0, 30)) {
    const q = engine.question(from, to, 'fastest');
    await clock(took.plain, () => plainDijkstra(q.graph, q.weights, q.sources, q.targets));
  }
  for (const [from, to] of valhalla ? pairs.slice(0, 100) : [])
    await clock(took.valhalla, () => valhalla!.route(from.at, to.at, 'quickest'));
  for (let tries = 0; pgRouting && took.pgRouting.length < PG_PAIRS && tries < PG_PAIRS * 20; tries++) {
    const [from, to] = [pickNode(), pickNode()];
    const ours = engine.route(from.snap, to.snap, 'fastest');
    if (!ours || ours.timeS < 60) continue;
    const theirs = await clock(took.pgRouting, () => pgRouting.route(from.node, to.node));
    if (theirs === null || longer(theirs, ours.timeS))
      throw new Error(`pgRouting from ${from.node} to ${to.node}: ${theirs} s, ours ${ours.timeS} s`);
  }
  return took;
}

/** CPU of laying all weights anew (both threads), and what questions wait meanwhile beyond their own time. */
async function reweighting(
  engine: CchEngine,
  random: Random,
  pick: () => Snap,
): Promise<{ cpu: number[]; waits: number[] }> {
  const [cpu, waits]: [number[], number[]] = [[], []];
  const [from, to] = [pick(), pick()];
  for (let i = 0; i < ROUNDS; i++) {
    for (let e = 0; e < engine.graph.edgeCount; e++) engine.setSpeed(e, 5 + random() * 60);
    const before = process.cpuUsage();
    await engine.update();
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000);
    for (let e = 0; e < engine.graph.edgeCount; e++) engine.setSpeed(e, 5 + random() * 60);
    let over = false;
    const laying = engine.update().finally(() => (over = true));
    while (!over) {
      const asked = performance.now();
      await turnOfLoop();
      waits.push(performance.now() - asked);
      engine.route(from, to, 'fastest');
    }
    await laying;
  }
  return { cpu, waits };
}
