-- What supervisors ask of the switch, and what came of each: asked → sent → confirmed | refused | failed | unheard.
create table floor_command (
  n bigint generated always as identity primary key,
  -- a press that is sent again after a lost answer asks nothing twice
  request_key text not null unique,
  kind text not null,
  wish jsonb not null,
  account bigint not null references account (id),
  by_name text not null,
  state text not null default 'asked' check (state in ('asked', 'sent', 'confirmed', 'refused', 'failed', 'unheard')),
  code text,
  detail text not null default '',
  -- what stopping needs (the switch's number of a recording)
  handle text,
  asked_at timestamptz not null default now(),
  sent_at timestamptz,
  ended_at timestamptz,
  -- the process that sent it
  hand text
);
create index floor_command_open on floor_command (n) where state in ('asked', 'sent');
create index floor_command_account on floor_command (account, n desc);
