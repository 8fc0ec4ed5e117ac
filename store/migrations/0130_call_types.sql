-- Inbound calls by the type of the case that came of them, and cases by who accepted them (domain/calls/matters.ts), as added parts.
create table stat_inbound (
  level "char" not null,
  bucket timestamptz not null,
  type text not null,
  seat text not null,
  team text not null,
  typed_in integer not null,
  typed_consultation integer not null,
  typed_complaint integer not null,
  typed_report integer not null,
  typed_appeal integer not null,
  typed_help integer not null,
  typed_suggestion integer not null,
  typed_praise integer not null,
  typed_message integer not null,
  typed_unknown integer not null,
  typed_none integer not null,
  primary key (level, bucket, type, seat, team)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);
create table stat_accepted (
  level "char" not null,
  bucket timestamptz not null,
  type text not null,
  unit text not null,
  seat text not null,
  team text not null,
  cases integer not null,
  cases_consultation integer not null,
  cases_complaint integer not null,
  cases_report integer not null,
  cases_other integer not null,
  cases_dispatched integer not null,
  consult_known integer not null,
  consult_first integer not null,
  consult_again integer not null,
  primary key (level, bucket, type, unit, seat, team)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);

create index hotline_case_repeat on hotline_case (repeat_of) where repeat_of is not null;

-- A mark 'link' means “the inbound call of this id”: the keeper looks up when it began. Calls are looked for in every week of
-- theirs, which is no work for those who write cases.
alter table stat_mark add column call_id text;

-- What a link changes: its call, and the case. Marks that name a call stand at its case's half-hour until the keeper has looked.
create function mark_call_case() returns trigger language plpgsql as $$
begin
  insert into stat_mark (source, from_at, to_at, call_id)
    select distinct m.source, half_hour(k.accepted_at), half_hour(k.accepted_at) + interval '30 minutes', case when m.source = 'link' then l.call_id end
    from changed l join hotline_case k on k.case_no = l.case_no cross join (values ('link'), ('=accepted')) m (source);
  return null;
end $$;

create type case_mark as (case_no text, accepted_at timestamptz, caller_key text, repeat_of text);

-- What a case touches that came, went, or has another type, time, caller or matter: itself, its calls, and the earlier
-- consultations that it may be the matter of once more.
create function mark_cases(cases case_mark[]) returns void language sql as $$
  with b as (select * from unnest(cases))
  insert into stat_mark (source, from_at, to_at, call_id)
  select '=accepted', half_hour(accepted_at), half_hour(accepted_at) + interval '30 minutes', null from b
  union
  select 'link', half_hour(b.accepted_at), half_hour(b.accepted_at) + interval '30 minutes', l.call_id
  from b join call_case l on l.case_no = b.case_no
  union
  select '=accepted', half_hour(k.accepted_at), half_hour(k.accepted_at) + interval '30 minutes', null
  from b join hotline_case k on k.caller_key = b.caller_key and k.type = 'consultation'
    and k.accepted_at >= b.accepted_at - interval '15 days' and k.accepted_at < b.accepted_at
  union
  select '=accepted', half_hour(k.accepted_at), half_hour(k.accepted_at) + interval '30 minutes', null
  from b join hotline_case k on k.case_no = b.repeat_of
$$;

create function mark_hotline_case() returns trigger language plpgsql as $$
begin
  perform mark_cases(array_agg((case_no, accepted_at, caller_key, repeat_of)::case_mark)) from changed;
  return null;
end $$;

create function mark_hotline_case_update() returns trigger language plpgsql as $$
begin
  perform mark_cases(array_agg((c.case_no, c.accepted_at, c.caller_key, c.repeat_of)::case_mark)
    || array_agg((w.case_no, w.accepted_at, w.caller_key, w.repeat_of)::case_mark))
  from changed c join former w using (case_no)
  where (c.type, c.accepted_at, c.category, c.caller_key, c.repeat_of, c.withdrawn_at)
    is distinct from (w.type, w.accepted_at, w.category, w.caller_key, w.repeat_of, w.withdrawn_at);
  -- most other updates tell figures nothing: a place, a text, a step between two units, the end weeks later
  insert into stat_mark (source, from_at, to_at)
    select distinct '=accepted', half_hour(c.accepted_at), half_hour(c.accepted_at) + interval '30 minutes'
    from changed c join former w using (case_no)
    where c.unit is distinct from w.unit
      or (c.state = any('{dispatched,handling,done_review,follow_up,special_supervision}') and
        not w.state = any('{dispatched,handling,done_review,follow_up,special_supervision}'))
      or (c.closed_at is distinct from w.closed_at and least(c.closed_at, w.closed_at) < c.accepted_at + interval '3 days');
  return null;
end $$;

create trigger stat_insert after insert on hotline_case referencing new table as changed for each statement execute function mark_hotline_case();
create trigger stat_delete after delete on hotline_case referencing old table as changed for each statement execute function mark_hotline_case();
create trigger stat_update after update on hotline_case referencing old table as former new table as changed for each statement execute function mark_hotline_case_update();
create trigger stat_truncate after truncate on hotline_case for each statement execute function mark_all();
create trigger stat_insert after insert on call_case referencing new table as changed for each statement execute function mark_call_case();
create trigger stat_delete after delete on call_case referencing old table as changed for each statement execute function mark_call_case();
create trigger stat_update_old after update on call_case referencing old table as changed for each statement execute function mark_call_case();
create trigger stat_update_new after update on call_case referencing new table as changed for each statement execute function mark_call_case();
create trigger stat_truncate after truncate on call_case for each statement execute function mark_all();

-- A seat's part that was written anew or taken away: its call and its case had another first answer. A new one is looked up by the keeper.
create or replace function mark_seat_segment() returns trigger language plpgsql as $$
begin
  -- the keeper looks up which visits these belong to: not here, where the floor's writer waits
  insert into stat_mark (source, from_at, to_at)
    select distinct 'segment', half_hour(t_from), half_hour(t_from) + interval '30 minutes' from changed;
  if tg_op <> 'INSERT' then
    insert into stat_mark (source, from_at, to_at, call_id)
      select distinct 'seat', half_hour(v.t_queue), half_hour(v.t_queue) + interval '30 minutes', null
      from changed s join queue_visit v on v.visit_id = s.visit_id
      union
      select 'link', half_hour(s.t_from), half_hour(s.t_from) + interval '30 minutes', s.call_id from changed s
      union
      select '=accepted', half_hour(k.accepted_at), half_hour(k.accepted_at) + interval '30 minutes', null
      from changed s join call_case l on l.call_id = s.call_id join hotline_case k on k.case_no = l.case_no;
  end if;
  return null;
end $$;

insert into stat_mark (source, from_at, to_at)
  select source, '-infinity', 'infinity' from unnest(array['=inbound', '=accepted']) source;
