-- Numbers that calls are not taken from or made to. Rows stay as the history; an open one per number.
create table blacklist_entry (
  n bigint generated always as identity primary key,
  number text not null check (number ~ '^[0-9]{3,20}$'),
  direction text not null check (direction in ('in', 'out', 'both')),
  reason text not null check (reason <> ''),
  from_at timestamptz not null,
  until_at timestamptz check (until_at > from_at),
  account bigint not null references account (id),
  by_name text not null,
  added_at timestamptz not null,
  source text not null check (source in ('page', 'call', 'import')),
  -- a press that is sent again after a lost answer adds nothing twice; null for rows of a file
  request_key text unique,
  ended_at timestamptz,
  -- null: its time ran out
  ended_by text,
  end_reason text not null default '',
  -- the switch held it when it was last asked
  told boolean not null default false
);
create unique index blacklist_entry_open on blacklist_entry (number) where ended_at is null;
create index blacklist_entry_added on blacklist_entry (added_at desc, n desc);
-- what a comparison with the switch looks at
create index blacklist_entry_live on blacklist_entry (n) where ended_at is null or told;

-- How the switch's lists stood when they were last compared.
create table blacklist_switch (
  one boolean primary key default true check (one),
  body jsonb not null
);
