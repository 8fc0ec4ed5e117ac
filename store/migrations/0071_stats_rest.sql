-- Most states are no breaks: those mark only the seats' time, and breaks are counted anew just where a break changed.
create or replace function mark_seat_state() returns trigger language plpgsql as $$
begin
  insert into stat_mark (source, from_at, to_at)
    select distinct 'time', half_hour(t_from), half_hour(t_to) + interval '30 minutes' from changed
    union all
    select distinct 'rest', half_hour(t_from), half_hour(t_to) + interval '30 minutes' from changed where state = 'break';
  return null;
end $$;
