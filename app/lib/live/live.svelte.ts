/* eslint-disable svelte/prefer-svelte-reactivity -- plain containers on purpose: what is shown is replaced as a whole, not edited */
import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { CITY_COLLECTIONS } from '#domain/city/rows.ts';
import type { Change, ReadTables, Row } from '#domain/tables.ts';
import { LANES_OF_FEEDS, ofKnownFeeds } from './feed-values.ts';
import { Connection, type LinkState, type SignalValue } from './connection.ts';

const CITY = 'city';
/** Where the rows of the feeds are; the topic has no masked form. */
const FEEDS = `${CITY}/${CITY_COLLECTIONS.feed}`;

/** What several components read: maps that are replaced and never edited, so that a reader sees one moment and not half of two. */
class Shelf<T> {
  readonly #read: (key: string) => ReadonlyMap<string, T>;
  readonly #shown = new SvelteMap<string, ReadonlyMap<string, T>>();
  /**
   * The answer to the first reader, until something changes. Kept outside the reactive map, because a reader is mostly inside
   * `$derived`, where state must not be set, and where state made on the spot would not be followed.
   */
  readonly #first = new Map<string, ReadonlyMap<string, T>>();

  constructor(read: (key: string) => ReadonlyMap<string, T>) {
    this.#read = read;
  }

  get(key: string): ReadonlyMap<string, T> {
    const shown = this.#shown.get(key);
    if (shown) return shown;
    let first = this.#first.get(key);
    if (!first) this.#first.set(key, (first = this.#read(key)));
    return first;
  }

  /** Reads again what somebody asked for. */
  renew(key: string): void {
    if (this.#first.has(key)) this.#shown.set(key, this.#read(key));
  }

  /** Keys that somebody asked for. */
  get asked(): Iterable<string> {
    return this.#first.keys();
  }
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
  readonly #rows = new Shelf<Row>((key) => this.#copy(key));
  readonly #lanes = new Shelf<SignalValue>((lane) =>
    ofKnownFeeds(lane, this.#values.get(lane) ?? new Map(), this.#feeds),
  );
  /** Newest value per lane and key. */
  readonly #values = new Map<string, Map<string, SignalValue>>();
  readonly #dirty = new Set<string>();
  readonly #dirtyLanes = new Set<string>();
  /** Lanes of which the gateway sends all newest values anew, because the connection is new. */
  readonly #anew = new Set<string>();
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
        if (state === 'live') for (const lane of lanes) this.#anew.add(lane);
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
    return this.#rows.get(`${this.#clearance[topic] ?? topic}/${collection}`) as ReadonlyMap<string, T>;
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
    return this.#lanes.get(lane);
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

  /** The feeds that are there; null while that is not known. */
  get #feeds(): ReadonlyMap<string, Row> | null {
    const topic = this.#clearance[CITY];
    return topic === undefined || this.#awaited.has(topic)
      ? null
      : this.#connection.tables(topic).all(CITY_COLLECTIONS.feed);
  }

  #copy(key: string): ReadonlyMap<string, Row> {
    const [topic, collection] = key.split('/') as [string, string];
    // a topic that this page did not ask for has no rows
    const known = Object.values(this.#clearance).includes(topic);
    return new Map(known ? this.#connection.tables(topic).all(collection) : []);
  }

  #changed(topic: string, changes: readonly Change[], whole: boolean): void {
    if (whole) this.#awaited.delete(topic);
    if (whole) for (const key of this.#rows.asked) if (key.startsWith(`${topic}/`)) this.#dirty.add(key);
    for (const ch of changes) this.#dirty.add(`${topic}/${ch.c}`);
    if (this.#dirty.has(FEEDS) || (whole && FEEDS.startsWith(`${topic}/`)))
      for (const lane of LANES_OF_FEEDS) this.#dirtyLanes.add(lane);
    this.#schedule();
  }
  #signalled(lane: string, items: readonly SignalValue[]): void {
    let values = this.#values.get(lane);
    if (!values) this.#values.set(lane, (values = new Map()));
    // what left while nobody listened is not among them
    if (this.#anew.delete(lane)) values.clear();
    // store/signals.ts tells the end of a value as a value
    for (const item of items)
      if ('gone' in item.body) values.delete(item.key);
      else values.set(item.key, item);
    this.#dirtyLanes.add(lane);
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
      this.#rows.renew(key);
      this.changedAt.set(key.split('/')[0]!.split('.')[0]!, this.heardAt);
    }
    this.#dirty.clear();
    for (const lane of this.#dirtyLanes) this.#lanes.renew(lane);
    this.#dirtyLanes.clear();
    if (this.#awaited.size === 0) this.ready = true;
    for (const work of this.#onUpdate) work();
  };
}

export const [getLive, setLive] = createContext<Live>();
