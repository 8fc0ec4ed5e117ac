import type { SegmentSignal } from '#domain/city/rows.ts';
import { MINUTE, type Instant } from '#domain/time.ts';

/** A speed older than this says nothing about now: the road loses its colour. */
const STALE = 10 * MINUTE;

export interface SpeedValue {
  readonly at: Instant;
  readonly body: SegmentSignal;
}

/**
 * Flow per road edge: measured speed as a share 0–1 of the free one, in steps of 0.05, so that noise repaints nothing.
 * Edges without a free speed are left out: 30 km/h is fine in a lane and a jam on an expressway.
 */
export function flows(values: ReadonlyMap<string, SpeedValue>, now: Instant): Map<number, number> {
  const out = new Map<number, number>();
  for (const [key, v] of values) {
    const free = v.body.freeKmh;
    if (free === null || free <= 0 || now - v.at > STALE) continue;
    const edge = Number(key);
    if (!Number.isSafeInteger(edge)) continue;
    out.set(edge, Math.round(Math.min(1, Math.max(0, v.body.kmh / free)) * 20) / 20);
  }
  return out;
}

export type FlowClass = 'free' | 'slow' | 'jam';
/** Limits shared with the colours of the map (ground.ts). */
export const flowClass = (flow: number): FlowClass => (flow >= 0.7 ? 'free' : flow >= 0.4 ? 'slow' : 'jam');

/** Edges per class: for the figures beside the map. */
export function flowCounts(all: ReadonlyMap<number, number>): Record<FlowClass, number> {
  const out = { free: 0, slow: 0, jam: 0 };
  for (const f of all.values()) out[flowClass(f)]++;
  return out;
}
