import { describe, expect, test } from 'vitest';
import { addDays, seatState } from './view.ts';
import { bucketed, emptyQueueDay } from './counters.ts';
import {
  indicators,
  occupancy,
  percent,
  stateSeconds,
  talkBand,
  utilisation,
  type StateInterval,
} from './indicators.ts';
import type { QueueDayRow } from './rows.ts';

/** Worked example A of the statistics catalogue (stats.md §10): half an hour of one queue. */
const at = (clock: string): number => Date.parse(`2026-03-02T${clock}+08:00`);
const FROM = at('09:00:00');
const TO = at('09:30:00');
const RING_S = 3;

interface Visit {
  readonly joined: string;
  readonly waitS: number;
  readonly seat?: string;
  readonly talkS?: number;
  readonly holdS?: number;
  readonly holds?: number;
  readonly wrapS?: number;
}
const VISITS: readonly Visit[] = [
  { joined: '09:00:05', waitS: 4, seat: 'A', talkS: 120, wrapS: 38 },
  { joined: '09:00:20', waitS: 12, seat: 'B', talkS: 180, holdS: 20, holds: 1, wrapS: 146 },
  { joined: '09:01:00', waitS: 15, seat: 'C', talkS: 60, wrapS: 90 },
  { joined: '09:02:30', waitS: 20, seat: 'A', talkS: 90, wrapS: 15 },
  { joined: '09:03:10', waitS: 38, seat: 'C', talkS: 240, holdS: 60, holds: 2, wrapS: 57 },
  { joined: '09:05:00', waitS: 61, seat: 'B', talkS: 100, wrapS: 25 },
  { joined: '09:06:00', waitS: 3 },
  { joined: '09:07:00', waitS: 25 },
  { joined: '09:06:20', waitS: 75 },
  { joined: '09:08:08', waitS: 40, seat: 'C', talkS: 150, wrapS: 30 },
  { joined: '09:29:50', waitS: 8, seat: 'B', talkS: 300, wrapS: 30 },
];
const BREAKS = [
  { seat: 'A', from: '09:04:35', to: '09:09:35' },
  { seat: 'B', from: '09:08:06', to: '09:13:06' },
];

function sums(): QueueDayRow {
  let d: QueueDayRow = emptyQueueDay('2026-03-02');
  for (const v of VISITS) {
    const answered = v.seat !== undefined;
    d = {
      ...d,
      offered: d.offered + 1,
      ...(answered
        ? {
            answered: d.answered + 1,
            answered15: d.answered15 + (v.waitS <= 15 ? 1 : 0),
            answered20: d.answered20 + (v.waitS <= 20 ? 1 : 0),
            waitAnsweredS: d.waitAnsweredS + v.waitS,
            longestAnsweredS: Math.max(d.longestAnsweredS, v.waitS),
            answeredBuckets: bucketed(d.answeredBuckets, v.waitS),
            talkS: d.talkS + v.talkS!,
            completedByCaller: d.completedByCaller + 1,
            holds: d.holds + (v.holds ?? 0),
            holdMs: d.holdMs + (v.holdS ?? 0) * 1000,
            wrapMs: d.wrapMs + v.wrapS! * 1000,
            rings: d.rings + 1,
            ringMs: d.ringMs + RING_S * 1000,
          }
        : {
            abandoned: d.abandoned + 1,
            abandoned20: d.abandoned20 + (v.waitS <= 20 ? 1 : 0),
            waitAbandonedS: d.waitAbandonedS + v.waitS,
            longestAbandonedS: Math.max(d.longestAbandonedS, v.waitS),
            abandonedBuckets: bucketed(d.abandonedBuckets, v.waitS),
          }),
    };
  }
  return d;
}

describe('worked example A', () => {
  const d = sums();
  const i = indicators(d, { blocked: 1 });

  test('counts and rates are those of the catalogue', () => {
    const inbound = VISITS.length + 3 + 1;
    expect([inbound, i.offered, i.answered, i.abandoned]).toEqual([15, 11, 8, 3]);
    expect(percent(i.answerRate)).toBe('72.7');
    expect(percent(i.connectRate)).toBe('66.7');
    expect(percent(i.abandonRate)).toBe('27.3');
    // with short_abandon 5 s one of the three leaves both sides
    expect(percent(indicators(d, { shortAbandons: 1 }).abandonRate)).toBe('20.0');
  });

  test('connected within 15 s is 36.4 % of offered and 50.0 % of answered', () => {
    expect([percent(i.connect15), percent(i.connect15OfAnswered)]).toEqual(['36.4', '50.0']);
  });

  test('the service level is 45.5, 50.0 and 54.5 % in the three modes', () => {
    const modes = (['negative', 'ignore', 'positive'] as const).map((mode) =>
      percent(indicators(d, { mode }).serviceLevel),
    );
    expect(modes).toEqual(['45.5', '50.0', '54.5']);
    expect(percent(i.serviceLevelOfAnswered)).toBe('62.5');
  });

  test('waits, talks, holds and after-call work average as in the catalogue', () => {
    expect(i.asaS).toBe(24.75);
    expect(i.averageWaitS!.toFixed(2)).toBe('27.36');
    expect(i.averageAbandonS!.toFixed(2)).toBe('34.33');
    expect(i.longestWaitS).toBe(75);
    expect(i.averageTalkS).toBe(155);
    expect(i.averageWrapS).toBe(53.875);
    expect(i.averageHandleS).toBe(208.875);
    expect(i.averageHoldS!.toFixed(2)).toBe('26.67');
    expect(i.averageRingS).toBe(3);
    expect(i.seatAnswerRate).toBe(1);
  });

  test('waits and talks fall into the bands of the catalogue', () => {
    expect(d.answeredBuckets).toEqual([4, 2, 1, 1]);
    expect(d.abandonedBuckets).toEqual([1, 1, 0, 1]);
    const bands = [0, 0, 0, 0, 0];
    for (const v of VISITS) if (v.talkS !== undefined) bands[talkBand(v.talkS)]!++;
    expect(bands).toEqual([0, 3, 2, 2, 1]);
  });

  /** What each seat did, from the visits and breaks; the rest is idle. */
  function intervals(seat: string): StateInterval[] {
    const busy: StateInterval[] = [];
    for (const v of VISITS) {
      if (v.seat !== seat) continue;
      const answered = at(v.joined) + v.waitS * 1000;
      const hungUp = answered + v.talkS! * 1000;
      busy.push(
        { seat, state: 'ringing', from: answered - RING_S * 1000, to: answered },
        { seat, state: 'talking', from: answered, to: hungUp },
        { seat, state: 'wrap', from: hungUp, to: hungUp + v.wrapS! * 1000 },
      );
    }
    for (const b of BREAKS) if (b.seat === seat) busy.push({ seat, state: 'break', from: at(b.from), to: at(b.to) });
    busy.sort((a, b) => a.from - b.from);
    const all: StateInterval[] = [];
    let reached = FROM;
    for (const b of busy) {
      if (b.from > reached) all.push({ seat, state: 'idle', from: reached, to: b.from });
      all.push(b);
      reached = b.to;
    }
    if (reached < TO) all.push({ seat, state: 'idle', from: reached, to: TO });
    return all;
  }

  test.each([
    ['A', [210, 53, 6, 300, 1231], '14.9', '17.9'],
    ['B', [282, 171, 9, 300, 1038], '25.7', '30.8'],
    ['C', [450, 177, 9, 0, 1164], '35.3', '35.3'],
  ] as const)('seat %s spends its half hour as in the catalogue, split at the edge', (seat, want, used, occupied) => {
    const s = stateSeconds(intervals(seat), FROM, TO);
    expect([s.talking, s.wrap, s.ringing, s.break, s.idle]).toEqual(want);
    expect(Object.values(s).reduce((a, b) => a + b)).toBe(1800);
    expect([percent(utilisation(s)), percent(occupancy(s))]).toEqual([used, occupied]);
  });

  test('all seats together are computed from their seconds, not from their rates', () => {
    const s = stateSeconds(['A', 'B', 'C'].flatMap(intervals), FROM, TO);
    expect([s.talking, s.wrap, s.ringing, s.break, s.idle]).toEqual([942, 401, 24, 600, 3433]);
    expect([percent(utilisation(s)), percent(occupancy(s))]).toEqual(['25.3', '28.5']);
  });
});

test('a rate of nothing is shown as a dash and never as zero', () => {
  const i = indicators(emptyQueueDay('2026-03-02'));
  for (const rate of [i.abandonRate, i.answerRate, i.connectRate, i.connect15, i.serviceLevel, i.asaS, i.averageTalkS])
    expect(rate).toBeNull();
  expect(percent(null)).toBe('–');
  expect(i.longestWaitS).toBeNull();
});

test('queues of another day are not added to today, and the longest wait is a maximum', () => {
  const a = { ...emptyQueueDay('2026-03-02', 2), offered: 3, longestAnsweredS: 40 };
  const b = { ...emptyQueueDay('2026-03-02', 1), offered: 4, longestAnsweredS: 25 };
  const old = { ...emptyQueueDay('2026-03-01', 1), offered: 100, longestAnsweredS: 900 };
  expect(addDays([a, b, old], '2026-03-02')).toMatchObject({ offered: 7, longestAnsweredS: 40, waiting: 4 });
});

test('a pause with a reason is a break, without one busy, and the map of reasons decides otherwise', () => {
  const paused = (reason: string) => ({
    line: 'idle' as const,
    since: 0,
    pause: 'all' as const,
    reason,
    pauseSince: 0,
    wrapUntil: null,
    onQueueCall: false,
    queue: null,
    call: null,
    holding: false,
    heldSince: null,
  });
  expect(seatState(paused('就餐'), 1, {})).toBe('break');
  expect(seatState(paused(''), 1, {})).toBe('busy');
  expect(seatState(paused('Auto-Pause'), 1, { 'Auto-Pause': 'busy' })).toBe('busy');
  expect(seatState(paused('培训'), 1, { 培训: 'other' })).toBe('other');
  expect(seatState(paused('constructor'), 1, {})).toBe('break');
});
