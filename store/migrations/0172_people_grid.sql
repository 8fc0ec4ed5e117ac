-- People by the cells of a population grid (city:import --population), beside the estimate from buildings.

create table people_grid (
  city text primary key,
  source text not null,
  -- a grid is of a year, or of a day
  as_of text not null check (as_of ~ '^\d{4}(-\d\d-\d\d)?$'),
  -- as its source states it, ± percent of a count
  error_pct double precision not null check (error_pct >= 0 and error_pct <= 100),
  -- side of a cell from north to south, metres
  cell_m double precision not null,
  -- of the file and of what was told with it: the same again changes nothing
  digest text not null,
  cells integer not null,
  people double precision not null,
  -- what the file tells of, cells without people too; beyond it buildings count
  reach geometry(Polygon, 4326) not null,
  loaded_at timestamptz not null default now()
);

-- Cells where somebody lives.
create table people_cell (
  city text not null,
  -- the middle in millionths of a degree: a cell that is told twice counts once
  x integer not null,
  y integer not null,
  people double precision not null check (people > 0),
  cell geometry(Polygon, 4326) not null,
  street text,
  district text,
  primary key (city, x, y)
);
create index people_cell_cell on people_cell using gist (cell);

-- A cell belongs to the street and the district of its middle; exactly on a border to the smaller code, as everywhere.
create function name_people_cells(of_city text) returns void language sql as $$
  update people_cell c set street = w.street, district = w.district
  from people_cell k
  cross join lateral (
    select (array_agg(b.name order by b.code) filter (where b.level = 'street'))[1] as street,
      (array_agg(b.name order by b.code) filter (where b.level = 'district'))[1] as district
    from boundary_part p join boundary b using (city, level, code)
    where p.city = of_city and p.level in ('street', 'district') and st_intersects(p.geom, st_centroid(k.cell))
  ) w
  where k.city = of_city and c.city = k.city and c.x = k.x and c.y = k.y
    and (c.street, c.district) is distinct from (w.street, w.district)
$$;
