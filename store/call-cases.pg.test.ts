import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '#domain/time.ts';
import { aCase } from '#tests/support/cases.ts';
import { testDatabase } from '#tests/support/database.ts';
import { casesOfCalls, toldOfCalls } from './call-cases.ts';
import { withdrawCases } from './case-changes.ts';
import { upsertCases, type UpsertOptions } from './cases.ts';

const { sql } = await testDatabase();
const now = Date.parse('2026-03-02T10:00:00+08:00');
const options: UpsertOptions = { now, zone: 'Asia/Shanghai', actor: 'test' };

test('a case links its call when its source says so, also by a message that changes nothing else, and is not guessed', async () => {
  const silent = aCase('L1', { acceptedAt: now - HOUR, callerNumber: '13812345678' });
  await upsertCases(sql, [silent], options);
  expect(await casesOfCalls(sql, ['77.1'])).toEqual([]);
  expect((await upsertCases(sql, [{ ...silent, callId: '77.1' }], options)).outcomes).toEqual(['unchanged']);
  // the call is not repeated: the link stays, once
  await upsertCases(sql, [silent, { ...silent, callId: '77.1' }], options);
  expect((await casesOfCalls(sql, ['77.1', '77.2'])).map((c) => [c.callId, c.caseNo])).toEqual([['77.1', 'L1']]);
});

test('of a call that goes on its first case is known, and one that was withdrawn is none', async () => {
  await upsertCases(
    sql,
    [
      aCase('L2', { acceptedAt: now - 2 * MINUTE, type: 'complaint', callId: '88.1' }),
      aCase('L3', { acceptedAt: now - MINUTE, type: 'consultation', callId: '88.1' }),
    ],
    options,
  );
  const told = async () => Object.fromEntries(await toldOfCalls(sql, ['88.1', '88.2'], now - HOUR));
  const none = { answered: null, matter: null };
  expect(await told()).toEqual({
    '88.1': { answered: null, matter: { caseNo: 'L2', type: 'complaint' } },
    '88.2': none,
  });
  await withdrawCases(sql, 'test', ['L2'], options);
  expect((await told())['88.1']!.matter).toEqual({ caseNo: 'L3', type: 'consultation' });
});
