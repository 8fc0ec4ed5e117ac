import { metres } from '#domain/geo.ts';
import { foldPlace, placeKey } from '#gis-data/places/fold.ts';
import { geocode } from '#gis-data/places/geocode.ts';
import type { Divisions } from '#gis-data/places/parse.ts';
import type { Candidate } from '#gis-data/places/candidate.ts';
import type { Sql } from '#store/db.ts';
import { districtsAt, type LngLat } from '#store/gis.ts';
import type { KnownCase } from './cases.ts';

/** How far the first candidate is from the published position, over cases and over addresses. */

export interface Figures {
  readonly cases: number;
  readonly addresses: number;
  readonly answered: number;
  readonly medianM: number;
  readonly p90M: number;
  readonly within150: number;
  /** Of those whose published position lies in a district that is known. */
  readonly rightDistrict: number;
  /** Within its own radius of the published position. */
  readonly inRadius: number;
  /** The right one, within 150 m, is among the first five. */
  readonly among5: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** By level and first reason. */
  readonly levels: Readonly<Record<string, { n: number; within150: number; medianM: number; inRadius: number }>>;
}

export interface Answered {
  readonly asked: KnownCase;
  readonly weight: number;
  readonly found: readonly Candidate[];
  readonly errorM: number;
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN; // prettier-ignore

/** Asks for every address once (same text, same district, same position) and counts it as often as it came. */
export async function measure(
  sql: Sql,
  city: string,
  divisions: Divisions,
  cases: readonly KnownCase[],
): Promise<{ figures: Figures; answered: Answered[] }> {
  const distinct = new Map<string, { asked: KnownCase; weight: number }>();
  for (const c of cases) {
    const key = `${foldPlace(c.address)}|${c.district}|${c.at.join()}`;
    const have = distinct.get(key);
    if (have) have.weight++;
    else distinct.set(key, { asked: c, weight: 1 });
  }
  const times: number[] = [];
  const answered: Answered[] = [];
  for (const { asked, weight } of distinct.values()) {
    const began = performance.now();
    const found = await geocode(sql, city, divisions, asked.address, { district: asked.district, limit: 5 });
    times.push(performance.now() - began);
    answered.push({ asked, weight, found, errorM: found[0] ? metres(found[0].at, asked.at) : Infinity });
  }
  return { figures: await figuresOf(sql, answered, times), answered };
}

async function figuresOf(sql: Sql, answered: readonly Answered[], times: number[]): Promise<Figures> {
  const total = answered.reduce((s, a) => s + a.weight, 0);
  const share = (fits: (a: Answered) => boolean, of = answered): number =>
    of.reduce((s, a) => s + (fits(a) ? a.weight : 0), 0) / Math.max(1, of.reduce((s, a) => s + a.weight, 0)); // prettier-ignore
  const errors = (of: readonly Answered[]): number[] => of.flatMap((a) => new Array<number>(a.weight).fill(a.errorM)).sort((a, b) => a - b); // prettier-ignore
  const inDistrict = await sameDistrict(sql, answered);
  const byLevel = Map.groupBy(answered, (a) =>
    a.found[0] ? `${a.found[0].level} ${a.found[0].reasons[0]!.code}` : 'none',
  );
  const sorted = errors(answered);
  times.sort((a, b) => a - b);
  return {
    cases: total,
    addresses: answered.length,
    answered: share((a) => a.found.length > 0),
    medianM: quantile(sorted, 0.5),
    p90M: quantile(sorted, 0.9),
    within150: share((a) => a.errorM <= 150),
    rightDistrict: share((a) => inDistrict.get(a) === true, answered.filter((a) => inDistrict.has(a))), // prettier-ignore
    inRadius: share((a) => a.errorM <= (a.found[0]?.radiusM ?? 0)),
    among5: share((a) => a.found.some((c) => metres(c.at, a.asked.at) <= 150)),
    p50Ms: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
    levels: Object.fromEntries(
      [...byLevel].map(([level, of]) => [
        level,
        {
          n: of.reduce((s, a) => s + a.weight, 0),
          within150: share((a) => a.errorM <= 150, of),
          medianM: quantile(errors(of), 0.5),
          inRadius: share((a) => a.errorM <= (a.found[0]?.radiusM ?? 0), of),
        },
      ]),
    ),
  };
}

/** Whether the first candidate lies in the district of the published position; left out where that is in none. */
async function sameDistrict(sql: Sql, answered: readonly Answered[]): Promise<Map<Answered, boolean>> {
  const out = new Map<Answered, boolean>();
  for (let i = 0; i < answered.length; i += 5000) {
    const part = answered.slice(i, i + 5000);
    const points = part.flatMap((a): LngLat[] => [a.asked.at, a.found[0]?.at ?? a.asked.at]);
    const where = await districtsAt(sql, points);
    part.forEach((a, j) => {
      const own = where[2 * j]?.district?.name;
      const got = a.found.length > 0 ? where[2 * j + 1]?.district?.name : undefined;
      if (own !== undefined) out.set(a, got !== undefined && placeKey(got) === placeKey(own));
    });
  }
  return out;
}
