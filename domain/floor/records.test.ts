import { expect, test } from 'vitest';
import type { FactDraft } from '../fact.ts';
import { emptyRecords, RecordFold } from './records.ts';
import type { SeatLiveRow } from './rows.ts';

const T = Date.parse('2026-03-02T10:00:00+08:00');
const idle: SeatLiveRow = {
  line: 'idle',
  since: T,
  pause: 'none',
  reason: '',
  pauseSince: null,
  wrapUntil: null,
  onQueueCall: false,
  queue: null,
  call: null,
  holding: false,
  heldSince: null,
};
const seat = (at: number, row: Partial<SeatLiveRow>): FactDraft => ({
  at,
  subject: '1001',
  actor: 't',
  kind: 'seat.changed',
  body: { ...idle, ...row },
});
const gap = (from: number, to: number | null): FactDraft => ({
  at: to ?? from,
  subject: 'g',
  actor: 't',
  kind: 'floor.gap',
  body: { from, to, why: 'ingest' },
});

function states(facts: readonly FactDraft[], batch = Infinity): [string, number, number][] {
  const fold = new RecordFold({});
  const all: [string, number, number][] = [];
  let out = emptyRecords();
  facts.forEach((f, i) => {
    fold.apply(f, out);
    if ((i + 1) % batch === 0 || i === facts.length - 1) {
      for (const r of out.seat_state) all.push([r.state, (r.t_from - T) / 1000, (r.t_to - T) / 1000]);
      out = emptyRecords();
    }
  });
  return all;
}

const CALL = [
  seat(T, {}),
  seat(T + 10_000, { line: 'ringing', since: T + 10_000, queue: 'q' }),
  seat(T + 13_000, { line: 'in-call', since: T + 13_000, queue: 'q', onQueueCall: true }),
  seat(T + 20_000, { line: 'in-call', since: T + 13_000, queue: 'q', onQueueCall: true, holding: true }),
  seat(T + 33_000, { since: T + 33_000, wrapUntil: T + 41_000 }),
  seat(T + 33_200, { since: T + 33_000, wrapUntil: T + 42_000 }),
  seat(T + 60_000, { line: 'ringing', since: T + 60_000 }),
];

test('a wrap-up that ended by itself becomes two intervals, and holding none', () => {
  expect(states(CALL)).toEqual([
    ['idle', 0, 10],
    ['ringing', 10, 13],
    ['talking', 13, 33],
    ['wrap', 33, 42],
    ['idle', 42, 60],
  ]);
});

test('the intervals do not depend on how the facts were grouped into transactions', () => {
  for (const size of [1, 2, 3, 4, 5]) expect(states(CALL, size)).toEqual(states(CALL));
});

test('the intervals of a seat follow one another without overlap, also when events come out of order', () => {
  const all = states([
    seat(T, {}),
    seat(T + 5000, { line: 'ringing' }),
    seat(T + 4940, { line: 'in-call' }),
    seat(T + 9000, {}),
  ]);
  for (let i = 1; i < all.length; i++) expect(all[i]![1]).toBeGreaterThanOrEqual(all[i - 1]![2]);
});

test('what a seat did while nobody listened is in no interval', () => {
  const facts = [
    seat(T, {}),
    gap(T + 30_000, null),
    gap(T + 30_000, T + 60_000),
    seat(T + 70_000, { line: 'ringing' }),
  ];
  expect(states(facts)).toEqual([
    ['idle', 0, 30],
    ['idle', 60, 70],
  ]);
});

test('a wrap-up told after the line was free again is not added to the time before it', () => {
  expect(states([seat(T, {}), seat(T + 5000, { wrapUntil: T + 4000 }), seat(T + 9000, { line: 'ringing' })])).toEqual([
    ['idle', 0, 9],
  ]);
});
