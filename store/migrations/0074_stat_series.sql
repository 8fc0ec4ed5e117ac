-- Parts of whole months (and of the days of a running one) as packed numbers by half-hour (domain/reports/packed.ts), of all
-- together and of each value of one dimension: a line of five years by half-hour is then some hundred rows. Made by the keeper
-- when nothing else is to do, and taken away in the transaction that counts a half-hour of theirs anew: what is here is true.
create table stat_packed (
  source text not null,
  -- '' = all together
  dim text not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  primary key (source, dim, from_at)
);
create table stat_series (
  source text not null,
  dim text not null,
  from_at timestamptz not null,
  value text not null,
  part text not null,
  numbers bytea not null,
  primary key (source, dim, from_at, value, part)
);

-- Whether something may be missing there: the keeper need not look each time.
alter table stat_state add column to_pack boolean not null default true;
