-- What records tell besides: when the caller of a seat's part entered the queue, from which address a telephone was signed in, and
-- how long a call was in a conference or waited while its seat asked somebody else.
alter table seat_segment add column t_queue timestamptz;
alter table seat_login add column ip text;
alter table call_move add column t_answer timestamptz, add column t_to timestamptz, add column external boolean;

-- The case that came of a call, as the case system says it; never guessed by number and time. One call may lead to several cases,
-- and one case may have several calls (the same citizen rings again).
create table call_case (
  call_id text not null,
  case_no text not null,
  origin text not null,
  external_id text not null,
  linked_at timestamptz not null default now(),
  primary key (origin, external_id, call_id)
);
create index call_case_call on call_case (call_id);
create index call_case_no on call_case (case_no);

-- @param records table → rows, instants as epoch milliseconds; only tables that have rows
create or replace function write_floor_records(records jsonb) returns void language plpgsql as $$
begin
  if records ? 'call' then
    insert into call (t_setup, call_id, direction, trunk, caller, called, t_ivr_in, t_ivr_out, t_end, ended_in, outcome,
      merged_into, hangup_cause)
    select to_timestamp(t_setup / 1000), call_id, direction, trunk, caller, called, to_timestamp(t_ivr_in / 1000),
      to_timestamp(t_ivr_out / 1000), to_timestamp(t_end / 1000), ended_in, outcome, merged_into, hangup_cause
    from jsonb_to_recordset(records->'call') as r (t_setup float8, call_id text, direction text, trunk text, caller text,
      called text, t_ivr_in float8, t_ivr_out float8, t_end float8, ended_in text, outcome text, merged_into text,
      hangup_cause int);
  end if;
  if records ? 'ivr_step' then
    insert into ivr_step (t_in, call_id, point, key, queue)
    select to_timestamp(t_in / 1000), call_id, point, key, queue
    from jsonb_to_recordset(records->'ivr_step') as r (t_in float8, call_id text, point text, key text, queue text);
  end if;
  if records ? 'queue_visit' then
    insert into queue_visit (t_queue, visit_id, call_id, queue, seat_no, t_answer, t_abandon, t_leave, outcome, wait_s)
    select to_timestamp(t_queue / 1000), visit_id, call_id, queue, seat_no, to_timestamp(t_answer / 1000),
      to_timestamp(t_abandon / 1000), to_timestamp(t_leave / 1000), outcome, wait_s
    from jsonb_to_recordset(records->'queue_visit') as r (t_queue float8, visit_id text, call_id text, queue text,
      seat_no text, t_answer float8, t_abandon float8, t_leave float8, outcome text, wait_s int);
  end if;
  if records ? 'seat_segment' then
    insert into seat_segment (t_from, segment_id, seat_no, call_id, direction, visit_id, queue, t_queue, t_ring, t_answer,
      t_hangup, ring_ms, holds, hold_ms, talk_s, t_wrap_end, outcome, ended_by)
    select to_timestamp(t_from / 1000), segment_id, seat_no, call_id, direction, visit_id, queue,
      to_timestamp(t_queue / 1000), to_timestamp(t_ring / 1000), to_timestamp(t_answer / 1000), to_timestamp(t_hangup / 1000),
      ring_ms, holds, hold_ms, talk_s, to_timestamp(t_wrap_end / 1000), outcome, ended_by
    from jsonb_to_recordset(records->'seat_segment') as r (t_from float8, segment_id text, seat_no text, call_id text,
      direction text, visit_id text, queue text, t_queue float8, t_ring float8, t_answer float8, t_hangup float8, ring_ms int,
      holds int, hold_ms int, talk_s int, t_wrap_end float8, outcome text, ended_by text);
  end if;
  if records ? 'seat_state' then
    insert into seat_state (t_from, t_to, seat_no, state, reason, queue)
    select to_timestamp(t_from / 1000), to_timestamp(t_to / 1000), seat_no, state, reason, queue
    from jsonb_to_recordset(records->'seat_state') as r (t_from float8, t_to float8, seat_no text, state text, reason text,
      queue text);
  end if;
  if records ? 'seat_login' then
    insert into seat_login (t_in, t_out, seat_no, name, extension, ip)
    select to_timestamp(t_in / 1000), to_timestamp(t_out / 1000), seat_no, name, extension, ip
    from jsonb_to_recordset(records->'seat_login') as r (t_in float8, t_out float8, seat_no text, name text, extension text,
      ip text);
  end if;
  if records ? 'call_move' then
    insert into call_move (t, t_answer, t_to, call_id, kind, from_seat, to_seat, to_number, external)
    select to_timestamp(t / 1000), to_timestamp(t_answer / 1000), to_timestamp(t_to / 1000), call_id, kind, from_seat, to_seat,
      to_number, external
    from jsonb_to_recordset(records->'call_move') as r (t float8, t_answer float8, t_to float8, call_id text, kind text,
      from_seat text, to_seat text, to_number text, external boolean);
  end if;
  if records ? 'call_rating' then
    insert into call_rating (t, call_id, seat_no, queue, score)
    select to_timestamp(t / 1000), call_id, seat_no, queue, score
    from jsonb_to_recordset(records->'call_rating') as r (t float8, call_id text, seat_no text, queue text, score float8);
  end if;
  if records ? 'floor_gap' then
    insert into floor_gap (gap_id, t_from, t_to, why)
    select gap_id, to_timestamp(t_from / 1000), to_timestamp(t_to / 1000), why
    from jsonb_to_recordset(records->'floor_gap') as r (gap_id text, t_from float8, t_to float8, why text)
    on conflict (gap_id) do update set t_from = excluded.t_from, t_to = excluded.t_to, why = excluded.why;
  end if;
end $$;
