import type { FlowNode, MenuEnd } from '#domain/calls/ivr-flow.ts';
import type { MenuPointName } from '#domain/config.ts';
import type { CallRow } from '#domain/floor/rows.ts';
import type { Instant } from '#domain/time.ts';

/**
 * Calls that are in the menu now, by point, and how long the first of each has been in its call, s. A call without a step is not
 * counted: after a restart it may be one that was found in the middle of something.
 */
export function inMenu(calls: Iterable<CallRow>, now: Instant): Map<string, { calls: number; longestS: number }> {
  const out = new Map<string, { calls: number; longestS: number }>();
  for (const c of calls) {
    if (c.direction !== 'in' || c.stage !== 'ivr' || c.step === null) continue;
    const have = out.get(c.step) ?? { calls: 0, longestS: 0 };
    const s = Math.max(0, Math.floor((now - c.startedAt) / 1000));
    out.set(c.step, { calls: have.calls + 1, longestS: Math.max(have.longestS, s) });
  }
  return out;
}

export type Points = Readonly<Record<string, MenuPointName>>;
type Ends = Readonly<Partial<Record<MenuEnd, number>>>;

/** Calls that ended at a point: served where the house says that the point serves (or a message was left), else given up. */
export function endedAt(point: string, ends: Ends, points: Points): { served: number; gaveUp: number } {
  const hungUp = ends.menu ?? 0;
  const serves = points[point]?.serves === true;
  return { served: (ends.voicemail ?? 0) + (serves ? hungUp : 0), gaveUp: serves ? 0 : hungUp };
}

/** The whole menu: served, gave up, came to a queue. */
export function outcome(rows: readonly FlowNode[], points: Points): { served: number; gaveUp: number; queued: number } {
  const out = { served: 0, gaveUp: 0, queued: 0 };
  for (const r of rows) {
    const { served, gaveUp } = endedAt(r.point, r.ends, points);
    out.served += served;
    out.gaveUp += gaveUp;
    out.queued += r.ends.queue ?? 0;
  }
  return out;
}
