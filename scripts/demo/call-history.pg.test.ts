import { expect, test } from 'vitest';
import type { QueueDayRow } from '#domain/floor/rows.ts';
import { newestCursor } from '#store/facts.ts';
import { stateAt } from '#store/snapshots.ts';
import { testDatabase } from '#tests/support/database.ts';
import { loadCallHistory } from './call-history.ts';
import { DayShape } from './floor-plan.ts';

const { sql } = await testDatabase();
const zone = 'Asia/Shanghai';
const until = Date.UTC(2026, 2, 4, 6); // 14:00 in the city

test("today's figures in the live state are those of the stored visits, and nothing is left open", async () => {
  const done = await loadCallHistory({ sql, seed: 3, until, days: 1, shape: new DayShape(zone, 0), zone, reasons: {} });
  expect(done.calls).toBeGreaterThan(9000);
  const { floor } = await stateAt(sql, await newestCursor(sql), zone);
  expect(floor.all('visit').size).toBe(0);
  expect(floor.all('call').size).toBe(0);
  const stored = await sql<
    { queue: string; offered: number; answered: number; abandoned: number; wait: number; bad: number }[]
  >`
    select queue, count(*)::int as offered, (count(*) filter (where outcome = 'answered'))::int as answered,
           (count(*) filter (where outcome = 'abandoned'))::int as abandoned,
           (sum(wait_s) filter (where outcome = 'answered'))::int as wait,
           (count(*) filter (where wait_s is null or wait_s < 0 or t_leave < t_queue))::int as bad
    from queue_visit where t_queue >= timestamptz '2026-03-03 16:00Z' group by queue`;
  expect(stored).toHaveLength(6);
  for (const q of stored) {
    expect(floor.get<QueueDayRow>('queueDay', q.queue)).toMatchObject({
      offered: q.offered,
      answered: q.answered,
      abandoned: q.abandoned,
      waitAnsweredS: q.wait,
    });
    expect(q.bad).toBe(0);
  }
});

test('the state intervals of a seat never overlap', async () => {
  const [r] = await sql<{ n: number }[]>`
    select count(*)::int as n from (
      select t_from < lag(t_to) over (partition by seat_no order by t_from, t_to) as crossed from seat_state) x where crossed`;
  expect(r!.n).toBe(0);
});
