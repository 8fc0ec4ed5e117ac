-- Partner feeds: what is linked, what each message brought, and the items (warnings, traffic events, city events) that facts tell of.

-- One row per configured feed, as the last feed.linked fact described it.
create table feed (
  id text primary key,
  kind text not null,
  link text not null,
  since timestamptz not null,
  body jsonb not null
);

-- One line per message: the figures of feed health (F-01) come from here, also after a restart.
create table feed_message (
  at timestamptz not null,
  feed text not null,
  source_at timestamptz,
  bytes integer not null,
  accepted integer not null,
  rejected integer not null,
  quarantined integer not null,
  outdated integer not null,
  note text
);
select create_hypertable('feed_message', by_range('at', interval '1 day'), create_default_indexes => false);
create index feed_message_feed on feed_message (feed, at desc);

-- Warnings, traffic events and city events with their newest content: makes feeds idempotent (hash), resolves chains
-- (superseded_by), lets a complete list end what it no longer holds, and answers questions about the past.
create table city_item (
  collection text not null,
  id text not null,
  feed text not null,
  hash text not null,
  source_at timestamptz not null,
  first_at timestamptz not null,
  ends_at timestamptz,
  ended_at timestamptz,
  end_reason text,
  shown boolean not null,
  drill boolean not null,
  body jsonb not null,
  geom geometry(Geometry, 4326),
  primary key (collection, id)
);
create index city_item_open on city_item (feed, collection) where ended_at is null;
create index city_item_ends on city_item (ends_at) where ended_at is null;
create index city_item_geom on city_item using gist (geom);

-- Items named by an update or a cancellation, perhaps before they themselves arrive: the late original must not come back to life.
create table city_item_over (
  collection text not null,
  id text not null,
  by_id text not null,
  at timestamptz not null,
  primary key (collection, id)
);
create index city_item_over_at on city_item_over (at);

-- Which road edges a partner's road segment lies on.
create table segment_edge (
  feed text not null,
  segment text not null,
  edge bigint not null,
  primary key (feed, segment, edge)
);

-- Which traffic event closes which road edge, so that an edge opens again only when the last of its closures ends.
create table edge_closure (
  edge bigint not null,
  event text not null,
  direction text not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  primary key (edge, event)
);
create index edge_closure_event on edge_closure (event);
