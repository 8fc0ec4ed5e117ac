import { parseQueuesConf } from '#ingest/asterisk/wrapup.ts';
import { AmiServer, coreStatus, type AmiAction, type AmiReply, type Lines } from '#scripts/ami-server/server.ts';
import { RecordedState } from './recorded-state.ts';
import type { Recording, Step } from './recording.ts';

/** GetConfig's answer from the text of a queues.conf, templates resolved as the switch does. */
function configLines(conf: string): Lines {
  const { wrapUpS, sharedLastCall } = parseQueuesConf(conf);
  const out: [string, string][] = [
    ['Category-000000', 'general'],
    ['Line-000000-000000', `shared_lastcall=${sharedLastCall ? 'yes' : 'no'}`],
  ];
  [...wrapUpS].forEach(([queue, seconds], i) => {
    const n = String(i + 1).padStart(6, '0');
    out.push([`Category-${n}`, queue], [`Line-${n}-000000`, `wrapuptime=${seconds}`]);
  });
  return out;
}

export interface PlayerOptions {
  readonly port: number;
  readonly speed: number;
  readonly secret: string;
  readonly now: () => number;
}

const START_WITHIN_MS = 2000;

/** Plays a recording as a live switch: its clock starts when the first reader has its lists, and runs at `speed`. */
export class RecordingPlayer {
  readonly #r: Recording;
  readonly #o: PlayerOptions;
  readonly #server: AmiServer;
  readonly state = new RecordedState();
  #next = 0;
  #started: number | null = null;
  #up = true;
  #booted = true;
  #timer: NodeJS.Timeout | undefined;
  #over: () => void = () => {};
  /** Resolves when the last packet was sent. */
  readonly over: Promise<void> = new Promise((r) => (this.#over = r));

  constructor(recording: Recording, options: PlayerOptions) {
    this.#r = recording;
    this.#o = options;
    this.#server = new AmiServer({
      port: options.port,
      accounts: { replay: options.secret },
      now: () => this.eventNow(),
      backend: {
        action: (a, reply) => this.#action(a, reply),
        booted: () => {
          // a reader that asks for no lists does not wait for ever
          setTimeout(() => this.#start(), START_WITHIN_MS).unref();
          return this.#booted;
        },
      },
    });
  }

  /** The recording's instant, milliseconds since the epoch. */
  eventNow(): number {
    const passed = this.#started === null ? 0 : (this.#o.now() - this.#started) * this.#o.speed;
    return this.#r.epochMs + Math.min(this.#r.from + passed, this.#r.to + 1);
  }
  get port(): number {
    return this.#server.port;
  }

  async listen(): Promise<void> {
    // lists that the recording client got before the first event tell the beginning
    const first = this.#r.steps.findIndex((s) => s.kind === 'packet' && s.fields.get('Event') !== 'SuccessfulAuth');
    for (const s of this.#r.steps)
      if (s.kind === 'listed' && s.t <= (this.#r.steps[first]?.t ?? 0))
        this.state.listed(s.fields, this.#r.epochMs + s.t);
    await this.#server.listen();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#server.close('destroy');
  }

  #start(): void {
    if (this.#started !== null) return;
    this.#started = this.#o.now();
    this.#pump();
  }

  #pump(): void {
    const t = this.eventNow() - this.#r.epochMs;
    const parts: Buffer[] = [];
    const flush = (): void => {
      if (parts.length > 0) this.#server.send(Buffer.concat(parts.splice(0)));
    };
    for (; this.#next < this.#r.steps.length && this.#r.steps[this.#next]!.t <= t; this.#next++)
      this.#step(this.#r.steps[this.#next]!, parts, flush);
    flush();
    if (this.#next >= this.#r.steps.length || t > this.#r.to) return this.#over();
    this.#timer = setTimeout(() => this.#pump(), 4);
  }

  #step(s: Step, parts: Buffer[], flush: () => void): void {
    const at = this.#r.epochMs + s.t;
    switch (s.kind) {
      case 'packet': {
        parts.push(s.bytes);
        this.state.take(s.fields, at);
        const event = s.fields.get('Event');
        if (event === 'FullyBooted') this.#booted = true;
        const shown = event === 'Reload' ? this.#r.shown.find((x) => x.t >= s.t) : undefined;
        if (shown) this.state.shown(shown.members, at);
        return;
      }
      case 'listed':
        return this.state.listed(s.fields, at);
      case 'down':
        if (!this.#up) return;
        flush();
        this.#up = false;
        void this.#server.close('end');
        return;
      case 'up':
        if (this.#up) return;
        this.#up = true;
        this.state.reset();
        this.#comesBack(s.t);
        void this.#server.listen();
    }
  }

  /** After an outage: a switch that starts again tells FullyBooted, and its first lists tell who is a member. */
  #comesBack(t: number): void {
    const later = this.#r.steps.slice(this.#next + 1);
    const next = later.findIndex((s) => s.kind === 'down');
    const here = next < 0 ? later : later.slice(0, next);
    this.#booted = !here.some(
      (s) => s.kind === 'packet' && s.fields.get('Event') === 'FullyBooted' && s.t < t + 60_000,
    );
    for (const s of here) {
      if (s.kind !== 'listed') continue;
      this.state.listed(s.fields, this.#r.epochMs + s.t);
      if (s.fields.get('Event') === 'CoreShowChannelsComplete') return;
    }
  }

  #action({ name, fields }: AmiAction, reply: AmiReply): void {
    const now = this.eventNow();
    switch (name) {
      case 'queuestatus':
        return reply.list('Queue status will follow', this.state.queueStatus(now), 'QueueStatusComplete');
      case 'coreshowchannels':
        reply.list('Channels will follow', this.state.coreShowChannels(now), 'CoreShowChannelsComplete');
        return this.#start();
      case 'corestatus':
        return reply.success('', this.#coreStatus());
      case 'getconfig':
        return fields.get('filename') === 'queues.conf'
          ? reply.success('', configLines(this.#r.queuesConf))
          : reply.error('Config file not found');
      default:
        return reply.error('Invalid/unknown command: the recording cannot answer it.');
    }
  }

  #coreStatus(): Lines {
    const [date, time] = this.state.startup.split(' ');
    if (!date || !time) return coreStatus(this.#r.epochMs);
    return [
      ['CoreStartupDate', date],
      ['CoreStartupTime', time],
    ];
  }
}
