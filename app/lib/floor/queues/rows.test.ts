import { expect, test } from 'vitest';
import { emptyQueueDay } from '#domain/floor/counters.ts';
import type { CallRow, LinkRow, QueueDayRow, QueueRow, SeatLiveRow, SeatRow, VisitRow } from '#domain/floor/rows.ts';
import { floorView } from '#domain/floor/view.ts';
import type { FloorBasis, QueueBasis } from '#domain/staffing/basis.ts';
import type { QueueOutlook } from '#domain/staffing/outlook.ts';
import type { FloorCommandRow } from '#domain/steer/rows.ts';
import { Tables } from '#domain/tables.ts';
import { SECOND } from '#domain/time.ts';
import { busyTrunks, queueLines, sorted, verdict, waitingLines } from './rows.ts';

const NOW = Date.parse('2026-03-02T02:00:00Z');
const none = { offered: 0, answered: 0, abandoned: 0, inTime: 0, inConnect: 0 };
const basisOf = (more: Partial<QueueBasis>): QueueBasis => ({
  withinS: 20,
  connectS: 15,
  goal: 0.8,
  today: [],
  last30: none,
  usual: null,
  handle: null,
  patience: null,
  ...more,
});
const floorBasis = (queues: Record<string, QueueBasis>): FloorBasis => ({
  at: NOW,
  countedAt: NOW,
  edges: [],
  outboundS: 90,
  queues,
  trunks: [],
  connect24: null,
  gapMs: 0,
});
const visit = (id: string, queue: string, agoS: number): VisitRow => ({
  id,
  call: `call-${id}`,
  queue,
  caller: '138****0000',
  joinedAt: NOW - agoS * SECOND,
  approximate: false,
  state: 'waiting',
  answeredAt: null,
  waitS: null,
  seat: null,
});

function floor(): Tables {
  const t = new Tables();
  const queue = (id: string, day: Partial<QueueDayRow>): void => {
    const row: QueueRow = { id, strategy: '', maxWaiting: 0, serviceLevelS: 20, weight: 0, wrapUpS: 10 };
    t.put<QueueRow>('queue', id, row);
    t.put<QueueDayRow>('queueDay', id, { ...emptyQueueDay('2026-03-02'), ...day });
  };
  queue('a', { offered: 10, answered: 8, answered15: 5, answered20: 8, waiting: 1 });
  queue('b', { offered: 30, answered: 20, answered15: 3, answered20: 6, waiting: 1 });
  t.put<LinkRow>('link', 'asterisk', { state: 'live', since: 0 });
  for (const v of [visit('1', 'a', 40), visit('2', 'b', 31 * 60)]) t.put<VisitRow>('visit', v.id, v);
  const live: SeatLiveRow = {
    line: 'idle',
    since: 0,
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
  const member = (queue: string) => ({
    queue,
    interface: 'PJSIP/1',
    kind: 'dynamic' as const,
    penalty: 0,
    paused: false,
    reason: '',
    pausedAt: null,
  });
  t.put<SeatRow>('seat', '1', {
    id: '1',
    name: '',
    extension: '1',
    device: '',
    memberships: [member('a'), member('b')],
    signedInAt: 0,
  });
  t.put<SeatLiveRow>('seatLive', '1', live);
  return t;
}
const lines = (basis: FloorBasis | null) => {
  const t = floor();
  const view = floorView(t, { now: NOW, zone: 'Asia/Shanghai' });
  return queueLines(view, t.all<VisitRow>('visit').values(), basis, null);
};

test('shares of all groups are made of added counts, and a seat of two groups is one seat below', () => {
  const { lines: each, total } = lines(null);
  expect(each.map((l) => l.level)).toEqual([0.8, 0.2]);
  expect(total.level).toBe(14 / 40);
  expect(each.map((l) => l.signedIn)).toEqual([1, 1]);
  expect(total.signedIn).toBe(1);
});

test('a group with its own threshold is counted from the records by it, who waits included, and names it', () => {
  const today = [{ offered: 9, answered: 8, abandoned: 1, inTime: 5, inConnect: 4 }];
  const { lines: each, total } = lines(floorBasis({ a: basisOf({ withinS: 10, today }) }));
  expect(each[0]).toMatchObject({ level: 5 / 10, connect: 4 / 10, withinS: 10 });
  expect(each[1]).toMatchObject({ level: 0.2, withinS: 20 });
  expect(total.withinS).toBeNull();
});

test('the last half-hour counts who came in it and still waits, and nobody who came before', () => {
  const last30 = { ...none, offered: 3, inTime: 2 };
  const { lines: each } = lines(floorBasis({ a: basisOf({ last30 }), b: basisOf({ last30 }) }));
  expect(each.map((l) => l.level30)).toEqual([2 / 4, 2 / 3]);
});

test('sorting puts what is not known last, whichever way, and equals in the order of the house', () => {
  const { lines: each } = lines(floorBasis({ a: basisOf({ last30: { ...none, offered: 1 } }) }));
  const place = (q: string): number => (q === 'b' ? 0 : 1);
  expect(sorted(each, 'name', false, place).map((l) => l.id)).toEqual(['b', 'a']);
  expect(sorted(each, 'level', false, place).map((l) => l.id)).toEqual(['b', 'a']);
  expect(sorted(each, 'level', true, place).map((l) => l.id)).toEqual(['a', 'b']);
  expect(sorted(each, 'signedIn', true, place).map((l) => l.id)).toEqual(['b', 'a']);
  for (const down of [true, false]) expect(sorted(each, 'level30', down, place).map((l) => l.id)).toEqual(['a', 'b']);
});

test('a caller whose priority was raised stands before those who came earlier; a refused wish changes nothing', () => {
  const wish = (visitId: string, state: 'confirmed' | 'failed', id: string): FloorCommandRow =>
    ({ id, kind: 'set-priority', visit: visitId, priority: 5, state }) as FloorCommandRow;
  const visits = [visit('1', 'a', 90), visit('2', 'a', 50), visit('3', 'a', 10), visit('4', 'b', 10)];
  const calls = new Map([['call-2', { trunk: 'trunk-1' } as CallRow]]);
  const rows = waitingLines('a', visits, calls, [wish('3', 'confirmed', '7'), wish('2', 'failed', '8')]);
  expect(rows.map((r) => [r.visit.id, r.position, r.priority, r.trunk])).toEqual([
    ['3', 1, 5, null],
    ['1', 2, 0, null],
    ['2', 3, 0, 'trunk-1'],
  ]);
});

test('a breach is told from even chances on, and whether it is there already', () => {
  const of = (belowGoal: number, fallsInS: number | null) =>
    verdict({ forecast: { serviceLevel: 0.8, low: 0.7, high: 0.9, belowGoal, fallsInS, offered: 50 } } as QueueOutlook);
  expect([of(0.1, null), of(0.3, null), of(0.6, 600), of(0.9, 0), verdict(null)]).toEqual([
    'holds',
    'risk',
    'breaks',
    'below',
    'unknown',
  ]);
});

test('calls in progress stand at their trunk by their way; a call within the house is on none', () => {
  const call = (trunk: string | null, direction: CallRow['direction']): CallRow => ({ trunk, direction }) as CallRow;
  const busy = busyTrunks([
    call('a', 'in'),
    call('a', 'in'),
    call('a', 'out'),
    call('b', 'out'),
    call(null, 'internal'),
  ]);
  expect([...busy]).toEqual([
    ['a', { in: 2, out: 1 }],
    ['b', { in: 0, out: 1 }],
  ]);
});
