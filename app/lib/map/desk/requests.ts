import type { LngLat } from '#domain/city/rows.ts';
import type { RouteEnd, RouteLine, RouteReason } from '#domain/incidents/rows.ts';
import type { Instant } from '#domain/time.ts';

/** What the desk asks its server: shapes shared with app/lib/server/commands. Everything live comes over the connection instead. */

/** An end of a route as the desk names it; the server looks up where an incident, case or vehicle is. */
export type EndRef =
  | { readonly kind: 'point' | 'place'; readonly ref: string | null; readonly label: string; readonly at: LngLat }
  | { readonly kind: 'incident' | 'case' | 'vehicle'; readonly ref: string };

export const endRef = (e: RouteEnd): EndRef =>
  e.kind === 'point' || e.kind === 'place'
    ? { kind: e.kind, ref: e.ref, label: e.label, at: e.at }
    : { kind: e.kind, ref: e.ref ?? '' };

export interface FoundRoute {
  readonly from: RouteEnd;
  readonly to: RouteEnd;
  readonly shortest: RouteLine;
  readonly best: RouteLine;
  readonly why: readonly RouteReason[];
  /** Other ways worth a thought, the quickest first. */
  readonly alternatives: readonly RouteLine[];
  readonly measuredSegments: number;
  readonly computedAt: Instant;
}

export interface FoundReach {
  readonly from: RouteEnd;
  readonly areas: readonly {
    readonly minutes: number;
    readonly polygons: readonly (readonly (readonly LngLat[])[])[];
    readonly areaKm2: number;
  }[];
  readonly measuredSegments: number;
  readonly computedAt: Instant;
  /** The stations that all set out, nearest to the place first, and how many the city has; of one place left out. */
  readonly stations?: readonly FoundStation[];
  readonly total?: number;
}
export interface FoundStation {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly at: LngLat;
  /** Straight to the place that was asked about, metres. */
  readonly distanceM: number;
  /** By road to that place; null: no way, or no road near. */
  readonly timeS: number | null;
  readonly roadM: number | null;
}

export interface NearVehicle {
  readonly id: string;
  readonly timeS: number;
  readonly lengthM: number;
}

/** A candidate for an address (gis-data/places). */
export interface FoundAddress {
  readonly label: string;
  readonly labelEn: string | null;
  readonly district: string | null;
  readonly districtEn: string | null;
  readonly at: LngLat;
  readonly level: 'house' | 'interpolated' | 'crossing' | 'landmark' | 'street' | 'district';
  /** In about four of five cases the place is within so many metres. */
  readonly radiusM: number;
  /** 1: everything was found as it was said. */
  readonly score: number;
  readonly reason: { readonly zh: string; readonly en: string };
}

interface NearPoint {
  readonly label: string;
  readonly labelEn: string | null;
  readonly distanceM: number;
}
/** What a point is called. */
export interface PointName {
  readonly district: { readonly name: string; readonly nameEn: string } | null;
  readonly street: { readonly name: string; readonly nameEn: string } | null;
  readonly road: { readonly name: string | null; readonly nameEn: string | null; readonly distanceM: number } | null;
  readonly house: NearPoint | null;
  readonly landmark: NearPoint | null;
  readonly zh: string;
  readonly en: string;
}

export interface PlaceFound {
  readonly kind: 'place' | 'case' | 'address';
  readonly id: string;
  readonly name: string;
  readonly nameEn: string | null;
  readonly within: string;
  /** Of a place of the map. */
  readonly withinEn?: string;
  readonly at: LngLat | null;
  /** Of an address. */
  readonly found?: FoundAddress;
}

export type Answer<T> =
  { readonly ok: true; readonly made: T } | { readonly ok: false; readonly refused: string; readonly detail: string };

/** Asks; a connection that breaks is a refusal `network`, because nobody knows then whether it was done. */
async function ask<T>(input: string, init: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(input, { cache: 'no-store', ...init });
    const type = response.headers.get('content-type') ?? '';
    if (!type.startsWith('application/json')) return { ok: false, refused: 'network', detail: String(response.status) };
    return (await response.json()) as Answer<T>;
  } catch (e) {
    if ((e as Error).name === 'AbortError') throw e;
    return { ok: false, refused: 'network', detail: (e as Error).message };
  }
}

/** A command of the desk (app/lib/server/commands). */
export const command = <T = null>(name: string, body: object): Promise<Answer<T>> =>
  ask<T>(`/map/commands/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });

/** A question. @param signal ends it when the answer is no longer wanted (rejects with AbortError) */
export const query = <T>(path: string, signal?: AbortSignal): Promise<Answer<T>> =>
  ask<T>(path, signal ? { signal } : {});

/** A key per command that makes something: sent again after a lost answer, it makes nothing twice. */
export const requestKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
