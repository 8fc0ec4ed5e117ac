import type { Sql } from '#store/db.ts';
import { busyMorning, DayShape } from './floor-plan.ts';

/**
 * The demo's day: shifted at the very first start so that it falls in the busy morning, and the same ever after,
 * so that history and live data go on with one rhythm.
 */
export async function demoDay(sql: Sql, now: number, zone: string): Promise<DayShape> {
  await sql`
    insert into source_cursor (source, cursor) values ('demo-day', ${sql.json({ shiftMs: busyMorning(now, zone) })})
    on conflict do nothing`;
  const [row] = await sql<
    { shift: number }[]
  >`select (cursor->>'shiftMs')::float8 as shift from source_cursor where source = 'demo-day'`;
  return new DayShape(zone, row!.shift);
}
