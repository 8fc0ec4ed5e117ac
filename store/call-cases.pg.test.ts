import { expect, test } from 'vitest';
import { emptyRecords } from '#domain/floor/records.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { aCase } from '#tests/support/cases.ts';
import { testDatabase } from '#tests/support/database.ts';
import { callTypes, casesOfCalls } from './call-cases.ts';
import { upsertCases, type UpsertOptions } from './cases.ts';
import type { Tx } from './db.ts';
import { insertFloorRecords } from './floor.ts';

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

test('calls are counted by the type of their first case and the seat that answered', async () => {
  const records = emptyRecords();
  for (const [id, seat] of [
    ['88.1', '1001'],
    ['88.2', '1001'],
    ['88.3', null],
  ] as const) {
    const t = now + Number(id.slice(3)) * MINUTE;
    records.call.push({
      t_setup: t,
      call_id: id,
      direction: 'in',
      trunk: 'trunk',
      caller: '13812345678',
      called: '12345',
      t_ivr_in: null,
      t_ivr_out: null,
      t_end: t + MINUTE,
      ended_in: seat ? 'seat' : 'ivr',
      outcome: 'ended',
      merged_into: null,
      hangup_cause: 16,
    });
    if (seat)
      records.seat_segment.push({
        t_from: t + 1000,
        segment_id: `s${id}`,
        seat_no: seat,
        call_id: id,
        direction: 'in',
        visit_id: null,
        queue: null,
        t_queue: null,
        t_ring: t + 1000,
        t_answer: t + 2000,
        t_hangup: t + MINUTE,
        ring_ms: 1000,
        holds: 0,
        hold_ms: 0,
        talk_s: 58,
        t_wrap_end: null,
        outcome: 'answered',
        ended_by: null,
      });
  }
  await sql.begin((tx) => insertFloorRecords(tx as Tx, records));
  await upsertCases(
    sql,
    [
      aCase('L2', { acceptedAt: now - 2 * MINUTE, type: 'complaint', callId: '88.1' }),
      aCase('L3', { acceptedAt: now - MINUTE, type: 'consultation', callId: '88.1' }),
    ],
    options,
  );
  expect(await callTypes(sql, now, now + HOUR)).toEqual([
    { seat: '1001', type: 'complaint', calls: 1 },
    { seat: '1001', type: null, calls: 1 },
    { seat: null, type: null, calls: 1 },
  ]);
});
