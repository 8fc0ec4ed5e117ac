-- Which team a seat belongs to, in force from a half-hour of the city on until its next version; '' = none. Reports of seats by
-- team use the one of each half-hour, so that a figure of last year keeps the teams of last year.
create table seat_team (
  seat_no text not null check (seat_no <> ''),
  team text not null,
  from_at timestamptz not null,
  set_by text not null,
  set_at timestamptz not null default now(),
  primary key (seat_no, from_at)
);
