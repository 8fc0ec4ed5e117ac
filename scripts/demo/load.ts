import type { Config } from '#domain/config.ts';
import { simulatedSources } from '#domain/demo.ts';
import { DAY } from '#domain/time.ts';
import type { Sql, Tx } from '#store/db.ts';
import { demoDay } from './anchor.ts';
import { loadCallHistory } from './call-history.ts';
import { historyStart, loadCaseHistory } from './case-history.ts';
import { citySpots } from './case-spots.ts';

/**
 * Loads one part of the demo once. `load` marks it done in its own last transaction; what a killed load left is cleared first.
 */
async function once(
  sql: Sql,
  part: string,
  clear: () => Promise<unknown>,
  load: (done: (tx: Sql | Tx, more?: Record<string, number>) => Promise<unknown>) => Promise<string>,
  log: (line: string) => void,
): Promise<void> {
  const source = `demo:${part}`;
  const [was] = await sql<
    { done: boolean }[]
  >`select (cursor->>'done')::boolean as done from source_cursor where source = ${source}`;
  if (was?.done) return;
  if (was) await clear();
  await sql`insert into source_cursor (source, cursor) values (${source}, '{"done": false}') on conflict do nothing`;
  log(
    await load(
      (tx, more = {}) =>
        tx`update source_cursor set cursor = ${tx.json({ done: true, ...more })} where source = ${source}`,
    ),
  );
}

/** Fills an empty database with the demo city and five weeks of its hotline; what is there already stays as it is. */
export async function loadDemo({
  sql,
  config,
  log,
}: {
  sql: Sql;
  config: Config;
  log: (line: string) => void;
}): Promise<void> {
  const now = Date.now();
  const shape = await demoDay(sql, now, config.zone);
  const days = config.demoWeeks * 7;
  const { demoSeed: seed, zone } = config;
  const simulated = simulatedSources(config);
  // a past that never was must not stand behind a real present
  if (simulated.includes('calls'))
    await once(
      sql,
      'calls',
      () => sql`truncate call, ivr_step, queue_visit, seat_segment, seat_state, seat_login, call_move, call_rating`,
      async (done) => {
        const h = await loadCallHistory({
          sql,
          seed,
          until: now,
          days,
          shape,
          zone,
          reasons: config.pauseReasons,
          finish: done,
        });
        // what counts them next is planned by how many there are
        await sql`analyze call, ivr_step, queue_visit, seat_segment, seat_state, seat_login, call_move, call_rating`;
        return `${h.calls} calls of ${days} days`;
      },
      log,
    );
  if (simulated.includes('calls'))
    await once(
      sql,
      'trunks',
      () => sql`delete from trunk_size where set_by = 'demo'`,
      async (done) => {
        // an E1 each; from before the first call on
        const from = new Date(now - (days + 1) * DAY);
        await sql`
          insert into trunk_size (trunk, from_at, channels, set_by)
          select 'trunk-' || n, ${from}::timestamptz, 30, 'demo' from generate_series(1, 4) n on conflict do nothing`;
        await done(sql);
        return '4 trunks';
      },
      log,
    );
  if (simulated.includes('cases'))
    await once(
      sql,
      'cases',
      () => sql`truncate hotline_case, call_case cascade`,
      async (done) => {
        const spots = await citySpots(sql);
        const finish = (tx: Tx): Promise<unknown> => done(tx, { start: historyStart(now, days, zone), until: now });
        const cases = await loadCaseHistory({
          sql,
          seed,
          until: now,
          days,
          shape,
          zone,
          spots,
          calls: simulated.includes('calls'),
          finish,
        });
        await sql`analyze hotline_case, call_case, case_event`;
        return `${cases} cases of ${days} days`;
      },
      log,
    );
}
