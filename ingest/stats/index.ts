import { setTimeout as sleep } from 'node:timers/promises';
import { FACT_CHANNEL } from '#store/facts.ts';
import { holdAlone } from '#store/housekeeping.ts';
import { keepStats, keepUp, packStats, statsDue } from '#store/reports/keep.ts';
import type { Source } from '../source.ts';

/** From one pass to the next while calls go on: with the pass itself a figure is no older than a second. */
const PACE_MS = 400;
/** After a pass the keeper rests this many times as long: reports never take more than an eighth of a core from what is live. */
const REST = 7;
/** Rows that were written without a fact ring no bell. */
const BEAT_MS = 700;
const REPORT_EVERY_MS = 10_000;

/** Keeps the rollups of the reports up to date (store/reports/keep.ts). One at a time: a second one waits for the lock of the first. */
export const statKeeper: Source = {
  name: 'stats',
  enabled: () => true,
  async run({ sql, config, signal, report }) {
    await using lock = await holdAlone(sql, 'stats', signal);
    if (!lock.held) return;
    let wake: () => void = () => {};
    let rung = false;
    const ring = (): void => {
      rung = true;
      wake();
    };
    const listening = sql.listen(FACT_CHANNEL, ring, ring);
    listening.catch(() => {}); // the beat goes on without it
    const beat = setInterval(ring, BEAT_MS);
    signal.addEventListener('abort', ring);
    let reportedAt = -Infinity;
    let toPack = true;
    let packFrom = 0;
    try {
      while (!signal.aborted) {
        rung = false;
        const began = performance.now();
        const due = await statsDue(sql, { zone: config.zone, now: Date.now() });
        const kept = due ? await keepStats(sql, { zone: config.zone, now: Date.now() }) : null;
        const took = performance.now() - began;
        if (performance.now() - reportedAt > REPORT_EVERY_MS) {
          reportedAt = performance.now();
          const detail = { marks: kept?.marks ?? 0, halfHours: kept?.halfHours ?? 0, passMs: Math.round(took) };
          report(kept?.more ? 'behind' : 'live', detail);
        }
        if (kept?.more) {
          await keepUp(sql, { zone: config.zone, now: Date.now, signal, pack: false });
          continue;
        }
        await sleep(Math.max(PACE_MS - took, took * REST), undefined, { signal }).catch(() => {});
        if ((kept?.toPack ?? toPack) && performance.now() > packFrom && !signal.aborted) {
          const packing = performance.now();
          toPack = await packStats(sql, config.zone);
          // what is marked meanwhile is counted at the usual pace: only the next packing waits
          packFrom = performance.now() + (performance.now() - packing) * REST;
        }
        if (!rung && !signal.aborted) await new Promise<void>((r) => (wake = r));
      }
    } finally {
      clearInterval(beat);
      signal.removeEventListener('abort', ring);
      await listening.then((l) => l.unlisten()).catch(() => {});
    }
  },
};
