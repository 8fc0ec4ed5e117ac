import type { CallRecord, FloorRecords } from '../floor/records.ts';
import { NUMBER, numberKey } from '../missed/number.ts';
import { cityDay, DAY, type Instant } from '../time.ts';

/** How long after a missed call a call-back, or the caller's own next try, still settles it. */
export const SETTLED_WITHIN_MS = 7 * DAY;

/** I-31: an inbound call with a number that was abandoned in a queue or refused at its door. */
export interface MissedCall {
  readonly t_setup: Instant;
  readonly call_id: string;
  readonly caller: string;
  /** Queue that the caller gave up in; null where refused, or not told. */
  readonly queue: string | null;
  /** 'through': the caller got through by another try first; 'back': somebody called back and was answered; null: open. */
  readonly how: 'through' | 'back' | null;
  readonly settled_at: Instant | null;
  /** 1: settled within the city day of the missed call. */
  readonly same_day: 0 | 1;
}

/** A call that the button made (command `dial`), of which the switch told that both talked: counted whoever's telephone it was. */
export interface DialledBack {
  readonly t: Instant;
  readonly number: string;
}

/** The missed calls among records, settled by the calls among the same records and by those the button made. */
export function missedCalls(r: FloorRecords, zone: string, dialled: readonly DialledBack[] = []): MissedCall[] {
  const gaveUp = new Map<string, { t: Instant; queue: string }>();
  const answered = new Set<string>();
  for (const v of r.queue_visit) {
    if (v.outcome === 'answered') answered.add(v.call_id);
    if (v.outcome === 'abandoned' && v.t_queue >= (gaveUp.get(v.call_id)?.t ?? -Infinity))
      gaveUp.set(v.call_id, { t: v.t_queue, queue: v.queue });
  }
  const reached = new Set(
    r.seat_segment.filter((s) => s.direction === 'out' && s.outcome === 'answered').map((s) => s.call_id),
  );
  const through = (c: CallRecord): boolean => c.direction === 'in' && answered.has(c.call_id);
  const back = (c: CallRecord): boolean => c.direction === 'out' && reached.has(c.call_id);
  const settling = Map.groupBy(
    [
      ...r.call.filter(through).map((c) => ({ t: c.t_setup, number: c.caller, how: 'through' as const })),
      ...r.call.filter(back).map((c) => ({ t: c.t_setup, number: c.called, how: 'back' as const })),
      ...dialled.map((d) => ({ ...d, how: 'back' as const })),
    ],
    (s) => numberKey(s.number),
  );
  const number = new RegExp(NUMBER);
  const isMissed = (c: CallRecord): boolean =>
    c.direction === 'in' &&
    !answered.has(c.call_id) &&
    (c.ended_in === 'blocked' || (c.ended_in === 'queue' && gaveUp.has(c.call_id))) &&
    number.test(c.caller);
  return r.call.filter(isMissed).map((c) => {
    const first = (settling.get(numberKey(c.caller)) ?? [])
      .filter((s) => s.t > c.t_setup && s.t <= c.t_setup + SETTLED_WITHIN_MS)
      .sort((a, b) => a.t - b.t || (a.how === 'through' ? -1 : 1))[0];
    return {
      t_setup: c.t_setup,
      call_id: c.call_id,
      caller: c.caller,
      queue: gaveUp.get(c.call_id)?.queue ?? null,
      how: first?.how ?? null,
      settled_at: first?.t ?? null,
      same_day: first && cityDay(first.t, zone) === cityDay(c.t_setup, zone) ? 1 : 0,
    };
  });
}
