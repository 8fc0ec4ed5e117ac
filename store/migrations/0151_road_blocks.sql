-- Roads closed by hand on the map: what was drawn, by whom and why, until when, and who ended it. Rows stay: they are the history.
create table road_block (
  id bigint generated always as identity primary key,
  city text not null,
  kind text not null check (kind in ('area', 'line')),
  -- [[lng, lat], …]; an area closes itself
  points jsonb not null,
  reason text not null,
  account bigint not null references account (id),
  by_name text not null,
  at timestamptz not null,
  until_at timestamptz,
  ended_at timestamptz,
  ended_account bigint references account (id),
  ended_by text,
  -- a drawing that is sent again after a lost answer closes nothing twice
  request_key text not null unique
);
create index road_block_open on road_block (city) where ended_at is null;
create index road_block_newest on road_block (city, at desc);
