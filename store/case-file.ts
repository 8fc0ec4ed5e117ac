import type { CaseRecord, CaseState } from '#domain/cases/case.ts';
import type { Instant } from '#domain/time.ts';
import { CASE_COLUMNS, contentOf, recordOf, type CaseRowDb } from './case-rows.ts';
import { fromTs, type Sql } from './db.ts';

/** One case with everything that is known of it: read by people with the right to, and each reading leaves a fact. */
export interface CaseFile {
  readonly record: CaseRecord;
  readonly corrections: number;
  readonly acknowledgedAt: Instant | null;
  readonly withdrawnAt: Instant | null;
  /** Incident that it is a report of, the newest; null when there is none. */
  readonly incident: string | null;
  readonly events: readonly {
    readonly at: Instant;
    readonly kind: string;
    readonly from: CaseState | null;
    readonly to: CaseState | null;
    readonly irregular: boolean;
  }[];
  readonly versions: readonly { readonly version: number; readonly at: Instant; readonly fields: readonly string[] }[];
}

/** @returns null when there is no such number; at most 200 events and versions, oldest first */
export async function caseFile(sql: Sql, caseNo: string): Promise<CaseFile | null> {
  const [row] = await sql<CaseRowDb[]>`select ${sql.unsafe(CASE_COLUMNS)} from hotline_case where case_no = ${caseNo}`;
  if (!row) return null;
  const [[own], [incident], events, versions] = await Promise.all([
    sql<{ corrections: number; acknowledged_at: Date | null; withdrawn_at: Date | null }[]>`
      select corrections, acknowledged_at, withdrawn_at from hotline_case where case_no = ${caseNo}`,
    sql<{ id: string }[]>`
      select i.id from incident_report r join incident i on i.id = r.incident
      where r.source = 'case' and r.source_ref = ${caseNo} order by i.reported_at desc limit 1`,
    sql<{ at: Date; kind: string; from_state: CaseState | null; to_state: CaseState | null; irregular: boolean }[]>`
      select at, kind, from_state, to_state, irregular from case_event where case_no = ${caseNo} order by at, seq limit 200`,
    sql<{ version: number; at: Date; fields: string[] }[]>`
      select version, at, fields from case_version where case_no = ${caseNo} order by version limit 200`,
  ]);
  return {
    record: recordOf(row),
    corrections: own?.corrections ?? 0,
    acknowledgedAt: own?.acknowledged_at ? fromTs(own.acknowledged_at) : null,
    withdrawnAt: own?.withdrawn_at ? fromTs(own.withdrawn_at) : null,
    incident: incident?.id ?? null,
    events: events.map((e) => ({
      at: fromTs(e.at),
      kind: e.kind,
      from: e.from_state,
      to: e.to_state,
      irregular: e.irregular,
    })),
    versions: versions.map((v) => ({ version: v.version, at: fromTs(v.at), fields: v.fields })),
  };
}

/** Where a case lies and what it is called, for a route to it; null when there is none, or it has no point. */
export async function casePlace(
  sql: Sql,
  caseNo: string,
): Promise<{ title: string; at: readonly [number, number]; sensitive: boolean } | null> {
  const [row] = await sql<CaseRowDb[]>`
    select ${sql.unsafe(CASE_COLUMNS)} from hotline_case where case_no = ${caseNo} and withdrawn_at is null`;
  if (!row) return null;
  const { title, at, sensitive } = contentOf(row);
  return at === null ? null : { title, at, sensitive };
}

/** Cases by the end of their number or by words of their title, newest first. For what is no longer in the live tables. */
export async function searchCases(
  sql: Sql,
  key: string,
  limit: number,
): Promise<{ no: string; title: string; place: string | null; at: readonly [number, number] | null }[]> {
  if (key.length < 2) return [];
  const like = `%${key.replace(/[%_\\]/g, (c) => `\\${c}`)}%`;
  const rows = await sql<CaseRowDb[]>`
    select ${sql.unsafe(CASE_COLUMNS)} from hotline_case
    where (lower(case_no) = ${key} or search_key like ${like}) and withdrawn_at is null
    order by accepted_at desc limit ${limit}`;
  return rows.map((r) => {
    const { title, district, place, at } = contentOf(r);
    return { no: r.case_no, title, place: `${district ?? ''}${place ?? ''}` || null, at };
  });
}
