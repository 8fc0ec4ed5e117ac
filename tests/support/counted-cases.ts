import { CASE_TYPES, type CaseRecord } from '#domain/cases/case.ts';
import type { CountedCase } from '#domain/calls/matters.ts';
import type { FloorRecords } from '#domain/floor/records.ts';
import type { Random } from '#domain/random.ts';
import { MINUTE } from '#domain/time.ts';
import { fromTs, type Sql } from '#store/db.ts';
import { aCase, oneOf } from './cases.ts';

const UNITS = ['市住建局', '市水务集团', null];
const MATTERS = [['供水', '停水'], ['噪音'], ['路灯']];

/** Seeded cases of these calls, and some that no call brought: a few by one citizen, some closed while the citizen was on the line. */
export function casesOf(random: Random, r: FloorRecords, share: number, prefix: string): CaseRecord[] {
  const parts = new Map(r.seat_segment.filter((s) => s.outcome === 'answered').map((s) => [s.call_id, s]));
  return r.call
    .filter(() => random() < share)
    .flatMap((c, i): CaseRecord[] => {
      const part = parts.get(c.call_id);
      const told = random() < 0.85 ? c.call_id : null;
      const acceptedAt = (part?.t_hangup ?? c.t_setup) + Math.floor(random() * 3 * MINUTE);
      const type = random() < 0.5 ? 'consultation' : oneOf(random, CASE_TYPES);
      const closed = random() < 0.6 ? acceptedAt + Math.floor(random() * 12 * MINUTE) : null;
      const one = aCase(`${prefix}${i}`, {
        acceptedAt,
        type,
        category: oneOf(random, MATTERS),
        unit: oneOf(random, UNITS),
        state: closed !== null ? 'closed' : oneOf(random, ['registered', 'dispatched', 'handling'] as const),
        closedAt: closed,
        callerNumber: `138${String(Math.floor(random() * 12)).padStart(8, '0')}`,
        callId: told,
      });
      // now and then a second case of the same call
      return random() < 0.1
        ? [one, { ...one, externalId: `${prefix}${i}b`, caseNo: `${prefix}${i}b`, type: 'complaint', repeatOf: one.caseNo, acceptedAt: acceptedAt + MINUTE }] // prettier-ignore
        : [one];
    });
}

/** The stored cases as the plain count takes them. */
export async function countedCases(sql: Sql): Promise<CountedCase[]> {
  const rows = await sql<
    (Omit<CountedCase, 'accepted_at' | 'closed_at'> & { accepted_at: Date; closed_at: Date | null })[]
  >`
    select c.case_no, c.accepted_at, c.closed_at, c.type, c.category, c.unit, c.caller_key, c.repeat_of,
      array(select l.call_id from call_case l where l.case_no = c.case_no) as call_ids,
      c.state in ('dispatched', 'handling') or exists (
        select from case_event e where e.case_no = c.case_no and e.to_state in ('dispatched', 'handling')) as dispatched
    from hotline_case c where c.withdrawn_at is null`;
  return rows.map((r) => ({
    ...r,
    accepted_at: fromTs(r.accepted_at),
    closed_at: r.closed_at && fromTs(r.closed_at),
  }));
}
