-- What an incident affects, and evacuations: the plan as its fact told it, who goes where, and who came.
alter table incident add column area jsonb;
create index incident_follows_wind on incident (id) where area->>'kind' = 'wind';

create table evacuation (
  id text primary key,
  incident text references incident (id),
  planned_at timestamptz not null,
  -- the live row without its dates (domain/around/evacuation-rows.ts)
  plan jsonb not null,
  -- [{at, people, street, to: [{shelter, people, timeS}], left}] of each block
  flows jsonb not null,
  drill boolean not null,
  ended_at timestamptz,
  request_key text unique
);
create index evacuation_open on evacuation (planned_at desc) where ended_at is null;
