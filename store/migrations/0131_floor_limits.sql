-- What a skill group is to reach, and from when on a time lasts too long there: versions like the other thresholds, but no figure
-- is counted by them (domain/calls/thresholds.ts).
alter table stat_threshold
  add column goal_percent integer not null default 80 check (goal_percent between 1 and 100),
  add column wait_long_s integer not null default 15 check (wait_long_s >= 0),
  add column wait_overlong_s integer not null default 60 check (wait_overlong_s >= wait_long_s),
  add column talk_long_s integer not null default 300 check (talk_long_s >= 0),
  add column talk_overlong_s integer not null default 600 check (talk_overlong_s >= talk_long_s),
  add column wrap_long_s integer not null default 120 check (wrap_long_s >= 0),
  add column wrap_overlong_s integer not null default 300 check (wrap_overlong_s >= wrap_long_s);
