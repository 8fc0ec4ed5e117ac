import { expect, test } from 'vitest';
import type { FloorBasis, QueueBasis } from '#domain/staffing/basis.ts';
import type { Arrivals, Outlook } from '#domain/staffing/outlook.ts';
import { MINUTE } from '#domain/time.ts';
import queues from '#lib/i18n/words/queues.ts';
import { staffCsv } from './staff-csv.ts';
import { dividedSeats, difference, HALVES_AHEAD, staffRows } from './staff.ts';

const edges = Array.from({ length: 49 }, (_, i) => i * 30 * MINUTE);
const queue: QueueBasis = {
  withinS: 20,
  connectS: 15,
  goal: 0.8,
  today: [],
  last30: { offered: 0, answered: 0, abandoned: 0, inTime: 0, inConnect: 0 },
  usual: null,
  handle: { ringS: 0, talkS: 165, wrapS: 15, calls: 100, of: 'weeks' },
  patience: { meanS: 90, abandoned: 20 },
};
const arrivals: Arrivals = {
  of: 'usual',
  weeks: 5,
  factor: 1,
  spread: 0.1,
  perHalf: edges.slice(1).map((_, i) => (i === 20 ? 100 : 50)),
};

test('advice begins with the running half-hour and ends with the day', () => {
  const rows = staffRows(queue, arrivals, 9.6, edges, edges[20]! + MINUTE);
  expect(rows).toHaveLength(HALVES_AHEAD);
  expect(rows[0]).toMatchObject({ from: edges[20], have: 9.6 });
  expect(rows[0]!.inputs.calls).toBe(100);
  expect(rows[0]!.advice.needed).toBe(14);
  expect([rows[0]!.less!.seats, rows[0]!.now.seats, rows[0]!.more.seats]).toEqual([9, 10, 11]);
  expect(staffRows(queue, arrivals, 9, edges, edges[47]! + MINUTE)).toHaveLength(1);
});

test('a lack of more than half a seat is marked as one, and what is just enough is none', () => {
  const of = (have: number) => difference(staffRows(queue, arrivals, have, edges, edges[20]!)[0]!);
  expect(of(12)).toEqual({ seats: -2, mark: 'bad' });
  expect(of(13.7)).toEqual({ seats: -0.3, mark: 'behind' });
  expect(of(14)).toEqual({ seats: 0, mark: 'good' });
});

test('without the length of a call, or without anybody expected, there is no advice', () => {
  expect(staffRows({ ...queue, handle: null }, arrivals, 9, edges, edges[20]!)).toEqual([]);
  expect(staffRows(queue, null, 9, edges, edges[20]!)).toEqual([]);
});

test('seats of two queues are divided by their work and add up', () => {
  const basis: FloorBasis = {
    at: 0,
    countedAt: 0,
    edges,
    outboundS: 90,
    queues: { a: queue, b: queue },
    trunks: [],
    connect24: null,
    gapMs: 0,
  };
  const of = (id: string, factor: number) => ({
    queue: id,
    seats: 8,
    arrivals: { ...arrivals, perHalf: arrivals.perHalf.map((n) => n * factor) },
  });
  const outlook = { at: 0, hour: 0, queues: [of('a', 3), of('b', 1)] } as unknown as Outlook;
  const seats = Array.from({ length: 8 }, () => ({
    serves: [
      { queue: 0, penalty: 0 },
      { queue: 1, penalty: 5 },
    ],
    busyWith: null,
  }));
  const divided = dividedSeats(basis, outlook, () => seats);
  expect(divided.get('a')!.shared + divided.get('b')!.shared).toBeCloseTo(8, 9);
  expect(divided.get('a')!.shared).toBeCloseTo(6, 1);
  expect(divided.get('a')!.heads).toBe(8);
});

test('the CSV has all inputs beside the result, and a name that a spreadsheet would run is text', () => {
  const [row] = staffRows(queue, arrivals, 9.6, edges, edges[20]!);
  const text = staffCsv([{ queue: '=咨询', row: row! }], queues.zh.csvHead, String);
  const [head, line] = text.slice(1).split('\r\n') as [string, string];
  expect(head.split(',')).toHaveLength(18);
  expect(line.split(',').slice(0, 13)).toEqual(
    ["'=咨询", String(edges[20]), String(edges[21]), 100, 180, 0, 90, 0.8, 20, 0.85, 0.3, 10, 14].map(String),
  );
});
