import { isOpen, isUrgent, type CasePhase } from '#domain/cases/case.ts';
import type { CaseDayRow, CaseRow, HotReason } from '#domain/cases/rows.ts';
import { isPinned, phasesOf, type Part } from '#domain/cases/view.ts';
import { caseContact } from '#domain/contact.ts';
import { HOUR, SECOND, type Instant } from '#domain/time.ts';
import type { Locale } from '#lib/i18n/locale.ts';
import { plain, type Headline } from '../headline.ts';

/** A case that came in less than so long ago is marked as new. */
export const NEW_FOR_MS = 30 * SECOND;
/** How long a page of the lower half of the list stays, and how many pages turn over. */
export const TURN_MS = 20 * SECOND;
export const TURN_PAGES = 4;
/** Beyond this age of its sources' last contact the scene looks stale, seconds. */
export const STALE_AFTER_S = 90;

export const isNew = (row: CaseRow, now: Instant): boolean =>
  now - row.acceptedAt < NEW_FOR_MS && row.acceptedAt <= now + NEW_FOR_MS;

export interface Bar {
  readonly key: string;
  readonly label: string;
  readonly count: number;
  /** Several kinds together: counted, but not drawn beside single ones. */
  readonly rest: boolean;
}

/**
 * Parts as bars in at most `room` rows: the smallest share the last row under `rest`, so that the bars still sum to the total.
 * @param name what the screen calls a key
 */
export function bars(
  parts: readonly Part[],
  room: number,
  name: (key: string) => string,
  rest: (kinds: number) => string,
): Bar[] {
  const all = parts.map(({ key, count }) => ({ key, count, label: name(key), rest: false }));
  const places = Math.max(1, Math.floor(room));
  if (all.length <= places) return all;
  const small = all.slice(places - 1);
  return [
    ...all.slice(0, places - 1),
    { key: '(rest)', label: rest(small.length), count: small.reduce((n, b) => n + b.count, 0), rest: true },
  ];
}

/** Parts in an order of their own (types, states) instead of by size; keys that the order does not know stand last. */
export function inOrderOf(parts: readonly Part[], order: readonly string[]): Part[] {
  const place = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  return [...parts].sort((a, b) => place(a.key) - place(b.key));
}

export interface CaseFigures {
  readonly day: CaseDayRow;
  /** Yesterday's whole day; null when nothing is known of it. */
  readonly yesterday: number | null;
  readonly phases: readonly { readonly phase: CasePhase; readonly count: number }[];
  /** Accepted in the last 60 minutes. */
  readonly lastHour: number;
  /** Urgent cases that are open, of any day; and those of them that no desk took note of. */
  readonly urgentOpen: number;
  readonly unacknowledged: number;
  readonly hot: number;
}

export function caseFigures(
  cases: ReadonlyMap<string, CaseRow>,
  day: CaseDayRow,
  yesterday: CaseDayRow | null,
  hot: number,
  now: Instant,
): CaseFigures {
  let lastHour = 0;
  let urgentOpen = 0;
  let unacknowledged = 0;
  for (const row of cases.values()) {
    if (row.acceptedAt > now - HOUR && row.acceptedAt <= now) lastHour++;
    if (isUrgent(row.urgency) && isOpen(row.state)) urgentOpen++;
    if (isPinned(row)) unacknowledged++;
  }
  return {
    day,
    yesterday: yesterday?.total ?? null,
    phases: phasesOf(day.byState),
    lastHour,
    urgentOpen,
    unacknowledged,
    hot,
  };
}

/**
 * The big figures: how many, how fast, how urgent, how far. The phases sum to the total.
 * @param usual cases that this hour of the weekday usually brings; null when there is no history
 */
export function caseHeadlines(f: CaseFigures, usual: number | null, { words, format }: Locale): Headline[] {
  const w = words.caseWall.head;
  const n = format.number.bind(format);
  const share = (count: number): string => (f.day.total === 0 ? w.none : w.share(format.percent(count / f.day.total)));
  return [
    plain('total', w.total, n(f.day.total), w.yesterday(n(f.yesterday))),
    plain('lastHour', w.lastHour, n(f.lastHour), usual === null ? w.noHistory : w.usual(n(Math.round(usual)))),
    {
      ...plain(
        'urgent',
        w.urgent,
        n(f.urgentOpen),
        f.unacknowledged === 0 ? w.allNoted : w.unnoted(n(f.unacknowledged)),
      ),
      calls: f.unacknowledged > 0,
    },
    ...f.phases
      .filter(({ phase, count }) => phase !== 'unknown' || count > 0)
      .map(({ phase, count }) => plain(phase, words.caseWords.phases[phase], n(count), share(count))),
    plain('hot', w.hot, n(f.hot), f.hot === 0 ? w.noHot : w.hotNote),
  ];
}

/** Why an issue stands out, as a sentence with its figures. */
export function hotWhy(why: HotReason, { words, format }: Locale): string {
  const w = words.caseWall.why;
  switch (why.code) {
    case 'rising':
      return why.times === null
        ? w.risingNew(format.number(why.minutes), format.number(why.count))
        : w.rising(format.number(why.minutes), format.number(why.count), format.decimal(why.baseline));
    case 'cluster':
      return w.cluster(format.number(why.minutes), format.number(why.count), format.number(Math.round(why.radiusM)));
    case 'today':
      return w.today(format.number(why.count), format.decimal(why.expected));
  }
}

export interface CaseFreshness {
  /** Null: the source that decides was never heard. */
  readonly asOf: Instant | null;
  readonly staleAfterS: number;
  /** Names the source once it is silent, where there are several. */
  readonly reason: string | null;
}

/**
 * How fresh the cases are: by the source whose silence is the worst, and never fresher than what the gateway read.
 * @param figures lane 'feeds'
 * @param readAt  when the gateway last read the facts; null: not yet
 */
export function caseFreshness(
  figures: Parameters<typeof caseContact>[0],
  readAt: Instant | null,
  { words }: Locale,
): CaseFreshness {
  const source = caseContact(figures, STALE_AFTER_S);
  if (source === null || readAt === null) return { asOf: readAt, staleAfterS: STALE_AFTER_S, reason: null };
  return {
    asOf: source.contactAt === null ? null : Math.min(readAt, source.contactAt),
    staleAfterS: Math.max(STALE_AFTER_S, source.limitS ?? 0),
    reason: source.of > 1 ? words.caseWall.silent(source.name) : null,
  };
}
