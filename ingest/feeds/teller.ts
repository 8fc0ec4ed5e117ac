import type { FeedSpec } from '#domain/city/feed-config.ts';
import type { FeedLinked } from '#domain/city/facts.ts';
import { CITY_LANES, type FeedLink } from '#domain/city/rows.ts';
import { canonical } from '#domain/digest.ts';
import type { Instant } from '#domain/time.ts';
import { recording } from '#store/facts.ts';
import { lockFeed, saveLink } from '#store/feeds.ts';
import { putSignals } from '#store/signals.ts';
import type { SourceContext } from '../source.ts';
import type { Clock } from '../supervisor.ts';
import { contactLimitS, type FeedMeter } from './meter.ts';

/** Figures reach the lane at most this often. */
const FIGURES_EVERY_MS = 5000;

/** Tells how a feed stands: a fact when its link changed, a signal with its figures, its health to the supervisor. */
export class FeedTeller {
  readonly #spec: FeedSpec;
  readonly #ctx: SourceContext;
  readonly #clock: Clock;
  readonly #meter: FeedMeter;
  #told: { canonical: string; link: FeedLink } | null;
  #figuresAt = -Infinity;

  /** @param told what the last fact said of this feed, from before a restart */
  constructor(spec: FeedSpec, ctx: SourceContext, clock: Clock, meter: FeedMeter, told: FeedLinked | null) {
    this.#spec = spec;
    this.#ctx = ctx;
    this.#clock = clock;
    this.#meter = meter;
    this.#told = told === null ? null : { canonical: canonical(told), link: told.link };
  }

  async publish(force = false): Promise<void> {
    const now = this.#clock.now();
    const { link, error } = this.#meter.link(now);
    await this.#tellLink(link, error, now);
    if (!force && now - this.#figuresAt < FIGURES_EVERY_MS) return;
    this.#figuresAt = now;
    const figures = this.#meter.figures(now);
    await putSignals(this.#ctx.sql, [{ lane: CITY_LANES.feeds, key: this.#spec.id, at: now, body: { ...figures } }]);
    const state = link === 'live' ? 'live' : link === 'late' ? 'behind' : link === 'away' ? 'away' : 'starting';
    this.#ctx.report(state, { feed: this.#spec.id, ...(error ? { error } : {}), ...figures });
  }

  async #tellLink(link: FeedLink, error: string | null, now: Instant): Promise<void> {
    const spec = this.#spec;
    const body: FeedLinked = {
      feed: spec.id,
      kind: spec.kind,
      partner: spec.partner,
      zh: spec.zh,
      en: spec.en,
      simulated: spec.simulated,
      link,
      error: error === null ? null : error.slice(0, 300),
      intervalS: spec.url === null ? null : spec.intervalS,
      freshS: spec.freshS,
      contactS: contactLimitS(spec),
    };
    // “not heard from yet” after a restart is no news of a feed that was heard from before
    if (link === 'waiting' && this.#told !== null) return;
    const text = canonical(body);
    // Within the same trouble another wording of it is no fact; a changed description of a well feed is one.
    if (this.#told?.link === link && (this.#told.canonical === text || link === 'away' || link === 'late')) return;
    await recording(this.#ctx.sql, async (tx) => {
      await lockFeed(tx, spec.id);
      await saveLink(tx, body, now);
      return {
        facts: [{ kind: 'feed.linked', body, at: now, subject: spec.id, actor: `ingest:${spec.id}` }],
        result: null,
      };
    });
    this.#told = { canonical: text, link };
  }
}
