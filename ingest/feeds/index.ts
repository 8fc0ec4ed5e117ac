import { DEMO_ORIGIN } from '#domain/cases/case.ts';
import { casePulls } from '#domain/cases/pull-config.ts';
import { feedSpecs, type FeedSpec } from '#domain/city/feed-config.ts';
import { casePullContact, casePushContact, SWITCH_CONTACT } from '#domain/contact.ts';
import { simulatedSources } from '#domain/demo.ts';
import { DAY } from '#domain/time.ts';
import type { FactDraft } from '#domain/fact.ts';
import { endFeed, expireItems, forgetOldItems } from '#store/city-items.ts';
import { syncClosures } from '#store/closures.ts';
import { recording } from '#store/facts.ts';
import { dropOldMessages, forgetFeeds, savedLinks } from '#store/feeds.ts';
import { forgetEndedSignals, retireContacts } from '#store/signals.ts';
import { parseTokens } from '../push/tokens.ts';
import type { Source, SourceContext } from '../source.ts';
import { realClock } from '../supervisor.ts';
import type { FeedType } from './contract.ts';
import { pullFeed } from './puller.ts';
import { openForPush } from './push.ts';
import { FeedWorker } from './worker.ts';

/** How often items whose time is over are ended. */
const SWEEP_MS = 20_000;
const TIDY_MS = 3_600_000;
/** Ended warnings and events, and the log of messages, are kept so long for reports and replay. */
const ITEMS_KEEP_DAYS = 400;
const MESSAGES_KEEP_DAYS = 120;
const PUSH_TICK_MS = 5000;

/** The source of one kind of feed: every configured feed of that kind, pulled or pushed. */
export function feedSource(type: FeedType): Source {
  return {
    name: type.kind,
    enabled: (config) => feedSpecs(config).some((s) => s.kind === type.kind),
    run: (ctx) =>
      together(
        ctx,
        feedSpecs(ctx.config).filter((s) => s.kind === type.kind),
        async (spec, inner) => {
          const worker = await FeedWorker.open(spec, type, inner);
          await (spec.url === null ? takePushes(worker, inner) : pullFeed(worker, inner));
        },
      ),
  };
}

/** Runs several feeds of one source; when one fails the others stop too, so that the supervisor starts all of them again. */
async function together(
  ctx: SourceContext,
  specs: readonly FeedSpec[],
  run: (spec: FeedSpec, ctx: SourceContext) => Promise<void>,
): Promise<void> {
  const fall = new AbortController();
  const inner = { ...ctx, signal: AbortSignal.any([ctx.signal, fall.signal]) };
  const done = await Promise.allSettled(
    specs.map((spec) =>
      run(spec, inner).catch((e: unknown) => {
        fall.abort();
        throw e;
      }),
    ),
  );
  const failed = done.find((d) => d.status === 'rejected');
  if (failed) throw failed.reason;
}

async function takePushes(worker: FeedWorker, ctx: SourceContext): Promise<void> {
  const close = openForPush(worker);
  try {
    while (!ctx.signal.aborted) {
      await worker.publish();
      await realClock.sleep(PUSH_TICK_MS, ctx.signal);
    }
  } finally {
    close();
  }
}

/** What concerns all feeds together: those that left the configuration, items whose time is over, what is old. */
export const feedKeeper: Source = {
  name: 'feeds',
  enabled: () => true,
  async run(ctx) {
    await leave(ctx, Date.now());
    let tidyAt = 0;
    while (!ctx.signal.aborted) {
      const now = Date.now();
      const ended = await sweep(ctx, now);
      if (now >= tidyAt) {
        await dropOldMessages(ctx.sql, MESSAGES_KEEP_DAYS);
        await ctx.sql.begin((tx) => forgetOldItems(tx as never, ITEMS_KEEP_DAYS));
        await forgetEndedSignals(ctx.sql, now - DAY);
        tidyAt = now + TIDY_MS;
      }
      ctx.report('live', { ended });
      await realClock.sleep(SWEEP_MS, ctx.signal);
    }
  },
};

/** Ends what time alone ended. @returns facts recorded */
export async function sweep(ctx: Pick<SourceContext, 'sql'>, now: number): Promise<number> {
  const facts = await recording(ctx.sql, async (tx) => {
    const f = await expireItems(tx, now);
    return { facts: f, result: f.length };
  });
  await syncClosures(ctx.sql, now);
  return facts;
}

/** Takes feeds off the screens that the configuration no longer has, with everything that they told. */
export async function leave(ctx: Pick<SourceContext, 'sql' | 'config'>, now: number): Promise<void> {
  const keep = new Set([
    ...feedSpecs(ctx.config).map((s) => s.id),
    ...(ctx.config.mqttUrl === '' ? [] : ['vehicle-positions']),
  ]);
  const gone = [...(await savedLinks(ctx.sql)).keys()].filter((id) => !keep.has(id));
  const { config } = ctx;
  const known = new Set([
    ...(config.amiHost === '' ? [] : [SWITCH_CONTACT]),
    ...casePulls(config.casePulls).map((p) => casePullContact(p.name)),
    ...Object.keys(parseTokens(config.pushTokens)).map(casePushContact),
    ...(simulatedSources(config).includes('cases') ? [casePushContact(DEMO_ORIGIN)] : []),
  ]);
  await retireContacts(ctx.sql, (key) => known.has(key), now);
  if (gone.length === 0) return;
  await recording(ctx.sql, async (tx) => {
    const facts: FactDraft[] = [];
    for (const feed of gone) facts.push(...(await endFeed(tx, feed, now)));
    await forgetFeeds(tx, [...keep]);
    for (const feed of gone)
      facts.push({ kind: 'feed.removed', body: { feed }, at: now, subject: feed, actor: 'ingest:feeds' });
    return { facts, result: null };
  });
}
