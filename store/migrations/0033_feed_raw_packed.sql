-- Raw messages of more than a few hundred bytes are kept packed: a list of road speeds a minute would fill a disk.
alter table feed_raw add column packed boolean not null default false;
