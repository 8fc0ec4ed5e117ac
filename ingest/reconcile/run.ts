import { CdrReader, csvCells, MASTER_COLUMNS, type CdrCell, type CdrRow } from '#domain/reconcile/cdr.ts';
import { compareCalls, compareVisits, MATCH_WITHIN, type Context } from '#domain/reconcile/compare.ts';
import { LogFold, parseLogLine, type LogLine } from '#domain/reconcile/queue-log.ts';
import { emptyTally, type Difference, type Tally, type TheirVisit } from '#domain/reconcile/rows.ts';
import { HOUR, SECOND, type Instant } from '#domain/time.ts';
import type { Sql } from '#store/db.ts';
import {
  beginRun,
  endRun,
  keepDifferences,
  KEPT_AT_MOST,
  ourCalls,
  ourVisits,
  seatsKnown,
  silences,
  Stage,
} from '#store/reconcile.ts';
import { deviceOf, endpointOf, isLocal, isTelephone } from '../asterisk/fields.ts';
import { lines, rotated } from './files.ts';
import { cellOf, logLineOf, rowsOf, shown, tableOf } from './table.ts';

/** What is compared at once: so much of both sides is in memory. */
const WINDOW = HOUR;
/** Rows put aside at once. */
const BATCH = 2000;
/** Broken lines that are kept with their text; all are counted. */
const BROKEN_KEPT = 200;

export interface Wish {
  /** Path or postgres:// address; null: not compared. */
  readonly queueLog: string | null;
  readonly cdr: string | null;
  /** Null: as far as the logs go. */
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly zone: string;
  readonly askedBy: string;
  readonly signal?: AbortSignal;
  /** Takes a line that cannot be read. */
  reject(raw: string, code: string, reason: string): Promise<void>;
  /** Each difference as it is found, besides being stored. */
  onDifference?(d: Difference): void;
}

export interface Outcome {
  readonly run: number;
  readonly from: Instant;
  readonly to: Instant;
  readonly visits: Tally | null;
  readonly calls: Tally | null;
  readonly lines: number;
  readonly broken: number;
  readonly orphans: number;
  readonly differences: number;
}

interface Counts {
  lines: number;
  broken: number;
  orphans: number;
}

/**
 * Compares the switch's own logs with our records and keeps what differs; mends nothing. Files of any size: they are put aside in
 * temporary tables and compared hour by hour.
 * @throws when a log or the database cannot be read; the run is stored with the error then
 */
export async function reconcileLogs(sql: Sql, w: Wish): Promise<Outcome> {
  const now = Date.now();
  const run = await beginRun(sql, {
    askedBy: w.askedBy,
    from: w.from ?? now,
    to: w.to ?? now,
    queueLog: w.queueLog === null ? null : shown(w.queueLog),
    cdr: w.cdr === null ? null : shown(w.cdr),
  });
  const counts: Counts = { lines: 0, broken: 0, orphans: 0 };
  const visits = w.queueLog === null ? null : emptyTally();
  const calls = w.cdr === null ? null : emptyTally();
  let found = 0;
  let range = { from: w.from ?? now, to: w.to ?? now };
  const end = (error: string | null): Promise<void> =>
    endRun(sql, run, { ...range, visits, calls, ...counts, differences: found, error });
  const stage = await Stage.open(sql);
  try {
    if (w.queueLog !== null) await stageQueueLog(stage, w.queueLog, w, counts);
    if (w.cdr !== null) await stageCdr(stage, w.cdr, w, counts);
    await stage.filled();
    const span = await stage.span();
    // one second more: what the logs tell last lies in it
    range = { from: w.from ?? span?.from ?? now, to: w.to ?? (span === null ? now : span.to + 1000) };
    const context = await contextOf(sql, range, w.zone);
    for (let from = range.from; from < range.to && !w.signal?.aborted; from += WINDOW) {
      const c: Context = { ...context, from, to: Math.min(from + WINDOW, range.to) };
      const differences: Difference[] = [];
      const near = [c.from - MATCH_WITHIN, c.to + MATCH_WITHIN] as const;
      if (visits)
        compareVisits(await ourVisits(sql, ...near), await stage.visits(...near), c, { tally: visits, differences });
      if (calls)
        compareCalls(await ourCalls(sql, ...near), await stage.calls(...near), c, { tally: calls, differences });
      await keepDifferences(sql, run, found, differences.slice(0, Math.max(0, KEPT_AT_MOST - found)));
      found += differences.length;
      for (const d of differences) w.onDifference?.(d);
    }
    await end(w.signal?.aborted ? 'stopped' : null);
    return { run, ...range, visits, calls, ...counts, differences: found };
  } catch (e) {
    await end((e as Error).message).catch(() => {}); // what went wrong first is what is told
    throw e;
  } finally {
    await stage.drop().catch(() => {}); // the tables go with the connection as well
    await stage.close().catch(() => {});
  }
}

async function contextOf(
  sql: Sql,
  range: { from: Instant; to: Instant },
  zone: string,
): Promise<Omit<Context, 'from' | 'to'>> {
  const [quiet, { names, signedIn }] = await Promise.all([silences(sql, range.from, range.to), seatsKnown(sql, zone)]);
  const seats = Map.groupBy(signedIn, (s) => s.seat);
  return {
    silences: quiet,
    isSeat: (endpoint, at) =>
      seats.get(endpoint)?.some((s) => at >= s.from - SECOND && at < (s.to ?? Infinity)) ?? false,
    // a log without member names has the interface
    seatOf: (agent) => names.get(agent) ?? (/^[A-Za-z0-9]+\//.test(agent) ? endpointOf(agent) : null),
  };
}

// ── reading the switch's side ─────────────────────────────────────────────────────────────────────────────────────────

async function broken(w: Wish, counts: Counts, raw: string, code: string, reason: string): Promise<void> {
  counts.broken++;
  if (counts.broken <= BROKEN_KEPT) await w.reject(raw.slice(0, 4000), code, reason);
}

async function stageQueueLog(stage: Stage, address: string, w: Wish, counts: Counts): Promise<void> {
  const fold = new LogFold();
  let batch: TheirVisit[] = [];
  const wanted = (v: TheirVisit): boolean =>
    (w.from === null || v.joinedAt >= w.from - MATCH_WITHIN) && (w.to === null || v.joinedAt < w.to + MATCH_WITHIN);
  const take = async (line: LogLine): Promise<void> => {
    for (const v of fold.take(line)) if (wanted(v)) batch.push(v);
    if (batch.length < BATCH) return;
    await stage.addVisits(batch);
    batch = [];
  };
  const table = tableOf(address, 'queue_log');
  if (table) {
    const range = {
      from: w.from ?? 0,
      to: w.to ?? Date.now(),
      zone: w.zone,
      ...(w.signal ? { signal: w.signal } : {}),
    };
    for await (const row of rowsOf(table, ['time'], range)) {
      counts.lines++;
      const line = logLineOf(row, w.zone);
      if (line) await take(line);
      else await broken(w, counts, JSON.stringify(row), 'log.line', 'no time, call or event');
    }
  } else
    for (const path of await rotated(address, w.from ?? 0))
      for await (const text of lines(path, w.signal)) {
        counts.lines++;
        const line = parseLogLine(text);
        if (!line.ok) await broken(w, counts, text, line.code, line.reason);
        else if (line.value) await take(line.value);
      }
  await stage.addVisits([...batch, ...fold.end().filter(wanted)]);
  counts.orphans += fold.orphans;
}

/** The telephone of a channel; halves of Local channels and announcers have none. */
const telephoneOf = (channel: string): string | null =>
  channel === '' || isLocal(channel) || !isTelephone(channel) ? null : endpointOf(deviceOf(channel));

async function stageCdr(stage: Stage, address: string, w: Wish, counts: Counts): Promise<void> {
  const reader = new CdrReader();
  let batch: CdrRow[] = [];
  const take = async (cell: CdrCell, raw: string): Promise<void> => {
    counts.lines++;
    const row = reader.read(cell);
    if (!row.ok) return broken(w, counts, raw, row.code, row.reason);
    const { from } = row.value;
    if ((w.from !== null && from < w.from - 24 * HOUR) || (w.to !== null && from >= w.to + 24 * HOUR)) return;
    batch.push(row.value);
    if (batch.length < BATCH) return;
    await stage.addLegs(batch, telephoneOf);
    batch = [];
  };
  const table = tableOf(address, 'cdr');
  if (table) {
    const range = {
      from: w.from ?? 0,
      to: w.to ?? Date.now(),
      zone: w.zone,
      ...(w.signal ? { signal: w.signal } : {}),
    };
    for await (const row of rowsOf(table, ['start', 'calldate'], range)) await take(cellOf(row), JSON.stringify(row));
  } else for (const path of await rotated(address, w.from ?? 0)) await stageCsv(path, w, counts, take);
  await stage.addLegs(batch, telephoneOf);
}

async function stageCsv(
  path: string,
  w: Wish,
  counts: Counts,
  take: (cell: CdrCell, raw: string) => Promise<void>,
): Promise<void> {
  let columns: readonly string[] = MASTER_COLUMNS;
  let first = true;
  for await (const text of lines(path, w.signal)) {
    if (text.trim() === '') continue;
    const cells = csvCells(text.replace(/\r$/, ''));
    const isHead = first && cells?.some((c) => c.toLowerCase() === 'uniqueid');
    first = false;
    if (isHead) columns = cells!.map((c) => c.toLowerCase());
    else if (!cells) {
      counts.lines++;
      await broken(w, counts, text, 'cdr.row', 'a quotation mark is not closed');
    } else await take((name) => cells[columns.indexOf(name)] ?? null, text);
  }
}
