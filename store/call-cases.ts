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

export interface CallTypeCount {
  /** The seat that answered the call first; null: none did. */
  readonly seat: string | null;
  /** Null: no case came of the call, or the case system does not tell its calls. */
  readonly type: CaseType | null;
  readonly calls: number;
}

/**
 * Inbound calls that began in [from, to), by the seat that answered and the type of the case that came of them. A call
 * that led to several cases counts once, under its first.
 */
export async function callTypes(sql: Sql, from: Instant, to: Instant): Promise<CallTypeCount[]> {
  return await sql<CallTypeCount[]>`
    select s.seat_no as seat, k.type, count(*)::int as calls
    from call c
    left join lateral (
      select seat_no from seat_segment
      where call_id = c.call_id and outcome = 'answered' and t_from >= c.t_setup and t_from <= c.t_end
      order by t_answer limit 1) s on true
    left join lateral (
      select h.type from call_case l join hotline_case h on h.case_no = l.case_no and h.withdrawn_at is null
      where l.call_id = c.call_id order by h.accepted_at, h.case_no limit 1) k on true
    where c.direction = 'in' and c.t_setup >= ${toTs(from)} and c.t_setup < ${toTs(to)}
    group by 1, 2 order by 1 nulls last, 2 nulls last`;
}
