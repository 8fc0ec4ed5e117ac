import type { ToldOfCall } from '#domain/calls/open.ts';
import type { CaseRecord, CaseType } from '#domain/cases/case.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';

/** Calls and the cases that came of them, as the case systems say it (`callId`): table call_case. */

/**
 * Remembers which call each of these cases came by. A case that we did not take (its number belongs to another one) has no link.
 * A link is never taken back: a later message that does not repeat the call says nothing of it.
 */
export async function linkCalls(tx: Tx, records: readonly CaseRecord[]): Promise<void> {
  const told = records.filter((r) => r.callId);
  if (told.length === 0) return;
  const rows = told.map((r) => ({ origin: r.origin, external_id: r.externalId, call_id: r.callId! }));
  await tx`
    insert into call_case (call_id, case_no, origin, external_id)
    select distinct r.call_id, c.case_no, c.origin, c.external_id
    from jsonb_to_recordset(${tx.json(rows)}) as r (origin text, external_id text, call_id text)
    join hotline_case c on c.origin = r.origin and c.external_id = r.external_id
    on conflict do nothing`;
}

export interface CallCase {
  readonly callId: string;
  readonly caseNo: string;
  readonly type: CaseType;
  readonly acceptedAt: Instant;
  readonly closedAt: Instant | null;
}

/** The cases of these calls, the earliest first; withdrawn ones are left out. */
export async function casesOfCalls(sql: Sql, callIds: readonly string[]): Promise<CallCase[]> {
  const rows = await sql<
    { call_id: string; case_no: string; type: CaseType; accepted_at: Date; closed_at: Date | null }[]
  >`
    select l.call_id, l.case_no, c.type, c.accepted_at, c.closed_at
    from call_case l join hotline_case c on c.case_no = l.case_no and c.withdrawn_at is null
    where l.call_id = any(${callIds as string[]}::text[]) order by c.accepted_at, l.case_no`;
  return rows.map((r) => ({
    callId: r.call_id,
    caseNo: r.case_no,
    type: r.type,
    acceptedAt: fromTs(r.accepted_at),
    closedAt: r.closed_at && fromTs(r.closed_at),
  }));
}

/** What is stored already of calls that go on: the first of their parts that is over, and their first case. */
export async function toldOfCalls(
  sql: Sql | Tx,
  callIds: readonly string[],
  since: Instant,
): Promise<Map<string, ToldOfCall>> {
  if (callIds.length === 0) return new Map();
  const rows = await sql<
    { call_id: string; seat_no: string | null; t_answer: Date | null; case_no: string | null; type: CaseType | null }[]
  >`
    select i.call_id, s.seat_no, s.t_answer, k.case_no, k.type from unnest(${callIds as string[]}::text[]) i (call_id)
    left join lateral (
      select seat_no, t_answer from seat_segment
      where call_id = i.call_id and outcome = 'answered' and t_from >= ${toTs(since)} order by t_answer, segment_id limit 1) s on true
    left join lateral (
      select c.case_no, c.type from call_case l join hotline_case c on c.case_no = l.case_no and c.withdrawn_at is null
      where l.call_id = i.call_id order by c.accepted_at, c.case_no limit 1) k on true`;
  return new Map(
    rows.map((r) => [
      r.call_id,
      {
        answered: r.seat_no === null || r.t_answer === null ? null : { seat: r.seat_no, at: fromTs(r.t_answer) },
        matter: r.case_no === null || r.type === null ? null : { caseNo: r.case_no, type: r.type },
      },
    ]),
  );
}
