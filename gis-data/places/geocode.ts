import { metres } from '#domain/geo.ts';
import type { Sql, Tx } from '#store/db.ts';
import {
  crossings, housesAround, lanesMiddle, waysMeet, waysWithin, type House, type HouseAsk, type WayPart,
} from '#store/gis-places.ts'; // prettier-ignore
import { districtsAt, type LngLat } from '#store/gis.ts';
import { houseEn, LEVELS, type Candidate, type Level, type Named, type Reason } from './candidate.ts';
import { placeKey } from './fold.ts';
import { elsewhere, lookUp, TRIED, type Ask, type Hit } from './hits.ts';
import { crossingKey, withoutSection } from './keys.ts';
import { onWay } from './on-way.ts';
import { parseAddress, type Divisions, type Way } from './parse.ts';

/** An address to ranked places. Reads the gazetteer of one city; at most seven statements for an address. */

export interface GeocodeOptions {
  /** District that is known beside the text, as written: the field of a case. */
  readonly district?: string | null;
  /** Among equals the nearer one first. */
  readonly near?: LngLat | null;
  /** At most 20. */
  readonly limit?: number;
}

/**
 * Where an address is: candidates, the best first; none when nothing of it is known in this city.
 * @param text as typed or said; at most 200 characters count
 */
export async function geocode(
  sql: Sql | Tx,
  city: string,
  divisions: Divisions,
  text: string,
  options: GeocodeOptions = {},
): Promise<Candidate[]> {
  const parsed = parseAddress(text, divisions);
  const beside = options.district ? placeKey(options.district) : null;
  const ask: Ask = {
    sql,
    city,
    parsed,
    district: parsed.district ?? (beside !== null && (divisions.districts.size === 0 || divisions.districts.has(beside)) ? beside : null),
    districtAt: null,
    street: null,
  }; // prettier-ignore
  const hits = await lookUp(ask, divisions);
  const own = hits.divisions.find((h) => h.name.kind === 'district')?.name;
  if (own?.at) ask.districtAt = { at: own.at, spreadM: own.spreadM };
  ask.street = hits.divisions.find((h) => h.name.kind === 'street' && h.name.origin === 'map')?.name.name ?? null;
  const found = [
    ...(await ofCrossings(ask, hits.ways)),
    ...(await ofWays(ask, hits.ways)),
    ...ofLandmarks(ask, hits.landmarks),
    ...ofDivisions(ask, hits.divisions),
  ];
  return ranked(await inStreet(ask, found), options.near ?? null, Math.min(options.limit ?? 8, 20));
}

/** What lies in another 街道 than was said loses by it: few know where theirs ends, but of two of a name it is the right one. */
const OTHER_STREET = 0.1;

async function inStreet({ sql, street }: Ask, found: readonly Candidate[]): Promise<readonly Candidate[]> {
  if (street === null || found.length === 0) return found;
  const where = await districtsAt(sql, found.map((c) => c.at)); // prettier-ignore
  return found.map((c, i) => {
    const here = where[i]?.street?.name;
    if (here === undefined || here === street) return c;
    const reason: Reason = { code: 'other-district', asked: street, found: here };
    return { ...c, score: Math.max(0, c.score - OTHER_STREET), reasons: [...c.reasons, reason] };
  });
}

/** What a candidate loses for what was not found as it was said. */
function scoreOf(
  ask: Ask,
  hits: readonly Hit[],
  level: Level,
  at: LngLat,
  missed: number,
): { score: number; reasons: Reason[] } {
  let score = 1 - missed;
  const reasons: Reason[] = [];
  for (const h of hits) {
    score -= h.cost * 0.15 + (1 - h.share) * 0.4;
    if (h.cost >= 1) reasons.push({ code: 'spelling', asked: h.asked, taken: h.name.name });
  }
  const found = hits[0]?.name.district ?? '';
  if (ask.district !== null && found !== ask.district) {
    // ways go on beyond a district; one that lies far from it is another of the same name
    const farM = ask.districtAt === null ? 0 : metres(ask.districtAt.at, at) - ask.districtAt.spreadM * 1.3;
    const isFar = farM > 1500;
    // of what lies in no district that is known only the distance tells
    if (found !== '' || isFar) {
      score -= isFar ? 0.6 : 0.2;
      reasons.push({ code: 'other-district', asked: ask.district, found });
    }
  }
  if (ask.parsed.relation !== null && level !== 'district')
    reasons.push({ code: 'relation', relation: ask.parsed.relation });
  return { score: Math.max(0, score), reasons };
}

/** Metres that “opposite of”, “behind” … add to what is not known. */
const RELATION_M = { opposite: 20, beside: 15, front: 10, behind: 25, near: 50 } as const;

function candidate(
  ask: Ask,
  hits: readonly Hit[],
  what: { level: Level; at: LngLat; radiusM: number; label: Named; reason: Reason; missed: number },
): Candidate {
  const { score, reasons } = scoreOf(ask, hits, what.level, what.at, what.missed);
  const name = hits[0]!.name;
  const beside = ask.parsed.relation === null ? 0 : RELATION_M[ask.parsed.relation];
  return {
    label: what.label.name,
    labelEn: what.label.nameEn,
    district: name.district || null,
    at: what.at,
    level: what.level,
    radiusM: Math.round(what.radiusM + beside),
    score,
    reasons: [what.reason, ...reasons],
  };
}

const laneText = (w: Way): string => `${w.lane > 0 ? `${w.lane}巷` : ''}${w.alley > 0 ? `${w.alley}弄` : ''}`;
/** A place on a way: lane, alley and number, as both languages put it together. */
const on = (way: Named, place: string): Named => ({
  name: `${way.name}${place}`,
  nameEn: way.nameEn === null ? null : [houseEn(place), way.nameEn].filter(Boolean).join(', '),
});
const both = (a: Named, b: Named): Named => ({
  name: `${a.name}/${b.name}`,
  nameEn: a.nameEn === null || b.nameEn === null ? null : `${a.nameEn} / ${b.nameEn}`,
});
const named = ({ name, nameEn }: Named): Named => ({ name, nameEn });
const numberText = (w: Way): string => `${w.number}${w.sub > 0 ? `之${w.sub}` : ''}`;

/** Least radius of an answer that is only a way or a lane: it is somewhere along it. */
const STREET_M = 80;
/** A number that is worked out less well than this is said to be known to street level. */
const VAGUE_M = 300;
/** A settlement that is only known by the stop or place of its name. */
const SETTLEMENT_M = 500;

/** A number that is known between far ones, or beyond the last, counts the less the less is known of where it is. */
const vagueness = (radiusM: number): number => Math.min(0.1, radiusM / 3000);
/** What a way of another spelling loses where the one that was said is known. */
const KNOWN_OTHERWISE = 0.2;

const sameWay = (a: Way, b: Way): boolean => withoutSection(a.names[0]!) === withoutSection(b.names[0]!);

async function ofWays(ask: Ask, ways: readonly (readonly Hit[])[]): Promise<Candidate[]> {
  const tried = ask.parsed.ways.flatMap((way, i) => {
    const hits = ways[i] ?? [];
    const known = hits.some((h) => h.cost < 1 && !elsewhere(h, ask.district));
    return hits.map((hit) => ({ way, hit, otherwise: known && hit.cost >= 1 ? KNOWN_OTHERWISE : 0 }));
  });
  const asks: HouseAsk[] = [];
  const lanes: Omit<HouseAsk, 'number'>[] = [];
  for (const { way, hit } of tried) {
    const name = hit.name.id;
    // itself; the mouth of its alley in the lane; the mouth of its lane on the way; the way
    asks.push({ name, lane: way.lane, alley: way.alley, number: way.number });
    asks.push({ name, lane: way.alley > 0 ? way.lane : 0, alley: 0, number: way.alley || way.lane });
    asks.push({ name, lane: 0, alley: 0, number: way.lane });
    asks.push({ name, lane: 0, alley: 0, number: 0 });
    lanes.push({ name, lane: way.lane, alley: way.alley }, { name, lane: way.lane, alley: 0 });
  }
  const [houses, middles] = [await housesAround(ask.sql, asks), await lanesMiddle(ask.sql, lanes)];
  const parts =
    ask.street === null ? [] : await waysWithin(ask.sql, ask.city, ask.street, tried.map((t) => t.hit.name.name)); // prettier-ignore
  return tried.flatMap(({ way, hit, otherwise }, i): Candidate[] => {
    // the way of its own lane said beside it: where the lane begins
    const own = ask.parsed.ways.some((w) => w !== way && w.lane === 0 && w.number === 0 && sameWay(w, way));
    const mouth = way.mouth || (own && way.lane > 0 && way.number === 0);
    const found = place({ ...way, mouth }, hit, houses.slice(i * 4, i * 4 + 4), middles.slice(i * 2, i * 2 + 2), parts[i] ?? null); // prettier-ignore
    if (!found) return [];
    // of two ways that cross, one alone is half of what was said; a lane is most of it
    const half = ask.parsed.ways.length < 2 || way.number > 0 || mouth ? 0 : way.lane > 0 ? 0.1 : 0.3;
    return [candidate(ask, [hit], { ...found, missed: found.missed + half + otherwise })];
  });
}

type Placed = Parameters<typeof candidate>[2];

/** A way's number, lane or middle, the finest that is known. */
function place(
  way: Way,
  hit: Hit,
  [own = [], alleyMouth = [], laneMouth = [], whole = []]: readonly House[][],
  [inAlley = null, inLane = null]: Awaited<ReturnType<typeof lanesMiddle>>,
  part: WayPart | null,
): Placed | null {
  const { name } = hit;
  if (way.number > 0) {
    const spot = onWay(way.number, way.sub, own);
    if (spot) {
      const number = numberText(way);
      const level: Level =
        spot.how === 'known' || spot.how === 'neighbour' ? 'house' : spot.radiusM > VAGUE_M ? 'street' : 'interpolated';
      const reason: Reason =
        spot.how === 'known' ? { code: 'house', number }
        : spot.how === 'neighbour' ? { code: 'house-beside', number: String(way.number) }
        : spot.how === 'between' ? { code: 'between', number, low: spot.by[0]!, high: spot.by[1]! }
        : { code: 'beyond', number, low: spot.by[0]! }; // prettier-ignore
      const missed =
        { known: 0, neighbour: 0.02, between: 0.04, beyond: 0.08 }[spot.how] +
        (spot.how === 'known' || spot.how === 'neighbour' ? 0 : vagueness(spot.radiusM));
      return {
        level,
        at: spot.at,
        radiusM: spot.radiusM,
        label: on(name, `${laneText(way)}${number}号`),
        reason,
        missed,
      };
    }
  }
  const wanted = way.number > 0 ? `${numberText(way)}号` : null;
  const number = wanted === null ? 0 : 0.15;
  if (way.lane > 0 || way.alley > 0) {
    const lane = laneOf(way, on(name, laneText(way)), wanted, own, alleyMouth, laneMouth, inAlley, inLane);
    if (lane) return { ...lane, missed: number + lane.missed };
  }
  const [known] = whole.filter((h) => h.number === 0);
  const missing = [laneText(way), wanted ?? ''].join('') || null;
  // what lies in the 街道 that was said, before the middle of the whole
  const middle = part ?? known ?? (way.lane === 0 && way.alley === 0 && inAlley && inAlley.seen >= 3 ? inAlley : null);
  const at = middle?.at ?? name.at;
  if (!at) return null;
  const itself = name.kind === 'landmark' && missing === null;
  const radiusM = Math.max(
    name.kind === 'landmark' && !itself ? SETTLEMENT_M : STREET_M,
    part === null ? name.spreadM * 1.2 : 0,
    (middle?.spreadM ?? 0) * 1.2,
  );
  const village = name.kind === 'street';
  const level: Level = village ? 'district' : itself ? 'landmark' : 'street';
  const reason: Reason = itself
    ? { code: 'landmark', ...named(name) }
    : { code: village ? 'village' : 'street', ...named(name), wanted: missing };
  return { level, at, radiusM, label: named(name), reason, missed: missing === null ? 0.02 : 0.25 };
}

function laneOf(
  way: Way,
  label: Named,
  wanted: string | null,
  own: readonly House[],
  alleyMouth: readonly House[],
  laneMouth: readonly House[],
  inAlley: Awaited<ReturnType<typeof lanesMiddle>>[number],
  inLane: Awaited<ReturnType<typeof lanesMiddle>>[number],
): Placed | null {
  const [itself] = own.filter((h) => h.number === 0);
  const mouthOf = (number: number, rows: readonly House[]): ReturnType<typeof onWay> =>
    number > 0 ? onWay(number, 0, rows) : null;
  const mouth = mouthOf(way.alley || way.lane, alleyMouth);
  if (way.mouth && mouth)
    return { level: 'street', at: mouth.at, radiusM: mouth.radiusM + 20, label, reason: { code: 'lane-mouth', ...label, wanted }, missed: 0.02 }; // prettier-ignore
  const middle = itself ?? inAlley;
  if (middle)
    return { level: 'street', at: middle.at, radiusM: Math.max(100, middle.spreadM * 1.3 + 60), label, reason: { code: 'lane', ...label, wanted }, missed: 0.02 }; // prettier-ignore
  const inside = way.alley > 0 ? (mouth ?? (inLane ? { at: inLane.at, radiusM: Math.max(50, inLane.spreadM) } : null)) : mouth; // prettier-ignore
  const spot = inside ?? mouthOf(way.lane, laneMouth);
  if (!spot) return null;
  return { level: 'street', at: spot.at, radiusM: spot.radiusM + 60, label, reason: { code: 'lane-mouth', ...label, wanted }, missed: 0.08 }; // prettier-ignore
}

/** Two ways that are said to cross; `later`: the first of three cross before the last of them do. */
interface Pair {
  readonly a: Hit;
  readonly b: Hit;
  readonly later: number;
}
/** A lane lies anywhere along its way, and sections of one way only touch: neither crosses where the names do. */
function pairsOf(ask: Ask, ways: readonly (readonly Hit[])[]): Pair[] {
  const whole = ask.parsed.ways.map((w, i) => {
    if (w.lane > 0 || w.alley > 0) return [];
    // 民权路 is no misspelt 民族路 where it is known itself
    const spelled = ways[i]!.filter((h) => h.cost < 1);
    return (spelled.length > 0 ? spelled : ways[i]!).slice(0, TRIED);
  });
  return whole.flatMap((as, i) =>
    whole.slice(i + 1).flatMap((bs, k) =>
      as.flatMap((a) =>
        bs.flatMap((b) => (withoutSection(a.name.key) === withoutSection(b.name.key) ? [] : [{ a, b, later: 2 * i + k }])),
      ),
    ),
  ).sort((x, y) => x.a.cost + x.b.cost - y.a.cost - y.b.cost);
} // prettier-ignore

async function ofCrossings(ask: Ask, ways: readonly (readonly Hit[])[]): Promise<Candidate[]> {
  const { parsed } = ask;
  if (parsed.ways.length < 2) return [];
  // two ways said one after the other cross, unless a number says where on the first it is
  const missed = parsed.ways[0]!.number > 0 ? 0.3 : parsed.crossing ? 0 : 0.01;
  const pairs = pairsOf(ask, ways);
  const known = await crossings(ask.sql, ask.city, [...new Set(pairs.map((p) => crossingKey(p.a.name.key, p.b.name.key)))]);
  const out: Candidate[] = [];
  const used = new Set<number>();
  for (const { a, b, later } of pairs) {
    for (const c of known) {
      if (!c.at || used.has(c.id) || c.key !== crossingKey(a.name.key, b.name.key)) continue;
      used.add(c.id);
      const reason: Reason = { code: 'crossing', ways: [named(a.name), named(b.name)] };
      out.push(candidate(ask, [{ ...a, name: c }, { ...b, cost: b.cost }], {
        level: 'crossing', at: c.at, radiusM: 100 + c.spreadM, label: both(a.name, b.name), reason, missed: missed + later * 0.1,
      }));
    }
  }
  if (out.length > 0) return out;
  const meet = await waysMeet(ask.sql, ask.city, pairs.slice(0, 8).map((p) => [p.a.name, p.b.name] as const));
  return meet.flatMap((m, i): Candidate[] => {
    const { a, b, later } = pairs[i]!;
    if (!m || m.apartM > 200) return [];
    const reason: Reason = { code: 'crossing-near', ways: [named(a.name), named(b.name)] };
    return [candidate(ask, [a, b], { level: 'crossing', at: m.at, radiusM: 90 + m.apartM, label: both(a.name, b.name), reason,
      missed: missed + 0.05 + later * 0.1 })];
  });
} // prettier-ignore

function ofLandmarks(ask: Ask, hits: readonly Hit[]): Candidate[] {
  const houses = ask.parsed.ways.some((w) => w.number > 0);
  return hits.flatMap((hit): Candidate[] => {
    const { name } = hit;
    if (!name.at) return [];
    const way = ask.parsed.ways.length > 0;
    const level: Level = name.kind === 'street' ? 'district' : name.kind === 'settlement' ? 'street' : 'landmark';
    const reason: Reason =
      level === 'district' ? { code: 'village', ...named(name), wanted: null } : { code: 'landmark', ...named(name) };
    // where a way is said too, the landmark only tells where on it
    const all = hit.asked === ask.parsed.whole;
    const missed = houses ? 0.35 : way && !all ? 0.06 : 0;
    return [candidate(ask, [hit], { level, at: name.at, radiusM: Math.max(250, name.spreadM * 1.2), label: named(name), reason, missed })]; // prettier-ignore
  });
}

function ofDivisions(ask: Ask, hits: readonly Hit[]): Candidate[] {
  const more = ask.parsed.ways.length > 0 || ask.parsed.landmarks.length > 0;
  return hits.flatMap((hit): Candidate[] => {
    const { name } = hit;
    if (!name.at || (ask.district !== null && name.kind === 'street' && name.district !== '' && name.district !== ask.district)) return [];
    const wanted = more ? [...ask.parsed.ways.map((w) => w.names[0]!), ...ask.parsed.landmarks][0]! : null;
    const missed = (name.kind === 'street' ? 0.45 : 0.6) - (more ? 0 : 0.4);
    const reason: Reason = { code: name.kind === 'street' ? 'village' : 'district', ...named(name), wanted };
    return [candidate(ask, [hit], { level: 'district', at: name.at, radiusM: Math.max(300, name.spreadM * 1.3), label: named(name), reason, missed })];
  });
} // prettier-ignore

/** Nearer than this, two candidates are one place. */
const SAME_M = 25;

function ranked(found: readonly Candidate[], near: LngLat | null, limit: number): Candidate[] {
  const bonus = (c: Candidate): number => (near === null ? 0 : 0.03 * Math.exp(-metres(c.at, near) / 5000));
  const sorted = found
    .map((c, i) => ({ c, i, value: c.score + bonus(c) }))
    .sort((a, b) => b.value - a.value || LEVELS.indexOf(a.c.level) - LEVELS.indexOf(b.c.level) || a.i - b.i)
    .map((x) => x.c);
  const out: Candidate[] = [];
  for (const c of sorted) {
    if (out.length >= limit) break;
    if (!out.some((o) => o.label === c.label && metres(o.at, c.at) < SAME_M)) out.push(c);
  }
  return out;
}
