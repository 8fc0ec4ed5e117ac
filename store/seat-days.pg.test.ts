import { expect, test } from 'vitest';
import { HOUR, MINUTE, startOfDay } from '#domain/time.ts';
import { testDatabase } from '#tests/support/database.ts';
import { toTs } from './db.ts';
import { floorGaps, lastSeen, seatDay, seatsDay } from './seat-days.ts';

const { sql } = await testDatabase();
const DAY = startOfDay('2026-03-02', 'Asia/Shanghai');
const at = (h: number, m = 0): string => toTs(DAY + h * HOUR + m * MINUTE);

await sql`insert into seat_state (t_from, t_to, seat_no, state, reason, queue) values
  (${at(-70)}, ${at(-60)}, '1001', 'idle', '', null),
  (${at(-10)}, ${at(8)}, '1001', 'offline', '', null),
  (${at(8)}, ${at(9)}, '1001', 'idle', '', null),
  (${at(9)}, ${at(9, 4)}, '1001', 'talking', '', 'consult'),
  (${at(24)}, ${at(25)}, '1001', 'idle', '', null),
  (${at(8)}, ${at(10)}, '1002', 'break', '用餐', null)`;
await sql`insert into seat_segment (t_from, segment_id, seat_no, call_id, direction, visit_id, queue, t_ring, t_answer, t_hangup,
    ring_ms, holds, hold_ms, talk_s, t_wrap_end, outcome, ended_by) values
  (${at(9)}, 's1', '1001', 'c1', 'in', 'v1', 'consult', ${at(9)}, ${at(9, 1)}, ${at(9, 4)}, 60000, 1, 20000, 180, ${at(9, 5)}, 'answered', 'caller'),
  (${at(-1)}, 's0', '1001', 'c0', 'in', null, null, ${at(-1)}, ${at(-1)}, ${at(0, 5)}, 0, 0, 0, 3900, null, 'answered', 'agent'),
  (${at(-3)}, 'sx', '1001', 'cx', 'in', null, null, ${at(-3)}, null, ${at(-2)}, 0, 0, 0, null, null, 'missed', null)`;
await sql`insert into call (t_setup, call_id, direction, caller, called, t_end, ended_in, outcome)
  values (${at(8, 59)}, 'c1', 'in', '13812345678', '12345', ${at(9, 5)}, 'seat', 'ended')`;
await sql`insert into floor_gap (gap_id, t_from, t_to, why) values ('g1', ${at(20)}, null, 'link'), ('g0', ${at(-9)}, ${at(-8)}, 'link')`;

test('a seat’s day holds what touches it: also the state and the call that began on the day before', async () => {
  const day = await seatDay(sql, '1001', DAY, DAY + 24 * HOUR);
  expect(day.states.map((s) => [s.state, (s.from - DAY) / HOUR])).toEqual([
    ['offline', -10],
    ['idle', 8],
    ['talking', 9],
  ]);
  expect(day.calls.map((c) => [c.call, c.caller, c.holdMs, c.endedBy])).toEqual([
    ['c0', '', 0, 'agent'],
    ['c1', '13812345678', 20000, 'caller'],
  ]);
  expect(day.gaps.map((g) => [g.id, g.to])).toEqual([['g1', null]]);
});

test('many seats are read at once, each with its own stretches to the millisecond', async () => {
  const seats = await seatsDay(sql, ['1001', '1002', '1999'], DAY, DAY + 24 * HOUR);
  expect([...seats.keys()]).toEqual(['1001', '1002']);
  expect(seats.get('1002')).toEqual([
    { from: DAY + 8 * HOUR, to: DAY + 10 * HOUR, state: 'break', reason: '', queue: null },
  ]);
  expect(seats.get('1001')).toHaveLength(3);
});

test('a day without records says so, and the last one with any is found', async () => {
  const day = await seatDay(sql, '1999', DAY, DAY + 24 * HOUR);
  expect([day.states, day.calls, day.commands]).toEqual([[], [], []]);
  expect(await lastSeen(sql, '1001', DAY)).toBe(DAY - 70 * HOUR);
  expect(await lastSeen(sql, '1999', DAY)).toBeNull();
  expect(await floorGaps(sql, DAY + 30 * HOUR, DAY + 31 * HOUR)).toHaveLength(1);
});
