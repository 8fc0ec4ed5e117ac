import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { mulberry32, type Random } from '#domain/random.ts';
import { plainCosts, plainDijkstra } from '#gis-data/cch/dijkstra.ts';
import { FAR } from '#gis-data/cch/turns.ts';
import { CchEngine } from '#gis-data/roads/cch-engine.ts';
import { buildGraph, type EdgeInput } from '#gis-data/roads/graph.ts';
import type { Snap } from '#gis-data/roads/snap.ts';
import { places } from '#scripts/city/exactness.ts';
import { openValhalla, type Valhalla } from '#scripts/city/valhalla.ts';
import { connect } from '#store/db.ts';
import { ms, scaled, summary, tookRow, type BenchContext, type BenchResult } from './bench.ts';
import { writeOsmPbf } from './osm-pbf.ts';
import { besideLarge, matchingOf } from './routes-large.ts';
import { openPgRouting } from './pgrouting.ts';
import { tiledCity } from './tiled-city.ts';

/** The road engine on a city as large as a metropolis, made of one extract: beside a plain Dijkstra and Valhalla, in one run. */
const EXTRACT = join(import.meta.dirname, '../../../shared/data/osm/sao_paulo_2020.osm.pbf');
const SIDE = 4;
const TEAMS = 200;
const NEAREST = 10;
const MATRIX = 30;
const REACH_S = 900;
const ROUNDS = 6;

const tiledRow = (what: string, way: string, took: readonly number[]) => tookRow(`tiled: ${what}`, way, took);

/** @returns null where the extract is not there */
export async function tiledRoutes({ databaseUrl, seed, scale, log }: BenchContext): Promise<BenchResult | null> {
  if (!existsSync(EXTRACT)) return null;
  const edges = await tiledCity(EXTRACT, SIDE);
  const before = process.memoryUsage().rss;
  let began = performance.now();
  const { graph } = buildGraph(edges);
  const engine = new CchEngine(graph);
  const loadMs = performance.now() - began;
  const valhalla = await valhallaOf(edges, log);
  try {
    began = performance.now();
    const { order } = await engine.prepare(null);
    const orderMs = performance.now() - began;
    const again = new CchEngine(graph);
    began = performance.now();
    await again.prepare(order);
    const keptMs = performance.now() - began;
    await again.end();
    const memoryMb = (process.memoryUsage().rss - before) / 1e6;
    const random = mulberry32(seed);
    const seconds = new Float64Array(graph.edgeCount);
    for (let e = 0; e < graph.edgeCount; e++) {
      const kmh = random() < 0.5 ? 5 + random() * 60 : null;
      engine.setSpeed(e, kmh);
      const closed = random() < 0.01;
      if (closed) engine.setClosed(e, true, true);
      seconds[e] = closed ? Infinity : graph.edgeLengthM[e]! / ((kmh ?? graph.edgeFreeKmh[e]!) / 3.6);
    }
    await engine.update();
    const pick = places(engine, random);
    const arcs = engine.question(pick(), pick(), 'fastest').graph.arcCount;
    log(`tiled: ${graph.edgeCount} roads, ${arcs} arcs; arrays ${loadMs.toFixed(0)} ms, hierarchy ${orderMs.toFixed(0)} ms, with the kept order ${keptMs.toFixed(0)} ms, ${memoryMb.toFixed(0)} MB`); // prettier-ignore
    exactness(engine, pick, scaled(100, scale, 20));
    log('tiled: ways and times agree with plain Dijkstra');
    const route = await routesOf(engine, valhalla, pick, scaled(1000, scale, 100));
    const pgRouting = await pgRoutingOf(engine, databaseUrl, seconds, random, log);
    const near = nearestOf(engine, pick, scaled(60, scale, 10));
    const reach = await reachOf(engine, valhalla, pick, scaled(20, scale, 5));
    const again2 = await reweighting(engine, random, pick);
    const beside = await besideLarge(engine, random, pick, scaled(6, scale, 2));
    const matched = await matchingOf(engine, valhalla, random, pick, scaled(40, scale, 10), log);
    const p50 = (took: readonly number[]): number => summary(took).p50;
    const rows = [
      tiledRow('route', 'hierarchy (product)', route.product),
      tiledRow('route', 'plain Dijkstra (peer)', route.plain),
      ...(valhalla ? [tiledRow('route', 'Valhalla (peer)', route.valhalla)] : []),
      ...(pgRouting.length > 0 ? [tiledRow('route', 'pgRouting (peer)', pgRouting)] : []),
      tiledRow(`nearest ${NEAREST} of ${TEAMS}`, 'hierarchy (product)', near.product),
      tiledRow(`nearest ${NEAREST} of ${TEAMS}`, 'plain Dijkstra (peer)', near.plain),
      tiledRow(`matrix ${MATRIX} × ${MATRIX}`, 'hierarchy (product)', near.matrix),
      tiledRow('15-minute area', 'product', reach.product),
      ...(valhalla ? [tiledRow('15-minute area', 'Valhalla (peer)', reach.valhalla)] : []),
      tiledRow('all roads anew, CPU', 'hierarchy (product)', again2.cpu),
      tiledRow('a question waits meanwhile', 'hierarchy (product)', again2.waits),
      tiledRow('a way waits beside a track or a matrix', 'threads (product)', beside.product),
      tiledRow('a way waits beside a track or a matrix', 'the same thread (before)', beside.before),
      ...matched.rows,
    ];
    const goal = (what: string, got: number, most: number) => ({
      goal: `tiled: ${what} ≤ ${most} ms`,
      got: ms(got),
      met: got <= most,
    });
    const times = p50(route.valhalla) / p50(route.product);
    const timesPg = p50(pgRouting) / p50(route.product);
    return {
      rows,
      goals: [
        goal('route p50', p50(route.product), 0.3),
        goal(`nearest ${NEAREST} of ${TEAMS} p50`, p50(near.product), 3),
        goal('15-minute area p50', p50(reach.product), 15),
        goal('all roads anew CPU', p50(again2.cpu), 250),
        goal('a question waits p99', summary(again2.waits).p99, 1),
        goal('a way waits beside a track or a matrix, p99', summary(beside.product).p99, 10),
        ...matched.goals,
        ...(valhalla ? [{ goal: 'tiled: route ≥ 50 × Valhalla', got: `${times.toFixed(0)} ×`, met: times >= 50 }] : []),
        ...(pgRouting.length > 0 ? [{ goal: 'tiled: route ≥ 500 × pgRouting', got: `${timesPg.toFixed(0)} ×`, met: timesPg >= 500 }] : []), // prettier-ignore
      ],
    };
  } finally {
    await valhalla?.close();
    await engine.end();
  }
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

const PG_PAIRS = 12;
/** Metres from a node at which a snapped place still is that node. */
const AT_NODE_M = 1;

/**
 * Milliseconds of pgRouting from node to node; none where it cannot be had.
 * @throws when its way, which turns for nothing, takes longer than ours
 */
async function pgRoutingOf(
  engine: CchEngine,
  databaseUrl: string,
  seconds: Float64Array,
  random: Random,
  log: (line: string) => void,
): Promise<number[]> {
  const sql = connect(databaseUrl, { max: 1, name: 'watchfloor-bench-pgrouting' });
  const { graph } = engine;
  const took: number[] = [];
  try {
    const peer = await openPgRouting(sql, graph, (e) => seconds[e]!);
    if (!peer) log('tiled: without pgRouting: the server has none');
    for (let tries = 0; peer && took.length < PG_PAIRS && tries < PG_PAIRS * 20; tries++) {
      const [from, to] = [0, 1].map(() => Math.floor(random() * graph.nodeCount)) as [number, number];
      const [a, b] = [from, to].map((n) => engine.snap([graph.nodeLng[n]!, graph.nodeLat[n]!], AT_NODE_M));
      // ours leaves and enters a closed road where somebody stands on it or must get to
      const ours = a && b && [a, b].every((s) => Number.isFinite(seconds[s.edge])) && engine.route(a, b, 'fastest');
      if (!ours || ours.timeS < 60) continue;
      const began = performance.now();
      const theirs = await peer.route(from, to);
      took.push(performance.now() - began);
      if (theirs === null || theirs > ours.timeS * 1.001 + 1)
        throw new Error(`pgRouting from ${from} to ${to}: ${theirs} s, ours ${ours.timeS} s`);
    }
    return took;
  } finally {
    await sql.end({ timeout: 1 });
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

function clock<T>(took: number[], work: () => T): T {
  const began = performance.now();
  const result = work();
  took.push(performance.now() - began);
  return result;
}
type Took = Record<'product' | 'plain' | 'valhalla' | 'matrix', number[]>;
const nothing = (): Took => ({ product: [], plain: [], valhalla: [], matrix: [] });

async function routesOf(engine: CchEngine, valhalla: Valhalla | null, pick: () => Snap, count: number): Promise<Took> {
  const took = nothing();
  const pairs = Array.from({ length: count }, () => [pick(), pick()] as const);
  for (const [from, to] of pairs) engine.route(from, to, 'fastest');
  for (const [from, to] of pairs) {
    // from positions, as it is asked: both ends are looked up too
    clock(took.product, () => engine.route(engine.snap(from.at, 50)!, engine.snap(to.at, 50)!, 'fastest'));
  }
  for (const [from, to] of pairs.slice(0, 30)) {
    const q = engine.question(from, to, 'fastest');
    clock(took.plain, () => plainDijkstra(q.graph, q.weights, q.sources, q.targets));
  }
  for (const [from, to] of valhalla ? pairs.slice(0, 100) : []) {
    const began = performance.now();
    await valhalla!.route(from.at, to.at, 'quickest');
    took.valhalla.push(performance.now() - began);
  }
  return took;
}

function nearestOf(engine: CchEngine, pick: () => Snap, count: number): Took {
  const took = nothing();
  const teams = Array.from({ length: TEAMS }, pick);
  for (let i = 0; i < 20; i++) engine.etas(teams, pick(), { nearest: NEAREST });
  for (let i = 0; i < count; i++) {
    const to = pick();
    clock(took.product, () => engine.etas(teams, to, { nearest: NEAREST }));
    if (i >= 10) continue;
    const q = engine.question(to, to, 'fastest');
    clock(took.plain, () => plainCosts(q.graph, q.weights, q.targets, 'to'));
    clock(took.matrix, () => engine.matrix(teams.slice(0, MATRIX), teams.slice(MATRIX, 2 * MATRIX)));
  }
  return took;
}

async function reachOf(engine: CchEngine, valhalla: Valhalla | null, pick: () => Snap, count: number): Promise<Took> {
  const took = nothing();
  const centres = Array.from({ length: count }, pick);
  for (const from of centres.slice(0, 4)) engine.reachAreas(from, [REACH_S]);
  for (const from of centres) clock(took.product, () => engine.reachAreas(from, [REACH_S]));
  for (const from of valhalla ? centres : []) {
    const began = performance.now();
    await valhalla!.reach(from.at, REACH_S / 60);
    took.valhalla.push(performance.now() - began);
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
