import { expect, test } from 'vitest';
import { Tables } from '../tables.ts';
import { emptyFloorDay, emptyQueueDay } from './counters.ts';
import { TODAY } from './fold.ts';
import { maskFloor, maskNumber } from './mask.ts';
import type { GapRow, SeatLiveRow, VisitRow } from './rows.ts';
import { floorView, gapTime, oldest, seatView } from './view.ts';

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

test('after-call work ends by itself, without a fact: the view tells it from the row and the clock', () => {
  const row = { ...idle, wrapUntil: T + 8000 };
  expect(seatView(row, T + 7999)).toMatchObject({ state: 'wrap', since: T, inStateS: 7 });
  expect(seatView(row, T + 8000)).toMatchObject({ state: 'idle', since: T + 8000, inStateS: 0 });
});

test('a pause in all queues hides after-call work, a pause in some is only a badge', () => {
  const row = { ...idle, wrapUntil: T + 8000, pauseSince: T + 1000, reason: '就餐' };
  expect(seatView({ ...row, pause: 'all' }, T + 2000)).toMatchObject({
    state: 'break',
    since: T + 1000,
    reason: '就餐',
  });
  expect(seatView({ ...row, pause: 'partly' }, T + 2000)).toMatchObject({
    state: 'wrap',
    partlyPaused: true,
    reason: '',
  });
});

test('coming back from a break begins a new time in state', () => {
  expect(seatView({ ...idle, pauseSince: T + 60_000 }, T + 90_000)).toMatchObject({ state: 'idle', inStateS: 30 });
});

test('in a call that came through a queue a seat talks, in any other it is on an outside call', () => {
  const row = { ...idle, line: 'in-call' as const, queue: 'q', call: 'c' };
  expect(seatView({ ...row, onQueueCall: true }, T).state).toBe('talking');
  expect(seatView(row, T).state).toBe('outbound');
  expect(seatView({ ...row, onQueueCall: true, holding: true, heldSince: T + 5000 }, T + 9000)).toMatchObject({
    state: 'talking',
    holding: true,
    heldS: 4,
  });
});

test('an unreachable telephone and a seat that signed out are both offline', () => {
  expect(seatView({ ...idle, line: 'unavailable' }, T).state).toBe('offline');
  expect(seatView({ ...idle, line: 'offline' }, T).state).toBe('offline');
});

const waiting = (id: string, joinedAt: number): VisitRow => ({
  id,
  call: id,
  queue: 'q',
  caller: '13812345678',
  joinedAt,
  approximate: false,
  state: 'waiting',
  answeredAt: null,
  waitS: null,
  seat: null,
});

test('the oldest waiting caller is the one who came first; with nobody waiting there is none', () => {
  expect(oldest([waiting('a', T - 9500), waiting('b', T - 3000)], T)).toBe(9);
  expect(oldest([{ ...waiting('a', T - 9500), state: 'talking' }], T)).toBeNull();
});

test('overlapping gaps count once, and an open one counts up to now', () => {
  const gap = (from: number, to: number | null): GapRow => ({ id: String(from), from, to, why: 'link' });
  expect(gapTime([gap(T, T + 10_000), gap(T + 5000, T + 12_000), gap(T + 20_000, null)], T, T + 21_000)).toBe(13_000);
  expect(gapTime([gap(T - 5000, T + 1000)], T, T + 21_000)).toBe(1000);
});

test('the wall gets today’s figures with the gaps that touch them', () => {
  const tables = new Tables();
  tables.put('floorDay', TODAY, { ...emptyFloorDay('2026-03-02'), inbound: 5, blocked: 1 });
  tables.put('queueDay', 'q', {
    ...emptyQueueDay('2026-03-02', 1),
    offered: 4,
    answered: 2,
    answered15: 1,
    abandoned: 1,
  });
  tables.put('queue', 'q', { id: 'q', strategy: 'rrmemory', maxWaiting: 0, serviceLevelS: 20, weight: 0, wrapUpS: 8 });
  tables.put('visit', 'v', waiting('v', T - 4000));
  tables.put('gap', 'g', { id: 'g', from: T - 60_000, to: T - 30_000, why: 'ingest' });
  tables.put('gap', 'old', { id: 'old', from: T - 90_000_000, to: T - 89_000_000, why: 'ingest' });
  const view = floorView(tables, { now: T, zone: 'Asia/Shanghai' });
  expect(view.totals).toMatchObject({ inbound: 5, waiting: 1, oldestS: 4, offered: 4, missedToCallBack: 2 });
  expect(view.totals.connectRate).toBe(2 / 5);
  expect(view.queues[0]).toMatchObject({ id: 'q', waiting: 1, oldestS: 4, connect15: 0.25 });
  expect(view.gaps.map((g) => g.id)).toEqual(['g']);
  expect(view.gapMs).toBe(30_000);
});

test('personal numbers are masked, extensions are not', () => {
  expect(maskNumber('13812345678')).toBe('138****5678');
  expect(maskNumber('1001')).toBe('1001');
  expect(maskNumber('')).toBe('');
  expect(maskNumber('anonymous')).toBe('****');
  expect(maskNumber('8612345')).toBe('861****45');
});

test('a masked row holds no digit run of a personal number, in whatever field the switch put it', () => {
  const rows: [string, Parameters<typeof maskFloor>[1]][] = [
    ['visit', waiting('v', T)],
    ['call', { caller: '13812345678', called: '12345', trunk: 't' }],
    [
      'seat',
      {
        extension: '13812345678',
        device: 'Local/13812345678@out',
        memberships: [{ queue: 'q', interface: 'Local/13812345678@out/n' }],
      },
    ],
  ];
  for (const [c, row] of rows) expect(JSON.stringify(maskFloor(c, row))).not.toMatch(/13812345678/);
  expect(maskFloor('seatLive', idle)).toBe(idle);
});

test('talking now are the seats that talk, also where the beginning was not heard', () => {
  const tables = new Tables();
  const talk = { ...idle, line: 'in-call' as const, onQueueCall: true, queue: 'q', call: 'c' };
  tables.put('queue', 'q', { id: 'q', strategy: '', maxWaiting: 0, serviceLevelS: 20, weight: 0, wrapUpS: null });
  tables.put('seatLive', '1001', talk);
  tables.put('seatLive', '1002', { ...talk, onQueueCall: false });
  const view = floorView(tables, { now: T, zone: 'Asia/Shanghai' });
  expect(view.totals.talking).toBe(1);
  expect(view.queues.map((q) => q.talking)).toEqual([1]);
});
