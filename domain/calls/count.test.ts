import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyRecords, type VisitRecord } from '../floor/records.ts';
import { SEAT_STATES } from '../floor/view.ts';
import { HOUR, MINUTE } from '../time.ts';
import { addParts, countParts, counts, type Counted, type Parts } from './count.ts';
import { rounded, roundedColumn } from './figure.ts';
import { PARTS, PART_NAMES } from './parts.ts';
import { sourceRows, STORED_SOURCES } from './sources.ts';
import { NO_TEAMS, type StateOfTeam } from './teams.ts';
import { DEFAULT_THRESHOLDS, thresholdLookup, thresholdPeriods, type ThresholdVersion } from './thresholds.ts';
import { randomRecords } from './testing.ts';
import { mulberry32 } from '../random.ts';

const A_CASE = {
  case_no: '1',
  accepted_at: Date.UTC(2026, 2, 2, 1),
  closed_at: null,
  type: 'help',
  category: ['供水'],
  unit: null,
  dispatched: false,
  caller_key: null,
  repeat_of: null,
  call_ids: [],
} as const;
const T0 = Date.UTC(2026, 2, 2, 1);
const ZONE = 'Asia/Shanghai';
const seeds = fc.integer({ min: 1, max: 1_000_000 });
const halfHours = (n: number): number[] => Array.from({ length: n + 1 }, (_, i) => T0 + i * 30 * MINUTE);

const cells = (list: readonly Counted[], intervals: (i: number) => number): Map<string, Parts> => {
  const out = new Map<string, Parts>();
  for (const c of list) {
    const key = `${intervals(c.interval)}|${c.group.join('|')}`;
    const cell = out.get(key) ?? {};
    out.set(key, cell);
    addParts(cell, c.parts);
  }
  return out;
};

test('half-hours added up equal the hours, the groups added up equal the whole, in every part of every source', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const rows = sourceRows(randomRecords(mulberry32(seed), { from: T0, hours: 4, calls: 60 }), ZONE);
      for (const s of STORED_SOURCES) {
        const fine = countParts(s, rows[s] as never, { edges: halfHours(8), by: [] });
        const hours = countParts(s, rows[s] as never, { edges: halfHours(8).filter((_, i) => i % 2 === 0), by: [] });
        expect(cells(fine, (i) => Math.floor(i / 2))).toEqual(cells(hours, (i) => i));
      }
      const seats = countParts('seat', rows.seat, { edges: halfHours(8), by: ['seat', 'queue'] });
      const whole = countParts('seat', rows.seat, { edges: halfHours(8) });
      expect(
        cells(
          seats.map((c) => ({ ...c, group: [] })),
          (i) => i,
        ),
      ).toEqual(cells(whole, (i) => i));
    }),
    { numRuns: 40 },
  );
});

test('offered is answered, abandoned, left otherwise and not known together; the buckets are the answered and the abandoned', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const rows = sourceRows(randomRecords(mulberry32(seed), { from: T0, hours: 4, calls: 80 }), ZONE);
      for (const { parts: p } of countParts('visit', rows.visit, { edges: halfHours(8), by: ['queue'] })) {
        const n = (k: keyof typeof p): number => p[k] ?? 0;
        expect(n('offered')).toBe(n('answered') + n('abandoned') + n('left_otherwise') + n('visits_lost'));
        expect(n('answered')).toBe(n('answered_b1') + n('answered_b2') + n('answered_b3') + n('answered_b4'));
        expect(n('abandoned')).toBe(n('abandoned_b1') + n('abandoned_b2') + n('abandoned_b3') + n('abandoned_b4'));
      }
    }),
    { numRuns: 60 },
  );
});

test('the seconds of a seat’s states sum to the length of every interval that they cover', () => {
  const lengths = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 * HOUR }), fc.constantFrom(...SEAT_STATES)), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(lengths, (list) => {
      const NOWHERE = { team: '', department: '', provider: '' };
      const rows: StateOfTeam[] = [];
      let t = T0 - HOUR;
      for (const [ms, state] of list)
        rows.push({ t_from: t, t_to: (t += ms), seat_no: 'A', state, reason: '', queue: null, ...NOWHERE });
      if (t < T0 + 4 * HOUR)
        rows.push({ t_from: t, t_to: T0 + 4 * HOUR, seat_no: 'A', state: 'idle', reason: '', queue: null, ...NOWHERE });
      const counted = countParts('time', rows, { edges: halfHours(8), by: ['seat'] });
      expect(counted).toHaveLength(8);
      for (const { parts } of counted) expect(Object.values(parts).reduce((a, b) => a + b, 0)).toBe(30 * MINUTE);
    }),
  );
});

test('a row counts in the interval in which it begins, at its first millisecond and not at its last edge', () => {
  const visit = (t: number): VisitRecord => ({
    t_queue: t,
    visit_id: 'v',
    call_id: 'c',
    queue: 'q',
    seat_no: null,
    t_answer: null,
    t_abandon: t,
    t_leave: t,
    outcome: 'abandoned',
    wait_s: 0,
  });
  const edges = halfHours(2);
  const at = (t: number): number[] => countParts('visit', [visit(t)], { edges }).map((c) => c.interval);
  expect([at(T0 - 1), at(T0), at(edges[1]! - 1), at(edges[1]!), at(edges[2]!)]).toEqual([[], [0], [0], [1], []]);
});

test('a limit is inclusive, a bucket half-open', () => {
  const v = (wait_s: number | null) => ({ outcome: 'answered', wait_s });
  expect([20, 21, null].map((w) => counts('answered_sl', v(w)))).toEqual([true, false, false]);
  expect(
    [19, 20, 40, 60].map((w) =>
      ['answered_b1', 'answered_b2', 'answered_b3', 'answered_b4'].findIndex((p) => counts(p as never, v(w))),
    ),
  ).toEqual([0, 1, 2, 3]);
});

test('rounding is half up and exact', () => {
  expect(rounded({ part: 1, whole: 8 }, 1, 100)).toBe(12.5);
  expect(rounded({ part: 1, whole: 2000 }, 1, 100)).toBe(0.1);
  expect(rounded({ part: 1005, whole: 1000 }, 2)).toBe(1.01);
  expect(rounded({ part: -1, whole: 2000 }, 1, 100)).toBe(0);
  expect(rounded({ part: 5, whole: 0 }, 1)).toBeNull();
  const big = 10 ** 15;
  expect(rounded({ part: big + 5, whole: 1000 }, 2)).toBe(1_000_000_000_000.01);
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), (part, whole) => {
      const x = rounded({ part, whole }, 2)!;
      const columns = [Float64Array.of(part, part), Float64Array.of(whole, 0)] as const;
      expect([...roundedColumn(...columns, 2, 1)]).toEqual([x, NaN]);
      expect(Math.abs(x - part / whole)).toBeLessThanOrEqual(0.005 + Math.abs(part / whole) * 1e-12);
    }),
  );
});

test('thresholds hold from their instant on, a group without versions of its own follows the common ones', () => {
  const v = (queue: string, from: number, connectS: number): ThresholdVersion => ({
    queue,
    from,
    values: { ...DEFAULT_THRESHOLDS, connectS },
  });
  const versions = [v('', 100, 10), v('q', 200, 30), v('', 300, 12), v('q', 400, 40)];
  const find = thresholdLookup(versions);
  expect([99, 100, 199, 200, 399, 400].map((t) => find('q', t).connectS)).toEqual([15, 10, 10, 30, 30, 40]);
  expect([99, 100, 299, 300].map((t) => find('r', t).connectS)).toEqual([15, 10, 10, 12]);
  expect(find(null, 500).connectS).toBe(12);
  for (const list of Map.groupBy(thresholdPeriods(versions), (p) => p.queue).values()) {
    expect([list[0]!.from, list.at(-1)!.to]).toEqual([-Infinity, Infinity]);
    list.slice(1).forEach((p, i) => expect(p.from).toBe(list[i]!.to));
  }
});

test('no two parts of a source mean the same, and each names fields that its rows have', () => {
  const rows = sourceRows(randomRecords(mulberry32(3), { from: T0, hours: 4, calls: 200 }), ZONE, NO_TEAMS, [A_CASE]);
  const seen = new Set<string>();
  for (const name of PART_NAMES) {
    const p = PARTS[name];
    const text = JSON.stringify([p.source, p.where, p.value, p.merge]);
    expect(seen.has(text), name).toBe(false);
    seen.add(text);
    const row = rows[p.source][0] as unknown as Record<string, unknown> | undefined;
    expect(row, p.source).toBeDefined();
    for (const c of p.where) expect(Object.hasOwn(row!, c.field), `${name}.${c.field}`).toBe(true);
  }
  expect(emptyRecords().call).toEqual([]);
});
