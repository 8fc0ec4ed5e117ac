-- Vehicles: who they are as they last described themselves, and where they were. The newest position is the signal lane 'vehicles'.

create table vehicle (
  id text primary key,
  kind text not null,
  zh text not null,
  en text,
  plate text,
  simulated boolean not null,
  seen_at timestamptz not null
);

create table vehicle_position (
  at timestamptz not null,
  vehicle text not null,
  lng double precision not null,
  lat double precision not null,
  kmh real,
  heading real,
  state text not null,
  online boolean not null
);
select create_hypertable('vehicle_position', by_range('at', interval '6 hours'), create_default_indexes => false);
-- Also what makes a repeated message harmless: the same vehicle is at one place at one time.
create unique index vehicle_position_key on vehicle_position (vehicle, at desc);
