import { ownBroker } from '#domain/demo.ts';
import { FEED_DEFAULTS, type FeedSpec } from '#domain/city/feed-config.ts';
import type { Config } from '#domain/config.ts';
import { cityDay, HOUR, MINUTE, startOfDay } from '#domain/time.ts';
import { endFeed } from '#store/city-items.ts';
import { recording } from '#store/facts.ts';
import { feedTotals, logMessage, savedLinks } from '#store/feeds.ts';
import {
  dropOldPositions,
  knownVehicles,
  lastPositions,
  savePositions,
  saveVehicles,
  type VehiclePosition,
} from '#store/vehicles.ts';
import { toWgs84 } from '../feeds/crs.ts';
import { FeedMeter } from '../feeds/meter.ts';
import { FeedTeller } from '../feeds/teller.ts';
import type { Source, SourceContext } from '../source.ts';
import { realClock, type Clock } from '../supervisor.ts';
import { readBroker } from './client.ts';
import { Fleet } from './fleet.ts';
import { parseVehicle, type VehicleMessage } from './parse.ts';

/** Positions that wait for the database at most; beyond it the broker has to wait. */
const MAX_WAITING = 5000;
/** From one batch to the next at most, unless it is this large before: half of it is the mean wait of a position here. */
const FLUSH_MS = 40;
const FLUSH_AT = 1000;
/** Rejects kept per minute; the others are counted. A device gone mad must not fill the table. */
const KEPT_PER_MINUTE = 60;
const LOG_EVERY_MS = MINUTE;

export const vehiclePositions: Source = {
  name: 'vehicle-positions',
  enabled: (config) => config.mqttUrl !== '',
  run: async (ctx) => {
    const intake = await VehicleIntake.open(ctx);
    await intake.run();
  },
};

/** The feed of the fleet; simulated while it comes from the small broker that the demo starts on this machine. */
export function fleetSpec(config: Pick<Config, 'mode' | 'mqttUrl' | 'brokerPort' | 'fleetCrs'>): FeedSpec {
  const { partner, zh, en, intervalS, freshS } = FEED_DEFAULTS['vehicle-positions'];
  return {
    id: 'vehicle-positions',
    kind: 'vehicle-positions',
    partner,
    url: null,
    simulated: config.mode === 'demo' && ownBroker(config),
    zh,
    en,
    crs: config.fleetCrs,
    intervalS,
    freshS,
    headers: {},
    complete: false,
  };
}

/** Takes messages as they come, saves them in batches, and lets the broker wait when the database cannot keep up. */
export class VehicleIntake {
  readonly #ctx: SourceContext;
  readonly #clock: Clock;
  readonly #spec: FeedSpec;
  readonly #fleet: Fleet;
  readonly #meter: FeedMeter;
  readonly #teller: FeedTeller;
  #waiting: VehiclePosition[] = [];
  #held: (() => void)[] = [];
  #counts = { messages: 0, accepted: 0, rejected: 0 };
  #logged = { messages: 0, accepted: 0, rejected: 0 };
  #newest: number | null = null;
  #kept = { since: 0, n: 0 };
  #wake: () => void = () => {};
  #loggedAt: number;

  private constructor(
    ctx: SourceContext,
    clock: Clock,
    spec: FeedSpec,
    fleet: Fleet,
    meter: FeedMeter,
    teller: FeedTeller,
  ) {
    this.#ctx = ctx;
    this.#clock = clock;
    this.#spec = spec;
    this.#fleet = fleet;
    this.#meter = meter;
    this.#teller = teller;
    this.#loggedAt = clock.now();
  }

  static async open(ctx: SourceContext, clock: Clock = realClock): Promise<VehicleIntake> {
    const spec = fleetSpec(ctx.config);
    const now = clock.now();
    const told = (await savedLinks(ctx.sql)).get(spec.id) ?? null;
    const flipped = told !== null && told.simulated !== spec.simulated;
    if (flipped) await recording(ctx.sql, async (tx) => ({ facts: await endFeed(tx, spec.id, now), result: null }));
    const since = startOfDay(cityDay(now, ctx.config.zone), ctx.config.zone);
    const totals = await feedTotals(ctx.sql, spec.id, since);
    // its log has a line a minute, not one per message
    const meter = new FeedMeter(spec, ctx.config.zone, now, {
      totals: { ...totals, messages: totals.accepted + totals.rejected },
    });
    const fleet = new Fleet(await knownVehicles(ctx.sql), await lastPositions(ctx.sql));
    return new VehicleIntake(
      ctx,
      clock,
      spec,
      fleet,
      meter,
      new FeedTeller(spec, ctx, clock, meter, flipped ? null : told),
    );
  }

  async run(): Promise<void> {
    const { signal } = this.#ctx;
    const fall = new AbortController();
    const until = AbortSignal.any([signal, fall.signal]);
    const reading = readBroker(
      this.#ctx.config.mqttUrl,
      {
        onUp: () => this.#meter.contact(this.#clock.now()),
        onDown: (reason) => this.#meter.away(reason),
        onMessage: (topic, payload, done) => this.take(topic, payload, done),
      },
      until,
    );
    try {
      let tidyAt = 0;
      while (!signal.aborted) {
        const began = performance.now();
        await this.flush();
        await this.#teller.publish();
        const now = this.#clock.now();
        if (now >= tidyAt) {
          await dropOldPositions(this.#ctx.sql, this.#ctx.config.positionKeepDays);
          tidyAt = now + HOUR;
        }
        await this.#pause(FLUSH_MS - (performance.now() - began), until);
      }
      await this.flush();
    } finally {
      fall.abort();
      for (const done of this.#held.splice(0)) done();
      await reading;
    }
  }

  /** One message. `done` is called when the next may come. */
  take(topic: string, payload: Uint8Array, done: () => void): void {
    const now = this.#clock.now();
    const r = parseVehicle(topic, payload, now, toWgs84(this.#spec.crs));
    this.#counts.messages++;
    if (r.ok) this.#accept(r.value);
    else {
      this.#counts.rejected++;
      this.#keepReject(payload, r.code, `${topic.slice(0, 80)}: ${r.reason}`, now);
    }
    if (this.#waiting.length >= FLUSH_AT) this.#wake();
    if (this.#waiting.length < MAX_WAITING) done();
    else this.#held.push(done);
  }

  #accept(m: VehicleMessage): void {
    this.#counts.accepted++;
    if (m.type === 'position') this.#newest = Math.max(this.#newest ?? 0, m.at);
    const p = this.#fleet.take(m);
    if (p) this.#waiting.push(p);
  }

  #keepReject(payload: Uint8Array, code: string, reason: string, now: number): void {
    if (now - this.#kept.since >= MINUTE) this.#kept = { since: now, n: 0 };
    if (this.#kept.n++ < KEPT_PER_MINUTE) void this.#ctx.reject(payload, code, reason); // never throws
  }

  /** Saves what waits. Rejects when the database is away: what waited is lost then, as positions may be. */
  async flush(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    const now = this.#clock.now();
    const counts = this.#counts;
    this.#counts = { messages: 0, accepted: 0, rejected: 0 };
    if (counts.messages > 0) {
      await saveVehicles(this.#ctx.sql, this.#fleet.takeChangedInfo(), now);
      await savePositions(this.#ctx.sql, batch);
      const { messages, ...sums } = counts;
      this.#meter.message(now, this.#newest, { ...sums, quarantined: 0, outdated: 0 }, null, messages);
      for (const k of ['messages', 'accepted', 'rejected'] as const) this.#logged[k] += counts[k];
    }
    for (const done of this.#held.splice(0)) done();
    if (now - this.#loggedAt < LOG_EVERY_MS || this.#logged.messages === 0) return;
    this.#loggedAt = now;
    const { accepted, rejected } = this.#logged;
    this.#logged = { messages: 0, accepted: 0, rejected: 0 };
    await logMessage(this.#ctx.sql, this.#spec.id, {
      at: now,
      sourceAt: this.#newest,
      bytes: 0,
      accepted,
      rejected,
      quarantined: 0,
      outdated: 0,
      note: null,
    });
  }

  /** Until the next beat, a full batch, or the end. */
  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.#wake = () => {};
        resolve();
      };
      const timer = setTimeout(end, signal.aborted ? 0 : ms);
      signal.addEventListener('abort', end);
      this.#wake = end;
    });
  }
}
