-- Callers who were not served, and what was done about them. Missed calls themselves are no rows: they are read from the records
-- each time (store/missed-sql.ts), so that none can be forgotten; what officers did about a number is kept here, and only added to.

-- One spelling of a number, as numberKey in domain/missed/number.ts.
create function number_key(n text) returns text language sql immutable parallel safe return case
  when n ~ '^(\+86|0086|86|0)?1[3-9][0-9]{9}$' then right(n, 11)
  when n ~ '^(\+86|0086)[2-9][0-9]{8,10}$' then '0' || regexp_replace(n, '^(\+86|0086)', '')
  else regexp_replace(n, '^\+', '') end;
-- Every spelling that has this key: calls are looked up by the numbers as they were told.
create function number_forms(key text) returns text[] language sql immutable parallel safe return case
  when key ~ '^1[3-9][0-9]{9}$' then array[key, '0' || key, '86' || key, '+86' || key, '0086' || key]
  when key ~ '^0[2-9][0-9]{8,10}$' then array[key, '+' || key, '+86' || substr(key, 2), '0086' || substr(key, 2)]
  else array[key, '+' || key] end;

create table missed_step (
  n bigint generated always as identity primary key,
  at timestamptz not null,
  -- the citizen's number, or call:<id> of an anonymous call
  key text not null,
  kind text not null check (kind in ('taken', 'released', 'closed', 'reopened')),
  account bigint not null references account (id),
  by_name text not null,
  call_id text not null,
  reason text,
  note text not null default '',
  -- closed: the newest missed call that was known
  covers timestamptz,
  -- reopened: the step that it takes back
  closing bigint,
  check ((kind = 'closed') = (covers is not null and reason is not null)),
  check ((kind = 'reopened') = (closing is not null))
);
create index missed_step_key on missed_step (key, n);
create index missed_step_at on missed_step (at);

-- Messages that callers spoke; the switch keeps the sound.
create table voice_message (
  message_id text primary key,
  t timestamptz not null,
  call_id text not null,
  caller text not null,
  mailbox text not null,
  queue text,
  duration_s integer,
  file text not null
);
create index voice_message_t on voice_message (t);
create index voice_message_call on voice_message (call_id);
create index voice_message_caller on voice_message (caller);

create table mailbox_count (
  mailbox text primary key,
  t timestamptz not null,
  fresh integer not null,
  old integer not null
);

-- The rows come with their facts, whoever records those, and once.
create function keep_voicemail() returns trigger language plpgsql as $$
begin
  if new.kind = 'voicemail.left' then
    insert into voice_message (message_id, t, call_id, caller, mailbox, queue, duration_s, file)
    values (new.subject, new.occurred_at, new.body->>'call', new.body->>'caller', new.body->>'mailbox', new.body->>'queue',
      (new.body->>'durationS')::integer, new.body->>'file')
    on conflict (message_id) do nothing;
  else
    insert into mailbox_count (mailbox, t, fresh, old)
    values (new.subject, new.occurred_at, (new.body->>'fresh')::integer, (new.body->>'old')::integer)
    on conflict (mailbox) do update set t = excluded.t, fresh = excluded.fresh, old = excluded.old
      where mailbox_count.t <= excluded.t;
  end if;
  return null;
end $$;
create trigger keep_voicemail after insert on fact for each row
  when (new.kind in ('voicemail.left', 'voicemail.counted')) execute function keep_voicemail();

create index call_unserved on call (t_setup) where direction = 'in' and ended_in in ('queue', 'blocked', 'voicemail');
create index floor_command_dial on floor_command (asked_at) where kind = 'dial';
create index floor_command_reached on floor_command ((wish->>'to'), asked_at) where kind = 'dial' and state = 'confirmed';
