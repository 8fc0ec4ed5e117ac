-- Where each loaded city comes from: what the page of the cities tells, and what tells an import that there is nothing to do.
create table city_source (
  city text primary key references city on delete cascade,
  -- of what the map file, or the generator, gave; '' for a city of boundaries alone. city.map_version tells that and the boundaries.
  content text not null,
  -- name of the map file; null: there was none
  file text,
  -- as of when its data are, where the file or the importer says so
  data_at timestamptz,
  -- what was taken and what was left out, and why (CityReport of gis-data/osm/city.ts)
  report jsonb,
  imported_at timestamptz not null default now(),
  -- by level, what came of a file of its own: {district: {file, sha256, taken, refused, at}}
  boundaries jsonb not null default '{}'
);
insert into city_source (city, content, imported_at) select id, map_version, loaded_at from city;
