import { expect, test } from 'vitest';
import { DAY, HOUR } from '#domain/time.ts';
import type { ModelEvent } from './floor-events.ts';
import { FloorModel } from './floor-model.ts';
import { busyMorning, DayShape, QUEUES } from './floor-plan.ts';

const zone = 'Asia/Shanghai';
const start = Date.UTC(2026, 2, 3, 16); // a Wednesday

function day(seed: number): { events: ModelEvent[]; waits: number[]; model: FloorModel } {
  const events: ModelEvent[] = [];
  const waits: number[] = [];
  const tell = (e: ModelEvent): void => {
    events.push(e);
    if (e.kind === 'answered') waits.push(e.t - e.call.joinedAt);
  };
  const model = new FloorModel({ seed, start, shape: new DayShape(zone, 0), tell });
  model.advance(start + DAY);
  return { events, waits, model };
}
const count = (events: readonly ModelEvent[], kind: ModelEvent['kind']): number =>
  events.filter((e) => e.kind === kind).length;

test('a day has about 9,000 calls, and nearly all who wait are answered or give up', () => {
  const { events, waits, model } = day(1);
  expect(count(events, 'arrived')).toBeGreaterThan(8000);
  expect(count(events, 'arrived')).toBeLessThan(10_500);
  const waiting = [...model.waiting.values()].reduce((s, q) => s + q.length, 0);
  const messages = count(events, 'toVoicemail');
  expect(count(events, 'joined')).toBe(count(events, 'answered') + count(events, 'abandoned') + messages + waiting);
  expect(count(events, 'abandoned') / count(events, 'joined')).toBeLessThan(0.06);
  expect(Math.max(...waits)).toBeLessThan(15 * 60_000);
});

test('events come in the order of time, and the same seed gives the same day', () => {
  const a = day(7).events.map((e) => `${e.t} ${e.kind}`);
  expect(a).toEqual(day(7).events.map((e) => `${e.t} ${e.kind}`));
  expect(a).not.toEqual(day(8).events.map((e) => `${e.t} ${e.kind}`));
  const times = day(7).events.map((e) => e.t);
  expect(times).toEqual([...times].sort((x, y) => x - y));
});

test('at peak about seventy of a hundred seats are in calls, and no queue is ever left alone', () => {
  const { model } = day(3);
  const busy: number[] = [];
  for (let i = 0; i < 24 * 6; i++) {
    model.advance(start + DAY + i * (HOUR / 6));
    for (const q of QUEUES) expect(model.seats.some((s) => s.state !== 'off' && q.id in s.plan.queues)).toBe(true);
    const on = model.seats.filter((s) => s.state !== 'off' && s.paused === null);
    busy.push(on.filter((s) => s.state !== 'idle' || s.wrapUntil > model.now).length / on.length);
  }
  expect(Math.max(...busy)).toBeGreaterThan(0.6);
  expect(busy.reduce((a, b) => a + b) / busy.length).toBeLessThan(0.75);
});

test('a surge brings more callers to its queue', () => {
  const joined = (surge: boolean): number => {
    let n = 0;
    const model = new FloorModel({
      seed: 5,
      start: start + 9 * HOUR,
      shape: new DayShape(zone, 0),
      tell: (e) => void (e.kind === 'joined' && e.call.queue === 'qiuzhu' && n++),
    });
    if (surge) model.surge('qiuzhu', 6, HOUR);
    model.advance(start + 10 * HOUR);
    return n;
  };
  expect(joined(true)).toBeGreaterThan(joined(false) * 3);
});

test('the first start falls at half past nine of the demo day, whatever the clock says', () => {
  for (let h = 0; h < 24; h++) {
    const now = start + h * HOUR;
    const shape = new DayShape(zone, busyMorning(now, zone));
    expect(shape.hour(now)).toBeCloseTo(9.5, 5);
    expect(Math.abs(shape.shiftMs)).toBeLessThanOrEqual(DAY / 2);
  }
});

test('who gives up tries again or is called back, mostly; some leave a message', () => {
  const { events } = day(2);
  const gaveUp = events.filter((e) => e.kind === 'abandoned');
  const later = (number: string, t: number): boolean =>
    events.some((e) => (e.kind === 'answered' || e.kind === 'dialAnswered') && e.call.caller === number && e.t > t);
  const settled = gaveUp.filter((e) => e.call.caller !== '' && later(e.call.caller, e.t)).length;
  expect(settled / gaveUp.length).toBeGreaterThan(0.5);
  expect(settled / gaveUp.length).toBeLessThan(0.98);
  const left = events.filter((e) => e.kind === 'messageLeft');
  expect(left.length).toBeGreaterThan(5);
  expect(left.every((e) => e.spokenS >= 8)).toBe(true);
});
