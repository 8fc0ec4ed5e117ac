-- Accounts, sessions, sign-in attempts, wall screens and their pairing: who is at the other end of a connection.

create table account (
  id bigint generated always as identity primary key,
  login text not null check (login = lower(login) and login ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
  name text not null check (length(name) between 1 and 60),
  role text not null check (role in ('duty-officer', 'coordinator', 'roster-manager', 'leader', 'supervisor', 'administrator')),
  -- argon2id in PHC form, so that its cost can be raised later
  password_hash text not null,
  -- true while the password is the one that was printed or handed over: the account page asks to change it
  password_initial boolean not null default true,
  language text not null default 'zh-CN' check (language in ('zh-CN', 'en')),
  disabled boolean not null default false,
  created_at timestamptz not null default now()
);
create unique index account_login on account (login);

-- A screen on a wall: it has no person in front of it, so it gets a session of its own by a pairing code.
create table wall_device (
  id bigint generated always as identity primary key,
  name text not null check (length(name) between 1 and 60),
  scene text not null,
  paired_by bigint references account (id),
  paired_at timestamptz not null default now(),
  unpaired_at timestamptz
);

-- Only the hash of a token is kept: who reads this table cannot sign in with it.
create table session (
  id bigint generated always as identity primary key,
  token_sha256 bytea not null unique,
  account_id bigint references account (id),
  device_id bigint references wall_device (id),
  user_agent text not null,
  address text not null,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  check ((account_id is null) <> (device_id is null))
);
create index session_account on session (account_id) where revoked_at is null;
create index session_device on session (device_id) where revoked_at is null;

-- Failed sign-ins, for the rate limit. The login is kept as a hash: people type passwords into the wrong field.
create table sign_in_failure (
  at timestamptz not null default now(),
  login_sha256 bytea not null,
  address text not null
);
create index sign_in_failure_login on sign_in_failure (login_sha256, at);
create index sign_in_failure_address on sign_in_failure (address, at);

-- A code shown on a wall screen, waiting for a person to approve it. The screen proves itself with its secret.
create table wall_pairing (
  code text primary key check (code ~ '^[0-9]{6}$'),
  secret_sha256 bytea not null unique,
  address text not null,
  user_agent text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  device_id bigint references wall_device (id)
);
