import { createHash } from 'node:crypto';
import { loadCursor, saveCursor, type PullCursor } from '#store/feeds.ts';
import type { SourceContext } from '../source.ts';
import { realClock, type Clock } from '../supervisor.ts';
import { fetchFeed } from './http.ts';
import type { FeedWorker } from './worker.ts';

/** How often the link is looked at between two pulls. */
const TICK_MS = 5000;
/** Alerts of an index read in one pull, and remembered as read. */
const FOLLOW_AT_ONCE = 100;
const FOLLOW_REMEMBERED = 600;

const EMPTY = { etag: null, lastModified: null, sha256: null, followed: [] as readonly string[] };

/**
 * Delay before the next try after `failures` failures in a row: from 1 s doubling up to the interval, at most 5 minutes,
 * spread so that feeds of one partner do not knock together.
 * @returns milliseconds
 */
export function retryDelay(failures: number, intervalS: number, random: number): number {
  const longest = Math.min(300, Math.max(intervalS, 5));
  const full = Math.min(longest, 2 ** Math.min(failures - 1, 12));
  return Math.round(full * 1000 * (0.75 + random / 4));
}

/** Pulls a feed until the signal aborts. Rejects only when the database is away; the supervisor starts it again. */
export async function pullFeed(worker: FeedWorker, ctx: SourceContext, clock: Clock = realClock): Promise<void> {
  const { spec } = worker;
  let cursor: PullCursor = (await loadCursor(ctx.sql, spec.id)) ?? { url: spec.url!, ...EMPTY };
  if (cursor.url !== spec.url) cursor = { url: spec.url!, ...EMPTY };
  await worker.publish(true);
  while (!ctx.signal.aborted) {
    cursor = await pullOnce(worker, ctx, cursor);
    await worker.publish(true);
    const wait =
      worker.failures > 0 ? retryDelay(worker.failures, spec.intervalS, clock.random()) : spec.intervalS * 1000;
    const until = clock.now() + wait;
    while (!ctx.signal.aborted && clock.now() < until) {
      await clock.sleep(Math.min(TICK_MS, until - clock.now()), ctx.signal);
      if (!ctx.signal.aborted) await worker.publish();
    }
  }
}

/** One pull with whatever an index leads to. @returns where the pull stands now */
export async function pullOnce(worker: FeedWorker, ctx: SourceContext, cursor: PullCursor): Promise<PullCursor> {
  const { spec } = worker;
  const got = await fetchFeed(spec.url!, {
    ...limits(worker, ctx),
    etag: cursor.etag,
    lastModified: cursor.lastModified,
  });
  if (ctx.signal.aborted) return cursor;
  if (got.kind === 'failed') {
    worker.failure(got.error);
    ctx.log.warn({ feed: spec.id, error: got.error, failures: worker.failures }, 'feed did not answer');
    return cursor;
  }
  const sha256 = got.kind === 'content' ? createHash('sha256').update(got.body).digest('base64') : null;
  if (got.kind === 'unchanged' || sha256 === cursor.sha256) {
    worker.contact();
    return cursor;
  }
  const next: PullCursor = { ...cursor, etag: got.etag, lastModified: got.lastModified, sha256 };
  const done = await worker.ingest(got.body, got.contentType);
  // Saved last: a process killed before it reads the message again, which changes nothing.
  const reached = done.follow.length === 0 ? next : await followLinks(worker, ctx, cursor, next, done.follow);
  await saveCursor(ctx.sql, spec.id, reached);
  return reached;
}

const limits = (worker: FeedWorker, ctx: SourceContext) => ({
  headers: worker.spec.headers,
  timeoutMs: ctx.config.feedTimeoutS * 1000,
  maxBytes: ctx.config.feedMaxMb * 1024 * 1024,
  signal: ctx.signal,
});

/** Reads the alerts that an index names and that were not read yet. What could not be fetched is tried with the next pull. */
async function followLinks(
  worker: FeedWorker,
  ctx: SourceContext,
  before: PullCursor,
  next: PullCursor,
  links: readonly string[],
): Promise<PullCursor> {
  const index = new URL(worker.spec.url!);
  const followed = new Set(next.followed);
  let missing = false;
  // an index stands newest first, and a chain is better told from its beginning
  for (const link of links.slice(0, FOLLOW_AT_ONCE).reverse()) {
    if (ctx.signal.aborted) return before;
    const url = URL.canParse(link, index.href) ? new URL(link, index.href) : null;
    if (url === null || followed.has(url.href)) continue;
    if (url.origin !== index.origin) {
      await ctx.reject(link, 'foreign-link', `the index of ${worker.spec.id} names another origin: ${url.origin}`);
      followed.add(url.href);
      continue;
    }
    const got = await fetchFeed(url.href, { ...limits(worker, ctx), etag: null, lastModified: null });
    if (got.kind === 'content') {
      await worker.ingest(got.body, got.contentType);
      followed.add(url.href);
    } else {
      missing = true;
      ctx.log.warn(
        { feed: worker.spec.id, url: url.href, error: got.kind === 'failed' ? got.error : '304' },
        'alert of an index not read',
      );
    }
  }
  missing ||= links.length > FOLLOW_AT_ONCE;
  const remembered = [...followed].slice(-FOLLOW_REMEMBERED);
  // With something missing the index must be read again, although it will not have changed.
  return { ...next, followed: remembered, ...(missing ? { etag: null, lastModified: null, sha256: null } : {}) };
}
