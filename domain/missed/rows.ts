import type { Officer } from '../incidents/rows.ts';
import type { Instant } from '../time.ts';

/**
 * Why a caller was not served: how he left his last queue ('abandoned' where he ever gave up), refused at a queue's door
 * ('blocked'), or sent to the voice box ('voicemail').
 */
export const MISSED_REASONS = [
  'abandoned',
  'timeout',
  'leave-empty',
  'withdrawn',
  'left',
  'lost',
  'unknown',
  'blocked',
  'voicemail',
] as const;
export type MissedReason = (typeof MISSED_REASONS)[number];

/** A message that a caller spoke: the switch keeps the sound, we know of it (UserEvent VoiceMessage, docs/missed-calls.md). */
export interface VoiceMessage {
  readonly id: string;
  readonly at: Instant;
  readonly mailbox: string;
  readonly durationS: number | null;
  /** Where the switch keeps it; '' when it did not say. */
  readonly file: string;
}

/** What ended it without a person's word: the citizen got through by another try, or somebody called back and was answered. */
export interface Settlement {
  readonly how: 'through' | 'back';
  readonly at: Instant;
  readonly call: string;
}

/** One call that reached nobody, or one that left a message. */
export interface UnservedCall {
  readonly call: string;
  readonly at: Instant;
  /** As the switch told it; '' when withheld. */
  readonly caller: string;
  readonly key: string;
  readonly queue: string | null;
  readonly reason: MissedReason;
  /** Seconds in queues; null when nobody saw. */
  readonly waitS: number | null;
  readonly settled: Settlement | null;
  readonly messages: readonly VoiceMessage[];
  /** Counts in I-31: abandoned or blocked, with a number. */
  readonly counted: boolean;
}

export const CLOSE_REASONS = [
  'reached',
  'message-done',
  'unreachable',
  'wrong-number',
  'nuisance',
  'duplicate',
  'no-number',
  'other',
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

/** What an officer did about a number. Only ever added. */
export type MissedStep = {
  readonly n: number;
  readonly at: Instant;
  readonly key: string;
  readonly by: Officer;
} & (
  | { readonly kind: 'taken' | 'released' }
  /** `covers`: the newest missed call that was known then; later ones are open again. */
  | { readonly kind: 'closed'; readonly reason: CloseReason; readonly note: string; readonly covers: Instant }
  /** `closing`: number of the step that it takes back. */
  | { readonly kind: 'reopened'; readonly closing: number; readonly note: string }
);

export const ATTEMPT_RESULTS = [
  'connected',
  'no-answer',
  'busy',
  'wrong-number',
  'rejected',
  'unreachable',
  'not-placed',
  'pending',
  'unknown',
] as const;
export type AttemptResult = (typeof ATTEMPT_RESULTS)[number];

/** One call to the citizen, by a button or from a seat's own telephone; its result is what the switch told. */
export interface Attempt {
  readonly at: Instant;
  readonly key: string;
  /** Officer, or null where a seat dialled by itself. */
  readonly by: string | null;
  readonly seat: string | null;
  readonly result: AttemptResult;
  readonly call: string | null;
}

export interface MissedPolicy {
  /** Hours within which a missed call has to be called back; 0: within its city day, as I-32 counts. */
  readonly dueH: number;
  /** How long a number is somebody's who took it and does nothing. */
  readonly holdMs: number;
  /** From so many tries on it is urgent. */
  readonly urgentTries: number;
}
