import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { LngLat } from '#domain/city/rows.ts';
import type { Random } from '#domain/random.ts';
import { Answers } from '#gis-data/roads/answers.ts';
import type { CchEngine } from '#gis-data/roads/cch-engine.ts';
import { ANSWERS, type Kind } from '#gis-data/roads/desk.ts';
import { arcLine, metresBetween } from '#gis-data/roads/graph.ts';
import { matchTrack } from '#gis-data/roads/match.ts';
import type { Snap } from '#gis-data/roads/snap.ts';
import type { Basis } from '#gis-data/roads/wire.ts';
import type { Valhalla } from '#scripts/city/valhalla.ts';
import { tookRow, type BenchResult } from './bench.ts';

/** Large questions to the road engine: what somebody's way waits beside them, and how well a track is laid on the roads. */

const BASIS: Basis = { speeds: 'live', measuredSegments: 0, closedSegments: 0, closedByHand: 0, at: null, mapVersion: '' }; // prettier-ignore
const MATRIX = 50;
const TRACK = 600;
/** Positions of a track stand so far apart, and are wrong by so much in each direction (standard deviation). */
const STEP_M = 40;
const NOISE_M = 10;
const ALONG_M = 2 * NOISE_M;
/** A track of the comparison has at least so many positions. */
const LEAST = 50;
const MOST = 150;

interface Track {
  readonly at: readonly LngLat[];
  /** The edges that each position was really on, give or take {@link ALONG_M} of the drive: noise goes past junctions, too. */
  readonly edges: readonly ReadonlySet<number>[];
}

/** The standard normal distribution. */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Positions along the quickest way between two places, with noise. */
function drive(engine: CchEngine, random: Random, pick: () => Snap, most: number): Track {
  for (let tries = 0; tries < 100; tries++) {
    const at: LngLat[] = [];
    const along: number[] = [];
    const passed: { edge: number; from: number; to: number }[] = [];
    let [driven, next] = [0, STEP_M];
    for (const arc of engine.route(pick(), pick(), 'fastest')?.arcs.slice(1, -1) ?? []) {
      const begin = driven;
      const line = arcLine(engine.graph, arc);
      for (let i = 1; i < line.length; i++) {
        const [a, b] = [line[i - 1]!, line[i]!];
        const step = metresBetween(a, b);
        for (; next < driven + step && at.length < most; next += STEP_M) {
          const x = (next - driven) / step;
          at.push(noisy([a[0] + (b[0] - a[0]) * x, a[1] + (b[1] - a[1]) * x], random));
          along.push(next);
        }
        driven += step;
      }
      passed.push({ edge: arc >> 1, from: begin, to: driven });
    }
    if (at.length < LEAST) continue;
    const near = (m: number): number[] =>
      passed.filter((p) => p.from <= m + ALONG_M && p.to >= m - ALONG_M).map((p) => p.edge);
    return { at, edges: along.map((m) => new Set(near(m))) };
  }
  throw new Error('no drive of this city is long enough');
}
const noisy = ([lng, lat]: LngLat, random: Random): LngLat => [
  lng + (normal(random) * NOISE_M) / (111_195 * Math.cos((lat * Math.PI) / 180)),
  lat + (normal(random) * NOISE_M) / 111_195,
];

/**
 * What a way waits, from asking to its answer, while tracks and matrices are answered: in threads, and as it was when one thread answered
 * everything in turn.
 * @throws when a thread does not answer what the engine itself does
 */
export async function besideLarge(
  engine: CchEngine,
  random: Random,
  pick: () => Snap,
  rounds: number,
): Promise<Record<'product' | 'before', number[]>> {
  const answers = new Answers(engine, () => BASIS);
  const many = (): [number, number][] => Array.from({ length: MATRIX }, () => [...pick().at] as [number, number]);
  const way = (): object => ({ from: pick().at, to: pick().at });
  const product: number[] = [];
  const before: number[] = [];
  try {
    for (let i = 0; i < rounds; i++) {
      const track = drive(engine, random, pick, TRACK).at.map((at) => ({ at }));
      const large: [Kind, object][] = [['match', { track }], ['matrix', { from: many(), to: many() }]]; // prettier-ignore
      for (const [kind, question] of large) {
        let over = false;
        const asked = Promise.resolve(answers.ask(kind, question)).finally(() => (over = true));
        while (!over) {
          const began = performance.now();
          await turnOfLoop();
          await answers.ask('route', way());
          product.push(performance.now() - began);
        }
        const began = performance.now();
        const own = ANSWERS[kind](engine, BASIS, question);
        await answers.ask('route', way());
        before.push(performance.now() - began);
        if (JSON.stringify(await asked) !== JSON.stringify(own)) throw new Error(`${kind}: a thread answers otherwise`);
      }
    }
    return { product, before };
  } finally {
    await answers.end();
  }
}

/**
 * Tracks along known ways, laid on the roads by us and by Valhalla: the share of positions on the road that was really driven, and the
 * time of each track.
 */
export async function matchingOf(
  engine: CchEngine,
  valhalla: Valhalla | null,
  random: Random,
  pick: () => Snap,
  count: number,
  log: (line: string) => void,
): Promise<BenchResult> {
  const tracks = Array.from({ length: count }, () => drive(engine, random, pick, MOST));
  const [ours, theirs]: [number[], number[]] = [[], []];
  const right = { ours: 0, theirs: 0, of: 0 };
  matchTrack(engine, tracks[0]!.at.map((at) => ({ at })), NOISE_M); // prettier-ignore
  for (const { at, edges } of tracks) {
    right.of += at.length;
    let began = performance.now();
    const { points } = matchTrack(engine, at.map((p) => ({ at: p })), NOISE_M); // prettier-ignore
    ours.push(performance.now() - began);
    // a position beside one that says nothing new is where that one is
    let last: number | null = null;
    points.forEach((p, i) => {
      last = p ? p.edge : last;
      if (last !== null && edges[i]!.has(last)) right.ours++;
    });
    if (!valhalla) continue;
    began = performance.now();
    const ways = await valhalla.match(at, NOISE_M);
    theirs.push(performance.now() - began);
    ways.forEach((way, i) => {
      if (way !== null && edges[i]!.has(engine.graph.indexOf.get(way) ?? -1)) right.theirs++;
    });
  }
  const share = (n: number): string => `${((100 * n) / right.of).toFixed(1)} %`;
  const what = `tiled: track of ${Math.round(right.of / count)} positions`;
  log(`tiled: ${right.of} positions of ${count} tracks, ${NOISE_M} m off: on the right road ${share(right.ours)}${valhalla ? `, Valhalla ${share(right.theirs)}` : ''}`); // prettier-ignore
  return {
    rows: [
      tookRow(`${what}, ${share(right.ours)} right`, 'product', ours),
      ...(valhalla ? [tookRow(`${what}, ${share(right.theirs)} right`, 'Valhalla (peer)', theirs)] : []),
    ],
    goals: valhalla
      ? [
          {
            goal: 'tiled: track on the right road ≥ Valhalla',
            got: `${share(right.ours)}, ${share(right.theirs)}`,
            met: right.ours >= right.theirs,
          },
        ]
      : [],
  };
}
