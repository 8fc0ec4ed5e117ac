-- A seat's day lists what supervisors did to it.
create index floor_command_seat on floor_command ((wish->>'seat'), asked_at desc);
