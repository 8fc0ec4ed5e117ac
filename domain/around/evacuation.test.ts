import fc from 'fast-check';
import { expect, test } from 'vitest';
import { optimum, scattered } from './evacuation-testing.ts';
import { assign, MAX_BLOCKS, MAX_SHELTERS, type EvacuationInput } from './evacuation.ts';

const held = (input: EvacuationInput, flows: ReturnType<typeof assign>['flows'], shelter: number): number =>
  flows.filter((f) => f.shelter === shelter).reduce((n, f) => n + f.people, 0);

test.each([
  [1, 30, 8, 1.05],
  [2, 40, 10, 1.5],
  [3, 25, 12, 1.01],
  [4, 50, 6, 1.1],
  [5, 35, 9, 1.2],
])(
  'seed %i: %i blocks and %i shelters with %f of the places cost what the linear program says',
  (seed, b, s, tight) => {
    const input = scattered(seed, b, s, tight);
    const found = assign(input);
    expect(found.left.every((n) => n === 0)).toBe(true);
    const least = optimum(input);
    expect(Math.abs(found.totalS - least)).toBeLessThan(1e-6 * least + 1e-3);
    // the nearest shelter with room, block by block, is dearer: the problem is none that greed solves
    expect(greedy(input)).toBeGreaterThan(found.totalS);
  },
);

function greedy({ people, places, seconds }: EvacuationInput): number {
  const free = [...places];
  let sum = 0;
  people.forEach((n, b) => {
    let rest = n;
    const order = free.map((_, s) => s).sort((x, y) => seconds[b]![x]! - seconds[b]![y]!);
    for (const s of order) {
      const many = Math.min(rest, free[s]!);
      free[s]! -= many;
      rest -= many;
      sum += many * seconds[b]![s]!;
    }
  });
  return sum;
}

const Inputs = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 6 })).chain(([blocks, shelters]) =>
  fc.record({
    people: fc.array(fc.nat(60), { minLength: blocks, maxLength: blocks }),
    places: fc.array(fc.nat(90), { minLength: shelters, maxLength: shelters }),
    seconds: fc.array(
      fc.array(fc.option(fc.nat(900), { nil: null, freq: 4 }), { minLength: shelters, maxLength: shelters }),
      { minLength: blocks, maxLength: blocks },
    ),
  }),
);

test('no shelter holds more than its places; everybody is placed or named as left; nobody goes where no road leads', () => {
  fc.assert(
    fc.property(Inputs, (input) => {
      const { flows, left } = assign(input);
      input.places.forEach((n, s) => expect(held(input, flows, s)).toBeLessThanOrEqual(n));
      input.people.forEach((n, b) =>
        expect(flows.filter((f) => f.block === b).reduce((sum, f) => sum + f.people, 0) + left[b]!).toBe(n),
      );
      for (const f of flows) {
        expect(f.people).toBeGreaterThan(0);
        expect(input.seconds[f.block]![f.shelter]).not.toBeNull();
      }
      // who is left could not go anywhere: every shelter that a road leads to is full
      left.forEach((n, b) => {
        if (n > 0)
          input.places.forEach((cap, s) => {
            if (input.seconds[b]![s] !== null) expect(held(input, flows, s)).toBe(cap);
          });
      });
    }),
  );
});

test('the largest question is answered: everybody finds a place, and no more ways are used than blocks and shelters ask for', () => {
  const input = scattered(9, MAX_BLOCKS, MAX_SHELTERS, 1.05);
  const { left, flows } = assign(input);
  expect(left.reduce((a, b) => a + b, 0)).toBe(0);
  expect(flows.length).toBeLessThan(MAX_BLOCKS + MAX_SHELTERS);
});
