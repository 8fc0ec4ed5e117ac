import { WIND_FRESH_MS, type IncidentArea, type NewArea, type Wind } from '#domain/around/area.ts';
import type { LngLat } from '#domain/city/rows.ts';
import type { Fact, FactDraft } from '#domain/fact.ts';
import type { IncidentContent, IncidentFactBody } from '#domain/incidents/facts.ts';
import { foldIncidents } from '#domain/incidents/fold.ts';
import {
  isOpen,
  MAX_PLACE,
  MAX_REASON,
  oneLine,
  take,
  type Actor,
  type Incident,
  type IncidentRefusal,
} from '#domain/incidents/incident.ts';
import {
  INCIDENT_COLLECTIONS,
  MAX_CASES_SHOWN,
  type IncidentClass,
  type IncidentLevel,
  type IncidentRow,
  type IncidentState,
  type Officer,
  type ReportSource,
} from '#domain/incidents/rows.ts';
import { accept, must, refuse, type Result } from '#domain/result.ts';
import { Tables } from '#domain/tables.ts';
import type { Instant } from '#domain/time.ts';
import { nextNumber } from './day-number.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { recording } from './facts.ts';

/** Incidents: the rows behind the live state, changed together with the facts that say so. */

export interface ReportInput {
  readonly source: ReportSource;
  /** Case number or feed item; null for what the officer heard. */
  readonly sourceRef: string | null;
  /** What was reported, in the reporter's or the officer's words. */
  readonly text: string | null;
  /** Given by the browser: the same command again finds what the first one made. */
  readonly requestKey: string;
}

export interface IncidentReport {
  readonly seq: number;
  readonly at: Instant;
  readonly source: ReportSource;
  readonly sourceRef: string | null;
  readonly text: string | null;
  readonly place: string | null;
  readonly point: LngLat | null;
  readonly by: string;
}

export type OpenRefusal = IncidentRefusal | 'case-is-incident';
type Who = { readonly by: Actor; readonly now: Instant; readonly zone: string };

const drafts = (bodies: readonly IncidentFactBody[], id: string, who: Who, drill: boolean): FactDraft[] =>
  bodies.map((b) => ({
    ...b,
    at: who.now,
    subject: `incident:${id}`,
    actor: `user:${who.by.officer.account}`,
    ...(drill ? { drill: true } : {}),
  }));

/**
 * E1: opens an incident with its first report; the officer who opens it has it from the start (E2), a coordinator leaves it to the
 * duty officer.
 * @returns its number, or `case-is-incident` (reason: the number) when that case already is a report of an open one
 */
export async function openIncident(
  sql: Sql,
  input: { content: IncidentContent; report: ReportInput; drill: boolean },
  who: Who,
): Promise<Result<{ id: string }, OpenRefusal>> {
  const { content, report, drill } = input;
  return recording<Result<{ id: string }, OpenRefusal>>(sql, async (tx) => {
    await lockRequest(tx, report);
    const [again] = await tx<{ id: string }[]>`select id from incident where request_key = ${report.requestKey}`;
    if (again) return { facts: [], result: accept({ id: again.id }) };
    const other = report.source === 'case' && report.sourceRef ? await openIncidentOf(tx, report.sourceRef) : null;
    if (other) return { facts: [], result: refuse('case-is-incident', other) };
    const id = await nextNumber(tx, 'incident', who.now, who.zone);
    const bodies: IncidentFactBody[] = [
      { kind: 'incident.reported', body: { id, source: report.source, sourceRef: report.sourceRef, content } },
    ];
    if (who.by.role === 'duty-officer')
      bodies.push({ kind: 'incident.taken', body: { id, owner: who.by.officer, from: null, reason: null } });
    const facts = drafts(bodies, id, who, drill);
    await insertRow(tx, id, must(folded(id, null, facts), `incident ${id}`), report.requestKey);
    await insertReport(tx, id, 1, report, content, who);
    return { facts, result: accept({ id }) };
  });
}

/** Two clicks, or two desks with the same case, wait for one another here. */
async function lockRequest(tx: Tx, report: ReportInput): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtext(${`incident report ${report.sourceRef ?? report.requestKey}`}))`;
}

/**
 * Changes one incident: its row is locked, the rule decides, row and facts are written together.
 * @param rule one of domain/incidents/incident.ts with its arguments
 */
export async function changeIncident(
  sql: Sql,
  id: string,
  rule: (incident: Incident) => Result<IncidentFactBody[], IncidentRefusal>,
  who: Who,
): Promise<Result<null, IncidentRefusal>> {
  return recording<Result<null, IncidentRefusal>>(sql, async (tx) => {
    const row = await rowOf(tx, id, true);
    if (!row) return { facts: [], result: refuse('incident-missing', `there is no incident ${id}`) };
    const answer = rule({ id, ...row });
    if (!answer.ok) return { facts: [], result: answer };
    if (answer.value.length === 0) return { facts: [], result: accept(null) };
    const facts = drafts(answer.value, id, who, row.drill);
    await updateRow(tx, id, must(folded(id, row, facts), `incident ${id}`));
    return { facts, result: accept(null) };
  });
}

/** E2 for the desk's button. */
export const takeIncident = (
  sql: Sql,
  id: string,
  reason: string | null,
  who: Who,
): Promise<Result<null, IncidentRefusal>> => changeIncident(sql, id, (i) => take(i, who.by, reason), who);

/**
 * A continued report: the officer decided that a new report is the same matter.
 * @returns `case-is-incident` when that case already belongs to an open incident (also to this one)
 */
export async function addReport(
  sql: Sql,
  id: string,
  report: ReportInput & { place: string | null; point: LngLat | null },
  who: Who,
): Promise<Result<{ seq: number }, OpenRefusal>> {
  return recording<Result<{ seq: number }, OpenRefusal>>(sql, async (tx) => {
    await lockRequest(tx, report);
    const [again] = await tx<
      { seq: number }[]
    >`select seq from incident_report where request_key = ${report.requestKey}`;
    if (again) return { facts: [], result: accept({ seq: again.seq }) };
    const other = report.source === 'case' && report.sourceRef ? await openIncidentOf(tx, report.sourceRef) : null;
    if (other) return { facts: [], result: refuse('case-is-incident', other) };
    const row = await rowOf(tx, id, true);
    if (!row) return { facts: [], result: refuse('incident-missing', `there is no incident ${id}`) };
    if (!isOpen(row.state)) return { facts: [], result: refuse('incident-state', `incident ${id} is ${row.state}`) };
    const seq = row.reports + 1;
    await insertReport(tx, id, seq, report, { place: report.place, at: report.point }, who);
    const facts = drafts(
      [{ kind: 'incident.reportAdded', body: { id, seq, source: report.source, sourceRef: report.sourceRef } }],
      id,
      who,
      row.drill,
    );
    return { facts, result: accept({ seq }) };
  });
}

// ── the area that an incident affects ─────────────────────────────────────────────────────────────────────────────────────

/** Open incidents whose area follows the wind. */
export async function followingWind(sql: Sql): Promise<{ id: string; at: LngLat; area: IncidentArea }[]> {
  return await sql<{ id: string; at: LngLat; area: IncidentArea }[]>`
    select id, array[st_x(point), st_y(point)] as at, area from incident
    where area->>'kind' = 'wind' and state not in ('closed', 'evaluated', 'rejected', 'merged') order by id`;
}

/**
 * An area computed anew because the wind changed, unless somebody set another one meanwhile.
 * @param seen the area that it takes the place of
 * @returns whether it was taken
 */
export async function reweighArea(
  sql: Sql,
  id: string,
  seen: IncidentArea,
  area: NewArea,
  now: Instant,
): Promise<boolean> {
  return recording<boolean>(sql, async (tx) => {
    const row = await rowOf(tx, id, true);
    if (!row || !isOpen(row.state) || row.area?.kind !== 'wind' || row.area.at !== seen.at)
      return { facts: [], result: false };
    const facts: FactDraft[] = [
      {
        ...{ kind: 'incident.areaSet' as const, body: { id, area: { ...area, by: null } } },
        ...{ at: now, subject: `incident:${id}`, actor: 'system:wind', ...(row.drill ? { drill: true } : {}) },
      },
    ];
    await updateRow(tx, id, must(folded(id, row, facts), `incident ${id}`));
    return { facts, result: true };
  });
}

/** The wind of now at a place: of the nearest station that measured it within the last hours; null when none did. */
export async function windAt(sql: Sql, [lng, lat]: LngLat, now: Instant): Promise<Wind | null> {
  const here = sql`st_setsrid(st_point(${lng}, ${lat}), 4326)::geography`;
  const [r] = await sql<(Omit<Wind, 'at'> & { at: Date })[]>`
    select body->>'zh' as station, body->>'en' as "stationEn", (body->'values'->>'windDirection')::float8 as "fromDeg",
      (body->'values'->>'windSpeed')::float8 as "speedMps", at,
      st_distance(st_setsrid(st_point((body->'at'->>0)::float8, (body->'at'->>1)::float8), 4326)::geography, ${here}) as "distanceM"
    from signal_latest where lane = 'readings' and jsonb_typeof(body->'at') = 'array'
      and jsonb_typeof(body->'values'->'windSpeed') = 'number' and at > ${toTs(now - WIND_FRESH_MS)}
    order by "distanceM", key limit 1`;
  return r ? { ...r, at: fromTs(r.at) } : null;
}

// ── questions ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Number of the open incident that this case is a report of; null when there is none. */
export async function openIncidentOf(sql: Sql | Tx, caseNo: string): Promise<string | null> {
  const [r] = await sql<{ id: string }[]>`
    select i.id from incident_report r join incident i on i.id = r.incident
    where r.source = 'case' and r.source_ref = ${caseNo} and i.state not in ('closed', 'evaluated', 'rejected', 'merged')
    order by i.reported_at desc limit 1`;
  return r?.id ?? null;
}

/** An incident of any age with its reports in order; null when there is no such number. */
export async function incidentById(
  sql: Sql,
  id: string,
): Promise<{ row: IncidentRow; reports: IncidentReport[] } | null> {
  const row = await rowOf(sql, id, false);
  if (!row) return null;
  const reports = await sql<
    {
      seq: number;
      at: Date;
      source: ReportSource;
      source_ref: string | null;
      text: string | null;
      place: string | null;
      lng: number | null;
      lat: number | null;
      by_name: string;
    }[]
  >`
    select seq, at, source, source_ref, text, place, st_x(point) as lng, st_y(point) as lat, by_name
    from incident_report where incident = ${id} order by seq limit 500`;
  return {
    row,
    reports: reports.map((r) => ({
      seq: r.seq,
      at: fromTs(r.at),
      source: r.source,
      sourceRef: r.source_ref,
      text: r.text,
      place: r.place,
      point: r.lng === null || r.lat === null ? null : [r.lng, r.lat],
      by: r.by_name,
    })),
  };
}

/** What happened to an incident, oldest first: its facts, at most 500. */
export async function incidentHistory(
  sql: Sql,
  id: string,
): Promise<{ at: Instant; kind: IncidentFactBody['kind']; body: Record<string, unknown>; actor: string }[]> {
  const rows = await sql<
    { occurred_at: Date; kind: IncidentFactBody['kind']; body: Record<string, unknown>; actor: string }[]
  >`select occurred_at, kind, body, actor from fact where subject = ${`incident:${id}`} order by n limit 500`;
  return rows.map((r) => ({ at: fromTs(r.occurred_at), kind: r.kind, body: r.body, actor: r.actor }));
}

// ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The row after these facts: the fold is the one place that knows what a fact does to an incident. */
function folded(id: string, before: IncidentRow | null, facts: readonly FactDraft[]): IncidentRow | undefined {
  const tables = new Tables();
  if (before) tables.put(INCIDENT_COLLECTIONS.incident, id, before);
  for (const f of facts) foldIncidents(tables, { ...f, n: 0, recordedAt: f.at } as Fact, 'UTC');
  return tables.get<IncidentRow>(INCIDENT_COLLECTIONS.incident, id);
}

interface Stored {
  class: IncidentClass;
  level: IncidentLevel;
  title: string;
  place: string | null;
  district: string | null;
  lng: number;
  lat: number;
  sensitive: boolean;
  state: IncidentState;
  state_since: Date;
  reported_at: Date;
  confirmed_at: Date | null;
  closed_at: Date | null;
  source: ReportSource;
  source_ref: string | null;
  owner_account: number | null;
  owner_name: string | null;
  outcome: string | null;
  drill: boolean;
  area: IncidentArea | null;
  reports: number;
  cases: string[];
}

async function rowOf(sql: Sql | Tx, id: string, lock: boolean): Promise<IncidentRow | null> {
  const [r] = await sql<Stored[]>`
    select class, level, title, place, district, st_x(point) as lng, st_y(point) as lat, sensitive, state, state_since,
      reported_at, confirmed_at, closed_at, source, source_ref, owner_account, owner_name, outcome, drill, area,
      (select max(seq) from incident_report where incident = i.id) as reports,
      array(select source_ref from incident_report where incident = i.id and source = 'case' and source_ref is not null
            order by seq limit ${MAX_CASES_SHOWN}) as cases
    from incident i where id = ${id} ${lock ? sql`for update` : sql``}`;
  if (!r) return null;
  const owner: Officer | null =
    r.owner_account === null ? null : { account: r.owner_account, name: r.owner_name ?? String(r.owner_account) };
  return {
    class: r.class,
    level: r.level,
    title: r.title,
    place: r.place,
    district: r.district,
    at: [r.lng, r.lat],
    sensitive: r.sensitive,
    state: r.state,
    stateSince: fromTs(r.state_since),
    reportedAt: fromTs(r.reported_at),
    confirmedAt: r.confirmed_at && fromTs(r.confirmed_at),
    closedAt: r.closed_at && fromTs(r.closed_at),
    source: r.source,
    sourceRef: r.source_ref,
    reports: r.reports ?? 0,
    cases: r.cases,
    owner,
    outcome: r.outcome,
    drill: r.drill,
    area: r.area,
  };
}

async function insertRow(tx: Tx, id: string, row: IncidentRow, requestKey: string): Promise<void> {
  await tx`
    insert into incident (id, class, level, title, place, district, point, sensitive, state, state_since, reported_at,
      confirmed_at, closed_at, source, source_ref, owner_account, owner_name, outcome, drill, request_key)
    values (${id}, ${row.class}, ${row.level}, ${row.title}, ${row.place}, ${row.district},
      st_setsrid(st_point(${row.at[0]}, ${row.at[1]}), 4326), ${row.sensitive}, ${row.state}, ${toTs(row.stateSince)},
      ${toTs(row.reportedAt)}, ${row.confirmedAt === null ? null : toTs(row.confirmedAt)},
      ${row.closedAt === null ? null : toTs(row.closedAt)}, ${row.source}, ${row.sourceRef}, ${row.owner?.account ?? null},
      ${row.owner?.name ?? null}, ${row.outcome}, ${row.drill}, ${requestKey})`;
}

async function updateRow(tx: Tx, id: string, row: IncidentRow): Promise<void> {
  await tx`
    update incident set class = ${row.class}, level = ${row.level}, title = ${row.title}, place = ${row.place},
      district = ${row.district}, point = st_setsrid(st_point(${row.at[0]}, ${row.at[1]}), 4326),
      sensitive = ${row.sensitive}, state = ${row.state}, state_since = ${toTs(row.stateSince)},
      confirmed_at = ${row.confirmedAt === null ? null : toTs(row.confirmedAt)},
      closed_at = ${row.closedAt === null ? null : toTs(row.closedAt)}, owner_account = ${row.owner?.account ?? null},
      owner_name = ${row.owner?.name ?? null}, outcome = ${row.outcome}, area = ${row.area ? tx.json(row.area as never) : null}
    where id = ${id}`;
}

async function insertReport(
  tx: Tx,
  id: string,
  seq: number,
  report: ReportInput,
  where: { place: string | null; at: LngLat | null },
  who: Who,
): Promise<void> {
  const text = report.text === null ? null : report.text.trim().slice(0, 4 * MAX_REASON) || null;
  const place = where.place === null ? null : oneLine(where.place, MAX_PLACE) || null;
  await tx`
    insert into incident_report (incident, seq, at, source, source_ref, text, place, point, by_account, by_name, request_key)
    values (${id}, ${seq}, ${toTs(who.now)}, ${report.source}, ${report.sourceRef}, ${text}, ${place},
      ${where.at === null ? null : tx`st_setsrid(st_point(${where.at[0]}, ${where.at[1]}), 4326)`},
      ${who.by.officer.account}, ${who.by.officer.name}, ${report.requestKey})`;
}
