import { expect, test } from 'vitest';
import { RecordFold, emptyRecords } from '#domain/floor/records.ts';
import type { SeatLiveRow } from '#domain/floor/rows.ts';
import { SEAT_STATES } from '#domain/floor/view.ts';
import { mulberry32 } from '#domain/random.ts';
import { MINUTE, startOfDay, HOUR } from '#domain/time.ts';
import {
  axisMarks,
  bandAt,
  bandTotals,
  dayBands,
  loginMs,
  readRuns,
  runningStretches,
  shiftOf,
  slotRuns,
  together,
  type StateStretch,
} from './shift.ts';

const DAY = startOfDay('2026-03-02', 'Asia/Shanghai');
const NEXT = DAY + 24 * HOUR;
const at = (h: number, m = 0): number => DAY + h * HOUR + m * MINUTE;
const stretch = (from: number, to: number, state: StateStretch['state'], reason = ''): StateStretch => ({
  from,
  to,
  state,
  reason,
  queue: null,
});
const LIVE: SeatLiveRow = {
  line: 'idle',
  since: at(10),
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
const sum = (totals: Readonly<Record<string, number>>): number => Object.values(totals).reduce((a, b) => a + b, 0);

test('bands are cut at midnight at both ends, and what is not recorded is unknown', () => {
  const bands = dayBands(
    [stretch(at(-2), at(1), 'offline'), stretch(at(8), at(9), 'idle'), stretch(at(23), at(26), 'talking')],
    [],
    DAY,
    NEXT,
  );
  expect(bands.map((b) => [b.state, (b.from - DAY) / HOUR, (b.to - DAY) / HOUR])).toEqual([
    ['offline', 0, 1],
    ['unknown', 1, 8],
    ['idle', 8, 9],
    ['unknown', 9, 23],
    ['talking', 23, 24],
  ]);
  expect(shiftOf(bands)).toEqual({ from: at(8), to: NEXT });
  expect(loginMs(bandTotals(bands))).toBe(2 * HOUR);
});

test('a time without records is named by the gap of the switch that lies in it', () => {
  const bands = dayBands(
    [stretch(DAY, at(9), 'idle'), stretch(at(11), NEXT, 'idle')],
    [
      { id: 'g1', from: at(9), to: at(10), why: 'link' },
      { id: 'g2', from: at(20), to: at(21), why: 'switch' },
    ],
    DAY,
    NEXT,
  );
  expect(bands.map((b) => [b.state, b.why])).toEqual([
    ['idle', null],
    ['gap', 'link'],
    ['unknown', null],
    ['idle', null],
  ]);
});

test('whatever is recorded, bands lie end to end and sum to the day', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = mulberry32(seed);
    const some = Array.from({ length: 30 }, () => {
      const from = DAY + Math.floor(random() * 30 - 3) * HOUR + Math.floor(random() * HOUR);
      return stretch(from, from + Math.floor(random() * 3 * HOUR), SEAT_STATES[Math.floor(random() * 9)]!);
    });
    const gaps = [
      { id: 'g', from: at(Math.floor(random() * 20)), to: random() < 0.3 ? null : at(23), why: 'link' as const },
    ];
    const bands = dayBands(some, gaps, DAY, NEXT);
    expect(sum(bandTotals(bands)), `seed ${seed}`).toBe(24 * HOUR);
    bands.forEach((b, i) => expect(b.from, `seed ${seed}`).toBe(i === 0 ? DAY : bands[i - 1]!.to));
  }
});

test('what runs begins where the records end, and a wrap-up that ran out by itself is two stretches', () => {
  const row = { ...LIVE, wrapUntil: at(10, 2) };
  expect(runningStretches(row, at(10), at(10, 5), {}).map((s) => [s.state, s.from, s.to])).toEqual([
    ['wrap', at(10), at(10, 2)],
    ['idle', at(10, 2), at(10, 5)],
  ]);
  expect(runningStretches(LIVE, at(9, 58), at(10, 5), {})[0]!.from).toBe(at(9, 58));
  expect(runningStretches(LIVE, null, at(10, 5), {})[0]!.from).toBe(at(10));
  expect(runningStretches({ ...LIVE, pause: 'all', reason: '用餐' }, at(10), at(11), {})).toEqual([
    stretch(at(10), at(11), 'break', '用餐'),
  ]);
});

test('records of a fold and what runs after them fill the time from the first word of the seat on', () => {
  const fold = new RecordFold({});
  const out = emptyRecords();
  const random = mulberry32(3);
  let row = LIVE;
  let t = at(8);
  const say = (): void => fold.apply({ kind: 'seat.changed', subject: '1001', body: row, at: t, actor: 'test' }, out);
  say();
  for (let i = 0; i < 200; i++) {
    t += Math.floor(random() * 5 * MINUTE);
    const line = random() < 0.5 ? 'in-call' : 'idle';
    row = {
      ...LIVE,
      line,
      since: t,
      onQueueCall: random() < 0.8,
      wrapUntil: line === 'idle' && random() < 0.7 ? t + 2 * MINUTE : null,
    };
    say();
  }
  const now = t + 7 * MINUTE;
  const records = out.seat_state.map((r) => ({
    from: r.t_from,
    to: r.t_to,
    state: r.state,
    reason: r.reason,
    queue: r.queue,
  }));
  const last = Math.max(...records.map((r) => r.to));
  const bands = dayBands([...records, ...runningStretches(row, last, now, {})], [], at(8), now);
  expect(bands.filter((b) => b.state === 'unknown')).toEqual([]);
  expect(loginMs(bandTotals(bands))).toBe(now - at(8));
});

test('slots take the state of most of their time, and runs read back as they were', () => {
  const bands = dayBands(
    [
      stretch(DAY, at(0, 10), 'idle'),
      stretch(at(0, 10), at(0, 10) + 40_000, 'break'),
      stretch(at(0, 10) + 40_000, at(0, 13), 'talking'),
    ],
    [],
    DAY,
    at(0, 14),
  );
  const text = slotRuns(bands, DAY, at(0, 14), MINUTE);
  expect(readRuns(text)).toEqual([
    { state: 'idle', from: 0, to: 10 },
    { state: 'break', from: 10, to: 11 },
    { state: 'talking', from: 11, to: 13 },
    { state: 'unknown', from: 13, to: 14 },
  ]);
  expect(readRuns('')).toEqual([]);
});

test('who is on break together is counted slot by slot', () => {
  const one = readRuns('b3i2');
  const two = readRuns('i2b3');
  expect(together([one, two], 'break', 5)).toEqual([1, 1, 2, 1, 1]);
});

test('an axis has round times of the city, and no more than fit', () => {
  const marks = axisMarks(at(8, 20), at(17), DAY, 12);
  expect(marks[0]).toBe(at(9));
  expect(marks.length).toBeLessThanOrEqual(13);
  expect(bandAt(dayBands([stretch(at(8), at(9), 'idle')], [], DAY, NEXT), at(8, 30))?.state).toBe('idle');
});
