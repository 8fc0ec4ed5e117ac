import type { Instant } from '../time.ts';

/** How the switch's own log says that a caller left a queue; 'open': the log ends before. */
export type TheirOutcome =
  'answered' | 'abandoned' | 'timeout' | 'leave-empty' | 'withdrawn' | 'left' | 'lost' | 'open';

/** A caller in a queue, by the switch's own log. Seconds are whole; instants are whole seconds as milliseconds. */
export interface TheirVisit {
  readonly uniqueid: string;
  readonly queue: string;
  readonly joinedAt: Instant;
  readonly leftAt: Instant | null;
  readonly outcome: TheirOutcome;
  readonly waitS: number | null;
  /** Member name or interface as the log has it. */
  readonly agent: string | null;
  readonly talkS: number | null;
  readonly talkEnd: 'talking' | 'ended' | 'lost' | null;
}

/** The same, by our records. */
export interface OurVisit {
  readonly visitId: string;
  readonly uniqueid: string;
  readonly callId: string;
  readonly queue: string;
  readonly joinedAt: Instant;
  readonly leftAt: Instant;
  readonly outcome: string;
  readonly waitS: number | null;
  readonly seat: string | null;
  readonly talkS: number | null;
}

/** A call by the switch's detail records: all rows of one linked id. */
export interface TheirCall {
  readonly callId: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Endpoints whose leg was answered, sorted. */
  readonly answered: readonly string[];
  /** Somebody was reached: one of its rows says ANSWERED. */
  readonly reached: boolean;
  /** One of its legs is half of a Local channel. */
  readonly local: boolean;
}

/** The same, by our records. */
export interface OurCall {
  readonly callId: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly outcome: string;
  /** Seats whose part of it was answered, sorted. */
  readonly answered: readonly string[];
  /** It became part of another call, or another became part of it (an attended transfer). */
  readonly merged: boolean;
  /** It was in a conference. */
  readonly conference: boolean;
}

export const DIFFERENCE_KINDS = ['only-here', 'only-there', 'differs'] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/**
 * Why the two may differ, as far as it can be told. 'gap': we did not listen then. 'restart': the switch began anew. 'clock': the same
 * visit at another time. 'local': the caller came on half of a Local channel or was transferred in. 'sent-on': somebody moved the
 * waiting caller, which the switch's log calls abandoned. 'merged': two calls became one, and rows that were written before keep the
 * old number. 'conference': detail records pair the parties of a conference and end with their pair. 'unreached': a
 * record ends where nobody was reached, the telephone with the tone it then heard. 'unknown': nothing explains it.
 */
export const REASONS = [
  'gap',
  'restart',
  'clock',
  'local',
  'sent-on',
  'merged',
  'conference',
  'unreached',
  'unknown',
] as const;
export type Reason = (typeof REASONS)[number];

export interface Difference {
  readonly source: 'queue-log' | 'cdr';
  readonly kind: DifferenceKind;
  readonly reason: Reason;
  readonly at: Instant;
  readonly callId: string;
  readonly visitId: string | null;
  readonly queue: string | null;
  readonly seat: string | null;
  /** What differs: field, ours, theirs; of what stands on one side only, what that side says. */
  readonly fields: readonly { readonly field: string; readonly ours: string | null; readonly theirs: string | null }[];
}

/** How many of one source were compared. `open`: one of both was not over yet. */
export interface Tally {
  both: number;
  differing: number;
  onlyHere: number;
  onlyThere: number;
  open: number;
}
export const emptyTally = (): Tally => ({ both: 0, differing: 0, onlyHere: 0, onlyThere: 0, open: 0 });

/** A period in which we did not hear the switch, or it was not there. */
export interface Silence {
  readonly from: Instant;
  readonly to: Instant;
  readonly why: 'gap' | 'restart';
}
