import { expect, test } from 'vitest';
import { mulberry32 } from '../random.ts';
import type { Fact } from '../fact.ts';
import { Tables } from '../tables.ts';
import {
  begin,
  laidOut,
  moved,
  neighbour,
  nextMark,
  placed,
  redo,
  seatItem,
  standsFree,
  step,
  takenOff,
  undo,
  withMark,
} from './edit.ts';
import { foldPlan, PLAN, PLAN_ROW } from './facts.ts';
import { automaticPlans, columnsFor, freeSpot, inRows, misplaced } from './layout.ts';
import { MAX_PLACED, overlapping, readRoomPlan, SEAT_H, SEAT_W, unplaced, type RoomPlan } from './plan.ts';

const ROOM: RoomPlan = {
  name: '一号厅',
  nameEn: 'Hall 1',
  order: 0,
  width: 20,
  height: 12,
  seats: [
    { seat: '1001', x: 1, y: 1 },
    { seat: '1002', x: 4, y: 1 },
    { seat: '1003', x: 1, y: 3 },
  ],
  marks: [{ id: 'm1', kind: 'door', x: 0, y: 10, w: 3, h: 1, text: '门' }],
};
const numbers = (n: number): string[] => Array.from({ length: n }, (_, i) => String(1001 + i));
const code = (plan: unknown): string => {
  const r = readRoomPlan(plan);
  return r.ok ? 'ok' : `${r.code} ${r.reason}`;
};

test('a plan that is read comes back as it was, with its names trimmed', () => {
  const r = readRoomPlan({ ...ROOM, name: ' 一号厅 ' });
  expect(r).toEqual({ ok: true, value: ROOM });
});

test.each([
  ['no object', 'plan-shape', 7],
  ['a field too many', 'plan-shape', { ...ROOM, x: 1 }],
  ['half a unit', 'plan-shape', { ...ROOM, seats: [{ seat: '1001', x: 0.5, y: 0 }] }],
  ['a room without a name', 'plan-name', { ...ROOM, name: '  ' }],
  ['a name with a line break', 'plan-name', { ...ROOM, name: 'a\nb' }],
  ['a seat outside', 'plan-outside 1009', { ...ROOM, seats: [{ seat: '1009', x: 18, y: 0 }] }],
  ['a mark outside', 'plan-outside', { ...ROOM, marks: [{ ...ROOM.marks[0], x: 19 }] }],
  ['a seat twice', 'plan-twice 1001', { ...ROOM, seats: [...ROOM.seats, { seat: '1001', x: 9, y: 9 }] }],
  ['a seat on another', 'plan-overlap 1002', { ...ROOM, seats: [...ROOM.seats, { seat: '1004', x: 6, y: 2 }] }],
  ['two marks of one id', 'plan-shape', { ...ROOM, marks: [ROOM.marks[0], ROOM.marks[0]] }],
  [
    'too many seats',
    'plan-many-seats',
    {
      ...ROOM,
      width: 400,
      height: 400,
      seats: inRows(numbers(MAX_PLACED + 1), { columns: 60, aisleEvery: 0, x: 0, y: 0 }),
    },
  ],
])('%s is refused: %s', (_, expected, plan) => {
  expect(code(plan)).toMatch(new RegExp(`^${expected}`));
});

test('seats that touch do not overlap, one unit further they do', () => {
  expect(overlapping(ROOM.seats).size).toBe(0);
  expect([...overlapping([...ROOM.seats, { seat: '9', x: 3, y: 4 }])].sort()).toEqual(['1003', '9']);
});

test('an automatic plan holds every seat once, stands free and can be kept, whatever their number', () => {
  for (const n of [0, 1, 2, 7, 40, 200, 401, 2000]) {
    const plans = automaticPlans(numbers(n), (i) => ({ name: `${i}`, nameEn: '' }));
    expect(plans.flatMap((p) => p.seats.map((s) => s.seat))).toEqual(numbers(n));
    for (const p of plans) expect(code(p)).toBe('ok');
  }
  // a screen of 1920×1080 shows 200 of them as tiles wide enough for a name and a time
  const [hall] = automaticPlans(numbers(200), () => ({ name: '厅', nameEn: '' }));
  expect(Math.min(1500 / hall!.width, 840 / hall!.height)).toBeGreaterThan(25);
});

test('rows have their aisle after each pair, and the columns asked for', () => {
  const seats = inRows(numbers(7), { columns: 2, aisleEvery: 2, x: 1, y: 1 });
  expect(seats.map((s) => s.y)).toEqual([1, 1, 3, 3, 6, 6, 8]);
  expect(new Set(seats.map((s) => s.x))).toEqual(new Set([1, 1 + SEAT_W]));
  expect(columnsFor(200)).toBeGreaterThan(12);
});

test('what is chosen moves together and stops at the walls', () => {
  const two = new Set([seatItem('1001'), seatItem('1002')]);
  expect(moved(ROOM, two, -9, 2).seats).toEqual([
    { seat: '1001', x: 0, y: 3 },
    { seat: '1002', x: 3, y: 3 },
    { seat: '1003', x: 1, y: 3 },
  ]);
  expect(standsFree(moved(ROOM, two, -9, 2), two)).toBe(false);
  expect(standsFree(moved(ROOM, two, 5, 0), two)).toBe(true);
  expect(moved(ROOM, two, -1, 0).seats[0]).toEqual({ seat: '1001', x: 0, y: 1 });
});

test('a seat is placed at the first free spot, and a full room grows for it', () => {
  const plan = placed(ROOM, '1004');
  expect(plan.seats.at(-1)).toEqual({ seat: '1004', x: 7, y: 1 });
  let full: RoomPlan = { ...ROOM, width: 6, height: 6, seats: [], marks: [] };
  for (const seat of numbers(9)) full = placed(full, seat);
  expect(misplaced(full).size).toBe(0);
  expect(
    freeSpot({ ...ROOM, width: 6, height: 6, seats: inRows(numbers(6), { columns: 2, aisleEvery: 0, x: 0, y: 0 }) }),
  ).toBeNull();
});

test('laying out takes seats from where they stood and leaves the others', () => {
  const plan = laidOut(ROOM, ['1003', '1007', '1008'], { columns: 3, aisleEvery: 2, x: 8, y: 8 });
  expect(plan.seats.map((s) => s.seat)).toEqual(['1001', '1002', '1003', '1007', '1008']);
  expect(plan.seats[2]).toEqual({ seat: '1003', x: 8, y: 8 });
  expect(code(plan)).toBe('ok');
});

test('the arrow keys go to the seat that lies in that direction', () => {
  expect(neighbour(ROOM, '1001', 1, 0)).toBe('1002');
  expect(neighbour(ROOM, '1001', 0, 1)).toBe('1003');
  expect(neighbour(ROOM, '1001', -1, 0)).toBeNull();
  expect(neighbour(ROOM, '1002', -1, 0)).toBe('1001');
});

test('random edits undone one by one give the plan as it was, and redone the last one', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = mulberry32(seed);
    let s = begin(ROOM);
    for (let i = 0; i < 40; i++) {
      const seat = `10${10 + Math.floor(random() * 30)}`;
      const next = [
        () => placed(s.now, seat),
        () => takenOff(s.now, new Set([seatItem(seat)])),
        () => moved(s.now, new Set([seatItem('1001')]), Math.round(random() * 9) - 4, 1),
        () => withMark(s.now, { id: nextMark(s.now), kind: 'label', x: 500, y: 1, w: 3, h: 1, text: 'x' }),
      ][Math.floor(random() * 4)]!();
      s = step(s, next);
    }
    const last = s.now;
    const steps = s.past.length;
    for (let i = 0; i < steps; i++) s = undo(s);
    expect(s.now, `seed ${seed}`).toEqual(ROOM);
    for (let i = 0; i < steps; i++) s = redo(s);
    expect(s.now, `seed ${seed}`).toEqual(last);
    expect(readRoomPlan({ ...last, seats: last.seats.filter((p) => !misplaced(last).has(p.seat)) }).ok).toBe(true);
  }
});

test('random input is refused or read, and never throws', () => {
  const random = mulberry32(9);
  const some = (): unknown =>
    [null, -1, 1e9, '', 'x'.repeat(500), [], {}, [{}], { seat: 1 }, ROOM.seats, ROOM.marks][Math.floor(random() * 11)];
  for (let i = 0; i < 500; i++) {
    const plan: Record<string, unknown> = { ...ROOM };
    plan[Object.keys(ROOM)[Math.floor(random() * 7)]!] = some();
    expect(() => readRoomPlan(plan)).not.toThrow();
  }
});

test('seats that stand nowhere are told, whatever room the others are in', () => {
  expect(unplaced(['1001', '1002', '1009'], [{ plan: ROOM }])).toEqual(['1009']);
});

test('the fold keeps how far the plans have changed, also when facts come in another order', () => {
  const tables = new Tables();
  const fact = (n: number) =>
    ({
      kind: 'plan.saved',
      subject: '1',
      body: { n, version: 1, name: 'x', seats: 1, by: { account: 1, name: 'x' } },
    }) as unknown as Fact;
  for (const n of [3, 2]) foldPlan(tables, fact(n));
  expect(tables.get(PLAN, PLAN_ROW)).toEqual({ n: 3 });
  expect(SEAT_H).toBeLessThan(SEAT_W);
});
