import { checkHome, checkTeam, type TeamHome, type TeamVersion } from '#domain/calls/settings.ts';
import type { Teams } from '#domain/calls/teams.ts';
import { accept, type Result } from '#domain/result.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from '../db.ts';
import { recording } from '../facts.ts';
import { actor, LISTED_AT_MOST, setting, type SetBy, type SetRow, type Setting } from './settings.ts';

/**
 * Teams of seats, and the departments and providers of teams: versions in force from a half-hour of the city on, as the other
 * settings (settings.ts). What figures they change is marked in the same transaction.
 */

/** Sources whose figures stand under a seat. */
const OF_SEATS = ['=seat', '=time', '=rest', '=move', '=rating', '=inbound', '=accepted'];

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
      from unnest(${OF_SEATS}::text[]) source`;
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

/** Every version of every seat and team, for counting. */
export async function teamVersions(sql: Sql | Tx): Promise<Teams> {
  const seats = await sql<
    { seat_no: string; team: string; from_at: Date }[]
  >`select seat_no, team, from_at from seat_team`;
  const homes = await sql<HomeRow[]>`select team, department, provider, from_at from team_home`;
  return {
    seats: seats.map((r) => ({ seat: r.seat_no, team: r.team, from: fromTs(r.from_at) })),
    homes: homes.map((r) => ({ ...homeOf(r), from: fromTs(r.from_at) })),
  };
}

/** Every version of every seat, the newest first; of one seat when it is named. */
export async function teamHistory(sql: Sql | Tx, seat?: string): Promise<Setting<TeamVersion>[]> {
  const rows = await sql<(SetRow & { seat_no: string; team: string })[]>`
    select seat_no, team, from_at, set_by, set_at from seat_team
    ${seat === undefined ? sql`` : sql`where seat_no = ${seat}`}
    order by from_at desc, seat_no limit ${LISTED_AT_MOST}`;
  return rows.map((r) => setting(r, { seat: r.seat_no, team: r.team }));
}

interface HomeRow {
  team: string;
  department: string;
  provider: string;
  from_at: Date;
}
const homeOf = ({ team, department, provider }: HomeRow): Omit<TeamHome, 'from'> => ({ team, department, provider });

/** Says to which department and provider ('' = none) a team belongs from a half-hour of the city on, until its next version. */
export async function setHome(
  sql: Sql,
  h: TeamHome,
  zone: string,
  by: SetBy,
): Promise<Result<null, 'team-missing' | 'department-invalid' | 'provider-invalid' | 'team-from'>> {
  const checked = checkHome(h, zone);
  if (!checked.ok) return checked;
  return recording<Result<null, 'team-missing'>>(sql, async (tx) => {
    await tx`
      insert into team_home (team, department, provider, from_at, set_by, set_at)
      values (${h.team}, ${h.department}, ${h.provider}, ${toTs(h.from)}, ${by.officer.name}, ${toTs(by.now)})
      on conflict (team, from_at) do update
        set department = excluded.department, provider = excluded.provider, set_by = excluded.set_by, set_at = excluded.set_at`;
    // only while somebody was in the team: the figures of others stay
    await tx`
      with home as (
        select ${toTs(h.from)}::timestamptz as from_at, coalesce(
          (select min(from_at) from team_home where team = ${h.team} and from_at > ${toTs(h.from)}), 'infinity') as to_at),
      member as (
        select team, from_at, lead(from_at, 1, 'infinity') over (partition by seat_no order by from_at) as to_at from seat_team),
      changed as (
        select greatest(h.from_at, min(m.from_at)) as from_at, least(h.to_at, max(m.to_at)) as to_at
        from home h join member m on m.team = ${h.team} and m.from_at < h.to_at and m.to_at > h.from_at
        group by h.from_at, h.to_at)
      insert into stat_mark (source, from_at, to_at)
      select source, from_at, to_at from changed, unnest(${OF_SEATS}::text[]) source`;
    return {
      facts: [
        { kind: 'stat.team-home-set', body: { ...h, by: by.officer }, at: by.now, subject: h.team, actor: actor(by) },
      ],
      result: accept(null),
    };
  });
}

/** The department and provider of each team that has one at an instant, by team. */
export async function homesInForce(sql: Sql | Tx, at: Instant): Promise<Setting<TeamHome>[]> {
  const rows = await sql<(SetRow & HomeRow)[]>`
    select * from (
      select distinct on (team) team, department, provider, from_at, set_by, set_at from team_home
      where from_at <= ${toTs(at)} order by team, from_at desc) h
    where department <> '' or provider <> '' order by team limit ${LISTED_AT_MOST}`;
  return rows.map((r) => setting(r, homeOf(r)));
}

/** Every version of every team, the newest first. */
export async function homeHistory(sql: Sql | Tx): Promise<Setting<TeamHome>[]> {
  const rows = await sql<(SetRow & HomeRow)[]>`
    select team, department, provider, from_at, set_by, set_at from team_home
    order by from_at desc, team limit ${LISTED_AT_MOST}`;
  return rows.map((r) => setting(r, homeOf(r)));
}
