import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact } from '../fact.ts';
import { foldFloor } from '../floor/fold.ts';
import { emptyRecords, RecordFold, type FloorRecords } from '../floor/records.ts';
import { mulberry32 } from '../random.ts';
import { Tables } from '../tables.ts';
import { HOUR, MINUTE, type Instant } from '../time.ts';
import { addParts, countParts, type Parts } from './count.ts';
import { countOpen, openRows } from './open.ts';
import { sourceRows, type Dimension, type StoredSource } from './sources.ts';
import { DEFAULT_THRESHOLDS } from './thresholds.ts';
import { NO_TEAMS } from './teams.ts';
import { seededDay } from './testing-day.ts';

const ZONE = 'Asia/Shanghai';
const T0 = Date.UTC(2026, 2, 30, 11);
const HOURS = 7;
const REASONS = { 就餐: 'break' } as const;

const edgesTo = (end: Instant): Instant[] => [
  ...Array.from({ length: HOURS * 2 }, (_, i) => T0 + i * 30 * MINUTE).filter((t) => t < end),
  end,
];

/** The floor at an instant: what is recorded by then, and what runs. */
function at(facts: readonly Fact[], now: Instant) {
  const tables = new Tables();
  const records: FloorRecords = emptyRecords();
  const fold = new RecordFold(REASONS);
  for (const f of facts) {
    if (f.at > now) break;
    foldFloor(tables, f, ZONE);
    fold.apply(f, records);
  }
  const unheard = [...tables.all<{ to: Instant | null }>('gap').values()].some((g) => g.to === null);
  return { records, open: openRows(tables, unheard ? [] : fold.openStates(now), NO_TEAMS, new Map(), now) };
}

function counted(
  { records, open }: ReturnType<typeof at>,
  s: StoredSource,
  by: readonly Dimension[],
  edges: readonly Instant[],
): Record<string, Parts> {
  const cells: Record<string, Parts> = {};
  const all = [
    ...countParts(s, sourceRows(records, ZONE)[s] as never, { edges, by }),
    ...countOpen(open, s, { edges, by, only: {}, thresholds: () => DEFAULT_THRESHOLDS }),
  ];
  for (const c of all) addParts((cells[`${c.interval} ${c.group.join()}`] ??= {}), c.parts);
  return cells;
}

const instants = fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: MINUTE, max: HOURS * HOUR - 1 }));
const factsOf = (seed: number): Fact[] =>
  seededDay(mulberry32(seed), { from: T0, to: T0 + HOURS * HOUR, calls: 320, seats: 3 }).map((f, i) => ({
    ...f,
    n: i + 1,
    recordedAt: f.at,
  }));

test('at any instant, in every half-hour, who entered a queue was answered, gave up, left, was lost or waits', () => {
  let waited = 0;
  fc.assert(
    fc.property(instants, ([seed, after]) => {
      const now = T0 + after;
      for (const p of Object.values(counted(at(factsOf(seed), now), 'visit', ['queue'], edgesTo(now)))) {
        const n = (k: keyof Parts): number => p[k] ?? 0;
        expect(n('offered')).toBe(
          n('answered') + n('abandoned') + n('left_otherwise') + n('visits_lost') + n('waiting'),
        );
        waited += n('waiting');
      }
    }),
    { numRuns: 40, seed: 1 },
  );
  expect(waited).toBeGreaterThan(10);
});

test('R8: what every seat has done so far, and what came in, is at any instant what its records say later', () => {
  fc.assert(
    fc.property(instants, ([seed, after]) => {
      const facts = factsOf(seed);
      const now = T0 + after;
      const live = at(facts, now);
      const later = { ...at(facts, T0 + HOURS * HOUR), edges: edgesTo(now) };
      // until the last fact somebody may still be at work: what is open then is added to the records too
      expect(counted(live, 'time', ['seat'], edgesTo(now))).toEqual(counted(later, 'time', ['seat'], later.edges));
      const offered = (cells: Record<string, Parts>) =>
        Object.fromEntries(Object.entries(cells).map(([key, p]) => [key, p.offered]));
      expect(offered(counted(live, 'visit', ['queue'], edgesTo(now)))).toEqual(
        offered(counted(later, 'visit', ['queue'], later.edges)),
      );
      const calls = (cells: Record<string, Parts>) =>
        Object.fromEntries(Object.entries(cells).map(([key, p]) => [key, p.typed_in]));
      expect(calls(counted(live, 'inbound', [], edgesTo(now)))).toEqual(
        calls(counted(later, 'inbound', [], later.edges)),
      );
      expect(counted(live, 'line', ['trunk'], edgesTo(now))).toEqual(counted(later, 'line', ['trunk'], later.edges));
    }),
    { numRuns: 40, seed: 2 },
  );
});

test('the seconds of a seat that is signed in are the interval, up to now', () => {
  fc.assert(
    fc.property(instants, ([seed, after]) => {
      const facts = factsOf(seed);
      const now = T0 + after;
      const edges = edgesTo(now);
      const gaps = facts.flatMap((f) => (f.kind === 'floor.gap' ? [f.body] : []));
      const unheard = (from: Instant, to: Instant): number =>
        gaps.some((g) => g.from < to && (g.to ?? Infinity) > from) ? 1 : 0;
      for (const [key, parts] of Object.entries(counted(at(facts, now), 'time', ['seat'], edges))) {
        const i = Number(key.split(' ')[0]);
        const [from, to] = [edges[i]!, edges[i + 1]!];
        const known = facts.find((f) => f.kind === 'seat.changed' && f.subject === key.split(' ')[1])!.at;
        if (known > from || unheard(from, to)) continue;
        expect(Object.values(parts).reduce((a, b) => a + b, 0)).toBe(to - from);
      }
    }),
    { numRuns: 30, seed: 3 },
  );
});
