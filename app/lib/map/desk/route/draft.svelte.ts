import type { LngLat } from '#domain/city/rows.ts';
import { MAX_BLOCK_POINTS, type BlockKind } from '#domain/city/blocks.ts';
import type { Vehicle } from '#domain/city/travel.ts';
import type { RouteEnd } from '#domain/incidents/rows.ts';
import type { Instant } from '#domain/time.ts';
import { drawKey, withCorner } from '../around/drawing.ts';
import type { FoundRoute } from '../requests.ts';
import type { WayId } from './ways.ts';

/** What the house allows: the limits of the largest engine, and what emergency drives are exempt from. */
export interface RoadPolicy {
  readonly heavy: { readonly heightM: number; readonly weightT: number; readonly widthM: number };
  readonly exempt: readonly ('u-turn' | 'one-way' | 'turn')[];
}
export type Ring = readonly LngLat[];
/** Areas of one question; the server asks the same. */
export const MAX_AVOID = 10;
/** So many steps can be taken back. */
const MAX_STEPS = 20;

/** A closure by hand as the server tells it (store/road-blocks.ts). */
export interface Closure {
  readonly id: string;
  readonly kind: BlockKind;
  readonly points: readonly LngLat[];
  readonly reason: string;
  readonly by: string;
  readonly at: Instant;
  readonly until: Instant | null;
  readonly ended: { readonly at: Instant; readonly by: string } | null;
}

/** What is drawn for: an area to avoid, or what closes roads. */
export type HandPurpose = 'avoid' | BlockKind;

/** A shape that is being drawn by hand on the map, corner by corner. */
export class HandDrawing {
  corners = $state.raw<readonly LngLat[] | null>(null);
  purpose = $state<HandPurpose>('avoid');
  readonly #done: (purpose: HandPurpose, shape: readonly LngLat[]) => void;

  constructor(done: (purpose: HandPurpose, shape: readonly LngLat[]) => void) {
    this.#done = done;
  }
  /** So many corners the shape has at least. */
  get least(): number {
    return this.purpose === 'line' ? 2 : 3;
  }
  start(purpose: HandPurpose): void {
    this.purpose = purpose;
    this.corners = [];
  }
  stop(): void {
    this.corners = null;
  }
  corner(at: LngLat): void {
    if (this.corners) this.corners = withCorner(this.corners, at, MAX_BLOCK_POINTS);
  }
  /** @param middle where the map looks @returns whether the key was one of drawing */
  key(key: string, middle: LngLat | null): boolean {
    const next = this.corners && drawKey(this.corners, key, middle, { least: this.least, most: MAX_BLOCK_POINTS });
    if (!next) return false;
    this.corners = 'drawing' in next ? next.drawing : null;
    if ('area' in next && next.area) this.#done(this.purpose, next.area);
    return true;
  }
}

/** Closures by hand as one desk sees them, and the one that it is drawing. */
export class ClosureDraft {
  /** Null: not heard yet. */
  list = $state.raw<readonly Closure[] | null>(null);
  refused = $state.raw<string | null>(null);
  /** A shape that waits for its reason. */
  drawn = $state.raw<{ readonly kind: BlockKind; readonly points: readonly LngLat[] } | null>(null);
}

/** A route that is being looked for: both ends, for whom, around what, and what was found. Chosen routes are rows of the live state. */
export class RouteDraft {
  open = $state(false);
  tab = $state<'route' | 'closures'>('route');
  from = $state.raw<RouteEnd | null>(null);
  to = $state.raw<RouteEnd | null>(null);
  vehicle = $state<Vehicle>('car');
  emergency = $state(false);
  avoid = $state.raw<readonly Ring[]>([]);
  /** Former areas, the last one last: for “undo”. */
  former = $state.raw<readonly (readonly Ring[])[]>([]);
  found = $state.raw<FoundRoute | null>(null);
  /** The way that is looked at. */
  way = $state.raw<WayId>('best');
  finding = $state(false);
  refused = $state.raw<string | null>(null);
  /** Number of the route that was made of what was found. */
  chosen = $state.raw<string | null>(null);
  readonly closures = new ClosureDraft();
  readonly hand = new HandDrawing((purpose, points) => {
    if (purpose === 'avoid') this.#areas([...this.avoid, points]);
    else this.closures.drawn = { kind: purpose, points };
  });

  set(which: 'from' | 'to', end: RouteEnd | null): void {
    this[which] = end;
    this.forget();
  }
  swap(): void {
    [this.from, this.to] = [this.to, this.from];
    this.forget();
  }
  choose(vehicle: Vehicle): void {
    this.vehicle = vehicle;
    // who walks is bound by no rule that an emergency lifts
    if (vehicle === 'foot') this.emergency = false;
    this.forget();
  }
  toggleEmergency(): void {
    this.emergency = !this.emergency;
    this.forget();
  }
  dropAvoid(i: number): void {
    this.#areas(this.avoid.filter((_, k) => k !== i));
  }
  /** The areas as they were before the last one was drawn or deleted. */
  undoAvoid(): void {
    const before = this.former.at(-1);
    if (!before) return;
    this.former = this.former.slice(0, -1);
    this.avoid = before;
    this.forget();
  }
  #areas(next: readonly Ring[]): void {
    this.former = [...this.former, this.avoid].slice(-MAX_STEPS);
    this.avoid = next.slice(0, MAX_AVOID);
    this.forget();
  }
  /** What was found is no answer to the question of now. */
  forget(): void {
    this.found = null;
    this.refused = null;
    this.chosen = null;
    this.way = 'best';
  }
  clear(): void {
    this.open = false;
    this.tab = 'route';
    this.from = this.to = null;
    this.vehicle = 'car';
    this.emergency = false;
    this.avoid = this.former = [];
    this.closures.drawn = null;
    this.hand.stop();
    this.forget();
  }
}
