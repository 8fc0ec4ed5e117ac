import { setTimeout as sleep } from 'node:timers/promises';
import { keepGazetteer } from '#gis-data/places/build.ts';
import { activeCity } from '#store/gis.ts';
import { pendingCount } from '#store/gis-places-write.ts';
import { holdAlone } from '#store/housekeeping.ts';
import type { Source } from '../source.ts';

/** Between two looks when there was nothing to do. */
const IDLE_MS = 5000;
/** Between two steps while there is: others of this process and the database come first. */
const PAUSE_MS = 50;
const REPORT_MS = 10_000;

/**
 * Keeps the gazetteer of the shown city in step with its map and with the addresses of cases. One process of the house does; a failure
 * leaves the cases of its step waiting.
 */
export const gazetteerKeeper: Source = {
  name: 'gazetteer',
  enabled: () => true,
  async run({ sql, signal, report, log }) {
    await using lock = await holdAlone(sql, 'gazetteer', signal);
    if (!lock.held) return;
    let reportedAt = -Infinity;
    while (!signal.aborted) {
      const city = await activeCity(sql);
      const done = city ? await keepGazetteer(sql, city) : 'idle';
      if (done === 'built') log.info({ city: city?.id, version: city?.mapVersion }, 'gazetteer made of the map');
      if (done !== 'learned' || performance.now() - reportedAt > REPORT_MS) {
        const pending = await pendingCount(sql);
        report(pending > 5000 ? 'behind' : 'live', { city: city?.id ?? null, pending });
        reportedAt = performance.now();
      }
      await sleep(done === 'idle' ? IDLE_MS : PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  },
};
