import type { Officer } from '../incidents/rows.ts';
import type { Instant } from '../time.ts';

/** What a supervisor can do to the floor. The switch executes; these are the wishes. */
export const STEER_KINDS = [
  'listen',
  'whisper',
  'barge',
  'take-over',
  'cut-off',
  'transfer',
  'transfer-attended',
  'end-with-prompt',
  'set-ready',
  'set-busy',
  'sign-out',
  'message',
  'record',
  'stop-recording',
  'set-priority',
  'withdraw',
  'dial',
  'set-penalty',
] as const;
export type SteerKind = (typeof STEER_KINDS)[number];

/** Kinds that join the supervisor's own telephone to a call of a seat. */
const SPY_KINDS = ['listen', 'whisper', 'barge', 'take-over'] as const satisfies readonly SteerKind[];
/** Kinds that ring the officer's own telephone. */
export const PHONE_KINDS = [...SPY_KINDS, 'dial'] as const satisfies readonly SteerKind[];
/** Kinds about a conversation that a seat is in. */
export const CALL_KINDS = [
  ...SPY_KINDS,
  'cut-off',
  'transfer',
  'transfer-attended',
  'end-with-prompt',
  'record',
  'stop-recording',
] as const satisfies readonly SteerKind[];
/** Kinds about a caller who waits in a queue. */
export const CALLER_KINDS = ['set-priority', 'withdraw'] as const satisfies readonly SteerKind[];
/** Kinds about a number and the own telephone alone. */
export const NUMBER_KINDS = ['dial'] as const satisfies readonly SteerKind[];
/** Kinds that send a call on to another number. */
export const TRANSFER_KINDS = ['transfer', 'transfer-attended'] as const satisfies readonly SteerKind[];
/** Kinds about a seat's membership of one queue. */
export const MEMBER_KINDS = ['set-penalty'] as const satisfies readonly SteerKind[];
/** Kinds that nobody does without saying why. */
export const REASON_KINDS = [
  'cut-off',
  'end-with-prompt',
  'set-busy',
  'withdraw',
] as const satisfies readonly SteerKind[];

const isOneOf =
  (kinds: readonly SteerKind[]) =>
  (kind: SteerKind): boolean =>
    kinds.includes(kind);
export const needsPhone = isOneOf(PHONE_KINDS);
export const isAboutCall = isOneOf(CALL_KINDS);
export const isAboutCaller = isOneOf(CALLER_KINDS);
export const isAboutNumber = isOneOf(NUMBER_KINDS);
export const isTransfer = isOneOf(TRANSFER_KINDS);
export const isAboutMember = isOneOf(MEMBER_KINDS);
export const needsReason = isOneOf(REASON_KINDS);

/**
 * asked → sent → confirmed | refused | failed | unheard; asked → refused.
 * `sent`: the switch is being told, and never again. `confirmed`: it was seen to happen. `refused`: it was not begun.
 * `failed`: it was begun and seen not to happen. `unheard`: nobody knows.
 */
export const STEER_STATES = ['asked', 'sent', 'confirmed', 'refused', 'failed', 'unheard'] as const;
export type SteerState = (typeof STEER_STATES)[number];
export const isEnded = (state: SteerState): boolean => state !== 'asked' && state !== 'sent';

/** How a command ended, where its state alone does not say it. Each has a sentence on the screens. */
export type SteerCode =
  // refused
  | 'call-ended'
  | 'call-changed'
  | 'call-many'
  | 'caller-gone'
  | 'seat-missing'
  | 'seat-static'
  | 'expired'
  | 'no-hand'
  | 'hand-login'
  | 'no-recorder'
  | 'not-recording'
  | 'no-prompt'
  | 'not-member'
  | 'switch-away'
  | 'switch-refused'
  // failed
  | 'phone-unanswered'
  | 'phone-busy'
  | 'phone-away'
  | 'caller-hung-up'
  | 'answered-first'
  | 'transfer-failed'
  | 'transfer-forbidden'
  | 'consult-ended'
  | 'phone-hung-up'
  | 'called-busy'
  | 'called-unanswered'
  | 'called-unallocated'
  | 'called-rejected'
  | 'called-unreachable'
  | 'partly'
  // unheard
  | 'no-word'
  | 'link-lost'
  | 'hand-restarted'
  | 'delivery-untold';

/** What is asked for: the seat, or the waiting caller, and what the kind needs besides. Null: does not belong to this kind. */
export type SteerWish = {
  readonly kind: SteerKind;
  readonly seat: string | null;
  /** The call as the supervisor saw it: if the seat is in another one by then, nothing is done. Of `dial`: the call that is called back. */
  readonly call: string | null;
  readonly visit: string | null;
  readonly queue: string | null;
  /** Extension of the officer's own telephone. */
  readonly phone: string | null;
  /** Number that a call is transferred to, or that is dialled. */
  readonly to: string | null;
  readonly reason: string | null;
  /** Text of a message. */
  readonly text: string | null;
  /** The greater the sooner; 0 is ordinary. */
  readonly priority: number | null;
  /** Of a membership: the smaller the sooner its seat is rung. */
  readonly penalty: number | null;
};

/** Older than this a wish is not begun any more, milliseconds: the floor is another one by then. */
export const EXPIRES_AFTER_MS = 10_000;

/** Collection `command` of topic `floor`; id: its number. */
export const COMMAND = 'command';
/** The newest commands that the live state keeps. */
export const MAX_COMMANDS = 200;

export type FloorCommandRow = SteerWish & {
  readonly id: string;
  readonly by: Officer;
  readonly state: SteerState;
  readonly code: SteerCode | null;
  /** The switch's own words, or a number; never a secret, and nothing of a caller. */
  readonly detail: string;
  readonly askedAt: Instant;
  readonly changedAt: Instant;
};
