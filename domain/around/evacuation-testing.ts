import library from 'javascript-lp-solver';
import { mulberry32 } from '../random.ts';
import type { EvacuationInput } from './evacuation.ts';

/** What tests and the benchmark hold the assignment against; no part of the product. */

// Its types describe a CommonJS module; Node loads the ES one, whose default is the solver itself.
type Solver = (typeof library)['default'];
const solver = ('default' in library ? library.default : library) as Solver;

/** What a linear program says the least sum of people × seconds is. @throws Error when not everybody finds a place */
export function optimum({ people, places, seconds }: EvacuationInput): number {
  const variables: Record<string, Record<string, number>> = {};
  const constraints: Record<string, { equal?: number; max?: number }> = {};
  people.forEach((n, b) => (constraints[`b${b}`] = { equal: n }));
  places.forEach((n, s) => (constraints[`s${s}`] = { max: n }));
  seconds.forEach((row, b) =>
    row.forEach((c, s) => {
      if (c !== null) variables[`x${b}_${s}`] = { cost: c, [`b${b}`]: 1, [`s${s}`]: 1 };
    }),
  );
  const found = solver.Solve({ optimize: 'cost', opType: 'min', constraints, variables }) as {
    feasible: boolean;
    result: number;
  };
  if (!found.feasible) throw new Error('the linear program finds no solution');
  return found.result;
}

/** Blocks and shelters on a plane, driven at 30 km/h with detours; `tight`: places for so many of all people. */
export function scattered(seed: number, blocks: number, shelters: number, tight: number): EvacuationInput {
  const random = mulberry32(seed);
  const point = (): [number, number] => [random() * 6000, random() * 6000];
  const [from, to] = [Array.from({ length: blocks }, point), Array.from({ length: shelters }, point)];
  const people = from.map(() => 1 + Math.floor(random() * 400));
  const sum = people.reduce((a, b) => a + b, 0);
  const weights = to.map(() => 0.2 + random());
  const all = weights.reduce((a, b) => a + b, 0);
  return {
    people,
    places: weights.map((w) => Math.ceil((w / all) * sum * tight)),
    seconds: from.map((a) => to.map((b) => Math.round((Math.hypot(a[0] - b[0], a[1] - b[1]) / 8.3) * (1 + random())))),
  };
}
