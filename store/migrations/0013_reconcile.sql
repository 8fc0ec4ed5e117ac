-- What our records and the switch's own logs (queue_log, call detail records) say of the same calls, compared; what differs is kept
-- as it was found and never mended.
create table reconcile_run (
  id bigint generated always as identity primary key,
  began_at timestamptz not null default now(),
  ended_at timestamptz,
  -- 'nightly' or the account or command that asked
  asked_by text not null,
  t_from timestamptz not null,
  t_to timestamptz not null,
  queue_log text,
  cdr text,
  visits jsonb,
  calls jsonb,
  lines bigint not null default 0,
  broken bigint not null default 0,
  orphans bigint not null default 0,
  -- differences found; more than are kept where there are very many
  differences bigint not null default 0,
  error text
);
create index reconcile_run_began on reconcile_run (began_at desc);

create table reconcile_difference (
  run_id bigint not null references reconcile_run (id) on delete cascade,
  n integer not null,
  source text not null,
  kind text not null,
  reason text not null,
  at timestamptz not null,
  call_id text not null,
  visit_id text,
  queue text,
  seat_no text,
  fields jsonb not null,
  primary key (run_id, n)
);
create index reconcile_difference_call on reconcile_difference (call_id);
