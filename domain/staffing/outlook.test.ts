import { expect, test } from 'vitest';
import type { LinkRow, SeatLiveRow, SeatRow, VisitRow } from '../floor/rows.ts';
import { Tables } from '../tables.ts';
import { MINUTE, SECOND } from '../time.ts';
import type { Decided, FloorBasis, QueueBasis } from './basis.ts';
import { arrivalsOf, hourOutlook } from './outlook.ts';

const DAY0 = Date.parse('2026-03-01T16:00:00Z');
const edges = Array.from({ length: 49 }, (_, i) => DAY0 + i * 30 * MINUTE);
/** 09:40: the half-hour from 09:30 runs, the hour is that from 09:00. */
const NOW = edges[19]! + 10 * MINUTE;
const half = (offered: number, inTime: number): Decided => ({
  offered,
  answered: offered,
  abandoned: 0,
  inTime,
  inConnect: inTime,
});
const queue = (more: Partial<QueueBasis> = {}): QueueBasis => ({
  withinS: 20,
  connectS: 15,
  goal: 0.8,
  today: Array.from({ length: 20 }, (_, i) => (i < 19 ? half(30, 27) : half(10, 9))),
  last30: half(30, 27),
  usual: { weeks: 5, offered: edges.slice(1).map(() => 30) },
  handle: { ringS: 4, talkS: 150, wrapS: 15, calls: 400, of: 'today' },
  patience: { meanS: 90, abandoned: 50 },
  ...more,
});
const basis = (q: QueueBasis): FloorBasis => ({
  at: NOW,
  countedAt: NOW,
  edges,
  outboundS: 90,
  queues: { a: q },
  trunks: [],
  connect24: null,
  gapMs: 0,
});

function floor(
  seats: number,
  o: { waiting?: number; link?: LinkRow['state']; line?: SeatLiveRow['line'] } = {},
): Tables {
  const t = new Tables();
  t.put<LinkRow>('link', 'asterisk', { state: o.link ?? 'live', since: 0 });
  for (let i = 0; i < seats; i++) {
    const id = `s${i}`;
    t.put<SeatRow>('seat', id, {
      id,
      name: '',
      extension: id,
      device: '',
      signedInAt: 0,
      memberships: [
        { queue: 'a', interface: '', kind: 'dynamic', penalty: 0, paused: false, reason: '', pausedAt: null },
      ],
    });
    t.put<SeatLiveRow>('seatLive', id, {
      line: o.line ?? 'idle',
      since: 0,
      pause: i === 0 ? 'all' : 'none',
      reason: i === 0 ? '小休' : '',
      pauseSince: 0,
      wrapUntil: null,
      onQueueCall: o.line === 'in-call',
      queue: o.line === 'in-call' ? 'a' : null,
      call: null,
      holding: false,
      heldSince: null,
    });
  }
  for (let i = 0; i < (o.waiting ?? 0); i++)
    t.put<VisitRow>('visit', `v${i}`, {
      id: `v${i}`,
      call: `c${i}`,
      queue: 'a',
      caller: '',
      joinedAt: NOW - 60 * SECOND,
      approximate: false,
      state: 'waiting',
      answeredAt: null,
      waitS: null,
      seat: null,
    });
  return t;
}
const foretell = (t: Tables, q: QueueBasis = queue()) =>
  hourOutlook(t, basis(q), { now: NOW, reasons: {}, seed: 1 })!.queues[0]!;

test('the hour so far, who waits and who is expected are its inputs; a seat on a break is not on duty', () => {
  const o = foretell(floor(8, { waiting: 2 }));
  expect(o).toMatchObject({ decided: 40, inTime: 36, waiting: 2, seats: 7, without: null });
  // two thirds of the half-hour are left, at about the usual thirty
  expect(o.expected).toBeGreaterThan(17);
  expect(o.expected).toBeLessThan(23);
  expect(o.forecast!.offered).toBeCloseTo(42 + o.expected, -1);
});

test('more seats foretell a better hour, fewer a breach and when', () => {
  const many = foretell(floor(12)).forecast!;
  const few = foretell(floor(2, { line: 'in-call' })).forecast!;
  expect(many.serviceLevel).toBeGreaterThan(few.serviceLevel);
  expect(many.belowGoal).toBeLessThan(0.1);
  expect(many.fallsInS).toBeNull();
  expect(few.belowGoal).toBeGreaterThan(0.75);
  expect(few.fallsInS).toBeGreaterThan(0);
  expect(few.low).toBeLessThanOrEqual(few.serviceLevel);
  expect(few.high).toBeGreaterThanOrEqual(few.serviceLevel);
});

test('the same floor foretells the same', () => {
  expect(foretell(floor(6))).toEqual(foretell(floor(6)));
});

test('says why it foretells nothing: switch away, no seats, lengths not known, nothing to learn arrivals from, too few calls', () => {
  const quiet = { today: [], usual: null };
  expect(foretell(floor(5, { link: 'away' })).without).toBe('unheard');
  expect(foretell(floor(0)).without).toBe('no-seats');
  expect(foretell(floor(5), queue({ handle: null })).without).toBe('no-handle-time');
  expect(foretell(floor(5), queue(quiet)).without).toBe('no-usual');
  const rare = { today: [], usual: { weeks: 5, offered: edges.slice(1).map(() => 1) } };
  expect(foretell(floor(5), queue(rare)).without).toBe('few-calls');
});

test('a day busier than usual raises what is expected, and without weeks the last hour tells', () => {
  const busy = queue({ today: Array.from({ length: 20 }, (_, i) => half(i < 19 ? 60 : 20, 0)) });
  const a = arrivalsOf(busy, edges, NOW, 0)!;
  expect(a).toMatchObject({ of: 'usual', weeks: 5 });
  expect(a.factor).toBeGreaterThan(1.7);
  expect(a.factor).toBeLessThan(2);
  const alone = arrivalsOf(queue({ usual: null }), edges, NOW, 0)!;
  expect(alone).toMatchObject({ of: 'last-hour', weeks: 0, factor: 1 });
  expect(alone.perHalf[20]).toBeCloseTo((70 * 30) / 70, 6);
});
