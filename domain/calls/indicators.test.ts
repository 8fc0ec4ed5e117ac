import { expect, test } from 'vitest';
import { emptyRecords, type FloorRecords } from '../floor/records.ts';
import type { SeatState } from '../floor/view.ts';
import { parseLocal, SECOND } from '../time.ts';
import { countParts, addParts, type Parts } from './count.ts';
import { shown } from './figure.ts';
import { INDICATORS, type IndicatorKey } from './indicators.ts';
import { figure, scoped } from './scope.ts';
import { SOURCES, sourceRows, STORED_SOURCES, type Dimension, type StoredSource } from './sources.ts';
import { ANY_QUEUE, DEFAULT_THRESHOLDS, thresholdLookup, type ThresholdVersion } from './thresholds.ts';

const ZONE = 'Asia/Shanghai';
const at = (clock: string): number => parseLocal(`2026-03-02 ${clock}`, ZONE)!;
const FROM = at('09:00:00');
const TO = at('09:30:00');

// stats.md §10: #, entered, wait, seat, talk, hold in it, holds, wrap
const VISITS: readonly (readonly [string, number, string | null, number, number, number, number])[] = [
  ['09:00:05', 4, 'A', 120, 0, 0, 38],
  ['09:00:20', 12, 'B', 180, 20, 1, 146],
  ['09:01:00', 15, 'C', 60, 0, 0, 90],
  ['09:02:30', 20, 'A', 90, 0, 0, 15],
  ['09:03:10', 38, 'C', 240, 60, 2, 57],
  ['09:05:00', 61, 'B', 100, 0, 0, 25],
  ['09:06:00', 3, null, 0, 0, 0, 0],
  ['09:07:00', 25, null, 0, 0, 0, 0],
  ['09:06:20', 75, null, 0, 0, 0, 0],
  ['09:08:08', 40, 'C', 150, 0, 0, 30],
  ['09:29:50', 8, 'B', 300, 0, 0, 30],
];
const BREAKS: Readonly<Record<string, readonly [string, string]>> = {
  A: ['09:04:35', '09:09:35'],
  B: ['09:08:06', '09:13:06'],
};

function fixture(): FloorRecords {
  const r = emptyRecords();
  const busy = new Map<string, [from: number, to: number, state: SeatState][]>();
  const inbound = (id: string, t: number, end: number, ended_in: 'ivr' | 'queue' | 'seat' | 'blocked'): void =>
    void r.call.push({
      t_setup: t,
      call_id: id,
      direction: 'in',
      trunk: 'trunk-a',
      caller: `1390000${id.padStart(4, '0')}`,
      called: '12345',
      t_ivr_in: t,
      t_ivr_out: t,
      t_end: end,
      ended_in,
      outcome: 'ended',
      merged_into: null,
      hangup_cause: 16,
    });
  VISITS.forEach(([clock, wait, seat, talk, hold, holds, wrap], i) => {
    const id = String(i + 1);
    const t = at(clock);
    const left = t + wait * SECOND;
    const end = left + talk * SECOND;
    inbound(id, t, end, seat ? 'seat' : 'queue');
    r.queue_visit.push({
      t_queue: t,
      visit_id: `v${id}`,
      call_id: id,
      queue: 'hotline',
      seat_no: seat,
      t_answer: seat ? left : null,
      t_abandon: seat ? null : left,
      t_leave: left,
      outcome: seat ? 'answered' : 'abandoned',
      wait_s: wait,
    });
    if (!seat) return;
    const ring = left - 3 * SECOND;
    const idle = end + wrap * SECOND;
    r.seat_segment.push({
      t_from: ring,
      segment_id: `s${id}`,
      seat_no: seat,
      call_id: id,
      direction: 'in',
      visit_id: `v${id}`,
      queue: 'hotline',
      t_queue: t,
      t_ring: ring,
      t_answer: left,
      t_hangup: end,
      ring_ms: 3000,
      holds,
      hold_ms: hold * SECOND,
      talk_s: talk,
      t_wrap_end: idle,
      outcome: 'answered',
      ended_by: 'caller',
    });
    const list = busy.get(seat) ?? [];
    busy.set(seat, list);
    list.push([ring, left, 'ringing'], [left, end, 'talking'], [end, idle, 'wrap']);
  });
  for (const n of [101, 102, 103]) inbound(String(n), FROM + n * SECOND, FROM + (n + 20) * SECOND, 'ivr');
  inbound('104', FROM + 104 * SECOND, FROM + 106 * SECOND, 'blocked');
  r.ivr_step.push({ t_in: FROM + 105 * SECOND, call_id: '104', point: 'blocked', key: '', queue: 'hotline' });
  for (const [seat, [from, to]] of Object.entries(BREAKS)) busy.get(seat)!.push([at(from), at(to), 'break']);
  for (const [seat, list] of busy) {
    let idleFrom = FROM - 600 * SECOND;
    const state = (t_from: number, t_to: number, s: SeatState): void =>
      void r.seat_state.push({
        t_from,
        t_to,
        seat_no: seat,
        state: s,
        reason: s === 'break' ? '就餐' : '',
        queue: null,
      });
    for (const [from, to, s] of list.sort((a, b) => a[0] - b[0])) {
      if (from > idleFrom) state(idleFrom, from, 'idle');
      state(from, to, s);
      idleFrom = to;
    }
    state(idleFrom, Math.max(idleFrom, TO + 600 * SECOND), 'idle');
  }
  return r;
}

function cells(
  r: FloorRecords,
  by: readonly Dimension[],
  versions: readonly ThresholdVersion[] = [],
): Map<string, Parts> {
  const rows = sourceRows(r, ZONE);
  const out = new Map<string, Parts>();
  for (const s of STORED_SOURCES) {
    const shape = scopedBy(s, by);
    if (!shape) continue;
    for (const c of countParts(s, rows[s] as never, { edges: [FROM, TO], by, thresholds: thresholdLookup(versions) })) {
      const key = c.group.join('|');
      const cell = out.get(key) ?? {};
      out.set(key, cell);
      addParts(cell, c.parts);
    }
  }
  return out;
}
const scopedBy = (s: StoredSource, by: readonly Dimension[]): boolean => by.every((d) => d in SOURCES[s].by);

function value(parts: Parts, key: IndicatorKey, by: readonly Dimension[] = []): number | null | string {
  const f = figure(scoped(INDICATORS[key], by), parts);
  return typeof f === 'string' ? f : shown(f, INDICATORS[key].unit, 'export');
}

test('the worked example of the catalogue gives every figure to the decimal', () => {
  const all = cells(fixture(), []).get('')!;
  const expected: Partial<Record<IndicatorKey, number>> = {
    inbound: 15,
    offered: 11,
    answered: 8,
    abandoned: 3,
    answerRate: 72.7,
    connectRate: 66.7,
    blocked: 1,
    abandonRate: 27.3,
    connect15: 36.4,
    connect15Gap: -53.6,
    connect15OfAnswered: 50,
    serviceLevel: 45.5,
    serviceLevelIgnore: 50,
    serviceLevelPositive: 54.5,
    serviceLevelOfAnswered: 62.5,
    asa: 24.75,
    averageWait: 27.36,
    averageAbandon: 34.33,
    longestWait: 75,
    averageTalk: 155,
    averageHandle: 208.88,
    averageHold: 26.67,
    holds: 3,
    talk: 1240,
    selfService: 20,
    answeredB1: 4,
    abandonedB1: 1,
    answeredB2: 2,
    abandonedB2: 1,
    answeredB3: 1,
    abandonedB3: 0,
    answeredB4: 1,
    abandonedB4: 1,
    talkB1: 0,
    talkB2: 3,
    talkB3: 2,
    talkB4: 2,
    talkB5: 1,
    rings: 8,
    seatAnswerRate: 100,
    averageRing: 3,
    utilisation: 25.3,
    occupancy: 28.5,
    idle: 3433,
    rest: 600,
    login: 5400,
  };
  for (const [key, want] of Object.entries(expected))
    expect([key, value(all, key as IndicatorKey)]).toEqual([key, want]);
  // three decimals: what is printed with two is rounded only once
  expect(figure(INDICATORS.averageWrap, all)).toEqual({ part: 431_000, whole: 8000 });
  expect(figure(INDICATORS.averageHandle, all)).toEqual({ part: 1_671_000, whole: 8000 });
});

test('the seats of the worked example have their seconds to the second, and each sums to the half-hour', () => {
  const seats = cells(fixture(), ['seat']);
  const expected = {
    A: [210, 53, 6, 300, 1231, 14.9, 17.9],
    B: [282, 171, 9, 300, 1038, 25.7, 30.8],
    C: [450, 177, 9, 0, 1164, 35.3, 35.3],
  };
  for (const [seat, want] of Object.entries(expected)) {
    const parts = seats.get(seat)!;
    const keys = [
      'stateTalking',
      'stateWrap',
      'stateRinging',
      'stateBreak',
      'stateIdle',
      'utilisation',
      'occupancy',
    ] as const;
    expect(keys.map((k) => value(parts, k, ['seat']))).toEqual(want);
    expect(value(parts, 'login', ['seat'])).toBe(1800);
  }
});

test('a short abandon leaves both sides of the abandon rate from the instant on at which its threshold is in force', () => {
  const version = (from: number, queue: string): ThresholdVersion => ({
    from,
    queue,
    values: { ...DEFAULT_THRESHOLDS, shortAbandonS: 5 },
  });
  const short = (versions: ThresholdVersion[]) => value(cells(fixture(), [], versions).get('')!, 'abandonRate');
  expect(short([version(FROM, ANY_QUEUE)])).toBe(20);
  expect(short([version(FROM, 'hotline')])).toBe(20);
  expect(short([version(FROM, 'consult')])).toBe(27.3);
  expect(short([version(at('09:06:01'), ANY_QUEUE)])).toBe(27.3);
  expect(value(cells(fixture(), [], [version(FROM, ANY_QUEUE)]).get('')!, 'abandoned')).toBe(2);
});

test('a rate without a denominator is empty, a figure without a record unknown, neither is 0 or 100', () => {
  expect(value({}, 'abandonRate')).toBe('empty');
  expect(value({}, 'longestWait')).toBe('empty');
  expect(value({}, 'offered')).toBe(0);
  expect(value({ cases_consultation: 4 }, 'firstAnswer')).toBe('empty');
  expect(value({ line_ms: 5 }, 'lineIdle')).toBe('unknown');
  expect(value({ offered: 3, calls_in: 4 }, 'inbound', ['queue'])).toBe('unknown');
});

test('by seat a ring is what is offered, and what the seats took adds up to what the queues answered', () => {
  const seats = cells(fixture(), ['seat']);
  expect(['A', 'B', 'C'].map((s) => value(seats.get(s)!, 'answered', ['seat']))).toEqual([2, 3, 3]);
  expect(['A', 'B', 'C'].map((s) => value(seats.get(s)!, 'connect15', ['seat']))).toEqual([50, 66.7, 33.3]);
  expect(value(seats.get('B')!, 'longestWait', ['seat'])).toBe(61);
  const sum: Parts = {};
  for (const [seat, parts] of seats) if (seat !== '') addParts(sum, parts);
  expect(sum.taken).toBe(8);
});

test('an abandoned call is missed until somebody calls back or the caller gets through', () => {
  const r = fixture();
  const missed = (): Parts => countParts('missed', sourceRows(r, ZONE).missed, { edges: [FROM, TO] })[0]!.parts;
  expect(value(missed(), 'missed')).toBe(4);
  const lost = r.call.find((c) => c.call_id === '8')!;
  r.call.push({
    ...lost,
    call_id: '200',
    direction: 'out',
    caller: 'A',
    called: lost.caller,
    t_setup: TO,
    ended_in: 'seat',
  });
  expect(value(missed(), 'missed')).toBe(4);
  r.seat_segment.push({
    ...r.seat_segment[0]!,
    segment_id: 's200',
    call_id: '200',
    direction: 'out',
    visit_id: null,
    queue: null,
  });
  expect(value(missed(), 'missed')).toBe(3);
  expect(value(missed(), 'callBackRate')).toBe(25);
  const refused = r.call.find((c) => c.call_id === '104')!;
  r.call.push({ ...refused, call_id: '201', t_setup: TO, ended_in: 'seat' });
  r.queue_visit.push({ ...r.queue_visit[0]!, call_id: '201', visit_id: 'v201', t_queue: TO });
  expect(value(missed(), 'missed')).toBe(2);
  expect(value(missed(), 'callBackRate')).toBe(33.3);
});
