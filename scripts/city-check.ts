/** `npm run city:check`: whether the road engine's answers on the active city are exact, and what Valhalla says. */
import { parseArgs } from 'node:util';
import { mulberry32 } from '#domain/random.ts';
import { CchEngine } from '#gis-data/roads/cch-engine.ts';
import { loadGraph } from '#gis-data/roads/graph.ts';
import { loadWalkingGraph, type WalkingGraph } from '#gis-data/roads/walking.ts';
import { connect } from '#store/db.ts';
import { checkNearest, checkReach, checkRoutes, disturb, places } from './city/exactness.ts';
import { compare, osmWays, type Comparison } from './city/compare.ts';
import { onSameRoads, percent, tellComparison } from './city/told.ts';
import { openValhalla, type Valhalla } from './city/valhalla.ts';
import { checkWalkers, type WalkersVerdict } from './city/walkers.ts';
import { ms, quantile } from './bench/bench.ts';
import { configOrThrow } from './provision/index.ts';

const HELP = `npm run city:check -- [options]

Holds the road engine against a plain Dijkstra on the same weights, on the active city: ways between pairs (free, then with
half of the roads measured and a tenth closed), the nearest of many teams (a tenth closed), areas within minutes point by point,
and ways and the nearest on foot.
With the city's OpenStreetMap file, also against Valhalla, and says why the two differ.

  --pairs N       pairs of places (default 1000)
  --teams N       teams (default 500)
  --incidents N   incidents (default 1000)
  --seed S        the same seed asks the same (default 1)
  --osm FILE      the file that the city was imported from: Valhalla makes its tiles of it in a folder that is removed
  --json          everything as one JSON object

Exit code 1: an answer is not exact, a way passes a closed road, an area is more than 5 % off, the nearest of 500 teams
takes longer than 15 ms (p95), or a way of Valhalla's is better than ours by our own weights.`;

const LIMITS_S = [300, 600, 900];
const CENTRES = 8;
const POINTS = 1500;
const CLOSED = 0.1;
/** Pairs that nothing explains, shown one by one. */
const OPEN_SHOWN = 20;

const p = (xs: readonly number[], q: number): number => quantile(Float64Array.from(xs).sort(), q);

function numberOf(text: string, name: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new TypeError(`--${name} is a whole number greater than 0`);
  return n;
}

async function loadEngine(): Promise<{ engine: CchEngine; walking: WalkingGraph; loadMs: number; prepareMs: number }> {
  const sql = connect(configOrThrow().databaseUrl, { max: 2, name: 'watchfloor-city-check' });
  try {
    const { graph, tookMs } = await loadGraph(sql);
    const walking = await loadWalkingGraph(sql, graph);
    if (!walking) throw new Error('the city was loaded anew meanwhile');
    const engine = new CchEngine(graph);
    const { tookMs: prepareMs } = await engine.prepare(null);
    return { engine, walking, loadMs: tookMs, prepareMs };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const tellWalkers = ({ routes, nearest, ...w }: WalkersVerdict): string =>
  `on foot: ${routes.asked - routes.wrong.length} of ${routes.asked} ways (${routes.found} found) and ${nearest.asked - nearest.wrong.length} of ${nearest.asked} nearest equal, ` +
  `${w.edges} edges, ${w.km.toFixed(0)} km, ${w.footKm.toFixed(0)} km of them footways, p50 ${ms(p(routes.took, 0.5))}`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '1000' },
      teams: { type: 'string', default: '500' },
      incidents: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      osm: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const counts = {
    pairs: numberOf(values.pairs, 'pairs'),
    teams: numberOf(values.teams, 'teams'),
    incidents: numberOf(values.incidents, 'incidents'),
  };
  const random = mulberry32(numberOf(values.seed, 'seed'));
  const { engine, walking, loadMs, prepareMs } = await loadEngine();
  const failures: string[] = [];
  const step = (what: string): void => void process.stderr.write(`  ${what}\n`);
  try {
    const { graph } = engine;
    step(`${graph.city}: ${graph.edgeCount} roads, read in ${loadMs} ms, hierarchy in ${prepareMs} ms`);
    const pick = places(engine, random);
    const pairs = Array.from({ length: counts.pairs }, () => [pick(), pick()] as const);
    const free = checkRoutes(engine, pairs);
    step(`ways, free roads: ${free.asked - free.wrong.length} of ${free.asked} equal, ${free.found} found`);
    const compared: { lengths?: Comparison; times?: Comparison } = {};
    const onFoot = (valhalla: Valhalla | null): Promise<WalkersVerdict> =>
      checkWalkers(walking, counts, numberOf(values.seed, 'seed'), CLOSED, valhalla);
    let walkers: WalkersVerdict | null = null;
    if (values.osm !== undefined) {
      const valhalla = await openValhalla(values.osm);
      try {
        step(`Valhalla's tiles in ${valhalla.buildMs} ms`);
        const ways = await osmWays(values.osm);
        for (const [what, mode] of [['lengths', 'shortest'], ['times', 'fastest']] as const) {
          const c = (compared[what] = await compare(engine, valhalla, ways, pairs, mode));
          for (const line of tellComparison(what, c)) step(line);
          for (const line of c.open.slice(0, OPEN_SHOWN)) step(`  open: ${line}`);
          failures.push(...c.contradictions);
        } // prettier-ignore
        walkers = await onFoot(valhalla);
      } finally {
        await valhalla.close();
      }
    }
    walkers ??= await onFoot(null);
    step(tellWalkers(walkers));
    if (walkers.lengths) for (const line of tellComparison('lengths on foot', walkers.lengths)) step(line);
    failures.push(...[walkers.routes.wrong, walkers.nearest.wrong, walkers.lengths?.contradictions ?? []].flat().map((f) => `on foot: ${f}`)); // prettier-ignore
    disturb(engine, random, CLOSED);
    await engine.update();
    const busy = checkRoutes(engine, pairs);
    step(`ways, a tenth closed: ${busy.asked - busy.wrong.length} of ${busy.asked} equal, ${busy.found} found`);
    const nearest = checkNearest(
      engine,
      Array.from({ length: counts.teams }, pick),
      Array.from({ length: counts.incidents }, pick),
    );
    const nearestMs = p(nearest.took, 0.95);
    step(`nearest team: ${nearest.asked - nearest.wrong.length} of ${nearest.asked} equal, p95 ${ms(nearestMs)}`);
    const reach = checkReach(engine, Array.from({ length: CENTRES }, pick), LIMITS_S, random, POINTS);
    const off = Math.max(...reach.shares);
    step(`areas: ${reach.shares.map((s, i) => `${LIMITS_S[i]! / 60} min ${(100 * s).toFixed(1)} %`).join(', ')} off, p50 ${ms(p(reach.took, 0.5))}`); // prettier-ignore
    failures.push(...free.wrong, ...busy.wrong, ...nearest.wrong);
    if (off > 0.05) failures.push(`areas are up to ${(100 * off).toFixed(1)} % off`);
    if (nearestMs > 15) failures.push(`the nearest team takes ${ms(nearestMs)} (p95)`);
    for (const f of failures.slice(0, 10)) step(f);
    const asked = free.asked + busy.asked;
    const wrong = free.wrong.length + busy.wrong.length;
    const line =
      `city ${graph.city}: ${asked - wrong} of ${asked} ways and ${nearest.asked - nearest.wrong.length} of ${nearest.asked} nearest teams equal to plain Dijkstra, ` +
      `route p50 ${ms(p(busy.took, 0.5))}, nearest of ${counts.teams} p95 ${ms(nearestMs)}, areas ≤ ${(100 * off).toFixed(1)} % off` +
      `, on foot ${walkers.routes.asked - walkers.routes.wrong.length} of ${walkers.routes.asked} ways and ${walkers.nearest.asked - walkers.nearest.wrong.length} of ${walkers.nearest.asked} nearest equal` +
      (compared.lengths && compared.times
        ? `, Valhalla: ${percent(compared.lengths.within, pairs.length)} of lengths within 2 %, ${percent(...onSameRoads(compared.lengths))} where both have the same roads; ` +
          `${percent(compared.times.within, pairs.length)} of times, ${percent(compared.times.equal, compared.times.priced)} by our speeds`
        : '') +
      (walkers.lengths ? `, ${percent(walkers.lengths.within, pairs.length)} of lengths on foot` : '') +
      `; ${failures.length === 0 ? 'all well' : `${failures.length} failures`}`;
    const kindsOf = (c?: Comparison): object | null =>
      c
        ? {
            asked: c.asked,
            within: c.within,
            kinds: c.kinds,
            details: c.details,
            priced: c.priced,
            equal: c.equal,
            open: c.open,
          }
        : null;
    const [lengths, times] = [kindsOf(compared.lengths), kindsOf(compared.times)];
    console.log(values.json ? JSON.stringify({ city: graph.city, asked, wrong, reach: reach.shares, nearestMs, lengths, times, onFoot: { asked: walkers.routes.asked, wrong: walkers.routes.wrong.length, nearestWrong: walkers.nearest.wrong.length, edges: walkers.edges, footKm: walkers.footKm, lengths: kindsOf(walkers.lengths ?? undefined) }, failures }) : line); // prettier-ignore
    process.exitCode = failures.length === 0 ? 0 : 1;
  } finally {
    await engine.end();
  }
}

try {
  await main();
} catch (e) {
  process.stderr.write(`city:check: ${(e as Error).message}\n`);
  process.exitCode = 1;
}
