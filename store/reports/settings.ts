import {
  checkTeam,
  checkThresholds,
  checkTrunkSize,
  type TeamVersion,
  type ThresholdRefusal,
  type TrunkSize,
} from '#domain/calls/settings.ts';
import type { ThresholdVersion } from '#domain/calls/thresholds.ts';
import type { Officer } from '#domain/incidents/rows.ts';
import { accept, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from '../db.ts';
import { recording } from '../facts.ts';
import { addThresholds, thresholdsOf, THRESHOLD_FIELDS, type ThresholdRow } from './thresholds.ts';

/**
 * Thresholds, sizes of trunks and teams, as people set them: a version in force from an instant on, also a past one, with its
 * audit fact. One for the same instant corrects what stands there. What figures it changes is marked in the same transaction,
 * and the keeper counts it anew; figures of before its instant stay.
 */

export interface SetBy {
  readonly officer: Officer;
  readonly now: Instant;
}

/** A version with who set it and when. */
export type Setting<T> = T & { readonly setBy: string; readonly setAt: Instant };

/** Versions that a list gives at most, the newest. */
const LISTED_AT_MOST = 5000;

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

/** Puts seats into a team ('' = into none) from a half-hour of the city on, until the next version of each seat. */
export async function setTeam(
  sql: Sql,
  t: { readonly seats: readonly string[]; readonly team: string; readonly from: Instant },
  zone: string,
  by: SetBy,
): Promise<Result<null, 'seats-invalid' | 'team-invalid' | 'team-from'>> {
  const checked = checkTeam(t, zone);
  if (!checked.ok) return checked;
  const seats = [...new Set(t.seats)].sort();
  return recording<Result<null, 'seats-invalid'>>(sql, async (tx) => {
    await tx`
      insert into seat_team (seat_no, team, from_at, set_by, set_at)
      select s, ${t.team}, ${toTs(t.from)}, ${by.officer.name}, ${toTs(by.now)} from unnest(${seats}::text[]) s
      on conflict (seat_no, from_at) do update set team = excluded.team, set_by = excluded.set_by, set_at = excluded.set_at`;
    await tx`
      insert into stat_mark (source, from_at, to_at)
      select source, ${toTs(t.from)}, coalesce(
        (select max(coalesce(
          (select min(n.from_at) from seat_team n where n.seat_no = s and n.from_at > ${toTs(t.from)}), 'infinity'))
         from unnest(${seats}::text[]) s), 'infinity')
      from unnest(array['=seat', '=time', '=rest', '=move', '=rating', '=inbound', '=accepted']) source`;
    return {
      facts: [
        {
          kind: 'stat.team-set',
          body: { seats, team: t.team, from: t.from, by: by.officer },
          at: by.now,
          subject: t.team || 'none',
          actor: actor(by),
        },
      ],
      result: accept(null),
    };
  });
}

/** The team of each seat that has one at an instant, by seat. */
export async function teamsInForce(sql: Sql | Tx, at: Instant): Promise<Setting<TeamVersion>[]> {
  const rows = await sql<(SetRow & { seat_no: string; team: string })[]>`
    select * from (
      select distinct on (seat_no) seat_no, team, from_at, set_by, set_at from seat_team
      where from_at <= ${toTs(at)} order by seat_no, from_at desc) t
    where team <> '' order by seat_no limit ${LISTED_AT_MOST}`;
  return rows.map((r) => setting(r, { seat: r.seat_no, team: r.team }));
}

/** Every version of every seat, for counting. */
export async function teamVersions(sql: Sql | Tx): Promise<TeamVersion[]> {
  const rows = await sql<
    { seat_no: string; team: string; from_at: Date }[]
  >`select seat_no, team, from_at from seat_team`;
  return rows.map((r) => ({ seat: r.seat_no, team: r.team, from: fromTs(r.from_at) }));
}

/** Every version of every seat, the newest first; of one seat when it is named. */
export async function teamHistory(sql: Sql | Tx, seat?: string): Promise<Setting<TeamVersion>[]> {
  const rows = await sql<(SetRow & { seat_no: string; team: string })[]>`
    select seat_no, team, from_at, set_by, set_at from seat_team
    ${seat === undefined ? sql`` : sql`where seat_no = ${seat}`}
    order by from_at desc, seat_no limit ${LISTED_AT_MOST}`;
  return rows.map((r) => setting(r, { seat: r.seat_no, team: r.team }));
}
