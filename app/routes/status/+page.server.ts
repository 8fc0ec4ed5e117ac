import { mayDo } from '#domain/access.ts';
import { CITY_LANES, type FeedFigures } from '#domain/city/rows.ts';
import { Cached } from '#lib/server/cached.ts';
import { mustMay } from '#lib/server/guard.ts';
import { db, settings } from '#lib/server/runtime.ts';
import { savedLinks } from '#store/feeds.ts';
import { workerHealth } from '#store/health.ts';
import { signalsAfter } from '#store/signals.ts';
import { cityDay, startOfDay } from '#domain/time.ts';
import { factFeed, processes, rejectTotals, tableSizes } from '#store/status.ts';
import { callsByQueue } from '#store/trends.ts';
import type { PageServerLoad } from './$types';

/** The processes that may be started under supervision (docs/runbook.md). One that never ran is not listed. */
const PROCESSES = ['app', 'realtime', 'ingest', 'roads', 'broker', 'sim-ami', 'sim-feeds', 'sim-cases', 'sim-vehicles'];

const sizes = new Cached<Awaited<ReturnType<typeof tableSizes>>>(30_000);
const rest = new Cached<Awaited<ReturnType<typeof ask>>>(1_500);

async function ask(now: number) {
  const { zone, queueNames } = settings();
  const [workers, links, figures, running, rejected, facts, queues] = await Promise.all([
    workerHealth(db()),
    savedLinks(db()),
    signalsAfter(db(), CITY_LANES.feeds, 0),
    processes(db(), PROCESSES, now),
    rejectTotals(db(), now),
    factFeed(db()),
    callsByQueue(db(), startOfDay(cityDay(now, zone), zone), now),
  ]);
  const known = new Map(figures.map((f) => [f.key, f.body as unknown as FeedFigures]));
  return {
    workers: workers.map((w) => ({ ...w, at: w.at.getTime() })),
    feeds: [...links.values()].map((link) => ({ link, figures: known.get(link.feed) ?? null })),
    processes: running,
    rejects: rejected,
    facts,
    queues: queues.map((q) => ({ ...q, name: queueNames[q.queue] ?? { zh: q.queue, en: q.queue } })),
  };
}

export const load: PageServerLoad = async (event) => {
  const session = mustMay(event, 'status.see');
  event.depends('app:status');
  const now = Date.now();
  const [all, tables] = await Promise.all([
    rest.get('', now, () => ask(now)),
    sizes.get('', now, () => tableSizes(db())),
  ]);
  return { ...all, tables, openRejects: mayDo(session.role, 'reject.see'), askedAt: now };
};
