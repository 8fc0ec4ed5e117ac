import { CASE_TYPES, type CaseType } from '../cases/case.ts';
import { SEAT_STATES } from '../floor/view.ts';
import type { Source, SourceRows } from './sources.ts';
import type { CountingThreshold } from './thresholds.ts';

/**
 * A part is a whole number counted from the rows of one source, and all that is ever added up: rates and averages are
 * computed from added parts, so no average is averaged (R5). One declaration serves the pure count (count.ts), the stored
 * rollups and the list of rows behind a figure (store/reports/), so that the three cannot mean different things.
 */
export interface Part {
  readonly source: Source;
  /** Every condition must hold for a row to count. */
  readonly where: readonly Condition[];
  readonly value: Value;
  /** How the parts of two intervals or groups become one. */
  readonly merge: 'sum' | 'max';
}

export type Condition =
  | { readonly field: string; readonly is: string | number }
  | { readonly field: string; readonly oneOf: readonly string[] }
  | { readonly field: string; readonly known: boolean }
  | { readonly field: string; readonly atLeast?: Limit; readonly atMost?: Limit; readonly below?: Limit };
/** A number, or a threshold of the row's skill group at the row's instant. */
export type Limit = number | CountingThreshold;

export type Value =
  | 'one'
  /** A whole number of the row; null counts 0. */
  | { readonly sum: string }
  /** Milliseconds between two instants of the row; 0 where one is null. */
  | { readonly between: readonly [from: string, to: string] }
  /** Split sources: milliseconds inside the interval. */
  | 'inside'
  /** Split sources: 1 in the interval in which the row begins. */
  | 'begun';

type Field<S extends Source> = keyof SourceRows[S] & string;
const is = <S extends Source>(field: Field<S>, value: string | number): Condition => ({ field, is: value });

function source<S extends Source>(name: S) {
  const part = (value: Value, where: readonly Condition[], merge: Part['merge'] = 'sum'): Part => ({
    source: name,
    where,
    value,
    merge,
  });
  return {
    is: (f: Field<S>, v: string | number): Condition => is<S>(f, v),
    oneOf: (f: Field<S>, oneOf: readonly string[]): Condition => ({ field: f, oneOf }),
    known: (f: Field<S>, known = true): Condition => ({ field: f, known }),
    range: (f: Field<S>, r: { atLeast?: Limit; atMost?: Limit; below?: Limit }): Condition => ({ field: f, ...r }),
    count: (...where: Condition[]): Part => part('one', where),
    sum: (f: Field<S>, ...where: Condition[]): Part => part({ sum: f }, where),
    max: (f: Field<S>, ...where: Condition[]): Part => part({ sum: f }, where, 'max'),
    between: (a: Field<S>, b: Field<S>, ...where: Condition[]): Part => part({ between: [a, b] }, where),
    inside: (...where: Condition[]): Part => part('inside', where),
    begun: (...where: Condition[]): Part => part('begun', where),
  };
}

const call = source('call');
const inbound = call.is('direction', 'in');
const CALL_PARTS = {
  calls_in: call.count(inbound),
  calls_out: call.count(call.is('direction', 'out')),
  calls_internal: call.count(call.is('direction', 'internal')),
  ended_ivr: call.count(inbound, call.is('ended_in', 'ivr')),
  ended_blacklisted: call.count(inbound, call.is('ended_in', 'blacklisted')),
  ended_voicemail: call.count(inbound, call.is('ended_in', 'voicemail')),
  calls_lost: call.count(call.oneOf('outcome', ['lost', 'unknown'])),
  ivr_calls: call.count(inbound, call.known('t_ivr_in')),
  ivr_ms: call.between('t_ivr_in', 't_ivr_out', inbound),
};

const visit = source('visit');
const answered = visit.is('outcome', 'answered');
const abandoned = visit.is('outcome', 'abandoned');
const bucket = [
  visit.range('wait_s', { below: 'edge1S' }),
  visit.range('wait_s', { atLeast: 'edge1S', below: 'edge2S' }),
  visit.range('wait_s', { atLeast: 'edge2S', below: 'edge3S' }),
  visit.range('wait_s', { atLeast: 'edge3S' }),
] as const;
const OTHER_ENDS = ['timeout', 'leave-empty', 'withdrawn', 'left'];
const VISIT_PARTS = {
  blocked: source('refusal').count(),
  offered: visit.count(),
  answered: visit.count(answered),
  abandoned: visit.count(abandoned),
  timed_out: visit.count(visit.is('outcome', 'timeout')),
  left_otherwise: visit.count(visit.oneOf('outcome', OTHER_ENDS)),
  visits_lost: visit.count(visit.oneOf('outcome', ['lost', 'unknown'])),
  waiting: visit.count(visit.is('outcome', 'waiting')),
  answered_connect: visit.count(answered, visit.range('wait_s', { atMost: 'connectS' })),
  answered_sl: visit.count(answered, visit.range('wait_s', { atMost: 'serviceLevelS' })),
  abandoned_sl: visit.count(abandoned, visit.range('wait_s', { atMost: 'serviceLevelS' })),
  short_abandoned: visit.count(abandoned, visit.range('wait_s', { below: 'shortAbandonS' })),
  waits: visit.count(visit.known('wait_s')),
  wait_s: visit.sum('wait_s'),
  wait_answered_s: visit.sum('wait_s', answered),
  wait_abandoned_s: visit.sum('wait_s', abandoned),
  longest_wait_s: visit.max('wait_s'),
  answered_b1: visit.count(answered, bucket[0]),
  answered_b2: visit.count(answered, bucket[1]),
  answered_b3: visit.count(answered, bucket[2]),
  answered_b4: visit.count(answered, bucket[3]),
  abandoned_b1: visit.count(abandoned, bucket[0]),
  abandoned_b2: visit.count(abandoned, bucket[1]),
  abandoned_b3: visit.count(abandoned, bucket[2]),
  abandoned_b4: visit.count(abandoned, bucket[3]),
};

const seat = source('seat');
const queued = seat.known('visit_id');
const taken = seat.is('outcome', 'answered');
const seatIn = seat.is('direction', 'in');
const seatOut = seat.is('direction', 'out');
/** A conversation of a queue's call that is over and whose length is known. */
const talked = [queued, taken, seat.known('talk_s')] as const;
const SEAT_PARTS = {
  rings: seat.count(seat.known('t_ring'), seat.known('queue')),
  rings_missed: seat.count(seat.known('t_ring'), seat.known('queue'), seat.is('outcome', 'missed')),
  ring_ms: seat.sum('ring_ms', seat.known('t_ring'), seat.known('queue')),
  taken: seat.count(queued, taken),
  rings_given_up: seat.count(
    seat.known('t_ring'),
    seat.is('outcome', 'cancelled'),
    seat.is('visit_outcome', 'abandoned'),
  ),
  taken_connect: seat.count(queued, taken, seat.range('wait_s', { atMost: 'connectS' })),
  taken_sl: seat.count(queued, taken, seat.range('wait_s', { atMost: 'serviceLevelS' })),
  taken_wait_s: seat.sum('wait_s', queued, taken),
  taken_longest_s: seat.max('wait_s', queued, taken),
  talked: seat.count(...talked),
  talk_s: seat.sum('talk_s', ...talked),
  wrap_ms: seat.between('t_hangup', 't_wrap_end', ...talked),
  talk_b1: seat.count(...talked, seat.range('talk_s', { below: 60 })),
  talk_b2: seat.count(...talked, seat.range('talk_s', { atLeast: 60, below: 120 })),
  talk_b3: seat.count(...talked, seat.range('talk_s', { atLeast: 120, below: 180 })),
  talk_b4: seat.count(...talked, seat.range('talk_s', { atLeast: 180, below: 300 })),
  talk_b5: seat.count(...talked, seat.range('talk_s', { atLeast: 300 })),
  holds: seat.sum('holds', taken),
  hold_ms: seat.sum('hold_ms', taken),
  in_calls: seat.count(seatIn, taken),
  in_ms: seat.between('t_answer', 't_hangup', seatIn, taken),
  dialled: seat.count(seatOut),
  connected: seat.count(seatOut, taken),
  out_ms: seat.between('t_answer', 't_hangup', seatOut, taken),
};

const time = source('time');
const TIME_PARTS = Object.fromEntries(
  SEAT_STATES.map((state) => [`state_${state}_ms`, time.inside(time.is('state', state))]),
) as Record<`state_${(typeof SEAT_STATES)[number]}_ms`, Part>;

const ofKind = (kind: string): Part => source('move').count(is<'move'>('kind', kind));
const rating = source('rating');
const OTHER_PARTS = {
  line_ms: source('line').inside(),
  steps: source('ivr').count(),
  rest_ms: source('rest').inside(),
  rests: source('rest').begun(),
  moved_blind: ofKind('blind'),
  moved_attended: ofKind('attended'),
  moved_redirect: ofKind('redirect'),
  moved_conference: ofKind('conference'),
  moved_consult: ofKind('consult'),
  rated: rating.count(),
  satisfied: rating.count(rating.range('score', { atLeast: 'satisfiedFrom' })),
};

const inboundCall = source('inbound');
const typed = (type: CaseType): Part => inboundCall.count(inboundCall.is('type', type));
/** Inbound calls by the type of the case that came of them; their sum is the inbound calls. */
const INBOUND_PARTS = {
  typed_in: inboundCall.count(),
  typed_consultation: typed('consultation'),
  typed_complaint: typed('complaint'),
  typed_report: typed('report'),
  typed_appeal: typed('appeal'),
  typed_help: typed('help'),
  typed_suggestion: typed('suggestion'),
  typed_praise: typed('praise'),
  typed_message: typed('message'),
  typed_unknown: typed('unknown'),
  typed_none: inboundCall.count(inboundCall.known('type', false)),
};

const accepted = source('accepted');
const consultation = accepted.is('type', 'consultation');
const atFirst = accepted.is('at_first', 1);
const OTHER_TYPES = CASE_TYPES.filter((t) => !['consultation', 'complaint', 'report'].includes(t));
const CASE_PARTS = {
  cases: accepted.count(),
  cases_consultation: accepted.count(consultation),
  cases_complaint: accepted.count(accepted.is('type', 'complaint')),
  cases_report: accepted.count(accepted.is('type', 'report')),
  cases_other: accepted.count(accepted.oneOf('type', OTHER_TYPES)),
  cases_dispatched: accepted.count(accepted.is('dispatched', 1)),
  consult_known: accepted.count(consultation, accepted.known('at_first')),
  consult_first: accepted.count(consultation, atFirst),
  consult_again: accepted.count(consultation, atFirst, accepted.is('again', 1)),
};

const missed = source('missed');
const MISSED_PARTS = {
  missed: missed.count(),
  missed_through: missed.count(missed.is('how', 'through')),
  missed_back: missed.count(missed.is('how', 'back')),
  missed_back_day: missed.count(missed.is('how', 'back'), missed.is('same_day', 1)),
};

export const PARTS = {
  ...CALL_PARTS,
  ...VISIT_PARTS,
  ...SEAT_PARTS,
  ...TIME_PARTS,
  ...OTHER_PARTS,
  ...INBOUND_PARTS,
  ...CASE_PARTS,
  ...MISSED_PARTS,
} as const;
export type PartName = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as PartName[];

/** Parts of a source, in order. */
export const partsOf = (s: Source): PartName[] => PART_NAMES.filter((p) => PARTS[p].source === s);
