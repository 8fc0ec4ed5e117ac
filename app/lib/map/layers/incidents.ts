import { isOpen } from '#domain/incidents/incident.ts';
import type { IncidentLevel, IncidentRow, IncidentState } from '#domain/incidents/rows.ts';
import type { LngLat } from '#domain/city/rows.ts';

export const LEVEL_NUMERAL: Record<IncidentLevel, string> = { 1: 'I', 2: 'II', 3: 'III', 4: 'IV' };

/** `asked`: nobody has judged it yet (hollow); `certain`: confirmed and at work (filled); `over`: it ended today (grey). */
export type IncidentLook = 'asked' | 'certain' | 'controlled' | 'over';

export function incidentLook(state: IncidentState): IncidentLook {
  if (state === 'reported' || state === 'verifying') return 'asked';
  if (state === 'controlled') return 'controlled';
  return isOpen(state) ? 'certain' : 'over';
}

export interface IncidentTag {
  readonly id: string;
  readonly row: IncidentRow;
  readonly at: LngLat;
  readonly look: IncidentLook;
  /** Larger first where labels fight for room. */
  readonly priority: number;
}

/** Gravest first: what nobody took yet, then by level, then the newest; what is over comes last. */
export function byWeight([ida, a]: readonly [string, IncidentRow], [idb, b]: readonly [string, IncidentRow]): number {
  const rank = (r: IncidentRow): number => (r.state === 'reported' ? 0 : isOpen(r.state) ? 1 : 2);
  return (
    Number(a.drill) - Number(b.drill) ||
    rank(a) - rank(b) ||
    a.level - b.level ||
    b.reportedAt - a.reportedAt ||
    (ida < idb ? -1 : 1)
  );
}

/** Open incidents, and those that ended today when asked for, as they stand on the map. */
export function incidentTags(rows: ReadonlyMap<string, IncidentRow>, { over = false } = {}): IncidentTag[] {
  const all = [...rows].filter(([, r]) => over || isOpen(r.state)).sort(byWeight);
  return all.map(([id, row], i) => ({ id, row, at: row.at, look: incidentLook(row.state), priority: 1000 - i }));
}
