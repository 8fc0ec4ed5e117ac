-- One row per screen of a session: its epoch is raised at each hello, so that on any gateway only the newest socket of a screen lives.
create table live_screen (
  screen text primary key,
  epoch bigint not null,
  at timestamptz not null default now()
);
create index live_screen_at on live_screen (at);

-- The database's own name: cursors of another database mean nothing here.
create table database_origin (
  only_row boolean primary key default true check (only_row),
  origin text not null
);
insert into database_origin (origin) values (replace(gen_random_uuid()::text, '-', ''));
