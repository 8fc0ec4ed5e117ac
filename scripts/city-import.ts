/** `npm run city:import`: a city from an OpenStreetMap file. */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { configOrThrow } from './provision/index.ts';
import { columnMap } from '#domain/around/registry.ts';
import { importBoundaries, readBoundaryFile, type BoundaryReport } from '#gis-data/boundary-file.ts';
import { sayBorderSuspicion } from '#gis-data/crs-suspect.ts';
import { SYSTEMS } from '#gis-data/crs.ts';
import { importResources, RegistryFileError, type ResourceReport } from '#gis-data/resources.ts';
import { importPeople, type PeopleReport } from '#gis-data/people/import.ts';
import { osmCity, type CityReport } from '#gis-data/osm/city.ts';
import { OsmFileError } from '#gis-data/osm/element.ts';
import { osmDate, readOsm } from '#gis-data/osm/read.ts';
import { connect } from '#store/db.ts';
import { cityNumber, loadCity, loadedVersion } from '#store/gis-load.ts';
import { activateCity, type BoundaryLevel } from '#store/gis.ts';
import { migrate } from '#store/migrate.ts';
import { removeGrid } from '#store/people-grid.ts';
import { PEOPLE_OPTIONS, peopleOptions } from './city/people-options.ts';

const HELP = `npm run city:import -- [FILE] [options]

Brings a city into the database: .osm.pbf, .osm or .osm.gz of OpenStreetMap. The same file again changes nothing; a newer one
replaces the city, and a road keeps its number. Several cities can be loaded; one is shown.

  --id ID             short name of the city (default: from the file's name)
  --name NAME         its name in Chinese, --name-en NAME in English (default: the id)
  --levels LIST       which admin_level is which, for instance city=5,district=6,street=8
                      (default: the three coarsest that the file holds whole)
  --data-date DAY     as of when the map's data are (YYYY-MM-DD; default: what the head of the file says)
  --boundaries FILE   districts from a GeoJSON file instead, with
    --boundary-level  city, district or street (default district)
    --code-prop P     property that holds the code (default code)
    --name-prop P     property that holds the name (default name)
    --boundary-crs S  WGS84, GCJ02 or BD09 (default WGS84)
                      boundaries wholly outside of the map are left out and told; a file of which none can be taken is refused, and
                      nothing is changed. Several files: each of these options once per file, in their order; where the map FILE
                      is the one that is loaded, only they are taken, and of them only what is new
  --resources FILE    the city's registry from a CSV file, taken whole or not at all, by id: columns id, kind, name, name_en, lng, lat,
                      area (WKT), capacity, unit, address, contact, source, as_of, crs. Without a map FILE only this is done, for --id.
    --columns MAP     where columns come from: id=序號,name=名稱,kind:=shelter (after := a text for every row)
    --resources-crs S       WGS84, GCJ02 or BD09, for rows without crs
    --resources-source TEXT for rows without source
    --resources-date DAY    for rows without as_of (YYYY-MM-DD)
    --resources-whole       the file is the whole list of its sources: what it does not name leaves
  --population FILE   people by the cells of a grid, GeoTIFF in degrees (WorldPop, GHS-POP) or CSV (lng, lat, people and, where it is
                      told, cell: metres), in the place of the estimate from buildings. Without a map FILE only this is done, for --id.
    --population-source TEXT  who says so, --population-date YYYY or YYYY-MM-DD of when
    --population-error N      how far off a count may be as the source states it, ± percent
    --population-cell M       side of a cell of a CSV, metres (default: its column, or the distances between its cells)
    --population-crs S        of a CSV: WGS84, GCJ02 or BD09
  --population-remove the grid goes: buildings count again
  --activate          show this city from now on
  --json              the report as one JSON object

Exit code 1: nothing was imported, and why.`;

const LEVELS: readonly BoundaryLevel[] = ['city', 'district', 'street'];

function levelsOf(text: string | undefined): Partial<Record<BoundaryLevel, number>> | undefined {
  if (text === undefined) return undefined;
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [level, admin] = pair.split('=');
      if (!LEVELS.some((l) => l === level) || !/^\d{1,2}$/.test(admin ?? ''))
        throw new TypeError(`--levels: “${pair}” is not one of ${LEVELS.map((l) => `${l}=N`).join(', ')}`);
      return [level, Number(admin)];
    }),
  );
}

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .map(([k, n]) => `${k} ${n}`)
    .join(', ') || '–';

const kilometres = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .map(([k, km]) => `${k} ${km.toFixed(1)} km`)
    .join(', ') || '–';

type TakenFile = BoundaryReport & { readonly file: string };

function tellBoundaries({ file, taken, refused, outside, unchanged, suspect }: TakenFile): void {
  const apart = outside === 0 ? '' : `, ${outside} of them outside of the city`;
  console.log(`boundaries  ${file}: ${taken} ${unchanged ? 'as before' : 'taken'}, ${refused.length} left out${apart}`);
  for (const r of refused.slice(0, 10)) console.log(`            feature ${r.index}: ${r.reason}`);
  if (refused.length > 10) console.log(`            and ${refused.length - 10} more`);
  if (suspect) console.log(`WARNING     ${file}: ${sayBorderSuspicion(suspect)}`);
}

function tell(id: string, r: CityReport, files: readonly TakenFile[], how: string, seconds: number): void {
  files.forEach(tellBoundaries);
  const sum = (of: (f: TakenFile) => number): number => files.reduce((n, f) => n + of(f), 0);
  const borders =
    files.length === 0 ? '' : `, ${sum((f) => f.taken)} boundaries of files (${sum((f) => f.refused.length)} left out)`;
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`roads       ${r.ways} ways, ${r.roadKm.toFixed(1)} km, ${r.signals} signals, ${r.restrictions} forbidden turns, ${r.barriers} barriers
on foot     ${r.footways} footways, ${r.footKm.toFixed(1)} km, and ${r.walkedKm.toFixed(1)} km of the roads; not walked: ${kilometres(r.footDroppedKm)}
places      ${list(r.places)}
addresses   ${r.addresses} house numbers
areas       ${list(r.areas)}
boundaries  ${list(r.boundaries)}
left out    ${list(r.dropped)}`);
  console.log(
    `city ${id}: ${how}; ${r.ways} ways, ${r.roadKm.toFixed(0)} km, ${r.buildings} buildings${borders}, ${seconds.toFixed(1)} s, peak ${peak} MB`,
  );
}

function tellPeople(id: string, r: PeopleReport): void {
  const whole = (n: number): string => Math.round(n).toLocaleString('en');
  const wrong = Object.fromEntries(Object.entries(r.faults).filter(([, n]) => n > 0));
  if (!r.unchanged) console.log(`grid        ${whole(r.empty)} cells without people; left out: ${list(wrong)}`);
  if (r.unreadableLines.length > 0) console.log(`            not readable: line ${r.unreadableLines.join(', ')}`);
  if (r.tooDense)
    console.log(
      `WARNING     the densest cell has ${whole(r.densest)} people per km². Does the file tell people per cell?`,
    );
  console.log(
    `people of ${id}: ${whole(r.people)} in ${whole(r.cells)} cells${r.unchanged ? ', as before' : ''}; its buildings tell ${whole(r.byBuildings)}`,
  );
}

function tellResources(id: string, r: ResourceReport): void {
  if (r.suspect)
    console.log(
      `WARNING     ${r.suspect.pairs} things that the map knows by name lie ${Math.round(r.suspect.declaredM)} m off; read as ${r.suspect.system} it would be ${Math.round(r.suspect.otherM)} m. Is the coordinate system declared rightly?`,
    );
  if (r.outside > 0) console.log(`WARNING     ${r.outside} things lie outside of the city`);
  console.log(
    `registry of ${id}: ${list(r.byKind)}; ${r.added} new, ${r.changed} changed, ${r.unchanged} as before, ${r.removed} removed`,
  );
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      id: { type: 'string' },
      name: { type: 'string' },
      'name-en': { type: 'string' },
      levels: { type: 'string' },
      boundaries: { type: 'string', multiple: true, default: [] },
      'boundary-level': { type: 'string', multiple: true, default: [] },
      'code-prop': { type: 'string', multiple: true, default: [] },
      'name-prop': { type: 'string', multiple: true, default: [] },
      'boundary-crs': { type: 'string', multiple: true, default: [] },
      'data-date': { type: 'string' },
      resources: { type: 'string' },
      columns: { type: 'string' },
      'resources-crs': { type: 'string' },
      'resources-source': { type: 'string' },
      'resources-date': { type: 'string' },
      'resources-whole': { type: 'boolean', default: false },
      ...PEOPLE_OPTIONS,
      activate: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const [file, ...more] = positionals;
  const other = values.resources !== undefined || values.population !== undefined || values['population-remove'];
  if ((file === undefined && !other) || more.length > 0) throw new TypeError('name one FILE; --help tells more');
  const people = values.population === undefined ? null : peopleOptions(values);
  const boundaryFiles = values.boundaries.map((path, i) => {
    const level = LEVELS.find((l) => l === (values['boundary-level'][i] ?? 'district'));
    if (!level) throw new TypeError(`--boundary-level is one of ${LEVELS.join(', ')}`);
    const crs = SYSTEMS.find((x) => x === (values['boundary-crs'][i] ?? 'WGS84'));
    if (!crs) throw new TypeError(`--boundary-crs is one of ${SYSTEMS.join(', ')}`);
    return { path, level, crs, codeProp: values['code-prop'][i] ?? 'code', nameProp: values['name-prop'][i] ?? 'name' };
  });
  if (file === undefined && values.id === undefined)
    throw new TypeError('--id names the city of the registry or the grid');
  const crs = SYSTEMS.find((x) => x === values['resources-crs']) ?? null;
  if (values['resources-crs'] !== undefined && !crs)
    throw new TypeError(`--resources-crs is one of ${SYSTEMS.join(', ')}`);
  const columns = values.columns === undefined ? {} : columnMap(values.columns);
  const id = values.id ?? basename(file!).replace(/\.osm(\.pbf|\.gz|\.xml)?$|\.pbf$/, '').toLowerCase().replace(/[^a-z0-9-]+/g, '-'); // prettier-ignore
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(id)) throw new TypeError('--id has letters a–z, digits and hyphens');
  const levels = levelsOf(values.levels);
  const dataDate = values['data-date'] === undefined ? null : Date.parse(values['data-date']);
  if (Number.isNaN(dataDate)) throw new TypeError('--data-date is a day, YYYY-MM-DD');
  const began = performance.now();
  const sql = connect(configOrThrow().databaseUrl, { max: 2, name: 'watchfloor-city-import' });
  const takeMap = async (
    file: string,
  ): Promise<{ unchanged: boolean; report: CityReport; boundaryFiles: TakenFile[] }> => {
    const { data, report } = await osmCity(() => readOsm(file), {
      id,
      name: values.name ?? id,
      nameEn: values['name-en'] ?? values.name ?? id,
      number: await cityNumber(sql, id),
      ...(levels ? { levels } : {}),
      onStep: (what) => process.stderr.write(`  ${what}\n`),
    });
    // a file that cannot be taken stops the import before anything is changed
    for (const { path, ...what } of boundaryFiles) readBoundaryFile(path, { city: id, ...what }, data.city.bbox);
    const same = (await loadedVersion(sql, id)) === data.city.version;
    if (!same) {
      process.stderr.write('  database\n');
      const dataAt = dataDate ?? (await osmDate(file));
      await loadCity(sql, data, { file: basename(file), dataAt, report });
    }
    const taken: TakenFile[] = [];
    for (const { path, ...what } of boundaryFiles)
      taken.push({ file: basename(path), ...(await importBoundaries(sql, path, { city: id, ...what })) });
    return { unchanged: same && taken.every((t) => t.unchanged), report, boundaryFiles: taken };
  };
  try {
    await migrate(sql);
    const map = file === undefined ? null : await takeMap(file);
    const resources =
      values.resources === undefined
        ? null
        : await importResources(sql, values.resources, {
            ...{ city: id, columns, crs },
            source: values['resources-source'] ?? null,
            asOf: values['resources-date'] ?? null,
            whole: values['resources-whole'],
          });
    const removed = values['population-remove'] ? await removeGrid(sql, id) : null;
    const population = people && (await importPeople(sql, values.population!, { city: id, ...people }));
    if (values.activate) await activateCity(sql, id, { actor: 'command:city-import', now: Date.now() });
    const seconds = (performance.now() - began) / 1000;
    if (values.json)
      console.log(
        JSON.stringify({
          ...{ city: id, unchanged: map?.unchanged ?? null, seconds, ...map?.report },
          ...{ boundaryFiles: map?.boundaryFiles ?? [], resources, population },
        }),
      );
    else {
      if (map) tell(id, map.report, map.boundaryFiles, map.unchanged ? 'unchanged' : 'imported', seconds);
      if (resources) tellResources(id, resources);
      if (removed !== null)
        console.log(`population grid of ${id}: ${removed ? 'removed, buildings count' : 'there was none'}`);
      if (population) tellPeople(id, population);
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}

try {
  await main();
} catch (e) {
  const known =
    e instanceof OsmFileError || e instanceof RegistryFileError || e instanceof RangeError || e instanceof TypeError;
  if (e instanceof RegistryFileError) for (const x of e.errors) process.stderr.write(`  line ${x.line}: ${x.reason}\n`);
  process.stderr.write(`city:import: ${known ? (e as Error).message : ((e as Error).stack ?? String(e))}\n`);
  process.exitCode = 1;
}
