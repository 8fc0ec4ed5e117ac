import type { Sql, Tx } from '#store/db.ts';
import { divisionNames, gazetteerState } from '#store/gis-places.ts';
import {
  addressPoints, clearGazetteer, countSkipped, keepGazetteerState, mapNames, putNames, putSeen, takePending,
  type MapName, type NameDraft, type Seen,
} from '#store/gis-places-write.ts'; // prettier-ignore
import type { City } from '#store/gis.ts';
import { placeKey } from './fold.ts';
import { crossingKey, keysOf } from './keys.ts';
import { learned, type LocatedAddress } from './learn.ts';
import type { Divisions } from './parse.ts';

/** Makes and keeps the gazetteer of a city: from its map in one transaction, from cases in small steps. */

/** Raise it whenever folding, parsing or keys give something else: the gazetteer is then made anew. */
export const RULES = 2;

/** The divisions of a city, folded. */
export async function divisionsOf(sql: Sql | Tx, city: Pick<City, 'id' | 'name'>): Promise<Divisions> {
  const names = await divisionNames(sql, city.id);
  const keys = (level: string): Set<string> =>
    new Set(names.filter((n) => n.level === level).map((n) => placeKey(n.name)));
  const own = placeKey(city.name).replace(/市$/u, '');
  return { city: /^\p{Script=Han}{2,}$/u.test(own) ? own : null, districts: keys('district'), streets: keys('street') };
}

const draft = (m: MapName, stems: readonly string[]): NameDraft => {
  const key = m.kind === 'crossing' ? crossingKey(placeKey(m.name), placeKey(m.other!)) : placeKey(m.name);
  return {
    kind: m.kind,
    key,
    district: m.district === null ? '' : placeKey(m.district),
    name: m.other === null ? m.name : `${m.name}/${m.other}`,
    nameEn: m.nameEn,
    placeKind: m.placeKind,
    rank: m.rank,
    at: m.at,
    spreadM: m.spreadM,
    keys: keysOf(m.kind, key, stems),
  };
};

/** The gazetteer of a city's map, made anew; every located case is then to be looked at again. @returns how many names */
export async function buildFromMap(tx: Tx, city: City): Promise<number> {
  await clearGazetteer(tx);
  const { districts, city: own } = await divisionsOf(tx, city);
  const stems = [own, own === null ? null : `${own}市`, ...districts].filter((d) => d !== null);
  let count = 0;
  for await (const page of mapNames(tx, city.id)) {
    const drafts = page.map((m) => draft(m, stems)).filter((d) => d.key !== '' && d.key !== '×');
    count += drafts.length;
    await putNames(tx, city.id, 'map', drafts);
  }
  let n = 0;
  for await (const page of addressPoints(tx, city.id)) {
    const seen = page.flatMap((a): Seen[] => {
      const number = /^(\d{1,5})(?:[-/](\d{1,3}))?/.exec(a.number);
      const key = placeKey(a.street);
      if (!number || key === '') return [];
      const district = a.district === null ? '' : placeKey(a.district);
      const way: NameDraft = {
        kind: 'road', key, district, name: a.street, nameEn: null, placeKind: null, rank: 4, at: null, spreadM: 0,
        keys: keysOf('road', key),
      }; // prettier-ignore
      const sub = Number(number[2] ?? 0);
      return [{ source: `map ${++n}`, name: way, lane: 0, alley: 0, number: Number(number[1]), sub, at: a.at }];
    });
    await putSeen(tx, city.id, seen, []);
  }
  await keepGazetteerState(tx, city.id, city.mapVersion, RULES);
  return count;
}

/** What located addresses teach, in one step. @returns how many taught something */
export async function learn(
  tx: Tx,
  city: string,
  divisions: Divisions,
  addresses: readonly LocatedAddress[],
  gone: readonly string[] = [],
): Promise<number> {
  const seen: Seen[] = [];
  const nothing: string[] = [...gone];
  const skipped = new Map<string, number>();
  for (const a of addresses) {
    const got = learned(a, divisions);
    if (typeof got !== 'string') {
      seen.push(got);
      continue;
    }
    nothing.push(a.source);
    skipped.set(got, (skipped.get(got) ?? 0) + 1);
  }
  await putSeen(tx, city, seen, nothing);
  await countSkipped(tx, city, skipped);
  return seen.length;
}

/** Cases of one step: some tens of milliseconds. */
const STEP = 400;

/** Whether the gazetteer of a city is that of its map, by the rules of today. */
export async function isBuilt(sql: Sql | Tx, city: Pick<City, 'id' | 'mapVersion'>): Promise<boolean> {
  const state = await gazetteerState(sql, city.id);
  return state?.mapVersion === city.mapVersion && state.rules === RULES;
}

/**
 * One step of keeping the gazetteer of a city: makes it anew when the map or the rules changed, else looks at some cases.
 * @returns what was done; `idle`: nothing was left to do
 */
export async function keepGazetteer(sql: Sql, city: City): Promise<'built' | 'learned' | 'idle'> {
  if (!(await isBuilt(sql, city))) {
    await sql.begin((tx) => buildFromMap(tx as Tx, city));
    return 'built';
  }
  const taken = await sql.begin(async (t) => {
    const tx = t as Tx;
    const cases = await takePending(tx, STEP);
    if (cases.length === 0) return 0;
    const divisions = await divisionsOf(tx, city);
    const [west, south, east, north] = city.bbox;
    const here = cases.filter((c) => c.at !== null && c.place !== null && within(c.at, west, south, east, north));
    const addresses = here.map((c) => ({
      source: c.caseNo, text: c.place!, ownDistrict: c.ownDistrict, districtAt: c.areaDistrict, at: c.at!,
    })); // prettier-ignore
    const kept = new Set(here.map((c) => c.caseNo));
    await learn(tx, city.id, divisions, addresses, cases.filter((c) => !kept.has(c.caseNo)).map((c) => c.caseNo)); // prettier-ignore
    return cases.length;
  });
  return taken > 0 ? 'learned' : 'idle';
}

/** A little beyond the frame of the roads is still the city. */
const MARGIN = 0.15;
function within(at: readonly [number, number], west: number, south: number, east: number, north: number): boolean {
  const [x, y] = [(east - west) * MARGIN, (north - south) * MARGIN];
  return at[0] >= west - x && at[0] <= east + x && at[1] >= south - y && at[1] <= north + y;
}
