import { once } from 'node:events';
import type { FactDraft } from '#domain/fact.ts';
import type { FloorRecords } from '#domain/floor/records.ts';
import type { Tables } from '#domain/tables.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { newestCursor, recordFacts } from './facts.ts';
import { stateAt } from './snapshots.ts';

/** The row of source_cursor that makes each batch of the switch's facts happen once, by one process. */
const SOURCE = 'asterisk';

/** Columns of each record table; those that begin with t or t_ are instants. `floor_gap` is kept by id. */
const COLUMNS = {
  call: {
    t_setup: 'float8',
    call_id: 'text',
    direction: 'text',
    trunk: 'text',
    caller: 'text',
    called: 'text',
    t_ivr_in: 'float8',
    t_ivr_out: 'float8',
    t_end: 'float8',
    ended_in: 'text',
    outcome: 'text',
    merged_into: 'text',
    hangup_cause: 'int',
  },
  ivr_step: { t_in: 'float8', call_id: 'text', point: 'text', key: 'text', queue: 'text' },
  queue_visit: {
    t_queue: 'float8',
    visit_id: 'text',
    call_id: 'text',
    queue: 'text',
    seat_no: 'text',
    t_answer: 'float8',
    t_abandon: 'float8',
    t_leave: 'float8',
    outcome: 'text',
    wait_s: 'int',
  },
  seat_segment: {
    t_from: 'float8',
    segment_id: 'text',
    seat_no: 'text',
    call_id: 'text',
    direction: 'text',
    visit_id: 'text',
    queue: 'text',
    t_ring: 'float8',
    t_answer: 'float8',
    t_hangup: 'float8',
    ring_ms: 'int',
    holds: 'int',
    hold_ms: 'int',
    talk_s: 'int',
    t_wrap_end: 'float8',
    outcome: 'text',
    ended_by: 'text',
  },
  seat_state: { t_from: 'float8', t_to: 'float8', seat_no: 'text', state: 'text', reason: 'text', queue: 'text' },
  seat_login: { t_in: 'float8', t_out: 'float8', seat_no: 'text', name: 'text', extension: 'text' },
  call_move: { t: 'float8', call_id: 'text', kind: 'text', from_seat: 'text', to_seat: 'text', to_number: 'text' },
  call_rating: { t: 'float8', call_id: 'text', seat_no: 'text', queue: 'text', score: 'float8' },
} as const satisfies Record<Exclude<keyof FloorRecords, 'floor_gap'>, Record<string, 'float8' | 'text' | 'int'>>;

type RecordTable = keyof typeof COLUMNS;
const TABLES = Object.keys(COLUMNS) as RecordTable[];
const isInstant = (column: string): boolean => column === 't' || column.startsWith('t_');

/** One set-based insert per table: `insert into t (…) select … from jsonb_to_recordset($1)`; built once, sent as they are. */
const INSERTS = Object.fromEntries(
  TABLES.map((table) => {
    const columns = Object.entries(COLUMNS[table]);
    const names = columns.map(([c]) => c).join(', ');
    const values = columns.map(([c]) => (isInstant(c) ? `to_timestamp(${c} / 1000)` : c)).join(', ');
    const shape = columns.map(([c, type]) => `${c} ${type}`).join(', ');
    return [table, `insert into ${table} (${names}) select ${values} from jsonb_to_recordset($1) as r (${shape})`];
  }),
) as Record<RecordTable, string>;

/**
 * Writes what the floor's facts completed, one statement per table, all sent at once.
 * @returns a promise of all statements; they are already on their way when this returns
 */
export function insertFloorRecords(tx: Tx, records: FloorRecords): Promise<unknown> {
  const sent: Promise<unknown>[] = [];
  for (const table of TABLES)
    if (records[table].length > 0)
      sent.push(tx.unsafe(INSERTS[table], [tx.json(records[table] as never)] as never, { prepare: true }).execute());
  // a gap is told twice, when it opens and when it closes; one statement may touch a row once
  const gaps = [...new Map(records.floor_gap.map((g) => [g.gap_id, g])).values()];
  if (gaps.length > 0)
    sent.push(
      tx`
        insert into floor_gap (gap_id, t_from, t_to, why)
        select gap_id, to_timestamp(t_from / 1000), to_timestamp(t_to / 1000), why
        from jsonb_to_recordset(${tx.json(gaps as never)}) as r (gap_id text, t_from float8, t_to float8, why text)
        on conflict (gap_id) do update set t_from = excluded.t_from, t_to = excluded.t_to, why = excluded.why`.execute(),
    );
  return Promise.all(sent);
}

export interface FloorResume {
  /** The folded state as far as it was recorded. */
  readonly tables: Tables;
  /** Until when the switch was heard, by its own clock; null: never before. */
  readonly heardAt: Instant | null;
  /** When the switch had started, in its own words; tells a restart of it from a lost connection. */
  readonly startup: string | null;
  /** Up to when each seat's states are stored. */
  readonly writtenTo: ReadonlyMap<string, Instant>;
}

/**
 * Makes `run` the one process that may write the floor, and gives it what was there. A process that was it before finds
 * that out with its next batch and stops.
 */
export async function claimFloor(sql: Sql, run: string, zone: string): Promise<FloorResume> {
  const [row] = await sql<{ heard: number | null; startup: string | null }[]>`
    insert into source_cursor (source, cursor) values (${SOURCE}, ${sql.json({ run, batch: 0, heardAt: null })})
    on conflict (source) do update
      set cursor = source_cursor.cursor || ${sql.json({ run, batch: 0 })}, at = now()
    returning (cursor->>'heardAt')::float8 as heard, cursor->>'startup' as startup`;
  const state = await stateAt(sql, await newestCursor(sql), zone);
  const written = await sql<{ seat_no: string; t: Date }[]>`
    select seat_no, max(t_to) as t from seat_state
    where t_from > ${toTs((row?.heard ?? 0) - 86_400_000)} group by seat_no`;
  return {
    tables: state.floor,
    heardAt: row?.heard ?? null,
    startup: row?.startup ?? null,
    writtenTo: new Map(written.map((w) => [w.seat_no, fromTs(w.t)])),
  };
}

/** Another process claimed the floor: this one must stop. */
export class FloorTakenOver extends Error {
  constructor(run: string) {
    super(`the floor is written by another process than ${run}`);
  }
}

export interface FloorBatch {
  readonly run: string;
  /** Grows by one with each batch of a run; a batch that was committed already is not written again. */
  readonly batch: number;
  /** Until when the switch was heard, by its own clock. */
  readonly heardAt: Instant;
  readonly startup: string | null;
  readonly facts: readonly FactDraft[];
  readonly records: FloorRecords;
}

/**
 * Writes a batch in one transaction: its place, its records, its facts last. Calling it again with a batch whose commit
 * was not heard of writes nothing twice.
 * @throws FloorTakenOver
 */
export async function writeFloorBatch(sql: Sql, b: FloorBatch): Promise<'written' | 'already'> {
  try {
    await sql.begin(async (raw) => {
      const tx = raw as unknown as Tx;
      const place = tx`
        update source_cursor set cursor = cursor || ${tx.json({ batch: b.batch, heardAt: b.heardAt, startup: b.startup })}, at = now()
        where source = ${SOURCE} and cursor->>'run' = ${b.run} and (cursor->>'batch')::bigint < ${b.batch}`.execute();
      const rows = insertFloorRecords(tx, b.records);
      const facts = recordFacts(tx, b.facts);
      const [placed] = await Promise.all([place, rows, facts]);
      if (placed.count === 0) throw new NotPlaced();
    });
    return 'written';
  } catch (e) {
    if (!(e instanceof NotPlaced)) throw e;
  }
  const [now] = await sql<{ run: string; batch: number }[]>`
    select cursor->>'run' as run, (cursor->>'batch')::float8 as batch from source_cursor where source = ${SOURCE}`;
  if (now?.run !== b.run) throw new FloorTakenOver(b.run);
  return 'already';
}

class NotPlaced extends Error {}

/** Says until when the switch was heard, between facts. @throws FloorTakenOver */
export async function noteHeard(sql: Sql, run: string, heardAt: Instant): Promise<void> {
  const noted = await sql`
    update source_cursor set cursor = cursor || ${sql.json({ heardAt })}, at = now()
    where source = ${SOURCE} and cursor->>'run' = ${run}`;
  if (noted.count === 0) throw new FloorTakenOver(run);
}

const escapeCopy = (text: string): string =>
  text.replace(/[\\\t\n\r]/g, (c) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[c]!);

/**
 * Loads records in bulk with COPY, without facts: past weeks as records. At most one table's rows are in memory as text at a time.
 * @returns rows written
 */
export async function loadFloorRecords(tx: Tx | Sql, records: FloorRecords): Promise<number> {
  let rows = 0;
  for (const table of TABLES) {
    const list = records[table] as unknown as Record<string, unknown>[];
    if (list.length === 0) continue;
    const columns = Object.keys(COLUMNS[table]);
    const stream = await tx.unsafe(`copy ${table} (${columns.join(', ')}) from stdin`).writable();
    for (let i = 0; i < list.length; i += 2000) {
      const text = list.slice(i, i + 2000).map((r) => copyLine(r, columns));
      if (!stream.write(text.join(''))) await once(stream, 'drain');
    }
    stream.end();
    await once(stream, 'finish');
    rows += list.length;
  }
  return rows;
}

function copyLine(row: Record<string, unknown>, columns: readonly string[]): string {
  let line = '';
  for (let i = 0; i < columns.length; i++) {
    const value = row[columns[i]!];
    if (i > 0) line += '\t';
    if (value === null || value === undefined) line += '\\N';
    else if (isInstant(columns[i]!)) line += toTs(value as number);
    else line += typeof value === 'string' ? escapeCopy(value) : String(value);
  }
  return line + '\n';
}
