import { setTimeout as sleep } from 'node:timers/promises';
import { AlarmWatch, troubles, type HouseState } from '#domain/alarms/watch.ts';
import { CITY_LANES, type FeedFigures } from '#domain/city/rows.ts';
import { clearAlarm, raiseAlarm, standingKeys } from '#store/alarms.ts';
import type { Sql } from '#store/db.ts';
import { savedLinks } from '#store/feeds.ts';
import { workerHealth } from '#store/health.ts';
import { holdAlone } from '#store/housekeeping.ts';
import { signalsAfter } from '#store/signals.ts';
import { figuresWaiting } from '#store/reports/keep.ts';
import { PROCESSES, processes } from '#store/status.ts';
import type { Source } from '../source.ts';

const LOOK_EVERY_MS = 5000;

/** What the parts of the house said last, read from the database: whoever is dead has stopped saying anything. */
export async function readHouse(sql: Sql, now: number): Promise<HouseState> {
  const [workers, links, said, running, figures] = await Promise.all([
    workerHealth(sql),
    savedLinks(sql),
    signalsAfter(sql, CITY_LANES.feeds, 0),
    processes(sql, PROCESSES, now),
    figuresWaiting(sql),
  ]);
  const known = new Map(said.map((f) => [f.key, f.body as unknown as FeedFigures]));
  return {
    workers: workers.map((w) => ({ worker: w.worker, state: w.state, at: w.at.getTime() })),
    feeds: [...links].map(([id, link]) => ({ id, row: { ...link, since: 0 }, figures: known.get(id) ?? null })),
    processes: running,
    figures,
  };
}

/**
 * Looks at the whole house every few seconds and raises an alarm by itself where a part fails (MON-07). Its own silence is judged by
 * the pages that show alarms. One at a time: a second one waits for the lock of the first.
 */
export const watch: Source = {
  name: 'watch',
  enabled: () => true,
  async run({ sql, signal, report }) {
    await using lock = await holdAlone(sql, 'watch', signal);
    if (!lock.held) return;
    const alarms = new AlarmWatch(await standingKeys(sql));
    while (!signal.aborted) {
      const now = Date.now();
      const found = troubles(await readHouse(sql, now), now);
      const { raise, clear } = alarms.look(found, now);
      for (const t of raise) await raiseAlarm(sql, t, now);
      for (const key of clear) await clearAlarm(sql, key, now);
      report('live', { troubles: found.length });
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    }
  },
};
