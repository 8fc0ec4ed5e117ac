import type { FeedFigures, FeedLink } from '#domain/city/rows.ts';
import type { FeedSpec } from '#domain/city/feed-config.ts';
import { cityDay, HOUR, SECOND, startOfDay, type Instant } from '#domain/time.ts';

/** Messages remembered for delays and the hourly rate. */
const RING = 1024;
/** Failures in a row after which a feed is away: one may be a hiccup. */
const AWAY_AFTER = 2;

/** Silence of a polled feed that makes it away, seconds: two refresh periods and the time of a slow answer. */
export const contactLimitS = (spec: FeedSpec): number | null => (spec.url === null ? null : 2 * spec.intervalS + 15);

export interface Counts {
  readonly accepted: number;
  readonly rejected: number;
  readonly quarantined: number;
  readonly outdated: number;
}

const NONE: Counts & { readonly messages: number } = {
  messages: 0,
  accepted: 0,
  rejected: 0,
  quarantined: 0,
  outdated: 0,
};

/** What one feed did, and how its link stands. No I/O and no clock: every call says when it is. */
export class FeedMeter {
  readonly #spec: FeedSpec;
  readonly #zone: string;
  #since: Instant;
  #counts = NONE;
  #contactAt: Instant | null = null;
  #messageAt: Instant | null = null;
  #sourceAt: Instant | null = null;
  #recent: { at: Instant; delayMs: number | null; messages: number }[] = [];
  /** Since when we have been listening without a break; null before the first contact. */
  #upAt: Instant | null = null;
  #failures = 0;
  #error: string | null = null;
  #rejection: string | null = null;

  /** @param before what was counted since the city day began, and its newest messages, from before a restart */
  constructor(
    spec: FeedSpec,
    zone: string,
    now: Instant,
    before: {
      totals?: Counts & { messages: number };
      recent?: readonly { at: Instant; sourceAt: Instant | null }[];
    } = {},
  ) {
    this.#spec = spec;
    this.#zone = zone;
    this.#since = startOfDay(cityDay(now, zone), zone);
    this.#counts = { ...NONE, ...before.totals };
    for (const r of before.recent ?? []) this.#remember(r.at, r.sourceAt, 1);
  }

  /** The partner answered that there is nothing new. */
  contact(now: Instant): void {
    if (this.#upAt === null || this.#failures >= AWAY_AFTER) this.#upAt = now;
    this.#contactAt = now;
    this.#failures = 0;
    this.#error = null;
  }

  /** A message came and was worked on; or a batch of them, of which `sourceAt` is the newest. */
  message(now: Instant, sourceAt: Instant | null, counts: Counts, rejection: string | null, messages = 1): void {
    this.contact(now);
    this.#roll(now);
    const c = this.#counts;
    this.#counts = {
      messages: c.messages + messages,
      accepted: c.accepted + counts.accepted,
      rejected: c.rejected + counts.rejected,
      quarantined: c.quarantined + counts.quarantined,
      outdated: c.outdated + counts.outdated,
    };
    this.#rejection = rejection;
    if (rejection === null) this.#remember(now, sourceAt, messages);
  }

  /** The partner could not be reached or did not answer as it should. */
  failure(error: string): void {
    this.#failures++;
    this.#error = error;
  }

  /** The connection is gone, which needs no second try to be sure. */
  away(error: string): void {
    this.#failures = Math.max(this.#failures + 1, AWAY_AFTER);
    this.#error = error;
  }

  get failures(): number {
    return this.#failures;
  }

  link(now: Instant): { link: FeedLink; error: string | null } {
    const limit = contactLimitS(this.#spec);
    const silent = limit !== null && this.#contactAt !== null && now - this.#contactAt > limit * SECOND;
    if (this.#failures >= AWAY_AFTER || silent) return { link: 'away', error: this.#error ?? 'no answer' };
    if (this.#contactAt === null && this.#messageAt === null) return { link: 'waiting', error: this.#error };
    if (this.#rejection !== null) return { link: 'late', error: `the last message was rejected: ${this.#rejection}` };
    const fresh = this.#spec.freshS;
    const content = this.#sourceAt ?? this.#messageAt;
    if (fresh !== null && content !== null && now - content > fresh * SECOND)
      return { link: 'late', error: `the newest content is older than ${fresh} s` };
    return { link: 'live', error: null };
  }

  figures(now: Instant): FeedFigures {
    this.#roll(now);
    const told = this.#recent.flatMap((r) => (r.delayMs === null ? [] : [r.delayMs]));
    const delays = [...told].sort((a, b) => a - b);
    return {
      since: this.#since,
      contactAt: this.#contactAt,
      messageAt: this.#messageAt,
      sourceAt: this.#sourceAt,
      delayMs: told.at(-1) ?? null,
      delayP50Ms: quantile(delays, 0.5),
      delayP95Ms: quantile(delays, 0.95),
      perHour: this.#perHour(now),
      ...this.#counts,
    };
  }

  #remember(at: Instant, sourceAt: Instant | null, messages: number): void {
    this.#messageAt = at;
    this.#sourceAt = sourceAt === null ? null : Math.max(sourceAt, this.#sourceAt ?? sourceAt);
    this.#recent.push({ at, delayMs: this.#delay(at, sourceAt), messages });
    if (this.#recent.length > RING) this.#recent = this.#recent.slice(-RING / 2);
  }

  /**
   * Received − source time. What was published while nobody listened (an alert of this morning, found at the start) is
   * no delay of the feed.
   */
  #delay(at: Instant, sourceAt: Instant | null): number | null {
    if (sourceAt === null) return null;
    const listening = this.#upAt ?? at;
    return sourceAt >= listening - 2 * this.#spec.intervalS * SECOND ? Math.max(0, at - sourceAt) : null;
  }

  #perHour(now: Instant): number {
    const inHour = this.#recent.filter((r) => r.at > now - HOUR);
    const messages = inHour.reduce((n, r) => n + r.messages, 0);
    const oldest = this.#recent[0];
    if (inHour.length < RING / 2 || inHour.length < this.#recent.length || !oldest || now - oldest.at < SECOND)
      return messages;
    // the ring holds less than an hour of a busy feed: its rate instead
    return Math.round((messages * HOUR) / (now - oldest.at));
  }

  /** A new city day starts the counts again. */
  #roll(now: Instant): void {
    const since = startOfDay(cityDay(now, this.#zone), this.#zone);
    if (since <= this.#since) return;
    this.#since = since;
    this.#counts = NONE;
  }
}

/** Nearest-rank quantile of sorted numbers; null of none. */
function quantile(sorted: readonly number[], q: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]!;
}
