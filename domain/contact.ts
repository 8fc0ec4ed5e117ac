import { SECOND, type Instant } from './time.ts';

/**
 * Signs of life of sources that have no row of their own among the feeds, as signals of the lane `feeds`. A reader that was killed
 * cannot say so: screens judge by the age of its last sign, which grows without anybody's help.
 */
export interface ContactSignal {
  /** When the source was last heard, by the clock of ingest; null: never yet. */
  readonly contactAt: Instant | null;
  /** A longer silence is a fault, seconds; null: the source speaks when it likes. */
  readonly limitS: number | null;
  /** Since when it is no longer configured. */
  readonly gone?: Instant;
}

/** The switch, read by ingest/asterisk. */
export const SWITCH_CONTACT = 'asterisk';
const PULL = 'case-pull:';
const PUSH = 'case-push:';
export const casePullContact = (system: string): string => `${PULL}${system}`;
export const casePushContact = (sender: string): string => `${PUSH}${sender}`;
export const isContact = (key: string): boolean =>
  key === SWITCH_CONTACT || key.startsWith(PULL) || key.startsWith(PUSH);

export interface CaseContact {
  /** The source that decides: system or sender. */
  readonly name: string;
  /** Null: it was never heard. */
  readonly contactAt: Instant | null;
  readonly limitS: number | null;
  /** How many sources there are. */
  readonly of: number;
}

/**
 * The source of cases that decides how fresh all of them are. A system that we ask must answer, so each counts; those that push
 * speak when they like, so that together they count as one, by whoever spoke last. The most overdue decides.
 * @param pushLimitS silence of all that push after which nobody can say that they live, seconds
 * @returns null when no source of cases is known (cases from a file only)
 */
export function caseContact(
  signals: ReadonlyMap<string, { readonly body: Readonly<Record<string, unknown>> }>,
  pushLimitS: number,
): CaseContact | null {
  const asked: CaseContact[] = [];
  let pushed: CaseContact | null = null;
  for (const [key, { body }] of signals) {
    const { contactAt, limitS, gone } = body as unknown as ContactSignal;
    if (gone) continue;
    if (key.startsWith(PULL)) asked.push({ name: key.slice(PULL.length), contactAt, limitS, of: 1 });
    else if (key.startsWith(PUSH) && (contactAt ?? -1) > (pushed?.contactAt ?? -1))
      pushed = { name: key.slice(PUSH.length), contactAt, limitS: null, of: 1 };
  }
  const all = pushed ? [...asked, pushed] : asked;
  const due = (c: CaseContact): number =>
    c.contactAt === null ? -Infinity : c.contactAt + Math.max(c.limitS ?? 0, pushLimitS) * SECOND;
  const worst = all.reduce<CaseContact | null>((w, c) => (w === null || due(c) < due(w) ? c : w), null);
  return worst && { ...worst, of: all.length };
}
