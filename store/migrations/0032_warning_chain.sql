-- Whose word ended a warning: only its own sender or its own feed may, also when the word comes before the warning.
alter table city_item_over add column feed text not null default '';
alter table city_item_over drop constraint city_item_over_pkey;
alter table city_item_over add primary key (collection, id, by_id);
