import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Change, ReadTables, Row } from '#domain/tables.ts';
import { Connection, type LinkState, type SignalValue } from './connection.ts';

/** Rows or values that several components share: replaced, never edited, so that a reader sees one moment and not half of two. */
class Box<T> {
  rows = $state.raw<ReadonlyMap<string, T>>(new Map());
}

/**
 * The live tables of this page as reactive maps: `live.rows('floor', 'seatLive')`.
 * What arrives is gathered and shown at most once per animation frame. Created in a layout, passed by context.
 */
export class Live {
  /** Link to the gateway. */
  state = $state<LinkState>('connecting');
  reason = $state('');
  /** Gateway's time at the last heartbeat, epoch ms; 0 before the first. A wall's clock shows this and stands still with it. */
  heardAt = $state(0);
  /** Milliseconds since the gateway last read the facts; grows while its database is away. */
  behindMs = $state(0);
  /** Gateway's clock minus ours, ms. */
  skew = $state(0);
  /** The first snapshot of every topic has come and its rows are in the maps. */
  ready = $state(false);

  readonly #connection: Connection;
  readonly #boxes = new Map<string, Box<Row>>();
  readonly #lanes = new Map<string, Box<SignalValue>>();
  readonly #dirty = new Set<string>();
  readonly #pending = new Map<string, Map<string, SignalValue>>();
  readonly #clearance: Record<string, string>;
  /** Topics whose first snapshot has not come. */
  readonly #awaited: Set<string>;
  #frame = 0;
  #onUpdate = new Set<() => void>();
  /** Topic → when it was last replaced or changed (gateway's clock). */
  readonly changedAt = new SvelteMap<string, number>();

  /** @param topics as granted: 'floor', 'cases.masked' …; views ask by the plain topic */
  constructor(url: string, screen: string, topics: readonly string[], lanes: readonly string[]) {
    this.#clearance = Object.fromEntries(topics.map((t) => [t.split('.')[0]!, t]));
    this.#awaited = new Set(topics);
    this.#connection = new Connection({
      open: () => new WebSocket(url) as never,
      screen,
      topics,
      lanes,
      now: Date.now,
      random: Math.random,
      later: (work, ms) => {
        const t = setTimeout(work, ms);
        return () => clearTimeout(t);
      },
      onChanges: (topic, changes, whole) => this.#changed(topic, changes, whole),
      onSignals: (lane, items) => this.#signalled(lane, items),
      onBeat: ({ now, behindMs }) => {
        this.heardAt = now;
        this.behindMs = behindMs;
        this.skew = now - Date.now();
      },
      onState: (state, reason) => {
        this.state = state;
        this.reason = reason;
      },
    });
  }

  /** Opens the connection. @returns what ends it; made for `$effect(() => live.start())` or `onMount` */
  start(): () => void {
    this.#connection.start();
    return () => {
      this.#connection.stop();
      if (this.#frame) cancelAnimationFrame(this.#frame);
    };
  }

  get zone(): string {
    return this.#connection.zone;
  }
  get counts(): Connection['counts'] {
    return this.#connection.counts;
  }

  /** The rows of a collection, reactive. */
  rows<T extends Row>(topic: string, collection: string): ReadonlyMap<string, T> {
    return this.#box(this.#clearance[topic] ?? topic, collection).rows as ReadonlyMap<string, T>;
  }

  /** The tables of a topic for views of the domain, reactive: a view depends on the collections it looks at. */
  tables(topic: string): ReadTables {
    return {
      get: <T extends Row>(c: string, id: string) => this.rows<T>(topic, c).get(id),
      all: <T extends Row>(c: string) => this.rows<T>(topic, c),
    };
  }

  /** The newest values of a signal lane, reactive. */
  signals(lane: string): ReadonlyMap<string, SignalValue> {
    return this.#lane(lane).rows;
  }

  /** Called after each frame that changed something: for what is drawn outside Svelte. @returns what ends it */
  onUpdate(work: () => void): () => void {
    this.#onUpdate.add(work);
    return () => this.#onUpdate.delete(work);
  }

  /** Milliseconds since the gateway was last heard, by our clock. */
  silentFor(now: number): number {
    return this.heardAt === 0 ? Number.POSITIVE_INFINITY : now + this.skew - this.heardAt;
  }

  #box(topic: string, collection: string): Box<Row> {
    const key = `${topic}/${collection}`;
    let box = this.#boxes.get(key);
    if (!box) {
      this.#boxes.set(key, (box = new Box<Row>()));
      if (Object.values(this.#clearance).includes(topic))
        box.rows = new Map(this.#connection.tables(topic).all(collection));
    }
    return box;
  }
  #lane(lane: string): Box<SignalValue> {
    let box = this.#lanes.get(lane);
    if (!box) this.#lanes.set(lane, (box = new Box<SignalValue>()));
    return box;
  }

  #changed(topic: string, changes: readonly Change[], whole: boolean): void {
    if (whole) this.#awaited.delete(topic);
    if (whole) for (const key of this.#boxes.keys()) if (key.startsWith(`${topic}/`)) this.#dirty.add(key);
    for (const ch of changes) this.#dirty.add(`${topic}/${ch.c}`);
    this.#schedule();
  }
  #signalled(lane: string, items: readonly SignalValue[]): void {
    let pending = this.#pending.get(lane);
    if (!pending) this.#pending.set(lane, (pending = new Map()));
    for (const item of items) pending.set(item.key, item);
    this.#schedule();
  }
  #schedule(): void {
    // a hidden page gets no animation frames, and must not gather for ever
    if (!this.#frame)
      this.#frame = document.hidden ? window.setTimeout(this.#flush, 200) : requestAnimationFrame(this.#flush);
  }
  readonly #flush = (): void => {
    this.#frame = 0;
    for (const key of this.#dirty) {
      const [topic, collection] = key.split('/') as [string, string];
      const box = this.#boxes.get(key);
      if (box) box.rows = new Map(this.#connection.tables(topic).all(collection));
      this.changedAt.set(topic.split('.')[0]!, this.heardAt);
    }
    this.#dirty.clear();
    if (this.#awaited.size === 0) this.ready = true;
    for (const [lane, pending] of this.#pending) {
      const box = this.#lane(lane);
      const next = new Map(box.rows);
      for (const [key, value] of pending) next.set(key, value);
      box.rows = next;
    }
    this.#pending.clear();
    for (const work of this.#onUpdate) work();
  };
}

export const [getLive, setLive] = createContext<Live>();
