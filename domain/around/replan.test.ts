import { expect, test } from 'vitest';
import { assign } from './evacuation.ts';
import { freePlaces, outdated, type ShelterFill } from './evacuation-rows.ts';
import { blockKey, extraIn, settled, settledIn, type BlockFlow } from './replan.ts';

const AT = [118.8, 31.2] as const;
const shelter = (id: string, over: Partial<ShelterFill> = {}): ShelterFill => ({
  ...{ id, name: id, nameEn: id, at: AT, places: 200, assigned: 0, arrived: 0, ...over },
});
const block = (i: number, people: number, to: [string, number][]): BlockFlow => ({
  ...{ at: [118.8 + i / 1000, 31.2], people, street: null, left: 0 },
  to: to.map(([id, n]) => ({ shelter: id, people: n, timeS: 60 })),
});

test('a plan holds while people come as planned, and says where it no longer does', () => {
  const planned = { assigned: 150 };
  expect(outdated({ shelters: [shelter('a', planned), shelter('b', { ...planned, arrived: 150 })] })).toEqual([]);
  // others took the places of those who are to come
  expect(outdated({ shelters: [shelter('a', { ...planned, taken: 80 })] })).toEqual([
    { id: 'a', why: 'full', people: 30 },
  ]);
  // the registry tells fewer places, or no longer names it
  expect(outdated({ shelters: [shelter('a', { ...planned, places: 0 })] })).toEqual([
    { id: 'a', why: 'full', people: 150 },
  ]);
  expect(outdated({ shelters: [shelter('a', { ...planned, arrived: 170 })] })).toEqual([
    { id: 'a', why: 'more', people: 20 },
  ]);
  // who came beyond the plan is in the new one
  expect(outdated({ shelters: [shelter('a', { ...planned, arrived: 170, extra: 20 })] })).toEqual([]);
});

test('who has arrived is taken from the blocks that went there, whole people in their proportion, and never more than were sent', () => {
  const flows = [block(0, 90, [['a', 60], ['b', 30]]), block(1, 40, [['a', 40]])]; // prettier-ignore
  const some = settled(
    [shelter('a', { assigned: 100, arrived: 51 }), shelter('b', { assigned: 30, arrived: 999 })],
    flows,
  );
  const of = (i: number, id: string) =>
    some.get(blockKey(flows[i]!.at))?.filter((t) => t.shelter === id).reduce((n, t) => n + t.people, 0) ?? 0; // prettier-ignore
  expect([of(0, 'a'), of(1, 'a'), of(0, 'b')]).toEqual([31, 20, 30]);
  expect(settled([shelter('a', { assigned: 100 })], flows).size).toBe(0);
});

test('a plan that is computed anew puts nobody beyond a free place, whatever filled meanwhile, and then holds', () => {
  const flows = [block(0, 120, [['a', 120]]), block(1, 180, [['a', 80], ['b', 100]])]; // prettier-ignore
  for (const [arrived, taken, places] of [[0, 150, 200], [180, 90, 200], [250, 0, 200], [60, 0, 0], [40, 60, 120]] as const) {
    const now = [
      shelter('a', { assigned: 200, arrived, taken, places }),
      shelter('b', { assigned: 100, arrived: 30 }),
      shelter('c', { places: 90 }),
    ];
    const there = settled(now, flows);
    const stay = flows.map((f) => there.get(blockKey(f.at)) ?? []);
    const people = flows.map((f, i) => f.people - stay[i]!.reduce((n, t) => n + t.people, 0));
    const free = now.map((s) => Math.max(0, freePlaces(s) - s.arrived));
    const { flows: go, left } = assign({ people, places: free, seconds: flows.map(() => [60, 70, 80]) });
    const anew = now.map((s, i) => ({
      ...s,
      extra: extraIn(s),
      assigned: settledIn(s) + go.reduce((n, f) => (f.shelter === i ? n + f.people : n), 0),
    }));
    for (const s of anew) expect(s.assigned).toBeLessThanOrEqual(freePlaces(s));
    expect(anew.reduce((n, s) => n + s.assigned, 0) + left.reduce((a, b) => a + b, 0)).toBe(300);
    expect(outdated({ shelters: anew })).toEqual([]);
  }
}); // prettier-ignore
