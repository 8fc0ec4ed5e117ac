import { expect, test } from 'vitest';
import fc from 'fast-check';
import { digest } from '../digest.ts';
import type { Fact } from '../fact.ts';
import { Tables } from '../tables.ts';
import { plusOne } from './counters.ts';
import type { FloorFactBody } from './facts.ts';
import { foldFloor, TODAY } from './fold.ts';
import type { FloorDayRow, GapRow, QueueDayRow, SeatDayRow, VisitRow } from './rows.ts';

const ZONE = 'Asia/Shanghai';
const NOON = Date.parse('2026-03-02T12:00:00+08:00');

function fold(facts: readonly { at: number; subject: string; body: FloorFactBody | DayOpened }[]): Tables {
  const tables = new Tables();
  facts.forEach((f, i) =>
    foldFloor(
      tables,
      { n: i + 1, at: f.at, recordedAt: f.at, subject: f.subject, actor: 'test', ...f.body } as Fact,
      ZONE,
    ),
  );
  return tables;
}
type DayOpened = { kind: 'day.opened'; body: { day: string } };

const key = (queue: string, joinedAt: number) => ({ queue, call: 'c', joinedAt });
const joined = (id: string, at: number, queue = 'q') => ({
  at,
  subject: id,
  body: { kind: 'visit.joined', body: { ...key(queue, at), caller: '138', approximate: false } } as FloorFactBody,
});
const left = (id: string, joinedAt: number, at: number, outcome: 'abandoned' | 'unknown' | 'timeout') => ({
  at,
  subject: id,
  body: {
    kind: 'visit.left',
    body: { ...key('q', joinedAt), outcome, waitS: Math.round((at - joinedAt) / 1000) },
  } as FloorFactBody,
});

test('a visit counts in the day in which its caller joined, also when it ends after midnight', () => {
  const late = Date.parse('2026-03-02T23:59:50+08:00');
  const tables = fold([joined('a', late), joined('b', late + 15_000), left('a', late, late + 20_000, 'abandoned')]);
  expect(tables.get<QueueDayRow>('queueDay', 'q')).toMatchObject({
    day: '2026-03-03',
    offered: 1,
    abandoned: 0,
    waiting: 1,
    maxWaiting: 2,
  });
});

test('a visit whose end nobody heard is unknown: neither abandoned nor waited', () => {
  const tables = fold([joined('a', NOON), left('a', NOON, NOON + 90_000, 'unknown')]);
  expect(tables.get<QueueDayRow>('queueDay', 'q')).toMatchObject({
    offered: 1,
    unknown: 1,
    abandoned: 0,
    waiting: 0,
    longestOtherS: 0,
    waitOtherS: 0,
  });
});

test('the same fact told twice counts its visit once', () => {
  const tables = fold([joined('a', NOON), joined('a', NOON)]);
  expect(tables.get<QueueDayRow>('queueDay', 'q')).toMatchObject({ offered: 1, waiting: 1 });
});

test('a new day takes yesterday’s counters, signed-out seats and closed gaps, and leaves who is waiting', () => {
  const tables = fold([
    joined('a', NOON),
    { at: NOON, subject: 'g1', body: { kind: 'floor.gap', body: { from: NOON - 9000, to: NOON, why: 'link' } } },
    { at: NOON, subject: 'g2', body: { kind: 'floor.gap', body: { from: NOON, to: null, why: 'link' } } },
    {
      at: NOON,
      subject: '1001',
      body: {
        kind: 'seat.described',
        body: { name: 'a', extension: '1001', device: 'PJSIP/1001', memberships: [], signedInAt: null },
      },
    },
    { at: NOON, subject: '1001', body: { kind: 'seat.signedOut', body: { queue: 'q' } } },
    { at: NOON + 12 * 3_600_000, subject: 'day', body: { kind: 'day.opened', body: { day: '2026-03-03' } } },
  ]);
  expect(tables.get<QueueDayRow>('queueDay', 'q')).toMatchObject({ day: '2026-03-03', offered: 0, waiting: 1 });
  expect(tables.all('seat').size).toBe(0);
  expect(tables.all<SeatDayRow>('seatDay').size).toBe(0);
  expect([...tables.all<GapRow>('gap').keys()]).toEqual(['g2']);
  expect(tables.all<VisitRow>('visit').size).toBe(1);
  expect(tables.get<FloorDayRow>('floorDay', TODAY)).toMatchObject({ day: '2026-03-03', inbound: 0 });
});

test('however often the line breaks, the gaps kept are bounded and still cover all of them', () => {
  const facts = Array.from({ length: 300 }, (_, i) => ({
    at: NOON + i * 1000,
    subject: `g${i}`,
    body: {
      kind: 'floor.gap',
      body: { from: NOON + i * 1000, to: NOON + i * 1000 + 400, why: 'link' },
    } as FloorFactBody,
  }));
  const gaps = [...fold(facts).all<GapRow>('gap').values()];
  expect(gaps.length).toBeLessThanOrEqual(100);
  for (const f of facts) {
    const at = f.at + 200;
    expect(gaps.some((g) => g.from <= at && at < g.to!)).toBe(true);
  }
});

test('counters by free text survive any text and stay bounded', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString'))), (keys) => {
      let counts: Readonly<Record<string, number>> = {};
      for (const k of keys) counts = plusOne(counts, k);
      expect(Object.values(counts).reduce((a, b) => a + b, 0)).toBe(keys.length);
      expect(Object.keys(counts).length).toBeLessThanOrEqual(41);
      expect(JSON.parse(JSON.stringify(counts))).toEqual(counts);
    }),
  );
});

test('folding in batches of any size equals folding at once', () => {
  const arbitrary = fc.array(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      kind: fc.constantFrom('join', 'abandon', 'unknown', 'pause', 'resume'),
      t: fc.integer({ min: 0, max: 100_000_000 }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(arbitrary, fc.integer({ min: 1, max: 9 }), (steps, size) => {
      const facts = steps.map(({ id, kind, t }) => {
        const at = NOON + t;
        if (kind === 'join') return joined(id, at);
        if (kind === 'abandon' || kind === 'unknown')
          return left(id, NOON, at, kind === 'abandon' ? 'abandoned' : 'unknown');
        const body: FloorFactBody =
          kind === 'pause'
            ? { kind: 'seat.paused', body: { queue: 'q', reason: id } }
            : { kind: 'seat.resumed', body: { queue: 'q', reason: id, pausedS: 3 } };
        return { at, subject: '1001', body };
      });
      const whole = fold(facts);
      const copy = new Tables();
      const inBatches = new Tables();
      facts.forEach((f, i) => {
        foldFloor(
          inBatches,
          { n: i + 1, recordedAt: f.at, actor: 't', at: f.at, subject: f.subject, ...f.body } as Fact,
          ZONE,
        );
        // a screen that gets only the newest rows of each batch ends where the whole fold ends
        if (i % size === 0) copy.applyChanges(inBatches.takeTouched());
      });
      copy.applyChanges(inBatches.takeTouched());
      expect(digest(copy)).toBe(digest(whole));
    }),
  );
});
