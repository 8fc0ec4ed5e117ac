import { setTimeout as sleep } from 'node:timers/promises';
import { cityDay, HOUR, MINUTE, SECOND, startOfDay, type Instant } from '#domain/time.ts';
import { holdAlone } from '#store/housekeeping.ts';
import { isReconciled } from '#store/reconcile.ts';
import type { Source, SourceContext } from '../source.ts';
import { reconcileLogs } from './run.ts';

/** After midnight by so much: logs are rotated by then, and the calls of the evening are over. */
const AFTER_MIDNIGHT = 3 * HOUR;
/** A log that cannot be read is tried again after so long. */
const AGAIN_AFTER = 30 * MINUTE;
const LOOK_EVERY = 30 * SECOND;

/** The day before the newest night: what a nightly comparison is about. */
export function lastDay(now: Instant, zone: string): { from: Instant; to: Instant } {
  const to = startOfDay(cityDay(now - AFTER_MIDNIGHT, zone), zone);
  return { from: startOfDay(cityDay(to - 1, zone), zone), to };
}

/** Each night: the day before, our records beside the switch's own logs (docs/reconcile.md). A night that was missed is made up for. */
export const reconciler: Source = {
  name: 'reconcile',
  enabled: (config) => config.amiQueueLog !== '' || config.amiCdr !== '',
  async run(context) {
    const { sql, config, signal, report } = context;
    await using lock = await holdAlone(sql, 'reconcile', signal);
    if (!lock.held) return;
    let failedAt = -Infinity;
    while (!signal.aborted) {
      const day = lastDay(Date.now(), config.zone);
      if (performance.now() - failedAt > AGAIN_AFTER && !(await isReconciled(sql, day.to)))
        failedAt = (await compareDay(context, day)) ? -Infinity : performance.now();
      else if (failedAt === -Infinity) report('live', { reconciledTo: day.to });
      await sleep(LOOK_EVERY, undefined, { signal }).catch(() => {}); // stopping ends the wait
    }
  },
};

/** @returns false when a log could not be read; the database's own failures are the supervisor's */
async function compareDay(c: SourceContext, day: { from: Instant; to: Instant }): Promise<boolean> {
  const { sql, config, log, signal } = c;
  try {
    const o = await reconcileLogs(sql, {
      ...day,
      queueLog: config.amiQueueLog || null,
      cdr: config.amiCdr || null,
      zone: config.zone,
      askedBy: 'nightly',
      signal,
      reject: (raw, code, reason) => c.reject(raw, code, reason),
    });
    const { visits, calls, differences, broken } = o;
    log.info({ visits, calls, differences, broken }, 'the switch’s logs were compared with our records');
    c.report('live', { reconciledTo: day.to, differences, broken });
    return true;
  } catch (e) {
    log.warn({ err: e }, 'the switch’s logs could not be compared');
    c.report('away', { reason: (e as Error).message });
    return false;
  }
}
