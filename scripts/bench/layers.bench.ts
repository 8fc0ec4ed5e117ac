import { isDeepStrictEqual } from 'node:util';
import { CASE_STATES, CASE_TYPES, URGENCIES } from '#domain/cases/case.ts';
import type { CaseRow } from '#domain/cases/rows.ts';
import { mulberry32 } from '#domain/random.ts';
import { foldText } from '#domain/text-fold.ts';
import { HOUR } from '#domain/time.ts';
import type { Box } from '#lib/map/geo.ts';
import { ALL_CASES, caseMarks, filteredCases, type CaseFilter, type CaseLook } from '#lib/map/layers/cases.ts';
import { clusters, type Cluster } from '#lib/map/layers/clusters.ts';
import { districtCounts } from '#lib/map/layers/districts.ts';
import { heat } from '#lib/map/layers/heat.ts';
import { hexCounts } from '#lib/map/layers/hexagons.ts';
import {
  namedHeat,
  namedHexagons,
  plainClusters,
  plainDistricts,
  plainFiltered,
  plainHeat,
  plainHexagons,
  plainMarks,
} from '#tests/support/plain-layers.ts';
import { mid, ms, scaled, type Bench, type BenchContext, type BenchResult } from './bench.ts';

/** The map desk's layers of cases after each change of the filter, beside plain versions of the same. */

const CASES = 100_000;
const GOAL_MS = 150;
const ROUNDS = 15;
const NAIVE_ROUNDS = 3;
const NOW = Date.parse('2026-11-22T04:00:00Z');
const DISTRICTS = ['云山区', '江滨区', '东湖区', '新港区', '古城区', '高新区', '南溪区', '北岭区'];
const TITLES = [
  '路灯不亮',
  '噪音扰民',
  '小区停水',
  '道路积水',
  '垃圾未清运',
  '车辆占道停放',
  '供暖温度不达标',
  '井盖破损',
];

/** What a screen of 1920 × 1080 shows of the middle of the city, with its margin. */
const SCREEN: Readonly<Record<number, Box>> = {
  10: [117.3, 31.3, 120.3, 32.8],
  13: [118.6, 31.98, 119.02, 32.18],
  16: [118.78, 32.06, 118.83, 32.09],
};

type Rows = [string, CaseRow][];

/** Half of the cases around 400 centres of which few have most, the others anywhere in a city of 40 km. */
function seededCases(cases: number, seed: number): Rows {
  const random = mulberry32(seed);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const anywhere = (): [number, number] => [118.6 + random() * 0.42, 31.9 + random() * 0.36];
  const centres = Array.from({ length: 400 }, anywhere);
  const near = ([lng, lat]: readonly [number, number]): [number, number] => {
    const [far, turn] = [0.006 * Math.sqrt(-2 * Math.log(1 - random())), 2 * Math.PI * random()];
    return [lng + far * Math.cos(turn), lat + far * Math.sin(turn)];
  };
  return Array.from({ length: cases }, (_, i) => [
    `20261122${String(i).padStart(7, '0')}`,
    {
      type: pick(CASE_TYPES),
      category: ['城市管理', '市政设施'],
      title: pick(TITLES),
      district: random() < 0.03 ? null : pick(DISTRICTS),
      place: `人民路${Math.floor(random() * 900)}号`,
      at: random() < 0.05 ? null : random() < 0.5 ? anywhere() : near(centres[Math.floor(400 * random() ** 3)]!),
      state: pick(CASE_STATES),
      urgency: random() < 0.06 ? pick(URGENCIES) : 'normal',
      acceptedAt: NOW - Math.floor(random() * 48 * HOUR),
      unit: '市政管理处',
    } as unknown as CaseRow,
  ]);
}

/** One thing that the desk does, and the same as somebody would write it. */
interface Work {
  readonly what: string;
  readonly product: () => unknown;
  readonly naive: () => unknown;
  readonly same: (product: never, naive: never) => boolean;
}

/** Sums of places are added in another order: equal but for the last digits. */
const near = (a: readonly number[] | Float64Array, b: readonly number[] | Float64Array): boolean =>
  a.length === b.length && a.every((v: number, i: number) => Math.abs(v - b[i]!) < 1e-7);
const sameClusters = (a: readonly Cluster[], b: readonly Cluster[]): boolean =>
  a.length === b.length &&
  a.every((c, i) => c.id === b[i]!.id && c.count === b[i]!.count && near(c.at, b[i]!.at) && isDeepStrictEqual(c.members, b[i]!.members)); // prettier-ignore
function sameLook(a: CaseLook, b: CaseLook): boolean {
  const { positions, ...rest } = a.marks;
  const { positions: theirs, ...others } = b.marks;
  return isDeepStrictEqual(rest, others) && near(positions, theirs) && sameClusters(a.groups, b.groups);
}

function filters(rows: Rows): Work[] {
  const map = new Map(rows);
  const work = (what: string, wish: Partial<CaseFilter>): Work => {
    const f = { ...ALL_CASES, ...wish };
    return {
      what: `filter: ${what}`,
      product: () => filteredCases(map, f, NOW),
      naive: () => plainFiltered(map, f, NOW, foldText),
      same: isDeepStrictEqual,
    };
  };
  return [
    work('none', {}),
    work('type', { types: ['complaint', 'report'] }),
    work('district', { district: '江滨区' }),
    work('time', { hours: 6 }),
    work('words', { text: '噪音 人民路' }),
  ];
}

function layersOf(rows: Rows): Work[] {
  const points = rows.flatMap(([id, { at }]) => (at ? [{ id, at }] : []));
  const at = <T>(zooms: readonly number[], make: (z: number) => T): T[] => zooms.map(make);
  return [
    ...at([10, 13, 16], (z) => ({
      what: `marks, zoom ${z}`,
      product: () => caseMarks(rows, z),
      naive: () => plainMarks(rows, z),
      same: sameLook,
    })),
    ...at([12], (z) => ({
      what: `clusters, zoom ${z}`,
      product: () => clusters(points, z),
      naive: () => plainClusters(points, z),
      same: sameClusters,
    })),
    ...at([10, 13, 16], (z) => ({
      what: `hexagons, zoom ${z}`,
      product: () => hexCounts(rows, z),
      naive: () => plainHexagons(rows, z),
      same: (a: ReturnType<typeof hexCounts>, b: Map<string, number>) => isDeepStrictEqual(namedHexagons(a, z), b),
    })),
    ...at([10, 13, 16], (z) => ({
      what: `heat, zoom ${z}`,
      product: () => heat(rows, z, SCREEN[z]),
      naive: () => plainHeat(rows, z, SCREEN[z]),
      same: (a: ReturnType<typeof heat>, b: ReturnType<typeof plainHeat>) =>
        isDeepStrictEqual(namedHeat(a.points, z), b.cells),
    })),
    {
      what: 'districts',
      product: () => districtCounts(rows),
      naive: () => plainDistricts(rows),
      same: isDeepStrictEqual,
    },
  ];
}

/** Milliseconds of the processor and of the clock. */
function took(work: () => unknown): { cpu: number; wall: number } {
  const [from, before] = [performance.now(), process.threadCpuUsage()];
  work();
  const { user, system } = process.threadCpuUsage(before);
  return { cpu: (user + system) / 1000, wall: performance.now() - from };
}

function run({ seed, scale, log }: BenchContext): BenchResult {
  const rows = seededCases(CASES, seed);
  const result: { rows: BenchResult['rows'][number][]; goals: BenchResult['goals'][number][] } = { rows: [], goals: [] }; // prettier-ignore
  for (const { what, product, naive, same } of [...filters(rows), ...layersOf(rows)]) {
    if (!same(product() as never, naive() as never)) throw new Error(`${what}: product and naive version differ`);
    const mine: ReturnType<typeof took>[] = [];
    const theirs: ReturnType<typeof took>[] = [];
    for (let i = 0; i < scaled(ROUNDS, scale, 5); i++) {
      mine.push(took(product));
      // it takes several times as long
      if (i < scaled(NAIVE_ROUNDS, scale)) theirs.push(took(naive));
    }
    const cpu = mid(mine, 'cpu');
    log(`${what}: the same, ${ms(cpu)}`);
    result.rows.push({ what, 'processor p50': ms(cpu), 'clock p50': ms(mid(mine, 'wall')), naive: ms(mid(theirs, 'cpu')), ratio: `${(mid(theirs, 'cpu') / cpu).toFixed(1)} ×` }); // prettier-ignore
    result.goals.push({ goal: `${what} ≤ ${GOAL_MS} ms of the processor (p50)`, got: ms(cpu), met: cpu <= GOAL_MS });
  }
  return result;
}

export const layers: Bench = {
  name: 'layers',
  title: `The map's layers of ${CASES.toLocaleString('en')} cases after a change of the filter`,
  run: (context) => Promise.resolve(run(context)),
};
