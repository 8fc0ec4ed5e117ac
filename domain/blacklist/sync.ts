import type { Instant } from '../time.ts';
import { barsIn, type BarDirection, type BarList } from './rows.ts';

/** Entries of the switch's database that are ours have this value, with the entry's number after it: others we leave alone. */
export const OURS = 'watchfloor-';

export interface WantedBar {
  readonly id: string;
  readonly number: string;
  readonly direction: BarDirection;
}

export interface BarDifference {
  readonly put: readonly { readonly number: string; readonly value: string }[];
  readonly remove: readonly string[];
  /** Keys that somebody else put there. */
  readonly foreign: number;
}

/** What one list of the switch lacks and has too much. @param held number → value, as the switch tells */
export function barDifference(
  list: BarList,
  wanted: readonly WantedBar[],
  held: ReadonlyMap<string, string>,
): BarDifference {
  const should = new Map(wanted.filter((w) => barsIn(w.direction, list)).map((w) => [w.number, OURS + w.id]));
  const put = [...should].filter(([number, value]) => held.get(number) !== value);
  const remove = [...held].filter(([number, value]) => value.startsWith(OURS) && !should.has(number));
  const foreign = [...held].filter(([number, value]) => !value.startsWith(OURS) && !should.has(number));
  return {
    put: put.map(([number, value]) => ({ number, value })),
    remove: remove.map(([number]) => number),
    foreign: foreign.length,
  };
}

/** How the switch's lists stood when they were last compared. */
export interface BarSwitch {
  readonly state: 'same' | 'away' | 'refused' | 'off';
  readonly at: Instant;
  /** Entries that should be in force. */
  readonly wanted: number;
  /** Numbers on the switch that others put there. */
  readonly foreign: number;
  /** The last time that it held something else: what it was told, and what was taken back. Null: never. */
  readonly repair: { readonly at: Instant; readonly put: number; readonly removed: number } | null;
  readonly detail: string;
}
