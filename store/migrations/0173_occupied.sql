-- How full a shelter is, as the city's own list tells it: places that are taken already.
alter table city_thing add column occupied integer check (occupied >= 0);
