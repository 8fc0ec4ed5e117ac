-- Floor plans of the rooms: each save is a version with who and when; the newest of a room is what screens show.
create table floor_room (
  id bigint generated always as identity primary key,
  version integer not null,
  removed boolean not null default false
);
create table floor_room_version (
  -- grows over all rooms: how far the plans have changed
  n bigint generated always as identity primary key,
  room bigint not null references floor_room (id),
  version integer not null,
  removed boolean not null,
  plan jsonb not null,
  seats integer not null,
  account bigint not null references account (id),
  by_name text not null,
  at timestamptz not null,
  -- a save that is sent again after a lost answer makes no second version
  request_key text not null unique,
  unique (room, version)
);
