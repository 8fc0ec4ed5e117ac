import { expect, test } from 'vitest';
import { foldCases } from '#domain/cases/fold.ts';
import { caseDayOf, unbalanced } from '#domain/cases/view.ts';
import { Tables } from '#domain/tables.ts';
import { randomRecords } from '#domain/calls/testing.ts';
import { emptyRecords } from '#domain/floor/records.ts';
import { mulberry32 } from '#domain/random.ts';
import { loadFloorRecords } from '#store/floor.ts';
import { cityDay, DAY, HOUR, MINUTE } from '#domain/time.ts';
import { factsAfter } from '#store/facts.ts';
import { testDatabase } from '#tests/support/database.ts';
import { LiveCalls, TalkPool } from './case-calls.ts';
import { loadCaseHistory } from './case-history.ts';
import { DayShape } from './floor-plan.ts';

const { sql } = await testDatabase();
const ZONE = 'Asia/Shanghai';
const until = Date.now();

test('history is in the store, its old days without a fact each, and today begins with figures that equal SQL', async () => {
  const spots = [
    { kind: 'estate', name: '和平小区', district: '鼓楼区', street: '文庙街道', at: [118.8, 31.1] as const },
  ];
  const rows = await loadCaseHistory({ sql, seed: 1, until, days: 4, shape: new DayShape(ZONE, 0), zone: ZONE, spots });
  const [stored] = await sql<{ n: number; today: number }[]>`
    select count(*)::int as n, (count(*) filter (where (accepted_at at time zone ${ZONE})::date = ${cityDay(until, ZONE)}::date))::int as today
    from hotline_case`;
  expect(stored!.n).toBe(rows);
  const tables = new Tables();
  const facts = [...(await factsAfter(sql, 0, 20_000))];
  for (const f of facts) foldCases(tables, f, ZONE);
  expect(Math.min(...facts.map((f) => f.at))).toBeGreaterThan(until - 3 * DAY);
  const day = caseDayOf(tables, until, ZONE);
  expect([day.total, unbalanced(day)]).toEqual([stored!.today, []]);
  const loaded = facts.filter((f) => f.kind === 'history.loaded');
  expect(loaded.map((f) => f.body)).toMatchObject([{ what: 'cases', rows: rows - (facts.length - 1) }]);
});

test('a case by telephone names a conversation that had just ended, each call one case, and with its citizen’s number', async () => {
  const talk = (n: number, endedAt: number) => ({ callId: `${n}`, caller: `139${n}`, endedAt });
  const pool = new TalkPool([talk(1, 0), talk(2, MINUTE), talk(3, 2 * MINUTE)]);
  expect([pool.take(2.5 * MINUTE), pool.take(2.5 * MINUTE), pool.take(6 * MINUTE)].map((t) => t?.callId)).toEqual(['3', '2', undefined]); // prettier-ignore
  const t = until - 10 * MINUTE;
  const records = emptyRecords();
  records.call.push(...randomRecords(mulberry32(1), { from: t, hours: 1, calls: 60 }).call.filter((c) => c.direction === 'in').slice(0, 1)); // prettier-ignore
  const [call] = records.call;
  const segment = randomRecords(mulberry32(1), { from: t, hours: 1, calls: 60 }).seat_segment[0]!;
  Object.assign(call!, { t_setup: t, caller: '13900000001' });
  records.seat_segment.push({
    ...segment,
    call_id: call!.call_id,
    t_from: t,
    t_hangup: t + MINUTE,
    outcome: 'answered',
  });
  await loadFloorRecords(sql, records);
  const live = await LiveCalls.open(sql, until - HOUR);
  const fields = {
    externalId: 'n1',
    caseNo: 'n1',
    source: 'phone' as const,
    acceptedAt: t + 2 * MINUTE,
    callerNumber: '1',
  };
  const linked = { callId: call!.call_id, callerNumber: '13900000001' };
  expect(await live.told([{ t: t + 2 * MINUTE, fields }], t + 3 * MINUTE)).toMatchObject([linked]);
  expect(await live.told([{ t: until, fields: { ...fields, state: 'dispatched' } }], until)).toMatchObject([linked]);
  const web = { ...fields, externalId: 'n2', source: 'web' as const };
  expect((await live.told([{ t: t + 2 * MINUTE, fields: web }], t + 3 * MINUTE))[0]!.callId).toBeUndefined();
});
