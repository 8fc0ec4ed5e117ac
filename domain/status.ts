/** How a thing stands, for the status page: judged from what it said last and how long ago that was. Pure. */
export type Condition = 'good' | 'behind' | 'bad' | 'unknown';

/** A worker that reports every few seconds is missed sooner than one that reports when something happened, seconds. */
const SILENT_AFTER_S: Readonly<Record<string, number>> = {
  realtime: 20,
  app: 20,
  'ingest:keeper': 600,
};
const SILENT_AFTER_DEFAULT_S = 180;

export function silentAfterS(worker: string): number {
  return SILENT_AFTER_S[worker] ?? SILENT_AFTER_DEFAULT_S;
}

/**
 * A dead worker says nothing: its last word counts only while it is fresh.
 * @param state what it said last
 * @param ageS seconds since then
 */
export function workerCondition(
  worker: string,
  state: 'starting' | 'live' | 'behind' | 'away' | 'stopped',
  ageS: number,
): { condition: Condition; silent: boolean } {
  if (state === 'stopped') return { condition: 'unknown', silent: false };
  if (ageS > silentAfterS(worker)) return { condition: 'bad', silent: true };
  switch (state) {
    case 'live':
      return { condition: 'good', silent: false };
    case 'away':
      return { condition: 'bad', silent: false };
    case 'behind':
    case 'starting':
      return { condition: 'behind', silent: false };
  }
}

/** Of several conditions the one that needs a person most. Nothing known is no good news. */
export function worst(conditions: Iterable<Condition>): Condition {
  const order: readonly Condition[] = ['unknown', 'good', 'behind', 'bad'];
  let at = 0;
  for (const c of conditions) at = Math.max(at, order.indexOf(c));
  return order[at]!;
}
