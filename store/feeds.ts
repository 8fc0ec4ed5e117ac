import { gunzipSync, gzipSync } from 'node:zlib';
import type { FeedLinked } from '#domain/city/facts.ts';
import type { FeedLink } from '#domain/city/rows.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';

/** Partner feeds: their links, raw messages, what each message brought, and where a pull stands. */

/** One writer per feed at a time, until the transaction ends. */
export async function lockFeed(tx: Tx, feed: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${`feed:${feed}`}, 0))`;
}

/** Remembers a link as the fact feed.linked tells it. */
export async function saveLink(tx: Tx, link: FeedLinked, at: Instant): Promise<void> {
  await tx`
    insert into feed (id, kind, link, since, body)
    values (${link.feed}, ${link.kind}, ${link.link}, ${toTs(at)}, ${tx.json(link as never)})
    on conflict (id) do update set kind = excluded.kind, link = excluded.link, body = excluded.body,
      since = case when feed.link = excluded.link then feed.since else excluded.since end`;
}

/** The links as last told, by feed id. */
export async function savedLinks(sql: Sql | Tx): Promise<Map<string, FeedLinked>> {
  const rows = await sql<{ id: string; body: FeedLinked }[]>`select id, body from feed order by id`;
  return new Map(rows.map((r) => [r.id, r.body]));
}

/** @returns the ids that were there and are not among `keep`; their rows are gone */
export async function forgetFeeds(tx: Tx, keep: readonly string[]): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    delete from feed where not (id = any(${keep as string[]})) returning id`;
  return rows.map((r) => r.id).sort();
}

/** Smaller messages are kept as they are. */
const PACK_FROM_BYTES = 512;

/** Keeps the bytes of a message as they came, packed (dropped by whole days, store/housekeeping.ts). */
export async function keepRaw(
  tx: Tx,
  feed: string,
  at: Instant,
  contentType: string | null,
  body: Uint8Array,
): Promise<void> {
  const packed = body.length >= PACK_FROM_BYTES;
  const bytes = packed ? gzipSync(body) : Buffer.from(body);
  await tx`
    insert into feed_raw (at, feed, content_type, body, packed)
    values (${toTs(at)}, ${feed}, ${contentType}, ${bytes}, ${packed})`;
}

export interface RawMessage {
  at: Instant;
  contentType: string | null;
  body: Buffer;
}

/** Raw messages of a feed since an instant, oldest first, in pages: a changed mapping can be run again without fetching. */
export async function* rawMessages(sql: Sql, feed: string, since: Instant): AsyncGenerator<RawMessage> {
  let after = toTs(since - 1);
  for (;;) {
    const rows = await sql<{ at: Date; content_type: string | null; body: Buffer; packed: boolean }[]>`
      select at, content_type, body, packed from feed_raw where feed = ${feed} and at > ${after} order by at limit 20`;
    for (const r of rows)
      yield { at: fromTs(r.at), contentType: r.content_type, body: r.packed ? gunzipSync(r.body) : r.body };
    if (rows.length < 20) return;
    after = toTs(fromTs(rows.at(-1)!.at));
  }
}

/** What one message brought: a line of feed_message, from which the figures of feed health (F-01) are made. */
export interface MessageOutcome {
  at: Instant;
  sourceAt: Instant | null;
  bytes: number;
  accepted: number;
  rejected: number;
  quarantined: number;
  outdated: number;
  note: string | null;
}

export async function logMessage(tx: Tx | Sql, feed: string, m: MessageOutcome): Promise<void> {
  await tx`
    insert into feed_message (at, feed, source_at, bytes, accepted, rejected, quarantined, outdated, note)
    values (${toTs(m.at)}, ${feed}, ${m.sourceAt === null ? null : toTs(m.sourceAt)}, ${m.bytes}, ${m.accepted},
            ${m.rejected}, ${m.quarantined}, ${m.outdated}, ${m.note})`;
}

/** The messages of a feed since an instant, oldest first, the newest `limit` of them. */
export async function recentMessages(
  sql: Sql,
  feed: string,
  since: Instant,
  limit: number,
): Promise<{ at: Instant; sourceAt: Instant | null }[]> {
  const rows = await sql<{ at: Date; source_at: Date | null }[]>`
    select at, source_at from feed_message
    where feed = ${feed} and at >= ${toTs(since)} and accepted + quarantined + outdated > 0 order by at desc limit ${limit}`;
  return rows.reverse().map((r) => ({ at: fromTs(r.at), sourceAt: r.source_at === null ? null : fromTs(r.source_at) }));
}

export interface FeedTotals {
  messages: number;
  accepted: number;
  rejected: number;
  quarantined: number;
  outdated: number;
}

export async function feedTotals(sql: Sql, feed: string, since: Instant): Promise<FeedTotals> {
  const [r] = await sql<FeedTotals[]>`
    select count(*)::int as messages, coalesce(sum(accepted), 0)::int as accepted, coalesce(sum(rejected), 0)::int as rejected,
      coalesce(sum(quarantined), 0)::int as quarantined, coalesce(sum(outdated), 0)::int as outdated
    from feed_message where feed = ${feed} and at >= ${toTs(since)}`;
  return r!;
}

/** Where a pull stands: survives a restart, so that an unchanged list is not loaded again. */
export interface PullCursor {
  readonly url: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Hash of the last body: servers without ETag send the same bytes again and again. */
  readonly sha256: string | null;
  /** Addresses of an index that were followed and read, newest last. */
  readonly followed: readonly string[];
}

export async function loadCursor(sql: Sql, feed: string): Promise<PullCursor | null> {
  const [r] = await sql<{ cursor: PullCursor }[]>`
    select cursor from source_cursor where source = ${`feed:${feed}`}`;
  return r?.cursor ?? null;
}

export async function saveCursor(tx: Tx | Sql, feed: string, cursor: PullCursor): Promise<void> {
  await tx`
    insert into source_cursor (source, cursor, at) values (${`feed:${feed}`}, ${tx.json(cursor as never)}, now())
    on conflict (source) do update set cursor = excluded.cursor, at = excluded.at`;
}

/** Lines of feed_message older than so many days leave by whole chunks. */
export async function dropOldMessages(sql: Sql, days: number): Promise<void> {
  await sql`select drop_chunks('feed_message', older_than => make_interval(days => ${days}))`;
}

export interface FeedStatus extends FeedTotals {
  feed: string;
  kind: string;
  link: FeedLink;
  since: Date;
  body: FeedLinked;
  lastAt: Date | null;
  lastSourceAt: Date | null;
  delayP50S: number | null;
  delayP95S: number | null;
  lastHour: number;
}

/** Feed health (F-01) for the status page and reports: every configured feed with its figures since an instant. */
export async function feedStatus(sql: Sql, since: Instant): Promise<FeedStatus[]> {
  return await sql<FeedStatus[]>`
    select f.id as feed, f.kind, f.link, f.since, f.body,
      max(m.at) filter (where m.accepted + m.quarantined + m.outdated > 0) as "lastAt", max(m.source_at) as "lastSourceAt",
      percentile_cont(0.5) within group (order by extract(epoch from m.at - m.source_at)) as "delayP50S",
      percentile_cont(0.95) within group (order by extract(epoch from m.at - m.source_at)) as "delayP95S",
      count(m.at) filter (where m.at >= now() - interval '1 hour')::int as "lastHour",
      count(m.at)::int as messages, coalesce(sum(m.accepted), 0)::int as accepted, coalesce(sum(m.rejected), 0)::int as rejected,
      coalesce(sum(m.quarantined), 0)::int as quarantined, coalesce(sum(m.outdated), 0)::int as outdated
    from feed f left join feed_message m on m.feed = f.id and m.at >= ${toTs(since)}
    group by f.id order by f.id`;
}
