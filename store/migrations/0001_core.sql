-- Facts, signals, snapshots, digests, rejected input: what everything else stands on (docs/architecture.md).

create extension if not exists timescaledb;
create extension if not exists postgis;
create extension if not exists pg_trgm;

-- One append-only table. n is handed out under one advisory lock that the writer keeps to its commit,
-- so the order of n is the order in which facts become visible. Partitioned by n: old facts leave by chunk,
-- and an import of old years touches only the newest chunk.
create sequence fact_n;
create table fact (
  n bigint not null default nextval('fact_n'),
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  subject text not null,
  kind text not null,
  body jsonb not null,
  actor text not null,
  cause bigint,
  drill boolean not null default false,
  primary key (n)
);
select create_hypertable('fact', by_range('n', 2000000), create_default_indexes => false);
create index fact_subject on fact (subject, n);
create index fact_recorded on fact using brin (recorded_at) with (pages_per_range = 16);

-- Keys that make a source idempotent: a plain table, because a hypertable's unique keys must hold the partition column.
create table source_key (
  source text not null,
  key text not null,
  n bigint,
  at timestamptz not null default now(),
  primary key (source, key)
);

-- Where each reader of an outside source stands (HTTP cursor, ETag, last event time): survives a restart.
create table source_cursor (
  source text primary key,
  cursor jsonb not null,
  at timestamptz not null default now()
);

-- Signals: newest value per key, and the history of those lanes that keep one (their own hypertables).
create sequence signal_rev;
create table signal_latest (
  lane text not null,
  key text not null,
  at timestamptz not null,
  rev bigint not null default nextval('signal_rev'),
  body jsonb not null,
  primary key (lane, key)
) with (fillfactor = 60);
create index signal_latest_rev on signal_latest (lane, rev);

-- Input that could not be used: kept, counted, shown.
create table ingest_reject (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  source text not null,
  code text not null,
  reason text not null,
  raw bytea not null
);
create index ingest_reject_source on ingest_reject (source, at desc);

-- Raw messages of partner feeds, so that a mapping can be run again without fetching.
create table feed_raw (
  at timestamptz not null,
  feed text not null,
  content_type text,
  body bytea not null
);
select create_hypertable('feed_raw', by_range('at', interval '1 day'), create_default_indexes => false);
create index feed_raw_feed on feed_raw (feed, at desc);

-- The folded state every few minutes (replay and a gateway's start read the nearest one), and its digest each minute.
create table state_snapshot (
  n bigint not null,
  topic text not null,
  at timestamptz not null default now(),
  body bytea not null,
  primary key (n, topic)
);
create table state_digest (
  n bigint not null,
  topic text not null,
  at timestamptz not null default now(),
  digest text not null,
  primary key (n, topic)
);

-- Each worker's heartbeat with its outcome: a job that ran and did nothing must not look like one that worked.
create table worker_health (
  worker text primary key,
  at timestamptz not null,
  state text not null,
  detail jsonb not null
);
