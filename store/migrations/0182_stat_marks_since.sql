-- Since when a mark waits: a keeper of figures that hangs is told by it (domain/alarms/watch.ts).
alter table stat_mark add column marked_at timestamptz not null default now();
