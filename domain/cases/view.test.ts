import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aContent } from '#tests/support/cases.ts';
import { CASE_STATES, URGENCIES } from './case.ts';
import { countCase, emptyCaseDay } from './counters.ts';
import type { CaseDayRow, CaseRow } from './rows.ts';
import { isPinned, partsOf, phasesOf, rollingList } from './view.ts';

const ZONE = 'Asia/Shanghai';
const NOW = Date.parse('2026-11-22T02:00:00Z');
const row = (over: Partial<CaseRow> = {}): CaseRow => ({
  ...aContent({ acceptedAt: NOW, ...over }),
  incident: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  corrections: 0,
  ...over,
});
const dayOf = (cases: ReadonlyMap<string, CaseRow>): CaseDayRow =>
  [...cases.values()].reduce((d, c) => countCase(d, c, 1), emptyCaseDay('2026-11-22'));

test('200 cases that come within a minute are all on a line or in “+n”', () => {
  const cases = new Map(Array.from({ length: 200 }, (_, i) => [`c${i}`, row({ acceptedAt: NOW - i * 300 })]));
  const list = rollingList(cases, dayOf(cases), NOW, ZONE, { slots: 12 });
  expect(list.rolling).toHaveLength(12);
  expect(list.rolling.length + list.more).toBe(200);
  expect(list.rolling[0]!.no).toBe('c0');
});

test('an unacknowledged urgent case stays on top whatever comes after it, and leaves its place once somebody took note', () => {
  const cases = new Map<string, CaseRow>([['old', row({ acceptedAt: NOW - 3_600_000, urgency: 'veryUrgent' })]]);
  for (let i = 0; i < 100; i++) cases.set(`c${i}`, row({ acceptedAt: NOW - i }));
  const list = rollingList(cases, dayOf(cases), NOW, ZONE, { slots: 10 });
  expect(list.pinned.map((c) => c.no)).toEqual(['old']);
  cases.set('old', { ...cases.get('old')!, acknowledgedAt: NOW });
  expect(rollingList(cases, dayOf(cases), NOW, ZONE, { slots: 10 }).pinned).toEqual([]);
});

test('whatever the cases, lines and “+n” sum to the day, and pinned lines and “+n pinned” to the pinned', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          ago: fc.integer({ min: 0, max: 7_200_000 }),
          state: fc.constantFrom(...CASE_STATES),
          urgency: fc.constantFrom(...URGENCIES),
          noted: fc.boolean(),
        }),
        { maxLength: 80 },
      ),
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom(0, 10_000),
      (list, slots, turnMs) => {
        const cases = new Map(
          list.map((c, i) => [
            `c${i}`,
            row({ acceptedAt: NOW - c.ago, state: c.state, urgency: c.urgency, acknowledgedAt: c.noted ? NOW : null }),
          ]),
        );
        const shown = rollingList(cases, dayOf(cases), NOW, ZONE, { slots, turnMs });
        expect(shown.pinned.length + shown.rolling.length).toBeLessThanOrEqual(slots);
        expect(shown.pinned.length + shown.rolling.length + shown.more).toBe(cases.size);
        expect(shown.pinned.length + shown.morePinned).toBe([...cases.values()].filter(isPinned).length);
        expect(new Set([...shown.pinned, ...shown.rolling].map((c) => c.no)).size).toBe(
          shown.pinned.length + shown.rolling.length,
        );
      },
    ),
  );
});

test('turning pages bring every one of the day’s newest cases by', () => {
  const cases = new Map(Array.from({ length: 30 }, (_, i) => [`c${i}`, row({ acceptedAt: NOW - 60_000 * (i + 1) })]));
  const seen = new Set<string>();
  for (let t = 0; t < 10; t++)
    for (const c of rollingList(cases, dayOf(cases), NOW + t * 10_000, ZONE, {
      slots: 10,
      turnMs: 10_000,
      turnPages: 5,
    }).rolling)
      seen.add(c.no);
  expect(seen.size).toBe(30);
});

test('parts leave out keys that fell back to zero, and shares sum to one', () => {
  expect(partsOf({ a: 1, b: 0, c: 3 })).toEqual([
    { key: 'c', count: 3, share: 0.75 },
    { key: 'a', count: 1, share: 0.25 },
  ]);
  expect(partsOf({})).toEqual([]);
});

test('states are summed to the three of seed 003, and an unknown state is none of them', () => {
  expect(phasesOf({ registered: 2, handling: 3, follow_up: 1, closed: 4, refused: 1, unknown: 5 })).toEqual([
    { phase: 'pending', count: 2 },
    { phase: 'processing', count: 4 },
    { phase: 'done', count: 5 },
    { phase: 'unknown', count: 5 },
  ]);
});
