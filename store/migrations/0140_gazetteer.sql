-- Where addresses are. Derived from the loaded city (names, roads, crossings, house numbers of the map) and from the addresses of
-- cases whose position is known; made and kept by gis-data/places. Keys are texts folded there, so that all writings of a name meet.

-- House numbers that the map itself has (addr:*).
create table address_point (
  city text not null,
  street text not null,
  number text not null,
  geom geometry(Point, 4326) not null
);
create index address_point_city on address_point (city);

-- What can be named: a district, a street or village (街道, 里, 村), a way, a crossing of two ways (key a×b, a < b), a landmark.
-- One name in two districts is two.
create table gazetteer_name (
  id bigint generated always as identity primary key,
  city text not null,
  kind text not null check (kind in ('district', 'street', 'road', 'settlement', 'crossing', 'landmark')),
  key text not null,
  -- key of the district, '' where none is known
  district text not null default '',
  name text not null,
  name_en text,
  -- from the map, or learned from cases
  origin text not null check (origin in ('map', 'case')),
  -- kind of place of the map: hospital, metro …
  place_kind text,
  rank smallint not null default 4,
  geom geometry(Point, 4326),
  -- most of it lies within so many metres of the point
  spread_m real not null default 0,
  -- observations that it was learned from
  seen integer not null default 0,
  unique (city, kind, key, district)
);
create index gazetteer_name_geom on gazetteer_name using gist (geom);

-- What is typed to a name: its key, its key without section or division, and each of these with one or two letters left out.
create table gazetteer_key (
  city text not null,
  key text not null,
  name bigint not null references gazetteer_name on delete cascade,
  primary key (city, key, name)
);
create index gazetteer_key_name on gazetteer_key (name);

-- Positions on a way; number 0: the lane itself, lane and alley 0: the way itself.
create table gazetteer_house (
  name bigint not null references gazetteer_name on delete cascade,
  lane integer not null,
  alley integer not null,
  number integer not null,
  sub integer not null,
  geom geometry(Point, 4326) not null,
  spread_m real not null,
  seen integer not null,
  primary key (name, lane, alley, number, sub)
);
create index gazetteer_house_geom on gazetteer_house using gist (geom);

-- One row per case or address point that taught something; what it said is recomputed when it changes.
create table gazetteer_seen (
  city text not null,
  source text not null,
  name bigint not null references gazetteer_name on delete cascade,
  lane integer not null,
  alley integer not null,
  number integer not null,
  sub integer not null,
  geom geometry(Point, 4326) not null,
  primary key (city, source)
);
create index gazetteer_seen_house on gazetteer_seen (name, lane, alley, number, sub);

-- What the gazetteer of a city was made of, and how many cases taught it nothing, by reason.
create table gazetteer_state (
  city text primary key,
  map_version text not null,
  -- of the folding and parsing; another one makes it anew
  rules integer not null,
  built_at timestamptz not null default now(),
  skipped jsonb not null default '{}'
);

-- Cases that are new, or whose address or position changed, and that the gazetteer has not looked at.
create table gazetteer_pending (case_no text primary key);

create function tell_gazetteer() returns trigger language plpgsql as $$
begin
  insert into gazetteer_pending values (coalesce(new.case_no, old.case_no)) on conflict do nothing;
  return null;
end $$;
create trigger tell_gazetteer_new after insert on hotline_case for each row
  when (new.place is not null and new.geom is not null and not new.sensitive) execute function tell_gazetteer();
create trigger tell_gazetteer_changed after update on hotline_case for each row
  when (old.place is distinct from new.place or old.geom is distinct from new.geom or old.own_district is distinct from new.own_district
    or old.area_district is distinct from new.area_district or old.sensitive <> new.sensitive
    or old.withdrawn_at is distinct from new.withdrawn_at)
  execute function tell_gazetteer();
create trigger tell_gazetteer_gone after delete on hotline_case for each row execute function tell_gazetteer();
