/** `npm run geocode:check`: how well addresses of real cases are found. */
import { parseArgs } from 'node:util';
import { configOrThrow } from './provision/index.ts';
import { addressKey, readCases, shareOf, type KnownCase } from './geocode/cases.ts';
import { measure, type Figures } from './geocode/measure.ts';
import { syntheticCheck } from './geocode/synthetic-check.ts';
import { buildFromMap, divisionsOf, learn } from '#gis-data/places/build.ts';
import type { Divisions } from '#gis-data/places/parse.ts';
import { connect, type Sql, type Tx } from '#store/db.ts';
import { cities, districtsAt, type City } from '#store/gis.ts';
import { scratchGazetteer } from '#store/gis-places-write.ts';
import { migrate } from '#store/migrate.ts';

const HELP = `npm run geocode:check -- CASES … [--holdout] [--seed S] [--city ID] [--map NAME] [--limit N] [--json]
npm run geocode:check -- --synthetic [--count N] [--seed S] [--worst N] [--json]

How well addresses of cases are found: CSV or JSON lines as for import:cases, with an address and a published position. The gazetteer is
made anew for the check, of the map of a loaded city and of the addresses of one part of the cases, and the other part is asked for.
It lies in temporary tables: the product's own is not touched. Addresses, not cases, are divided, whatever their district, writing and
sub-number, so that nothing that is asked for was ever seen.

  --holdout     learn from four fifths of the addresses and ask for the last fifth, which no tuning has seen;
                without it that fifth is left out altogether, and the rest is divided in the same way
  --seed S      which addresses fall into which part (default 1)
  --city ID     a loaded city (default: the one that is shown)
  --map NAME    how columns become cases (default: the known map whose columns the file has)
  --limit N     ask for so many addresses at most (default: all)
  --worst N     print the N addresses that are farthest off
  --json        the figures as one JSON object
  --synthetic   instead of real cases, addresses of the demo city as callers say them (numbers, crossings, places, typing errors,
                Traditional), whose houses are invented along its roads; in a database of its own, and no network is needed
  --count N     so many of them (default 500)

Exit code 1: below the goals (in the summary); 2: a file, the city or the database cannot be used.`;

/** Chosen on the part that may be looked at, before the held-out part was asked for; with some room for another seed. */
const GOALS = { medianM: 50, within150: 0.73, rightDistrict: 0.95, p95Ms: 50 } as const;

const HELD_OUT = 0.2;

interface Parts {
  readonly learn: KnownCase[];
  readonly ask: KnownCase[];
}

function divide(cases: readonly KnownCase[], divisions: Divisions, seed: string, holdout: boolean): Parts {
  const parts: Parts = { learn: [], ask: [] };
  for (const c of cases) {
    const key = addressKey(c.address, divisions);
    const held = shareOf(key, `${seed} held out`) < HELD_OUT;
    if (holdout) (held ? parts.ask : parts.learn).push(c);
    else if (!held) (shareOf(key, `${seed} tuning`) < HELD_OUT ? parts.ask : parts.learn).push(c);
  }
  return parts;
}

function limited(cases: readonly KnownCase[], divisions: Divisions, most: number): KnownCase[] {
  const keys = new Map<string, number>();
  return cases.filter((c) => {
    const key = addressKey(c.address, divisions);
    if (!keys.has(key)) keys.set(key, keys.size);
    return keys.get(key)! < most;
  });
}

const percent = (x: number): string => `${(x * 100).toFixed(1)} %`;

function tell(what: string, f: Figures): void {
  console.log(`${what}: ${f.cases} cases, ${f.addresses} addresses, ${percent(f.answered)} answered
  median ${f.medianM.toFixed(0)} m, nine of ten within ${f.p90M.toFixed(0)} m; within 150 m ${percent(f.within150)} (among the first five ${percent(f.among5)})
  right district ${percent(f.rightDistrict)}; within its own radius ${percent(f.inRadius)}; p50 ${f.p50Ms.toFixed(1)} ms, p95 ${f.p95Ms.toFixed(1)} ms`);
  for (const [level, l] of Object.entries(f.levels).sort((a, b) => b[1].n - a[1].n))
    console.log(
      `    ${level.padEnd(26)} ${String(l.n).padStart(6)}  within 150 m ${percent(l.within150).padStart(7)}  median ${l.medianM.toFixed(0).padStart(5)} m  in radius ${percent(l.inRadius)}`,
    );
}

async function cityOf(sql: Sql, id: string | undefined, cases: readonly KnownCase[]): Promise<City> {
  const all = await cities(sql);
  const city = id === undefined ? all.find((c) => c.active) : all.find((c) => c.id === id);
  const loaded = all.map((c) => c.id).join(', ') || 'none';
  if (!city) throw new TypeError(`no city ${id ?? 'is shown'}; loaded: ${loaded} (npm run city:import)`);
  const [w, s, e, n] = city.bbox;
  const inside = cases.filter((c) => c.at[0] >= w && c.at[0] <= e && c.at[1] >= s && c.at[1] <= n).length;
  if (inside < cases.length / 2)
    throw new TypeError(
      `only ${inside} of ${cases.length} cases lie in ${city.id}; name their city with --city, loaded: ${loaded}`,
    );
  return city;
}

const STEP = 1000;

async function learnAll(sql: Sql, city: City, divisions: Divisions, cases: readonly KnownCase[]): Promise<number> {
  let taught = 0;
  for (let i = 0; i < cases.length; i += STEP) {
    const part = cases.slice(i, i + STEP);
    const where = await districtsAt(sql, part.map((c) => c.at)); // prettier-ignore
    const addresses = part.map((c, j) => ({
      source: c.id, text: c.address, ownDistrict: c.district, districtAt: where[j]?.district?.name ?? null, at: c.at,
    })); // prettier-ignore
    taught += await sql.begin((tx) => learn(tx as Tx, city.id, divisions, addresses));
  }
  await sql`analyze gazetteer_name, gazetteer_key, gazetteer_house, gazetteer_seen`;
  return taught;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      holdout: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      city: { type: 'string' },
      map: { type: 'string' },
      limit: { type: 'string' },
      worst: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
      synthetic: { type: 'boolean', default: false },
      count: { type: 'string', default: '500' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.synthetic) {
    const [count, seed, worst] = [values.count, values.seed, values.worst].map(Number) as [number, number, number];
    if (!Number.isInteger(count) || count < 50 || count > 5000) throw new TypeError('--count must be 50 to 5000');
    if (!Number.isInteger(seed)) throw new TypeError('--seed must be a whole number with --synthetic');
    return await syntheticCheck({ count, seed, worst, json: values.json });
  }
  if (positionals.length === 0) throw new TypeError('name a file of cases; --help tells more');
  // one connection: temporary tables belong to it
  const sql = connect(configOrThrow().databaseUrl, { max: 1, name: 'watchfloor-geocode-check' });
  try {
    await migrate(sql);
    const cases = new Map<string, KnownCase>();
    for (const file of positionals)
      for (const c of await readCases(file, values.map ?? null, Date.now())) cases.set(c.id, c);
    const city = await cityOf(sql, values.city, [...cases.values()]);
    await scratchGazetteer(sql);
    await sql.begin((tx) => buildFromMap(tx as Tx, city));
    const divisions = await divisionsOf(sql, city);
    const parts = divide([...cases.values()], divisions, values.seed, values.holdout);
    const ask = values.limit === undefined ? parts.ask : limited(parts.ask, divisions, Number(values.limit));
    await sql`analyze gazetteer_name, gazetteer_key`;
    const mapAlone = await measure(sql, city.id, divisions, ask);
    const taught = await learnAll(sql, city, divisions, parts.learn);
    const withCases = await measure(sql, city.id, divisions, ask);
    const f = withCases.figures;
    const missed = [
      f.medianM <= GOALS.medianM ? null : `median above ${GOALS.medianM} m`,
      f.within150 >= GOALS.within150 ? null : `within 150 m below ${percent(GOALS.within150)}`,
      f.rightDistrict >= GOALS.rightDistrict ? null : `right district below ${percent(GOALS.rightDistrict)}`,
      f.p95Ms <= GOALS.p95Ms ? null : `p95 above ${GOALS.p95Ms} ms`,
    ].filter((m) => m !== null);
    if (values.json)
      console.log(JSON.stringify({ city: city.id, part: values.holdout ? 'held out' : 'tuning', seed: values.seed, learned: taught, mapAlone: mapAlone.figures, withCases: f, missed })); // prettier-ignore
    else {
      tell('map alone', mapAlone.figures);
      tell(`map and ${taught} addresses of other cases`, f);
      for (const a of [...withCases.answered].sort((x, y) => y.errorM - x.errorM).slice(0, Number(values.worst)))
        console.log(
          `  ${a.errorM.toFixed(0).padStart(6)} m ×${a.weight} ${a.asked.district ?? ''}|${a.asked.address} → ${a.found[0] ? `${a.found[0].label} (${a.found[0].district}) ${a.found[0].level} ${a.found[0].score.toFixed(2)}` : '–'}`,
        );
      console.log(
        `geocode:check ${city.id}, ${values.holdout ? 'held out' : 'tuning part'}, seed ${values.seed}: median ${f.medianM.toFixed(0)} m, ${percent(f.within150)} within 150 m, ${percent(f.rightDistrict)} in the right district, p95 ${f.p95Ms.toFixed(1)} ms${missed.length > 0 ? `; missed: ${missed.join(', ')}` : ''}`,
      );
    }
    return missed.length > 0 ? 1 : 0;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

try {
  process.exitCode = await main();
} catch (e) {
  process.stderr.write(`geocode:check: ${e instanceof TypeError ? e.message : ((e as Error).stack ?? String(e))}\n`);
  process.exitCode = 2;
}
