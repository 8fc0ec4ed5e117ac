import { INDICATORS, type IndicatorKey } from '#domain/calls/indicators.ts';
import { PARTS, type PartName } from '#domain/calls/parts.ts';
import { scoped } from '#domain/calls/scope.ts';
import { SOURCES, type Dimension, type Source } from '#domain/calls/sources.ts';
import type { Instant } from '#domain/time.ts';
import type { Sql } from '../db.ts';
import { plain, ROWS_AT_MOST, type ListRow } from './lists.ts';
import { groupKey, instant, needsThresholds, opened, thresholdJoin, wherePart } from './part-sql.ts';
import type { Only } from './read.ts';
import { thresholdsInForce } from './thresholds.ts';

export interface DrillQuery {
  readonly indicator: IndicatorKey;
  /** The cell's interval. */
  readonly from: Instant;
  readonly to: Instant;
  /** The cell's group, and what the report is narrowed to. */
  readonly only: Only;
  /** The report's breakdown where the cell has no group of it (a total): a count of the queues is one of the seats there. */
  readonly by?: readonly Dimension[];
  readonly zone: string;
  readonly limit?: number;
  readonly offset?: number;
}

export interface DrillResult {
  readonly source: Source;
  /** Fields of the source's rows (domain/calls/sources.ts). */
  readonly columns: readonly string[];
  readonly rows: readonly ListRow[];
  /** Rows that the figure counts, also those beyond the limit. */
  readonly total: number;
}

const FIELDS: Readonly<Record<Source, readonly string[]>> = {
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
  ],
  refusal: ['t_setup', 'call_id', 'queue'],
  line: ['t_from', 't_to', 'call_id', 'trunk'],
  ivr: ['t_in', 'call_id', 'point', 'key', 'queue'],
  visit: [
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
  seat: [
    't_at',
    't_from',
    'segment_id',
    'seat_no',
    'call_id',
    'direction',
    'visit_id',
    'queue',
    't_answer',
    't_hangup',
    'ring_ms',
    'holds',
    'hold_ms',
    'talk_s',
    't_wrap_end',
    'outcome',
  ],
  time: ['t_from', 't_to', 'seat_no', 'state', 'reason'],
  rest: ['t_from', 't_to', 'seat_no', 'reason'],
  move: ['t', 'call_id', 'kind', 'from_seat', 'to_seat', 'to_number'],
  rating: ['t', 'call_id', 'seat_no', 'queue', 'score'],
  inbound: ['t_setup', 'call_id', 'seat_no', 'type', 'case_no'],
  accepted: [
    'accepted_at',
    'case_no',
    'type',
    'unit',
    'seat_no',
    'call_id',
    'dispatched',
    'closed_at',
    'at_first',
    'again',
  ],
  missed: ['t_setup', 'call_id', 'caller', 'queue', 'how', 'settled_at'],
};

/**
 * The rows behind a figure: by the very conditions that counted it.
 * @returns null when the figure is unknown in this breakdown
 */
export async function drill(sql: Sql, q: DrillQuery): Promise<DrillResult | null> {
  const narrowed = new Set([...(q.by ?? []), ...(Object.keys(q.only) as Dimension[])]);
  const indicator = scoped(INDICATORS[q.indicator], [...narrowed]);
  const first = indicator?.opens[0];
  if (!indicator || first === undefined) return null;
  const source = PARTS[first].source;
  // parts of another source count other rows: of a figure of two sources its own rows open
  const parts = indicator.opens.filter((p) => PARTS[p].source === source);
  const values: unknown[] = [];
  // a state that began before the interval has its time in it, and is no beginning
  const counts = (p: PartName): string =>
    `(${wherePart(p)}${PARTS[p].value === 'begun' ? ` and r.t_from >= ${instant(q.from)} and r.begins` : ''})`;
  const where = [`(${parts.map(counts).join(' or ')})`];
  for (const [d, list] of Object.entries(q.only) as [Dimension, readonly string[]][]) {
    values.push(list);
    where.push(`${groupKey(source, d)} = any($${values.length}::text[])`);
  }
  const columns = FIELDS[source];
  const limit = Math.min(q.limit ?? 1000, ROWS_AT_MOST);
  const rows = await sql.unsafe<(Record<string, unknown> & { of: number })[]>(
    `select ${columns.map((c) => `r.${c}`).join(', ')}, count(*) over ()::int as of
     from (${opened(source, q.from, q.to, q.zone)}) r ${needsThresholds(source) ? thresholdJoin(source, await thresholdsInForce(sql)) : ''}
     where ${where.join(' and ')} order by r.${SOURCES[source].at}, ${columns.length > 2 ? 'r.' + columns[1]! : '1'} limit ${limit} offset ${q.offset ?? 0}`,
    values as never[],
  );
  return {
    source,
    columns,
    rows: rows.map((r) => Object.fromEntries(columns.map((c) => [c, plain(r[c])]))),
    total: rows[0]?.of ?? 0,
  };
}
