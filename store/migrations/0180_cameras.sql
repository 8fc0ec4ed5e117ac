-- Cameras of the city: where they stand, where they look, and how they are.
create table camera (
  camera_id text primary key check (camera_id ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$'),
  name text not null check (name <> ''),
  geom geometry(Point, 4326) not null,
  -- degrees clockwise from north; null: it turns, or nobody knows
  bearing float8 check (bearing >= 0 and bearing < 360),
  -- horizontal angle of view, degrees
  fov float8 check (fov > 0 and fov <= 360),
  owner text not null default '',
  -- a simulator's
  simulated boolean not null default false,
  added_at timestamptz not null,
  changed_at timestamptz not null,
  retired_at timestamptz,
  -- how it is, written by the checker alone (domain/cameras/health.ts)
  state text not null default 'unknown' check (state in ('unknown', 'live', 'slow', 'dead')),
  reason text,
  state_since timestamptz not null,
  checked_at timestamptz,
  picture_at timestamptz,
  fails integer not null default 0,
  -- what the last playlist ended with: a playlist that does not go on is no live picture
  ends_with text,
  went_on_at timestamptz,
  due_at timestamptz not null
);
create index camera_geom on camera using gist (geom) where retired_at is null;
create index camera_due on camera (due_at) where retired_at is null;

-- Addresses may hold passwords and tokens: they stand apart, so that no list of cameras takes them along.
create table camera_address (
  camera_id text primary key references camera,
  hls text,
  whep text,
  snapshot text
);

-- What the relay seals addresses with that browsers hand back (app/lib/server/cameras/seal.ts). Made here, so that several
-- servers of one installation understand one another's.
create table camera_seal (
  one boolean primary key default true check (one),
  secret text not null
);
insert into camera_seal (secret)
values (replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));
