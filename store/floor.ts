import { once } from 'node:events';
import type { FactDraft } from '#domain/fact.ts';
import type { FloorRecords } from '#domain/floor/records.ts';
import type { Tables } from '#domain/tables.ts';
import type { Instant } from '#domain/time.ts';
import { fromTs, toTs, type Sql, type Tx } from './db.ts';
import { newestCursor } from './facts.ts';
import { stateAt } from './snapshots.ts';

/** The row of source_cursor that makes each batch of the switch's facts happen once, by one process. */
const SOURCE = 'asterisk';

/** Columns of each record table in bulk, in order; those named t or t_… are instants. `floor_gap` is no bulk table. */
const COLUMNS = {
  call: [
    't_setup',
    'call_id',
    'direction',
    'trunk',
    'caller',
    'called',
    't_ivr_in',
    't_ivr_out',
    't_end',
    'ended_in',
    'outcome',
    'merged_into',
    'hangup_cause',
  ],
  ivr_step: ['t_in', 'call_id', 'point', 'key', 'queue'],
  queue_visit: [
    't_queue',
    'visit_id',
    'call_id',
    'queue',
    'seat_no',
    't_answer',
    't_abandon',
    't_leave',
    'outcome',
    'wait_s',
  ],
  seat_segment: [
    't_from',
    'segment_id',
    'seat_no',
    'call_id',
    'direction',
    'visit_id',
    'queue',
    't_queue',
    't_ring',
    't_answer',
    't_hangup',
    'ring_ms',
    'holds',
    'hold_ms',
    'talk_s',
    't_wrap_end',
    'outcome',
    'ended_by',
  ],
  seat_state: ['t_from', 't_to', 'seat_no', 'state', 'reason', 'queue'],
  seat_login: ['t_in', 't_out', 'seat_no', 'name', 'extension', 'ip'],
  call_move: ['t', 't_answer', 't_to', 'call_id', 'kind', 'from_seat', 'to_seat', 'to_number', 'external'],
  call_rating: ['t', 'call_id', 'seat_no', 'queue', 'score'],
  call_recording: ['t', 'call_id', 'leg', 'state', 'file'],
} as const satisfies {
  readonly [T in Exclude<keyof FloorRecords, 'floor_gap'>]: readonly (keyof FloorRecords[T][number])[];
};

type RecordTable = keyof typeof COLUMNS;
const TABLES = Object.keys(COLUMNS) as RecordTable[];
const isInstant = (column: string): boolean => column === 't' || column.startsWith('t_');

/** Only tables that have rows; a gap is told when it opens and when it closes, and one statement may touch a row once. */
function toWrite(records: FloorRecords): object {
  const out: Partial<Record<keyof FloorRecords, readonly unknown[]>> = {};
  for (const table of Object.keys(records) as (keyof FloorRecords)[])
    if (records[table].length > 0) out[table] = records[table];
  if (out.floor_gap) out.floor_gap = [...new Map(records.floor_gap.map((g) => [g.gap_id, g])).values()];
  return out;
}

/** Writes records inside the caller's transaction; their facts are the caller's to record. */
export async function insertFloorRecords(tx: Tx, records: FloorRecords): Promise<void> {
  const rows = tx.json(toWrite(records) as never);
  await tx`select write_floor_records(${rows})`;
  if (records.call_recording.length > 0) await tx`select write_call_recordings(${rows})`;
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
  const seats = [...state.floor.all('seatLive').keys()];
  return {
    tables: state.floor,
    heardAt: row?.heard ?? null,
    startup: row?.startup ?? null,
    writtenTo: await lastStatesOf(sql, seats, row?.heard ?? 0),
  };
}

const STATES_LOOKED_FOR_MS = 7 * 86_400_000;

/**
 * From where on nothing is stored of each seat's states: where its last one ends, or where the switch was heard again after a
 * gap, which no state reaches over.
 * @param now states that began longer than a week before are not looked for
 */
export async function lastStatesOf(
  sql: Sql | Tx,
  seats: readonly string[],
  now: Instant,
): Promise<Map<string, Instant>> {
  const since = toTs(now - STATES_LOOKED_FOR_MS);
  const rows = await sql<{ seat_no: string; t: Date | null }[]>`
    select seat_no, greatest(
      (select s.t_to from seat_state s where s.seat_no = x.seat_no and s.t_from > ${since}::timestamptz order by s.t_from desc limit 1),
      (select max(g.t_to) from floor_gap g where g.t_from > ${since}::timestamptz)) as t
    from unnest(${seats as string[]}::text[]) x (seat_no)`;
  return new Map(rows.flatMap((r) => (r.t === null ? [] : [[r.seat_no, fromTs(r.t)]])));
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
 * Writes a batch in one transaction and one round trip: its place, its records, its facts last. Calling it again with a
 * batch whose commit was not heard of writes nothing twice.
 * @throws FloorTakenOver
 */
export async function writeFloorBatch(sql: Sql, b: FloorBatch): Promise<'written' | 'already'> {
  const note = { heardAt: b.heardAt, startup: b.startup };
  const [done] = await sql<{ how: 'written' | 'already' | 'taken over' }[]>`
    select write_floor(${b.run}, ${b.batch}, ${sql.json(note)}, ${sql.json(toWrite(b.records) as never)},
      ${sql.json(b.facts as never)}) as how`;
  if (done!.how === 'taken over') throw new FloorTakenOver(b.run);
  return done!.how;
}

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
    const columns = COLUMNS[table];
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
