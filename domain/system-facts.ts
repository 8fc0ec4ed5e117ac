import type { AccountRole, Scene } from './access.ts';
import type { TeamHome } from './calls/settings.ts';
import type { Thresholds } from './calls/thresholds.ts';
import type { Officer } from './incidents/rows.ts';
import type { IndexEntry } from './reports/work-index.ts';
import type { CityDay, Instant } from './time.ts';

/** Facts of the system itself. */
export type SystemFactBody =
  /** A city day began: yesterday's counters and closed cases leave the live state. Written once a day by the keeper. */
  | { kind: 'day.opened'; body: { day: CityDay } }
  /** A process started or ended; shown on the status page. */
  | { kind: 'process.started'; body: { process: string; pid: number } }
  | { kind: 'process.ended'; body: { process: string; code: number | null; signal: string | null } }
  /** Bulk history was loaded as records, without a fact each (the demo city's past weeks, an import of old years). */
  | { kind: 'history.loaded'; body: { what: string; rows: number; from: number; to: number } }
  /** Another of the loaded cities is the one that screens show; subject = its id. */
  | { kind: 'map.city-shown'; body: { city: string; name: string; before: string | null } }
  /** A loaded city left the database; subject = its id. */
  | { kind: 'map.city-removed'; body: { city: string; name: string } }
  /** Who came and went. Ids only: names, addresses and secrets stay in their tables. */
  | {
      kind: 'account.signed-in' | 'account.signed-out' | 'account.session-revoked';
      body: { account: number; session: number };
    }
  /** So many wrong passwords that the account is closed to that address for `waitS` seconds. */
  | { kind: 'account.sign-in-blocked'; body: { account: number; waitS: number } }
  | { kind: 'account.created'; body: { account: number; login: string; role: AccountRole } }
  | { kind: 'account.changed'; body: { account: number; role: AccountRole; disabled: boolean } }
  | { kind: 'account.password-changed'; body: { account: number; reset: boolean } }
  /** A wall screen was paired, given another scene, or unpaired. */
  | { kind: 'wall.paired' | 'wall.scene-chosen'; body: { device: number; name: string; scene: Scene } }
  | { kind: 'wall.unpaired'; body: { device: number; name: string } }
  /** Rows with citizens' numbers left the house as a file: `whole` numbers, or partly hidden ones. */
  | {
      kind: 'report.exported';
      body: {
        report: string;
        from: Instant;
        to: Instant;
        rows: number;
        numbers: 'whole' | 'masked';
        format: string;
        by: Officer;
      };
    }
  /** What reports count by, from an instant on (store/reports/settings.ts, store/reports/teams.ts). */
  | { kind: 'stat.threshold-set'; body: { queue: string; from: Instant; values: Thresholds; by: Officer } }
  | { kind: 'stat.trunk-size-set'; body: { trunk: string; from: Instant; channels: number; by: Officer } }
  | { kind: 'stat.team-set'; body: { seats: readonly string[]; team: string; from: Instant; by: Officer } }
  | { kind: 'stat.team-home-set'; body: TeamHome & { readonly by: Officer } }
  | { kind: 'stat.work-index-set'; body: { from: Instant; entries: readonly IndexEntry[]; by: Officer } };
