import { createHash } from 'node:crypto';
import type { FeedSpec } from '#domain/city/feed-config.ts';
import type { FeedLinked } from '#domain/city/facts.ts';
import { cityDay, HOUR, startOfDay } from '#domain/time.ts';
import { endFeed } from '#store/city-items.ts';
import { recording } from '#store/facts.ts';
import { feedTotals, lockFeed, recentMessages, savedLinks } from '#store/feeds.ts';
import { syncClosures } from '#store/closures.ts';
import type { SourceContext } from '../source.ts';
import { realClock, type Clock } from '../supervisor.ts';
import { applyMessage, applyRejected, type Outcome } from './apply.ts';
import { MAX_KEPT_QUARANTINE, type FeedType, type ParseContext } from './contract.ts';
import { toWgs84 } from './crs.ts';
import { FeedMeter } from './meter.ts';
import { FeedTeller } from './teller.ts';

/** Records set aside before, remembered so that a list sent every 15 s does not keep the same one every 15 s. */
const REMEMBERED_POISON = 2000;

export interface Ingested extends Outcome {
  /** Why the message as a whole was rejected; null when it was not. */
  readonly rejection: { readonly code: string; readonly reason: string } | null;
  readonly notes: readonly string[];
  readonly follow: readonly string[];
}

/** One feed at work: takes raw messages from a pull or a push, and tells how the feed stands. One message at a time. */
export class FeedWorker {
  readonly spec: FeedSpec;
  readonly #type: FeedType;
  readonly #ctx: SourceContext;
  readonly #clock: Clock;
  readonly #meter: FeedMeter;
  readonly #poison = new Set<string>();
  readonly #teller: FeedTeller;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    spec: FeedSpec,
    type: FeedType,
    ctx: SourceContext,
    clock: Clock,
    meter: FeedMeter,
    told: FeedLinked | null,
  ) {
    this.spec = spec;
    this.#type = type;
    this.#ctx = ctx;
    this.#clock = clock;
    this.#meter = meter;
    this.#teller = new FeedTeller(spec, ctx, clock, meter, told);
  }

  /** Takes up a feed where it stood before a restart. What another speaker told (simulator or partner) is ended first. */
  static async open(spec: FeedSpec, type: FeedType, ctx: SourceContext, clock: Clock = realClock): Promise<FeedWorker> {
    const now = clock.now();
    const before = (await savedLinks(ctx.sql)).get(spec.id) ?? null;
    const flipped = before !== null && before.simulated !== spec.simulated;
    if (flipped)
      await recording(ctx.sql, async (tx) => {
        await lockFeed(tx, spec.id);
        return { facts: await endFeed(tx, spec.id, now), result: null };
      });
    await syncClosures(ctx.sql, now);
    const since = startOfDay(cityDay(now, ctx.config.zone), ctx.config.zone);
    const meter = new FeedMeter(spec, ctx.config.zone, now, {
      totals: await feedTotals(ctx.sql, spec.id, since),
      recent: flipped ? [] : await recentMessages(ctx.sql, spec.id, now - HOUR, 500),
    });
    // what the other one told says nothing of this one: it waits until it is heard
    return new FeedWorker(spec, type, ctx, clock, meter, flipped ? null : before);
  }

  get failures(): number {
    return this.#meter.failures;
  }

  /** Works on a message after those before it. Rejects only when the database is away: then nothing of it is kept. */
  ingest(body: Uint8Array, contentType: string | null): Promise<Ingested> {
    const done = this.#queue.then(() => this.#ingest(body, contentType));
    this.#queue = done.catch(() => {}); // its caller hears of it; the next message is not to blame
    return done;
  }

  async #ingest(body: Uint8Array, contentType: string | null): Promise<Ingested> {
    const receivedAt = this.#clock.now();
    const { sql } = this.#ctx;
    const context: ParseContext = {
      feed: this.spec.id,
      partner: this.spec.partner,
      receivedAt,
      toWgs84: toWgs84(this.spec.crs),
    };
    const raw = { body, contentType, receivedAt };
    const parsed = this.#type.parse(body, contentType, context);
    if (!parsed.ok) {
      await applyRejected(sql, this.spec.id, raw, `${parsed.code}: ${parsed.reason}`);
      await this.#keep(body, parsed.code, parsed.reason);
      const counts = { accepted: 0, rejected: 1, quarantined: 0, outdated: 0 };
      this.#meter.message(receivedAt, null, counts, parsed.reason);
      return { ...counts, quarantined: [], facts: 0, rejection: parsed, notes: [], follow: [] };
    }
    const value = { ...parsed.value, complete: parsed.value.complete || this.spec.complete };
    const outcome = await applyMessage(sql, this.spec.id, raw, value);
    for (const q of outcome.quarantined.slice(0, MAX_KEPT_QUARANTINE))
      await this.#keep(q.raw, q.code, `${q.id ?? '?'}: ${q.reason}`);
    this.#meter.message(receivedAt, value.sourceAt, { ...outcome, quarantined: outcome.quarantined.length }, null);
    return { ...outcome, rejection: null, notes: value.notes, follow: value.follow ?? [] };
  }

  /** Keeps bad input with its reason, each only once as long as it is remembered. */
  async #keep(raw: string | Uint8Array, code: string, reason: string): Promise<void> {
    const key = createHash('sha256')
      .update(raw.length > 0 ? raw : reason)
      .update(code)
      .digest('base64');
    if (this.#poison.has(key)) return;
    if (this.#poison.size >= REMEMBERED_POISON) this.#poison.delete(this.#poison.values().next().value!);
    this.#poison.add(key);
    await this.#ctx.reject(raw, code, reason);
  }

  /** The partner answered that there is nothing new. */
  contact(): void {
    this.#meter.contact(this.#clock.now());
  }

  failure(error: string): void {
    this.#meter.failure(error);
  }

  /** Tells how the feed stands. @param force also the figures that were told a moment ago */
  publish(force = false): Promise<void> {
    return this.#teller.publish(force);
  }
}
