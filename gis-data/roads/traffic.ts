import { CITY_LANES, type ClosureSignal, type SegmentSignal } from '#domain/city/rows.ts';
import { closureHolds } from '#domain/city/view.ts';
import { MINUTE, type Instant } from '#domain/time.ts';
import type { SignalRow } from '#store/signals.ts';
import type { RoadEngine } from './engine.ts';

/** A measured speed older than this says nothing about now: the free speed counts again. */
export const SPEED_FRESH_MS = 15 * MINUTE;

/**
 * Speeds and closures of now, brought into an engine. Holds the newest value per edge, so that what time alone changes (a
 * closure that begins or ends, a speed that grows old) is brought in by {@link refresh} without asking anybody.
 */
export class Traffic {
  readonly #engine: RoadEngine;
  readonly #speeds = new Map<number, { kmh: number; at: Instant }>();
  readonly #closures = new Map<number, ClosureSignal>();
  /** Edges closed by hand. */
  #blocked: ReadonlySet<number> = new Set();
  #closed = new Set<number>();
  /** Of these, edges that signals close. */
  #signalled: ReadonlySet<number> = new Set();
  #measured = 0;

  constructor(engine: RoadEngine) {
    this.#engine = engine;
  }

  /** Edges with a fresh measured speed, as of the last refresh. */
  get measured(): number {
    return this.#measured;
  }
  /** Edges closed in one direction or both, as of the last refresh. */
  get closed(): number {
    return this.#closed.size;
  }

  /** Edges that signals close in one direction or both, as of the last refresh. */
  get signalled(): ReadonlySet<number> {
    return this.#signalled;
  }

  /** Takes rows of the lanes `segments` or `closures`. Rows of edges that this network does not have, and odd ones, are left out and counted. */
  take(lane: 'segments' | 'closures', rows: readonly SignalRow[]): number {
    let leftOut = 0;
    for (const r of rows) {
      const edge = this.#engine.graph.indexOf.get(Number(r.key));
      if (edge === undefined) leftOut++;
      else if (lane === CITY_LANES.segments) {
        const kmh = (r.body as unknown as Partial<SegmentSignal>).kmh;
        // its feed has ended: as a speed that is too old
        if ('gone' in r.body) this.#speeds.set(edge, { kmh: 0, at: -Infinity });
        else if (typeof kmh === 'number' && kmh >= 0) this.#speeds.set(edge, { kmh, at: r.at.getTime() });
        else leftOut++;
      } else {
        const body = r.body as unknown as ClosureSignal;
        if (body.closed) this.#closures.set(edge, body);
        else this.#closures.delete(edge);
      }
    }
    return leftOut;
  }

  /** These edges are closed by hand, in both directions, and no others. */
  block(edges: ReadonlySet<number>): void {
    this.#blocked = edges;
  }

  /** Sets the engine to what holds at `now`. */
  refresh(now: Instant): void {
    this.#measured = 0;
    for (const [edge, { kmh, at }] of this.#speeds) {
      if (now - at <= SPEED_FRESH_MS) {
        this.#engine.setSpeed(edge, kmh);
        this.#measured++;
      } else {
        this.#engine.setSpeed(edge, null);
        this.#speeds.delete(edge);
      }
    }
    const closed = new Set(this.#blocked);
    const signalled = new Set<number>();
    for (const edge of this.#blocked) this.#engine.setClosed(edge, true, true);
    for (const [edge, c] of this.#closures) {
      if (c.until !== null && c.until <= now) this.#closures.delete(edge);
      else if (closureHolds(c, now)) {
        if (!this.#blocked.has(edge))
          this.#engine.setClosed(edge, c.direction !== 'backward', c.direction !== 'forward');
        closed.add(edge);
        signalled.add(edge);
      }
    }
    for (const edge of this.#closed) if (!closed.has(edge)) this.#engine.setClosed(edge, false, false);
    this.#closed = closed;
    this.#signalled = signalled;
  }
}
