import type { AreaPolygons, NewArea } from '#domain/around/area.ts';
import type { PeopleSource } from '#domain/around/people.ts';
import type { ThingGroup, ThingKind } from '#domain/around/kinds.ts';
import type { LngLat } from '#domain/city/rows.ts';
import type { RouteEnd } from '#domain/incidents/rows.ts';
import { MAX_LINE_POINTS } from '#domain/around/area.ts';
import { drawKey, MAX_CORNERS, withCorner } from './drawing.ts';
import type { Extent } from './extent.ts';
import type { Instant } from '#domain/time.ts';

/** What the server answers to “find-around” (app/lib/server/around.ts). */
interface ByRoad {
  readonly timeS: number | null;
  readonly roadM: number | null;
}
export interface AroundThing extends ByRoad {
  readonly id: string;
  readonly kind: ThingKind;
  readonly name: string;
  readonly nameEn: string;
  readonly at: LngLat;
  readonly distanceM: number;
  readonly capacity: number | null;
  readonly unit: string | null;
  readonly source: string;
  readonly asOf: string;
}
export interface AroundCase extends ByRoad {
  readonly no: string;
  readonly title: string;
  readonly state: string;
  readonly place: string | null;
  readonly acceptedAt: Instant;
  readonly at: LngLat;
  readonly distanceM: number;
}
export interface AroundCamera extends ByRoad {
  readonly id: string;
  readonly name: string;
  readonly state: 'live' | 'slow' | 'dead' | 'unknown';
  readonly at: LngLat;
  readonly distanceM: number;
}
export interface PeopleSum {
  readonly people: number;
  readonly low: number;
  readonly high: number;
  /** Buildings, or cells of a grid. */
  readonly spots: number;
  readonly unmeasured: number;
}
type Shape = 'area' | 'line';
const LIMITS = { area: { least: 3, most: MAX_CORNERS }, line: { least: 2, most: MAX_LINE_POINTS } } as const;
export interface FoundAround {
  readonly from: RouteEnd;
  readonly extent: Extent;
  readonly things: readonly AroundThing[];
  readonly counts: Partial<Record<ThingKind, number>>;
  readonly cases: { readonly counts: readonly number[] | null; readonly nearest: readonly AroundCase[] };
  readonly cameras: readonly AroundCamera[];
  readonly people: {
    readonly within: readonly PeopleSum[];
    readonly streets: readonly (PeopleSum & { readonly street: string | null; readonly district: string | null })[];
    readonly source: PeopleSource | null;
  };
  readonly roads: { readonly measuredSegments: number; readonly closedSegments: number } | null;
  readonly computedAt: Instant;
}

export const AROUND_TABS = ['around', 'area', 'evacuation'] as const;
export type AroundTab = (typeof AROUND_TABS)[number];
export const LISTS = ['hazard', 'target', 'resource', 'camera', 'case', 'people'] as const;
export type ListName = ThingGroup | 'camera' | 'case' | 'people';

/** The tool “surroundings” of one desk: what it is about, the rings, the area that is drawn, and what was found. */
export class AroundDraft {
  from = $state.raw<RouteEnd | null>(null);
  tab = $state<AroundTab>('around');
  list = $state<ListName>('hazard');
  radiiM = $state.raw<readonly number[]>([500, 1000, 3000]);
  days = $state<number | null>(30);
  /** Analyse what is drawn, an area or the sides of a line, instead of rings. */
  byArea = $state(false);
  /** Corners so far while something is drawn; null: nothing is. */
  drawing = $state.raw<readonly LngLat[] | null>(null);
  drawingShape = $state<Shape>('area');
  /** One of both at most. */
  drawn = $state.raw<readonly LngLat[] | null>(null);
  line = $state.raw<readonly LngLat[] | null>(null);
  /** Metres to each side of the line; null: what was typed is no number. */
  besideM = $state<number | null>(200);
  /** What was deleted last, for “bring back”. */
  dropped = $state.raw<{ readonly shape: Shape; readonly corners: readonly LngLat[] } | null>(null);
  estimate = $state.raw<NewArea | null>(null);
  found = $state.raw<FoundAround | null>(null);
  refused = $state.raw<string | null>(null);
  finding = $state(false);
  /** What is marked in the list. */
  marked = $state.raw<LngLat | null>(null);
  /** The evacuation whose shelters are drawn. */
  evacuation = $state.raw<string | null>(null);

  readonly area: AreaPolygons | null = $derived(this.drawn ? [[[...this.drawn, this.drawn[0]!]]] : null);

  start(from: RouteEnd, tab: AroundTab = 'around'): void {
    if (this.from && this.from.kind === from.kind && this.from.ref === from.ref && same(this.from.at, from.at)) {
      this.tab = tab;
      return;
    }
    this.clear();
    this.from = from;
    this.tab = tab;
  }
  clear(): void {
    this.from = this.drawing = this.drawn = this.line = this.dropped = null;
    this.found = this.refused = this.estimate = this.marked = this.evacuation = null;
    this.byArea = this.finding = false;
  }

  // ── drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
  get limits(): { readonly least: number; readonly most: number } {
    return LIMITS[this.drawingShape];
  }
  draw(shape: Shape): void {
    this.drawingShape = shape;
    this.drawing = [];
  }
  corner(at: LngLat): void {
    if (this.drawing) this.drawing = withCorner(this.drawing, at, this.limits.most);
  }
  #set(shape: Shape, corners: readonly LngLat[] | null): void {
    this.drawn = shape === 'area' ? corners : null;
    this.line = shape === 'line' ? corners : null;
    this.byArea = corners !== null;
  }
  drop(): void {
    const corners = this.drawn ?? this.line;
    this.dropped = corners && { shape: this.line ? 'line' : 'area', corners };
    this.#set('area', null);
  }
  bringBack(): void {
    if (this.dropped) this.#set(this.dropped.shape, this.dropped.corners);
    this.dropped = null;
  }
  /** Keys while something is drawn. @param middle where the map looks @returns whether the key was one of them */
  key(key: string, middle: LngLat | null): boolean {
    const next = this.drawing && drawKey(this.drawing, key, middle, this.limits);
    if (!next) return false;
    this.drawing = 'drawing' in next ? next.drawing : null;
    if ('area' in next && next.area) this.#set(this.drawingShape, next.area);
    return true;
  }
}

const same = (a: LngLat, b: LngLat): boolean => a[0] === b[0] && a[1] === b[1];
