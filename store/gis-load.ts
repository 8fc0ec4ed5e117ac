import { once } from 'node:events';
import { foldText } from '#domain/text-fold.ts';
import { CITY_TABLES, keepMapSource, type MapSource } from './city-sources.ts';
import type { Sql, Tx } from './db.ts';
import { cutBoundaries } from './gis-boundaries.ts';
import type { BoundaryLevel, LngLat } from './gis.ts';
import { buildShapes, SHAPES } from './gis-shapes.ts';

/** Loading a city: every table by COPY, in one transaction, so that readers see the old city or the new one. */

/** Outer ring first, then holes; closed. */
export type Polygon = readonly (readonly LngLat[])[];

export interface CityData {
  readonly city: {
    readonly id: string;
    readonly name: string;
    readonly nameEn: string;
    readonly bbox: readonly [number, number, number, number];
    readonly centre: LngLat;
    readonly attribution: string;
    readonly simulated: boolean;
    /** What the data are: same version, same data. */
    readonly version: string;
  };
  readonly boundaries: readonly {
    readonly level: BoundaryLevel;
    readonly code: string;
    readonly name: string;
    readonly nameEn: string;
    readonly parentCode: string | null;
    readonly label: LngLat;
    readonly polygons: readonly Polygon[];
  }[];
  readonly nodes: readonly { readonly id: number; readonly at: LngLat }[];
  readonly edges: readonly RoadEdgeData[];
  /** Forbidden turns, by the ids of edges and nodes; left out: none is known. */
  readonly restrictions?: readonly RoadRestriction[];
  /** Ways that walkers use and cars do not; left out: there are none. */
  readonly footways?: readonly FootwayData[];
  /** Where walkers leave a road between its ends, or nobody passes: which point of the edge's line (from 0) is that node. */
  readonly footJoints?: readonly { readonly edge: number; readonly point: number; readonly node: number }[];
  /** Nodes that nobody on foot passes. */
  readonly footBarriers?: readonly number[];
  readonly areas: readonly {
    readonly kind: string;
    readonly name: string | null;
    readonly nameEn: string | null;
    readonly heightM: number | null;
    readonly polygons: readonly Polygon[];
  }[];
  readonly lines: readonly {
    readonly kind: string;
    readonly name: string | null;
    readonly nameEn: string | null;
    readonly line: readonly LngLat[];
  }[];
  readonly places: readonly {
    readonly id: number;
    readonly kind: string;
    readonly name: string;
    readonly nameEn: string;
    readonly rank: number;
    readonly at: LngLat;
    readonly extra: Readonly<Record<string, unknown>>;
  }[];
  /** House numbers of the map; left out: it has none. */
  readonly addresses?: readonly { readonly street: string; readonly number: string; readonly at: LngLat }[];
}

export interface RoadEdgeData {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly class: string;
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly lengthM: number;
  readonly speedKmh: number;
  readonly oneway: boolean;
  readonly bridge: boolean;
  readonly tunnel: boolean;
  /** Whether walkers may use it; left out: all but motorways, expressways and slip roads. */
  readonly walkable?: boolean;
  readonly line: readonly LngLat[];
  /** Left out: nothing is known of them. */
  readonly limits?: RoadLimits;
}

export interface FootwayData {
  readonly id: number;
  /** Nodes, those of roads among them. */
  readonly from: number;
  readonly to: number;
  /** footway, pedestrian, path, steps, cycleway, bridleway, track, platform, road. */
  readonly kind: string;
  readonly name: string | null;
  readonly nameEn: string | null;
  readonly lengthM: number;
  /** Seconds that crossings at its ends make wait. */
  readonly waitS: number;
  readonly oneway: boolean;
  readonly bridge: boolean;
  readonly tunnel: boolean;
  readonly line: readonly LngLat[];
}

export interface RoadLimits {
  /** Who may drive: everybody, who has business there, emergency vehicles alone. */
  readonly access: 'all' | 'private' | 'emergency';
  readonly limitKmh: number | null;
  readonly maxHeightM: number | null;
  readonly maxWeightT: number | null;
  readonly maxWidthM: number | null;
  /** Traffic signals on it, its end included. */
  readonly signals: number;
}

export interface RoadRestriction {
  readonly from: number;
  readonly via: number;
  /** Edges that are passed between, in order; left out: `to` begins at `via`. */
  readonly through?: readonly number[];
  readonly to: number;
  readonly kind: 'no' | 'only';
  /** Kinds of vehicles that it does not hold for. */
  readonly except: readonly string[];
}

const SRID = 4326;
const HAS_SRID = 0x20000000;

/** Hex EWKB of a geometry: a third of the work of parsing text in the server. */
class Wkb {
  #buf = Buffer.allocUnsafe(4096);
  #at = 0;
  #room(n: number): void {
    if (this.#at + n <= this.#buf.length) return;
    const more = Buffer.allocUnsafe(Math.max(this.#buf.length * 2, this.#at + n));
    this.#buf.copy(more, 0, 0, this.#at);
    this.#buf = more;
  }
  #u32(n: number): void {
    this.#room(4);
    this.#at = this.#buf.writeUInt32LE(n, this.#at);
  }
  #head(type: number, outer: boolean): void {
    this.#room(1);
    this.#at = this.#buf.writeUInt8(1, this.#at);
    this.#u32(outer ? (type | HAS_SRID) >>> 0 : type);
    if (outer) this.#u32(SRID);
  }
  #points(ps: readonly LngLat[]): void {
    this.#u32(ps.length);
    this.#room(ps.length * 16);
    for (const p of ps) this.#at = this.#buf.writeDoubleLE(p[1], this.#buf.writeDoubleLE(p[0], this.#at));
  }
  #take(): string {
    const hex = this.#buf.toString('hex', 0, this.#at);
    this.#at = 0;
    return hex;
  }
  point(p: LngLat): string {
    this.#head(1, true);
    this.#room(16);
    this.#at = this.#buf.writeDoubleLE(p[1], this.#buf.writeDoubleLE(p[0], this.#at));
    return this.#take();
  }
  line(ps: readonly LngLat[]): string {
    this.#head(2, true);
    this.#points(ps);
    return this.#take();
  }
  multiPolygon(polygons: readonly Polygon[]): string {
    this.#head(6, true);
    this.#u32(polygons.length);
    for (const rings of polygons) {
      this.#head(3, false);
      this.#u32(rings.length);
      for (const ring of rings) this.#points(ring);
    }
    return this.#take();
  }
}

function* mapped<T>(items: Iterable<T>, row: (item: T) => Cell[]): Generator<Cell[]> {
  for (const item of items) yield row(item);
}

type Cell = string | number | boolean | null;
const cell = (v: Cell): string =>
  v === null ? '\\N' : typeof v === 'string' ? v.replace(/[\\\t\n\r]/g, (c) => COPY_ESCAPE[c]!) : String(v);
const COPY_ESCAPE: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function* chunks(rows: Iterable<Cell[]>): Generator<string> {
  let text = '';
  for (const row of rows) {
    text += row.map(cell).join('\t') + '\n';
    if (text.length > 256 * 1024) {
      yield text;
      text = '';
    }
  }
  if (text !== '') yield text;
}

/**
 * COPY within a transaction. When the server refuses, the driver's stream never finishes and nobody is told: so the end of
 * the stream is watched here, and the next statement of the transaction tells whether it went well.
 */
async function copy(tx: Tx, into: string, rows: Iterable<Cell[]>): Promise<void> {
  const stream = await tx.unsafe(`copy ${into} from stdin`).writable();
  const sent = Promise.withResolvers<void>();
  const final = stream._final.bind(stream);
  stream._final = (done) => {
    final(done);
    sent.resolve();
  };
  for (const chunk of chunks(rows)) if (!stream.write(chunk)) await once(stream, 'drain');
  stream.end();
  await sent.promise;
  await tx`select 1`.catch((e: unknown) => {
    throw new Error(`copy into ${into} was refused: an id that is there already, or a value out of range`, {
      cause: e,
    });
  });
}

/** An element of an array as Postgres writes it. */
const quoted = (s: string): string => `"${s.replace(/["\\]/g, '\\$&')}"`;

function* boundaryRows(data: CityData, wkb: Wkb): Generator<Cell[]> {
  for (const b of data.boundaries)
    yield [
      data.city.id,
      b.level,
      b.code,
      b.name,
      b.nameEn,
      b.parentCode,
      wkb.point(b.label),
      wkb.multiPolygon(b.polygons),
    ];
}
function* edgeRows(data: CityData, wkb: Wkb): Generator<Cell[]> {
  for (const e of data.edges)
    yield [
      e.id,
      data.city.id,
      e.from,
      e.to,
      e.class,
      e.name,
      e.nameEn,
      e.lengthM,
      e.speedKmh,
      e.oneway,
      e.bridge,
      e.tunnel,
      wkb.line(e.line),
      e.limits?.access ?? 'all',
      e.limits?.limitKmh ?? null,
      e.limits?.maxHeightM ?? null,
      e.limits?.maxWeightT ?? null,
      e.limits?.maxWidthM ?? null,
      e.limits?.signals ?? 0,
      e.walkable ?? !NOT_WALKED.has(e.class),
    ];
}
const NOT_WALKED = new Set(['motorway', 'expressway', 'link']);

function* footwayRows(data: CityData, wkb: Wkb): Generator<Cell[]> {
  for (const f of data.footways ?? [])
    yield [
      f.id,
      data.city.id,
      f.from,
      f.to,
      f.kind,
      f.name,
      f.nameEn,
      f.lengthM,
      f.waitS,
      f.oneway,
      f.bridge,
      f.tunnel,
      wkb.line(f.line),
    ];
}

/** Named roads and boundaries as places, so that one search finds everything; ids follow the highest id given. */
function* placeRows(data: CityData, wkb: Wkb): Generator<Cell[]> {
  const id = data.city.id;
  const key = (zh: string, en: string): string =>
    [zh, roadAlias(zh), en].filter((s) => s !== null).map(foldText).join(' '); // prettier-ignore
  let last = 0;
  for (const p of data.places) {
    last = Math.max(last, p.id);
    yield [id, p.id, p.kind, p.name, p.nameEn, key(p.name, p.nameEn), p.rank, wkb.point(p.at), JSON.stringify(p.extra)];
  }
  for (const b of data.boundaries) {
    if (b.level === 'city') continue;
    const rank = b.level === 'district' ? 1 : 3;
    const extra = JSON.stringify({ code: b.code });
    yield [id, ++last, b.level, b.name, b.nameEn, key(b.name, b.nameEn), rank, wkb.point(b.label), extra];
  }
  const roads = new Map<string, { edge: RoadEdgeData; lengthM: number }>();
  for (const edge of data.edges) {
    if (edge.name === null) continue;
    const have = roads.get(edge.name);
    if (!have) roads.set(edge.name, { edge, lengthM: edge.lengthM });
    else {
      have.lengthM += edge.lengthM;
      if (edge.lengthM > have.edge.lengthM) have.edge = edge;
    }
  }
  for (const [name, { edge, lengthM }] of roads) {
    const rank = ROAD_RANK[edge.class] ?? 5;
    const middle = edge.line[edge.line.length >> 1]!;
    const extra = JSON.stringify({ class: edge.class, edge: edge.id, lengthM: Math.round(lengthM) });
    yield [id, ++last, 'road', name, edge.nameEn ?? name, key(name, edge.nameEn ?? ''), rank, wkb.point(middle), extra];
  }
}
/** 中山北路 is also found as 中山路. */
const roadAlias = (name: string): string | null => {
  const alias = name.replace(/(?<=..)[东西南北中](?=[路街]$)/, '');
  return alias === name ? null : alias;
};
const ROAD_RANK: Record<string, number> = { motorway: 2, expressway: 2, primary: 2, secondary: 3, tertiary: 4 };

/**
 * Loads a city, or loads it anew. It becomes the active one when none is. Readers see the old state until all is there.
 * @param source the map file that it was made of; null: a generator
 */
export async function loadCity(sql: Sql, data: CityData, source: MapSource | null = null): Promise<void> {
  const wkb = new Wkb();
  const { city } = data;
  await sql.begin(async (t) => {
    const tx = t as Tx;
    await tx`select pg_advisory_xact_lock(7770041)`;
    for (const table of CITY_TABLES) await tx.unsafe(`delete from ${table} where city = $1`, [city.id]);
    await copy(tx, 'boundary', boundaryRows(data, wkb));
    await copy(
      tx,
      'road_node',
      mapped(data.nodes, (n) => [n.id, city.id, wkb.point(n.at)]),
    );
    await copy(tx, 'road_edge', edgeRows(data, wkb));
    await copy(
      tx,
      'road_restriction',
      mapped(data.restrictions ?? [], (r) => [
        city.id,
        r.from,
        r.via,
        r.to,
        r.kind,
        `{${r.except.map(quoted).join(',')}}`,
        `{${(r.through ?? []).join(',')}}`,
      ]),
    );
    await copy(tx, 'footway', footwayRows(data, wkb));
    await copy(
      tx,
      'foot_joint',
      mapped(data.footJoints ?? [], (j) => [city.id, j.edge, j.point, j.node]),
    );
    await copy(
      tx,
      'foot_barrier',
      mapped(data.footBarriers ?? [], (node) => [city.id, node]),
    );
    await copy(
      tx,
      'area',
      mapped(data.areas, (a) => [city.id, a.kind, a.name, a.nameEn, a.heightM, wkb.multiPolygon(a.polygons)]),
    );
    await copy(
      tx,
      'line_feature',
      mapped(data.lines, (l) => [city.id, l.kind, l.name, l.nameEn, wkb.line(l.line)]),
    );
    await copy(tx, 'place', placeRows(data, wkb));
    await copy(
      tx,
      'address_point',
      mapped(data.addresses ?? [], (a) => [city.id, a.street, a.number, wkb.point(a.at)]),
    );
    await repairAreas(tx, city.id);
    await cutBoundaries(tx, city.id);
    await tx`select make_people(${city.id}), name_people_cells(${city.id})`;
    const [w, s, e, n] = city.bbox;
    await tx`
      insert into city (id, name, name_en, west, south, east, north, centre, attribution, simulated, map_version, active)
      values (${city.id}, ${city.name}, ${city.nameEn}, ${w}, ${s}, ${e}, ${n},
        st_setsrid(st_makepoint(${city.centre[0]}, ${city.centre[1]}), 4326), ${city.attribution}, ${city.simulated},
        ${city.version}, not exists (select from city where active))
      on conflict (id) do update set name = excluded.name, name_en = excluded.name_en, west = excluded.west,
        south = excluded.south, east = excluded.east, north = excluded.north, centre = excluded.centre,
        attribution = excluded.attribution, simulated = excluded.simulated, map_version = excluded.map_version, loaded_at = now()`;
    await keepMapSource(tx, city.id, city.version, source);
    await buildShapes(tx, city.id);
  });
  // the planner must know the new tables before the first tile is asked for
  await sql.unsafe(`analyze ${CITY_TABLES.join(', ')}, city`);
}

/** Cuts the shapes of cities anew that older code cut. @returns the ids of those cities */
export async function refreshShapes(sql: Sql): Promise<string[]> {
  const done: string[] = [];
  const stale = await sql<{ id: string }[]>`select id from city where shapes <> ${SHAPES} order by id`;
  for (const { id } of stale)
    await sql.begin(async (t) => {
      const tx = t as Tx;
      await tx`select pg_advisory_xact_lock(7770041)`;
      const [still] = await tx`select from city where id = ${id} and shapes <> ${SHAPES}`;
      if (!still) return;
      await buildShapes(tx, id);
      done.push(id);
    });
  if (done.length > 0) await sql`analyze map_shape`;
  return done;
}

/** Blocks between streets touch themselves here and there. Buildings are left as they are: they are many and simple. */
async function repairAreas(tx: Tx, city: string): Promise<void> {
  await tx`
    update area set geom = st_multi(st_collectionextract(st_makevalid(geom), 3))
    where city = ${city} and kind <> 'building' and not st_isvalid(geom)`;
}

/** The number of a city among the imported ones: the same for the same id, always. */
export async function cityNumber(sql: Sql, id: string): Promise<number> {
  await sql`insert into city_number (city) values (${id}) on conflict do nothing`;
  const [r] = await sql<{ n: number }[]>`select n from city_number where city = ${id}`;
  return r!.n;
}

/** The version of the map that is loaded, boundaries of other files aside; null: none. Tells whether there is anything to do. */
export async function loadedVersion(sql: Sql | Tx, city: string): Promise<string | null> {
  const [r] = await sql<
    { version: string }[]
  >`select content as version from city_source where city = ${city} and content <> ''`;
  return r?.version ?? null;
}
