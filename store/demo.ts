import type { DemoSource } from '#domain/demo.ts';
import type { Instant } from '#domain/time.ts';
import type { Sql } from './db.ts';

const SEEN = 'demo-seen';

/** Notes that these sources are simulated now, so that what they leave behind stays marked. */
export async function noteSimulated(sql: Sql, sources: readonly DemoSource[], now: Instant): Promise<void> {
  if (sources.length === 0) return;
  const seen = Object.fromEntries(sources.map((s) => [s, now]));
  await sql`
    insert into source_cursor (source, cursor) values (${SEEN}, ${sql.json(seen)})
    on conflict (source) do update set cursor = source_cursor.cursor || excluded.cursor, at = now()`;
}

/** When each source was last simulated in this database; the weeks of history that the demo loads count until their load. */
export async function lastSimulated(sql: Sql): Promise<Partial<Record<DemoSource, Instant>>> {
  const rows = await sql<{ source: string; cursor: Partial<Record<DemoSource, Instant>>; at: Date }[]>`
    select source, cursor, at from source_cursor where source in (${SEEN}, 'demo:calls', 'demo:cases')`;
  const out: Partial<Record<DemoSource, Instant>> = {};
  for (const { source, cursor, at } of rows)
    for (const [s, t] of source === SEEN ? Object.entries(cursor) : [[source.slice('demo:'.length), at.getTime()]])
      out[s as DemoSource] = Math.max(out[s as DemoSource] ?? 0, t as Instant);
  return out;
}
