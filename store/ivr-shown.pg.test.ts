import { expect, test } from 'vitest';
import { flowTree } from '#domain/calls/ivr-flow.ts';
import { MINUTE, SECOND } from '#domain/time.ts';
import { testDatabase } from '#tests/support/database.ts';
import { toTs } from './db.ts';
import { menuPaths, menuStays } from './ivr-shown.ts';

const { sql } = await testDatabase();
const T = Date.parse('2026-03-02T01:00:00Z');

type Told = [afterS: number, point: string, key: string, queue: string | null];
async function call(id: string, at: number, steps: readonly Told[], ended: string | null, endS = 60): Promise<void> {
  for (const [s, point, key, queue] of steps)
    await sql`insert into ivr_step (t_in, call_id, point, key, queue) values (${toTs(at + s * SECOND)}, ${id}, ${point}, ${key}, ${queue})`;
  if (ended !== null)
    await sql`insert into call (t_setup, call_id, direction, caller, called, t_end, ended_in, outcome)
      values (${toTs(at)}, ${id}, 'in', '13800000000', '12345', ${toTs(at + endS * SECOND)}, ${ended}, 'ended')`;
}
const toQueue: Told[] = [
  [0, 'enter', '', null],
  [3, 'welcome', '', null],
  [9, 'queue', '1', 'zixun'],
];
await call('a', T, toQueue, 'seat', 200);
await call('b', T + MINUTE, toQueue, null);
await call('c', T + 2 * MINUTE, [...toQueue.slice(0, 2), [11, 'self', '7', null]], 'ivr', 41);
await call('d', T + 3 * MINUTE, toQueue.slice(0, 2), 'ivr', 13);
await call('e', T + 4 * MINUTE, [...toQueue, [70, 'voicemail', '', 'zixun']], 'voicemail', 100);
// its way goes on after the period's end, and one that begins there is not of the period
await call('f', T + 10 * MINUTE - 5 * SECOND, toQueue, 'queue');
await call('g', T + 10 * MINUTE, toQueue, 'queue');

test('ways are whole, counted once, and tell where they led', async () => {
  const { paths, leftOut } = await menuPaths(sql, T, T + 10 * MINUTE);
  expect(leftOut).toBe(0);
  const { rows, calls } = flowTree(paths);
  expect(calls).toBe(6);
  expect(rows.find((r) => r.point === 'queue')).toMatchObject({
    calls: 4,
    key: '1',
    queue: 'zixun',
    ends: { queue: 3 },
  });
  expect(rows.find((r) => r.point === 'voicemail')).toMatchObject({ calls: 1, ends: { voicemail: 1 } });
  expect(rows.find((r) => r.point === 'welcome')!.ends).toEqual({ menu: 1 });
  expect(rows.find((r) => r.point === 'self')!.ends).toEqual({ menu: 1 });
});

test('a stay lasts until the next step, or until the call ended in the menu', async () => {
  const stays = await menuStays(sql, T, T + 10 * MINUTE);
  expect(stays.get('enter')).toEqual({ stayS: 3, known: 6 });
  expect(stays.get('self')).toEqual({ stayS: 30, known: 1 });
  // three to the queue after 6 s, one to the menu after 8, one hung up after 10
  expect(stays.get('welcome')!.stayS).toBeCloseTo((6 * 3 + 8 + 10) / 5, 6);
  expect(stays.has('queue')).toBe(false);
});
