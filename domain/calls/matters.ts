import type { CaseType } from '../cases/case.ts';
import type { CallRecord, FloorRecords, SegmentRecord } from '../floor/records.ts';
import { DAY, MINUTE, type Instant } from '../time.ts';

/** What came of calls: inbound calls with the type of their case and who answered first, and cases with who accepted them. */

/** A case belongs to the conversations of its calls that began no more than this before or after it was accepted. */
export const CASE_OF_CALL_MS = DAY;
/** The first answer of a call is looked for this long; a part that began so little before its call is the clocks'. */
export const ANSWER_WITHIN_MS = DAY;
export const CLOCKS_MS = 5 * MINUTE;
/** A matter that comes again within the half month of the seed was not resolved at the first contact (I-30). */
export const AGAIN_WITHIN_MS = 15 * DAY;

/** A case as far as figures need it; one that was withdrawn is none. */
export interface CountedCase {
  readonly case_no: string;
  readonly accepted_at: Instant;
  readonly closed_at: Instant | null;
  readonly type: CaseType;
  readonly category: readonly string[];
  /** Lead unit; null: not told. */
  readonly unit: string | null;
  readonly dispatched: boolean;
  /** Tells callers apart; null: no number. */
  readonly caller_key: string | null;
  readonly repeat_of: string | null;
  /** Calls that its source named. */
  readonly call_ids: readonly string[];
}

/** An inbound call and what came of it. */
export interface InboundCall {
  readonly t_setup: Instant;
  readonly call_id: string;
  /** The seat that answered first; null: none did. */
  readonly seat_no: string | null;
  /** Of its first case; null: no case names this call. */
  readonly type: CaseType | null;
  readonly case_no: string | null;
}

/** A case with who accepted it. */
export interface AcceptedCase {
  readonly accepted_at: Instant;
  readonly case_no: string;
  readonly type: CaseType;
  readonly unit: string | null;
  /** The seat that answered its call first; null: no call of it is known. */
  readonly seat_no: string | null;
  readonly call_id: string | null;
  readonly closed_at: Instant | null;
  readonly dispatched: 0 | 1;
  /** 1: closed before the work of its first conversation was over; null: that conversation is not known. */
  readonly at_first: 0 | 1 | null;
  /** 1: closed so, and the same caller came with the same matter again. */
  readonly again: 0 | 1;
}

const byAnswer = (a: SegmentRecord, b: SegmentRecord): number =>
  (a.t_answer ?? Infinity) - (b.t_answer ?? Infinity) || (a.segment_id < b.segment_id ? -1 : 1);
const byAccepted = (a: CountedCase, b: CountedCase): number =>
  a.accepted_at - b.accepted_at || (a.case_no < b.case_no ? -1 : 1);

const answeredParts = (r: FloorRecords): Map<string, SegmentRecord[]> =>
  Map.groupBy(r.seat_segment.filter((s) => s.outcome === 'answered').toSorted(byAnswer), (s) => s.call_id);

/** The inbound calls among records, each under its first case and the seat that answered it first. */
export function inboundCalls(r: FloorRecords, cases: readonly CountedCase[]): InboundCall[] {
  const parts = answeredParts(r);
  const matters = new Map<string, CountedCase>();
  for (const c of cases.toSorted(byAccepted)) for (const id of c.call_ids) if (!matters.has(id)) matters.set(id, c);
  const first = (c: CallRecord): SegmentRecord | undefined =>
    parts.get(c.call_id)?.find((s) => s.t_from >= c.t_setup - CLOCKS_MS && s.t_from < c.t_setup + ANSWER_WITHIN_MS);
  return r.call
    .filter((c) => c.direction === 'in')
    .map((c) => {
      const matter = matters.get(c.call_id);
      return {
        t_setup: c.t_setup,
        call_id: c.call_id,
        seat_no: first(c)?.seat_no ?? null,
        type: matter?.type ?? null,
        case_no: matter?.case_no ?? null,
      };
    });
}

/** Cases with who accepted them, and whether that settled them. */
export function acceptedCases(r: FloorRecords, cases: readonly CountedCase[]): AcceptedCase[] {
  const parts = answeredParts(r);
  return cases.map((c) => {
    const near = (s: SegmentRecord): boolean =>
      s.t_from >= c.accepted_at - CASE_OF_CALL_MS && s.t_from < c.accepted_at + CASE_OF_CALL_MS;
    const own = c.call_ids.flatMap((id) => parts.get(id)?.filter(near) ?? []);
    const first = own.toSorted(byAnswer)[0];
    const workEnds = own
      .filter((s) => s.call_id === first?.call_id)
      .reduce((t, s) => Math.max(t, s.t_wrap_end ?? s.t_hangup), -Infinity);
    const at_first = first ? (c.closed_at !== null && c.closed_at <= workEnds + CLOCKS_MS ? 1 : 0) : null;
    return {
      accepted_at: c.accepted_at,
      case_no: c.case_no,
      type: c.type,
      unit: c.unit,
      seat_no: first?.seat_no ?? null,
      call_id: first?.call_id ?? null,
      closed_at: c.closed_at,
      dispatched: c.dispatched ? 1 : 0,
      at_first,
      again: at_first === 1 && cases.some((o) => isAgain(c, o)) ? 1 : 0,
    };
  });
}

/** Whether `later` is the same matter once more: said to repeat it, or of the same number and category. */
export function isAgain(c: CountedCase, later: CountedCase): boolean {
  const after = later.accepted_at - c.accepted_at;
  if (later.case_no === c.case_no || after <= 0 || after > AGAIN_WITHIN_MS) return false;
  if (later.repeat_of === c.case_no) return true;
  return (
    c.caller_key !== null &&
    later.caller_key === c.caller_key &&
    later.category.length === c.category.length &&
    later.category.every((name, i) => name === c.category[i])
  );
}
