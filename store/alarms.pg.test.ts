import { expect, test } from 'vitest';
import { alarmState, type Trouble } from '#domain/alarms/rows.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { testDatabase } from '#tests/support/database.ts';
import { acknowledgeAlarm, alarms, clearAlarm, openAlarms, raiseAlarm, shelveAlarm, unshelveAlarm } from './alarms.ts';
import { factsAfter } from './facts.ts';

const { sql } = await testDatabase();
const T = 1_700_000_000_000;
const trouble = (name: string): Trouble => ({
  key: `worker:${name}`,
  subject: 'worker',
  name,
  severity: 'high',
  code: 'away',
});
const by = (now: number) => ({ actor: 'user:7', name: '王晓岚', now });
const one = async (name: string) => (await alarms(sql)).filter((a) => a.name === name);

test('an alarm lives from raised to cleared, each step with who and a fact, and the same one twice is one', async () => {
  await raiseAlarm(sql, trouble('a'), T);
  await raiseAlarm(sql, trouble('a'), T + 1);
  const [a] = await one('a');
  expect([await one('a').then((x) => x.length), alarmState(a!, T)]).toEqual([1, 'raised']);
  expect(await openAlarms(sql, T)).toEqual({ count: 1, high: true });
  expect((await acknowledgeAlarm(sql, a!.id, by(T + 2))).ok).toBe(true);
  expect(await openAlarms(sql, T)).toEqual({ count: 0, high: false });
  expect((await one('a'))[0]).toMatchObject({ acknowledgedBy: '王晓岚', acknowledgedAt: T + 2 });
  await clearAlarm(sql, 'worker:a', T + 3);
  expect(alarmState((await one('a'))[0]!, T + 3)).toBe('cleared');
  expect(await acknowledgeAlarm(sql, a!.id, by(T + 4))).toMatchObject({ ok: false, code: 'alarm-over' });
  const told = (await factsAfter(sql, 0)).filter((f) => f.subject === String(a!.id));
  expect(told.map((f) => [f.kind, f.actor])).toEqual([
    ['alarm.raised', 'ingest:watch'],
    ['alarm.acknowledged', 'user:7'],
    ['alarm.cleared', 'ingest:watch'],
  ]);
});

test('one that comes back within minutes is the same alarm, to be acknowledged anew; after that it is another', async () => {
  await raiseAlarm(sql, trouble('b'), T);
  const [b] = await one('b');
  await acknowledgeAlarm(sql, b!.id, by(T));
  await clearAlarm(sql, 'worker:b', T + MINUTE);
  await raiseAlarm(sql, trouble('b'), T + 2 * MINUTE);
  expect(await one('b')).toMatchObject([{ id: b!.id, times: 2, clearedAt: null, acknowledgedAt: null }]);
  await clearAlarm(sql, 'worker:b', T + 3 * MINUTE);
  await raiseAlarm(sql, trouble('b'), T + HOUR);
  expect((await one('b')).length).toBe(2);
});

test('shelving needs a reason and ends by itself', async () => {
  await raiseAlarm(sql, trouble('c'), T);
  const [c] = await one('c');
  expect(await shelveAlarm(sql, c!.id, 4, '  ', by(T))).toMatchObject({ ok: false, code: 'reason-needed' });
  expect(await shelveAlarm(sql, c!.id, 5, '检修', by(T))).toMatchObject({ ok: false, code: 'input' });
  const before = (await openAlarms(sql, T)).count;
  expect((await shelveAlarm(sql, c!.id, 4, '检修', by(T))).ok).toBe(true);
  const [shelved] = await one('c');
  expect([alarmState(shelved!, T + HOUR), alarmState(shelved!, T + 4 * HOUR)]).toEqual(['shelved', 'raised']);
  expect([(await openAlarms(sql, T + HOUR)).count, (await openAlarms(sql, T + 5 * HOUR)).count]).toEqual([
    before - 1,
    before,
  ]);
  await unshelveAlarm(sql, c!.id, by(T + 1));
  expect(alarmState((await one('c'))[0]!, T + 2)).toBe('raised');
});
