-- Ways that walkers use and cars do not, beside the roads: a network of its own with those roads that are walked too, so that the
-- roads of cars stay as they are.
alter table road_edge add column walkable boolean not null default true;
-- what was loaded before told nobody on foot of its fast roads and their slip roads
update road_edge set walkable = false where class in ('motorway', 'expressway', 'link');

create table footway (
  id bigint primary key,
  city text not null,
  -- nodes of roads among them
  from_node bigint not null,
  to_node bigint not null,
  -- footway, pedestrian, path, steps, cycleway, bridleway, track, platform, road (a street that no car may use)
  kind text not null,
  name text,
  name_en text,
  length_m real not null,
  -- seconds that crossings at its ends make wait
  wait_s real not null default 0,
  -- moving stairs
  oneway boolean not null default false,
  bridge boolean not null default false,
  tunnel boolean not null default false,
  geom geometry(LineString, 4326) not null
);
create index footway_city on footway (city);

-- Where walkers leave a road between its ends, or nobody passes: which point of the road's line (from 0) is that node.
create table foot_joint (
  city text not null,
  edge bigint not null,
  point integer not null,
  node bigint not null,
  primary key (edge, point)
);
create index foot_joint_city on foot_joint (city);

-- Nodes that nobody on foot passes: locked gates, walls.
create table foot_barrier (
  city text not null,
  node bigint not null,
  primary key (node)
);
create index foot_barrier_city on foot_barrier (city);

-- One order for each network of a city: its roads, and what is walked.
alter table road_order add column network text not null default 'roads' check (network in ('roads', 'walking'));
alter table road_order drop constraint road_order_pkey, add primary key (city, network);
