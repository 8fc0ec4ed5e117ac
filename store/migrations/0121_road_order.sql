-- The order in which the road engine takes roads out of a city's network (gis-data/cch/order.ts): seconds to compute, weights play no
-- part, so it is kept as long as the map is the same. Indexes of the edges by their id, little-endian 32 bit.
create table road_order (
  city text primary key,
  map_version text not null,
  roads integer not null,
  body bytea not null,
  at timestamptz not null default now()
);
