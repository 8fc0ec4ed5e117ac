import type { CityDay } from './time.ts';

/** Facts of the system itself. */
export type SystemFactBody =
  /** A city day began: yesterday's counters and closed cases leave the live state. Written once a day by the keeper. */
  | { kind: 'day.opened'; body: { day: CityDay } }
  /** A process started or ended; shown on the status page. */
  | { kind: 'process.started'; body: { process: string; pid: number } }
  | { kind: 'process.ended'; body: { process: string; code: number | null; signal: string | null } }
  /** Bulk history was loaded as records, without a fact each (the demo city's past weeks, an import of old years). */
  | { kind: 'history.loaded'; body: { what: string; rows: number; from: number; to: number } };
