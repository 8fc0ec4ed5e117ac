import { casePulls, type CasePull } from '#domain/cases/pull-config.ts';
import { casePullContact } from '#domain/contact.ts';
import type { Instant } from '#domain/time.ts';
import { toWgs84 } from '#gis-data/crs.ts';
import { pullCursor, takePage } from '#store/case-push.ts';
import { ContactTeller } from '../contact.ts';
import { fetchFeed } from '../feeds/http.ts';
import { retryDelay } from '../feeds/puller.ts';
import type { Source, SourceContext } from '../source.ts';
import { realClock, type Clock } from '../supervisor.ts';
import { parsePage } from './parse.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

/** How one system is doing, for the status page. */
interface Figures {
  cursor: string;
  contactAt: Instant | null;
  newestAt: Instant | null;
  failures: number;
  error: string | null;
  new: number;
  changed: number;
  refused: number;
}

/** Asks other case systems for their changes, each by its own cursor, which is saved with the cases of its page. */
export const casesPull: Source = {
  name: 'cases-pull',
  enabled: (config) => casePulls(config.casePulls).length > 0,
  async run(ctx) {
    const systems = casePulls(ctx.config.casePulls);
    const all: Record<string, Figures> = {};
    await Promise.all(systems.map((pull) => pullSystem(pull, ctx, (f) => tell(ctx, all, pull.name, f))));
  },
};

function tell(ctx: SourceContext, all: Record<string, Figures>, name: string, figures: Figures): void {
  all[name] = { ...figures };
  const away = Object.values(all).filter((f) => f.failures > 0).length;
  ctx.report(away === 0 ? 'live' : away === Object.keys(all).length ? 'away' : 'behind', { systems: all });
}

/** Pulls one system until the signal aborts. Rejects only when the database is away; the supervisor starts it again. */
export async function pullSystem(
  pull: CasePull,
  ctx: SourceContext,
  onFigures: (f: Figures) => void,
  clock: Clock = realClock,
): Promise<void> {
  const f: Figures = {
    cursor: (await pullCursor(ctx.sql, `pull:${pull.name}`)) ?? pull.first,
    contactAt: null,
    newestAt: null,
    failures: 0,
    error: null,
    new: 0,
    changed: 0,
    refused: 0,
  };
  const limitS = 2 * pull.intervalS + TIMEOUT_MS / 1000;
  const contact = new ContactTeller(ctx.sql, casePullContact(pull.name), limitS, ctx.log, () => clock.now());
  await contact.expected();
  while (!ctx.signal.aborted) {
    const more = await pullPage(pull, ctx, f, clock);
    onFigures(f);
    if (f.failures === 0 && f.contactAt !== null) contact.heard(f.contactAt);
    if (f.failures > 0) await clock.sleep(retryDelay(f.failures, 60, clock.random()), ctx.signal);
    else if (!more) await clock.sleep(pull.intervalS * 1000, ctx.signal);
  }
  await contact.settled();
}

/** One page. @returns whether the next one may be asked for at once */
async function pullPage(pull: CasePull, ctx: SourceContext, f: Figures, clock: Clock): Promise<boolean> {
  const url = pull.url.replaceAll('{cursor}', encodeURIComponent(f.cursor)).replaceAll('{limit}', String(pull.limit));
  const got = await fetchFeed(url, {
    headers: { accept: 'application/json', ...pull.headers },
    etag: null,
    lastModified: null,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    signal: ctx.signal,
  });
  if (ctx.signal.aborted) return false;
  if (got.kind !== 'content') return failed(f, ctx, got.kind === 'failed' ? got.error : 'HTTP 304 without being asked');
  const now = clock.now();
  const page = parsePage(got.body, pull, (at) => toWgs84([at[0], at[1]], pull.mapping.crs), now);
  if (!page.ok) {
    await ctx.reject(got.body, page.code, `${pull.name}: ${page.reason}`);
    return failed(f, ctx, `${page.code}: ${page.reason}`);
  }
  const { records, withdrawn, refused, items, next } = page.value;
  const before = f.cursor;
  if (items > 0 || (next !== null && next !== before)) {
    const done = await takePage(ctx.sql, {
      source: `pull:${pull.name}`,
      cursor: next ?? before,
      origin: pull.mapping.origin,
      records,
      withdrawn,
      now,
      zone: ctx.config.zone,
      actor: `ingest:pull:${pull.name}`,
    });
    f.cursor = next ?? before;
    for (const r of refused) await ctx.reject(r.raw, r.code, `${pull.name}: ${r.reason}`);
    for (const [i, outcome] of done.outcomes.entries()) {
      if (outcome === 'new') f.new++;
      else if (outcome === 'moved' || outcome === 'corrected') f.changed++;
      else if (outcome === 'number-taken')
        await ctx.reject(
          JSON.stringify({ externalId: records[i]!.externalId }),
          outcome,
          `${pull.name}: the number ${records[i]!.caseNo} belongs to another case`,
        );
    }
    f.changed += done.withdrawn.size;
    f.refused += refused.length;
    f.newestAt = records.reduce<Instant | null>((t, r) => Math.max(t ?? 0, r.acceptedAt), f.newestAt);
  }
  f.contactAt = now;
  f.failures = 0;
  f.error = null;
  return items > 0 && next !== null && next !== before;
}

function failed(f: Figures, ctx: SourceContext, error: string): false {
  f.failures++;
  f.error = error;
  ctx.log.warn({ error, failures: f.failures }, 'the case system did not answer as it should');
  return false;
}
