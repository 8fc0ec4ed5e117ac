-- Recordings that the switch tells of are written with the floor's other records; and a name of a file may come by itself.

alter table call_recording drop constraint call_recording_state_check;
alter table call_recording add constraint call_recording_state_check check (state in ('named', 'began', 'ended'));

-- @param records as write_floor_records has it
create function write_call_recordings(records jsonb) returns void language sql as $$
  insert into call_recording (t, call_id, leg, state, file)
  select to_timestamp(t / 1000), call_id, leg, state, file
  from jsonb_to_recordset(records->'call_recording') as r (t float8, call_id text, leg text, state text, file text)
$$;

create or replace function write_floor(run text, batch bigint, note jsonb, records jsonb, facts jsonb) returns text
language plpgsql as $$
declare
  present text;
begin
  update source_cursor c set cursor = c.cursor || note || jsonb_build_object('batch', batch), at = now()
    where source = 'asterisk' and c.cursor->>'run' = run and (c.cursor->>'batch')::bigint < batch;
  if not found then
    select c.cursor->>'run' into present from source_cursor c where source = 'asterisk';
    return case when present = run then 'already' else 'taken over' end;
  end if;
  perform write_floor_records(records);
  if records ? 'call_recording' then
    perform write_call_recordings(records);
  end if;
  perform record_facts(facts);
  return 'written';
end $$;
