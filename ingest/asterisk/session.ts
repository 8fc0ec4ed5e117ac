import type { Logger } from 'pino';
import type { FactDraft } from '#domain/fact.ts';
import { SECOND, type Instant } from '#domain/time.ts';
import { AmiError, type AmiHandlers, type AmiTransport } from './client.ts';
import { timestampOf, type AmiFields } from './fields.ts';
import { parseEvent, type AmiEvent } from './parse.ts';
import { elapse, reduce } from './reduce.ts';
import { listsOf, reconcile, takeReload, type Absence, type Lists } from './reconcile.ts';
import type { AmiState } from './state.ts';
import { settingsFromConfig, type QueueSettings } from './wrapup.ts';

const PING_EVERY = 5 * SECOND;
/** FullyBooted comes at once from a switch that runs; one that is starting may take a while. */
const BOOTED_WITHIN = 10 * SECOND;
/** Events that may wait for the lists; more than a busy minute. */
const BUFFER_AT_MOST = 200_000;

export interface SessionOptions {
  readonly state: AmiState;
  readonly log: Logger;
  /** Opens the connection: client.ts, or a script in tests. */
  open(handlers: AmiHandlers): Promise<AmiTransport>;
  /** What happened, in order, and until when the switch was heard. */
  tell(facts: FactDraft[], heardAt: Instant): void;
  /** The switch's configuration of queues was read. */
  configured(settings: QueueSettings): void;
  reject(raw: string, code: string, reason: string): void;
  /** What was missed while there was no connection, asked when the lists are here. `startup`: when the switch started, as it says. */
  absence(startup: string | null): Absence;
  /** The lists are in: the floor is live from this instant of the switch's clock. */
  live(at: Instant): FactDraft[];
  /** Local clock, milliseconds, for measuring. */
  now(): number;
}

export interface SessionEnd {
  readonly reason: string;
  readonly byPeer: boolean;
  /** The switch said that it shuts down. */
  readonly shutdown: boolean;
  /** The account or its rights are wrong: trying again soon is of no use. */
  readonly refused: boolean;
}

export interface SessionFigures {
  events: number;
  rejected: number;
  reloads: number;
  /** Newest event's delay: local clock against the switch's, less the smallest seen. */
  pingMs: number | null;
}

/**
 * One connection to the switch, from the login to its end: FullyBooted → lists → events from before them, the lists, events
 * from after them → live. Resolves when the connection is over; never rejects for what the switch does.
 */
export class AmiSession {
  readonly figures: SessionFigures = { events: 0, rejected: 0, reloads: 0, pingMs: null };
  readonly #o: SessionOptions;
  #ami: AmiTransport | null = null;
  /** Events since the login, until live: those before the list of members began, and those after. */
  #early: AmiEvent[] = [];
  #late: AmiEvent[] | null = [];
  #listBegan = false;
  /** The switch puts Timestamps on its events. */
  #stamped = false;
  #heardAt: Instant = 0;
  #lastWord = -Infinity;
  #shutdown = false;
  #refused = false;
  /** The switch's clock at a local instant. */
  #clock: { at: Instant; local: number } | null = null;
  #booted: () => void = () => {};
  #isBooted: Promise<void> = new Promise((r) => (this.#booted = r));
  #reloading: 'no' | 'yes' | 'again' = 'no';

  constructor(options: SessionOptions) {
    this.#o = options;
  }

  /** Until when the switch was heard, by its own clock; 0: not yet. */
  get heardAt(): Instant {
    return this.#heardAt;
  }
  /** Local milliseconds since the switch said anything at all; Infinity: not yet. */
  get silentMs(): number {
    return this.#o.now() - this.#lastWord;
  }
  get isLive(): boolean {
    return this.#late === null;
  }

  async run(signal: AbortSignal): Promise<SessionEnd> {
    let over: (end: { reason: string; byPeer: boolean }) => void = () => {};
    const ended = new Promise<{ reason: string; byPeer: boolean }>((r) => (over = r));
    try {
      this.#ami = await this.#o.open({
        onPacket: (f) => this.#packet(f),
        onClosed: (reason, byPeer) => over({ reason, byPeer }),
      });
    } catch (e) {
      if (!(e instanceof AmiError)) throw e;
      return { reason: e.message, byPeer: true, shutdown: false, refused: e.code === 'login' };
    }
    const ami = this.#ami;
    const stop = (): void => ami.close('stopping');
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const beat = setInterval(() => void this.#ping(), PING_EVERY);
    try {
      await Promise.race([this.#begin(), ended]);
      return { ...(await ended), shutdown: this.#shutdown, refused: this.#refused };
    } finally {
      clearInterval(beat);
      signal.removeEventListener('abort', stop);
    }
  }

  // ── the way to live ──────────────────────────────────────────────────────────────────────────────────────────────────

  async #begin(): Promise<void> {
    try {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([this.#isBooted, new Promise((r) => (timer = setTimeout(r, BOOTED_WITHIN)))]);
      clearTimeout(timer);
      // all asked at once: what a switch that just started tells meanwhile is heard, not guessed
      const configured = this.#configuration();
      const [startup, , lists] = await Promise.all([
        this.#startup(),
        configured,
        this.#lists(() => (this.#listBegan = true)),
      ]);
      const facts: FactDraft[] = [];
      // what was heard before the list is in the list as a state, but not as something that happened
      for (const e of this.#early.splice(0)) facts.push(...this.#reduced(e));
      facts.push(...reconcile(this.#o.state, lists, this.#o.absence(startup)));
      facts.push(...this.#o.live(lists.at));
      this.#heard(lists.at);
      const late = this.#late ?? [];
      this.#late = null;
      for (const e of late) facts.push(...this.#reduced(e));
      this.#o.tell(facts, this.#heardAt);
    } catch (e) {
      if (!(e instanceof AmiError)) {
        this.#ami?.close('our own mistake');
        throw e;
      }
      this.#refused = e.code === 'refused';
      this.#ami?.close(e.message);
    }
  }

  async #startup(): Promise<string | null> {
    const f = await this.#ami!.action('CoreStatus');
    return f.corestartupdate && f.corestartuptime ? `${f.corestartupdate} ${f.corestartuptime}` : null;
  }

  async #configuration(): Promise<void> {
    try {
      const f = await this.#ami!.action('GetConfig', { Filename: 'queues.conf' });
      this.#o.configured(settingsFromConfig(f));
    } catch (e) {
      // not every account may read it: AMI_WRAPUP or AMI_QUEUES_CONF stand in
      if (!(e instanceof AmiError) || e.code !== 'refused') throw e;
      this.#o.log.info({ reason: e.message }, 'the switch does not tell its queue configuration');
    }
  }

  /** Asks for queues, members, callers and channels as of now. */
  async #lists(onStart: () => void): Promise<Lists> {
    const [, queue, channels, registrations] = await Promise.all([
      this.#readClock(),
      this.#ami!.list('QueueStatus', {}, onStart),
      this.#ami!.list('CoreShowChannels', {}),
      this.#registrations(),
    ]);
    const at = this.#clock!.at;
    const { lists, bad } = listsOf([...queue, ...channels], at, registrations);
    for (const f of bad) this.#reject(f, 'ami.list', `${f.event} of a list misses a header`);
    return lists;
  }

  /** Most accounts may not ask (it needs the class system); then the addresses come with the telephones' next news. */
  async #registrations(): Promise<AmiFields[] | null> {
    try {
      return await this.#ami!.list('PJSIPShowRegistrationInboundContactStatuses', {});
    } catch (e) {
      if (!(e instanceof AmiError) || e.code !== 'refused') throw e;
      return null;
    }
  }

  async #reload(): Promise<void> {
    if (this.#reloading !== 'no') {
      this.#reloading = 'again';
      return;
    }
    do {
      this.#reloading = 'yes';
      this.figures.reloads++;
      try {
        await this.#configuration();
        const lists = await this.#lists(() => {});
        this.#o.tell(takeReload(this.#o.state, lists), this.#heardAt);
      } catch (e) {
        if (!(e instanceof AmiError)) throw e;
        this.#o.log.warn({ reason: e.message }, 'the lists after a reload could not be read');
        this.#ami?.close(e.message);
      }
    } while ((this.#reloading as string) === 'again');
    this.#reloading = 'no';
  }

  // ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  #packet(f: AmiFields): void {
    this.figures.events++;
    this.#lastWord = this.#o.now();
    if (f.timestamp) this.#stamped = true;
    const read = parseEvent(f, this.#switchNow());
    if (!read.ok) return this.#reject(f, read.code, read.reason);
    const e = read.value;
    if (!e) return;
    // told at the login without a Timestamp: no news of the floor, and no measure of its clock
    if (e.type === 'fullyBooted') return this.#booted();
    if (e.type === 'shutdown') this.#shutdown = true;
    if (this.#late === null) {
      const facts = this.#reduced(e);
      if (facts.length > 0) this.#o.tell(facts, this.#heardAt);
      if (e.type === 'reload') void this.#reload();
      return;
    }
    (this.#listBegan ? this.#late : this.#early).push(e);
    if (this.#early.length + this.#late.length > BUFFER_AT_MOST) this.#ami?.close('too many events before the lists');
  }

  #reduced(e: AmiEvent): FactDraft[] {
    // without a Timestamp and before the first ping the instant is our own clock's: good for the event, not for “heard until”
    if (this.#stamped || this.#late === null) this.#heard(e.at);
    return reduce(this.#o.state, e);
  }

  #heard(at: Instant): void {
    if (at > this.#heardAt) this.#heardAt = at;
  }

  #reject(f: AmiFields, code: string, reason: string): void {
    this.figures.rejected++;
    this.#o.reject(JSON.stringify(f), code, reason);
  }

  // ── the switch's clock ───────────────────────────────────────────────────────────────────────────────────────────────

  #switchNow(): Instant {
    const now = this.#o.now();
    return Math.round(this.#clock ? this.#clock.at + (now - this.#clock.local) : now);
  }

  async #readClock(): Promise<void> {
    const asked = this.#o.now();
    const f = await this.#ami!.action('Ping');
    const answered = this.#o.now();
    this.#lastWord = answered;
    this.figures.pingMs = Math.round(answered - asked);
    const at = timestampOf(f.timestamp);
    this.#clock = { at: at ?? Math.max(answered, this.#heardAt), local: answered };
  }

  async #ping(): Promise<void> {
    try {
      await this.#readClock();
    } catch (e) {
      if (!(e instanceof AmiError)) throw e;
      // half-open or hung: what the wall shows would be old without anybody noticing
      if (e.code === 'timeout') this.#ami?.close('the switch does not answer a ping');
      return;
    }
    if (this.#late !== null) return;
    this.#heard(this.#clock!.at);
    this.#o.tell(elapse(this.#o.state, this.#clock!.at), this.#heardAt);
  }
}
