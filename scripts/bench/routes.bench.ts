import { monitorEventLoopDelay } from 'node:perf_hooks';
import { generateCity } from '#gis-data/demo-city/generate.ts';
import { CchEngine } from '#gis-data/roads/cch-engine.ts';
import { AStarEngine, type Path, type RoadEngine } from '#gis-data/roads/engine.ts';
import { buildGraph } from '#gis-data/roads/graph.ts';
import type { Snap } from '#gis-data/roads/snap.ts';
import { mulberry32, type Random } from '#domain/random.ts';
import { ms, scaled, summary, type Bench, type BenchContext, type BenchResult } from './bench.ts';
import { tiledRoutes } from './routes-tiled.ts';

const PAIRS = 600;
const TEAMS = 500;
const INCIDENTS = 60;
const WARM_UP = 20;
/** The same weights are laid over the network so often, to see what one time costs. */
const ROUNDS = 8;
/** Whole milliseconds for each arc: what rounding may cost a way, seconds per arc. */
const NEAR_S = 0.0011;

/** Every second road with a speed of now, some closed: what a busy morning looks like to the engine. */
function traffic(random: Random, engine: RoadEngine): [edge: number, kmh: number | null, closed: boolean][] {
  return Array.from({ length: engine.graph.edgeCount }, (_, e) => [
    e,
    random() < 0.5 ? 5 + random() * 60 : null,
    random() < 0.01,
  ]);
}

function timed(
  engine: RoadEngine,
  pairs: readonly (readonly [Snap, Snap])[],
): { paths: (Path | null)[]; took: number[] } {
  const took: number[] = [];
  const paths = pairs.map(([from, to]) => {
    const t = performance.now();
    const path = engine.route(from, to, 'fastest');
    took.push(performance.now() - t);
    return path;
  });
  return { paths, took };
}

export const routes: Bench = {
  name: 'routes',
  title:
    'the best way through the demo city with the speeds and closures of now: hierarchy and A*; and through a tiled city',
  async run(context: BenchContext): Promise<BenchResult> {
    const { seed, scale, log } = context;
    const tiled = await tiledRoutes(context);
    const { graph } = buildGraph(generateCity().edges);
    const random = mulberry32(seed);
    const plain = new AStarEngine(graph);
    const engine = new CchEngine(graph);
    try {
      const { tookMs } = await engine.prepare(null);
      log(`${graph.edgeCount} roads; hierarchy made in ${tookMs} ms`);
      for (const [e, kmh, closed] of traffic(random, engine))
        for (const x of [plain, engine]) {
          x.setSpeed(e, kmh);
          x.setClosed(e, closed, closed);
        }
      await engine.update();
      const pick = (): Snap => ({
        edge: Math.floor(random() * graph.edgeCount),
        alongM: 0,
        at: [0, 0],
        distanceM: 0,
      });
      const pairs = Array.from({ length: scaled(PAIRS, scale, 50) }, () => [pick(), pick()] as const);
      timed(engine, pairs);
      const product = timed(engine, pairs);
      const peer = timed(plain, pairs);
      let found = 0;
      product.paths.forEach((p, i) => {
        const q = peer.paths[i]!;
        if ((p === null) !== (q === null)) throw new Error(`pair ${i}: one finds a way, the other does not`);
        if (p && q && Math.abs(p.timeS - q.timeS) > NEAR_S * (p.arcs.length + q.arcs.length))
          throw new Error(`pair ${i}: ${p.timeS} s and ${q.timeS} s`);
        if (p) found++;
      });
      log(`${found} of ${pairs.length} pairs have a way; all times agree`);
      const many = teams(engine, plain, pick, scaled(INCIDENTS, scale, 10));
      log(`times of ${TEAMS} teams to each of ${many.product.length} places agree`);
      const { cpuMs, pauseMs } = await reweighting(engine);
      const [x, y] = [summary(many.product), summary(many.peer)];
      const [a, b] = [summary(product.took), summary(peer.took)];
      return {
        rows: [
          ...(tiled?.rows ?? []),
          { what: 'route', way: 'hierarchy (product)', p50: ms(a.p50), p99: ms(a.p99) },
          { what: 'route', way: 'A* (peer)', p50: ms(b.p50), p99: ms(b.p99) },
          { what: `times of ${TEAMS} teams`, way: 'hierarchy (product)', p50: ms(x.p50), p99: ms(x.p99) },
          { what: `times of ${TEAMS} teams`, way: 'Dijkstra backwards (peer)', p50: ms(y.p50), p99: ms(y.p99) },
          { what: 'all roads anew, CPU', way: 'hierarchy (product)', p50: ms(cpuMs), p99: '–' },
        ],
        goals: [
          ...(tiled?.goals ?? []),
          { goal: 'route p50 ≤ 0.3 ms', got: ms(a.p50), met: a.p50 <= 0.3 },
          { goal: 'route p50 ≤ 1/10 of A*', got: (a.p50 / b.p50).toFixed(3), met: a.p50 <= b.p50 / 10 },
          { goal: `times of ${TEAMS} teams p99 ≤ 15 ms`, got: ms(x.p99), met: x.p99 <= 15 },
          { goal: 'all roads anew ≤ 250 ms CPU', got: ms(cpuMs), met: cpuMs <= 250 },
          { goal: 'a question waits < 20 ms meanwhile', got: ms(pauseMs), met: pauseMs < 20 },
        ],
      };
    } finally {
      await engine.end();
    }
  },
};

/** Times of all teams to one place after the other. @throws when one differs */
function teams(
  engine: CchEngine,
  plain: AStarEngine,
  pick: () => Snap,
  incidents: number,
): Record<'product' | 'peer', number[]> {
  const sources = Array.from({ length: TEAMS }, pick);
  const took: Record<'product' | 'peer', number[]> = { product: [], peer: [] };
  // the first questions of a process teach the compiler; the engine itself runs for weeks
  for (let i = 0; i < WARM_UP; i++) for (const e of [engine, plain]) e.etas(sources, pick());
  for (let i = 0; i < incidents; i++) {
    const to = pick();
    const ask = (e: RoadEngine, into: number[]) => {
      const t = performance.now();
      const etas = e.etas(sources, to);
      into.push(performance.now() - t);
      return etas;
    };
    const [a, b] = [ask(engine, took.product), ask(plain, took.peer)];
    a.forEach((eta, k) => {
      const want = b[k];
      if ((eta === null) !== !want || (eta && want && Math.abs(eta.timeS - want.timeS) > NEAR_S * 1000))
        throw new Error(`place ${i}, team ${k}: ${eta?.timeS} s and ${want?.timeS} s`);
    });
  }
  return took;
}

/** CPU of laying all weights anew (both threads), and the longest time for which the asking thread did not turn meanwhile. */
async function reweighting(engine: CchEngine): Promise<{ cpuMs: number; pauseMs: number }> {
  const cpu: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (let i = 0; i < ROUNDS; i++) {
    engine.setSpeed(0, 20 + i);
    const before = process.cpuUsage();
    await engine.update();
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000);
  }
  delay.disable();
  return { cpuMs: summary(cpu).p50, pauseMs: delay.max / 1e6 };
}
