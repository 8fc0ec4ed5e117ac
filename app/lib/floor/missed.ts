import type { Matter, MatterState, Standing, Urgency } from '#domain/missed/matters.ts';
import type { AttemptResult, CloseReason, MissedReason } from '#domain/missed/rows.ts';
import { cityDay, DAY, startOfDay, type CityDay, type Instant } from '#domain/time.ts';

/** Which matters the list shows. Each figure of the page's foot opens one of these. */
export const MISSED_SHOWS = [
  'open',
  'overdue',
  'untaken',
  'taken',
  'tried',
  'messages',
  'anonymous',
  'through',
  'back',
  'hand',
  'counted',
  'all',
] as const;
export type MissedShow = (typeof MISSED_SHOWS)[number];

/** What stands in the address of the list, so that a view can be handed over as a link. */
export interface MissedFilter {
  readonly from: CityDay;
  /** Inclusive. */
  readonly to: CityDay;
  readonly show: MissedShow;
  readonly queue: string;
  /** Account of who holds it, closed it, or '' for anybody. */
  readonly by: string;
}
/** Days that a new list covers, today with it: as long as a later call still settles a missed one. */
const DEFAULT_DAYS = 7;
export const MISSED_DAYS_AT_MOST = 31;

const day = (text: string | null, zone: string): CityDay | null =>
  text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && cityDay(startOfDay(text, zone), zone) === text ? text : null;

/** Reads a filter; what is no filter becomes its default, and too many days become the newest that can be shown. */
export function readMissedFilter(params: URLSearchParams, zone: string, now: Instant): MissedFilter {
  const today = cityDay(now, zone);
  const to = day(params.get('to'), zone) ?? today;
  const end = startOfDay(to, zone);
  const back = (days: number): CityDay => cityDay(end - (days - 1) * DAY + DAY / 2, zone);
  const asked = day(params.get('from'), zone);
  const earliest = back(MISSED_DAYS_AT_MOST);
  const from = asked === null ? back(DEFAULT_DAYS) : asked > to ? to : asked < earliest ? earliest : asked;
  return {
    from,
    to,
    show: MISSED_SHOWS.find((s) => s === params.get('show')) ?? 'open',
    queue: (params.get('queue') ?? '').slice(0, 100),
    by: /^\d{1,9}$/.test(params.get('by') ?? '') ? params.get('by')! : '',
  };
}

/** First instant, and the first instant after. */
export const periodOf = (f: Pick<MissedFilter, 'from' | 'to'>, zone: string): { from: Instant; to: Instant } => ({
  from: startOfDay(f.from, zone),
  to: startOfDay(cityDay(startOfDay(f.to, zone) + 1.5 * DAY, zone), zone),
});

export function missedAddress(f: MissedFilter, change: Partial<MissedFilter & { page: number }> = {}): string {
  const { from, to, show, queue, by, page } = { page: 1, ...f, ...change };
  const q = new URLSearchParams({ from, to, show });
  if (queue !== '') q.set('queue', queue);
  if (by !== '') q.set('by', by);
  if (page > 1) q.set('page', String(page));
  return `/floor/missed?${q}`;
}

const SHOWS: Readonly<Record<MissedShow, (m: Matter) => boolean>> = {
  open: (m) => m.standing === 'open',
  overdue: (m) => m.overdue,
  untaken: (m) => m.state === 'open',
  taken: (m) => m.state === 'taken',
  tried: (m) => m.state === 'tried',
  messages: (m) => m.messages.length > 0,
  anonymous: (m) => !m.callable,
  through: (m) => m.standing === 'through',
  back: (m) => m.standing === 'back',
  hand: (m) => m.standing === 'hand',
  counted: (m) => m.calls.some((c) => c.counted && c.settled === null),
  all: () => true,
};

export function missedMatches(m: Matter, f: MissedFilter): boolean {
  return (
    SHOWS[f.show](m) &&
    (f.queue === '' || m.queues.includes(f.queue)) &&
    (f.by === '' || f.by === String(m.holder?.account ?? m.closing?.by.account ?? ''))
  );
}

/** A matter as the list shows it. Numbers are masked by the server for those without clearance. */
export interface MatterView {
  readonly id: string;
  readonly caller: string;
  readonly callable: boolean;
  readonly tries: number;
  readonly first: Instant;
  readonly last: Instant;
  readonly longestWaitS: number | null;
  readonly queues: readonly string[];
  readonly reasons: readonly MissedReason[];
  readonly messages: readonly { call: string; at: Instant; durationS: number | null; mailbox: string; file: string }[];
  readonly standing: Standing;
  readonly state: MatterState;
  readonly settledAt: Instant | null;
  readonly settledCall: string | null;
  readonly throughAt: Instant | null;
  readonly closing: {
    readonly by: string;
    readonly own: boolean;
    readonly at: Instant;
    readonly reason: CloseReason;
    readonly note: string;
  } | null;
  readonly holder: { readonly name: string; readonly own: boolean; readonly until: Instant } | null;
  readonly attempts: readonly {
    at: Instant;
    by: string | null;
    seat: string | null;
    result: AttemptResult;
    call: string | null;
  }[];
  readonly calls: readonly {
    call: string;
    at: Instant;
    reason: MissedReason;
    queue: string | null;
    waitS: number | null;
  }[];
  readonly dueAt: Instant;
  readonly overdue: boolean;
  readonly urgency: Urgency;
}
