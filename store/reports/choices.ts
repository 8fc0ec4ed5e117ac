import type { Dimension } from '#domain/calls/sources.ts';
import type { Instant } from '#domain/time.ts';
import { toTs, type Sql } from '../db.ts';

/** What reports can be narrowed to: every value that a figure has stood under, and the names of seats. */
export interface Choices {
  readonly of: Partial<Record<Dimension, readonly string[]>>;
  /** Seat → its name at its last sign-in. */
  readonly names: Readonly<Record<string, string>>;
}

/** Values of one dimension at most. */
const AT_MOST = 2000;
const TABLES: readonly (readonly [Dimension, string, string])[] = [
  ['queue', 'stat_visit', 'queue'],
  ['seat', 'stat_time', 'seat'],
  ['seat', 'stat_seat', 'seat'],
  ['trunk', 'stat_call', 'trunk'],
  ['point', 'stat_ivr', 'point'],
  ['reason', 'stat_rest', 'reason'],
  ['type', 'stat_inbound', 'type'],
  ['type', 'stat_accepted', 'type'],
  ['unit', 'stat_accepted', 'unit'],
];

/**
 * Values with figures, from the months of the rollups, and the days and half-hours that are in no month yet.
 * @param months, days  rollups by month and by day are there up to some time before these instants
 */
export async function reportChoices(
  sql: Sql,
  o: { readonly months: Instant; readonly days: Instant },
): Promise<Choices> {
  const values = new Map<Dimension, Set<string>>();
  for (const [dimension, table, column] of TABLES) {
    const rows = await sql<{ v: string }[]>`
      select distinct v from (
        select ${sql(column)} as v from ${sql(table)} where level = 'm'
        union all select ${sql(column)} from ${sql(table)} where level = 'd' and bucket >= ${toTs(o.months)}
        union all select ${sql(column)} from ${sql(table)} where level = 'h' and bucket >= ${toTs(o.days)}) x
      order by v limit ${AT_MOST}`;
    const set = values.get(dimension) ?? new Set();
    for (const r of rows) set.add(r.v);
    values.set(dimension, set);
  }
  const bodies: readonly (readonly [Dimension, string])[] = [
    ['team', 'seat_team'],
    ['department', 'team_home'],
    ['provider', 'team_home'],
  ];
  for (const [body, table] of bodies) {
    const rows = await sql<{ v: string }[]>`
      select distinct ${sql(body)} as v from ${sql(table)} where ${sql(body)} <> '' order by v limit ${AT_MOST}`;
    // where somebody has one, others have none
    if (rows.length > 0) values.set(body, new Set(['', ...rows.map((r) => r.v)]));
  }
  const names = await sql<{ seat_no: string; name: string }[]>`
    select distinct on (seat_no) seat_no, name from seat_login order by seat_no, t_in desc limit ${AT_MOST}`;
  return {
    of: Object.fromEntries([...values].map(([d, set]) => [d, [...set].sort()])),
    names: Object.fromEntries(names.map((n) => [n.seat_no, n.name])),
  };
}
