import type { Config } from '#domain/config.ts';
import { simulatedSources } from '#domain/demo.ts';
import { cityDay, DAY, startOfDay } from '#domain/time.ts';
import type { Sql, Tx } from '#store/db.ts';
import { markAll } from '#store/reports/marks.ts';
import { demoDay } from './anchor.ts';
import { loadCallHistory } from './call-history.ts';
import { historyStart, loadCaseHistory } from './case-history.ts';
import { citySpots } from './case-spots.ts';
import { TEAMS } from './floor-plan.ts';

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
      'teams',
      () =>
        sql`delete from seat_team where set_by = 'demo'`.then(() => sql`delete from team_home where set_by = 'demo'`),
      async (done) => {
        // from before the first call on, and with a half-hour
        const from = new Date(startOfDay(cityDay(now - (days + 1) * DAY, zone), zone));
        const members = TEAMS.flatMap((t) => t.seats.map((seat) => ({ seat, team: t.team })));
        await sql`
          insert into seat_team (seat_no, team, from_at, set_by)
          select m->>'seat', m->>'team', ${from}::timestamptz, 'demo' from jsonb_array_elements(${sql.json(members)}) m on conflict do nothing`;
        await sql`
          insert into team_home (team, department, provider, from_at, set_by)
          select t->>'team', t->>'department', t->>'provider', ${from}::timestamptz, 'demo'
          from jsonb_array_elements(${sql.json(TEAMS.map((t) => ({ ...t })))}) t on conflict do nothing`;
        // of a demo that was loaded before there were teams all is counted already
        await markAll(sql);
        await done(sql);
        return `${TEAMS.length} teams`;
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
