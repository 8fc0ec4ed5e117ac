import { createHash } from 'node:crypto';
import type { LngLat } from '#domain/city/rows.ts';
import type { CityData, FootwayData } from '#store/gis-load.ts';
import type { BoundaryLevel } from '#store/gis.ts';
import { seaOf, type Box } from './coast.ts';
import type { OsmElement, OsmRelation, Tags } from './element.ts';
import { addressTags, areaTags, boundaryTags, lineTags, placeTags, type BoundaryTags } from './feature-tags.ts';
import type { OsmWalking } from './footways.ts';
import { joinRings, pointInside, signedArea, toPolygons, type Polygon } from './rings.ts';
import { osmRoads, type OsmRoads } from './roads.ts';

export interface OsmCityOptions {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  /** Distinguishes ids of roads of different cities: 1 … 2047. */
  readonly number: number;
  /** admin_level of each level; left out: the three coarsest that the file has whole. */
  readonly levels?: Partial<Record<BoundaryLevel, number>>;
  readonly onStep?: (step: string) => void;
}

export interface CityReport {
  readonly ways: number;
  readonly roadKm: number;
  /** Of these roads, what walkers may use. */
  readonly walkedKm: number;
  /** Ways that walkers use and cars do not. */
  readonly footways: number;
  readonly footKm: number;
  readonly signals: number;
  readonly restrictions: number;
  /** Places on roads that no car passes: bollards, locked gates. */
  readonly barriers: number;
  readonly places: Readonly<Record<string, number>>;
  readonly areas: Readonly<Record<string, number>>;
  readonly buildings: number;
  /** House numbers (addr:*). */
  readonly addresses: number;
  readonly boundaries: Readonly<Record<string, number>>;
  /** What was not taken, with the reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Kilometres of what no walker may use, with the reason. */
  readonly footDroppedKm: Readonly<Record<string, number>>;
}

type Source = () => AsyncIterable<readonly OsmElement[]>;
type Counts = Record<string, number>;
const count = (counts: Counts, key: string, by = 1): void => {
  if (by > 0) counts[key] = (counts[key] ?? 0) + by;
};

/** Numbers of roads and nodes: the city, then OpenStreetMap's own, so that a road keeps its number when the map is imported again. */
const CITY_SPAN = 2 ** 42;
const SEGMENTS = 2 ** 11;

/** OpenStreetMap's number of the way that a road of an imported city is part of. */
export const wayOfRoad = (id: number): number => Math.floor((id % CITY_SPAN) / SEGMENTS);

const ATTRIBUTION = '© OpenStreetMap contributors (ODbL)';

/**
 * A city of an OpenStreetMap file: roads, areas, places and boundaries as {@link CityData}, and a report of what was taken and what
 * was not. The file is read several times, for what each pass needs; memory is that of what is taken.
 * @throws OsmFileError for a damaged file; RangeError when it holds no road
 */
export async function osmCity(source: Source, o: OsmCityOptions): Promise<{ data: CityData; report: CityReport }> {
  const step = o.onStep ?? ((): void => {});
  step('roads');
  const roads = await osmRoads(source);
  if (roads.roads.length === 0) throw new RangeError('the file holds no road that can be driven');
  const features = new Features(o.number * CITY_SPAN);
  step('relations');
  for await (const batch of source()) for (const e of batch) if (e.type === 'relation') features.relation(e);
  step('ways');
  for await (const batch of source()) for (const e of batch) if (e.type === 'way') features.way(e.id, e.refs, e.tags);
  step('nodes');
  for await (const batch of source())
    for (const e of batch) if (e.type === 'node') features.node(e.id, [e.lng, e.lat], e.tags);
  step('shapes');
  features.build();
  return assemble(o, roads, features);
}

interface Shape {
  readonly tags: Tags;
  readonly outer: readonly (readonly number[])[];
  readonly inner: readonly (readonly number[])[];
}
interface RelationShape {
  readonly tags: Tags;
  readonly outer: readonly number[];
  readonly inner: readonly number[];
  readonly boundary: BoundaryTags | null;
  readonly id: number;
}

/** What is not a road. Relations first, then ways, then nodes: each pass knows what it needs of the next. */
class Features {
  readonly areas: CityData['areas'][number][] = [];
  readonly lines: CityData['lines'][number][] = [];
  readonly places: CityData['places'][number][] = [];
  readonly addresses: NonNullable<CityData['addresses']>[number][] = [];
  readonly boundaries: { id: number; tags: BoundaryTags; polygons: Polygon[] }[] = [];
  readonly dropped: Counts = {};
  readonly placeCounts: Counts = {};
  readonly #base: number;
  readonly #relations: RelationShape[] = [];
  readonly #memberWays = new Map<number, readonly number[] | null>();
  readonly #shapes: Shape[] = [];
  readonly #coasts: (readonly number[])[] = [];
  readonly #lineWays: { tags: Tags; refs: readonly number[] }[] = [];
  readonly #at = new Map<number, LngLat | null>();

  constructor(base: number) {
    this.#base = base;
  }

  relation(r: OsmRelation): void {
    if (r.tags.building !== undefined && r.tags.type !== 'multipolygon')
      count(this.dropped, 'building-of-another-relation');
    const boundary = boundaryTags(r.tags);
    if (!boundary && (r.tags.type !== 'multipolygon' || (!areaTags(r.tags) && !placeTags(r.tags)))) return;
    const ways = r.members.filter((m) => m.type === 'way');
    const outer = ways.filter((m) => m.role === 'outer' || m.role === '').map((m) => m.ref);
    const inner = ways.filter((m) => m.role === 'inner').map((m) => m.ref);
    for (const ref of [...outer, ...inner]) this.#memberWays.set(ref, null);
    this.#relations.push({ tags: r.tags, outer, inner, boundary, id: r.id });
  }

  way(id: number, refs: readonly number[], tags: Tags): void {
    const member = this.#memberWays.has(id);
    if (member) this.#memberWays.set(id, refs);
    const closed = refs.length > 3 && refs[0] === refs.at(-1);
    const isArea =
      closed &&
      tags.area !== 'no' &&
      (areaTags(tags) !== null || placeTags(tags) !== null || addressTags(tags) !== null);
    if (isArea) this.#shapes.push({ tags, outer: [refs], inner: [] });
    const isLine = !isArea && lineTags(tags) !== null;
    if (isLine) this.#lineWays.push({ tags, refs });
    const isCoast = tags.natural === 'coastline';
    if (isCoast) this.#coasts.push(refs);
    if (tags.building === 'no') count(this.dropped, 'building-no');
    else if (tags.building !== undefined && !isArea) count(this.dropped, 'building-without-outline');
    if (member || isArea || isLine || isCoast) for (const ref of refs) if (!this.#at.has(ref)) this.#at.set(ref, null);
  }

  node(id: number, at: LngLat, tags: Tags): void {
    if (this.#at.has(id)) this.#at.set(id, at);
    // a point has no shape to draw
    if (tags.building !== undefined) count(this.dropped, 'building-point');
    const place = placeTags(tags);
    if (place) this.#putPlace(place, at);
    const address = addressTags(tags);
    if (address) this.addresses.push({ ...address, at });
  }

  #putPlace({ kind, name, nameEn, rank, named }: NonNullable<ReturnType<typeof placeTags>>, at: LngLat): void {
    count(this.placeCounts, kind);
    this.places.push({
      id: this.#base + this.places.length + 1,
      kind,
      name,
      nameEn,
      rank,
      at,
      extra: named ? {} : { unnamed: true },
    });
  }

  build(): void {
    for (const r of this.#relations) this.#buildRelation(r);
    for (const s of this.#shapes) this.#put(s.tags, this.#polygons(s.outer, s.inner));
    for (const { tags, refs } of this.#lineWays) {
      const line = this.#line(refs);
      if (line.length > 1) this.lines.push({ ...lineTags(tags)!, line });
      else count(this.dropped, 'line-nodes-missing');
    }
  }

  /** The sea, as far as the coast tells it. @param city the box of the city, degrees */
  putSea(city: Box): void {
    const sea = seaOf(this.#coasts, (node) => this.#at.get(node) ?? null, city);
    if (sea === null) count(this.dropped, 'coastline-broken-off', this.#coasts.length);
    else if (sea.length > 0) this.areas.push({ kind: 'sea', name: null, nameEn: null, heightM: null, polygons: sea });
  }

  #line(refs: readonly number[]): LngLat[] {
    return refs.flatMap((ref) => {
      const at = this.#at.get(ref);
      return at ? [at] : [];
    });
  }

  #ring(refs: readonly number[]): LngLat[] | null {
    const ring = this.#line(refs);
    // a ring that lost nodes is another shape
    return ring.length === refs.length && ring.length > 3 ? ring : null;
  }

  #polygons(outer: readonly (readonly number[])[], inner: readonly (readonly number[])[]): Polygon[] {
    const rings = (refs: readonly (readonly number[])[]): LngLat[][] =>
      refs.flatMap((r) => {
        const ring = this.#ring(r);
        if (ring && signedArea(ring) !== 0) return [ring];
        count(this.dropped, 'ring-nodes-missing');
        return [];
      });
    return toPolygons(rings(outer), rings(inner));
  }

  #buildRelation(r: RelationShape): void {
    const waysOf = (ids: readonly number[]): (readonly number[])[] =>
      ids.flatMap((id) => {
        const refs = this.#memberWays.get(id);
        return refs ? [refs] : [];
      });
    const outer = joinRings(waysOf(r.outer));
    const inner = joinRings(waysOf(r.inner));
    const missing = [...r.outer, ...r.inner].some((id) => this.#memberWays.get(id) === null);
    if (r.boundary && (missing || outer.leftOver > 0 || outer.rings.length === 0)) {
      // half a boundary would put half the city elsewhere
      count(this.dropped, 'boundary-cut-off');
      return;
    }
    if (outer.leftOver > 0) count(this.dropped, 'ring-open', outer.leftOver);
    const polygons = this.#polygons(outer.rings, inner.rings);
    if (r.boundary && polygons.length > 0) this.boundaries.push({ id: r.id, tags: r.boundary, polygons });
    if (!r.boundary) this.#put(r.tags, polygons);
  }

  #put(tags: Tags, polygons: Polygon[]): void {
    if (polygons.length === 0) return;
    const area = areaTags(tags);
    if (area) this.areas.push({ ...area, polygons });
    const place = placeTags(tags);
    const largest = polygons.reduce((a, b) => (Math.abs(signedArea(b[0]!)) > Math.abs(signedArea(a[0]!)) ? b : a));
    const address = addressTags(tags);
    if (place) this.#putPlace(place, pointInside(largest));
    if (address) this.addresses.push({ ...address, at: pointInside(largest) });
  }
}

function assemble(o: OsmCityOptions, roads: OsmRoads, f: Features): { data: CityData; report: CityReport } {
  const base = o.number * CITY_SPAN;
  const bbox = boundsOf(roads.nodeAt);
  f.putSea(bbox);
  const boundaries = boundariesOf(o, f, bbox);
  const edges = edgesOf(roads, base);
  const { walking } = roads;
  const droppedWalks = Object.entries(walking.report.dropped);
  const restrictions = roads.restrictions.map((r) => ({
    from: edges[r.from]!.id,
    via: base + roads.nodeIds[r.via]!,
    through: r.through.map((i) => edges[i]!.id),
    to: edges[r.to]!.id,
    kind: r.kind,
    except: r.except,
  }));
  const content = {
    boundaries,
    edges,
    restrictions,
    footways: footwaysOf(walking, base),
    footJoints: walking.joints.map((j) => ({ edge: edges[j.road]!.id, point: j.point, node: base + j.node })),
    footBarriers: walking.barriers.map((node) => base + node),
    areas: f.areas,
    lines: f.lines,
    places: f.places,
    addresses: f.addresses,
  };
  const version = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
  const data: CityData = {
    city: {
      id: o.id,
      name: o.name,
      nameEn: o.nameEn,
      bbox,
      centre: [(bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2],
      attribution: ATTRIBUTION,
      simulated: false,
      version,
    },
    nodes: roads.nodeIds.map((id, i) => ({ id: base + id, at: roads.nodeAt[i]! })),
    ...content,
  };
  const areas: Counts = {};
  for (const a of f.areas) count(areas, a.kind);
  const levels: Counts = {};
  for (const b of boundaries) count(levels, b.level);
  const { building = 0, ...others } = areas;
  const prefixed = (what: string, counts: object): [string, number][] =>
    Object.entries(counts as Counts).map(([k, n]) => [`${what}: ${k}`, n]);
  return {
    data,
    report: {
      ways: roads.report.ways,
      roadKm: roads.report.km,
      walkedKm: roads.report.walkedKm,
      footways: walking.report.ways,
      footKm: walking.report.km,
      signals: roads.report.signals,
      restrictions: roads.restrictions.filter((r) => r.relation !== null).length,
      barriers: new Set(roads.restrictions.filter((r) => r.relation === null).map((r) => r.via)).size,
      places: f.placeCounts,
      areas: others,
      buildings: building,
      addresses: f.addresses.length,
      boundaries: levels,
      dropped: Object.fromEntries([
        ...prefixed('road', roads.report.droppedWays),
        ...droppedWalks.map(([why, d]) => [`walk: ${why}`, d.ways] as const),
        ...prefixed('restriction', roads.report.droppedRestrictions),
        ...prefixed('shape', f.dropped),
        ...(roads.report.missingNodes > 0
          ? [['node of a road: not in the file', roads.report.missingNodes] as const]
          : []),
      ]),
      footDroppedKm: Object.fromEntries(droppedWalks.map(([why, d]) => [why, d.km])),
    },
  };
}

/** Ids of the parts of ways, in the order in which they are asked for. */
function partIds(base: number): (way: number) => number {
  const segments = new Map<number, number>();
  return (way) => {
    const segment = segments.get(way) ?? 0;
    segments.set(way, segment + 1);
    if (segment >= SEGMENTS || way >= CITY_SPAN / SEGMENTS)
      throw new RangeError(`way ${way} has more parts, or a greater number, than ids of ours can tell`);
    return base + way * SEGMENTS + segment;
  };
}

function footwaysOf({ footways }: OsmWalking, base: number): FootwayData[] {
  const idOf = partIds(base);
  return footways.map(({ way, ...f }) => ({ ...f, id: idOf(way), from: base + f.from, to: base + f.to }));
}

function edgesOf(roads: OsmRoads, base: number): CityData['edges'][number][] {
  const idOf = partIds(base);
  return roads.roads.map((r) => {
    return {
      id: idOf(r.way),
      from: base + roads.nodeIds[r.from]!,
      to: base + roads.nodeIds[r.to]!,
      class: r.class,
      name: r.name,
      nameEn: r.nameEn,
      lengthM: r.lengthM,
      speedKmh: r.freeKmh,
      oneway: r.oneway,
      bridge: r.bridge,
      tunnel: r.tunnel,
      walkable: r.walkable,
      line: r.line,
      limits: {
        access: r.access,
        limitKmh: r.limitKmh,
        maxHeightM: r.maxHeightM,
        maxWeightT: r.maxWeightT,
        maxWidthM: r.maxWidthM,
        signals: r.signals,
      },
    };
  });
}

function boundsOf(points: readonly LngLat[]): [number, number, number, number] {
  let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) [w, s, e, n] = [Math.min(w, x), Math.min(s, y), Math.max(e, x), Math.max(n, y)];
  return [w, s, e, n];
}

const LEVELS = ['city', 'district', 'street'] as const;

/** Administrative boundaries by level; where the file has none whole, the frame of its roads stands for the city. */
function boundariesOf(
  o: OsmCityOptions,
  f: Features,
  [w, s, e, n]: readonly [number, number, number, number],
): CityData['boundaries'][number][] {
  const present = [...new Set(f.boundaries.map((b) => b.tags.adminLevel))].sort((a, b) => a - b);
  const levelOf = new Map<number, BoundaryLevel>();
  if (o.levels) for (const [level, admin] of Object.entries(o.levels)) levelOf.set(admin, level as BoundaryLevel);
  else present.slice(0, LEVELS.length).forEach((admin, i) => levelOf.set(admin, LEVELS[i]!));
  const used = new Set<string>();
  const out = f.boundaries.flatMap((b): CityData['boundaries'][number][] => {
    const level = levelOf.get(b.tags.adminLevel);
    if (!level) return [];
    const own = b.tags.code ?? `r${b.id}`;
    const code = used.has(`${level} ${own}`) ? `r${b.id}` : own;
    used.add(`${level} ${code}`);
    const largest = b.polygons.reduce((x, y) => (Math.abs(signedArea(y[0]!)) > Math.abs(signedArea(x[0]!)) ? y : x));
    const { name, nameEn } = b.tags;
    return [{ level, code, name, nameEn, parentCode: null, label: pointInside(largest), polygons: b.polygons }];
  });
  if (out.length > 0) return out;
  const frame: LngLat[] = [[w, s], [e, s], [e, n], [w, n], [w, s]]; // prettier-ignore
  return [
    {
      level: 'city',
      code: o.id,
      name: o.name,
      nameEn: o.nameEn,
      parentCode: null,
      label: [(w + e) / 2, (s + n) / 2],
      polygons: [[frame]],
    },
  ];
}
