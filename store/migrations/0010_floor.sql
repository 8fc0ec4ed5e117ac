-- Calls, queue visits, seat segments and states, as the switch told them: written once, when they are over (domain/floor/records.ts).
-- Hypertables by the instant of their beginning, so that old months leave by chunk; ids are the switch's own and no keys,
-- because a unique key of a hypertable must hold the partition column; what makes a write happen once is source_cursor.

create table call (
  t_setup timestamptz not null,
  call_id text not null,
  direction text not null check (direction in ('in', 'out', 'internal')),
  trunk text,
  caller text not null,
  called text not null,
  t_ivr_in timestamptz,
  t_ivr_out timestamptz,
  t_end timestamptz not null,
  ended_in text not null,
  outcome text not null,
  merged_into text,
  hangup_cause integer
);
select create_hypertable('call', by_range('t_setup', interval '7 days'), create_default_indexes => false);
create index call_setup on call (t_setup desc);
create index call_id on call (call_id);
create index call_caller on call (caller, t_setup desc);

create table ivr_step (
  t_in timestamptz not null,
  call_id text not null,
  point text not null,
  key text not null,
  queue text
);
select create_hypertable('ivr_step', by_range('t_in', interval '7 days'), create_default_indexes => false);
create index ivr_step_in on ivr_step (t_in desc);
create index ivr_step_call on ivr_step (call_id);

-- outcome: answered, abandoned, timeout, left, lost, unknown; wait_s in whole seconds as the switch counts them.
create table queue_visit (
  t_queue timestamptz not null,
  visit_id text not null,
  call_id text not null,
  queue text not null,
  seat_no text,
  t_answer timestamptz,
  t_abandon timestamptz,
  t_leave timestamptz not null,
  outcome text not null,
  wait_s integer
);
select create_hypertable('queue_visit', by_range('t_queue', interval '7 days'), create_default_indexes => false);
create index queue_visit_queue on queue_visit (queue, t_queue desc);
create index queue_visit_call on queue_visit (call_id);

-- One seat's part of one call: also rings that were not taken. talk_s as the switch counts it.
create table seat_segment (
  t_from timestamptz not null,
  segment_id text not null,
  seat_no text not null,
  call_id text not null,
  direction text not null,
  visit_id text,
  queue text,
  t_ring timestamptz,
  t_answer timestamptz,
  t_hangup timestamptz not null,
  ring_ms integer not null,
  holds integer not null,
  hold_ms integer not null,
  talk_s integer,
  t_wrap_end timestamptz,
  outcome text not null,
  ended_by text
);
select create_hypertable('seat_segment', by_range('t_from', interval '7 days'), create_default_indexes => false);
create index seat_segment_seat on seat_segment (seat_no, t_from desc);
create index seat_segment_call on seat_segment (call_id);

create table seat_state (
  t_from timestamptz not null,
  t_to timestamptz not null,
  seat_no text not null,
  state text not null,
  reason text not null,
  queue text
);
select create_hypertable('seat_state', by_range('t_from', interval '7 days'), create_default_indexes => false);
create index seat_state_seat on seat_state (seat_no, t_from desc);

create table seat_login (
  t_in timestamptz not null,
  t_out timestamptz not null,
  seat_no text not null,
  name text not null,
  extension text not null
);
create index seat_login_seat on seat_login (seat_no, t_in desc);

create table call_move (
  t timestamptz not null,
  call_id text not null,
  kind text not null,
  from_seat text,
  to_seat text,
  to_number text not null
);
select create_hypertable('call_move', by_range('t', interval '7 days'), create_default_indexes => false);
create index call_move_t on call_move (t desc);
create index call_move_call on call_move (call_id);

create table call_rating (
  t timestamptz not null,
  call_id text not null,
  seat_no text,
  queue text,
  score double precision not null
);
create index call_rating_t on call_rating (t desc);

-- Periods in which the switch was not heard: a figure whose time touches one is a lower bound.
create table floor_gap (
  gap_id text primary key,
  t_from timestamptz not null,
  t_to timestamptz,
  why text not null
);
create index floor_gap_from on floor_gap (t_from desc);
