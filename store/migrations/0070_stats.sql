-- Figures of calls as added parts (domain/calls/parts.ts), kept up from the records by marks; exact, and the same in every
-- edition of TimescaleDB. A mark says “rows that count in this stretch have changed”: triggers write it in the transaction that
-- changes the rows, however it does so, and the keeper of figures takes it in the transaction that counts the stretch anew
-- (store/reports/keep.ts). So a late correction, a restart or a kill leaves nothing behind that is wrong for longer than a second.

-- Thresholds of a skill group ('' = of all that have none), in force from an instant. Versions are added, never changed:
-- a figure of last year keeps the thresholds of last year.
create table stat_threshold (
  queue text not null,
  from_at timestamptz not null,
  connect_s integer not null check (connect_s between 0 and 3600),
  service_level_s integer not null check (service_level_s between 0 and 3600),
  short_abandon_s integer not null check (short_abandon_s between 0 and 3600),
  edge1_s integer not null check (edge1_s > 0),
  edge2_s integer not null check (edge2_s > edge1_s),
  edge3_s integer not null check (edge3_s > edge2_s),
  satisfied_from double precision not null,
  set_by text not null,
  set_at timestamptz not null default now(),
  primary key (queue, from_at)
);

-- How many calls a trunk carries at once, from an instant on (I-29).
create table trunk_size (
  trunk text not null,
  from_at timestamptz not null,
  channels integer not null check (channels > 0),
  set_by text not null,
  set_at timestamptz not null default now(),
  primary key (trunk, from_at)
);

-- Only ever inserted and deleted, without a key on what they say: writers never wait for one another here.
create table stat_mark (
  id bigint generated always as identity primary key,
  source text not null,
  from_at timestamptz not null,
  to_at timestamptz not null
);

-- Days before closed_until have rows of level d, months before it rows of level m.
create table stat_state (
  one boolean primary key default true check (one),
  zone text,
  closed_until timestamptz,
  kept_at timestamptz
);
insert into stat_state default values;

-- Parts by half-hour (level h), city day (d), calendar month (m); a group that has none of a dimension stands under ''.
create table stat_call (
  level "char" not null,
  bucket timestamptz not null,
  trunk text not null,
  calls_in integer not null,
  calls_out integer not null,
  calls_internal integer not null,
  ended_ivr integer not null,
  ended_blacklisted integer not null,
  ended_voicemail integer not null,
  calls_lost integer not null,
  ivr_calls integer not null,
  ivr_ms bigint not null,
  primary key (level, bucket, trunk)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
create table stat_refusal (
  level "char" not null,
  bucket timestamptz not null,
  queue text not null,
  blocked integer not null,
  primary key (level, bucket, queue)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
create table stat_line (
  level "char" not null,
  bucket timestamptz not null,
  trunk text not null,
  line_ms bigint not null,
  primary key (level, bucket, trunk)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
create table stat_ivr (
  level "char" not null,
  bucket timestamptz not null,
  point text not null,
  steps integer not null,
  primary key (level, bucket, point)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
create table stat_visit (
  level "char" not null,
  bucket timestamptz not null,
  queue text not null,
  offered integer not null,
  answered integer not null,
  abandoned integer not null,
  timed_out integer not null,
  left_otherwise integer not null,
  visits_lost integer not null,
  answered_connect integer not null,
  answered_sl integer not null,
  abandoned_sl integer not null,
  short_abandoned integer not null,
  waits integer not null,
  wait_s bigint not null,
  wait_answered_s bigint not null,
  wait_abandoned_s bigint not null,
  longest_wait_s integer,
  answered_b1 integer not null,
  answered_b2 integer not null,
  answered_b3 integer not null,
  answered_b4 integer not null,
  abandoned_b1 integer not null,
  abandoned_b2 integer not null,
  abandoned_b3 integer not null,
  abandoned_b4 integer not null,
  primary key (level, bucket, queue)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
create table stat_seat (
  level "char" not null,
  bucket timestamptz not null,
  seat text not null,
  queue text not null,
  rings integer not null,
  rings_missed integer not null,
  ring_ms bigint not null,
  taken integer not null,
  rings_given_up integer not null,
  taken_connect integer not null,
  taken_sl integer not null,
  taken_wait_s bigint not null,
  taken_longest_s integer,
  talked integer not null,
  talk_s bigint not null,
  wrap_ms bigint not null,
  talk_b1 integer not null,
  talk_b2 integer not null,
  talk_b3 integer not null,
  talk_b4 integer not null,
  talk_b5 integer not null,
  holds bigint not null,
  hold_ms bigint not null,
  in_calls integer not null,
  in_ms bigint not null,
  dialled integer not null,
  connected integer not null,
  out_ms bigint not null,
  primary key (level, bucket, seat, queue)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
create table stat_time (
  level "char" not null,
  bucket timestamptz not null,
  seat text not null,
  state_offline_ms bigint not null,
  state_idle_ms bigint not null,
  state_ringing_ms bigint not null,
  state_talking_ms bigint not null,
  state_outbound_ms bigint not null,
  state_wrap_ms bigint not null,
  state_break_ms bigint not null,
  state_busy_ms bigint not null,
  state_other_ms bigint not null,
  primary key (level, bucket, seat)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
create table stat_rest (
  level "char" not null,
  bucket timestamptz not null,
  seat text not null,
  reason text not null,
  rest_ms bigint not null,
  rests integer not null,
  primary key (level, bucket, seat, reason)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
create table stat_move (
  level "char" not null,
  bucket timestamptz not null,
  seat text not null,
  kind text not null,
  moved_blind integer not null,
  moved_attended integer not null,
  moved_redirect integer not null,
  moved_conference integer not null,
  primary key (level, bucket, seat, kind)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
create table stat_rating (
  level "char" not null,
  bucket timestamptz not null,
  seat text not null,
  queue text not null,
  rated integer not null,
  satisfied integer not null,
  primary key (level, bucket, seat, queue)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);

-- Rows behind a stretch are found by what overlaps it, and a seat's part by its visit.
create index seat_state_to on seat_state (t_to);
create index call_end on call (t_end);
create index queue_visit_id on queue_visit (visit_id);
create index seat_segment_visit on seat_segment (visit_id) where visit_id is not null;
create index call_called on call (called, t_setup desc) where direction = 'out';

create function half_hour(t timestamptz) returns timestamptz language sql immutable parallel safe
  return date_bin('30 minutes', t, '2000-01-01 00:00:00+00');

create function mark_call() returns trigger language plpgsql as $$
begin
  insert into stat_mark (source, from_at, to_at)
    select distinct 'call', half_hour(t_setup), half_hour(t_setup) + interval '30 minutes' from changed
    union all
    select distinct 'line', half_hour(t_setup), half_hour(t_end) + interval '30 minutes' from changed where trunk is not null;
  return null;
end $$;

create function mark_ivr_step() returns trigger language plpgsql as $$
begin
  insert into stat_mark (source, from_at, to_at)
    select distinct 'ivr', half_hour(t_in), half_hour(t_in) + interval '30 minutes' from changed
    union all
    -- a refusal is counted with its call, which may be there already
    select distinct 'call', half_hour(c.t_setup), half_hour(c.t_setup) + interval '30 minutes'
    from changed s join call c on c.call_id = s.call_id and c.t_setup > s.t_in - interval '1 day' and c.t_setup < s.t_in + interval '1 day'
    where s.point = 'blocked';
  return null;
end $$;

create function mark_queue_visit() returns trigger language plpgsql as $$
begin
  insert into stat_mark (source, from_at, to_at)
    select distinct 'visit', half_hour(t_queue), half_hour(t_queue) + interval '30 minutes' from changed;
  if tg_op <> 'INSERT' then
    -- its seats' parts stand alone now, where they began
    insert into stat_mark (source, from_at, to_at)
      select distinct 'seat', half_hour(s.t_from), half_hour(s.t_from) + interval '30 minutes'
      from changed v join seat_segment s on s.visit_id = v.visit_id;
  end if;
  return null;
end $$;

create function mark_seat_segment() returns trigger language plpgsql as $$
begin
  -- the keeper looks up which visits these belong to: not here, where the floor's writer waits
  insert into stat_mark (source, from_at, to_at)
    select distinct 'segment', half_hour(t_from), half_hour(t_from) + interval '30 minutes' from changed;
  if tg_op <> 'INSERT' then
    insert into stat_mark (source, from_at, to_at)
      select distinct 'seat', half_hour(v.t_queue), half_hour(v.t_queue) + interval '30 minutes'
      from changed s join queue_visit v on v.visit_id = s.visit_id;
  end if;
  return null;
end $$;

create function mark_seat_state() returns trigger language plpgsql as $$
begin
  insert into stat_mark (source, from_at, to_at)
    select distinct 'time', half_hour(t_from), half_hour(t_to) + interval '30 minutes' from changed;
  return null;
end $$;

create function mark_call_move() returns trigger language plpgsql as $$
begin
  insert into stat_mark (source, from_at, to_at)
    select distinct 'move', half_hour(t), half_hour(t) + interval '30 minutes' from changed;
  return null;
end $$;

create function mark_call_rating() returns trigger language plpgsql as $$
begin
  insert into stat_mark (source, from_at, to_at)
    select distinct 'rating', half_hour(t), half_hour(t) + interval '30 minutes' from changed;
  return null;
end $$;

create function mark_all() returns trigger language plpgsql as $$
begin
  insert into stat_mark (source, from_at, to_at) values ('all', '-infinity', 'infinity');
  return null;
end $$;

do $$
declare t text;
begin
  foreach t in array array['call', 'ivr_step', 'queue_visit', 'seat_segment', 'seat_state', 'call_move', 'call_rating'] loop
    execute format('create trigger stat_insert after insert on %1$I referencing new table as changed for each statement execute function mark_%1$s()', t);
    execute format('create trigger stat_delete after delete on %1$I referencing old table as changed for each statement execute function mark_%1$s()', t);
    execute format('create trigger stat_update_old after update on %1$I referencing old table as changed for each statement execute function mark_%1$s()', t);
    execute format('create trigger stat_update_new after update on %1$I referencing new table as changed for each statement execute function mark_%1$s()', t);
    execute format('create trigger stat_truncate after truncate on %1$I for each statement execute function mark_all()', t);
  end loop;
end $$;

-- what is there already
insert into stat_mark (source, from_at, to_at) values ('all', '-infinity', 'infinity');
