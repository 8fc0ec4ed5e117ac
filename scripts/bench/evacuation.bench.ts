import { assign, MAX_BLOCKS, MAX_SHELTERS } from '#domain/around/evacuation.ts';
import { optimum, scattered } from '#domain/around/evacuation-testing.ts';
import { ms, scaled, summary, type Bench, type BenchContext, type BenchResult } from './bench.ts';

/** Blocks and shelters of the questions that a linear program can still answer in seconds, and the largest that the desk may ask. */
const SMALL = { blocks: 50, shelters: 10, tight: 1.1 };
const LARGEST = { blocks: MAX_BLOCKS, shelters: MAX_SHELTERS, tight: 1.05 };
const QUESTIONS = 5;
const GOAL_MS = 1000;

async function run({ seed, scale, log }: BenchContext): Promise<BenchResult> {
  const took = { assigned: [] as number[], program: [] as number[], largest: [] as number[] };
  const timed = <T>(into: number[], work: () => T): T => {
    const from = performance.now();
    const answer = work();
    into.push(performance.now() - from);
    return answer;
  };
  for (let i = 0; i < QUESTIONS; i++) {
    const input = scattered(seed + i, SMALL.blocks, SMALL.shelters, SMALL.tight);
    const found = timed(took.assigned, () => assign(input));
    const least = timed(took.program, () => optimum(input));
    if (Math.abs(found.totalS - least) > 1e-6 * least + 1e-3)
      throw new Error(`seed ${seed + i}: ${found.totalS} s, the linear program says ${least} s`);
  }
  log(`${QUESTIONS} of ${QUESTIONS} cost what the linear program says`);
  for (let i = 0; i < scaled(15, scale, 3); i++) {
    const input = scattered(seed + i, LARGEST.blocks, LARGEST.shelters, LARGEST.tight);
    const { left } = timed(took.largest, () => assign(input));
    if (left.some((n) => n > 0)) throw new Error(`seed ${seed + i}: somebody is left although there is room`);
  }
  const row = (what: string, way: string, samples: number[]): Record<string, string | number> => {
    const s = summary(samples);
    return { what, way, n: s.n, p50: ms(s.p50), max: ms(s.max) };
  };
  const name = (q: typeof SMALL): string => `${q.blocks} blocks, ${q.shelters} shelters`;
  const ratio = summary(took.program).p50 / summary(took.assigned).p50;
  const worst = summary(took.largest).max;
  return {
    rows: [
      row(name(SMALL), 'assignment (product)', took.assigned),
      row(name(SMALL), 'linear program (peer)', took.program),
      row(name(LARGEST), 'assignment (product)', took.largest),
    ],
    goals: [
      {
        goal: `the largest question ≤ ${GOAL_MS} ms, in its own thread`,
        got: `${ms(worst)} at most`,
        met: worst <= GOAL_MS,
      },
      { goal: 'quicker than a linear program', got: `${ratio.toFixed(0)} ×`, met: ratio > 1 },
    ],
  };
}

export const evacuation: Bench = {
  name: 'evacuation',
  title: 'People to shelters: the assignment beside a linear program',
  run,
};
