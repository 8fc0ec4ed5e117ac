-- What the switch told of recordings, who heard or took one, and the way from a call to what supervisors did to it.

-- A recording began or ended on a channel of a call. file: as the switch named it (MIXMONITOR_FILENAME), null when it did not.
create table call_recording (
  t timestamptz not null,
  call_id text not null,
  leg text not null,
  state text not null check (state in ('began', 'ended')),
  file text
);
select create_hypertable('call_recording', by_range('t', interval '7 days'), create_default_indexes => false);
create index call_recording_t on call_recording (t desc);
create index call_recording_call on call_recording (call_id);

-- Each opening to hear and each download: who, when, which, and why it left the house.
create table recording_access (
  n bigint generated always as identity primary key,
  request_key text not null unique,
  kind text not null check (kind in ('heard', 'saved')),
  call_id text not null,
  -- the part of the call, as the screens name it; file: where it was found, for people
  part text not null,
  file text not null,
  account bigint not null references account (id),
  by_name text not null,
  reason text,
  at timestamptz not null default now(),
  check (kind = 'heard' or length(reason) > 0)
);
create index recording_access_call on recording_access (call_id, n);
create index recording_access_at on recording_access (n desc, account);

create index floor_command_call on floor_command ((wish->>'call')) where wish->>'call' is not null;
create index floor_command_visit on floor_command ((wish->>'visit')) where wish->>'visit' is not null;
