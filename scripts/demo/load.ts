import type { Config } from '#domain/config.ts';
import type { Sql, Tx } from '#store/db.ts';
import { demoDay } from './anchor.ts';
import { loadCallHistory } from './call-history.ts';

const DAYS = 35;

/**
 * Loads one part of the demo once. `load` marks it done in its own last transaction; what a killed load left is cleared first.
 */
async function once(
  sql: Sql,
  part: string,
  clear: () => Promise<unknown>,
  load: (done: (tx: Sql | Tx) => Promise<unknown>) => Promise<string>,
  log: (line: string) => void,
): Promise<void> {
  const source = `demo:${part}`;
  const [was] = await sql<
    { done: boolean }[]
  >`select (cursor->>'done')::boolean as done from source_cursor where source = ${source}`;
  if (was?.done) return;
  if (was) await clear();
  await sql`insert into source_cursor (source, cursor) values (${source}, '{"done": false}') on conflict do nothing`;
  log(await load((tx) => tx`update source_cursor set cursor = '{"done": true}' where source = ${source}`));
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
  await once(
    sql,
    'calls',
    () => sql`truncate call, ivr_step, queue_visit, seat_segment, seat_state, seat_login, call_move, call_rating`,
    async (done) => {
      const h = await loadCallHistory({
        sql,
        seed: config.demoSeed,
        until: now,
        days: DAYS,
        shape,
        zone: config.zone,
        reasons: config.pauseReasons,
        finish: done,
      });
      return `${h.calls} calls of ${DAYS} days`;
    },
    log,
  );
}
