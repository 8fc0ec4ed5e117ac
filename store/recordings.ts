import type { RecordedSpan } from '#domain/calls/journey.ts';
import { spansOf } from '#domain/recordings/spans.ts';
import { fromTs, type Sql } from './db.ts';

/** Told by the switch, per call; a call with more is cut there. */
const EVENTS_AT_MOST = 2000;

/** What the switch told of the recordings of these calls. */
export async function recordedSpans(sql: Sql, calls: readonly string[]): Promise<Map<string, RecordedSpan[]>> {
  const rows = await sql<{ call_id: string; t: Date; leg: string; state: 'began' | 'ended'; file: string | null }[]>`
    select call_id, t, leg, state, file from call_recording
    where call_id = any(${calls as string[]}) order by t limit ${EVENTS_AT_MOST}`;
  const of = Map.groupBy(rows, (r) => r.call_id);
  return new Map(
    [...of].map(([call, list]) => [
      call,
      spansOf(list.map((r) => ({ at: fromTs(r.t), leg: r.leg, state: r.state, file: r.file }))),
    ]),
  );
}
