import { expect, test } from 'vitest';
import { AlarmWatch, troubles } from '#domain/alarms/watch.ts';
import { MINUTE, SECOND } from '#domain/time.ts';
import { alarms, clearAlarm, raiseAlarm, standingKeys } from '#store/alarms.ts';
import { keepUp } from '#store/reports/keep.ts';
import { testDatabase } from '#tests/support/database.ts';
import { readHouse } from './index.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';

test('a keeper of figures that hangs in a pass raises an alarm by itself, and its end clears it', async () => {
  const start = Date.now();
  await keepUp(sql, { zone: ZONE, now: () => start });
  const watch = new AlarmWatch(await standingKeys(sql));
  const look = async (now: number): Promise<number> => {
    const { raise, clear } = watch.look(troubles(await readHouse(sql, now), now), now);
    for (const t of raise) await raiseAlarm(sql, t, now);
    for (const key of clear) await clearAlarm(sql, key, now);
    return (await alarms(sql, 0)).filter((a) => a.key === 'figures').length;
  };
  await sql`
    insert into call_rating (call_id, seat_no, queue, t, score) values ('c1', '1001', 'zixun', ${new Date(start)}, 90)`;
  // a transaction that does not end holds what the pass needs
  let release: () => void = () => {};
  const held = new Promise<void>((done) => (release = done));
  const holding = sql.begin(async (tx) => {
    await tx`lock table stat_rating`;
    await held;
  });
  const pass = keepUp(sql, { zone: ZONE, now: () => start + 8 * MINUTE });
  expect(await look(start + 4 * MINUTE)).toBe(0);
  expect(await look(start + 6 * MINUTE)).toBe(0);
  expect(await look(start + 6 * MINUTE + 31 * SECOND)).toBe(1);
  release();
  await Promise.all([holding, pass]);
  await look(start + 8 * MINUTE);
  expect(await look(start + 8 * MINUTE + 21 * SECOND)).toBe(0);
  expect((await alarms(sql)).map((a) => [a.key, a.code, a.clearedAt !== null])).toEqual([['figures', 'stuck', true]]);
});
