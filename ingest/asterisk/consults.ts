import type { Instant } from '#domain/time.ts';
import type { AmiState, Consult, Leg, Out, Seat } from './state.ts';

/**
 * A consultation (磋商): a seat keeps its caller on hold and calls somebody else. The switch has no event for it: it is a second
 * leg that the seat's telephone dialled while its first one is on hold, and it is over when either of them is, or when the two
 * become one call (an attended transfer).
 */

/** The seat dialled: if it keeps a caller on hold meanwhile, or puts him on hold now, this is for advice. */
export function consultBegan(state: AmiState, seat: Seat, at: Instant): void {
  const held = [...seat.held.keys()].map((id) => seat.legs.get(id)).find((leg) => leg !== undefined);
  if (!held) return;
  for (const leg of seat.legs.values())
    if (leg !== held && isAdvice(leg, held) && !state.consults.has(leg.uniqueid))
      state.consults.set(leg.uniqueid, {
        seat: seat.id,
        call: held.call,
        held: held.uniqueid,
        other: leg.call,
        toNumber: state.calls.get(leg.call)?.called ?? '',
        from: Math.max(leg.startedAt, seat.held.get(held.uniqueid) ?? at),
      });
}

/** Dialled by the seat itself, in another call, after the one that is on hold; what it talked in before is no advice for this one. */
const isAdvice = (leg: Leg, held: Leg): boolean =>
  leg.dialled && leg.own?.answeredAt === null && leg.call !== held.call && leg.startedAt >= held.startedAt;

/** A leg ended, or was joined to another call: the consultation that it was part of is over. */
export function consultOver(state: AmiState, uniqueid: string, at: Instant, out: Out): void {
  const one = state.consults.get(uniqueid);
  if (one) return tellConsult(state, uniqueid, one, at, out);
  for (const [leg, c] of state.consults) if (c.held === uniqueid) tellConsult(state, leg, c, at, out);
}

function tellConsult(state: AmiState, uniqueid: string, c: Consult, at: Instant, out: Out): void {
  state.consults.delete(uniqueid);
  const other = state.calls.get(c.other);
  const toNumber = (other?.called || c.toNumber).slice(0, 64);
  out.tell(at, c.call, {
    kind: 'call.consulted',
    body: {
      seat: c.seat,
      from: Math.min(c.from, at),
      answeredAt: state.legs.get(uniqueid)?.own?.answeredAt ?? null,
      toSeat: state.seats.has(toNumber) ? toNumber : null,
      toNumber,
      external: other?.direction === 'out',
    },
  });
}
