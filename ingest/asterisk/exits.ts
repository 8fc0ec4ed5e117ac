import type { LeaveOutcome } from '#domain/floor/facts.ts';
import { SECOND, type Instant } from '#domain/time.ts';
import { tellRedirect } from './moves.ts';
import type { AmiEvent } from './parse.ts';
import { keyOf, type AmiState, type Out, type Visit } from './state.ts';

/**
 * How a caller leaves a queue unanswered. The switch's QueueCallerAbandon says only that it happened: it comes for callers who
 * hang up, for time-outs, for queues without seats and for callers whom a supervisor takes out or sends elsewhere. What tells
 * them apart stands around it: the hang-up request before it, the place of the channel in it, the variable QUEUESTATUS after
 * it (where the account hears it, or the dial plan repeats it in a UserEvent). Without any of them the reason is unknown.
 */

type Of<T extends AmiEvent['type']> = Extract<AmiEvent, { type: T }>;

/** AgentConnect and QUEUESTATUS follow QueueCallerLeave within a millisecond; after this long they do not come any more. */
const TOLD_WITHIN = 2 * SECOND;

/** Values of QUEUESTATUS with which Queue() lets go of a caller who waited. */
const BY_STATUS: Readonly<Record<string, LeaveOutcome | undefined>> = Object.assign(Object.create(null), {
  TIMEOUT: 'timeout',
  LEAVEEMPTY: 'leave-empty',
  LEAVEUNAVAIL: 'leave-empty',
  WITHDRAW: 'withdrawn',
} satisfies Record<string, LeaveOutcome>) as Readonly<Record<string, LeaveOutcome | undefined>>;

/** Whole seconds between two instants as the switch counts them: differences of whole seconds. */
export const wholeSeconds = (from: Instant, to: Instant): number =>
  Math.max(0, Math.floor(to / 1000) - Math.floor(from / 1000));

/** HangupRequest and SoftHangupRequest: what makes the Abandon that follows a real one. */
export function hangupAsked(state: AmiState, uniqueid: string): void {
  const v = state.waiting.get(uniqueid);
  if (v) v.hangupAsked = true;
}

export function abandoned(state: AmiState, e: Of<'abandon'>): void {
  const v = state.waiting.get(e.uniqueid);
  if (v?.queue !== e.queue) return;
  v.gaveUp = { waitS: e.waitS >= 0 ? e.waitS : wholeSeconds(v.joinedAt, e.at), place: e.place };
}

export function left(state: AmiState, e: Of<'leave'>, out: Out): void {
  const v = state.waiting.get(e.uniqueid);
  if (v?.queue !== e.queue) return;
  state.waiting.delete(e.uniqueid);
  v.leftAt = e.at;
  state.leaving.set(e.uniqueid, v);
  if (!sentElsewhere(v)) return;
  finish(state, v, 'left', out);
  tellRedirect(state, { at: e.at, call: v.call, fromSeat: null, place: v.gaveUp!.place }, out);
}

/** Somebody moved the waiting caller to another place of the dial plan. */
const sentElsewhere = (v: Visit): boolean =>
  v.gaveUp !== null && !v.hangupAsked && v.place !== '' && v.gaveUp.place !== '' && v.gaveUp.place !== v.place;

/** Queue() itself says how it ended; also where the caller hung up in the same instant, as in the switch's own log. */
export function statusTold(state: AmiState, e: Of<'queueStatus'>, out: Out): void {
  state.hearsStatus = true;
  const v = state.leaving.get(e.uniqueid);
  const outcome = BY_STATUS[e.status];
  if (v?.gaveUp && outcome) finish(state, v, outcome, out);
}

/**
 * A UserEvent of the dial plan repeats QUEUESTATUS (`Status` or `Reason`). The variable keeps its value of an earlier queue, so
 * it does not count against a hang-up that was seen.
 */
export function exitTold(state: AmiState, e: Of<'user'>, out: Out): void {
  const v = state.leaving.get(e.uniqueid);
  if (!v?.gaveUp || v.hangupAsked) return;
  const status = e.fields.status ?? e.fields.reason;
  if (status === undefined) return;
  const outcome = BY_STATUS[status.toUpperCase()];
  if (outcome) finish(state, v, outcome, out);
  // the end of a channel whose queue set no status: it was hung up while it waited
  else if (status === '' && e.name.toLowerCase() === 'hotlineend') finish(state, v, 'abandoned', out);
}

function finish(state: AmiState, v: Visit, outcome: LeaveOutcome, out: Out): void {
  state.leaving.delete(v.uniqueid);
  tellLeft(v, v.leftAt!, outcome, v.gaveUp?.waitS ?? wholeSeconds(v.joinedAt, v.leftAt!), out);
}

export function tellLeft(v: Visit, at: Instant, outcome: LeaveOutcome, waitS: number, out: Out): void {
  out.tell(at, v.id, { kind: 'visit.left', body: { ...keyOf(v), outcome, waitS } });
}

/**
 * The caller does something else now: how he left is known as far as it will be.
 * @param hungUp the channel is gone
 */
export function settle(state: AmiState, uniqueid: string, at: Instant, hungUp: boolean, out: Out): void {
  const v = state.leaving.get(uniqueid) ?? state.waiting.get(uniqueid);
  if (!v) return;
  // his leaving was not heard (the reader was away): whether he was answered neither
  const outcome = state.waiting.delete(uniqueid) ? 'unknown' : exitOf(state, v, hungUp);
  v.leftAt ??= at;
  finish(state, v, outcome, out);
}

function exitOf(state: AmiState, v: Visit, hungUp: boolean): LeaveOutcome {
  if (!v.gaveUp) return 'left';
  if (v.hangupAsked) return 'abandoned';
  // every end of Queue() but a hang-up sets the status: where we would hear it and did not, somebody hung the caller up
  return hungUp && state.hearsStatus ? 'abandoned' : 'unknown';
}

/** Settles what left a while ago and was not answered; `at` is the newest event's instant. */
export function settleOld(state: AmiState, at: Instant, out: Out): void {
  for (const [uniqueid, v] of state.leaving) {
    if (at - v.leftAt! < TOLD_WITHIN) return; // the map is in order of leaving
    settle(state, uniqueid, v.leftAt!, false, out);
  }
}
