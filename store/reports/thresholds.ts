import { thresholdPeriods, type ThresholdPeriod, type ThresholdVersion } from '#domain/calls/thresholds.ts';
import type { TrunkSize } from '#domain/calls/settings.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from '../db.ts';

export interface ThresholdRow {
  queue: string;
  from_at: Date;
  connect_s: number;
  service_level_s: number;
  short_abandon_s: number;
  edge1_s: number;
  edge2_s: number;
  edge3_s: number;
  satisfied_from: number;
}

export const THRESHOLD_FIELDS = [
  'queue',
  'from_at',
  'connect_s',
  'service_level_s',
  'short_abandon_s',
  'edge1_s',
  'edge2_s',
  'edge3_s',
  'satisfied_from',
] as const satisfies readonly (keyof ThresholdRow)[];

export const thresholdsOf = (r: ThresholdRow): ThresholdVersion => ({
  queue: r.queue,
  from: fromTs(r.from_at),
  values: {
    connectS: r.connect_s,
    serviceLevelS: r.service_level_s,
    shortAbandonS: r.short_abandon_s,
    edge1S: r.edge1_s,
    edge2S: r.edge2_s,
    edge3S: r.edge3_s,
    satisfiedFrom: r.satisfied_from,
  },
});

/** All versions of all skill groups, oldest first. */
export async function thresholdVersions(sql: Sql | Tx): Promise<ThresholdVersion[]> {
  const rows = await sql<ThresholdRow[]>`select ${sql(THRESHOLD_FIELDS)} from stat_threshold order by from_at, queue`;
  return rows.map(thresholdsOf);
}

export const thresholdsInForce = async (sql: Sql | Tx): Promise<ThresholdPeriod[]> =>
  thresholdPeriods(await thresholdVersions(sql));

/** Writes a version, or corrects the one of that instant; figures from then on are marked to be counted anew with it. */
export async function addThresholds(tx: Tx, v: ThresholdVersion, by: string, now: Instant): Promise<void> {
  const t = v.values;
  await tx`
    insert into stat_threshold (queue, from_at, connect_s, service_level_s, short_abandon_s, edge1_s, edge2_s, edge3_s,
      satisfied_from, set_by, set_at)
    values (${v.queue}, ${toTs(v.from)}, ${t.connectS}, ${t.serviceLevelS}, ${t.shortAbandonS}, ${t.edge1S}, ${t.edge2S}, ${t.edge3S},
      ${t.satisfiedFrom}, ${by}, ${toTs(now)})
    on conflict (queue, from_at) do update set connect_s = excluded.connect_s, service_level_s = excluded.service_level_s,
      short_abandon_s = excluded.short_abandon_s, edge1_s = excluded.edge1_s, edge2_s = excluded.edge2_s, edge3_s = excluded.edge3_s,
      satisfied_from = excluded.satisfied_from, set_by = excluded.set_by, set_at = excluded.set_at`;
  await tx`
    insert into stat_mark (source, from_at, to_at)
    select s, ${toTs(v.from)}, 'infinity' from unnest(array['visit', 'seat', 'rating']) s`;
}

/** How many calls each trunk carries at once, in force from an instant on; oldest first. */
export async function trunkSizes(sql: Sql | Tx): Promise<TrunkSize[]> {
  const rows = await sql<{ trunk: string; from_at: Date; channels: number }[]>`
    select trunk, from_at, channels from trunk_size order by from_at`;
  return rows.map((r) => ({ trunk: r.trunk, from: fromTs(r.from_at), channels: r.channels }));
}
