import { metres } from '#domain/geo.ts';
import { mulberry32, type Random } from '#domain/random.ts';
import type { LocatedAddress } from '#gis-data/places/learn.ts';
import type { Sql } from '#store/db.ts';
import { districtsAt, MAX_POINTS, type LngLat } from '#store/gis.ts';
import { crossingSaid, landmarkSaid, misspelt, pick, RELATIVE, traditional } from './said.ts';

/** Addresses of a city whose houses are invented along its own roads: what cases have taught, and what callers ask for. */

export type Kind =
  | 'district, road, number'
  | 'road, number'
  | '街道, road, number'
  | 'typing error'
  | 'Traditional, full width'
  | 'crossing'
  | 'landmark'
  | '街道, road'
  | 'number nobody knows'
  | '街道 alone';

/** Of each hundred questions. */
const SHARES: Readonly<Record<Kind, number>> = {
  'district, road, number': 16,
  'road, number': 12,
  '街道, road, number': 10,
  'typing error': 10,
  'Traditional, full width': 10,
  crossing: 16,
  landmark: 14,
  '街道, road': 5,
  'number nobody knows': 4,
  '街道 alone': 3,
};
/** Kinds of which nothing finer than a road or a 街道 can be known: an answer must say so. */
export const VAGUE: ReadonlySet<Kind> = new Set(['街道, road', 'number nobody knows', '街道 alone']);

export interface Question {
  readonly kind: Kind;
  readonly text: string;
  readonly at: LngLat;
  /** Code of the 街道 that the point lies in. */
  readonly street: string;
}

export interface SyntheticSet {
  /** Addresses that cases are taken to have taught: no house is both among them and asked for. */
  readonly known: readonly LocatedAddress[];
  readonly questions: readonly Question[];
}

interface Spot {
  readonly at: LngLat;
  readonly district: string;
  readonly street: string;
  readonly streetCode: string;
}
interface House extends Spot {
  readonly road: string;
  readonly number: number;
}

/** A house on either side every so many metres: odd numbers left, even ones right, counted from the road's beginning to its end. */
const STEP_M = 25;
/** From the middle of the road. */
const ASIDE_M = 14;
/** Of the houses of a road one in so many has been in a case. */
const KNOWN_OF = 10;
/** A crossing whose nodes lie farther apart is two. */
const ONE_CROSSING_M = 150;
const M_PER_DEG = 111_195;

type Line = readonly LngLat[];

/** The named roads of a city as lines, one after the other where a road has several; expressways have no houses. */
async function roadLines(sql: Sql, city: string): Promise<Map<string, Line[]>> {
  const rows = await sql<{ name: string; points: LngLat[] }[]>`
    select name, st_asgeojson(g, 6)::jsonb->'coordinates' as points
    from (select name, (st_dump(st_linemerge(st_collect(geom order by id)))).geom as g from road_edge
      where city = ${city} and name is not null and class not in ('motorway', 'expressway') group by name) x
    order by name, st_x(st_startpoint(g)), st_y(st_startpoint(g))`;
  const out = new Map<string, Line[]>();
  for (const { name, points } of rows) {
    const lines = out.get(name);
    if (lines) lines.push(points);
    else out.set(name, [points]);
  }
  return out;
}

function housesAlong(lines: readonly Line[]): { number: number; at: LngLat }[] {
  const out: { number: number; at: LngLat }[] = [];
  for (const points of lines) {
    let next = STEP_M / 2;
    points.slice(1).forEach((b, i) => {
      const a = points[i]!;
      const length = metres(a, b);
      const perLng = M_PER_DEG * Math.cos((a[1] * Math.PI) / 180);
      const [east, north] = [((b[0] - a[0]) * perLng) / length, ((b[1] - a[1]) * M_PER_DEG) / length];
      const [dx, dy] = [(-north * ASIDE_M) / perLng, (east * ASIDE_M) / M_PER_DEG];
      for (; next < length; next += STEP_M) {
        const t = next / length;
        const [x, y] = [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
        const number = out.length + 1;
        out.push({ number, at: [x + dx, y + dy] }, { number: number + 1, at: [x - dx, y - dy] });
      }
      next -= length;
    });
  }
  return out;
}

/** Where points lie; those outside of every 街道 are left out. */
async function located<T extends { readonly at: LngLat }>(sql: Sql, all: readonly T[]): Promise<(T & Spot)[]> {
  const out: (T & Spot)[] = [];
  for (let i = 0; i < all.length; i += MAX_POINTS) {
    const part = all.slice(i, i + MAX_POINTS);
    const where = await districtsAt(sql, part.map((p) => p.at)); // prettier-ignore
    part.forEach((p, j) => {
      const { district, street } = where[j] ?? {};
      if (district && street) out.push({ ...p, district: district.name, street: street.name, streetCode: street.code });
    });
  }
  return out;
}

/** Roads drawn by their length: a long one has more callers. */
function drawRoads(roads: ReadonlyMap<string, Line[]>, count: number, random: Random): string[] {
  const lengths = [...roads].map(
    ([name, lines]) => [name, lines.reduce((s, l) => s + l.slice(1).reduce((t, p, i) => t + metres(l[i]!, p), 0), 0)] as const,
  ); // prettier-ignore
  const total = lengths.reduce((s, [, m]) => s + m, 0);
  const out = new Set<string>();
  while (out.size < Math.min(count, lengths.length)) {
    let at = random() * total;
    out.add((lengths.find(([, m]) => (at -= m) < 0) ?? lengths.at(-1)!)[0]);
  }
  return [...out];
}

interface Crossing extends Spot {
  readonly a: string;
  readonly b: string;
}
async function crossingsOf(sql: Sql, city: string, count: number, random: Random): Promise<Crossing[]> {
  const rows = await sql<{ a: string; b: string; at: LngLat; wide: number }[]>`
    with ends as (
      select from_node as node, name from road_edge where city = ${city} and name is not null
      union select to_node, name from road_edge where city = ${city} and name is not null
    ), met as (
      select a.name as a, b.name as b, st_collect(n.geom) as g
      from ends a join ends b on b.node = a.node and a.name < b.name join road_node n on n.id = a.node group by 1, 2
    )
    select a, b, array[st_x(st_centroid(g)), st_y(st_centroid(g))] as at,
      st_distance(st_setsrid(st_makepoint(st_xmin(g), st_ymin(g)), 4326)::geography, st_setsrid(st_makepoint(st_xmax(g), st_ymax(g)), 4326)::geography) as wide
    from met order by a, b`;
  const one = rows.filter((r) => r.wide <= ONE_CROSSING_M);
  return await located(
    sql,
    Array.from({ length: count }, () => pick(random, one)),
  );
}

interface Landmark extends Spot {
  readonly name: string;
  readonly kind: string;
}
async function landmarksOf(sql: Sql, city: string, count: number, random: Random): Promise<Landmark[]> {
  const rows = await sql<{ name: string; kind: string; at: LngLat }[]>`
    select name, kind, array[st_x(geom), st_y(geom)] as at from place
    where city = ${city} and kind not in ('road', 'district', 'street') and not extra ? 'unnamed' order by id`;
  return await located(
    sql,
    Array.from({ length: count }, () => pick(random, rows)),
  );
}

/**
 * @param count questions; they are of all kinds in fixed shares
 * @param seed the same city and seed give the same set
 */
export async function syntheticSet(sql: Sql, city: string, count: number, seed: number): Promise<SyntheticSet> {
  const random = mulberry32(seed);
  const lines = await roadLines(sql, city);
  const drawn = drawRoads(lines, Math.ceil(count * 0.7), random);
  const plain = drawn.flatMap((road) => housesAlong(lines.get(road)!).map((h) => ({ ...h, road })));
  const houses = await located(sql, plain);
  const silent = new Set(drawn.filter((_, i) => i % 8 === 0));
  const known: House[] = [];
  const asked: House[] = [];
  const unknown: House[] = [];
  for (const h of houses) {
    if (silent.has(h.road)) unknown.push(h);
    else (random() * KNOWN_OF < 1 ? known : asked).push(h);
  }
  const parts = {
    asked,
    unknown,
    crossings: await crossingsOf(sql, city, Math.ceil(count * 0.2) + 20, random),
    landmarks: await landmarksOf(sql, city, Math.ceil(count * 0.2) + 20, random),
    isRoad: (name: string) => lines.has(name),
  };
  const kinds = (Object.entries(SHARES) as [Kind, number][]).flatMap(([kind, share]) =>
    new Array<Kind>(Math.round((share * count) / 100)).fill(kind),
  );
  return {
    known: known.map((h) => ({
      source: `${h.road}${h.number}`, text: `${h.district}${h.road}${h.number}号`, ownDistrict: h.district, districtAt: h.district, at: h.at,
    })), // prettier-ignore
    questions: kinds.map((kind) => question(kind, parts, random)),
  };
}

interface Parts {
  readonly asked: readonly House[];
  readonly unknown: readonly House[];
  readonly crossings: Crossing[];
  readonly landmarks: Landmark[];
  readonly isRoad: (name: string) => boolean;
}

function question(kind: Kind, parts: Parts, random: Random): Question {
  const of = (spot: Spot, text: string): Question => ({ kind, text, at: spot.at, street: spot.streetCode });
  const h = pick(random, parts.asked);
  const sometimes = (text: string): string => (random() < 0.5 ? text : '');
  const door = (n: House): string => `${n.number}号${random() < 0.3 ? pick(random, RELATIVE) : ''}`;
  switch (kind) {
    case 'district, road, number':
      return of(h, `${sometimes('澜江市')}${h.district}${h.road}${door(h)}`);
    case 'road, number':
      return of(h, `${h.road}${door(h)}`);
    case '街道, road, number':
      return of(h, `${sometimes(h.district)}${h.street}${h.road}${door(h)}`);
    case 'typing error': {
      let said = misspelt(h.road, random);
      // one that is another road's name says that road
      while (said === h.road || parts.isRoad(said)) said = misspelt(h.road, random);
      return of(h, `${sometimes(h.district)}${said}${door(h)}`);
    }
    case 'Traditional, full width':
      return of(h, traditional(`${h.district} ${h.road}${door(h)}`));
    case 'crossing': {
      const c = parts.crossings.pop()!;
      return of(c, `${sometimes(c.district)}${crossingSaid(c.a, c.b, random)}`);
    }
    case 'landmark': {
      const l = parts.landmarks.pop()!;
      return of(l, `${sometimes(l.district)}${landmarkSaid(l.name, l.kind, random)}`);
    }
    case '街道, road':
      return of(h, `${sometimes(h.district)}${h.street}${h.road}`);
    case 'number nobody knows': {
      const u = pick(random, parts.unknown);
      return of(u, `${sometimes(u.district)}${u.road}${door(u)}`);
    }
    case '街道 alone':
      return of(h, `${sometimes(h.district)}${h.street}`);
  }
}
