-- Hotline cases as their sources tell them, the versions that corrections replaced, their events, and what was pushed or imported.

create table hotline_case (
  case_no text primary key,
  -- who gave it to us, and its key there
  origin text not null,
  external_id text not null,
  -- of everything that the source told: an import that brings the same again changes nothing
  hash text not null,
  source_at timestamptz,
  type text not null,
  category text[] not null,
  title text not null,
  detail text not null,
  -- folded for matching (domain/text-fold.ts)
  search_key text not null,
  -- as the case's own field says
  own_district text,
  -- as its point says
  area_district text,
  area_street text,
  -- what screens show: its own, else that of its point
  district text,
  street text,
  place text,
  geom geometry(Point, 4326),
  state text not null,
  state_since timestamptz not null,
  urgency text not null,
  sensitive boolean not null,
  channel text not null,
  simulated boolean not null,
  accepted_at timestamptz not null,
  closed_at timestamptz,
  unit text,
  due_at timestamptz,
  repeat_of text,
  satisfaction text,
  result text,
  caller_name text,
  caller_number text,
  -- salted hash of the number: tells callers apart where the number itself must not go
  caller_key text,
  corrections integer not null default 0,
  acknowledged_at timestamptz,
  withdrawn_at timestamptz,
  first_seen_at timestamptz not null default now(),
  unique (origin, external_id)
) with (fillfactor = 85);
create index hotline_case_accepted on hotline_case (accepted_at desc);
create index hotline_case_geom on hotline_case using gist (geom);
create index hotline_case_open on hotline_case (accepted_at desc)
  where state not in ('closed', 'refused', 'merged', 'unknown') and withdrawn_at is null;
create index hotline_case_caller on hotline_case (caller_key, accepted_at desc) where caller_key is not null;
create index hotline_case_search on hotline_case using gin (search_key gin_trgm_ops);

-- What a correction replaced: the fields that changed, as they were.
create table case_version (
  case_no text not null references hotline_case (case_no) on delete cascade,
  -- 1 = the first correction
  version integer not null,
  at timestamptz not null,
  source_at timestamptz,
  fields text[] not null,
  before jsonb not null,
  actor text not null,
  primary key (case_no, version)
);

-- One row per transition (workflow §1), withdrawal, or note of a desk.
create table case_event (
  case_no text not null references hotline_case (case_no) on delete cascade,
  seq integer generated always as identity,
  at timestamptz not null,
  kind text not null,
  from_state text,
  to_state text,
  -- not a transition of workflow §2.2: a message in between was missed, or the source has other rules
  irregular boolean not null default false,
  actor text not null,
  note text,
  primary key (case_no, seq)
);

create table import_run (
  id bigint generated always as identity primary key,
  what text not null,
  map text not null,
  file text not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  read_rows bigint not null default 0,
  new_rows bigint not null default 0,
  changed_rows bigint not null default 0,
  unchanged_rows bigint not null default 0,
  rejected_rows bigint not null default 0,
  detail jsonb not null default '{}'
);

-- Answers to pushes with an idempotency key: the same key again gets the same answer and changes nothing.
create table push_receipt (
  origin text not null,
  path text not null,
  key text not null,
  body_hash text not null,
  status smallint not null,
  answer jsonb not null,
  at timestamptz not null default now(),
  primary key (origin, path, key)
);
create index push_receipt_at on push_receipt (at);

-- Secret of this installation that caller_key is made with.
create table case_salt (
  one boolean primary key default true check (one),
  salt text not null
);
insert into case_salt (salt) values (gen_random_uuid()::text || gen_random_uuid()::text);
