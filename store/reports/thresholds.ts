import {
  countsOtherwise,
  THRESHOLD_NAMES,
  thresholdPeriods,
  type ThresholdName,
  type ThresholdPeriod,
  type Thresholds,
  type ThresholdVersion,
} from '#domain/calls/thresholds.ts';
import type { TrunkSize } from '#domain/calls/settings.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from '../db.ts';

export const THRESHOLD_COLUMNS = {
  connectS: 'connect_s',
  serviceLevelS: 'service_level_s',
  shortAbandonS: 'short_abandon_s',
  edge1S: 'edge1_s',
  edge2S: 'edge2_s',
  edge3S: 'edge3_s',
  satisfiedFrom: 'satisfied_from',
  goalPercent: 'goal_percent',
  waitLongS: 'wait_long_s',
  waitOverlongS: 'wait_overlong_s',
  talkLongS: 'talk_long_s',
  talkOverlongS: 'talk_overlong_s',
  wrapLongS: 'wrap_long_s',
  wrapOverlongS: 'wrap_overlong_s',
} as const satisfies Readonly<Record<ThresholdName, string>>;
type ThresholdColumn = (typeof THRESHOLD_COLUMNS)[ThresholdName];

export type ThresholdRow = { queue: string; from_at: Date } & Record<ThresholdColumn, number>;

export const THRESHOLD_FIELDS = ['queue', 'from_at', ...Object.values(THRESHOLD_COLUMNS)] as const;

export const thresholdsOf = (r: ThresholdRow): ThresholdVersion => ({
  queue: r.queue,
  from: fromTs(r.from_at),
  values: Object.fromEntries(
    THRESHOLD_NAMES.map((name) => [name, r[THRESHOLD_COLUMNS[name]]]),
  ) as unknown as Thresholds,
});

/** All versions of all skill groups, oldest first. */
export async function thresholdVersions(sql: Sql | Tx): Promise<ThresholdVersion[]> {
  const rows = await sql<ThresholdRow[]>`select ${sql(THRESHOLD_FIELDS)} from stat_threshold order by from_at, queue`;
  return rows.map(thresholdsOf);
}

export const thresholdsInForce = async (sql: Sql | Tx): Promise<ThresholdPeriod[]> =>
  thresholdPeriods(await thresholdVersions(sql));

/** Writes a version, or corrects the one of that instant; figures that it counts otherwise are marked to be counted anew. */
export async function addThresholds(tx: Tx, v: ThresholdVersion, by: string, now: Instant): Promise<void> {
  const before = await thresholdVersions(tx);
  const row = {
    queue: v.queue,
    from_at: toTs(v.from),
    ...Object.fromEntries(THRESHOLD_NAMES.map((name) => [THRESHOLD_COLUMNS[name], v.values[name]])),
    set_by: by,
    set_at: toTs(now),
  };
  const replaced = [...Object.values(THRESHOLD_COLUMNS), 'set_by', 'set_at'].map((c) => `${c} = excluded.${c}`);
  await tx`
    insert into stat_threshold ${tx(row)} on conflict (queue, from_at) do update set ${tx.unsafe(replaced.join(', '))}`;
  if (!countsOtherwise(before, await thresholdVersions(tx), v.from)) return;
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
