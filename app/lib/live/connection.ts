import { Digest } from '#domain/digest.ts';
import { decodeDown } from '#domain/frames.ts';
import { Tables, type Change } from '#domain/tables.ts';
import { CLOSE, WIRE_VERSION, type Down } from '#domain/wire.ts';

/**
 * The client half of the wire, without a framework: one socket, tables per topic, newest values per lane.
 * It comes back by itself for ever, resumes from its cursors, checks its digests, and says how fresh it is.
 * The socket and the clock are given, so that tests and benches run it without a browser.
 */
export interface SocketLike {
  binaryType: string;
  readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
}

export type LinkState =
  | 'connecting'
  /** Everything wanted is up to date. */
  | 'live'
  /** Coming back after a loss. */
  | 'away'
  /** The session ended: sign in. */
  | 'sign-in'
  /** This page is older than the gateway: load again. */
  | 'outdated'
  /** Another tab of this screen took over. */
  | 'superseded';

export interface ConnectionOptions {
  readonly open: () => SocketLike;
  readonly screen: string;
  readonly topics: readonly string[];
  readonly lanes: readonly string[];
  readonly now: () => number;
  /** 0 ≤ x < 1, for the jitter of the way back. */
  readonly random: () => number;
  readonly later: (work: () => void, ms: number) => () => void;
  /** Rows changed; `whole` when the topic was replaced by a snapshot. */
  readonly onChanges: (topic: string, changes: readonly Change[], whole: boolean) => void;
  readonly onSignals: (lane: string, items: readonly SignalValue[], skipped: number) => void;
  readonly onBeat: (beat: { now: number; behindMs: number }) => void;
  readonly onState: (state: LinkState, reason: string) => void;
}

export interface SignalValue {
  readonly key: string;
  readonly at: number;
  readonly body: Record<string, unknown>;
}

const PING_MS = 10_000;
/** A socket that is silent for so long is dead, whatever it says: beats come every second. */
const SILENT_MS = 6_000;
const BACK_MIN_MS = 250;
const BACK_MAX_MS = 5_000;

interface TopicCopy {
  tables: Tables;
  digest: Digest;
  cursor: number | null;
  /** Parts of a snapshot that is coming in; the old rows stay on the screen until it is complete. */
  incoming: Change[] | null;
}

export class Connection {
  readonly #o: ConnectionOptions;
  readonly #topics = new Map<string, TopicCopy>();
  #socket: SocketLike | null = null;
  #origin: string | null = null;
  #tries = 0;
  #lastHeard = 0;
  #cancel: (() => void)[] = [];
  #stopped = false;
  /** For the status of a screen and for tests: what happened so far. */
  readonly counts = { opened: 0, snapshots: 0, resumes: 0, differences: 0, badFrames: 0, skipped: 0 };
  zone = 'Asia/Shanghai';
  role = '';

  constructor(options: ConnectionOptions) {
    this.#o = options;
    for (const topic of options.topics)
      this.#topics.set(topic, { tables: new Tables(), digest: new Digest(), cursor: null, incoming: null });
  }

  tables(topic: string): Tables {
    const copy = this.#topics.get(topic);
    if (!copy) throw new Error(`topic ${topic} was not asked for`);
    return copy.tables;
  }
  cursor(topic: string): number | null {
    return this.#topics.get(topic)?.cursor ?? null;
  }
  digest(topic: string): string | null {
    return this.#topics.get(topic)?.digest.value ?? null;
  }

  start(): void {
    this.#o.onState('connecting', '');
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#endSocket();
  }

  #connect(): void {
    if (this.#stopped) return;
    let socket: SocketLike;
    try {
      socket = this.#o.open();
    } catch (e) {
      return this.#comeBack(`cannot open: ${(e as Error).message}`);
    }
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    this.#lastHeard = this.#o.now();
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      this.counts.opened++;
      socket.send(
        JSON.stringify({
          type: 'hello',
          version: WIRE_VERSION,
          screen: this.#o.screen,
          origin: this.#origin,
          topics: [...this.#topics].map(([topic, { cursor }]) => ({ topic, cursor })),
          lanes: this.#o.lanes,
        }),
      );
    };
    // Only the current socket may change anything: an old one may still have frames in flight.
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#hear(event.data);
    };
    socket.onclose = (event) => {
      if (socket === this.#socket) this.#closed(event.code, event.reason);
    };
    socket.onerror = () => {};
    this.#watch();
  }

  /** Pings, and gives a silent socket up: a pulled cable closes nothing by itself. */
  #watch(): void {
    const tick = (): void => {
      const silent = this.#o.now() - this.#lastHeard;
      if (silent > SILENT_MS) return this.#closed(CLOSE.away, `silent for ${silent} ms`);
      if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify({ type: 'ping', t: this.#o.now() }));
      again();
    };
    let cancel = (): void => {};
    let left = 0;
    const again = (): void => {
      // look often, ping seldom
      cancel = this.#o.later(() => {
        left += SILENT_MS / 4;
        if (left >= PING_MS || this.#o.now() - this.#lastHeard > SILENT_MS) {
          left = 0;
          tick();
        } else again();
      }, SILENT_MS / 4);
    };
    this.#cancel.push(() => cancel());
    again();
  }

  #hear(data: unknown): void {
    this.#lastHeard = this.#o.now();
    let down: Down;
    try {
      down = decodeDown(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer));
    } catch {
      // A damaged frame leaves a hole: start over from the cursors, which were not moved.
      this.counts.badFrames++;
      return this.#closed(CLOSE.badMessage, 'a frame could not be read');
    }
    switch (down.type) {
      case 'welcome':
        return this.#welcomed(down);
      case 'snapshot':
        return this.#snapshot(down);
      case 'changes':
        return this.#changes(down);
      case 'signals':
        this.counts.skipped += down.skipped;
        return this.#o.onSignals(down.lane, down.items, down.skipped);
      case 'beat':
        return this.#beat(down);
      case 'pong':
      case 'refused':
        return;
    }
  }

  #welcomed(w: Down & { type: 'welcome' }): void {
    this.#tries = 0;
    this.#origin = w.origin;
    this.zone = w.zone;
    this.role = w.role;
    for (const { topic, mode } of w.topics) {
      const copy = this.#topics.get(topic);
      if (!copy) continue;
      if (mode === 'resume') this.counts.resumes++;
      else copy.cursor = null;
      copy.incoming = null;
    }
    this.#o.onState('live', '');
    this.#o.onBeat({ now: w.now, behindMs: 0 });
  }

  #snapshot(s: Down & { type: 'snapshot' }): void {
    const copy = this.#topics.get(s.topic);
    if (!copy) return;
    if (s.part === 0) copy.incoming = [];
    copy.incoming?.push(...s.items);
    this.#socket?.send(JSON.stringify({ type: 'ack', topic: s.topic, part: s.part }));
    if (!s.last || !copy.incoming) return;
    this.counts.snapshots++;
    const items = copy.incoming;
    copy.incoming = null;
    copy.tables = new Tables();
    copy.digest = new Digest();
    copy.cursor = s.upTo;
    this.#take(s.topic, copy, items, true);
  }

  #changes(ch: Down & { type: 'changes' }): void {
    const copy = this.#topics.get(ch.topic);
    if (!copy || copy.incoming) return;
    copy.cursor = ch.upTo;
    this.#take(ch.topic, copy, ch.items, false);
  }

  #take(topic: string, copy: TopicCopy, items: readonly Change[], whole: boolean): void {
    copy.tables.applyChanges(items);
    copy.tables.takeTouched();
    copy.digest.apply(items);
    this.#o.onChanges(topic, items, whole);
  }

  #beat(b: Down & { type: 'beat' }): void {
    for (const [topic, copy] of this.#topics) {
      if (copy.cursor !== null && b.upTo > copy.cursor) copy.cursor = b.upTo;
      const theirs = b.digests?.[topic];
      if (theirs === undefined || theirs === copy.digest.value) continue;
      // Never seen in a healthy system; a wall that nobody watches must mend itself and be counted.
      this.counts.differences++;
      copy.cursor = null;
      this.#socket?.send(JSON.stringify({ type: 'again', topic }));
    }
    this.#o.onBeat({ now: b.now, behindMs: b.behindMs });
  }

  #endSocket(): void {
    for (const cancel of this.#cancel.splice(0)) cancel();
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (socket.readyState <= 1) socket.close();
  }

  #closed(code: number, reason: string): void {
    this.#endSocket();
    if (code === CLOSE.signIn) return this.#o.onState('sign-in', reason);
    if (code === CLOSE.version) return this.#o.onState('outdated', reason);
    if (code === CLOSE.superseded) return this.#o.onState('superseded', reason);
    this.#comeBack(reason);
  }

  #comeBack(reason: string): void {
    if (this.#stopped) return;
    this.#o.onState('away', reason);
    // jitter over the whole span, so that a hundred walls do not come back in one moment
    const span = Math.min(BACK_MAX_MS, BACK_MIN_MS * 2 ** this.#tries++);
    const wait = BACK_MIN_MS / 2 + this.#o.random() * span;
    this.#cancel.push(this.#o.later(() => this.#connect(), wait));
  }
}
