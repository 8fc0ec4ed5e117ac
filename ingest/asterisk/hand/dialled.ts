import type { SteerCode } from '#domain/steer/rows.ts';
import { intOf, type AmiFields } from '../fields.ts';

/** The officer's leg `uniqueid` is answered, then the number that the dial plan dials for it, and both talk. */
export interface Dialled {
  readonly kind: 'dialled';
  readonly uniqueid: string;
  readonly device: string;
  readonly phone: 'rings' | 'answered';
  /** What the called party last said: nothing, yes, or why not. Where a dial plan tries a second way the last one counts. */
  readonly called: 'none' | 'answered' | SteerCode;
  /** The leg that was last dialled: its end tells the cause. */
  readonly leg: string;
  readonly bridged: boolean;
}

/** How it goes on: what is still expected, or 'done', or why it failed. */
export type DialStep = Dialled | 'done' | SteerCode;

export const dialExpected = (uniqueid: string, device: string): Dialled => ({
  kind: 'dialled',
  uniqueid,
  device,
  phone: 'rings',
  called: 'none',
  leg: '',
  bridged: false,
});

/** One event. Pure and total. A number that did not answer is told when the officer's leg ends, or when no other way is tried. */
export function dialled(expect: Dialled, f: AmiFields): DialStep {
  const own = f.uniqueid === expect.uniqueid;
  switch (f.event) {
    case 'OriginateResponse':
      // a telephone that could not be rung at all has no channel, and its answer no uniqueid
      if (!own && !(f.uniqueid === '<null>' && f.channel === expect.device)) return expect;
      return f.response === 'Success' ? { ...expect, phone: 'answered' } : phoneCode(f.reason);
    case 'HangupRequest':
      if (!own) return expect;
      if (expect.phone === 'rings') return intOf(f.cause, 0) > 0 ? causeCode(f.cause) : expect;
      return expect.called === 'none' ? { ...expect, called: 'phone-hung-up' } : expect;
    case 'DialBegin':
      return own ? { ...expect, called: 'none', leg: '' } : expect;
    case 'DialEnd':
      return own ? answered({ ...expect, called: calledCode(f.dialstatus), leg: f.destuniqueid ?? '' }) : expect;
    case 'BridgeEnter':
      return own ? answered({ ...expect, bridged: true }) : expect;
    case 'BridgeLeave':
      return own ? { ...expect, bridged: false } : expect;
    case 'Hangup':
      if (own) return expect.phone === 'rings' ? causeCode(f.cause) : whyNot(expect);
      return f.uniqueid === expect.leg ? { ...expect, called: refined(expect.called, f.cause) } : expect;
    default:
      return expect;
  }
}

/** Why it failed, as far as it was told; null: nothing was told. */
export const lastWord = ({ called }: Dialled): SteerCode | null =>
  called === 'none' || called === 'answered' ? null : called;

const answered = (e: Dialled): DialStep => (e.called === 'answered' && e.bridged ? 'done' : e);

/** The officer's leg ended: without a word of the called party there was no way to the number. */
const whyNot = ({ called }: Dialled): SteerCode =>
  called === 'none' ? 'called-unreachable' : called === 'answered' ? 'phone-hung-up' : called;

function calledCode(status: string | undefined): Dialled['called'] {
  switch (status) {
    case 'ANSWER':
      return 'answered';
    case 'BUSY':
      return 'called-busy';
    case 'NOANSWER':
      return 'called-unanswered';
    case 'CANCEL':
      return 'phone-hung-up';
    default:
      return 'called-unreachable';
  }
}

/** The cause (Q.850) of the called leg's end says more than the state of the dialling. */
function refined(called: Dialled['called'], cause: string | undefined): Dialled['called'] {
  if (called === 'none' || called === 'answered' || called === 'phone-hung-up') return called;
  switch (intOf(cause, 0)) {
    case 1:
    case 28:
      return 'called-unallocated';
    case 17:
      return 'called-busy';
    case 18:
    case 19:
      return 'called-unanswered';
    case 21:
      return 'called-rejected';
    default:
      return called;
  }
}

/** OriginateResponse tells why a telephone did not come: 5 busy, 1 and 3 nobody answered, 0 and 8 not there. */
export function phoneCode(reason: string | undefined): SteerCode {
  switch (intOf(reason, -1)) {
    case 5:
      return 'phone-busy';
    case 0:
    case 8:
      return 'phone-away';
    default:
      return 'phone-unanswered';
  }
}

/** Hang-up causes (Q.850) of a telephone that did not answer. */
export function causeCode(cause: string | undefined): SteerCode {
  switch (intOf(cause, 0)) {
    case 17:
      return 'phone-busy';
    case 3:
    case 20:
    case 27:
      return 'phone-away';
    default:
      return 'phone-unanswered';
  }
}
