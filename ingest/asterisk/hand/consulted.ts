import type { SteerCode } from '#domain/steer/rows.ts';
import type { AmiFields } from '../fields.ts';

/**
 * An attended transfer: the seat leaves the caller (who hears music), talks to the number, and by hanging up puts both together;
 * or comes back to the caller.
 */
export interface Consulted {
  readonly kind: 'consulted';
  readonly seat: string;
  readonly caller: string;
  /** Of the call that is to be transferred: its legs and those of the consultation share it. */
  readonly linkedid: string;
  /** The bridge of seat and caller. */
  readonly bridge: string;
  readonly stage: 'asked' | 'rings' | 'busy' | 'talks';
}

export const consultExpected = (seat: string, caller: string, linkedid: string, bridge: string): Consulted => ({
  kind: 'consulted',
  seat,
  caller,
  linkedid,
  bridge,
  stage: 'asked',
});

/** One event: what is still expected, 'done', or why it failed. Pure and total. */
export function consulted(expect: Consulted, f: AmiFields): Consulted | 'done' | SteerCode {
  switch (f.event) {
    case 'AttendedTransfer':
      if (f.origtransfereruniqueid !== expect.seat) return expect;
      return f.result === 'Success' ? 'done' : 'transfer-failed';
    case 'BridgeEnter':
      if (f.uniqueid !== expect.seat) return expect;
      if (f.bridgeuniqueid !== expect.bridge) return { ...expect, stage: 'rings' };
      return expect.stage === 'asked' ? expect : backCode(expect.stage);
    case 'DialEnd':
      if (f.linkedid !== expect.linkedid || expect.stage !== 'rings') return expect;
      if (f.dialstatus === 'ANSWER') return { ...expect, stage: 'talks' };
      return f.dialstatus === 'BUSY' ? { ...expect, stage: 'busy' } : expect;
    case 'Hangup':
      if (f.uniqueid === expect.caller) return 'caller-hung-up';
      return f.uniqueid === expect.seat ? 'call-ended' : expect;
    default:
      return expect;
  }
}

/** Why the seat is with the caller again. */
const backCode = (stage: Exclude<Consulted['stage'], 'asked'>): SteerCode =>
  stage === 'talks' ? 'consult-ended' : stage === 'busy' ? 'called-busy' : 'called-unanswered';
