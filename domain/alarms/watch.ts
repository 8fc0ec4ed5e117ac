import type { FeedFigures, FeedRow } from '../city/rows.ts';
import { feedHealth } from '../city/view.ts';
import { workerCondition } from '../status.ts';
import { MINUTE, SECOND, type Instant } from '../time.ts';
import type { Severity, Trouble } from './rows.ts';

/** What the parts of the house said last. */
export interface HouseState {
  readonly workers: readonly {
    readonly worker: string;
    readonly state: 'starting' | 'live' | 'behind' | 'away' | 'stopped';
    readonly at: Instant;
  }[];
  readonly feeds: readonly { readonly id: string; readonly row: FeedRow; readonly figures: FeedFigures | null }[];
  readonly processes: readonly { readonly name: string; readonly running: boolean; readonly at: Instant }[];
  /** Of the figures of the reports: since when the oldest change waits to be counted, and when a pass over changes last ended; null: none. */
  readonly figures: { readonly waitingSince: Instant | null; readonly keptAt: Instant | null };
}

/** Changes are counted within a second, and of years of them a pass ends every few seconds; on a machine at its limit every minute. */
const FIGURES_STUCK_AFTER = 5 * MINUTE;
const FIGURES_KEEPER = 'ingest:stats';

/** A change waits, and no pass has ended for a while: whoever counts hangs, or is gone. A long recount, whose passes end, is none. */
function areFiguresStuck({ waitingSince, keptAt }: HouseState['figures'], now: Instant): boolean {
  return waitingSince !== null && now - Math.max(waitingSince, keptAt ?? -Infinity) > FIGURES_STUCK_AFTER;
}

/** Without these the floor, the walls or the pages are blind. */
const HIGH = new Set([
  'realtime',
  'app',
  'ingest',
  'worker:realtime',
  'worker:app',
  'worker:ingest:asterisk',
  'worker:ingest:keeper',
]);
const severityOf = (name: string, otherwise: Severity): Severity => (HIGH.has(name) ? 'high' : otherwise);

/**
 * What is wrong now. A feed that is away is told once, as the feed, and not again as its worker; so are figures that nobody counts. A process that ended before any of
 * those that run was started is of an earlier start, and is not missed.
 */
export function troubles(house: HouseState, now: Instant): Trouble[] {
  const since = Math.min(...house.processes.filter((p) => p.running).map((p) => p.at));
  const feeds = house.feeds.flatMap(({ id, row, figures }): Trouble[] => {
    const { link } = feedHealth(row, figures, now);
    if (link !== 'away' && link !== 'late') return [];
    return [{ key: `feed:${id}`, subject: 'feed', name: id, severity: link === 'away' ? 'medium' : 'low', code: link }];
  });
  const ofFeeds = new Set(house.feeds.map((f) => `ingest:${f.row.kind}`));
  const stuck = areFiguresStuck(house.figures, now);
  const figures: Trouble[] = stuck
    ? [{ key: 'figures', subject: 'figures', name: '', severity: 'medium', code: 'stuck' }]
    : [];
  const workers = house.workers.flatMap(({ worker, state, at }): Trouble[] => {
    if (stuck && worker === FIGURES_KEEPER) return [];
    const key = `worker:${worker}`;
    const { condition, silent } = workerCondition(worker, state, (now - at) / SECOND);
    const told = { key, subject: 'worker', name: worker } as const;
    if (condition === 'bad' && !(ofFeeds.has(worker) && !silent))
      return [{ ...told, severity: severityOf(key, 'medium'), code: silent ? 'silent' : 'away' }];
    return state === 'behind' && !silent ? [{ ...told, severity: 'low', code: 'behind' }] : [];
  });
  const processes = house.processes.flatMap(({ name, running, at }): Trouble[] =>
    running || at < since
      ? []
      : [
          {
            key: `process:${name}`,
            subject: 'process',
            name,
            severity: severityOf(name, 'medium'),
            code: 'ended',
          },
        ],
  );
  return [...processes, ...workers, ...feeds, ...figures];
}

/** A fault must last so long before it is an alarm: what mends itself at once wants nobody. */
const RAISE_AFTER: Readonly<Record<Severity, number>> = { high: 15 * SECOND, medium: 30 * SECOND, low: 3 * MINUTE };
/** And must be gone so long before the alarm is over. */
const CLEAR_AFTER = 20 * SECOND;

/** Turns what is wrong from look to look into alarms: raised when it lasts, cleared when it stays away. */
export class AlarmWatch {
  /** Since when each fault is there without an alarm. */
  readonly #wrong = new Map<string, Instant>();
  /** Since when the fault of each standing alarm is gone; null: it is there. */
  readonly #standing = new Map<string, Instant | null>();

  /** @param standing keys of the alarms that stand already, as after a restart */
  constructor(standing: Iterable<string>) {
    for (const key of standing) this.#standing.set(key, null);
  }

  /** @param now now and the troubles at that instant; looks come in order of time */
  look(found: readonly Trouble[], now: Instant): { raise: Trouble[]; clear: string[] } {
    const keys = new Set(found.map((t) => t.key));
    for (const key of this.#wrong.keys()) if (!keys.has(key)) this.#wrong.delete(key);
    const raise = found.filter((t) => {
      if (this.#standing.has(t.key)) {
        this.#standing.set(t.key, null);
        return false;
      }
      const since = this.#wrong.get(t.key) ?? now;
      this.#wrong.set(t.key, since);
      if (now - since < RAISE_AFTER[t.severity]) return false;
      this.#wrong.delete(t.key);
      this.#standing.set(t.key, null);
      return true;
    });
    const clear: string[] = [];
    for (const [key, gone] of this.#standing) {
      if (keys.has(key)) continue;
      if (gone === null) this.#standing.set(key, now);
      else if (now - gone >= CLEAR_AFTER) clear.push(key);
    }
    for (const key of clear) this.#standing.delete(key);
    return { raise, clear };
  }
}
