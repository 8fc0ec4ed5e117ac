import type { Officer } from '../incidents/rows.ts';
import type { Instant } from '../time.ts';

/** A number that the house does not take calls from, or does not call, or both. The switch executes (ingest/asterisk/bars). */
export const BAR_DIRECTIONS = ['in', 'out', 'both'] as const;
export type BarDirection = (typeof BAR_DIRECTIONS)[number];
/** The two lists that the switch keeps. */
export const BAR_LISTS = ['in', 'out'] as const;
export type BarList = (typeof BAR_LISTS)[number];

export const barsIn = (direction: BarDirection, list: BarList): boolean => direction === 'both' || direction === list;

export const BAR_SOURCES = ['page', 'call', 'import'] as const;
export type BarSource = (typeof BAR_SOURCES)[number];

/** What an officer enters, checked: from `from` on, until `until` where it is not for good. */
export interface Bar {
  readonly number: string;
  readonly direction: BarDirection;
  readonly reason: string;
  readonly from: Instant;
  readonly until: Instant | null;
}

/** scheduled → in-force → lifted | expired; scheduled → lifted. */
export const BAR_STATES = ['scheduled', 'in-force', 'expired', 'lifted'] as const;
export type BarState = (typeof BAR_STATES)[number];

export interface BarEntry extends Bar {
  readonly id: string;
  readonly source: BarSource;
  readonly by: string;
  readonly addedAt: Instant;
  /** Null: not ended. `by` is null where the time ran out. */
  readonly ended: { readonly at: Instant; readonly by: string | null; readonly reason: string } | null;
  /** Does the switch hold it, as far as it was last asked? */
  readonly told: boolean;
}

/** @param now only what has not ended asks it */
export function barState(e: Pick<BarEntry, 'from' | 'until' | 'ended'>, now: Instant): BarState {
  if (e.ended) return e.ended.by === null ? 'expired' : 'lifted';
  if (e.until !== null && e.until <= now) return 'expired';
  return e.from <= now ? 'in-force' : 'scheduled';
}

/** What the switch does about an entry: done, still to be told, still to be taken back, or nothing to do. */
export const barDelivery = (e: BarEntry, now: Instant): 'told' | 'to-tell' | 'to-take-back' | 'none' => {
  const wanted = barState(e, now) === 'in-force';
  if (wanted) return e.told ? 'told' : 'to-tell';
  return e.told ? 'to-take-back' : 'none';
};

/** Facts of the blacklist; the numbers stand in the rows alone (store/blacklist.ts). Subject: the entry's number, or the import's. */
export type BlacklistFactBody =
  | {
      kind: 'blacklist.barred';
      body: { direction: BarDirection; until: Instant | null; source: BarSource; by: Officer };
    }
  | { kind: 'blacklist.lifted'; body: { by: Officer; reason: string } }
  | { kind: 'blacklist.expired'; body: { until: Instant } }
  | { kind: 'blacklist.imported'; body: { entries: number; skipped: number; file: string; by: Officer } };
