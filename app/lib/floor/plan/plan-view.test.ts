import { expect, test } from 'vitest';
import type { SeatLiveRow, SeatRow } from '#domain/floor/rows.ts';
import { readRoomPlan } from '#domain/floor-plan/plan.ts';
import { automaticRooms, isBright, looseRoom, newMark, QUEUE_LINE_UNIT, textOf, unitOf } from './plan-view.ts';

const numbers = (n: number): string[] => Array.from({ length: n }, (_, i) => String(1001 + i));
/** Where the plan is drawn on a desk of 1920×1080, pixels: measured. */
const BOX = [1502, 838] as const;

test('200 seats fit a screen of 1920×1080 without scrolling, with text of 12 px or more in every tile', () => {
  const [room] = automaticRooms(numbers(200), () => ({ name: '厅', nameEn: '' }));
  const unit = unitOf(room!.plan, ...BOX, 16);
  expect(unit * room!.plan.width).toBeLessThanOrEqual(BOX[0]);
  expect(unit * room!.plan.height).toBeLessThanOrEqual(BOX[1]);
  expect(textOf(unit / 16) * 16).toBeGreaterThanOrEqual(12);
  // three lines of it, or four, fit a tile
  for (const u of [1.42, 1.7, QUEUE_LINE_UNIT, 2.2, 3])
    expect(textOf(u) * 1.17 * (u >= QUEUE_LINE_UNIT ? 4 : 3)).toBeLessThanOrEqual(2 * u - 0.2 + 0.02);
});

test('a room too large for the screen scrolls, and its text stays legible', () => {
  const room = looseRoom(numbers(2000), '未放置');
  const unit = unitOf(room.plan, ...BOX, 16);
  expect(textOf(unit / 16)).toBeGreaterThanOrEqual(0.75);
  expect(unit * room.plan.height).toBeGreaterThan(BOX[1]);
});

test('a filter keeps bright who is in the state and serves the queue, or is in one of its calls', () => {
  const seat = { memberships: [{ queue: 'consult' }] } as unknown as SeatRow;
  const live = { queue: 'complaint' } as SeatLiveRow;
  expect(isBright({ state: null, queue: null }, 'idle', undefined, undefined)).toBe(true);
  expect(isBright({ state: 'talking', queue: null }, 'idle', seat, live)).toBe(false);
  expect(isBright({ state: null, queue: 'consult' }, 'idle', seat, live)).toBe(true);
  expect(isBright({ state: null, queue: 'complaint' }, 'talking', seat, live)).toBe(true);
  expect(isBright({ state: null, queue: 'other' }, 'talking', seat, live)).toBe(false);
});

test('a room of seats that stand nowhere and a new mark are plans that could be kept', () => {
  const { plan } = looseRoom(numbers(7), '未放置');
  for (const kind of ['label', 'wall', 'door'] as const)
    expect(readRoomPlan({ ...plan, width: 20, marks: [newMark('m1', kind, 'x')] }).ok).toBe(true);
});
