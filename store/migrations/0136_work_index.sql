-- What the work index is made of (C-22), in force from an instant on until the next version: a list of
-- {key, weight, zeroAt, fullAt} (domain/reports/work-index.ts). No kept figure depends on it: it is computed when it is read.
create table work_index (
  from_at timestamptz primary key,
  entries jsonb not null check (jsonb_typeof(entries) = 'array'),
  set_by text not null,
  set_at timestamptz not null default now()
);
