import { clockFace, type CdrCell } from '#domain/reconcile/cdr.ts';
import type { LogLine } from '#domain/reconcile/queue-log.ts';
import { DAY, parseLocal, type Instant } from '#domain/time.ts';
import { connect } from '#store/db.ts';

/** Rows asked for at once. */
const ROWS = 1000;

/** A log that Asterisk keeps in PostgreSQL: `postgres://reader:…@host/db?table=queue_log`. */
export interface LogTable {
  readonly url: string;
  readonly table: string;
}

/** Takes the table out of an address; null when it is a file. @throws for a table that is no name */
export function tableOf(address: string, usual: string): LogTable | null {
  if (!/^postgres(?:ql)?:\/\//.test(address)) return null;
  const url = new URL(address);
  const table = url.searchParams.get('table') ?? usual;
  if (!/^[a-z_][a-z0-9_]{0,62}(?:\.[a-z_][a-z0-9_]{0,62})?$/i.test(table))
    throw new Error(`“${table.slice(0, 40)}” is no table`);
  url.searchParams.delete('table');
  return { url: url.toString(), table };
}

/** How an address may be shown: without its password. */
export function shown(address: string): string {
  if (!/^postgres(?:ql)?:\/\//.test(address)) return address;
  const url = new URL(address);
  return `${url.hostname}${url.pathname}${url.searchParams.has('table') ? `/${url.searchParams.get('table')}` : ''}`;
}

export type Row = Readonly<Record<string, string | null>>;

/**
 * Rows of a table between two instants, read only, in pieces; every value as text. Columns are those that the table has.
 * @param by the column of the time, the first of these that there is
 */
export async function* rowsOf(
  t: LogTable,
  by: readonly string[],
  o: { from: Instant; to: Instant; signal?: AbortSignal },
): AsyncGenerator<Row> {
  const sql = connect(t.url, { max: 1, name: 'watchfloor reconcile' });
  const own = await sql.reserve();
  try {
    await own`begin read only`;
    const columns = await own<{ name: string; type: string }[]>`
      select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = ${t.table}::regclass and attnum > 0 and not attisdropped`;
    const time = by.map((name) => columns.find((c) => c.name === name)).find((c) => c !== undefined);
    if (!time) throw new Error(`${t.table} has none of the columns ${by.join(', ')}`);
    const list = columns
      .map((c) => `"${c.name.replaceAll('"', '""')}"::text as "${c.name.replaceAll('"', '""')}"`)
      .join(', ');
    // a text column cannot be narrowed safely: its form is the operator's; what lies outside is passed over by the reader
    const isTime = time.type.startsWith('timestamp');
    const range = isTime ? `where "${time.name}" >= $1::${time.type} and "${time.name}" < $2::${time.type}` : '';
    const face = (at: Instant): string => new Date(at).toISOString();
    const cursor = own
      .unsafe(
        `select ${list} from ${t.table} ${range} order by "${time.name}"`,
        isTime ? [face(o.from - DAY), face(o.to + DAY)] : [],
      )
      .cursor(ROWS);
    for await (const rows of cursor) {
      if (o.signal?.aborted) return;
      for (const row of rows) yield row as Row;
    }
  } finally {
    await own`rollback`.catch(() => {});
    own.release();
    await sql.end({ timeout: 5 });
  }
}

/** A row of a realtime queue_log (time, callid, queuename, agent, event, data or data1…); null when it is none. */
export function logLineOf(row: Row, zone: string): LogLine | null {
  const time = row.time ?? '';
  const at = /^\d{10}/.test(time) ? clockFace(time.slice(0, 10)) : localOf(time, zone);
  if (at === null || !row.event || !row.callid) return null;
  const data =
    row.data1 === undefined ? (row.data ?? '').split('|') : [1, 2, 3, 4, 5].map((i) => row[`data${i}`] ?? '');
  while (data.length > 1 && data.at(-1) === '') data.pop();
  return { at, uniqueid: row.callid, queue: row.queuename ?? '', agent: row.agent ?? '', event: row.event, data };
}

/** A time with its zone, or local to the city. */
function localOf(text: string, zone: string): Instant | null {
  if (/[+-]\d{2}(?::?\d{2})?$|Z$/.test(text)) {
    const t = Date.parse(text.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00'));
    return Number.isFinite(t) ? Math.floor(t / 1000) * 1000 : null;
  }
  const t = parseLocal(text.slice(0, 19), zone);
  return t === null ? null : Math.floor(t / 1000) * 1000;
}

export const cellOf =
  (row: Row): CdrCell =>
  (name) =>
    row[name] ?? null;
