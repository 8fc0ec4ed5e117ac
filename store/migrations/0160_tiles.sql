-- Which code cut the shapes of a city (store/gis-shapes.ts): newer code cuts them anew, and every tile gets a new address.
alter table city add column shapes smallint not null default 0;

-- Few shapes are drawn where a whole province is seen; without an index of their own every house is looked at for them.
create index map_shape_far on map_shape using gist (geom) where min_zoom <= 9;
create index map_shape_middle on map_shape using gist (geom) where min_zoom <= 13;
