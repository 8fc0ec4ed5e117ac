-- Callers who wait still: counted among what is open now, never in records; so that offered = answered + abandoned + left + waiting
-- also in the half-hour that runs (domain/calls/open.ts).
alter table stat_visit add column waiting integer not null default 0;
