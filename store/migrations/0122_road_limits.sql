-- What a map of real roads tells besides: who may drive, limits, signals, forbidden turns. And a number of each imported city, which
-- keeps the ids of its roads apart from those of the others.
alter table road_edge
  add column access text not null default 'all' check (access in ('all', 'private', 'emergency')),
  add column limit_kmh real,
  add column max_height_m real,
  add column max_weight_t real,
  add column max_width_m real,
  -- traffic signals on it, its end included
  add column signals smallint not null default 0;

-- Of the ways on from from_edge at via_node, to_edge is forbidden (no), or the only one (only), but for vehicles named in excepted.
create table road_restriction (
  city text not null,
  from_edge bigint not null,
  via_node bigint not null,
  to_edge bigint not null,
  kind text not null check (kind in ('no', 'only')),
  excepted text[] not null default '{}'
);
create index road_restriction_city on road_restriction (city);

create table city_number (
  city text primary key,
  n integer generated always as identity unique
);
