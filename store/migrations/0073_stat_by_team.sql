-- Parts of seats by the team that the seat belonged to in each half-hour (store/migrations/0072_teams.sql).
do $$
declare k record;
begin
  for k in select * from (values
    ('stat_seat', 'seat, queue, team'), ('stat_time', 'seat, team'), ('stat_rest', 'seat, reason, team'),
    ('stat_move', 'seat, kind, team'), ('stat_rating', 'seat, queue, team')) as k (name, dims)
  loop
    execute format('alter table %I add column team text not null default %L', k.name, '');
    execute format('alter table %I drop constraint %I', k.name, k.name || '_pkey');
    execute format('alter table %I add primary key (level, bucket, %s)', k.name, k.dims);
  end loop;
  insert into stat_mark (source, from_at, to_at)
    select source, (select min(from_at) from seat_team), 'infinity' from unnest(array['=seat', '=time', '=rest', '=move', '=rating']) source
    where exists (select from seat_team);
end $$;
