-- A turn may be forbidden to who came from one road over others: the roads between, in order; none where to_edge begins at via_node.
alter table road_restriction add column through_edges bigint[] not null default '{}';
