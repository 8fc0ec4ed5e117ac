import type { Instant } from '../time.ts';

/**
 * Alarms of the system itself (MON-07): a part of the house does not do its work, and somebody has to see to it.
 * raised → acknowledged → cleared; shelved: known, and put aside until an instant, with a reason. One that comes back soon is the
 * same alarm again, so that a part that comes and goes fills no list.
 */
export const ALARM_SUBJECTS = ['worker', 'feed', 'process', 'figures'] as const;
export type AlarmSubject = (typeof ALARM_SUBJECTS)[number];
/** high: the floor or the screens are blind; medium: a service is missing; low: something is late. */
export const SEVERITIES = ['high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];
/** What is wrong, each with a sentence on the screens. */
export type TroubleCode = 'silent' | 'away' | 'ended' | 'late' | 'behind' | 'stuck';

/** Something that is wrong at an instant. */
export interface Trouble {
  /** `worker:ingest:asterisk`, `feed:traffic`, `figures` … */
  readonly key: string;
  readonly subject: AlarmSubject;
  /** '' where there is but one of the subject. */
  readonly name: string;
  readonly severity: Severity;
  readonly code: TroubleCode;
}

export type AlarmState = 'raised' | 'acknowledged' | 'shelved' | 'cleared';

export interface AlarmRow extends Trouble {
  readonly id: number;
  readonly raisedAt: Instant;
  /** How often it was raised; more than once: it comes and goes. */
  readonly times: number;
  readonly clearedAt: Instant | null;
  readonly acknowledgedAt: Instant | null;
  readonly acknowledgedBy: string | null;
  readonly shelvedUntil: Instant | null;
  readonly shelvedBy: string | null;
  readonly shelveReason: string | null;
}

export function alarmState(a: AlarmRow, now: Instant): AlarmState {
  if (a.clearedAt !== null) return 'cleared';
  if (a.shelvedUntil !== null && a.shelvedUntil > now) return 'shelved';
  return a.acknowledgedAt === null ? 'raised' : 'acknowledged';
}

/** Alarms that want a person: raised and not acknowledged, the gravest first. */
export const bySeverity = (a: Pick<AlarmRow, 'severity' | 'raisedAt'>, b: Pick<AlarmRow, 'severity' | 'raisedAt'>) =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.raisedAt - a.raisedAt;

export const MAX_SHELVE_REASON = 200;
/** Hours for which an alarm may be put aside. */
export const SHELVE_HOURS = [1, 4, 12, 24, 72] as const;
