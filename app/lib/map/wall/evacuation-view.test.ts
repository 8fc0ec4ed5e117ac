import { expect, test } from 'vitest';
import type { EvacuationRow, ShelterFill } from '#domain/around/evacuation-rows.ts';
import { arrange, evacuationLines, mapShelters, shelterLine, UNITS, type EvacuationLine } from './evacuation-view.ts';

const shelter = (id: string, over: Partial<ShelterFill> = {}): ShelterFill =>
  ({ id, places: 100, assigned: 50, arrived: 0, ...over }) as ShelterFill;
const evacuation = (over: Partial<EvacuationRow>): EvacuationRow =>
  ({ people: 100, drill: false, shelters: [], ...over }) as EvacuationRow;
const lineOf = (id: string, shelters: number, people = 100): [string, EvacuationRow] => [
  id,
  evacuation({ people, shelters: Array.from({ length: shelters }, (_, i) => shelter(`${id}${i}`)) }),
];

test('a shelter is as full as who arrived and who holds places besides, and 100 % is said of a full one alone', () => {
  const said = (s: Partial<ShelterFill>) => {
    const { inside, percent, fill } = shelterLine(shelter('a', s));
    return [inside, percent, fill];
  };
  expect(said({ arrived: 20, taken: 30 })).toEqual([50, 50, 'open']);
  expect(said({ places: 1000, arrived: 999 })).toEqual([999, 99, 'open']);
  expect(said({ arrived: 70, taken: 30 })).toEqual([100, 100, 'full']);
  expect(said({ arrived: 71, taken: 30 })).toEqual([101, 101, 'over']);
  expect(said({ places: 1000, arrived: 1001 })).toEqual([1001, 101, 'over']);
  expect(said({ places: 0 })).toEqual([0, null, 'full']);
  expect(said({ places: 0, arrived: 1 })).toEqual([1, null, 'over']);
});

test('the fullest shelter stands first, by share and not by people; drills stand after what is real', () => {
  const shelters = [
    shelter('large', { places: 1000, arrived: 300 }),
    shelter('none', { places: 0 }),
    shelter('crammed', { places: 0, arrived: 2 }),
    shelter('over', { arrived: 120 }),
    shelter('b', { arrived: 80 }),
    shelter('more', { arrived: 80, assigned: 60 }),
    shelter('a', { arrived: 80 }),
  ];
  const lines = evacuationLines(
    new Map([
      ['drill', evacuation({ people: 9000, drill: true })],
      ['small', evacuation({ people: 10, shelters })],
      ['large', evacuation({ people: 500 })],
    ]),
  );
  expect(lines.map((l) => [l.id, l.arrived])).toEqual([
    ['large', 0],
    ['small', 662],
    ['drill', 0],
  ]);
  expect(lines[1]!.shelters.map((s) => s.row.id)).toEqual(['crammed', 'over', 'none', 'more', 'a', 'b', 'large']);
});

test('a shelter that evacuations share is equally full in each and stands once on the map; who came in a drill fills none of what is real', () => {
  const lines = evacuationLines(
    new Map([
      ['a', evacuation({ people: 3, shelters: [shelter('x', { arrived: 90 }), shelter('y', { arrived: 95 })] })],
      ['b', evacuation({ people: 2, shelters: [shelter('x', { arrived: 100, assigned: 10 })] })],
      ['drill', evacuation({ drill: true, shelters: [shelter('x', { arrived: 300 }), shelter('z')] })],
    ]),
  );
  expect(lines.map((l) => l.shelters.map((s) => [s.row.id, s.inside]))).toEqual([
    [['x', 100], ['y', 95]],
    [['x', 100]],
    [['x', 300], ['z', 0]],
  ]); // prettier-ignore
  expect(lines.map((l) => l.arrived)).toEqual([185, 100, 300]);
  expect(mapShelters(lines).map((s) => [s.row.id, s.inside])).toEqual([['x', 100], ['y', 95], ['z', 0]]); // prettier-ignore
});

test('the list never grows over its room, wastes no room for a shelter, and counts all that it leaves out', () => {
  const height = ({ blocks, more }: ReturnType<typeof arrange>): number =>
    blocks.reduce(
      (sum, b) => sum + UNITS.head + b.shown.length * UNITS.shelter + (b.more > 0 ? UNITS.more : 0),
      more > 0 ? UNITS.more : 0,
    );
  for (const counts of [[1], [7], [2, 9], [1, 1, 1], [0, 4], [80, 80, 80, 80]]) {
    const lines: EvacuationLine[] = evacuationLines(
      new Map(counts.map((n, i) => lineOf(String.fromCharCode(97 + i), n, 100 - i))),
    );
    for (let room = UNITS.head + UNITS.shelter + 2 * UNITS.more; room < 140; room++) {
      const all = arrange(lines, room);
      expect(height(all)).toBeLessThanOrEqual(room);
      expect(all.blocks.length + all.more).toBe(counts.length);
      for (const b of all.blocks) {
        expect(b.shown.length + b.more).toBe(b.line.shelters.length);
        if (b.line.shelters.length > 0) expect(b.shown.length).toBeGreaterThan(0);
        if (b.more > 1) expect(room - height(all)).toBeLessThan(UNITS.shelter);
      }
    }
  }
});

test('the first evacuation stands with its fullest shelter however little room there is', () => {
  const { blocks, more } = arrange(evacuationLines(new Map([lineOf('a', 3), lineOf('b', 3, 50)])), 1);
  expect(blocks.map((b) => [b.line.id, b.shown.length, b.more])).toEqual([['a', 1, 2]]);
  expect(more).toBe(1);
});
