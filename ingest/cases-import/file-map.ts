import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { CaseMapping } from '#domain/cases/mapping.ts';
import { accept, refuse, type Result } from '#domain/result.ts';
import { TAINAN_1999, TAINAN_1999_CHANGEFEED } from './maps/tainan1999.ts';

/** How a file is read, and how its rows become cases. */
export const FileMap = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[\w.-]{1,40}$/u)),
  doc: v.optional(v.string(), ''),
  format: v.optional(v.picklist(['csv', 'jsonl']), 'csv'),
  /** Between two columns of CSV. */
  delimiter: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1)), ','),
  /** Names of the columns of a CSV file without a header line. */
  header: v.optional(v.array(v.string())),
  mapping: CaseMapping,
});
export type FileMap = v.InferOutput<typeof FileMap>;

export const MAPS: readonly FileMap[] = [TAINAN_1999, TAINAN_1999_CHANGEFEED].map((m) => v.parse(FileMap, m));

/**
 * A map by its name or from a JSON file; without one, the only known map whose columns the file has.
 * @param columns names in the first line (CSV) or the first object (JSON lines)
 */
export function chooseMap(wanted: string | null, columns: readonly string[]): Result<FileMap> {
  if (wanted !== null) {
    const known = MAPS.find((m) => m.name === wanted);
    if (known) return accept(known);
    if (!wanted.endsWith('.json'))
      return refuse('map', `no map is called ${wanted}; known: ${MAPS.map((m) => m.name).join(', ')}, or a .json file`);
    return readMap(wanted);
  }
  const fitting = MAPS.filter((m) => missingColumns(m, columns).length === 0);
  // the one that uses most of what the file has
  fitting.sort((a, b) => columnsOf(b).size - columnsOf(a).size);
  return fitting[0]
    ? accept(fitting[0])
    : refuse(
        'map',
        `no known map fits the columns ${columns.slice(0, 12).join(', ')}${columns.length > 12 ? ' …' : ''}; name one with --map`,
      );
}

function readMap(path: string): Result<FileMap> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (e) {
    return refuse('map', `${path}: ${(e as Error).message}`);
  }
  const r = v.safeParse(FileMap, json);
  if (r.success) return accept(r.output);
  const issues = r.issues.slice(0, 3).map((i) => `${v.getDotPath(i) ?? 'map'}: ${i.message}`);
  return refuse('map', `${path}: ${issues.join('; ')}`);
}

function columnsOf(m: FileMap): Set<string> {
  const out = new Set<string>(m.mapping.withdrawn ? [m.mapping.withdrawn.field] : []);
  for (const from of Object.values(m.mapping.fields)) {
    if (typeof from === 'string') out.add(from);
    else if (Array.isArray(from)) for (const c of from) out.add(c);
  }
  return out;
}

/** Columns that a map names and the file does not have: each of them would be empty in every row. */
export function missingColumns(m: FileMap, columns: readonly string[]): string[] {
  const have = new Set(columns);
  return [...columnsOf(m)].filter((c) => !have.has(c.split('.', 1)[0]!) && !have.has(c));
}
