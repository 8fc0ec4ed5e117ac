-- Features of the house's own layers of the map. Names, times of validity and roles are facts (domain/map-layers/facts.ts), and so is
-- which layers there are; features never change, and stay when their layer is withdrawn: so any moment can be shown as it was.
create table map_layer (
  layer_id text primary key,
  -- of the features: the same file does not come twice
  sha256 text not null,
  features json not null,
  added_at timestamptz not null
);
