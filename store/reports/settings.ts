import { checkThresholds, checkTrunkSize, type ThresholdRefusal, type TrunkSize } from '#domain/calls/settings.ts';
import type { ThresholdVersion } from '#domain/calls/thresholds.ts';
import type { Officer } from '#domain/incidents/rows.ts';
import { accept, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from '../db.ts';
import { recording } from '../facts.ts';
import { addThresholds, thresholdsOf, THRESHOLD_FIELDS, type ThresholdRow } from './thresholds.ts';

/**
 * Thresholds and sizes of trunks, as people set them, and what all such settings share: a version in force from an instant on,
 * also a past one, with its audit fact. One for the same instant corrects what stands there. What figures it changes is marked in
 * the same transaction, and the keeper counts it anew; figures of before its instant stay.
 */

export interface SetBy {
  readonly officer: Officer;
  readonly now: Instant;
}

/** A version with who set it and when. */
export type Setting<T> = T & { readonly setBy: string; readonly setAt: Instant };

/** Versions that a list gives at most, the newest. */
export const LISTED_AT_MOST = 5000;

export interface SetRow {
  from_at: Date;
  set_by: string;
  set_at: Date;
}
export const setting = <T extends object>(r: SetRow, version: T): Setting<T & { from: Instant }> => ({
  ...version,
  from: fromTs(r.from_at),
  setBy: r.set_by,
  setAt: fromTs(r.set_at),
});
export const actor = (by: SetBy): string => `user:${by.officer.account}`;

/** Thresholds of a skill group (ANY_QUEUE: of all that have none) from an instant on. */
export async function setThreshold(sql: Sql, v: ThresholdVersion, by: SetBy): Promise<Result<null, ThresholdRefusal>> {
  const checked = checkThresholds(v);
  if (!checked.ok) return checked;
  return recording<Result<null, ThresholdRefusal>>(sql, async (tx) => {
    await addThresholds(tx, v, by.officer.name, by.now);
    const body = { queue: v.queue, from: v.from, values: v.values, by: by.officer };
    return {
      facts: [{ kind: 'stat.threshold-set', body, at: by.now, subject: v.queue || 'all', actor: actor(by) }],
      result: accept(null),
    };
  });
}

/** Every version of every skill group, the newest first. */
export async function thresholdHistory(sql: Sql | Tx): Promise<Setting<ThresholdVersion>[]> {
  const rows = await sql<(ThresholdRow & SetRow)[]>`
    select ${sql([...THRESHOLD_FIELDS, 'set_by', 'set_at'])} from stat_threshold
    order by from_at desc, queue limit ${LISTED_AT_MOST}`;
  return rows.map((r) => setting(r, thresholdsOf(r)));
}

/** How many calls a trunk carries at once from an instant on. */
export async function setTrunkSize(
  sql: Sql,
  size: TrunkSize,
  by: SetBy,
): Promise<Result<null, 'trunk-invalid' | 'channels-invalid' | 'version-from'>> {
  const checked = checkTrunkSize(size);
  if (!checked.ok) return checked;
  return recording<Result<null, 'trunk-invalid'>>(sql, async (tx) => {
    // no figure is stored that depends on it: the time that channels offer is worked out when a report is read
    await tx`
      insert into trunk_size (trunk, from_at, channels, set_by, set_at)
      values (${size.trunk}, ${toTs(size.from)}, ${size.channels}, ${by.officer.name}, ${toTs(by.now)})
      on conflict (trunk, from_at) do update set channels = excluded.channels, set_by = excluded.set_by, set_at = excluded.set_at`;
    const body = { ...size, by: by.officer };
    return {
      facts: [{ kind: 'stat.trunk-size-set', body, at: by.now, subject: size.trunk, actor: actor(by) }],
      result: accept(null),
    };
  });
}

/** Every version of every trunk, the newest first. */
export async function trunkSizeHistory(sql: Sql | Tx): Promise<Setting<TrunkSize>[]> {
  const rows = await sql<(SetRow & { trunk: string; channels: number })[]>`
    select trunk, from_at, channels, set_by, set_at from trunk_size order by from_at desc, trunk limit ${LISTED_AT_MOST}`;
  return rows.map((r) => setting(r, { trunk: r.trunk, channels: r.channels }));
}
