-- Alarms of the system itself (domain/alarms): one row from raised to cleared; one that comes back soon is the same row again.
create table alarm (
  id bigint generated always as identity primary key,
  key text not null,
  subject text not null,
  name text not null,
  severity text not null,
  code text not null,
  raised_at timestamptz not null,
  times integer not null default 1,
  cleared_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  shelved_until timestamptz,
  shelved_by text,
  shelve_reason text
);
create unique index alarm_standing on alarm (key) where cleared_at is null;
create index alarm_raised on alarm (raised_at desc);
create index alarm_key on alarm (key, id desc);
