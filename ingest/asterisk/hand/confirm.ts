import type { SteerCode } from '#domain/steer/rows.ts';
import { SECOND } from '#domain/time.ts';
import { deviceOf, intOf, type AmiFields } from '../fields.ts';
import { memberKey } from '../state.ts';
import { consulted, type Consulted } from './consulted.ts';
import { causeCode, dialled, lastWord, phoneCode, type Dialled } from './dialled.ts';

/** What the switch must be seen to do before a command counts as done; "Success" alone says only that it heard. */
export type Expect =
  /** The supervisor's leg `uniqueid` listens to the channel `spied`. */
  | {
      readonly kind: 'spy';
      readonly uniqueid: string;
      readonly device: string;
      readonly spied: string;
      readonly answered: boolean;
    }
  /** The leg ends. */
  | { readonly kind: 'ended'; readonly uniqueid: string }
  /** Caller and the supervisor's telephone come into one bridge. */
  | {
      readonly kind: 'joined';
      readonly caller: string;
      readonly device: string;
      readonly callerBridge: string;
      readonly phoneBridge: string;
    }
  /** The call leaves the seat's leg. */
  | { readonly kind: 'transferred'; readonly uniqueid: string }
  /** Every membership that is left takes this pause. */
  | { readonly kind: 'paused'; readonly paused: boolean; readonly reason: string; readonly left: readonly string[] }
  | { readonly kind: 'removed'; readonly left: readonly string[] }
  /** The caller leaves the queue without being answered. */
  | { readonly kind: 'left'; readonly queue: string; readonly uniqueid: string; readonly withdrawn: boolean }
  | { readonly kind: 'recording'; readonly uniqueid: string; readonly on: boolean }
  /** No event tells it: the list of callers does (executor). */
  | { readonly kind: 'priority'; readonly queue: string; readonly uniqueid: string; readonly priority: number }
  | Dialled
  | Consulted
  /** The caller is taken away from the seat, hears a prompt and is hung up; the seat is free. */
  | { readonly kind: 'prompted'; readonly left: readonly string[] }
  /** A membership takes this penalty. */
  | { readonly kind: 'penalised'; readonly member: string; readonly penalty: number }
  /** The switch passes it on and never tells more. */
  | { readonly kind: 'untold' };

export interface Verdict {
  readonly state: 'confirmed' | 'failed' | 'unheard';
  readonly code: SteerCode | null;
  readonly detail: string;
}

export const DONE: Verdict = { state: 'confirmed', code: null, detail: '' };
const failed = (code: SteerCode, detail = ''): Verdict => ({ state: 'failed', code, detail });

export type Step = { readonly expect: Expect; readonly verdict: Verdict | null };

/**
 * One event of the switch: what is still expected, or how it ended. Pure and total: events may come in any order and twice, and
 * those that are about something else change nothing.
 */
export function confirm(expect: Expect, f: AmiFields): Step {
  const stay: Step = { expect, verdict: null };
  const end = (verdict: Verdict): Step => ({ expect, verdict });
  switch (expect.kind) {
    case 'spy':
      return spy(expect, f, stay, end);
    case 'ended':
      return f.event === 'Hangup' && f.uniqueid === expect.uniqueid ? end(DONE) : stay;
    case 'joined':
      return joined(expect, f, stay, end);
    case 'transferred':
      if (f.event === 'BlindTransfer' && f.transfereruniqueid === expect.uniqueid)
        return end(f.result === 'Success' ? DONE : failed('transfer-failed', f.result ?? ''));
      return f.event === 'Hangup' && f.uniqueid === expect.uniqueid ? end(failed('call-ended')) : stay;
    case 'paused':
    case 'removed':
      return members(expect, f, stay, end);
    case 'left':
      return left(expect, f, stay, end);
    case 'recording':
      if (f.uniqueid !== expect.uniqueid) return stay;
      if (f.event === (expect.on ? 'MixMonitorStart' : 'MixMonitorStop')) return end(DONE);
      // its recordings end with the leg
      if (f.event === 'Hangup') return end(expect.on ? failed('call-ended') : DONE);
      return stay;
    case 'prompted': {
      if (f.event !== 'Hangup' || !expect.left.includes(f.uniqueid ?? '')) return stay;
      const rest = expect.left.filter((u) => u !== f.uniqueid);
      return rest.length === 0 ? end(DONE) : { expect: { ...expect, left: rest }, verdict: null };
    }
    case 'penalised':
      return f.event === 'QueueMemberPenalty' &&
        memberKey(f.queue ?? '', f.interface ?? '') === expect.member &&
        f.penalty === String(expect.penalty)
        ? end(DONE)
        : stay;
    case 'dialled':
    case 'consulted': {
      const next = expect.kind === 'dialled' ? dialled(expect, f) : consulted(expect, f);
      if (typeof next !== 'string') return { expect: next, verdict: null };
      return end(next === 'done' ? DONE : failed(next));
    }
    case 'priority':
    case 'untold':
      return stay;
  }
}

/** A dial plan that tries a second way does so at once; one that offers no transfer does nothing at all. */
const SETTLED_MS = 3 * SECOND;
const BEGUN_MS = 8 * SECOND;

/** How it ends when nothing more is heard for a while; null: it is waited for until the end. */
export function settles(expect: Expect): { readonly afterMs: number; readonly verdict: Verdict } | null {
  if (expect.kind === 'consulted' && expect.stage === 'asked')
    return { afterMs: BEGUN_MS, verdict: failed('transfer-forbidden') };
  const word = expect.kind === 'dialled' ? lastWord(expect) : null;
  return word ? { afterMs: SETTLED_MS, verdict: failed(word) } : null;
}

type Of<K extends Expect['kind']> = Extract<Expect, { kind: K }>;
type End = (verdict: Verdict) => Step;

function spy(expect: Of<'spy'>, f: AmiFields, stay: Step, end: End): Step {
  if (f.event === 'ChanSpyStart' && f.spyeruniqueid === expect.uniqueid) return end(DONE);
  // a telephone that could not be rung at all has no channel, and its answer no uniqueid
  const nobody = f.uniqueid === '<null>' && f.channel === expect.device;
  if (f.event === 'OriginateResponse' && (f.uniqueid === expect.uniqueid || nobody)) {
    if (f.response === 'Success') return { expect: { ...expect, answered: true }, verdict: null };
    return end(failed(phoneCode(f.reason)));
  }
  // a telephone that refuses: the answer to our Originate says no more than that it failed
  if (f.event === 'HangupRequest' && f.uniqueid === expect.uniqueid && !expect.answered && intOf(f.cause, 0) > 0)
    return end(failed(causeCode(f.cause)));
  if (f.event === 'Hangup') {
    // it was answered and had nothing to listen to
    if (f.uniqueid === expect.uniqueid)
      return end(expect.answered ? failed('call-ended') : failed(causeCode(f.cause), f['cause-txt'] ?? ''));
    if (f.channel === expect.spied) return end(failed('call-ended'));
  }
  return stay;
}

function joined(expect: Of<'joined'>, f: AmiFields, stay: Step, end: End): Step {
  if (f.event === 'BridgeEnter' && f.bridgeuniqueid) {
    const next =
      f.uniqueid === expect.caller
        ? { ...expect, callerBridge: f.bridgeuniqueid }
        : deviceOf(f.channel ?? '') === expect.device
          ? { ...expect, phoneBridge: f.bridgeuniqueid }
          : null;
    if (!next) return stay;
    const together = next.callerBridge !== '' && next.callerBridge === next.phoneBridge;
    return { expect: next, verdict: together ? DONE : null };
  }
  if (f.event === 'BridgeLeave' && f.uniqueid === expect.caller)
    return { expect: { ...expect, callerBridge: '' }, verdict: null };
  if (f.event === 'DialEnd' && f.uniqueid === expect.caller && deviceOf(f.destchannel ?? '') === expect.device)
    switch (f.dialstatus) {
      case 'ANSWER':
        return stay;
      case 'BUSY':
        return end(failed('phone-busy'));
      case 'CHANUNAVAIL':
      case 'CONGESTION':
        return end(failed('phone-away'));
      default:
        return end(failed('phone-unanswered', f.dialstatus ?? ''));
    }
  if (f.event === 'Hangup' && f.uniqueid === expect.caller) return end(failed('caller-hung-up'));
  return stay;
}

function members(expect: Of<'paused'> | Of<'removed'>, f: AmiFields, stay: Step, end: End): Step {
  const removed = f.event === 'QueueMemberRemoved';
  const paused =
    expect.kind === 'paused' &&
    f.event === 'QueueMemberPause' &&
    f.paused === (expect.paused ? '1' : '0') &&
    (!expect.paused || f.pausedreason === expect.reason);
  if (!removed && !paused) return stay;
  const key = memberKey(f.queue ?? '', f.interface ?? f.location ?? '');
  if (!expect.left.includes(key)) return stay;
  const rest = expect.left.filter((k) => k !== key);
  return rest.length === 0 ? end(DONE) : { expect: { ...expect, left: rest }, verdict: null };
}

function left(expect: Of<'left'>, f: AmiFields, stay: Step, end: End): Step {
  if (f.uniqueid !== expect.uniqueid) return stay;
  switch (f.event) {
    // the switch says "abandoned" of a caller who is taken out (reference §4.2)
    case 'QueueCallerAbandon':
      return f.queue === expect.queue ? { expect: { ...expect, withdrawn: true }, verdict: null } : stay;
    case 'HangupRequest':
    case 'SoftHangupRequest':
      return expect.withdrawn ? stay : end(failed('caller-hung-up'));
    case 'QueueCallerLeave':
      if (f.queue !== expect.queue) return stay;
      return end(expect.withdrawn ? DONE : failed('answered-first'));
    default:
      return stay;
  }
}
