-- Series also by day, and of a seat together with its team: reports by day, week and month read a row for each month, group and part.
-- They are made anew: what packs them has changed its form.
drop table stat_series, stat_packed;
create table stat_packed (
  source text not null,
  -- h: numbers by half-hour, of a month or a day of the running one; d: by day, of a month as far as its days are closed
  level "char" not null,
  -- dimensions in their order in domain/calls/sources.ts, joined by a comma; '' = all together
  dims text not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  primary key (source, level, dims, from_at)
);
create table stat_series (
  source text not null,
  level "char" not null,
  dims text not null,
  from_at timestamptz not null,
  -- one for each dimension
  value text[] not null,
  part text not null,
  numbers bytea not null,
  primary key (source, level, dims, from_at, value, part)
);
update stat_state set to_pack = true;
