-- Consultations that did not end in a transfer are moves too (0012_floor_facts.sql).
alter table stat_move add column moved_consult integer not null default 0;
