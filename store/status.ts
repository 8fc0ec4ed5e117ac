import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql } from './db.ts';

/** What the status page asks: processes, rejects, tables, the fact feed. Workers are in health.ts, feeds in feeds.ts. */

/** The processes that may be started under supervision (docs/runbook.md). One that never ran is not listed. */
export const PROCESSES = [
  'app',
  'realtime',
  'ingest',
  'roads',
  'broker',
  'sim-ami',
  'sim-feeds',
  'sim-cases',
  'sim-vehicles',
  'sim-cameras',
];

export interface ProcessState {
  readonly name: string;
  readonly pid: number | null;
  readonly running: boolean;
  /** Since when it runs, or when it ended. */
  readonly at: Instant;
  /** How it ended: exit code or signal; null while it runs. */
  readonly ended: string | null;
  /** Starts within the last day, the first one included. */
  readonly starts: number;
}

/** The last word about each process that was ever started (subject = its name), from facts. */
export async function processes(sql: Sql, names: readonly string[], now: Instant): Promise<ProcessState[]> {
  const rows = await sql<
    {
      name: string;
      kind: string;
      at: Date;
      body: { pid?: number; code?: number | null; signal?: string | null };
      starts: number;
    }[]
  >`
    select p.name, f.kind, f.occurred_at as at, f.body,
      (select count(*)::int from (
         select occurred_at from fact where subject = p.name and kind = 'process.started' order by n desc limit 200) s
       where s.occurred_at > ${toTs(now - 86_400_000)}) as starts
    from unnest(${sql.array([...names])}::text[]) with ordinality as p (name, i)
    cross join lateral (
      select kind, occurred_at, body from fact
      where subject = p.name and kind in ('process.started', 'process.ended') order by n desc limit 1) f
    order by p.i`;
  return rows.map((r) => ({
    name: r.name,
    pid: r.body.pid ?? null,
    running: r.kind === 'process.started',
    at: fromTs(r.at),
    ended: r.kind === 'process.ended' ? String(r.body.signal ?? r.body.code ?? '') : null,
    starts: r.starts,
  }));
}

export interface TableSize {
  readonly name: string;
  /** As the database estimates it; null when it has not looked yet. */
  readonly rows: number | null;
  /** With indexes and TOAST, of all chunks. */
  readonly bytes: number;
  readonly chunks: number;
}

/** Sizes of all tables of ours, largest first. Estimates of the catalogue: reading it costs no scan. */
export async function tableSizes(sql: Sql): Promise<TableSize[]> {
  return await sql<TableSize[]>`
    with part as (
      select h.hypertable_name as name, format('%I.%I', c.chunk_schema, c.chunk_name)::regclass as rel, true as chunk
      from timescaledb_information.hypertables h
      join timescaledb_information.chunks c using (hypertable_schema, hypertable_name)
      where h.hypertable_schema = 'public'
      union all
      select c.relname, c.oid::regclass, false from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    )
    select p.name, nullif(sum(greatest(c.reltuples, -1)) filter (where c.reltuples >= 0), null)::float8 as rows,
           sum(pg_total_relation_size(p.rel))::float8 as bytes, (count(*) filter (where p.chunk))::int as chunks
    from part p join pg_class c on c.oid = p.rel
    group by p.name order by bytes desc, p.name limit 100`;
}

export interface FeedOfFacts {
  readonly n: number;
  readonly recordedAt: Instant | null;
  /** Recorded within the last minute. */
  readonly lastMinute: number;
  readonly digestAt: Instant | null;
  readonly digestN: number | null;
  readonly snapshotAt: Instant | null;
  readonly snapshotN: number | null;
  readonly databaseBytes: number;
  readonly connections: number;
}

/** Where the fact feed stands, and what the keeper made of it. */
export async function factFeed(sql: Sql): Promise<FeedOfFacts> {
  const [r] = await sql<
    {
      n: number | null;
      recorded_at: Date | null;
      last_minute: number;
      digest_at: Date | null;
      digest_n: number | null;
      snapshot_at: Date | null;
      snapshot_n: number | null;
      bytes: number;
      connections: number;
    }[]
  >`
    with newest as (select n, recorded_at from fact order by n desc limit 1)
    select newest.n, newest.recorded_at,
      (select newest.n - coalesce(max(f.n), greatest(newest.n - 200000, 0)) from (
         select n from fact where n > newest.n - 200000 and recorded_at <= now() - interval '1 minute' order by n desc limit 1) f)::int as last_minute,
      d.at as digest_at, d.n as digest_n, s.at as snapshot_at, s.n as snapshot_n,
      pg_database_size(current_database())::float8 as bytes,
      (select count(*)::int from pg_stat_activity where datname = current_database()) as connections
    from (select 1) one left join newest on true
    left join lateral (select n, at from state_digest order by n desc limit 1) d on true
    left join lateral (select n, at from state_snapshot order by n desc limit 1) s on true`;
  return {
    n: r!.n ?? 0,
    recordedAt: r!.recorded_at && fromTs(r!.recorded_at),
    lastMinute: r!.last_minute ?? 0,
    digestAt: r!.digest_at && fromTs(r!.digest_at),
    digestN: r!.digest_n,
    snapshotAt: r!.snapshot_at && fromTs(r!.snapshot_at),
    snapshotN: r!.snapshot_n,
    databaseBytes: r!.bytes,
    connections: r!.connections,
  };
}

export interface Reject {
  readonly id: number;
  readonly at: Instant;
  readonly source: string;
  readonly code: string;
  readonly reason: string;
  /** Bytes kept of the message. */
  readonly bytes: number;
  /** Its first 2,000 bytes as text; bytes that are no text are shown as U+FFFD. */
  readonly excerpt: string;
}

/** Rejected input, newest first, a page at a time. `before` is the id to go on from. */
export async function rejects(
  sql: Sql,
  filter: { source?: string; code?: string; before?: number },
  limit = 50,
): Promise<Reject[]> {
  const rows = await sql<
    { id: number; at: Date; source: string; code: string; reason: string; bytes: number; head: Buffer }[]
  >`
    select id, at, source, code, reason, length(raw) as bytes, substring(raw from 1 for 2000) as head from ingest_reject
    where ${filter.source ? sql`source = ${filter.source}` : sql`true`}
      and ${filter.code ? sql`code = ${filter.code}` : sql`true`}
      and ${filter.before ? sql`id < ${filter.before}` : sql`true`}
    order by id desc limit ${limit}`;
  return rows.map((r) => ({
    id: r.id,
    at: fromTs(r.at),
    source: r.source,
    code: r.code,
    reason: r.reason,
    bytes: r.bytes,
    excerpt: r.head.toString('utf8'),
  }));
}

export interface RejectCount {
  readonly source: string;
  readonly code: string;
  readonly day: number;
  readonly total: number;
  readonly last: Instant;
}

/** Rejects per source and code: of the last day, and of all that is kept. */
export async function rejectTotals(sql: Sql, now: Instant): Promise<RejectCount[]> {
  const rows = await sql<{ source: string; code: string; day: number; total: number; last: Date }[]>`
    select source, code, (count(*) filter (where at > ${toTs(now - 86_400_000)}))::int as day, count(*)::int as total, max(at) as last
    from ingest_reject group by source, code order by day desc, total desc, source, code limit 200`;
  return rows.map((r) => ({ ...r, last: fromTs(r.last) }));
}
