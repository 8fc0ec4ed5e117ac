import { expect, test } from 'vitest';
import { foldCases } from '#domain/cases/fold.ts';
import { caseDayOf, unbalanced } from '#domain/cases/view.ts';
import { Tables } from '#domain/tables.ts';
import { cityDay, DAY } from '#domain/time.ts';
import { factsAfter } from '#store/facts.ts';
import { testDatabase } from '#tests/support/database.ts';
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
