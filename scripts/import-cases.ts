/** `npm run import:cases`: cases from a file of another system. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseConfig } from '#domain/config.ts';
import { readDistricts, type Districts } from '#ingest/cases-import/districts.ts';
import { saySuspicion } from '#gis-data/crs-suspect.ts';
import { chooseMap, MAPS, missingColumns, type FileMap } from '#ingest/cases-import/file-map.ts';
import { importFile, type ImportSummary } from '#ingest/cases-import/index.ts';
import { columnsOfFile } from '#ingest/cases-import/read.ts';
import { connect } from '#store/db.ts';
import { migrate } from '#store/migrate.ts';
import { stateDir } from './provision/state-dir.ts';

const HELP = `npm run import:cases -- FILE [--map NAME|FILE.json] [--boundaries GEOJSON] [--max-rejected PERCENT] [--json]

Brings cases into the database: CSV or JSON lines, packed (gz) or not, UTF-8 or GB18030. The same file again changes nothing;
a row that differs from what we have corrects the case and leaves a fact with the fields before and after.

  --map NAME            how columns become cases; without it, the known map whose columns the file has:
${MAPS.map((m) => `                          ${m.name.padEnd(22)} ${m.doc}`).join('\n')}
                        or a JSON file of your own (docs/cases-interface.md)
  --boundaries GEOJSON  districts to compare each case's own field with; without it, those of the loaded cities
  --max-rejected N      exit 1 when more than N percent of the rows are rejected (default 5)
  --json                the summary as one JSON object

Rejected rows go to a CSV file with line, code, reason and the row as it stood; so do cases whose own district is not the one that
their point lies in. Exit code 1: too many rejected; 2: the file, the map or the database cannot be used.`;

interface Wish {
  file: string;
  map: FileMap;
  districts: Districts | null;
  maxRejected: number;
  json: boolean;
}

async function wishOf(): Promise<Wish | string> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      map: { type: 'string' },
      boundaries: { type: 'string' },
      'max-rejected': { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) return 'name one FILE; --help tells more';
  const maxRejected = Number(values['max-rejected']);
  if (!(maxRejected >= 0 && maxRejected <= 100)) return '--max-rejected must be a percentage';
  const columns = await columnsOfFile(file);
  const map = chooseMap(values.map ?? null, columns);
  if (!map.ok) return map.reason;
  const missing = map.value.header ? [] : missingColumns(map.value, columns);
  const needed = missing.filter(
    (c) => c === map.value.mapping.fields.externalId || c === map.value.mapping.fields.acceptedAt,
  );
  if (needed.length > 0) return `${file} has no column ${needed.join(', ')}, which the map ${map.value.name} needs`;
  if (missing.length > 0) process.stderr.write(`note: ${file} has no column ${missing.join(', ')}\n`);
  const districts = values.boundaries === undefined ? null : readDistricts(values.boundaries);
  if (districts && !districts.ok) return districts.reason;
  return { file, map: map.value, districts: districts?.value ?? null, maxRejected, json: values.json };
}

function tell(s: ImportSummary, wish: Wish): void {
  if (wish.json) {
    console.log(JSON.stringify({ file: wish.file, map: wish.map.name, ...s }));
    return;
  }
  const compared = s.compared > s.outside;
  if (s.suspect) console.log(`coordinates: ${saySuspicion(s.suspect)}`);
  const reasons = Object.entries(s.reasons).map(([code, n]) => `${code} ${n}`);
  if (s.report) console.log(`rejected: ${reasons.join(', ')} – ${s.report}`);
  if (s.compared > 0 && s.outside === s.compared)
    console.log(
      `districts: not compared, no boundary that is known holds any of the ${s.compared} points (--boundaries)`,
    );
  else if (compared) {
    const agree = (((s.compared - s.mismatches) / s.compared) * 100).toFixed(1);
    console.log(
      `districts: ${s.compared} compared, ${s.compared - s.mismatches} agree (${agree} %), ${s.mismatches} differ` +
        ` (${s.outside} outside of all)${s.mismatchReport ? ` – ${s.mismatchReport}` : ''}`,
    );
    for (const { pair, count } of s.pairs.slice(0, 8)) console.log(`  ${String(count).padStart(6)}  ${pair}`);
  }
  console.log(
    `${wish.map.name}: ${s.read} rows read, ${s.new} new, ${s.changed} changed, ${s.unchanged} unchanged, ${s.rejected} rejected,` +
      ` ${compared ? `${s.mismatches} district mismatches` : 'districts not compared'}, ${s.seconds.toFixed(1)} s, ${Math.round(s.rowsPerS)} rows/s (${s.encoding})`,
  );
}

async function main(): Promise<number> {
  const wish = await wishOf();
  if (typeof wish === 'string') {
    process.stderr.write(`import:cases: ${wish}\n`);
    return 2;
  }
  const { config } = parseConfig(process.env);
  const sql = connect(config.databaseUrl, { max: 3, name: 'watchfloor import' });
  try {
    await migrate(sql);
    const summary = await importFile({
      sql,
      file: wish.file,
      map: wish.map,
      districts: wish.districts,
      reports: join(stateDir(config.stateDir), 'reports'),
      now: Date.now(),
      zone: config.zone,
      ...(process.stderr.isTTY ? { onProgress: (n) => process.stderr.write(`\r${n} rows`) } : {}),
    });
    if (process.stderr.isTTY) process.stderr.write('\r');
    tell(summary, wish);
    return summary.rejected > (summary.read * wish.maxRejected) / 100 ? 1 : 0;
  } finally {
    await sql.end({ timeout: 2 });
  }
}

try {
  process.exitCode = await main();
} catch (e) {
  process.stderr.write(`import:cases: ${(e as Error).message}\n`);
  process.exitCode = 2;
}
