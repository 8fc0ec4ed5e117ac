-- The city: boundaries, road network, areas, lines and places of each loaded city, and the shapes its tiles are cut from.
-- Positions are WGS-84. Ids of road edges are unique over all cities, because the signal lanes name an edge by its id alone.

create table city (
  id text primary key,
  name text not null,
  name_en text not null,
  west double precision not null,
  south double precision not null,
  east double precision not null,
  north double precision not null,
  centre geometry(Point, 4326) not null,
  attribution text not null,
  -- an invented city: screens say so
  simulated boolean not null default false,
  -- hash of what was loaded: part of every tile's address, and what tells a start that nothing is to be loaded
  map_version text not null,
  active boolean not null default false,
  loaded_at timestamptz not null default now()
);
-- the one that screens show
create unique index city_active on city (active) where active;

create table boundary (
  city text not null,
  level text not null check (level in ('city', 'district', 'street')),
  code text not null,
  name text not null,
  name_en text not null,
  parent_code text,
  label geometry(Point, 4326) not null,
  geom geometry(MultiPolygon, 4326) not null,
  primary key (city, level, code)
);
-- The same polygons in small pieces: "which street is this point in" for 70,000 cases takes a second instead of a minute.
create table boundary_part (
  city text not null,
  level text not null,
  code text not null,
  geom geometry(Polygon, 4326) not null
);
create index boundary_part_geom on boundary_part using gist (geom);
create index boundary_part_city on boundary_part (city);

create table road_node (
  id bigint primary key,
  city text not null,
  geom geometry(Point, 4326) not null
);
create index road_node_city on road_node (city);

create table road_edge (
  id bigint primary key,
  city text not null,
  from_node bigint not null,
  to_node bigint not null,
  -- motorway, expressway, primary, secondary, tertiary, residential, lane, link
  class text not null,
  name text,
  name_en text,
  length_m real not null,
  -- speed of a free road, both directions
  speed_kmh real not null,
  -- only from from_node to to_node
  oneway boolean not null,
  bridge boolean not null,
  tunnel boolean not null,
  geom geometry(LineString, 4326) not null
);
create index road_edge_geom on road_edge using gist (geom);
create index road_edge_city on road_edge (city);

-- Water, green, built-up blocks, buildings …
create table area (
  city text not null,
  kind text not null,
  name text,
  name_en text,
  height_m real,
  geom geometry(MultiPolygon, 4326) not null
);
create index area_city on area (city, kind);

-- Railways, metro lines, centre lines of rivers for their names.
create table line_feature (
  city text not null,
  kind text not null,
  name text,
  name_en text,
  geom geometry(LineString, 4326) not null
);
create index line_feature_city on line_feature (city);

create table place (
  city text not null,
  id bigint not null,
  kind text not null,
  name text not null,
  name_en text not null,
  -- folded for matching (domain/text-fold.ts)
  search_key text not null,
  -- 1 the whole city knows it … 5 the neighbours do
  rank smallint not null,
  geom geometry(Point, 4326) not null,
  extra jsonb not null default '{}',
  primary key (city, id)
);
create index place_geom on place using gist (geom);
create index place_search on place using gin (search_key gin_trgm_ops);

-- What tiles are cut from: projected, simplified for a range of zooms, roads joined by name. Derived from the tables above.
create table map_shape (
  city text not null,
  layer text not null,
  min_zoom smallint not null,
  max_zoom smallint not null,
  kind text not null,
  name text,
  name_en text,
  rank smallint not null default 5,
  height_m real,
  -- bit 0 bridge, bit 1 tunnel, bit 2 one way
  flags smallint not null default 0,
  geom geometry(Geometry, 3857) not null
);
create index map_shape_geom on map_shape using gist (geom);
create index map_shape_city on map_shape (city);
