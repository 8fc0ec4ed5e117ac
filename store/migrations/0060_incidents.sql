-- Incidents with their reports, routes chosen on the desks, and what the walls were asked to look at.

-- Readable numbers: date and a count that restarts each city day. A row per kind and day, so that a number that was rolled back is
-- given again and no gap means anything.
create table day_number (
  kind text not null,
  day date not null,
  last integer not null,
  primary key (kind, day)
);

create table incident (
  id text primary key,
  class text not null,
  level smallint not null check (level between 1 and 4),
  title text not null,
  place text,
  district text,
  point geometry(Point, 4326) not null,
  sensitive boolean not null,
  state text not null,
  state_since timestamptz not null,
  reported_at timestamptz not null,
  confirmed_at timestamptz,
  closed_at timestamptz,
  source text not null,
  source_ref text,
  owner_account bigint references account (id),
  owner_name text,
  outcome text,
  drill boolean not null,
  -- given by the browser: a command that is sent again after a lost answer opens no second incident
  request_key text unique
);
create index incident_reported on incident (reported_at desc);
create index incident_open on incident (state) where state not in ('closed', 'evaluated', 'rejected', 'merged');
create index incident_point on incident using gist (point);

-- A report is a record of its own (workflow §4.1): reports are never changed, only added.
create table incident_report (
  incident text not null references incident (id),
  seq integer not null check (seq >= 1),
  at timestamptz not null,
  source text not null,
  source_ref text,
  text text,
  place text,
  point geometry(Point, 4326),
  by_account bigint references account (id),
  by_name text not null,
  request_key text unique,
  primary key (incident, seq)
);
create index incident_report_ref on incident_report (source, source_ref) where source_ref is not null;

create table chosen_route (
  id text primary key,
  incident text references incident (id),
  vehicle text,
  chosen_at timestamptz not null,
  by_account bigint not null references account (id),
  -- the route as its fact told it: ends, both lines, why they differ
  body jsonb not null,
  shown_at timestamptz,
  shown_by jsonb,
  drill boolean not null,
  request_key text unique
);
create index chosen_route_shown on chosen_route (shown_at) where shown_at is not null;
create index chosen_route_at on chosen_route (chosen_at desc);
