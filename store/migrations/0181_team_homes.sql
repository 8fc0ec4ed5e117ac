-- To which department and which provider a team belongs, in force from a half-hour of the city on until its next version; '' = none.
-- Reports of seats by department and provider use the one of each half-hour, as they do with teams (store/migrations/0072_teams.sql).
create table team_home (
  team text not null check (team <> ''),
  department text not null,
  provider text not null,
  from_at timestamptz not null,
  set_by text not null,
  set_at timestamptz not null default now(),
  primary key (team, from_at)
);

do $$
declare k record;
begin
  for k in select * from (values
    ('stat_seat', 'seat, queue'), ('stat_time', 'seat'), ('stat_rest', 'seat, reason'), ('stat_move', 'seat, kind'),
    ('stat_rating', 'seat, queue'), ('stat_inbound', 'type, seat'), ('stat_accepted', 'type, unit, seat')) as k (name, dims)
  loop
    execute format('alter table %I add column department text not null default %2$L, add column provider text not null default %2$L', k.name, '');
    execute format('alter table %I drop constraint %I', k.name, k.name || '_pkey');
    execute format('alter table %I add primary key (level, bucket, %s, team, department, provider)', k.name, k.dims);
  end loop;
end $$;

-- series of the new breakdowns are packed now
update stat_state set to_pack = true;
