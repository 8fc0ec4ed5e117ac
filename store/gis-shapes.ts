import type { Tx } from './db.ts';

/**
 * What tiles are cut from (table map_shape): each feature once per range of zooms that it is shown in, projected and
 * simplified for the finest of them. A tile is then one index scan and a clip.
 */

/** Raise it whenever shapes come out differently: cities loaded before are then cut anew ({@link refreshShapes} in gis-load.ts). */
export const SHAPES = 4;

/** Ranges of zooms with the tolerance of simplification in Web Mercator metres: about 1½ units of a 4096 grid at the last zoom. */
const BANDS = [
  { from: 0, to: 9, tol: 28 },
  { from: 10, to: 11, tol: 7 },
  { from: 12, to: 13, tol: 1.8 },
  { from: 14, to: 24, tol: 0 },
] as const;

/** First zoom at which a class of road is drawn. */
export const ROAD_FROM: Record<string, number> = {
  motorway: 7,
  expressway: 8,
  primary: 9,
  secondary: 10,
  tertiary: 11,
  link: 12,
  residential: 13,
  lane: 14,
};

/** First zoom of an area by kind, and the least size in m² (map units) per band. */
const AREA_LAYER: Record<string, { layer: string; from: number }> = {
  water: { layer: 'water', from: 6 },
  sea: { layer: 'water', from: 6 },
  forest: { layer: 'green', from: 6 },
  park: { layer: 'green', from: 10 },
  green: { layer: 'green', from: 12 },
  wetland: { layer: 'green', from: 11 },
  farmland: { layer: 'green', from: 11 },
  pitch: { layer: 'green', from: 13 },
  urban: { layer: 'land', from: 6 },
  airport: { layer: 'land', from: 10 },
  runway: { layer: 'land', from: 11 },
  old: { layer: 'land', from: 12 },
  commercial: { layer: 'land', from: 12 },
  residential: { layer: 'land', from: 13 },
  industrial: { layer: 'land', from: 12 },
  campus: { layer: 'land', from: 12 },
  railyard: { layer: 'land', from: 12 },
  village: { layer: 'land', from: 13 },
  plaza: { layer: 'land', from: 14 },
};

/** First zoom of a place by rank 1–5. */
const PLACE_FROM = [0, 10, 12, 13, 14, 15];

export async function buildShapes(tx: Tx, city: string): Promise<void> {
  await tx`delete from map_shape where city = ${city}`;
  await tx`update city set shapes = ${SHAPES} where id = ${city}`;
  await roads(tx, city);
  await footways(tx, city);
  await areas(tx, city);
  await buildings(tx, city);
  await lines(tx, city);
  await boundaries(tx, city);
  await points(tx, city);
}

async function roads(tx: Tx, city: string): Promise<void> {
  const classes = Object.entries(ROAD_FROM);
  for (const band of BANDS) {
    const shown = classes.filter(([, from]) => from <= band.to);
    // far out neither flags nor names show, and a bridge or a new name must not break a line in three
    const near = band.from >= 12;
    const flags = near ? tx`(bridge::int + 2 * tunnel::int + 4 * oneway::int)::smallint` : tx`0::smallint`;
    const names = near ? tx`name, name_en` : tx`null::text as name, null::text as name_en`;
    await tx`
      insert into map_shape (city, layer, min_zoom, max_zoom, kind, name, name_en, rank, flags, geom)
      select ${city}, 'road', greatest(${band.from}, c.from_zoom), ${band.to}, class, name, name_en, 5, flags,
        (st_dump(st_simplify(st_linemerge(st_collect(geom order by id)), ${band.tol}))).geom
      from (
        select id, class, ${names}, ${flags} as flags, st_transform(geom, 3857) as geom
        from road_edge where city = ${city}
      ) e
      join unnest(${shown.map((c) => c[0])}::text[], ${shown.map((c) => c[1])}::int[]) c (cls, from_zoom) on c.cls = e.class
      group by class, name, name_en, flags, c.from_zoom`;
  }
}

/** Zooms at which footways are drawn: closer than a street's name is read. */
const FOOT_FROM = 15;

/** Ways for walkers: streets without cars, stairs, and all others alike. Only a street has a name to read. */
async function footways(tx: Tx, city: string): Promise<void> {
  await tx`
    insert into map_shape (city, layer, min_zoom, max_zoom, kind, name, name_en, rank, geom)
    select ${city}, 'road', ${FOOT_FROM}, 24, shown, n, n_en, 5, (st_dump(st_linemerge(st_collect(st_transform(geom, 3857) order by id)))).geom
    from footway
    cross join lateral (
      select case kind when 'road' then 'lane' when 'pedestrian' then kind when 'steps' then kind else 'footway' end as shown,
        case when kind in ('road', 'pedestrian') then name end as n, case when kind in ('road', 'pedestrian') then name_en end as n_en
    ) look
    where city = ${city} and kind <> 'platform'
    group by shown, n, n_en`;
}

async function areas(tx: Tx, city: string): Promise<void> {
  const kinds = Object.entries(AREA_LAYER);
  await tx`
    insert into map_shape (city, layer, min_zoom, max_zoom, kind, name, name_en, rank, geom)
    select ${city}, k.layer, greatest(k.from_zoom, b.from_zoom), b.to_zoom, a.kind, a.name, a.name_en, 5, g
    from (select kind, name, name_en, st_transform(geom, 3857) as geom from area where city = ${city} and kind <> 'building') a
    join unnest(${kinds.map((k) => k[0])}::text[], ${kinds.map((k) => k[1].layer)}::text[], ${kinds.map((k) => k[1].from)}::int[])
      k (kind, layer, from_zoom) on k.kind = a.kind
    cross join unnest(${BANDS.map((b) => b.from)}::int[], ${BANDS.map((b) => b.to)}::int[], ${BANDS.map((b) => b.tol)}::float8[])
      b (from_zoom, to_zoom, tol)
    cross join lateral (
      select case when b.tol = 0 then a.geom else st_multi(st_makevalid(st_simplifypreservetopology(a.geom, b.tol))) end as g
    ) s
    where k.from_zoom <= b.to_zoom and st_area(a.geom) > b.tol * b.tol * 40`;
}

/** Blocks do not grow beyond a cell of this side: what a tile has to clip stays small. Map metres. */
const BLOCK_CELL = 1223;

/**
 * Blocks of buildings at 12 and 13, where single ones are too small: what stands closer together than about 20 m becomes one. A small
 * house is as good as its frame there, which is a third of the work.
 */
async function blocks(tx: Tx, city: string): Promise<void> {
  await tx`
    create temporary table block on commit drop as
    select (st_dump(st_simplifypreservetopology(st_buffer(st_union(
      case when st_area(g) < 800 then st_expand(st_envelope(g), 10)
        else st_buffer(st_simplifypreservetopology(g, 3), 10, 'join=mitre mitre_limit=1.5') end
    ), -11, 'join=mitre mitre_limit=1.5'), 6))).geom as g
    from footprint group by floor(st_xmin(g) / ${BLOCK_CELL}), floor(st_ymin(g) / ${BLOCK_CELL})`;
  await tx`
    insert into map_shape (city, layer, min_zoom, max_zoom, kind, geom)
    select ${city}, 'building', 13, 13, 'block', g from block where st_area(g) > 900
    union all
    select ${city}, 'building', 12, 12, 'block', g from (
      select (st_dump(st_simplifypreservetopology(st_buffer(st_union(st_buffer(g, 10, 'join=mitre mitre_limit=1.5')),
        -10, 'join=mitre mitre_limit=1.5'), 14))).geom as g
      from block where st_area(g) > 400 group by floor(st_xmin(g) / ${BLOCK_CELL}), floor(st_ymin(g) / ${BLOCK_CELL})
    ) far where st_area(g) > 5000`;
  await tx`drop table block`;
}

async function buildings(tx: Tx, city: string): Promise<void> {
  await tx`
    create temporary table footprint on commit drop as
    select name, name_en, height_m, st_transform(geom, 3857) as g from area where city = ${city} and kind = 'building'`;
  await blocks(tx, city);
  // houses as they are from 15 on; at 14 without corners that no pixel shows
  await tx`
    insert into map_shape (city, layer, min_zoom, max_zoom, kind, name, name_en, height_m, geom)
    select ${city}, 'building', 14, 14, 'building', name, name_en, height_m, st_simplifypreservetopology(g, 1.8)
    from footprint where st_area(g) > 250
    union all
    select ${city}, 'building', 15, 24, 'building', name, name_en, height_m, g from footprint`;
  await tx`drop table footprint`;
}

const LINE_FROM: Record<string, number> = {
  motorway: 7,
  rail: 8,
  highspeed: 8,
  river: 8,
  metro: 11,
  canal: 12,
  lake: 12,
};

async function lines(tx: Tx, city: string): Promise<void> {
  const kinds = Object.entries(LINE_FROM);
  for (const band of BANDS)
    await tx`
      insert into map_shape (city, layer, min_zoom, max_zoom, kind, name, name_en, geom)
      select ${city}, case when kind in ('river', 'canal', 'lake') then 'watername' when kind = 'motorway' then 'road' else 'rail' end,
        greatest(${band.from}, from_zoom), ${band.to}, kind, name, name_en,
        (st_dump(st_simplify(st_linemerge(st_collect(st_transform(geom, 3857))), ${band.tol}))).geom
      from line_feature join unnest(${kinds.map((k) => k[0])}::text[], ${kinds.map((k) => k[1])}::int[]) k (line_kind, from_zoom) on line_kind = kind
      where city = ${city} and from_zoom <= ${band.to}
      group by kind, name, name_en, from_zoom`;
  await tx`
    insert into map_shape (city, layer, min_zoom, max_zoom, kind, name, name_en, rank, geom)
    select ${city}, 'areaname', case when st_area(g) > 4e6 then 10 when st_area(g) > 4e5 then 12 else 14 end, 24,
      kind, name, name_en, case when st_area(g) > 4e6 then 2 when st_area(g) > 4e5 then 3 else 4 end, st_pointonsurface(g)
    from (select kind, name, name_en, st_transform(geom, 3857) as g from area where city = ${city} and name is not null and kind <> 'building'
      -- rivers have their name along their line
      and not (kind = 'water' and name in (select name from line_feature l where l.city = ${city} and l.name is not null))) a`;
}

/** Rings of boundaries thinner than this are no land but gaps between neighbours that were drawn apart, metres of area per perimeter. */
const SLIVER_M = 10;

async function boundaries(tx: Tx, city: string): Promise<void> {
  await tx`
    create temporary table ring on commit drop as
    select level, st_exteriorring(g) as geom
    from (select level, (st_dumprings((st_dump(st_transform(geom, 3857))).geom)).geom as g from boundary where city = ${city}) r
    where st_area(g) > ${SLIVER_M} * st_perimeter(g)`;
  // borders of neighbours that were drawn a metre or two apart become one line on a coarse grid
  for (const band of BANDS) {
    await tx`
      insert into map_shape (city, layer, min_zoom, max_zoom, kind, geom)
      select ${city}, 'boundary', greatest(${band.from}, case level when 'street' then 11 else 0 end), ${band.to}, level,
        (st_dump(st_simplify(st_linemerge(st_unaryunion(st_collect(geom), ${Math.max(4, band.tol / 2)})), ${band.tol}))).geom
      from ring where level <> 'street' or ${band.to} >= 11
      group by level`;
    await tx`
      insert into map_shape (city, layer, min_zoom, max_zoom, kind, name, name_en, geom)
      select ${city}, 'ground', ${band.from}, ${band.to}, 'city', null, null,
        st_simplifypreservetopology(st_union(st_transform(geom, 3857)), ${band.tol})
      from boundary where city = ${city} and level = (
        select level from boundary where city = ${city} order by array_position(array['city', 'district', 'street'], level) limit 1)
      having count(*) > 0`;
  }
  await tx`
    insert into map_shape (city, layer, min_zoom, max_zoom, kind, name, name_en, rank, geom)
    select ${city}, 'label', case level when 'city' then 0 when 'district' then 9 else 12 end,
      case level when 'city' then 9 when 'district' then 13 else 15 end, level, name, name_en,
      case level when 'city' then 1 when 'district' then 2 else 3 end, st_transform(label, 3857)
    from boundary where city = ${city}`;
  await tx`drop table ring`;
}

async function points(tx: Tx, city: string): Promise<void> {
  await tx`
    insert into map_shape (city, layer, min_zoom, max_zoom, kind, name, name_en, rank, geom)
    select ${city}, 'place', (${PLACE_FROM}::int[])[rank + 1], 24, kind, name, name_en, rank, st_transform(geom, 3857)
    from place where city = ${city} and kind not in ('road', 'district', 'street', 'bridge')`;
}
