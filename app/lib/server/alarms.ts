import { SECOND } from '#domain/time.ts';
import { openAlarms } from '#store/alarms.ts';
import { workerHealth } from '#store/health.ts';
import { Cached } from './cached.ts';
import { db, log } from './runtime.ts';

/** What the head of every page tells of the system's alarms. */
export interface AlarmSummary {
  /** Alarms that nobody has acknowledged or put aside. */
  readonly count: number;
  readonly high: boolean;
  /** Who raises alarms says nothing itself: then no alarm is no good news. */
  readonly blind: boolean;
}

/** The watch looks every 5 s. */
const BLIND_AFTER_MS = 45 * SECOND;
const answers = new Cached<AlarmSummary>(3 * SECOND, 1);

/** While the database is away: blind. */
export async function currentAlarms(): Promise<AlarmSummary> {
  const now = Date.now();
  try {
    return await answers.get('', now, async () => {
      const [open, workers] = await Promise.all([openAlarms(db(), now), workerHealth(db())]);
      const watch = workers.find((w) => w.worker === 'ingest:watch');
      return { ...open, blind: !watch || now - watch.at.getTime() > BLIND_AFTER_MS };
    });
  } catch (e) {
    log.warn({ err: e }, 'alarms cannot be read');
    return { count: 0, high: false, blind: true };
  }
}
