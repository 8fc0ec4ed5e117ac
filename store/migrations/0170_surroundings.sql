-- What is around a place: the city's own registry beside the places of the map, people by building, and cases in the order in
-- which they changed their place.

-- Hazard sources, protected targets, shelters, hydrants, bases, materials … as the city's own list tells them (city:import --resources).
create table city_thing (
  city text not null,
  id text not null,
  kind text not null,
  name text not null,
  name_en text not null,
  -- people, vehicles, cubic metres …: what its unit says
  capacity integer check (capacity >= 0),
  unit text,
  address text,
  contact text,
  source text not null,
  as_of date not null,
  -- where it is reached
  at geometry(Point, 4326) not null,
  -- its grounds, where the list gives them
  area geometry(MultiPolygon, 4326),
  loaded_at timestamptz not null default now(),
  primary key (city, id)
);
create index city_thing_at on city_thing using gist (at);

-- Residents of each building, estimated from its floors: a row where somebody is thought to live.
create table people_spot (
  city text not null,
  at geometry(Point, 4326) not null,
  people double precision not null,
  low double precision not null,
  high double precision not null,
  -- false: its height is not known, and so the range is wide
  measured boolean not null,
  street text,
  district text
);
create index people_spot_at on people_spot using gist (at);
create index people_spot_city on people_spot (city);

-- land on which a building is a place of work
create index area_work on area using gist (geom) where kind in ('commercial', 'industrial', 'campus', 'airport', 'railyard');

-- Residents = footprint × storeys ÷ floor per person. Estimated: storeys of 3 m, 40 m² of floor per person (the census of 2020 says 38.6);
-- the range: storeys of 3.3 and 2.8 m, 50 and 30 m² per person. Without a height: 3 storeys, between 1 and 6. What stands on land of
-- offices, works, schools and hospitals counts nobody; a footprint below 25 m² is no dwelling.
create function make_people(of_city text) returns void language sql as $$
  delete from people_spot where city = of_city;
  insert into people_spot (city, at, people, low, high, measured, street, district)
  select of_city, c,
    m2 * case when height_m is null then 3 else greatest(1, round(height_m / 3)) end / 40,
    m2 * case when height_m is null then 1 else greatest(1, floor(height_m / 3.3)) end / 50,
    m2 * case when height_m is null then 6 else greatest(1, ceil(height_m / 2.8)) end / 30,
    height_m is not null,
    w.street, w.district
  from (
    select height_m, st_centroid(geom) as c,
      st_area(geom) * 111320.0 * 110950.0 * cos(radians(st_y(st_centroid(geom)))) as m2
    from area where city = of_city and kind = 'building'
  ) b
  -- exactly on a border: the smaller code, as everywhere
  cross join lateral (
    select (array_agg(x.name order by x.code) filter (where x.level = 'street'))[1] as street,
      (array_agg(x.name order by x.code) filter (where x.level = 'district'))[1] as district
    from boundary_part p join boundary x using (city, level, code)
    where p.city = of_city and p.level in ('street', 'district') and st_intersects(p.geom, c)
  ) w
  where m2 >= 25 and not exists (
    select from area a where a.city = of_city and a.kind in ('commercial', 'industrial', 'campus', 'airport', 'railyard')
      and st_intersects(a.geom, c))
$$;

select make_people(id) from city;

-- The index of cases in memory follows them by the transaction that placed them last, and knows them by a number.
alter table hotline_case
  add column spot bigint generated always as identity,
  add column spot_xid xid8 not null default pg_current_xact_id();
create unique index hotline_case_spot on hotline_case (spot);
create index hotline_case_spot_xid on hotline_case (spot_xid);
create function note_spot() returns trigger language plpgsql as $$
begin
  new.spot_xid := pg_current_xact_id();
  return new;
end $$;
create trigger hotline_case_spot before update on hotline_case for each row
  when (old.geom is distinct from new.geom or old.withdrawn_at is distinct from new.withdrawn_at
    or old.accepted_at is distinct from new.accepted_at)
  execute function note_spot();
